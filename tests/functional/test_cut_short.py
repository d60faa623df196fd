"""What an operator began to purge says so in its record until it has ended, and everything goes by that."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from chalicelib.jobs import audit_ledger, publish_releases, purge_expired
from chalicelib.jobs.purge import PATIENCE, PROOF, WAIT
from chalicelib.questionnaire.survey import LATE_SENDERS, Survey
from chalicelib.responses.answers import Response
from chalicelib.services import Services
from operation.analysts import announce
from operation.ending import close_survey, purge_now
from operation.errors import OperatorError
from operation.lifecycle import require_survey
from tests.builders import NOON, Browser, FakeClock, an_open_survey, stored_items
from tests.functional.commands import Operate, done, refused
from tests.functional.holding import a_held_survey
from tests.functional.shapes import assert_page, assert_problem
from tests.unit.jobs.collecting import COUNTRY, answer

SECOND = timedelta(seconds=1)
#: What a process stores that has not heard of the purge.
A_LATE_ONE = Response("a-survey", "0" * 26, 1, b"", mark=b"")


class Cut(Exception):  # no error: the operator's connection breaks, or their computer
    """The command ends while it waits."""


def cut(_: datetime) -> None:
    raise Cut


def begun(services: Services) -> Survey:
    """The record of a survey whose purge was cut short in the minute in which it waits."""
    with pytest.raises(Cut):
        purge_now(services, "a-survey", cut)
    record = require_survey(services, "a-survey")
    assert record.state == "being purged"
    return record


def stands(services: Services) -> tuple[str, bool]:
    """The state, and whether there is a proof."""
    return require_survey(services, "a-survey").state, services.tallies.record("a-survey", PROOF) is not None


@pytest.mark.parametrize("closed", [timedelta(0), SECOND, LATE_SENDERS - SECOND, LATE_SENDERS, LATE_SENDERS + SECOND])
def test_schedule_ends_it_an_hour_after_it_began_however_long_before_the_survey_closed_P11(
    browser: Browser, services: Services, clock: FakeClock, caplog: pytest.LogCaptureFixture, closed: timedelta
) -> None:
    """What a process stores that read the record before is gone in the end, and in no proof before."""
    an_open_survey(services, COUNTRY)
    answer(browser, 3)
    close_survey(services, "a-survey")
    clock.now += closed
    begun(services)
    clock.advance(seconds=50)
    assert purge_expired(services) == []
    assert services.responses.add(A_LATE_ONE)
    clock.now = NOON + closed + WAIT - SECOND
    assert purge_expired(services) == []
    assert stands(services) == ("being purged", False)
    clock.now += SECOND
    assert purge_expired(services) == ["a-survey"]
    assert (stored_items(services), stands(services)) == ([], ("purged", True))
    assert "ALARM" not in caplog.text, "that nothing was published is what the operator wanted"


def test_nothing_but_ending_it_becomes_of_a_survey_that_is_being_purged(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    an_open_survey(services, COUNTRY, results="held", access="invitation")
    answer(browser, 25)
    close_survey(services, "a-survey")
    begun(services)
    for command in (
        ("open", "a-survey"),
        ("test", "a-survey"),
        ("close", "a-survey", "--confirm", "a-survey"),
        ("reopen", "a-survey"),
        ("delete", "a-survey", "--confirm", "a-survey"),
        ("invite", "a-survey", "--count", "2", "--to", "codes"),
        ("token", "create", "a-survey", "--days", "9"),
    ):
        assert refused(operate(*command)).startswith("“a-survey” is being purged"), command
    told = refused(operate("audit", "a-survey"))
    assert told == (
        "“a-survey” is being purged, so nothing is proven yet. If that was cut short: manage.py purge a-survey --now"
    )
    status = " ".join(done(operate("status", "a-survey")).split())
    assert "a-survey (being purged; a release takes 20)" in status
    cut_short = "next: its purge was cut short: `manage.py purge a-survey --now` goes on"
    clock.advance(hours=9)
    assert cut_short in " ".join(done(operate()).split()), "no release is overdue"
    assert (audit_ledger(services), publish_releases(services)[0].released) == ([], None)
    assert_page(browser.get("/s/a-survey"), 404)
    assert_problem(browser.get("/api/surveys/a-survey"), 404, "unknown_survey")
    assert_page(browser.get("/s/a-survey/results"), 200)
    assert "ALARM" not in caplog.text


def test_pages_say_that_answers_are_being_deleted_while_some_may_stand_and_then_that_they_are_deleted_P11(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY)
    answer(browser, 3)
    begun(services)
    for are in ("are being deleted now", "are deleted"):
        clock.advance(minutes=1)
        for page in (browser.get("/s/a-survey/withdraw"), browser.post("/s/a-survey/withdraw", "receipt=x")):
            assert f"All answers to this survey {are}, so" in assert_page(page, 200).html
        results = assert_page(browser.get("/s/a-survey/results"), 200).html
        assert f"This survey has ended, and all answers to it {are}. Nothing was published." in results
        if "being" in are:
            purge_now(services, "a-survey", lambda _: None)


def test_what_is_held_can_be_announced_meanwhile_and_the_same_command_ends_the_purge(
    browser: Browser, services: Services
) -> None:
    a_held_survey(browser)
    begun(services)
    announce(services, "a-survey", 2)
    purge_now(services, "a-survey", lambda _: None)
    assert stands(services) == ("purged", True)
    with pytest.raises(OperatorError, match="purged already"):
        purge_now(services, "a-survey", cut)


def of_an_earlier_version(services: Services) -> None:
    """Versions before 0.1.2 wrote that a survey is purged before anything was deleted."""
    services.surveys.save(begun(services).model_copy(update={"state": "purged"}))


def by_schedule(services: Services, clock: FakeClock) -> None:
    clock.now += WAIT
    assert purge_expired(services) == ["a-survey"]


def by_operator(services: Services, clock: FakeClock) -> None:
    waited: list[datetime] = []
    purge_now(services, "a-survey", waited.append)
    assert waited > [clock.now], "what was on its way is waited for again"


@pytest.mark.parametrize("ended", [by_schedule, by_operator])
def test_what_an_earlier_version_called_purged_too_early_is_ended_all_the_same_P11(
    operate: Operate,
    services: Services,
    clock: FakeClock,
    ended: Callable[[Services, FakeClock], None],
) -> None:
    an_open_survey(services, COUNTRY)
    of_an_earlier_version(services)
    assert services.responses.add(A_LATE_ONE)
    assert "its purge was cut short" in done(operate())
    assert "nothing is proven yet" in refused(operate("audit", "a-survey"))
    ended(services, clock)
    assert (stored_items(services), stands(services)) == ([], ("purged", True))
    assert '"records_left": 0' in done(operate("audit", "a-survey"))
    assert purge_expired(services) == []


def test_what_an_operator_goes_on_with_says_so_whatever_an_earlier_version_wrote(
    services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY)
    of_an_earlier_version(services)
    clock.advance(hours=9)
    begun(services)
    clock.now += WAIT - SECOND
    assert purge_expired(services) == [], "an hour after it was begun again"


def test_purge_that_does_not_come_to_its_end_for_days_raises_an_alarm_P11(
    services: Services, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    an_open_survey(services, COUNTRY)
    begun(services)
    clock.now += PATIENCE - SECOND
    assert purge_expired(services, lambda: False) == []
    assert "ALARM" not in caplog.text
    clock.now += SECOND
    assert purge_expired(services, lambda: False) == []
    (alarm,) = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert alarm == "ALARM purge does not come to its end: survey=a-survey code=purge_overdue"
    caplog.clear()
    assert purge_expired(services) == ["a-survey"]
    assert "ALARM" not in caplog.text
