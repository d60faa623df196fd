"""The figures of a release as files that stand alone."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.collection import find_published
from chalicelib.errors import Refusal, Refused, TokenRefused
from chalicelib.locale import page_translator
from chalicelib.services import current
from chalicelib.web.http import SHARED, Call, api_view, is_known, shared, tag_of
from chalicelib.web.operations import IF_NONE_MATCH, LANGUAGE, TOKEN, Files, Operation, described
from chalicelib.web.readers import caching, reader_of, visible_release

blueprint = Blueprint(__name__)

#: Of a figure that is opened by itself: it is a document then, and needs nothing.
NOTHING = "default-src 'none'; style-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@blueprint.route("/api/surveys/{survey}/releases/{release}/figures/{question}", methods=SHARED, content_types=[])
@shared
@api_view
@described(
    Operation(
        gives={200: Files.FIGURE},
        parameters=(LANGUAGE, TOKEN, IF_NONE_MATCH),
        headers=("ETag",),
        problems=(
            Refusal.UNKNOWN_SURVEY,
            Refusal.NO_RELEASE,
            Refusal.UNKNOWN_TABLE,
            Refusal.UNKNOWN_LANGUAGE,
            TokenRefused,
        ),
    )
)
def show_figure(call: Call, survey: str, release: str, question: str) -> Response:
    """The figure of one question, by its id and the suffix ``.svg``; the release by number or ``latest``."""
    from chalicelib.publication.figure_file import MEDIA_TYPE, SUFFIX, figure_svg, figures_of
    from chalicelib.publication.worded import WordedRelease

    services = current()
    found_survey = find_published(services, survey, call.query.get("token"))
    reader = reader_of(call, found_survey)
    found = visible_release(services, found_survey, reader, release)
    language = call.language_asked_for(list(found.languages))
    worded = WordedRelease.of(found, language, page_translator(language))
    figures = figures_of(worded)
    name, dot, rest = question.rpartition(".")
    if name not in figures or dot + rest != SUFFIX:
        names = ", ".join(f"{each}{SUFFIX}" for each in figures)
        raise Refused(Refusal.UNKNOWN_TABLE, f"There is no such figure. Figures of release {found.number}: {names}.")
    etag = tag_of(found.survey, str(found.number), "figure", name, language)
    headers: dict[str, str | list[str]] = {**caching(found_survey, reader), "ETag": etag}
    headers["Content-Security-Policy"] = NOTHING
    if is_known(etag, call):
        return Response("", headers, 304)
    headers["Content-Type"] = f"{MEDIA_TYPE}; charset=utf-8"
    return Response(figure_svg(figures[name], worded), headers)
