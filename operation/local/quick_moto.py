"""moto, for more than a handful of items: as it comes it copies whole tables, and keeps every copy for ever.

A transaction copies its table for each of its members, and every object that moto makes stays in a list for a page that
nobody looks at: 3.5 GB after 2,000 counted responses. The rest saves CPU: half of what the fast tests spend is moto's.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from botocore import UNSIGNED
from moto import backend_index
from moto.core import responses
from moto.core.common_models import BaseModel
from moto.core.serialize import ResponseSerializer
from moto.core.utils import method_names_from_class
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

Member = Mapping[str, Mapping[str, Any]]


@functools.cache
def make_quick() -> None:
    """Patch moto in this process, once."""
    BaseModel.__new__ = staticmethod(lambda cls, *_, **__: object.__new__(cls))  # type: ignore[method-assign]
    # A transaction takes its copies here, and puts them in place of the tables.
    Table.__deepcopy__ = lambda table, memo: table  # type: ignore[attr-defined]
    DynamoDBBackend.transact_write_items = _with_small_copies(  # type: ignore[method-assign]
        DynamoDBBackend.transact_write_items
    )
    Table.all_items = _in_order  # type: ignore[method-assign, assignment]
    # Looked up anew at each call, by reading all members of a class.
    responses.method_names_from_class = functools.cache(method_names_from_class)  # type: ignore[attr-defined]
    # No service but DynamoDB is called, and the addresses of all are tried one after the other.
    patterns = backend_index.backend_url_patterns
    patterns[:] = [(service, pattern) for service, pattern in patterns if service == "dynamodb"]
    ResponseSerializer._serialize_structure_member = _of_what_is_there(  # type: ignore[method-assign]
        ResponseSerializer._serialize_structure_member
    )


def leave_unsigned(client: Any) -> None:
    """Send the calls of a botocore client without a signature, which moto does not look at."""
    client.meta.events.register("choose-signer.dynamodb", lambda **_: UNSIGNED)


def _with_small_copies(transact: Callable[..., None]) -> Callable[..., None]:
    """``transact_write_items`` that keeps the items which its members name, instead of a copy of their tables."""

    def transact_write_items(backend: DynamoDBBackend, transact_items: Sequence[Member]) -> None:
        before = _partitions(backend, transact_items)
        try:
            transact(backend, transact_items)
        except Exception:
            for (name, key), partition in before.items():
                if partition is None:
                    backend.get_table(name).items.pop(key, None)
                else:
                    backend.get_table(name).items[key] = partition
            raise

    return transact_write_items


def _partitions(backend: DynamoDBBackend, members: Sequence[Member]) -> dict[tuple[str, DynamoType], Any]:
    """The partitions of the items that ``members`` name, by table and key, as they are: those items are copies.

    A partition of a table without a range key is its one item; None stands for one that is not there.
    """
    found: dict[tuple[str, DynamoType], Any] = {}
    for member in members:
        (given,) = member.values()
        name = given["TableName"]
        table = backend.get_table(name)
        key, range_key = backend.get_keys_value(table, given.get("Key") or given["Item"])
        there = table.items.get(key)
        if range_key is None:
            found[name, key] = copy.deepcopy(there)
        else:
            partition = found.setdefault((name, key), None if there is None else dict(there))
            if partition and range_key in partition:
                partition[range_key] = copy.deepcopy(partition[range_key])
    return found


def _in_order(table: Table) -> list[Item]:
    """All items by their keys, which are text: every query sorts its whole table, and moto by comparing objects."""
    if table.range_key_attr is None:
        alone: Iterable[Any] = table.items.values()
        return sorted(alone, key=lambda item: item.hash_key.value)
    items = (item for partition in table.items.values() for item in partition.values())
    return sorted(items, key=lambda item: (item.hash_key.value, item.range_key.value))


def _of_what_is_there(serialize: Callable[..., None]) -> Callable[..., None]:
    """Writes those members of a reply that it has: moto looks for each possible one under each of its names."""

    def serialize_member(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if not isinstance(value, dict) or key in value:
            serialize(serializer, serialized, value, shape, key)

    return serialize_member
