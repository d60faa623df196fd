"""Between Chalice and the views: what a view needs of a request, and one shape for every reply and error.

No exception leaves a view: Chalice would log its traceback, and with it what a respondent typed (P12).
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode

from chalice.app import Request, Response

from chalicelib import services
from chalicelib.errors import AlreadySent, InvalidSubmission, ParaplyError, Refusal, Refused, StorageError
from chalicelib.locale import INTERFACE_LANGUAGES, find_language, negotiate, page_translator
from chalicelib.responses.decoding import language_of
from chalicelib.responses.receipt import grouped
from chalicelib.web.assets import software
from chalicelib.web.bodies import AnswerProblem, ProblemDocument
from chalicelib.web.styles import content_security_policy

if TYPE_CHECKING:
    from pydantic import BaseModel

    from chalicelib.forms.typed_answers import TypedAnswer
    from chalicelib.web.pages import Page

log = logging.getLogger(__name__)

HTML = "text/html; charset=utf-8"
JSON, PROBLEM_JSON = "application/json", "application/problem+json"

#: On every response, errors included (design, section 10).
SECURITY_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": content_security_policy(),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Not no-referrer: with it browsers send `Origin: null` with a form.
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


#: Of what may be kept: the gateway compresses it for who takes that.
BY_ENCODING = "Accept-Encoding"
#: Of published results, whose words depend on the reader's language.
PUBLIC_RESULTS: Mapping[str, str] = {"Cache-Control": "public, max-age=60", "Vary": f"{BY_ENCODING}, Accept-Language"}

#: Of what changes at any moment: kept by the client alone, which asks each time whether it still holds.
ASKED_AGAIN: Mapping[str, str] = {"Cache-Control": "private, no-cache", "Vary": BY_ENCODING}

#: The methods of a route that is read: HEAD is answered wherever GET is (RFC 9110, section 9.1).
GET = ["GET", "HEAD"]
#: Of what pages of other sites may read: browsers ask by OPTIONS first, where a script sends a header of its own.
SHARED = [*GET, "OPTIONS"]
#: That they may (Fetch standard, section 3.3). No credentials: a browser sends none where the origin is a star.
_FOR_EVERY_ORIGIN: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
#: Headers of requests that may open what is not for everybody.
_LETTING_IN = ("authorization", "cookie")
_PREFLIGHT: Mapping[str, str] = {
    "Access-Control-Allow-Methods": ", ".join(GET),
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}


@dataclass(frozen=True)
class Call:
    """What views use of a request.

    ``root``: the relative way from this page to the application's root, so that links hold under a stage prefix, a
    base path, a custom domain and locally alike.
    """

    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    root: str

    @property
    def content_type(self) -> str:
        """The Content-Type header, empty where there is none."""
        return self.headers.get("content-type", "")

    def language(self, available: list[str], wanted: str | None = None) -> str:
        """The language to answer in, out of ``available``."""
        return negotiate(wanted or self.query.get("lang"), self.headers.get("accept-language", ""), available)

    def language_asked_for(self, available: list[str]) -> str:
        """As :meth:`language`, for programs: raises :class:`Refused` where they name one that is not ``available``."""
        named = self.query.get("lang")
        if named is not None and find_language([named], available) is None:
            known = ", ".join(f"lang={language}" for language in available)
            raise Refused(Refusal.UNKNOWN_LANGUAGE, f"It can be had with {known}, or without lang.")
        return self.language(available)

    @property
    def is_rehearsal(self) -> bool:
        """Whether it brings the token of a survey under test: what it gets is for nobody else."""
        return "token" in self.query


def read_call(request: Request) -> Call:
    """The parts of ``request`` that views may see: not who sent it, nor from where (P1)."""
    query: Mapping[str, str] = request.query_params or {}
    return Call(
        query={encodable(name): encodable(query[name]) for name in query},
        headers=request.headers,
        body=_body(request),
        root=_root(request),
    )


def encodable(text: str) -> str:
    """``text`` with a question mark for each lone surrogate, which JSON can bring and no page, key or link can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _body(request: Request) -> bytes:
    """The bytes of the body; where not even they can be had, one that is no UTF-8, for the decoders to refuse."""
    try:
        raw = request.raw_body
    except ValueError:
        return b"\xff"
    return raw if isinstance(raw, bytes) else raw.encode("utf-8")


#: The route that takes every path which no other takes.
GREEDY = "/{proxy+}"


