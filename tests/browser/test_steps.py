"""A form in steps, without script: one document, so that nothing typed is lost and nothing is sent too early."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from playwright.sync_api import Page, Request, Route, expect

from chalicelib.questionnaire.definition import KINDS
from tests.browser.surveys import SECTIONS, questions_in_steps
from tests.browser.visits import (
    DESK,
    FILLED,
    PHONE,
    Visitor,
    at_step,
    back,
    fill_at_once,
    fill_in_every_kind,
    filled,
    forward,
    onwards,
    send,
    steps,
)

FORM = "/s/in-steps?lang=en&source=mail"
CHECK = "Check your answers"
#: How many questions of the form ask something.
ASKED = sum(KINDS[question["kind"]].asks != "nothing" for question in questions_in_steps())


def requests_of(page: Page) -> list[str]:
    """Grows with what the page asks for from now on, besides the icon: it is cached for ever, but Chromium looks for it
    at every step, and Playwright turns the cache off where it refuses scripts.
    """
    asked: list[str] = []

    def note(request: Request) -> None:
        if not request.url.endswith(".svg"):
            asked.append(f"{request.method} {request.url}")

    page.on("request", note)
    return asked


def the_heading(page: Page) -> str:
    return page.locator(".step:visible h2").inner_text()


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_continue_and_back_show_one_step_at_a_time_and_say_which_P9(visit: Visitor, width: int) -> None:
    page = visit(FORM, width=width)
    at_step(page, "_start")
    expect(page.locator(".progress:visible")).to_have_count(0)
    page.locator("[name=country][value=other]").evaluate("input => input.checked = true")
    for number, name in enumerate(SECTIONS, 1):
        onwards(page)
        at_step(page, name)
        expect(page.locator(".progress:visible")).to_have_text(f"Section {number} of 5")
        assert the_heading(page) == f"Part {name}"
    for name in ("four", "three", "two", "one", "_start"):
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
    for name in ("four", "three", "two", "one", "_start"):
        back(page)
        at_step(page, name)
        assert filled(page) == FILLED
    for name in SECTIONS:
        forward(page)
        at_step(page, name)
        assert filled(page) == FILLED


def test_nothing_is_requested_between_load_and_send_P4(visit: Visitor) -> None:
    page = visit(FORM)
    asked = requests_of(page)
    fill_in_every_kind(page)
    onwards(page, CHECK)
    back(page)
    forward(page)
    page.locator("#moved .reading a").click()
    back(page)
    assert asked == []
    send(page)
    expect(page.get_by_role("heading", name="Your answers are stored")).to_be_visible()
    assert asked[0].startswith("POST ")
    assert sum(each.startswith("POST ") for each in asked) == 1


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_check_shows_every_answer_and_nothing_that_was_not_chosen(visit: Visitor, width: int) -> None:
    page = visit(FORM, width=width)
    fill_at_once(page, FILLED)
    page.goto(f"{FORM}#_check")
    assert shown_answers(page) == FILLED
    expect(page.locator(".unanswered")).to_have_count(ASKED)
    assert [each for each in page.locator(".unanswered").all() if each.is_visible()] == []
    for name in SECTIONS:
        expect(page.get_by_role("heading", name=f"Part {name}")).to_be_visible()


def shown_answers(page: Page) -> dict[str, list[str]]:
    """What is to be seen of the answers, by field: chosen boxes with their labels, and filled fields."""
    found: dict[str, list[str]] = {}
    for field in page.locator("form :is(input, select, textarea):visible").all():
        name, value, kind = field.evaluate("each => [each.name, each.value, each.type]")
        if kind in ("radio", "checkbox"):
            assert field.is_checked(), f"{name} {value} was not chosen, but shows"
            label = field.get_attribute("id")
            expect(page.locator(f'label[for="{label}"]')).to_be_visible()
        if value:
            found.setdefault(name, []).append(value)
    return {name: values for name, values in found.items() if not name.startswith("_")}


def test_check_says_of_each_question_that_applies_whether_it_has_an_answer(visit: Visitor) -> None:
    page = visit(FORM)
    page.goto(f"{page.url}#_check")
    expect(page.get_by_text("No answer", exact=True).locator("visible=true")).to_have_count(ASKED - 4)
    assert shown_answers(page) == {"source": ["mail"]}


def test_check_shows_no_heading_of_a_section_that_does_not_apply(visit: Visitor) -> None:
    page = visit(f"{FORM}#_check")
    expect(page.get_by_role("heading", name="Part one")).to_be_visible()
    expect(page.get_by_role("heading", name="Part two")).to_be_hidden()
    expect(page.get_by_role("heading", name="Part three")).to_be_hidden()


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_check_begins_at_its_top_and_ends_with_send(visit: Visitor, width: int) -> None:
    page = visit(f"{FORM}#five", width=width)
    fill_at_once(page, FILLED)
    onwards(page, CHECK)
    expect(page.get_by_role("heading", name=CHECK)).to_be_in_viewport()
    expect(page.get_by_text("About consent?").first).to_be_in_viewport()
    order = page.locator("h2:visible, form button:not(.unseen):visible").all_inner_texts()
    assert order == [CHECK, *(f"Part {name}" for name in SECTIONS), "Send"]


def test_change_leads_to_its_question_and_back_returns_to_check(visit: Visitor) -> None:
    page = visit(FORM)
    fill_at_once(page, FILLED)
    page.goto(f"{FORM}#_check")
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
        expect(page.get_by_role("heading", name=CHECK)).to_be_visible()


def test_sections_that_do_not_apply_are_passed_over_both_ways_two_in_a_row_too(visit: Visitor) -> None:
    page = visit(FORM)
    onwards(page)
    page.locator("[name=country][value=no]").check()
    onwards(page)
    at_step(page, "four")
    expect(page.locator(".progress:visible")).to_have_text("Section 4 of 5")
    page.locator(".back a:visible").click()
    at_step(page, "one")
    page.locator("[name=country][value=other]").check()
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


def test_form_with_fewer_than_two_sections_is_one_page_that_enter_sends(visit: Visitor) -> None:
    page = visit("/s/one-page?lang=en")
    expect(page.locator(".step, .progress, .ways, .reading")).to_have_count(0)
    page.get_by_label("Yes, I agree").check()
    page.locator("[name=word]").fill("rest")
    page.locator("[name=word]").press("Enter")
    expect(page.get_by_role("heading", name="Your answers are stored")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_enter_in_a_form_with_steps_neither_sends_nor_switches_the_language_P4(visit: Visitor) -> None:
    page = visit(f"{FORM}#five")
    asked = requests_of(page)
    fill_at_once(page, FILLED)
    page.locator("[name=word]").press("Enter")
    onwards(page, CHECK)
    page.locator("[name=word]").press("Enter")
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
    assert filled(page) == FILLED


def test_where_has_is_missing_the_whole_form_shows_and_can_be_sent(visit: Visitor) -> None:
    page = visit(FORM)
    assert len(steps(page)) == 1
    serve_without_has(page)
    page.goto("about:blank")
    page.goto(FORM)
    assert len(steps(page)) == len(SECTIONS) + 1
    expect(page.get_by_text("Answer this only if it fits what you answered above.").first).to_be_visible()
    expect(page.locator(".ways a:visible, .reading a:visible, .check:visible")).to_have_count(0)
    page.get_by_label("Yes, I agree").check()
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
