"""A monthly budget of the account, whose mails come before the bill does.

CloudFormation knows none in eu-north-1, so the API is asked, which answers in one region alone.
"""

from __future__ import annotations

from typing import Any

from operation.deployment.clients import Cloud
from operation.deployment.stage import Stage
from operation.errors import CallRefused

_REGION = "us-east-1"
DEFAULT_DOLLARS = 10
#: Kind of number, and per cent of the budget, at which a mail is sent.
_MAILS = (("ACTUAL", 80), ("FORECASTED", 100))
_MISSING = "NotFoundException"


def ensure(cloud: Cloud, stage: Stage, mail: str, dollars: int | None) -> bool:
    """Make the budget if it is missing, or anew where ``dollars`` are given. Returns whether it was made.

    Raises :class:`OperatorError` where that is not to be had: nothing else depends on it.
    """
    if exists(cloud, stage):
        if dollars is None:
            return False
        delete(cloud, stage)
    budget = {
        "BudgetName": stage.budget,
        "BudgetLimit": {"Amount": str(dollars or DEFAULT_DOLLARS), "Unit": "USD"},
        "TimeUnit": "MONTHLY",
        "BudgetType": "COST",
    }
    to = [{"SubscriptionType": "EMAIL", "Address": mail}]
    mails = [{"Notification": _notification(kind, at), "Subscribers": to} for kind, at in _MAILS]
    _call(cloud, stage, "create_budget", Budget=budget, NotificationsWithSubscribers=mails)
    return True


def exists(cloud: Cloud, stage: Stage) -> bool:
    """Whether the stage has its budget."""
    return _found(cloud, stage, "describe_budget")


def delete(cloud: Cloud, stage: Stage) -> bool:
    """Delete the budget. Returns False where there was none."""
    return _found(cloud, stage, "delete_budget")


def _found(cloud: Cloud, stage: Stage, operation: str) -> bool:
    try:
        _call(cloud, stage, operation, BudgetName=stage.budget)
    except CallRefused as error:
        if error.reason == _MISSING:
            return False
        raise
    return True


def _call(cloud: Cloud, stage: Stage, operation: str, **parameters: Any) -> dict[str, Any]:
    return cloud.call("budgets", operation, region=_REGION, AccountId=stage.account, **parameters)


def _notification(kind: str, per_cent: int) -> dict[str, Any]:
    return {
        "NotificationType": kind,
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": per_cent,
        "ThresholdType": "PERCENTAGE",
    }
