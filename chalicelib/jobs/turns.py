"""How a scheduled function goes through all surveys: no failure stops another survey, and none is silent."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TypeVar

from chalicelib.errors import Conflict, ParaplyError, RunFailed
from chalicelib.jobs.alarm import NO_SURVEY, Finding, raise_alarm
from chalicelib.services import Services

log = logging.getLogger(__name__)

_Done = TypeVar("_Done")

#: Whether there is time for another step.
GoOn = Callable[[], bool]


def always() -> bool:
    """For what runs without a limit."""
    return True


@unique
class Job(StrEnum):
    """A scheduled function, as alarms call it."""

    PUBLISH = "publish"
    PURGE = "purge"
    AUDIT = "audit"


@dataclass(frozen=True)
class Failure:
    """A job failed for a survey, and an alarm was raised; ``code`` is that of the error."""

    survey: str
    code: str


def in_turn(services: Services, job: Job) -> list[str]:
    """The ids of all surveys, in an order that is another at each run.

    So one that takes all the time there is, or at which each run is killed, keeps none of the others from being reached
    in some run. Raises what the listing raises, after an alarm: nothing can be done then.
    """
    try:
        ids = services.surveys.ids()
    except Exception as error:
        _raise_alarm(f"{job} could not list the surveys", NO_SURVEY, error)
        raise
    random.Random(int(services.clock().timestamp())).shuffle(ids)  # noqa: S311  # an order, not a secret
    return ids


def attempt(job: Job, survey: str, act: Callable[[str], _Done]) -> _Done | Failure:
    """What ``act`` does for the survey of that id; where it fails, an alarm, and the failure as a value.

    Where another run or an operator came first, it is done again: it reads what they wrote, and goes on from there.
    """
    try:
        try:
            return act(survey)
        except Conflict:
            return act(survey)
    except Exception as error:  # noqa: BLE001  # whatever is wrong with one survey, the others have their turn
        return Failure(survey, _raise_alarm(f"{job} failed", survey, error))


def require_success(failures: Sequence[Failure]) -> None:
    """Raise :class:`RunFailed` where there are any, so that Lambda counts an error and runs the function again.

    That is safe: every step of every job can be repeated.
    """
    if failures:
        raise RunFailed(sorted({failure.survey for failure in failures}))


def _raise_alarm(what: str, survey: str, error: Exception) -> str:
    """Raise an alarm about ``error``, and return its code.

    Our own message goes after it: it names items and what to do. Of a mistake of ours the class is told alone, since
    its message may quote what was stored.
    """
    if not isinstance(error, ParaplyError):
        raise_alarm(f"{what} with {type(error).__name__}", survey, Finding.INTERNAL)
        return Finding.INTERNAL
    raise_alarm(what, survey, error.code)
    log.error("%s", error)
    return error.code
