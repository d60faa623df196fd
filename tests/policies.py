"""What each function's role may do, enforced on every call that a test's client makes (moto itself checks no role).

A call belongs to the function in whose code it is made: the innermost frame of the call stack that lies in
``chalicelib.web`` or ``chalicelib.collection``, in a job or in the operator's code decides, however the test got
there. Operators and tests that look at tables themselves hold the AWS credentials and are not restricted.

What a call brings to a policy's conditions is read off it by :mod:`tests.dynamodb_calls`.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from chalicelib.storage.tables import TABLES
from operation.deployment.iam import Access, Policy, matches
from operation.deployment.tables import logical_name
from tests.dynamodb_calls import Call, calls_of

FOLDER = Path(__file__).parents[1] / ".chalice"
OPERATOR = "operator"
#: The Lambda function that runs each module or package, and "operator" for what is never deployed.
FUNCTIONS = {
    "chalicelib.web": "api_handler",
    "chalicelib.collection": "api_handler",
    "chalicelib.jobs.publish": "publish_releases",
    "chalicelib.jobs.count": "publish_releases",
    "chalicelib.jobs.purge": "purge_expired",
    "chalicelib.jobs.themes": "publish_releases",
    "chalicelib.jobs.audit": "audit_ledger",
    "operation": OPERATOR,
}


class Refused(AssertionError):
    """A function made a call that its policy does not allow."""


#: The template's name of each table, by its name without the prefix.
LOGICAL_NAMES = {table.name: logical_name(table) for table in TABLES}
#: A function, an action, a resource; and a condition key with one of its values, or two empty strings.
Right = tuple[str, str, str, str, str]


@cache
def policy(function: str) -> Policy:
    """The policy file that the deployment gives to ``function``; a table is called by its name in the template."""
    stages = read("config.json")["stages"].values()
    (file,) = {stage["lambda_functions"][function]["iam_policy_file"] for stage in stages}
    return Policy.read(resolved(read(file)))


def resolved(document: Any) -> Any:
    """A document of the template without its functions: an Arn is the logical name, a parameter its own name."""
    if isinstance(document, list):
        return [resolved(each) for each in document]
    if not isinstance(document, dict):
        return document
    if "Fn::GetAtt" in document:
        return document["Fn::GetAtt"][0]
    if "Fn::Sub" in document:
        return re.sub(r"\$\{(?:AWS::)?(\w+)(?:\.Arn)?\}", r"\1", document["Fn::Sub"])
    return {key: resolved(value) for key, value in document.items()}


def unused(function: str, record: list[tuple[str, Access]]) -> set[Right]:
    """What a function may do, and did not."""
    accesses = [access for by, access in record if by == function]
    return {right for right in rights(function) if not any(_uses(access, right) for access in accesses)}


def _uses(access: Access, right: Right) -> bool:
    _, action, resource, key, value = right
    return (access.action, access.resource) == (action, resource) and (
        not key or any(matches(value, given) for given in access.context.get(key, ()))
    )


def rights(function: str) -> set[Right]:
    """All that a function's policy gives it on tables: every action, and every value of every condition."""
    found: set[Right] = set()
    for statement in policy(function).statements:
        for action in statement.actions:
            for resource in statement.resources:
                found.add((function, action, resource, "", ""))
                found |= {
                    (function, action, resource, condition.key, value)
                    for condition in statement.conditions
                    if condition.operator != "Null"
                    for value in condition.values
                }
    return {right for right in found if not right[1].startswith("logs:")}


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / name).read_text("utf-8"))
    return found


@dataclass
class Guard:
    """Refuses calls and remembers them, so that code which catches every exception cannot hide a refusal."""

    refusals: list[str] = field(default_factory=list)
    #: Where :meth:`recording` notes which function did what.
    _record: list[tuple[str, Access]] | None = None

    def watch(self, client: Any) -> None:
        """Judge every call of a botocore client from now on, before it is made."""
        client.meta.events.register("before-parameter-build.dynamodb", self._judge)

    @contextmanager
    def recording(self) -> Iterator[list[tuple[str, Access]]]:
        """What functions do meanwhile: which, and its access."""
        self._record = []
        try:
            yield self._record
        finally:
            self._record = None

    def take_refusals(self) -> list[str]:
        """What was refused since this was last asked."""
        taken, self.refusals = self.refusals, []
        return taken

    def _judge(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        function = function_of(inspect.currentframe())
        if function == OPERATOR:
            return
        wanted = calls_of(model.name, params, LOGICAL_NAMES)
        if self._record is not None:
            self._record += [(function, call.access) for call in wanted]
        refused = [f"{function}: {call}" for call in wanted if not self._allows(function, call)]
        self.refusals += refused
        if refused:
            raise Refused("; ".join(refused))

    @staticmethod
    def _allows(function: str, call: Call) -> bool:
        """The item that failed a condition is a read that no key of a policy speaks of: nobody may ask for it."""
        return policy(function).allows(call.access) and not call.wants_what_stands


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
