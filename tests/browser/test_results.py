"""Results as a page shows them: short, whole at every width, by group, on paper."""

from __future__ import annotations

import re
import secrets
import subprocess
from pathlib import Path

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

#: How many bars do not begin at a side of their line, of those that are shorter than it.
BEGINNINGS = """side => {
  const bars = [...document.querySelectorAll(".bars:not(.stacks) svg")]
    .map(bar => [bar.getBoundingClientRect(), bar.lastElementChild.getBoundingClientRect()]);
  const short = bars.filter(([line, share]) => share.width && share.width < line.width);
  return short.length ? short.filter(([line, share]) => Math.abs(line[side] - share[side]) > .6).length : -1;
}"""
UNFOLD = "document.querySelectorAll('details').forEach(details => { details.open = true })"
#: How far the page reaches, and how far down its first finding does, in CSS pixels.
HEIGHT = "document.documentElement.scrollHeight"
FINDING = "document.querySelector('.findings li').getBoundingClientRect().bottom"
#: In letters twice as large words beside a number may have a line of one letter.
NARROWEST_FINDING = "Math.min(...[...document.querySelectorAll('.findings span')].map(link => link.clientWidth))"
#: How many parts of stacked bars are lower than their bar.
HALF_FILLED = """[...document.querySelectorAll(".stacks rect")].filter(part =>
  part.getBoundingClientRect().height < part.parentElement.getBoundingClientRect().height - 1).length"""
#: How many looks parts of bars have: two of answers, two of those that stand apart.
LOOKS_OF_BARS = """new Set([...document.querySelectorAll(".bars:not(.stacks) rect")].map(part => {
  const {fill, opacity} = getComputedStyle(part);
  return fill + opacity;
})).size"""
DEMO = "/s/member-challenges-2025/results?lang={}"
#: By width: the longest that the demo's page may be. It was 18,373 and 46,564 at 1280 and 390.
LONGEST = {DESK: 6_000, PHONE: 15_000}
MOST_SHEETS = 8


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
    page.evaluate(UNFOLD)
    assert page.locator("summary", has_text="By about single_choice?").count() == len(CROSSTABS["by"])
    for width in (DESK, ZOOMED, PHONE):
        page.set_viewport_size({"width": width, "height": 800})
        assert not scrolls_sideways(page), width
        assert page.evaluate(BROKEN) == [], width
    assert small_targets(page) == []
    assert violations(page) == []


def test_bars_begin_where_reading_begins(page: Page) -> None:
    assert page.evaluate(BEGINNINGS, "left") == 0
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(BEGINNINGS, "right") == 0


@pytest.mark.parametrize("language", ["en", "fi", "ar"])
def test_page_is_short_and_its_first_screen_has_a_finding(language: str, chromium_visit: Visitor) -> None:
    page = chromium_visit(DEMO.format(language), script=False)
    for width, most in LONGEST.items():
        page.set_viewport_size({"width": width, "height": 664})
        assert page.evaluate(HEIGHT) <= most, (width, page.evaluate(HEIGHT))
    page.set_viewport_size({"width": 390, "height": 664})
    assert page.evaluate(FINDING) <= 664


def test_every_table_of_the_demo_fits_unfolded_in_letters_twice_as_large(visit: Visitor) -> None:
    page = visit(DEMO.format("fi"), script=True)
    page.evaluate(UNFOLD)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for width in (DESK, 390, PHONE):
        page.set_viewport_size({"width": width, "height": 800})
        assert not scrolls_sideways(page), width
        assert page.evaluate(NARROWEST_FINDING) > 180, width
        assert page.evaluate(HALF_FILLED) == 0, width


@pytest.mark.parametrize("language", ["en", "ar"])
def test_unfolded_page_breaks_no_rule_of_accessibility(language: str, visit: Visitor) -> None:
    page = visit(DEMO.format(language), script=True)
    page.evaluate(UNFOLD)
    assert violations(page) == []


def test_results_take_few_sheets_and_no_figure_is_cut(chromium_visit: Visitor, tmp_path: Path) -> None:
    page = chromium_visit(DEMO.format("en"), script=False)
    file = tmp_path / "results.pdf"
    page.pdf(path=file, format="A4")
    read = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    (sheets,) = re.findall(r"Pages: +(\d+)", read)
    assert int(sheets) <= MOST_SHEETS
    words = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout
    for told in ("part of a bar is certain", "How this was made", "240 invitations were made."):
        assert told in words, "paper has nothing to open"


def test_certain_and_possible_parts_of_bars_differ_in_forced_colors_P9(chromium_visit: Visitor) -> None:
    page = chromium_visit(DEMO.format("en"), script=True, forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert page.evaluate(LOOKS_OF_BARS) == 2 * 2
