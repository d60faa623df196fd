"""After closing: nobody loses what they typed, late senders are counted, and then it is over."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from chalicelib.jobs import publish_releases
from chalicelib.questionnaire.survey import COUNTING_DELAY, LATE_SENDERS, RECORD_LIFETIME
from chalicelib.services import Services, utc_now
from operation.ending import close_survey
from operation.errors import OperatorError
from operation.lifecycle import require_true_clock
from tests.builders import FIELDS, Browser, FakeClock, a_bilingual_survey, an_open_survey, stored_items
from tests.functional.shapes import RECEIPT, assert_page, assert_problem, receipt_in


@pytest.fixture(autouse=True)
def survey(services: Services) -> None:
    an_open_survey(services, policy="exact")


def close(services: Services, clock: FakeClock) -> None:
    """Close the survey, and let every process notice."""
    services.survey("a-survey")
    close_survey(services, "a-survey")
    clock.now += RECORD_LIFETIME


def test_closed_survey_shows_the_typed_answers_back_to_copy(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    close(services, clock)
    clock.advance(hours=1)
    page = assert_page(browser.send_form(), 410)
    assert page.text_of("p").startswith("This survey is closed. What you sent now was not stored.")
    shown = list(zip(page.texts["dt"], page.texts["dd"], strict=True))
    assert shown[:2] == [("About single_choice?", "OTHER"), ("About single_choice?: OTHER", "Faroe")]
    assert shown[-2:] == [("About long_text?", "Time.\r\nAnd a home."), ("About hidden?", "POSTER")]
    assert not RECEIPT.search(page.html)
    assert stored_items(services) == []


def test_closed_survey_answers_in_the_language_of_the_form(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    a_bilingual_survey(services, survey="b-survey")
    close_survey(services, "b-survey")
    clock.advance(hours=1)
    reply = browser.send_form({**FIELDS, "_language": ["sv"]}, survey="b-survey", token="")
    assert assert_page(reply, 410, "sv").text_of("h1") == "Några frågor"


def test_typed_markup_is_shown_as_text(browser: Browser, services: Services, clock: FakeClock) -> None:
    close(services, clock)
    page = assert_page(browser.send_form({"wish": ["<script>alert(1)</script>"], "word": ['"><b>']}, token=""), 410)
    assert [tag for tag in page.all("script") if not tag.get("src")] == page.all("b") == []
    assert {'"><b>', "<script>alert(1)</script>"} <= set(page.texts["dd"])


def test_form_loaded_before_closing_is_taken_for_an_hour_and_counted(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    early = browser.token(nonce=b"early-early-earl", seconds_ago=3600)
    late = browser.token(nonce=b"late-late-late-l", seconds_ago=0)
    close(services, clock)
    assert receipt_in(browser.send_form(token=early))
    clock.now += LATE_SENDERS - RECORD_LIFETIME - timedelta(seconds=1)
    assert receipt_in(browser.send_form(token=late))
    clock.now += COUNTING_DELAY - LATE_SENDERS + timedelta(seconds=1)
    assert [outcome.released for outcome in publish_releases(services)] == [1]
    release = services.surveys.latest_release("a-survey")
    assert release is not None
    assert release.responses == 2


def test_form_loaded_before_closing_is_refused_after_the_hour(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    token = browser.token()
    close_survey(services, "a-survey")
    clock.now += LATE_SENDERS
    assert_page(browser.send_form(token=token), 410)
    assert stored_items(services) == []


def test_form_loaded_after_closing_is_refused(browser: Browser, services: Services, clock: FakeClock) -> None:
    close(services, clock)
    clock.advance(seconds=1)
    assert_page(browser.send_form(token=browser.token(seconds_ago=0)), 410)
    clock.advance(minutes=1)
    assert_page(browser.send_form(token=browser.token(seconds_ago=30)), 410)
    assert stored_items(services) == []


def test_late_form_without_a_token_is_refused(browser: Browser, services: Services, clock: FakeClock) -> None:
    close(services, clock)
    assert_page(browser.send_form(token=""), 410)
    assert stored_items(services) == []


def test_late_form_with_a_mistake_comes_back_and_is_taken_when_corrected(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    token = browser.token()
    close(services, clock)
    page = assert_page(browser.send_form({**FIELDS, "agreed": []}, token=token), 422)
    clock.advance(minutes=30)
    assert receipt_in(browser.send_form(token=page.hidden["_token"][0]))
    assert len(stored_items(services)) == 1


def test_late_change_replaces_until_it_is_counted_P5(browser: Browser, services: Services, clock: FakeClock) -> None:
    token = browser.token()
    first = receipt_in(browser.send_form(token=token))
    close(services, clock)
    assert receipt_in(browser.send_form({**FIELDS, "wish": ["Rest."]}, token=token)) == first
    assert len(stored_items(services)) == 1


def test_api_ends_at_closing(browser: Browser, services: Services, clock: FakeClock) -> None:
    close(services, clock)
    assert_problem(browser.send_json(), 410, "survey_closed")
    assert stored_items(services) == []


def test_closed_survey_cannot_be_read_as_a_form_but_withdrawn_from(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    receipt = receipt_in(browser.send_form())
    close(services, clock)
    page = assert_page(browser.get("/s/a-survey"), 410)
    assert page.all("form") == []
    assert_page(browser.post("/s/a-survey/withdraw", f"receipt={receipt}"), 200)
    (item,) = stored_items(services)
    assert "answers" not in item


@pytest.mark.parametrize("minutes", [-120, 2])
def test_survey_is_not_closed_by_a_clock_that_is_wrong(services: Services, minutes: int) -> None:
    with pytest.raises(OperatorError, match="clock"):
        require_true_clock(services, lambda: utc_now() + timedelta(minutes=minutes))
    require_true_clock(services, utc_now)


def test_clock_is_not_called_wrong_for_what_a_slow_line_takes(
    services: Services, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answered_late() -> datetime:
        said = clock.now
        clock.advance(minutes=3)
        return said

    monkeypatch.setattr(services.surveys, "server_time", answered_late)
    require_true_clock(services, clock)
    with pytest.raises(OperatorError, match="Set it right"):
        require_true_clock(services, lambda: clock.now - timedelta(minutes=5))
