"""Counting and publishing: when, once, and whatever comes between."""

from __future__ import annotations

import contextlib
import json

import pytest

from chalicelib.errors import Conflict, StoreUnavailable
from chalicelib.jobs.audit import audit_survey
from chalicelib.jobs.publish import publish_all, publish_releases, publish_survey
from chalicelib.questionnaire.survey import COUNTING_DELAY
from chalicelib.services import Services
from chalicelib.storage.database import Database
from chalicelib.storage.tables import TALLIES
from operation.ending import close_survey
from operation.lifecycle import require_survey
from tests.builders import Browser, FakeClock, a_question, an_open_survey, close_and_wait
from tests.fakes import Crashed, crash
from tests.unit.jobs.collecting import (
    COUNTRY,
    answer,
    assert_ledger_holds,
    counts,
    every_call,
    latest,
    places_of,
    run_disturbed,
    withdraw,
)
from tests.unit.jobs.test_turns import alarms

#: A run makes fewer calls.
LENGTH = 46


def test_exact_survey_is_released_at_every_run_that_finds_new_responses(browser: Browser, services: Services) -> None:
    an_open_survey(services, COUNTRY, policy="exact")
    answer(browser, 3, "se")
    assert publish_survey(services, "a-survey").released == 1
    assert publish_survey(services, "a-survey").released is None
    answer(browser, 2, "no")
    assert publish_survey(services, "a-survey").released == 2
    release = latest(services)
    assert counts(release) == {"se": 3, "no": 2, "other": 0, "no_answer": 0}
    assert (release.responses, release.edition_responses) == (5, 2)
    assert_ledger_holds(services)


def test_protected_survey_is_not_counted_before_the_hour_for_late_senders_is_over_P7(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY, access="invitation")
    answer(browser, 25)
    assert publish_survey(services, "a-survey").released is None
    close_survey(services, "a-survey")
    clock.now += COUNTING_DELAY / 2
    assert publish_survey(services, "a-survey").released is None
    assert audit_survey(services, require_survey(services, "a-survey")).pending == 25
    clock.now += COUNTING_DELAY / 2
    assert publish_survey(services, "a-survey").released == 1


def test_protected_release_prints_multiples_of_five_that_add_up_P7(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY, a_question("multiple_choice"), access="invitation")
    answer(browser, 13, "se")
    answer(browser, 11, "no")
    close_and_wait(services, clock)
    publish_releases(services)
    release = latest(services)
    assert release.responses == 20
    for table in release.tables:
        printed = [cell.count for cell in table.cells]
        assert sum(printed) == 20
        assert all(count % 5 == 0 for count in printed)


def test_nothing_is_ever_released_below_twenty_responses_P7(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY, access="invitation")
    answer(browser, 19)
    close_and_wait(services, clock)
    assert publish_survey(services, "a-survey").released is None
    assert require_survey(services, "a-survey").finished
    clock.advance(days=10)
    assert publish_survey(services, "a-survey").released is None
    assert services.surveys.latest_release("a-survey") is None
    assert_ledger_holds(services)


def test_withdrawn_while_pending_is_not_counted_P11(browser: Browser, services: Services, clock: FakeClock) -> None:
    an_open_survey(services, COUNTRY, access="invitation")
    receipts = answer(browser, 22)
    for receipt in receipts[:3]:
        withdraw(services, receipt)
    close_and_wait(services, clock)
    assert publish_survey(services, "a-survey").released is None, "19 are left, which is too few"


def test_ten_who_withdraw_during_the_count_do_not_leave_a_small_batch_printed_P7(
    browser: Browser, services: Services, clock: FakeClock, database: Database
) -> None:
    an_open_survey(services, COUNTRY, access="invitation")
    receipts = answer(browser, 25)
    close_and_wait(services, clock)

    def ten_withdraw() -> None:
        for receipt in receipts[:10]:
            withdraw(services, receipt)

    run_disturbed(services, database, 3, ten_withdraw)
    assert services.surveys.latest_release("a-survey") is None, "15 were counted"
    assert_ledger_holds(services)


def test_withdrawn_after_counting_stays_in_the_release_and_the_ledger_P6(browser: Browser, services: Services) -> None:
    an_open_survey(services, COUNTRY, policy="exact")
    (receipt, *_) = answer(browser, 3)
    publish_survey(services, "a-survey")
    withdraw(services, receipt)
    assert counts(latest(services))["se"] == 3
    audit = audit_survey(services, require_survey(services, "a-survey"))
    assert (audit.counted, audit.withdrawn, audit.broken_batches) == (2, 1, ())


def final_state(services: Services) -> tuple[dict[str, int], int, int]:
    release = latest(services)
    return counts(release), release.responses, require_survey(services, "a-survey").edition


def test_run_makes_no_more_calls_than_are_disturbed(browser: Browser, services: Services, database: Database) -> None:
    an_open_survey(services, COUNTRY, policy="exact")
    answer(browser, 3)
    assert len(places_of(database, lambda: publish_survey(services, "a-survey"))) < LENGTH


