"""Open links: two-sided geometric noise on every cell, then tables that add up and obey the limits of answers.

All but the noise is made of noisy numbers only, so it tells nothing more of the true ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log

from chalicelib.disclosure.rounding import Draw
from chalicelib.disclosure.units import Counts, Unit

_RESOLUTION = 2**64


def geometric(draw: Draw, name: str, alpha: float) -> int:
    """A whole number k with a chance in proportion to ``alpha`` to the power of its distance from zero."""
    at_zero = (1 - alpha) / (1 + alpha)
    point = draw.number(name) / _RESOLUTION
    if point < at_zero:
        return 0
    beyond = 2 * (point - at_zero) / (1 - at_zero)
    sign, rest = (-1, beyond) if beyond < 1 else (1, beyond - 1)
    return sign * (1 + floor(log(1 - min(rest, 1 - 1 / _RESOLUTION)) / log(alpha)))


@dataclass(frozen=True)
class Frame:
    """What printed tables have to fit: their sum, the printed number of those asked, the base of rounding."""

    total: int
    asked: int
    base: int


def noised(unit: Unit, exact: Sequence[Counts], frame: Frame, alpha: float, draw: Draw) -> list[list[int]]:
    """The unit's tables with noise, in multiples of the base that sum to the total."""
    noisy = [
        [max(0, count + geometric(draw, f"{spec.id}:{place}", alpha)) for place, count in enumerate(table)]
        for spec, table in zip(unit.specs, exact, strict=True)
    ]
    total, asked, base = frame.total, frame.asked, frame.base
    if unit.kind == "ranking":
        return _ranking(noisy, total, asked, base)
    head = _fitted(noisy[0], total, asked, base, exactly=unit.is_compulsory)
    if unit.kind == "single":
        return [head]
    return [head, *_pairs(unit, noisy[1:], head[0], total, base)]


def largest_remainder(values: Counts, total: int, base: int) -> list[int]:
    """Multiples of ``base`` in proportion to ``values`` that sum to ``total``; the last takes it where all are 0."""
    whole = sum(values)
    if not whole:
        return [0] * (len(values) - 1) + [total]
    units = total // base
    shares = [value * units for value in values]
    given = [share // whole for share in shares]
    first = sorted(range(len(values)), key=lambda place: (-(shares[place] % whole), place))
    for place in first[: units - sum(given)]:
        given[place] += 1
    return [count * base for count in given]


def _fitted(noisy: Counts, total: int, asked: int, base: int, exactly: bool) -> list[int]:
    """A table that sums to ``total``, of which at most ``asked`` answered, or just as many."""
    table = largest_remainder(noisy, total, base)
    if total - table[-1] > asked or exactly:
        return [*largest_remainder(noisy[:-1], asked, base), total - asked]
    return table


def _pairs(unit: Unit, noisy: Sequence[Counts], chosen: int, total: int, base: int) -> list[list[int]]:
    """Each option between nobody and all who chose; together as many as so many people can choose."""
    counts = [min(chosen, _nearest(pair[0] * total, max(1, sum(pair)), base)) for pair in noisy]
    variable = unit.specs[0].variable
    while sum(counts) > variable.most * chosen:
        counts[max(range(len(counts)), key=counts.__getitem__)] -= base
    while sum(counts) < variable.least * chosen:
        room = [place for place, count in enumerate(counts) if count < chosen]
        counts[max(room, key=lambda place: noisy[place][0])] += base
    return [[count, total - count] for count in counts]


def _nearest(numerator: int, denominator: int, base: int) -> int:
    """The multiple of ``base`` nearest to a fraction."""
    return base * ((2 * numerator + base * denominator) // (2 * base * denominator))


def _ranking(noisy: Sequence[Counts], total: int, asked: int, base: int) -> list[list[int]]:
    """Rank after rank: no more gave it than gave the one before, and nobody ranks an option twice."""
    room = [total] * len(noisy)
    columns: list[list[int]] = []
    most = min(total, asked)
    for column in list(zip(*noisy, strict=True))[:-1]:
        most = min(most, sum(room), _nearest(sum(column), 1, base))
        columns.append(_within(column, most, room, base))
        room = [left - count for left, count in zip(room, columns[-1], strict=True)]
    rows = zip(*columns, strict=True)
    return [[*row, left] for row, left in zip(rows, room, strict=True)]


def _within(values: Counts, total: int, room: Sequence[int], base: int) -> list[int]:
    """As :func:`largest_remainder`, none above its ``room``; what does not fit goes where most room is left."""
    wanted = largest_remainder([*values, 0], total, base)[:-1] if sum(values) else [0] * len(values)
    counts = [min(count, left) for count, left in zip(wanted, room, strict=True)]
    while sum(counts) < total:
        place = max(range(len(counts)), key=lambda place: room[place] - counts[place])
        counts[place] += base
    return counts
