"""Workbooks that others filled in are hostile input: each is refused in one line, within bounds."""

from __future__ import annotations

import os
import tracemalloc
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from operation import workbooks
from operation.errors import OperatorError, WorkbookProblems
from operation.workbooks import CellKind, Limits, Problems, Sheet, listed, place_of, read_sheets

ADVICE = "Name another."
LIMITS = Limits(rows=1000, columns=60)
SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'

TYPES = "[Content_Types].xml"
SHARED = b"""<Override PartName="/xl/sharedStrings.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>"""


def a_workbook(path: Path, cells: Mapping[str, Any] | None = None, merged: str | None = None) -> Path:
    book = openpyxl.Workbook()
    [sheet] = book.worksheets
    sheet.title = "words"
    for place, value in (cells or {"A1": "One"}).items():
        sheet[place] = value
    if merged:
        sheet.merge_cells(merged)
    book.save(path)
    return path


def with_parts(path: Path, parts: Mapping[str, bytes]) -> Path:
    """A workbook with these parts in the place of its own, or beside them."""
    with zipfile.ZipFile(a_workbook(path)) as packed:
        kept = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in {**kept, **parts}.items():
            packed.writestr(name, content)
    return path


def with_rows(path: Path, rows: str) -> Path:
    sheet = f'<?xml version="1.0"?><worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>'
    return with_parts(path, {SHEET: sheet.encode()})


def read(path: Path) -> Sheet:
    return read_sheets(path, ["words"], LIMITS, ADVICE)["words"]


def refusal(path: Path) -> str:
    """What is told of a workbook that cannot be read, "" where it can."""
    try:
        read(path)
    except OperatorError as error:
        return str(error)
    return ""


def test_cells_come_as_text_with_what_they_are(tmp_path: Path) -> None:
    cells = {"A1": "Ett", "B1": 7.5, "C1": "=1+1", "D1": True, "E1": "#N/A", "A3": "a_x0041_", "B3": "  "}
    sheet = read(a_workbook(tmp_path / "w.xlsx", cells))
    assert {cell.place: (cell.kind, cell.text) for cell in sheet.cells.values()} == {
        "A1": (CellKind.TEXT, "Ett"),
        "B1": (CellKind.NUMBER, "7.5"),
        "C1": (CellKind.FORMULA, "=1+1"),
        "D1": (CellKind.OTHER, "true"),
        "E1": (CellKind.OTHER, "#N/A"),
        "A3": (CellKind.TEXT, "a_x0041_"),
    }
    assert (sheet.last_row, sheet.cell(2, 27).place, sheet.cell(2, 27).kind) == (3, "AA2", CellKind.EMPTY)


def test_merged_cells_are_told(tmp_path: Path) -> None:
    assert read(a_workbook(tmp_path / "w.xlsx", merged="A1:B2")).merged == ("A1:B2",)


def test_comments_are_told_by_their_cells(tmp_path: Path) -> None:
    assert read(a_workbook(tmp_path / "w.xlsx")).comments == ()
    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    book.create_sheet("other")["A1"].comment = Comment("Not of this sheet", "A.")
    for place in ("B2", "B10"):
        book["words"][place].comment = Comment("Why?", "A.")
    book.save(tmp_path / "w.xlsx")
    assert read(tmp_path / "w.xlsx").comments == ("B2", "B10")


