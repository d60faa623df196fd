"""Results by group, as a page shows them."""

from __future__ import annotations

import secrets

import pytest
from playwright.sync_api import Page

from chalicelib.collection import Submission, accept
from chalicelib.jobs.publish import publish_survey
from operation.invitations import invite
from tests.browser.surveys import Surveys
from tests.browser.test_accessibility import violations
from tests.browser.test_layout import ZOOMED, scrolls_sideways, small_targets
from tests.browser.visits import DESK, PHONE, Visitor
from tests.builders import a_question, an_open_survey, close_and_wait

QUESTIONS = [a_question(kind) for kind in ("single_choice", "multiple_choice", "matrix", "yes_no")]
CROSSTABS = {"group": "country", "by": ["challenges", "harder", "police_met"]}
#: The cells of tables whose number stands on more than one line.
BROKEN = """() => [...document.querySelectorAll("td")].filter(cell => {
  const range = document.createRange();
  const number = [...cell.childNodes].find(node => node.nodeType === 3 && node.data.trim());
  if (!number) return false;
  range.selectNodeContents(number);
  return range.getClientRects().length > 1;
}).map(cell => cell.textContent)"""

#: How many bars do not begin at a side of the place that is drawn in, of those that are shorter than it; -1 of none.
BEGINNINGS = """side => {
  const bars = [...document.querySelectorAll(".bars:not(.stacks) svg")].filter(bar => bar.checkVisibility());
  const places = bars.map(bar => [bar, bar.querySelector(".pale")].map(part => part.getBoundingClientRect()));
  const short = places.filter(([track, share]) => share.width && share.width < track.width - 1);
  return short.length ? short.filter(([track, share]) => Math.abs(track[side] - share[side]) > .6).length : -1;
}"""


@pytest.fixture
def page(chromium_visit: Visitor, surveys: Surveys) -> Page:
    """The results of a survey by invitation, whose answers differ by group."""
    if surveys.services.surveys.get("by-group") is None:
        publish_groups(surveys)
    return chromium_visit("/s/by-group/results?lang=en", script=True)


def publish_groups(surveys: Surveys) -> None:
    services = surveys.services
    survey = an_open_survey(services, *QUESTIONS, survey="by-group", crosstabs=CROSSTABS, access="invitation")
    version = services.version(survey.id, survey.version)
    for number, code in enumerate(invite(services, survey.id, 60)):
        country, challenge = (("se", "law"), ("no", "stigma"))[number % 2]
        answers = {"country": country, "challenges": [challenge], "harder": {"home": "some"}, "police_met": True}
        accept(services, survey, version, Submission(answers, secrets.token_bytes(16), code))
    close_and_wait(services, surveys.clock, survey.id)
    publish_survey(services, survey.id)


def test_results_by_group_can_be_read_at_every_width_P9(page: Page) -> None:
    groups = page.locator("summary", has_text="By about single_choice?")
    assert groups.count() == len(CROSSTABS["by"])
    for place in range(groups.count()):
        groups.nth(place).click()
    assert page.locator("table.heat:visible").count() >= len(CROSSTABS["by"])
    for width in (DESK, ZOOMED, PHONE):
        page.set_viewport_size({"width": width, "height": 800})
        assert not scrolls_sideways(page), width
        assert page.evaluate(BROKEN) == [], width
    assert small_targets(page) == []
    assert violations(page) == []


def test_everything_that_is_closed_opens_without_a_script_P9(chromium_visit: Visitor, surveys: Surveys) -> None:
    if surveys.services.surveys.get("by-group") is None:
        publish_groups(surveys)
    page = chromium_visit("/s/by-group/results?lang=en")
    tables = page.locator("table:visible")
    assert tables.count() == 0
    for summary in page.locator(".figure summary").all():
        summary.click()
    assert tables.count() == page.locator(".figure table").count() > 0


def test_first_screen_of_a_phone_has_a_finding(chromium_visit: Visitor) -> None:
    page = chromium_visit("/s/member-challenges-2025/results?lang=en", width=PHONE)
    box = page.locator(".findings b").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 800


def test_bars_begin_where_reading_begins(page: Page) -> None:
    assert page.evaluate(BEGINNINGS, "left") == 0
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(BEGINNINGS, "right") == 0


def test_figure_that_is_opened_alone_is_drawn_by_the_policy_it_comes_with(page: Page) -> None:
    """Nothing in it needs what the policy refuses."""
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(page.url.split("/s/")[0] + "/api/surveys/by-group/releases/1/figures/challenges.svg?lang=en")
    dark = page.locator("rect[fill='#14566b']").first
    assert dark.evaluate("bar => getComputedStyle(bar).fill") == "rgb(20, 86, 107)"
    assert page.locator("text").count() > 5
    assert refused == []
