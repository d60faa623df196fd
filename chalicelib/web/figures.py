"""The figures of a release as files that stand alone."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.errors import Refusal, Refused
from chalicelib.locale import page_translator
from chalicelib.web.http import SHARED, Call, api_view, is_known, shared, tag_of
from chalicelib.web.operations import IF_NONE_MATCH, LANGUAGE, TOKEN, Files, Operation, described
from chalicelib.web.readers import OPENING, opened

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
        problems=(*OPENING, Refusal.UNKNOWN_TABLE),
    )
)
def show_figure(call: Call, survey: str, release: str, question: str) -> Response:
    """The figure of one question, by its id and the suffix ``.svg``; the release by number or ``latest``."""
    from chalicelib.publication.figure_file import MEDIA_TYPE, SUFFIX, figure_svg, figures_of

    source = opened(call, survey, release, page_translator)
    worded, found = source.worded, source.worded.release
    figures = figures_of(worded)
    name, dot, rest = question.rpartition(".")
    if name not in figures or dot + rest != SUFFIX:
        names = ", ".join(f"{each}{SUFFIX}" for each in figures)
        raise Refused(Refusal.UNKNOWN_TABLE, f"There is no such figure. Figures of release {found.number}: {names}.")
    etag = tag_of(found.survey, str(found.number), "figure", name, worded.words.language)
    headers: dict[str, str | list[str]] = {**source.headers, "ETag": etag}
    headers["Content-Security-Policy"] = NOTHING
    if is_known(etag, call):
        return Response("", headers, 304)
    headers["Content-Type"] = f"{MEDIA_TYPE}; charset=utf-8"
    return Response(figure_svg(figures[name], worded), headers)
