"""The server of `make run`: one clean answer to whatever is sent to its socket, and no word of it printed (P1, P12)."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from app import app
from chalicelib.responses.decoding import MAXIMUM_BODY
from chalicelib.services import Services
from chalicelib.web.http import SECURITY_HEADERS
from operation.local.server import make_server
from tests.builders import a_question, an_open_survey, stored_items
from tests.functional.conftest import in_use

BODY = b"_token=x&secret=verysecret"
LENGTH = str(len(BODY)).encode()


@pytest.fixture(scope="module")
def port(module_services: Services) -> Iterator[int]:
    """The server's, with one open survey."""
    an_open_survey(module_services, a_question("scale"), policy="exact")
    local = make_server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=local.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    with in_use(module_services):
        yield local.server.server_address[1]
    local.server.shutdown()
    thread.join()
    local.server.server_close()


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


def sent(port: int, request: bytes, ends: bool = False) -> Reply:
    """The one answer to ``request``, sent as it is; where ``ends``, nothing more will come."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        reply = http.client.HTTPResponse(connection, method=request.partition(b" ")[0].decode())
        reply.begin()
        body = reply.read()
        connection.settimeout(0.3)
        try:
            more = connection.recv(1)
        except TimeoutError:
            return Reply(reply.status, dict(reply.getheaders()), body, closed=False)
        assert more == b"", "there is a second answer"
        return Reply(reply.status, dict(reply.getheaders()), body, closed=True)


def a_request(method: bytes = b"POST", *headers: bytes, path: bytes = b"/s/a-survey", body: bytes = b"") -> bytes:
    given = [b"Host: localhost", b"Content-Type: application/x-www-form-urlencoded", *headers]
    return b"\r\n".join([method + b" " + path + b" HTTP/1.1", *given, b"", body])


def assert_clean(reply: Reply) -> None:
    """With the headers that all pages have, and without the client's words or any of ours on what went wrong."""
    assert {name: reply.headers.get(name) for name in SECURITY_HEADERS} == dict(SECURITY_HEADERS)
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
        (b"TRACE /s/a-survey HTTP/1.1", 501),
        (b"FOO /s/a-survey HTTP/1.1", 501),
        (b"CONNECT localhost:443 HTTP/1.1", 501),
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
    assert reply.closed == (status != 404)
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
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(a_request(b"HEAD", path=path) + a_request(b"GET"))
        received = b""
        while b"</html>" not in received:
            received += connection.recv(65536)
    head, _, rest = received.partition(b"\r\n\r\n")
    assert head.startswith((b"HTTP/1.1 404", b"HTTP/1.1 405"))
    assert rest.startswith(b"HTTP/1.1 203"), "the next answer follows at once"


def test_two_requests_on_one_connection_get_their_own_answers(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    for path, status in [("/s/a-survey", 203), ("/nothing", 404), ("/s/a-survey", 203)]:
        connection.request("POST" if status == 404 else "GET", path, BODY if status == 404 else None)
        reply = connection.getresponse()
        assert (reply.status, reply.getheader("Content-Length")) == (status, str(len(reply.read())))
    connection.close()


def test_body_that_is_shorter_than_its_length_is_not_taken_for_the_whole(port: int, module_services: Services) -> None:
    whole = b'{"answers":{"mood":3}}'
    key = b"Idempotency-Key: 00112233445566778899aabbccddeeff"
    path = b"/api/surveys/a-survey/responses"
    json_type = b"Content-Type: application/json"
    request = b"\r\n".join(
        [b"POST " + path + b" HTTP/1.1", b"Host: localhost", json_type, key, b"Content-Length: 99", b"", whole]
    )
    reply = sent(port, request, ends=True)
    assert (reply.status, reply.closed) == (400, True)
    assert_clean(reply)
    assert stored_items(module_services) == []
    assert sent(port, request.replace(b"99", str(len(whole)).encode())).status == 201


def test_body_that_is_too_long_is_refused_by_the_app_and_the_connection_closed(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(a_request(b"POST", b"Content-Length: 99999999") + b"a" * (MAXIMUM_BODY + 1))
        reply = http.client.HTTPResponse(connection)
        reply.begin()
        assert (reply.status, b"</html>" in reply.read()) == (413, True)
        assert connection.recv(1) == b""


@pytest.mark.parametrize(
    "part",
    [b"", b"POST /s/a-sur", a_request(b"POST", b"Content-Length: 99"), a_request(b"GET"), a_request(b"GET") * 9],
    ids=["nothing", "half a line", "no body", "no reading", "no reading of nine"],
)
def test_client_that_resets_its_connection_is_no_event(port: int, part: bytes) -> None:
    connection = socket.create_connection(("127.0.0.1", port), timeout=5)
    connection.sendall(part)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    assert sent(port, a_request(b"GET")).status == 203, "the server goes on"
