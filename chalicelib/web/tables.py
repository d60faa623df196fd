"""One table of a release as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.collection import find_published
from chalicelib.errors import Refusal, Refused, TokenRefused
from chalicelib.locale import translator
from chalicelib.services import current
from chalicelib.web.http import SHARED, Call, api_view, is_known, shared, tag_of
from chalicelib.web.operations import IF_NONE_MATCH, LANGUAGE, TOKEN, Files, Operation, described
from chalicelib.web.readers import caching, reader_of, visible_release

if TYPE_CHECKING:
    from chalicelib.publication.worded import WordedRelease

blueprint = Blueprint(__name__)

#: What can be wrong where :func:`opened` is asked for a release.
OPENING = (Refusal.UNKNOWN_SURVEY, Refusal.NO_RELEASE, Refusal.UNKNOWN_LANGUAGE, TokenRefused)


@blueprint.route("/api/surveys/{survey}/releases/{release}/tables/{table}", methods=SHARED, content_types=[])
@shared
@api_view
@described(
    Operation(
        gives={200: Files.TABLE},
        parameters=(LANGUAGE, TOKEN, IF_NONE_MATCH),
        headers=("ETag", "Content-Disposition"),
        problems=(*OPENING, Refusal.UNKNOWN_TABLE),
    )
)
def show_table(call: Call, survey: str, release: str, table: str) -> Response:
    """A table of a release, by its name and the suffix of a format."""
    from chalicelib.publication.formats import TABLE_FORMATS
    from chalicelib.publication.worded import told_of

    source = opened(call, survey, release)
    suffix = next((suffix for suffix in TABLE_FORMATS if table.endswith(suffix)), None)
    if suffix is None:
        known = ", ".join(TABLE_FORMATS)
        raise Refused(Refusal.UNKNOWN_TABLE, f"Write behind a table's name what it is wanted as: {known}.")
    form, name, found = TABLE_FORMATS[suffix], table.removesuffix(suffix), source.worded.release
    file = form.write(source.worded, name)
    if file is None:
        known = ", ".join(f"{each}{suffix}" for each in told_of(found))
        raise Refused(Refusal.UNKNOWN_TABLE, f"Its tables can be had as {known}." if known else None)
    saved = f"{found.survey}-{found.number}-{name}"
    etag = tag_of(saved, form.name, source.worded.words.language)
    headers: dict[str, str | list[str]] = {**source.headers, "ETag": etag}
    if is_known(etag, call):
        return Response("", headers, 304)
    headers |= {"Content-Type": form.media_type, "Content-Disposition": f'attachment; filename="{saved}{suffix}"'}
    return Response(file, headers)


@dataclass(frozen=True)
class Opened:
    """A release in the language that is asked for; ``headers``: how long who may keep what is made of it."""

    worded: WordedRelease
    headers: Mapping[str, str]


def opened(call: Call, survey: str, release: str) -> Opened:
    """A release by number or ``latest``, if whoever asks may see it. Raises :class:`Refused`."""
    from chalicelib.publication.worded import WordedRelease

    services = current()
    found_survey = find_published(services, survey, call.query.get("token"))
    reader = reader_of(call, found_survey)
    found = visible_release(services, found_survey, reader, release)
    language = call.language_asked_for(list(found.languages))
    return Opened(WordedRelease.of(found, language, translator(language)), caching(found_survey, reader))
