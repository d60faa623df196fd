"""The last step of a form, without script: answers to be read through, which nothing there changes unseen (P9, P12)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from chalicelib.questionnaire.definition import KINDS
from tests.browser.surveys import SECTIONS, Surveys, questions_in_steps
from tests.browser.visits import (
    DESK,
    FILLED,
    PHONE,
    Visitor,
    at_check,
    back,
    fill_at_once,
    filled,
    onwards,
    requests_of,
    send,
    steps,
)
from tests.builders import a_definition, a_question, opened, options

FORM = "/s/in-steps?lang=en&source=mail"
CHECK = "Check your answers"
#: How many questions of the form ask something.
ASKED = sum(KINDS[question["kind"]].asks != "nothing" for question in questions_in_steps())
#: What stands there of FILLED, by question.
READ = {
    "agreed": ["About consent?"],
    "country": ["OTHER", "Faroe"],
    "region": ["SOUTH"],
    "challenges": ["STIGMA"],
    "mood": ["4"],
    "harder": ["SOME"],
    "wants": ["1"],
    "clients": ["34"],
    "moved": ["29", "February", "2024"],
    "police_met": ["Yes"],
    "officer": ["Kind"],
    "word": ["rest & <peace>"],
    "wish": ["Time.\nAnd a home."],
    "source": ["MAIL"],
}
#: The words and the written text that show of each question.
TOLD = """questions => questions.filter(each => each.checkVisibility()).map(question => [
  question.id,
  [...question.querySelectorAll("b, input, textarea, select")].filter(each => each.checkVisibility())
    .map(each => each.value ?? each.textContent.trim()),
])"""
#: What has the focus: nothing, a link, a button, a written text, or whatever else.
FOCUS = """() => {
  const at = document.activeElement;
  if (at === document.body || at.matches("[tabindex='-1'], html")) return "page";
  if (at.matches("a, button, summary")) return "way";
  return at.matches("input[type=text], textarea") ? "text" : at.outerHTML;
}"""
LINES = "\n".join(f"Line {number} of what somebody wrote, which is not short" for number in range(1, 31))


def answers_told(page: Page) -> dict[str, list[str]]:
    return {name: told for name, told in page.locator(".question").evaluate_all(TOLD) if told}


def at_its_answers(visit: Visitor, width: int = DESK, path: str = FORM, **changes: list[str]) -> Page:
    """The last step of a form that is filled in."""
    page = visit(path, width=width)
    fill_at_once(page, FILLED | changes)
    page.goto(f"{path}#_check")
    at_check(page)
    return page


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_check_shows_every_answer_as_text_from_its_top_down_to_send(visit: Visitor, width: int) -> None:
    page = visit(f"{FORM}#five", width=width)
    fill_at_once(page, FILLED)
    onwards(page)
    expect(page.get_by_role("heading", name=CHECK)).to_be_in_viewport()
    expect(page.locator("#agreed b")).to_be_in_viewport()
    assert answers_told(page) == READ
    expect(page.locator("form :is([type=radio], [type=checkbox], select):visible")).to_have_count(0)
    expect(page.locator(".unanswered")).to_have_count(ASKED)
    expect(page.locator(".unanswered:visible")).to_have_count(0)
    order = page.locator("h2:visible, form button:not(.unseen):visible").all_inner_texts()
    assert order == [CHECK, *(f"Part {name}" for name in SECTIONS), "Send"]


def test_check_says_what_has_no_answer_and_nothing_of_what_does_not_apply(visit: Visitor) -> None:
    page = visit(FORM)
    page.goto(f"{FORM}#_check")
    expect(page.get_by_text("No answer", exact=True).locator("visible=true")).to_have_count(ASKED - 4)
    # The words that are agreed to name their question, too.
    assert answers_told(page) == {"agreed": ["About consent?"], "source": ["MAIL"]}
    expect(page.get_by_role("heading", name="Part one")).to_be_visible()
    expect(page.get_by_role("heading", name="Part two")).to_be_hidden()
    expect(page.get_by_role("heading", name="Part three")).to_be_hidden()


def test_no_key_on_check_changes_an_answer_or_asks_for_anything_P4_P9(visit: Visitor) -> None:
    page = at_its_answers(visit)
    asked = requests_of(page)
    met: list[str] = []
    while "way" not in met[-1:] or not page.evaluate("document.activeElement.matches('.end button')"):
        page.keyboard.press("Tab")
        met.append(page.evaluate(FOCUS))
        assert len(met) < 2 * ASKED + 9, "Send is never reached"
        page.keyboard.press("ArrowDown")
        if met[-1] == "page":
            page.keyboard.press("Space")
    # Where a browser cannot put a written text out of the keyboard's reach, whoever writes there sees it.
    assert {*met} <= ({"way", "text"} if visit.is_firefox else {"way"})
    assert filled(page) == FILLED
    assert answers_told(page) == READ
    assert asked == []


def is_whole(field: Locator) -> bool:
    """Whether all that is written in ``field`` shows."""
    fits = "each => each.scrollHeight <= each.clientHeight + 1 && each.scrollWidth <= each.clientWidth + 1"
    return bool(field.evaluate(fits))


def test_text_of_thirty_lines_and_a_long_line_show_whole_on_a_phone(visit: Visitor) -> None:
    page = at_its_answers(visit, PHONE, wish=[LINES], word=["A line that a phone has no room for. " * 5])
    assert is_whole(page.locator("[name=wish]"))
    assert is_whole(page.locator("[name=word]"))


def test_rank_that_was_picked_in_a_list_stands_beside_what_it_is_of(visit: Visitor, surveys: Surveys) -> None:
    if surveys.services.surveys.get("listed") is None:
        ranking = a_question("ranking", options=options(*"abcdefg"), most=7)
        parts = a_question("section", id="one"), ranking, a_question("section", id="two"), a_question("yes_no")
        opened(surveys.services, a_definition(*parts, survey="listed"))
    page = visit("/s/listed?lang=en")
    fill_at_once(page, {"wants.c": ["1"], "wants.f": ["2"]})
    page.goto("/s/listed?lang=en#_check")
    at_check(page)
    assert page.locator("#wants :is(label, b):visible").all_inner_texts() == ["C", "1", "F", "2"]


def test_invitation_code_shows_with_a_way_to_change_it(visit: Visitor, surveys: Surveys) -> None:
    code = next(surveys.invitations)
    page = visit("/s/invited?lang=en", width=PHONE)
    fill_at_once(page, {"_invitation": [code], "police_met": ["no"]})
    page.goto("/s/invited?lang=en#_check")
    field = page.locator("input.receipt")
    expect(field).to_be_visible()
    expect(field).to_have_value(code)
    assert is_whole(field)
    page.get_by_role("link", name="Your invitation code").click()
    expect(field).to_be_in_viewport()
    back(page)
    send(page)
    expect(page.get_by_role("heading", name="Your answers are stored")).to_be_visible()


def test_change_leads_to_its_question_and_back_returns_to_check(visit: Visitor) -> None:
    page = at_its_answers(visit)
    changes = page.locator(".reading a:visible")
    assert len(changes.all()) == ASKED
    for number in range(ASKED):
        href = changes.nth(number).get_attribute("href")
        changes.nth(number).click()
        question = page.locator(f'[id="{str(href)[1:]}"]')
        expect(question).to_be_in_viewport()
        expect(question.locator(":is(input, select, textarea):visible").first).to_be_in_viewport()
        assert len(steps(page)) == 1
        back(page)
        at_check(page)
