"""A form in steps: which there are, where each leads, and which shows first."""

from __future__ import annotations

import pytest

from chalicelib.forms.rules import stylesheet
from chalicelib.forms.steps import CHECK, START, has_steps, steps_of
from chalicelib.questionnaire.definition import Questionnaire
from tests.builders import a_definition, a_question


def a_form(*sections: str, passed_over: str = "") -> Questionnaire:
    """A question for everybody, then sections with a question each; those in ``passed_over`` are conditional."""
    questions = [a_question("yes_no")]
    for name in sections:
        condition = {"show_if": {"question": "police_met", "equals": "yes"}} if name in passed_over else {}
        questions += [a_question("section", id=name, **condition), a_question("scale", id=f"mood_{name}")]
    return a_definition(*questions).questionnaire


@pytest.mark.parametrize(("sections", "in_steps"), [("", False), ("a", False), ("ab", True), ("abc", True)])
def test_form_comes_in_steps_from_two_sections_on(sections: str, in_steps: bool) -> None:
    assert has_steps(a_form(*sections)) is in_steps


def test_steps_are_the_first_page_the_sections_and_reading_through() -> None:
    steps = steps_of(a_form(*"ab"))
    assert [step.id for step in steps] == [START, "a", "b", CHECK]
    assert [step.number for step in steps] == [None, 1, 2, None]
    assert [[question.id for question in step.questions] for step in steps] == [
        ["police_met"],
        ["mood_a"],
        ["mood_b"],
        [],
    ]


def test_each_step_leads_to_the_next_and_back() -> None:
    ways = [(step.onwards, step.back) for step in steps_of(a_form(*"ab"))]
    assert ways == [(("a",), ()), (("b",), (START,)), ((CHECK,), ("a",)), ((), ("b",))]


def test_sections_that_may_be_passed_over_name_what_comes_after_them() -> None:
    start, a, _, c, check = steps_of(a_form(*"abc", passed_over="ab"))
    assert start.onwards == ("a", "b", "c")
    assert a.onwards == ("b", "c")
    assert c.back == ("b", "a", START)
    assert check.back == ("c",)


def test_form_that_begins_with_a_section_has_a_first_page_all_the_same() -> None:
    questions = [
        a_question("section", id="a"),
        a_question("yes_no"),
        a_question("section", id="b"),
        a_question("scale"),
    ]
    steps = steps_of(a_definition(*questions).questionnaire)
    assert [step.id for step in steps] == [START, "a", "b", CHECK]


@pytest.mark.parametrize(
    ("wrong", "current"),
    [([], START), (["police_met"], START), (["mood_b"], "b"), (["mood_b", "mood_a"], "a"), ([None], START)],
)
def test_first_step_with_a_problem_shows(wrong: list[str | None], current: str) -> None:
    assert [step.id for step in steps_of(a_form(*"ab"), wrong) if step.is_current] == [current]


def test_section_that_does_not_apply_is_passed_over_by_rules_of_its_own() -> None:
    rules = stylesheet(a_form(*"ab", passed_over="a"))
    holds = ':has(input[name="police_met"]:is([value="yes"]):checked)'
    assert f"form:not({holds}) .to-a {{ display: none }}" in rules
    assert f"form{holds} .to-a ~ a {{ display: none }}" in rules
    assert ".to-b" not in rules
