"""The databases that ``make run`` can work on, each served on a port of this machine."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from chalicelib.storage.database import Database
from operation.local import data_folder
from operation.local.dynamodb_local import running
from operation.local.moto_engine import moto_database, served_on
from operation.local.this_machine import require_free


@dataclass(frozen=True)
class LocalData:
    """A database on this machine, the folder for the demo's keys, and what the demo has to be made within.

    ``ended`` is the process of an engine that a run before had left behind, where one had to be ended.
    """

    database: Database
    keys: Path
    filling: Callable[[], AbstractContextManager[None]] = nullcontext
    ended: int | None = None


@contextmanager
def local_data(engine: str, port: int) -> Iterator[LocalData]:
    """The data of ``engine``, with its database served on the port after ``port``, which is the web server's.

    moto forgets everything at the end; DynamoDB Local keeps data and keys. Raises :class:`OperatorError` where a port
    is taken, or the data cannot be worked on.
    """
    if engine == "moto":
        _require_free(port, "make run")
        keys = tempfile.TemporaryDirectory(prefix="paraply-demo-")
        with moto_database() as database, served_on(port + 1), keys as folder:
            yield LocalData(database, Path(folder))
    else:
        with data_folder.held(data_folder.default_path(), port) as kept:
            # Only now: a run on the same data, or the engine of one, is no reason to take another port.
            _require_free(port, f"make run ENGINE={engine}")
            with running(port + 1, kept) as settings:
                database = Database.from_settings(settings)
                database.create_tables()
                yield LocalData(database, kept.keys, kept.filling, kept.ended)


def _require_free(port: int, command: str) -> None:
    """Raise :class:`OperatorError` if another program has ``port`` or the next one already."""
    for wanted in (port, port + 1):
        require_free(wanted, f"Take another: PORT=9000 {command}")
