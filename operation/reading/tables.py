"""What people wrote as one CSV and one XLSX: shuffled and cut from their records, or beside their numbers."""

from __future__ import annotations

import io
import secrets
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.questionnaire.codebook import Codebook, Variable
from chalicelib.spreadsheet import IN_MEMORY, MOST_LETTERS, MOST_ROWS
from operation.reading.texts import Text
from operation.records.new_files import as_csv

CSV, XLSX = "texts.csv", "texts.xlsx"
_CELL = {"text_wrap": True, "valign": "top"}
#: By whether a text runs from right to left, how a cell shows it, whichever way the sheet runs.
_BY_DIRECTION = {False: {**_CELL, "reading_order": 1}, True: {**_CELL, "reading_order": 2, "align": "right"}}
#: Of each column, in digits.
_WIDTHS: Mapping[str, int] = {"record": 9, "question": 18, "asked": 40, "text": 90}
#: Points of a line, and of the highest row that there can be; and what workbooks call the paper.
_LINE, _HIGHEST, _A4 = 15, 405, 9


@dataclass(frozen=True)
class Table:
    """``rows`` under ``columns``, all of it text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Written:
    """Files by name. ``cut``: how many texts are too long for a cell of the XLSX; ``left_out``: rows that it lacks."""

    files: Mapping[str, bytes]
    cut: int
    left_out: int


def shuffled(texts: Iterable[Text], codebook: Codebook) -> Table:
    """By question, each question's texts in an order of their own that nothing tells, and without their record.

    So the texts of one person stand nowhere beside each other, and nothing says which go together. Holds them all.
    """
    found = list(texts)
    secrets.SystemRandom().shuffle(found)
    places, words = _places(codebook), _wordings(codebook)
    found.sort(key=lambda text: places[text.question])
    return Table(
        ("question", "asked", "text"), tuple((each.question, words[each.question], each.text) for each in found)
    )


def by_record(texts: Iterable[Text], codebook: Codebook) -> Table:
    """By the number that the record has in the export, and by question."""
    places, words = _places(codebook), _wordings(codebook)
    found = sorted(texts, key=lambda text: (text.record, places[text.question]))
    rows = tuple((each.record, each.question, words[each.question], each.text) for each in found)
    return Table(("record", "question", "asked", "text"), rows)


def written(table: Table) -> Written:
    """The files of ``table``."""
    rows = table.rows[: MOST_ROWS - 1]
    cut = sum(_is_cut(row[-1]) for row in rows)
    return Written(
        {CSV: as_csv([table.columns, *table.rows]), XLSX: _xlsx(table.columns, rows)}, cut, len(table.rows) - len(rows)
    )


def _places(codebook: Codebook) -> Mapping[str, int]:
    return {variable.id: place for place, variable in enumerate(codebook.variables)}


def _wordings(codebook: Codebook) -> Mapping[str, str]:
    return {variable.id: _wording(variable, codebook.languages[0]) for variable in codebook.variables}


def _wording(variable: Variable, language: str) -> str:
    """The question, and of a line beside an option that too."""
    labels = [variable.label, variable.part_label or {}]
    return ": ".join(label[language] for label in labels if language in label)


def _xlsx(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    with Workbook(stream, IN_MEMORY) as book:
        sheet = book.add_worksheet("texts")
        header = book.add_format({**_CELL, "bold": True})
        formats = {is_rtl: book.add_format(properties) for is_rtl, properties in _BY_DIRECTION.items()}
        for place, name in enumerate(columns):
            sheet.set_column(place, place, _WIDTHS[name])
            sheet.write_string(0, place, name, header)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        for number, row in enumerate(rows, 1):
            sheet.set_row(number, _height(row, columns))
            for place, cell in enumerate(row):
                sheet.write_string(number, place, _fitting(cell), formats[_is_rtl(cell)])
    return stream.getvalue()


def _height(row: Sequence[str], columns: Sequence[str]) -> int:
    """Points for the longest cell of ``row``, roughly: not every program finds that out by itself."""
    lines = (
        sum(1 + len(line) // _WIDTHS[name] for line in cell.split("\n"))
        for name, cell in zip(columns, row, strict=True)
    )
    return min(max(lines) * _LINE, _HIGHEST)


def _is_rtl(text: str) -> bool:
    """Whether its first letter is of a script that runs from right to left (UAX #9, P2)."""
    strong = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind in ("R", "AL") for kind in strong if kind in ("L", "R", "AL")), False)


def _is_cut(text: str) -> bool:
    return len(text.encode("utf-16-le")) > 2 * MOST_LETTERS


def _fitting(text: str) -> str:
    return text.encode("utf-16-le")[: 2 * MOST_LETTERS].decode("utf-16-le", "ignore") if _is_cut(text) else text
