"""The server of `make run`: one clean answer to whatever is sent to its socket, and no word of it printed (P1, P12)."""

from __future__ import annotations

import http.client
import io
import re
import socket
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest
from chalice.app import Chalice, Response

from app import app
from chalicelib.responses.decoding import MAXIMUM_FORM
from chalicelib.services import Services
from chalicelib.web.http import SECURITY_HEADERS, finish, page_view
from operation.local.gateway import event_of
from operation.local.server import app_served
from tests.builders import a_question, an_open_survey, stored_items
from tests.functional.conftest import in_use

#: The style that stands in a page, in its policy.
HASH = re.compile(r" 'sha256-[^']+'")
BODY = b"_token=x&secret=verysecret"
LENGTH = str(len(BODY)).encode()


@pytest.fixture(scope="module")
def port(module_services: Services) -> Iterator[int]:
    """The server's, with one open survey."""
    an_open_survey(module_services, a_question("scale"), policy="exact")
    with in_use(module_services), app_served(app) as port:
        yield port


@pytest.fixture(autouse=True)
def _silent(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert tuple(capfd.readouterr()) == ("", "")
    assert caplog.text == ""


@dataclass(frozen=True)
class Reply:
    """One answer on a connection, and whether the server closed it afterwards."""

    status: int
    headers: dict[str, str]
    body: bytes
    closed: bool


def a_request(method: bytes = b"POST", *headers: bytes, path: bytes = b"/s/a-survey", body: bytes = b"") -> bytes:
    given = [b"Host: localhost", b"Content-Type: application/x-www-form-urlencoded", *headers]
    return b"\r\n".join([method + b" " + path + b" HTTP/1.1", *given, b"", body])


#: Has the connection closed by whoever kept it until then.
LAST = a_request(b"GET", b"Connection: close", path=b"/last")


def received(port: int, request: bytes, ends: bool = False) -> bytes:
    """All that comes back for ``request``, sent as it is, until the server closes; where ``ends``, no more is sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=600) as connection:
        connection.sendall(request)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def sent(port: int, request: bytes) -> Reply:
    """The one answer to ``request``; on a connection that is kept, what is asked last is answered too."""
    first, *more = replies(received(port, request + LAST))
    assert [reply.status for reply in more] in ([], [404]), "there is a second answer"
    return replace(first, closed=not more)


def replies(raw: bytes) -> Iterator[Reply]:
    """The answers that stand one after the other in what was received."""
    while raw:
        line, _, rest = raw.partition(b"\r\n")
        headers = http.client.parse_headers(file := io.BytesIO(rest))
        length = int(headers["Content-Length"])
        raw = rest[file.tell() + length :]
        body = rest[file.tell() :][:length]
        assert line.startswith(b"HTTP/1.1 ")
        yield Reply(int(line.split()[1]), dict(headers), body, closed=not raw)


def assert_clean(reply: Reply) -> None:
    """With the headers that all pages have, and without the client's words or any of ours on what went wrong."""
    assert {name: HASH.sub("", reply.headers.get(name, "")) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    for word in (b"Traceback", b"Error response", b"verysecret", b"python", b"Python"):
        assert word not in reply.body
    assert reply.headers["Server"].strip() == "local"


@pytest.mark.parametrize(
    "headers",
    [
        ["Content-Length: ²".encode()],
        ["Content-Length: ²".encode("latin-1")],
        [b"Content-Length: +" + LENGTH],
        [b"Content-Length: -1"],
        [b"Content-Length: " + LENGTH + b", " + LENGTH],
        [b"Content-Length: 0x1A"],
        [b"Content-Length: 2_6"],
        [b"Content-Length:"],
        [b"Content-Length: " + b"9" * 5000],
        [b"Content-Length: " + LENGTH, b"Content-Length: " + LENGTH],
        [b"Content-Length: " + LENGTH, b"Content-Length: 0"],
        [b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: chunked", b"Content-Length: " + LENGTH],
        [b"Transfer-Encoding: identity", b"Content-Length: " + LENGTH],
        [b"Transfer-Encoding : chunked"],
        [b"Content-Length : " + LENGTH],
        [b"Content-Length\t: " + LENGTH],
        [b"Content-Length: 0", b"Content-Length : " + LENGTH],
        [b"no colon", b"Content-Length: " + LENGTH],
        [b"Content-Length: " + LENGTH, b"no colon"],
        [b"X: folded", b" Content-Length: 0", b"Content-Length: " + LENGTH],
        [b"Content-Length:", b" " + LENGTH],
    ],
    ids=str,
)
@pytest.mark.parametrize("method", [b"POST", b"GET", b"PUT", b"DELETE", b"PATCH", b"OPTIONS"])
def test_request_whose_end_is_unclear_is_refused_once_and_the_connection_closed(
    port: int, method: bytes, headers: list[bytes]
) -> None:
    smuggled = a_request(b"GET", path=b"/nothing")
    reply = sent(port, a_request(method, *headers, body=BODY + smuggled))
    assert (reply.status, reply.closed, reply.headers["Connection"]) == (400, True, "close")
    assert_clean(reply)


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"TRACE /s/a-survey HTTP/1.1", 405),
        (b"FOO /s/a-survey HTTP/1.1", 405),
        (b"CONNECT localhost:443 HTTP/1.1", 405),
        (b"GET", 400),
        (b"GET / HTTP/9.9", 505),
        (b"GET / verysecret HTTP/1.1", 400),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1", 414),
        ("GET /sé HTTP/1.1".encode(), 404),
        (b"\x16\x03\x01\x02\x00\x01 \x00\x01 \x02", 400),
    ],
    ids=["TRACE", "FOO", "CONNECT", "no path", "version", "four words", "too long", "not ASCII", "TLS"],
)
def test_strange_request_line_gets_one_clean_answer(port: int, request_line: bytes, status: int) -> None:
    reply = sent(port, request_line + b"\r\nHost: localhost\r\n\r\n")
    assert reply.status == status
    assert reply.closed == (status not in (404, 405))
    assert_clean(reply)


