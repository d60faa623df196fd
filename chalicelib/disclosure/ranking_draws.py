"""One draw of a ranking's matrix in print: near the truth, and such as people can have given (rules 4 and 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.disclosure.flows import Network
from chalicelib.disclosure.linked_tables import Counts
from chalicelib.disclosure.rankings import can_be_ranked
from chalicelib.disclosure.rounding import KeyedRandom

#: Up to so many draws are made until one keeps to every limit.
DRAWS = 32
#: From this number of the draw on, a multiple of the base may become the one below it.
STRICT_DRAWS = 24
#: A number that may be drawn up or down is drawn each way at least once in so many times.
RAREST = 16

#: An option and a set of ranks, by their places: whoever gave it one of them is counted in some other table's name.
OptionRanks = tuple[int, frozenset[int]]


def drawn_ranking(
    exact: Sequence[Counts],
    total: int,
    asked: int,
    is_compulsory: bool,
    sets: Sequence[OptionRanks],
    base: int,
    random: KeyedRandom,
) -> list[list[int]] | None:
    """A row an option, by rank and at last who did not rank it, of ``total`` people; None if no draw is possible.

    Each cell, each rank's sum and that of each of the ``sets`` become an adjacent multiple of ``base``. An option's sum
    becomes one less than twice the base below it, or less than the base above: where everybody ranks 10 of 20 options,
    ranks fall with the total, so options must fall too, further than to the multiple below.

    Every matrix within these limits has a chance: all that is drawn may be drawn so, and then nothing is changed.
    """
    true = [row[:-1] for row in exact]
    for number in range(DRAWS):
        own = random.of(number)
        draw = _Draw(own, sum(exact[0]), total, base, number >= STRICT_DRAWS, own.number("options") % 4 == 0)
        given = _given(true, (asked if is_compulsory else 0, asked), draw)
        matrix = given and _matrix(true, given, sets, draw)
        if matrix is None and given:
            matrix = _matrix(true, given, sets, replace(draw, options_fall=True))
        if matrix and _keeps(matrix, true, sets, draw) and can_be_ranked(matrix):
            return [[*row, total - sum(row)] for row in matrix]
    return None


@dataclass(frozen=True)
class _Draw:
    """How true numbers, of ``n`` people, become printed ones, of ``total``."""

    random: KeyedRandom
    n: int
    total: int
    base: int
    may_fall: bool
    options_fall: bool

    def adjacent(self, count: int) -> tuple[int, int]:
        """The multiples of the base next to a true number; what is one itself stays."""
        return count - count % self.base, count + -count % self.base

    def of_cell(self, count: int) -> tuple[int, int]:
        """Between which multiples a cell is drawn."""
        lower, upper = self.adjacent(count)
        return (max(0, lower - self.base) if self.may_fall and lower == upper else lower), upper

    def of_option(self, count: int, least: int, most: int) -> tuple[int, int]:
        """The least and the most that an option's sum may be."""
        lower, upper = self.adjacent(count)
        return max(least, lower - self.base * self.options_fall), min(upper, most)

    def weight(self, count: int, lower: int) -> int:
        """The chance of the upper multiple, of ``n`` times the base: by the distance above the lower, in the total."""
        whole = self.n * self.base
        least = whole // RAREST
        return min(max(count * self.total - lower * self.n, least), whole - least)

    def is_up(self, count: int, lower: int, name: str) -> bool:
        """Whether the upper multiple is drawn."""
        return self.random.number(name) * self.n * self.base < self.weight(count, lower) << 64

    def willingness(self, count: int, lower: int, drawn: int) -> int:
        """The chance of what was not drawn."""
        weight = self.weight(count, lower)
        return weight if drawn == lower else self.n * self.base - weight


def _given(true: Sequence[Counts], limits: tuple[int, int], draw: _Draw) -> list[int] | None:
    """How many print as giving each rank, none more than the one before it, the first between limits."""
    least, most = limits
    given: list[int] = []
    for rank, count in enumerate(map(sum, zip(*true, strict=True))):
        lower, upper = draw.adjacent(count)
        possible = [number for number in sorted({lower, upper}) if least <= number <= most]
        if not possible:
            return None
        is_up = len(possible) == 2 and draw.is_up(count, lower, f"rank:{rank}")
        given.append(possible[is_up])
        least, most = 0, given[-1]
    return given


