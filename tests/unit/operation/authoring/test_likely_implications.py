"""Where one question seems to settle another its author is asked, and not where two merely share a word."""

from __future__ import annotations

from typing import Any

import pytest

from operation.authoring import likely_implications as likely_checks
from operation.authoring.likely_implications import COMMON
from operation.authoring.meanings import NEGATIONS
from tests.builders import a_question, implied, options, text
from tests.unit.operation.authoring.found import codes_of, found_with, messages_with

CHILDREN = a_question("number", id="children", label=text("How many children do you have?"))
ANY = a_question("yes_no", id="any", label=text("Do you have any children?"))
ASKED = ("questionnaire.questions.1", "may_imply", "warning")
HEARD = a_question(
    "single_choice", id="heard", label=text("How did you hear of us?"), options=options("mail", "poster")
)


def labelled(kind: str, label: str, **changes: Any) -> dict[str, Any]:
    return a_question(kind, label=text(label), **changes)


@pytest.mark.parametrize(
    "questions",
    [
        [CHILDREN, ANY],
        [ANY, CHILDREN],
        [labelled("yes_no", "Do you have a partner?"), labelled("single_choice", "How long have you had a partner?")],
        [labelled("yes_no", "Have you met the police?"), labelled("date", "When have you last met the police?")],
        [a_question("hidden"), HEARD],
        [HEARD, a_question("hidden")],
    ],
)
def test_questions_of_which_one_seems_to_settle_the_other_are_asked_about(questions: list[dict[str, Any]]) -> None:
    found = found_with(*(question | {"hint": text("Name nobody.")} for question in questions))
    assert [each for each in found if each[1] == "may_imply"] == [ASKED]


@pytest.mark.parametrize(
    "questions",
    [
        [
            labelled("number", "How many hours did you work last week?"),
            labelled("yes_no", "Have you been to a meeting?"),
        ],
        [labelled("scale", "How content are you?"), labelled("scale", "How content are you with us?", id="us")],
        [a_question("single_choice", label=text("Country of birth?")), labelled("dropdown", "Country where you live?")],
        [labelled("yes_no", "Do you have a partner?"), labelled("single_choice", "How many friends do you have?")],
        [a_question("hidden"), HEARD | {"options": options("friend", "poster")}],
        [CHILDREN, ANY | {"show_if": {"question": "children", "at_least": 10}}],
        [CHILDREN, ANY | {"implies": [implied("any", "no", {"question": "children", "at_most": 9})]}],
    ],
)
def test_others_are_not(questions: list[dict[str, Any]]) -> None:
    assert "may_imply" not in [code for _, code, _ in found_with(*questions)]


def test_questions_bound_by_way_of_another_are_not_asked_about() -> None:
    mood = a_question(
        "scale", implies=[{"when": {"question": "mood", "equals": 1}, "then": {"question": "children", "at_most": 9}}]
    )
    last = ANY | {"implies": [implied("any", "no", {"question": "mood", "equals": 1})]}
    assert "may_imply" not in [code for _, code, _ in found_with(CHILDREN, mood, last)]


def test_what_a_survey_is_about_is_no_sign() -> None:
    about = [labelled("yes_no", f"Do children {verb}?", id=verb) for verb in ("sing", "dance", "swim")]
    assert "may_imply" not in [code for _, code, _ in found_with(CHILDREN, *about)]


def test_under_exact_nobody_is_asked() -> None:
    assert "may_imply" not in [code for _, code, _ in found_with(CHILDREN, ANY, policy="exact")]


def test_message_has_what_to_paste() -> None:
    yes, no = (
        f"{{when: {{question: any, equals: {code}}}, then: {{question: children, {then}}}}}"
        for code, then in (("yes", "at_least: 1"), ("no", "at_most: 0"))
    )
    (message,) = messages_with(CHILDREN, ANY)
    assert message.startswith("Does the answer tell something of the one to “children”?")
    assert f"implies: [{yes}, {no}]" in message
    (message,) = messages_with(ANY, CHILDREN)
    assert "{when: {question: children, at_most: 0}, then: {question: any, equals: no}}" in message


def test_common_words_are_known_in_each_language_that_checks_know() -> None:
    assert COMMON.keys() == NEGATIONS.keys()


def test_every_code_of_these_checks_is_tested_here() -> None:
    assert codes_of(likely_checks) == {"may_imply"}
