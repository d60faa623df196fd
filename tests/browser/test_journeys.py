"""What goes wrong on the way, met by keyboard alone and without script: nothing is lost, nothing counts twice (P9)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass

import pytest
from playwright.sync_api import Error, Page, expect

from operation.lifecycle import open_survey
from tests.browser.keyboard import leave_steps_until, paste, press, send_from_check, tab_to
from tests.browser.lossy import Line, on_a_line
from tests.browser.surveys import Surveys, a_section, a_survey
from tests.browser.visits import FILLED, PATIENCE, PHONE, Visitor, at_step, fill_at_once, filled, whole
from tests.builders import a_question, options, stored_items

FORM = "/s/in-steps?lang={}&source=mail"
MOST = 4_000
#: Over 300 KiB of Arabic words, and over what once was the limit, where everything typed was lost.
ARABIC = "سؤال عن العمل " * 12_288 + "والحياة"
STORED, WITHDRAWN = "Your answers are stored", "Your answers are withdrawn and deleted."
CODES = ("law", "stigma", "patrol", "rooms", "health", "rent", "papers", "none")


def stored(surveys: Surveys) -> int:
    return len(stored_items(surveys.services, "in-steps"))


def told(page: Page, place: str) -> list[int]:
    """The numbers that ``place`` tells."""
    return [int(number) for number in re.findall(r"\d+", page.locator(place).inner_text())]


@pytest.mark.parametrize(("language", "text"), [("en", "long " * 902 + "!!"), ("ar", ARABIC)], ids=["4512", "300 KiB"])
def test_text_that_is_too_long_comes_back_whole_with_its_numbers_and_is_stored_once_shortened_P12(
    visit: Visitor, surveys: Surveys, language: str, text: str
) -> None:
    page, before = visit(FORM.format(language)), stored(surveys)
    fill_at_once(page, FILLED)
    leave_steps_until(page, "[name=wish]")
    tab_to(page, "[name=wish]")
    paste(page, text)
    send_from_check(page)
    expect(page.locator("#_summary")).to_be_focused()
    whole(page)
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert told(page, "[id='wish.error']") == [MOST, len(text)]
    assert told(page, "#_summary")[-2:] == [MOST, len(text)]
    expect(page.locator("[name=wish]")).to_have_attribute("aria-invalid", "true")
    is_kept = filled(page) == FILLED | {"wish": [text]}
    assert is_kept  # and is not compared here, letter by letter, which takes minutes
    tab_to(page, "#_summary a[href='#wish.input']")
    press(page, "Enter")
    expect(page.locator("[name=wish]")).to_be_focused()
    paste(page, text[:MOST].rstrip())
    send_from_check(page)
    expect(page.locator(".receipt")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert stored(surveys) == before + 1


@dataclass(frozen=True)
class Loss:
    """A line that loses replies; ``breaks``: whether the browser learns of it, and shows a page of its own."""

    line: Line
    url: str
    breaks: bool


@pytest.fixture(params=[False, True], ids=["nothing comes", "the line breaks"])
def loss(request: pytest.FixtureRequest, surveys: Surveys) -> Iterator[Loss]:
    with on_a_line(breaks=request.param) as (line, url):
        yield Loss(line, url, request.param)


def stays(page: Page) -> bool:
    """Whether ``page`` is still ours; the browser's own cannot be asked in Firefox."""
    try:
        return bool(page.evaluate("document.querySelector('.exit') !== null"))
    except Error:
        return False


