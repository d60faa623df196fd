"""A respondent's whole journey, in both browsers, at a desk and on a small phone, without script (P9)."""

from __future__ import annotations

import re
import subprocess
import sys

from playwright.sync_api import Page, expect

from tests.browser.surveys import Surveys
from tests.browser.visits import onwards, send
from tests.served import ROOT

RECEIPT = re.compile(r"(?:[0-9A-Z]{4} ){3}[0-9A-Z]{4}")


def answer(page: Page) -> None:
    """Go through the form from its first page to its last, and send it."""
    onwards(page)
    page.get_by_label("Sweden", exact=True).check()
    onwards(page)
    page.get_by_label("Stigma and prejudice").check()
    for _ in range(3):
        onwards(page)
    onwards(page, "Check your answers")
    expect(page.get_by_text("Nothing has been sent yet.")).to_be_visible()
    page.wait_for_timeout(2100)
    send(page)


def test_form_is_answered_corrected_and_withdrawn_without_script_P9(page: Page) -> None:
    answer(page)
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("Yes, I agree").check()
    onwards(page)
    expect(page.get_by_label("Sweden", exact=True)).to_be_checked()
    onwards(page)
    expect(page.get_by_label("Stigma and prejudice")).to_be_checked()
    page.locator(".step:visible").get_by_role("link", name="Check your answers").click()
    send(page)
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    receipt = page.locator(".receipt").inner_text()
    assert RECEIPT.fullmatch(receipt)
    page.get_by_role("button", name="Withdraw my answers").click()
    expect(page.get_by_label("Your receipt")).to_have_value(receipt)
    page.get_by_label("Your receipt").fill(receipt.lower().replace(" ", "").replace("0", "o"))
    page.get_by_role("button", name="Withdraw my answers").click()
    expect(page.get_by_text("Your answers are withdrawn and deleted.")).to_be_visible()
    expect(page.get_by_text("They had not been counted: no table holds them or ever will.")).to_be_visible()


def test_whole_journey_in_a_firefox_that_runs_no_script_at_all_P9(surveys: Surveys) -> None:
    command = [sys.executable, "-m", "tests.browser.scriptless", surveys.url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.splitlines() == [
        "script ran: False",
        "shown: one",
        "kept: Kind",
        "not asked: True",
        "Thank you",
        "Your answers are withdrawn and deleted.",
    ], done.stderr
