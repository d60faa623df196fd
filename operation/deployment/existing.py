"""The tables of a stage that are there, with or without a stack: they outlive it."""

from __future__ import annotations

from chalicelib.storage.tables import TABLES, Table
from operation.deployment.clients import Cloud
from operation.deployment.stage import Stage
from operation.deployment.steps import wait_until
from operation.deployment.tables import FORMAT_TAG
from operation.errors import CallForbidden, CallRefused, OperatorError

_MISSING = "ResourceNotFoundException"


def table_name(stage: Stage, table: Table) -> str:
    """What ``table`` is called in AWS."""
    return f"{stage.table_prefix}-{table.name}"


def tables(cloud: Cloud, stage: Stage) -> tuple[Table, ...]:
    """Those of the four tables that are there."""
    return tuple(table for table in TABLES if _arn(cloud, stage, table))


def data_format(cloud: Cloud, stage: Stage, found: tuple[Table, ...]) -> int:
    """The latest format that the tables ``found`` are marked with; 0 where none is."""
    marks = [0]
    for table in found:
        pages = cloud.pages(
            "dynamodb", "list_tags_of_resource", "Tags", "NextToken", ResourceArn=_arn(cloud, stage, table)
        )
        marks += [int(tag["Value"]) for tag in pages if tag["Key"] == FORMAT_TAG]
    return max(marks)


def delete(cloud: Cloud, stage: Stage, table: Table) -> None:
    """Delete ``table`` with all that is in it, and wait until it is gone.

    Raises :class:`OperatorError` where that is not allowed, which the policies of docs/policies leave out on purpose.
    """
    name = table_name(stage, table)
    _protect(cloud, name, False)
    try:
        cloud.call("dynamodb", "delete_table", TableName=name)
    except CallForbidden as error:
        _protect(cloud, name, True)
        raise OperatorError(
            f"You may not delete {name}: that takes an administrator. Nothing in it is lost. Give them this command."
        ) from error
    wait_until(lambda: _status(cloud, name), lambda status: not status, f"Deleting {name}")


def _protect(cloud: Cloud, name: str, is_protected: bool) -> None:
    cloud.call("dynamodb", "update_table", TableName=name, DeletionProtectionEnabled=is_protected)
    wait_until(lambda: _status(cloud, name), lambda status: status == "ACTIVE", f"Changing {name}")


def _arn(cloud: Cloud, stage: Stage, table: Table) -> str:
    return _described(cloud, table_name(stage, table)).get("TableArn", "")


def _status(cloud: Cloud, name: str) -> str:
    return _described(cloud, name).get("TableStatus", "")


def _described(cloud: Cloud, name: str) -> dict[str, str]:
    try:
        found: dict[str, str] = cloud.call("dynamodb", "describe_table", TableName=name)["Table"]
    except CallRefused as error:
        if error.reason == _MISSING:
            return {}
        raise
    return found
