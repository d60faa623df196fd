"""Records as a workbook for Excel and LibreOffice: a sheet of codes, one of labels, one with the codebook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

from chalicelib.locale import direction
from chalicelib.spreadsheet import MOST_COLUMNS, MOST_LETTERS, MOST_ROWS, TEXTS_AS_WRITTEN
from operation.records.codebook import RecordCodebook
from operation.records.codebook_file import codebook_rows
from operation.records.columns import START, Holds
from operation.records.decoding import Line
from operation.records.explained import INTERNAL
from operation.records.new_files import new_file
from operation.records.text_tables import label_header

if TYPE_CHECKING:
    from xlsxwriter.format import Format as Style
    from xlsxwriter.worksheet import Worksheet

#: Days are counted from here; what is before this day, Excel counts otherwise than others do.
_EPOCH, _FIRST_DAY = date(1899, 12, 30).toordinal(), date(1900, 3, 1).toordinal()
#: What is no word among labels either.
_NO_WORDS = (Holds.FLAG, Holds.NUMBER, Holds.DATE)
_NUMBERS = (Holds.FLAG, Holds.STEP, Holds.NUMBER)
#: Letters: the questions above the columns wrap, and a day is shown as one.
_WIDTH, _WIDEST = 18, 60
#: Points of a line, and of the highest header that leaves room for records.
_LINE, _HIGHEST = 15, 150


class RecordWorkbook:
    """A workbook that is there when its block has ended.

    Each record is in the file of a sheet at once, and no longer in memory. ``has_no_room``: a sheet cannot have so many
    records or columns; then there is no workbook.
    """

    def __init__(self, codebook: RecordCodebook, path: Path) -> None:
        self._codebook, self._path, self._row = codebook, path, 1
        self._holds = [entry.column.holds for entry in codebook.entries]
        self.has_no_room = len(START) + len(self._holds) > MOST_COLUMNS

    def __enter__(self) -> Self:
        from xlsxwriter import Workbook

        # What is written meanwhile lies where the records are, and nowhere else.
        self._meanwhile = TemporaryDirectory(dir=self._path.parent)
        options = {
            "constant_memory": True,
            "tmpdir": self._meanwhile.name,
            "use_zip64": True,
            **TEXTS_AS_WRITTEN,
        }
        self._book = Workbook(str(self._path), options)
        self._book.set_properties({"comments": INTERNAL})
        self._day: Style = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._bold: Style = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._codes = self._sheet("codes", [*START, *(entry.column.name for entry in self._codebook.entries)])
        self._labels = self._sheet("labels", label_header(self._codebook))
        if direction(self._codebook.wording.language) == "rtl":
            self._labels.right_to_left()
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        with self._meanwhile:
            if error is None and not self.has_no_room:
                self._close()

    def write(self, line: Line) -> None:
        """Write a record, if there is room."""
        self.has_no_room = self.has_no_room or self._row >= MOST_ROWS
        if self.has_no_room:
            return
        self._write_start(line)
        codes = chain.from_iterable([each.codes for each in line.cells])
        labels = chain.from_iterable([each.labels for each in line.cells])
        for place, (holds, code, label) in enumerate(zip(self._holds, codes, labels, strict=True), len(START)):
            if code:
                self._write(self._codes, place, code, holds)
            if label:
                self._write(self._labels, place, label, holds if holds in _NO_WORDS else Holds.CODES)
        self._row += 1

    def _write_start(self, line: Line) -> None:
        for sheet in (self._codes, self._labels):
            sheet.write_string(self._row, 0, line.number)
            if line.batch is not None:
                sheet.write_number(self._row, 1, line.batch)
            sheet.write_number(self._row, 2, line.version)

    def _write(self, sheet: Worksheet, place: int, cell: str, holds: Holds) -> None:
        if holds in _NUMBERS:
            sheet.write_number(self._row, place, int(cell))
        elif holds is Holds.DATE and (day := date.fromisoformat(cell).toordinal()) >= _FIRST_DAY:
            sheet.write_number(self._row, place, day - _EPOCH, self._day)
        else:
            sheet.write_string(self._row, place, cell[:MOST_LETTERS])

    def _sheet(self, name: str, header: Sequence[str]) -> Worksheet:
        sheet: Worksheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        sheet.set_header(f"&L{INTERNAL}")
        sheet.set_column(0, MOST_COLUMNS - 1, _WIDTH)
        widths = [_width(title) for title in header[:MOST_COLUMNS]]
        # LibreOffice finds no height for a row of wrapped words by itself.
        lines = max(1 + len(title) // (width - 3) for title, width in zip(header, widths, strict=False))
        sheet.set_row(0, min(_HIGHEST, _LINE * lines))
        for place, (title, width) in enumerate(zip(header, widths, strict=False)):
            if width > _WIDTH:
                sheet.set_column(place, place, width)
            sheet.write_string(0, place, title[:MOST_LETTERS], self._bold)
        return sheet

    def _close(self) -> None:
        from xlsxwriter.exceptions import FileCreateError

        for sheet in (self._codes, self._labels):
            sheet.autofilter(0, 0, self._row - 1, len(START) + len(self._holds) - 1)
        header, *rows = codebook_rows(self._codebook)
        sheet = self._sheet("codebook", header)
        for place, cells in enumerate(zip(header, *rows, strict=True)):
            sheet.set_column(place, place, min(_WIDEST, max(map(len, cells)) + 2))
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, place, cell[:MOST_LETTERS])
        new_file(self._path).close()
        try:
            self._book.close()
        except FileCreateError as error:
            raise OSError(*error.args[0].args) from error


def _width(title: str) -> int:
    """Letters of a column whose ``title`` can be read whole in the highest header, if it is not too wide for that."""
    return min(_WIDEST, max(_WIDTH, 4 + len(title) * _LINE // _HIGHEST))
