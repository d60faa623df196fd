"""Controlled rounding: what holds for every table, and the chances it is drawn with."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.disclosure.rounding import controlled_rounding, rounded_total
from tests.strategies import COUNTS, KEYS

BASES = st.sampled_from([2, 3, 5, 10])


@given(COUNTS, BASES, KEYS, st.text(max_size=10))
@settings(max_examples=100, deadline=None)
def test_cells_go_to_adjacent_multiples_that_sum_to_the_printed_total_P7(
    counts: list[int], base: int, key: bytes, label: str
) -> None:
    printed = controlled_rounding(counts, base, key, label)
    assert sum(printed) == rounded_total(sum(counts), base)
    for count, shown in zip(counts, printed, strict=True):
        assert shown % base == 0
        assert abs(shown - count) < base
        assert shown == count or count % base


@given(COUNTS, BASES, KEYS)
@settings(max_examples=100, deadline=None)
def test_same_key_and_label_round_alike_P7(counts: list[int], base: int, key: bytes) -> None:
    assert controlled_rounding(counts, base, key, "1:q") == controlled_rounding(list(counts), base, bytes(key), "1:q")


def test_other_key_or_label_draws_anew_P7() -> None:
    counts = [7, 8, 12, 23, 1, 4, 9, 3, 6, 2]
    by_label = {tuple(controlled_rounding(counts, 5, b"k" * 32, f"{batch}:q")) for batch in range(50)}
    by_key = {tuple(controlled_rounding(counts, 5, bytes([byte]) * 32, "1:q")) for byte in range(50)}
    assert len(by_label) > 25
    assert len(by_key) > 25


@given(COUNTS, KEYS)
@settings(max_examples=100, deadline=None)
def test_base_1_changes_nothing(counts: list[int], key: bytes) -> None:
    assert controlled_rounding(counts, 1, key, "1:q") == counts


@given(st.lists(st.integers(0, 20).map(lambda number: 5 * number), min_size=1, max_size=8), KEYS)
@settings(max_examples=100, deadline=None)
def test_multiples_stay(counts: list[int], key: bytes) -> None:
    assert controlled_rounding(counts, 5, key, "1:q") == counts


@given(st.integers(0, 10_000), BASES)
@settings(max_examples=100, deadline=None)
def test_total_is_rounded_down_never_up_P7(n: int, base: int) -> None:
    total = rounded_total(n, base)
    assert total % base == 0
    assert total <= n < total + base


@pytest.mark.parametrize("counts", [[1, 2, 3, 4], [4, 4, 4], [1, 1, 1, 1, 1], [3, 13, 2, 41, 0, 5]])
def test_chance_of_going_up_is_in_proportion_to_the_distance_P7(counts: list[int]) -> None:
    draws = 1500
    residues = [count % 5 for count in counts]
    raised = [0] * len(counts)
    for number in range(draws):
        printed = controlled_rounding(counts, 5, number.to_bytes(32, "big"), "1:q")
        raised = [times + (shown > count) for times, shown, count in zip(raised, printed, counts, strict=True)]
    going_up = sum(residues) // 5
    for times, residue in zip(raised, residues, strict=True):
        chance = residue * going_up / sum(residues)
        # Five standard errors: the keys are fixed, so this passes always or never.
        assert abs(times / draws - chance) <= 5 * math.sqrt(chance * (1 - chance) / draws)


def test_pairs_go_up_together_in_every_combination_P7() -> None:
    seen = {
        tuple(shown > 2 for shown in controlled_rounding([2] * 5, 5, number.to_bytes(32, "big"), "1:q"))
        for number in range(300)
    }
    assert len(seen) == math.comb(5, 2)
