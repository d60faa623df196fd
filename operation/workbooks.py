"""Reads workbooks that other people filled in, which are hostile input: bounded in size and time, cells as text.

openpyxl reads them row by row. Of what it would follow or unfold nothing is: no macros, no entities of XML, no links.
"""

from __future__ import annotations

import io
import os
import re
import stat
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from chalicelib.spreadsheet import MOST_LETTERS, MOST_ROWS
from operation.errors import OperatorError, WorkbookProblems

MAXIMUM_PARTS = 1_000
#: Cells that are looked at, empty ones among them.
MAXIMUM_CELLS = 2_000_000
#: Bytes of a part that are searched at a time, and how many of them twice, so that nothing is cut in two.
_CHUNK, _OVERLAP = 1_000_000, 200
#: Problems that are told, merged cells and comments.
_MOST_TOLD = 200
#: Cells that one problem names.
_MOST_NAMED = 10
#: Excel's own limit; of a longer one that another program wrote, only so much is kept.
_LONGEST_CELL = MOST_LETTERS + 1
_OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_COMMENT = re.compile(rb"<(?:\w+:)?comment\s[^<>]*?ref=[\"']([A-Z]{1,3}\d{1,7})[\"']")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref=[\"']([A-Z]{1,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?)[\"']")
#: What openpyxl and what it builds on raise for files that are not what they say.
_BROKEN: tuple[type[Exception], ...] = (
    *(zipfile.BadZipFile, zlib.error, ParseError, EOFError, LookupError, ValueError, TypeError, AttributeError),
    # Strange numbers, strange compression, deep nesting.
    *(ArithmeticError, NotImplementedError, RuntimeError),
)


class CellKind(StrEnum):
    """What a cell holds."""

    EMPTY = auto()
    TEXT = auto()
    NUMBER = auto()
    FORMULA = auto()
    #: A date, true or false, an error.
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, by its place ("B7"); ``text`` is what it holds as the file has it, of a formula the formula."""

    place: str
    kind: CellKind
    text: str = ""

    @property
    def is_of_words(self) -> bool:
        """Whether it holds words, or nothing."""
        return self.kind is CellKind.TEXT or self.kind is CellKind.EMPTY


@dataclass(frozen=True)
class Limits:
    """The most that workbooks of a kind have: the last cell by row and column, bytes of the file and unpacked."""

    rows: int
    columns: int
    packed: int = 20_000_000
    unpacked: int = 40_000_000


@dataclass(frozen=True)
class Sheet:
    """The cells that are not empty, by row and column, both from 1; places of merged ones ("A1:B2") and of comments."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    merged: tuple[str, ...]
    comments: tuple[str, ...] = ()

    @property
    def last_row(self) -> int:
        """The last row with anything in it; 0 where there is none."""
        return max((row for row, _ in self.cells), default=0)

    def row(self, number: int) -> dict[int, Cell]:
        """What stands in a row, by column."""
        columns = sorted(column for row, column in self.cells if row == number)
        return {column: self.cells[number, column] for column in columns}

    def cell(self, row: int, column: int) -> Cell:
        """The cell there, empty or not."""
        return self.cells.get((row, column)) or Cell(place_of(row, column), CellKind.EMPTY)


@dataclass(frozen=True)
class Problems:
    """What is wrong with the workbook at ``path``, as it is found."""

    path: Path
    found: list[str] = field(default_factory=list)

    def add(self, sheet: str, cell: str, what: str) -> None:
        """Note ``what`` is wrong in a ``cell``, as "B7"; "" where it is the whole ``sheet``."""
        self.found.append(f"{self.path.name}, {', '.join(filter(None, (sheet, cell)))}: {what}")

    def raise_any(self) -> None:
        """Raise :class:`WorkbookProblems` if there are any."""
        if self.found:
            told, more = self.found[:_MOST_TOLD], len(self.found) - _MOST_TOLD
            raise WorkbookProblems("\n".join([*told, *([f"… and {more} more."] if more > 0 else [])]))


