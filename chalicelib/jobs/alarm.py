"""Alarms: what needs somebody's eyes, as a line in the log that CloudWatch counts by survey and sends a mail about."""

from __future__ import annotations

import logging
from enum import StrEnum, unique

log = logging.getLogger(__name__)

#: Stands in place of a survey's id where an alarm concerns none, or all of them.
NO_SURVEY = "-"


@unique
class Finding(StrEnum):
    """What is no error, and raises an alarm all the same. The codes of errors are those of their classes."""

    BROKEN_BATCH = "broken_batch"
    STRAY_RESPONSES = "stray_responses"
    NEVER_RELEASED = "never_released"
    PURGE_OVERDUE = "purge_overdue"
    #: An error that the project does not raise on purpose: a mistake of ours.
    INTERNAL = "internal"


def raise_alarm(what: str, survey: str, code: str) -> None:
    """Log that ``what`` happened to ``survey``, an id or :data:`NO_SURVEY`: ids, numbers and names of classes alone.

    The line begins with ALARM, which the metric filter of the template looks for in ``$.message``; ``survey`` and
    ``code`` are fields of the log's JSON as well, so that it can tell surveys apart (``$.survey``).
    """
    log.error("ALARM %s: survey=%s code=%s", what, survey, code, extra={"survey": survey, "code": str(code)})
