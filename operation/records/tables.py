"""Any table over exported records, counted exactly: for operators' own eyes, and never a release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import floor
from pathlib import Path

from chalicelib.publication.shares import half_up
from chalicelib.questionnaire.codebook import NO_ANSWER, Codebook, Variable
from operation.errors import OperatorError
from operation.records.breakdowns import Breakdown, Category, breakdowns, one_breakdown
from operation.records.conditions import Condition
from operation.records.margins import Margins, read_margins
from operation.records.patterns import Codes, Pattern, patterns_of
from operation.records.rows import Records
from operation.records.weighting import Effective, Weighting, weighted

#: Counts below this name people to whoever knows a little; it is what releases round to (docs/disclosure.md).
SMALL = 5
#: The column of everybody in the table.
ALL = Category("all", "All")


def is_small(people: int) -> bool:
    """Whether so many are too few to be told of."""
    return 0 < people < SMALL


@dataclass(frozen=True)
class Wanted:
    """What a table is to show: a question in rows, one in columns or none, and the conditions on whom it is of."""

    rows: tuple[Breakdown, ...]
    columns: Breakdown | None
    conditions: tuple[Condition, ...] = ()

    @classmethod
    def read(cls, codebook: Codebook, rows: str, columns: str | None, conditions: Iterable[str]) -> Wanted:
        """By the names of questions and variables; raises :class:`OperatorError` where one is mistyped."""
        return cls(
            breakdowns(codebook, rows),
            one_breakdown(codebook, columns) if columns else None,
            tuple(Condition.read(each, codebook) for each in conditions),
        )

    @property
    def filter(self) -> str:
        """The conditions in words; empty where there are none."""
        return "; ".join(map(str, self.conditions))


@dataclass(frozen=True)
class Cell:
    """How many people are in a row of a column, of how many who answered; the same as weighted."""

    people: int
    base: int
    weight: float
    weighted_base: float

    @property
    def percent(self) -> int | None:
        """In whole per cent, rounded once, half up; None of nobody."""
        return half_up(100 * self.people, self.base) if self.base else None

    @property
    def weighted_percent(self) -> int | None:
        """The same as weighted. Weights are worked out to nine places, so that what lies half way is rounded up."""
        return floor(round(100 * self.weight / self.weighted_base, 9) + 0.5) if self.weighted_base else None


@dataclass(frozen=True)
class Line:
    """One row: a cell for each column."""

    category: Category
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Block:
    """The rows of one part of a question. ``bases``: by column, who answered it; ``without``: how many did not."""

    rows: Breakdown
    lines: tuple[Line, ...]
    bases: tuple[Effective, ...]
    without: tuple[int, ...]

    @property
    def numbers(self) -> Iterator[int]:
        """Every number of people in it."""
        yield from (cell.people for line in self.lines for cell in line.cells)
        yield from (base.people for base in self.bases)
        yield from self.without


@dataclass(frozen=True)
class Table:
    """A table as it is shown. ``records``: all there are; ``people``: those whom the conditions let through.

    ``partly_asked``: the variables of its rows and columns that not everybody was asked.
    """

    survey: str
    wanted: Wanted
    columns: tuple[Category, ...]
    blocks: tuple[Block, ...]
    records: int
    people: int
    weighting: Weighting | None
    partly_asked: tuple[str, ...] = ()

    @property
    def small(self) -> int:
        """How many numbers are of too few people to be told of; those who answered, and did not, are numbers too."""
        return sum(is_small(people) for block in self.blocks for people in block.numbers)


def table_of(records: Records, wanted: Wanted, weights: Path | None = None) -> Table:
    """Count ``records``; with the file ``weights`` of margins, as weighted to them too.

    Weights are made of all records, whatever the conditions: margins are known of everybody. Raises
    :class:`OperatorError` where nobody is left, and what reading margins and weighting to them raises.
    """
    margins = read_margins(weights, records.codebook) if weights else None
    patterns = patterns_of(records, _looked_at(wanted, margins))
    if not patterns:
        raise OperatorError("There are no records.")
    weighting = weighted(margins, patterns) if margins else None
    everybody = weighting.patterns if weighting else patterns
    inside = [each for each in everybody if all(condition.holds(each.codes) for condition in wanted.conditions)]
    people = sum(each.people for each in inside)
    if not people:
        raise OperatorError(f"None of the records has: {wanted.filter}. Ask for less.")
    columns = _columns(wanted.columns, inside)
    return Table(
        records.survey,
        wanted,
        columns,
        tuple(_block(rows, columns, wanted.columns, inside) for rows in wanted.rows),
        sum(each.people for each in everybody),
        people,
        weighting,
        tuple(dict.fromkeys(each.id for each in _shown(wanted) if each.id in records.partly_asked)),
    )


def _looked_at(wanted: Wanted, margins: Margins | None) -> Iterator[Variable]:
    yield from _shown(wanted)
    yield from (condition.variable for condition in wanted.conditions)
    yield from (margin.variable for margin in (margins.margins if margins else ()))


def _shown(wanted: Wanted) -> Iterator[Variable]:
    """What stands in rows and columns."""
    for breakdown in (*wanted.rows, *filter(None, [wanted.columns])):
        yield from breakdown.variables


def _columns(by: Breakdown | None, patterns: Sequence[Pattern]) -> tuple[Category, ...]:
    """Everybody, then each category, then those without an answer, if there are any."""
    if by is None:
        return (ALL,)
    some_have_none = any(not by.read(each.codes) for each in patterns)
    return (ALL, *by.categories, *([Category(NO_ANSWER, "No answer")] if some_have_none else []))


def _block(rows: Breakdown, columns: Sequence[Category], by: Breakdown | None, patterns: Sequence[Pattern]) -> Block:
    inside = [[each for each in patterns if _is_in(column, by, each.codes)] for column in columns]
    answered = [[each for each in column if rows.read(each.codes)] for column in inside]
    bases = tuple(map(Effective.of, answered))
    return Block(
        rows,
        tuple(
            Line(category, tuple(_cell(category, rows, *column) for column in zip(answered, bases, strict=True)))
            for category in rows.categories
        ),
        bases,
        tuple(sum(each.people for each in column) - base.people for column, base in zip(inside, bases, strict=True)),
    )


def _is_in(column: Category, by: Breakdown | None, codes: Codes) -> bool:
    if by is None or column is ALL:
        return True
    return column.code in (by.read(codes) or (NO_ANSWER,))


def _cell(category: Category, rows: Breakdown, answered: Sequence[Pattern], base: Effective) -> Cell:
    of = Effective.of(each for each in answered if category.code in rows.read(each.codes))
    return Cell(of.people, base.people, of.sum, base.sum)
