"""The values that a template's functions (``Ref``, ``Fn::Sub``…) have in a stage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: An account that is nobody's: what a template says is the same in all.
ACCOUNT, REGION = "123456789012", "eu-north-1"
_PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
}
_VARIABLE = re.compile(r"\$\{([\w:.]+)\}")
#: The property that names a resource, and the ARN of one so called.
_NAMED = {
    "AWS::DynamoDB::Table": ("TableName", "dynamodb", "table/"),
    "AWS::Lambda::Function": ("FunctionName", "lambda", "function:"),
    "AWS::Logs::LogGroup": ("LogGroupName", "logs", "log-group:"),
    "AWS::SNS::Topic": ("TopicName", "sns", ""),
}
_NOTHING = object()


class Template:
    """An expanded template as it would be deployed with ``parameters``; those that have a default may be left out."""

    def __init__(self, source: Mapping[str, Any], parameters: Mapping[str, str]) -> None:
        defaults = {name: each.get("Default", "") for name, each in source.get("Parameters", {}).items()}
        self.parameters = {**defaults, **parameters}
        self._conditions = source.get("Conditions", {})
        self._resources: Mapping[str, Any] = source["Resources"]

    def of_kind(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of all resources of a type, by logical name, but of those whose condition is false."""
        return {
            name: self.value(each.get("Properties", {}))
            for name, each in self._resources.items()
            if each["Type"] == kind and ("Condition" not in each or self._holds(each["Condition"]))
        }

    def is_retained(self, name: str) -> bool:
        """Whether the resource called ``name`` outlives the stack."""
        return bool(self._resources[name].get("DeletionPolicy") == "Retain")

    def value(self, given: Any) -> Any:
        """``given`` with everything that is a function of the template replaced by what it gives."""
        if isinstance(given, list):
            return [found for each in given if (found := self.value(each)) is not _NOTHING]
        if not isinstance(given, dict):
            return given
        if len(given) == 1 and (known := getattr(self, _FUNCTIONS.get(next(iter(given)), ""), None)):
            return known(*given.values())
        values = {name: self.value(each) for name, each in given.items()}
        return {name: found for name, found in values.items() if found is not _NOTHING}

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NOTHING
        if name in self.parameters or name in _PSEUDO:
            return {**_PSEUDO, **self.parameters}[name]
        kind = self._resources[name]["Type"]
        return self._arn(name) if kind == "AWS::SNS::Topic" else self._physical(name)

    def _physical(self, name: str) -> str:
        resource = self._resources[name]
        property_name, *_ = _NAMED.get(resource["Type"], ("", "", ""))
        return str(self.value(resource["Properties"].get(property_name, name)))

    def _get_att(self, given: list[str]) -> str:
        name, attribute = given
        return self._arn(name) if attribute == "Arn" else f"{name}.{attribute}"

    def _arn(self, name: str) -> str:
        kind = self._resources[name]["Type"]
        _, service, before = _NAMED.get(kind, ("", kind.split("::")[1].lower(), ""))
        return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{before}{self._physical(name)}"

    def _sub(self, given: str | list[Any]) -> str:
        text, own = (given, {}) if isinstance(given, str) else given
        return _VARIABLE.sub(lambda found: self._variable(found[1], own), text)

    def _variable(self, name: str, own: Mapping[str, Any]) -> str:
        if name in own:
            return str(self.value(own[name]))
        if "." in name:
            return self._get_att(name.split(".", 1))
        return str(self._ref(name))

    def _if(self, given: list[Any]) -> Any:
        condition, then, otherwise = given
        return self.value(then if self._holds(condition) else otherwise)

    def _holds(self, condition: str) -> bool:
        return bool(self.value(self._conditions[condition]))

    def _equals(self, given: list[Any]) -> bool:
        one, other = self.value(given)
        return str(one) == str(other)

    def _not(self, given: list[Any]) -> bool:
        return not self.value(given)[0]


_FUNCTIONS = {
    "Ref": "_ref",
    "Fn::GetAtt": "_get_att",
    "Fn::Sub": "_sub",
    "Fn::If": "_if",
    "Fn::Equals": "_equals",
    "Fn::Not": "_not",
}
