"""Whether a printed ranking is one that people can have given: each ranks so many options from the first on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

#: How many gave each option each rank: a row an option, a column a rank.
RankCounts = Sequence[Sequence[int]]


def can_be_ranked(matrix: RankCounts) -> bool:
    """Whether people can be found whose rankings make up ``matrix``.

    Finds them order by order, whoever gave most ranks first. What this takes is possible; about one in 400 of what is
    possible it does not find, and another draw is made.
    """
    left = [list(row) for row in matrix]
    given = [sum(column) for column in zip(*left, strict=True)]
    if any(later > former for former, later in pairwise(given)):
        return False  # whoever gave a rank gave every one before it
    while any(given):
        order = _one_order(left, given)
        if order is None:
            return False
        people = _alike(left, given, order)
        for rank, option in order.items():
            left[option][rank] -= people
            given[rank] -= people
    return True


def _alike(left: RankCounts, given: Sequence[int], order: Mapping[int, int]) -> int:
    """How many can give the same ``order`` before one of its cells is empty, or an option has room for no other."""
    rank_of = {option: rank for rank, option in order.items()}
    cells = [left[option][rank] for rank, option in order.items()]
    room = [
        given[rank] - sum(row[rank:])
        for option, row in enumerate(left)
        for rank in order
        if rank_of.get(option, -1) < rank
    ]
    return min([*cells, *room])


def _one_order(left: RankCounts, given: Sequence[int]) -> dict[int, int] | None:
    """Option by rank of one person who gave every rank that anybody is left for; None if no order leaves a truth."""
    must: dict[int, int] = {}
    for option, row in enumerate(left):
        for rank in reversed(range(len(given))):
            people, placed = given[rank], sum(row[rank:])
            if placed > people:
                return None
            if placed == people > 0:
                # All who are left rank the option here or later; so does this one.
                must.setdefault(option, rank)
    options = sorted(range(len(left)), key=lambda option: -sum(left[option]))
    ways = {
        option: [rank for rank in range(must.get(option, 0), len(given)) if left[option][rank]] for option in options
    }
    ranks = [rank for rank, people in enumerate(given) if people]
    return _matched(options, ways, must, ranks)


def _matched(
    options: Sequence[int], ways: Mapping[int, Sequence[int]], must: Mapping[int, int], ranks: Sequence[int]
) -> dict[int, int] | None:
    """An option for every one of ``ranks``, every option that ``must`` be among them; by augmenting paths."""
    holder: dict[int, int] = {}

    def place(option: int, seen: set[int]) -> bool:
        for rank in ways[option]:
            if rank not in seen:
                seen.add(rank)
                if rank not in holder or place(holder[rank], seen):
                    holder[rank] = option
                    return True
        return False

    if not all(place(option, set()) for option in options if option in must):
        return None
    rank_of = {option: rank for rank, option in holder.items()}

    def fill(rank: int, seen: set[int]) -> bool:
        for option in options:
            if rank in ways[option] and option not in seen:
                seen.add(option)
                if option not in rank_of or fill(rank_of[option], seen):
                    rank_of[option] = rank
                    return True
        return False

    if not all(fill(rank, set()) for rank in ranks if rank not in holder):
        return None
    return {rank: option for option, rank in rank_of.items()}
