"""Workbooks of words as people send them back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl

from operation.words.workbook import KEY, WORDS


def filled_in(path: Path, cells: Mapping[str, Any]) -> None:
    """Write values into ``cells`` of the sheet of words, by their places ("D7")."""
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book[WORDS][place] = value
    book.save(path)


def translated(path: Path, language: str, beginning: str) -> int:
    """Fill the empty cells of a column with the first language's words after ``beginning``; return how many."""
    book = openpyxl.load_workbook(path)
    sheet = book[WORDS]
    column = column_of(sheet, language)
    rows = [row for row in range(3, sheet.max_row + 1) if not sheet.cell(row, column).value]
    for row in rows:
        sheet.cell(row, column).value = f"{beginning}{sheet.cell(row, 4).value}"
    book.save(path)
    return len(rows)


def column_of(sheet: Any, language: str) -> int:
    """The number of a language's column, from 1."""
    [found] = [cell.column for cell in sheet[1] if str(cell.value).endswith(f"({language})")]
    assert isinstance(found, int)
    return found


def place(path: Path, key: str, language: str) -> str:
    """The cell of a text, by its hidden key."""
    sheet = openpyxl.load_workbook(path)[WORDS]
    keys = [cell.value for cell in sheet[1]].index(KEY)
    [row] = [each[keys].row for each in sheet.iter_rows(min_row=2) if each[keys].value == key]
    return str(sheet.cell(row, column_of(sheet, language)).coordinate)
