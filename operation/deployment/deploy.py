"""Deploys a stage: what would change is worked out first, then carried out on the operator's word."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.storage.tables import DATA_FORMAT, Table
from operation.deployment import bucket, budget, existing, stack, tables
from operation.deployment.clients import Cloud
from operation.deployment.package import Package
from operation.deployment.proof import Reach, require_answer, run_schedule
from operation.deployment.stack import Change, ChangeSet, Stack, State, Template
from operation.deployment.stage import Stage
from operation.deployment.steps import Step, Steps
from operation.deployment.template import PARAMETERS, corrected
from operation.errors import OperatorError

#: Runs at once that are left to everything else in the account, and the most that the web function is given.
_LEFT_FREE, _MOST_CONCURRENCY = 100, 50


@dataclass(frozen=True)
class Wanted:
    """What an operator sets. None keeps what is, or takes the default."""

    mail: str | None = None
    domain: str | None = None
    certificate: str | None = None
    onion: str | None = None
    boundary: str | None = None
    web_concurrency: int | None = None
    names_surveys: bool | None = None
    budget_dollars: int | None = None

    def parameters(self) -> dict[str, str | None]:
        """By the template's names."""
        alarms = None if self.names_surveys is None else ("yes" if self.names_surveys else "no")
        return {
            "AlarmMail": self.mail,
            "Domain": self.domain,
            "Certificate": self.certificate,
            "OnionAddress": self.onion,
            "Boundary": self.boundary,
            "WebConcurrency": None if self.web_concurrency is None else str(self.web_concurrency),
            "SurveyAlarms": alarms,
        }


@dataclass(frozen=True)
class Plan:
    """What would change, worked out and waiting. ``proposed`` is None where the stack is as it should be."""

    stage: Stage
    template: Template
    proposed: ChangeSet | None
    is_first: bool
    #: Tables of an earlier deployment that the new one takes over; the rest is worked out after that.
    adopted: tuple[Table, ...]
    wanted: Wanted

    @property
    def changes(self) -> tuple[Change, ...]:
        """By resource."""
        return self.proposed.changes if self.proposed else ()

    @property
    def endangered(self) -> tuple[Change, ...]:
        """Those that would remove or replace what holds data."""
        return tuple(change for change in self.changes if change.endangers_data)


@dataclass(frozen=True)
class Deployed:
    """A stage that runs. ``domain_target`` is where the name server sends its own domain, if it has one."""

    address: str
    mail: str
    domain_target: str = ""


def plan(cloud: Cloud, stage: Stage, build: Callable[[], Package], wanted: Wanted) -> Steps[Plan]:
    """Store the package that ``build`` makes, and have CloudFormation work out what would change.

    Raises :class:`OperatorError`, and nothing that runs was changed, where the options do not fit, the bucket is
    another account's, the package is older than the data, or the stack is stuck.
    """
    before = yield from stack.settled(cloud, stage)
    stack.require_not_stuck(stage, before)
    is_first = before.state is not State.READY
    found = existing.tables(cloud, stage) if is_first else ()
    _require_current(_data_format(cloud, stage, before, found))
    kept = {} if is_first else before.parameters
    given = _require_fitting(wanted.parameters(), kept)
    concurrency = given["WebConcurrency"] or _concurrency(cloud, kept)
    bucket.exists(cloud, stage)
    yield Step("building the package")
    package = build()
    yield Step(f"storing it in {stage.bucket}")
    full = corrected(package.template)
    stored = bucket.store(cloud, stage, package, full)
    ours = {"Stage": stage.name, "CodeBucket": stage.bucket, "CodeKey": stored.code_key, "WebConcurrency": concurrency}
    parameters = {name: value for name, value in (given | ours).items() if value is not None or name in kept}
    template = Template(parameters, url=stored.template_url)
    yield from stack.remove_remainder(cloud, stage, before)
    yield Step("working out what would change")
    proposed = _propose(cloud, stage, template, full, found) if is_first else _update(cloud, stage, template)
    return Plan(stage, template, proposed, is_first, found, wanted)


def withdraw(cloud: Cloud, plan: Plan) -> None:
    """Drop a plan that is not wanted."""
    if plan.proposed:
        stack.withdraw(cloud, plan.stage, plan.proposed)


def carry_out(cloud: Cloud, plan: Plan, now: datetime, reach: Reach) -> Steps[Deployed]:
    """Make the stack what was planned, wait, and see that it runs.

    Raises :class:`OperatorError` where the stack was taken back, or does not run: it can be deployed again.
    """
    stage = plan.stage
    yield from _change(cloud, plan)
    after = stack.describe(cloud, stage.stack)
    yield from run_schedule(cloud, stage, now)
    yield from require_answer(after.outputs["GatewayAddress"], reach)
    mail = after.parameters["AlarmMail"]
    yield from _budget(cloud, stage, mail, plan.wanted)
    return Deployed(after.outputs["Address"], mail, after.outputs.get("DomainTarget", ""))


