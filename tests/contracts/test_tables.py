"""What is deployed: tables as the code defines them, and for each function the least that it needs of them."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from app import app
from chalicelib.storage.tables import ACCESS, RESPONSES, SURVEYS, TABLES, TALLIES, Table
from operation.deployment import tables as deployment
from tests.policies import FOLDER, read

POLICIES = sorted(path.name for path in FOLDER.glob("policy-*.json"))
#: Where a statement allows something: a table's logical name, "" or the name of an index, or the logs.
Place = tuple[str, str]


@cache
def functions() -> dict[str, dict[str, Any]]:
    """The settings of each Lambda function."""
    stages = read("config.json")["stages"]
    return {name: given for stage in stages.values() for name, given in stage["lambda_functions"].items()}


def statements(policy: str) -> list[tuple[Place, dict[str, Any]]]:
    return [(_place(statement["Resource"]), statement) for statement in read(policy)["Statement"]]


def _place(resource: dict[str, Any]) -> Place:
    """What a resource names; anything but a table, an index or the functions' logs fails the test."""
    if "Fn::GetAtt" in resource:
        name, attribute = resource["Fn::GetAtt"]
        assert attribute == "Arn"
        return name, ""
    arn = resource["Fn::Sub"]
    if arn.startswith("${"):
        name, _, index = arn.removeprefix("${").partition(".Arn}/index/")
        return name, index
    group = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/paraply-${Stage}-"
    assert arn.startswith(group)
    return "logs", ""


# --- tables ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "recovery"), [(RESPONSES, False), (ACCESS, False), (SURVEYS, True), (TALLIES, True)])
def test_responses_and_codes_cannot_be_restored_to_a_point_in_time_P10(table: Table, recovery: bool) -> None:
    properties = deployment.resources()[deployment.logical_name(table)]["Properties"]
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": recovery}
    assert "StreamSpecification" not in properties


def test_every_table_is_encrypted_billed_on_demand_and_not_deleted_by_mistake() -> None:
    resources = deployment.resources()
    assert len(resources) == len(TABLES) == 4
    for resource in resources.values():
        properties = resource["Properties"]
        # By a key that AWS owns, whose use is written down nowhere (P1).
        assert "SSESpecification" not in properties
        assert properties["BillingMode"] == "PAY_PER_REQUEST"
        assert properties["DeletionProtectionEnabled"]
        assert resource["DeletionPolicy"] == "Retain"


def test_the_index_of_pending_responses_holds_no_text() -> None:
    index, *others = RESPONSES.definition()["GlobalSecondaryIndexes"]
    assert not others
    assert index["IndexName"] == "pending"
    assert index["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["v", "answers", "mark"]}


# --- functions and their roles --------------------------------------------------------------------------------------


def test_every_function_has_a_policy_of_its_own_and_none_is_generated() -> None:
    assert read("config.json")["autogen_policy"] is False
    scheduled = {source.name for source in app.event_sources}
    assert scheduled == {"publish_releases", "purge_expired", "audit_ledger"}
    assert functions().keys() == {"api_handler", *scheduled}
    assert sorted(given["iam_policy_file"] for given in functions().values()) == POLICIES


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_names_single_actions_on_tables_that_exist(policy: str) -> None:
    tables = {f"{table.name.capitalize()}Table": table for table in TABLES}
    for (name, index), statement in statements(policy):
        assert statement.keys() <= {"Effect", "Action", "Resource", "Condition"}
        assert statement["Effect"] == "Allow"
        assert not [action for action in statement["Action"] if "*" in action]
        service = "logs" if name == "logs" else "dynamodb"
        assert {action.partition(":")[0] for action in statement["Action"]} == {service}
        if name != "logs":
            known = tables[name].index
            assert index in ("", known[0] if known else "")


@pytest.mark.parametrize("policy", POLICIES)
def test_a_condition_on_all_values_of_a_read_asks_that_there_are_any_and_of_a_write_does_not(policy: str) -> None:
    """``ForAllValues`` is true of a request without the key, and then the statement would allow everything.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    A write always names a key, so there it would add nothing; and AWS does not say that members of a transaction bring
    the keys of conditions: if they do not, ``Null`` would refuse each invitation and each count.
    """
    writes = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
    for _, statement in statements(policy):
        conditions = statement.get("Condition", {})
        of_all = {key for name, keys in conditions.items() if name.startswith("ForAllValues:") for key in keys}
        asked = set() if writes.issuperset(statement["Action"]) else of_all
        assert conditions.get("Null", {}) == dict.fromkeys(asked, "false")
