"""Whether a printed ranking is one that people can have given: each ranks so many options from the first on.

Exact. People of one depth, that is who gave as many ranks each, gave every rank up to it equally often, and no option
more often than they are; any such numbers are the orders of so many people (Koenig 1916, Birkhoff 1946). So people are
peeled off by depth, and all that is to be found is how many of each cell stop before a rank: of one rank, a flow. That
flows for each rank suffice for all together is not proved. It was compared with exhaustive search and with integer
programs, of half a million matrices, without a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from chalicelib.disclosure.flows import Network

#: How many gave each option each rank: a row an option, a column a rank.
RankCounts = Sequence[Sequence[int]]


def can_be_ranked(matrix: RankCounts) -> bool:
    """Whether people can be found whose rankings make up ``matrix``."""
    given = [sum(column) for column in zip(*matrix, strict=True)]
    if any(later > former for former, later in pairwise(given)):
        return False  # whoever gave a rank gave every one before it
    if any(number > people for row in matrix for number, people in zip(_from_each(row), given, strict=True)):
        return False  # nobody gives an option two ranks
    # Where as many go on as before, or nobody does, nothing new is asked.
    depths = [depth for depth in range(1, len(given)) if given[depth - 1] > given[depth] > 0]
    return all(_can_stop(matrix, given, depth) for depth in reversed(depths))


def _from_each(row: Sequence[int]) -> list[int]:
    """How many gave the option each rank or a later one."""
    return [*accumulate(reversed(row))][::-1]


def _can_stop(matrix: RankCounts, given: Sequence[int], depth: int) -> bool:
    """Whether those can be told apart who gave only the first ``depth`` ranks, or fewer.

    At each rank they are as many as do not go on to the last of these. They gave no option more often than they are, at
    a rank and the later ones as at all; and so often that those who go on need not give any option twice.
    """
    stop = [number - given[depth] for number in given[:depth]]
    network = Network(1 + depth * (1 + len(matrix)))
    for rank, people in enumerate(stop):
        network.carry(0, 1 + rank, (people, people), people)
    for option, row in enumerate(matrix, 1):
        shares = [number * people // of for number, people, of in zip(row, stop, given, strict=False)]
        for rank, later in enumerate(_from_each(shares)):
            node = 1 + depth * option + rank
            network.carry(1 + rank, node, (0, row[rank]), shares[rank])
            least = 0 if rank else max(0, sum(row) - given[depth])
            network.carry(node, node - 1 if rank else 0, (least, stop[rank]), later)
    return network.settle()


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
