"""What is drawn together, which numbers can be farther off, and each limit of answers that print has to obey."""

from __future__ import annotations

import pytest

from chalicelib.disclosure.implications import drawn_together
from chalicelib.disclosure.linked_tables import question_tables, universes_in
from chalicelib.disclosure.protected import ProtectedTable
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import TableSpec
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


def test_what_is_crossed_with_one_group_is_drawn_together_the_group_first_P7() -> None:
    specs = specs_of(
        a_question("matrix"),
        a_question("hidden"),
        POLICE,
        if_yes("ranking"),
        a_question("single_choice"),
        crosstabs=Crosstabs(group="country", by=("harder", "police_met")),
    )
    (star,) = drawn_together(question_tables(specs))
    assert [str(question.id) for question in star] == ["country", "harder.home", "harder.work", "police_met"]


def test_without_crosstabs_nothing_is_drawn_together() -> None:
    assert drawn_together(question_tables(specs_of(POLICE, if_yes("ranking")))) == []


LAND = a_question("single_choice", options=options("se", "no", "fi"))
IN_NORTH = {"any": [{"question": "country", "equals": code} for code in ("se", "no")]}


def test_cells_that_tell_who_is_asked_are_named_with_their_table_P7() -> None:
    choice = a_question("multiple_choice", show_if=IN_NORTH)
    scale = a_question("scale", show_if={"not": {"question": "challenges", "answered": True}})
    found = universes_in(specs_of(LAND, choice, scale))
    # Who has to rate what is who gave no answer to the choice, or was not asked: those whom the others leave.
    assert found == {
        TableId("country"): [frozenset({0, 1})] * 4,
        TableId("challenges"): [frozenset({0, 1})],
    }


def printed_as(specs: list[TableSpec], further: int = 0, **counts: tuple[int, ...]) -> dict[TableId, ProtectedTable]:
    named = {str(spec.id): spec for spec in specs}
    return {named[name].id: ProtectedTable(named[name], cells, further) for name, cells in counts.items()}


@pytest.mark.parametrize(("yes", "found"), [(15, "few_asked"), (20, 20)])
def test_printed_numbers_alone_tell_whether_a_question_is_printed_P7(yes: int, found: str | int) -> None:
    specs = specs_of(POLICE, if_yes("ranking"))
    question = question_tables(specs)[1]
    assert question.printable(printed_as(specs, police_met=(yes, 50 - yes, 0)), 50, 20) == found
    assert question.printable({}, 50, 20) == "condition"


def test_ranking_of_people_whose_number_may_be_farther_off_is_not_printed_P7() -> None:
    specs = specs_of(POLICE, if_yes("ranking"))
    question = question_tables(specs)[1]
    assert question.printable(printed_as(specs, further=1, police_met=(40, 10, 0)), 50, 20) == "condition"


def further(question: dict[str, object], tables: Tables, eligible: int = 50, eligible_further: int = 0) -> list[int]:
    (of_question,) = question_tables(specs_of(question))
    return of_question.further(tables, eligible, eligible_further)


@pytest.mark.parametrize(
    ("least", "most", "chosen", "found"),
    [
        pytest.param(None, None, (30, 20, 10), 0, id="any number"),
        pytest.param(None, 2, (30, 20, 10), 1, id="as many as can be"),
        pytest.param(None, 2, (30, 15, 10), 0, id="fewer than can be"),
        pytest.param(2, 3, (30, 20, 10), 1, id="as few as can be"),
        pytest.param(2, 3, (30, 20, 15), 0, id="more than have to be"),
        pytest.param(None, 1, (20, 10, 0), 0, id="one each: as many as chose always fit"),
        pytest.param(None, 3, (30, 30, 30), 0, id="all options"),
    ],
)
def test_options_may_be_a_step_farther_off_where_print_exhausts_their_limit_P7(
    least: int | None, most: int | None, chosen: tuple[int, ...], found: int
) -> None:
    question = a_question("multiple_choice", least=least, most=most)
    assert further(question, [(30, 15, 5), *pairs(*chosen)]) == [0, found, found, found]


def test_answers_may_be_farther_off_where_all_who_print_as_asked_answered_P7() -> None:
    assert further(a_question("scale", **SCALE), [(20, 10, 20)], eligible=30, eligible_further=1) == [1]
    assert further(a_question("scale", **SCALE), [(20, 10, 20)], eligible=35, eligible_further=1) == [0]


def broken(question: dict[str, object], tables: Tables, asked: int = 50) -> list[str]:
    (_, of_question) = question_tables(specs_of(POLICE, question))
    return list(of_question.violations(tables, 50, asked))


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
