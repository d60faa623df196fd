"""Requests as API Gateway makes them: a stage or a base path before the path, and greedy routes."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalice.test import HTTPResponse

HOST = "https://forms.example.org"


def match(path: str) -> tuple[str, dict[str, str]]:
    """The most specific route of the app for ``path``, and its path parameters."""
    from app import app

    parts = path.rstrip("/").split("/") if path != "/" else ["", ""]
    found = {}
    for route in app.routes:
        names = route.split("/")
        pairs = list(zip(names, parts, strict=False))
        if len(names) == len(parts) and all(name == part or name.startswith("{") for name, part in pairs):
            found[route] = {name[1:-1]: part for name, part in pairs if name.startswith("{")}
    found.pop("/{proxy+}", None)
    if not found:
        return "/{proxy+}", {"proxy": path.strip("/")}
    best = min(found, key=lambda route: route.count("{"))
    return best, found[best]


def send(
    url: str,
    prefix: str = "",
    method: str = "GET",
    body: bytes | str | None = None,
    headers: Mapping[str, str] | None = None,
) -> HTTPResponse:
    """Request ``url``, of which ``prefix`` ("/api") is the stage or the base path, straight from the app."""
    from app import app

    parsed = urlsplit(url)
    path = parsed.path.removeprefix(prefix) or "/"
    route, parameters = match(path)
    given = {name.lower(): value for name, value in (headers or {}).items()}
    query = parse_qs(parsed.query, keep_blank_values=True)
    event: dict[str, Any] = {
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
            "path": parsed.path,
            "stage": prefix.strip("/") or "api",
            "identity": {"sourceIp": "192.0.2.7", "userAgent": "a browser"},
        },
        "body": base64.b64encode(body).decode("ascii") if isinstance(body, bytes) else body,
        "isBase64Encoded": isinstance(body, bytes),
    }
    return HTTPResponse.create_from_dict(app(event, None))
