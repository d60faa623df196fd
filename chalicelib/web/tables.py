"""One table of a release as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.collection import find_published
from chalicelib.errors import Refusal, Refused
from chalicelib.locale import translator
from chalicelib.services import current
from chalicelib.web.api import find_release
from chalicelib.web.http import GET, PUBLIC_RESULTS, Call, api_view

if TYPE_CHECKING:
    from chalicelib.publication.worded import WordedRelease

blueprint = Blueprint(__name__)


@blueprint.route("/api/surveys/{survey}/releases/{release}/tables/{table}", methods=GET, content_types=[])
@api_view
def show_table(call: Call, survey: str, release: str, table: str) -> Response:
    """A table of a release, by its name and the suffix of a format."""
    from chalicelib.publication.formats import TABLE_FORMATS

    worded = find_worded(call, survey, release)
    suffix = next((suffix for suffix in TABLE_FORMATS if table.endswith(suffix)), None)
    if suffix is None:
        known = ", ".join(TABLE_FORMATS)
        raise Refused(Refusal.UNKNOWN_TABLE, f"Write behind a table's name what it is wanted as: {known}.")
    form, name = TABLE_FORMATS[suffix], table.removesuffix(suffix)
    file = form.write(worded, name)
    if file is None:
        raise Refused(Refusal.UNKNOWN_TABLE)
    # The release has a table of that name, so it can stand in a header.
    saved = f"{worded.release.survey}-{worded.release.number}-{name}{suffix}"
    headers = {"Content-Type": form.media_type, "Content-Disposition": f'attachment; filename="{saved}"'}
    return Response(file, {**PUBLIC_RESULTS, **headers})


def find_worded(call: Call, survey: str, release: str) -> WordedRelease:
    """A release by number or ``latest``, in the language that is asked for. Raises :class:`Refused`."""
    from chalicelib.publication.worded import WordedRelease

    services = current()
    found = find_release(services, find_published(services, survey, call.query.get("token")).id, release)
    language = call.language(list(found.languages))
    return WordedRelease.of(found, language, translator(language))
