"""The databases that ``make run`` can work on, each served on a port of this machine."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib.storage.database import Database
from chalicelib.storage.dynamodb_local import running
from chalicelib.storage.local import moto_database, served_on


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