def place_of(row: int, column: int) -> str:
    """As people name a cell: "B7"."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def listed(places: Sequence[str]) -> str:
    """Cells or rows as one problem names them, of many the first: "B7, B8 and 3 more"."""
    more = len(places) - _MOST_NAMED
    return ", ".join(places[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def read_sheets(path: Path, names: Sequence[str] | None, limits: Limits, advice: str) -> dict[str, Sheet]:
    """The sheets called ``names`` of the workbook at ``path``, or all where that is None, by their names.

    Raises :class:`OperatorError`, with ``advice`` on which file to name, where it is no workbook, is encrypted, has
    macros, or is larger than ``limits``, and where it lacks such a sheet; OSError where it cannot be read.
    """
    content = _content(path, limits, advice)
    _refuse_tricks(path, content, limits, advice)
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            # openpyxl tells what it leaves out.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            if not book.sheetnames:
                raise OperatorError(f"{path} has no sheet that can be read. Save it as .xlsx, and not as “Strict”.")
            if missing := [name for name in names or () if name not in book.sheetnames]:
                raise OperatorError(f"{path} has no sheet called “{missing[0]}”. {advice}")
            return {
                sheet.title: _sheet(path, sheet, limits)
                for sheet in book.worksheets
                if names is None or sheet.title in names
            }
    # OSError: openpyxl says so of other packed files, as of Word; the file itself is read by now.
    except (*_BROKEN, InvalidFileException, OSError) as error:
        raise OperatorError(f"{path} is no workbook that can be read. {advice}") from error


def _content(path: Path, limits: Limits, advice: str) -> bytes:
    if path.is_dir():
        raise OperatorError(f"{path} is a folder. {advice}")
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OperatorError(f"{path} is a pipe or a device. {advice}")
        content = stream.read(limits.packed + 1)
    if len(content) > limits.packed:
        raise OperatorError(f"{path} is larger than any workbook of ours. {advice}")
    return content


def _refuse_tricks(path: Path, content: bytes, limits: Limits, advice: str) -> None:
    if content.startswith(_OLD_OR_ENCRYPTED):
        raise OperatorError(f"{path} has a password, or is an old .xls. Save it as .xlsx without a password.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            # No part gives more than it says here, whatever it holds.
            if len(parts) > MAXIMUM_PARTS or sum(part.file_size for part in parts) > limits.unpacked:
                raise OperatorError(f"{path} unpacks to more than any workbook of ours. {advice}")
            if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
                raise OperatorError(f"{path} has macros. Save it as .xlsx, without them.")
            if any(_has_entities(packed.open(part)) for part in parts):
                raise OperatorError(f"{path} has XML that no workbook has (a document type). {advice}")
    except _BROKEN as error:
        raise OperatorError(f"{path} is no workbook (.xlsx). {advice}") from error


def _has_entities(part: IO[bytes]) -> bool:
    with part:
        # UTF-16 puts zeros between the letters.
        return any(_ENTITIES.search(chunk.replace(b"\0", b"")) for chunk in _chunks(part))


def _chunks(part: IO[bytes]) -> Iterator[bytes]:
    before = b""
    while chunk := part.read(_CHUNK):
        yield before + chunk
        before = chunk[-_OVERLAP:]


def _sheet(path: Path, sheet: Any, limits: Limits) -> Sheet:
    sheet.reset_dimensions()
    with sheet._get_source() as part:
        merged = _found(_MERGED, part)
    return Sheet(sheet.title, dict(_cells(path, sheet.iter_rows(), limits)), merged, _comments(sheet))


def _comments(sheet: Any) -> tuple[str, ...]:
    """The places of cells with comments; to threads of them, too, Excel adds one of the old kind."""
    from openpyxl.packaging.relationship import get_dependents, get_rels_path

    packed, path = sheet.parent._archive, get_rels_path(sheet._worksheet_path)
    parts = get_dependents(packed, path) if path in packed.namelist() else ()
    named = [part.Target for part in parts if part.Type.endswith("/comments") and part.Target in packed.namelist()]
    if not named:
        return ()
    with packed.open(named[0]) as part:
        return _found(_COMMENT, part)


def _found(pattern: re.Pattern[bytes], part: IO[bytes]) -> tuple[str, ...]:
    """What stands in the first matches, each once."""
    found = chain.from_iterable(map(pattern.finditer, _chunks(part)))
    return tuple(dict.fromkeys(each[1].decode() for each in islice(found, _MOST_TOLD)))


def _cells(path: Path, rows: Iterator[Sequence[Any]], limits: Limits) -> Iterator[tuple[tuple[int, int], Cell]]:
    """Each cell that is not empty. Formatted rows without words may reach down as far as they like."""
    seen = characters = 0
    for number, row in enumerate(rows, 1):
        seen += len(row)
        if seen > MAXIMUM_CELLS or number > MOST_ROWS:
            raise OperatorError(f"{path} has more cells than any workbook of ours. Delete what was added to it.")
        for column, read in enumerate(row, 1):
            cell = _cell(place_of(number, column), read) if read.value is not None else None
            if cell is None or cell.kind is CellKind.EMPTY:
                continue
            # One long text may stand in every cell, and is stored once.
            characters += len(cell.text)
            if characters > limits.unpacked:
                raise OperatorError(f"{path} has more words than any workbook of ours. Delete what was added to it.")
            if number > limits.rows or column > limits.columns:
                last = f"{place_of(limits.rows, limits.columns)} is the last cell that may be used"
                raise OperatorError(f"{path} has something in {cell.place}, and {last}. Delete what was added to it.")
            yield (number, column), cell


def _cell(place: str, read: Any) -> Cell:
    value, kind = read.value, read.data_type
    if kind in ("f", "e"):
        text = value[:_LONGEST_CELL] if isinstance(value, str) else ""
        return Cell(place, CellKind.FORMULA if kind == "f" else CellKind.OTHER, text)
    if isinstance(value, str):
        return Cell(place, CellKind.TEXT if value.strip() else CellKind.EMPTY, value[:_LONGEST_CELL])
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Cell(place, CellKind.NUMBER, f"{value:.15g}")
    return Cell(place, CellKind.OTHER, _other(value))


def _other(value: Any) -> str:
    """Truths as XPath has them, and days as ISO writes them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.date().isoformat() if isinstance(value, datetime) else ""
