"""Each format of an export, read back by a library that did not write it, has the same answers, labels and kinds."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import fastparquet
import openpyxl
import pandas
import pyarrow.parquet
import pyreadstat
import pytest
from frictionless import validate
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chalicelib.questionnaire.codebook import Codebook, Variable, codebook_of
from chalicelib.questionnaire.definition import Questionnaire
from chalicelib.responses.answers import StoredRecord
from chalicelib.responses.validation import Validator
from chalicelib.services import Version
from operation.records import parquet, workbook
from operation.records.columns import START
from operation.records.explained import INTERNAL
from operation.records.export import Format, export_records
from operation.records.folder import RecordFolder
from operation.records.missing import Missing
from operation.records.spss import LONGEST_LABEL, LONGEST_VALUE_LABEL, cut
from tests import strategies
from tests.builders import ANSWERS, a_definition, a_document, a_question, options, text
from tests.unit.operation.records.test_export import a_record

Codes = Mapping[str, tuple[str, ...]]
EVERYTHING = a_definition().questionnaire
EPOCH = date(1582, 10, 14).toordinal()


def exported(folder: Path, questionnaire: Questionnaire, *records: StoredRecord, **options: Any) -> Path:
    export_records("a-survey", records, {1: Version(1, questionnaire)}, folder / "out", **options)
    return folder / "out"


# --- the same codes in every format ----------------------------------------------------------------------------------


def from_csv(folder: Path, codebook: Codebook) -> Iterator[dict[str, Any]]:
    with (folder / "codes.csv").open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def from_workbook(folder: Path, codebook: Codebook) -> Iterator[dict[str, Any]]:
    sheet = openpyxl.load_workbook(folder / "records.xlsx", read_only=True)["codes"]
    header, *rows = sheet.iter_rows(values_only=True)
    for row in rows:
        cells = (cell.date() if isinstance(cell, datetime) else cell for cell in row)
        yield dict(zip(map(str, header), cells, strict=True))


def from_parquet(folder: Path, codebook: Codebook) -> Iterator[dict[str, Any]]:
    for row in pyarrow.parquet.read_table(folder / "records.parquet").to_pylist():
        yield {name: cell.date() if isinstance(cell, datetime) else cell for name, cell in row.items()}


def from_sav(folder: Path, codebook: Codebook) -> Iterator[dict[str, Any]]:
    """Names, numbers and codes by the codebook's table, as an operator finds them."""
    found, _ = pyreadstat.read_sav(folder / "records.sav", user_missing=True, disable_datetime_conversion=True)
    with (folder / "codebook.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {row["spss_name"]: row["column"] for row in rows if row["spss_name"]}
    codes = {(row["column"], float(row["number"])): row["code"] for row in rows if row["number"]}
    dates = {variable.id for variable in codebook.variables if variable.numbers and variable.numbers.are_dates}
    for line in found.to_dict("records"):
        yield {name: _spss_cell(name, line[spss], codes, dates) for spss, name in names.items() if spss in line}


def _spss_cell(name: str, cell: Any, codes: Mapping[tuple[str, float], str], dates: set[str]) -> Any:
    if isinstance(cell, str):
        return cell
    if cell < 0 and not (name in dates and cell < -9):
        return None
    if name in dates:
        return date.fromordinal(int(cell / 86_400) + EPOCH)
    return codes.get((name, cell), int(cell))


def answered(row: Mapping[str, Any], codebook: Codebook) -> Codes:
    """By variable, the codes of a row in which each option has a column of its own."""
    found = {variable.id: _answered(row, variable) for variable in codebook.variables}
    return {name: codes for name, codes in found.items() if codes}


def _answered(row: Mapping[str, Any], variable: Variable) -> tuple[str, ...]:
    if variable.form == "many":
        return tuple(code for code in variable.codes if str(row[f"{variable.id}.{code}"]) == "1")
    cell = row[variable.id]
    if variable.form == "text":
        return ("answered",) if str(cell) == "1" else ()
    return () if cell in (None, "") else (str(cell),)


FORMATS = {"csv": from_csv, "xlsx": from_workbook, "parquet": from_parquet, "sav": from_sav}


@pytest.mark.slow
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=25)
@given(st.data())
def test_every_format_read_back_has_the_codes_that_were_answered(data: st.DataObject) -> None:
    questionnaire = data.draw(strategies.conditional_questionnaires())
    raws = data.draw(st.lists(strategies.json_answers(questionnaire), max_size=3))
    codebook, validator = codebook_of(questionnaire), Validator(questionnaire)
    given_answers = [validator.validate(raw) for raw in raws]
    expected = [{**each.codes, **dict.fromkeys(each.texts, ("answered",))} for each in given_answers]
    with tempfile.TemporaryDirectory() as folder:
        out = exported(Path(folder), questionnaire, *(a_record(questionnaire, raw) for raw in raws))
        assert [row.codes for row in RecordFolder.read(out).rows()] == expected
        for name, read in FORMATS.items():
            assert [answered(row, codebook) for row in read(out, codebook)] == expected, name
        assert validate(str(out / "datapackage.json")).valid


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_all_answers_of_every_kind_and_none_of_who_skipped(tmp_path: Path, name: str) -> None:
    records = a_record(EVERYTHING, ANSWERS, batch=3), a_record(EVERYTHING, {"agreed": True}, batch=None, pending=True)
    out, codebook = exported(tmp_path, EVERYTHING, *records), codebook_of(EVERYTHING)
    rows = list(FORMATS[name](out, codebook))
    assert [answered(row, codebook) for row in rows] == [row.codes for row in RecordFolder.read(out).rows()]
    assert answered(rows[1], codebook) == {"agreed": ("given",)}
    start = [["" if row[column] is None else str(row[column]) for column in START] for row in rows]
    assert start == [["000001", "3", "1"], ["000002", "", "1"]]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_be_of_no_record(tmp_path: Path, name: str) -> None:
    out = exported(tmp_path, EVERYTHING)
    assert list(FORMATS[name](out, codebook_of(EVERYTHING))) == []


