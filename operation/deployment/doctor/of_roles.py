"""Rules about who may do what: the roles of functions, the policies of persons, the bucket of the package."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from operation.deployment import people as persons
from operation.deployment import tables
from operation.deployment.doctor.facts import Document, Facts, Role
from operation.deployment.doctor.intrinsics import Template
from operation.deployment.doctor.of_requests import WEB
from operation.deployment.iam import Access, Policy, Statement
from operation.deployment.template import NAMES
from operation.errors import CouldNotLook

_FOLDER = Path(__file__).parents[3] / ".chalice"
#: Any survey: what is asked of a policy is the same for all.
_KEYS = ("RECEIPT_KEY#a-survey", "TEST_KEY#a-survey", "ANALYST#a-survey#digest")
_READS = ("GetItem", "BatchGetItem", "Query", "Scan", "PartiQLSelect", "GetRecords", "ExportTableToPointInTime")
_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")


def wildcards(facts: Facts) -> Iterator[str]:
    """Rights on what they do not name; the streams of a function's own log group have no names beforehand."""
    for role in facts.roles():
        for statement in _allowing(role):
            for word in ("NotAction", "NotResource"):
                if word in statement:
                    yield f"{role.function}: {word}"
            named = [*_listed(statement.get("Action", [])), *_listed(statement.get("Resource", []))]
            yield from (f"{role.function}: {name}" for name in named if _is_wide(name, role.function))


def _is_wide(name: str, function: str) -> bool:
    own = rf"arn:[\w-]+:logs:[\w-]+:\d+:log-group:/aws/lambda/paraply-[a-z0-9]+-{function}:\*"
    return ("*" in name or "?" in name) and not re.fullmatch(own, name)


def other_rights(facts: Facts) -> Iterator[str]:
    """Statements that this version's policy files do not have, and functions without a role."""
    roles = {role.function: role for role in facts.roles()}
    stage = _stage_of(facts)
    for function in NAMES.values():
        if function not in roles:
            yield f"{function} has no role"
            continue
        given = {_placed(statement) for policy in roles[function].policies for statement in _read(policy)}
        for statement in given - _expected(function, stage):
            yield f"{function}: {', '.join(statement.actions)} on {', '.join(statement.resources)}"
    yield from (f"{function} is none of ours" for function in roles.keys() - NAMES.values())


def attached_policies(facts: Facts) -> Iterator[str]:
    """Managed policies on our roles."""
    yield from (f"{role.function}: {name}" for role in facts.roles() for name in role.attached)


def takers(facts: Facts) -> Iterator[str]:
    """Who may take on a role, beside Lambda."""
    for role in facts.roles():
        yield from (f"{each} may be {role.function}" for each in role.trusted if each != "lambda.amazonaws.com")


def web_reads(facts: Facts) -> Iterator[str]:
    """Ways to read a response, or to get back what is written over one, by the role of the web function."""
    responses = _table(facts, "responses")
    for policy in _web_policies(facts):
        unconditional = Policy(tuple(replace(each, conditions=()) for each in policy.statements))
        for place in (responses, f"{responses}/index/pending"):
            for action in _READS:
                if unconditional.allows(Access(f"dynamodb:{action}", place)):
                    yield f"{action} on {place.rpartition('-')[2]}"
        for action in _WRITES:
            context = {"dynamodb:ReturnValues": ("ALL_OLD",), "dynamodb:Attributes": ("part", "rid")}
            if policy.allows(Access(f"dynamodb:{action}", responses, context)):
                yield f"{action} on responses returns what was there"


def receipt_keys(facts: Facts) -> Iterator[str]:
    """Keys that the role of the web function may delete or replace, and are no invitation's."""
    access = _table(facts, "access")
    for policy in _web_policies(facts):
        for key in _KEYS:
            for action in _WRITES:
                context = {"dynamodb:LeadingKeys": (key,), "dynamodb:Attributes": ("key",)}
                if policy.allows(Access(f"dynamodb:{action}", access, context)):
                    yield f"{action} of {key.partition('#')[0]}"


def people(facts: Facts) -> Iterator[str]:
    """What the policies of persons have on the tables beyond those of docs/policies, or lack."""
    for name, document in facts.people().items():
        try:
            lacks, exceeds = persons.differences(document, persons.Person(name), _stage_of(facts))
        except ValueError:
            yield f"the {name}'s policy says what this program does not understand"
            continue
        yield from (f"the {name} may not {each}" for each in lacks)
        yield from (f"the {name} may {each}" for each in exceeds)


def open_bucket(facts: Facts) -> Iterator[str]:
    """The bucket, where a policy could open it to everybody."""
    if not facts.bucket_is_private():
        yield "the bucket of the package does not block public access"


def _web_policies(facts: Facts) -> Iterator[Policy]:
    for role in facts.roles():
        if role.function == WEB:
            yield from (Policy(tuple(_read(policy))) for policy in role.policies)


def _read(policy: Document) -> Iterator[Statement]:
    """What can be judged. Whatever cannot names all or has a wildcard, so that another rule finds it."""
    for statement in _listed(policy["Statement"]):
        try:
            yield Statement.read(statement)
        except (KeyError, ValueError):
            yield Statement(statement.get("Effect") == "Deny", ("*",), ("*",), ())


def _allowing(role: Role) -> Iterator[dict[str, Any]]:
    for policy in role.policies:
        yield from (each for each in _listed(policy["Statement"]) if each["Effect"] == "Allow")


def _listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _stage_of(facts: Facts) -> str:
    """Out of a table's ARN: …:table/paraply-STAGE-NAME."""
    return _table(facts, "access").rpartition("/")[2].split("-")[1]


def _table(facts: Facts, name: str) -> str:
    """The ARN of a table. Raises :class:`CouldNotLook` where there is none."""
    for table in facts.tables():
        if table.name == name:
            return table.arn
    raise CouldNotLook(f"there is no table of {name}")


def _placed(statement: Statement) -> Statement:
    """Without account and region, which are the same for all it names."""
    return replace(statement, resources=tuple(each.split(":", 5)[-1] for each in statement.resources))


@cache
def _expected(function: str, stage: str) -> frozenset[Statement]:
    """The statements of the policy file that ``function`` is deployed with."""
    stages = json.loads((_FOLDER / "config.json").read_text("utf-8"))["stages"].values()
    (file,) = {each["lambda_functions"][function]["iam_policy_file"] for each in stages}
    document = json.loads((_FOLDER / file).read_text("utf-8"))
    template = Template({"Resources": tables.resources()}, {"Stage": stage})
    return frozenset(_placed(each) for each in _read(template.value(document)))
