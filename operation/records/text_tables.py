"""Records as two CSV files, of codes and of labels, written as they are read; and what was written in plain text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.responses.answers import StoredRecord
from chalicelib.spreadsheet import harmless
from operation.records.codebook import RecordCodebook
from operation.records.columns import START
from operation.records.decoding import Line
from operation.records.folder import CODES, TEXT
from operation.records.new_files import new_file, new_table
from operation.records.wording import unlike

if TYPE_CHECKING:
    from _csv import Writer

LABELS, TEXTS = "labels.csv", "texts.csv"
TEXTS_HEADER = ("record", "question", "text")


@dataclass(frozen=True)
class TextTables:
    """Both have the same columns and lines."""

    codes: Writer
    labels: Writer

    def write(self, line: Line) -> None:
        """Write a record."""
        start = line.start
        self.codes.writerow([*start, *chain.from_iterable([each.codes for each in line.cells])])
        self.labels.writerow([*start, *chain.from_iterable([each.safe for each in line.cells])])


@contextmanager
def text_tables(codebook: RecordCodebook, folder: Path) -> Iterator[TextTables]:
    """The two in ``folder``, with their headers."""
    with new_table(folder / CODES) as codes, new_table(folder / LABELS) as labels:
        codes.writerow([*START, *(entry.column.name for entry in codebook.entries)])
        labels.writerow(label_header(codebook))
        yield TextTables(codes, labels)


def label_header(codebook: RecordCodebook) -> list[str]:
    """The columns by the words of their questions, no two alike."""
    of_answers = [(entry.column.name, codebook.wording.column(entry.column)) for entry in codebook.entries]
    return unlike([*((name, name) for name in START), *of_answers])


class TextFiles:
    """What respondents wrote: sealed as it came, a file a record; plain in one table, which is made when it is needed.

    ``sealed`` and ``plain`` are how many files, and lines, there are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack = folder, ExitStack()
        self._table: Writer | None = None
        self.sealed = self.plain = 0

    def __enter__(self) -> TextFiles:
        (self._folder / TEXT).mkdir(mode=0o700)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def write(self, number: str, record: StoredRecord) -> None:
        """Write what is with ``record``, if anything. Raises ValueError where plain text is not what is stored."""
        if record.sealed is not None:
            with new_file(self._folder / TEXT / f"{number}.age") as file:
                file.write(record.sealed)
            self.sealed += 1
        elif record.text is not None:
            for question, written in json.loads(record.text).items():
                self._plain_table().writerow([number, question, harmless(written)])
                self.plain += 1

    def _plain_table(self) -> Writer:
        if self._table is None:
            self._table = self._stack.enter_context(new_table(self._folder / TEXTS))
            self._table.writerow(TEXTS_HEADER)
        return self._table
