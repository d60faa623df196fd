"""What a table tells by being missing: every truth of small families, by every outcome that can come of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from random import Random

import pytest

from chalicelib.disclosure.checks import OTHERWISE
from chalicelib.disclosure.linked_tables import QuestionTables
from chalicelib.disclosure.protect import _Protector
from chalicelib.disclosure.protected import Suppression
from chalicelib.disclosure.rounding import KeyedRandom
from chalicelib.errors import ImpossibleTables
from tests.attacker.attack import WIDTH
from tests.attacker.chances import every_result
from tests.attacker.families import SUBGROUP, Family, total_of
from tests.attacker.forms import NEEDED, ONE_IN, Questions, a_choice, families, forms, named, one_of, part_of, specs_of
from tests.attacker.old_rules import Missing
from tests.attacker.people import SILENT, Crowd, Person
from tests.attacker.statements import Outcome, Statements, narrowest
from tests.attacker.witnesses import released
from tests.builders import a_question

pytestmark = pytest.mark.slow

IF_YES = {"show_if": {"question": "police_met", "equals": "yes"}}
IF_CHOSEN = {"show_if": {"question": "first", "answered": True}}


def of_yes(number: int, least: int, most: int) -> Questions:
    """A choice that who says yes is asked; neither has to be answered."""
    return a_question("yes_no"), a_choice(number, least, most, **IF_YES)


#: Families by how many people; the width that a missing table once left of who said yes.
HOLES: Sequence[tuple[Questions, int, int]] = [
    (of_yes(5, 3, 3), 20, 0),
    (of_yes(3, 2, 2), 21, 1),
    (of_yes(3, 2, 2), 22, 2),
    (of_yes(3, 1, 3), 23, 3),
    ((a_choice(2, 1, 1, id="first"), a_question("yes_no", **IF_CHOSEN, **NEEDED), a_choice(3, 1, 3, **IF_YES)), 23, 3),
]


@pytest.mark.parametrize(("questions", "n", "width"), HOLES)
def test_table_that_once_was_missing_where_nothing_fitted_told_a_count_P7(
    questions: Questions, n: int, width: int
) -> None:
    missing = Missing(Family(specs_of(questions)), n)
    assert min(most - least for ranges in missing.found.values() for least, most in ranges.values()) == width


@pytest.mark.parametrize(("questions", "n", "width"), HOLES if ONE_IN == 1 else HOLES[1:])
def test_now_no_outcome_of_the_same_families_tells_a_count_P7(questions: Questions, n: int, width: int) -> None:
    assert width < narrowest(Statements(Family(specs_of(questions)), n)) == WIDTH


PAIRS = [(questions, n) for questions in families([forms(2)] * 2) for n in range(20, 30)]


@pytest.mark.parametrize("piece", range(8))
def test_nothing_that_comes_of_small_families_or_is_missing_leaves_a_count_less_than_five_values_P7(
    piece: int,
) -> None:
    """Two questions of two answers or options each, on every condition: all truths of 20 to 29 people."""
    for questions, n in part_of(PAIRS, 23, piece, 8):
        assert narrowest(Statements(Family(specs_of(questions)), n)) >= WIDTH, (named(questions), n)


THREES = [(questions, n) for questions in families([forms(2)] * 3) for n in range(20, 30)]


@pytest.mark.parametrize("piece", range(4))
def test_nothing_that_comes_of_a_question_of_a_question_or_is_missing_leaves_a_count_less_than_five_values_P7(
    piece: int,
) -> None:
    for questions, n in part_of(THREES, 4001, piece, 4):
        assert narrowest(Statements(Family(specs_of(questions)), n)) >= WIDTH, (named(questions), n)


CHAINS = [
    (a_question("yes_no"), a_choice(2, 1, 2, **IF_YES)),
    (a_question("yes_no", **NEEDED), a_choice(3, 2, 2, **IF_YES, **NEEDED)),
    (a_choice(2, 1, 1, id="first"), one_of(3, **IF_CHOSEN)),
    (a_choice(2, 1, 1, id="first"), a_question("yes_no", **IF_CHOSEN, **NEEDED), a_choice(2, 1, 2, **IF_YES)),
]


@pytest.mark.parametrize("questions", CHAINS, ids=named)
def test_release_prints_whatever_its_questions_can_one_by_one_and_nothing_else_P7(
    questions: Questions, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd, random = Crowd(Family(specs_of(questions))), Random(1)  # noqa: S311
    asked = [crowd.anybody(random) for _ in range(200)]
    for n, others in product((20, 22, 24), (2, 10)):
        people = [*[person for person in asked if all(person)][: n - others], *asked[:others]]
        found = every_result(lambda draw: released(crowd, people, draw, monkeypatch))  # noqa: B023
        assert found.keys() == set(one_by_one(crowd, people, ()))


def one_by_one(crowd: Crowd, people: list[Person], before: Outcome) -> Iterator[Outcome]:
    """Every outcome, from what can come of each question by itself."""
    if len(before) == len(crowd.family.members):
        yield before
        return
    member, total = crowd.family.members[len(before)], total_of(len(people))
    eligible, exact = crowd.eligible(member, before, total), crowd.tables(member, people)
    results = crowd.family.results(member, exact, total, eligible) if eligible >= SUBGROUP else [None]
    for tables in results:
        yield from one_by_one(crowd, people, (*before, tables))


YES, NO = (frozenset({0}), frozenset({0})), (frozenset({1}), SILENT)


@pytest.mark.parametrize(("method", "instead", "yes"), [("_drawn", Suppression.NO_FIT, 25), ("_eligible", 5, 5)])
def test_table_that_is_missing_or_printed_for_another_reason_than_print_tells_is_refused_P7(
    method: str, instead: object, yes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if nothing had fitted a question that many were asked; as if one that few were asked could be printed."""
    crowd, of_protector = Crowd(Family(specs_of(of_yes(3, 1, 3)))), getattr(_Protector, method)
    people: list[Person] = [*[YES] * yes, *[NO] * (30 - yes)]
    assert (released(crowd, people, KeyedRandom(b"", ""), monkeypatch)[1] is None) == (yes < SUBGROUP)

    def changed(self: _Protector, question: QuestionTables, *rest: object) -> object:
        return instead if question.is_conditional else of_protector(self, question, *rest)

    monkeypatch.setattr(_Protector, method, changed)
    with pytest.raises(ImpossibleTables, match=OTHERWISE):
        released(crowd, people, KeyedRandom(b"", ""), monkeypatch)
