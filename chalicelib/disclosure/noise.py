"""Open links: two-sided geometric noise on every cell, then tables that add up and obey the limits of answers.

All but the noise is made of noisy numbers only, so it tells nothing more of the true ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log

from chalicelib.disclosure.orders import can_be_ranked
from chalicelib.disclosure.rounding import Draw
from chalicelib.disclosure.units import Counts, Unit

_RESOLUTION = 2**64
#: Orders in which people are asked for their rankings; the first one does nearly always.
TURNS = 20


def geometric(draw: Draw, name: str, alpha: float) -> int:
    """A whole number k with a chance in proportion to ``alpha`` to the power of its distance from zero."""
    at_zero = (1 - alpha) / (1 + alpha)
    point = draw.number(name) / _RESOLUTION
    if point < at_zero:
        return 0
    beyond = 2 * (point - at_zero) / (1 - at_zero)
    sign, rest = (-1, beyond) if beyond < 1 else (1, beyond - 1)
    return sign * (1 + floor(log(max(1 - rest, 1 / _RESOLUTION)) / log(alpha)))


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
        return _ranking(noisy, frame, exactly=unit.is_compulsory)
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
    if not noisy:
        return []
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


def _ranking(noisy: Sequence[Counts], frame: Frame, exactly: bool) -> list[list[int]]:
    """Each rank in proportion to its noisy numbers, if people can have ranked so, else as nearly as they can."""
    base, most = frame.base, frame.asked
    ranks = list(zip(*noisy, strict=True))[:-1]
    people = []
    for rank, column in enumerate(ranks):
        most = most if exactly and rank == 0 else min(most, _nearest(sum(column), 1, base))
        people.append(most // base)
    columns = [largest_remainder(column, given, 1) for column, given in zip(ranks, people, strict=True)]
    wanted = [list(row) for row in zip(*columns, strict=True)]
    rows = next(rows for rows in _ranked(wanted, people) if can_be_ranked(rows))
    return [[*(count * base for count in row), frame.total - base * sum(row)] for row in rows]


def _ranked(wanted: list[list[int]], people: Sequence[int]) -> Iterator[list[list[int]]]:
    """What is wanted, then what people can give who take their turns in one order or another, at last one rank each."""
    yield wanted
    for turn in range(min(people[0], TURNS)):
        yield _taken(wanted, people, [*range(turn, people[0]), *range(turn)])
    yield _taken(wanted, [people[0], *(0 for _ in people[1:])], range(people[0]))


def _taken(wanted: Sequence[Counts], people: Sequence[int], order: Sequence[int]) -> list[list[int]]:
    """Everybody ranks, from the first on, the options of which most is left to take."""
    rows = [[0] * len(people) for _ in wanted]
    for person in order:
        free = list(range(len(wanted)))
        for rank in (rank for rank, number in enumerate(people) if number > person):
            option = max(free, key=lambda option: wanted[option][rank] - rows[option][rank])
            rows[option][rank] += 1
            free.remove(option)
    return rows
