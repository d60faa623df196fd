"""Faults at the wire, put there by the vendor's own event hooks: what goes wrong between its client and the engine."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.httpsession import URLLib3Session
from botocore.retries.quota import RetryQuota
from botocore.retries.standard import (
    ExponentialBackoff,
    RetryEventAdapter,
    RetryHandler,
    RetryPolicy,
    RetryQuotaChecker,
    StandardRetryConditions,
)

#: What the vendor's client waits at most before it tries again; in production up to two seconds.
LONGEST_WAIT = 0.005
ATTEMPTS = 3


@dataclass(frozen=True)
class SlowEngine:
    """Where replies come late; ``carried_out`` counts the requests that the engine itself has replied to."""

    url: str = ""
    carried_out: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


@dataclass
class Wire:
    """The connection of one client. ``choose`` names the fault of each request, by operation, or None.

    ``slow`` is an engine whose replies come after the patience of ``impatient``, a connection of its own: others
    are waited for as long as a busy machine needs.
    """

    client: Any
    slow: SlowEngine = field(default_factory=SlowEngine)
    impatient: URLLib3Session = field(default_factory=URLLib3Session)
    choose: Callable[[str], Fault | None] = lambda operation: None
    injected: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.client.meta.events.register_first("before-send.dynamodb", self.carry)

    def carry(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
        """The reply that a fault makes; None where the client is to send the request itself."""
        operation = operation_of(request)
        with self._lock:
            self.requests += 1
            fault = self.choose(operation)
            if fault:
                self.injected[fault.__name__] += 1
        return fault(self, request) if fault else None

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send a request as the client would."""
        reply: AWSResponse = self.client._endpoint.http_session.send(request)
        return reply

    def break_down(self, fault: Fault, first: int = 0, times: int = 10**9) -> None:
        """Let the requests from number ``first`` on meet ``fault``, ``times`` of them."""
        self.injected.clear()
        numbers = iter(range(10**9))
        self.choose = lambda operation: fault if first <= next(numbers) < first + times else None

    def mend(self) -> None:
        """No more faults."""
        self.choose = lambda operation: None


Fault = Callable[[Wire, AWSPreparedRequest], AWSResponse | None]


def lost_request(wire: Wire, request: AWSPreparedRequest) -> None:
    raise ReadTimeoutError(endpoint_url=request.url)


def lost_reply(wire: Wire, request: AWSPreparedRequest) -> None:
    wire.send(request)
    raise ReadTimeoutError(endpoint_url=request.url)


def reset(wire: Wire, request: AWSPreparedRequest) -> None:
    wire.send(request)
    raise ConnectionClosedError(endpoint_url=request.url)


def duplicate(wire: Wire, request: AWSPreparedRequest) -> AWSResponse:
    wire.send(request)
    return wire.send(request)


def slow_reply(wire: Wire, request: AWSPreparedRequest) -> AWSResponse:
    request.url = wire.slow.url
    try:
        reply: AWSResponse = wire.impatient.send(request)
    finally:
        # On a busy machine what was asked first would otherwise be carried out after what is asked next.
        wire.slow.carried_out.acquire()
    return reply


def throttle(wire: Wire, request: AWSPreparedRequest) -> AWSResponse:
    return a_refusal(request, 400, "ProvisionedThroughputExceededException")


def server_error(wire: Wire, request: AWSPreparedRequest) -> AWSResponse:
    return a_refusal(request, 500, "InternalServerError")


def gateway_error(wire: Wire, request: AWSPreparedRequest) -> AWSResponse:
    """From a machine between, which speaks no DynamoDB."""
    return a_reply(request, 503, "text/html", b"<h1>Service Unavailable</h1>")


def conflict(wire: Wire, request: AWSPreparedRequest) -> AWSResponse | None:
    """Another transaction has an item of this write; reads meet none."""
    if operation_of(request) == "TransactWriteItems":
        assert isinstance(request.body, bytes)
        members = len(json.loads(request.body)["TransactItems"])
        reasons = [{"Code": "None"}] * (members - 1) + [{"Code": "TransactionConflict", "Message": "Ongoing"}]
        return a_refusal(request, 400, "TransactionCanceledException", CancellationReasons=reasons)
    if operation_of(request) in ("GetItem", "Query", "Scan"):
        return None
    return a_refusal(request, 400, "TransactionConflictException")


FAULTS: tuple[Fault, ...] = (
    lost_request,
    lost_reply,
    reset,
    duplicate,
    slow_reply,
    throttle,
    server_error,
    gateway_error,
    conflict,
)


class _Body(BytesIO):
    """The vendor's response reads its body through ``stream``."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.getvalue()


def operation_of(request: AWSPreparedRequest) -> str:
    """ "PutItem", whatever the version of the protocol."""
    target = request.headers["X-Amz-Target"]
    name = target.decode() if isinstance(target, bytes) else target
    return str(name.rpartition(".")[2])


def a_refusal(request: AWSPreparedRequest, status: int, code: str, **more: Any) -> AWSResponse:
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "", **more}
    return a_reply(request, status, "application/x-amz-json-1.0", json.dumps(body).encode())


def a_reply(request: AWSPreparedRequest, status: int, content_type: str, body: bytes) -> AWSResponse:
    return AWSResponse(request.url, status, HTTPHeaders.from_dict({"content-type": content_type}), _Body(body))


def a_client(like: Any, brief: bool = True) -> Any:
    """A client like the one in production, with connections for many threads; ``brief``: it hardly waits to retry."""
    config = like.meta.config.merge(Config(max_pool_connections=64))
    client = boto3.client(
        "dynamodb", region_name=like.meta.region_name, endpoint_url=like.meta.endpoint_url, config=config
    )
    if brief:
        _hurry(client)
    return client


def _hurry(client: Any) -> None:
    """Leave it to the client's own rules whether it tries again, but let it hardly wait, and not tire of it."""
    backoff = ExponentialBackoff(max_backoff=LONGEST_WAIT)  # type: ignore[arg-type]  # it takes any number
    quota: Any = RetryQuotaChecker(RetryQuota(10**9))  # the stubs take the quota itself
    policy = RetryPolicy(StandardRetryConditions(max_attempts=ATTEMPTS), backoff)
    retries = RetryHandler(policy, RetryEventAdapter(), quota)
    client.meta.events.unregister("needs-retry.dynamodb", unique_id="retry-config-dynamodb")
    client.meta.events.register("needs-retry.dynamodb", retries.needs_retry)


@contextmanager
def slow_engine(engine: str, seconds: float) -> Iterator[SlowEngine]:
    """The engine behind a wire on which every reply takes ``seconds`` longer."""
    address, carried_out = urlsplit(engine).netloc, threading.Semaphore(0)

    class Slow(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            connection = http.client.HTTPConnection(address)
            connection.request("POST", "/", body, dict(self.headers))
            reply = connection.getresponse()
            content = reply.read()
            connection.close()
            carried_out.release()
            time.sleep(seconds)
            try:
                self.send_response(reply.status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield SlowEngine(f"http://127.0.0.1:{server.server_address[1]}/", carried_out)
    finally:
        server.shutdown()
        server.server_close()
