"""What is stored and logged of a response: what the design names, and nothing of who sent it or what was written."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from chalice.test import HTTPResponse

from chalicelib.jobs import audit_ledger, publish_releases
from chalicelib.services import Services
from chalicelib.storage.tables import TABLES
from tests.builders import (
    ANSWERS,
    FIELDS,
    JSON_TYPE,
    Browser,
    FakeClock,
    a_question,
    an_open_survey,
    close_and_wait,
    stored_items,
)
from tests.fakes import FailingClient
from tests.functional.gateway import HOST, send
from tests.functional.shapes import assert_page, assert_problem, receipt_in

TYPES = {"part": "S", "rid": "S", "v": "N", "answers": "B", "mark": "B", "pending": "S"}
METHODS = ("GET", "POST", "DELETE")
#: In capitals and small letters alike, so that whatever folds the case of a header or a path is caught.
CANARY = "kanarienvogel"
#: What a person or a machine may send that must be seen nowhere, by the way it comes in.
HEADERS: dict[str, Any] = {
    "User-Agent": f"{CANARY}-agent",
    "X-Forwarded-For": f"{CANARY}-address",
    "Accept-Language": f"{CANARY},sv;q=0.{CANARY}",
    "Referer": f"https://{CANARY}.example/",
    "Cookie": f"{CANARY}={CANARY}",
    f"X-{CANARY}": CANARY,
}


@dataclass
class Hearing(logging.Handler):
    """Keeps every line that any logger of ours or of the framework would write."""

    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))

    def __hash__(self) -> int:
        return id(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def hearing() -> Iterator[Hearing]:
    handler = Hearing()
    # The framework's own logger passes nothing on to the root; at DEBUG the vendor's client is on nobody's server.
    levels = {"": logging.DEBUG, "paraply": logging.DEBUG, "botocore": logging.INFO}
    before = {name: logging.getLogger(name).level for name in levels}
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
        if name != "botocore":
            logging.getLogger(name).addHandler(handler)
    yield handler
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).removeHandler(handler)


def every_item(services: Services) -> str:
    """All items of all four tables, as text."""
    database = services.responses._database
    items = [item for table in TABLES for item in database.call("scan", table)["Items"]]
    return repr(items).lower()


def with_canaries(fields: dict[str, list[str]]) -> dict[str, list[str]]:
    """A form in which everything that can be written has a canary, and fields that it does not have."""
    written = {"country.other.text", "word", "wish"}
    return {name: [f"{CANARY} {name}"] if name in written else values for name, values in fields.items()} | {
        f"{CANARY}": [CANARY],
        "ip": [CANARY],
        "heading": [CANARY],
    }


def json_with_canaries() -> dict[str, Any]:
    return {**ANSWERS, "country.other.text": CANARY, "word": CANARY, "wish": f"{CANARY}\n{CANARY}"}


@pytest.mark.parametrize("way", ["form", "json"])
@pytest.mark.parametrize("text", ["sealed", "plain"])
def test_stored_item_has_the_documented_attributes_only_P1(
    browser: Browser, services: Services, way: str, text: str
) -> None:
    an_open_survey(services, text=text)
    browser.send_form(**HEADERS) if way == "form" else browser.send_json()
    (item,) = stored_items(services)
    expected = TYPES | ({"sealed": "B"} if text == "sealed" else {"text": "S"})
    assert {name: next(iter(value)) for name, value in item.items()} == expected
    assert item["pending"] == item["part"]


def test_item_without_text_has_neither_envelope_nor_text_P1(browser: Browser, services: Services) -> None:
    an_open_survey(services)
    browser.send_form({"agreed": ["given"], "country": ["se"]})
    (item,) = stored_items(services)
    assert {name: next(iter(value)) for name, value in item.items()} == TYPES


def test_counted_item_has_its_batch_instead_of_pending_P1(browser: Browser, services: Services) -> None:
    an_open_survey(services, policy="exact")
    browser.send_form()
    publish_releases(services)
    (item,) = stored_items(services)
    assert item.keys() == TYPES.keys() - {"pending"} | {"sealed", "batch"}


def test_answers_to_what_does_not_apply_are_stored_nowhere_P4(browser: Browser, services: Services) -> None:
    condition = {"question": "police_met", "equals": "yes"}
    dropped = [a_question(kind, show_if=condition) for kind in ("long_text", "number", "ranking", "single_choice")]
    an_open_survey(services, a_question("yes_no"), *dropped)
    browser.send_form({"police_met": ["no"]})
    (alone,) = stored_items(services)
    assert browser.send_form({**FIELDS, "police_met": ["no"]}).status_code == 200
    assert stored_items(services) == [alone]
    browser.send_json({name: ANSWERS[name] for name in ("police_met", "wish", "clients", "wants")})
    assert [item["answers"] for item in stored_items(services)] == [alone["answers"]] * 2
    assert not any("sealed" in item for item in stored_items(services))


def test_same_form_from_another_device_at_another_time_is_stored_the_same_P1(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, a_question("scale"))
    token = browser.token()
    browser.send_form({"mood": ["4"]}, token=token)
    (first,) = stored_items(services)
    clock.advance(days=3)
    browser.send_form({"mood": ["4"]}, token=token, **HEADERS)
    assert stored_items(services) == [first]


def assert_nowhere(services: Services, hearing: Hearing, replies: list[HTTPResponse], output: str) -> None:
    assert CANARY not in every_item(services)
    assert CANARY not in "\n".join(hearing.lines).lower()
    assert CANARY not in output.lower()
    for reply in replies:
        assert CANARY not in reply.body.decode("utf-8").lower()
        assert CANARY not in repr(reply.headers).lower()


def test_canary_of_accepted_submissions_is_nowhere_P3(
    browser: Browser, services: Services, hearing: Hearing, clock: FakeClock, capfd: pytest.CaptureFixture[str]
) -> None:
    an_open_survey(services, policy="exact")
    first = browser.send_form(with_canaries(FIELDS), **HEADERS)
    replies = [
        first,
        browser.send_form(with_canaries(FIELDS), **HEADERS),
        browser.send_json(json_with_canaries()),
        browser.post("/s/a-survey/withdraw", f"receipt={receipt_in(first)}&{CANARY}={CANARY}", **HEADERS),
        browser.send_form(with_canaries(FIELDS), **HEADERS),
    ]
    assert [reply.status_code for reply in replies] == [200, 200, 201, 200, 410]
    # The refused form shows what was typed back to whoever typed it, to copy.
    replies.pop()
    close_and_wait(services, clock)
    assert [outcome.released for outcome in publish_releases(services)] == [1]
    audit_ledger(services)
    replies += [browser.get(f"/s/a-survey/results?{CANARY}={CANARY}", **HEADERS)]
    replies += [browser.get(f"/api/surveys/a-survey/releases/1{suffix}", **HEADERS) for suffix in ("", ".csv")]
    assert_nowhere(services, hearing, replies, "".join(capfd.readouterr()))


def test_canary_of_refused_submissions_is_only_where_it_was_typed_P12(
    browser: Browser, services: Services, hearing: Hearing, capfd: pytest.CaptureFixture[str]
) -> None:
    an_open_survey(services)
    spoilt = ("country", "mood", "harder.home", "wants.home", "clients", "moved.year", "agreed", "source")
    bad = with_canaries(FIELDS) | {name: [CANARY] for name in spoilt}
    kept = [
        browser.send_form(bad, **HEADERS),
        browser.send_form(with_canaries(FIELDS), token=CANARY, **HEADERS),
        browser.send_form(with_canaries(FIELDS) | {"_website": [CANARY]}, **HEADERS),
        browser.send_form(with_canaries(FIELDS), token=browser.token(seconds_ago=1), **HEADERS),
        browser.post("/s/a-survey/withdraw", f"receipt={CANARY}", **HEADERS),
    ]
    assert [reply.status_code for reply in kept] == [422, 422, 422, 422, 404]
    long = (CANARY * 30_000).encode()
    forms = [
        long,
        b"wish=" + CANARY.encode() + b"\xff",
        "&".join(f"{CANARY}{number}=1" for number in range(501)).encode(),
    ]
    # A name that could be a question's is told back to the program that sent it, so these could be none.
    objects = [
        {"answers": {f"{CANARY}!": CANARY, "country": CANARY, "mood": CANARY, "harder": {f"{CANARY}!": CANARY}}},
        {"answers": {"word": [CANARY], "wish": {CANARY: CANARY}, "challenges": [CANARY, CANARY], "agreed": CANARY}},
        {"answers": {"wants": [CANARY], "clients": CANARY, "moved": CANARY, "source": CANARY}},
        {"answers": {"wish": CANARY * 1000, "agreed": True}},
        {"answers": {}, CANARY: CANARY},
        {"answers": CANARY, "version": CANARY},
    ]
    texts = [f'{{"{CANARY}": NaN}}', f'{{"{CANARY}": 1, "{CANARY}": 2}}', f'{CANARY} "', f'["{CANARY}\\ud800"]']
    bodies = [json.dumps(body).encode() for body in objects] + [text.encode() for text in texts] + [long]
    bodies += [b"[" * 5000 + CANARY.encode(), b'{"answers": "' + CANARY.encode() + b'\xff"}']
    key = {"Idempotency-Key": "00112233445566778899aabbccddeeff"}
    replies = [browser.post("/s/a-survey", body, **HEADERS) for body in forms]
    replies += [browser.post("/s/a-survey", f"wish={CANARY}", f"text/{CANARY}", **HEADERS)]
    replies += [browser.post("/api/surveys/a-survey/responses", body, JSON_TYPE, **HEADERS, **key) for body in bodies]
    replies += [browser.send_json(key=CANARY)]
    for path in (f"/{CANARY}", f"/{CANARY}/{quote(CANARY + ' å')}", f"/s/{CANARY}", f"/api/surveys/{CANARY.upper()}"):
        replies += [send(f"{HOST}{path}?lang={CANARY}&token={CANARY}", headers=HEADERS, method=way) for way in METHODS]
    replies += [browser.get(f"/static/{CANARY}"), browser.get(f"/api/surveys/a-survey/releases/{CANARY}.{CANARY}")]
    assert {reply.status_code for reply in replies} == {400, 404, 405, 413, 415, 422}
    assert_nowhere(services, hearing, replies, "".join(capfd.readouterr()))
    assert stored_items(services) == []


def test_canary_is_nowhere_when_the_store_fails_P12(
    browser: Browser, services: Services, hearing: Hearing, capfd: pytest.CaptureFixture[str]
) -> None:
    from botocore.exceptions import ClientError, EndpointConnectionError

    an_open_survey(services)
    token = browser.token()
    database = services.responses._database
    real = database.client
    unavailable = ClientError({"Error": {"Code": "ThrottlingException", "Message": CANARY}}, "PutItem")
    refused = ClientError({"Error": {"Code": "AccessDeniedException", "Message": CANARY}}, "PutItem")
    for error in (unavailable, refused, EndpointConnectionError(endpoint_url=CANARY), RuntimeError(CANARY)):
        database.replace_client(FailingClient(real, "put_item", error))
        form = browser.send_form(with_canaries(FIELDS), token=token, **HEADERS)
        reply = browser.send_json(json_with_canaries())
        code = "internal" if isinstance(error, RuntimeError) else reply.json_body["code"]
        assert_problem(reply, 500 if code == "internal" else 503, code)
        page = assert_page(form, reply.status_code)
        assert page.typed["wish"] == [f"{CANARY} wish"], "what was typed is kept"
        assert not {"detail", "receipt"} & reply.json_body.keys(), "what operators have to do is not told to the public"
        assert_nowhere(services, hearing, [reply], "".join(capfd.readouterr()))
    database.replace_client(real)
    assert len([line for line in hearing.lines if "ERROR request failed" in line]) == 8
    assert stored_items(services) == []


def test_body_that_cannot_be_read_at_all_gets_a_page_and_no_traceback_P12(
    services: Services, hearing: Hearing, capfd: pytest.CaptureFixture[str]
) -> None:
    an_open_survey(services)
    body = f"wish={CANARY}\ud800"
    headers = {"Content-Type": "application/x-www-form-urlencoded", **HEADERS}
    page = send(f"{HOST}/s/a-survey", method="POST", body=body, headers=headers)
    assert_page(page, 400)
    api = {**headers, "Content-Type": JSON_TYPE, "Idempotency-Key": "00112233445566778899aabbccddeeff"}
    reply = send(f"{HOST}/api/surveys/a-survey/responses", method="POST", body=body, headers=api)
    assert_problem(reply, 400, "not_utf8")
    assert_nowhere(services, hearing, [page, reply], "".join(capfd.readouterr()))
