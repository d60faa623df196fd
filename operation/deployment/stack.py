"""A stage's stack in CloudFormation: what state it is in, what a change set would change, and waiting for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import Any

from operation.deployment.clients import Cloud
from operation.deployment.stage import Stage
from operation.deployment.steps import Step, Steps, wait_until
from operation.errors import CallRefused, OperatorError

_SERVICE = "cloudformation"
_CHANGE_SET = "paraply"
#: Roles without names of ours, and SAM's transform.
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
#: What a first creation leaves that failed or never began: CloudFormation takes no update of it.
_UNMADE = {"REVIEW_IN_PROGRESS", "CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"}
_STUCK = {"UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED", "IMPORT_ROLLBACK_FAILED"}
_NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")
_ASKED_FOR = "User Initiated"
#: Types whose content is lost with them.
_HOLDS_DATA = {"AWS::DynamoDB::Table", "AWS::Logs::LogGroup"}


@unique
class State(Enum):
    """What can be done with a stack."""

    ABSENT = "absent"
    #: A remainder to delete, then to make anew.
    UNMADE = "unmade"
    READY = "ready"
    #: Something is being done with it.
    BUSY = "busy"
    #: Neither the new nor the old is whole: a person has to see to it.
    STUCK = "stuck"


@dataclass(frozen=True)
class Stack:
    """A stack as it is. ``status`` is CloudFormation's word; ``id`` finds it when it is deleted too."""

    id: str = ""
    status: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> State:
        """What can be done with it."""
        if not self.id or self.status == "DELETE_COMPLETE":
            return State.ABSENT
        if self.status in _UNMADE:
            return State.UNMADE
        if self.status in _STUCK:
            return State.STUCK
        if self.status.endswith("_IN_PROGRESS"):
            return State.BUSY
        # It took over the tables of an earlier one, and then failed: only they are in it, and they stay when it goes.
        return State.READY if "Address" in self.outputs else State.UNMADE


@dataclass(frozen=True)
class Change:
    """What a change set would do with one resource: ``action`` and ``replacement`` are CloudFormation's words."""

    action: str
    resource: str
    kind: str
    replacement: str = ""

    @property
    def endangers_data(self) -> bool:
        """Whether something that holds data would be removed, or another put in its place."""
        return self.kind in _HOLDS_DATA and (
            self.action in ("Remove", "Dynamic") or self.replacement in ("True", "Conditional")
        )

    def __str__(self) -> str:
        replaced = {"True": ", by another", "Conditional": ", perhaps by another"}.get(self.replacement, "")
        return f"{self.action.lower()} {self.resource} ({self.kind}){replaced}"


@dataclass(frozen=True)
class ChangeSet:
    """What CloudFormation would do with a stack, worked out and waiting to be carried out or deleted."""

    id: str
    stack: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Template:
    """A template, by the address of where it lies in our bucket or by its text, with its parameters.

    A parameter that is None keeps the value it has.
    """

    parameters: Mapping[str, str | None]
    url: str = ""
    body: str = ""

    def request(self) -> dict[str, Any]:
        """What ``CreateChangeSet`` takes."""
        given = [
            {"ParameterKey": name, "UsePreviousValue": True}
            if value is None
            else {"ParameterKey": name, "ParameterValue": value}
            for name, value in self.parameters.items()
        ]
        source = {"TemplateURL": self.url} if self.url else {"TemplateBody": self.body}
        return {"Parameters": given, "Capabilities": _CAPABILITIES, **source}


def describe(cloud: Cloud, name: str) -> Stack:
    """The stack of that name or id; one that is absent where there is none."""
    try:
        (found,) = cloud.call(_SERVICE, "describe_stacks", StackName=name)["Stacks"]
    except CallRefused as error:
        if error.reason == "ValidationError" and "does not exist" in error.told:
            return Stack()
        raise
    return Stack(
        found["StackId"],
        found["StackStatus"],
        {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])},
        {each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", [])},
    )


def settled(cloud: Cloud, stage: Stage) -> Steps[Stack]:
    """The stack of ``stage`` once nothing is being done with it.

    Raises :class:`OperatorError` where it is stuck: what to type then is AWS's own command.
    """
    found = describe(cloud, stage.stack)
    if found.state is State.BUSY:
        yield Step(f"waiting: {stage.stack} is {found.status}")
        found = _wait(cloud, found.id)
    return found


def require_not_stuck(stage: Stage, stack: Stack) -> None:
    """Raise :class:`OperatorError` where neither the new nor the old deployment is whole."""
    if stack.state is State.STUCK:
        verb = "rollback-stack" if stack.status == "UPDATE_FAILED" else "continue-update-rollback"
        command = f"aws cloudformation {verb} --stack-name {stage.stack} --region {stage.region}"
        raise OperatorError(f"{stage.stack} is {stack.status}. First run: {command}")


