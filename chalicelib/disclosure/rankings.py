"""Whether a printed ranking is one that people can have given: each ranks so many options from the first on.

Exact. People of one depth, that is who gave as many ranks each, gave every rank up to it equally often, and no option
more often than they are; any such numbers are the orders of so many people (Koenig 1916, Birkhoff 1946). So people are
peeled off by depth, and all that is to be found is how many of each cell stop before a rank. For one rank this is a flow.
That a flow for every rank suffices for all together is not proved: it was compared with exhaustive search.
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
