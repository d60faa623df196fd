"""A respondent's whole journey, in both browsers, at a desk and on a small phone, without script (P9)."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

RECEIPT = re.compile(r"(?:[0-9A-Z]{4} ){3}[0-9A-Z]{4}")


def test_form_is_answered_corrected_and_withdrawn_without_script_P9(page: Page) -> None:
    page.get_by_label("Sweden", exact=True).check()
    page.get_by_label("Stigma and prejudice").check()
    page.wait_for_timeout(2100)
    page.get_by_role("button", name="Send", exact=True).last.click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_label("Sweden", exact=True)).to_be_checked()
    page.get_by_label("Yes, I agree").check()
    page.get_by_role("button", name="Send", exact=True).last.click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    receipt = page.locator(".receipt").inner_text()
    assert RECEIPT.fullmatch(receipt)
    page.get_by_role("link", name="Withdraw my answers").click()
    page.get_by_label("Your receipt").fill(receipt.lower().replace(" ", "").replace("0", "o"))
    page.get_by_role("button", name="Withdraw my answers").click()
    expect(page.get_by_text("Your answers are withdrawn and deleted.")).to_be_visible()


def test_enter_sends_and_never_switches_the_language_P9(page: Page) -> None:
    page.get_by_label("Yes, I agree").check()
    page.wait_for_timeout(2100)
    page.locator("input[type=text]").first.press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_switching_the_language_keeps_what_was_typed_P12(page: Page) -> None:
    page.locator("textarea").first.fill("Ett <b>eget</b> rum & lugn")
    page.get_by_role("button", name="Svenska").click()
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    expect(page.locator("textarea").first).to_have_value("Ett <b>eget</b> rum & lugn")


def test_no_page_scrolls_sideways(page: Page) -> None:
    for path in (
        "/s/member-challenges",
        "/s/member-challenges-2025/results",
        "/s/member-challenges/withdraw",
        "/nothing",
    ):
        page.goto(path)
        size = page.viewport_size
        assert size is not None
        width = page.locator("html").evaluate("html => html.scrollWidth")
        assert width <= size["width"], path


def test_no_cookie_is_set_and_no_other_host_is_asked_P1(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/s/member-challenges")
    page.goto("/s/member-challenges-2025/results")
    assert page.context.cookies() == []
    assert all(url.startswith("http://127.0.0.1:") for url in asked)
