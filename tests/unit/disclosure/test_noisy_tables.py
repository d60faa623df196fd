"""Noise on open links: its exact chances, what it lets one answer change, and tables that hold all the same."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.disclosure.linked_tables import Frame, QuestionTables, question_tables
from chalicelib.disclosure.noisy_tables import Limits, geometric, nearest, nearest_beside, noised
from chalicelib.disclosure.policy import OPEN_LINK
from chalicelib.disclosure.protect import protect
from chalicelib.disclosure.rounding import KeyedRandom
from chalicelib.disclosure.seats import Beside
from chalicelib.tabulation.tally import TableSpec, Tally
from tests.builders import a_question, options
from tests.strategies import KEYS
from tests.unit.disclosure.surveys import NEEDED, a_tally, if_yes, specs_of

ALPHA = OPEN_LINK.noise
#: A draw's random numbers lie below.
NUMBERS = 2**64


@dataclass(frozen=True)
class OneNumber(KeyedRandom):
    """A draw that gives one number, whatever is asked for."""

    given: int = 0

    def number(self, name: str) -> int:
        return self.given


def noise_at(number: int) -> int:
    return geometric(OneNumber(b"", "", number), "cell", ALPHA)


def first_number(at_least: int, order: Callable[[int], int]) -> int:
    """The first random number whose noise is so far on in the order that the numbers go through."""
    low, high = 0, NUMBERS
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if order(noise_at(middle)) >= at_least else (middle + 1, high)
    return low


def chances(furthest: int) -> dict[int, Fraction]:
    """The share of all random numbers that each noise has."""
    # They go through 0, -1, -2 and so on, and then through 1, 2 and so on.
    far = 1000
    order: Callable[[int], int] = lambda noise: far + noise if noise > 0 else -noise  # noqa: E731
    begins = {-k: first_number(k, order) for k in range(furthest + 2)}
    begins |= {k: first_number(far + k, order) for k in range(1, furthest + 2)}
    found = {-k: begins[-k - 1] - begins[-k] for k in range(furthest + 1)}
    found |= {k: begins[k + 1] - begins[k] for k in range(1, furthest + 1)}
    return {k: Fraction(numbers, NUMBERS) for k, numbers in found.items()}


def test_chances_of_the_noise_at_neighbouring_counts_differ_by_no_more_than_root_e_P7() -> None:
    found = chances(30)
    for k in range(-30, 30):
        ratio = float(found[k + 1] / found[k])
        assert math.exp(-1 / 2) * (1 - 1e-6) <= ratio <= math.exp(1 / 2) * (1 + 1e-6)


def test_noise_is_two_sided_geometric_P7() -> None:
    for k, chance in chances(30).items():
        assert float(chance) == pytest.approx((1 - ALPHA) / (1 + ALPHA) * ALPHA ** abs(k), rel=1e-6)


@pytest.mark.parametrize("number", [0, 1, NUMBERS // 2, NUMBERS - 2**11, NUMBERS - 2, NUMBERS - 1])
def test_every_random_number_gives_a_noise(number: int) -> None:
    assert abs(noise_at(number)) < 100


SINGLE = specs_of(a_question("single_choice", options=options("se", "no")))
CHOICES = specs_of(a_question("multiple_choice", most=1, options=options("law", "stigma")))


def one_table(se: int, no: int, skipped: int) -> Tally:
    return a_tally(se + no + skipped, country={"se": se, "no": no, "no_answer": skipped})


def options_chosen(law: int, stigma: int) -> Tally:
    """Of 60; nobody skips."""
    pair = {"challenges__law": {"chosen": law, "not_chosen": 60 - law}}
    pair |= {"challenges__stigma": {"chosen": stigma, "not_chosen": 60 - stigma}}
    return a_tally(60, challenges={"chosen": law + stigma}, **pair)


def printed(tally: Tally, specs: Sequence[TableSpec], draws: int, run: str) -> Mapping[object, int]:
    found: Counter[object] = Counter()
    for number in range(draws):
        batch = protect(tally, specs, OPEN_LINK, f"{run}{number}".encode(), 1)
        found[(batch.total, *(table.counts for table in batch.tables)) if batch else None] += 1
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("specs", "truth", "neighbour", "tables"),
    [
        pytest.param(SINGLE, one_table(40, 20, 5), one_table(39, 21, 5), 1, id="another answer"),
        pytest.param(SINGLE, one_table(40, 20, 5), one_table(40, 19, 5), 1, id="nobody there"),
        pytest.param(SINGLE, one_table(60, 0, 0), one_table(59, 1, 0), 1, id="the only one"),
        pytest.param(CHOICES, options_chosen(35, 25), options_chosen(34, 26), 2, id="another option"),
    ],
)
def test_no_answer_changes_the_odds_of_its_tables_by_more_than_e_each_P7(
    specs: list[TableSpec], truth: Tally, neighbour: Tally, tables: int
) -> None:
    """Of what is printed in 4 of 100 draws or more; five standard errors are let pass, so 20 to 40 per cent."""
    draws = 10_000
    here, there = printed(truth, specs, draws, "here"), printed(neighbour, specs, draws, "there")
    frequent = [outcome for outcome, times in here.items() if times >= draws / 25]
    assert frequent
    for outcome in frequent:
        bound = math.exp(tables)
        slack = 1 + 5 * math.sqrt(1 / here[outcome] + 1 / max(1, there.get(outcome, 0)))
        assert here[outcome] <= bound * slack * there.get(outcome, 0)
        assert there.get(outcome, 0) <= bound * slack * here[outcome]


def squared(counts: Sequence[int], values: Sequence[float]) -> float:
    return sum((count - value) ** 2 for count, value in zip(counts, values, strict=True))


@given(st.lists(st.integers(-12, 45), min_size=1, max_size=4), st.data())
@settings(max_examples=100, deadline=None)
def test_what_is_printed_is_the_nearest_to_the_noisy_numbers_of_all_that_obeys_the_limits(
    values: list[int], data: st.DataObject
) -> None:
    cell = 5 * data.draw(st.integers(0, 8))
    least = 5 * data.draw(st.integers(0, cell // 5 * len(values)))
    most = 5 * data.draw(st.integers(least // 5, 40))
    found = nearest(values, Limits(least, most, cell), 5)
    possible = [
        counts
        for counts in itertools.product(range(0, cell + 1, 5), repeat=len(values))
        if least <= sum(counts) <= most
    ]
    assert tuple(found) in possible
    assert squared(found, values) == min(squared(counts, values) for counts in possible)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_printed_beside_another_table_is_the_nearest_of_all_that_go_together_with_it(
    data: st.DataObject,
) -> None:
    beside = Beside([data.draw(st.sets(st.integers(0, 2))) for _ in range(2)] + [{0, 1, 2}], [5, 15, 10])
    values = data.draw(st.lists(st.integers(-12, 45), min_size=3, max_size=3))
    every = [(one, two, 30 - one - two) for one in range(0, 31, 5) for two in range(0, 31 - one, 5)]
    least = min(squared(counts, values) for counts in every if beside.is_possible(counts))
    found = nearest_beside(values, beside, 5, exactly=False)
    assert beside.is_possible(found)
    assert squared(found, values) == least


def test_of_equally_near_numbers_the_first_gets_what_is_left() -> None:
    assert nearest([12, 12, 12], Limits(35, 35, 35), 5) == [15, 10, 10]


def printed_by(question: QuestionTables, exact: list[list[int]], n: int, draws: int = 400) -> list[list[float]]:
    """The mean printed share of every cell, in per cent of all."""
    sums = [[0.0] * len(table) for table in exact]
    for number in range(draws):
        draw = KeyedRandom(f"{number}".encode(), "1:q")
        total = 5 * ((n + geometric(draw, "n", ALPHA)) // 5)
        for place, table in enumerate(noised(question, exact, Frame(total, total, total, 5), ALPHA, draw)):
            sums[place] = [old + 100 * count / total / draws for old, count in zip(sums[place], table, strict=True)]
    return sums


def tables_of_one(kind: str, number: int, **changes: Any) -> QuestionTables:
    (question,) = question_tables(
        specs_of(a_question(kind, options=options(*(f"o{place}" for place in range(number))), **changes))
    )
    return question


@pytest.mark.parametrize(("leader", "off"), [(24, 2), (30, 2), (50, 2), (60, 3.5)])
def test_noise_on_empty_cells_is_not_taken_from_the_leader(leader: int, off: float) -> None:
    """Of 60, among eleven cells; who all say the same can be printed as fewer only."""
    left = 60 - leader
    exact = [leader, left - left // 3 - left // 6, left // 3, left // 6, *[0] * 7]
    printed = printed_by(tables_of_one("single_choice", 10), [exact], 60)[0]
    assert printed[0] == pytest.approx(100 * leader / 60, abs=off)


def test_option_that_most_chose_is_not_lowered_when_all_choose_as_many_as_they_may() -> None:
    """Of 60, who choose two of eight; the limit binds in about half of all draws."""
    chosen = [50, 20, 15, 10, 10, 5, 5, 5]
    exact = [[60, 0], *([count, 60 - count] for count in chosen)]
    question = tables_of_one("multiple_choice", 8, most=2)
    exact[0] = [60, *[0] * (len(question.specs[0].codes) - 1)]
    pairs = printed_by(question, exact, 60)[1:]
    assert pairs[0][0] == pytest.approx(100 * 50 / 60, abs=2)


def test_few_of_those_who_rank_everything_are_printed_as_leaving_out_the_last() -> None:
    exact = [[10] * 6 + [0] for _ in range(6)]
    ranked = printed_by(tables_of_one("ranking", 6, most=6), exact, 60)
    by_rank = [sum(rank) for rank in zip(*ranked, strict=True)]
    assert min(by_rank[:4]) > 98
    assert min(by_rank[:6]) > 92


@pytest.mark.parametrize("depths", [[20], [20, 19, 1], range(1, 21)])
def test_ranking_of_twenty_options_by_a_million_is_printed_as_people_can_rank_P7(
    depths: Sequence[int],
) -> None:
    """As many go to each depth, and as many give each option each rank of it."""
    people, options = 1_000_000 // len(depths) // 20, 20
    row = [people * sum(depth > rank for depth in depths) for rank in range(20)]
    n = people * options * len(depths)
    exact = [[*row, n - sum(row)] for _ in range(options)]
    question, total = tables_of_one("ranking", 20, most=20), n - n % 5
    tables = noised(question, exact, Frame(total, total, n, 5), ALPHA, KeyedRandom(b"k" * 32, "1:q"))
    assert list(question.violations(tables, total, total)) == []
    moved = [abs(count - true) for table in tables for count, true in zip(table[:-1], row, strict=True)]
    assert max(moved) < 60


@st.composite
def questions(draw: st.DrawFn) -> list[TableSpec]:
    """The tables of one question that is asked of those who met the police, or of everybody."""
    asked = draw(st.sampled_from([if_yes, a_question]))
    needed = draw(st.sampled_from([{}, NEEDED]))
    codes = options(*(f"o{number}" for number in range(draw(st.integers(2, 5)))))
    most = draw(st.integers(1, len(codes)))
    kinds: dict[str, dict[str, Any]] = {
        "single_choice": {"options": codes},
        "ranking": {"options": codes, "most": most},
        "multiple_choice": {"options": codes, "most": most, "least": draw(st.integers(1, most))},
    }
    kind = draw(st.sampled_from(sorted(kinds)))
    return specs_of(a_question("yes_no"), asked(kind, **kinds[kind], **needed))[1:]


@given(questions(), st.data(), KEYS)
@settings(max_examples=60, deadline=None)
def test_noisy_tables_obey_every_limit_whatever_the_counts_P7(
    specs: list[TableSpec], data: st.DataObject, key: bytes
) -> None:
    (question,) = question_tables(specs)
    total = 5 * data.draw(st.integers(10, 30))
    asked = 5 * data.draw(st.integers(4, total // 5)) if question.is_conditional else total
    exact = [
        data.draw(st.lists(st.integers(0, 60), min_size=len(spec.codes), max_size=len(spec.codes))) for spec in specs
    ]
    tables = noised(question, exact, Frame(total, asked, asked, 5), ALPHA, KeyedRandom(key, "1:q"))
    assert list(question.violations(tables, total, asked)) == []
    assert not any(count % 5 for table in tables for count in table)


def test_multiple_choice_of_nothing_to_combine_is_printed_on_an_open_link() -> None:
    specs = specs_of(a_question("multiple_choice", most=None, options=options("a", "b", exclusive=["a", "b"])))
    batch = protect(a_tally(80, challenges={"a": 40, "b": 40}), specs, OPEN_LINK, b"k" * 32, 1)
    assert batch is not None
    assert len(batch.tables) == 1
