"""The daily jobs: the audit that recounts the ledger, and the purge that ends it."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.jobs import audit_ledger, publish_releases, purge_expired
from chalicelib.jobs.audit import Audit
from chalicelib.operation.lifecycle import close_survey, publish_definition, start_test
from chalicelib.services import Services
from chalicelib.storage.tables import ACCESS, RESPONSES, TALLIES
from tests.builders import Browser, FakeClock, a_definition, a_question, an_open_survey, close_and_wait, stored_items
from tests.fakes import Crashed, DisturbedClient, crash
from tests.functional.shapes import assert_page, assert_problem

RETENTION = timedelta(days=90)


@pytest.fixture(autouse=True)
def survey(services: Services) -> None:
    an_open_survey(services, a_question("scale"), policy="exact")


def answered(browser: Browser, times: int) -> list[str]:
    """So many responses, and their receipts."""
    return [browser.send_json({"mood": 1 + number % 5}).json_body["receipt"] for number in range(times)]


def withdraw(browser: Browser, receipt: str) -> None:
    assert_page(browser.post("/s/a-survey/withdraw", f"receipt={receipt}"), 200)


def two_batches(browser: Browser, services: Services) -> list[str]:
    """Three responses in each of two batches, two more pending; their receipts."""
    receipts = answered(browser, 3)
    publish_releases(services)
    receipts += answered(browser, 3)
    publish_releases(services)
    return receipts + answered(browser, 2)


def an_item(services: Services, batch: int | None) -> dict[str, Any]:
    """One item of a batch, or one that is pending."""
    wanted = None if batch is None else {"N": str(batch)}
    return next(item for item in stored_items(services) if item.get("batch") == wanted and "gone" not in item)


def put(services: Services, item: dict[str, Any]) -> None:
    services.responses._database.call("put_item", RESPONSES, Item=item)


def alarms(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if "ALARM" in record.getMessage()]


def test_audit_is_clean_whatever_respondents_did_P6(
    browser: Browser, services: Services, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    key = "00112233445566778899aabbccddeeff"
    assert audit_ledger(services) == [Audit("a-survey", 0, 0, 0, (), 0)]
    browser.send_json({"mood": 1}, key=key)
    browser.send_json({"mood": 5}, key=key)
    receipts = answered(browser, 4)
    withdraw(browser, receipts[0])
    assert audit_ledger(services) == [Audit("a-survey", 4, 0, 1, (), 0)]
    publish_releases(services)
    withdraw(browser, receipts[1])
    assert audit_ledger(services) == [Audit("a-survey", 0, 3, 2, (), 0)]
    answered(browser, 2)
    assert audit_ledger(services) == [Audit("a-survey", 2, 3, 2, (), 0)]
    close_and_wait(services, clock)
    publish_releases(services)
    assert audit_ledger(services) == [Audit("a-survey", 0, 5, 2, (), 0)]
    assert alarms(caplog) == []


def test_audit_leaves_out_tests_and_drafts(browser: Browser, services: Services) -> None:
    publish_definition(services, a_definition(a_question("scale"), survey="b-survey"), [])
    publish_definition(services, a_definition(a_question("scale"), survey="c-survey"), [])
    start_test(services, "c-survey")
    assert [audit.survey for audit in audit_ledger(services)] == ["a-survey"]


@pytest.mark.parametrize("batch", [1, 2])
def test_audit_names_the_batch_of_a_response_that_was_deleted_by_hand_P6(
    browser: Browser, services: Services, caplog: pytest.LogCaptureFixture, batch: int
) -> None:
    two_batches(browser, services)
    item = an_item(services, batch)
    services.responses._database.call("delete_item", RESPONSES, Key={"part": item["part"], "rid": item["rid"]})
    assert [audit.broken_batches for audit in audit_ledger(services)] == [(batch,)]
    assert alarms(caplog) == [f"ALARM ledger does not add up: survey=a-survey batch={batch}"]
    assert caplog.records[-1].levelno == logging.ERROR


def swapped(item: dict[str, Any]) -> dict[str, Any]:
    """The same response with another answer."""
    return {**item, "answers": {"B": bytes([1 + item["answers"]["B"][0] % 5])}}


def moved(item: dict[str, Any], batch: str) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != "pending"} | {"batch": {"N": batch}}


def test_audit_names_every_batch_that_was_tampered_with_P6(browser: Browser, services: Services) -> None:
    two_batches(browser, services)
    counted, waiting = an_item(services, 1), an_item(services, None)
    assert broken_after(services, counted, swapped(counted)) == (1,)
    assert broken_after(services, counted, moved(counted, "2")) == (1, 2)
    assert broken_after(services, counted, moved(counted, "9")) == (1, 9)
    assert broken_after(services, waiting, moved(waiting, "2")) == (2,)
    assert broken_after(services, waiting, moved(waiting, "3")) == (3,)
    assert broken_after(services, waiting, waiting) == ()


def broken_after(services: Services, item: dict[str, Any], changed: dict[str, Any]) -> tuple[int, ...]:
    """The batches that the audit names while ``changed`` stands in the place of ``item``."""
    put(services, changed)
    (audit,) = audit_ledger(services)
    put(services, item)
    return audit.broken_batches


def test_audit_finds_a_response_that_is_in_no_state_or_in_two_P6(
    browser: Browser, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    two_batches(browser, services)
    counted, waiting = an_item(services, 1), an_item(services, None)
    gone = {"gone": {"BOOL": True}}
    neither = {name: value for name, value in waiting.items() if name != "pending"}
    for item, changed in [
        (waiting, neither),
        (counted, counted | {"pending": counted["part"]}),
        (waiting, waiting | gone),
        (counted, counted | gone),
    ]:
        caplog.clear()
        put(services, changed)
        assert [audit.strays for audit in audit_ledger(services)] == [1], changed.keys()
        assert "ALARM responses outside the ledger: survey=a-survey" in alarms(caplog)
        put(services, item)
    assert [audit.strays for audit in audit_ledger(services)] == [0]


def test_audit_finds_what_still_waits_after_the_last_count_P6(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    answered(browser, 3)
    waiting = an_item(services, None)
    close_and_wait(services, clock)
    publish_releases(services)
    assert [audit.strays for audit in audit_ledger(services)] == [0]
    # As if a process that was frozen for hours wrote it now.
    put(services, waiting | {"rid": {"S": "0" * 26}})
    assert [audit.strays for audit in audit_ledger(services)] == [1]


def finished(browser: Browser, services: Services, clock: FakeClock) -> str:
    """Close the survey with three responses counted; return one's receipt."""
    receipt = answered(browser, 3)[0]
    close_and_wait(services, clock)
    publish_releases(services)
    return receipt


