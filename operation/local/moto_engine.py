"""DynamoDB on this machine: moto in the process, behind one lock, and served on a port for other programs.

Without the lock moto lets two writers win the same condition, in the process and over
the wire alike.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http import HTTPStatus
from typing import Any

from chalicelib.settings import Settings
from chalicelib.storage.database import Database
from operation.local.gateway import Application
from operation.local.server import served
from operation.local.this_machine import is_asked_as_here

_LOCK = threading.RLock()


@contextmanager
def moto_database(prefix: str = Settings.table_prefix) -> Iterator[Database]:
    """A fresh in-process database with all tables, gone at the end."""
    from moto import mock_aws

    from operation.local.quick_moto import leave_unsigned, make_quick

    make_quick()
    _serialise_moto()
    with mock_aws(), _without_endpoint():
        database = Database.from_settings(Settings(table_prefix=prefix))
        leave_unsigned(database.client)
        database.create_tables()
        yield database


def served_on(port: int) -> AbstractContextManager[int]:
    """Serve the same data in DynamoDB's own protocol on loopback, for ``manage.py`` and the AWS command line."""
    return served(_for_programs(_moto), port)


def _moto(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Moto's answer to a call, as to one that was made in the process."""
    from botocore.awsrequest import AWSPreparedRequest
    from botocore.compat import HTTPHeaders
    from moto.core.models import botocore_stubber

    body = environment["wsgi.input"].read(int(environment.get("CONTENT_LENGTH") or 0))
    # Signed for whichever region, it is about the tables that there are.
    url = f"https://dynamodb.{Settings.region}.amazonaws.com/"
    headers = HTTPHeaders()
    headers["X-Amz-Target"] = environment["HTTP_X_AMZ_TARGET"]
    headers["Content-Type"] = environment.get("CONTENT_TYPE", "")
    request = AWSPreparedRequest("POST", url, headers, body, stream_output=False)
    status, given, answer = botocore_stubber.process_request(request) or (HTTPStatus.NOT_FOUND, {}, b"")
    sent = answer.encode("utf-8") if isinstance(answer, str) else answer
    kept = {name: str(value) for name, value in given.items() if name.lower() not in ("date", "content-length")}
    start_response(f"{int(status)} {HTTPStatus(status).phrase}", [*kept.items(), ("Content-Length", str(len(sent)))])
    return [sent]


def _for_programs(application: Application) -> Application:
    """``application`` for programs on this machine only: any web page may ask a browser to call a local port."""

    def guarded(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        is_browser = "HTTP_ORIGIN" in environment or "HTTP_SEC_FETCH_SITE" in environment
        is_dynamodb = "HTTP_X_AMZ_TARGET" in environment
        if is_browser or not is_dynamodb or not is_asked_as_here(environment):
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"For programs on this machine that speak DynamoDB's protocol.\n"]
        return application(environment, start_response)

    return guarded


@functools.cache
def _serialise_moto() -> None:
    from moto.dynamodb.responses import DynamoHandler

    unlocked = DynamoHandler.call_action

    def call_action(handler: DynamoHandler) -> Any:
        with _LOCK:
            return unlocked(handler)

    DynamoHandler.call_action = call_action  # type: ignore[method-assign]


@contextmanager
def _without_endpoint() -> Iterator[None]:
    """boto3 reads the endpoint from the environment by itself; here it must not."""
    endpoint = os.environ.pop("AWS_ENDPOINT_URL_DYNAMODB", None)
    try:
        yield
    finally:
        if endpoint is not None:
            os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = endpoint
