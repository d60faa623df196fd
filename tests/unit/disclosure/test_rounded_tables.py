"""Draws of a multiple choice: one that obeys its limits wherever there is any, and as chance has it where many do."""

from __future__ import annotations

import math
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.disclosure.linked_tables import QuestionTables, question_tables
from chalicelib.disclosure.rounded_tables import rounded
from chalicelib.disclosure.rounding import Adjacent, KeyedRandom
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


def any_fits(question: QuestionTables, exact: list[list[int]], head: list[int]) -> bool:
    """Whether the pairs can be printed beside ``head``, by trying them all."""
    total = sum(head)
    choices = [Adjacent.of_pair(pair, total, head, 5) for pair in exact[1:]]
    ways = [{each.lower, each.lower + 5 * bool(each.weight)} if each else set() for each in choices]
    return any(
        not any(question.violations([head, *([count, total - count] for count in counts)], total, total))
        for counts in product(*ways)
    )


@given(answered(), KEYS)
@settings(max_examples=200, deadline=None)
def test_options_are_drawn_within_the_limits_wherever_they_can_be_P7(
    found: tuple[QuestionTables, list[list[int]]], key: bytes
) -> None:
    question, exact = found
    tables = rounded(question, exact, 5, KeyedRandom(key, "1:q"))
    total = sum(tables[0])
    fits = not any(question.violations(tables, total, total))
    assert fits == any_fits(question, exact, tables[0])
    if fits:
        for true, table in zip(exact, tables, strict=True):
            assert all(count % 5 == 0 and abs(count - n) < 5 for count, n in zip(table, true, strict=True))


def raised(question: QuestionTables, exact: list[list[int]], draws: int) -> list[tuple[bool, ...]]:
    """Which options go up, in each of so many draws."""
    tables = [rounded(question, exact, 5, KeyedRandom(number.to_bytes(32, "big"), "1:q")) for number in range(draws)]
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
        head, *pairs = rounded(question, exact, 5, KeyedRandom(number.to_bytes(32, "big"), "1:q"))
        heads.add(head[0])
        assert {pair[0] for pair in pairs} == {head[0]}
    assert heads == {35, 40}
