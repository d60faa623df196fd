"""What a table tells by not being printed: by all true numbers of small multiple choices for which no draw fits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement, product

import pytest

from chalicelib.disclosure.crosstabs import Margins, PooledGroups
from chalicelib.disclosure.linked_tables import QuestionTables, question_tables
from chalicelib.disclosure.rounding import KeyedRandom
from chalicelib.questionnaire.survey import Crosstabs
from tests.attacker.attack import WIDTH
from tests.attacker.surveys import survey_of
from tests.builders import a_question, options, text

pytestmark = pytest.mark.slow

BASE, KEY = 5, b"k" * 32
NEEDED = {"required_because": text("We have to know.")}


def a_choice(number: int, least: int, most: int) -> QuestionTables:
    """One to ``most`` of so many options, by country."""
    listed = options(*(f"o{place}" for place in range(number)))
    choice = a_question("multiple_choice", options=listed, least=least, most=most, **NEEDED)
    country = a_question("single_choice", options=options("se", "no"), **NEEDED)
    survey = survey_of([country, choice], {}, Crosstabs(group="country", by=("challenges",)))
    return question_tables(survey.specs)[1]


def adjacent(count: int) -> set[int]:
    return {count - count % BASE, count + -count % BASE}


def printable(question: QuestionTables, chosen: Sequence[int], n: int) -> Iterator[list[list[int]]]:
    """Every way to print that all ``n`` chose something, each option so many of them."""
    total = n - n % BASE
    pairs = [[c for c in adjacent(x) if total - c in adjacent(n - x)] for x in chosen]
    for counts in product(*pairs):
        tables = [[total, 0], *([count, total - count] for count in counts)]
        if not any(question.violations(tables, total, total)):
            yield tables


@pytest.mark.parametrize(("number", "least", "most"), [(3, 1, 1), (3, 1, 2), (3, 2, 2), (4, 1, 1)])
@pytest.mark.parametrize("n", [23, 24])
def test_multiple_choice_that_fits_in_no_draw_leaves_every_count_a_width_of_four_P7(
    number: int, least: int, most: int, n: int
) -> None:
    question = a_choice(number, least, most)
    truths = [
        chosen
        for chosen in combinations_with_replacement(range(n + 1), number)
        if least * n <= sum(chosen) <= most * n and not any(printable(question, chosen, n))
    ]
    # The options in any order: what one of them can be, each can.
    possible = {count for chosen in truths for count in chosen}
    assert max(possible) - min(possible) >= WIDTH


def test_crosstab_that_fits_in_no_draw_leaves_every_printed_count_a_width_of_four_P7() -> None:
    """Two groups by three options, of which each person chose one: all remainders, beyond 20 of each that fit."""
    question, seen = a_choice(3, 1, 1), defaultdict[int, list[list[int]]](list)
    for cells in product(range(BASE), repeat=6):
        exact = [[20 + count for count in cells[:3]], [20 + count for count in cells[3:]]]
        groups, chosen = [sum(row) for row in exact], [sum(column) for column in zip(*exact, strict=True)]
        n = sum(groups)
        of_groups = [each for each in product(*map(adjacent, groups)) if sum(each) == n - n % BASE]
        ways = list(product(of_groups, printable(question, chosen, n)))
        if ways and not any(fits(question, exact, totals, tables) for totals, tables in ways):
            seen[n % BASE] += [
                [true - printed for true, printed in zip([*groups, *chosen], told(totals, tables), strict=True)]
                for totals, tables in ways
            ]
    assert seen.keys() == {1, 2, 3, 4}
    for distances in seen.values():
        assert min(max(values) - min(values) for values in zip(*distances, strict=True)) >= WIDTH


def told(groups: Sequence[int], tables: Sequence[Sequence[int]]) -> list[int]:
    """What is printed in spite of it: how many are in each group, and how many chose each option."""
    return [*groups, *(table[0] for table in tables[1:])]


def fits(
    question: QuestionTables, exact: Sequence[Sequence[int]], totals: tuple[int, ...], tables: Sequence[Sequence[int]]
) -> bool:
    rows = PooledGroups(((0,), (1,)), totals)
    head = [[sum(row), 0] for row in exact]
    pairs = [[[row[place], sum(row) - row[place]] for row in exact] for place in range(3)]
    return Margins(question, tables, rows).drawn([head, *pairs], BASE, KeyedRandom(KEY, "1:q")) is not None