@pytest.mark.parametrize("at", every_call(LENGTH))
def test_run_killed_before_any_call_is_finished_by_the_next_one_P6(
    browser: Browser, services: Services, database: Database, at: int
) -> None:
    an_open_survey(services, COUNTRY, policy="exact")
    answer(browser, 3)
    with contextlib.suppress(Crashed):
        run_disturbed(services, database, at, crash)
    publish_survey(services, "a-survey")
    assert final_state(services) == ({"se": 3, "no": 0, "other": 0, "no_answer": 0}, 3, 2)
    assert_ledger_holds(services)


@pytest.mark.slow
@pytest.mark.parametrize("at", every_call(LENGTH))
def test_second_run_between_any_two_calls_counts_nothing_twice_P6(
    browser: Browser, services: Services, database: Database, at: int
) -> None:
    an_open_survey(services, COUNTRY, policy="exact")
    answer(browser, 3)

    def run_meanwhile() -> None:
        answer(browser, 1, "no")
        publish_releases(services)

    with contextlib.suppress(Conflict):
        run_disturbed(services, database, at, run_meanwhile)
    publish_releases(services)
    seen = {"se": 3, "no": 1, "other": 0, "no_answer": 0}
    assert counts(latest(services)) in (seen, seen | {"no": 0})
    assert_ledger_holds(services)


@pytest.mark.parametrize("at", every_call(40))
def test_response_replaced_during_the_count_is_counted_once_as_stored_P5(
    browser: Browser, services: Services, database: Database, at: int
) -> None:
    an_open_survey(services, COUNTRY, policy="exact")
    key = "00112233445566778899aabbccddeeff"
    browser.send_json({"country": "se"}, key=key)
    replies = []
    run_disturbed(services, database, at, lambda: replies.append(browser.send_json({"country": "no"}, key=key)))
    publish_survey(services, "a-survey")
    replaced = [reply.status_code for reply in replies] == [200]
    expected = {"se": 0, "no": 1} if replaced else {"se": 1, "no": 0}
    assert counts(latest(services)) == expected | {"other": 0, "no_answer": 0}
    assert_ledger_holds(services)


@pytest.mark.slow
@pytest.mark.parametrize("at", every_call(36))
def test_survey_that_closes_during_the_count_still_takes_late_senders_P6(
    browser: Browser, services: Services, database: Database, clock: FakeClock, at: int
) -> None:
    an_open_survey(services, COUNTRY, policy="exact")
    answer(browser, 3)
    token = browser.token()
    with contextlib.suppress(Conflict):
        run_disturbed(services, database, at, lambda: close_survey(services, "a-survey"))
    clock.advance(minutes=30)
    assert browser.send_form({"country": ["no"]}, token=token).status_code == 200
    clock.now += COUNTING_DELAY
    while any(outcome.released for outcome in publish_releases(services)):
        pass
    assert counts(latest(services)) == {"se": 3, "no": 1, "other": 0, "no_answer": 0}
    audit = audit_survey(services, require_survey(services, "a-survey"))
    assert (audit.pending, audit.counted, audit.adds_up) == (0, 4, True)
    assert require_survey(services, "a-survey").finished


def test_one_surveys_failure_raises_an_alarm_and_does_not_stop_the_others(
    browser: Browser, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    for survey in ("a-survey", "b-survey"):
        an_open_survey(services, COUNTRY, survey=survey, policy="exact")
        answer(browser, 1, survey=survey)
    services.tallies.delete_ledger("a-survey")
    failed, released = publish_all(services)
    assert (failed.failed, released.released) == (StoreUnavailable.code, 1)
    assert alarms(caplog) == ["ALARM publish failed: survey=a-survey code=store_unavailable"]


def test_mistake_of_ours_raises_an_alarm_at_every_run_and_does_not_stop_the_others(
    browser: Browser, services: Services, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    for survey in ("a-survey", "b-survey"):
        an_open_survey(services, COUNTRY, survey=survey, policy="exact")
        answer(browser, 1, survey=survey)
    no_count = {"n": "a canary", "counts": {}}
    wrong = {"survey": {"S": "a-survey"}, "item": {"S": "TALLY#000001#0"}, "counts": {"S": json.dumps(no_count)}}
    database.call("put_item", TALLIES, Item=wrong)
    assert [(run.released, run.failed) for run in publish_all(services)] == [(None, "internal"), (1, None)]
    publish_all(services)
    assert alarms(caplog) == ["ALARM publish failed with TypeError: survey=a-survey code=internal"] * 2
    assert "canary" not in caplog.text


@pytest.mark.slow
def test_more_responses_than_fit_one_transaction_are_counted(browser: Browser, services: Services) -> None:
    an_open_survey(services, COUNTRY, policy="exact")
    answer(browser, 150)
    publish_survey(services, "a-survey")
    assert counts(latest(services))["se"] == 150
