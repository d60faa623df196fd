"""The bodies of the scheduled functions."""

from __future__ import annotations

from typing import Any

from chalicelib.jobs.audit import audit_ledger
from chalicelib.jobs.publish import publish_all, publish_releases
from chalicelib.jobs.purge import purge_expired
from chalicelib.jobs.turns import GoOn, always

__all__ = ["PUBLISHING_MINUTES", "audit_ledger", "publish_all", "publish_releases", "purge_expired", "time_left"]

#: From one run of ``publish_releases`` to the next.
PUBLISHING_MINUTES = 15
#: What a step may take: a run that has less left stops, and the next goes on.
_STEP_MILLISECONDS = 20_000


def time_left(event: Any) -> GoOn:
    """Whether the Lambda function that got ``event`` has time for another step."""
    context = getattr(event, "context", None)
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return (lambda: bool(remaining() > _STEP_MILLISECONDS)) if remaining else always
