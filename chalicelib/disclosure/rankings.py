"""Whether a printed ranking is one that people can have given: each ranks so many options from the first on.

People of one depth, that is who gave as many ranks each, gave every rank up to it equally often, and no option more
often than they are; any such numbers are the orders of so many people (Koenig 1916, Birkhoff 1946). So people are
peeled off by depth, by flows, those first who gave most ranks. What is peeled off to the end is possible. What cannot
be cut in two at every depth, whatever becomes of the parts, is not possible: that is a flow as well. In between, where
it can be cut at every depth but the cuts may not go together, people are peeled off so that what is left can be cut.
If that comes to no end after some tries, the ranking is taken for impossible.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import gcd
from random import Random

from chalicelib.disclosure.flows import Network

#: How many gave each option each rank: a row an option, a column a rank.
RankCounts = Sequence[Sequence[int]]

#: How often people may be peeled off so that those who are left cannot be cut, before a ranking is given up.
MISSES = 8
#: By how much of itself the share of those who stop differs from the average, from try to try.
SPREADS = (0, 0, 0, 0.1, 0.5, 1)


def can_be_ranked(matrix: RankCounts) -> bool:
    """Whether people can be found whose rankings make up ``matrix``."""
    step = gcd(*(number for row in matrix for number in row)) or 1
    rows = [[number // step for number in row] for row in matrix]
    given = [sum(column) for column in zip(*rows, strict=True)]
    if any(later > former for former, later in pairwise(given)):
        return False  # whoever gave a rank gave every one before it
    if any(number > people for row in rows for number, people in zip(_from_each(row), given, strict=True)):
        return False  # nobody gives an option two ranks
    way = Random(0)  # noqa: S311
    return _is_peeled(rows, given, way) or (_can_be_cut(rows, given, way) and _is_peeled_with_care(rows, given, way))


def _depths(given: Sequence[int]) -> list[int]:
    """After how many ranks some stop and others go on, the most first."""
    return [depth for depth in range(len(given) - 1, 0, -1) if given[depth - 1] > given[depth] > 0]


def _is_peeled(rows: RankCounts, given: Sequence[int], way: Random) -> bool:
    """Whether all who go on after each depth can be told from the others, those of the greatest depth first."""
    for depth in _depths(given):
        stopping = _stopping(rows, given, depth, way)
        if stopping is None:
            return False
        rows, given = stopping, [number - given[depth] for number in given[:depth]]
    return True


def _from_each(row: Sequence[int]) -> list[int]:
    """How many gave the option each rank or a later one."""
    return [*accumulate(reversed(row))][::-1]


def _can_be_cut(rows: RankCounts, given: Sequence[int], way: Random) -> bool:
    """Whether at each depth by itself, who went on can be told from the others."""
    return all(_stopping(rows, given, depth, way) for depth in _depths(given))


def _is_peeled_with_care(rows: RankCounts, given: Sequence[int], way: Random) -> bool:
    """The same as peeled, but each time so that those who are left can still be cut."""
    misses = 0
    while misses < MISSES:
        depth = next(iter(_depths(given)), None)
        if depth is None:
            return True
        left = [number - given[depth] for number in given[:depth]]
        stopping = _stopping(rows, given, depth, way)
        if stopping and _can_be_cut(stopping, left, way):
            rows, given = stopping, left
        else:
            misses += 1
    return False


def _stopping(rows: RankCounts, given: Sequence[int], depth: int, way: Random) -> list[list[int]] | None:
    """What those may have given who gave no more than ``depth`` ranks; None if nothing fits.

    At each rank they are as many as do not go on to the last of these. They gave no option more often than they are, at
    a rank and the later ones as at all; and so often that those who go on need not give any option twice.
    """
    stop = [number - given[depth] for number in given[:depth]]
    network = Network(1 + depth * (1 + len(rows)))
    for rank, people in enumerate(stop):
        network.carry(0, 1 + rank, (people, people), people)
    edges = []
    spread = way.choice(SPREADS)
    for option, row in enumerate(rows, 1):
        shares = [
            int(number * people / of * way.uniform(1 - spread, 1 + spread) + way.random())
            for number, people, of in zip(row, stop, given, strict=False)
        ]
        nodes = range(1 + depth * option, 1 + depth * (option + 1))
        edges.append([network.carry(1 + rank, node, (0, row[rank]), shares[rank]) for rank, node in enumerate(nodes)])
        for rank, later in enumerate(_from_each(shares)):
            least = 0 if rank else max(0, sum(row) - given[depth])
            network.carry(nodes[rank], nodes[rank - 1] if rank else 0, (least, stop[rank]), later)
    return [[network.flow(edge) for edge in row] for row in edges] if network.settle() else None


def ranked_like(wanted: RankCounts, given: Sequence[int]) -> list[list[int]]:
    """What people can give, as many each rank as ``given``, near to what is ``wanted``. Ranks are no more than options.

    Whoever gave most ranks first, the people of each depth give their share of what is left to give.
    """
    matrix = [[0] * len(given) for _ in wanted]
    deeper = 0
    for depth in range(len(given), 0, -1):
        people = given[depth - 1] - deeper
        if people:
            left = [number - deeper for number in given[:depth]]
            shares = [
                [round(max(0, want - has) * people / of) for want, has, of in zip(row, so_far, left, strict=False)]
                for row, so_far in zip(wanted, matrix, strict=True)
            ]
            for so_far, row in zip(matrix, _of_one_depth(shares, people), strict=True):
                so_far[:depth] = map(sum, zip(so_far, row, strict=False))
        deeper = given[depth - 1]
    return matrix


def _of_one_depth(wanted: RankCounts, people: int) -> list[list[int]]:
    """What so many can give who all give every rank, near to what is wanted: no cell further off than it takes."""
    window = 1
    while True:
        network, edges = _depth_network(wanted, people, window)
        if network.settle():
            return [[network.flow(edge) for edge in row] for row in edges]
        window *= 4


def _depth_network(wanted: RankCounts, people: int, window: int) -> tuple[Network, list[list[int]]]:
    """As many from each rank as there are people, to no option more; with the edges of the cells."""
    ranks = len(wanted[0])
    network = Network(1 + ranks + len(wanted))
    for rank in range(ranks):
        network.carry(0, 1 + rank, (people, people), people)
    edges = []
    for option, row in enumerate(wanted, 1 + ranks):
        network.carry(option, 0, (0, people), sum(row))
        limits = [(min(max(0, want - window), people), min(want + window, people)) for want in row]
        edges.append([network.carry(1 + rank, option, limits[rank], want) for rank, want in enumerate(row)])
    return network, edges
