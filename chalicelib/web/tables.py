"""One table of a release as a file."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.errors import Refusal, Refused
from chalicelib.web.http import SHARED, Call, api_view, is_known, shared, tag_of
from chalicelib.web.operations import IF_NONE_MATCH, LANGUAGE, TOKEN, Files, Operation, described
from chalicelib.web.readers import OPENING, opened

blueprint = Blueprint(__name__)


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
