"""Reads a CSV file as spreadsheets save it. Nothing of what its cells hold is ever quoted (P12)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from operation.errors import OperatorError

MAXIMUM_BYTES = 20_000_000
MOST_ROWS = 10_000
_SAVE = "Save it as CSV in UTF-8."
#: How files begin that are no text in UTF-8: what they are.
_OTHERS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"PK": "a workbook", b"\xd0\xcf": "a workbook of old"}
_SEPARATORS = ",;\t"


@dataclass(frozen=True)
class Line:
    """A row of the file: where it begins, counted from 1, and its cells by column, without blanks around them."""

    number: int
    cells: Mapping[str, str]
    #: Whether something stands where no column has a name.
    is_too_long: bool


@dataclass(frozen=True)
class CsvFile:
    """``columns`` and ``lines`` in the file's order; what is empty is left out, columns without a name too."""

    path: Path
    columns: tuple[str, ...]
    lines: tuple[Line, ...]

    @classmethod
    def read(cls, path: Path) -> CsvFile:
        """Raises :class:`OperatorError` where ``path`` is no such file, and OSError where it cannot be read."""
        with path.open("rb") as file:
            content = file.read(MAXIMUM_BYTES + 1)
        text = _decoded(path, content)
        try:
            (_, names), *rows = (row for row in _rows(text) if any(map(str.strip, row[1])))
        except csv.Error:
            raise OperatorError(f"{path} is no CSV: quotes are open, or stand within a cell. {_SAVE}") from None
        except ValueError:
            raise OperatorError(f"{path} is empty. Write one to fill in with --template.") from None
        if len(rows) > MOST_ROWS:
            raise OperatorError(f"{path} has over {MOST_ROWS:,} rows. Cut it into several files.")
        columns = [name.strip() for name in names]
        return cls(path, tuple(filter(None, columns)), tuple(_line(number, columns, cells) for number, cells in rows))


def _decoded(path: Path, content: bytes) -> str:
    if len(content) > MAXIMUM_BYTES:
        raise OperatorError(f"{path} is over {MAXIMUM_BYTES // 1_000_000} MB. Cut it into several files.")
    if other := next((name for begin, name in _OTHERS.items() if content.startswith(begin)), None):
        raise OperatorError(f"{path} is {other}. {_SAVE}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise OperatorError(f"{path} is not UTF-8, perhaps Latin-1 (Windows-1252). {_SAVE}") from None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line that it begins on; Excel's line that names the separator is passed over."""
    head, rest = [*re.split(r"\r\n|\r|\n", text.lstrip(), maxsplit=1), ""][:2]
    named = head.strip().lower()
    skipped = int(named.startswith("sep=") and len(named) == len("sep=,"))
    separator = named[-1] if skipped else max(_SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(rest if skipped else text, newline=""), delimiter=separator, strict=True)
    begins = 1 + skipped
    for cells in reader:
        yield begins, cells
        begins = reader.line_num + 1 + skipped


def _line(number: int, columns: Sequence[str], cells: Sequence[str]) -> Line:
    """Spreadsheets save columns and rows that were emptied; only what stands in them is too much."""
    pairs = [(name, cell.strip()) for name, cell in zip_longest(columns, cells[: len(columns)], fillvalue="")]
    beyond = [*(cell for name, cell in pairs if not name), *map(str.strip, cells[len(columns) :])]
    return Line(number, {name: cell for name, cell in pairs if name}, any(beyond))
