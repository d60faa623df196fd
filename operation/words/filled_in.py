"""Reads a workbook of words that came back: what stands where, and every problem at once by sheet and cell."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from chalicelib.questionnaire.base import LANGUAGE
from operation.words.columns import ADVICE, Columns, columns_of, sheet_of_words
from operation.words.texts import as_stored, hash_of, unescaped
from operation.words.workbook import REVIEWED, Mark
from operation.workbooks import Cell, CellKind, Limits, Problems, Sheet, read_sheets

_HASH = re.compile(rf"({LANGUAGE.strip('^$').replace('(', '(?:')}):([0-9a-f]{{12}})")
#: More texts than a file of 1 MB can have, and columns of more languages than a questionnaire.
_LIMITS = Limits(rows=12_000, columns=60)
#: What people and programs write around a mark, or between its words.
_BESIDE_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Filled:
    """What a workbook says. ``rows`` and ``hashes`` are by the key of a text.

    The row of reviewers is a text like the others, with the key ``reviewed_by``.
    """

    path: Path
    sheet: Sheet
    columns: Columns
    rows: Mapping[str, int]
    hashes: Mapping[str, Mapping[str, str]]

    @property
    def texts(self) -> list[str]:
        """The keys of all rows but that of the reviewers."""
        return [key for key in self.rows if key != REVIEWED]

    def cell(self, key: str, language: str) -> Cell:
        """What stands for the text in the language."""
        return self.sheet.cell(self.rows[key], self.columns.words[language])

    def wording(self, key: str, language: str) -> str:
        """The words there, "" where there are none."""
        return as_stored(unescaped(self.cell(key, language).text))

    def is_empty(self, key: str, language: str) -> bool:
        """Whether neither words stand there nor anything else."""
        return self.cell(key, language).is_of_words and not self.wording(key, language)

    def has_new_words(self, key: str) -> bool:
        """Whether a row says in any language what did not stand there when the workbook was written."""
        said = {code: self.wording(key, code) for code in self.columns.words}
        return any(said[code] and hash_of(said[code]) != self.hashes[key].get(code) for code in said)

    def mark(self, key: str, language: str) -> Mark | None:
        """What the reviewer marked."""
        if language not in self.columns.marks or key not in self.rows:
            return None
        return _mark_of(self.sheet.cell(self.rows[key], self.columns.marks[language]))


def read_filled(path: Path, known: Collection[str]) -> tuple[Filled, Problems]:
    """What the workbook at ``path`` says, and what is wrong with it in itself.

    ``known``: the codes of the file's languages. Raises :class:`OperatorError` where it is no workbook of words.
    """
    sheet, problems = sheet_of_words(path, read_sheets(path, None, _LIMITS, ADVICE)), Problems(path)
    for place in sheet.merged:
        problems.add(sheet.name, place, "merged cells. Split them, and write each text into its own cell.")
    columns = columns_of(sheet, known, problems)
    rows = _rows(sheet, columns, problems)
    found = {key: dict(_HASH.findall(sheet.cell(row, columns.last_round).text)) for key, row in rows.items()}
    filled = Filled(path, sheet, columns, rows, found)
    _refuse_what_is_no_text(filled, problems)
    return filled, problems


def _rows(sheet: Sheet, columns: Columns, problems: Problems) -> dict[str, int]:
    """By the key of a text, its row."""
    rows: dict[str, int] = {}
    for number in (number for number in range(1, sheet.last_row + 1) if number != columns.header):
        key = sheet.cell(number, columns.key).text.strip()
        has_words = any(sheet.cell(number, each).kind is not CellKind.EMPTY for each in columns.words.values())
        if key in rows:
            problems.add(sheet.name, f"row {number}", f"this text stands in row {rows[key]} too. Delete one of them.")
        elif key:
            rows[key] = number
        elif has_words:
            problems.add(sheet.name, f"row {number}", "this row belongs to no text. Delete it.")
    return rows


_NO_TEXT: Mapping[CellKind, str] = {
    CellKind.FORMULA: "a formula. Write what it should say.",
    CellKind.NUMBER: "a number. Format the cell as text, and write it again.",
    CellKind.OTHER: "a date, a true or false, or an error. Format the cell as text, and write it again.",
}


def _refuse_what_is_no_text(filled: Filled, problems: Problems) -> None:
    name = filled.sheet.name
    for row in sorted(filled.rows.values()):
        for column in filled.columns.words.values():
            cell = filled.sheet.cell(row, column)
            if cell.kind in _NO_TEXT:
                problems.add(name, cell.place, _NO_TEXT[cell.kind])
        for column in filled.columns.marks.values():
            mark = filled.sheet.cell(row, column)
            if mark.kind is not CellKind.EMPTY and not _mark_of(mark):
                problems.add(name, mark.place, f"no mark. Write “{Mark.READ}”, “{Mark.LOOK_AGAIN}” or nothing.")


def _mark_of(cell: Cell) -> Mark | None:
    said = _BESIDE_LETTERS.sub(" ", cell.text).strip().lower()
    return Mark(said) if said in [*Mark] else None


def reviewers_of(filled: Filled) -> dict[str, str]:
    """By language, who is named to have read it; "" where nobody is."""
    if REVIEWED not in filled.rows:
        return {}
    return {code: filled.wording(REVIEWED, code) for code in filled.columns.words}
