"""Who sees results that are held: tokens for analysts, and announcing releases to everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.publication.tokens import AnalystToken, digest_of, new_token, stored
from chalicelib.questionnaire.survey import Survey
from chalicelib.questionnaire.visible_text import can_be_seen
from chalicelib.services import Services
from operation.errors import OperatorError
from operation.lifecycle import require_survey, standing

MAXIMUM_LABEL = 80


@dataclass(frozen=True)
class MadeToken:
    """A new token, which is shown once, and what is stored of it."""

    token: str
    stored: AnalystToken


def create_token(services: Services, survey_id: str, days: int, label: str = "") -> MadeToken:
    """Make a token, which is good today and ``days`` more; it itself is stored nowhere.

    ``label``: whom it is for. Raises :class:`OperatorError` where there is nothing that it could open.
    """
    survey = _require_held(services, survey_id)
    if survey.is_purged or survey.state == "being deleted":
        raise OperatorError(f"“{survey.id}” is {standing(survey)}, and its tokens with it. {_advice(survey)}")
    if len(label) > MAXIMUM_LABEL or not label.isprintable() or (label and not can_be_seen(label)):
        raise OperatorError(f"A label has at most {MAXIMUM_LABEL} characters, on one line. Shorten it.")
    token, today = new_token(), services.clock().date()
    kept = stored(token, label, today, today + timedelta(days=days))
    services.access.add_token(survey.id, kept)
    return MadeToken(token, kept)


def tokens_of(services: Services, survey_id: str) -> list[AnalystToken]:
    """The tokens of a survey, those too whose last day is over."""
    return services.access.tokens(require_survey(services, survey_id).id)


def revoke_token(services: Services, survey_id: str, token_id: str) -> AnalystToken:
    """Revoke the token with this id, or the token itself; it opens nothing any more, nor do sessions begun with it."""
    known = (token_id, digest_of(token_id)[:8])
    for token in tokens_of(services, survey_id):
        if token.id in known:
            services.access.delete_token(survey_id, token.digest)
            return token
    raise OperatorError(
        f"“{survey_id}” has no token with this id. `manage.py token list {survey_id}` has the ids, 8 digits each."
    )


def announce(services: Services, survey_id: str, number: int) -> Survey:
    """Show the releases up to ``number`` to everybody, for good."""
    survey = _require_held(services, survey_id)
    if number <= survey.announced:
        raise OperatorError(f"Release {number} of “{survey.id}” is announced already, and stays so. {_advice(survey)}")
    if number not in survey.held:
        raise OperatorError(f"“{survey.id}” has no release {number}. {_advice(survey)}")
    return services.surveys.save(survey.model_copy(update={"announced": number}))


def _require_held(services: Services, survey_id: str) -> Survey:
    survey = require_survey(services, survey_id)
    if survey.settings.results == "public":
        raise OperatorError(
            f"“{survey.id}” has results: public: everybody sees each release at once, without a token. Results are held"
            " where the settings say results: held before a survey is opened."
        )
    return survey


def _advice(survey: Survey) -> str:
    if not survey.held:
        return "No release is held."
    return f"To show everybody what is held: `manage.py announce {survey.id} {survey.held[-1]}`."
