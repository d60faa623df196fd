"""How a survey was made, in a note beside its results: made from the release and from nothing else (P8).

Sources: AAPOR, "Code of Professional Ethics and Practices" (revised April 2021), section III.A, whose eleven items
every note has; G. Eysenbach, "Improving the quality of Web surveys: the Checklist for Reporting Results of Internet
E-Surveys (CHERRIES)", J Med Internet Res 2004;6(3):e34, of which it has what applies. The response rate is AAPOR's RR2
(Standard Definitions, surveys of specifically named persons): all answers, partial ones too, of all invitations.

The numbers are the printed ones. How many invitations were made comes from no answer, and a reader may know how many
answers there are (disclosure, "Suppose a reader knows").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from chalicelib.days import worded_day, worded_months
from chalicelib.publication.about import HowMade
from chalicelib.publication.cells import Text
from chalicelib.publication.coding_note import on_coding
from chalicelib.publication.notes import meaning_of
from chalicelib.publication.release import Release
from chalicelib.publication.sampling import caution
from chalicelib.publication.worded import WordedRelease
from chalicelib.publication.words import Phrasing, joined

#: By id: what an item of the note is about. First those of AAPOR, in its order.
AAPOR: Mapping[str, str] = {
    "strategy": "What was done",
    "sponsor": "Who asked, and who paid",
    "instruments": "What was asked",
    "population": "Who was to answer",
    "recruitment": "How people were found and asked",
    "mode": "How people answered",
    "dates": "When people answered",
    "precision": "How many answered, and how exact the numbers are",
    "weighting": "Whether some answers count more than others",
    "processing": "What was done with the answers",
    "limits": "What the numbers cannot tell",
}
CHERRIES: Mapping[str, str] = {
    "agreement": "What people were told, and agreed to",
    "data_protection": "How answers were protected",
    "voluntary": "Whether people had to answer",
    "duplicates": "Whether somebody could answer twice",
    "completeness": "What was checked when somebody answered",
    "length": "How long the form was",
    "review": "Whether people could look through their answers",
    "order": "In which order the options stood",
    "routing": "Whether everybody was asked the same",
    "rates": "How many opened the form, and how many gave up",
}
#: By the setting ``access``.
_OPEN_OR_NOT: Mapping[str, str] = {
    "open": "Whoever had the link could answer.",
    "invitation": "Only people with an invitation could answer.",
}
_TWICE: Mapping[str, str] = {
    "open": (
        "Nothing keeps anybody from answering twice: nothing is stored that tells one person or device from another."
    ),
    "invitation": "Each invitation works once. Its code is deleted when the answer is sent.",
}
_LIMITS: Mapping[str, str] = {
    "open": "Some may have answered more than once, and others than those meant may have answered.",
    "invitation": "Whoever has an invitation can give it to somebody else.",
}
#: By the setting ``releases``; under ``exact`` another.
_RHYTHMS: Mapping[str, str] = {
    "at_close": "Answers are counted once, after the survey has closed.",
    "monthly": "Answers are counted at the end of each month, if there are enough. Earlier answers stay counted.",
    "quarterly": "Answers are counted at the end of each quarter, if there are enough. Earlier answers stay counted.",
    "exact": "Answers are counted whenever some have come.",
}
#: By the setting ``text``.
_TEXTS: Mapping[str, str] = {
    "sealed": (
        "What people wrote in their own words is not in these results, only how many wrote something. It was locked"
        " when it was sent, and only those who asked can open it."
    ),
    "plain": "What people wrote in their own words is not in these results, only how many wrote something.",
}


@dataclass(frozen=True)
class MethodItem:
    """One thing that a note tells: what it is about, and sentences, at least one."""

    id: str
    title: str
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """The sentences, a line each."""
        return joined("\n", self.sentences)


@dataclass(frozen=True)
class _Told:
    """What the sentences are made of; ``made`` is None in releases from before it was told."""

    release: Release
    words: Phrasing
    made: HowMade | None


Sentences = Callable[[_Told], Iterator[str]]


def methodology(worded: WordedRelease) -> tuple[MethodItem, ...]:
    """The note on how the survey was made, in the words of ``worded``: all of AAPOR's items, then those of CHERRIES.

    What is not known is said to be, where AAPOR asks for it; of CHERRIES a release that tells nothing has nothing.
    """
    told = _Told(worded.release, worded.words, worded.release.how_made)
    items = [_item(told, name, told.words.translate(AAPOR[name])) for name in AAPOR]
    if told.made:
        items += [_item(told, name, told.words.translate(CHERRIES[name])) for name in CHERRIES]
    return tuple(items)


def _item(told: _Told, name: str, title: str) -> MethodItem:
    return MethodItem(name, title, tuple(SENTENCES[name](told)) or (told.words.translate("Not stated."),))


def _strategy(told: _Told) -> Iterator[str]:
    translate = told.words.translate
    yield translate("A survey: people filled in a form by themselves, without an interviewer.")
    if told.release.synthetic:
        yield translate("These answers are invented, to show what results look like.")


def _sponsor(told: _Told) -> Iterator[str]:
    translate, words = told.words.translate, told.words
    if told.release.asked_by:
        yield joined(" ", [translate("Asked by:"), words.of(told.release.asked_by)])
    yield _stated(told, "sponsor") or translate("Who paid is not stated.")
    contact = told.made.contact if told.made else None
    if contact:
        ways = [way for way in (contact.email, contact.telephone, contact.link) if way]
        yield joined(" ", [translate("Whom to ask about it:"), words.listed([words.of(contact.label), *ways])])


def _instruments(told: _Told) -> Iterator[str]:
    translate = told.words.translate
    if questions := len(told.release.were_asked):
        text = translate("%(number)d question was asked.", "%(number)d questions were asked.", questions)
        yield text % {"number": questions}
    yield translate("Each result shows the question as it was worded. The codebook has all wordings and answers.")


def _population(told: _Told) -> Iterator[str]:
    if stated := _stated(told, "population"):
        yield stated


def _recruitment(told: _Told) -> Iterator[str]:
    translate = told.words.translate
    yield _stated(told, "recruitment") or translate("How people were found and asked is not stated.")
    if told.made:
        yield translate(_OPEN_OR_NOT[told.made.access])
    if told.made and told.made.invited:
        invited = told.made.invited
        text = translate("%(number)d invitation was made.", "%(number)d invitations were made.", invited)
        yield text % {"number": invited}


def _mode(told: _Told) -> Iterator[str]:
    translate, made = told.words.translate, told.made
    yield translate("On a web page, on a phone or computer of their own. No account was needed.")
    if made:
        yield translate("Languages of the form: %(languages)s.") % {
            "languages": told.words.listed(made.languages.values())
        }
        if made.drafts:
            drafts = told.words.listed(made.languages[code] for code in made.drafts)
            text = translate("Nobody is named who checked the words in: %(languages)s.")
            yield text % {"languages": drafts}


def _dates(told: _Told) -> Iterator[str]:
    translate, made, release = told.words.translate, told.made, told.release
    if months := collected(release, told.words):
        # It begins a sentence, and months have small letters in most languages.
        yield f"{months[:1].upper()}{months[1:]}."
    if made and made.opens_on:
        yield translate("First day: %(day)s.") % {"day": worded_day(made.opens_on, translate)}
    if made and made.closes_on:
        yield translate("Last day: %(day)s.") % {"day": worded_day(made.closes_on, translate)}
    if made:
        yield translate(_RHYTHMS["exact" if release.method == "exact" else made.releases])
    yield translate("No answer is stored with a day or time.")


def collected(release: Release, words: Phrasing) -> str:
    """The months of all answers in ``release``, to stand by itself ("March to May 2026"); empty where none are told."""
    ended = release.editions[-1].ended if release.editions else None
    return worded_months(release.began, ended, words.translate) if release.began and ended else ""


def _precision(told: _Told) -> Iterator[str]:
    translate, release = told.words.translate, told.release
    about = translate("About %(number)d answer.", "About %(number)d answers.", release.responses)
    printed = translate("%(number)d answer.", "%(number)d answers.", release.responses)
    yield (about if release.noise else printed) % {"number": release.responses}
    yield _rate(told)
    yield caution(release, translate)


def _rate(told: _Told) -> str:
    """Answers over invitations, by the limits of the true number of answers."""
    translate, release, made = told.words.translate, told.release, told.made
    if made is None or made.access == "open":
        return translate("Nobody can tell what share of people answered: how many saw the link is not known.")
    if not made.invited:
        return translate("What share of people answered cannot be told: how many were invited was not noted.")
    most = release.responses if release.responses_at_most is None else release.responses_at_most
    least, high = (min(Fraction(1), Fraction(number, made.invited)) for number in (release.responses, most))
    limits = {"least": int(100 * least), "most": -int(-100 * high // 1)}
    if limits["least"] == limits["most"]:
        return translate("%(most)d%% of the invitations were used to answer.") % limits
    return translate("%(least)d to %(most)d%% of the invitations were used to answer.") % limits


def _weighting(told: _Told) -> Iterator[str]:
    yield told.words.translate("No: the numbers are not weighted. Every answer counts once, and the same.")


def _processing(told: _Told) -> Iterator[str]:
    translate = told.words.translate
    is_coded = told.release.adds_themes
    yield translate(
        "A program counted the answers by fixed rules; nobody changed one."
        if is_coded
        else "A program counted the answers by fixed rules; nobody coded or changed one."
    )
    yield translate("Answers that were withdrawn before the count are left out.")
    if told.made and told.made.text:
        yield from on_coding(told.release, told.made, told.words) if is_coded else [translate(_TEXTS[told.made.text])]
    yield meaning_of(told.release, told.words)
    yield translate("The count is checked every day: every answer is counted once, or not yet, or was withdrawn.")


def _limits(told: _Told) -> Iterator[str]:
    translate = told.words.translate
    yield _stated(told, "limits") or translate("Those who asked state no limits of their own.")
    if told.made:
        yield translate(_LIMITS[told.made.access])
    yield translate(
        "Whoever answered chose to, and may differ from those who did not. People may misunderstand a question, forget,"
        " or not want to say."
    )


def _agreement(told: _Told) -> Iterator[str]:
    translate = told.words.translate
    yield translate("The first page said who asks, how long it takes, what is stored, and how to take an answer back.")
    if told.made and told.made.asks_agreement:
        yield translate("Nothing could be sent without a tick that says yes to taking part.")
    else:
        yield translate("To press Send was to agree.")


def _data_protection(told: _Told) -> Iterator[str]:
    translate, days = told.words.translate, told.made.retention_days if told.made else 0
    yield translate("No internet address, device, browser, cookie or time is stored with an answer.")
    text = translate(
        "All answers are deleted from our server one day after the survey closes.",
        "All answers are deleted from our server %(days)d days after the survey closes.",
        days,
    )
    yield text % {"days": days}


def _voluntary(told: _Told) -> Iterator[str]:
    translate, required = told.words.translate, told.made.required if told.made else 0
    if not required:
        yield translate("Nobody had to. Every question could be skipped.")
        return
    text = translate(
        "Nobody had to. Every question could be skipped but one.",
        "Nobody had to. Every question could be skipped but %(number)d.",
        required,
    )
    yield text % {"number": required}


def _duplicates(told: _Told) -> Iterator[str]:
    translate = told.words.translate
    if told.made:
        yield translate(_TWICE[told.made.access])
    yield translate("A form that was sent again by mistake counts once.")


def _completeness(told: _Told) -> Iterator[str]:
    yield told.words.translate(
        "A form came back to be mended where an answer did not fit its question, or contradicted another. One without"
        " any answer was not taken."
    )


def _length(told: _Told) -> Iterator[str]:
    translate, pages = told.words.translate, told.made.pages if told.made else ()
    if pages:
        text = translate("The form had %(number)d page.", "The form had %(number)d pages.", len(pages))
        yield text % {"number": len(pages)}
        text = translate(
            "No page had more than %(number)d question.", "No page had more than %(number)d questions.", max(pages)
        )
        yield text % {"number": max(pages)}
    minutes = told.made.minutes if told.made else 0
    text = translate("It takes about %(number)d minute.", "It takes about %(number)d minutes.", minutes)
    yield text % {"number": minutes}


def _review(told: _Told) -> Iterator[str]:
    translate = told.words.translate
    if told.made and len(told.made.pages) > 1:
        yield translate("Yes: the last page showed all answers, to read through and change before sending.")
    else:
        yield translate("Yes: the whole form stood on one page, and could be changed until it was sent.")
    yield translate("Who kept the receipt could take an answer back later. What had been counted stayed counted.")


def _order(told: _Told) -> Iterator[str]:
    translate = told.words.translate
    yield translate("Questions stood in one order for everybody.")
    if told.made and told.made.has_random_order:
        yield translate("The options of some questions stood in a random order on each form.")
    else:
        yield translate("So did their options.")


def _routing(told: _Told) -> Iterator[str]:
    translate = told.words.translate
    if any(question.asked_if for question in told.release.were_asked):
        yield translate("No: some questions were asked only of people whose earlier answers they concern.")
        yield translate("The codebook says of whom.")
    else:
        yield translate("Yes.")


def _rates(told: _Told) -> Iterator[str]:
    yield told.words.translate(
        "Not known. To protect people, no visit is noted, and nothing is stored before somebody presses Send."
    )


def _stated(told: _Told, setting: str) -> str:
    """What the authors wrote under ``setting``, else nothing."""
    text: Text | None = getattr(told.made, setting, None)
    return told.words.of(text) if text else ""


#: By id, what an item says; one entry for each of ``AAPOR`` and ``CHERRIES``.
SENTENCES: Mapping[str, Sentences] = {
    "strategy": _strategy,
    "sponsor": _sponsor,
    "instruments": _instruments,
    "population": _population,
    "recruitment": _recruitment,
    "mode": _mode,
    "dates": _dates,
    "precision": _precision,
    "weighting": _weighting,
    "processing": _processing,
    "limits": _limits,
    "agreement": _agreement,
    "data_protection": _data_protection,
    "voluntary": _voluntary,
    "duplicates": _duplicates,
    "completeness": _completeness,
    "length": _length,
    "review": _review,
    "order": _order,
    "routing": _routing,
    "rates": _rates,
}
