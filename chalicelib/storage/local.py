"""DynamoDB on this machine: moto in the process, behind one lock, and served on a port for other programs.

Without the lock moto lets two writers win the same condition (notes on browsers and moto), in the process and over
the wire alike.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.settings import Settings
from chalicelib.storage.database import Database

_LOCK = threading.RLock()


@contextmanager
def moto_database(prefix: str = Settings.table_prefix) -> Iterator[Database]:
    """A fresh in-process database with all tables, gone at the end."""
    from moto import mock_aws

    _serialise_moto()
    with mock_aws(), _without_endpoint():
        database = Database.from_settings(Settings(table_prefix=prefix))
        database.create_tables()
        yield database


@contextmanager
def served_on(port: int) -> Iterator[None]:
    """Serve the same data in DynamoDB's own protocol on loopback, for ``manage.py`` and the AWS command line."""
    import logging

    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    try:
        yield
    finally:
        server.stop()


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
