"""Whether `minutes` is about how long it takes."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.questionnaire.definition import Definition
from operation.authoring.minutes_rules import INTERFACE_WORDS, WORDS_A_MINUTE, estimate
from operation.authoring.rules import check_definition
from tests.builders import a_document, a_question, options, text
from tests.unit.operation.authoring.found import found_in

WORDY = "word " * 180
PLACE = "questionnaire.minutes"


def a_long_document(minutes: int, **changes: Any) -> dict[str, Any]:
    """Ten notes of 180 words and a question: some ten minutes."""
    notes = [a_question("note", id=f"note_{number}", label=text(WORDY)) for number in range(10)]
    document = a_document(*notes, a_question("yes_no", id="last", **changes))
    document["questionnaire"]["minutes"] = minutes
    return document


def told(document: dict[str, Any]) -> list[str]:
    return [
        problem.message
        for problem in check_definition(Definition.model_validate(document))
        if problem.code == "minutes"
    ]


@pytest.mark.parametrize("minutes", [1, 5, 8, 13, 120])
def test_minutes_far_from_the_words_are_a_warning_with_the_estimate(minutes: int) -> None:
    assert (PLACE, "minutes", "warning") in found_in(a_long_document(minutes))
    assert told(a_long_document(minutes)) == [
        "By its words and questions this takes about so many minutes: en 10. Say so, or ask less."
    ]


@pytest.mark.parametrize("minutes", [9, 10, 11, 12])
def test_minutes_near_the_words_pass(minutes: int) -> None:
    assert told(a_long_document(minutes)) == []


def test_a_short_survey_may_be_off_by_a_minute() -> None:
    document = a_document(a_question("yes_no"))
    for minutes in (1, 2):
        document["questionnaire"]["minutes"] = minutes
        assert told(document) == []
    document["questionnaire"]["minutes"] = 4
    assert len(told(document)) == 1


def test_the_minute_that_rounding_makes_is_not_told() -> None:
    """Three where the warning itself would say "en 2" helps nobody."""
    document = a_document(*(a_question("yes_no", id=f"q{number}") for number in range(15)))
    document["questionnaire"]["minutes"] = 3
    assert told(document) == []


def test_languages_differ_and_any_of_them_will_do() -> None:
    document = a_long_document(10)
    document["questionnaire"]["languages"]["fi"] = {"name": "Suomi"}
    questionnaire = Definition.model_validate(document).questionnaire
    assert estimate(questionnaire, "fi") > estimate(questionnaire, "en") + 2
    for minutes, warnings in ((10, 0), (13, 0), (16, 1)):
        document["questionnaire"]["minutes"] = minutes
        assert len(told(document)) == warnings


def minutes_of(*questions: dict[str, Any]) -> float:
    return estimate(Definition.model_validate(a_document(*questions)).questionnaire, "en")


def test_what_is_not_asked_of_everybody_takes_half_of_its_time() -> None:
    met, more = a_question("yes_no", id="met"), a_question("scale", label=text("Why is that so?"))
    asked = more | {"show_if": {"question": "met", "equals": "yes"}}
    alone = minutes_of(met)
    assert minutes_of(met, asked) - alone == pytest.approx((minutes_of(met, more) - alone) / 2)


def test_decisions_count_and_a_list_box_is_not_read_through() -> None:
    assert minutes_of(a_question("yes_no")) > INTERFACE_WORDS / WORDS_A_MINUTE
    many = options(*(f"code_{number}" for number in range(200)))
    assert (
        minutes_of(a_question("dropdown", options=many)) < minutes_of(a_question("single_choice", options=many)) - 0.5
    )
