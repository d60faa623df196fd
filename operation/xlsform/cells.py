"""The sheets of a workbook as rows of text, for whoever reads an XLSForm."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from operation import workbooks
from operation.workbooks import CellKind, Limits

#: A questionnaire has a hundred questions, and lists of 250 options; beyond its last row nothing may stand.
MAXIMUM_ROWS, MAXIMUM_COLUMNS = 10_000, 200


@dataclass(frozen=True)
class SheetRow:
    """A row that has something in it. ``number`` as the program shows it; ``cells`` by column, "" where empty."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """The cells of a sheet as text. ``unread``: by row, what is wrong with a cell of it."""

    name: str
    rows: tuple[SheetRow, ...]
    unread: tuple[tuple[int, str], ...] = ()


def read_sheets(path: Path) -> Mapping[str, Sheet]:
    """Every sheet of the workbook by its name; raises :class:`OperatorError` where it is none that can be read."""
    advice = "Name an XLSForm, saved as .xlsx."
    found = workbooks.read_sheets(path, None, Limits(MAXIMUM_ROWS, MAXIMUM_COLUMNS), advice)
    return {name: _sheet(sheet) for name, sheet in found.items()}


def _sheet(sheet: workbooks.Sheet) -> Sheet:
    rows: dict[int, dict[int, str]] = {}
    unread = [(_row_of(place), f"the cells {place} are merged. Split them.") for place in sheet.merged[:20]]
    for (row, column), cell in sheet.cells.items():
        rows.setdefault(row, {})[column] = cell.text.strip()
        if cell.kind is CellKind.FORMULA:
            unread.append((row, f"cell {cell.place} is a formula. Write what it should say."))
        elif cell.kind is CellKind.OTHER and cell.text[:1] in ("", "#"):
            unread.append((row, f"cell {cell.place} holds an error, or a time. Write it as text."))
    held = [SheetRow(number, _in_columns(cells)) for number, cells in sorted(rows.items())]
    return Sheet(sheet.name, tuple(held), tuple(unread[:50]))


def _in_columns(cells: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(cells.get(column, "") for column in range(1, max(cells) + 1))


def _row_of(place: str) -> int:
    return int(re.sub(r"[A-Z]+", "", place.partition(":")[0]))
