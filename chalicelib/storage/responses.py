"""Responses: put, replaced and withdrawn by the web tier, which never reads one (P2).

An item has ``part``, ``rid``, ``v``, ``answers``, ``mark``, ``sealed`` or ``text`` (the latter where a survey stores
text plainly), ``pending`` until it is counted, ``batch`` from then on, ``gone`` once withdrawn. Nothing else (P1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from chalicelib.errors import ConditionFailed, StoreUnavailable, TransactionCancelled
from chalicelib.responses.answers import Invited, PendingResponse, Response, StoredRecord
from chalicelib.responses.receipt import SHARDS, shard_of
from chalicelib.storage.access import invitation_key
from chalicelib.storage.database import Database, Item, only, pause
from chalicelib.storage.reading import reading_answers
from chalicelib.storage.tables import ACCESS, RESPONSES

# Each condition says when it holds.
IS_NEW = "attribute_not_exists(rid)"
IS_NOT_YET_COUNTED = "attribute_exists(pending)"
IS_THERE = "attribute_exists(rid) AND attribute_not_exists(gone)"
IS_WITHDRAWN = "attribute_exists(gone)"
IS_EARLIER_AND_NOT_YET_COUNTED = f"{IS_NOT_YET_COUNTED} AND v < :before"
WAS_COUNTED = "attribute_exists(#batch)"
HAS_MARK = "mark = :mark"
IS_UNUSED = "attribute_exists(#key)"

#: How often a transaction is tried that another one keeps from its items.
MAXIMUM_ATTEMPTS = 6
#: What ten transactions of the count take: a page of 1 MB, the vendor's largest, would be some 7,000 for each shard.
PENDING_PAGE = 980


def partition_of(survey: str, rid: str, rehearsal: bool = False) -> str:
    """The partition of a response. Test responses lie apart, where nothing counts them."""
    return _partition(survey, shard_of(rid), rehearsal)


def _partition(survey: str, shard: int, rehearsal: bool = False) -> str:
    return f"{survey}~test#{shard}" if rehearsal else f"{survey}#{shard}"


class ResponseStore:
    """The responses table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, response: Response) -> bool:
        """Store a response that is not there yet; False if one with its id is."""
        return self._database.call_if("put_item", RESPONSES, condition=IS_NEW, Item=_item(response))

    def add_invited(self, response: Response, code_hash: str) -> Invited:
        """Store a new response and use its invitation up: both or neither (P10).

        The response's reason is looked at first, so that a retry, whose code is used up by itself, succeeds. Raises
        :class:`StoreUnavailable` if others kept the same items busy; nothing is stored then.
        """
        members = [
            {
                "Put": {
                    "TableName": self._database.name(RESPONSES),
                    "Item": _item(response),
                    "ConditionExpression": IS_NEW,
                }
            },
            {
                "Delete": {
                    "TableName": self._database.name(ACCESS),
                    "Key": invitation_key(response.survey, code_hash),
                    "ConditionExpression": IS_UNUSED,
                    "ExpressionAttributeNames": {"#key": "key"},
                }
            },
        ]
        for attempt in range(MAXIMUM_ATTEMPTS):
            try:
                self._database.call("transact_write_items", TransactItems=members)
            except TransactionCancelled as error:
                of_response, of_code = error.reasons
                if of_response == "ConditionalCheckFailed":
                    return Invited.THERE_ALREADY
                if (of_response, of_code) == ("None", "ConditionalCheckFailed"):
                    return Invited.CODE_UNKNOWN
                # Another transaction holds the response, so whether it is there is not known yet.
                pause(attempt)
            else:
                return Invited.STORED
        raise StoreUnavailable("Others kept the same items busy. Nothing was stored; the same request may be repeated.")

    def replace(self, response: Response, before: int | None = None) -> bool:
        """Put ``response`` in the place of the one with its id; False if that was counted or withdrawn.

        ``before``: only of one that answers a version before that.
        """
        item = _item(response)
        condition, values = IS_NOT_YET_COUNTED, {}
        if before is not None:
            condition = IS_EARLIER_AND_NOT_YET_COUNTED
            values = {"ExpressionAttributeValues": {":before": {"N": str(before)}}}
        try:
            self._database.call("put_item", RESPONSES, Item=item, ConditionExpression=condition, **values)
        except ConditionFailed as error:
            # The reply to the first attempt was lost, and what it had put was counted before the second.
            return error.repeated and self._is_stored(item)
        return True

    def withdraw(self, survey: str, rid: str, rehearsal: bool = False) -> bool:
        """Remove what was answered at once (P11); False if there is no such response, or no longer.

        ``batch`` stays, so that the audit still adds up.
        """
        try:
            self._database.call(
                "update_item",
                RESPONSES,
                Key=_key(survey, rid, rehearsal),
                UpdateExpression="SET gone = :true REMOVE answers, sealed, #text, mark, v, pending",
                ConditionExpression=IS_THERE,
                ExpressionAttributeNames={"#text": "text"},
                ExpressionAttributeValues={":true": {"BOOL": True}},
            )
        except ConditionFailed as error:
            # The reply to the first attempt was lost, and the second found what the first had done.
            return error.repeated and self.is_withdrawn(survey, rid, rehearsal)
        return True

    def is_withdrawn(self, survey: str, rid: str, rehearsal: bool = False) -> bool:
        """Whether the response was withdrawn, learned without reading it: by a write that changes nothing (P2)."""
        as_it_is = {"UpdateExpression": "SET gone = :true", "ExpressionAttributeValues": {":true": {"BOOL": True}}}
        return self._is_found(_key(survey, rid, rehearsal), IS_WITHDRAWN, **as_it_is)

    def was_counted(self, survey: str, rid: str, rehearsal: bool = False) -> bool:
        """Whether a response, withdrawn or not, was counted, learned in the same way (P2)."""
        # Without its condition this write would be seen: so it has a test, and is not left to the engine to refuse.
        as_it_is = {
            "UpdateExpression": "SET #batch = if_not_exists(#batch, :none)",
            "ExpressionAttributeNames": {"#batch": "batch"},
            "ExpressionAttributeValues": {":none": {"NULL": True}},
        }
        return self._is_found(_key(survey, rid, rehearsal), WAS_COUNTED, **as_it_is)

    def _is_found(self, key: Item, condition: str, **as_it_is: Any) -> bool:
        return self._database.call_if("update_item", RESPONSES, condition=condition, Key=key, **as_it_is)

    def pending(self, survey: str, shard: int) -> Iterator[PendingResponse]:
        """The responses of one shard that wait to be counted, from the index, which holds no text.

        They come in pages of ``PENDING_PAGE``, so that no more of them are held, however many wait.
        """
        part = _partition(survey, shard)
        for item in self._database.pages(
            "query",
            RESPONSES,
            IndexName="pending",
            KeyConditionExpression="pending = :part",
            ExpressionAttributeValues={":part": {"S": part}},
            Limit=PENDING_PAGE,
        ):
            yield _pending(survey, part, item)

    def waiting(self, survey: str, most: int) -> int:
        """How many responses wait to be counted, up to ``most``, some hundreds: none is read, and no more looked at."""
        found = 0
        for shard in range(SHARDS):
            if found < most:
                found += self._database.call(
                    "query",
                    RESPONSES,
                    IndexName="pending",
                    KeyConditionExpression="pending = :part",
                    ExpressionAttributeValues={":part": {"S": _partition(survey, shard)}},
                    Select="COUNT",
                    Limit=most - found,
                )["Count"]
        return found

    def records(self, survey: str) -> Iterator[StoredRecord]:
        """Every response of a survey, shard after shard. For operators: the web tier's role may not do this."""
        return self._records(survey)

    def ledger(self, survey: str) -> Iterator[StoredRecord]:
        """As :meth:`records`, without any text: what an audit has to see."""
        names = {"#batch": "batch"}
        attributes = "part, rid, v, answers, #batch, pending, gone"
        return self._records(survey, **only(attributes), ExpressionAttributeNames=names)

    def count(self, survey: str) -> int:
        """How many responses a survey has, without reading what any of them says."""
        return sum(1 for shard in range(SHARDS) for _ in self._keys(_partition(survey, shard)))

    def _records(self, survey: str, **parameters: Any) -> Iterator[StoredRecord]:
        for part in (_partition(survey, shard) for shard in range(SHARDS)):
            for item in self._items(part, **parameters):
                yield _record(survey, part, item)

    def delete_all(self, survey: str, rehearsal: bool = False, go_on: Callable[[], bool] = lambda: True) -> int:
        """Delete every response of a survey, or only its test responses, while ``go_on``; return how many."""
        deleted = 0
        for shard in range(SHARDS):
            for key in self._keys(_partition(survey, shard, rehearsal)):
                if not go_on():
                    return deleted
                self._database.call("delete_item", RESPONSES, Key=key)
                deleted += 1
        return deleted

    def _keys(self, part: str) -> Iterator[Item]:
        return self._items(part, **only("part, rid"))

    def _items(self, part: str, **parameters: Any) -> Iterator[Item]:
        return self._database.pages(
            "query",
            RESPONSES,
            KeyConditionExpression="part = :part",
            ExpressionAttributeValues={":part": {"S": part}},
            ConsistentRead=True,
            **parameters,
        )

    def _is_stored(self, item: Item) -> bool:
        """Whether just this is stored, learned as in :meth:`is_withdrawn`. A sealed text is never the same twice."""
        texts = ("sealed", "text")
        conditions = [f"#{name} = :{name}" if name in item else f"attribute_not_exists(#{name})" for name in texts]
        return self._is_found(
            {"part": item["part"], "rid": item["rid"]},
            " AND ".join([HAS_MARK, *conditions]),
            UpdateExpression="SET mark = :mark",
            ExpressionAttributeNames={f"#{name}": name for name in texts},
            ExpressionAttributeValues={f":{name}": item[name] for name in ("mark", *texts) if name in item},
        )


