"""Records as commands are given them: by their folder, or by the survey that they are of."""

from __future__ import annotations

from pathlib import Path

import click

from operation.console import say
from operation.records.folder import RecordFolder
from operation.records.found import records_named

#: What every command takes that works on exported records.
RECORDS = click.argument("records", type=click.Path(path_type=Path))


def records_meant(named: Path) -> RecordFolder:
    """The records that are meant by ``named``; it is told which they are, where that is not what was written.

    Raises as :func:`records_named` and :meth:`RecordFolder.read` do.
    """
    found = records_named(named)
    records = RecordFolder.read(found.folder)
    if found.told:
        say(found.told, error=True)
    return records
