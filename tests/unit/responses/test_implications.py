"""Answers that contradict what one says of another are refused at the later one."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.errors import InvalidSubmission, Problem
from chalicelib.responses.validation import Validator
from tests.builders import QUESTIONS, a_definition, a_question, implied, options, text

FEW = {"question": "clients", "at_most": 9}
POLICE = a_question("yes_no", implies=[implied("police_met", "no", FEW)])
MANY = a_question("number", label=text("How many clients?", sv="Hur många kunder?"))
VALIDATOR = Validator(a_definition(MANY, POLICE).questionnaire)


def problems_of(validator: Validator, raw: dict[str, Any]) -> tuple[Problem, ...]:
    try:
        validator.validate(raw)
    except InvalidSubmission as refusal:
        return refusal.problems
    return ()


def test_contradiction_is_told_at_the_later_question_with_the_label_of_the_earlier_one() -> None:
    (problem,) = problems_of(VALIDATOR, {"clients": 10, "police_met": False})
    assert (problem.question_id, problem.code) == ("police_met", "contradicts")
    assert problem.values == {"question": MANY["label"]}
    assert problem.message == ("This does not go together with your answer to “How many clients?”. Change one of them.")


@pytest.mark.parametrize(
    "raw",
    [
        {"clients": 9, "police_met": False},
        {"clients": 10, "police_met": True},
        {"clients": 10},
        {"police_met": False},
        {"clients": None, "police_met": False},
    ],
)
def test_what_goes_together_or_is_skipped_contradicts_nothing(raw: dict[str, Any]) -> None:
    assert problems_of(VALIDATOR, raw) == ()


def test_answer_that_is_wrong_itself_is_all_that_is_told() -> None:
    assert [problem.code for problem in problems_of(VALIDATOR, {"clients": 301, "police_met": False})] == [
        "out_of_range"
    ]


def test_contradictions_of_one_answer_are_told_with_each_earlier_answer() -> None:
    country = a_question("single_choice", options=options("se", "no"))
    in_sweden = {"question": "country", "equals": "se"}
    both = a_question("yes_no", implies=[implied("police_met", "no", then) for then in (FEW, in_sweden)])
    validator = Validator(a_definition(MANY, country, both).questionnaire)
    found = problems_of(validator, {"clients": 10, "country": "no", "police_met": False})
    assert [problem.message.partition("“")[2].partition("”")[0] for problem in found] == [
        "How many clients?",
        "About single_choice?",
    ]


def test_answers_that_are_compared_with_not_contradict_only_where_they_are_given() -> None:
    not_no = {"not": {"question": "police_met", "equals": "no"}}
    implies = [{"when": not_no, "then": {"question": "country", "equals": "se"}}]
    country = a_question("single_choice", options=QUESTIONS["single_choice"]["options"])
    validator = Validator(a_definition(country, a_question("yes_no", implies=implies)).questionnaire)
    assert problems_of(validator, {"country": "no"}) == ()
    assert [problem.code for problem in problems_of(validator, {"country": "no", "police_met": True})] == [
        "contradicts"
    ]
