"""An analyst signs in to results that are held, in browsers as they are: they decide which cookies they take."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from chalicelib.jobs.publish import publish_survey
from operation.analysts import create_token, revoke_token
from tests.browser.surveys import Surveys
from tests.browser.test_accessibility import violations
from tests.browser.test_layout import ZOOMED, scrolls_sideways, small_targets
from tests.browser.visits import DESK, PHONE, Visitor
from tests.builders import a_question, an_open_survey, stored_survey

HELD = "These results are not announced yet. Only people with a token see them."
RESULTS = "/s/held-results/results?lang=en"


@pytest.fixture
def token(surveys: Surveys) -> str:
    """For the results of a survey with one release, which is held."""
    services = surveys.services
    if services.surveys.get("held-results") is None:
        an_open_survey(services, a_question("yes_no"), survey="held-results", policy="exact", results="held")
        answer(surveys)
        publish_survey(services, "held-results")
    return create_token(services, "held-results", 1).token


def answer(surveys: Surveys) -> None:
    from chalicelib.collection import Submission, accept

    survey = stored_survey(surveys.services, "held-results")
    version = surveys.services.version(survey.id, survey.version)
    accept(surveys.services, survey, version, Submission({"police_met": True}, b"0123456789abcdef"))


def sign_in(page: Page, token: str) -> None:
    page.get_by_role("link", name="I have a token").click()
    page.get_by_role("textbox", name="Your token").fill(token)
    page.get_by_role("button", name="Show the results").click()


@pytest.mark.parametrize("script", [False, True])
def test_analyst_signs_in_reads_a_file_and_signs_out(
    visit: Visitor, surveys: Surveys, token: str, script: bool
) -> None:
    page = visit(RESULTS, script=script, alone=True)
    sign_in(page, f"{token[:-1]}x")
    expect(page.get_by_role("alert")).to_contain_text("This token does not open these results.")
    assert page.context.cookies() == []
    page.get_by_role("textbox", name="Your token").fill(f" {token}\n")
    page.get_by_role("button", name="Show the results").click()
    expect(page.get_by_text(HELD)).to_be_visible()
    (cookie,) = page.context.cookies()
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "Strict")
    assert page.evaluate("document.cookie") == ""
    file = page.goto("/api/surveys/held-results/releases/1")
    assert file
    assert (file.status, file.headers["cache-control"]) == (200, "private, no-store")
    page.goto(RESULTS)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="I have a token")).to_be_visible()
    assert page.context.cookies() == []


def test_page_that_another_site_opens_shows_what_everybody_sees(visit: Visitor, surveys: Surveys, token: str) -> None:
    """The cookie is not sent along, so no other site can frame, time or count what is held."""
    page = visit(RESULTS, alone=True)
    sign_in(page, token)
    expect(page.get_by_text(HELD)).to_be_visible()
    # Another site than 127.0.0.1, which leads to the same server.
    page.goto(f"{surveys.url.replace('127.0.0.1', 'localhost')}{RESULTS}")
    assert page.get_by_text(HELD).count() == 0
    page.evaluate(f"location.href = '{surveys.url}{RESULTS}'")
    page.wait_for_url(f"{surveys.url}{RESULTS}")
    assert page.get_by_text(HELD).count() == 0
    page.goto(f"{surveys.url}{RESULTS}")
    expect(page.get_by_text(HELD)).to_be_visible()


@pytest.mark.parametrize("script", [False, True])
def test_back_after_signing_out_shows_nothing_that_is_held(visit: Visitor, token: str, script: bool) -> None:
    page = visit(RESULTS, script=script, alone=True)
    sign_in(page, token)
    expect(page.get_by_text(HELD)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="I have a token")).to_be_visible()
    # Chromium goes to the page as it was while the analyst was signed in, Firefox to that of signing in.
    page.go_back()
    asked = page.get_by_role("textbox", name="Your token")
    expect(asked.or_(page.get_by_role("link", name="I have a token"))).to_be_visible()
    assert page.get_by_text(HELD).count() == 0


def test_page_of_a_token_that_was_revoked_shows_what_everybody_sees(
    visit: Visitor, surveys: Surveys, token: str
) -> None:
    page = visit(RESULTS, alone=True)
    sign_in(page, token)
    expect(page.get_by_text(HELD)).to_be_visible()
    revoke_token(surveys.services, "held-results", token)
    page.reload()
    expect(page.get_by_text("No results are announced here.")).to_be_visible()


def test_signing_in_can_be_read_at_every_width_P9(chromium_visit: Visitor, token: str) -> None:
    page = chromium_visit(RESULTS, script=True, alone=True)
    for _ in ("no results", "sign in", "refused"):
        for width in (DESK, ZOOMED, PHONE):
            page.set_viewport_size({"width": width, "height": 800})
            assert not scrolls_sideways(page), width
        assert small_targets(page) == []
        assert violations(page) == []
        with page.expect_navigation():
            if "sign-in" in page.url:
                page.get_by_role("button", name="Show the results").click()
            else:
                page.get_by_role("link", name="I have a token").click()
    page.get_by_role("textbox", name="Your token").fill(token)
    page.get_by_role("button", name="Show the results").click()
    expect(page.get_by_text(HELD)).to_be_visible()
    assert small_targets(page) == []
    assert violations(page) == []
