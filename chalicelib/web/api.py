"""The same for programs: the questionnaire, submissions and releases as JSON."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.collection import Accepted, Submission, accept, find_answerable, find_published
from chalicelib.errors import (
    AlreadyCounted,
    AlreadyWithdrawn,
    InvalidSubmission,
    InvitationSpent,
    QuestionsChanged,
    Refusal,
    Refused,
    SurveyNotOpen,
    SurveyNotYetOpen,
    TokenRefused,
    WithdrawnAndClosed,
)
from chalicelib.questionnaire.survey import MOST_RELEASES, Survey
from chalicelib.responses.decoding import decode_json, idempotency_nonce
from chalicelib.responses.receipt import grouped
from chalicelib.services import Services, Version, current
from chalicelib.web.bodies import ListedRelease, ReleaseList, SentAnswers, ShownSurvey, StoredAnswers
from chalicelib.web.http import (
    ASKED_AGAIN,
    BY_ENCODING,
    GET,
    SHARED,
    BinaryResponse,
    Call,
    api_view,
    as_json,
    as_kept,
    is_known,
    shared,
    tag_of,
)
from chalicelib.web.operations import (
    BEFORE,
    IDEMPOTENCY_KEY,
    IF_NONE_MATCH,
    LANGUAGE,
    LIMIT,
    TOKEN,
    AnyObject,
    Files,
    Operation,
    described,
    whole_number,
)
from chalicelib.web.readers import OPENING, Opened, caching, latest_visible, opened, reader_of

if TYPE_CHECKING:
    from chalicelib.publication.formats import Format
    from chalicelib.publication.release import Release

blueprint = Blueprint(__name__)


@blueprint.route("/openapi.json", methods=SHARED, content_types=[])
@shared
@api_view
@described(Operation(gives={200: AnyObject}, parameters=(IF_NONE_MATCH,), headers=("ETag",)))
def show_openapi(call: Call) -> Response:
    """This description of the API, in OpenAPI 3.1."""
    return as_kept(_openapi(), call, {"Cache-Control": "public, max-age=3600", "Vary": BY_ENCODING})


@cache
def _openapi() -> str:
    from chalicelib.web.openapi import document

    return document({path: tuple(methods.values()) for path, methods in blueprint.current_app.routes.items()})


@blueprint.route("/api/surveys/{survey}", methods=GET, content_types=[])
@api_view
@described(
    Operation(
        gives={200: ShownSurvey},
        parameters=(TOKEN, IF_NONE_MATCH),
        headers=("ETag",),
        problems=(Refusal.UNKNOWN_SURVEY, SurveyNotYetOpen),
    )
)
def show_questionnaire(call: Call, survey: str) -> Response:
    """The questionnaire, and the JSON Schema of the answers that it takes."""
    services = current()
    found = find_answerable(services, survey, call.query.get("token"))
    shown = shown_survey(found, services.version(found.id, found.version))
    return as_kept(shown.model_dump_json(), call, {} if call.is_rehearsal else ASKED_AGAIN)


def shown_survey(survey: Survey, version: Version) -> ShownSurvey:
    """What is told of a survey that can be answered."""
    return ShownSurvey.model_construct(
        survey=survey.id,
        state=survey.state,
        opens_on=survey.settings.opens_on,
        closes_on=survey.settings.closes_on,
        version=version.number,
        questionnaire=version.questionnaire,
        support=survey.settings.support,
        contact=survey.settings.contact,
        answers_schema=version.validator.json_schema(),
    )


@blueprint.route("/api/surveys/{survey}/responses", methods=["POST"], content_types=[])
@api_view
@described(
    Operation(
        takes=SentAnswers,
        gives={201: StoredAnswers, 200: StoredAnswers},
        parameters=(IDEMPOTENCY_KEY, TOKEN),
        problems=(
            *(Refusal.UNFIT_SUBMISSION, Refusal.MALFORMED_JSON, Refusal.NOT_UTF8, Refusal.DUPLICATE_KEYS),
            *(Refusal.TOO_DEEP, Refusal.UNKNOWN_VERSION, Refusal.WEAK_IDEMPOTENCY_KEY, Refusal.UNKNOWN_SURVEY),
            *(Refusal.BODY_TOO_LARGE, Refusal.UNSUPPORTED_MEDIA_TYPE, InvalidSubmission),
            *(SurveyNotYetOpen, QuestionsChanged, AlreadyCounted),
            *(SurveyNotOpen, AlreadyWithdrawn, InvitationSpent, WithdrawnAndClosed),
        ),
    )
)
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
    stored = StoredAnswers(receipt=grouped(accepted.receipt), status="replaced" if accepted.replaced else "stored")
    return as_json(stored, 200 if accepted.replaced else 201)


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


def _read_body(call: Call) -> SentAnswers:
    found = decode_json(call.body, call.content_type)
    if found.get("version", 1) is None:
        raise Refused(Refusal.UNFIT_SUBMISSION)
    try:
        return SentAnswers.model_validate(found)
    except ValidationError:
        # Not chained: it tells of what was sent (P12).
        raise Refused(Refusal.UNFIT_SUBMISSION) from None


@blueprint.route("/api/surveys/{survey}/releases", methods=SHARED, content_types=[])
@shared
@api_view
@described(
    Operation(
        gives={200: ReleaseList},
        parameters=(BEFORE, LIMIT, TOKEN, IF_NONE_MATCH),
        headers=("ETag", "Link"),
        problems=(Refusal.UNKNOWN_SURVEY, Refusal.UNFIT_PARAMETER, TokenRefused),
    )
)
def list_releases(call: Call, survey: str) -> Response:
    """A page of the numbers and dates of the releases that whoever asks may see, the latest first."""
    services = current()
    before = whole_number(BEFORE, call, MOST_RELEASES + 1)
    limit = whole_number(LIMIT, call, LIMIT.schema["default"])
    found = find_published(services, survey, call.query.get("token"))
    reader = reader_of(call, found)
    latest = latest_visible(services, found, reader, before)
    listed = _listed(latest, limit) if latest else ()
    more = f"{call.root}api/surveys/{found.id}/releases?" if listed and listed[-1].number > 1 else None
    if more:
        more += urlencode({"before": listed[-1].number, "limit": limit})
    body = ReleaseList(survey=found.id, releases=listed, next=more)
    if not listed:
        return as_json(body)
    reply = as_kept(body.model_dump_json(), call, caching(found, reader))
    if more:
        reply.headers["Link"] = f'<{more}>; rel="next"'
    return reply


def _listed(release: Release, limit: int) -> tuple[ListedRelease, ...]:
    """``release`` and those before it, ``limit`` at most, of which it tells itself: so a page is one read.

    An edition has its own number of responses; a release was made of all that were printed up to it.
    """
    found, responses = [], release.responses
    if release.adds_themes:
        listed = ListedRelease(number=release.number, published_on=release.published_on, responses=responses)
        found, limit = [listed], limit - 1
    for edition in release.editions[::-1][:limit]:
        found.append(ListedRelease(number=edition.number, published_on=edition.published_on, responses=responses))
        responses -= edition.responses
    return tuple(found)


@blueprint.route("/api/surveys/{survey}/releases/{release}", methods=SHARED, content_types=[])
@shared
@api_view
@described(
    Operation(
        gives={200: Files.RELEASE},
        parameters=(LANGUAGE, TOKEN, IF_NONE_MATCH),
        headers=("ETag", "Content-Disposition"),
        problems=(*OPENING, Refusal.UNKNOWN_FORMAT),
    )
)
def show_release(call: Call, survey: str, release: str) -> Response:
    """One release, by number or ``latest``, in the format that its suffix names."""
    from chalicelib.publication.formats import FORMATS

    name, dot, rest = release.partition(".")
    source = opened(call, survey, name)
    form = FORMATS.get(dot + rest)
    if form is None:
        known = ", ".join(f"{source.worded.release.number}{suffix}" for suffix in FORMATS)
        raise Refused(Refusal.UNKNOWN_FORMAT, f"It can be had as {known}.")
    return _as_file(call, source, form)


def _as_file(call: Call, source: Opened, form: Format) -> Response:
    """The release as a file; 304 and nothing to who has it."""
    found, language = source.worded.release, source.worded.words.language
    name = f"{found.survey}-{found.number}"
    etag = tag_of(name, form.name, language)
    headers: dict[str, str | list[str]] = {**source.headers, "ETag": etag}
    if is_known(etag, call):
        return Response("", headers, 304)
    headers["Content-Type"] = form.media_type
    if form.suffix:
        headers["Content-Disposition"] = f'attachment; filename="{name}{form.suffix}"'
    key = found.survey, found.number, form.suffix, language
    file = current().files.get(key, lambda: form.write(source.worded))
    return BinaryResponse(file, headers)
