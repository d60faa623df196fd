"""Which tables are drawn together, and each limit of answers that printed numbers have to obey."""

from __future__ import annotations

import pytest

from chalicelib.disclosure.linked_tables import linked_tables, question_tables
from chalicelib.questionnaire.survey import Crosstabs
from tests.builders import a_question, options
from tests.unit.disclosure.surveys import NEEDED, if_yes, specs_of

POLICE = a_question("yes_no")
Tables = list[tuple[int, ...]]


def test_tables_of_a_question_stand_together_by_how_they_depend_on_each_other() -> None:
    specs = specs_of(POLICE, a_question("multiple_choice"), a_question("matrix"), a_question("ranking"))
    assert [(question.kind, [str(spec.id) for spec in question.specs]) for question in question_tables(specs)] == [
        ("single", ["police_met"]),
        ("choices", ["challenges", "challenges.law", "challenges.stigma", "challenges.police"]),
        ("single", ["harder.home"]),
        ("single", ["harder.work"]),
        ("ranking", ["wants.home", "wants.rest", "wants.pay"]),
    ]


def test_questions_are_drawn_with_those_that_they_depend_on_however_far_P7() -> None:
    specs = specs_of(
        POLICE,
        a_question("single_choice"),
        if_yes("multiple_choice"),
        if_yes("matrix"),
        a_question("scale", show_if={"question": "challenges", "includes": "law"}),
    )
    assert [[str(question.id) for question in linked] for linked in linked_tables(question_tables(specs))] == [
        ["police_met", "challenges", "harder.home", "harder.work", "mood"],
        ["country"],
    ]


def test_what_is_crossed_with_one_group_is_drawn_together_the_group_first_P7() -> None:
    specs = specs_of(
        a_question("matrix"),
        a_question("hidden"),
        POLICE,
        if_yes("ranking"),
        a_question("single_choice"),
        crosstabs=Crosstabs(group="country", by=("harder", "police_met")),
    )
    assert [[str(question.id) for question in linked] for linked in linked_tables(question_tables(specs))] == [
        ["country", "harder.home", "harder.work", "police_met", "wants.home"],
        ["source"],
    ]


def test_question_whose_condition_no_table_tells_is_linked_with_none() -> None:
    both = {"all": [{"question": "police_met", "equals": "yes"}, {"question": "country", "equals": "se"}]}
    specs = specs_of(POLICE, a_question("single_choice"), a_question("scale", show_if=both))
    assert [[str(question.id) for question in linked] for linked in linked_tables(question_tables(specs))] == [
        ["police_met"],
        ["country"],
        ["mood"],
    ]


def broken(question: dict[str, object], tables: Tables, asked: int = 50, total: int = 50) -> list[str]:
    (_, of_question) = question_tables(specs_of(POLICE, question))
    return list(of_question.violations(tables, total, asked))


SCALE = {"least": 1, "most": 2}


@pytest.mark.parametrize(
    ("table", "asked", "needed", "found"),
    [
        ((20, 10, 20), 30, False, []),
        ((20, 10, 20), 30, True, []),
        ((20, 10, 20), 35, False, []),
        ((20, 10, 20), 35, True, ["not everybody answered who had to"]),
        ((20, 10, 20), 25, False, ["more answered than were asked"]),
        ((20, 10, 20), 25, True, ["more answered than were asked", "not everybody answered who had to"]),
        ((20, 10, 15), 35, False, ["does not add up"]),
        ((25, -5, 30), 20, False, ["does not add up"]),
    ],
)
def test_answers_are_within_those_asked_and_just_as_many_where_they_are_needed_P7(
    table: tuple[int, ...], asked: int, needed: bool, found: list[str]
) -> None:
    assert broken(if_yes("scale", **SCALE, **(NEEDED if needed else {})), [table], asked) == found


def pairs(*chosen: int) -> Tables:
    return [(count, 50 - count) for count in chosen]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ((30, 20, 10), []),
        ((30, 30, 0), []),
        ((10, 10, 10), []),
        ((35, 10, 10), ["an option was chosen by more than chose something"]),
        ((30, 30, 5), ["more or fewer options were chosen than could be"]),
        ((10, 10, 5), ["more or fewer options were chosen than could be"]),
    ],
)
def test_options_obey_the_limits_of_a_multiple_choice_P7(chosen: tuple[int, ...], found: list[str]) -> None:
    """30 of 50 chose something: one option or two each."""
    question = a_question("multiple_choice", most=2)
    assert broken(question, [(30, 15, 5), *pairs(*chosen)]) == found


def test_fewest_options_count_where_an_author_sets_them_P7() -> None:
    question = a_question("multiple_choice", least=2, most=3)
    assert broken(question, [(30, 15, 5), *pairs(20, 20, 20)]) == []
    assert broken(question, [(30, 15, 5), *pairs(20, 20, 15)]) == ["more or fewer options were chosen than could be"]


@pytest.mark.parametrize(
    ("rows", "asked", "needed", "found"),
    [
        ([(20, 0, 30), (10, 10, 30), (0, 20, 30)], 30, False, []),
        ([(20, 0, 30), (10, 10, 30), (0, 20, 30)], 35, False, []),
        ([(20, 0, 30), (10, 10, 30), (0, 20, 30)], 35, True, ["not everybody answered who had to"]),
        ([(20, 0, 30), (10, 10, 30), (0, 20, 30)], 25, False, ["more answered than were asked"]),
        ([(20, 0, 30), (10, 10, 30), (0, 25, 25)], 30, False, ["no people can have ranked so"]),
        ([(20, 15, 15), (10, 10, 30), (0, 0, 50)], 30, False, ["no people can have ranked so"]),
    ],
)
def test_a_ranking_is_one_that_those_asked_can_have_given_P7(
    rows: Tables, asked: int, needed: bool, found: list[str]
) -> None:
    assert broken(if_yes("ranking", **(NEEDED if needed else {})), rows, asked) == found


def test_multiple_choice_of_nothing_to_combine_has_no_pairs() -> None:
    question = a_question("multiple_choice", most=None, options=options("a", "b", exclusive=["a", "b"]))
    assert broken(question, [(0, 20, 20, 10)]) == []