def reload(page: Page) -> None:
    """As soon as the browser's own page is there to load again."""
    for _ in range(PATIENCE // 20):
        page.wait_for_timeout(20)
        if stays(page):
            continue
        with suppress(Error):
            page.reload()
            return


def a_filled_form(visit: Visitor, loss: Loss) -> Page:
    page = visit(f"{loss.url}{FORM.format('en')}", width=PHONE, alone=True)
    fill_at_once(page, FILLED)
    return page


def send_twice(page: Page, loss: Loss, send: Callable[[Page], None]) -> None:
    """Send, hear nothing, and then send again: by the same key, or by loading the browser's own page again."""
    is_sent = "requestfailed", lambda request: request.method == "POST"
    loss.line.lose()
    with page.expect_event(*is_sent) if loss.breaks else nullcontext():
        send(page)
    loss.line.wait(page)
    loss.line.mend()
    if loss.breaks:
        reload(page)
    else:
        press(page, "Enter")


def test_answers_whose_reply_was_lost_are_sent_again_as_one_response_with_one_receipt_P5(
    visit: Visitor, surveys: Surveys, loss: Loss
) -> None:
    page, before = a_filled_form(visit, loss), stored(surveys)
    send_twice(page, loss, send_from_check)
    expect(page.get_by_role("heading", name=STORED)).to_be_visible()
    expect(page.get_by_text("You sent this form before.")).to_be_visible()
    assert page.locator(".receipt").inner_text() in loss.line.replies[0]
    assert stored(surveys) == before + 1


def test_withdrawal_whose_reply_was_lost_is_sent_again_and_told_as_done_before_P11(visit: Visitor, loss: Loss) -> None:
    page = a_filled_form(visit, loss)
    send_from_check(page)
    expect(page.get_by_role("heading", name=STORED)).to_be_visible()
    tab_to(page, ".links button")
    press(page, "Enter")
    expect(page.locator("#receipt")).to_be_visible()
    tab_to(page, "#receipt")
    send_twice(page, loss, lambda page: press(page, "Enter"))
    assert WITHDRAWN in loss.line.replies[0]
    expect(page.get_by_role("heading", name="Your answers were already withdrawn and deleted.")).to_be_visible()
    expect(page.get_by_text("They had not been counted.")).to_be_visible()


@pytest.fixture
def mixed(surveys: Surveys) -> str:
    """A survey in steps whose options come in an order that is drawn for each form."""
    if surveys.services.surveys.get("mixed") is None:
        drawn = a_question("multiple_choice", order="random", options=options(*CODES, exclusive=["none"]))
        ends = a_section("two"), a_question("yes_no"), a_section("three"), a_question("short_text")
        a_survey(surveys.services, "mixed", a_question("consent"), a_section("one"), drawn, *ends)
        open_survey(surveys.services, "mixed")
    return "mixed"


def order_of(page: Page) -> list[str]:
    return [str(box.get_attribute("value")) for box in page.locator("[name=challenges]").all()]


def switch(page: Page, language: str) -> None:
    """Back from the first field of a step to the languages at its top, and into the other."""
    button = f".languages button[value={language}]"
    for _ in range(20):
        press(page, "Shift+Tab")
        if page.locator(button).evaluate("button => button === document.activeElement"):
            break
    press(page, "Enter")
    expect(page.locator("html")).to_have_attribute("lang", language)
    whole(page)


def test_language_changed_in_the_middle_keeps_step_answers_and_drawn_order_and_so_does_the_way_back_P12(
    visit: Visitor, mixed: str
) -> None:
    page = visit(f"/s/{mixed}?lang=en")
    tab_to(page, "[name=agreed]")
    press(page, "Space")
    leave_steps_until(page, "[name=challenges]")
    drawn = order_of(page)
    assert sorted(drawn) == sorted(CODES)
    tab_to(page, "[name=challenges][value=rent]")
    press(page, "Space")
    leave_steps_until(page, "[name=police_met]")
    tab_to(page, "[name=police_met]")
    press(page, "Space")
    given = filled(page)
    assert given == {"agreed": ["given"], "challenges": ["rent"], "police_met": ["yes"]}
    for language in ("ar", "en"):
        switch(page, language)
        at_step(page, "two")
        assert order_of(page) == drawn
        assert filled(page) == given
        tab_to(page, "[name=police_met]")
    leave_steps_until(page, "[name=word]")
    tab_to(page, "[name=word]")
    page.keyboard.type("rest")
    send_from_check(page)
    expect(page.get_by_role("heading", name=STORED)).to_be_visible()


def test_orders_are_drawn_for_each_form_anew(visit: Visitor, mixed: str) -> None:
    orders = {tuple(order_of(visit(f"/s/{mixed}?lang=en"))) for _ in range(4)}
    assert len(orders) > 1
    assert {order[-1] for order in orders} == {"none"}
