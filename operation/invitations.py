"""Makes invitation codes, each good for one response (P10)."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.responses.receipt import grouped, invitation_hash, new_invitation, new_key
from chalicelib.services import Services
from operation.errors import OperatorError
from operation.lifecycle import require_survey


def invite(services: Services, survey_id: str, count: int) -> Iterator[str]:
    """Make ``count`` invitations; yields each code once its hash is stored. The codes themselves are not.

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
    return _invitations(services, survey.id, key, count)


def _invitations(services: Services, survey_id: str, key: bytes, count: int) -> Iterator[str]:
    for _ in range(count):
        code = new_invitation()
        services.access.add_invitation(survey_id, invitation_hash(key, code))
        yield grouped(code)
