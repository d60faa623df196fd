"""WCAG 2.2 AA as far as axe can tell, on every page and in every state; and the journey by keyboard alone (P9)."""

from __future__ import annotations

from importlib.resources import files

from playwright.sync_api import Page, expect

from tests.browser.keyboard import leave_steps_until, press, tab_to
from tests.browser.surveys import Surveys
from tests.browser.visits import PHONE, Visitor, at_step
from tests.browser.walk import walk

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async tags => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
  const told = (rule, node) => `${rule}: ${node.html.slice(0, 120)} ${node.failureSummary}`;
  return found.violations.flatMap(({id, nodes}) => nodes.map(node => told(id, node)));
}"""


#: How often a page is looked at that still scrolls.
LOOKS = 50


def violations(page: Page) -> list[str]:
    """What axe finds. The CSP lets in no script but the site's and a debugger's, which this is."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    # What is scrolled beneath the bar of the exit link is no fault, and a busy browser may still be on its way to a
    # fragment: a look at what is not at its top before and after does not count.
    for _ in range(LOOKS):
        page.evaluate("scrollTo(0, 0)")
        found: list[str] = page.evaluate(RUN, TAGS)
        if not found or page.evaluate("scrollY") == 0:
            return found
    raise AssertionError("The page does not stay at its top.")


def test_axe_finds_what_is_wrong(visit: Visitor) -> None:
    page = visit("/s/short?lang=en", script=True)
    page.evaluate("document.documentElement.removeAttribute('lang')")
    page.evaluate("document.querySelector('.asked').style.color = '#ccc'")
    assert {each.partition(":")[0] for each in violations(page)} == {"html-has-lang", "color-contrast"}


def test_no_page_or_state_violates_wcag_in_arabic_and_dark_on_a_phone_P9(
    chromium_visit: Visitor, surveys: Surveys
) -> None:
    """Seen in one browser: axe reads the same colors and the same tree in both, and both walk in English and light."""
    page = chromium_visit("/s/in-steps?lang=ar", script=True, width=PHONE, color_scheme="dark")
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert page.evaluate("document.dir") == "rtl"
    assert {state: found for state in walk(page, surveys, "ar") if (found := violations(page))} == {}


def follow(page: Page, selector: str, step: str) -> None:
    """Go to a step by its link."""
    tab_to(page, selector)
    press(page, "Enter")
    at_step(page, step)


def test_whole_journey_by_keyboard_alone_P9(visit: Visitor) -> None:
    page = visit("/s/member-challenges?lang=en")
    tab_to(page, "[name=consent]")
    press(page, "Space")
    follow(page, "#_start .button", "work")
    tab_to(page, "[name=country]", most=1)
    press(page, "Space", "ArrowDown")
    expect(page.get_by_label("Norway")).to_be_checked()
    leave_steps_until(page, "#main_challenges")
    tab_to(page, "[name=main_challenges][value=stigma]")
    press(page, "Space")
    leave_steps_until(page, "#harder")
    tab_to(page, "[name^='harder.']")
    press(page, "Space", "ArrowRight")
    leave_steps_until(page, "#anything_else")
    _send_by_keyboard(page)
    _withdraw_by_keyboard(page)


def _send_by_keyboard(page: Page) -> None:
    tab_to(page, ".onwards a")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Check your answers")).to_be_in_viewport()
    for answer in ("Norway", "Stigma and prejudice", "A little harder"):
        expect(page.get_by_text(answer, exact=True).locator("visible=true")).to_have_count(1)
    tab_to(page, ".end button")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Your answers are stored")).to_be_visible()


def _withdraw_by_keyboard(page: Page) -> None:
    receipt = page.locator(".receipt").inner_text()
    tab_to(page, ".links button")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Withdraw my answers")).to_be_visible()
    tab_to(page, "#receipt")
    expect(page.locator("#receipt")).to_have_value(receipt)
    press(page, "Enter")
    expect(page.get_by_text("Your answers are withdrawn and deleted.")).to_be_visible()


def test_nothing_that_has_the_focus_is_hidden_beneath_the_exits_bar_P9(visit: Visitor) -> None:
    page = visit("/s/in-steps?lang=en#four", width=PHONE)
    bar = page.locator(".exit").bounding_box()
    assert bar is not None
    page.locator("main a:visible").last.focus()
    while not page.evaluate("document.activeElement.matches('.exit a')"):
        box = page.locator(":focus").bounding_box()
        assert box is not None
        assert box["y"] >= bar["y"] + bar["height"], page.evaluate("document.activeElement.outerHTML")
        press(page, "Shift+Tab")