@dataclass(frozen=True)
class _Part:
    """Some ranks of an option, and the least and the most that they sum to."""

    ranks: frozenset[int]
    limits: tuple[int, int]


def _parts(row: Counts, sets: Sequence[frozenset[int]], given: Sequence[int], options: int, draw: _Draw) -> list[_Part]:
    """All ranks of an option, then sets within, each after those that hold it; of two that cross, one."""
    ranks = range(len(row))
    told = [_Part(set_, draw.adjacent(sum(row[rank] for rank in set_))) for set_ in sets]
    # From each rank on, nobody gives an option twice.
    later = [_Part(frozenset(ranks[rank:]), (0, given[rank])) for rank in ranks[1:] if given[rank] < given[rank - 1]]
    least = given[-1] if len(row) == options else 0
    parts = [_Part(frozenset(ranks), draw.of_option(sum(row), least, given[0]))]
    for part in told + later:
        if all(
            part.ranks <= other.ranks or part.ranks > other.ranks or not part.ranks & other.ranks for other in parts
        ):
            parts.append(part)
    return sorted(parts, key=lambda part: -len(part.ranks))


@dataclass(frozen=True)
class _Cell:
    """A cell of the matrix: between which multiples it is, which was drawn, and its turn to be changed if need be."""

    option: int
    rank: int
    limits: tuple[int, int]
    drawn: int
    turn: int


def _cells(true: Sequence[Counts], draw: _Draw) -> list[_Cell]:
    """Each cell drawn by itself, in the order of their turns."""
    cells = []
    for option, row in enumerate(true):
        for rank, count in enumerate(row):
            lower, upper = limits = draw.of_cell(count)
            name = f"cell:{option}:{rank}"
            drawn = upper if draw.is_up(count, lower, name) else lower
            turn = draw.random.number(f"turn:{option}:{rank}") // draw.willingness(count, lower, drawn)
            cells.append(_Cell(option, rank, limits, drawn, turn))
    return sorted(cells, key=lambda cell: cell.turn)


def _matrix(
    true: Sequence[Counts], given: Sequence[int], sets: Sequence[OptionRanks], draw: _Draw
) -> list[list[int]] | None:
    """Cells drawn by themselves, then changed as it takes: as a flow from ranks by cells to options and back."""
    cells = _cells(true, draw)
    parts = [
        _parts(row, [ranks for option, ranks in sets if option == place], given, len(true), draw)
        for place, row in enumerate(true)
    ]
    network = Network(1 + len(given) + sum(map(len, parts)))
    for rank, number in enumerate(given):
        network.carry(0, 1 + rank, (number, number), number)
    drawn = {(cell.option, cell.rank): cell.drawn for cell in cells}
    node_of: dict[tuple[int, int], int] = {}
    node = len(given)
    for option, of_option in enumerate(parts):
        for part in of_option:
            node += 1
            head = node_of.get((option, min(part.ranks)), 0)
            network.carry(node, head, part.limits, sum(drawn[option, rank] for rank in part.ranks))
            node_of |= {(option, rank): node for rank in part.ranks}
    edges = [network.carry(1 + cell.rank, node_of[cell.option, cell.rank], cell.limits, cell.drawn) for cell in cells]
    if not network.settle():
        return None
    matrix = [[0] * len(given) for _ in true]
    for cell, edge in zip(cells, edges, strict=True):
        matrix[cell.option][cell.rank] = cell.limits[0] + network.room[edge ^ 1]
    return matrix


def _keeps(matrix: Sequence[Counts], true: Sequence[Counts], sets: Sequence[OptionRanks], draw: _Draw) -> bool:
    """Whether all ``sets`` have adjacent sums, those too that cross another."""
    return all(
        sum(matrix[option][rank] for rank in ranks) in draw.adjacent(sum(true[option][rank] for rank in ranks))
        for option, ranks in sets
    )
