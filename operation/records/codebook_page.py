"""The codebook of exported records as one page, to read and to print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from chalicelib.locale import direction
from chalicelib.templating import environment
from operation.records.codebook import Entry, RecordCodebook
from operation.records.explained import START_SAYS, explained, missing_explained
from operation.records.wording import Wording, separator


@dataclass(frozen=True)
class Words:
    """A wording, in its language, and the way that one runs."""

    language: str
    direction: str
    text: str


@dataclass(frozen=True)
class Line:
    """An answer: what it is in files of codes and in SPSS, when it was to be chosen, and its wordings."""

    code: str
    number: str
    versions: str
    words: tuple[Words, ...]


@dataclass(frozen=True)
class Part:
    """A column in words."""

    entry: Entry
    words: tuple[Words, ...]
    holds: str
    missing: str
    versions: str
    lines: tuple[Line, ...]

    @property
    def is_of_versions(self) -> bool:
        """Whether some of its answers were not always there."""
        return any(line.versions for line in self.lines)


@dataclass(frozen=True)
class Section:
    """A question with its columns."""

    question: str
    words: tuple[Words, ...]
    parts: tuple[Part, ...]


def codebook_page(survey: str, title: str, codebook: RecordCodebook, records: int) -> str:
    """The page, in English but for what the author worded."""
    wordings = [Wording(language, None) for language in codebook.languages]
    by_question = groupby(codebook.entries, key=lambda entry: entry.column.variable.question_id)
    return (
        environment("operation")
        .get_template("record_codebook.html")
        .render(
            survey=survey,
            title=title,
            records=records,
            spoken=codebook.wording.language,
            direction=direction(codebook.wording.language),
            start=START_SAYS,
            sections=[_section(question, list(entries), codebook, wordings) for question, entries in by_question],
        )
    )


def _section(question: str, entries: Sequence[Entry], codebook: RecordCodebook, wordings: Sequence[Wording]) -> Section:
    label = entries[0].column.variable.label
    words = tuple(_words(wording, label.get(wording.language, "")) for wording in wordings)
    between = separator(codebook.merged)
    return Section(question, _told(words), tuple(_part(entry, wordings, between) for entry in entries))


def _part(entry: Entry, wordings: Sequence[Wording], between: str) -> Part:
    words = tuple(_words(wording, wording.column(entry.column)) for wording in wordings)
    lines = tuple(
        Line(
            value.code,
            "" if value.number is None else str(value.number),
            value.life.worded,
            _told(_words(wording, wording.code(entry.column.variable, value.code)) for wording in wordings),
        )
        for value in entry.values
    )
    return Part(entry, _told(words), explained(entry, between), missing_explained(entry), entry.life.worded, lines)


def _words(wording: Wording, text: str) -> Words:
    return Words(wording.language, direction(wording.language), text)


def _told(words: Iterable[Words]) -> tuple[Words, ...]:
    """Those that there are."""
    return tuple(each for each in words if each.text)
