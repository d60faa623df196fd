"""The databases that ``make run`` can work on, each served on a port of this machine."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib.storage.database import Database
from operation.errors import OperatorError
from operation.local.dynamodb_local import running
from operation.local.moto_engine import moto_database, served_on


@contextmanager
def local_database(engine: str, port: int) -> Iterator[tuple[Database, Path]]:
    """The database of ``engine``, served on ``port``, and the folder for the demo's keys.

    moto forgets everything at the end. DynamoDB Local keeps data and keys in the user's data folder, out of the
    project, whose files Chalice watches.
    """
    if engine == "moto":
        with moto_database() as database, served_on(port), tempfile.TemporaryDirectory(prefix="paraply-demo-") as keys:
            yield database, Path(keys)
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "paraply"
        folder.mkdir(parents=True, exist_ok=True)
        with running(port, folder) as settings:
            database = Database.from_settings(settings)
            database.create_tables()
            yield database, folder / "keys"


def require_free(*ports: int) -> None:
    """Raise :class:`OperatorError` if another program has one of ``ports`` already."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise OperatorError(f"Port {port} is in use. Take another: PORT=9000 make run") from error
