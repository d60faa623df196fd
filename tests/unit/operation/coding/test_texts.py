"""Texts out, themes in: what is taken, and every problem of a workbook told by its cell."""

from __future__ import annotations

import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operation.coding.filled_in import read_workbook
from operation.coding.texts import Names, Started, coding_of, start
from operation.coding.themes import Coding, RecordsWithThemes, keep, kept_in, path_of
from operation.coding.workbook import Task, TextRow, write_workbook
from operation.errors import OperatorError, WorkbookProblems
from operation.reading.texts import Text
from tests.unit.operation.coding.coders import (
    ADDED,
    MARKED,
    WRITTEN,
    A,
    B,
    Sheets,
    SomeRecords,
    a_workbook,
    filled,
    written,
)


def read_back(path: Path, folder: Path) -> Coding:
    return coding_of(read_workbook(path), SomeRecords(), folder)


def problems(path: Path, folder: Path) -> list[str]:
    with pytest.raises(WorkbookProblems) as caught:
        read_back(path, folder)
    assert not any(text.split("\n")[0] in str(caught.value) for text in WRITTEN.values())
    return str(caught.value).removeprefix("coding.xlsx, ").split("\ncoding.xlsx, ")


def test_themes_come_back_by_record_and_nothing_else(tmp_path: Path) -> None:
    coding = read_back(filled(a_workbook(tmp_path)), tmp_path)
    assert (coding.question, coding.survey) == ("wish", "a-survey")
    assert {theme.code: theme.label["en"] for theme in coding.themes} == ADDED
    expected = {name: tuple(code for code in ADDED if code in codes) for name, codes in MARKED.items()}
    assert coding.records == expected
    path = keep(coding, tmp_path)
    assert path == path_of(tmp_path, "wish")
    assert path.stat().st_mode & 0o777 == 0o600
    assert not any(text.split("\n")[0] in path.read_text("utf-8") for text in WRITTEN.values())
    assert kept_in(tmp_path) == [coding]


def test_themes_are_a_multiple_choice_beside_the_other_questions(tmp_path: Path) -> None:
    coding = read_back(filled(a_workbook(tmp_path)), tmp_path)
    records = RecordsWithThemes(SomeRecords(), [coding])
    variable = records.codebook.variables[-1]
    assert (variable.id, variable.form, variable.codes) == ("wish_themes", "many", ("time", "money", "none"))
    labels = {**ADDED, "none": "None of the themes"}
    assert variable.labels == {code: {"en": label} for code, label in labels.items()}


def test_who_wrote_what_no_theme_fits_counts_as_an_answer_and_who_wrote_nothing_does_not(tmp_path: Path) -> None:
    coding = read_back(filled(a_workbook(tmp_path)), tmp_path)
    rows = RecordsWithThemes(SomeRecords(), [coding]).rows()
    found = {row.number: row.codes["wish_themes"] for row in rows if "wish_themes" in row.codes}
    assert found == {number: codes or ("none",) for number, codes in coding.records.items()}
    assert found["000007"] == ("none",)


def test_a_workbook_says_of_no_text_whose_it_is(tmp_path: Path) -> None:
    path = a_workbook(tmp_path)
    with zipfile.ZipFile(path) as packed:
        everything = b"".join(map(packed.read, packed.namelist())).decode("utf-8")
    assert "More time." in everything
    assert not any(number in everything for number in WRITTEN)
    assert path.stat().st_mode & 0o777 == 0o600


def test_texts_stand_in_another_order_each_time(tmp_path: Path) -> None:
    records = [Text(f"{number:06}", "wish", f"Text {number}") for number in range(1, 40)]
    orders = []
    for name in ("one.xlsx", "two.xlsx"):
        start(SomeRecords(), tmp_path, "wish", records, to=tmp_path / name)
        orders.append([row.id for row in read_workbook_rows(tmp_path / name)])
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1])


def read_workbook_rows(path: Path) -> tuple[TextRow, ...]:
    sheets = Sheets(path)
    sheets.name_themes()
    return read_workbook(sheets.save()).rows


def test_what_people_wrote_is_text_and_never_a_formula(tmp_path: Path) -> None:
    sheets = Sheets(a_workbook(tmp_path))
    cell = sheets.cell("text", sheets.row_of("=More money"))
    with zipfile.ZipFile(sheets.path) as packed:
        texts = packed.read("xl/worksheets/sheet1.xml").decode("utf-8")
    assert "<f>" not in texts
    assert cell.value == WRITTEN["000003"]


