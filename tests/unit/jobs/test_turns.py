"""Each survey has its turn, and whatever fails is told: by an alarm, and by the run, which fails at its end."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from chalicelib.errors import (
    Conflict,
    ImpossibleTables,
    OutOfTime,
    RunFailed,
    StoreMisconfigured,
    StoreUnavailable,
    UnreadableRecord,
)
from chalicelib.jobs import audit_ledger, publish_releases, purge_expired
from chalicelib.jobs.alarm import Finding
from chalicelib.jobs.turns import Failure, Job, attempt, in_turn, require_success
from chalicelib.questionnaire.survey import COUNTING_DELAY
from chalicelib.responses.receipt import SHARDS
from chalicelib.services import Services
from chalicelib.storage.database import Database
from operation.ending import close_survey
from tests.builders import Browser, FakeClock, a_question, an_open_survey, close_and_wait
from tests.fakes import FailingClient
from tests.unit.jobs.collecting import COUNTRY, answer, disturbed
from tests.unit.jobs.test_time_left import Steps

ROOT = Path(__file__).parents[3]
#: Those that a job may meet.
ERRORS = (Conflict, ImpossibleTables, OutOfTime, StoreMisconfigured, StoreUnavailable, UnreadableRecord)
JOBS: list[Callable[[Services], Any]] = [publish_releases, purge_expired, audit_ledger]


def alarms(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The alarms' texts; each is an error, and carries as fields what it says of survey and code."""
    found = [record for record in caplog.records if record.getMessage().startswith("ALARM ")]
    for record in found:
        fields = record.__dict__
        assert record.levelno == logging.ERROR
        assert record.getMessage().endswith(f": survey={fields['survey']} code={fields['code']}")
    return [record.getMessage() for record in found]


@pytest.mark.parametrize("job", JOBS)
def test_listing_that_fails_raises_an_alarm_and_ends_the_run(
    services: Services, database: Database, caplog: pytest.LogCaptureFixture, job: Callable[[Services], Any]
) -> None:
    error = ConnectTimeoutError(endpoint_url="https://store.example")
    database.replace_client(FailingClient(database.client, "query", error))
    with pytest.raises(StoreUnavailable):
        job(services)
    name = job.__name__.partition("_")[0]
    assert alarms(caplog) == [f"ALARM {name} could not list the surveys: survey=- code=store_unavailable"]


def test_each_survey_is_before_each_other_in_some_run(services: Services, clock: FakeClock) -> None:
    ids = ["a-survey", "b-survey", "c-survey", "d-survey"]
    for survey in ids:
        an_open_survey(services, COUNTRY, survey=survey)
    before = set()
    for _ in range(60):
        order = in_turn(services, Job.AUDIT)
        assert sorted(order) == ids
        before |= {(first, second) for place, first in enumerate(order) for second in order[place + 1 :]}
        clock.advance(days=1)
    assert before == {(first, second) for first in ids for second in ids if first != second}


def test_failure_is_a_value_and_its_message_is_told_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    def act(survey: str) -> None:
        raise KeyError(f"canary of {survey}")

    assert attempt(Job.PURGE, "a-survey", act) == Failure("a-survey", "internal")
    assert alarms(caplog) == ["ALARM purge failed with KeyError: survey=a-survey code=internal"]
    assert "canary" not in caplog.text


def test_run_that_failed_names_surveys_and_where_to_look_and_nothing_else() -> None:
    require_success([])
    with pytest.raises(RunFailed, match=r"failed for a-survey, b-survey.* Look up ALARM") as raised:
        require_success([Failure("b-survey", "internal"), Failure("a-survey", "internal")])
    assert raised.value.code == "run_failed"
    assert raised.value.__context__ is None


def test_who_lost_against_another_run_or_an_operator_goes_on_from_what_they_wrote(
    caplog: pytest.LogCaptureFixture,
) -> None:
    replies = iter([Conflict(), None])

    def act(survey: str) -> str:
        if error := next(replies):
            raise error
        return survey

    assert attempt(Job.PUBLISH, "a-survey", act) == "a-survey"
    assert alarms(caplog) == []


@pytest.mark.parametrize("at", range(3, 46, 3))
def test_survey_that_is_closed_during_a_run_fails_no_run_P6(
    browser: Browser, services: Services, database: Database, clock: FakeClock, at: int
) -> None:
    an_open_survey(services, COUNTRY, policy="exact")
    answer(browser, 3)
    disturbed(database, at, lambda: close_survey(services, "a-survey"), lambda: publish_releases(services))
    clock.now += COUNTING_DELAY
    publish_releases(services)
    (audit,) = audit_ledger(services)
    assert (audit.adds_up, audit.counted) == (True, 3)


def test_audit_that_runs_out_of_time_names_the_survey_where_it_stopped_and_judges_none_in_part_P6(
    browser: Browser, services: Services, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    for survey in ("a-survey", "b-survey"):
        an_open_survey(services, COUNTRY, survey=survey, policy="exact")
        answer(browser, 5, survey=survey)
    first, second = in_turn(services, Job.AUDIT)
    publish_releases(services)
    assert [audit.survey for audit in audit_ledger(services, Steps(7))] == [first]
    assert audit_ledger(services, Steps(3)) == []
    stopped = "ALARM audit failed: survey={} code=out_of_time"
    assert alarms(caplog) == [stopped.format(second), stopped.format(first)]


def test_surveys_that_a_short_audit_does_not_reach_are_reached_by_a_later_one_P6(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    ids = {"a-survey", "b-survey", "c-survey"}
    for survey in ids:
        an_open_survey(services, COUNTRY, survey=survey, policy="exact")
        answer(browser, 5, survey=survey)
    audited: set[str] = set()
    for _ in range(20):
        audited |= {audit.survey for audit in audit_ledger(services, Steps(6))}
        clock.advance(days=1)
    assert audited == ids


def test_purge_that_goes_on_next_time_raises_an_alarm_only_when_days_have_passed_P11(
    browser: Browser, services: Services, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    an_open_survey(services, a_question("scale"), policy="exact")
    for number in range(9):
        browser.send_json({"mood": 1 + number % 5})
    close_and_wait(services, clock)
    publish_releases(services)
    clock.now += timedelta(days=90)
    for day in range(4):
        assert purge_expired(services, Steps(2)) == []
        expected = ["ALARM purge does not come to its end: survey=a-survey code=purge_overdue"] * (day // 3)
        assert alarms(caplog) == expected
        clock.advance(days=1)
    assert purge_expired(services) == ["a-survey"]
    assert len(alarms(caplog)) == 1


@pytest.mark.parametrize("code", [*Finding, *(error.code for error in ERRORS)])
def test_code_of_an_alarm_has_a_line_that_tells_operators_what_to_do(code: str) -> None:
    guide = (ROOT / "docs" / "operators.md").read_text("utf-8")
    assert any(f"`{code}`" in line.split("|")[1] for line in guide.splitlines() if line.startswith("| `"))


def test_trace_of_a_run_that_failed_has_no_cause_that_could_quote_a_record(
    browser: Browser, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    an_open_survey(services, COUNTRY, policy="exact")
    answer(browser, SHARDS)
    services.tallies.delete_ledger("a-survey")
    with pytest.raises(RunFailed) as raised:
        publish_releases(services)
    told = "".join(traceback.format_exception(raised.value))
    assert "StoreUnavailable" not in told
    assert alarms(caplog) == ["ALARM publish failed: survey=a-survey code=store_unavailable"]
    assert caplog.messages[-1] == "The survey's rounding key is missing."