# --- SPSS ------------------------------------------------------------------------------------------------------------


def test_sav_has_labels_measure_and_why_nothing_was_answered(tmp_path: Path) -> None:
    condition = {"question": "country", "equals": "se"}
    asked = a_definition(*(a_question(kind) for kind in ("single_choice", "multiple_choice", "number", "date")))
    scale = a_question("scale", show_if=condition)
    questionnaire = a_definition(*asked.questionnaire.model_dump(exclude_none=True)["questions"], scale).questionnaire
    out = exported(tmp_path, questionnaire, a_record(questionnaire, {"country": "no", "challenges": ["law"]}))
    found, told = pyreadstat.read_sav(out / "records.sav", user_missing=True, disable_datetime_conversion=True)
    assert told.column_names_to_labels["challenges.law"] == "About multiple_choice?: LAW"
    assert told.variable_value_labels["country"] == {-9: "No answer", 1: "SE", 2: "NO", 3: "OTHER"}
    assert told.variable_value_labels["challenges.law"] == {-9: "No answer", 0: "Not chosen", 1: "Chosen"}
    assert told.variable_value_labels["mood"] == {
        **{-9: "No answer", -8: "Not asked", 1: "1 – bad", 5: "5 – good"},
        **{number: str(number) for number in (2, 3, 4)},
    }
    measures = {name: told.variable_measure[name] for name in ("country", "challenges.law", "mood", "clients", "moved")}
    assert list(measures.values()) == ["nominal", "nominal", "ordinal", "scale", "scale"]
    assert all(told.missing_ranges[name] == [{"lo": -9, "hi": -5}] for name in measures)
    row = {name: found[name][0] for name in ("country", "challenges.law", "challenges.stigma", "mood", "clients")}
    assert list(row.values()) == [2, 1, 0, Missing.NOT_ASKED, Missing.NO_ANSWER]
    assert told.original_variable_types["moved"] == "SDATE10"