def _change(cloud: Cloud, plan: Plan) -> Steps[None]:
    proposed = plan.proposed
    if proposed and plan.adopted:
        yield Step("taking over the tables that are there")
        stack.execute(cloud, plan.stage, proposed)
        proposed = _update(cloud, plan.stage, plan.template)
        if proposed and (endangered := [change for change in proposed.changes if change.endangers_data]):
            stack.withdraw(cloud, plan.stage, proposed)
            raise OperatorError(f"The tables are not as this version has them: it would {endangered[0]}.")
    if proposed:
        yield Step("CloudFormation makes it, in some two minutes" if plan.is_first else "CloudFormation changes it")
        stack.execute(cloud, plan.stage, proposed)


def _propose(
    cloud: Cloud, stage: Stage, template: Template, full: Mapping[str, Any], found: tuple[Table, ...]
) -> ChangeSet | None:
    if not found:
        return stack.propose(cloud, stage, "CREATE", template)
    imported = [
        {
            "ResourceType": "AWS::DynamoDB::Table",
            "LogicalResourceId": tables.logical_name(table),
            "ResourceIdentifier": {"TableName": existing.table_name(stage, table)},
        }
        for table in found
    ]
    return stack.propose(cloud, stage, "IMPORT", _tables_alone(stage, full, found), ResourcesToImport=imported)


def _tables_alone(stage: Stage, full: Mapping[str, Any], found: tuple[Table, ...]) -> Template:
    """A template of the tables to take over: that may hold nothing new, nor outputs.

    Their tags are left for the update after it to set.
    """
    resources = {}
    for table in found:
        name = tables.logical_name(table)
        resource = full["Resources"][name]
        properties = {key: value for key, value in resource["Properties"].items() if key != "Tags"}
        resources[name] = resource | {"Properties": properties}
    body = {"Parameters": {"Stage": PARAMETERS["Stage"]}, "Resources": resources}
    return Template({"Stage": stage.name}, body=json.dumps(body))


def _update(cloud: Cloud, stage: Stage, template: Template) -> ChangeSet | None:
    return stack.propose(cloud, stage, "UPDATE", template)


def _data_format(cloud: Cloud, stage: Stage, before: Stack, found: tuple[Table, ...]) -> int:
    return max(int(before.outputs.get("DataFormat", 0)), existing.data_format(cloud, stage, found))


def _require_current(stored: int) -> None:
    if stored > DATA_FORMAT:
        raise OperatorError(
            f"This version reads data of format {DATA_FORMAT}, and the stage's is {stored}. Nothing was changed."
            " Deploy a version that is not older: git checkout main && git pull, then the same command."
        )


def _require_fitting(given: Mapping[str, str | None], kept: Mapping[str, str]) -> dict[str, str | None]:
    """``given``, if the template takes it together with what is kept."""
    for name, value in given.items():
        pattern = PARAMETERS[name].get("AllowedPattern")
        if value is not None and pattern and not re.fullmatch(pattern, value):
            raise OperatorError(f"“{value}” is refused. Give {PARAMETERS[name]['ConstraintDescription']}.")
    if not (given["AlarmMail"] or kept.get("AlarmMail")):
        raise OperatorError(
            "Who is told when something needs eyes? The first time, add it to the command: MAIL=us@example.org"
        )
    later = {**kept, **{name: value for name, value in given.items() if value is not None}}
    if bool(later.get("Domain")) != bool(later.get("Certificate")):
        raise OperatorError("A domain needs the ARN of its certificate, and a certificate its domain. Give both.")
    return dict(given)


def _concurrency(cloud: Cloud, kept: Mapping[str, str]) -> str | None:
    """How many requests the web function may run at once: what is kept, or else what the account has room for.

    A new account runs ten, of which Lambda lets nobody reserve any: then 0, and it is looked for again next time.
    """
    if kept.get("WebConcurrency", "0") != "0":
        return None
    limits = cloud.call("lambda", "get_account_settings")["AccountLimit"]
    free = int(limits["UnreservedConcurrentExecutions"]) - _LEFT_FREE
    return str(max(0, min(_MOST_CONCURRENCY, free)))


def _budget(cloud: Cloud, stage: Stage, mail: str, wanted: Wanted) -> Steps[None]:
    try:
        if budget.ensure(cloud, stage, mail, wanted.budget_dollars):
            dollars = wanted.budget_dollars or budget.DEFAULT_DOLLARS
            yield Step(f"{mail} is told when the account costs more than {dollars} dollars a month")
    except OperatorError as error:
        yield Step(f"no budget was made, so that no mail warns of costs: {error}")
