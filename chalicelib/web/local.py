"""Serves the Chalice app on this machine: what API Gateway does in production, without Chalice's local traps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import (
    ChaliceRequestHandler,
    CustomLocalChalice,
    LambdaEventConverter,
    LocalChalice,
    LocalDevServer,
    MatchResult,
    RouteMatcher,
    ThreadedHTTPServer,
)

from chalicelib.responses.decoding import MAXIMUM_BODY
from chalicelib.web.http import SECURITY_HEADERS


class _GreedyMatcher(RouteMatcher):
    """Knows the greedy route, which Chalice's own matcher takes for one of a single segment."""

    def match_route(self, url: str) -> MatchResult:
        """The route of ``url``; the greedy one where there is no other."""
        try:
            return super().match_route(url)
        except ValueError:
            path, _, query = url.partition("?")
            return MatchResult("/{proxy+}", {"proxy": path.strip("/")}, parse_qs(query))


class _Handler(ChaliceRequestHandler):
    """Answers unknown paths with the app's own page, logs no request (P1), and keeps connections fast."""

    # Without this a kept-alive client waits 44 ms for the system's delayed acknowledgement.
    disable_nagle_algorithm = True
    # Seconds that a client may take for the next bytes.
    timeout = 30
    server_version = "local"
    sys_version = ""

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  # the name of the base class
        return

    def setup(self) -> None:
        """Match routes as API Gateway does."""
        routes = self.local_gateway.event_converter._route_matcher.route_urls
        self.local_gateway.event_converter = LambdaEventConverter(_GreedyMatcher(routes))
        super().setup()

    def handle_one_request(self) -> None:
        """Answer one request; a client that goes away or sends no end is no event."""
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _generic_handle(self) -> None:
        lengths = self.headers.get_all("content-length", ["0"])
        is_clear = len(lengths) == 1 and lengths[0].isascii() and lengths[0].isdigit()
        if not is_clear or "transfer-encoding" in self.headers:
            # Where the body ends is unclear, and with it where the next request begins.
            self.close_connection = True
            self.send_error(400)
        else:
            super()._generic_handle()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """A refusal before the app is asked, with the app's headers and without the client's words."""
        self.close_connection = True
        body = b"This request cannot be read.\n"
        headers = {"Content-Type": "text/plain; charset=utf-8", "Connection": "close", **SECURITY_HEADERS}
        self._send_http_response(code, headers, body)

    def _parse_payload(self) -> tuple[dict[str, Any], bytes | None]:
        length = int(self.headers.get("content-length", "0"))
        # More than is ever accepted is cut off: enough is left for the app to refuse it.
        size = min(length, MAXIMUM_BODY + 1)
        if length > size:
            self.close_connection = True
        return dict(self.headers), self.rfile.read(size) if size else None


class _Server(ThreadedHTTPServer):
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: the base class prints the client's address (P1)."""


def make_server(app: Chalice, host: str, port: int) -> LocalDevServer:
    """A server of ``app`` whose current request is kept per thread."""
    config = Config.create(project_dir=str(Path(__file__).parents[2]))
    # As chalice.local.create_local_server does; but that takes no handler and no server class.
    if not isinstance(app, CustomLocalChalice):
        CustomLocalChalice.__bases__ = (LocalChalice, app.__class__)
        app.__class__ = CustomLocalChalice
    return LocalDevServer(app, config, host, port, handler_cls=_Handler, server_cls=_Server)


def repeat(every_seconds: float, action: Callable[[], object], stop: threading.Event) -> threading.Thread:
    """Run ``action`` every so often until ``stop`` is set, as EventBridge does with scheduled functions."""

    def loop() -> None:
        while not stop.wait(every_seconds):
            action()

    thread = threading.Thread(target=loop, name="schedule", daemon=True)
    thread.start()
    return thread
