"""Answers that contradict each other come back, on the form in its step and to a program; nothing is stored."""

from __future__ import annotations

import pytest

from chalicelib.services import Services
from tests.builders import Browser, a_bilingual_survey, a_question, implied, stored_items, text
from tests.functional.shapes import Page, assert_page, assert_problem

CLIENTS = a_question("number", label=text("How many clients?", sv="Hur många kunder?"))
POLICE = a_question("yes_no", implies=[implied("police_met", "no", {"question": "clients", "at_most": 9})])
ONE_PAGE = [CLIENTS, POLICE]
IN_STEPS = [a_question("section"), CLIENTS, a_question("section", id="more"), POLICE]
WRONG, RIGHT = {"clients": ["34"], "police_met": ["no"]}, {"clients": ["9"], "police_met": ["no"]}


@pytest.mark.parametrize("questions", [ONE_PAGE, IN_STEPS], ids=["one page", "steps"])
def test_form_comes_back_with_both_answers_and_the_question_in_the_readers_language(
    questions: list[dict[str, object]], browser: Browser, services: Services
) -> None:
    a_bilingual_survey(services, *questions)
    page = assert_page(browser.send_form(WRONG, **{"Accept-Language": "sv"}), 422, "sv")
    assert page.html.count("Detta går inte ihop med ditt svar på ”Hur många kunder?”. Ändra ett av dem.") == 2
    assert page.typed == WRONG
    assert _current_step(page) == ("more" if questions is IN_STEPS else None)
    assert stored_items(services) == []
    assert_page(browser.send_form(RIGHT), 200)


def _current_step(page: Page) -> str | None:
    steps = [step for step in page.all("section") if "current" in step.get("class", "")]
    return steps[0]["id"] if steps else None


def test_program_is_told_at_the_later_question(browser: Browser, services: Services) -> None:
    a_bilingual_survey(services, *ONE_PAGE)
    problem = assert_problem(browser.send_json({"clients": 34, "police_met": False}), 422, "invalid_answers")
    message = "This does not go together with your answer to “How many clients?”. Change one of them."
    assert problem["problems"] == [{"question": "police_met", "code": "contradicts", "message": message}]
    assert browser.send_json({"clients": 9, "police_met": False}).status_code == 201
