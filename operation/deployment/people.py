"""What people may do: the policies of docs/policies, and whether one that somebody has is like them.

An operator works on the data by ``manage.py``. A deployer changes what is deployed, and reads no item of any table.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from chalicelib.storage.tables import TABLES
from operation.deployment.iam import Access, Policy

FOLDER = Path(__file__).parents[2] / "docs" / "policies"
#: An account and a region that are nobody's, to ask a policy about.
ACCOUNT, REGION = "123456789012", "eu-north-1"


class Person(StrEnum):
    """Whom a policy is for, and the name of its file."""

    OPERATOR = "operator"
    DEPLOYER = "deployer"


#: Every action on a table that reads or changes what is in it, or carries it elsewhere.
ON_DATA = (
    *("BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan"),
    *("UpdateItem", "PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate"),
    *("CreateBackup", "RestoreTableFromBackup", "RestoreTableToPointInTime", "ExportTableToPointInTime"),
    *("GetRecords", "GetShardIterator", "EnableKinesisStreamingDestination", "UpdateKinesisStreamingDestination"),
    *("CreateGlobalTable", "CreateTableReplica", "AssociateTableReplica", "ImportTable", "StartAwsBackupJob"),
)
#: Every action that ends a table, or says who else may use it.
ON_TABLES = ("DeleteTable", "DeleteTableReplica", "PutResourcePolicy", "DeleteResourcePolicy", "UpdateTimeToLive")


def document(name: str) -> dict[str, Any]:
    """One of the policies of docs/policies: a person's, or "boundary"."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


def table_arns(stage: str) -> Mapping[str, str]:
    """The ARN of each table of a stage, by the table's name without prefix."""
    return {table.name: f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/paraply-{stage}-{table.name}" for table in TABLES}


def differences(given: Mapping[str, Any], person: Person, stage: str) -> tuple[list[str], list[str]]:
    """What a policy lacks of the person's, and what it gives on the stage's tables beyond it: "Scan on surveys".

    Raises ValueError for a policy that uses what :mod:`operation.deployment.iam` does not understand.
    """
    has, should = Policy.read(given), Policy.read(document(person))
    lacks, exceeds = [], []
    for name, access in _accesses(stage):
        if should.allows(access) and not has.allows(access):
            lacks.append(name)
        if has.allows(access) and not should.allows(access):
            exceeds.append(name)
    return lacks, exceeds


def _accesses(stage: str) -> list[tuple[str, Access]]:
    """Every action on what holds data of a stage, and its name."""
    places = dict(table_arns(stage))
    places |= {
        f"{table.name}/{table.index[0]}": f"{places[table.name]}/index/{table.index[0]}"
        for table in TABLES
        if table.index
    }
    return [
        (f"{action} on {name}", Access(f"dynamodb:{action}", arn))
        for name, arn in places.items()
        for action in (*ON_DATA, *ON_TABLES, "DescribeTable", "UpdateTable", "CreateTable")
    ]
