"""The responses' and tallies' tables as a large count meets them, on a clock that is counted and never waited for.

What AWS documents (Amazon DynamoDB Developer Guide; the API Reference of ``TransactWriteItems``):

- a partition bears 1,000 write units a second ("Best practices for designing and using partition keys effectively");
- a write takes a unit for each KB begun, in a transaction two ("DynamoDB transactions: how it works", capacity);
- taking an item out of an index takes one of the index's own partition ("Using Global Secondary Indexes", write
  capacity units). Whether a transaction doubles that too is not said: it would cost a third more, and take no longer,
  since the table's own partition is the narrower one;
- a query of an index takes half a read unit for each 4 KB begun, a consistent read of an item one;
- a transaction for which a partition has no capacity is cancelled, with ``ThrottlingError`` as that member's reason;
- a new table on demand bears 4,000 writes a second, so four partitions ("Pre-warming a table for on-demand capacity").

What is assumed: a partition saves up one second's units and no more (AWS documents bursts of up to 300 seconds, and
bids not to count on them; adaptive capacity is left out too); a throttled transaction takes no units; each response is
less than 1 KB with its text (one of 5 KB takes five times as much, and as long where a partition is the bound); nobody
sends answers meanwhile; and the times of :class:`Network`: no source gives them for a transaction of 99 members, for
which 98 ms are taken, at the upper end of 30 to 100.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.jobs.count import Shard
from chalicelib.responses.receipt import SHARDS

UNITS_A_SECOND = 1000
KB, PAGE_OF_READING = 1024, 4096


@dataclass(frozen=True)
class Network:
    """In seconds: how long a call is waited for; a transaction's ``member`` comes on top for each. ``cpu``: what each
    transaction takes of the function's processor, all that is around it included."""

    query: float = 0.015
    get: float = 0.005
    transaction: float = 0.02
    member: float = 0.0008
    cpu: float = 0.0


@dataclass
class Function:
    """One function's time, in seconds: ``now``, and when its one processor has nothing more to do."""

    now: float = 0.0
    free: float = 0.0

    def spend(self, waiting: float, computing: float = 0.0) -> None:
        if computing:
            self.now = self.free = max(self.now, self.free) + computing
        self.now += waiting

    def at_once(self, shards: Sequence[Shard], wait: Callable[[int], None]) -> bool:
        """A thread each: whichever's turn comes first takes it. They wait together, and compute one at a time."""
        times = {shard.number: self.now for shard in shards}
        left = {shard.number: shard for shard in shards}
        while left:
            number = min(left, key=lambda each: (times[each], each))
            self.now = times[number]
            is_short = not left[number].take_turn(wait)
            times[number] = self.now
            if is_short or left[number].is_done:
                del left[number]
        self.now = max(times.values())
        return all(shard.is_done for shard in shards)

    def wait(self, attempt: int) -> None:
        """As :func:`chalicelib.storage.database.pause`, without its chance."""
        self.spend(0.01 * 2**attempt / 2)


@dataclass
class Partition:
    """Has 1,000 units a second, and a second's in store."""

    units: float = UNITS_A_SECOND
    seen: float = 0.0

    def units_at(self, now: float) -> float:
        self.units = min(UNITS_A_SECOND, self.units + max(0.0, now - self.seen) * UNITS_A_SECOND)
        self.seen = max(now, self.seen)
        return self.units


