"""The scheduled functions. Each is imported when it is called: no request needs what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.jobs.turns import GoOn, always

if TYPE_CHECKING:
    from chalicelib.jobs.audit import Audit
    from chalicelib.jobs.publish import Outcome
    from chalicelib.services import Services

#: From one run of ``publish_releases`` to the next.
PUBLISHING_MINUTES = 15
#: What a step may take: a run that has less left stops, and the next goes on.
_STEP_MILLISECONDS = 20_000


def publish_releases(services: Services, go_on: GoOn = always) -> list[Outcome]:
    """See :func:`chalicelib.jobs.publish.publish_releases`."""
    from chalicelib.jobs.publish import publish_releases as run

    return run(services, go_on)


def publish_all(services: Services, go_on: GoOn = always) -> list[Outcome]:
    """See :func:`chalicelib.jobs.publish.publish_all`."""
    from chalicelib.jobs.publish import publish_all as run

    return run(services, go_on)


def purge_expired(services: Services, go_on: GoOn = always) -> list[str]:
    """See :func:`chalicelib.jobs.purge.purge_expired`."""
    from chalicelib.jobs.purge import purge_expired as run

    return run(services, go_on)


def audit_ledger(services: Services, go_on: GoOn = always) -> list[Audit]:
    """See :func:`chalicelib.jobs.audit.audit_ledger`."""
    from chalicelib.jobs.audit import audit_ledger as run

    return run(services, go_on)


def time_left(event: Any) -> GoOn:
    """Whether the Lambda function that got ``event`` has time for another step."""
    context = getattr(event, "context", None)
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return (lambda: bool(remaining() > _STEP_MILLISECONDS)) if remaining else always
