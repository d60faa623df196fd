"""The purge: after the retention records, invitations, keys and exact counts go; a proof and the releases stay."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.jobs import audit_ledger, publish_releases, purge_expired
from chalicelib.responses.answers import Response
from chalicelib.services import Services
from chalicelib.storage.tables import ACCESS, TABLES, TALLIES
from operation.ending import close_survey
from operation.invitations import invite
from tests.builders import Browser, FakeClock, a_question, an_open_survey, close_and_wait, stored_items, stored_survey
from tests.fakes import Crashed, DisturbedClient, crash
from tests.functional.commands import Operate, done
from tests.functional.shapes import assert_page, assert_problem

RETENTION = timedelta(days=90)


@pytest.fixture(autouse=True)
def survey(services: Services) -> None:
    an_open_survey(services, a_question("scale"), policy="exact")


def answered(browser: Browser, times: int) -> list[str]:
    """So many responses, and their receipts."""
    return [browser.send_json({"mood": 1 + number % 5}).json_body["receipt"] for number in range(times)]


def finished(browser: Browser, services: Services, clock: FakeClock) -> str:
    """Close the survey with three responses counted; return one's receipt."""
    receipt = answered(browser, 3)[0]
    close_and_wait(services, clock)
    publish_releases(services)
    return receipt


