"""Serves the real form of a definition file on this machine, as the file stands whenever somebody looks."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from markupsafe import Markup

from chalicelib import services
from chalicelib.locale import page_translator
from chalicelib.questionnaire.definition import Definition
from chalicelib.responses.receipt import grouped, new_invitation, new_key
from chalicelib.services import Services
from chalicelib.templating import environment as templates_of
from chalicelib.web.http import HTML, SECURITY_HEADERS
from chalicelib.web.styles import common_style, content_security_policy
from operation.authoring.loader import content_of, definition_of
from operation.authoring.problems import DefinitionProblem
from operation.errors import DefinitionError
from operation.lifecycle import require_timely
from operation.local.gateway import Application, wsgi
from operation.local.server import AppHandler, served
from operation.local.this_machine import for_browsers_here, require_free
from operation.preview_services import services_of, throwaway_recipients

#: What every page says.
BANNER = "Preview: nothing is stored."
_BANNER = Markup('\n<p class="banner" lang="en" dir="ltr"><strong>{}</strong> {}</p>')
#: Where a page says it: where the banner of a test would stand.
_MAIN = '<main id="_main" tabindex="-1">'
_LANGUAGE = re.compile(r'<html lang="([^"]+)"')
#: Files of the pages, which are the same for every survey.
_FILES = ("/static/", "/favicon.ico")
#: In the place of the heading of the last page, which says that answers are stored.
_NOT_STORED = Markup(
    '<h1 lang="en" dir="ltr">Nothing was stored: this is a preview</h1>\n<p lang="en" dir="ltr">What you sent passes'
    " all checks. Respondents read “{}” here, and what follows.</p>"
)


@dataclass(frozen=True)
class _Form:
    """A definition that can be shown: the services that its pages are made with, and what the banner says of it."""

    survey: str
    services: Services
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Mistaken:
    """A file that cannot be shown, and why."""

    problems: Sequence[DefinitionProblem]


class Followed:
    """A definition file, read whenever somebody looks, and made a form of anew when it is another."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._content: bytes | None = None
        self._version = 0
        self._key, self._recipients, self._code = new_key(), throwaway_recipients(), grouped(new_invitation())
        self._shown: _Form | _Mistaken = _Mistaken(())

    def now(self) -> _Form | _Mistaken:
        """The form as the file stands, or what is wrong with that."""
        with self._lock:
            try:
                content = content_of(self.path)
                if content != self._content:
                    self._shown, self._content = self._form(content), content
            except DefinitionError as error:
                self._shown, self._content = _Mistaken(error.problems), None
            return self._shown

    def _form(self, content: bytes) -> _Form:
        read = definition_of(self.path, content)
        now = services.utc_now()
        with read.locating():
            require_timely(read.definition, now)
        self._version += 1
        made = services_of(read.definition, self._version, self._key, self._recipients)
        return _Form(read.definition.survey, made, tuple(_notes(read.definition, self._code, now)))


def _notes(definition: Definition, code: str, now: datetime) -> Iterator[str]:
    settings = definition.settings
    if settings.access == "invitation":
        yield f"Any invitation code is taken, such as {code}."
    if settings.opens_at and now < settings.opens_at:
        yield f"Respondents can open the form from {settings.opens_on} on."


@contextmanager
def previewed_on(path: Path, port: int) -> Iterator[str]:
    """Serve the form of ``path`` on ``port`` of loopback, 0 for a free one, until the block ends; yields its address.

    Raises :class:`DefinitionError` where the file cannot be read, :class:`OperatorError` where the port is taken. What
    is wrong with the definition is told on the page.
    """
    from app import app

    content_of(path)
    require_free(port, f"Take another: --port {port + 1 if port < 65_535 else 0}")
    pages = for_browsers_here(_pages(Followed(path), wsgi(app)))
    with served(pages, port, AppHandler) as taken:
        try:
            yield f"http://127.0.0.1:{taken}/"
        finally:
            services.use(None)


def _pages(file: Followed, app: Application) -> Application:
    """The pages of the survey in ``file``; all other paths lead to its form."""

    def application(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = str(environment["REQUEST_URI"]).partition("?")[0]
        if path.startswith(_FILES):
            return app(environment, start_response)
        shown = file.now()
        if isinstance(shown, _Mistaken):
            return _replied(_problems_page(file.path, shown.problems), environment, start_response, ())
        form = f"/s/{shown.survey}"
        if path != form and not path.startswith(f"{form}/"):
            start_response("302 Found", [("Location", form), ("Content-Length", "0")])
            return []
        services.use(shown.services)
        return _replied(app, environment, start_response, shown.notes)

    return application


def _problems_page(path: Path, problems: Sequence[DefinitionProblem]) -> Application:
    """What is wrong, for whoever edits the file."""
    style = common_style()
    template = templates_of("operation").get_template("problems.html")
    body = template.render(file=path.name, problems=problems, style=style).encode("utf-8")
    policy = {"Content-Security-Policy": content_security_policy([style]), "Content-Type": HTML}

    def application(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        start_response(f"{status.value} {status.phrase}", [*{**SECURITY_HEADERS, **policy}.items()])
        return [body]

    return application


def _replied(
    pages: Application, environment: Mapping[str, Any], start_response: Callable[..., Any], notes: Sequence[str]
) -> Iterable[bytes]:
    """The reply of ``pages``, whose text says on each that it is a preview."""
    uncompressed = {name: value for name, value in environment.items() if name != "HTTP_ACCEPT_ENCODING"}
    replies: list[tuple[str, list[tuple[str, str]]]] = []
    body = b"".join(pages(uncompressed, lambda status, headers: replies.append((status, headers))))
    ((status, headers),) = replies
    given = dict(headers)
    if given.get("Content-Type") == HTML:
        body = _told(body.decode("utf-8"), notes).encode("utf-8")
    if environment["REQUEST_METHOD"] == "HEAD":
        body = b""
    else:
        given["Content-Length"] = str(len(body))
    start_response(status, [*given.items()])
    return [body]


def _told(page: str, notes: Sequence[str]) -> str:
    """``page`` with the banner; the last one does not say that anything is stored."""
    banner = _BANNER.format(BANNER, " ".join(notes))
    if found := _LANGUAGE.search(page):
        stored = Markup.escape(page_translator(found.group(1))("Your answers are stored"))
        page = page.replace(f"<h1>{stored}</h1>", _NOT_STORED.format(stored), 1)
    return page.replace(_MAIN, f"{_MAIN}{banner}", 1)
