"""The same for programs: the questionnaire, submissions and releases as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response
from pydantic import BaseModel, ConfigDict, ValidationError

from chalicelib.collection import Accepted, Submission, accept, find_answerable, find_published
from chalicelib.errors import InvalidSubmission, QuestionsChanged, Refusal, Refused, SurveyNotOpen
from chalicelib.locale import translator
from chalicelib.questionnaire.survey import Survey
from chalicelib.responses.decoding import decode_json, idempotency_nonce
from chalicelib.responses.receipt import grouped
from chalicelib.services import Services, current
from chalicelib.web.http import GET, BinaryResponse, Call, api_view, as_json, is_known
from chalicelib.web.readers import PRIVATE_RESULTS, Reader, caching, reader_of, visible_release, visible_releases

if TYPE_CHECKING:
    from chalicelib.publication.formats import Format
    from chalicelib.publication.release import Release

blueprint = Blueprint(__name__)

#: What is not for respondents: the name of who reviewed a language can out a member. And what texts look like here.
INTERNAL: dict[str, Any] = {"languages": {"__all__": {"reviewed_by"}}, "formatted": True}


@blueprint.route("/api/surveys/{survey}", methods=GET, content_types=[])
@api_view
def show_questionnaire(call: Call, survey: str) -> Response:
    """The questionnaire, and the JSON Schema of the answers that it takes."""
    services = current()
    found = find_answerable(services, survey, call.query.get("token"))
    version, contact = services.version(found.id, found.version), found.settings.contact
    return as_json(
        {
            "survey": found.id,
            "state": found.state,
            "opens_on": found.settings.opens_on,
            "closes_on": found.settings.closes_on,
            "version": version.number,
            "questionnaire": version.questionnaire.model_dump(mode="json", exclude_none=True, exclude=INTERNAL),
            "support": [line.model_dump(mode="json", exclude_none=True) for line in found.settings.support],
            "contact": contact.model_dump(mode="json", exclude_none=True) if contact else None,
            "answers_schema": version.validator.json_schema(),
        }
    )


@blueprint.route("/api/surveys/{survey}/responses", methods=["POST"], content_types=[])
@api_view
def submit(call: Call, survey: str) -> Response:
    """Store a submission: 201 and its receipt; 200 and the same receipt if it was sent before."""
    services, token = current(), call.query.get("token")
    find_answerable(services, survey, token)
    nonce = idempotency_nonce(call.headers.get("idempotency-key"))
    body = _read_body(call)
    found = find_answerable(services, survey, token, body.version or 0)
    submission = Submission(body.answers, nonce, body.invitation)
    try:
        accepted = _accept(services, found, found.version if body.version is None else body.version, submission)
    except InvalidSubmission:
        if body.version is not None:
            raise
        latest = find_answerable(services, survey, token, found.version + 1)
        accepted = _accept_unnamed(services, latest, submission)
    status = "replaced" if accepted.replaced else "stored"
    return as_json({"receipt": grouped(accepted.receipt), "status": status}, 200 if accepted.replaced else 201)


def _accept_unnamed(services: Services, survey: Survey, submission: Submission) -> Accepted:
    """Store what names no version and does not fit the latest that this process had heard of.

    A newer one may take it. Or it was stored when something else was asked, and is sent again (P5).
    """
    try:
        return _accept(services, survey, survey.version, submission)
    except InvalidSubmission:
        if earlier := [number for number in survey.published if not survey.takes(number)]:
            with suppress(QuestionsChanged):
                return _accept(services, survey, earlier[-1], submission)
        raise


def _accept(services: Services, survey: Survey, number: int, submission: Submission) -> Accepted:
    """Store ``submission`` as answers to the version of that ``number``."""
    if not survey.has_published(number):
        raise Refused(Refusal.UNKNOWN_VERSION)
    if not survey.accepts(services.clock(), form_issued_at=None):
        raise SurveyNotOpen
    return accept(services, survey, services.version(survey.id, number), submission)


class _Body(BaseModel):
    """``{"answers": {…}, "version": 1, "invitation": "…"}``, the latter two as needed; null is no version."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    answers: dict[str, Any]
    version: int | None = None
    invitation: str = ""


def _read_body(call: Call) -> _Body:
    found = decode_json(call.body, call.content_type)
    if found.get("version", 1) is None:
        raise Refused(Refusal.UNFIT_SUBMISSION)
    try:
        return _Body.model_validate(found)
    except ValidationError:
        # Not chained: it tells of what was sent (P12).
        raise Refused(Refusal.UNFIT_SUBMISSION) from None


@blueprint.route("/api/surveys/{survey}/releases", methods=GET, content_types=[])
@api_view
def list_releases(call: Call, survey: str) -> Response:
    """The numbers and dates of all releases that whoever asks may see, the latest first."""
    services = current()
    found = find_published(services, survey, call.query.get("token"))
    reader = reader_of(call, found)
    entries = [
        {"number": release.number, "published_on": str(release.published_on), "responses": release.responses}
        for release in visible_releases(services, found, reader)
    ]
    reply = as_json({"survey": found.id, "releases": entries})
    if reader is not Reader.PUBLIC:
        reply.headers.update(PRIVATE_RESULTS)
    return reply


@blueprint.route("/api/surveys/{survey}/releases/{release}", methods=GET, content_types=[])
@api_view
def show_release(call: Call, survey: str, release: str) -> Response:
    """One release, by number or ``latest``, in the format that its suffix names."""
    from chalicelib.publication.formats import FORMATS

    services = current()
    found_survey = find_published(services, survey, call.query.get("token"))
    name, dot, rest = release.partition(".")
    reader = reader_of(call, found_survey)
    found = visible_release(services, found_survey, reader, name)
    form = FORMATS.get(dot + rest)
    if form is None:
        raise Refused(
            Refusal.NO_RELEASE, f"A release can be had as {', '.join(f'{found.number}{suffix}' for suffix in FORMATS)}."
        )
    return _as_file(call, found, form, caching(found_survey, reader))


def _as_file(call: Call, found: Release, form: Format, kept: Mapping[str, str]) -> Response:
    """``found`` as a file; 304 and nothing to who has it.

    ``kept``: the headers that say who may keep it.
    """
    from chalicelib.publication.worded import WordedRelease

    language = call.language(list(found.languages))
    name = f"{found.survey}-{found.number}"
    # Weak: the gateway compresses it for who takes that, and bytes differ then.
    etag = f'W/"{name}-{form.name.lower()}-{language}"'
    headers: dict[str, str | list[str]] = {**kept, "ETag": etag}
    if is_known(etag, call):
        return Response("", headers, 304)
    headers["Content-Type"] = form.media_type
    if form.suffix:
        headers["Content-Disposition"] = f'attachment; filename="{name}{form.suffix}"'
    worded = WordedRelease.of(found, language, translator(language))
    return BinaryResponse(form.write(worded), headers)
