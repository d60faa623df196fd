"""Nothing moves by itself on a page that somebody reads or is about to press something on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.keyboard import PAINTED
from tests.browser.visits import DESK, PHONE, Visitor, fill_in_every_kind, onwards
from tests.browser.walk import FORM, press_send

#: The shifts until now, as Chromium reckons them for the cumulative layout shift: not those that follow an own press.
SHIFTS = """() => new Promise(done => {
  const shifts = [];
  const note = list => list.getEntries().filter(each => !each.hadRecentInput).forEach(({value, sources}) =>
    shifts.push([value, ...sources.map(({node}) => node?.outerHTML?.slice(0, 100) ?? `${node?.nodeName}`)]));
  new PerformanceObserver(note).observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(shifts), 100)));
})"""


def a_painted_form(visit: Visitor, path: str, width: int) -> Page:
    """A form whose script comes once it is seen, as it does on a slow line."""
    held: list[Route] = []
    page = visit("about:blank", script=True, width=width, alone=True)
    page.route("**/*.js", lambda route: held.append(route))  # noqa: PLW0108  # Playwright marks its handlers
    page.goto(path, wait_until="commit")
    expect(page.locator("main")).to_be_visible()
    page.evaluate(PAINTED)
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    page.unroute("**/*.js")
    expect(page.locator(".exit .keys")).to_have_js_property("hidden", False)
    return page


def shifts(page: Page) -> list[object]:
    found: list[object] = page.evaluate(SHIFTS)
    return found


def test_shift_is_seen_where_there_is_one(chromium_visit: Visitor) -> None:
    page = chromium_visit(FORM.format("en"), script=True)
    expect(page.locator(".exit .keys")).to_be_visible()
    # What was never painted does not shift.
    page.evaluate(PAINTED)
    page.locator("main").evaluate("main => { main.style.paddingTop = '10rem' }")
    assert shifts(page) != []


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_moves_by_itself_from_the_first_page_to_the_receipt(
    chromium_visit: Visitor, width: int, language: str
) -> None:
    page = a_painted_form(chromium_visit, FORM.format(language), width)
    assert shifts(page) == []
    # What moves when something is chosen is meant to; a busy machine draws it later than browsers count as that.
    fill_in_every_kind(page)
    onwards(page)
    expect(page.locator("#_check h2")).to_be_visible()
    press_send(page)
    expect(page.locator(".receipt")).to_be_visible()
    assert shifts(page) == []
