"""Takes a stage down: what would be lost is told first, and nothing goes while people answer or wait for results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.jobs.audit import audit_survey
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services
from chalicelib.storage.tables import SURVEYS, Table
from operation.deployment import bucket, budget, existing, stack
from operation.deployment.clients import Cloud
from operation.deployment.stack import Stack, State
from operation.deployment.stage import Stage
from operation.deployment.steps import Step, Steps
from operation.errors import OperatorError


@dataclass(frozen=True)
class AtStake:
    """A survey of the stage, and what is stored of it.

    ``waiting`` answers are in no release; ``delete_by`` is when those that are ``counted`` have to be deleted, which
    the stack does.
    """

    survey: str
    state: str
    releases: int
    held: int
    waiting: int
    counted: int
    delete_by: datetime | None


@dataclass(frozen=True)
class Destruction:
    """What would be taken down. ``tables`` are those that go, with their data; the others stay for a later stack."""

    stage: Stage
    stack: Stack
    tables: tuple[Table, ...]
    kept: tuple[Table, ...]
    surveys: tuple[AtStake, ...]


def examine(cloud: Cloud, stage: Stage, services: Services, with_data: bool) -> Steps[Destruction]:
    """What taking ``stage`` down would lose; ``services`` read its tables.

    Raises :class:`OperatorError`, and nothing was changed, where there is no such stage, or a survey is open or closed
    and not yet published.
    """
    found = yield from stack.settled(cloud, stage)
    tables = existing.tables(cloud, stage)
    has_bucket = bucket.exists(cloud, stage)
    if found.state is State.ABSENT and not tables and not has_bucket:
        raise OperatorError(f"There is no stage {stage.name} in {stage.region}. Is it in another? Add REGION=…")
    records: list[Survey] = []
    if SURVEYS in tables:
        yield Step("counting what is stored")
        records = [record for record in map(services.record, services.surveys.ids()) if record]
    for record in records:
        _require_over(record, services.clock())
    at_stake = tuple(_at_stake(services, records, is_readable=len(tables) > 1))
    return Destruction(stage, found, tables if with_data else (), () if with_data else tables, at_stake)


def carry_out(cloud: Cloud, planned: Destruction) -> Steps[None]:
    """Delete the stack, the bucket and what is left over; the tables too, if that was planned."""
    stage = planned.stage
    if planned.stack.state is not State.ABSENT:
        yield Step("CloudFormation takes the stack down")
        stack.delete(cloud, stage, planned.stack)
    for table in planned.tables:
        yield Step(f"deleting the table {existing.table_name(stage, table)}")
        existing.delete(cloud, stage, table)
    if bucket.exists(cloud, stage):
        yield Step(f"deleting the packages in {stage.bucket}")
        bucket.delete(cloud, stage)
    for group in list(_log_groups(cloud, stage)):
        yield Step(f"deleting the log {group}")
        cloud.call("logs", "delete_log_group", logGroupName=group)
    yield from _delete_budget(cloud, stage)


def _require_over(survey: Survey, now: datetime) -> None:
    if survey.state == "open":
        raise OperatorError(
            f"“{survey.id}” is open, so nothing was changed. First: `manage.py close {survey.id}`, and wait until it is"
            f" published; or, to delete its answers unpublished, `manage.py purge {survey.id} --now`."
        )
    if survey.state == "closed" and not survey.finished and not survey.is_expired(now):
        raise OperatorError(
            f"“{survey.id}” is closed and not yet published, so nothing was changed. How long it takes says:"
            f" manage.py status {survey.id}; to delete its answers unpublished, manage.py purge {survey.id} --now"
        )


def _at_stake(services: Services, records: list[Survey], is_readable: bool) -> Iterator[AtStake]:
    for survey in records:
        found = audit_survey(services, survey) if is_readable else None
        waiting, counted = (found.pending, found.counted) if found else (0, 0)
        held = len(survey.held)
        yield AtStake(survey.id, survey.state, survey.releases, held, waiting, counted, survey.purge_due)


def _log_groups(cloud: Cloud, stage: Stage) -> Iterator[str]:
    """Those that Lambda may have made anew while the stack went."""
    pages = cloud.pages("logs", "describe_log_groups", "logGroups", "nextToken", logGroupNamePrefix=stage.log_groups)
    return (str(group["logGroupName"]) for group in pages)


def _delete_budget(cloud: Cloud, stage: Stage) -> Steps[None]:
    try:
        if budget.delete(cloud, stage):
            yield Step(f"deleted the budget {stage.budget}")
    except OperatorError as error:
        yield Step(f"the budget {stage.budget} is left, delete it by hand: {error}")
