"""What shows that a deployment runs: each scheduled function once, and a page by its address."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from functools import partial
from http import HTTPStatus
from urllib.parse import urlsplit

from operation.deployment.alarms import SCHEDULED
from operation.deployment.clients import Cloud
from operation.deployment.stage import Stage
from operation.deployment.steps import Step, Steps, wait_until
from operation.deployment.template import NAMES
from operation.errors import OperatorError

#: What answers a GET of /healthz at an address: its HTTP status, and 0 for nothing, or nothing of ours.
Reach = Callable[[str], int]
_SECONDS = 30
#: What /healthz says, and how much is read of what may say something else.
HEALTHY, _MOST_READ = b"ok\n", 100
#: Looks at a new address, whose name and gateway take some seconds to be known everywhere.
MOST_LOOKS = 30


def run_schedule(cloud: Cloud, stage: Stage, now: datetime) -> Steps[None]:
    """Run each scheduled function once, as EventBridge does: a fault shows now, and alarms have something to see.

    Raises :class:`OperatorError` where one fails.
    """
    for name in SCHEDULED:
        function = f"{stage.table_prefix}-{NAMES[name]}"
        yield Step(f"running {function} once")
        rule = f"arn:aws:events:{stage.region}:{stage.account}:rule/{stage.stack}-deployed"
        reply = cloud.call("lambda", "invoke", FunctionName=function, Payload=json.dumps(scheduled_event(rule, now)))
        if reply.get("FunctionError"):
            raise OperatorError(
                f"{function} is deployed and fails. Look into its log: /aws/lambda/{function}. To go back, deploy the"
                " version before."
            )


def scheduled_event(rule: str, now: datetime) -> dict[str, object]:
    """EventBridge's event of a ``rule`` that is due, by its ARN (Amazon EventBridge User Guide, Scheduled Events)."""
    *_, region, account, _ = rule.split(":")
    return {
        "version": "0",
        "id": "00000000-0000-0000-0000-000000000000",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": account,
        "time": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "region": region,
        "resources": [rule],
        "detail": {},
    }


def require_answer(address: str, reach: Reach, most_looks: int = MOST_LOOKS) -> Steps[None]:
    """Wait until the application answers at ``address``. Raises :class:`OperatorError` where it does not."""
    yield Step(f"asking {address}healthz")
    answers: list[int] = []

    def look() -> list[int]:
        answers.append(reach(f"{address}healthz"))
        return answers

    wait_until(look, lambda found: found[-1] == HTTPStatus.OK or len(found) >= most_looks, "Asking for a page")
    if answers[-1] != HTTPStatus.OK:
        raise OperatorError(
            f"It is deployed, and {address}healthz answers {answers[-1] or 'nothing'}. Wait a minute and open it; else"
            " see the log of the function api_handler, or deploy the version before."
        )


def reach() -> Reach:
    """How the application is asked for: as everybody does, or where something stands in for AWS, there."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    return partial(_status_from, endpoint) if endpoint else _status


def _status_from(endpoint: str, address: str) -> int:
    """As :data:`Reach`, behind ``endpoint``, which knows an API by its host."""
    parts = urlsplit(address)
    api = str(parts.hostname).partition(".")[0]
    return _status(urllib.request.Request(f"{endpoint}{parts.path}", headers={"Host": f"{api}.execute-api.localhost"}))  # noqa: S310


def _status(address: str | urllib.request.Request) -> int:
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS) as reply:  # noqa: S310  # as the stack has it
            is_ours, status = reply.read(_MOST_READ) == HEALTHY, int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
    return status if is_ours else 0
