"""A release in words: every printed number with what names it, of which page, files and report are made alike.

What the numbers are is in :mod:`.release`, and their shares in :mod:`.shares`; here is what each is called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from chalicelib.errors import Translate
from chalicelib.publication.about import AskedQuestion
from chalicelib.publication.cells import Cell, Text
from chalicelib.publication.crosstabs import Crosstab, GroupRow
from chalicelib.publication.editions import edition_of
from chalicelib.publication.release import FrequencyTable, Release, Suppressed, cells_of, denominator
from chalicelib.publication.shares import Share, shares_of
from chalicelib.publication.words import KINDS_IN_WORDS, Phrasing, joined


@dataclass(frozen=True)
class Name:
    """What an id or a code is called."""

    code: str
    label: str


@dataclass(frozen=True)
class WordedCell:
    """One printed number. In truth it is ``at_least`` to ``at_most``; None on an open link.

    ``edition_count``: the number of this edition, None where it does not print it; ``share``: None of too few.
    """

    answer: Name
    count: int
    edition_count: int | None
    at_least: int | None
    at_most: int | None
    share: Share | None


@dataclass(frozen=True)
class WordedRow:
    """Numbers that sum to ``asked``: of a whole table, where ``group`` is None, or of one group in it.

    ``base``: with who was not asked; in truth ``base_at_least`` to ``base_at_most``. Where several groups are
    pooled, ``group`` is called by all of them.
    """

    group: Name | None
    asked: int
    base: int
    base_at_least: int | None
    base_at_most: int | None
    cells: tuple[WordedCell, ...]


@dataclass(frozen=True)
class WordedTable:
    """A printed table, or where ``by`` names a question, one by the answers to that.

    ``short``: what the question is called where the whole wording is too long; ``part``: the row of a matrix, the
    option of a ranking or of a multiple choice; ``editions``: numbers of those that its totals are of, the last ones of
    as many as ``releases``.
    """

    id: str
    question: Name
    short: str
    kind: Name
    part: Name | None
    by: Name | None
    editions: tuple[int, ...]
    releases: int
    rows: tuple[WordedRow, ...]


@dataclass(frozen=True)
class WordedOmission:
    """A table that this edition does not print, or where ``by`` names a question, its crosstab; ``reason``: why.

    ``kind``: None in releases from before it was told.
    """

    id: str
    question: Name
    short: str
    kind: Name | None
    part: str | None
    by: Name | None
    reason: str


def told_of(release: Release) -> tuple[str, ...]:
    """Ids of the questions that tables are printed of, then of those that it only says are not."""
    printed = [table.question for table in release.tables]
    return tuple(dict.fromkeys([*printed, *(omitted.question for omitted in release.omitted)]))


@dataclass(frozen=True)
class WordedRelease:
    """A release in one language."""

    release: Release
    words: Phrasing

    @classmethod
    def of(cls, release: Release, language: str, translate: Translate) -> WordedRelease:
        """``release`` in ``language``, the interface's words by ``translate``."""
        return cls(release, Phrasing(language, release.languages[0], translate))

    @cached_property
    def questions(self) -> Mapping[str, AskedQuestion]:
        """What was asked, by id; of a release that tells nothing of a question, what its tables tell."""
        told = {question.id: question for question in self.release.questions}
        return told | {
            table.question: AskedQuestion(id=table.question, kind=table.kind, label=table.label)
            for table in self.release.tables
            if table.question not in told
        }

    def only(self, question: str) -> WordedRelease:
        """The release with what it tells of one ``question`` (an id) alone."""
        kept = {
            name: tuple(each for each in getattr(self.release, name) if each.question == question)
            for name in ("tables", "crosstabs", "omitted")
        }
        return WordedRelease(self.release.model_copy(update=kept), self.words)

    def label(self, of: FrequencyTable | Crosstab) -> str:
        """The question as it was asked."""
        return self.words.of(of.label)

    def short(self, question: str, label: Text) -> str:
        """What a question is called in headings and columns: its short name, else the whole of it."""
        asked = self.questions.get(question)
        return self.words.of(asked.short if asked and asked.short else label)

    @cached_property
    def tables(self) -> tuple[WordedTable, ...]:
        """Every table that is printed, each followed by its crosstab, in the order of the questionnaire."""
        return tuple(self._tables())

    @cached_property
    def omitted(self) -> tuple[WordedOmission, ...]:
        """Every table and crosstab that this edition does not print."""
        return tuple(map(self._omission, self.release.omitted))

    def _omission(self, of: Suppressed) -> WordedOmission:
        asked = self.questions.get(of.question)
        return WordedOmission(
            of.id,
            Name(of.question, self.words.of(of.label)),
            self.short(of.question, of.label),
            self._kind(asked.kind) if asked else None,
            self.words.of(of.part_label) if of.part_label else None,
            Name(of.group, self.short(of.group, of.group_label or {})) if of.group else None,
            of.reason,
        )

    def _kind(self, kind: str) -> Name:
        return Name(kind, self.words.translate(KINDS_IN_WORDS[kind]))

    def by_edition(self, table: WordedTable) -> Mapping[int, WordedRow]:
        """The numbers of each of ``table.editions`` by itself; of tables by group they are not told."""
        if table.by:
            return {}
        of = next(each for each in self.release.tables if each.id == table.id)
        return {
            number: self._row(edition_of(of, place, self.release), None) for place, number in enumerate(table.editions)
        }

    def _tables(self) -> Iterator[WordedTable]:
        crosstabs = {crosstab.table: crosstab for crosstab in self.release.crosstabs}
        for table in self.release.tables:
            yield self._worded(table.id, table, [self._row(table, None)])
            if crosstab := crosstabs.get(table.id):
                yield self._worded(table.id, crosstab, [self._group_row(row) for row in crosstab.rows])

    def _worded(self, name: str, of: FrequencyTable | Crosstab, rows: Sequence[WordedRow]) -> WordedTable:
        return WordedTable(
            name,
            Name(of.question, self.label(of)),
            self.short(of.question, of.label),
            self._kind(of.kind),
            Name(of.part, self.words.of(of.part_label or {})) if of.part else None,
            Name(of.group, self.short(of.group, of.group_label)) if isinstance(of, Crosstab) else None,
            of.editions,
            of.releases,
            tuple(rows),
        )

    def _group_row(self, row: GroupRow) -> WordedRow:
        labels = [self.words.code(code, label) for code, label in zip(row.codes, row.labels, strict=True)]
        return self._row(row, Name("+".join(row.codes), joined(" + ", labels)))

    def _row(self, of: FrequencyTable | GroupRow, group: Name | None) -> WordedRow:
        cells = zip(cells_of(of), shares_of(of, self.release), strict=True)
        return WordedRow(
            group,
            denominator(of),
            of.base,
            of.base_at_least,
            of.base_at_most,
            tuple(self._cell(cell, share) for cell, share in cells),
        )

    def _cell(self, cell: Cell, share: Share | None) -> WordedCell:
        name = Name(cell.code, self.words.code(cell.code, cell.label))
        return WordedCell(name, cell.count, cell.edition_count, cell.at_least, cell.at_most, share)
