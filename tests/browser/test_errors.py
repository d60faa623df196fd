"""The page of a form that comes back with problems (P12), without script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from operation.lifecycle import open_survey
from tests.browser.surveys import REQUIRABLE, Surveys, a_section, a_survey, step_of
from tests.browser.visits import DESK, FILLED, PHONE, Visitor, at_step, fill_at_once, filled, send, until, whole
from tests.builders import a_question

#: What is wrong in :func:`a_wrong_form`: the question as the summary names it, its first field and its step.
PROBLEMS = [
    ("", "agreed-given", "_start"),
    ("About multiple_choice?", "challenges-law", step_of("challenges")),
    ("About ranking?", "wants-home-1", "two"),
    ("About number?", "clients.input", "three"),
    ("About date?", "moved-day", "four"),
    ("About long_text?", "wish.input", "five"),
]
WRONG = FILLED | {
    "agreed": [],
    "challenges": ["law", "stigma", "police"],
    "wants.home": ["1"],
    "clients": ["4000"],
    "moved.day": ["30"],
    "wish": ["long " * 900],
}
SHAPES = {"steps": "/s/in-steps?lang=en&source=mail", "one page": "/s/short?lang=en"}


def a_wrong_form(visit: Visitor, path: str = SHAPES["steps"], width: int = DESK) -> Page:
    """A form that came back."""
    page = visit(f"{path}#_check", width=width)
    fill_at_once(page, WRONG)
    send(page)
    expect(page).to_have_title(re.compile("^Error: "))
    whole(page)
    return page


#: Nothing covers what has the focus, such as the bar of the exit link.
IN_THE_OPEN = """() => {
  const field = document.activeElement, box = field.getBoundingClientRect();
  return field === document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
}"""


def at_field(page: Page, field: Locator) -> None:
    """Fail unless ``field`` has the focus in the open, which browsers scroll to a frame after they gave it that."""
    expect(field).to_be_focused()
    until(page, IN_THE_OPEN)


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_summary_stands_first_has_the_focus_and_shows_P12(visit: Visitor, width: int) -> None:
    page = a_wrong_form(visit, width=width)
    summary = page.locator("#_summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("heading", name="Some answers need another look.")).to_be_in_viewport()
    follows = "summary => summary.compareDocumentPosition(document.querySelector('.question')) & 4"
    assert summary.evaluate(follows)


@pytest.mark.parametrize("shape", SHAPES)
def test_summary_names_each_question_with_its_message_and_the_message_stands_beside_it_P12(
    visit: Visitor, shape: str
) -> None:
    page = a_wrong_form(visit, SHAPES[shape])
    summary = [_bare(line) for line in page.locator("#_summary li").all_inner_texts()]
    labels = [label for label, *_ in PROBLEMS if page.locator("form").get_by_text(label).count()]
    assert [*dict.fromkeys(each.partition("\n")[2] for each in summary)] == labels
    assert summary == [line for question in page.locator(".question.wrong").all() for line in lines_of(question)]


def lines_of(question: Locator) -> list[str]:
    """What the summary should say of a question, by what stands beside it; a box is named by its own words."""
    legend = question.locator(".legend, > legend")
    label = legend.evaluate("legend => legend.firstChild.textContent.trim()") if legend.count() else ""
    messages = str(question.locator("> .error:not(.mistake)").text_content()).split("Error:")[1:]
    return [_bare(f"{message.strip()}\n{label}".strip()) for message in messages]


def _bare(words: str) -> str:
    """``words`` without the isolates around numbers, which not every browser tells of what it shows."""
    return words.replace("\u2066", "").replace("\u2069", "")


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_links_of_the_summary_lead_to_the_first_field_in_whatever_step_P12(visit: Visitor, width: int) -> None:
    page = a_wrong_form(visit, width=width)
    at_step(page, "_start")
    for _label, field, step in PROBLEMS:
        page.locator(f'#_summary a[href="#{field}"]').first.click()
        at_step(page, step)
        first = page.locator(f'[id="{field}"]')
        at_field(page, first)
        expect(page.locator(".step:visible .error").first).to_be_in_viewport()


def test_link_of_the_summary_leads_to_the_first_field_of_every_kind_of_question_P12(visit: Visitor) -> None:
    page = visit("/s/strict?lang=en#_check")
    send(page)
    expect(page.locator("#_summary")).to_be_focused()
    links = page.locator("#_summary a")
    expect(links).to_have_count(len(REQUIRABLE))
    whole(page)
    for question, link in zip(page.locator(".question.wrong").all(), links.all(), strict=True):
        link.click()
        at_field(page, question.locator("input, select, textarea").first)


def test_everything_typed_is_kept_and_can_be_mended_and_sent_P12(visit: Visitor) -> None:
    page = a_wrong_form(visit)
    assert filled(page) == {name: values for name, values in WRONG.items() if values} | {"wish": [WRONG["wish"][0]]}
    fill_at_once(page, FILLED | {"wants.home": [""]})
    page.goto(page.url.replace("#_summary", "#_check"))
    send(page)
    expect(page.get_by_role("heading", name="Your answers are stored")).to_be_visible()


def test_wrong_receipt_comes_back_in_the_same_manner_P12(visit: Visitor) -> None:
    page = visit("/s/in-steps/withdraw?lang=en", width=PHONE)
    page.get_by_label("Your receipt", exact=True).fill("0000 0000 0000 0000")
    page.get_by_role("button", name="Withdraw my answers").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator("#_summary")).to_be_focused()
    page.locator("#_summary a").click()
    at_field(page, page.get_by_label("Your receipt", exact=True))
    expect(page.get_by_label("Your receipt", exact=True)).to_have_value("0000 0000 0000 0000")


def test_form_whose_questions_changed_leads_to_what_is_new_and_is_sent_again_P12(
    visit: Visitor, surveys: Surveys
) -> None:
    survey = f"changing-{visit.browser.browser_type.name}"
    earlier = [a_question("consent"), a_section("one"), *map(a_question, ("number", "yes_no")), a_section("two")]
    a_survey(surveys.services, survey, *earlier, a_question("short_text"), releases="monthly")
    open_survey(surveys.services, survey)
    page = visit(f"/s/{survey}?lang=en#_check", width=PHONE)
    fill_at_once(page, {"agreed": ["given"], "clients": ["34"], "police_met": ["no"], "word": ["rest"]})
    ask(surveys, survey, a_question("consent"), *earlier[1:2], *earlier[3:], *map(a_question, ("short_text", "scale")))
    send(page)
    expect(page).to_have_title("The questions have changed since you opened this page.")
    expect(page.locator("#_summary")).to_be_focused()
    expect(page.get_by_label("What you answered to questions that have changed or are gone")).to_have_value(
        "About number?\n34"
    )
    page.get_by_role("link", name="This question is new. About scale?").click()
    at_step(page, "two")
    expect(page.locator("[id='mood-1']")).to_be_focused()
    expect(page.get_by_role("group", name="About scale?")).to_have_accessible_description(
        re.compile("This question is new.")
    )
    page.locator("[name=mood][value='4']").check()
    assert filled(page) == {"agreed": ["given"], "police_met": ["no"], "word": ["rest"], "mood": ["4"]}
    page.locator(".step:visible").get_by_role("link", name="Check your answers").click()
    send(page)
    expect(page.get_by_role("heading", name="Your receipt")).to_be_visible()


def ask(surveys: Surveys, survey: str, *questions: dict[str, Any]) -> None:
    """Let an open survey ask other questions from now on, as the turn of an edition does."""
    store = surveys.services.surveys
    a_survey(surveys.services, f"{survey}-later", *questions)
    later, now = store.questionnaire(f"{survey}-later", 1), store.get(survey)
    assert later is not None
    assert now is not None
    store.add_questionnaire(survey, 2, later)
    store.save(now.model_copy(update={"version": 2, "asked_since": 2}))
    surveys.services.survey(survey, 2)  # which makes this process hear of it
