"""Serves the Chalice app on this machine: werkzeug's server, which takes no request that can be read in two ways."""

from __future__ import annotations

import contextlib
import io
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http import HTTPStatus
from typing import Any

from chalice.app import Chalice
from werkzeug.serving import WSGIRequestHandler, make_server

from chalicelib.responses.decoding import MAXIMUM_FORM
from chalicelib.web.http import SECURITY_HEADERS
from operation.local.gateway import Application, wsgi
from operation.local.this_machine import for_browsers_here

log = logging.getLogger(__name__)

#: Seconds without a byte, and reads, after which a client is no longer listened to that was refused.
_LINGERING, _MOST_LINGERING = 1.0, 64


class QuietHandler(WSGIRequestHandler):
    """Logs no request (P1), keeps connections, and closes those of which it is unclear where a request ends."""

    protocol_version = "HTTP/1.1"
    # Without this a kept-alive client waits 44 ms for the system's delayed acknowledgement.
    disable_nagle_algorithm = True
    # Seconds that a client may take for the next bytes.
    timeout = 30
    #: Bytes of a body that are read; of a longer one the rest is cut off. DynamoDB takes no more.
    longest_body = 16 * 2**20

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  # the name of the base class
        """Say nothing: the base class prints addresses and paths (P1)."""

    def version_string(self) -> str:
        """What is told of the server."""
        return "local"

    def run_wsgi(self) -> None:
        """Answer one request, and take the next on the same connection; the base class closes it after each."""
        try:
            size = self._size()
            body = self.rfile.read(min(size, self.longest_body))
            environment = {**self.make_environ(), "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        except ValueError:
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        if len(body) < min(size, self.longest_body):
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        self.close_connection |= size > len(body)
        self.wfile.write(b"".join(self.server.app(environment, self._start)))

    def _size(self) -> int:
        """How long the body is said to be. Raises ValueError where that, or any header, could be read in two ways."""
        lengths = self.headers.get_all("content-length", ["0"])
        is_clear = len(lengths) == 1 and lengths[0].isascii() and lengths[0].isdigit() and len(lengths[0]) < 20
        # Defects: lines that are no header, of which the parser drops all that follow. A folded header has line ends.
        is_whole = not self.headers.defects and not any("\n" in value for value in self.headers.values())
        if not is_clear or not is_whole or "transfer-encoding" in self.headers or self.request_version == "HTTP/0.9":
            raise ValueError
        return int(lengths[0])

    def _start(
        self, status: str, headers: list[tuple[str, str]], failure: object = None, /
    ) -> Callable[[bytes], object]:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        return self.wfile.write

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """A refusal before the app is asked, with the app's headers and without the client's words."""
        # Where the request ends is unclear, and with it where the next begins.
        self.close_connection = True
        # Whatever the client speaks is told in a status line and headers.
        self.request_version = self.protocol_version
        body = b"This request cannot be read.\n"
        headers = {**SECURITY_HEADERS, "Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body))}
        self._start(f"{int(code)} {HTTPStatus(code).phrase}", [*headers.items()])
        self.wfile.write(body)

    def finish(self) -> None:
        """Close a connection once the client has had time to read the answer (RFC 9112, section 9.6)."""
        super().finish()
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_LINGERING)
            for _ in range(_MOST_LINGERING):
                if not self.connection.recv(65_536):
                    break


class AppHandler(QuietHandler):
    """For the app, or what answers in its place."""

    # Of what is never accepted, enough for the app to refuse it.
    longest_body = MAXIMUM_FORM + 1


@contextmanager
def served(app: Application, port: int = 0, handler: type[QuietHandler] = QuietHandler) -> Iterator[int]:
    """Serve ``app`` on ``port`` of loopback, 0 for a free one, a thread a connection; yields the port."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()


def app_served(app: Chalice, port: int = 0, notice: Callable[[], str] = str) -> AbstractContextManager[int]:
    """Serve ``app`` on ``port`` of loopback as API Gateway does in production, with ``notice`` on every page.

    Yields the port. A site that leads its own name to this machine is refused, so that it can read nothing here.
    """
    return served(for_browsers_here(wsgi(app, notice)), port, AppHandler)


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
