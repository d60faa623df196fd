"""Controlled random rounding: every cell to an adjacent multiple of the base, the table to a given sum (rule 4).

Drawn from a keyed hash, so a retry gives the same table and its noise cannot be averaged away. Method: systematic
sampling with chances in proportion to the distance above the lower multiple (Cox 1987, J. Am. Stat. Assoc. 82:520). No
chance is 0: whatever obeys the rules can be printed, or that it is not would tell.
"""

from __future__ import annotations

import hashlib
import hmac
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate

#: The parts of a base in which weights are told.
WEIGHTS = 100
#: One draw in so many picks what goes up one by one.
ONE_BY_ONE = 16


def rounded_total(n: int, base: int) -> int:
    """``n`` to the multiple of ``base`` below it; never up, for that would leave a printed 0 less room."""
    return n - n % base


def controlled_rounding(counts: Sequence[int], total: int, base: int, random: KeyedRandom) -> list[int]:
    """Round ``counts`` so that they sum to ``total``, a multiple of ``base``.

    Each result is an adjacent multiple of ``base`` (a multiple itself stays), and any such results that sum to it are
    possible. Where none do, those that are least off make up for it.
    """
    cells = [Adjacent.near(count, total, sum(counts), base) for count in counts]
    lower = [cell.lower for cell in cells]
    raised = _sample([cell.weight for cell in cells], max(0, (total - sum(lower)) // base), random)
    return moved_to(total, [count + base * (place in raised) for place, count in enumerate(lower)], counts, base)


def _sample(weights: Sequence[int], size: int, random: KeyedRandom) -> Collection[int]:
    """``size`` distinct positions, each with a chance in proportion to its weight.

    Systematic sampling leaves out combinations that no order of the positions allows, so one draw in so many is made
    position by position, and has them all.
    """
    total = sum(weights)
    if size * max(weights, default=0) > total or random.number("method") * ONE_BY_ONE < 1 << 64:
        return random.weighted(weights, "raised")[:size]
    return _systematic_sample(weights, size, random)


def _systematic_sample(weights: Sequence[int], size: int, random: KeyedRandom) -> set[int]:
    """Every sum/size-th point, from a random start, of a line on which positions lie end to end in random order.

    Each is as long as its weight, which is no more than the step.
    """
    total = sum(weights)
    order = sorted(range(len(weights)), key=lambda position: random.number(f"order:{position}"))
    # In units of 1/size, so that the whole sampling is done in integers.
    point = random.number("start") * total >> 64
    chosen: set[int] = set()
    end = 0
    for position in order:
        end += weights[position] * size
        if point < end:
            chosen.add(position)
            point += total
    return chosen


def moved_to(
    total: int, printed: Sequence[int], exact: Sequence[float], base: int, most: int | None = None
) -> list[int]:
    """``printed`` so that they sum to ``total``, with steps of ``base`` where they are least off ``exact``.

    No number goes below 0 or above ``most``.
    """
    moved, step = list(printed), base if sum(printed) < total else -base
    for _ in range(abs(total - sum(printed)) // base):
        able = [
            place for place, count in enumerate(moved) if count + step >= 0 and (most is None or count + step <= most)
        ]
        if not able:
            break  # checked once more before it is printed
        moved[min(able, key=lambda place: step * (moved[place] - exact[place]))] += step
    return moved


def controlled_matrix(
    counts: Sequence[Sequence[int]],
    row_totals: Sequence[int],
    column_totals: Sequence[int],
    base: int,
    random: KeyedRandom,
) -> list[list[int]] | None:
    """Round a matrix so that each row and column has the given sum; None where that cannot be.

    Each cell goes to an adjacent multiple of ``base`` (Cox 1987).
    """
    cells = [[Adjacent.of(count, base) for count in row] for row in counts]
    return matrix_within(cells, row_totals, [(total, total) for total in column_totals], base, random)


@dataclass(frozen=True)
class Adjacent:
    """A cell that is printed as ``lower``, or as the base more: the likelier the greater its ``weight``, never at 0.

    Only where nothing else fits, so many steps ``below`` the lower of them or ``above`` the higher.
    """

    lower: int
    weight: int
    below: int = 0
    above: int = 0

    @classmethod
    def of(cls, count: int, base: int) -> Adjacent:
        """The multiples of ``base`` adjacent to ``count``."""
        return cls(count - count % base, count % base)

    @classmethod
    def near(cls, count: int, printed: int, true: int, base: int) -> Adjacent:
        """The same of a count among ``true`` people who print as ``printed``: near to its share of these.

        Its weight is in units of ``base`` / ``WEIGHTS``, and at least one, so that both multiples are possible.
        """
        lower = count - count % base
        if lower == count:
            return cls(count, 0)
        return cls(lower, min(WEIGHTS - 1, max(1, (count * printed - lower * true) * WEIGHTS // (true * base))))

    def within(self, most: int, base: int) -> Adjacent:
        """The same, at most ``most``."""
        return self if self.lower + base <= most else Adjacent(min(self.lower, most), 0)

    def is_raised(self, number: int) -> bool:
        """Whether the uniform ``number`` below 2**64 raises it, with the chance that a weight as of ``near`` says."""
        return number * WEIGHTS < self.weight << 64

    def with_steps(self, most: int, base: int) -> Adjacent:
        """The same, with a step more on either side where that is from 0 to ``most``."""
        highest = self.lower + base * (self.weight > 0)
        return Adjacent(self.lower, self.weight, int(self.lower > 0), int(highest + base <= most))


def matrix_within(
    cells: Sequence[Sequence[Adjacent]],
    row_totals: Sequence[int],
    column_limits: Sequence[tuple[int, int]],
    base: int,
    random: KeyedRandom,
) -> list[list[int]] | None:
    """Numbers for ``cells`` so that each row has its sum, each column one between its limits; None if there are none.

    Any such numbers are possible. Which cells go up is a flow: a row gives as many units as its sum lacks, a column
    takes as many, and each step of a cell lets one through. Ways are tried in random order.
    """
    start = [[cell.lower - base * cell.below for cell in row] for row in cells]
    lacking = [sum(column) for column in zip(*start, strict=True)]
    supply = [total - sum(row) for total, row in zip(row_totals, start, strict=True)]
    least = [max(0, low - sum_) for (low, _), sum_ in zip(column_limits, lacking, strict=True)]
    most = [high - sum_ for (_, high), sum_ in zip(column_limits, lacking, strict=True)]
    if min([*supply, *most]) < 0 or any(number % base for number in supply):
        return None
    ways = [_ways(row, random.of(f"row:{place}")) for place, row in enumerate(cells)]
    units = [row for row, number in enumerate(supply) for _ in range(number // base)]
    raised = _flow(
        random.shuffled(units, "units"), [number // base for number in least], [number // base for number in most], ways
    )
    if raised is None:
        return None
    steps = Counter((row, column) for row, (column, _) in raised)
    return [
        [count + base * steps[row, column] for column, count in enumerate(of_row)] for row, of_row in enumerate(start)
    ]


#: A step of a cell: its column, and whether it leads to the lower multiple, to the higher one or beyond.
Step = tuple[int, int]


def _ways(row: Sequence[Adjacent], random: KeyedRandom) -> list[Step]:
    """The steps that may be taken in a row, those first that lead to adjacent multiples."""
    below, above = ([cell.below for cell in row], [cell.above for cell in row])
    drawn = [(column, 1) for column in random.weighted([cell.weight for cell in row], "raised")]
    to_lower = [(column, 0) for column in random.weighted(below, "below")]
    return [*to_lower, *drawn, *((column, 2) for column in random.weighted(above, "above"))]


def _flow(
    units: Sequence[int], least: Sequence[int], most: Sequence[int], ways: Sequence[Sequence[Step]]
) -> set[tuple[int, Step]] | None:
    """Steps that carry all ``units``, each from the row named, at most one through a step; None if none do.

    First every column takes the least that it needs; what it has it keeps when the rest is sent.
    """
    flow = _Flow(ways, list(least))
    later = [row for row in units if not flow.augment(row, set())]
    if any(flow.left):
        return None
    flow.left = [high - low for low, high in zip(least, most, strict=True)]
    if not all(flow.augment(row, set()) for row in later):
        return None
    return {taken for column in flow.taken for taken in column}


class _Flow:
    """Units sent so far: the steps ``taken`` by column, and how many more each column has ``left`` to take."""

    def __init__(self, ways: Sequence[Sequence[Step]], left: list[int]) -> None:
        self._ways, self.left = ways, left
        self.taken: list[dict[tuple[int, Step], None]] = [{} for _ in left]

    def augment(self, row: int, seen: set[int]) -> bool:
        """Send one unit more from ``row``, moving others out of its way where needed."""
        for step in self._ways[row]:
            column, taken = step[0], self.taken[step[0]]
            if (row, step) in taken or column in seen:
                continue
            seen.add(column)
            if self.left[column]:
                self.left[column] -= 1
                taken[row, step] = None
                return True
            for other in list(taken):
                del taken[other]
                if self.augment(other[0], seen):
                    taken[row, step] = None
                    return True
                taken[other] = None
        return False


@dataclass(frozen=True)
class KeyedRandom:
    """Random numbers of one draw: the same key and label give the same."""

    key: bytes
    label: str

    def of(self, name: object) -> KeyedRandom:
        """Random numbers of a part of the draw, or of another draw."""
        return KeyedRandom(self.key, f"{self.label}:{name}")

    def number(self, name: str) -> int:
        """A uniform number below 2**64."""
        label = f"{self.label}:{name}".encode()
        return int.from_bytes(hmac.digest(self.key, label, hashlib.sha256)[:8], "big")

    def weighted(self, weights: Sequence[int], name: str) -> list[int]:
        """Places of what has a weight in random order, each next with a chance in proportion to it."""
        left = [place for place, weight in enumerate(weights) if weight]
        order: list[int] = []
        while left:
            order.append(left.pop(self.place([weights[place] for place in left], f"{name}:{len(order)}")))
        return order

    def place(self, weights: Sequence[int], name: str) -> int:
        """One of the places of ``weights``, with a chance in proportion to its weight."""
        ends = list(accumulate(weights))
        return bisect_right(ends, self.number(name) * ends[-1] >> 64)

    def shuffled(self, items: Sequence[int], name: str) -> list[int]:
        """``items`` in random order."""
        numbered = sorted(enumerate(items), key=lambda pair: self.number(f"{name}:{pair[0]}"))
        return [item for _, item in numbered]
