"""What an IAM policy document allows, by the part of AWS's rules that the policies of this project use.

Rules: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html (what is not allowed is
refused, and what is denied stays so), reference_policies_elements_condition_operators.html and
reference_policies_condition-single-vs-multi-valued-context-keys.html in the same guide (set operators, ``Null``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

#: Condition key ("dynamodb:LeadingKeys") to the values that a request brings; a key that it does not bring is missing.
Context = Mapping[str, tuple[str, ...]]

_OPERATOR = re.compile(r"(?:(ForAllValues|ForAnyValue):)?(StringEquals|StringLike|Null)(IfExists)?")
_KNOWN = {"Sid", "Effect", "Action", "Resource", "Condition"}


@dataclass(frozen=True)
class Access:
    """One action on one resource, as IAM judges it."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """One operator on one condition key. ``quantifier``: "ForAllValues", "ForAnyValue" or nothing."""

    quantifier: str
    operator: str
    if_exists: bool
    key: str
    values: tuple[str, ...]

    def holds(self, context: Context) -> bool:
        """Whether it is true of a request. ``ForAllValues`` is true of a request that does not bring the key."""
        given = context.get(self.key, ())
        if self.operator == "Null":
            return self.values == ("false" if given else "true",)
        if not given and self.if_exists:
            return True
        if self.quantifier == "ForAllValues":
            return all(map(self._is_named, given))
        return any(map(self._is_named, given))

    def _is_named(self, value: str) -> bool:
        if self.operator == "StringEquals":
            return value in self.values
        return any(matches(pattern, value) for pattern in self.values)


@dataclass(frozen=True)
class Statement:
    """One statement of a policy."""

    denies: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...]

    @classmethod
    def read(cls, statement: Mapping[str, Any]) -> Statement:
        """Raises ValueError for anything that is not understood here: what cannot be judged is not allowed."""
        if statement.keys() - _KNOWN or statement["Effect"] not in ("Allow", "Deny"):
            raise ValueError(statement)
        return cls(
            statement["Effect"] == "Deny",
            _listed(statement["Action"]),
            _listed(statement["Resource"]),
            tuple(_conditions(statement.get("Condition", {}))),
        )

    def covers(self, access: Access) -> bool:
        """Whether it speaks of ``access``. The case of an action means nothing, that of a resource does."""
        return (
            any(matches(action.lower(), access.action.lower()) for action in self.actions)
            and any(matches(resource, access.resource) for resource in self.resources)
            and all(condition.holds(access.context) for condition in self.conditions)
        )


@dataclass(frozen=True)
class Policy:
    """The statements of one document."""

    statements: tuple[Statement, ...]

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Policy:
        """Raises ValueError for anything that is not understood, as :meth:`Statement.read`."""
        return cls(tuple(map(Statement.read, document["Statement"])))

    def allows(self, access: Access) -> bool:
        """Whether it allows ``access`` to whoever has no other policy."""
        covering = [statement for statement in self.statements if statement.covers(access)]
        return bool(covering) and not any(statement.denies for statement in covering)


def matches(pattern: str, value: str) -> bool:
    """Whether ``value`` is what ``pattern`` says, in which * stands for any text and ? for any one character."""
    return _expression(pattern).fullmatch(value) is not None


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _listed(values: Any) -> tuple[str, ...]:
    """One value or several, as a document may have both; a variable is a value that is not known here."""
    found = (values,) if isinstance(values, str) else tuple(values)
    if isinstance(values, Mapping) or not all(isinstance(value, str) and "${" not in value for value in found):
        raise ValueError(values)
    return found


def _conditions(block: Mapping[str, Mapping[str, Any]]) -> Iterator[Condition]:
    for name, keys in block.items():
        if not (known := _OPERATOR.fullmatch(name)):
            raise ValueError(name)
        for key, values in keys.items():
            yield Condition(known[1] or "", known[2], bool(known[3]), key, _listed(values))
