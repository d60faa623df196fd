"""The two shapes that every error has: a page for people, problem+json for programs. And what a page holds."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from chalice.test import HTTPResponse

VOID = ("input", "link", "meta", "br", "img", "rect")
RECEIPT = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{4} ){3}[0-9A-HJKMNP-TV-Z]{4}")


@dataclass
class Page(HTMLParser):
    """What a test wants to know of a page."""

    html: str
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    #: The language that each of these is said to be in, by the element itself or one around it.
    languages: dict[str, list[str]] = field(default_factory=dict)
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[dict[str, str]] = field(default_factory=list)
    #: The elements that are open, each with its place among those of its name.
    _open: list[tuple[str, int]] = field(default_factory=list)
    _area: str | None = None
    _list: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        self.texts.setdefault(tag, []).append("")
        around = self.languages[self._open[-1][0]][self._open[-1][1]] if self._open else ""
        self.languages.setdefault(tag, []).append(given.get("lang", around))
        if tag not in VOID:
            self._open.append((tag, len(self.texts[tag]) - 1))
        if tag == "input" and (given["type"] not in ("radio", "checkbox") or "checked" in given) and given["value"]:
            self.fields.setdefault(given["name"], []).append(given["value"])
        if tag == "textarea":
            self._area = given["name"]
        if tag == "select":
            self._list = given["name"]
        if tag == "option" and "selected" in given and given["value"]:
            self.fields.setdefault(self._list, []).append(given["value"])
        if tag == "button":
            self.buttons.append(given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop()[0] == tag, f"</{tag}> closes another element"
        if tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._open:
            tag, place = self._open[-1]
            self.texts[tag][place] += data
        # A browser drops the line break that follows the opening tag, and sends line breaks as CR LF.
        written = data.removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n")
        if self._area and written:
            self.fields.setdefault(self._area, []).append(written)

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of each element called ``tag``."""
        return [attributes for name, attributes in self.tags if name == tag]

    def text_of(self, tag: str) -> str:
        """The text right inside the elements called ``tag``."""
        return " ".join(" ".join(self.texts.get(tag, [])).split())

    @property
    def typed(self) -> dict[str, list[str]]:
        """The fields of a form that a person filled in."""
        return {name: values for name, values in self.fields.items() if not name.startswith("_")}

    @property
    def hidden(self) -> dict[str, list[str]]:
        """The fields that travel along."""
        return {name: values for name, values in self.fields.items() if name.startswith("_")}


def assert_page(reply: HTTPResponse, status: int, language: str = "en", direction: str | None = None) -> Page:
    """``reply`` is an accessible page in ``language`` that runs in its ``direction``, or another; return it."""
    page = Page(reply.body.decode("utf-8"))
    assert (reply.status_code, reply.headers["Content-Type"]) == (status, "text/html; charset=utf-8"), page.html
    assert [tag["lang"] for tag in page.all("html")] == [language]
    assert [tag["dir"] for tag in page.all("html")] == [direction or ("rtl" if language == "ar" else "ltr")]
    assert len(page.all("title")) == 1
    assert page.text_of("title")
    assert len(page.all("h1")) == 1
    assert page.text_of("h1") or page.text_of("span")
    assert len(page.all("main")) == 1
    first, second = (link["href"] for link in page.all("a")[:2])
    assert second.startswith("https://"), "the second link leaves the page, so that Tab and Enter do not"
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert first.removeprefix("#") in ids, "the first link skips to what the page is about"
    assert {label["for"] for label in page.all("label")} <= set(ids)
    assert "Traceback" not in page.html
    return page


def assert_problem(reply: HTTPResponse, status: int, code: str) -> dict[str, Any]:
    """``reply`` is problem+json (RFC 9457) with the stable ``code``; return it."""
    assert (reply.status_code, reply.headers["Content-Type"]) == (status, "application/problem+json"), reply.body
    found: dict[str, Any] = json.loads(reply.body)
    assert found.keys() - {"detail", "problems", "receipt"} == {"type", "title", "status", "code"}
    assert (found["status"], found["code"]) == (status, code)
    assert found["type"] == f"urn:paraply:problem:{code}"
    assert found["title"].endswith((".", ")")), "a title is a sentence that says what to do"
    return found


def receipt_in(reply: HTTPResponse) -> str:
    """The receipt that a page shows."""
    found = RECEIPT.search(reply.body.decode("utf-8"))
    assert found, reply.body
    return found.group()
