"""API Gateway on this machine: requests as the events that it makes of them, and the app's replies as WSGI."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from chalice.app import Chalice

from chalicelib.web.http import GREEDY, HTML

#: A WSGI application (PEP 3333).
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
#: Where what a page says begins; what is typed cannot be that, since it is escaped.
_MAIN = re.compile(rb"<main [^>]*>")
#: As ``minimum_compression_size`` in .chalice/config.json tells API Gateway.
_LEAST_COMPRESSED = 1024


def match(routes: Iterable[str], path: str) -> tuple[str, dict[str, str]]:
    """The most specific of ``routes`` for ``path``, and its path parameters, percent-encoded as they came."""
    parts = path.rstrip("/").split("/") if path != "/" else ["", ""]
    found = {}
    for route in routes:
        names = route.split("/")
        pairs = list(zip(names, parts, strict=False))
        if len(names) == len(parts) and all(name == part or name.startswith("{") for name, part in pairs):
            found[route] = {name[1:-1]: part for name, part in pairs if name.startswith("{")}
    found.pop(GREEDY, None)
    if not found:
        return GREEDY, {"proxy": path.strip("/")}
    best = min(found, key=lambda route: route.count("{"))
    return best, found[best]


def event_of(
    routes: Iterable[str],
    method: str,
    url: str,
    headers: Mapping[str, str],
    *,
    body: bytes | str | None = None,
    prefix: str = "",
) -> dict[str, Any]:
    """The event of a REST API, version 1.0, for ``url``: a path, of which ``prefix`` is the stage, and a query.

    ``body`` in bytes is sent as API Gateway sends what is not text.
    """
    whole, _, asked = url.partition("?")
    path = whole.removeprefix(prefix) or "/"
    route, parameters = match(routes, path)
    given = {name.lower(): value for name, value in headers.items()}
    query = parse_qs(asked, keep_blank_values=True)
    return {
        "resource": route,
        "path": path,
        "httpMethod": method,
        "headers": given,
        "multiValueHeaders": {name: [value] for name, value in given.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": route,
            "httpMethod": method,
            "path": whole,
            "stage": prefix.strip("/") or "api",
            "identity": {"sourceIp": "192.0.2.7", "userAgent": "a browser"},
        },
        "body": base64.b64encode(body).decode("ascii") if isinstance(body, bytes) else body,
        "isBase64Encoded": isinstance(body, bytes),
    }


def wsgi(app: Chalice, notice: Callable[[], str] = str) -> Application:
    """``app`` as a WSGI application; the server gives the path as it came, in ``REQUEST_URI``.

    What ``notice`` has to say stands on every page, which nobody keeps then.
    """

    def application(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        method = environment["REQUEST_METHOD"]
        body = environment["wsgi.input"].read(int(environment.get("CONTENT_LENGTH") or 0))
        headers = dict(_headers(environment))
        reply = app(event_of(app.routes, method, environment["REQUEST_URI"], headers, body=body or None), None)
        sent = _body(reply)
        given = dict(reply["headers"])
        if given.get("Content-Type") == HTML and (told := notice()):
            given["Cache-Control"] = "no-store"
            line = f'<p lang="en" dir="ltr"><strong>{escape(told)}</strong></p>'
            sent = _MAIN.sub(lambda found: found.group() + line.encode(), sent, count=1)
        if len(sent) >= _LEAST_COMPRESSED and "gzip" in headers.get("accept-encoding", ""):
            given["Content-Encoding"] = "gzip"
            sent = gzip.compress(sent, mtime=0)
        status = HTTPStatus(reply["statusCode"])
        # To HEAD the app says nothing of how long the answer to GET would be, and need not; no content has no length
        # (RFC 9110, section 8.6).
        length = [] if method == "HEAD" or status == HTTPStatus.NO_CONTENT else [("Content-Length", str(len(sent)))]
        start_response(f"{status.value} {status.phrase}", [*given.items(), *length])
        return [sent]

    return application


def _headers(environment: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in environment.items():
        if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            yield name.removeprefix("HTTP_").replace("_", "-").lower(), value


def _body(reply: Mapping[str, Any]) -> bytes:
    body: str = reply["body"]
    return base64.b64decode(body) if reply.get("isBase64Encoded") else body.encode("utf-8")
