"""Rules of the days on which a survey opens and closes; some depend on what day it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib.questionnaire.definition import Definition
from operation.authoring.places import SETTINGS
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity

#: A day that is farther off looks like a slip, and answers would be kept until then.
FAR = timedelta(days=731)


def date_problems(definition: Definition) -> Iterator[DefinitionProblem]:
    """What is wrong on any day."""
    settings = definition.settings
    if settings.opens_on and settings.closes_on and settings.opens_on > settings.closes_on:
        message = "The survey would close before it opens. Change one of the two."
        yield DefinitionProblem(SETTINGS / "closes_on", ProblemCode.IMPOSSIBLE_LIMIT, message)


def untimely(definition: Definition, now: datetime) -> list[DefinitionProblem]:
    """What is wrong with the days at ``now``: an error where the last one is over, a warning where one is far off."""
    settings = definition.settings
    if settings.closes_at and settings.closes_at <= now:
        message = "This day is over, so nobody could answer. Name a later one."
        return [DefinitionProblem(SETTINGS / "closes_on", ProblemCode.DAY_OVER, message)]
    far = (now + FAR).date().isoformat()
    message = "This is more than two years away. Check the year: answers are kept until some time after closing."
    return [
        DefinitionProblem(SETTINGS / name, ProblemCode.FAR_OFF, message, Severity.WARNING)
        for name in ("opens_on", "closes_on")
        if (getattr(settings, name) or "") > far
    ]
