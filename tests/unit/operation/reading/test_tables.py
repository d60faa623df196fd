"""What people wrote comes out of both files as it was written, whatever it looks like."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.responses.text import clean_text
from chalicelib.spreadsheet import MOST_LETTERS, harmless
from operation.reading import tables
from operation.reading.tables import Table, by_record, shuffled, written
from operation.reading.texts import Text
from tests.builders import a_definition, a_question

CODEBOOK = codebook_of(a_definition(a_question("short_text"), a_question("long_text")).questionnaire)
#: As it is stored, and thus sealed.
TEXTS = st.text().map(lambda text: clean_text(text, lines=True)).filter(bool)


def in_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def in_xlsx(content: bytes) -> list[list[str]]:
    return [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]


@settings(deadline=None)  # a workbook takes as long as the machine lets it
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_both_files_have_every_text_to_the_letter(texts: list[str]) -> None:
    table = by_record((Text("000001", "wish", text) for text in texts), CODEBOOK)
    files = written(table).files
    assert [row[-1] for row in in_csv(files["texts.csv"])[1:]] == [harmless(text) for text in texts]
    assert [row[-1] for row in in_xlsx(files["texts.xlsx"])[1:]] == texts


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["000001", "000002"]), st.sampled_from(["word", "wish"]), TEXTS)))
def test_shuffled_texts_are_all_there_and_their_records_are_not(found: list[tuple[str, str, str]]) -> None:
    table = shuffled((Text(*each) for each in found), CODEBOOK)
    assert sorted((question, text) for question, _, text in table.rows) == sorted(each[1:] for each in found)
    assert [question for question, _, _ in table.rows] == sorted((each[1] for each in found), reverse=True)


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "https://example.org/", "mailto:a@example.org", "_x0041_", "1/2", "01", "a\nb", "{=1}"]
)
def test_text_is_no_formula_and_no_link_in_the_workbook(text: str) -> None:
    book = load_workbook(io.BytesIO(written(Table(("text",), ((text,),))).files["texts.xlsx"]))
    cell = book.active["A2"]
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)


def test_text_that_is_too_long_for_a_cell_is_cut_there_and_whole_in_the_csv() -> None:
    long, wide, fits = "a" * (MOST_LETTERS + 1), "😀" * (MOST_LETTERS // 2 + 1), "a" * MOST_LETTERS
    made = written(Table(("text",), ((long,), (wide,), (fits,))))
    assert made.cut == 2
    assert [row[0] for row in in_csv(made.files["texts.csv"])[1:]] == [long, wide, fits]
    assert [row[0] for row in in_xlsx(made.files["texts.xlsx"])[1:]] == [fits, "😀" * (MOST_LETTERS // 2), fits]


def test_rows_that_a_worksheet_has_no_room_for_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    made = written(Table(("text",), (("a",), ("b",), ("c",))))
    assert made.left_out == 1
    assert (len(in_csv(made.files["texts.csv"])), len(in_xlsx(made.files["texts.xlsx"]))) == (4, 3)


def test_cell_runs_as_its_text_does() -> None:
    rows = (("البيت",), ("home",), ("1. بيت",), ("123",))
    sheet = load_workbook(io.BytesIO(written(Table(("text",), rows)).files["texts.xlsx"])).active
    assert [sheet.cell(row, 1).alignment.readingOrder for row in range(2, 6)] == [2, 1, 2, 1]
    assert sheet["A2"].alignment.wrap_text
