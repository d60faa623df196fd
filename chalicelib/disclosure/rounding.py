"""Controlled random rounding: every cell to an adjacent multiple of the base, the table to a given sum.

Drawn from a keyed hash, so a retry gives the same table and its noise cannot be averaged away. Method: systematic
sampling with chances in proportion to the distance above the lower multiple (Cox 1987, J. Am. Stat. Assoc. 82:520).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass


def rounded_total(n: int, base: int) -> int:
    """``n`` to the multiple of ``base`` below it; never up, for that would leave a printed 0 less room."""
    return n - n % base


def controlled_rounding(counts: Sequence[int], base: int, key: bytes, label: str) -> list[int]:
    """Round ``counts`` so that they sum to ``rounded_total(sum(counts))``; ``label`` names the draw.

    Each result is an adjacent multiple of ``base`` (a multiple itself stays).
    """
    residues = [count % base for count in counts]
    lower = [count - residue for count, residue in zip(counts, residues, strict=True)]
    to_raise = (rounded_total(sum(counts), base) - sum(lower)) // base
    if to_raise == 0:
        return lower
    raised = _systematic_sample(residues, to_raise, key, label)
    return [count + base * (index in raised) for index, count in enumerate(lower)]


def _systematic_sample(weights: Sequence[int], size: int, key: bytes, label: str) -> set[int]:
    """``size`` distinct positions, each with a chance in proportion to its weight.

    Positions are laid end to end in random order on a line as long as the sum of weights; every sum/size-th point
    from a random start picks one. No weight exceeds the step: it is below the base, the step is not.
    """
    total = sum(weights)
    order = sorted(range(len(weights)), key=lambda position: _draw(key, f"{label}:order:{position}"))
    # In units of 1/size, so that the whole sampling is done in integers.
    point = _draw(key, f"{label}:start") * total >> 64
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
    draw: Draw,
) -> list[list[int]] | None:
    """Round a matrix so that each row and column has the given sum; None where that cannot be.

    Each cell goes to an adjacent multiple of ``base``. Which cells go up is a flow: a row gives as many units as its
    sum lacks, a column takes as many, and a cell that is no multiple lets one through (Cox 1987). Ways are tried in
    random order.
    """
    rounded = [[count - count % base for count in row] for row in counts]
    supply = [(total - sum(row)) // base for total, row in zip(row_totals, rounded, strict=True)]
    demand = [(total - sum(row[column] for row in rounded)) // base for column, total in enumerate(column_totals)]
    if min([*supply, *demand]) < 0 or sum(supply) != sum(demand):
        return None
    ways = [[column for column, count in enumerate(row) if count % base] for row in counts]
    raised = _flow(supply, demand, [draw.shuffled(columns, f"row:{row}") for row, columns in enumerate(ways)], draw)
    if raised is None:
        return None
    return [
        [value + base * ((row, column) in raised) for column, value in enumerate(values)]
        for row, values in enumerate(rounded)
    ]


def _flow(
    supply: Sequence[int], demand: Sequence[int], ways: Sequence[Sequence[int]], draw: Draw
) -> set[tuple[int, int]] | None:
    """Cells, at most one unit each, that carry every row's supply to the columns' demands; None if none do."""
    used: set[tuple[int, int]] = set()
    left = list(demand)
    units = [row for row, number in enumerate(supply) for _ in range(number)]
    for row in draw.shuffled(units, "units"):
        if not _augment(row, used, left, ways, set()):
            return None
    return used


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
class Draw:
    """Random numbers of one attempt at one question's tables: the same key and label draw the same."""

    key: bytes
    label: str

    def number(self, name: str) -> int:
        """A uniform number below 2**64."""
        return _draw(self.key, f"{self.label}:{name}")

    def shuffled(self, items: Sequence[int], name: str) -> list[int]:
        """``items`` in random order."""
        numbered = sorted(enumerate(items), key=lambda pair: self.number(f"{name}:{pair[0]}"))
        return [item for _, item in numbered]


def _draw(key: bytes, label: str) -> int:
    """A uniform number below 2**64."""
    return int.from_bytes(hmac.digest(key, label.encode("utf-8"), hashlib.sha256)[:8], "big")
