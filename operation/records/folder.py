"""Reads the records of a folder that `manage.py export` wrote."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.questionnaire.codebook import ANSWERED, Codebook, Variable
from operation.errors import OperatorError
from operation.files import stored_file
from operation.records.columns import START, column_names
from operation.records.contents import Contents
from operation.records.decoding import asked_if
from operation.records.rows import SEPARATOR, Row

if TYPE_CHECKING:
    from _csv import Reader

CODES, TEXT = "codes.csv", "text"
#: Whether somebody wrote something.
_WRITTEN = {"1": (ANSWERED,), "0": (), "": ()}
_ANEW = "Export the records anew."


@dataclass(frozen=True)
class RecordFolder:
    """An exported folder; implements :class:`operation.records.rows.Records`."""

    path: Path
    contents: Contents

    @classmethod
    def read(cls, path: Path) -> RecordFolder:
        """Raises :class:`OperatorError` where ``path`` is no folder of records, and OSError where it cannot be read."""
        found = cls(path, Contents.read(path))
        with found._opened() as lines:
            found._columns(next(lines, []))
        return found

    @property
    def survey(self) -> str:
        """The survey's id."""
        return self.contents.survey

    @property
    def codebook(self) -> Codebook:
        """Every variable that any version had, the latest first."""
        return self.contents.codebook

    @property
    def partly_asked(self) -> frozenset[str]:
        """By a condition of any version, or in a version that did not have them."""
        by_version = [{each.id: each for each in book.variables} for book in self.contents.codebooks.values()]
        return frozenset(
            name
            for name in chain.from_iterable(by_version)
            if any(name not in variables or asked_if(variables[name]) for variables in by_version)
        )

    def rows(self) -> Iterator[Row]:
        """The responses, in the order of their numbers; read anew at each call, never held whole.

        Raises :class:`OperatorError`, with the line, where the file has something that no answer can be; at the end,
        where it has other than as many records as were exported.
        """
        read = 0
        with self._opened() as lines:
            columns = self._columns(next(lines, []))
            for cells in lines:
                yield self._row(cells, columns, lines.line_num)
                read += 1
        if read != self.contents.records:
            raise OperatorError(f"{self._codes} has {read} records, and {self.contents.records} were exported. {_ANEW}")

    def sealed(self) -> Iterator[tuple[str, Path]]:
        """The numbers of responses that wrote something, and the sealed file of each."""
        for path in sorted((self.path / TEXT).glob("*.age")):
            yield path.stem, path

    @property
    def _codes(self) -> Path:
        return self.path / CODES

    @contextmanager
    def _opened(self) -> Iterator[Reader]:
        try:
            with io.TextIOWrapper(stored_file(self._codes), "utf-8-sig", newline="") as file:
                yield csv.reader(file, strict=True)
        except FileNotFoundError as error:
            raise OperatorError(f"{self._codes} is not there. {_ANEW}") from error
        except (UnicodeDecodeError, csv.Error) as error:
            raise OperatorError(f"{self._codes} is damaged, or was saved by another program. {_ANEW}") from error

    def _columns(self, header: Sequence[str]) -> _Columns:
        names = column_names(self.codebook)
        places = {name: place for place, name in enumerate(header)}
        if missing := [name for name in (*START, *names.values()) if name not in places]:
            raise OperatorError(f"{self._codes} has no column “{missing[0]}”. {_ANEW}")
        if len(places) != len(header):
            raise OperatorError(f"{self._codes} has two columns of one name. {_ANEW}")
        record, batch, version = (places[name] for name in START)
        answers = [_Column(places[names[variable.id]], variable) for variable in self.codebook.variables]
        return _Columns(record, batch, version, tuple(answers))

    def _row(self, cells: Sequence[str], columns: _Columns, line: int) -> Row:
        try:
            row = columns.read(cells)
        except (ValueError, LookupError) as error:
            raise OperatorError(f"{self._codes}, line {line}, is damaged. {_ANEW}") from error
        if row.version not in self.contents.versions:
            raise OperatorError(f"{self._codes}, line {line}, is of a version that was not exported. {_ANEW}")
        return row


@dataclass(frozen=True)
class _Columns:
    """Where in a line each thing stands."""

    record: int
    batch: int
    version: int
    answers: tuple[_Column, ...]

    def read(self, cells: Sequence[str]) -> Row:
        """Raises ValueError or LookupError where a cell holds what it cannot."""
        codes = {column.variable.id: found for column in self.answers if (found := column.read(cells))}
        batch = cells[self.batch]
        return Row(cells[self.record], int(batch) if batch else None, int(cells[self.version]), codes)


@dataclass(frozen=True)
class _Column:
    """The cells of one variable. A few answers are given over and over, so each is read once."""

    place: int
    variable: Variable
    _read: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def read(self, cells: Sequence[str]) -> tuple[str, ...]:
        cell = cells[self.place]
        if cell not in self._read:
            self._read[cell] = _codes_of(self.variable, cell)
        return self._read[cell]


def _codes_of(variable: Variable, cell: str) -> tuple[str, ...]:
    """Raises ValueError or LookupError where ``cell`` is no answer to ``variable``."""
    if variable.form == "text":
        return _WRITTEN[cell]
    codes = tuple(cell.split(SEPARATOR)) if cell else ()
    numbers = variable.numbers
    if numbers:
        is_answer = all(numbers.written(numbers.read(code)) == code for code in codes) and len(codes) <= 1
    else:
        is_answer = set(codes) <= set(variable.codes) and len(codes) <= (
            len(set(codes)) if variable.form == "many" else 1
        )
    if not is_answer:
        raise ValueError("no answer to this question")
    return codes
