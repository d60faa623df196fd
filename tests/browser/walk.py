"""Every page and state of the application that people meet, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.browser.surveys import STEPS, Surveys, step_of
from tests.browser.visits import FILLED, fill_at_once, step_names

FORM = "/s/in-steps?lang={}&source=mail"
MISTAKEN = {
    "agreed": [],
    "challenges": ["law", "stigma", "none"],
    "wants.home": ["1"],
    "clients": ["4000"],
    "moved.day": ["30"],
}
#: How many of its mistakes the page tells by itself, beside what the server says.
MISTAKES_TOLD = {"challenges": 2, "wants": 1}
KEPT = {"country": ["no"], "wish": ["Time.\nAnd a home."]}


def walk(page: Page, surveys: Surveys, language: str) -> Iterator[str]:
    """Bring ``page`` from state to state; yields the name of each."""
    yield from _form(page, language)
    yield from _other_forms(page, surveys, language)
    yield from _thanks_and_withdrawal(page, language)
    for name, path in _plain_pages(language).items():
        page.goto(path)
        yield name
    _send_to_a_closed_survey(page, language)
    yield "sent too late"


def _form(page: Page, language: str) -> Iterator[str]:
    """The form in steps: answered, so that all of it shows, and with something wrong in each step."""
    form = FORM.format(language)
    page.goto(form)
    yield "start"
    fill_at_once(page, FILLED)
    for name in STEPS:
        page.goto(f"{form}#{name}")
        yield f"step {name}"
    page.goto(f"{form}#_check")
    yield "check"
    fill_at_once(page, MISTAKEN)
    press_send(page)
    yield "error"
    for question in ("challenges", "wants", "clients", "moved"):
        page.goto(f"{form}#{step_of(question)}")
        expect(page.locator(f"#{question} > .mistake:visible")).to_have_count(MISTAKES_TOLD.get(question, 0))
        yield f"step {step_of(question)} with an error"


def _other_forms(page: Page, surveys: Surveys, language: str) -> Iterator[str]:
    page.goto(f"/s/short?lang={language}")
    page.locator("details").last.evaluate("details => details.open = true")
    fill_at_once(page, {"challenges": ["law", "stigma", "none"]})
    yield "one page with mistakes"
    press_send(page)
    yield "one page with errors"
    page.goto(f"/s/strict?lang={language}#_check")
    yield "check with everything missing"
    press_send(page)
    for name in step_names(page)[1:]:
        page.goto(f"/s/strict?lang={language}#{name}")
        yield f"every kind of error {name}"
    page.goto(f"/s/invited?lang={language}#_check")
    press_send(page)
    yield "invitation missing"
    page.goto(f"{surveys.rehearsal}&lang={language}")
    yield "rehearsal"


def _thanks_and_withdrawal(page: Page, language: str) -> Iterator[str]:
    page.goto(f"{FORM.format(language)}#_check")
    fill_at_once(page, FILLED)
    press_send(page)
    receipt = page.locator(".receipt").inner_text()
    yield "thanks"
    page.goto(f"/s/in-steps/withdraw?lang={language}")
    yield "withdraw"
    page.locator("#receipt").fill("0000 0000 0000 0000")
    press_send(page)
    expect(page.locator("#_summary")).to_be_visible()
    yield "withdraw error"
    page.locator("#receipt").fill(receipt)
    press_send(page)
    expect(page.locator("[role=status]")).to_be_visible()
    yield "withdrawn"
    page.goto(f"/s/in-steps/withdraw?lang={language}")
    page.locator("#receipt").fill(receipt)
    press_send(page)
    expect(page.locator("[role=status]")).to_be_visible()
    yield "withdrawn before"


def _plain_pages(language: str) -> dict[str, str]:
    paths = {
        "results": "/s/member-challenges-2025/results",
        "codebook": "/s/member-challenges-2025/results/1/codebook",
        "no results yet": "/s/closed/results",
        "closed": "/s/closed",
        "awaited": "/s/awaited",
        "not found": "/nothing/here",
        "home": "/",
    }
    return {name: f"{path}?lang={language}" for name, path in paths.items()}


def press_send(page: Page) -> None:
    """Send, and wait for the page that answers with all that belongs to it: unstyled, it measures otherwise."""
    with page.expect_navigation():
        page.locator("main form button[type=submit]:visible").last.click()


def _send_to_a_closed_survey(page: Page, language: str) -> None:
    """What was sent too late is shown to be copied."""
    page.goto(f"/s/in-steps?lang={language}#four")
    fill_at_once(page, KEPT)
    page.locator("form").evaluate("form => { form.action = '/s/closed' }")
    page.goto(f"/s/in-steps?lang={language}#_check")
    press_send(page)
