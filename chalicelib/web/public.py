"""Static files, and the few pages that belong to no survey."""

from __future__ import annotations

from chalice.app import Blueprint, Response
from markupsafe import Markup

from chalicelib.errors import Refusal, Refused
from chalicelib.locale import INTERFACE_LANGUAGES, interface_language, page_translator
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import current
from chalicelib.templating import marked
from chalicelib.web import pages
from chalicelib.web.addresses import forgiving, path_of
from chalicelib.web.assets import asset_name, assets
from chalicelib.web.http import BY_ENCODING, GET, Call, current_request, html, page_view, problem

blueprint = Blueprint(__name__)

#: For names that change with the content, and for the one that does not.
FOR_EVER, FOR_A_DAY = "public, max-age=31536000, immutable", "public, max-age=86400"


def message_of_survey(call: Call, survey: Survey, text: str) -> pages.Page:
    """A page under the survey's title that says one thing."""
    language, title = _title_of(call, survey)
    return pages.message(call.root, language, text, heading=title, exit_link=survey.settings.exit_link)


def _title_of(call: Call, survey: Survey) -> tuple[str, Markup]:
    """The language to answer in, and the title of what the survey asks now."""
    questionnaire = current().version(survey.id, survey.version).questionnaire
    language = call.language(list(questionnaire.languages))
    return language, marked(questionnaire.title, language, questionnaire.first_language, interface_language(language))


@blueprint.route("/static/{file}", methods=GET, content_types=[])
@page_view
def show_asset(call: Call, file: str) -> Response:
    """A static file; its name changes with its content."""
    return _asset(file)


@blueprint.route("/favicon.ico", methods=GET, content_types=[])
@page_view
def show_icon(call: Call) -> Response:
    """The plain icon, for browsers that ask for it by its old name."""
    return _asset(asset_name("icon.svg"), FOR_A_DAY)


def _asset(name: str, kept: str = FOR_EVER) -> Response:
    asset = assets().get(name)
    if asset is None:
        raise Refused(Refusal.NOT_FOUND)
    return Response(asset.content, {"Content-Type": asset.content_type, "Cache-Control": kept, "Vary": BY_ENCODING})


@blueprint.route("/robots.txt", methods=GET, content_types=[])
@page_view
def show_robots(call: Call) -> Response:
    """Surveys are found by their link, not by search."""
    return Response("User-agent: *\nDisallow: /\n", {"Content-Type": "text/plain; charset=utf-8"})


@blueprint.route("/healthz", methods=GET, content_types=[])
@page_view
def show_health(call: Call) -> Response:
    """The process answers; it says nothing of surveys."""
    return Response("ok\n", {"Content-Type": "text/plain; charset=utf-8"})


@blueprint.route("/", methods=GET, content_types=[])
@page_view
def show_home(call: Call) -> Response:
    """Names no survey: whoever was invited has a link."""
    language = call.language(list(INTERFACE_LANGUAGES))
    languages = pages.language_links(INTERFACE_LANGUAGES, language, {})
    title = page_translator(language)("Welcome")
    return html(pages.page("home.html", call.root, language, title, languages=languages))


@blueprint.route("/{proxy+}", methods=[*GET, "POST", "PUT", "DELETE", "PATCH"], content_types=[])
@page_view
@forgiving
def show_nothing(call: Call) -> Response:
    """Any other path."""
    if f"{path_of(current_request.get())}/".startswith("api/"):
        return problem(Refused(Refusal.NOT_FOUND))
    raise Refused(Refusal.NOT_FOUND)
