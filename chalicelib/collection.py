"""From raw answers to a stored response and its receipt, and back: what form, API and demo share. Knows no HTTP."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.errors import (
    INVITATION_FIELD,
    AlreadyCounted,
    AlreadyWithdrawn,
    InvalidSubmission,
    InvitationSpent,
    Problem,
    QuestionsChanged,
    ReceiptNotFound,
    Refusal,
    Refused,
    StoreMisconfigured,
    SurveyNotYetOpen,
    WithdrawnAndClosed,
)
from chalicelib.questionnaire.survey import Survey, SurveySettings
from chalicelib.questionnaire.visible_text import can_be_seen
from chalicelib.responses.answers import Answers, Invited, Response
from chalicelib.responses.receipt import (
    invitation_hash,
    mark_of,
    read_receipt,
    receipt_of,
    rehearsal_token,
    rid_of,
)
from chalicelib.responses.sealing import seal, texts_as_json
from chalicelib.services import Services, Version

_SURVEY_ID = re.compile(r"[a-z][a-z0-9-]{2,59}")


@dataclass(frozen=True)
class Submission:
    """What was sent, decoded and not yet validated. ``nonce`` decides the receipt, and so what counts as a retry.

    ``raw_answers``: JSON by question id, or the fields of a form where it is ``from_form``: what did not apply was out
    of sight when that was sent.
    """

    raw_answers: Mapping[str, Any]
    nonce: bytes
    invitation: str = ""
    from_form: bool = False


@dataclass(frozen=True)
class Accepted:
    """What was stored: the receipt, and whether it took the place of what was sent before with the same nonce."""

    receipt: str
    replaced: bool


def find_survey(services: Services, survey_id: str, token: str | None, version: int = 0) -> Survey:
    """The survey that the public may see and answer; one under test only with the token of its link.

    ``version``: the one that the request speaks of, if any, which this process may not have heard of.

    Raises :class:`Refused` for anything else, so that a draft cannot be told from nothing.
    """
    survey = find_published(services, survey_id, token, version)
    if survey.is_purged:
        raise Refused(Refusal.UNKNOWN_SURVEY)
    return survey


def find_published(services: Services, survey_id: str, token: str | None, version: int = 0) -> Survey:
    """As :func:`find_survey`, and one whose records are purged: its releases stay."""
    survey = services.survey(survey_id, version) if _SURVEY_ID.fullmatch(survey_id) else None
    if survey is None or survey.state in ("draft", "being deleted"):
        raise Refused(Refusal.UNKNOWN_SURVEY)
    if survey.state == "test" and not (token and _is_rehearsal_token(services, survey, token)):
        raise Refused(Refusal.UNKNOWN_SURVEY)
    return survey


def find_answerable(services: Services, survey_id: str, token: str | None, version: int = 0) -> Survey:
    """As :func:`find_survey`, but none whose first day has not begun: raises :class:`SurveyNotYetOpen`."""
    survey = find_survey(services, survey_id, token, version)
    if survey.is_awaited(services.clock()):
        raise SurveyNotYetOpen(f"It opens on {survey.settings.opens_on}, at 00:00 UTC.")
    return survey


def _is_rehearsal_token(services: Services, survey: Survey, token: str) -> bool:
    key = services.access.receipt_key(survey.id, rehearsal=True)
    return key is not None and hmac.compare_digest(token.encode(), rehearsal_token(key, survey.id).encode())


def check(survey: Survey, version: Version, submission: Submission) -> Answers:
    """The answers of ``submission``; raise :class:`InvalidSubmission` with every problem, the invitation's too."""
    validator = version.validator
    validate = validator.validate_form if submission.from_form else validator.validate_submission
    problems = _invitation_problems(survey, submission)
    try:
        answers = validate(submission.raw_answers)
    except InvalidSubmission as error:
        raise InvalidSubmission([*problems, *error.problems]) from error
    if problems:
        raise InvalidSubmission(problems)
    return answers


def _invitation_problems(survey: Survey, submission: Submission) -> list[Problem]:
    if not needs_invitation(survey) or read_receipt(submission.invitation):
        return []
    code = "invitation_unknown" if can_be_seen(submission.invitation) else "invitation_missing"
    return [Problem(INVITATION_FIELD, code)]


def needs_invitation(survey: Survey) -> bool:
    """Whether a submission has to bring a code; one to a survey under test has not."""
    return survey.settings.access == "invitation" and survey.state != "test"


