"""Controlled rounding: what holds for every table and matrix, and the chances they are drawn with."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.disclosure.rounding import (
    Adjacent,
    KeyedRandom,
    controlled_matrix,
    controlled_rounding,
    matrix_within,
    rounded_total,
)
from tests.strategies import COUNTS, KEYS

BASES = st.sampled_from([2, 3, 5, 10])


def rounded(counts: Sequence[int], random: KeyedRandom, base: int = 5) -> list[int]:
    """To what they sum to, rounded down."""
    return controlled_rounding(counts, rounded_total(sum(counts), base), base, random)


@given(COUNTS, BASES, KEYS, st.text(max_size=10))
@settings(max_examples=100, deadline=None)
def test_cells_go_to_adjacent_multiples_that_sum_to_the_printed_total_P7(
    counts: list[int], base: int, key: bytes, label: str
) -> None:
    printed = controlled_rounding(counts, rounded_total(sum(counts), base), base, KeyedRandom(key, label))
    assert sum(printed) == rounded_total(sum(counts), base)
    for count, shown in zip(counts, printed, strict=True):
        assert shown % base == 0
        assert abs(shown - count) < base
        assert shown == count or count % base


@given(COUNTS, BASES, KEYS)
@settings(max_examples=100, deadline=None)
def test_same_key_and_label_round_alike_P7(counts: list[int], base: int, key: bytes) -> None:
    assert rounded(counts, KeyedRandom(key, "1:q"), base) == rounded(list(counts), KeyedRandom(bytes(key), "1:q"), base)


def test_other_key_or_label_draws_anew_P7() -> None:
    counts = [7, 8, 12, 23, 1, 4, 9, 3, 6, 2]
    by_label = {tuple(rounded(counts, KeyedRandom(b"k" * 32, f"{batch}:q"))) for batch in range(50)}
    by_key = {tuple(rounded(counts, KeyedRandom(bytes([byte]) * 32, "1:q"))) for byte in range(50)}
    assert len(by_label) > 25
    assert len(by_key) > 25


@given(COUNTS, KEYS)
@settings(max_examples=100, deadline=None)
def test_base_1_changes_nothing(counts: list[int], key: bytes) -> None:
    assert rounded(counts, KeyedRandom(key, "1:q"), 1) == counts


@given(st.lists(st.integers(0, 20).map(lambda number: 5 * number), min_size=1, max_size=8), KEYS)
@settings(max_examples=100, deadline=None)
def test_multiples_stay(counts: list[int], key: bytes) -> None:
    assert rounded(counts, KeyedRandom(key, "1:q")) == counts


@given(st.integers(0, 10_000), BASES)
@settings(max_examples=100, deadline=None)
def test_total_is_rounded_down_never_up_P7(n: int, base: int) -> None:
    total = rounded_total(n, base)
    assert total % base == 0
    assert total <= n < total + base


@pytest.mark.parametrize("counts", [[1, 2, 3, 4], [4, 4, 4], [1, 1, 1, 1, 1], [3, 13, 2, 41, 0, 5]])
def test_chance_of_going_up_is_in_proportion_to_the_distance_of_its_share_P7(counts: list[int]) -> None:
    """Shares are of the printed total; what is no multiple has a chance, if its share lies below the lower one."""
    draws, total = 1500, rounded_total(sum(counts), 5)
    shares = [count * total / sum(counts) - count // 5 * 5 for count in counts]
    weights = [max(share, 0.05) if count % 5 else 0 for share, count in zip(shares, counts, strict=True)]
    raised = [0] * len(counts)
    for number in range(draws):
        printed = rounded(counts, KeyedRandom(number.to_bytes(32, "big"), "1:q"))
        raised = [times + (shown > count) for times, shown, count in zip(raised, printed, counts, strict=True)]
    going_up = (total - sum(count // 5 * 5 for count in counts)) // 5
    for times, weight in zip(raised, weights, strict=True):
        chance = weight * going_up / sum(weights)
        # Five standard errors: the keys are fixed, so this passes always or never.
        assert abs(times / draws - chance) <= 5 * math.sqrt(chance * (1 - chance) / draws)


def test_pairs_go_up_together_in_every_combination_P7() -> None:
    seen = {
        tuple(shown > 2 for shown in rounded([2] * 5, KeyedRandom(number.to_bytes(32, "big"), "1:q")))
        for number in range(300)
    }
    assert len(seen) == math.comb(5, 2)


MATRICES = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 30), min_size=width, max_size=width), min_size=1, max_size=5)
)


def a_rounded_matrix(counts: list[list[int]], key: bytes) -> tuple[list[int], list[int], list[list[int]] | None]:
    """Row and column sums that some rounding has, since each row was rounded to them, and a matrix with these sums."""
    rows = [rounded(row, KeyedRandom(b"k" * 32, f"{place}")) for place, row in enumerate(counts)]
    row_totals, column_totals = [sum(row) for row in rows], [sum(column) for column in zip(*rows, strict=True)]
    return row_totals, column_totals, controlled_matrix(counts, row_totals, column_totals, 5, KeyedRandom(key, "1:q"))


@given(MATRICES, KEYS)
@settings(max_examples=60, deadline=None)
def test_matrix_has_the_wanted_sums_and_only_adjacent_multiples_P7(counts: list[list[int]], key: bytes) -> None:
    row_totals, column_totals, printed = a_rounded_matrix(counts, key)
    assert printed is not None
    assert [sum(row) for row in printed] == row_totals
    assert [sum(column) for column in zip(*printed, strict=True)] == column_totals
    for exact_row, row in zip(counts, printed, strict=True):
        for count, shown in zip(exact_row, row, strict=True):
            assert shown % 5 == 0
            assert abs(shown - count) < 5
    assert a_rounded_matrix(counts, key)[2] == printed


def test_matrix_is_drawn_from_all_that_fit_P7() -> None:
    counts = [[2, 3, 5], [3, 2, 0], [0, 5, 3]]
    found = {
        str(controlled_matrix(counts, [10, 5, 5], [5, 10, 5], 5, KeyedRandom(number.to_bytes(32, "big"), "1:q")))
        for number in range(60)
    }
    assert found == {str([[5, 0, 5], [0, 5, 0], [0, 5, 0]]), str([[0, 5, 5], [5, 0, 0], [0, 5, 0]])}


@pytest.mark.parametrize(
    ("counts", "rows", "columns"),
    [
        pytest.param([[5, 5]], [10], [0, 10], id="a multiple would have to move"),
        pytest.param([[2, 2]], [10], [5, 10], id="the sums differ"),
        pytest.param([[2, 2], [0, 2]], [0, 5], [5, 0], id="the row that may rise has no such column"),
        pytest.param([[7]], [0], [0], id="below the lower multiple"),
    ],
)
def test_there_is_no_matrix_where_no_cells_can_carry_the_sums(
    counts: list[list[int]], rows: list[int], columns: list[int]
) -> None:
    assert controlled_matrix(counts, rows, columns, 5, KeyedRandom(b"k" * 32, "1:q")) is None


@given(MATRICES, st.data(), KEYS)
@settings(max_examples=60, deadline=None)
def test_columns_between_limits_are_found_where_any_are_P7(
    counts: list[list[int]], data: st.DataObject, key: bytes
) -> None:
    """Around the sums that some rounding has: there is one, and what is found keeps all limits."""
    row_totals, column_totals, _ = a_rounded_matrix(counts, key)
    slack = [(data.draw(st.integers(0, 2)), data.draw(st.integers(0, 2))) for _ in column_totals]
    limits = [(sum_ - 5 * down, sum_ + 5 * up) for sum_, (down, up) in zip(column_totals, slack, strict=True)]
    cells = [[Adjacent.of(count, 5) for count in row] for row in counts]
    found = matrix_within(cells, row_totals, limits, 5, KeyedRandom(key, "1:q"))
    assert found is not None
    assert [sum(row) for row in found] == row_totals
    assert all(low <= sum(column) <= high for column, (low, high) in zip(zip(*found, strict=True), limits, strict=True))


def test_column_gets_the_least_that_it_needs_before_others_get_more_P7() -> None:
    cells = [[Adjacent(0, 1), Adjacent(0, 4)], [Adjacent(0, 1), Adjacent(0, 4)]]
    for number in range(20):
        found = matrix_within(cells, [5, 5], [(5, 5), (0, 10)], 5, KeyedRandom(number.to_bytes(32, "big"), "1:q"))
        assert found is not None
        assert [sum(column) for column in zip(*found, strict=True)] == [5, 5]


def test_cell_without_a_weight_stays_where_it_is() -> None:
    assert matrix_within(
        [[Adjacent(5, 0), Adjacent(0, 3)]], [10], [(0, 10), (0, 10)], 5, KeyedRandom(b"k" * 32, "1:q")
    ) == [[5, 5]]
    assert (
        matrix_within([[Adjacent(5, 0), Adjacent(0, 0)]], [10], [(0, 10), (0, 10)], 5, KeyedRandom(b"k" * 32, "1:q"))
        is None
    )


def test_heavier_places_come_first_in_proportion() -> None:
    draws = 3000
    first = [KeyedRandom(number.to_bytes(32, "big"), "1:q").weighted([1, 0, 4, 3], "row")[0] for number in range(draws)]
    for place, chance in enumerate((1 / 8, 0, 1 / 2, 3 / 8)):
        assert abs(first.count(place) / draws - chance) <= 5 * math.sqrt(chance * (1 - chance) / draws)


@pytest.mark.parametrize("residues", [(1, 1, 4, 3, 3), (1, 1, 4, 4, 4), (2, 2, 2), (3, 4, 1, 2), (0, 1, 4)])
def test_any_of_the_cells_that_can_go_up_may_P7(residues: tuple[int, ...]) -> None:
    """Of the first, systematic sampling alone never raises the two smallest."""
    drawn = {
        frozenset(place for place, shown in enumerate(printed) if shown)
        for number in range(6000)
        if (printed := rounded(residues, KeyedRandom(number.to_bytes(32, "big"), "1:q")))
    }
    uneven = [place for place, residue in enumerate(residues) if residue]
    assert drawn == set(map(frozenset, itertools.combinations(uneven, sum(residues) // 5)))


@given(COUNTS, st.integers(-3, 3), KEYS)
@settings(max_examples=100, deadline=None)
def test_what_cannot_be_adjacent_is_as_little_off_as_can_be_P7(counts: list[int], steps: int, key: bytes) -> None:
    total = max(0, rounded_total(sum(counts), 5) + 5 * steps)
    printed = controlled_rounding(counts, total, 5, KeyedRandom(key, "1:q"))
    assert sum(printed) == total or not counts
    least, most = sum(count // 5 for count in counts), sum(-(-count // 5) for count in counts)
    beyond = sum(
        max(0, count // 5 - shown // 5, shown // 5 - -(-count // 5))
        for shown, count in zip(printed, counts, strict=True)
    )
    assert not counts or beyond == max(0, least - total // 5, total // 5 - most)


def test_cells_that_are_a_step_farther_off_are_used_only_where_adjacent_ones_do_not_do() -> None:
    cells = [[Adjacent(5, 2).with_steps(15, 5), Adjacent(5, 0).with_steps(15, 5)]]
    for number in range(20):
        random = KeyedRandom(number.to_bytes(32, "big"), "1:q")
        assert matrix_within(cells, [15], [(10, 10), (5, 5)], 5, random) == [[10, 5]]
        assert matrix_within(cells, [20], [(15, 15), (5, 5)], 5, random) == [[15, 5]]
        assert matrix_within(cells, [5], [(5, 5), (0, 0)], 5, random) == [[5, 0]]
        assert matrix_within(cells, [25], [(20, 20), (5, 5)], 5, random) is None
