"""Requests as API Gateway makes them: a stage or a base path before the path, and greedy routes."""

from __future__ import annotations

from collections.abc import Mapping

from chalice.test import HTTPResponse

from app import app
from operation.local.gateway import event_of

HOST = "https://forms.example.org"


def send(
    url: str,
    prefix: str = "",
    method: str = "GET",
    body: bytes | str | None = None,
    headers: Mapping[str, str] | None = None,
) -> HTTPResponse:
    """Request ``url`` of ``HOST``, of which ``prefix`` ("/api") is the stage or the base path, from the app."""
    event = event_of(
        app.routes, method, url.removeprefix(HOST).partition("#")[0], headers or {}, body=body, prefix=prefix
    )
    return HTTPResponse.create_from_dict(app(event, None))
