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
from chalicelib.publication.worded import Name, WordedCell, WordedRelease, WordedRow, WordedTable


def cubes_of(worded: WordedRelease) -> tuple[Cube, ...]:
    """Every cube of a release, in the order of the questionnaire."""
    return tuple(source.cube() for source in _sources(worded))


def outlines_of(worded: WordedRelease) -> tuple[Cube, ...]:
    """The same without their values, which cost most: for lists."""
    return tuple(source.outline() for source in _sources(worded))


def cube_named(worded: WordedRelease, name: str) -> Cube | None:
    """The cube whose id is ``name``, if there is one."""
    return next((source.cube() for source in _named(worded, name)), None)


def outline_named(worded: WordedRelease, name: str) -> Cube | None:
    """The same without its values."""
    return next((source.outline() for source in _named(worded, name)), None)


def _named(worded: WordedRelease, name: str) -> Iterator[_Source]:
    of_question = worded.only(name.partition(BY)[0])
    return (source for source in _sources(of_question) if source.id == name)


def _sources(worded: WordedRelease) -> Iterator[_Source]:
    found: dict[str, list[WordedTable]] = {}
    for table in worded.tables:
        name = table.question.code + (f"{BY}{table.by.code}" if table.by else "")
        found.setdefault(name, []).append(table)
    for name, tables in found.items():
        yield _Source(name, tuple(tables), worded)


@dataclass(frozen=True)
class _Source:
    """The tables of which a cube is made: of one question, all by the same group or by none."""

    id: str
    tables: tuple[WordedTable, ...]
    worded: WordedRelease

    def cube(self) -> Cube:
        outline = self.outline()
        return replace(outline, values=tuple(self._values(outline.dimensions)))

    def outline(self) -> Cube:
        return Cube(self.id, self._title(), _with_distinct_labels(self._dimensions()), (), self._notes())

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
        whole = Name(WHOLE, words.translate("The question as a whole"))
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
        names = {name for table in self.tables for name in _editions_of(table)}
        editions = tuple(Category(name, self._month(int(name))) for name in sorted(names - {TOTAL}, key=int))
        together = Category(TOTAL, self.worded.words.translate("All editions"))
        return (together, *editions) if TOTAL in names else editions

    @cached_property
    def _readings(self) -> Mapping[str, Mapping[str, Sequence[WordedRow]]]:
        """By table, its rows in each edition that is told by itself, and where there are several, in all together."""
        return {table.id: self._told_of(table) for table in self.tables}

    def _told_of(self, table: WordedTable) -> Mapping[str, Sequence[WordedRow]]:
        if table.releases == 1:
            return {str(table.editions[0]): table.rows}
        return {TOTAL: table.rows} | {str(name): (row,) for name, row in self.worded.by_edition(table).items()}

    def _month(self, number: int) -> str:
        """When an edition took answers, as "2026-03" or "2026-03/2026-05" (ISO 8601); else when it was published."""
        edition = next((each for each in self.worded.release.editions if each.number == number), None)
        if edition is None or edition.began is None:
            return str(edition.published_on if edition else number)
        return edition.began if edition.ended in (None, edition.began) else f"{edition.began}/{edition.ended}"

    def _measures(self) -> tuple[Category, ...]:
        translate = self.worded.words.translate
        people, share = Unit(translate("people"), 0), Unit("%", 0)
        return tuple(
            Category(measure, translate(MEASURES_IN_WORDS[measure]), share if measure in SHARES else people)
            for measure in Measure
        )

    def _values(self, dimensions: Sequence[Dimension]) -> Iterator[Value]:
        codes = {dimension.axis: dimension.codes for dimension in dimensions}
        parts, groups = codes.get(Axis.PART, (WHOLE,)), codes.get(Axis.GROUP, (WHOLE,))
        cells = dict(self._cells())
        # What has a number in one edition has none in another because that does not print it.
        possible = {(part, group, answer) for part, group, answer, _ in cells}
        left_out = {_part_of(each) for each in self._left_out}
        for part, group, answer, edition in product(parts, groups, codes[Axis.ANSWER], codes[Axis.EDITION]):
            if cell := cells.get((part, group, answer, edition)):
                yield from cell
            else:
                is_possible = part in left_out or (part, group, answer) in possible
                yield from [Missing.NOT_PRINTED if is_possible else Missing.IMPOSSIBLE] * len(Measure)

    def _cells(self) -> Iterator[tuple[tuple[str, str, str, str], tuple[Value, ...]]]:
        """By part, group, answer and edition, what is told by each measure."""
        for table in self.tables:
            for edition, rows in self._readings[table.id].items():
                for row in rows:
                    for cell in row.cells:
                        yield (_code_of(table.part), _code_of(row.group), cell.answer.code, edition), _told(row, cell)


def _editions_of(table: WordedTable) -> Sequence[str]:
    """Those of which a table is told; of several by group only all together are."""
    names = tuple(map(str, table.editions))
    if table.releases == 1:
        return names[:1]
    return (TOTAL,) if table.by else (TOTAL, *names)


def _told(row: WordedRow, cell: WordedCell) -> tuple[Value, ...]:
    share = cell.share
    told: Mapping[Measure, int | float | None] = {
        Measure.COUNT: cell.count,
        Measure.AT_LEAST: cell.at_least,
        Measure.AT_MOST: cell.at_most,
        Measure.PERCENT: share.percent if share else None,
        Measure.PERCENT_AT_LEAST: share.percent_at_least if share else None,
        Measure.PERCENT_AT_MOST: share.percent_at_most if share else None,
        Measure.ASKED: row.asked,
    }
    numbers = (told[measure] for measure in Measure)
    return tuple(Missing.NOT_TOLD if number is None else number for number in numbers)


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