@pytest.mark.parametrize("line", [b"X: " + b"a" * 70_000, b"\r\n".join(b"X-%d: a" % number for number in range(200))])
def test_headers_without_end_get_one_clean_answer(port: int, line: bytes) -> None:
    reply = sent(port, a_request(b"GET", line))
    assert (reply.status, reply.closed) == (431, True)
    assert_clean(reply)


@pytest.mark.parametrize("path", [b"/s/a-survey", b"/nothing", b"/api/surveys/a-survey", b"/", b"*"])
def test_options_are_answered_as_any_other_method_that_a_page_does_not_take(port: int, path: bytes) -> None:
    reply = sent(port, a_request(b"OPTIONS", b"Origin: https://elsewhere.example", path=path))
    assert reply.status in (404, 405)
    assert "Access-Control-Allow-Methods" not in reply.headers
    assert_clean(reply)


@pytest.mark.parametrize("path", [b"/s/a-survey", b"/nothing"])
def test_head_is_answered_without_a_body(port: int, path: bytes) -> None:
    head, _, rest = received(port, a_request(b"HEAD", path=path) + LAST).partition(b"\r\n\r\n")
    assert head.startswith((b"HTTP/1.1 203", b"HTTP/1.1 404"))
    assert b"content-length" not in head.lower(), "nothing is said of how long the answer to GET would be"
    assert rest.startswith(b"HTTP/1.1 404"), "the next answer follows at once"


def test_requests_on_one_connection_get_their_own_answers(port: int) -> None:
    posted = a_request(b"POST", b"Content-Length: " + LENGTH, path=b"/nothing", body=BODY)
    asked = a_request(b"GET") + posted + a_request(b"GET") + LAST
    assert [reply.status for reply in replies(received(port, asked))] == [203, 404, 203, 404]


def test_requests_at_once_are_not_mixed_up_P1() -> None:
    both = threading.Barrier(2, timeout=600)
    shared = Chalice(app_name="shared")
    shared.register_middleware(finish, "http")
    # Each has come in before either is looked at.
    shared.register_middleware(lambda request, answer: (both.wait(), answer(request))[1], "http")
    shared.route("/", methods=["GET"])(page_view(lambda call: Response(call.query["who"], {})))
    with ThreadPoolExecutor(2) as threads:
        events = [event_of(shared.routes, "GET", f"/?who={who}", {}) for who in ("one", "two")]
        assert [reply["body"] for reply in threads.map(lambda event: shared(event, None), events)] == ["one", "two"]


def test_body_that_is_shorter_than_its_length_is_not_taken_for_the_whole(port: int, module_services: Services) -> None:
    whole = b'{"answers":{"mood":3}}'
    key = b"Idempotency-Key: 00112233445566778899aabbccddeeff"
    path = b"/api/surveys/a-survey/responses"
    json_type = b"Content-Type: application/json"
    request = b"\r\n".join(
        [b"POST " + path + b" HTTP/1.1", b"Host: localhost", json_type, key, b"Content-Length: 99", b"", whole]
    )
    (reply,) = replies(received(port, request, ends=True))
    assert (reply.status, reply.closed) == (400, True)
    assert_clean(reply)
    assert stored_items(module_services) == []
    assert sent(port, request.replace(b"99", str(len(whole)).encode())).status == 201


def test_body_that_is_too_long_is_refused_by_the_app_and_the_connection_closed(port: int) -> None:
    reply = sent(port, a_request(b"POST", b"Content-Length: 99999999") + b"a" * (MAXIMUM_FORM + 1))
    assert (reply.status, b"</html>" in reply.body, reply.closed) == (413, True, True)


@pytest.mark.parametrize(
    "part",
    [b"", b"POST /s/a-sur", a_request(b"POST", b"Content-Length: 99"), a_request(b"GET"), a_request(b"GET") * 9],
    ids=["nothing", "half a line", "no body", "no reading", "no reading of nine"],
)
def test_client_that_resets_its_connection_is_no_event(port: int, part: bytes) -> None:
    connection = socket.create_connection(("127.0.0.1", port), timeout=600)
    connection.sendall(part)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    assert sent(port, a_request(b"GET")).status == 203, "the server goes on"


@pytest.mark.parametrize("host", [b"example.org", b"127.0.0.1.example.org:8000", b"localhost.", b""], ids=repr)
def test_site_that_leads_its_own_name_to_this_machine_reads_nothing(port: int, host: bytes) -> None:
    request = b"\r\n".join([b"GET /s/a-survey HTTP/1.1", b"Host: " + host, b"Connection: close", b"", b""])
    (reply,) = replies(received(port, request))
    assert (reply.status, reply.body) == (403, b"For browsers on this machine: http://127.0.0.1\n")
