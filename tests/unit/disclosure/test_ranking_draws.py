"""The draw of a ranking, against all matrices that its limits allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.disclosure.ranking_draws import OptionRanks, drawn_ranking
from chalicelib.disclosure.rankings import can_be_ranked
from chalicelib.disclosure.rounding import KeyedRandom, rounded_total
from tests.strategies import KEYS

BASE = 5
KEY = b"k" * 32
Matrix = list[list[int]]


def with_unranked(matrix: Matrix, n: int) -> Matrix:
    return [[*row, n - sum(row)] for row in matrix]


def adjacent(count: int) -> set[int]:
    return {count - count % BASE, count + -count % BASE}


def obeys(printed: Matrix, exact: Matrix, asked: int, is_compulsory: bool, sets: Sequence[OptionRanks]) -> bool:
    """Whether all is adjacent that has to be, and people can have ranked so."""
    pairs = [(row[:-1], true[:-1]) for row, true in zip(printed, exact, strict=True)]
    given = [sum(column) for column in zip(*(row for row, _ in pairs), strict=True)]
    counts = [sum(column) for column in zip(*(true for _, true in pairs), strict=True)]
    told = [[sum(pairs[option][side][rank] for rank in ranks) for side in (0, 1)] for option, ranks in sets]
    cells = [cell for row, true in pairs for cell in zip(row, true, strict=True)]
    return (
        all(number in adjacent(count) for number, count in [*cells, *zip(given, counts, strict=True), *told])
        and all(min(adjacent(sum(true))) - BASE <= sum(row) <= max(adjacent(sum(true))) for row, true in pairs)
        and (given[0] == asked if is_compulsory else given[0] <= asked)
        and can_be_ranked([row for row, _ in pairs])
    )


def allowed(
    exact: Matrix, total: int, asked: int, is_compulsory: bool, sets: Sequence[OptionRanks]
) -> Iterator[Matrix]:
    """All matrices within the limits."""
    ranks = len(exact[0]) - 1
    for cells in product(*(adjacent(count) for row in exact for count in row[:-1])):
        rows = [[*cells[place * ranks : (place + 1) * ranks]] for place in range(len(exact))]
        if obeys(with_unranked(rows, total), exact, asked, is_compulsory, sets):
            yield with_unranked(rows, total)


def ranked(random: Random, people: int, options: int, ranks: int, alike: int = 1) -> Matrix:
    """What people gave, so many alike each time: most of them every rank, or nobody cares how many."""
    matrix = [[0] * ranks for _ in range(options)]
    care = random.random()
    for _ in range(people):
        depth = ranks if random.random() < care else random.randint(1, ranks)
        for rank, option in enumerate(random.sample(range(options), depth)):
            matrix[option][rank] += alike
    return matrix


@pytest.mark.parametrize(
    ("matrix", "n", "asked", "is_compulsory", "sets"),
    [
        ([[8, 3], [7, 6], [6, 4]], 41, 25, False, []),
        ([[8, 3, 1], [7, 6, 2], [6, 5, 4]], 23, 20, True, [(1, frozenset({0, 1})), (1, frozenset({1, 2}))]),
        ([[8, 3], [6, 6], [5, 5], [2, 2]], 22, 20, False, [(0, frozenset({0, 1}))]),
        ([[12, 13], [13, 12]], 25, 25, True, []),
        ([[11, 9], [8, 8], [10, 2]], 44, 30, False, []),
    ],
)
def test_every_matrix_within_the_limits_has_a_chance_and_no_other_P7(
    matrix: Matrix, n: int, asked: int, is_compulsory: bool, sets: list[OptionRanks]
) -> None:
    exact, total, random = with_unranked(matrix, n), rounded_total(n, BASE), KeyedRandom(KEY, "1:q")
    drawn = [drawn_ranking(exact, total, asked, is_compulsory, sets, BASE, random.of(draw)) for draw in range(5000)]
    found = {str(each) for each in drawn}
    assert found == {str(each) for each in allowed(exact, total, asked, is_compulsory, sets)}
    assert len(found) > 1


@given(KEYS, st.integers(0, 2**32).map(Random), st.integers(20, 60), st.booleans(), st.integers(0, 2))
@settings(max_examples=100, deadline=None)
def test_no_ranking_is_left_without_a_draw_but_where_no_matrix_is_allowed_P7(
    key: bytes, random: Random, n: int, is_compulsory: bool, told: int
) -> None:
    options = random.randint(2, 4)
    ranks, total = random.randint(1, min(options, 3)), rounded_total(n, BASE)
    answered = n if is_compulsory else random.randint(0, n)
    exact = with_unranked(ranked(random, answered, options, ranks), n)
    sets = [(random.randrange(options), frozenset(range(random.randint(1, ranks)))) for _ in range(told)]
    drawn = drawn_ranking(exact, total, total, is_compulsory, sets, BASE, KeyedRandom(key, "1:q"))
    if drawn is None or not obeys(drawn, exact, total, is_compulsory, sets):
        assert not any(allowed(exact, total, total, is_compulsory, sets))


@given(KEYS, st.integers(0, 2**32).map(Random), st.integers(20, 200), st.integers(5, 20), st.integers(1, 5000))
@settings(max_examples=20, deadline=None)
def test_large_rankings_are_drawn_within_the_limits_P7(
    key: bytes, random: Random, people: int, options: int, alike: int
) -> None:
    ranks = random.randint(1, options)
    many, few = ranked(random, people, options, ranks, alike), ranked(random, people, options, ranks)
    n = people * (alike + 1)
    total = rounded_total(n, BASE)
    exact = with_unranked([[*map(sum, zip(*rows, strict=True))] for rows in zip(many, few, strict=True)], n)
    sets = [(option, frozenset(range(min(3, ranks)))) for option in (0, 1)]
    drawn = drawn_ranking(exact, total, total, True, sets, BASE, KeyedRandom(key, "1:q"))
    assert drawn
    assert obeys(drawn, exact, total, True, sets)


def test_cells_are_as_the_truth_has_them_in_the_total_on_average() -> None:
    matrix, n, total = [[31, 22, 13], [22, 27, 18], [19, 17, 23], [17, 12, 11]], 91, 90
    exact, random = with_unranked(matrix, n), KeyedRandom(KEY, "1:q")
    drawn = [drawn_ranking(exact, total, total, False, [], BASE, random.of(draw)) or [] for draw in range(2000)]
    for option, row in enumerate(matrix):
        for rank, count in enumerate(row):
            mean = sum(each[option][rank] for each in drawn) / len(drawn)
            assert abs(mean - count * total / n) < 0.7


def test_none_is_drawn_where_none_is_allowed_as_in_one_ranking_of_thousands_P7() -> None:
    """As the total is rounded down, a number that is a multiple would have to become the one below."""
    exact = with_unranked([[0, 6, 18], [20, 0, 4], [4, 18, 0]], 28)
    assert not any(allowed(exact, 25, 20, True, []))
    assert drawn_ranking(exact, 25, 20, True, [], BASE, KeyedRandom(KEY, "1:q")) is None
    exact = with_unranked([[3107, 0], [982, 1393], [0, 2696]], 4089)
    sets = [(1, frozenset({0, 1}))]
    assert not any(allowed(exact, 4085, 4085, True, sets))
    assert drawn_ranking(exact, 4085, 4085, True, sets, BASE, KeyedRandom(KEY, "1:q")) is None


def test_none_is_drawn_where_no_draw_can_keep_to_the_limits() -> None:
    exact = with_unranked([[10, 0], [0, 10], [0, 0]], 20)
    assert drawn_ranking(exact, 20, 20, True, [], BASE, KeyedRandom(KEY, "1:q")) is None


def test_a_retry_draws_the_same() -> None:
    exact = with_unranked([[8, 3, 1], [7, 6, 2], [6, 5, 4]], 23)
    first, second = (drawn_ranking(exact, 20, 20, False, [], BASE, KeyedRandom(KEY, "1:q")) for _ in range(2))
    assert first == second
