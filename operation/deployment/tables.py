"""The tables as CloudFormation makes them (design, section 5)."""

from __future__ import annotations

from typing import Any

from chalicelib.storage.tables import DATA_FORMAT, TABLES, Table

#: The format of what is in a table, so that it is known when the stack, which tells it too, is gone.
FORMAT_TAG = "paraply:data-format"


def resources() -> dict[str, Any]:
    """The four tables by their logical names. They outlive the stack, and nobody deletes one by a slip."""
    return {logical_name(table): _resource(table) for table in TABLES}


def logical_name(table: Table) -> str:
    """What the template calls ``table``."""
    return f"{table.name.capitalize()}Table"


def _resource(table: Table) -> dict[str, Any]:
    properties = table.definition() | {
        "TableName": {"Fn::Sub": f"paraply-${{Stage}}-{table.name}"},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": table.recovery},
        "SSESpecification": {"SSEEnabled": True},
        "DeletionProtectionEnabled": True,
        "Tags": [{"Key": FORMAT_TAG, "Value": str(DATA_FORMAT)}],
    }
    return {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
    }
