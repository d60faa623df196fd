"""Open links: two-sided geometric noise on every cell, then the nearest tables within the limits of answers (rule 9).

All but the noise is made of noisy numbers only, so it tells nothing more of the true ones. A table is fitted by taking
as much from every cell, not in proportion: what noise adds to empty cells is not taken from the leader. (As projections
onto the simplex do: Duchi, Shalev-Shwartz, Singer and Chandra 2008, ICML; here onto multiples of a base.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log

from chalicelib.disclosure.linked_tables import Counts, Frame, QuestionTables
from chalicelib.disclosure.rankings import can_be_ranked, ranked_like
from chalicelib.disclosure.rounding import KeyedRandom
from chalicelib.disclosure.seats import Beside

_RESOLUTION = 2**64


def geometric(random: KeyedRandom, name: str, alpha: float) -> int:
    """A whole number k with a chance in proportion to ``alpha`` to the power of its distance from zero."""
    at_zero = (1 - alpha) / (1 + alpha)
    point = random.number(name) / _RESOLUTION
    if point < at_zero:
        return 0
    beyond = 2 * (point - at_zero) / (1 - at_zero)
    sign, rest = (-1, beyond) if beyond < 1 else (1, beyond - 1)
    return sign * (1 + floor(log(max(1 - rest, 1 / _RESOLUTION)) / log(alpha)))


@dataclass(frozen=True)
class Limits:
    """Of cells: the least and the most that they sum to, and the most that one holds."""

    least: int
    most: int
    cell: int


def noised(
    question: QuestionTables, exact: Sequence[Counts], frame: Frame, alpha: float, random: KeyedRandom
) -> list[list[int]]:
    """The question's tables with noise, in multiples of the base that sum to the total."""
    noisy = [
        [count + geometric(random, f"{spec.id}:{place}", alpha) for place, count in enumerate(table)]
        for spec, table in zip(question.specs, exact, strict=True)
    ]
    if question.kind == "ranking":
        return _ranking(noisy, frame, exactly=question.is_compulsory)
    if frame.beside:
        return [nearest_beside(noisy[0], frame.beside, frame.base, exactly=question.is_compulsory)]
    head = _fitted(noisy[0], frame, exactly=question.is_compulsory)
    if question.kind == "single":
        return [head]
    return [head, *_pairs(question, noisy[1:], head[0], frame)]


def nearest(values: Sequence[float], limits: Limits, base: int) -> list[int]:
    """The multiples of ``base`` within ``limits`` that are nearest to ``values``, by the sum of squared distances.

    Each starts as the nearest to its own; then the one that suffers least is moved a step, until the sum is within.
    """
    counts = [min(limits.cell, max(0, base * floor(value / base + 0.5))) for value in values]
    while sum(counts) > limits.most:
        positive = [place for place, count in enumerate(counts) if count]
        counts[max(positive, key=lambda place: counts[place] - values[place])] -= base
    while sum(counts) < limits.least:
        room = [place for place, count in enumerate(counts) if count < limits.cell]
        counts[min(room, key=lambda place: counts[place] - values[place])] += base
    return counts


def nearest_beside(values: Sequence[float], beside: Beside, base: int, exactly: bool) -> list[int]:
    """As :func:`nearest`, of tables whose people can be those of another as well; all of them answered if ``exactly``.

    Each step goes to the cell that is farthest below its value, of those for which people can be found: no
    other way comes nearer (A. Federgruen and H. Groenevelt 1986, Oper. Res. 34:909, *The greedy procedure for resource
    allocation problems*).
    """
    counts, seats = [0] * len(values), beside.seats()
    open_cells = set(range(len(values) - exactly))
    while open_cells:
        cell = max(open_cells, key=lambda cell: (values[cell] - counts[cell], -cell))
        if seats.take(cell, base):
            counts[cell] += base
        else:
            open_cells.discard(cell)
    return counts


def _summing(values: Sequence[float], total: int, base: int) -> list[int]:
    return nearest(values, Limits(total, total, total), base)


def _fitted(noisy: Counts, frame: Frame, exactly: bool) -> list[int]:
    """A table that sums to the total, of which at most those asked answered, or just as many."""
    table = _summing(noisy, frame.total, frame.base)
    if frame.total - table[-1] > frame.eligible or exactly:
        return [*_summing(noisy[:-1], frame.eligible, frame.base), frame.total - frame.eligible]
    return table


def _pairs(question: QuestionTables, noisy: Sequence[Counts], chosen: int, frame: Frame) -> list[list[int]]:
    """Each option between nobody and all who chose; together as many as so many people can choose.

    The noise of both cells of a pair tells on both, so it is halved.
    """
    if not noisy:
        return []
    variable = question.specs[0].variable
    limits = Limits(variable.least * chosen, variable.most * chosen, chosen)
    halves = [(frame.total + yes - no) / 2 for yes, no in _scaled(noisy, frame.total)]
    return [[count, frame.total - count] for count in nearest(halves, limits, frame.base)]


def _ranking(noisy: Sequence[Counts], frame: Frame, exactly: bool) -> list[list[int]]:
    """Each rank as near to its noisy numbers as can be, if people can have ranked so, else as they can."""
    base = frame.base
    ranks = list(zip(*_scaled(noisy, frame.total), strict=True))[:-1]
    given = [
        base * floor(min(number, frame.eligible) / base + 0.5) for number in _falling([sum(rank) for rank in ranks])
    ]
    if exactly:
        given[0] = frame.eligible
    people = [number // base for number in given]
    columns = [_summing(rank, number, base) for rank, number in zip(ranks, given, strict=True)]
    wanted = [[count // base for count in row] for row in zip(*columns, strict=True)]
    rows = next(rows for rows in _ranked(wanted, people) if can_be_ranked(rows))
    return [[*(count * base for count in row), frame.total - base * sum(row)] for row in rows]


def _ranked(wanted: list[list[int]], people: Sequence[int]) -> Iterator[list[list[int]]]:
    """What is wanted, then what people can give, of fewer and fewer ranks where it is not seen that they can."""
    yield wanted
    for ranks in range(len(people), 0, -1):
        yield ranked_like(wanted, [number * (rank < ranks) for rank, number in enumerate(people)])


def _scaled(tables: Sequence[Counts], total: int) -> list[list[float]]:
    """Tables of the same people, in proportion to what they hold on average, so that this becomes the total."""
    scale = total * len(tables) / max(1, sum(map(sum, tables)))
    return [[count * scale for count in table] for table in tables]


def _falling(numbers: Sequence[float]) -> list[float]:
    """The nearest numbers from 0 up that nowhere rise: neighbours that do become their mean."""
    level: list[tuple[float, int]] = []
    for number in numbers:
        level.append((number, 1))
        while len(level) > 1 and level[-2][0] < level[-1][0]:
            (mean, width), (former, wide) = level.pop(), level.pop()
            level.append(((mean * width + former * wide) / (width + wide), width + wide))
    return [max(0, mean) for mean, width in level for _ in range(width)]
