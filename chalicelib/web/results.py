"""Pages of results: the latest release, each one by its number, and what is said while there is none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.collection import find_published
from chalicelib.errors import Refusal, Refused
from chalicelib.locale import INTERFACE_LANGUAGES, interface_language, page_translator
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services, current
from chalicelib.templating import marked
from chalicelib.web import pages
from chalicelib.web.addresses import forgiving
from chalicelib.web.http import GET, Call, html, page_view
from chalicelib.web.readers import PRIVATE_RESULTS, Access, Reader, access_of, caching, reader_of, visible_number
from chalicelib.web.styles import results_style

if TYPE_CHECKING:
    from chalicelib.publication.cells import Text
    from chalicelib.publication.release import Release

blueprint = Blueprint(__name__)


@dataclass(frozen=True)
class _Heading:
    """What has to be known of a release before its page can be found among those that are kept."""

    languages: tuple[str, ...]
    title: Text


@dataclass(frozen=True)
class _Shown:
    """What a page shows: a release, whether it is the latest that the reader may see, and to whom."""

    number: int
    is_latest: bool
    language: str
    access: Access | None


@blueprint.route("/s/{survey}/results", methods=GET, content_types=[])
@page_view
@forgiving
def show_results(call: Call, survey: str) -> Response:
    """The latest release; where there is none, what is awaited."""
    found = _latest_record(call, survey)
    reader = reader_of(call, found)
    number = visible_number(found, reader, "latest")
    return _no_results(call, found, reader) if number is None else _shown(call, found, reader, number)


@blueprint.route("/s/{survey}/results/{release}", methods=GET, content_types=[])
@page_view
@forgiving
def show_release_page(call: Call, survey: str, release: str) -> Response:
    """One release by its number: its page never changes."""
    found = _latest_record(call, survey)
    reader = reader_of(call, found)
    number = visible_number(found, reader, release)
    if number is None:
        raise Refused(Refusal.NO_RELEASE)
    return _shown(call, found, reader, number)


def _latest_record(call: Call, survey: str) -> Survey:
    services = current()
    services.forget(survey)
    return find_published(services, survey, call.query.get("token"))


def _shown(call: Call, survey: Survey, reader: Reader, number: int) -> Response:
    """The page of a release, rendered once in a warm process for each language: what it shows is immutable."""
    services = current()
    # At most once, for what is not kept yet.
    read = cache(lambda: _read(services, survey, number))
    heading = services.pages.get(("release", survey.id, number), lambda: _heading(read()))
    language = call.language(list(heading.languages))
    shown = _Shown(
        number,
        number == visible_number(survey, reader, "latest"),
        language,
        access_of(call.root, survey, reader, language, number),
    )
    key = "results", survey.id, survey.revision, call.root, shown
    page = services.pages.get(key, lambda: _page(call, survey, shown, read()))
    return html(page, headers=caching(survey, reader))


def _heading(release: Release) -> _Heading:
    return _Heading(release.languages, release.title)


def _read(services: Services, survey: Survey, number: int) -> Release:
    release = services.surveys.release(survey.id, number)
    if release is None:
        raise Refused(Refusal.NO_RELEASE)
    return release


def _page(call: Call, survey: Survey, shown: _Shown, release: Release) -> pages.Page:
    from chalicelib.publication.results_page import Addresses, render_results

    language, spoken = shown.language, interface_language(shown.language)
    addresses = Addresses(f"{call.root}s/{survey.id}/results", f"{call.root}api/surveys/{survey.id}/releases")
    names = {code: INTERFACE_LANGUAGES.get(code, code) for code in release.languages}
    return pages.page(
        "results.html",
        call.root,
        language,
        marked(release.title, language, release.languages[0], spoken),
        survey.settings.exit_link,
        results=render_results(release, language, page_translator(language), addresses, spoken),
        access=shown.access,
        newer=None if shown.is_latest else f"{addresses.results}?lang={language}",
        # A survey under test, whose links bring a token, has no release.
        languages=pages.language_links(names, language, {}),
        style=results_style(),
    )


def _no_results(call: Call, survey: Survey, reader: Reader) -> Response:
    from chalicelib.forms.awaited_results import awaited_results

    services = current()
    questionnaire = services.version(survey.id, survey.version).questionnaire
    language = call.language(list(questionnaire.languages))
    names = {code: INTERFACE_LANGUAGES.get(code, code) for code in questionnaire.languages}
    links = pages.links(call.root, survey.id, language, call.query.get("token"))
    page = pages.page(
        "no_results.html",
        call.root,
        language,
        marked(questionnaire.title, language, questionnaire.first_language, interface_language(language)),
        survey.settings.exit_link,
        said=awaited_results(survey, services.clock(), page_translator(language)),
        form=links["form"] if survey.state == "open" else None,
        languages=pages.language_links(names, language, call.query),
        access=access_of(call.root, survey, reader, language, None),
    )
    return html(page, headers={} if reader is Reader.PUBLIC else PRIVATE_RESULTS)