def test_records_are_not_purged_before_their_retention_has_ended_P11(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    finished(browser, services, clock)
    # An hour later, so that no run that was counting at that moment is still at it.
    closed_at = stored_survey(services).closed_at
    assert closed_at
    clock.now = closed_at + RETENTION + timedelta(hours=1) - timedelta(seconds=1)
    assert purge_expired(services) == []
    assert len(stored_items(services)) == 3
    clock.advance(seconds=1)
    assert purge_expired(services) == ["a-survey"]


def test_retention_is_the_surveys_own_P11(browser: Browser, services: Services, clock: FakeClock) -> None:
    an_open_survey(services, a_question("scale"), survey="b-survey", policy="exact", retention_days=7)
    finished(browser, services, clock)
    close_and_wait(services, clock, "b-survey")
    publish_releases(services)
    clock.advance(days=7)
    assert purge_expired(services) == ["b-survey"]


def test_retention_begins_when_the_last_day_is_over_though_no_run_wrote_that_down_P11(
    services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, a_question("scale"), survey="b-survey", policy="exact", closes_on="2026-03-31")
    clock.now = datetime(2026, 4, 1, 1, tzinfo=UTC) + RETENTION - timedelta(seconds=1)
    assert purge_expired(services) == []
    clock.advance(seconds=1)
    assert purge_expired(services) == ["b-survey"]
    record = stored_survey(services, "b-survey")
    assert (record.state, record.last_day) == ("purged", "2026-03-31")


def test_open_survey_is_never_purged_P11(browser: Browser, services: Services, clock: FakeClock) -> None:
    answered(browser, 3)
    clock.now += RETENTION * 2
    assert purge_expired(services) == []
    assert len(stored_items(services)) == 3


def test_retention_ends_even_where_nothing_was_published_and_somebody_is_told_P11(
    browser: Browser, services: Services, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    answered(browser, 3)
    close_survey(services, "a-survey")
    clock.now += RETENTION + timedelta(hours=1)
    assert purge_expired(services) == ["a-survey"]
    assert (stored_items(services), keys(services), stored_survey(services).state) == ([], set(), "purged")
    assert proof(services) == {"batches": 0, "counted": 0, "records_left": 0, "invitations_left": 0}
    (alarm,) = [record for record in caplog.records if "ALARM" in record.getMessage()]
    assert alarm.getMessage() == "ALARM purged before its last release: survey=a-survey code=never_released"
    assert alarm.levelno == logging.ERROR


def keys(services: Services) -> set[str]:
    """Every secret that is left."""
    database = services.responses._database
    receipt = {item["key"]["S"] for item in database.call("scan", ACCESS)["Items"]}
    return receipt | {item["item"]["S"] for item in database.call("scan", TALLIES)["Items"] if "secret" in item}


def tallies(services: Services) -> set[str]:
    """The sort keys of everything that the tallies table holds of the survey."""
    items = services.tallies._database.call("scan", TALLIES)["Items"]
    return {item["item"]["S"] for item in items if item["survey"]["S"] == "a-survey"}


def proof(services: Services) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(services.tallies.record("a-survey", "PURGE_PROOF") or "")
    return found


def test_purge_deletes_records_keys_and_exact_counts_and_leaves_proof_P11(
    browser: Browser, services: Services, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    finished(browser, services, clock)
    assert keys(services) == {"RECEIPT_KEY#a-survey", "ROUNDING_KEY"}
    assert any(item.startswith("TALLY#") for item in tallies(services))
    clock.now += RETENTION
    purge_expired(services)
    assert stored_items(services) == []
    assert keys(services) == set()
    assert tallies(services) == {"PURGE_PROOF"}
    assert proof(services) == {"batches": 1, "counted": 3, "records_left": 0, "invitations_left": 0}
    assert purge_expired(services) == []
    assert audit_ledger(services) == []
    assert "ALARM" not in caplog.text


def test_results_stay_after_the_purge_and_the_form_is_gone_P11(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    receipt = finished(browser, services, clock)
    paths = ("/s/a-survey/results", *(f"/api/surveys/a-survey/releases{x}" for x in ("", "/1", "/latest", "/1.csv")))
    before = [browser.get(path) for path in paths]
    clock.now += RETENTION
    purge_expired(services)
    after = [browser.get(path) for path in paths]
    assert [reply.status_code for reply in after] == [200] * 5
    assert [reply.body for reply in after] == [reply.body for reply in before]
    nothing = assert_page(browser.get("/s/nothing-here"), 404).html
    assert browser.get("/s/a-survey").body.decode() == nothing
    assert browser.post("/s/a-survey", "_token=").body.decode() == nothing
    asked = assert_page(browser.post("/s/a-survey/withdraw", f"receipt={receipt}"), 200)
    assert "All answers to this survey are deleted" in asked.html
    assert_problem(browser.get("/api/surveys/a-survey"), 404, "unknown_survey")
    assert_problem(browser.send_json({"mood": 1}), 404, "unknown_survey")


def test_purge_deletes_unused_invitations_of_its_survey_only_P11(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    for survey in ("b-survey", "c-survey"):
        an_open_survey(services, a_question("scale"), survey=survey, policy="exact", access="invitation")
        assert len(list(invite(services, survey, 3))) == 3
    close_and_wait(services, clock, "b-survey")
    publish_releases(services)
    clock.now += RETENTION
    assert purge_expired(services) == ["b-survey"]
    left = [len(list(services.access.invitations(survey))) for survey in ("b-survey", "c-survey")]
    assert left == [0, 3]
    body = json.loads(services.tallies.record("b-survey", "PURGE_PROOF") or "")
    assert body == {"batches": 1, "counted": 0, "records_left": 0, "invitations_left": 0}


@pytest.mark.slow
@pytest.mark.parametrize("asked", [0, 1, 2, 3, 5])
def test_purge_that_is_short_of_time_leaves_the_rest_to_the_next_run_P11(
    browser: Browser, services: Services, clock: FakeClock, asked: int
) -> None:
    answered(browser, 7)
    close_and_wait(services, clock)
    publish_releases(services)
    clock.now += RETENTION
    answers = iter([True] * asked)
    assert purge_expired(services, lambda: next(answers, False)) == []
    # The first answer lets the survey begin, each further one lets a record go.
    assert len(stored_items(services)) == 7 - max(0, asked - 1)
    assert (stored_survey(services).state, services.tallies.record("a-survey", "PURGE_PROOF")) == ("closed", None)
    assert keys(services) == {"RECEIPT_KEY#a-survey", "ROUNDING_KEY"}
    assert purge_expired(services) == ["a-survey"]
    assert (stored_items(services), keys(services), stored_survey(services).state) == ([], set(), "purged")
    assert proof(services) == {"batches": 1, "counted": 7, "records_left": 0, "invitations_left": 0}


def test_what_a_test_left_behind_goes_with_the_purge_also_where_time_is_short_P11(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    """It was sent while the survey opened, and a survey that closes on its last day is wiped of nothing."""
    finished(browser, services, clock)
    assert services.responses.add(Response("a-survey", "0" * 26, 1, b"", mark=b"", rehearsal=True))
    services.access.add_receipt_key("a-survey", b"k" * 32, rehearsal=True)
    secrets = keys(services)
    clock.now += RETENTION
    answers = iter([True] * 4)  # for the survey and its three records
    assert purge_expired(services, lambda: next(answers, False)) == []
    assert (stored_items(services), keys(services), stored_survey(services).state) == ([], secrets, "closed")
    assert purge_expired(services) == ["a-survey"]
    assert (stored_items(services, rehearsal=True), keys(services)) == ([], set())


def everything(services: Services) -> dict[str, list[dict[str, Any]]]:
    """Every item of every table."""
    call = services.tallies._database.call
    return {table.name: call("scan", table)["Items"] for table in TABLES}


def restore(services: Services, saved: dict[str, list[dict[str, Any]]]) -> None:
    """Make the tables what they were."""
    call, found = services.tallies._database.call, everything(services)
    for table in TABLES:
        names = [name for name in (table.hash_key, table.range_key) if name]
        for item in found[table.name]:
            call("delete_item", table, Key={name: item[name] for name in names})
        for item in saved[table.name]:
            call("put_item", table, Item=item)


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_purge_that_was_cut_short_anywhere_is_finished_by_the_next_with_the_same_proof_P11(
    browser: Browser, services: Services, clock: FakeClock, step: int
) -> None:
    finished(browser, services, clock)
    services.access.add_invitation("a-survey", "a-hash")
    clock.now += RETENTION
    saved, database = everything(services), services.responses._database
    real, at = database.client, 0
    while True:
        restore(services, saved)
        database.replace_client(DisturbedClient(real, at, crash))
        try:
            purge_expired(services)
        except Crashed:
            database.replace_client(real)
            purge_expired(services)
        else:
            break
        assert (stored_items(services), keys(services), stored_survey(services).state) == ([], set(), "purged"), at
        assert tallies(services) == {"PURGE_PROOF"}, at
        # Stored before the exact counts went, and never again.
        assert proof(services) == {"batches": 1, "counted": 3, "records_left": 0, "invitations_left": 0}, at
        at += step
    database.replace_client(real)
    assert at > 30


def test_survey_that_is_being_purged_is_not_audited_meanwhile_P11(
    browser: Browser, services: Services, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    answered(browser, 3)
    close_and_wait(services, clock)
    publish_releases(services)
    clock.advance(days=90)
    answers = iter([True, True, False])
    assert purge_expired(services, lambda: next(answers, False)) == []
    assert audit_ledger(services) == []
    assert "ALARM" not in caplog.text
    assert purge_expired(services) == ["a-survey"]


def test_what_a_purge_left_halfway_is_never_published_P7(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    answered(browser, 8)
    close_survey(services, "a-survey")
    clock.now += RETENTION + timedelta(hours=2)
    answers = iter([True] * 5)
    assert purge_expired(services, lambda: next(answers, False)) == []
    assert 0 < len(stored_items(services)) < 8
    assert publish_releases(services)[0].released is None
    assert services.surveys.latest_release("a-survey") is None


def test_operator_is_shown_the_proof_of_a_purge_P11(
    browser: Browser, services: Services, clock: FakeClock, operate: Operate
) -> None:
    finished(browser, services, clock)
    clock.advance(days=91)
    purge_expired(services)
    assert '"records_left": 0' in done(operate("audit", "a-survey"))
