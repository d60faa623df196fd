"""A release as a workbook for Excel and LibreOffice: cover, contents, notes, and a worksheet a table.

Its rules are those of the UK Government Analysis Function ("Releasing statistics in spreadsheets"): marked tables from
column A on, one a worksheet, with a title in A1, without merged cells, filters or frozen panes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING

from chalicelib.days import worded_day
from chalicelib.locale import direction
from chalicelib.publication.formats.workbook_charts import chart_of
from chalicelib.publication.formats.workbook_tables import Column, Line, Names, TableSheet, table_sheets
from chalicelib.publication.formats.workbook_words import CAUTION, about_release, header, not_shown, notes_of, pointer
from chalicelib.publication.methodology import methodology
from chalicelib.publication.release import Release
from chalicelib.publication.worded import WordedRelease
from chalicelib.publication.words import Phrasing
from chalicelib.spreadsheet import IN_MEMORY

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format as Style
    from xlsxwriter.worksheet import Worksheet

#: In every worksheet with numbers the header of the table stands in this row, counted from 0.
HEADER_ROW = 5
_FONT = {"font_name": "Arial", "font_size": 12, "valign": "top"}
#: Points of a line of it, and of a title.
_LINE, _TITLE = 16, 26
#: Letters that a column takes for each digit of its width.
_LETTERS = 1.1


def release_workbook(worded: WordedRelease) -> bytes:
    """The release as a workbook; always the same bytes, since nothing in it tells when it was written."""
    # Only who asks for a workbook waits for this.
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    with Workbook(stream, IN_MEMORY) as book:
        _Writer(book, worded).write()
    return stream.getvalue()


@dataclass(frozen=True)
class _Table:
    """A table of texts alone, from column A on."""

    id: str
    headers: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class _TextSheet:
    """A worksheet with one table of texts."""

    name: str
    title: str
    table: _Table


class _Writer:
    """Writes one release into one workbook."""

    def __init__(self, book: Workbook, worded: WordedRelease) -> None:
        self._book, self._worded, self._names = book, worded, Names()
        self._release: Release = worded.release
        self._words: Phrasing = worded.words
        self._translate = worded.words.translate
        self._runs_left = direction(worded.words.language) == "rtl"
        self._plain = self._style()
        self._text = self._style(text_wrap=True)
        self._code = self._style(indent=1)
        self._title = self._style(bold=True, font_size=16)
        self._headers = {is_right: self._header(is_right) for is_right in (False, True)}
        self._link = self._style(font_color="#0563C1", underline=1)
        self._number = self._style(num_format="0")
        self._symbol = self._style(align="right")

    def _style(self, **changes: object) -> Style:
        return self._book.add_format({**_FONT, "reading_order": 2 if self._runs_left else 1, **changes})

    def _header(self, is_right: bool) -> Style:
        return self._style(bold=True, bottom=1, text_wrap=True, **({"align": "right"} if is_right else {}))

    def write(self) -> None:
        """Write everything."""
        title, published = self._words.of(self._release.title), self._release.published_on
        by = self._words.of(self._release.asked_by) if self._release.asked_by else ""
        # A fixed time, so that bytes and tags stay the same; Excel knows no zones.
        made = datetime(published.year, published.month, published.day)  # noqa: DTZ001
        self._book.set_properties({"title": title, "author": by, "created": made})
        self._book.set_custom_property("Language", self._words.language)
        cover, contents = self._names.give(self._translate("Cover")), self._names.give(self._translate("Contents"))
        before, after = [self._notes(), self._method()], [self._not_shown()] if self._release.omitted else []
        tables = table_sheets(self._worded, self._names)
        self._cover(cover, title, contents)
        listed: list[_TextSheet | TableSheet] = [*before, *tables, *after]
        self._contents(contents, [(sheet.name, sheet.title) for sheet in listed])
        for each in before:
            self._texts_of(each, contents)
        for table in tables:
            self._numbers_of(table, contents)
        for each in after:
            self._texts_of(each, contents)

    # --- worksheets --------------------------------------------------------------------------------------------------

    def _cover(self, name: str, title: str, contents: str) -> None:
        lines = [*about_release(self._release, self._words), self._translate("Where the numbers are:")]
        sheet = self._worksheet(name, title, lines)
        sheet.set_column(0, 0, 90)
        self._write_link(sheet, len(lines) + 1, contents)

    def _contents(self, name: str, found: Sequence[tuple[str, str]]) -> None:
        sheet = self._worksheet(name, self._translate("Contents"), [self._translate("This worksheet has one table.")])
        headers = (self._translate("Worksheet"), self._translate("What it holds"))
        self._write_table(sheet, 2, _Table("contents", headers, (36, 90), tuple(found)))
        for row, (each, _) in enumerate(found, 3):
            self._write_link(sheet, row, each)

    def _notes(self) -> _TextSheet:
        title, headers = self._translate("Notes"), (self._translate("Note"), self._translate("What it says"))
        table = _Table("notes", headers, (16, 100), tuple(notes_of(self._worded)))
        return _TextSheet(self._names.give(title), title, table)

    def _method(self) -> _TextSheet:
        title = self._translate("How this was made")
        headers = (self._translate("What"), self._translate("What it says"))
        rows = tuple((item.title, item.text) for item in methodology(self._worded))
        return _TextSheet(self._names.give(title), title, _Table("method", headers, (36, 100), rows))

    def _not_shown(self) -> _TextSheet:
        question, reason = self._translate("Question"), self._translate("Reason")
        item, group, code = (header(column, self._words) for column in ("item", "group", "table"))
        rows = ((each.question, each.item, each.group, each.reason, each.id) for each in not_shown(self._worded))
        table = _Table("not_shown", (question, item, group, reason, code), (50, 30, 24, 60, 24), tuple(rows))
        title = self._translate("Tables that are not shown, and why")
        return _TextSheet(self._names.give(self._translate("Not shown")), title, table)

    def _texts_of(self, sheet: _TextSheet, contents: str) -> None:
        written = self._worksheet(sheet.name, sheet.title, [self._translate("This worksheet has one table.")])
        self._write_link(written, 2, contents)
        self._write_table(written, 3, sheet.table)

    def _numbers_of(self, sheet: TableSheet, contents: str) -> None:
        last = HEADER_ROW + len(sheet.lines)
        chart = chart_of(self._book, sheet, HEADER_ROW + 1, self._words)
        written = self._worksheet(sheet.name, sheet.title, self._above(chart is not None))
        about = f"{sheet.about} {pointer(CAUTION, self._words)}"
        written.write_string(HEADER_ROW - 2, 0, about, self._text)
        written.set_row(HEADER_ROW - 2, _height([about], [sheet.columns[0].width]))
        self._write_link(written, HEADER_ROW - 1, contents)
        for place, column in enumerate(sheet.columns):
            written.set_column(place, place, column.width)
        headers = {header(column.name, self._words): column.is_number for column in sheet.columns}
        self._mark(written, (HEADER_ROW, last), sheet.id, headers)
        written.set_row(HEADER_ROW, _height([*headers], [column.width for column in sheet.columns]))
        for row, line in enumerate(sheet.lines, HEADER_ROW + 1):
            self._write_line(written, row, sheet.columns, line)
        written.ignore_errors({"number_stored_as_text": f"A1:C{last + 1}"})
        written.repeat_rows(HEADER_ROW)
        if chart:
            # On one sheet of paper with its table, so that it is not cut in two.
            written.fit_to_pages(1, 1)
            written.insert_chart(last + 2, 0, chart.chart, {"description": chart.description, "object_position": 2})
        # Codes are for programs.
        written.print_area(0, 0, last + (2 + chart.rows if chart else 0), sheet.column("table") - 1)

    def _above(self, has_chart: bool) -> list[str]:
        """What stands beneath the title: what there is on the worksheet, and where the numbers are from."""
        if has_chart:
            says = self._translate("This worksheet has one table, and a chart below it.")
        else:
            says = self._translate("This worksheet has one table.")
        shorthand = self._translate("The worksheet “Notes” has the notes, and says what [x] and [z] mean.")
        source = self._translate("Source: %(survey)s, release %(release)d, published %(date)s.")
        release = self._release
        told = {
            "survey": self._words.of(release.title),
            "release": release.number,
            "date": worded_day(str(release.published_on), self._translate),
        }
        return [f"{says} {shorthand}", source % told]

    # --- parts of them -----------------------------------------------------------------------------------------------

    def _worksheet(self, name: str, title: str, lines: Iterable[str]) -> Worksheet:
        """One with a title in A1 and a line in each row beneath."""
        sheet: Worksheet = self._book.add_worksheet(name)
        if self._runs_left:
            sheet.right_to_left()
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_default_row(_LINE)
        sheet.set_row(0, _TITLE)
        sheet.write_string(0, 0, title, self._title)
        for row, line in enumerate(lines, 1):
            sheet.write_string(row, 0, line, self._plain)
        return sheet

    def _write_table(self, sheet: Worksheet, top: int, table: _Table) -> None:
        for place, width in enumerate(table.widths):
            sheet.set_column(place, place, width)
        self._mark(sheet, (top, top + len(table.rows)), table.id, dict.fromkeys(table.headers, False))
        for row, texts in enumerate(table.rows, top + 1):
            sheet.set_row(row, _height(texts, table.widths))
            for place, text in enumerate(texts):
                sheet.write_string(row, place, text, self._text)

    def _mark(self, sheet: Worksheet, area: tuple[int, int], name: str, headers: Mapping[str, bool]) -> None:
        """Tell programs where the table is, from row to row, and what its columns are called; true of numbers."""
        columns = [{"header": each, "header_format": self._headers[is_number]} for each, is_number in headers.items()]
        top, last = area
        options = {"name": name, "columns": columns, "autofilter": False, "style": "Table Style Light 1"}
        sheet.add_table(top, 0, last, len(headers) - 1, options)

    def _write_line(self, sheet: Worksheet, row: int, columns: Sequence[Column], line: Line) -> None:
        values = [column.value(line) for column in columns]
        sheet.set_row(row, _height([str(value) for value in values[:3]], [column.width for column in columns[:3]]))
        for place, (column, value) in enumerate(zip(columns, values, strict=True)):
            if isinstance(value, str):
                sheet.write_string(row, place, value, self._code if column.is_code else self._text)
            elif value is None:
                sheet.write_string(row, place, column.empty, self._symbol)
            else:
                sheet.write_number(row, place, value, self._number)

    def _write_link(self, sheet: Worksheet, row: int, name: str) -> None:
        sheet.write_url(row, 0, f"internal:'{name}'!A1", self._link, name)


def _height(texts: Sequence[str], widths: Sequence[int]) -> float:
    """Points of a row with all of its texts, as LibreOffice does not work out by itself."""
    lines = (
        sum(max(1, ceil(len(line) / (_LETTERS * width))) for line in text.split("\n"))
        for text, width in zip(texts, widths, strict=True)
    )
    return _LINE * max(1, *lines)
