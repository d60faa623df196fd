"""The way out: in reach on every page, never what Tab and Enter meet first, and quick where there is script."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import pytest
from playwright.sync_api import Page, Route, ViewportSize, expect

from tests.browser.surveys import Surveys
from tests.browser.visits import FILLED, HEIGHT, PATIENCE, PHONE, Visitor, at_step, back, fill_at_once, filled
from tests.browser.walk import FORM, walk

AWAY = "https://example.org/"
#: Tenths of a second in which a page has to be empty, which a busy machine may need; the exit site never answers.
MOMENTS = PATIENCE // 100
#: Whatever of these is left of a form was typed by somebody.
TYPED = ("rest & <peace>", "And a home.", "Faroe")
SECOND_TO_BE_FOCUSED = """() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')];
  const stops = all.filter(each => each.tabIndex === 0);
  return all.every(each => each.tabIndex <= 0) && stops[0].matches('.skip') && stops[1].matches('.exit a');
}"""
#: Has the page tell what it shows whenever that changes, which needs no clock.
TELLING = """() => new MutationObserver(() => console.log(document.body.outerHTML, document.forms.length))
  .observe(document, {childList: true, subtree: true})"""
#: What 1280 by 800 px have room for at 400 %, and the part of it that the exit may cover.
ZOOMED = ViewportSize(width=320, height=200)
MOST_COVERED = 0.25


def a_form(visit: Visitor, answer: Callable[[Route], None], *, script: bool = True, stands: bool = False) -> Page:
    """A form that was filled in; the exit site is answered for by ``answer``. ``stands``: its clock does."""
    page = visit("about:blank", script=script, alone=stands or answer is silence)
    if stands:
        page.clock.install(time=0)
        page.clock.pause_at(1)
    page.route(f"{AWAY}**", answer)
    page.goto(FORM.format("en"))
    fill_at_once(page, FILLED)
    if script:
        expect(page.locator(".exit .keys")).to_have_js_property("hidden", False)
    return page


def weather(route: Route) -> None:
    route.fulfill(body="<title>Weather</title><p>Rain.</p>", content_type="text/html")


def silence(route: Route) -> None:
    """Never answer."""


def press_shift(page: Page, times: int) -> None:
    for _ in range(times):
        page.keyboard.press("Shift")


def assert_away(page: Page) -> None:
    expect(page).to_have_title("Weather")
    expect(page).to_have_url(AWAY)


def assert_stayed(page: Page) -> None:
    page.wait_for_timeout(100)
    assert filled(page) == FILLED


def test_exit_stays_in_reach_on_a_phone_and_at_four_hundred_percent_on_every_page_P9(
    visit: Visitor, surveys: Surveys
) -> None:
    page = visit("about:blank", width=PHONE)
    # The slower browser looks at the form alone.
    for state in islice(walk(page, surveys, "en"), 4 if visit.is_firefox else None):
        assert page.evaluate(SECOND_TO_BE_FOCUSED), state
        assert_in_reach(page, state)
        page.set_viewport_size(ZOOMED)
        assert_in_reach(page, state)
        heights = page.locator(".exit, .exit a").evaluate_all(
            "all => all.map(each => each.getBoundingClientRect().height)"
        )
        assert max(heights) <= MOST_COVERED * ZOOMED["height"], state
        page.set_viewport_size({"width": PHONE, "height": HEIGHT})


def assert_in_reach(page: Page, state: str) -> None:
    """Fail unless the exit can be pressed at the end of the page: clicks go to it, not to what is scrolled beneath."""
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    link = page.locator(".exit a")
    expect(link, state).to_be_in_viewport(ratio=1)
    link.click(trial=True)


@pytest.mark.parametrize("path", [FORM.format("en"), "/s/in-steps/withdraw?lang=en", "/nothing"])
def test_first_tab_of_a_page_reaches_the_way_to_its_text_and_the_next_the_exit_P9(visit: Visitor, path: str) -> None:
    page = visit(path)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(page.locator(".exit a")).to_be_focused()


def test_skip_link_leads_past_the_exit_and_is_not_met_within_a_step_which_it_would_leave_P9(visit: Visitor) -> None:
    page = visit(FORM.format("en"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    at_step(page, "_start")
    page.keyboard.press("Tab")
    expect(page.locator(".step :focus")).to_be_visible()
    page.goto(f"{FORM.format('en')}#five")
    page.keyboard.press("Tab")
    expect(page.locator("[name=word]")).to_be_focused()
    expect(page.locator(".skip")).to_be_hidden()


def test_exit_is_a_plain_link_without_script_and_tells_the_site_nothing_P9(visit: Visitor) -> None:
    page = a_form(visit, weather, script=False)
    with page.expect_request(AWAY) as request:
        page.locator(".exit a").click()
    assert_away(page)
    assert "referer" not in request.value.headers


def test_shift_three_times_leaves(visit: Visitor) -> None:
    page = a_form(visit, weather, stands=True)
    press_shift(page, 2)
    assert_stayed(page)
    page.clock.fast_forward(4_900)
    press_shift(page, 1)
    assert_away(page)


def test_shift_leaves_while_somebody_writes(visit: Visitor) -> None:
    page = a_form(visit, weather, stands=True)
    page.goto(f"{FORM.format('en')}#five")
    page.locator("[name=wish]").focus()
    press_shift(page, 3)
    assert_away(page)


def test_shift_with_other_keys_between_does_not_leave(visit: Visitor) -> None:
    page = a_form(visit, weather)
    for key in ("Shift", "Shift", "Control", "Shift", "Shift+A", "Shift", "Shift"):
        page.keyboard.press(key)
    page.keyboard.press("Control")
    assert_stayed(page)


def test_shift_held_down_does_not_leave(visit: Visitor) -> None:
    page = a_form(visit, weather)
    for _ in range(5):
        page.keyboard.down("Shift")
    assert_stayed(page)
    page.keyboard.up("Shift")


def test_shift_three_times_in_more_than_five_seconds_does_not_leave(visit: Visitor) -> None:
    page = a_form(visit, weather, stands=True)
    press_shift(page, 2)
    page.clock.fast_forward(5_000)
    press_shift(page, 2)
    assert_stayed(page)
    press_shift(page, 1)
    assert_away(page)


@pytest.mark.parametrize("leave", ["keys", "link"])
def test_page_is_empty_at_once_even_while_the_exit_site_does_not_answer(visit: Visitor, leave: str) -> None:
    page = a_form(visit, silence, stands=True)
    # Playwright waits for a page that is about to go; so the page tells what it still shows.
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.evaluate(TELLING)
    if leave == "keys":
        press_shift(page, 3)
    else:
        page.locator(".exit a").click(no_wait_after=True)
    for _ in range(MOMENTS):
        page.wait_for_timeout(100)
        left = told[-1] if told else ""
        if left == "<body></body> 0":
            break
    assert left == "<body></body> 0"
    assert [text for text in TYPED if text in left] == []


@pytest.mark.parametrize("leave", ["keys", "link"])
def test_back_does_not_return_to_the_page_that_was_left(visit: Visitor, leave: str) -> None:
    page = a_form(visit, weather, stands=True)
    if leave == "keys":
        press_shift(page, 3)
    else:
        page.locator(".exit a").click()
    assert_away(page)
    back(page)
    assert page.evaluate("location.href") == "about:blank"


def test_back_to_an_earlier_step_shows_nothing_of_what_was_typed(visit: Visitor) -> None:
    page = a_form(visit, weather, stands=True)
    page.goto(f"{FORM.format('en')}#five")
    press_shift(page, 3)
    assert_away(page)
    back(page)
    expect(page.locator(".step:visible")).to_have_count(1)
    assert filled(page) == {"source": ["mail"]}
