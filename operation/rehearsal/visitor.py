"""Who answers and reads, as a browser without scripts and as a program: requests, forms, receipts."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from operation.errors import RehearsalFailed
from operation.rehearsal.failure import require
from operation.rehearsal.loopback import HOST

#: Four groups of four signs, as a page or the API shows a receipt.
_RECEIPT = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{4} ){3}[0-9A-HJKMNP-TV-Z]{4}")
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
#: Of the loopback AWS, of which a cold start on a busy machine asks much.
PATIENCE_SECONDS = 300

#: The fields of a form: each name with its values.
Filled = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    body: bytes

    @property
    def text(self) -> str:
        """A page or a document."""
        return self.body.decode("utf-8")

    @property
    def json(self) -> Any:
        """What the API said."""
        return json.loads(self.body)

    @property
    def receipt(self) -> str:
        """The receipt in it; fails where there is none."""
        found = _RECEIPT.search(unescape(self.text))
        if found is None:
            raise RehearsalFailed(f"a receipt was to come with {self.status}")
        return found.group()

    def of(self, *statuses: int) -> Reply:
        """This reply, if it has one of ``statuses``; fails with what it said otherwise."""
        require(self.status in statuses, f"{self.status} came instead of {statuses}: {self.text[:300]}")
        return self


#: Sends a request: method, path with its query, headers, body.
Exchange = Callable[[str, str, Mapping[str, str], bytes], Reply]


@dataclass(frozen=True)
class Visitor:
    """One who answers, by whatever way ``exchange`` takes to the application."""

    exchange: Exchange

    def get(self, path: str, **headers: str) -> Reply:
        """Load ``path``."""
        return self.exchange("GET", path, headers, b"")

    def load(self, path: str) -> dict[str, list[str]]:
        """Load the form at ``path``; its hidden fields, as they travel with what is filled in."""
        # 203: a form that a browser is not to keep.
        return _hidden(self.get(path).of(200, 203).text)

    def send(self, path: str, filled: Filled) -> Reply:
        """Press Send on a form."""
        return self.exchange("POST", path, {"Content-Type": _FORM}, urlencode(filled, doseq=True).encode())

    def submit(self, survey: str, answers: Any, key: str | None = None, query: str = "", **more: Any) -> Reply:
        """Submit ``answers`` through the API under an idempotency ``key``, a new one if left out."""
        headers = {"Content-Type": _JSON, "Idempotency-Key": key or secrets.token_hex(16)}
        body = json.dumps({"answers": answers, **more}).encode()
        return self.exchange("POST", f"/api/surveys/{survey}/responses{query}", headers, body)

    def withdraw(self, survey: str, receipt: str) -> Reply:
        """Withdraw what was answered under ``receipt``."""
        return self.send(f"/s/{survey}/withdraw", {"receipt": [receipt]})


def over_gateway(port: int, address: str) -> Exchange:
    """The way through the loopback's API Gateway to the API that AWS would have at ``address``."""
    parts = urlsplit(address)
    given = {"Host": f"{str(parts.hostname).partition('.')[0]}.execute-api.localhost", "Accept": "*/*"}

    def exchange(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        connection = HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, f"{parts.path.rstrip('/')}{path}", body, {**given, **headers})
            reply = connection.getresponse()
            return Reply(reply.status, reply.read())
        finally:
            connection.close()

    return exchange


@dataclass
class _HiddenFields(HTMLParser):
    found: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.found.setdefault(str(given["name"]), []).append(given.get("value") or "")

    handle_startendtag = handle_starttag


def _hidden(page: str) -> dict[str, list[str]]:
    parser = _HiddenFields()
    parser.feed(page)
    return parser.found
