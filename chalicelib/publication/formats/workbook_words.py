"""What a workbook says besides numbers: its cover, its notes, and what is not shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chalicelib.days import worded_day
from chalicelib.publication.formats.workbook_tables import HEADERS, NOT_APPLICABLE, NOT_TOLD
from chalicelib.publication.methodology import collected
from chalicelib.publication.notes import meaning_of, meaning_of_ranges
from chalicelib.publication.release import Release
from chalicelib.publication.sampling import caution
from chalicelib.publication.worded import WordedRelease
from chalicelib.publication.words import SUPPRESSIONS, Phrasing, joined

#: By column, which note its header points to.
NOTED: Mapping[str, int] = {"count": 1, "percent": 2, "asked": 3, "base": 3}
#: The note that everything in the workbook is under.
CAUTION = 4


def about_release(release: Release, words: Phrasing) -> list[str]:
    """What the cover says beneath the title."""
    translate = words.translate
    by = words.of(release.asked_by) if release.asked_by else ""
    lines = [translate("Results")]
    if release.synthetic:
        lines.append(translate("These answers are invented, to show what results look like."))
    if by:
        lines.append(translate("Asked by: %(name)s") % {"name": by})
    published = {"release": release.number, "date": worded_day(str(release.published_on), translate)}
    lines.append(translate("Release %(release)d, published %(date)s") % published)
    if months := collected(release, words):
        lines.append(translate("Answers were collected: %(months)s.") % {"months": months})
    return [*lines, _how_many(release, words)]


def _how_many(release: Release, words: Phrasing) -> str:
    number = {"base": release.responses}
    if release.noise:
        return words.translate("Of about one answer.", "Of about %(base)d answers.", release.responses) % number
    text = words.translate("Of one answer.", "Of %(base)d answers.", release.responses) % number
    more = (release.responses_at_most or release.responses) - release.responses
    if more:
        text += " " + words.translate("They are rounded down. There can be up to %(more)d more.") % {"more": more}
    return text


def header(name: str, words: Phrasing) -> str:
    """The header of a column, with the note that it points to."""
    return words.translate(HEADERS[name]) + (f" {pointer(NOTED[name], words)}" if name in NOTED else "")


def pointer(note: int, words: Phrasing) -> str:
    """How a text points to a note."""
    return f"[{words.translate('note')} {note}]"


def notes_of(worded: WordedRelease) -> Iterator[tuple[str, str]]:
    """Each note once, by what points to it, then what the shorthand means."""
    release, words = worded.release, worded.words
    texts = (
        _of_counts(release, words),
        _of_shares(release, words),
        _of_bases(words),
        caution(release, words.translate),
    )
    yield from ((pointer(number, words), text) for number, text in enumerate(texts, 1))
    yield NOT_TOLD, words.translate("Not told: this number would be of too few, or too uncertain.")
    yield NOT_APPLICABLE, words.translate("Not applicable: there is no such number.")


def _of_counts(release: Release, words: Phrasing) -> str:
    text = meaning_of(release, words)
    limits = words.translate("In truth a number is from “at least” to “at most”.")
    return text if release.noise else f"{text} {limits}"


def _of_shares(release: Release, words: Phrasing) -> str:
    text = (
        "Of those asked, in whole per cent. About nine in ten true shares are from “at least” to “at most”."
        if release.noise
        else "Of those asked, in whole per cent. In truth a share is from “at least” to “at most”."
    )
    return joined(" ", filter(None, [words.translate(text), meaning_of_ranges(release, words)]))


def _of_bases(words: Phrasing) -> str:
    return words.translate(
        "The counts of the answers to one item, in one group, add up to those asked. The base is these and those who"
        " were not asked."
    )


@dataclass(frozen=True)
class NotShown:
    """A table that this release does not print."""

    question: str
    item: str
    group: str
    reason: str
    id: str


def not_shown(worded: WordedRelease) -> Iterator[NotShown]:
    """Every table that is suppressed, and why."""
    words = worded.words
    for omitted in worded.release.omitted:
        yield NotShown(
            words.of(omitted.label),
            words.of(omitted.part_label) if omitted.part_label else NOT_APPLICABLE,
            worded.short(omitted.group, omitted.group_label or {}) if omitted.group else NOT_APPLICABLE,
            words.translate(SUPPRESSIONS[omitted.reason]) % worded.release.rules,
            omitted.id,
        )
