"""New files of an export, its owner's alone; tables are UTF-8 with the mark that spreadsheets know it by."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from chalicelib.spreadsheet import harmless

if TYPE_CHECKING:
    from _csv import Writer


def new_file(path: Path) -> BinaryIO:
    """A new file that only its owner may read. It is on no disk for sure: an export is whole by its folder's name."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb")


@contextmanager
def new_table(path: Path) -> Iterator[Writer]:
    """A new CSV file, to be written line by line."""
    with io.TextIOWrapper(new_file(path), "utf-8-sig", newline="") as file:
        yield csv.writer(file)


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """``rows`` as a file that spreadsheets take for UTF-8; no cell of it is taken for a formula."""
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(map(harmless, row) for row in rows)
    return stream.getvalue().encode("utf-8-sig")
