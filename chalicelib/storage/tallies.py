"""Tallies: exact counts, a part a shard, which the web tier may not touch; and the key that rounding draws from.

A response leaves ``pending`` in the same transaction that counts it, so no retry, timeout or second run can count it
twice, and a part that is sealed takes no more (design, section 5).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Any

from chalicelib.errors import TransactionCancelled
from chalicelib.responses.answers import PendingResponse
from chalicelib.responses.receipt import SHARDS
from chalicelib.storage.database import Database, Item, only
from chalicelib.storage.reading import reading
from chalicelib.storage.responses import IS_NOT_YET_COUNTED
from chalicelib.storage.surveys import key_of
from chalicelib.storage.tables import RESPONSES, TALLIES

if TYPE_CHECKING:
    from chalicelib.tabulation.tally import Tally

#: A transaction may have 100 members: one tally part, and a margin of one.
MAXIMUM_COUNTED_TOGETHER = 98

IS_FIRST_AND_UNSEALED = "attribute_not_exists(revision) AND attribute_not_exists(sealed)"
IS_UNCHANGED_AND_UNSEALED = "revision = :read AND attribute_not_exists(sealed)"
IS_ABSENT = "attribute_not_exists(survey)"
IS_SAME_AND_NOT_YET_COUNTED = f"{IS_NOT_YET_COUNTED} AND mark = :mark"

_ROUNDING_KEY = "ROUNDING_KEY"
#: What the exact counts of themes are stored under, once an operator has put them down.
THEMES = "THEMES"


@dataclass(frozen=True)
class TallyPart:
    """One shard's counts of one batch. ``revision`` counts its writes; 0 where there is none yet."""

    survey: str
    batch: int
    shard: int
    tally: Tally
    revision: int = 0
    sealed: bool = False

    @property
    def item(self) -> str:
        """Its sort key."""
        return f"TALLY#{self.batch:06}#{self.shard}"


@dataclass(frozen=True)
class NotCounted:
    """Why a transaction counted nothing: what it had read no longer stood, or others held it up, or both.

    ``changed``: those that were replaced, withdrawn or counted since. ``is_part_changed``: by another run, or sealed.
    ``is_held_up``: another transaction was at the same items, or a partition had no capacity left.
    """

    changed: tuple[PendingResponse, ...]
    is_part_changed: bool
    is_held_up: bool


