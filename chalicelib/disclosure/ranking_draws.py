"""The draw of a ranking in print: near the truth, and such that people can have ranked so (rules 4 and 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.disclosure.flows import Network
from chalicelib.disclosure.linked_tables import Counts
from chalicelib.disclosure.rankings import can_be_ranked
from chalicelib.disclosure.rounding import KeyedRandom

#: Up to so many draws are made until one keeps to every limit.
DRAWS = 32
#: What may be drawn up or down is drawn each way at least so many times of ``TIMES``; a rank's sum, up: in the first
#: draws, and by turns in those after them. For the sums may fall too low, with the total, for sets that fall less.
LEAST, TIMES = 1, 8
FIRST_DRAWS, UP_BY_TURNS = 8, (1, 4, 7)

#: The place of an option, and places of ranks: how many gave it one of these is to be printed as an adjacent multiple.
OptionRanks = tuple[int, frozenset[int]]
Limits = tuple[int, int]


def drawn_ranking(  # noqa: PLR0917
    exact: Sequence[Counts],
    total: int,
    asked: int,
    is_compulsory: bool,
    sets: Sequence[OptionRanks],
    base: int,
    random: KeyedRandom,
) -> list[list[int]] | None:
    """A row an option, by rank and at last who did not rank it, of ``total`` people; None if no draw keeps to limits.

    Each cell, each rank's sum and that of each of the ``sets`` become an adjacent multiple of ``base``. An option's sum
    may become the next lower one as well: where everybody ranks 10 of 20 options, all ranks' sums fall with the total,
    and adjacent multiples of the options' sums often add up to more.

    Every matrix within the limits has a chance: cells are drawn each by itself, and are left so if they keep to them.
    """
    ranking = _Ranking([row[:-1] for row in exact], sets, sum(exact[0]), total, base)
    for number in range(DRAWS):
        ranks_up = LEAST if number < FIRST_DRAWS else UP_BY_TURNS[number % len(UP_BY_TURNS)]
        draw = _Draw(ranking, random.of(number), ranks_up)
        given = draw.given(asked if is_compulsory else 0, asked)
        matrix = given and draw.matrix(given)
        if matrix and can_be_ranked(matrix):
            return [[*row, total - sum(row)] for row in matrix]
    return None


@dataclass(frozen=True)
class _Ranking:
    """What is drawn from: by option and rank the true numbers, of ``n`` people, to be printed as of ``total``."""

    true: Sequence[Counts]
    sets: Sequence[OptionRanks]
    n: int
    total: int
    base: int

    def adjacent(self, count: int, may_fall: bool = False) -> Limits:
        """The multiples of the base next to a number, a multiple itself twice; the lower one a step lower if it may."""
        return max(0, count - count % self.base - self.base * may_fall), count + -count % self.base

    def of_set(self, option: int, ranks: frozenset[int]) -> Limits:
        """The multiples next to how many gave the option one of the ranks."""
        return self.adjacent(sum(self.true[option][rank] for rank in ranks))

    def keeps(self, matrix: Sequence[Counts]) -> bool:
        """Whether the sums of all sets are adjacent."""
        return all(
            sum(matrix[option][rank] for rank in ranks) in self.of_set(option, ranks) for option, ranks in self.sets
        )

    def parts(self, option: int, given: Sequence[int], may_fall: bool) -> list[_Part]:
        """What limits an option's sum, and sums within it, each after those that hold it; of two that cross, one."""
        row, ranks = self.true[option], range(len(given))
        least, most = self.adjacent(sum(row), may_fall)
        # Whoever gave as many ranks as there are options ranked each of them.
        everywhere = given[-1] if len(given) == len(self.true) else 0
        parts = [_Part(frozenset(ranks), (max(least, everywhere), min(most, given[0])))]
        told = [_Part(set_, self.of_set(option, set_)) for place, set_ in self.sets if place == option and set_]
        # Nobody gave the option two of the ranks from any one on.
        later = [
            _Part(frozenset(ranks[rank:]), (0, given[rank])) for rank in ranks[1:] if given[rank] < given[rank - 1]
        ]
        for part in (*told, *later):
            if not any(part.crosses(other) for other in parts):
                parts.append(part)
        return sorted(parts, key=lambda part: -len(part.ranks))


