"""Which rankings people can have given, against trying out every person's ranking."""

from __future__ import annotations

from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.disclosure.rankings import can_be_ranked, ranked_like

Matrix = tuple[tuple[int, ...], ...]


def of_people(random: Random, people: int, options: int, ranks: int, alike: int = 1) -> list[list[int]]:
    """The ranks that people gave, so many ``alike`` each time, a row an option."""
    matrix = [[0] * ranks for _ in range(options)]
    for _ in range(people):
        for rank, option in enumerate(random.sample(range(options), random.randint(1, ranks))):
            matrix[option][rank] += alike
    return matrix


def some_people_can(matrix: Matrix) -> bool:
    """The same question, answered by trying everything."""
    given = [sum(column) for column in zip(*matrix, strict=True)]
    depth = sum(number > 0 for number in given)
    if not depth:
        return True
    if sorted(given, reverse=True) != given:
        return False
    for order in permutations(range(len(matrix)), depth):
        left = [list(row) for row in matrix]
        for rank, option in enumerate(order):
            left[option][rank] -= 1
        if min(map(min, left)) >= 0 and some_people_can(tuple(map(tuple, left))):
            return True
    return False


SMALL = st.integers(2, 3).flatmap(
    lambda ranks: st.lists(st.lists(st.integers(0, 2), min_size=ranks, max_size=ranks), min_size=3, max_size=4)
)
SEEDS = st.integers(0, 2**32).map(Random)


@given(SMALL)
@settings(max_examples=100, deadline=None)
def test_what_people_can_give_is_told_from_what_they_cannot_P7(matrix: list[list[int]]) -> None:
    assert can_be_ranked(matrix) == some_people_can(tuple(map(tuple, matrix)))


@given(SEEDS, st.integers(1, 6))
@settings(max_examples=100, deadline=None)
def test_a_rank_that_some_people_give_to_another_option_is_possible_or_not_as_trying_tells_P7(
    random: Random, people: int
) -> None:
    matrix = of_people(random, people, 4, random.randint(2, 4))
    for _ in range(people):
        rank, (one, other) = random.randrange(len(matrix[0])), random.sample(range(4), 2)
        if matrix[one][rank]:
            matrix[one][rank] -= 1
            matrix[other][rank] += 1
    assert can_be_ranked(matrix) == some_people_can(tuple(map(tuple, matrix)))


@given(SEEDS, st.integers(1, 300), st.integers(2, 20), st.integers(1, 4000))
@settings(max_examples=60, deadline=None)
def test_whatever_people_gave_is_possible_P7(random: Random, people: int, options: int, alike: int) -> None:
    matrix = of_people(random, people, options, random.randint(1, options), alike)
    few = of_people(random, people, options, len(matrix[0]))
    both = [[*map(sum, zip(*rows, strict=True))] for rows in zip(matrix, few, strict=True)]
    assert can_be_ranked(matrix)
    assert can_be_ranked(both)


@pytest.mark.parametrize(
    ("matrix", "why"),
    [
        ([[1, 2], [0, 0]], "more gave the second rank than the first"),
        ([[1, 1], [0, 0]], "one person gave the same option two ranks"),
        ([[1, 0, 0], [1, 1, 0], [0, 0, 2]], "more gave the third rank than the second"),
        ([[2, 0, 0], [0, 2, 0], [0, 0, 1], [0, 0, 1], [0, 1, 0]], "two people gave three second ranks"),
        ([[1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 0, 0], [0, 1, 0, 0]], "who went on to the end has no first rank left"),
        ([[2, 0, 2], [0, 0, 0], [2, 2, 0]], "two who gave three ranks have no first one that is not among the others"),
        ([[5, 0, 0], [0, 4, 0], [0, 0, 3], [0, 0, 0]], None),
        ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], None),
        ([[0, 0], [0, 0]], None),
        ([[3], [0], [2]], None),
    ],
)
def test_whether_people_can_have_ranked_so(matrix: list[list[int]], why: str | None) -> None:
    assert can_be_ranked(matrix) == (why is None)
    assert some_people_can(tuple(map(tuple, matrix))) == (why is None)


def test_cuts_that_are_possible_at_every_depth_but_do_not_go_together_are_refused_P7() -> None:
    """Five people; trying every person's ranking finds none, nor do integer programs."""
    ranks_of = ["17", "238", "06", "01", "0124", "345", "02", "139", "012", "456"]
    assert not can_be_ranked([[int(str(rank) in ranks) for rank in range(10)] for ranks in ranks_of])


@given(SEEDS, st.integers(20, 200), st.integers(2, 20), st.integers(1, 4000))
@settings(max_examples=30, deadline=None)
def test_what_is_fitted_to_numbers_with_noise_is_possible_P7(
    random: Random, people: int, options: int, alike: int
) -> None:
    true = of_people(random, people, options, random.randint(1, options), alike)
    given = [sum(rank) for rank in zip(*true, strict=True)]
    fitted = ranked_like([[max(0, count + random.randint(-3, 3)) for count in row] for row in true], given)
    assert [sum(rank) for rank in zip(*fitted, strict=True)] == given
    assert can_be_ranked(fitted)


@given(SEEDS, st.integers(1, 50), st.integers(1, 6))
@settings(deadline=None)
def test_what_people_can_give_who_all_rank_as_many_is_left_as_wished(random: Random, people: int, ranks: int) -> None:
    wanted = [[0] * ranks for _ in range(6)]
    for _ in range(people):
        for rank, option in enumerate(random.sample(range(6), ranks)):
            wanted[option][rank] += 1
    assert ranked_like(wanted, [people] * ranks) == wanted


def test_one_too_many_is_taken_from_one_option_and_given_to_another() -> None:
    fitted = ranked_like([[6, 5], [4, 3], [0, 2]], [10, 10])
    moved = sum(
        abs(has - want)
        for row, wish in zip(fitted, [[6, 5], [4, 3], [0, 2]], strict=True)
        for has, want in zip(row, wish, strict=True)
    )
    assert moved == 2
