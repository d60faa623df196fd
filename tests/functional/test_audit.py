"""The daily audit, which recounts the ledger."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from chalicelib.jobs import audit_ledger, publish_releases
from chalicelib.jobs.audit import Audit
from chalicelib.responses.receipt import SHARDS
from chalicelib.services import Services
from chalicelib.storage.tables import RESPONSES
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import Tally
from operation.lifecycle import publish_definition, start_test
from tests.builders import Browser, FakeClock, a_definition, a_question, an_open_survey, close_and_wait, stored_items
from tests.fakes import DisturbedClient
from tests.functional.commands import Operate, done
from tests.functional.shapes import assert_page
from tests.unit.jobs.test_turns import alarms


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
    assert alarms(caplog) == [f"ALARM batch {batch} does not add up: survey=a-survey code=broken_batch"]
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
        assert "ALARM responses are outside the ledger: survey=a-survey code=stray_responses" in alarms(caplog)
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


def test_cell_that_holds_more_than_a_recount_is_broken_P6(browser: Browser, services: Services) -> None:
    answered(browser, 1)
    ((shard, response),) = (
        (shard, one) for shard in range(SHARDS) for one in services.responses.pending("a-survey", shard)
    )
    part = services.tallies.part("a-survey", 1, shard)
    assert services.tallies.count(part, Tally(1, {TableId("mood"): {"1": 2}}), [response])
    assert [audit.broken_batches for audit in audit_ledger(services)] == [(1,)]


@contextmanager
def counting_before(services: Services, at: int) -> Iterator[None]:
    """Answers are counted right before the call of the block that is numbered ``at``."""
    database = services.responses._database
    real = database.client

    def count_now() -> None:
        database.replace_client(real)
        publish_releases(services)

    database.replace_client(DisturbedClient(real, at, count_now))
    yield
    database.replace_client(real)


def counted_during_audit(services: Services, at: int) -> Audit:
    """The audit of a survey whose answers are counted right before its call numbered ``at``."""
    with counting_before(services, at):
        (audit,) = audit_ledger(services)
    return audit


def test_batch_that_is_counted_during_the_audit_is_busy_and_not_broken_P6(
    browser: Browser, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    batches = range(1, 9)
    audits = []
    for at in batches:
        answered(browser, 2)
        audits.append(counted_during_audit(services, at))
        publish_releases(services)
    assert [(audit.broken_batches, audit.strays) for audit in audits] == [((), 0)] * len(batches)
    assert alarms(caplog) == []
    assert {audit.busy_batches for audit in audits} >= {(batch,) for batch in batches[2:6]}
    assert audit_ledger(services) == [Audit("a-survey", 0, 2 * len(batches), 0, (), 0)]


def test_busy_batch_hides_no_broken_one_P6(browser: Browser, services: Services) -> None:
    two_batches(browser, services)
    item = an_item(services, 1)
    services.responses._database.call("delete_item", RESPONSES, Key={"part": item["part"], "rid": item["rid"]})
    audit = counted_during_audit(services, 5)
    assert (audit.broken_batches, audit.busy_batches) == ((1,), (3,))


def test_audit_command_says_that_the_ledger_adds_up(operate: Operate, browser: Browser, services: Services) -> None:
    withdraw(browser, two_batches(browser, services)[0])
    assert done(operate("audit", "a-survey")) == "2 pending, 5 counted, 1 withdrawn\nThe ledger adds up.\n"


def test_audit_command_ends_with_1_and_names_what_does_not_add_up(
    operate: Operate, browser: Browser, services: Services
) -> None:
    two_batches(browser, services)
    put(services, moved(an_item(services, 1), "2"))
    reply = operate("audit", "a-survey")
    assert reply.exit_code == 1
    assert reply.stdout == "2 pending, 6 counted, 0 withdrawn\n"
    assert "a-survey: batch 1 does not add up, batch 2 does not add up. Keep the tables" in reply.stderr


def test_audit_command_asks_to_audit_a_busy_batch_again(operate: Operate, browser: Browser, services: Services) -> None:
    answered(browser, 2)
    with counting_before(services, 5):
        words = done(operate("audit", "a-survey"))
    assert "batch 1 was being counted; audit again\n" in words


def test_audit_command_on_a_survey_that_is_not_there_ends_with_1(operate: Operate) -> None:
    reply = operate("audit", "no-survey")
    assert (reply.exit_code, reply.stdout) == (1, "")
    assert reply.stderr.startswith("There is no survey “no-survey”.")


@pytest.mark.parametrize(
    ("removed", "changed"), [("answers", {}), ("v", {}), ("v", {"v": {"N": "7"}})], ids=["answers", "version", "none"]
)
def test_counted_response_without_answers_or_of_no_version_breaks_its_batch_P6(
    browser: Browser, services: Services, removed: str, changed: dict[str, Any]
) -> None:
    answered(browser, 1)
    publish_releases(services)
    item = an_item(services, 1)
    put(services, {name: value for name, value in item.items() if name != removed} | changed)
    (audit,) = audit_ledger(services)
    assert not audit.adds_up
