"""moto as it is patched for `make run` and the fast tests: transactions hold, and nothing of them stays."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from moto.dynamodb.models.dynamo_type import Item

from chalicelib.errors import TransactionCancelled
from chalicelib.storage.database import Database
from chalicelib.storage.tables import ACCESS, RESPONSES

PART = {"S": "a-survey#0"}
CODE = {"key": {"S": "code"}}


@pytest.fixture
def filled(database: Database) -> Database:
    """Three responses of one partition, and one invitation."""
    for rid in ("first", "second", "third"):
        database.call("put_item", RESPONSES, Item={"part": PART, "rid": {"S": rid}, "v": {"N": "1"}})
    database.call("put_item", ACCESS, Item=CODE)
    return database


def update(database: Database, rid: str, part: str = "a-survey#0") -> dict[str, Any]:
    return {
        "Update": {
            "TableName": database.name(RESPONSES),
            "Key": {"part": {"S": part}, "rid": {"S": rid}},
            "UpdateExpression": "ADD v :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }


def delete(database: Database, rid: str) -> dict[str, Any]:
    return {"Delete": {"TableName": database.name(RESPONSES), "Key": {"part": PART, "rid": {"S": rid}}}}


def take(database: Database, code: str) -> dict[str, Any]:
    condition = {"ConditionExpression": "attribute_exists(#key)", "ExpressionAttributeNames": {"#key": "key"}}
    return {"Delete": {"TableName": database.name(ACCESS), "Key": {"key": {"S": code}}, **condition}}


def contents(database: Database) -> list[list[Any]]:
    return [list(database.pages("scan", table)) for table in (RESPONSES, ACCESS)]


def test_cancelled_transaction_leaves_every_item_and_their_order_as_they_were(filled: Database) -> None:
    before = contents(filled)
    changes = [update(filled, "second"), delete(filled, "first"), update(filled, "third"), update(filled, "new")]
    elsewhere = update(filled, "first", part="a-survey#1")
    for members in (
        [*changes, elsewhere, take(filled, "code"), take(filled, "no code")],
        [take(filled, "x"), *changes],
    ):
        with pytest.raises(TransactionCancelled):
            filled.call("transact_write_items", TransactItems=members)
        assert contents(filled) == before


def test_transaction_that_succeeds_changes_all(filled: Database) -> None:
    members = [update(filled, "second"), delete(filled, "first"), update(filled, "new"), take(filled, "code")]
    filled.call("transact_write_items", TransactItems=members)
    responses, codes = contents(filled)
    assert {item["rid"]["S"]: item["v"]["N"] for item in responses} == {"second": "2", "third": "1", "new": "1"}
    assert codes == []


def test_nothing_stays_of_calls_that_are_over(filled: Database) -> None:
    def living() -> int:
        gc.collect()
        return sum(isinstance(thing, Item) for thing in gc.get_objects())

    before = living()
    for code in ["no code"] * 20:
        filled.call("transact_write_items", TransactItems=[update(filled, "second"), update(filled, "third")])
        with pytest.raises(TransactionCancelled):
            filled.call("transact_write_items", TransactItems=[update(filled, "first"), take(filled, code)])
        contents(filled)
    assert living() == before
