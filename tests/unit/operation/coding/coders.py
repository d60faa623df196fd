"""Folders of records, and workbooks filled in as people do it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.questionnaire.codebook import Codebook, codebook_of
from operation.coding.texts import start
from operation.coding.workbook import MARKS, TEXT_HEADERS, TEXTS, THEMES
from operation.reading.texts import Text
from operation.records.rows import Row
from tests.builders import a_definition, a_question

#: By number of the record, what it wrote; two say the same, and one begins like a formula.
WRITTEN = {
    "000001": "More time.",
    "000003": "=More money\n\nand time",
    "000004": "More time.",
    "000005": "مزيد من الوقت",
    "000007": "_x0041_ and 0123",
}
ADDED = {"time": "More time", "money": "More money"}
A, B = ("time",), ("time", "money")
MARKED: Mapping[str, Sequence[str]] = {
    "000001": A, "000003": B, "000004": A, "000005": A, "000007": ("none",)
}  # fmt: skip


ASKED = codebook_of(a_definition(a_question("yes_no"), a_question("long_text")).questionnaire)


@dataclass(frozen=True)
class SomeRecords:
    """Records of a yes/no and a text, of which some have no text."""

    codebook: Codebook = ASKED
    survey: str = "a-survey"

    def rows(self) -> Iterator[Row]:
        for number in range(1, 9):
            name = f"{number:06}"
            wish = {"wish": ("answered",)} if name in WRITTEN else {}
            yield Row(name, 1, 1, {"police_met": ("yes",), **wish})

    @property
    def partly_asked(self) -> frozenset[str]:
        return frozenset()

    def sealed(self) -> Iterator[tuple[str, Path]]:
        yield from ()


def written() -> list[Text]:
    """What each record wrote, and something to another question."""
    texts = [Text(number, "wish", text) for number, text in WRITTEN.items()]
    return [*texts, Text("000002", "other", "Not this.")]


def a_workbook(folder: Path, name: str = "coding.xlsx") -> Path:
    """A workbook of the texts, as it was written."""
    path = folder / name
    start(SomeRecords(), folder, "wish", written(), to=path)
    return path


class Sheets:
    """A workbook as somebody edits it."""

    def __init__(self, path: Path) -> None:
        from openpyxl import load_workbook

        self.path, self.book = path, load_workbook(path)
        self.texts, self.themes = self.book[TEXTS], self.book[THEMES]

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path

    def row_of(self, text: str, nth: int = 0) -> int:
        """The row of the text that begins so."""
        rows = [row[0].row for row in self.texts.iter_rows(min_row=2) if str(row[1].value).startswith(text)]
        return int(rows[nth])

    def cell(self, header: str, row: int) -> Any:
        return self.texts.cell(row, TEXT_HEADERS.index(header) + 1)

    def name_themes(self, themes: Mapping[str, str] | None = None) -> None:
        for place, (code, label) in enumerate((ADDED if themes is None else themes).items(), 3):
            self.themes.cell(place, 1).value, self.themes.cell(place, 2).value = code, label

    def mark(self, row: int, *codes: str) -> None:
        for header, code in zip(MARKS, (*codes, *(None for _ in MARKS[len(codes) :])), strict=True):
            self.cell(header, row).value = code


def filled(path: Path, marks: Mapping[str, Sequence[str]] = MARKED) -> Path:
    """The workbook at ``path`` with themes and marks; records that wrote the same get theirs in the order of rows."""
    sheets = Sheets(path)
    sheets.name_themes()
    seen: dict[str, int] = {}
    for number, codes in marks.items():
        text = WRITTEN[number].splitlines()[0]
        nth = seen.get(text, 0)
        seen[text] = nth + 1
        sheets.mark(sheets.row_of(text if text[0] != "_" else "_x", nth), *codes)
    return sheets.save()
