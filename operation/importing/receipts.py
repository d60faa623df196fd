"""The receipts of imported rows, in a file of the operator's: so who answered on paper can withdraw too (P11)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from chalicelib.responses.receipt import grouped
from operation.files import private_file
from operation.importing.plan import Plan, Planned
from operation.importing.storing import Outcome
from operation.records.new_files import as_csv


@contextmanager
def receipts_file(path: Path, plan: Plan, outcome: Outcome) -> Iterator[None]:
    """A new CSV file for its owner alone, of the columns row and receipt; the rows are to be stored in the block.

    All receipts are on the disk before the block, so that a full one is told before a row is stored; the file has its
    name after it, with the receipts of what is stored alone (P6). A receipt follows from the name of its row: where the
    block is cut short, an import of the same file gives the same ones. Raises as :func:`private_file` does.
    """
    with private_file(path, "Name another file.") as stream:
        _write(stream, plan.rows)
        yield
        if outcome.not_stored:
            stream.seek(0)
            stream.truncate()
            _write(stream, (row for row in plan.rows if row.line not in outcome.not_stored))


def _write(stream: BinaryIO, rows: Iterable[Planned]) -> None:
    stream.write(as_csv([("row", "receipt"), *((row.name, grouped(row.receipt)) for row in rows)]))
    stream.flush()
    os.fsync(stream.fileno())