def closed_at(services: Services) -> Any:
    record = services.surveys.get("a-survey")
    assert record is not None
    return record.closed_at


def test_records_are_not_purged_before_their_retention_has_ended_P11(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    finished(browser, services, clock)
    clock.now = closed_at(services) + RETENTION - timedelta(seconds=1)
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


@pytest.mark.parametrize("state", ["open", "closed but not counted"])
def test_nothing_is_purged_before_it_is_counted_for_the_last_time_P11(
    browser: Browser, services: Services, clock: FakeClock, state: str
) -> None:
    answered(browser, 3)
    if state != "open":
        close_survey(services, "a-survey")
    clock.now += RETENTION * 2
    assert purge_expired(services) == []
    assert len(stored_items(services)) == 3


def keys(services: Services) -> set[str]:
    """Every secret that is left."""
    database = services.responses._database
    receipt = {item["key"]["S"] for item in database.call("scan", ACCESS)["Items"]}
    return receipt | {item["item"]["S"] for item in database.call("scan", TALLIES)["Items"] if "secret" in item}


def proof(services: Services) -> dict[str, Any]:
    key = {"survey": {"S": "a-survey"}, "item": {"S": "PURGE_PROOF"}}
    item = services.tallies._database.call("get_item", TALLIES, Key=key)["Item"]
    found: dict[str, Any] = json.loads(item["body"]["S"])
    return found


def test_purge_deletes_records_and_keys_and_leaves_proof_P11(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    finished(browser, services, clock)
    assert keys(services) == {"RECEIPT_KEY#a-survey", "ROUNDING_KEY"}
    clock.now += RETENTION
    purge_expired(services)
    assert stored_items(services) == []
    assert keys(services) == set()
    assert proof(services) == {"deleted_in_last_run": 3, "left": 0}
    assert purge_expired(services) == []


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
    assert_page(browser.post("/s/a-survey/withdraw", f"receipt={receipt}"), 404)
    assert_problem(browser.get("/api/surveys/a-survey"), 404, "unknown_survey")
    assert_problem(browser.send_json({"mood": 1}), 404, "unknown_survey")


def test_purge_that_was_cut_short_anywhere_is_finished_by_the_next_P11(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    finished(browser, services, clock)
    clock.now += RETENTION
    database = services.responses._database
    real, at = database.client, 0
    while True:
        database.replace_client(DisturbedClient(real, at, crash))
        try:
            purge_expired(services)
            break
        except Crashed:
            at += 1
        finally:
            database.replace_client(real)
    assert at > 20
    assert (stored_items(services), keys(services), proof(services)["left"]) == ([], set(), 0)
    record = services.surveys.get("a-survey")
    assert record is not None
    assert record.state == "purged"


def test_purged_survey_leaves_the_audit_in_peace_P11(browser: Browser, services: Services, clock: FakeClock) -> None:
    finished(browser, services, clock)
    clock.now += RETENTION
    purge_expired(services)
    assert audit_ledger(services) == []
