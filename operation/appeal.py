"""How people are asked to answer, before they open a survey. Posters, messages and slips say the same.

The survey's own words in it are its title, who asks, and the beginning of its introduction: whether they say anything
of the subject is the author's choice. Nothing else of the questionnaire is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import segno
from markupsafe import Markup

from chalicelib.errors import Translate
from chalicelib.forms.days import open_until
from chalicelib.locale import direction, translator
from chalicelib.questionnaire.definition import Questionnaire, in_language
from chalicelib.questionnaire.formatted import plain_blocks
from chalicelib.questionnaire.survey import Survey, SurveySettings

#: Where a sentence may end, closing quotes included; a small letter after it tells an abbreviation.
_SENTENCE_END = re.compile(r"[.!?؟。][”’»\"')]*\s+")
_LINK_PARTS = re.compile(r"(?<=/)(?!/)|(?=\.)")
#: Characters of a link that fit into one line wherever it is printed.
_LONGEST_WHOLE = 30


@dataclass(frozen=True)
class Appeal:
    """What is said in one language. ``request``: what is asked for; ``facts``: what to know before, each by itself."""

    language: str
    title: str
    asked_by: str
    purpose: str
    request: str
    facts: tuple[str, ...]

    @property
    def direction(self) -> str:
        """Of a page in its language: the attribute ``dir``."""
        return direction(self.language)


def appeal_of(questionnaire: Questionnaire, settings: SurveySettings, language: str) -> Appeal:
    """Word the appeal of a survey in ``language``; what its author left out there is in its first language."""
    first, translate = questionnaire.first_language, translator(language)
    return Appeal(
        language=language,
        title=in_language(questionnaire.title, language, first),
        asked_by=in_language(questionnaire.asked_by, language, first),
        purpose=first_sentence(_opening(questionnaire, in_language(questionnaire.introduction, language, first))),
        request=_request(questionnaire.minutes, translate),
        facts=(*_facts(settings, translate), *_contact(settings, language, first, translate)),
    )


def _opening(questionnaire: Questionnaire, wording: str) -> str:
    """The first paragraph of ``wording`` without its marks."""
    block, *_ = (questionnaire.formatted or {}).get(wording) or plain_blocks(wording)
    return "".join(run.text for run in block.items[0])


def _request(minutes: int, translate: Translate) -> str:
    request = translate(
        "Please answer our questions. It takes about a minute and is voluntary.",
        "Please answer our questions. It takes about %(minutes)d minutes and is voluntary.",
        minutes,
    )
    return request % {"minutes": minutes}


def _facts(settings: SurveySettings, translate: Translate) -> list[str]:
    code = [translate("You need the code you were given. It lets you answer once.")]
    until = open_until(settings, translate)
    return [
        *([until] if until else []),
        translate("You need no account, and nobody asks your name. Open the link where nobody can see your screen."),
        translate("We do not store which device or internet address your answers come from."),
        *(code if settings.access == "invitation" else []),
    ]


def _contact(settings: SurveySettings, language: str, first: str, translate: Translate) -> list[str]:
    """Whom to ask before answering, with the first way to reach them."""
    contact = settings.contact
    if contact is None:
        return []
    name = in_language(contact.label, language, first)
    reached = contact.telephone or contact.email or contact.site
    return [f"{translate('Questions about this survey, or about your rights:')} {name}, {reached}"]


def first_sentence(text: str) -> str:
    """The first sentence of ``text``; all of its first paragraph where none ends before."""
    paragraph = " ".join(text.strip().partition("\n\n")[0].split())
    for end in _SENTENCE_END.finditer(paragraph):
        if not paragraph[end.end()].islower():
            return paragraph[: end.end()].rstrip()
    return paragraph


def address_of(survey: Survey, base: str) -> str:
    """Where the form of ``survey`` is, of an application that answers at ``base``."""
    return f"{base.rstrip('/')}/s/{survey.id}"


def link_to(address: str, given: Mapping[str, str]) -> str:
    """``address`` with what the link is to tell of itself. An invitation's code is never in a link."""
    return f"{address}?{urlencode(given)}" if given else address


def qr_code(link: str) -> str:
    """An SVG without a size of its own, black on white, with the margin that cameras need."""
    return segno.make(link, error="m").svg_inline(border=4, omitsize=True, svgid="qr", light="#fff")


def breakable(link: str) -> Markup:
    """``link`` for print. Its lines end before a dot or after a slash: at a hyphen nobody could tell whose it is."""
    parts = _LINK_PARTS.split(link)
    return Markup("<wbr>").join(_whole(part) if len(part) <= _LONGEST_WHOLE else part for part in parts)


def _whole(part: str) -> Markup:
    return Markup('<span class="whole">{}</span>').format(part)
