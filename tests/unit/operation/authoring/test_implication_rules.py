"""What may be said to imply what: two questions that everybody is asked, each with one answer, told by cells."""

from __future__ import annotations

import json
from typing import Any

import pytest

from operation.authoring import implication_rules as implication_checks
from operation.authoring.comparability import asks_the_same
from operation.authoring.loader import parse_definition
from operation.errors import DefinitionError
from tests.builders import QUESTIONS, a_definition, a_document, a_question, options
from tests.unit.operation.authoring.found import Found, codes_of, found_with, messages_with
from tests.unit.operation.authoring.trees import answered, at_least, at_most, equals

LAND = a_question("single_choice", options=options("se", "no", "fi"))
CLIENTS = a_question("number")
IN_SWEDEN = equals("country", "se")
MET = equals("police_met", "yes")
FIRST, PLACE = "questionnaire.questions.1.implies.0", "questionnaire.questions.1.implies"


def police(*implies: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return a_question("yes_no", implies=list(implies), **changes)


def says(then: dict[str, Any], when: dict[str, Any] = MET) -> dict[str, Any]:
    return police({"when": when, "then": then})


def places_of(*questions: dict[str, Any]) -> list[str]:
    """Where what the loader refuses stands."""
    with pytest.raises(DefinitionError) as error:
        parse_definition(json.dumps(a_document(*questions)).encode())
    return [str(problem.place) for problem in error.value.problems]


def three_in_a_ring() -> list[dict[str, Any]]:
    mood = a_question("scale", implies=[{"when": equals("mood", 1), "then": each} for each in (IN_SWEDEN, MET)])
    return [LAND, says(IN_SWEDEN), mood]


#: By code, the place and the questions.
WRONG: dict[str, list[tuple[str, list[dict[str, Any]]]]] = {
    "implies_another": [
        (f"{FIRST}.when", [LAND, says(IN_SWEDEN, equals("country", "se"))]),
        (f"{FIRST}.then", [LAND | {"id": "land"}, says({"any": [equals("land", "se"), equals("land.se", "se")]})]),
    ],
    "implies_conditional": [
        (
            "questionnaire.questions.2.implies.0",
            [a_question("scale"), LAND, says(IN_SWEDEN) | {"show_if": at_least("mood", 3)}],
        ),
        (
            "questionnaire.questions.2.implies.0",
            [a_question("scale"), LAND | {"show_if": at_least("mood", 3)}, says(IN_SWEDEN)],
        ),
    ],
    "implies_inside_band": [(FIRST, [CLIENTS, says(at_most("clients", 10))])],
    "implies_nothing": [
        (FIRST, [LAND, says(answered("country"))]),
        (FIRST, [LAND, says(IN_SWEDEN, {"not": answered("police_met")})]),
    ],
    "never_together": [
        (PLACE, [LAND, says(IN_SWEDEN, answered("police_met"))]),
        (PLACE, [LAND, says({"not": answered("country")})]),
    ],
    "unfit_to_imply": [
        (FIRST, [a_question("multiple_choice"), says({"question": "challenges", "includes": "law"})]),
        (FIRST, [a_question("matrix"), says(equals("harder.home", "much"))]),
    ],
    "implies_in_ring": [("questionnaire.questions.2.implies", three_in_a_ring())],
    "unknown_option": [(f"{FIRST}.then", [LAND, says(equals("country", "dk"))])],
    "later_question": [("questionnaire.questions.0.implies.0.then", [says(IN_SWEDEN), LAND])],
    "unknown_question": [(f"{FIRST}.then", [LAND, says(equals("land", "se"))])],
}


@pytest.mark.parametrize(("code", "place", "questions"), [(code, *each) for code in WRONG for each in WRONG[code]])
def test_what_cannot_be_implied_is_told_where_it_stands(code: str, place: str, questions: list[dict[str, Any]]) -> None:
    assert (place, code, "error") in found_with(*questions)


@pytest.mark.parametrize(
    "questions",
    [
        [LAND, says(IN_SWEDEN)],
        [LAND, says({"not": IN_SWEDEN})],
        [CLIENTS, says(at_least("clients", 10))],
        [a_question("date"), says(at_least("moved", "2024-01-01"))],
        [a_question("scale"), says(at_most("mood", 2))],
        [a_question("hidden"), says(equals("source", "mail"))],
        [a_question("dropdown"), says(equals("region", "north"))],
    ],
)
def test_each_kind_with_one_answer_can_be_implied(questions: list[dict[str, Any]]) -> None:
    assert found_with(*questions) == []


#: Of each kind that can imply, a comparison that its cells tell.
WHEN = {
    "dropdown": equals("region", "north"),
    "scale": at_least("mood", 3),
    "number": at_most("clients", 9),
    "date": at_least("moved", "2024-01-01"),
    "hidden": equals("source", "mail"),
    "single_choice": equals("country", "se"),
    "yes_no": MET,
}


@pytest.mark.parametrize("kind", QUESTIONS)
def test_each_kind_with_one_answer_can_imply_and_no_other(kind: str) -> None:
    when = WHEN.get(kind, answered(QUESTIONS[kind]["id"]))
    implies = [{"when": when, "then": equals("first", "a")}]
    first = a_question("single_choice", id="first", options=options("a", "b"))
    found = found_with(first, a_question("yes_no", id="more"), a_question(kind, implies=implies))
    assert ("error" in [grave for _, _, grave in found]) == (kind not in WHEN)


def test_under_exact_nothing_is_printed_by_it_so_any_limit_will_do() -> None:
    plain = a_question("number", bands=[])
    assert found_with(plain, says(at_least("clients", 7)), policy="exact") == []
    assert found_with(plain | {"show_if": MET}, policy="exact")[0][1] == "unknown_question"


def test_what_is_crossed_is_bound_to_what_is_crossed_directly_P7() -> None:
    mood = a_question("scale", implies=[{"when": equals("mood", 1), "then": MET}])
    questions = [a_question("dropdown"), LAND, says(IN_SWEDEN), mood]
    assert _crossed(questions, "country", "mood") == [("settings.crosstabs", "implies_beside_crosstabs", "error")]
    for by in (("country", "police_met"), ("country", "police_met", "mood"), ("police_met",)):
        assert _crossed(questions, *by) == []


def _crossed(questions: list[dict[str, Any]], *by: str) -> list[Found]:
    return found_with(*questions, access="invitation", crosstabs={"group": "region", "by": list(by)})


def test_message_names_the_answers_that_go_together_with_none() -> None:
    messages = messages_with(LAND, says(IN_SWEDEN, answered("police_met")))
    assert "country: no, country: fi" in messages[0]


def test_nothing_is_said_of_what_speaks_of_a_question_that_is_wrong_itself() -> None:
    assert "implies" not in "".join(places_of(LAND | {"options": 1}, says(IN_SWEDEN)))


def test_other_implications_ask_something_else_in_an_edition() -> None:
    one, other = (a_definition(LAND, each).questionnaire for each in (police(), says(IN_SWEDEN)))
    assert asks_the_same(other, other)
    assert not asks_the_same(one, other)


def test_a_key_that_is_wrong_inside_is_told_where_it_stands() -> None:
    wrong = police({"when": {"question": "police_met", "equals": "yes", "at_least": 1}, "then": IN_SWEDEN})
    assert places_of(LAND, wrong) == [f"{FIRST}.when.at_least"]


def test_every_code_of_the_implication_checks_is_tested_here() -> None:
    others = {"unknown_option", "later_question", "unknown_question"}
    assert codes_of(implication_checks) == WRONG.keys() - others | {"implies_beside_crosstabs"}
