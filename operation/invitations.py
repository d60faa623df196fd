"""Makes invitation codes, each good for one response (P10)."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.errors import Conflict
from chalicelib.responses.receipt import grouped, invitation_hash, new_invitation, new_key
from chalicelib.services import Services
from operation.errors import OperatorError
from operation.lifecycle import require_survey

#: Writes of the record that may come between reading it and writing it, one after the other.
MOST_CONFLICTS = 5


def invite(services: Services, survey_id: str, count: int) -> Iterator[str]:
    """Make ``count`` invitations; yields each code once its hash is stored. The codes themselves are not.

    How many they are is noted first: codes may be used at once, and results tell of how many invitations answers came.

    Raises :class:`OperatorError` at once, before the first code is asked for, where invitations make no sense.
    """
    survey = require_survey(services, survey_id)
    if survey.settings.access != "invitation" or survey.state not in ("draft", "test", "open"):
        raise OperatorError(
            f"“{survey.id}” is {survey.state}, with access: {survey.settings.access}. Invitations are for a survey with"
            " access: invitation that is not closed."
        )
    services.access.add_receipt_key(survey.id, new_key())
    key = services.access.receipt_key(survey.id)
    if key is None:
        raise OperatorError(f"“{survey.id}” was purged meanwhile.")
    _note(services, survey.id, count)
    return _invitations(services, survey.id, key, count)


def _note(services: Services, survey_id: str, count: int) -> None:
    """Add ``count`` to how many the survey has invited; another writer of its record comes first."""
    for attempt in range(MOST_CONFLICTS + 1):
        survey = require_survey(services, survey_id)
        try:
            services.surveys.save(survey.model_copy(update={"invited": survey.invited + count}))
        except Conflict:
            if attempt == MOST_CONFLICTS:
                raise
        else:
            return


def _invitations(services: Services, survey_id: str, key: bytes, count: int) -> Iterator[str]:
    for _ in range(count):
        code = new_invitation()
        services.access.add_invitation(survey_id, invitation_hash(key, code))
        yield grouped(code)