@dataclass(frozen=True)
class _Part:
    """Some ranks of an option, and the least and the most that they sum to."""

    ranks: frozenset[int]
    limits: Limits

    def crosses(self, other: _Part) -> bool:
        """Whether the two have ranks in common, and each some of its own."""
        return self.ranks & other.ranks not in (frozenset(), self.ranks, other.ranks)


@dataclass(frozen=True)
class _Cell:
    """A cell: between which multiples it is, which of them was drawn, and its turn to change if some have to."""

    option: int
    rank: int
    limits: Limits
    drawn: int
    turn: int


@dataclass(frozen=True)
class _Draw:
    """One draw, in which a rank's sum goes up at least so many times of ``TIMES``."""

    ranking: _Ranking
    random: KeyedRandom
    ranks_up: int

    def given(self, least: int, most: int) -> list[int] | None:
        """How many print as giving each rank, none more than the one before; the first between least and most."""
        given: list[int] = []
        for rank, count in enumerate(map(sum, zip(*self.ranking.true, strict=True))):
            possible = [number for number in sorted({*self.ranking.adjacent(count)}) if least <= number <= most]
            if not possible:
                return None
            weight = self._weight(count, possible[0], self.ranks_up)
            is_up = len(possible) == 2 and self._is_up(weight, f"rank:{rank}")
            given.append(possible[is_up])
            least, most = 0, given[-1]
        return given

    def matrix(self, given: Sequence[int]) -> list[list[int]] | None:
        """Each cell drawn by itself, then as few changed as it takes; if options can have adjacent sums, mostly so."""
        cells = [
            self._cell(option, rank, count)
            for option, row in enumerate(self.ranking.true)
            for rank, count in enumerate(row)
        ]
        cells.sort(key=lambda cell: cell.turn)
        for may_fall in (True,) if self.random.number("options") % 4 == 0 else (False, True):
            parts = [self.ranking.parts(option, given, may_fall) for option in range(len(self.ranking.true))]
            matrix = _settled(cells, given, parts)
            if matrix and self.ranking.keeps(matrix):
                return matrix
        return None

    def _cell(self, option: int, rank: int, count: int) -> _Cell:
        """The likelier the other multiple was, the sooner is the cell's turn to become it."""
        ranking = self.ranking
        limits = ranking.adjacent(count)
        weight = self._weight(count, limits[0])
        is_up = self._is_up(weight, f"cell:{option}:{rank}")
        other = ranking.n * ranking.base - weight if is_up else weight
        return _Cell(option, rank, limits, limits[is_up], self.random.number(f"turn:{option}:{rank}") // other)

    def _weight(self, count: int, lower: int, least: int = LEAST) -> int:
        """The chance of the upper multiple, of ``n`` times the base: by the distance above the lower, in the total."""
        whole = self.ranking.n * self.ranking.base
        above = count * self.ranking.total - lower * self.ranking.n
        return min(max(above, whole * least // TIMES), whole * (TIMES - LEAST) // TIMES)

    def _is_up(self, weight: int, name: str) -> bool:
        return self.random.number(name) * self.ranking.n * self.ranking.base < weight << 64


def _settled(cells: Sequence[_Cell], given: Sequence[int], parts: Sequence[Sequence[_Part]]) -> list[list[int]] | None:
    """The cells, as few changed as it takes, as a flow from ranks through cells to options; None if there is none."""
    drawn = {(cell.option, cell.rank): cell.drawn for cell in cells}
    network = Network(1 + len(given) + sum(map(len, parts)))
    for rank, number in enumerate(given, 1):
        network.carry(0, rank, (number, number), number)
    node_of: dict[tuple[int, int], int] = {}
    places = [(option, part) for option, of_option in enumerate(parts) for part in of_option]
    for node, (option, part) in enumerate(places, 1 + len(given)):
        keys = [(option, rank) for rank in part.ranks]
        network.carry(node, node_of.get(keys[0], 0), part.limits, sum(drawn[key] for key in keys))
        node_of |= dict.fromkeys(keys, node)
    edges = [network.carry(1 + cell.rank, node_of[cell.option, cell.rank], cell.limits, cell.drawn) for cell in cells]
    if not network.settle():
        return None
    matrix = [[0] * len(given) for _ in parts]
    for cell, edge in zip(cells, edges, strict=True):
        matrix[cell.option][cell.rank] = network.flow(edge)
    return matrix
