"""What each function's role may do, enforced on every call that a test's client makes (moto itself checks no role).

A call belongs to the function in whose code it is made: the innermost frame of the call stack that lies in
``chalicelib.web`` or ``chalicelib.collection``, in a job or in the operator's code decides, however the test got
there. Operators and tests that look at tables themselves hold the AWS credentials and are not restricted.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from chalicelib.storage.tables import TABLES
from operation.deployment.tables import logical_name

FOLDER = Path(__file__).parents[1] / ".chalice"
OPERATOR = "operator"
#: The Lambda function that runs each module or package, and "operator" for what is never deployed.
FUNCTIONS = {
    "chalicelib.web": "api_handler",
    "chalicelib.collection": "api_handler",
    "chalicelib.jobs.publish": "publish_releases",
    "chalicelib.jobs.purge": "purge_expired",
    "chalicelib.jobs.audit": "audit_ledger",
    "operation": OPERATOR,
}
#: Operations on one item or one table. IAM calls their actions by the same names.
_SINGLE = {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"}
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
_RETURN_VALUES = "dynamodb:ReturnValues"


class Refused(AssertionError):
    """A function made a call that its policy does not allow."""


@dataclass(frozen=True)
class Access:
    """One action on a table or on one of its indexes, and what it wants back of the item besides."""

    action: str
    resource: str
    returns: str = "NONE"
    returns_on_failure: str = "NONE"

    def __str__(self) -> str:
        wanted = [value for value in (self.returns, self.returns_on_failure) if value != "NONE"]
        return f"{self.action} on {self.resource}" + "".join(f" returning {value}" for value in wanted)


def accesses(operation: str, parameters: Mapping[str, Any]) -> list[Access]:
    """What a call needs; each member of a transaction and each table of a batch by itself.

    An operation that is not known needs a right by its own name on everything, which no policy gives.
    """
    if operation in _SINGLE:
        return [_access(operation, parameters)]
    if operation in _TRANSACTIONS:
        members = [member for each in parameters["TransactItems"] for member in each.items()]
        return [_access(_MEMBERS[kind], given) for kind, given in members]
    if operation in _BATCHES:
        return [Access(operation, _resource(table)) for table in parameters["RequestItems"]]
    return [Access(operation, "*")]


def _access(action: str, given: Mapping[str, Any]) -> Access:
    return Access(
        action,
        _resource(given["TableName"], given.get("IndexName")),
        given.get("ReturnValues", "NONE"),
        given.get("ReturnValuesOnConditionCheckFailure", "NONE"),
    )


def _resource(table: str, index: str | None = None) -> str:
    """A resource as the policies name it: the table's logical name, and the index."""
    name = _logical_names()[table.rpartition("-")[2]]
    return f"{name}/index/{index}" if index else name


@cache
def _logical_names() -> dict[str, str]:
    """The template's name of each table, by its name without the prefix."""
    return {table.name: logical_name(table) for table in TABLES}


@dataclass(frozen=True)
class Statement:
    """What a statement allows; ``returns`` are the return values that may be asked for, None for any."""

    actions: frozenset[str]
    resource: str
    returns: frozenset[str] | None

    @classmethod
    def read(cls, statement: Mapping[str, Any]) -> Statement:
        """Raises ValueError for anything that is not understood here: what cannot be judged is not allowed."""
        if statement["Effect"] != "Allow" or statement.keys() - {"Effect", "Action", "Resource", "Condition"}:
            raise ValueError(statement)
        actions = frozenset(action.removeprefix("dynamodb:") for action in statement["Action"])
        return cls(actions, _named(statement["Resource"]), _returns(statement.get("Condition")))

    def allows(self, access: Access) -> bool:
        """Whether this statement alone allows ``access``.

        The item that failed a condition is a read that no key of a policy speaks of: nobody may ask for it.
        """
        return (
            access.action in self.actions
            and access.resource == self.resource
            and (self.returns is None or access.returns in self.returns)
            and access.returns_on_failure == "NONE"
        )


def _named(resource: Mapping[str, Any]) -> str:
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    return str(resource["Fn::Sub"]).removeprefix("${").replace(".Arn}", "")


def _returns(condition: Mapping[str, Any] | None) -> frozenset[str] | None:
    if condition is None:
        return None
    if list(condition) != ["StringEqualsIfExists"] or list(condition["StringEqualsIfExists"]) != [_RETURN_VALUES]:
        raise ValueError(condition)
    value = condition["StringEqualsIfExists"][_RETURN_VALUES]
    return frozenset([value] if isinstance(value, str) else value)


@cache
def policy(function: str) -> tuple[Statement, ...]:
    """The statements about tables of the policy file that the deployment gives to ``function``."""
    stages = _read("config.json")["stages"].values()
    (file,) = {stage["lambda_functions"][function]["iam_policy_file"] for stage in stages}
    statements = _read(file)["Statement"]
    return tuple(Statement.read(each) for each in statements if not each["Action"][0].startswith("logs:"))


def rights(function: str) -> set[tuple[str, str]]:
    """Every (action, resource) that a function's policy allows."""
    return {(action, statement.resource) for statement in policy(function) for action in statement.actions}


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / name).read_text("utf-8"))
    return found


@dataclass
class Guard:
    """Refuses calls and remembers them, so that code which catches every exception cannot hide a refusal."""

    refusals: list[str] = field(default_factory=list)
    used: set[tuple[str, str, str]] = field(default_factory=set)

    def watch(self, client: Any) -> None:
        """Judge every call of a botocore client from now on, before it is made."""
        client.meta.events.register("before-parameter-build.dynamodb", self._judge)

    def take_refusals(self) -> list[str]:
        """What was refused since this was last asked."""
        taken, self.refusals = self.refusals, []
        return taken

    def _judge(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        function = function_of(inspect.currentframe())
        if function == OPERATOR:
            return
        wanted = accesses(model.name, params)
        self.used |= {(function, access.action, access.resource) for access in wanted}
        refused = [
            f"{function}: {access}"
            for access in wanted
            if not any(statement.allows(access) for statement in policy(function))
        ]
        self.refusals += refused
        if refused:
            raise Refused("; ".join(refused))


def elsewhere(action: Callable[[], None]) -> None:
    """Run ``action`` as another process: its calls are not those of the function that they interrupt."""
    action()


def function_of(frame: FrameType | None) -> str:
    """The function in whose code ``frame`` runs: the innermost one that is known."""
    while frame and frame.f_code is not elsewhere.__code__:
        function = _function_of_module(frame.f_globals.get("__name__", ""))
        if function:
            return function
        frame = frame.f_back
    return OPERATOR


@cache
def _function_of_module(name: str) -> str | None:
    return next((FUNCTIONS[known] for known in FUNCTIONS if f"{name}.".startswith(f"{known}.")), None)
