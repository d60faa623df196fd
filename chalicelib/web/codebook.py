"""The page of a release's codebook."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.collection import find_published
from chalicelib.locale import INTERFACE_LANGUAGES, interface_language, page_translator
from chalicelib.services import current
from chalicelib.templating import marked
from chalicelib.web import pages
from chalicelib.web.addresses import forgiving
from chalicelib.web.http import GET, Call, html, page_view
from chalicelib.web.readers import access_of, caching, reader_of, visible_release
from chalicelib.web.styles import results_style

blueprint = Blueprint(__name__)


@blueprint.route("/s/{survey}/results/{release}/codebook", methods=GET, content_types=[])
@page_view
@forgiving
def show_codebook(call: Call, survey: str, release: str) -> Response:
    """The codebook of one release, by its number or ``latest``, for whoever may see that."""
    from chalicelib.publication.codebook_page import render_codebook
    from chalicelib.publication.worded import WordedRelease
    from chalicelib.publication.words import MarkedPhrasing

    services = current()
    found = find_published(services, survey, call.query.get("token"))
    reader = reader_of(call, found)
    shown = visible_release(services, found, reader, release)
    language, first = call.language(list(shown.languages)), shown.languages[0]
    spoken, address = interface_language(language), f"api/surveys/{found.id}/releases/{shown.number}"
    suffix = f"?lang={language}"
    words = MarkedPhrasing(language, first, page_translator(language), spoken)
    names = {code: INTERFACE_LANGUAGES.get(code, code) for code in shown.languages}
    page = pages.page(
        "results.html",
        call.root,
        language,
        marked(shown.title, language, first, spoken),
        found.settings.exit_link,
        results=render_codebook(
            WordedRelease(shown, words),
            f"{call.root}s/{found.id}/results/{shown.number}{suffix}",
            f"{call.root}{address}.codebook.csv{suffix}",
        ),
        newer=None,
        access=access_of(call.root, found, reader, language, shown.number),
        # A survey under test, whose links bring a token, has no release.
        languages=pages.language_links(names, language, {}),
        style=results_style(),
    )
    return html(page, headers=caching(found, reader))