class TallyStore:
    """The tallies table, and the transactions that reach from it into the responses."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def part(self, survey: str, batch: int, shard: int) -> TallyPart:
        """One part as it stands now, empty where nothing was counted yet."""
        empty = _empty_part(survey, batch, shard)
        item = self._database.get(TALLIES, key_of(survey, empty.item))
        return _read_part(item) if item else empty

    def parts(self, survey: str, batch: int) -> list[TallyPart]:
        """The parts of one batch that there are."""
        return [_read_part(item) for item in self._items(survey, f"TALLY#{batch:06}#")]

    def ledger(self, survey: str) -> dict[int, list[TallyPart]]:
        """The parts of every batch, by batch."""
        batches: dict[int, list[TallyPart]] = defaultdict(list)
        for item in self._items(survey, "TALLY#"):
            part = _read_part(item)
            batches[part.batch].append(part)
        return dict(batches)

    def _items(self, survey: str, prefix: str) -> Iterator[Item]:
        return self._database.pages(
            "query",
            TALLIES,
            KeyConditionExpression="survey = :survey AND begins_with(#item, :prefix)",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues={":survey": {"S": survey}, ":prefix": {"S": prefix}},
            ConsistentRead=True,
            **only("survey, #item, counts, revision, sealed"),
        )

    def count(self, part: TallyPart, counted: Tally, responses: Sequence[PendingResponse]) -> TallyPart | NotCounted:
        """Add ``counted``, the tally of ``responses``, to ``part`` and take them out of pending: all or nothing.

        Returns the part as it is then, or why it is not.
        """
        total = part.tally + counted
        members = [_tally_update(self._database.name(TALLIES), part, total)]
        members += [_counted_update(self._database.name(RESPONSES), part.batch, response) for response in responses]
        try:
            self._database.call("transact_write_items", TransactItems=members)
        except TransactionCancelled as error:
            return _not_counted(error.reasons, responses)
        return TallyPart(part.survey, part.batch, part.shard, total, part.revision + 1)

    def seal(self, survey: str, batch: int) -> None:
        """Close every part of a batch for good, making those that are missing. Doing it twice is harmless."""
        for shard in range(SHARDS):
            item = _empty_part(survey, batch, shard).item
            self._database.call(
                "update_item",
                TALLIES,
                Key=key_of(survey, item),
                UpdateExpression="SET sealed = :true",
                ExpressionAttributeValues={":true": {"BOOL": True}},
            )

    def add_rounding_key(self, survey: str, secret: bytes) -> None:
        """Store the key that rounding draws from, unless the survey has one."""
        item = {**key_of(survey, _ROUNDING_KEY), "secret": {"B": secret}}
        self._database.call_if("put_item", TALLIES, condition=IS_ABSENT, Item=item)

    def rounding_key(self, survey: str) -> bytes | None:
        """The key that rounding draws from; None before opening and after the purge."""
        item = self._database.get(TALLIES, key_of(survey, _ROUNDING_KEY))
        with reading(TALLIES, survey, _ROUNDING_KEY):
            return item["secret"]["B"] if item else None

    def has_rounding_key(self, survey: str) -> bool:
        """Whether the survey has its rounding key, without reading it."""
        return any(True for _ in self._items(survey, _ROUNDING_KEY))

    def delete_ledger(self, survey: str) -> None:
        """Forget all exact counts, and at last the key, so that no rounding can be drawn again or undone."""
        for item in list(self._items(survey, "TALLY#")):
            self._database.call("delete_item", TALLIES, Key={"survey": item["survey"], "item": item["item"]})
        for name in (THEMES, _ROUNDING_KEY):
            self.delete_record(survey, name)

    def add_record(self, survey: str, item: str, body: str) -> None:
        """Store a proof or other numbers, and nothing else, unless an earlier run stored them."""
        record = {**key_of(survey, item), "body": {"S": body}}
        self._database.call_if("put_item", TALLIES, condition=IS_ABSENT, Item=record)

    def delete_record(self, survey: str, item: str) -> None:
        """Forget what :meth:`add_record` stored."""
        self._database.call("delete_item", TALLIES, Key=key_of(survey, item))

    def record(self, survey: str, item: str) -> str | None:
        """What :meth:`add_record` stored, which is JSON, or None."""
        found = self._database.get(TALLIES, key_of(survey, item))
        with reading(TALLIES, survey, item):
            return json.dumps(json.loads(found["body"]["S"])) if found else None


def _empty_part(survey: str, batch: int, shard: int) -> TallyPart:
    # Imported by the jobs alone: no request counts.
    from chalicelib.tabulation.tally import Tally

    return TallyPart(survey, batch, shard, Tally.empty())


def _read_part(item: Item) -> TallyPart:
    from chalicelib.tabulation.tally import Tally

    survey, name = item["survey"]["S"], item["item"]["S"]
    with reading(TALLIES, survey, name):
        _, batch, shard = name.split("#")
        return TallyPart(
            survey,
            int(batch),
            int(shard),
            Tally.from_json(item["counts"]["S"]) if "counts" in item else Tally.empty(),
            int(item["revision"]["N"]) if "revision" in item else 0,
            sealed="sealed" in item,
        )


def _not_counted(reasons: Sequence[str], responses: Sequence[PendingResponse]) -> NotCounted:
    """``reasons`` in the order of the members: first the part's, then those of ``responses``."""
    is_changed = [reason == "ConditionalCheckFailed" for reason in reasons] or [False]
    return NotCounted(
        changed=tuple(compress(responses, is_changed[1:])),
        is_part_changed=is_changed[0],
        is_held_up=not any(is_changed) or not {*reasons} <= {"None", "ConditionalCheckFailed"},
    )


def _tally_update(table: str, part: TallyPart, total: Tally) -> dict[str, Any]:
    values = {":counts": {"S": total.to_json()}, ":next": {"N": str(part.revision + 1)}}
    if part.revision:
        values[":read"] = {"N": str(part.revision)}
    return {
        "Update": {
            "TableName": table,
            "Key": key_of(part.survey, part.item),
            "UpdateExpression": "SET counts = :counts, revision = :next",
            "ConditionExpression": IS_UNCHANGED_AND_UNSEALED if part.revision else IS_FIRST_AND_UNSEALED,
            "ExpressionAttributeValues": values,
        }
    }


def _counted_update(table: str, batch: int, response: PendingResponse) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": table,
            "Key": {"part": {"S": response.partition}, "rid": {"S": response.rid}},
            "UpdateExpression": "SET #batch = :batch REMOVE pending",
            "ConditionExpression": IS_SAME_AND_NOT_YET_COUNTED,
            "ExpressionAttributeNames": {"#batch": "batch"},
            "ExpressionAttributeValues": {":batch": {"N": str(batch)}, ":mark": {"B": response.mark}},
        }
    }
