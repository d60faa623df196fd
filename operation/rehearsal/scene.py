"""What every step of a rehearsal has at hand: the account on loopback, the operator's program, a visitor, a folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64decode
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services, utc_now
from chalicelib.storage.database import Database
from operation.deployment import stack
from operation.deployment.clients import Cloud
from operation.deployment.proof import scheduled_event
from operation.deployment.stage import Stage, stage_of
from operation.errors import RehearsalFailed
from operation.rehearsal.failure import require
from operation.rehearsal.loopback import REGION, Loopback
from operation.rehearsal.visitor import Visitor, over_gateway

ROOT = Path(__file__).parents[2]
STAGE = "rehearsal"


@dataclass(frozen=True)
class Scene:
    """The stage that is rehearsed on."""

    aws: Loopback
    folder: Path

    @cached_property
    def cloud(self) -> Cloud:
        """The account, whatever account this machine knows."""
        return Cloud(REGION, self._connect)

    def _connect(self, service: str, region: str) -> Any:
        import boto3

        given = self.aws.environment
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self.aws.url,
            region_name=region,
            aws_access_key_id=given["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=given["AWS_SECRET_ACCESS_KEY"],
        )

    @cached_property
    def database(self) -> Database:
        """The tables of the stage, as the operator's credentials reach them."""
        return Database(lambda: self._connect("dynamodb", REGION), f"paraply-{STAGE}")

    @cached_property
    def services(self) -> Services:
        """The stores on them."""
        return Services.on(self.database, utc_now)

    @cached_property
    def stage(self) -> Stage:
        """What everything of the stage is called."""
        return stage_of(self.cloud, STAGE)

    @property
    def visitor(self) -> Visitor:
        """Somebody who comes through the gateway."""
        address = stack.describe(self.cloud, self.stage.stack).outputs["GatewayAddress"]
        return Visitor(over_gateway(self.aws.port, address))

    def reach(self, address: str) -> int:
        """The status of a page at an ``address`` of the gateway, as a deployment asks for it."""
        root, _, page = address.rpartition("/")
        return Visitor(over_gateway(self.aws.port, f"{root}/")).get(f"/{page}").status

    def manage(self, *arguments: str) -> str:
        """What the operator's program says; fails where it ends with anything but 0."""
        done = self.try_manage(*arguments)
        require(done.returncode == 0, f"manage.py {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def try_manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the operator's program on this stage, in the folder, as in a terminal that has credentials."""
        command = [sys.executable, str(ROOT / "manage.py"), "--stage", STAGE, *arguments]
        environment = {**os.environ, **self.aws.environment, "COLUMNS": "200"}
        return subprocess.run(  # noqa: S603  # arguments are this package's
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )

    def fire(self, function: str) -> None:
        """Do what EventBridge does when the rule of a scheduled ``function`` is due; wait until it has run.

        A rule's countdown is of the real clock. What a rule is needed for is looked at: that it is enabled, that its
        target is the function, and that it may invoke it. Fails where the function fails, or writes a line with ALARM.
        """
        name = f"paraply-{STAGE}-{function}"
        rule = self._rule_of(name)
        event = json.dumps(scheduled_event(rule, utc_now()))
        done = self.cloud.call("lambda", "invoke", FunctionName=name, Payload=event, LogType="Tail")
        told = b64decode(done.get("LogResult", "")).decode("utf-8", "replace")
        require("FunctionError" not in done, f"{name} failed: {done['Payload'].read()[:500]!r}")
        require("ALARM" not in told, f"{name} raised an alarm: {told[-1000:]}")

    def _rule_of(self, name: str) -> str:
        """The ARN of the rule that starts the function called ``name``."""
        call = self.cloud.call
        arn = call("lambda", "get_function", FunctionName=name)["Configuration"]["FunctionArn"]
        for rule in call("events", "list_rules")["Rules"]:
            targets = call("events", "list_targets_by_rule", Rule=rule["Name"])["Targets"]
            if any(target["Arn"] == arn for target in targets):
                allowed = json.loads(call("lambda", "get_policy", FunctionName=name)["Policy"])["Statement"]
                sources = json.dumps([each for each in allowed if "events.amazonaws.com" in json.dumps(each)])
                require(rule["State"] == "ENABLED" and rule["Arn"] in sources, f"{rule['Name']} may not start {name}")
                return str(rule["Arn"])
        raise RehearsalFailed(f"no rule starts {name}")

    def record(self, survey: str) -> Survey:
        """The record of a survey, as it is stored."""
        found = self.services.surveys.get(survey)
        if found is None:
            raise RehearsalFailed(f"{survey} is gone")
        return found

    def move_back(self, survey: str, by: timedelta) -> None:
        """Move a survey's own record back in time, as whoever has the operator's credentials could.

        The deployed functions go by the real clock; neither they nor the template are touched.
        """
        record = self.record(survey)
        moments = {name: getattr(record, name) for name in ("closed_at", "edition_began", "edition_ends")}
        moved = {name: moment - by for name, moment in moments.items() if moment}
        self.services.surveys.save(record.model_copy(update=moved))
