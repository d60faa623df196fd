"""What a cube is: a number, or why there is none, for every combination of what its dimensions tell apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from math import prod


class Missing(StrEnum):
    """Why there is no number, by the symbol that Statistics Norway and Statistics Sweden print for it."""

    IMPOSSIBLE = "."
    NOT_TOLD = ".."
    NOT_PRINTED = ":"


class Measure(StrEnum):
    """What is told of an answer; ``ASKED``: of how many the percentages are, the same for all answers of a table."""

    COUNT = "count"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    PERCENT = "percent"
    PERCENT_AT_LEAST = "percent_at_least"
    PERCENT_AT_MOST = "percent_at_most"
    ASKED = "asked"


class Axis(StrEnum):
    """What a dimension tells apart; the value is its id."""

    PART = "part"
    GROUP = "group"
    ANSWER = "answer"
    EDITION = "edition"
    MEASURE = "measure"


MISSING_IN_WORDS: Mapping[Missing, str] = {
    Missing.IMPOSSIBLE: "There can be no number here.",
    Missing.NOT_TOLD: "Not told: it is of too few, or not known.",
    Missing.NOT_PRINTED: "Not printed in this release.",
}
#: As the workbook calls its columns.
MEASURES_IN_WORDS: Mapping[Measure, str] = {
    Measure.COUNT: "Count",
    Measure.AT_LEAST: "Count at least",
    Measure.AT_MOST: "Count at most",
    Measure.PERCENT: "Per cent",
    Measure.PERCENT_AT_LEAST: "Per cent at least",
    Measure.PERCENT_AT_MOST: "Per cent at most",
    Measure.ASKED: "Asked",
}
AXES_IN_WORDS: Mapping[Axis, str] = {
    Axis.PART: "Item",
    Axis.ANSWER: "Answer",
    Axis.EDITION: "Edition",
    Axis.MEASURE: "Measure",
}
#: Measured in per cent; the others are numbers of people.
SHARES = frozenset({Measure.PERCENT, Measure.PERCENT_AT_LEAST, Measure.PERCENT_AT_MOST})

#: The codes of all editions together, and of a question's parts together. No edition, no option is called so.
TOTAL, WHOLE = "total", "_all"
#: Between a question and what it is by, in the name of a cube. No question has a hyphen.
BY = "-by-"

#: A number, or why there is none.
Value = int | float | Missing


@dataclass(frozen=True)
class Unit:
    """What a measure counts, and how many decimals it has."""

    label: str
    decimals: int


@dataclass(frozen=True)
class Category:
    """One of what a dimension tells apart; a measure has a ``unit``. Labels are distinct in a dimension."""

    code: str
    label: str
    unit: Unit | None = None


@dataclass(frozen=True)
class Dimension:
    """A dimension with its categories in order. Labels are distinct in a cube."""

    axis: Axis
    label: str
    categories: tuple[Category, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Of the categories."""
        return tuple(category.code for category in self.categories)


@dataclass(frozen=True)
class Cube:
    """Numbers by dimensions: ``values`` in the order of their categories, the last dimension's the fastest.

    ``id``: the question's, with ``-by-`` and the group question's where it is by group; ``notes``: paragraphs.
    """

    id: str
    title: str
    dimensions: tuple[Dimension, ...]
    values: tuple[Value, ...]
    notes: tuple[str, ...]

    @property
    def question(self) -> str:
        """The id of the question."""
        return self.id.partition(BY)[0]

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many categories each dimension has."""
        return tuple(len(dimension.categories) for dimension in self.dimensions)

    def picked(self, picks: Mapping[Axis, Sequence[str]]) -> Cube:
        """The part of the cube with these codes, which have to be some of its own; all where an axis is not named."""
        kept = [
            [place for place, code in enumerate(each.codes) if code in picks.get(each.axis, each.codes)]
            for each in self.dimensions
        ]
        steps = [prod(self.sizes[place + 1 :]) for place in range(len(self.dimensions))]
        dimensions = (
            replace(each, categories=tuple(each.categories[place] for place in places))
            for each, places in zip(self.dimensions, kept, strict=True)
        )
        values = (
            self.values[sum(place * step for place, step in zip(places, steps, strict=True))]
            for places in product(*kept)
        )
        return replace(self, dimensions=tuple(dimensions), values=tuple(values))
