"""Tables as a version left them, kept for every later version to take over; and what it promised to whom.

A dump is a file of ``tests/dumps``, called by its data format and version. None is ever changed or removed.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from chalicelib.questionnaire.base import Frozen
from chalicelib.storage.database import Database
from chalicelib.storage.tables import DATA_FORMAT, TABLES
from operation.errors import OperatorError

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "dumps"
_SUFFIX = ".json.gz"

#: What came into a model as a list.
Texts = Annotated[tuple[str, ...], Field(strict=False)]


class Numbers(Frozen):
    """Of one survey: its records, and its releases as files, the first one first."""

    pending: int
    counted: int
    withdrawn: int
    #: The CSV of each release in English.
    csv: Texts = ()


class Sent(Frozen):
    """Answers that were stored: what they were sent with (a form's token, or a key of the API) and their receipt."""

    by: str
    receipt: str


class Promises(Frozen):
    """What the version had told people when the tables were put down; each has to hold for ever.

    ``members`` is by invitation and by the month, with sealed text: two editions are out, a third waits. ``board`` is
    exact, and its results are held, but for the first. ``guests`` is closed and published, its retention a short one.
    ``past`` is purged. ``trial`` is under test. Since format 2 the purge of ``raided`` and the deletion of ``dropped``
    were cut short.
    """

    made_at: datetime
    #: By survey.
    numbers: dict[str, Numbers]
    #: Of ``members``: pending, as a form and through the API.
    form: Sent
    call: Sent
    #: A form that was loaded, and is still to be sent.
    loaded: str
    pending_receipt: str
    counted_receipt: str
    withdrawn_receipt: str
    unused_codes: Texts
    used_code: str
    #: What somebody wrote, and the private key that opens it.
    text: str
    identity: str
    #: Of ``guests``.
    guest_receipt: str
    #: Of ``board``.
    analyst_token: str
    #: Of ``past``.
    proof: str
    #: Path and query of the link to ``trial``.
    trial_link: str


class Dump(Frozen):
    """The items of every table, as the low-level client has them but for bytes, which are in base64."""

    data_format: int
    version: str
    promises: Promises
    tables: dict[str, list[dict[str, Any]]]

    @property
    def name(self) -> str:
        """What its file is called."""
        return f"{self.data_format}-{self.version}{_SUFFIX}"


def dumped(database: Database, version: str, promises: Promises) -> Dump:
    """The tables of ``database`` as they stand."""
    tables = {
        table.name: [_written(item) for item in database.pages("scan", table, ConsistentRead=True)] for table in TABLES
    }
    return Dump(data_format=DATA_FORMAT, version=version, promises=promises, tables=tables)


def load(dump: Dump, database: Database) -> None:
    """Put the items of ``dump`` into the tables of ``database``, beside what is there."""
    for table in TABLES:
        for item in dump.tables[table.name]:
            database.call("put_item", table, Item=_read(item))


def store(dump: Dump, folder: Path = FOLDER) -> Path:
    """Write ``dump`` into ``folder``; raises :class:`OperatorError` where there is one of its name, which stays."""
    path = folder / dump.name
    if path.exists():
        raise OperatorError(f"{path.name} is there, and stays as it is. Give this version a number of its own.")
    # Without a date, so that the file tells nothing of when it was made.
    path.write_bytes(gzip.compress(dump.model_dump_json().encode("utf-8"), mtime=0))
    return path


def dumps() -> Sequence[Path]:
    """Every dump there is, the oldest first."""
    return sorted(FOLDER.glob(f"*{_SUFFIX}"), key=lambda path: _number(path.name))


def read(path: Path) -> Dump:
    """The dump in this file."""
    return Dump.model_validate_json(gzip.decompress(path.read_bytes()))


def _number(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.removesuffix(_SUFFIX).replace("-", ".").split("."))


def _written(item: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return json.loads(json.dumps(item, default=lambda raw: b64encode(raw).decode("ascii")))  # type: ignore[no-any-return]


def _read(item: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: dict(_values(value)) for name, value in item.items()}


def _values(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for kind, content in value.items():
        yield kind, b64decode(content) if kind == "B" else content
