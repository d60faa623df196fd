"""IAM's rules, as far as the policies of this project use them."""

from __future__ import annotations

from typing import Any

import pytest

from operation.deployment.iam import Access, Policy

KEYS = "dynamodb:LeadingKeys"
OF_ALL = {"ForAllValues:StringLike": {KEYS: "A#*"}}
PRESENT = {"Null": {KEYS: "false"}}


def policy(*statements: dict[str, Any]) -> Policy:
    common = {"Effect": "Allow", "Action": "x:Get*", "Resource": "arn:a:*"}
    return Policy.read({"Version": "2012-10-17", "Statement": [common | each for each in statements]})


@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("x:GetItem", "arn:a:one", True),
        ("X:getitem", "arn:a:one", True),
        ("x:GetItem", "ARN:a:one", False),
        ("x:PutItem", "arn:a:one", False),
        ("x:GetItem", "arn:b:one", False),
        ("x:GetItem", "arn:a:one\ntwo", True),
    ],
)
def test_action_and_resource_have_to_match_the_case_of_an_action_aside(
    action: str, resource: str, allowed: bool
) -> None:
    assert policy({}).allows(Access(action, resource)) is allowed
    assert not policy().allows(Access(action, resource)), "nothing is allowed by no statement"


def test_pattern_knows_stars_and_question_marks_and_takes_all_else_as_it_is() -> None:
    exact = policy({"Resource": "arn:a:t.b?/[x]"})
    assert exact.allows(Access("x:Get", "arn:a:t.b1/[x]"))
    assert not exact.allows(Access("x:Get", "arn:a:tab1/[x]"))
    assert not exact.allows(Access("x:Get", "arn:a:t.b/x"))


def test_what_one_statement_denies_no_other_allows() -> None:
    denied = policy({}, {"Effect": "Deny", "Resource": ["arn:a:secret", "arn:a:key"]})
    assert denied.allows(Access("x:Get", "arn:a:open"))
    assert not denied.allows(Access("x:Get", "arn:a:key"))


@pytest.mark.parametrize(
    ("condition", "values", "allowed"),
    [
        ({"StringEquals": {KEYS: ["A", "B"]}}, ("B",), True),
        ({"StringEquals": {KEYS: "A*"}}, ("AB",), False),
        ({"StringEquals": {KEYS: "A"}}, (), False),
        ({"StringEqualsIfExists": {KEYS: "A"}}, (), True),
        ({"StringEqualsIfExists": {KEYS: "A"}}, ("B",), False),
        ({"StringLike": {KEYS: "A#*"}}, ("A#1",), True),
        ({"ForAnyValue:StringEquals": {KEYS: "A"}}, ("B", "A"), True),
        ({"ForAnyValue:StringEquals": {KEYS: "A"}}, (), False),
        (OF_ALL, ("A#1", "A#2"), True),
        (OF_ALL, ("A#1", "B#2"), False),
        (OF_ALL, (), True),
        (OF_ALL | PRESENT, (), False),
        (OF_ALL | PRESENT, ("A#1",), True),
        ({"Null": {KEYS: "true"}}, (), True),
        ({"Null": {KEYS: "true"}}, ("A",), False),
    ],
)
def test_condition_holds_as_aws_says(condition: dict[str, Any], values: tuple[str, ...], allowed: bool) -> None:
    """``ForAllValues`` is true where there is no value, ``Null`` of "false" where there is one.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    """
    context = {KEYS: values} if values else {}
    assert policy({"Condition": condition}).allows(Access("x:Get", "arn:a:one", context)) is allowed


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "Perhaps"},
        {"NotAction": []},
        {"NotResource": "*"},
        {"Principal": "*"},
        {"Resource": {"Fn::GetAtt": ["SurveysTable", "Arn"]}},
        {"Resource": "arn:a:${aws:username}"},
        {"Condition": {"NumericEquals": {"x:Size": "1"}}},
        {"Condition": {"ForSomeValues:StringEquals": {"x:Size": "1"}}},
    ],
)
def test_statement_that_is_not_understood_is_an_error(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        policy(change)