@pytest.mark.parametrize("letter", ["x", "ö", "ن", "😀", "e\u0301"])
def test_labels_are_cut_in_whole_characters_and_whole_in_the_codebook(tmp_path: Path, letter: str) -> None:
    long = letter * 300
    question = a_question(
        "single_choice", label=text(long), options=[{"code": "se", "label": text(long)}, *options("no")]
    )
    questionnaire = a_definition(question).questionnaire
    out = exported(tmp_path, questionnaire, a_record(questionnaire, {"country": "se"}))
    _, told = pyreadstat.read_sav(out / "records.sav")
    label, value = told.column_names_to_labels["country"] or "", told.variable_value_labels["country"][1]
    for cut_one, most in ((label, LONGEST_LABEL), (value, LONGEST_VALUE_LABEL)):
        assert most - 8 < len(cut_one.encode()) <= most
        assert cut_one.endswith("…")
        assert long.startswith(cut_one[:-1])
    assert long in (out / "codebook.csv").read_text("utf-8-sig")


@given(st.text(max_size=60), st.integers(3, 40))
@example("e\u0301" * 9, 12)
@example("a b", 3)
def test_what_is_cut_is_never_too_long_and_begins_the_same(label: str, most: int) -> None:
    found, whole = cut(label, most), " ".join(label.split())
    assert len(found.encode()) <= most
    assert found == whole or whole.startswith(found[:-1])


# --- Parquet, workbook, package --------------------------------------------------------------------------------------


def test_parquet_has_types_and_says_what_columns_are_called(tmp_path: Path) -> None:
    table = pyarrow.parquet.read_table(
        exported(tmp_path, EVERYTHING, a_record(EVERYTHING, ANSWERS)) / "records.parquet"
    )
    names = ("record", "batch", "country", "challenges.law", "mood", "clients", "moved", "wish")
    types = [str(table.schema.field(name).type) for name in names]
    assert types == ["string", "int32", "string", "int8", "int8", "int32", "timestamp[ms]", "int8"]
    columns = {each["name"]: each for each in json.loads(table.schema.metadata[b"columns"])}
    assert columns["country"]["label"] == "About single_choice?"
    assert columns["country"]["labels"] == {"se": "SE", "no": "NO", "other": "OTHER"}
    assert columns["challenges.law"]["labels"] == {"0": "Not chosen", "1": "Chosen"}


def _in_groups(folder: Path, monkeypatch: pytest.MonkeyPatch, group: int, *records: StoredRecord) -> Path:
    monkeypatch.setattr(parquet, "_ROW_GROUP", group)
    return exported(folder, EVERYTHING, *records, formats=[Format.PARQUET]) / "records.parquet"