def test_of_many_cells_one_problem_names_ten() -> None:
    assert listed(["B7"]) == "B7"
    assert listed([f"B{row}" for row in range(12)]) == "B0, B1, B2, B3, B4, B5, B6, B7, B8, B9 and 2 more"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no workbook (.xlsx)"),
        (b"survey: ours", "no workbook (.xlsx)"),
        (b"PK\x03\x04" + bytes(100), "no workbook (.xlsx)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "has a password"),
        (bytes(LIMITS.packed + 1), "larger than any"),
    ],
    ids=["empty", "yaml", "cut off", "encrypted", "large"],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "w.xlsx"
    path.write_bytes(content)
    with pytest.raises(OperatorError, match=told.replace("(", r"\(").replace(")", r"\)")) as caught:
        read(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("inside", ["word/document.xml", "content.xml"])
def test_other_packed_file_that_is_called_a_workbook_is_refused(inside: str, tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(TYPES, '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        packed.writestr(inside, "<a/>")
    with pytest.raises(OperatorError, match="is no workbook that can be read"):
        read_sheets(path, None, LIMITS, ADVICE)


def test_a_folder_and_a_pipe_nobody_writes_to_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(OperatorError, match=r"is a (folder|pipe)"):
            read(path)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.xlsx")


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"xl/vbaProject.bin": b"macro"}, "has macros"),
        ({SHEET: b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'}, "a document type"),
        ({SHEET: '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16")}, "a document type"),
        ({"xl/media/a.bin": bytes(LIMITS.unpacked)}, "unpacks to more"),
        ({f"xl/{number}": b"" for number in range(workbooks.MAXIMUM_PARTS)}, "unpacks to more"),
        ({SHEET: b"<worksheet>"}, "no workbook that can be read"),
        ({"xl/workbook.xml": b"<a/>"}, "no workbook that can be read|has no sheet"),
    ],
    ids=["macro", "entities", "entities in UTF-16", "bomb", "parts", "broken", "no book"],
)
def test_tricks_are_refused(tmp_path: Path, parts: Mapping[str, bytes], told: str) -> None:
    with pytest.raises(OperatorError, match=told):
        read(with_parts(tmp_path / "w.xlsx", parts))


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ('<row r="100000"><c r="A100000"><v>1</v></c></row>', "has something in A100000, and BH1000 is the last"),
        ('<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>', "more cells than|can be read"),
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "has something in XFD1"),
        ('<row><c r="XFD1"/></row>' * 300, "more cells than"),
        ('<row r="1"><c r="A1" t="s"><v>99</v></c></row>', "can be read"),
        ('<row r="1"><c r="A1"><v>1e999999</v></c></row>' * 2, None),
        ('<row r="1048576"><c r="A1048576"/></row>', None),
    ],
    ids=["100,000 rows", "endless", "columns", "wide", "no string", "infinite", "formatted to the end"],
)
def test_where_cells_stand_is_bounded(tmp_path: Path, rows: str, told: str | None) -> None:
    path = with_rows(tmp_path / "w.xlsx", rows)
    if told is None:
        assert read(path).last_row <= 1
        return
    with pytest.raises(OperatorError, match=told):
        read(path)


def test_one_text_in_every_cell_is_refused_before_it_takes_memory(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 9000))
    strings = f"<sst {MAIN}><si><t>{'a' * 30_000}</t></si></sst>"
    sheet = f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"
    with zipfile.ZipFile(a_workbook(tmp_path / "w.xlsx")) as packed:
        types = packed.read(TYPES).replace(b"</Types>", SHARED)
    parts = {SHEET: sheet.encode(), "xl/sharedStrings.xml": strings.encode(), TYPES: types}
    path = with_parts(tmp_path / "w.xlsx", parts)
    tracemalloc.start()
    try:
        with pytest.raises(OperatorError, match="more words than"):
            read_sheets(path, ["words"], replace(LIMITS, rows=9_000), ADVICE)
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


def test_a_sheet_of_another_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="has no sheet called “other”"):
        read_sheets(a_workbook(tmp_path / "w.xlsx"), ["words", "other"], LIMITS, ADVICE)


@given(st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_is_broken_in_a_workbook_there_is_one_line(tmp_path: Path, data: st.DataObject) -> None:
    path = a_workbook(tmp_path / "w.xlsx", {"A1": "One", "B2": 3, "C3": "=A1"})
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    start = data.draw(st.integers(0, len(parts[name])))
    put = data.draw(st.sampled_from([b"", b"<", b'"', b"-1", b"99999999999", b"\xff", b"&x;", b"<a/>", b"</row>"]))
    cut = data.draw(st.integers(0, 40))
    with zipfile.ZipFile(path, "w") as packed:
        for each, content in parts.items():
            packed.writestr(each, content[:start] + put + content[start + cut :] if each == name else content)
    assert "\n" not in refusal(path)


def test_of_endless_problems_the_first_are_told() -> None:
    problems = Problems(Path("w.xlsx"))
    for number in range(1000):
        problems.add("words", place_of(number + 1, 1), "wrong.")
    with pytest.raises(WorkbookProblems) as caught:
        problems.raise_any()
    lines = str(caught.value).splitlines()
    assert (lines[0], len(lines), lines[-1]) == ("w.xlsx, words, A1: wrong.", 201, "… and 800 more.")