def accept(services: Services, survey: Survey, version: Version, submission: Submission) -> Accepted:
    """Validate, seal and store a submission.

    A first one is a single write, or with an invitation a single transaction. One that was stored before is replaced
    while it is pending (P5); to a version that asks something else than is asked now, none but such a one is taken, and
    only in the place of answers to what was asked then: in that of newer ones it would never be counted (P6).
    Raises :class:`InvalidSubmission`, :class:`QuestionsChanged`, :class:`AlreadyCounted`, :class:`AlreadyWithdrawn` or
    a storage error; a receipt is returned only for what is stored (P6).
    """
    key = services.receipt_key(survey)
    receipt = receipt_of(key, submission.nonce)
    takes = survey.takes(version.number)
    try:
        answers = check(survey, version, submission)
    except InvalidSubmission:
        if takes:
            raise
        raise _questions_changed() from None
    response = _response(survey, version, answers, key, receipt)
    if takes and _add(services, survey, response, submission, key):
        return Accepted(receipt, replaced=False)
    if services.responses.replace(response, before=None if takes else survey.asked_since):
        return Accepted(receipt, replaced=True)
    if services.responses.is_withdrawn(survey.id, response.rid, response.rehearsal):
        raise _withdrawn(survey)
    if takes or services.responses.was_counted(survey.id, response.rid, response.rehearsal):
        raise AlreadyCounted(receipt)
    raise _questions_changed()


def _withdrawn(survey: Survey) -> AlreadyWithdrawn:
    """The error that says whether other answers can be sent."""
    if survey.state == "closed":
        return WithdrawnAndClosed()
    return InvitationSpent() if needs_invitation(survey) else AlreadyWithdrawn()


def _questions_changed() -> QuestionsChanged:
    return QuestionsChanged("This was not stored. Load the questionnaire again, and send answers to its version.")


@dataclass(frozen=True)
class Withdrawn:
    """What was withdrawn: by this request, or by one ``before`` it, whose reply may have been lost."""

    receipt: str
    before: bool


def withdraw(services: Services, survey: Survey, typed: str) -> Withdrawn:
    """Remove what was answered under a receipt (P11), as it was read; once it is withdrawn, it stays so.

    That it was is told to whoever has the receipt: of 80 bits nobody guesses one. Raises :class:`ReceiptNotFound`
    whatever is wrong with what was ``typed``.
    """
    receipt = read_receipt(typed)
    if receipt is None:
        raise ReceiptNotFound
    rid = rid_of(services.receipt_key(survey), receipt)
    rehearsal = survey.state == "test"
    if services.responses.withdraw(survey.id, rid, rehearsal):
        return Withdrawn(receipt, before=False)
    if services.responses.is_withdrawn(survey.id, rid, rehearsal):
        return Withdrawn(receipt, before=True)
    raise ReceiptNotFound


def was_counted(services: Services, survey: Survey, receipt: str) -> bool:
    """Whether what is stored, or was withdrawn, under ``receipt`` had been counted; raises a storage error."""
    rid = rid_of(services.receipt_key(survey), receipt)
    return services.responses.was_counted(survey.id, rid, rehearsal=survey.state == "test")


def _add(services: Services, survey: Survey, response: Response, submission: Submission, key: bytes) -> bool:
    """Store a first submission; False if it was stored before."""
    if not needs_invitation(survey):
        return services.responses.add(response)
    code = read_receipt(submission.invitation) or ""
    outcome = services.responses.add_invited(response, invitation_hash(key, code))
    if outcome is Invited.CODE_UNKNOWN:
        raise InvalidSubmission([Problem(INVITATION_FIELD, "invitation_unknown")])
    return outcome is Invited.STORED


def _response(survey: Survey, version: Version, answers: Answers, key: bytes, receipt: str) -> Response:
    packed = version.layout.pack(answers)
    sealed, text = _texts(survey.settings, answers)
    return Response(
        survey=survey.id,
        rid=rid_of(key, receipt),
        version=version.number,
        answers=packed,
        mark=mark_of(key, version.number, packed),
        sealed=sealed,
        text=text,
        rehearsal=survey.state == "test",
    )


def _texts(settings: SurveySettings, answers: Answers) -> tuple[bytes | None, str | None]:
    """The envelope or the plain JSON of the written answers, whichever the survey promised (P3)."""
    if not answers.texts:
        return None, None
    if settings.text == "plain":
        return None, texts_as_json(answers.texts)
    if not settings.recipients:
        raise StoreMisconfigured("The survey has no public keys to seal text to. Publish it with keys.")
    return seal(answers.texts, settings.recipients), None
