"""Whose data a command works on: this machine's, or a stage's in AWS."""

from __future__ import annotations

import os
import shlex
import sys
from typing import NoReturn

import click

from chalicelib import services
from chalicelib.storage.database import Database
from operation.console import Place, work_locally, work_on
from operation.errors import OperatorError

#: What names data by itself, for who knows what they do.
_NAMED_BY = ("AWS_ENDPOINT_URL_DYNAMODB", "PARAPLY_TABLE_PREFIX")


def is_chosen() -> bool:
    """Whether it was said whose data to work on."""
    is_stage = isinstance(click.get_current_context().find_root().obj, Place)
    return is_stage or any(name in os.environ for name in _NAMED_BY)


def choose(local: bool, stage: str | None, region: str | None) -> None:
    """Work on the data of ``make run``, or of ``stage`` in ``region``; of neither, what needs data says so."""
    if local and stage:
        raise OperatorError("Work on one of both: --local or --stage.")
    if local:
        port = work_locally()
        from operation.local.practice import services_on

        services.use(services_on(port))
    elif stage:
        _work_on_stage(stage, region)
    elif not any(name in os.environ for name in _NAMED_BY):
        services.use(services.Services.on(Database(_refuse, ""), services.utc_now))


def _work_on_stage(stage: str, region: str | None) -> None:
    from operation.deployment.clients import Cloud, region_named
    from operation.deployment.running import running, services_on

    found = running(Cloud(region_named(region)), stage)
    services.use(services_on(found.region, found.table_prefix))
    work_on(Place(stage_options(stage, region), found.address))


def stage_options(stage: str, region: str | None) -> str:
    """How a command line names a stage, before the command."""
    return f"--stage {stage} --region {region}" if region else f"--stage {stage}"


def _refuse() -> NoReturn:
    given = shlex.join(sys.argv[1:])
    raise OperatorError(
        f"Say whose data: `manage.py {f'--local {given}'.strip()}` for that of `make run`, `manage.py --stage NAME"
        f"{f' {given}'.rstrip()}` for what was deployed. All commands: `manage.py --help`."
    )
