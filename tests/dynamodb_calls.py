"""What a call to DynamoDB brings to IAM: its actions, its resources, and the condition keys that policies here name.

Sources, as read in November 2026. Keys and attributes: "Using IAM policy conditions for fine-grained access control",
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html: ``dynamodb:Attributes`` are
the top-level attributes "specified in the request parameters", what a conditional write evaluates among them, "not
attributes in the response"; a policy that lists any has to list the keys' too. So ``Attributes`` does not narrow what
``ReturnValuesOnConditionCheckFailure`` returns, and no other key speaks of it.
Transactions: "Using IAM with DynamoDB transactions", …/transaction-apis-iam.html: a member needs the action of the same
name. That members bring ``LeadingKeys`` and ``Attributes``:
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html names both for
``ConditionCheckItem``, which exists in transactions alone, and ``EnclosingOperation`` next to both for all others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.storage.tables import TABLES, Table
from operation.deployment.iam import Access

LEADING_KEYS, ATTRIBUTES = "dynamodb:LeadingKeys", "dynamodb:Attributes"
RETURN_VALUES, SELECT = "dynamodb:ReturnValues", "dynamodb:Select"

#: Operations on one item or one table. IAM calls their actions by the same names.
_READS, _WRITES = {"GetItem", "Query", "Scan"}, {"PutItem", "UpdateItem", "DeleteItem"}
_BATCHES = {"BatchGetItem", "BatchWriteItem"}
#: A transaction needs its members' actions, and none of its own.
_TRANSACTIONS = {"TransactGetItems", "TransactWriteItems"}
_MEMBERS = {
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_EXPRESSIONS = (
    *("KeyConditionExpression", "FilterExpression", "ProjectionExpression"),
    *("ConditionExpression", "UpdateExpression"),
)
#: Parameters of before there were expressions: they name attributes in ways that nothing here reads.
_LEGACY = {"AttributesToGet", "AttributeUpdates", "ConditionalOperator", "Expected", "KeyConditions", "QueryFilter"}
#: A name in an expression that is no value (:x), no function and no step into a document.
_NAME = re.compile(r"(?<![\w:#.])(#?[A-Za-z_]\w*)(?!\w|\s*\()")
_WORDS = {"SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN"}


@dataclass(frozen=True)
class Call:
    """One access that a call needs. ``wants_what_stands``: an item back that failed the call's condition."""

    access: Access
    wants_what_stands: bool = False

    def __str__(self) -> str:
        context = self.access.context
        returned = [value for value in context.get(RETURN_VALUES, ()) if value != "NONE"]
        returned += ["ALL_OLD"] if self.wants_what_stands else []
        keys, attributes = context.get(LEADING_KEYS, ()), context.get(ATTRIBUTES, ())
        return (
            f"{self.access.action.removeprefix('dynamodb:')} on {self.access.resource}"
            + "".join(f" at {key}" for key in keys)
            + (f" of {', '.join(attributes)}" if attributes else "")
            + "".join(f" returning {value}" for value in returned)
        )


def calls_of(operation: str, parameters: Mapping[str, Any], names: Mapping[str, str]) -> list[Call]:
    """What a call needs; each member of a transaction and each table of a batch by itself.

    ``names``: how each table's resource is called, by the table's name without its prefix. An operation that is not
    known needs a right by its own name on everything, which no policy gives. Raises KeyError for an unknown table.
    """
    if operation in _READS | _WRITES:
        return [_call(operation, parameters, names)]
    if operation in _TRANSACTIONS:
        members = [member for each in parameters["TransactItems"] for member in each.items()]
        return [_call(_MEMBERS[kind], given, names) for kind, given in members]
    if operation in _BATCHES:
        resources = [names[_table(table).name] for table in parameters["RequestItems"]]
        return [Call(Access(f"dynamodb:{operation}", resource)) for resource in resources]
    return [Call(Access(f"dynamodb:{operation}", "*"))]


def _call(action: str, given: Mapping[str, Any], names: Mapping[str, str]) -> Call:
    if given.keys() & _LEGACY:
        raise ValueError(sorted(given))
    table = _table(given["TableName"])
    index = f"/index/{given['IndexName']}" if "IndexName" in given else ""
    return Call(
        Access(f"dynamodb:{action}", names[table.name] + index, dict(_context(action, table, given))),
        given.get("ReturnValuesOnConditionCheckFailure", "NONE") != "NONE",
    )


def _table(name: str) -> Table:
    """The table of a full name, which has a prefix."""
    return {table.name: table for table in TABLES}[name.rpartition("-")[2]]


def _context(action: str, table: Table, given: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    key = given.get("Key") or given.get("Item") or {}
    attributes = {*key, *_named(given)}
    if attributes:
        yield ATTRIBUTES, tuple(sorted(attributes))
    if action == "Query":
        yield LEADING_KEYS, _queried(table, given)
    elif key:
        yield LEADING_KEYS, tuple(key[table.hash_key].values())
    if action in _READS:
        # What AWS takes where only a projection says it is not documented for policies: so it has to be said.
        yield SELECT, (given.get("Select", "ALL_ATTRIBUTES"),)
    elif action in _WRITES:
        yield RETURN_VALUES, (given.get("ReturnValues", "NONE"),)


def _named(given: Mapping[str, Any]) -> Iterator[str]:
    """Every attribute that a call's expressions speak of."""
    aliases = given.get("ExpressionAttributeNames", {})
    yield from aliases.values()
    for expression in _EXPRESSIONS:
        for name in _NAME.findall(given.get(expression, "")):
            if name.upper() not in _WORDS:
                yield aliases[name] if name.startswith("#") else name


def _queried(table: Table, given: Mapping[str, Any]) -> tuple[str, ...]:
    """The partition that a query reads."""
    hash_key = table.index[1] if table.index and "IndexName" in given else table.hash_key
    aliases = given.get("ExpressionAttributeNames", {})
    equals = re.findall(r"(#?\w+)\s*=\s*(:\w+)", given.get("KeyConditionExpression", ""))
    values = [value for name, value in equals if aliases.get(name, name) == hash_key]
    return tuple(value for name in values for value in given["ExpressionAttributeValues"][name].values())
