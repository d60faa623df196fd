"""The site behind a line that loses replies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page

from app import app
from operation.local.gateway import Application, wsgi
from operation.local.server import served
from tests.browser.visits import PATIENCE


class Line:
    """All arrives that is sent. From :meth:`lose` to :meth:`mend` no reply to it does.

    breaks: whether the browser learns of it, or waits.
    """

    def __init__(self, site: Application, *, breaks: bool) -> None:
        #: What the site said, in vain.
        self.replies: list[str] = []
        self._site, self._breaks = site, breaks
        self._loses, self._mended = threading.Event(), threading.Event()

    def __call__(self, environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environment["REQUEST_METHOD"] != "POST" or not self._loses.is_set():
            return self._site(environment, start)
        plain = {**environment, "HTTP_ACCEPT_ENCODING": "identity"}
        self.replies.append(b"".join(self._site(plain, lambda *started: None)).decode())
        if not self._breaks:
            self._mended.wait(PATIENCE / 1_000)
        raise ConnectionAbortedError  # on which the server says no more

    def lose(self) -> None:
        self._loses.set()

    def mend(self) -> None:
        self._loses.clear()
        self._mended.set()

    def wait(self, page: Page) -> None:
        """Until the site has said something in vain."""
        for _ in range(PATIENCE // 20):
            if self.replies:
                return
            page.wait_for_timeout(20)
        raise AssertionError("Nothing was sent.")


@contextmanager
def on_a_line(*, breaks: bool) -> Iterator[tuple[Line, str]]:
    """The site of this process at an address of its own; yields the line, too."""
    line = Line(wsgi(app), breaks=breaks)
    with served(line) as port:
        yield line, f"http://127.0.0.1:{port}"
