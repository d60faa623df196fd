"""DynamoDB on this machine: moto in the process, behind one lock, and served on a port for other programs.

Without the lock moto lets two writers win the same condition, in the process and over
the wire alike.
"""

from __future__ import annotations

import functools
import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from chalicelib.settings import Settings
from chalicelib.storage.database import Database
from operation.local.gateway import Application
from operation.local.server import served

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
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    return served(_for_programs(DomainDispatcherApplication(create_backend_app)), port)


def _for_programs(application: Application) -> Application:
    """``application`` for programs on this machine only: any web page may ask a browser to call a local port."""

    def guarded(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        host = str(environment.get("HTTP_HOST", "")).rpartition(":")[0]
        is_browser = "HTTP_ORIGIN" in environment or "HTTP_SEC_FETCH_SITE" in environment
        is_dynamodb = "HTTP_X_AMZ_TARGET" in environment
        if is_browser or not is_dynamodb or host not in ("127.0.0.1", "localhost"):
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
