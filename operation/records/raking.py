"""Weights that bring a sample to known margins: iterative proportional fitting, within bounds where there are any.

Without bounds it is the procedure of Deming and Stephan (1940), Annals of Mathematical Statistics 11(4): one margin
after the other is multiplied to its target until all hold. With bounds each step looks for the multiplier with which
the margin holds *after* every weight is cut to the bounds. That is the calibration of Deville and Särndal (1992),
Journal of the American Statistical Association 87(418), with the distance of raking and bounded weights: of all weights
within the bounds that reach the margins, those that are nearest to equal ones. So trimming loses no margin unless no
weights within the bounds reach it. R's ``survey::calibrate(calfun="raking", bounds=…)`` finds the same weights.

Everybody of one combination of categories has one weight, so what is worked on is combinations, not persons.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: The categories of a person, one for each margin, by their positions.
Combination = tuple[int, ...]

#: How far a category may be off, in parts of all people, for the margins to hold: far below what any table shows.
_CLOSE = 1e-10
_ROUNDS = 1_000
#: Combinations times margins times rounds: some ten seconds.
_MOST_STEPS = 50_000_000


@dataclass(frozen=True)
class Bounds:
    """The least and the greatest weight; the mean weight is 1. ``least`` is above 0 and below 1, ``most`` above 1."""

    least: float
    most: float

    def cut(self, weight: float) -> float:
        """``weight``, or the bound that it is beyond."""
        return min(self.most, max(self.least, weight))


@dataclass
class _Cell:
    """The people of one combination; ``weight`` is that of each, before it is cut to bounds."""

    people: int
    weight: float = 1.0


def rake(
    people: Mapping[Combination, int], targets: Sequence[Sequence[float]], bounds: Bounds | None = None
) -> dict[Combination, float]:
    """The weight of whoever is in each combination; weights have the mean 1.

    ``people``: how many are in each combination, at least one. ``targets``: of each margin, how many people each
    category should have, above 0; those of a margin sum to the number of people. Where no weights reach all margins,
    and where the rounds are used up, those of the last round are returned, whose last margin holds as far as it can.
    """
    cells = {combination: _Cell(number) for combination, number in people.items()}
    margins = [_grouped(cells, position, targets[position]) for position in range(len(targets))]
    near = _CLOSE * sum(people.values())
    for _ in range(_rounds(len(cells), len(targets))):
        if all(abs(group.sum(bounds) - group.target) <= near for margin in margins for group in margin):
            break
        for group in (group for margin in margins for group in margin):
            group.fit(bounds)
    return {combination: _weight(cell, bounds) for combination, cell in cells.items()}


def _rounds(cells: int, margins: int) -> int:
    """As many as there is time for."""
    return max(20, min(_ROUNDS, _MOST_STEPS // max(1, cells * margins)))


def _weight(cell: _Cell, bounds: Bounds | None) -> float:
    return bounds.cut(cell.weight) if bounds else cell.weight


@dataclass(frozen=True)
class _Group:
    """The cells of one category, and how many people it should have."""

    cells: Sequence[_Cell]
    target: float

    def sum(self, bounds: Bounds | None) -> float:
        """How many people it has as weighted."""
        return self._sum(1.0, bounds)

    def fit(self, bounds: Bounds | None) -> None:
        """Multiply the weights so that the target is met, or missed by as little as the bounds let."""
        factor = self._factor(bounds) if bounds else self.target / self.sum(None)
        for cell in self.cells:
            # Where margins contradict each other, weights would grow, or vanish, for ever.
            cell.weight = min(_HUGE, max(1 / _HUGE, cell.weight * factor))

    def _sum(self, factor: float, bounds: Bounds | None) -> float:
        if bounds is None:
            return factor * sum(cell.people * cell.weight for cell in self.cells)
        return sum(cell.people * bounds.cut(factor * cell.weight) for cell in self.cells)

    def _factor(self, bounds: Bounds) -> float:
        """Between two factors at which some weight meets a bound, what is cut is a straight line of the factor."""
        meeting = sorted({limit / cell.weight for cell in self.cells for limit in (bounds.least, bounds.most)})
        after = bisect_left(meeting, self.target, key=lambda factor: self._sum(factor, bounds))
        if after in (0, len(meeting)):
            return meeting[min(after, len(meeting) - 1)]
        low, high = meeting[after - 1 : after + 1]
        at_low, at_high = self._sum(low, bounds), self._sum(high, bounds)
        return low + (high - low) * (self.target - at_low) / (at_high - at_low)


_HUGE = 1e100


def _grouped(cells: Mapping[Combination, _Cell], margin: int, targets: Sequence[float]) -> list[_Group]:
    inside: list[list[_Cell]] = [[] for _ in targets]
    for combination, cell in cells.items():
        inside[combination[margin]].append(cell)
    return [_Group(found, target) for found, target in zip(inside, targets, strict=True) if found]
