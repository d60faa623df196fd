"""What API Gateway is told: nothing is logged, posts are braked before forms are, errors look like ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chalicelib.web.http import SECURITY_HEADERS
from chalicelib.web.pages import DEFAULT_EXIT

#: Of every route and method by itself, as AWS says it applies limits: requests a second, and in one burst. Twice what
#: one sender was seen to send, far above what a survey meets, far below what a flood could cost.
RATE, BURST = 100, 200
#: Of routes that write: a flood of posts is held back while forms load (`python -m tests.benchmarks.flood`), and costs
#: some 26 dollars a day at most.
WRITING_RATE, WRITING_BURST = 60, 120
#: Of signing in fewer, so that a flood of guesses, hopeless as they are, holds few of the processes that answers need.
#: The API takes tokens where everybody may read, and so has no less than other routes.
SIGN_IN_RATE, SIGN_IN_BURST = 5, 10
SIGN_IN = "/s/{survey}/results/sign-in"
#: No request is logged or traced (P1). What is set for one method is not inherited from that of all.
UNSEEN = {"DataTraceEnabled": False, "LoggingLevel": "OFF", "MetricsEnabled": False}

#: A value cannot hold the quotes of 'none', which a list without sources is too.
HEADERS = dict(SECURITY_HEADERS) | {"Content-Security-Policy": "default-src; form-action; base-uri; frame-ancestors"}
#: The gateway knows neither the survey nor the language.
_PAGE = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Error</title>'
    f'<p><a href="{DEFAULT_EXIT}" rel="noreferrer">Leave this page now</a></p>'
    "<h1>That did not work just now.</h1><p>Wait a minute, then reload this page. What you sent counts once.</p></html>"
)


def method_settings(routes: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """The settings of a stage, for ``routes``: pairs of a path and a method, in capitals."""
    writing = [_setting(path, method, *_limits(path)) for path, method in sorted(routes) if method == "POST"]
    return [_setting("/*", "*", RATE, BURST), *writing]


def _limits(path: str) -> tuple[int, int]:
    return (SIGN_IN_RATE, SIGN_IN_BURST) if path == SIGN_IN else (WRITING_RATE, WRITING_BURST)


def _setting(path: str, method: str, rate: int, burst: int) -> dict[str, Any]:
    # A path of one route as CloudFormation writes it.
    written = path if path == "/*" else "/" + path.replace("/", "~1")
    limits = {"ThrottlingRateLimit": rate, "ThrottlingBurstLimit": burst}
    return {"ResourcePath": written, "HttpMethod": method, **limits, **UNSEEN}


def responses() -> dict[str, Any]:
    """What the gateway says itself: of a flood, of a body past its limit, of a function that gave no answer.

    They stand in the API: as resources of their own they are outside what is deployed with it, and lost at an update.
    """
    headers = {name: f"'{value}'" for name, value in HEADERS.items()}
    said = {"text/html": _PAGE, "application/json": '{"title": "That did not work just now."}'}
    answer = {"ResponseParameters": {"Headers": headers}, "ResponseTemplates": said}
    return {"DEFAULT_4XX": answer, "DEFAULT_5XX": answer}
