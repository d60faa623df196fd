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
    ranks = [rank for rank in range(depth) if stop[rank]]
    source, sink, first = 0, 1, 2 + len(ranks)
    network = Network(first + len(ranks) * len(matrix))
    for place, rank in enumerate(ranks):
        network.join(source, 2 + place, stop[rank])
    outs = []
    for option, row in enumerate(matrix):
        chain = first + option * len(ranks)
        need = max(0, sum(row) - given[depth])
        out = network.join(chain, sink, need)
        outs.append((out, stop[0]))
        for place, rank in enumerate(ranks):
            if place:
                network.join(chain + place, chain + place - 1, stop[rank])
            if row[rank]:
                network.join(2 + place, chain + place, row[rank])
    needed = sum(network.room[out] for out, _ in outs)
    if network.send(source, sink) < needed:
        return False
    for out, most in outs:
        network.room[out] += most - network.room[out ^ 1]
    return needed + network.send(source, sink) == sum(stop)


def ranked_like(wanted: RankCounts, given: Sequence[int]) -> list[list[int]]:
    """What people can give, as many each rank as ``given``, near to what is ``wanted``; options are no fewer than ranks.

    Whoever gave most ranks first, the people of each depth give their share of what is left to give.
    """
    matrix = [[0] * len(given) for _ in wanted]
    deeper = 0
    for depth in range(len(given), 0, -1):
        people = given[depth - 1] - deeper
        if people:
            left = [number - deeper for number in given[:depth]]
            shares = [
                [
                    round(max(0, want - has) * people / number)
                    for want, has, number in zip(row, so_far, left, strict=False)
                ]
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
            return [[least + network.room[edge ^ 1] for edge, least in row] for row in edges]
        window *= 4


def _depth_network(wanted: RankCounts, people: int, window: int) -> tuple[Network, list[list[tuple[int, int]]]]:
    """As many from each rank as there are people, to no option more; by option and rank the edge and the least of it."""
    ranks = len(wanted[0])
    network = Network(1 + ranks + len(wanted))
    for rank in range(ranks):
        network.carry(0, 1 + rank, (people, people), people)
    edges = []
    for option, row in enumerate(wanted, 1 + ranks):
        network.carry(option, 0, (0, people), sum(row))
        leasts = [min(max(0, want - window), people) for want in row]
        edges.append(
            [
                (network.carry(1 + rank, option, (least, min(people, want + window)), want), least)
                for rank, (want, least) in enumerate(zip(row, leasts, strict=True))
            ]
        )
    return network, edges