def _key(survey: str, rid: str, rehearsal: bool) -> Item:
    return {"part": {"S": partition_of(survey, rid, rehearsal)}, "rid": {"S": rid}}


def _item(response: Response) -> Item:
    key = _key(response.survey, response.rid, response.rehearsal)
    return {
        **key,
        "v": {"N": str(response.version)},
        "answers": {"B": response.answers},
        "mark": {"B": response.mark},
        "pending": key["part"],
        **({"sealed": {"B": response.sealed}} if response.sealed is not None else {}),
        **({"text": {"S": response.text}} if response.text is not None else {}),
    }


def _pending(survey: str, part: str, item: Item) -> PendingResponse:
    with reading_answers(survey, part):
        return PendingResponse(
            partition=part,
            rid=item["rid"]["S"],
            version=int(item["v"]["N"]),
            answers=item["answers"]["B"],
            mark=item["mark"]["B"],
        )


def _record(survey: str, part: str, item: Item) -> StoredRecord:
    with reading_answers(survey, part):
        return StoredRecord(
            rid=item["rid"]["S"],
            version=int(item["v"]["N"]) if "v" in item else None,
            answers=item["answers"]["B"] if "answers" in item else None,
            sealed=item["sealed"]["B"] if "sealed" in item else None,
            text=item["text"]["S"] if "text" in item else None,
            batch=int(item["batch"]["N"]) if "batch" in item else None,
            pending="pending" in item,
            withdrawn="gone" in item,
        )
