"""Whether people can be found for two tables at once of which some cells exclude each other, and who else there can be.

As many people as print in each cell of both, none in two cells that exclude each other: a flow, found by augmenting
paths (Ford and Fulkerson 1956, Canad. J. Math. 8:399). What of one table finds a place beside the other is a
polymatroid, so whatever is added one by one, in any order and as far as it goes, comes to as many as can be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass


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
    """The people of one table, on seats that the cells of the other one have."""

    def __init__(self, goes_with: Sequence[Collection[int]], free: Sequence[int]) -> None:
        self._goes_with, self._free = goes_with, list(free)
        self._taken: list[Counter[int]] = [Counter() for _ in free]

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
            for other in (other for other in self._goes_with[own] if other not in seen):
                seen.add(other)
                if self._free[other]:
                    return [*ways[own], (own, other)]
                for sitting in (each for each, number in self._taken[other].items() if number and each not in ways):
                    ways[sitting] = [*ways[own], (own, other)]
                    queue.append(sitting)
        return None

    def _seated(self, way: Sequence[tuple[int, int]], people: int) -> int:
        """Move as many of ``people`` as can go this ``way``; how many did."""
        leaving = [(moved, other) for (_, other), (moved, _) in zip(way, way[1:], strict=False)]
        last = way[-1][1]
        number = min([people, self._free[last], *(self._taken[other][moved] for moved, other in leaving)])
        self._free[last] -= number
        for own, other in way:
            self._taken[other][own] += number
        for moved, other in leaving:
            self._taken[other][moved] -= number
        return number
