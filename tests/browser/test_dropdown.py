"""A list box of 250 options, without script: conditions follow it, it can be taken back, it is kept beside errors."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chalicelib.errors import PROBLEM_MESSAGES
from chalicelib.questionnaire.definition import MAXIMUM_OPTIONS
from tests.browser.surveys import Surveys
from tests.browser.test_conditions import opened
from tests.browser.visits import DESK, PHONE
from tests.builders import a_question, options, text

CODES = [f"m{number}" for number in range(1, MAXIMUM_OPTIONS + 1)]
CHOSEN = {"question": "region", "equals": "m7"}
NOTHING_CHOSEN = {"not": {"question": "region", "answered": True}}
WRONG = PROBLEM_MESSAGES["consent_required"]


def questions() -> list[dict[str, Any]]:
    return [
        a_question("section", id="one", label=text("Where")),
        a_question("dropdown", label=text("Which municipality?"), options=options(*CODES)),
        a_question("yes_no", id="more", label=text("More?"), show_if=CHOSEN),
        a_question("yes_no", id="why", label=text("Why not?"), show_if=NOTHING_CHOSEN),
        a_question("section", id="two", label=text("Consent")),
        a_question("consent"),
    ]


def stored(surveys: Surveys, survey: str) -> list[dict[str, tuple[str, ...]]]:
    """The closed answers of the responses that wait to be counted, each once however many browsers sent them."""
    layout = surveys.services.version(survey, 1).layout
    blobs = {record.answers for record in surveys.services.responses.records(survey)}
    return [dict(layout.unpack(blob)) for blob in blobs if blob]


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_list_box_is_chosen_followed_taken_back_read_through_kept_and_stored_P9_P12(
    tab: Page, surveys: Surveys, width: int
) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    form = opened(surveys, "municipalities", *questions())
    tab.goto(f"{form}?lang=en#one")
    box, more, why = tab.get_by_label("Which municipality?"), tab.locator("#more"), tab.locator("#why")
    expect(more).to_be_hidden()
    expect(why).to_be_visible()
    box.select_option("m7")
    expect(more).to_be_visible()
    expect(why).to_be_hidden()
    box.select_option("–")
    expect(more).to_be_hidden()
    expect(why).to_be_visible()
    box.focus()
    # A letter again and again, since several make a word only within a second.
    tab.keyboard.type("M" * 7)
    expect(box).to_have_value("m7")
    expect(more).to_be_visible()
    tab.goto(f"{form}?lang=en#_check")
    expect(box).to_be_hidden()
    expect(tab.locator("#region b:visible")).to_have_text("M7")
    expect(tab.locator("#region .unanswered")).to_be_hidden()
    tab.get_by_role("button", name="Send", exact=True).last.click()
    expect(tab).to_have_title(re.compile("^Error: "))
    expect(tab.locator("#_summary")).to_contain_text(str(WRONG))
    expect(box).to_have_value("m7")
    tab.get_by_label("About consent?").check()
    tab.get_by_role("link", name="Check your answers").last.click()
    tab.get_by_role("button", name="Send", exact=True).last.click()
    expect(tab.get_by_role("heading", name="Your answers are stored")).to_be_visible()
    (answers,) = stored(surveys, "municipalities")
    assert answers == {"region": ("m7",), "agreed": ("given",)}


def test_list_box_that_is_empty_is_not_shown_for_reading_through(tab: Page, surveys: Surveys) -> None:
    tab.goto(f"{opened(surveys, 'municipalities', *questions())}?lang=en#_check")
    expect(tab.get_by_text("Which municipality?", exact=True)).to_be_visible()
    expect(tab.locator(":is(select, .list b):visible")).to_have_count(0)
    expect(tab.locator("#region .unanswered")).to_be_visible()


def test_error_of_a_list_box_is_said_with_it_and_its_link_leads_to_it_P12(tab: Page, surveys: Surveys) -> None:
    needed = a_question("dropdown", required_because=text("We plan by it."))
    tab.goto(opened(surveys, "needed", needed, a_question("yes_no")))
    tab.get_by_label("Yes").check()
    tab.get_by_role("button", name="Send", exact=True).last.click()
    tab.locator("#_summary a").click()
    box = tab.locator("select")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_accessible_description(re.compile("We plan by it.*Please answer this question", re.DOTALL))
