"""The printed numbers of a release as records, from its words and from files, to be held against each other."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from chalicelib.publication.formats.workbook_tables import HEADERS
from chalicelib.publication.worded import WordedRelease
from chalicelib.publication.words import Phrasing


@dataclass(frozen=True)
class PrintedCell:
    """One number, what names it, and what it is of; None where a file has no number."""

    table: str
    group_code: str | None
    code: str
    title: str
    item: str | None
    group: str | None
    answer: str
    count: int
    edition_count: int | None
    at_least: int | None
    at_most: int | None
    percent: int | None
    percent_at_least: int | None
    percent_at_most: int | None
    asked: int
    base: int
    base_at_least: int | None
    base_at_most: int | None


def printed_cells(worded: WordedRelease) -> set[PrintedCell]:
    """What every file has to tell."""
    return {
        PrintedCell(
            table.id,
            row.group.code if row.group else None,
            cell.answer.code,
            table.question.label,
            table.part.label if table.part else None,
            row.group.label if row.group else None,
            cell.answer.label,
            cell.count,
            cell.edition_count,
            cell.at_least,
            cell.at_most,
            cell.share.percent if cell.share else None,
            cell.share.percent_at_least if cell.share else None,
            cell.share.percent_at_most if cell.share else None,
            row.asked,
            row.base,
            row.base_at_least,
            row.base_at_most,
        )
        for table in worded.tables
        for row in table.rows
        for cell in row.cells
    }


def printed_cells_of(workbook: bytes, words: Phrasing) -> list[PrintedCell]:
    """The numbers of a workbook in the language of ``words``, worksheet by worksheet."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return [cell for sheet in book for cell in _cells(sheet, words)]


def _cells(sheet: Worksheet, words: Phrasing) -> Iterator[PrintedCell]:
    for table in sheet.tables.values():
        if table.name.startswith("table_"):
            rows = [[cell.value for cell in row] for row in sheet[table.ref]]
            yield from cells_of_rows(str(sheet["A1"].value), rows, words)


def cells_of_rows(title: str, rows: Sequence[Sequence[object]], words: Phrasing) -> Iterator[PrintedCell]:
    """Of the table of a worksheet, whose first row is its header."""
    names = {words.translate(header): name for name, header in HEADERS.items()}
    found = [names[str(header).partition(" [")[0]] for header in rows[0]]
    none = {"group": None, "group_code": None, "item": None}
    for row in rows[1:]:
        values: dict[str, Any] = dict(
            zip(found, (None if each in ("[x]", "[z]") else each for each in row), strict=True)
        )
        if values.get("item") == words.translate("The question as a whole"):
            values["item"] = None
        yield PrintedCell(title=_question(title, "group" in found, words), **{**none, **values})


def _question(title: str, is_by_group: bool, words: Phrasing) -> str:
    if not is_by_group:
        return title
    pattern = re.escape(words.translate("%(question)s By: %(group)s"))
    question = re.escape("%(question)s")
    (found,) = re.findall(pattern.replace(question, "(.*)").replace(re.escape("%(group)s"), ".*"), title, re.DOTALL)
    return str(found)