@dataclass
class SimulatedClient:
    """The vendor's client before a table of ``responses`` that all wait, with ``blobs`` as answers, over and over.

    ``partitions``: how many the shards lie in. It refuses whatever a count may not do, as DynamoDB does.
    """

    responses: int
    blobs: Sequence[bytes]
    function: Function
    network: Network = Network()
    partitions: int = SHARDS
    transactions: int = 0
    throttled: int = 0
    read_units: float = 0.0
    write_units: float = 0.0
    queries: list[tuple[str, str | None]] = field(default_factory=list)
    #: What each transaction counted: its shard, how many, and whether it passed.
    made: list[tuple[int, int, bool]] = field(default_factory=list)
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    _lists: list[bytearray] = field(default_factory=list)
    _partitions: dict[str, Partition] = field(default_factory=lambda: defaultdict(Partition))

    def __post_init__(self) -> None:
        each, more = divmod(self.responses, SHARDS)
        self._lists = [bytearray(b"\1" * (each + (shard < more))) for shard in range(SHARDS)]

    @property
    def pending(self) -> int:
        return sum(map(sum, self._lists))

    def query(self, **parameters: Any) -> dict[str, Any]:
        (part,) = parameters["ExpressionAttributeValues"].values()
        start = parameters.get("ExclusiveStartKey", {}).get("rid", {}).get("S")
        shard = int(part["S"].rpartition("#")[2])
        waiting = self._lists[shard]
        found: list[dict[str, Any]] = []
        number = int(start[1:]) + 1 if start else 0
        while number < len(waiting) and len(found) < parameters["Limit"]:
            if waiting[number]:
                found.append(self._entry(part, shard, number))
            number += 1
        self.queries.append((part["S"], start))
        self.read_units += ceil(sum(map(_size, found)) / PAGE_OF_READING) / 2
        self.function.spend(self.network.query)
        more = {"LastEvaluatedKey": {"rid": found[-1]["rid"]}} if number < len(waiting) else {}
        return {"Items": found, **more}

    def get_item(self, **parameters: Any) -> dict[str, Any]:
        item = self.parts.get(parameters["Key"]["item"]["S"])
        self.read_units += ceil(_size(item) / PAGE_OF_READING) if item else 1
        self.function.spend(self.network.get)
        return {"Item": item} if item else {}

    def transact_write_items(self, **parameters: Any) -> None:
        tally, *members = [member["Update"] for member in parameters["TransactItems"]]
        key, values = tally["Key"]["item"]["S"], tally["ExpressionAttributeValues"]
        shard = int(key.rpartition("#")[2])
        item = {**tally["Key"], "counts": values[":counts"], "revision": values[":next"]}
        self.function.spend(self.network.transaction + self.network.member * len(members), self.network.cpu)
        self.transactions += 1
        reasons = self._unfit(key, values, shard, members) or self._throttled(shard, len(members), _size(item))
        self.made.append((shard, len(members), not reasons))
        if reasons:
            error = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise ClientError(error, "TransactWriteItems")  # type: ignore[arg-type]  # the stubs know no reasons
        for member in members:
            self._lists[shard][_number(member)] = 0
        self.parts[key] = item

    def _entry(self, part: dict[str, str], shard: int, number: int) -> dict[str, Any]:
        blob = self.blobs[number % len(self.blobs)]
        rid, mark = {"S": f"{shard}{number:025}"}, {"B": number.to_bytes(12, "big")}
        return {"part": part, "pending": part, "rid": rid, "v": {"N": "1"}, "answers": {"B": blob}, "mark": mark}

    def _unfit(
        self, key: str, values: dict[str, Any], shard: int, members: Sequence[dict[str, Any]]
    ) -> list[dict[str, str]]:
        """The reasons of a transaction whose conditions do not hold."""
        holds = [values.get(":read") == self.parts.get(key, {}).get("revision")]
        holds += [self._lists[shard][_number(member)] == 1 for member in members]
        return [] if all(holds) else [{"Code": "None" if each else "ConditionalCheckFailed"} for each in holds]

    def _throttled(self, shard: int, members: int, size: int) -> list[dict[str, str]]:
        """Take what the transaction costs; the reasons if a partition has less."""
        costs = {
            f"responses {shard % self.partitions}": 2 * members,
            f"pending {shard % self.partitions}": members,
            "tallies": 2 * ceil(size / KB),
        }
        if any(self._partitions[name].units_at(self.function.now) < cost for name, cost in costs.items()):
            self.throttled += 1
            return [{"Code": "None"}, *([{"Code": "ThrottlingError"}] * members)]
        for name, cost in costs.items():
            self._partitions[name].units -= cost
            self.write_units += cost
        return []


def _number(member: dict[str, Any]) -> int:
    return int(member["Key"]["rid"]["S"][1:])


def _size(item: dict[str, Any]) -> int:
    """In bytes, as DynamoDB counts them: names and values; a number is some ten digits at most here."""
    return sum(len(name) + len(content) for name, value in item.items() for content in value.values())
