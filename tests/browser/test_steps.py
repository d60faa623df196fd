"""A form in steps, without script: one document, so that nothing typed is lost and nothing is sent too early."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.surveys import STEPS, step_of
from tests.browser.visits import (
    DESK,
    FILLED,
    PHONE,
    Visitor,
    at_check,
    at_step,
    back,
    fill_at_once,
    fill_in_every_kind,
    filled,
    forward,
    onwards,
    reach,
    requests_of,
    send,
    steps,
    whole,
)

FORM = "/s/in-steps?lang=en&source=mail"


def headings(page: Page) -> list[str]:
    return page.locator(".step:visible h2").all_inner_texts()


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_continue_and_back_show_one_step_at_a_time_and_say_which_P9(visit: Visitor, width: int) -> None:
    page = visit(FORM, width=width)
    at_step(page, "_start")
    expect(page.locator(".progress:visible")).to_have_count(0)
    page.locator("[name=country][value=other]").evaluate("input => input.checked = true")
    for number, name in enumerate(STEPS, 1):
        onwards(page)
        at_step(page, name)
        told, part = page.locator(".progress:visible p"), ": Part one" if name[0] == "_" else ""
        expect(told).to_have_text(f"Step {number} of {len(STEPS)}{part}")
        expect(page.locator(".progress:visible progress")).to_have_attribute("value", str(number))
        assert headings(page) == ([] if part else [f"Part {name}"])
        expect(page.get_by_role("region", name="Part one" if part else f"Part {name}")).to_be_visible()
    for name in (*[*reversed(STEPS)][1:], "_start"):
        page.locator(".back a:visible").click()
        at_step(page, name)


def test_step_takes_the_focus_so_that_tab_goes_to_its_first_field_P9(visit: Visitor) -> None:
    page = visit(FORM)
    onwards(page)
    at_step(page, "one")
    page.keyboard.press("Tab")
    expect(page.locator("[name=country]").first).to_be_focused()


def test_browsers_back_and_forward_keep_what_was_typed_of_every_kind_under_no_store_P9(visit: Visitor) -> None:
    page = visit("about:blank")
    reply = page.goto(FORM)
    assert reply is not None
    assert reply.headers["cache-control"] == "no-store"
    fill_in_every_kind(page)
    assert filled(page) == FILLED
    for name in (*[*reversed(STEPS)][1:], "_start"):
        back(page)
        at_step(page, name)
        assert filled(page) == FILLED
    for name in STEPS:
        forward(page)
        at_step(page, name)
        assert filled(page) == FILLED


def test_nothing_is_requested_between_load_and_send_P4(visit: Visitor) -> None:
    page = visit(FORM)
    asked = requests_of(page)
    fill_in_every_kind(page)
    onwards(page)
    back(page)
    forward(page)
    page.locator("#moved .reading a").click()
    back(page)
    assert asked == []
    send(page)
    expect(page.get_by_role("heading", name="Your answers are stored")).to_be_visible()
    assert asked[0].startswith("POST ")
    assert sum(each.startswith("POST ") for each in asked) == 1


def test_sections_that_do_not_apply_are_passed_over_both_ways_two_in_a_row_too(visit: Visitor) -> None:
    page = visit(FORM)
    onwards(page)
    page.locator("[name=country][value=no]").check()
    reach(page, "[name=police_met]")
    at_step(page, "four")
    expect(page.locator(".progress:visible p")).to_have_text(f"Step {[*STEPS].index('four') + 1} of {len(STEPS)}")
    page.locator(".back a:visible").click()
    last = step_of("harder")
    at_step(page, last)
    page.goto(f"{FORM}#one")
    page.locator("[name=country][value=other]").check()
    page.goto(f"{FORM}#{last}")
    onwards(page)
    at_step(page, "two")


@pytest.mark.parametrize("where", ["#two", "#wants", "#three", "#clients"])
def test_nobody_meets_an_empty_page_by_forward_or_by_an_old_address(visit: Visitor, where: str) -> None:
    page = visit(FORM)
    onwards(page)
    page.locator("[name=country][value=other]").check()
    page.goto(page.url.replace("#one", where))
    back(page)
    page.locator("[name=country][value=no]").check()
    forward(page)
    at_step(page, "_start")


def test_nobody_meets_an_empty_page_when_the_step_that_had_an_error_no_longer_applies(visit: Visitor) -> None:
    page = visit(f"{FORM}#_check")
    fill_at_once(page, FILLED | {"clients": ["4000"]})
    send(page)
    at_step(page, "three")
    fill_at_once(page, {"country": ["no"]})
    at_step(page, "_start")


def test_form_that_is_short_is_one_page_that_enter_sends(visit: Visitor) -> None:
    page = visit("/s/short?lang=en")
    expect(page.locator(".step, .progress, .ways, .reading")).to_have_count(0)
    page.get_by_label("About consent?").check()
    page.locator("[name=word]").fill("rest")
    page.locator("[name=word]").press("Enter")
    expect(page.get_by_role("heading", name="Your answers are stored")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_form_that_is_long_comes_in_steps_without_sections_too(visit: Visitor) -> None:
    page = visit("/s/unsectioned?lang=en")
    at_step(page, "_start")
    onwards(page)
    at_step(page, "_1")
    expect(page.get_by_role("region", name="Step 1 of ")).to_be_visible()


def test_enter_in_a_form_with_steps_neither_sends_nor_switches_the_language_P4(visit: Visitor) -> None:
    page = visit(f"{FORM}#five")
    asked = requests_of(page)
    fill_at_once(page, FILLED)
    page.goto(f"{FORM}#three")
    page.locator("[name=clients]").press("Enter")
    page.goto(f"{FORM}#_check")
    page.keyboard.press("Enter")
    at_check(page)
    assert filled(page) == FILLED
    assert asked == []


def test_enter_on_a_box_in_a_form_with_steps_neither_sends_nor_switches_the_language(visit: Visitor) -> None:
    page = visit(f"{FORM}#five")
    fill_at_once(page, FILLED)
    # Firefox does nothing, Chromium brings the form again.
    with nullcontext() if visit.is_firefox else page.expect_navigation():
        page.locator("[name=source]").press("Enter")
    at_step(page, "five")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert filled(page) == FILLED


@pytest.mark.parametrize("step", ["three", "five"])
def test_language_switch_keeps_the_step_and_everything_typed_P12(visit: Visitor, step: str) -> None:
    page = visit(FORM)
    fill_at_once(page, FILLED)
    page.goto(f"{FORM}#{step}")
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    at_step(page, step)
    whole(page)
    assert filled(page) == FILLED


def test_where_has_is_missing_the_whole_form_shows_and_can_be_sent(visit: Visitor) -> None:
    page = visit(FORM)
    assert len(steps(page)) == 1
    serve_without_has(page)
    page.goto("about:blank")
    page.goto(FORM)
    assert len(steps(page)) == len(STEPS) + 1
    expect(page.get_by_text("Answer this only if it fits what you answered above.").first).to_be_visible()
    expect(page.locator(":is(.ways a, .reading a, .check, .mistake, .missing, .step b):visible")).to_have_count(0)
    page.get_by_label("About consent?").check()
    page.locator("[name=country][value=no]").check()
    send(page)
    expect(page.get_by_role("heading", name="Your answers are stored")).to_be_visible()


def serve_without_has(page: Page) -> None:
    """Serve ``page`` with its styles as a browser reads them that lacks ``:has()``, which its policy would not let in.

    It is fetched before: a request that a handler still waits for when the page is closed fails the next test.
    """
    body = page.request.get(page.url).text().replace("selector(:has(*))", "selector(:lacks(*))")

    def serve(route: Route) -> None:
        route.fulfill(body=body, content_type="text/html") if route.request.method == "GET" else route.fallback()

    page.route(page.url, serve)
