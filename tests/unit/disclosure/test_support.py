"""Whatever obeys the rules can be printed: if it could not, what is printed would tell more than its limits do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import combinations_with_replacement, product

import pytest

from chalicelib.disclosure.linked_tables import Frame, QuestionTables, question_tables
from chalicelib.disclosure.rounded_tables import _answered, _options, rounded_with_sets
from chalicelib.disclosure.rounding import Adjacent, KeyedRandom, controlled_rounding, matrix_within
from tests.attacker.chances import every_result
from tests.builders import a_question, options
from tests.unit.disclosure.surveys import KEY, if_yes, specs_of

BASE, KEYS = 5, 3000
Numbers = tuple[int, ...]


def near(count: int) -> list[int]:
    """The multiples of the base adjacent to ``count``."""
    return sorted({count - count % BASE, count + -count % BASE})


def allowed(counts: Sequence[int], total: int, sets: Collection[frozenset[int]] = ()) -> set[Numbers]:
    """All adjacent numbers that sum to ``total`` and of which the sum of each set is adjacent as well."""
    return {
        way
        for way in product(*map(near, counts))
        if sum(way) == total and all(abs(sum(way[place] - counts[place] for place in each)) < BASE for each in sets)
    }


def sampled(run: Callable[[KeyedRandom], Sequence[int]], keys: int = KEYS) -> set[Numbers]:
    """What comes with so many rounding keys."""
    return {tuple(run(KeyedRandom(KEY, f"{number}"))) for number in range(keys)}


def totals(counts: Sequence[int]) -> Iterator[int]:
    """The multiples that adjacent numbers can sum to."""
    yield from range(sum(near(count)[0] for count in counts), sum(near(count)[-1] for count in counts) + 1, BASE)


@pytest.mark.parametrize("places", [1, 2, 3, 4, 5])
def test_every_adjacent_rounding_with_the_given_sum_can_come_and_nothing_else_P7(places: int) -> None:
    for counts in combinations_with_replacement([0, 1, 4, 5, 7, 13], places):
        for total in totals(counts):
            found = every_result(lambda draw: tuple(controlled_rounding(counts, total, BASE, draw)))  # noqa: B023
            assert found.keys() == allowed(counts, total), (counts, total)


@pytest.mark.parametrize("counts", [(1, 1, 4, 4), (4, 4, 1, 1, 5), (2, 2, 2, 2, 2), (1, 9), (3, 3, 4), (1, 1, 1, 2)])
def test_every_adjacent_rounding_comes_with_some_key_P7(counts: Numbers) -> None:
    for total in totals(counts):
        assert sampled(lambda draw: controlled_rounding(counts, total, BASE, draw)) == allowed(counts, total)  # noqa: B023


#: Nested, apart, and runs that overlap.
SETS: list[list[set[int]]] = [
    [{0, 1}],
    [{0, 1}, {2, 3}],
    [{0, 1, 2}, {0, 1}],
    [{0, 1}, {1, 2}],
    [{0, 1}, {1, 2}, {2, 3}],
    [{0, 1, 2}, {1, 2, 3}],
]


@pytest.mark.parametrize("sets", SETS, ids=str)
def test_every_rounding_that_leaves_sets_adjacent_can_come_and_nothing_else_P7(sets: list[set[int]]) -> None:
    together = list(map(frozenset, sets))
    for counts in product([0, 1, 4, 7], repeat=4):
        total = sum(counts) - sum(counts) % BASE
        found = every_result(lambda draw: tuple(rounded_with_sets(counts, together, total, BASE, draw)))  # noqa: B023
        assert found.keys() == allowed(counts, total, [*together, *shared(together)]), counts


@pytest.mark.parametrize("sets", SETS, ids=str)
def test_every_rounding_that_leaves_sets_adjacent_comes_with_some_key_P7(sets: list[set[int]]) -> None:
    counts, together = (2, 3, 3, 2), list(map(frozenset, sets))
    found = sampled(lambda draw: rounded_with_sets(counts, together, 10, BASE, draw))
    assert found == allowed(counts, 10, [*together, *shared(together)])


def shared(sets: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    """What lies in the same sets: as near to the truth as whatever some people can change."""
    inside = [[place in each for each in sets] for place in range(4)]
    return [frozenset(place for place in range(4) if inside[place] == way) for way in inside if any(way)]


def a_choice(number: int, least: int, most: int) -> QuestionTables:
    listed = options(*(f"o{place}" for place in range(number)))
    return question_tables(specs_of(a_question("multiple_choice", options=listed, least=least, most=most)))[0]


@pytest.mark.parametrize(("asked", "eligible"), [(19, 20), (20, 20), (24, 20), (24, 25), (29, 25), (30, 25)])
def test_any_adjacent_number_of_answers_can_come_that_is_no_more_than_were_asked_P7(asked: int, eligible: int) -> None:
    question = question_tables(specs_of(a_question("yes_no"), if_yes("single_choice")))[1]
    frame = Frame(30, eligible, asked, BASE)
    for answered in range(asked + 1):
        found = every_result(lambda draw: _answered(question, answered, frame, draw))  # noqa: B023
        assert found.keys() == ({count for count in near(answered) if count <= eligible} or {eligible}), answered


CHOICES = [
    pytest.param(number, least, most, marks=pytest.mark.slow if number > 3 else ())
    for number in (2, 3, 4)
    for least in range(1, number + 1)
    for most in range(least, number + 1)
]


@pytest.mark.parametrize(("number", "least", "most"), CHOICES)
def test_all_adjacent_options_within_the_limits_can_come_and_nothing_else_P7(
    number: int, least: int, most: int
) -> None:
    """Of whoever may have chosen; where nothing adjacent obeys the limits, what comes obeys them all the same."""
    question = a_choice(number, least, most)
    for chosen, true in combinations_with_replacement([0, 5, 8, 11, 15], 2):
        if abs(chosen - true) >= BASE or chosen % BASE:
            continue
        for counts in combinations_with_replacement(range(true + 1), number):
            if not least * true <= sum(counts) <= most * true:
                continue
            found = options_of(question, counts, true, chosen)
            lawful = {way for way in found if not any(question.violations(tables_of(way, chosen), 25, 25))}
            assert found == lawful, (counts, chosen)
            expected = {
                way
                for way in product(*map(near, counts))
                if max(way) <= chosen and least * chosen <= sum(way) <= most * chosen
            }
            assert found == expected or not expected, (counts, chosen)


def options_of(question: QuestionTables, counts: Sequence[int], true: int, chosen: int) -> set[Numbers]:
    """How often the options can print as chosen, of so many people of whom ``chosen`` print as having chosen any."""
    exact, frame = [[true, 25 - true], *([count, 25 - count] for count in counts)], Frame(25, 25, 25, BASE)
    return set(every_result(lambda draw: tuple(pair[0] for pair in _options(question, exact, chosen, frame, draw))))


def tables_of(pairs: Sequence[int], chosen: int) -> list[list[int]]:
    return [[chosen, 25 - chosen], *([count, 25 - count] for count in pairs)]


MATRICES = [
    ((2, 2), [1, 3, 4, 5]),
    ((2, 3), [0, 3]),
    pytest.param((3, 2), [0, 3], marks=pytest.mark.slow),
    pytest.param((3, 3), [3], marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("shape", "counts"), MATRICES)
@pytest.mark.parametrize("slack", [0, BASE])
def test_every_matrix_within_the_limits_can_come_and_nothing_else_P7(
    shape: tuple[int, int], counts: list[int], slack: int
) -> None:
    """Columns sum to one number, or to one of two."""
    rows = shape[0]
    for numbers in combinations_with_replacement(counts, shape[0] * shape[1]):
        exact = [numbers[row::rows] for row in range(rows)]
        cells = [[Adjacent.of(count, BASE) for count in row] for row in exact]
        columns = [near(sum(column)) for column in zip(*exact, strict=True)]
        for sums, low in product(product(*map(near, map(sum, exact))), product(*columns)):
            if len(counts) > 1 or ([*sums] == sorted(sums) and [*low] == sorted(low)):
                limits = [(number, number + slack) for number in low]
                found = every_result(lambda draw: frozen(matrix_within(cells, sums, limits, BASE, draw)))  # noqa: B023
                assert found.keys() == (allowed_matrices(exact, sums, limits) or {frozen(None)}), (exact, sums, limits)


def frozen(matrix: list[list[int]] | None) -> tuple[Numbers, ...] | None:
    return None if matrix is None else tuple(map(tuple, matrix))


def allowed_matrices(
    exact: Sequence[Sequence[int]], sums: Sequence[int], limits: Sequence[tuple[int, int]]
) -> set[tuple[Numbers, ...] | None]:
    of_rows = [sorted(allowed(row, total)) for row, total in zip(exact, sums, strict=True)]
    return {
        matrix
        for matrix in product(*of_rows)
        if all(
            low <= sum(column) <= high for column, (low, high) in zip(zip(*matrix, strict=True), limits, strict=True)
        )
    }
