"""Stores what was planned, row by row: each is one write, and whatever is cut short can be run again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from chalicelib.collection import accept
from chalicelib.errors import AlreadyCounted, AlreadyWithdrawn, InvalidSubmission
from chalicelib.services import Services
from operation.errors import OperatorError
from operation.importing.plan import Plan, Planned, Standing, require_open


@dataclass
class Outcome:
    """How many rows ended how; ``refused``: the lines of those whose code was used meanwhile.

    ``not_stored``: the lines of these, and of rows that are withdrawn.
    """

    stored: int = 0
    replaced: int = 0
    left: Counter[Standing] = field(default_factory=Counter)
    refused: list[int] = field(default_factory=list)
    not_stored: set[int] = field(default_factory=set)


def store(services: Services, plan: Plan, outcome: Outcome) -> Iterator[int]:
    """Store the rows of ``plan``, and note in ``outcome`` what became of each; yields how many are done.

    Raises :class:`OperatorError` where the survey was closed meanwhile, or asks something else.
    """
    for done, row in enumerate(plan.rows, 1):
        survey = services.survey(plan.survey.id) or plan.survey
        if survey.state != "open" or survey.version != plan.version.number:
            require_open(services, plan.survey.id)
            raise OperatorError(f"“{survey.id}” asks something else since a moment ago. Run this again.")
        _store(services, plan, row, outcome)
        yield done


def _store(services: Services, plan: Plan, row: Planned, outcome: Outcome) -> None:
    try:
        accepted = accept(services, plan.survey, plan.version, row.submission)
    except AlreadyCounted:
        outcome.left[Standing.COUNTED] += 1
    except AlreadyWithdrawn:
        outcome.left[Standing.WITHDRAWN] += 1
        outcome.not_stored.add(row.line)
    except InvalidSubmission:
        outcome.refused.append(row.line)
        outcome.not_stored.add(row.line)
    else:
        outcome.replaced += accepted.replaced
        outcome.stored += not accepted.replaced