def _mark(header: str, value: str, text: str = "مزيد") -> Callable[[Sheets], None]:
    def edit(sheets: Sheets) -> None:
        sheets.cell(header, sheets.row_of(text)).value = value

    return edit


def _theme(column: int, value: str | None) -> Callable[[Sheets], None]:
    def edit(sheets: Sheets) -> None:
        sheets.themes.cell(4, column).value = value

    return edit


def _two_rows_alike(sheets: Sheets) -> None:
    sheets.cell("id", 3).value = sheets.cell("id", 2).value


def _no_header(sheets: Sheets) -> None:
    sheets.texts["C1"].value = "Theme"


def _many_themes(sheets: Sheets) -> None:
    sheets.name_themes(ADDED | {f"theme_{number}": "One more" for number in range(50)})


PROBLEMS: dict[str, tuple[Callable[[Sheets], None], str]] = {
    "unknown theme": (_mark("theme 2", "love"), "no code of the sheet “themes”."),
    "a mark that is none": (_mark("theme 1", "x"), "no code of the sheet “themes”."),
    "a formula": (_mark("theme 1", '="time"'), "a formula. Write what it should say."),
    "none and a theme": (_mark("theme 2", "none"), "“none” and a theme cannot both be."),
    "foreign": (_mark("id", "abcdefgh"), "no text of these records has this id."),
    "changed": (_mark("text", "Another"), "this text is not the one that was written."),
    "changed check": (_mark("check", "abc"), "this text is not the one that was written."),
    "twice": (_two_rows_alike, "this text stands in row 2 too."),
    "missing": (lambda sheets: sheets.texts.delete_rows(4), "1 of 5 texts are gone."),
    "no mark": (lambda sheets: sheets.mark(2), "1 of 5 texts have no theme, in rows 2."),
    "no column": (_no_header, "the column “theme 1” is gone."),
    "no theme": (lambda sheets: sheets.themes.delete_rows(3, 9), "no theme is named."),
    "no label": (_theme(2, " "), "B4: say what the theme is called."),
    "label of signs out of sight": (_theme(2, "More\u202emoney"), "B4: this name is too long, or has signs out"),
    "no identifier": (_theme(1, "More money"), "A4: a code has small letters, digits and _"),
    "reserved": (_theme(1, "no_answer"), "A4: this code means something else."),
    "named twice": (_theme(1, "time"), "A4: this code is named above."),
    "too many": (_many_themes, "52 themes are more than anybody can tell apart"),
}


