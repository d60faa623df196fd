"""Ports of this machine: whether one is free, and that only who is on this machine is answered there."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from operation.errors import OperatorError
from operation.local.gateway import Application


def require_free(port: int, advice: str) -> None:
    """Raise :class:`OperatorError` with ``advice`` if another program has ``port`` already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise OperatorError(f"Port {port} is in use. {advice}") from error


def is_asked_as_here(environment: Mapping[str, Any]) -> bool:
    """Whether a request names this machine, and no name of elsewhere that somebody leads to it (DNS rebinding)."""
    name, _, port = str(environment.get("HTTP_HOST", "")).partition(":")
    return name in ("127.0.0.1", "localhost") and (not port or port.isdigit())


def for_browsers_here(application: Application) -> Application:
    """``application`` for who asks for it as 127.0.0.1 or localhost."""

    def guarded(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not is_asked_as_here(environment):
            body = b"For browsers on this machine: http://127.0.0.1\n"
            start_response("403 Forbidden", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
            return [body]
        return application(environment, start_response)

    return guarded
