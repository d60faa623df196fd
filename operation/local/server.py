"""Serves the Chalice app on this machine: what API Gateway does in production, without Chalice's local traps."""

from __future__ import annotations

import contextlib
import gzip
import logging
import socket
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
    LocalGateway,
    MatchResult,
    RouteMatcher,
    ThreadedHTTPServer,
)

from chalicelib.responses.decoding import MAXIMUM_BODY
from chalicelib.web.http import SECURITY_HEADERS

log = logging.getLogger(__name__)


#: Seconds without a byte, and reads, after which a client is no longer listened to that was refused.
_LINGERING, _MOST_LINGERING = 1.0, 64
_LEAST_COMPRESSED = 1024


class _GreedyMatcher(RouteMatcher):
    """Knows the greedy route, which Chalice's own matcher takes for one of a single segment."""

    def match_route(self, url: str) -> MatchResult:
        """The route of ``url``; the greedy one where there is no other."""
        try:
            return super().match_route(url)
        except ValueError:
            path, _, query = url.partition("?")
            return MatchResult("/{proxy+}", {"proxy": path.strip("/")}, parse_qs(query))


class _Gateway(LocalGateway):
    """Answers unknown paths, and OPTIONS, with the app's own pages."""

    def __init__(self, app: Chalice, config: Config) -> None:
        super().__init__(app, config)
        self.event_converter = LambdaEventConverter(_GreedyMatcher(list(app.routes)))

    def _has_user_defined_options_method(self, lambda_event: dict[str, Any]) -> bool:
        # No route is for other origins, so the app refuses OPTIONS as it does any method that a page does not take.
        return True


class _Handler(ChaliceRequestHandler):
    """Logs no request (P1), refuses those that can be read in two ways, and keeps connections fast."""

    # Without this a kept-alive client waits 44 ms for the system's delayed acknowledgement.
    disable_nagle_algorithm = True
    # Seconds that a client may take for the next bytes.
    timeout = 30
    server_version = "local"
    sys_version = ""

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  # the name of the base class
        return

    def setup(self) -> None:
        """Answer as API Gateway does."""
        self.local_gateway = _Gateway(self.local_gateway._app_object, self.local_gateway._config)
        super().setup()

    def handle_one_request(self) -> None:
        """Answer one request; a client that goes away or sends no end is no event."""
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _handle(self) -> None:
        size = self._size()
        body = self.rfile.read(size) if size else b""
        if size is None or len(body) < size:
            # Where the body ends is unclear, and with it where the next request begins.
            self.send_error(400)
        else:
            self._body = body
            self._generic_handle()

    # The base class binds its own function to these names.
    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = _handle  # noqa: N815  # its names

    def _size(self) -> int | None:
        """How much of the body to read; None where that is unclear."""
        lengths = self.headers.get_all("content-length", ["0"])
        length = lengths[0]
        is_clear = len(lengths) == 1 and length.isascii() and length.isdigit() and len(length) < 20
        if not is_clear or "transfer-encoding" in self.headers or self.request_version == "HTTP/0.9":
            return None
        # More than is ever accepted is cut off: enough is left for the app to refuse it.
        if int(length) > MAXIMUM_BODY:
            self.close_connection = True
        return min(int(length), MAXIMUM_BODY + 1)

    def _parse_payload(self) -> tuple[dict[str, Any], bytes | None]:
        return dict(self.headers), self._body or None

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """A refusal before the app is asked, with the app's headers and without the client's words."""
        self.close_connection = True
        # Whatever the client speaks is told in a status line and headers.
        self.request_version = self.protocol_version
        body = b"This request cannot be read.\n"
        headers = {"Content-Type": "text/plain; charset=utf-8", "Connection": "close", **SECURITY_HEADERS}
        self._send_http_response(code, headers, body)

    def _send_http_response(self, code: int, headers: dict[str, Any], body: str | bytes | None) -> None:
        headers, body = self._compressed(headers, body)
        if self.command != "HEAD":
            super()._send_http_response(code, headers, body)
            return
        raw = body.encode("utf-8") if isinstance(body, str) else body or b""
        self.send_response(code)
        self._send_headers({**headers, "Content-Length": str(len(raw))})

    def _compressed(
        self, headers: dict[str, Any], body: str | bytes | None
    ) -> tuple[dict[str, Any], str | bytes | None]:
        """As API Gateway compresses, which is told to by ``minimum_compression_size`` in .chalice/config.json."""
        raw = body.encode("utf-8") if isinstance(body, str) else body or b""
        accepted = self.headers.get("accept-encoding", "") if hasattr(self, "headers") else ""
        if len(raw) < _LEAST_COMPRESSED or "gzip" not in accepted:
            return headers, body
        return {**headers, "Content-Encoding": "gzip"}, gzip.compress(raw, mtime=0)


class _Server(ThreadedHTTPServer):
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: the base class prints the client's address (P1)."""

    def shutdown_request(self, request: Any) -> None:
        """Close a connection once the client has had time to read the answer (RFC 9112, section 9.6)."""
        with contextlib.suppress(OSError):
            request.shutdown(socket.SHUT_WR)
            request.settimeout(_LINGERING)
            for _ in range(_MOST_LINGERING):
                if not request.recv(65_536):
                    break
        self.close_request(request)


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
            try:
                action()
            except Exception:
                # EventBridge calls again after a failure too.
                log.exception("the schedule failed")

    thread = threading.Thread(target=loop, name="schedule", daemon=True)
    thread.start()
    return thread
