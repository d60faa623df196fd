"""Whether people can be found for two tables at once of which some cells exclude each other, and for rows of crosstabs.

As many people as print in each cell of both, none in two cells that exclude each other: a flow, found by augmenting
paths (Ford and Fulkerson 1956, Canad. J. Math. 8:399). What of one table finds a place beside the other is a
polymatroid, so whatever is added one by one, in any order and as far as it goes, comes to as many as can be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from chalicelib.disclosure.rounding import KeyedRandom


@dataclass(frozen=True)
class Beside:
    """A table beside one that is printed as ``counts``: by cell, the places of those of the other that go with it."""

    goes_with: Sequence[Collection[int]]
    counts: Sequence[int]

    def is_possible(self, printed: Sequence[int]) -> bool:
        """Whether people can be found for both tables, which sum to the same."""
        seats = self.seats()
        return all(seats.take(cell, count) for cell, count in enumerate(printed))

    def seats(self) -> Seats:
        """Places for as many as the other table has in each cell, none of them taken."""
        return Seats(self.goes_with, self.counts)


class Seats:
    """The people of one table, on seats that the cells of the other one have.

    ``goes_with`` is as of :class:`Beside`; ``free`` seats of each cell, and those ``taken`` by the people of others.
    """

    def __init__(self, goes_with: Sequence[Collection[int]], free: Sequence[int]) -> None:
        self.goes_with, self.free = goes_with, list(free)
        self.taken: list[Counter[int]] = [Counter() for _ in free]

    def take(self, cell: int, people: int) -> bool:
        """Whether so many more of ``cell`` find seats; others change theirs where they have to."""
        while people and (way := self._way(cell)):
            people -= self._seated(way, people)
        return not people

    def _way(self, cell: int) -> list[tuple[int, int]] | None:
        """Who takes which seats, each those of the next, the last free ones; None if that comes to no end."""
        ways: dict[int, list[tuple[int, int]]] = {cell: []}
        seen: set[int] = set()
        queue = [cell]
        for own in queue:
            for other in (other for other in self.goes_with[own] if other not in seen):
                seen.add(other)
                if self.free[other]:
                    return [*ways[own], (own, other)]
                for sitting in (each for each, number in self.taken[other].items() if number and each not in ways):
                    ways[sitting] = [*ways[own], (own, other)]
                    queue.append(sitting)
        return None

    def _seated(self, way: Sequence[tuple[int, int]], people: int) -> int:
        """Move as many of ``people`` as can go this ``way``; how many did."""
        leaving = [(moved, other) for (_, other), (moved, _) in pairwise(way)]
        last = way[-1][1]
        number = min([people, self.free[last], *(self.taken[other][moved] for moved, other in leaving)])
        self.free[last] -= number
        for own, other in way:
            self.taken[other][own] += number
        for moved, other in leaving:
            self.taken[other][moved] -= number
        return number


#: A cell of a matrix by row and column; or a column as a whole, whose row is None.
Node = tuple[int | None, int]


class Rows:
    """A matrix whose rows have seats, and whose cells go up a step or not, as many of each column as are ``needed``."""

    def __init__(self, rows: Sequence[Seats], needed: Sequence[int], base: int) -> None:
        self._rows, self._needed, self._base = rows, list(needed), base
        self._able: dict[int, list[int]] = {column: [] for column in range(len(needed))}
        self.raised: set[tuple[int, int]] = set()

    def fill(self, order: Sequence[tuple[int, int]]) -> bool:
        """Raise cells of ``order``, the first of them where they can be; whether as many are raised as are needed."""
        for row, column in order:
            self._able[column].append(row)
            if self._needed[column] and self._rows[row].take(column, self._base):
                self._needed[column] -= 1
                self.raised.add((row, column))
        return all(self._place(column) for column, number in enumerate(self._needed) for _ in range(number))

    def _place(self, column: int) -> bool:
        """Raise one cell more of ``column``; others are raised elsewhere, and seated elsewhere, where they have to."""
        ways: dict[Node, list[tuple[Node, int]]] = {(None, column): []}
        queue: list[Node] = [(None, column)]
        for node in queue:
            for place, following in self._steps(node):
                way = [*ways[node], (node, place)]
                if following is None:
                    self._go(way)
                    return True
                if following not in ways:
                    ways[following] = way
                    queue.append(following)
        return False

    def _steps(self, node: Node) -> Iterator[tuple[int, Node | None]]:
        """Where a step can lead to: the place of a seat, or the row of a cell; and who has none then, if anybody."""
        row, column = node
        if row is None:
            yield from ((able, (able, column)) for able in self._able[column] if (able, column) not in self.raised)
            return
        seats = self._rows[row]
        for place in seats.goes_with[column]:
            if seats.free[place] >= self._base:
                yield place, None
            yield from ((place, (row, sitting)) for sitting, number in seats.taken[place].items() if number)
        if (row, column) in self.raised:
            yield -1, (None, column)

    def _go(self, way: Sequence[tuple[Node, int]]) -> None:
        """Take each step: a cell of the column goes up, or does not after all, or who is in it takes a seat."""
        for ((row, column), place), following in zip(way, [*(node for node, _ in way[1:]), None], strict=True):
            if row is None:
                self.raised.add((place, column))
            elif following and following[0] is None:
                self.raised.discard((row, column))
            else:
                self._sit(self._rows[row], column, place, following)

    def _sit(self, seats: Seats, column: int, place: int, leaving: Node | None) -> None:
        seats.taken[place][column] += self._base
        if leaving:
            seats.taken[place][leaving[1]] -= self._base
        else:
            seats.free[place] -= self._base


def matrix_beside(
    counts: Sequence[Sequence[int]], totals: Sequence[int], beside: Sequence[Beside], base: int, random: KeyedRandom
) -> list[list[int]] | None:
    """Round a matrix so that its columns sum to ``totals`` and each row is possible beside another; None if none is.

    Each cell goes to an adjacent multiple of ``base``, and any such that fit are possible: people are a flow from
    columns by way of cells to the seats of each row.
    """
    lower = [[count - count % base for count in row] for row in counts]
    rows = [each.seats() for each in beside]
    if not all(seats.take(at, count) for seats, row in zip(rows, lower, strict=True) for at, count in enumerate(row)):
        return None
    needed = [total - sum(column) for total, column in zip(totals, zip(*lower, strict=True), strict=True)]
    if min(needed) < 0:
        return None
    cells = [(row, column) for row in range(len(counts)) for column in range(len(totals))]
    order = random.weighted([counts[row][column] % base for row, column in cells], "raised")
    filled = Rows(rows, [number // base for number in needed], base)
    if not filled.fill([cells[place] for place in order]):
        return None
    return [
        [count + base * ((row, column) in filled.raised) for column, count in enumerate(of_row)]
        for row, of_row in enumerate(lower)
    ]
