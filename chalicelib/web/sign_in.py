"""Signing in to results that are held, with an analyst's token and without a script; and out.

The only pages that set a cookie, and only for a token that is good: no respondent ever gets one.

Guessing is braked by the gateway alone, by a limit for signing in (``operation/deployment/gateway.py``): nobody is
noted (P1), or locked out by what others send. There is no delay: of 160 bits nobody guesses a token, and a request that
waits costs us more than who sent it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from chalice.app import Blueprint, Response

from chalicelib.collection import find_published
from chalicelib.errors import Refusal, Refused, TokenRefused
from chalicelib.locale import interface_language, page_translator
from chalicelib.publication.tokens import SESSION, new_session
from chalicelib.questionnaire.fields import first_field
from chalicelib.questionnaire.survey import Survey
from chalicelib.responses.decoding import decode_form
from chalicelib.services import current
from chalicelib.templating import marked
from chalicelib.web import pages
from chalicelib.web.http import GET, NOT_KEPT, Call, html, page_view
from chalicelib.web.readers import accepted_token, cookie_name, session_in

blueprint = Blueprint(__name__)

#: For this host alone and all of its paths, as ``__Host-`` asks; never for a script, never from another site.
_ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Strict"
#: Where a browser itself says that a request comes from: a page of ours, or its own address bar.
_OWN = ("same-origin", "none")


@blueprint.route("/s/{survey}/results/sign-in", methods=GET, content_types=[])
@page_view
def show_sign_in(call: Call, survey: str) -> Response:
    """The page that asks for a token."""
    return html(_question(call, _held(call, survey)), NOT_KEPT)


@blueprint.route("/s/{survey}/results/sign-in", methods=["POST"], content_types=[])
@page_view
def sign_in(call: Call, survey: str) -> Response:
    """Begin a session. It is made anew each time, and nothing that the browser brings becomes part of it."""
    refuse_other_origins(call)
    found, fields, services = _held(call, survey), decode_form(call.body, call.content_type), current()
    try:
        token = accepted_token(services, found, first_field(fields, "token") or "")
    except TokenRefused as error:
        return html(_question(call, found, error), 403)
    session = new_session(token, found.id, services.clock())
    return _back(call, found, f"{session}; Max-Age={int(SESSION.total_seconds())}")


@blueprint.route("/s/{survey}/results/sign-out", methods=["POST"], content_types=[])
@page_view
def sign_out(call: Call, survey: str) -> Response:
    """Have the browser forget the session. It ends by itself, and everywhere once its token is revoked."""
    refuse_other_origins(call)
    found = _held(call, survey)
    return _back(call, found, "; Max-Age=0" if session_in(call, found) is not None else None)


def _held(call: Call, survey: str) -> Survey:
    """The survey, if its results are held; where everybody sees them, there is nothing to sign in to."""
    found = find_published(current(), survey, call.query.get("token"))
    if found.settings.results == "public":
        raise Refused(Refusal.NOT_FOUND)
    return found


def refuse_other_origins(call: Call) -> None:
    """Raise :class:`Refused` where a browser says that a page of another origin, a sibling's too, made it send this.

    Old ones do not say so themselves: then the origin has to be the host that was asked. Programs name none.
    """
    origin, site, host = (call.headers.get(name) for name in ("origin", "sec-fetch-site", "host"))
    is_own = site in _OWN if site else origin is None or (bool(host) and _host(origin) == host)
    if not is_own:
        raise Refused(Refusal.CROSS_SITE)


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _back(call: Call, survey: Survey, cookie: str | None) -> Response:
    """On to the results, with the ``cookie``'s value and how long it is kept, if any."""
    rehearsal_token = call.query.get("token") if survey.state == "test" else None
    target = pages.links(call.root, survey.id, _language(call, survey), rehearsal_token)["results"]
    given = {"Set-Cookie": f"{cookie_name(survey)}={cookie}; {_ATTRIBUTES}"} if cookie else {}
    return Response("", {"Location": f"{target}#{pages.MAIN}", **given}, 303)


def _language(call: Call, survey: Survey) -> str:
    return call.language(list(current().version(survey.id, survey.version).questionnaire.languages))


def _question(call: Call, survey: Survey, error: TokenRefused | None = None) -> pages.Page:
    language = _language(call, survey)
    questionnaire, translate = current().version(survey.id, survey.version).questionnaire, page_translator(language)
    heading = translate("Results that are not announced yet")
    return pages.page(
        "sign_in.html",
        call.root,
        language,
        f"{translate('Error')}: {heading}" if error else heading,
        survey.settings.exit_link,
        heading=heading,
        survey=marked(questionnaire.title, language, questionnaire.first_language, interface_language(language)),
        results=pages.links(call.root, survey.id, language, None)["results"],
        error=translate(error.title) if error else None,
    )