@pytest.mark.parametrize(("edit", "told"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_a_problem_is_told_by_its_cell(edit: Callable[[Sheets], None], told: str, tmp_path: Path) -> None:
    sheets = Sheets(filled(a_workbook(tmp_path)))
    edit(sheets)
    assert any(told in problem for problem in problems(sheets.save(), tmp_path))


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    sheets = Sheets(filled(a_workbook(tmp_path)))
    row = sheets.row_of("=More money")
    for edit in (_mark("theme 4", "love", "=More"), _theme(2, None), _mark("theme 1", "x")):
        edit(sheets)
    found = problems(sheets.save(), tmp_path)
    assert len(found) == 3
    assert f"texts, F{row}: no code of the sheet “themes”." in found


def test_codes_that_a_program_gave_capitals_or_took_for_values_are_those_that_were_meant(tmp_path: Path) -> None:
    sheets = Sheets(filled(a_workbook(tmp_path)))
    for place, code in enumerate(("Time", "MONEY", 7, True), 3):
        sheets.themes.cell(place, 1).value, sheets.themes.cell(place, 2).value = code, "A theme"
    row = sheets.row_of("مزيد")
    for header, code in (("theme 1", "Time"), ("theme 2", 7), ("theme 3", True), ("theme 4", 7.0)):
        sheets.cell(header, row).value = code
    sheets.mark(sheets.row_of("_x"), "None")
    found = read_back(sheets.save(), tmp_path)
    assert found.codes == ("time", "money", "7", "true")
    assert (found.records["000005"], found.records["000007"]) == (("time", "7", "true"), ())


def test_another_folder_of_the_same_survey_is_told_apart(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        a_workbook(tmp_path / name)
    found = problems(filled(tmp_path / "first" / "coding.xlsx"), tmp_path / "second")
    assert sum("no text of these records has this id." in each for each in found) == len(WRITTEN)


def test_rows_may_be_sorted_and_notes_written(tmp_path: Path) -> None:
    path = filled(a_workbook(tmp_path))
    before = read_back(path, tmp_path)
    sheets = Sheets(path)
    rows = sorted([[cell.value for cell in row] for row in sheets.texts.iter_rows(min_row=2)], key=str)
    for place, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            sheets.texts.cell(place, column).value = value
    sheets.cell("note", 2).value = "=a note"
    assert read_back(sheets.save(), tmp_path) == before


def test_a_second_coder_gets_the_same_themes(tmp_path: Path) -> None:
    first = filled(a_workbook(tmp_path))
    like = read_workbook(first)
    start(SomeRecords(), tmp_path, "wish", written(), to=tmp_path / "second.xlsx", like=like)
    second = read_workbook(tmp_path / "second.xlsx")
    assert second.task == like.task
    assert not any(row.codes for row in second.rows)


def test_what_was_coded_of_an_earlier_export_is_taken_over_where_texts_are_the_same(tmp_path: Path) -> None:
    """Records have other numbers there, and texts other names; a text that got two codings gets none."""
    earlier = read_workbook(filled(a_workbook(tmp_path), {**MARKED, "000004": ("money",)}))
    now, texts = tmp_path / "now", [*written(), Text("000008", "wish", "Something new.")]
    now.mkdir()
    path = now / "coding.xlsx"
    assert start(SomeRecords(), now, "wish", texts, to=path, like=earlier, with_marks=True) == Started(6, 3)
    found = read_workbook(path)
    assert found.task == earlier.task
    by_text = {row.text.split("\n")[0]: row.codes for row in found.rows}
    assert by_text.pop("_x0041_ and 0123") == ("none",)
    assert by_text == {"More time.": (), "=More money": B, "مزيد من الوقت": A, "Something new.": ()}


def test_a_coding_is_replaced_only_where_that_is_said(tmp_path: Path) -> None:
    coding = read_back(filled(a_workbook(tmp_path)), tmp_path)
    keep(coding, tmp_path)
    later = coding.model_copy(update={"coders": 2})
    with pytest.raises(OperatorError, match="--again"):
        keep(later, tmp_path)
    assert kept_in(tmp_path) == [coding]
    assert keep(later, tmp_path, again=True) == path_of(tmp_path, "wish")
    assert kept_in(tmp_path) == [later]


@pytest.mark.parametrize("content", [b"", b"id,text", b"PK\x03\x04", b"{}"])
def test_what_is_no_workbook_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "coding.xlsx"
    path.write_bytes(content)
    with pytest.raises(OperatorError, match=r"is no workbook|has no sheet"):
        read_workbook(path)


def test_a_workbook_of_others_is_refused(tmp_path: Path) -> None:
    from openpyxl import Workbook

    Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(OperatorError, match=r"is no workbook|has no sheet"):
        read_workbook(tmp_path / "other.xlsx")


def test_a_damaged_coding_is_told(tmp_path: Path) -> None:
    keep(read_back(filled(a_workbook(tmp_path)), tmp_path), tmp_path)
    path_of(tmp_path, "wish").write_text(json.dumps({"survey": "More time."}), "utf-8")
    with pytest.raises(OperatorError, match="is damaged"):
        kept_in(tmp_path)


def test_a_question_that_nobody_writes_to_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="People do not write to “police_met”"):
        start(SomeRecords(), tmp_path, "police_met", written(), to=tmp_path / "coding.xlsx")


#: What a form takes: no control characters but the ends of lines.
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn"]) | st.just("\n"), min_size=1, max_size=60)
ODD = ["_x0041_", "=1+1", "1e5", "'", "{=1}", "_x005F_x0041_", "TRUE", "https://a", "a\r\nb", "a_x000D_\nb"]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT | st.sampled_from(ODD), min_size=1))
def test_no_text_is_taken_for_changed_by_being_saved(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("texts")
    path, names = folder / "coding.xlsx", Names.of(folder, "wish", new=True)
    rows = [TextRow(f"text{number}", text, names.check(f"text{number}", text)) for number, text in enumerate(texts)]
    with path.open("wb") as stream:
        write_workbook(stream, Task("a-survey", "wish", "?", ("en",)), rows)
    found = read_workbook_rows(path)
    assert [row.check for row in found] == [names.check(row.id, row.text) for row in found]
    assert len(found) == len(texts)


@pytest.mark.slow
def test_libreoffice_changes_nothing_by_saving(tmp_path: Path) -> None:
    path = filled(a_workbook(tmp_path))
    before = read_back(path, tmp_path)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to"]
    subprocess.run([*command, "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "saved", path], check=True)
    assert read_back(tmp_path / "saved" / "coding.xlsx", tmp_path) == before
