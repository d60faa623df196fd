"""What is followed of a question: by its kind, the answers that its figure, its title and its trend are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from chalicelib.publication.about import AskedQuestion
from chalicelib.publication.crosstabs import GroupRow
from chalicelib.publication.editions import edition_of
from chalicelib.publication.notes import is_choice
from chalicelib.publication.release import FrequencyTable, Release, cells_of, denominator
from chalicelib.publication.shares import Share, part_of, share_together
from chalicelib.publication.words import Phrasing, filled
from chalicelib.questionnaire.codebook import CHOSEN, NO_ANSWER

#: From so many steps on the upper two are told together ("top two"), else the uppermost alone.
STEPS_FOR_TWO = 4


class Form(StrEnum):
    """How the answers to a question are drawn (design: results are drawn on the server)."""

    #: A bar each, the longest first.
    SORTED = "sorted"
    #: A bar each, in their own order.
    ORDERED = "ordered"
    #: One bar a row, in parts.
    STACKED = "stacked"
    #: A column each: the steps of a scale.
    COLUMNS = "columns"
    #: As many as wrote something, in words.
    WRITTEN = "written"
    #: Nothing is printed of it.
    NONE = "none"


@dataclass(frozen=True)
class Measure:
    """Some answers of one table together: ``codes``; ``code`` names it within its question.

    ``label``: what it is called; ``what``: which answers, where the label is a row's ("Harder or Much harder").
    ``is_apart``: no answer like the others, such as "I would rather not say".
    """

    code: str
    label: str
    table: FrequencyTable
    codes: frozenset[str]
    release: Release
    what: str = ""
    is_apart: bool = False

    @cached_property
    def count(self) -> int:
        """The printed number of them."""
        return sum(cell.count for cell in cells_of(self.table) if cell.code in self.codes)

    @property
    def told(self) -> Share | None:
        """Their share; None of too few."""
        return self.part if denominator(self.table) >= max(1, self.release.percentages_from) else None

    @cached_property
    def part(self) -> Share:
        """Their share, of however few."""
        return part_of(self.table, self.codes, self.release)

    def in_edition(self, place: int) -> Measure:
        """The same in one of the editions that the table keeps side by side."""
        return replace(self, table=edition_of(self.table, place, self.release))

    def in_group(self, row: GroupRow) -> Share | None:
        """Their share in one group; None of too few."""
        return share_together(row, self.codes, self.release)

    def count_in_group(self, row: GroupRow) -> int:
        """The printed number of them in one group."""
        return sum(cell.count for cell in row.cells if cell.code in self.codes)


@dataclass(frozen=True)
class Printed:
    """The printed tables of one question, with what was asked."""

    asked: AskedQuestion
    tables: tuple[FrequencyTable, ...]
    release: Release
    words: Phrasing

    @property
    def shape(self) -> Shape:
        """How it is drawn, and what is followed of it."""
        return SHAPES[self.tables[0].kind]

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """All of them, in the order of the questionnaire; those apart last."""
        found = tuple(self.shape.measures(self))
        return (*(each for each in found if not each.is_apart), *(each for each in found if each.is_apart))

    @cached_property
    def leading(self) -> tuple[Measure, ...]:
        """Those that are answers like the others, the largest first."""
        answers = [each for each in self.measures if not each.is_apart]
        return tuple(sorted(answers, key=lambda each: -each.part.printed))

    @property
    def as_drawn(self) -> tuple[Measure, ...]:
        """All of them in the order of the figure, which the table below it has too."""
        if self.shape.form is not Form.SORTED:
            return self.measures
        return (*self.leading, *(each for each in self.measures if each.is_apart))

    @cached_property
    def first(self) -> tuple[Measure, ...]:
        """Those that may be the largest in truth: one where its lead is more than rounding could make."""
        if not self.leading:
            return ()
        top = self.leading[0].part
        return tuple(each for each in self.leading if each.part.most >= top.least)

    @property
    def upper(self) -> Measure:
        """The upper steps of its first table together, named by their labels."""
        codes = _upper(self.steps())
        return Measure(codes[-1], _named(self, codes), self.tables[0], frozenset(codes), self.release)

    def is_apart(self, code: str) -> bool:
        """Whether ``code`` is no answer like the others."""
        return code == NO_ANSWER or code in self.asked.apart

    def steps(self) -> list[str]:
        """The codes of its tables that are answers like the others, in their order."""
        return [cell.code for cell in self.tables[0].cells if not self.is_apart(cell.code)]


def _of_cells(printed: Printed) -> Iterator[Measure]:
    (table,) = printed.tables
    for cell in cells_of(table):
        label = printed.words.code(cell.code, cell.label)
        yield Measure(
            cell.code, label, table, frozenset({cell.code}), printed.release, is_apart=printed.is_apart(cell.code)
        )


def _of_choices(printed: Printed) -> Iterator[Measure]:
    """Each option, then who chose none; "chose something" only repeats the options."""
    for table in printed.tables:
        if table.part is not None:
            label = printed.words.of(table.part_label or {})
            yield Measure(
                table.part, label, table, frozenset({CHOSEN}), printed.release, is_apart=printed.is_apart(table.part)
            )
            continue
        for cell in cells_of(table):
            if cell.code != CHOSEN or len(printed.tables) == 1:
                label = printed.words.code(cell.code, cell.label)
                yield Measure(
                    cell.code, label, table, frozenset({cell.code}), printed.release, is_apart=cell.code != CHOSEN
                )


def _of_rows(printed: Printed) -> Iterator[Measure]:
    """Of each row who chose one of the two upper steps."""
    codes = _upper(printed.steps())
    yield from _of_parts(printed, codes, _named(printed, codes))


def _of_ranks(printed: Printed) -> Iterator[Measure]:
    """Of each option who put it first or second."""
    ranks = printed.steps()
    two = len(ranks) >= STEPS_FOR_TWO - 1
    what = printed.words.translate("first or second") if two else printed.words.translate("first")
    yield from _of_parts(printed, ranks[: 2 if two else 1], what)


def _of_parts(printed: Printed, codes: Sequence[str], what: str) -> Iterator[Measure]:
    for table in printed.tables:
        if not is_choice(table.cells):
            yield Measure(
                table.part or "",
                printed.words.of(table.part_label or {}),
                table,
                frozenset(codes),
                printed.release,
                what=what,
            )


def _upper(steps: Sequence[str]) -> Sequence[str]:
    return steps[-2:] if len(steps) >= STEPS_FOR_TWO else steps[-1:]


def _named(printed: Printed, codes: Sequence[str]) -> str:
    labels = [printed.words.code(cell.code, cell.label) for cell in printed.tables[0].cells if cell.code in codes]
    text = printed.words.translate("%(one)s or %(other)s")
    return filled(text, one=labels[0], other=labels[1]) if len(labels) > 1 else labels[0]


def _none(printed: Printed) -> Iterator[Measure]:
    yield from ()


@dataclass(frozen=True)
class Shape:
    """How the answers to a kind of question are drawn, and what is followed of them."""

    form: Form
    measures: Callable[[Printed], Iterator[Measure]]
    #: Whether the first step is the most: so of ranks.
    begins_with_most: bool = False


_ONE, _IN_ORDER, _WRITTEN = (Shape(form, _of_cells) for form in (Form.SORTED, Form.ORDERED, Form.WRITTEN))
_NOTHING = Shape(Form.NONE, _none)
#: One entry for each of ``definition.KINDS``.
SHAPES: Mapping[str, Shape] = {
    "single_choice": _ONE,
    "dropdown": _ONE,
    "multiple_choice": Shape(Form.SORTED, _of_choices),
    "scale": Shape(Form.COLUMNS, _of_cells),
    "matrix": Shape(Form.STACKED, _of_rows),
    "ranking": Shape(Form.STACKED, _of_ranks, begins_with_most=True),
    "number": _IN_ORDER,
    "date": _IN_ORDER,
    "yes_no": _ONE,
    "consent": _NOTHING,
    "short_text": _WRITTEN,
    "long_text": _WRITTEN,
    "hidden": _ONE,
    "note": _NOTHING,
    "section": _NOTHING,
}