def test_parquet_in_groups_of_rows_is_the_same_table_whatever_was_answered_in_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Groups in which nobody answered, everybody did, or each gave another code: one schema, one list of categories."""
    skipped, whole = a_record(EVERYTHING, {"agreed": True}, batch=None, pending=True), a_record(EVERYTHING, ANSWERS)
    norway = a_record(EVERYTHING, {"country": "no", "agreed": True})
    records = [skipped, skipped, whole, whole, whole, norway, norway]
    (tmp_path / "whole").mkdir()
    once = _in_groups(tmp_path / "whole", monkeypatch, 100, *records)
    path = _in_groups(tmp_path, monkeypatch, 2, *records)
    file = pyarrow.parquet.ParquetFile(path)
    assert [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)] == [2, 2, 2, 1]
    assert file.read().equals(pyarrow.parquet.read_table(once), check_metadata=True)
    table = pandas.read_parquet(path)
    pandas.testing.assert_frame_equal(table, pandas.read_parquet(once))
    assert list(table["record"]) == [f"{number:06}" for number in range(1, 8)]
    countries = fastparquet.ParquetFile(str(path)).to_pandas()["country"]
    assert list(countries.dropna()) == list(table["country"].dropna()) == ["other"] * 3 + ["no"] * 2
    assert list(countries.cat.categories) == ["se", "no", "other"]


def test_parquet_of_as_many_records_as_a_group_has_is_one_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _in_groups(tmp_path, monkeypatch, 3, *[a_record(EVERYTHING, ANSWERS)] * 3)
    assert pyarrow.parquet.ParquetFile(path).num_row_groups == 1


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(tmp_path: Path) -> None:
    hostile = ["=1+1", "https://example.org", "+1", "1/2"]
    question = a_question("multiple_choice", label=text("=1+1"), most=None)
    question["options"] = [{"code": f"c{number}", "label": text(label)} for number, label in enumerate(hostile)]
    questionnaire = a_definition(question).questionnaire
    records = [a_record(questionnaire, {"challenges": [option["code"]]}) for option in question["options"]]
    book = openpyxl.load_workbook(exported(tmp_path, questionnaire, *records) / "records.xlsx")
    assert book.sheetnames == ["codes", "labels", "codebook"]
    labels = [cell.value for cell in book["labels"]["D"][1:]]
    assert labels == hostile
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)


def test_workbook_without_room_is_told_and_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    records = [a_record(EVERYTHING, ANSWERS)] * 3
    versions = {1: Version(1, EVERYTHING)}
    assert not export_records("a-survey", records[:2], versions, tmp_path / "two").has_no_room
    done = export_records("a-survey", records, versions, tmp_path / "three")
    assert (done.records, done.has_no_room) == (3, True)
    assert (tmp_path / "two" / "records.xlsx").exists()
    assert {path.name for path in (tmp_path / "three").iterdir()} == {
        path.name for path in (tmp_path / "two").iterdir() if path.name != "records.xlsx"
    }


def test_data_package_holds_each_cell_to_what_it_may_be(tmp_path: Path) -> None:
    out = exported(tmp_path, EVERYTHING, a_record(EVERYTHING, ANSWERS, text='{"wish": "Time."}'))
    package = json.loads((out / "datapackage.json").read_text("utf-8"))
    assert [resource["path"] for resource in package["resources"]] == [
        "codes.csv",
        "labels.csv",
        "codebook.csv",
        "texts.csv",
    ]
    assert validate(str(out / "datapackage.json")).valid
    codes = out / "codes.csv"
    whole = codes.read_text("utf-8")
    for old, new in (
        (",other,", ",elsewhere,"),
        (",34,", ",many,"),
        ("2024-02-29", "2024-02-30"),
        (",1,1,0,0,", ",1,2,0,0,"),
    ):
        assert old in whole
        codes.write_text(whole.replace(old, new), "utf-8")
        assert not validate(str(out / "datapackage.json")).valid


def test_each_file_says_that_it_is_none_to_pass_on(tmp_path: Path) -> None:
    """Whoever gets one of them was not told what stands beside it."""
    out = exported(tmp_path, EVERYTHING, a_record(EVERYTHING, ANSWERS))
    _, told = pyreadstat.read_sav(out / "records.sav")
    book = openpyxl.load_workbook(out / "records.xlsx")
    said = {
        "records.sav": " ".join(told.notes),
        "records.parquet": pyarrow.parquet.read_schema(out / "records.parquet").metadata[b"notice"].decode(),
        "datapackage.json": json.loads((out / "datapackage.json").read_text("utf-8"))["description"],
        "records.xlsx": book.properties.description,
        **{sheet.title: sheet.oddHeader.left.text for sheet in book},
    }
    assert set(said.values()) == {INTERNAL}
    assert (told.file_label or "").startswith("INTERNAL: records of persons")
    assert "They are records of persons" in (out / "codebook.html").read_text("utf-8")


@pytest.mark.parametrize(("language", "is_turned"), [("en", None), ("ar", True)])
def test_sheet_of_labels_runs_as_its_language_and_records_can_be_filtered(
    tmp_path: Path, language: str, is_turned: bool | None
) -> None:
    question = a_question("yes_no", label=text("Met?" * 100, ar="هل"))
    document = a_document(question)["questionnaire"]
    document["languages"]["ar"] = {"name": "العربية", "reviewed_by": "A. Reviewer"}
    questionnaire = Questionnaire.model_validate(document)
    out = exported(tmp_path, questionnaire, a_record(questionnaire, {"police_met": True}), language=language)
    codes, labels, _ = openpyxl.load_workbook(out / "records.xlsx")
    assert (codes.sheet_view.rightToLeft, labels.sheet_view.rightToLeft) == (None, is_turned)
    assert [sheet.auto_filter.ref for sheet in (codes, labels)] == ["A1:D2", "A1:D2"]
    width, height = labels.column_dimensions["D"].width, labels.row_dimensions[1].height or 15
    lines = len(labels["D1"].value) / (width - 3)
    assert height >= 15 * lines, "the whole question can be read"
    assert (height > 100) == (language == "en")
