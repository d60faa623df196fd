"""Calls to DynamoDB: vendor's errors become ours, and a busy item is tried again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.errors import ItemBusy, StoreUnavailable
from chalicelib.storage.database import MAXIMUM_WHEN_BUSY, Database

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
