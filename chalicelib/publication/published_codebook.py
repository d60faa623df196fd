"""The codebook of what is published: of each table whom it was asked of, its codes and what they are called.

It is made of a release (P8), or before there is one of what a definition will publish; nothing in it was answered by
anybody. (The codebook of a questionnaire, its variables, is :mod:`chalicelib.questionnaire.codebook`.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from chalicelib.publication.about import AskedQuestion
from chalicelib.publication.cells import Text
from chalicelib.publication.release import FrequencyTable, Release, Suppressed
from chalicelib.publication.universes import Universes
from chalicelib.publication.worded import Name, WordedRelease
from chalicelib.publication.words import KINDS_IN_WORDS, SUPPRESSIONS, Phrasing


@dataclass(frozen=True)
class TableCodes:
    """A table that is, or will be, published: ``codes`` with the author's labels, None where the interface has words.

    ``since``: the first edition that was printed with these codes, None where that is not known. ``crossed_by``: the
    question by whose answers there is a crosstab. ``reason``: why it is not printed.
    """

    id: str
    question: str
    part: str | None
    part_label: Text | None
    codes: tuple[tuple[str, Text | None], ...]
    since: int | None = None
    crossed_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class CodedAnswer:
    """A code, what it is called, and whether it is no answer like the others, as "I would rather not say"."""

    code: str
    label: str
    is_apart: bool


@dataclass(frozen=True)
class CodebookTable:
    """A table in words; ``not_printed``: why, empty where it is."""

    id: str
    part: Name | None
    codes: tuple[CodedAnswer, ...]
    since: int | None
    not_printed: str


@dataclass(frozen=True)
class CodebookQuestion:
    """A question in words, with its tables; ``asked_of``: whom, ``crossed_by``: the question of its groups."""

    question: Name
    short: str
    kind: Name
    asked_of: str
    crossed_by: Name | None
    tables: tuple[CodebookTable, ...]

    @property
    def alike(self) -> tuple[tuple[CodebookTable, ...], ...]:
        """Its tables, those that follow each other with the same codes together."""
        return tuple(
            tuple(tables) for _, tables in groupby(self.tables, key=lambda table: (table.codes, table.not_printed))
        )


@dataclass(frozen=True)
class PublishedCodebook:
    """What is published of a survey, in one language; ``release`` is None before there is one.

    ``method`` and ``rounding_base``: as in a release.
    """

    survey: str
    release: int | None
    method: str
    rounding_base: int
    questions: tuple[CodebookQuestion, ...]


def codebook_of_release(worded: WordedRelease) -> PublishedCodebook:
    """The codebook of a release."""
    release = worded.release
    return PublishedCodebook(
        release.survey,
        release.number,
        release.method,
        release.rounding_base,
        worded_questions(_tables(release), worded.questions.values(), worded.words, release.rules),
    )


def worded_questions(
    tables: Iterable[TableCodes], asked: Iterable[AskedQuestion], words: Phrasing, rules: Mapping[str, int]
) -> tuple[CodebookQuestion, ...]:
    """Those of the questions ``asked`` that ``tables`` are of, in words; ``rules``: as in a release."""
    found = {question.id: question for question in asked}
    universes = Universes(found, words)
    by_question: dict[str, list[TableCodes]] = {name: [] for name in found}
    for table in tables:
        by_question.setdefault(table.question, []).append(table)
    return tuple(
        _question(found[name], of_question, universes, rules)
        for name, of_question in by_question.items()
        if of_question and name in found
    )


def _question(
    asked: AskedQuestion, tables: list[TableCodes], universes: Universes, rules: Mapping[str, int]
) -> CodebookQuestion:
    words = universes.words
    group = next((universes.questions.get(table.crossed_by) for table in tables if table.crossed_by), None)
    return CodebookQuestion(
        Name(asked.id, words.of(asked.label)),
        words.of(asked.called),
        Name(asked.kind, words.translate(KINDS_IN_WORDS[asked.kind])),
        universes.asked_of(asked),
        Name(group.id, words.of(group.called)) if group else None,
        tuple(_table(table, asked, words, rules) for table in tables),
    )


def _table(table: TableCodes, asked: AskedQuestion, words: Phrasing, rules: Mapping[str, int]) -> CodebookTable:
    return CodebookTable(
        table.id,
        Name(table.part, words.of(table.part_label or {})) if table.part else None,
        tuple(CodedAnswer(code, words.code(code, label), code in asked.apart) for code, label in table.codes),
        table.since,
        words.translate(SUPPRESSIONS[table.reason]) % rules if table.reason else "",
    )


def _tables(release: Release) -> Iterator[TableCodes]:
    """What is printed, and what is left out of this release and was in no earlier one with the same codes."""
    crossed = {crosstab.table: crosstab.group for crosstab in release.crosstabs}
    printed = {table.id for table in release.tables}
    for table in release.tables:
        codes = tuple((cell.code, cell.label) for cell in table.cells)
        yield TableCodes(
            table.id, table.question, table.part, table.part_label, codes, _since(table, release), crossed.get(table.id)
        )
    for omitted in release.omitted:
        if not omitted.group and omitted.id not in printed:
            yield _left_out(omitted)


def _since(table: FrequencyTable, release: Release) -> int | None:
    """Totals begin anew when codes change, so it is the first edition that they are of."""
    if table.releases == len(table.editions):
        return min(table.editions, default=None)
    return 1 if table.releases == release.rounds else None


def _left_out(omitted: Suppressed) -> TableCodes:
    _, _, part = omitted.id.partition(".")
    return TableCodes(omitted.id, omitted.question, part or None, omitted.part_label, (), reason=omitted.reason)
