"""Which rankings people can have given, against trying out every person's ranking."""

from __future__ import annotations

from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.disclosure.rankings import can_be_ranked

Matrix = tuple[tuple[int, ...], ...]


def of_people(random: Random, people: int, options: int, ranks: int) -> list[list[int]]:
    """The ranks that people gave, a row an option."""
    matrix = [[0] * ranks for _ in range(options)]
    for _ in range(people):
        for rank, option in enumerate(random.sample(range(options), random.randint(1, ranks))):
            matrix[option][rank] += 1
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


@given(
    st.integers(2, 3).flatmap(
        lambda ranks: st.lists(st.lists(st.integers(0, 2), min_size=ranks, max_size=ranks), min_size=3, max_size=4)
    )
)
@settings(max_examples=60, deadline=None)
def test_nothing_is_taken_for_a_ranking_that_people_cannot_give_P7(matrix: list[list[int]]) -> None:
    if can_be_ranked(matrix):
        assert some_people_can(tuple(map(tuple, matrix)))


def test_nearly_everything_that_people_can_give_is_found() -> None:
    random = Random(1)  # noqa: S311
    matrices = [
        of_people(random, random.randint(1, 40), options, random.randint(1, options))
        for options in (2, 3, 4, 5, 6) * 60
    ]
    assert sum(map(can_be_ranked, matrices)) >= 0.98 * len(matrices)


@pytest.mark.parametrize(
    ("matrix", "why"),
    [
        ([[1, 2], [0, 0]], "more gave the second rank than the first"),
        ([[1, 1], [0, 0]], "one person gave the same option two ranks"),
        ([[1, 0, 0], [1, 1, 0], [0, 0, 2]], "more gave the third rank than the second"),
        ([[2, 0, 0], [0, 2, 0], [0, 0, 1], [0, 0, 1], [0, 1, 0]], "two people gave three second ranks"),
        ([[1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 0, 0], [0, 1, 0, 0]], "who went on to the end has no first rank left"),
        ([[5, 0, 0], [0, 4, 0], [0, 0, 3], [0, 0, 0]], None),
        ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], None),
        ([[0, 0], [0, 0]], None),
        ([[3], [0], [2]], None),
    ],
)
def test_whether_people_can_have_ranked_so(matrix: list[list[int]], why: str | None) -> None:
    assert can_be_ranked(matrix) == (why is None)
    assert some_people_can(tuple(map(tuple, matrix))) == (why is None)
