"""Calls to DynamoDB: vendor's errors become ours, and a busy item is tried again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.errors import ItemBusy, StoreUnavailable
from chalicelib.responses.answers import Invited, Response
from chalicelib.settings import Settings
from chalicelib.storage.access import AccessStore
from chalicelib.storage.database import MAXIMUM_WHEN_BUSY, Database
from chalicelib.storage.responses import ResponseStore
from chalicelib.storage.surveys import SurveyStore
from chalicelib.storage.tallies import TallyStore

ROOT = Path(__file__).parents[3]

CONFLICT = {"Error": {"Code": "TransactionConflictException", "Message": ""}, "ResponseMetadata": {}}


@dataclass
class BusyClient:
    """Meets a transaction the first ``times``."""

    times: int
    calls: int = 0

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**parameters: Any) -> Any:
            self.calls += 1
            if self.calls <= self.times:
                raise ClientError(CONFLICT, operation)  # type: ignore[arg-type]
            return {"done": True}

        return call


def a_database(client: BusyClient) -> Database:
    return Database(lambda: client, "test")  # type: ignore[arg-type,return-value]


def test_item_that_a_transaction_holds_for_a_moment_is_tried_again() -> None:
    client = BusyClient(times=MAXIMUM_WHEN_BUSY - 1)
    assert a_database(client).call("put_item") == {"done": True}


def test_item_that_stays_busy_is_reported_as_safe_to_repeat() -> None:
    client = BusyClient(times=1000)
    with pytest.raises(ItemBusy) as caught:
        a_database(client).call("put_item")
    assert isinstance(caught.value, StoreUnavailable)
    assert isinstance(caught.value.__cause__, ClientError)
    assert client.calls == MAXIMUM_WHEN_BUSY


@dataclass
class CancellingClient:
    """Cancels transactions for the given reasons, one after the other, and then lets them pass."""

    reasons: list[tuple[str, str]]

    def transact_write_items(self, **parameters: Any) -> dict[str, Any]:
        if not self.reasons:
            return {}
        reasons = [{"Code": code} for code in self.reasons.pop(0)]
        response = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
        raise ClientError(response, "TransactWriteItems")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reasons", "outcome"),
    [
        (("ConditionalCheckFailed", "None"), Invited.THERE_ALREADY),
        (("ConditionalCheckFailed", "ConditionalCheckFailed"), Invited.THERE_ALREADY),
        (("None", "ConditionalCheckFailed"), Invited.CODE_UNKNOWN),
        (("TransactionConflict", "ConditionalCheckFailed"), Invited.STORED),
        (("None", "TransactionConflict"), Invited.STORED),
    ],
)
def test_used_code_is_told_from_a_busy_response_by_the_responses_reason_P5_P10(
    reasons: tuple[str, str], outcome: Invited
) -> None:
    store = ResponseStore(Database(lambda: CancellingClient([reasons]), "test"))  # type: ignore[arg-type,return-value]
    assert store.add_invited(Response("a-survey", "5" + "0" * 25, 1, b"1", b"mark"), "code") is outcome


def config_of(environment: Mapping[str, str]) -> Any:
    return Database.from_settings(Settings.from_environment(environment)).client.meta.config


def test_command_waits_for_a_reply_on_a_slow_line_and_a_busy_machine() -> None:
    config = config_of({})
    assert min(config.connect_timeout, config.read_timeout / 6) >= 10


def test_call_is_given_up_and_made_again_well_within_the_time_of_a_function() -> None:
    config = config_of({"AWS_LAMBDA_FUNCTION_NAME": "api_handler"})
    attempts = config.retries["total_max_attempts"]
    functions = json.loads((ROOT / ".chalice" / "config.json").read_text("utf-8"))
    assert attempts >= 2, "a passing fault is not shown to people"
    # A request makes a few calls, and has to answer even if one of them hangs to the end.
    assert attempts * (config.connect_timeout + config.read_timeout) < functions["lambda_timeout"] / 2


@dataclass
class AskedClient:
    """Has nothing, and keeps what was asked."""

    asked: list[dict[str, Any]] = field(default_factory=list)

    def get_item(self, **parameters: Any) -> dict[str, Any]:
        self.asked.append(parameters)
        return {}


def test_records_of_a_survey_are_read_as_they_are_now() -> None:
    client = AskedClient()
    database = Database(lambda: client, "test")  # type: ignore[arg-type,return-value]
    SurveyStore(database).get("a-survey")
    SurveyStore(database).questionnaire("a-survey", 1)
    AccessStore(database).receipt_key("a-survey")
    TallyStore(database).part("a-survey", 1, 0)
    TallyStore(database).rounding_key("a-survey")
    assert [asked.get("ConsistentRead") for asked in client.asked] == [True] * 5
