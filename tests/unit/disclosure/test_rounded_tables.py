"""Draws of a multiple choice: one that obeys its limits wherever there is any, and as chance has it where many do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.disclosure.linked_tables import Frame, QuestionTables, question_tables
from chalicelib.disclosure.rounded_tables import rounded, rounded_with_sets
from chalicelib.disclosure.rounding import KeyedRandom
from tests.builders import a_question, options
from tests.strategies import KEYS
from tests.unit.disclosure.surveys import specs_of


def a_choice(number: int, least: int, most: int) -> QuestionTables:
    listed = options(*(f"o{place}" for place in range(number)))
    (question,) = question_tables(specs_of(a_question("multiple_choice", options=listed, least=least, most=most)))
    return question


@st.composite
def answered(draw: st.DrawFn) -> tuple[QuestionTables, list[list[int]]]:
    """A multiple choice and its exact tables, as people can have answered."""
    number = draw(st.integers(2, 5))
    least = draw(st.integers(1, number))
    most = draw(st.integers(least, number))
    n = draw(st.integers(20, 60))
    chosen = draw(st.integers(1, n))
    sets = draw(st.lists(st.sets(st.integers(0, number - 1), min_size=least, max_size=most), min_size=1, max_size=4))
    counts = [sum(place in sets[person % len(sets)] for person in range(chosen)) for place in range(number)]
    return a_choice(number, least, most), [[chosen, n - chosen], *([count, n - count] for count in counts)]


def within(question: QuestionTables, counts: Sequence[int], chosen: int) -> bool:
    """Whether so many can have chosen the options, of so many who chose something."""
    variable = question.specs[0].variable
    return max(counts) <= chosen and variable.least * chosen <= sum(counts) <= variable.most * chosen


def adjacent(count: int) -> set[int]:
    return {count - count % 5, count + -count % 5}


def printed(question: QuestionTables, exact: list[list[int]], key: bytes) -> list[list[int]]:
    n = sum(exact[0])
    tables = rounded(question, exact, {}, Frame(n - n % 5, n - n % 5, n, 5), KeyedRandom(key, "1:q"))
    assert tables is not None
    return tables


@given(answered(), KEYS)
@settings(max_examples=200, deadline=None)
def test_multiple_choice_is_always_printed_within_its_limits_and_adjacent_wherever_that_can_be_P7(
    found: tuple[QuestionTables, list[list[int]]], key: bytes
) -> None:
    question, exact = found
    tables = printed(question, exact, key)
    (chosen, *_), total = tables[0], sum(tables[0])
    assert not list(question.violations(tables, total, total))
    counts, true = [pair[0] for pair in tables[1:]], [pair[0] for pair in exact[1:]]
    fits = any(within(question, way, chosen) for way in product(*map(adjacent, true)))
    assert all(count in adjacent(n) for count, n in zip(counts, true, strict=True)) == fits
    (first, *further) = question.further(tables, total, 0)
    assert first == 0
    assert all(abs(count - n) < 5 * (1 + steps) for count, n, steps in zip(counts, true, further, strict=True))


def raised(question: QuestionTables, exact: list[list[int]], draws: int) -> list[tuple[bool, ...]]:
    """Which options go up, in each of so many draws."""
    tables = [printed(question, exact, number.to_bytes(32, "big")) for number in range(draws)]
    return [tuple(pair[0] > true[0] for pair, true in zip(of[1:], exact[1:], strict=True)) for of in tables]


def test_options_that_obey_the_limits_go_up_each_by_its_own_chance_P7() -> None:
    """Any number of three may go up."""
    found = raised(a_choice(3, 1, 3), [[40, 0], [21, 19], [22, 18], [24, 16]], draws=800)
    assert set(found) == set(product((False, True), repeat=3))
    for up, chance in zip(zip(*found, strict=True), (1 / 5, 2 / 5, 4 / 5), strict=True):
        assert abs(sum(up) / 800 - chance) <= 5 * math.sqrt(chance * (1 - chance) / 800)


def test_where_too_few_go_up_just_as_many_more_do_as_it_takes_P7() -> None:
    """Two of six at least, for 40 who chose one or more; all six seldom do of themselves."""
    found = raised(a_choice(6, 1, 3), [[40, 0], *([7, 33] for _ in range(6))], draws=200)
    sizes = [sum(each) for each in found]
    assert min(sizes) == 2
    assert sizes.count(2) > 80
    assert sizes.count(6) < 10


def test_options_of_which_all_were_chosen_by_all_go_up_together_P7() -> None:
    question, exact = a_choice(4, 4, 4), [[39, 9], *([39, 9] for _ in range(4))]
    heads = set()
    for number in range(60):
        head, *pairs = printed(question, exact, number.to_bytes(32, "big"))
        heads.add(head[0])
        assert {pair[0] for pair in pairs} == {head[0]}
    assert heads == {35, 40}


@pytest.mark.parametrize("left_over", range(5))
@pytest.mark.parametrize("number", [3, 5, 8])
def test_choice_of_which_nearly_everybody_ticks_one_option_is_printed_whatever_n_P7(
    number: int, left_over: int
) -> None:
    """With pairs that both had to be adjacent, 96 % found no draw for eight options and n = 4 mod 5."""
    n = 55 + left_over
    counts = [n // number + (place < n % number) for place in range(number)]
    exact = [[n, 0], *([count, n - count] for count in counts)]
    for draw in range(20):
        tables = printed(a_choice(number, 1, number), exact, bytes([draw]))
        assert all(abs(table[0] - count) < 5 for table, count in zip(tables[1:], counts, strict=True))


@pytest.mark.parametrize(
    ("chosen", "counts", "least", "most", "found"),
    [
        pytest.param(21, (21, 21, 0), 2, 2, (20, 20, 0), id="as it is"),
        pytest.param(24, (20, 20, 8), 2, 2, (20, 15, 5), id="one a step farther down"),
        pytest.param(24, (24, 24, 24, 24, 0), 4, 4, (20, 20, 20, 20, 0), id="all go down"),
    ],
)
def test_where_not_even_the_lower_multiples_can_be_chosen_the_least_off_goes_a_step_farther_P7(
    chosen: int, counts: tuple[int, ...], least: int, most: int, found: tuple[int, ...]
) -> None:
    exact = [[chosen, 0], *([count, chosen - count] for count in counts)]
    question = a_choice(len(counts), least, most)
    tables = printed(question, exact, b"k")
    assert sorted(table[0] for table in tables[1:]) == sorted(found)
    assert question.further(tables, 20, 0)[1:] == [1] * len(counts)


SETS = st.sampled_from(
    [
        [],
        [frozenset({0, 1})],
        [frozenset({0, 1}), frozenset({2, 3})],
        [frozenset({1, 2, 3, 4}), frozenset({2, 3})],
        [frozenset({0, 1, 2}), frozenset({1, 2, 3}), frozenset({3, 4, 5})],
        [frozenset({5, 0}), frozenset({5, 0, 3}), frozenset({1, 2})],
    ]
)


@given(st.lists(st.integers(0, 30), min_size=6, max_size=6), SETS, KEYS)
@settings(max_examples=200, deadline=None)
def test_sums_that_tell_who_was_asked_are_adjacent_too_P7(
    counts: list[int], sets: list[frozenset[int]], key: bytes
) -> None:
    n = sum(counts)
    for total in {n - n % 5, n + -n % 5}:
        found = rounded_with_sets(counts, sets, total, 5, KeyedRandom(key, "1:q"))
        assert sum(found) == total
        for places in [*sets, *({place} for place in range(6))]:
            assert abs(sum(found[place] - counts[place] for place in places)) < 5
