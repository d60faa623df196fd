"""Controlled random rounding: every cell to an adjacent multiple of the base, the table to a given sum (rule 4).

Drawn from a keyed hash, so a retry gives the same table and its noise cannot be averaged away. Method: systematic
sampling with chances in proportion to the distance above the lower multiple (Cox 1987, J. Am. Stat. Assoc. 82:520).
"""

from __future__ import annotations

import hashlib
import hmac
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate


def rounded_total(n: int, base: int) -> int:
    """``n`` to the multiple of ``base`` below it; never up, for that would leave a printed 0 less room."""
    return n - n % base


def controlled_rounding(counts: Sequence[int], base: int, random: KeyedRandom) -> list[int]:
    """Round ``counts`` so that they sum to ``rounded_total(sum(counts))``.

    Each result is an adjacent multiple of ``base`` (a multiple itself stays).
    """
    residues = [count % base for count in counts]
    lower = [count - residue for count, residue in zip(counts, residues, strict=True)]
    to_raise = (rounded_total(sum(counts), base) - sum(lower)) // base
    if to_raise == 0:
        return lower
    raised = _systematic_sample(residues, to_raise, random)
    return [count + base * (index in raised) for index, count in enumerate(lower)]


def _systematic_sample(weights: Sequence[int], size: int, random: KeyedRandom) -> set[int]:
    """``size`` distinct positions, each with a chance in proportion to its weight.

    Positions are laid end to end in random order on a line as long as the sum of weights; every sum/size-th point
    from a random start picks one. No weight exceeds the step: it is below the base, the step is not.
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
    """A cell that is printed as ``lower``, or as the base more: the likelier the greater its ``weight``, never at 0."""

    lower: int
    weight: int

    @classmethod
    def of(cls, count: int, base: int) -> Adjacent:
        """The multiples of ``base`` adjacent to ``count``."""
        return cls(count - count % base, count % base)

    @classmethod
    def of_pair(cls, pair: Sequence[int], total: int, head: Sequence[int], base: int) -> Adjacent | None:
        """How many chose an option, of a pair that prints as ``total``, so that both its cells are adjacent.

        At most as many as ``head`` says chose anything; None where no number will do.
        """
        either = cls.of(pair[0], base)
        possible = [
            count
            for count in (either.lower, either.lower + base)
            if abs(count - pair[0]) < base and abs(total - count - pair[1]) < base and count <= head[0]
        ]
        if len(possible) == 2:
            return either
        return cls(possible[0], 0) if possible else None


def matrix_within(
    cells: Sequence[Sequence[Adjacent]],
    row_totals: Sequence[int],
    column_limits: Sequence[tuple[int, int]],
    base: int,
    random: KeyedRandom,
) -> list[list[int]] | None:
    """Numbers for ``cells`` so that each row has its sum, each column one between its limits; None if there are none.

    Which cells go up is a flow: a row gives as many units as its sum lacks, a column takes as many, and each cell lets
    one through. Ways are tried in random order.
    """
    lacking = [sum(cell.lower for cell in column) for column in zip(*cells, strict=True)]
    supply = [total - sum(cell.lower for cell in row) for total, row in zip(row_totals, cells, strict=True)]
    least = [max(0, low - sum_) for (low, _), sum_ in zip(column_limits, lacking, strict=True)]
    most = [high - sum_ for (_, high), sum_ in zip(column_limits, lacking, strict=True)]
    if min([*supply, *most]) < 0 or any(number % base for number in supply):
        return None
    ways = [random.weighted([cell.weight for cell in row], f"row:{place}") for place, row in enumerate(cells)]
    units = [row for row, number in enumerate(supply) for _ in range(number // base)]
    raised = _flow(
        random.shuffled(units, "units"), [number // base for number in least], [number // base for number in most], ways
    )
    if raised is None:
        return None
    return [
        [cell.lower + base * ((row, column) in raised) for column, cell in enumerate(of_row)]
        for row, of_row in enumerate(cells)
    ]


def _flow(
    units: Sequence[int], least: Sequence[int], most: Sequence[int], ways: Sequence[Sequence[int]]
) -> set[tuple[int, int]] | None:
    """Counts that carry all ``units``, each from the row named, at most one through a cell; None if none do.

    First every column takes the least that it needs; what it has it keeps when the rest is sent.
    """
    used: set[tuple[int, int]] = set()
    left = list(least)
    later = [row for row in units if not _augment(row, used, left, ways, set())]
    if any(left):
        return None
    left = [high - low for low, high in zip(least, most, strict=True)]
    return used if all(_augment(row, used, left, ways, set()) for row in later) else None


def _augment(
    row: int, used: set[tuple[int, int]], left: list[int], ways: Sequence[Sequence[int]], seen: set[int]
) -> bool:
    """Send one unit more from ``row``, moving others out of its way where needed."""
    for column in ways[row]:
        if (row, column) in used or column in seen:
            continue
        seen.add(column)
        if left[column]:
            left[column] -= 1
            used.add((row, column))
            return True
        for other in [holder for holder, held in used if held == column]:
            used.discard((other, column))
            used.add((row, column))
            if _augment(other, used, left, ways, seen):
                return True
            used.discard((row, column))
            used.add((other, column))
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
            ends = list(accumulate(weights[place] for place in left))
            point = self.number(f"{name}:{len(order)}") * ends[-1] >> 64
            order.append(left.pop(bisect_right(ends, point)))
        return order

    def shuffled(self, items: Sequence[int], name: str) -> list[int]:
        """``items`` in random order."""
        numbered = sorted(enumerate(items), key=lambda pair: self.number(f"{name}:{pair[0]}"))
        return [item for _, item in numbered]
