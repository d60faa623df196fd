"""A release as cubes, of which the formats of statistics offices are made: one a question, and one by group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from chalicelib.publication.formats.cube import (
    AXES_IN_WORDS,
    BY,
    MEASURES_IN_WORDS,
    SHARES,
    TOTAL,
    WHOLE,
    Axis,
    Category,
    Cube,
    Dimension,
    Measure,
    Missing,
    Unit,
    Value,
)
from chalicelib.publication.notes import beside_crosstabs, beside_tables, meaning_of
from chalicelib.publication.release import Suppressed
from chalicelib.publication.sampling import caution
from chalicelib.publication.shares import TENTHS
from chalicelib.publication.worded import Name, WordedCell, WordedRelease, WordedRow, WordedTable


def cubes_of(worded: WordedRelease) -> tuple[Cube, ...]:
    """Every cube of a release, in the order of the questionnaire."""
    return tuple(source.cube() for source in _sources(worded))


def cube_named(worded: WordedRelease, name: str) -> Cube | None:
    """The cube whose id is ``name``, if there is one."""
    return next((source.cube() for source in _sources(worded) if source.id == name), None)


def _sources(worded: WordedRelease) -> Iterator[_Source]:
    found: dict[str, list[WordedTable]] = {}
    for table in worded.tables:
        name = table.question.code + (f"{BY}{table.by.code}" if table.by else "")
        found.setdefault(name, []).append(table)
    for name, tables in found.items():
        yield _Source(name, tuple(tables), worded)


@dataclass(frozen=True)
class _Place:
    """A cell, and what it stands in."""

    table: WordedTable
    row: WordedRow
    cell: WordedCell


@dataclass(frozen=True)
class _Source:
    """The tables of which a cube is made: of one question, all by the same group or by none."""

    id: str
    tables: tuple[WordedTable, ...]
    worded: WordedRelease

    def cube(self) -> Cube:
        dimensions = _with_distinct_labels(self._dimensions())
        return Cube(self.id, self._title(), dimensions, tuple(self._values(dimensions)), self._notes())

    @property
    def _first(self) -> WordedTable:
        return self.tables[0]

    def _title(self) -> str:
        by = self._first.by
        return f"{self._first.question.label} ({by.label})" if by else self._first.question.label

    def _notes(self) -> tuple[str, ...]:
        worded, question = self.worded, self._first.question.code
        release, words = worded.release, worded.words
        general = (meaning_of(release, words), caution(release, words.translate))
        if self._first.by:
            omitted = [each for each in release.omitted if each.question == question and each.group]
            crosstabs = [each for each in release.crosstabs if each.question == question]
            return (*general, *beside_crosstabs(crosstabs, omitted, release, words))
        tables = [each for each in release.tables if each.question == question]
        return (*general, *beside_tables(tables, release, words))

    def _dimensions(self) -> list[Dimension]:
        cells = [cell for table in self.tables for row in table.rows for cell in row.cells]
        parts = self._parts()
        translate = self.worded.words.translate
        labels = {axis: translate(AXES_IN_WORDS[axis]) for axis in Axis if axis in AXES_IN_WORDS}
        found: list[Dimension] = []
        if [part.code for part in parts] != [WHOLE]:
            found.append(Dimension(Axis.PART, labels[Axis.PART], parts))
        if by := self._first.by:
            groups = (row.group for table in self.tables for row in table.rows if row.group)
            found.append(Dimension(Axis.GROUP, by.label, _categories(groups)))
        return [
            *found,
            Dimension(Axis.ANSWER, labels[Axis.ANSWER], _categories(cell.answer for cell in cells)),
            Dimension(Axis.EDITION, labels[Axis.EDITION], self._editions()),
            Dimension(Axis.MEASURE, labels[Axis.MEASURE], self._measures()),
        ]

    def _parts(self) -> tuple[Category, ...]:
        """The parts of the question, those that are not printed last."""
        words = self.worded.words
        whole = Name(WHOLE, words.translate("All together"))
        left_out = (Name(_part_of(each), words.of(each.part_label or {})) for each in self._left_out)
        return _categories([*(table.part or whole for table in self.tables), *left_out])

    @cached_property
    def _left_out(self) -> tuple[Suppressed, ...]:
        """Tables that belong here and have no number in this release, nor in those before it."""
        question, by, printed = self._first.question.code, self._first.by, {table.id for table in self.tables}
        return tuple(
            each
            for each in self.worded.release.omitted
            if each.question == question and each.group == (by.code if by else None) and each.id not in printed
        )

    def _editions(self) -> tuple[Category, ...]:
        """All together where any table is of several, then those that are told one by one, the latest last."""
        numbers = sorted({number for table in self.tables for number in self._told_of(table)})
        editions = tuple(Category(str(number), self._month(number)) for number in numbers)
        if all(table.releases == 1 for table in self.tables):
            return editions
        return (Category(TOTAL, self.worded.words.translate("All editions")), *editions)

    def _told_of(self, table: WordedTable) -> Iterable[int]:
        if table.releases == 1 or any(cell.by_edition for row in table.rows for cell in row.cells):
            return table.editions
        return [number for number in table.editions if number == self.worded.release.number]

    def _month(self, number: int) -> str:
        """When an edition took answers, as "2026-03" or "2026-03/2026-05" (ISO 8601); else when it was published."""
        edition = next((each for each in self.worded.release.editions if each.number == number), None)
        if edition is None or edition.began is None:
            return str(edition.published_on if edition else number)
        return edition.began if edition.ended in (None, edition.began) else f"{edition.began}/{edition.ended}"

    def _measures(self) -> tuple[Category, ...]:
        translate = self.worded.words.translate
        people, share = Unit(translate("people"), 0), Unit("%", 1)
        return tuple(
            Category(measure, translate(MEASURES_IN_WORDS[measure]), share if measure in SHARES else people)
            for measure in Measure
        )

    def _values(self, dimensions: Sequence[Dimension]) -> Iterator[Value]:
        codes = {dimension.axis: dimension.codes for dimension in dimensions}
        places = {
            (_code_of(table.part), _code_of(row.group), cell.answer.code): _Place(table, row, cell)
            for table in self.tables
            for row in table.rows
            for cell in row.cells
        }
        left_out = {_part_of(each) for each in self._left_out}
        for part, group, answer in product(
            codes.get(Axis.PART, (WHOLE,)), codes.get(Axis.GROUP, (WHOLE,)), codes[Axis.ANSWER]
        ):
            place = places.get((part, group, answer))
            absent = Missing.NOT_PRINTED if part in left_out else Missing.IMPOSSIBLE
            for edition, measure in product(codes[Axis.EDITION], Measure):
                yield self._value(place, edition, measure) if place else absent

    def _value(self, place: _Place, edition: str, measure: Measure) -> Value:
        table = place.table
        if edition == TOTAL or (table.releases == 1 and edition == str(table.editions[0])):
            return _or_not_told(_of_all(place)[measure])
        if int(edition) not in table.editions:
            return Missing.NOT_PRINTED
        return _or_not_told(self._of_edition(place, int(edition), measure))

    def _of_edition(self, place: _Place, edition: int, measure: Measure) -> int | None:
        """One of several editions; shares are told of all together."""
        cell, table, is_exact = place.cell, place.table, self.worded.release.method == "exact"
        count = self._count(cell, table, edition)
        match measure:
            case Measure.COUNT:
                return count
            case Measure.AT_LEAST:
                return count if is_exact else _at(edition, cell.least_by_edition, table)
            case Measure.AT_MOST:
                return count if is_exact else _at(edition, cell.most_by_edition, table)
            case Measure.ASKED:
                counts = [self._count(each, table, edition) for each in place.row.cells]
                told = [each for each in counts if each is not None]
                return sum(told) if len(told) == len(counts) else None
        return None

    def _count(self, cell: WordedCell, table: WordedTable, edition: int) -> int | None:
        return cell.edition_count if edition == self.worded.release.number else _at(edition, cell.by_edition, table)


def _of_all(place: _Place) -> Mapping[Measure, int | float | None]:
    """What is told of all editions of a table together."""
    cell, share = place.cell, place.cell.share
    return {
        Measure.COUNT: cell.count,
        Measure.AT_LEAST: cell.at_least,
        Measure.AT_MOST: cell.at_most,
        Measure.PERCENT: share.percent(TENTHS) if share else None,
        Measure.PERCENT_AT_LEAST: share.percent_at_least(TENTHS) if share else None,
        Measure.PERCENT_AT_MOST: share.percent_at_most(TENTHS) if share else None,
        Measure.ASKED: place.row.asked,
    }


def _at(edition: int, numbers: Sequence[int], table: WordedTable) -> int | None:
    return numbers[table.editions.index(edition)] if numbers else None


def _or_not_told(number: int | float | None) -> Value:
    return Missing.NOT_TOLD if number is None else number


def _code_of(name: Name | None) -> str:
    return name.code if name else WHOLE


def _part_of(left_out: Suppressed) -> str:
    return left_out.id.partition(".")[2] or WHOLE


def _categories(names: Iterable[Name]) -> tuple[Category, ...]:
    """Each code once, as it is first called; what is called nothing goes by its code."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(name.code, name.label or name.code)
    return tuple(Category(code, label) for code, label in found.items())


def _with_distinct_labels(dimensions: Sequence[Dimension]) -> tuple[Dimension, ...]:
    """Programs tell by labels too: those that are the same get their code, or the dimension's id, behind them."""
    often = Counter(dimension.label for dimension in dimensions)
    return tuple(
        Dimension(
            each.axis,
            each.label if often[each.label] == 1 else f"{each.label} ({each.axis})",
            _distinct(each.categories),
        )
        for each in dimensions
    )


def _distinct(categories: Sequence[Category]) -> tuple[Category, ...]:
    often = Counter(category.label for category in categories)
    return tuple(
        each if often[each.label] == 1 else replace(each, label=f"{each.label} ({each.code})") for each in categories
    )