def remove_remainder(cloud: Cloud, stage: Stage, stack: Stack) -> Steps[None]:
    """Delete what a first creation left that failed or never began. Tables that it made stay."""
    if stack.state is State.UNMADE:
        yield Step(f"removing what an attempt left that was {stack.status}")
        delete(cloud, stage, stack)


def delete(cloud: Cloud, stage: Stage, stack: Stack) -> None:
    """Delete the stack, and wait. What it retains stays. Raises :class:`OperatorError` with the cause on failure."""
    cloud.call(_SERVICE, "delete_stack", StackName=stack.id)
    after = _wait(cloud, stack.id)
    if after.state is not State.ABSENT:
        raise OperatorError(f"{stage.stack} could not be deleted: {_cause(cloud, stack.id)}")


def propose(cloud: Cloud, stage: Stage, kind: str, template: Template, **more: Any) -> ChangeSet | None:
    """Have CloudFormation work out the changes to ``template``; None where there are none.

    ``kind`` is CREATE, UPDATE or IMPORT. Raises :class:`OperatorError` where the template cannot be had; then nothing
    is left of the attempt.
    """
    # One of an attempt that was cut short stands in the way.
    _delete_change_set(cloud, stage.stack)
    names = {"StackName": stage.stack, "ChangeSetName": _CHANGE_SET, "ChangeSetType": kind}
    made = cloud.call(_SERVICE, "create_change_set", **names, **template.request(), **more)
    set_id, stack_id = made["Id"], made["StackId"]
    found = wait_until(
        lambda: cloud.call(_SERVICE, "describe_change_set", ChangeSetName=set_id),
        lambda reply: reply["Status"] in ("CREATE_COMPLETE", "FAILED"),
        "Working out what would change",
    )
    if found["Status"] == "CREATE_COMPLETE":
        return ChangeSet(set_id, stack_id, tuple(_changes(cloud, set_id)))
    withdraw(cloud, stage, ChangeSet(set_id, stack_id, ()))
    reason = found.get("StatusReason", "")
    if any(words in reason for words in _NOTHING_TO_DO):
        return None
    raise OperatorError(f"CloudFormation does not take the template: {reason} Nothing was changed.")


def _changes(cloud: Cloud, set_id: str) -> Iterator[Change]:
    pages = cloud.pages(_SERVICE, "describe_change_set", "Changes", "NextToken", ChangeSetName=set_id)
    for each in pages:
        if found := each.get("ResourceChange"):
            yield Change(
                found["Action"], found["LogicalResourceId"], found["ResourceType"], found.get("Replacement", "")
            )


def withdraw(cloud: Cloud, stage: Stage, change_set: ChangeSet) -> None:
    """Delete a change set that is not wanted, and the empty stack that waited for it, if it was the first."""
    _delete_change_set(cloud, stage.stack)
    left = describe(cloud, change_set.stack)
    if left.status == "REVIEW_IN_PROGRESS":
        delete(cloud, stage, left)


def _delete_change_set(cloud: Cloud, stack: str) -> None:
    try:
        cloud.call(_SERVICE, "delete_change_set", StackName=stack, ChangeSetName=_CHANGE_SET)
    except CallRefused as error:
        if error.reason not in ("ValidationError", "ChangeSetNotFound", "ChangeSetNotFoundException"):
            raise


def execute(cloud: Cloud, stage: Stage, change_set: ChangeSet) -> Stack:
    """Carry out the change set, and wait. Raises :class:`OperatorError` with the cause where it was taken back."""
    cloud.call(_SERVICE, "execute_change_set", ChangeSetName=change_set.id)
    after = _wait(cloud, change_set.stack)
    if after.status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"):
        cause = _cause(cloud, change_set.stack)
        raise OperatorError(
            f"{stage.stack} is {after.status}: {cause}. No data is lost. Mend the cause, then deploy again."
        )
    return after


def _wait(cloud: Cloud, stack_id: str) -> Stack:
    return wait_until(
        lambda: describe(cloud, stack_id), lambda found: found.state is not State.BUSY, "What CloudFormation does"
    )


def _cause(cloud: Cloud, stack_id: str) -> str:
    """What failed first of what was done last, in CloudFormation's words."""
    events: Sequence[dict[str, Any]] = cloud.call(_SERVICE, "describe_stack_events", StackName=stack_id)["StackEvents"]
    # Newest first; what was done last began when somebody asked for it.
    began = next(
        (at for at, event in enumerate(events) if event.get("ResourceStatusReason") == _ASKED_FOR), len(events)
    )
    failed = [event for event in events[:began] if event["ResourceStatus"].endswith("_FAILED")]
    if not failed:
        return "CloudFormation names no cause"
    first = failed[-1]
    return f"{first['LogicalResourceId']}: {first.get('ResourceStatusReason', 'no reason given').rstrip('.')}"