def _root(request: Request) -> str:
    route: str = request.context["resourcePath"]
    path = str(request.context.get("path") or request.to_original_event().get("path") or route)
    inside = "".join((request.uri_params or {}).values()) if route == GREEDY else route
    depth = inside.strip("/").count("/") + bool(inside.strip("/")) - (not path.endswith("/"))
    # Below none is a stage or a base path without its slash: what is beside it lies inside it.
    return "../" * depth or "./" if depth >= 0 else f"./{path.rpartition('/')[2]}/"


#: What a browser shows like 200. A page that was loaded with 200 Chromium keeps as it stands, in spite of ``no-store``,
#: and shows again on Back with all that was typed: to whoever has the device after the respondent left.
NOT_KEPT = 203


def html(page: Page, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A page; its policy lets in the styles that stand in it, and no others."""
    policy = {"Content-Security-Policy": content_security_policy(page.styles)}
    return Response(page.body, {"Content-Type": HTML, **policy, **(headers or {})}, status)


def as_json(body: BaseModel, status: int = 200, content_type: str = JSON) -> Response:
    """A JSON document, of the fields that were given."""
    return Response(body.model_dump_json(exclude_unset=True), {"Content-Type": content_type}, status)


def as_kept(body: str, call: Call, kept: Mapping[str, str], content_type: str = JSON) -> Response:
    """``body``, which ``kept`` says how to keep, with the hash of it as its tag; 304 to who has it."""
    # Weak, as each tag of ours is.
    etag = f'W/"{hashlib.sha256(body.encode("utf-8")).hexdigest()[:16]}"'
    headers: dict[str, str | list[str]] = {**kept, "ETag": etag}
    if is_known(etag, call):
        return Response("", headers, 304)
    return Response(body, {**headers, "Content-Type": content_type})


class BinaryResponse(Response):
    """A file of bytes, which Lambda sends in base64 and API Gateway decodes.

    The gateway does so whatever the client accepts, since the template lists every media type as binary. Chalice would
    refuse who names none, and want all other replies in bytes too; so it is told of no type.
    """

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:
        """The reply as Lambda sends it."""
        if isinstance(self.body, str):
            return super().to_dict(binary_types)
        text = base64.b64encode(self.body).decode("ascii")
        return {**super().to_dict(), "body": text, "isBase64Encoded": True}


def problem(error: ParaplyError) -> Response:
    """An error of the API: RFC 9457, with every problem of a submission."""
    facts: dict[str, Any] = {}
    # What is wrong on our side is for the log, not for the public.
    if str(error) != error.title and error.status < 500:
        facts["detail"] = str(error)
    if isinstance(error, InvalidSubmission):
        facts["problems"] = tuple(
            AnswerProblem(question=found.question_id, code=found.code, message=found.message)
            for found in error.problems
        )
    if isinstance(error, AlreadySent) and error.receipt:
        facts["receipt"] = grouped(error.receipt)
    document = ProblemDocument(
        type=f"urn:paraply:problem:{error.code}", title=error.title, status=error.status, code=error.code, **facts
    )
    return as_json(document, error.status, PROBLEM_JSON)


def error_page(error: ParaplyError, call: Call, typed: Sequence[TypedAnswer] = (), earlier: str = "") -> Response:
    """An error as a page for people, in the best language that the interface has, with what is shown to be copied."""
    from chalicelib.web import pages

    # A form says which language it is in, even one that cannot be read.
    language = call.language(list(INTERFACE_LANGUAGES), language_of(call.body))
    if error.status == 404:
        title = page_translator(language)("There is nothing here")
        page = pages.page("missing.html", call.root, language, title, text=page_translator(language)(error.title))
        return html(page, error.status)
    heading = page_translator(language)("That did not work")
    page = pages.message(call.root, language, error.title, heading=heading, typed=typed, earlier=earlier)
    return html(page, error.status)


def tag_of(*facts: str) -> str:
    """The tag of what is made of immutable ``facts`` by the software that runs.

    Weak: the gateway compresses for who takes that, and bytes differ then.
    """
    return f'W/"{"-".join(facts).lower()}-{software()}"'


def is_known(etag: str, call: Call) -> bool:
    """Whether the client has what ``etag`` is of, by its If-None-Match, compared weakly (RFC 9110, section 13.1.2)."""
    known = call.headers.get("if-none-match", "")
    return known.strip() == "*" or etag.removeprefix("W/") in _ENTITY_TAG.findall(known)


#: What an entity tag says, without the mark of a weak one: a quoted string, in which commas may stand.
_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')

#: Bytes of a body, of the 6 MiB of a whole reply of Lambda. What a browser sends in 1 MiB stays below it, also where a
#: page repeats it (design, section 6); what does not is made of raw controls, which browsers send as three bytes each.
MAXIMUM_REPLY = 6_000_000
View = Callable[..., Response]
#: The request that is being answered. Chalice keeps it on the app, where threads would read each other's.
current_request: ContextVar[Request] = ContextVar("request")


def page_view(view: View) -> View:
    """A view for people, called as ``view(call, **path)``; whatever it raises becomes a page."""
    return _guarded(view, error_page)


def api_view(view: View) -> View:
    """A view for programs; whatever it raises becomes problem+json."""
    return _guarded(view, lambda error, call: problem(error))


def shared(view: View) -> View:
    """A whole view that pages of other sites may read, its errors too, unless something in the request lets in."""

    @functools.wraps(view)
    def answered(**path: str) -> Response:
        request = current_request.get()
        call = read_call(request)
        reply = Response("", {**_PREFLIGHT}, 204) if request.method == "OPTIONS" else view(**path)
        is_public = str(reply.headers.get("Cache-Control", "")).startswith("public")
        if call.is_rehearsal:
            reply.headers["Cache-Control"] = "no-store"
        elif is_public or not any(call.headers.get(name) is not None for name in _LETTING_IN):
            reply.headers.update(_FOR_EVERY_ORIGIN)
        return reply

    return answered


def _guarded(view: View, show: Callable[[ParaplyError, Call], Response]) -> View:
    @functools.wraps(view)
    def guarded(**path: str) -> Response:
        call = read_call(current_request.get())
        try:
            reply = view(call, **{name: encodable(unquote(value)) for name, value in path.items()})
            return reply if _can_be_sent(reply) else show(Refused(Refusal.BODY_TOO_LARGE), call)
        except ParaplyError as error:
            log_failure(error)
            return _challenging(show(error, call))
        except Exception as error:  # noqa: BLE001  # a traceback would quote answers
            log_failure(error)
            return show(ParaplyError(), call)

    return guarded


def _challenging(reply: Response) -> Response:
    """``reply``; one that refuses a token says which kind is asked for (RFC 6750, section 3)."""
    if reply.status_code == 401:
        reply.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return reply


def _can_be_sent(reply: Response) -> bool:
    """Whether Lambda can send it: what was typed comes back in HTML, and that in JSON of ASCII; bytes in base64."""
    body = reply.body
    if isinstance(body, bytes):
        return 4 * len(body) <= 3 * MAXIMUM_REPLY
    return not isinstance(body, str) or 12 * len(body) <= MAXIMUM_REPLY or len(json.dumps(body)) <= MAXIMUM_REPLY


def log_failure(error: Exception) -> None:
    """Log that a request failed through no fault of the client: classes and codes only (P12).

    The one message that is logged is our own, on what an operator has to set right.
    """
    code = error.code if isinstance(error, ParaplyError) else "unexpected"
    if not isinstance(error, ParaplyError) or error.status >= 500:
        log.error("request failed: code=%s error=%s cause=%s", code, _name(error), _name(error.__cause__))
    if isinstance(error, StorageError):
        log.error("%s", error)


def _name(error: BaseException | None) -> str:
    return type(error).__name__ if error else "none"


def finish(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """Middleware: security headers on every response, and Chalice's own errors in our shape."""
    current_request.set(request)
    response = get_response(request)
    if isinstance(response.body, dict) and "Code" in response.body:
        response = _own_error(request, response)
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if request.method == "GET" and response.headers.get("Content-Type") == HTML and services.current().onion:
        # Not of what was sent: Tor Browser would load an empty form in place of the typed one.
        response.headers["Onion-Location"] = services.current().onion + _inside(request)
    if request.method == "HEAD":
        response.body = ""
    return response


def _inside(request: Request) -> str:
    """The path and the query of a request, without the stage or whatever else leads to the application's root."""
    event = request.to_original_event()
    # With a question mark for what no link can hold, as :func:`encodable`: an error here would be logged by Chalice.
    query = urlencode(event.get("multiValueQueryStringParameters") or {}, doseq=True, errors="replace")
    return quote(unquote(event["path"]), safe="/", errors="replace") + (f"?{query}" if query else "")


def is_of_api(path: str) -> bool:
    """Whether a path, or a route, is for programs."""
    return path.startswith("/api/") or path == "/openapi.json"


def _own_error(request: Request, response: Response) -> Response:
    errors: Mapping[int, ParaplyError] = {404: Refused(Refusal.NOT_FOUND), 405: Refused(Refusal.METHOD_NOT_ALLOWED)}
    error = errors.get(response.status_code, ParaplyError())
    own = problem(error) if is_of_api(request.path) else error_page(error, read_call(request))
    if "Allow" in response.headers:
        own.headers["Allow"] = response.headers["Allow"]
    return own
