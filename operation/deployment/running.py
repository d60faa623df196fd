"""A stage that was deployed: where its tables and its pages are."""

from __future__ import annotations

import os
from dataclasses import dataclass

from chalicelib.services import Services, utc_now
from chalicelib.settings import Settings
from chalicelib.storage.database import Database
from operation.deployment import stack
from operation.deployment.clients import Cloud
from operation.deployment.stack import State
from operation.deployment.stage import deploy_command, require_name, stack_name
from operation.errors import OperatorError


@dataclass(frozen=True)
class Running:
    """Where a stage's tables and pages are. ``address`` ends with a slash."""

    name: str
    region: str
    table_prefix: str
    address: str


def running(cloud: Cloud, name: str) -> Running:
    """The stage called ``name``, as its stack tells. Raises :class:`OperatorError` where it was not deployed whole."""
    require_name(name)
    found = stack.describe(cloud, stack_name(name))
    if found.state is State.ABSENT:
        raise OperatorError(
            f"No stage {name} in {cloud.region}. Deployed elsewhere? Add --region. Else:"
            f" {deploy_command(name, cloud.region)}"
        )
    if "Address" not in found.outputs:
        raise OperatorError(
            f"The stage {name} is {found.status}, not deployed. Run: {deploy_command(name, cloud.region)}"
        )
    return Running(name, cloud.region, found.outputs["TablePrefix"], found.outputs["Address"])


def services_on(region: str, table_prefix: str) -> Services:
    """The stores on tables in AWS, or on what stands in for it (``AWS_ENDPOINT_URL``)."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")
    return Services.on(Database.from_settings(Settings(table_prefix, region, endpoint)), utc_now)
