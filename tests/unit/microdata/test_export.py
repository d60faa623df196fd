"""The operator's export, compared whole."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.microdata.export import Exported, export_records
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import Questionnaire
from chalicelib.responses.answers import StoredRecord
from chalicelib.responses.packing import Layout
from chalicelib.responses.sealing import seal, texts_as_json
from chalicelib.responses.validation import Validator
from tests.builders import ANSWERS, a_definition, a_question, identities, options, text, unseal

EVERYTHING = a_definition().questionnaire
GONE = StoredRecord("9", None, None, None, None, 1, pending=False, withdrawn=True)


def a_record(questionnaire: Questionnaire, raw: dict[str, Any], **changes: Any) -> StoredRecord:
    packed = Layout.of(codebook_of(questionnaire)).pack(Validator(questionnaire).validate(raw))
    return replace(StoredRecord("1", 1, packed, None, None, 1, pending=False, withdrawn=False), **changes)


def exported(folder: Path, questionnaire: Questionnaire, *records: StoredRecord) -> Exported:
    codebook = codebook_of(questionnaire)
    return export_records(records, {1: Layout.of(codebook)}, codebook, folder)


def read(file: Path) -> str:
    return file.read_bytes().decode("utf-8")


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_export_whole(tmp_path: Path) -> None:
    sealed = seal({"wish": "Time."}, [public for public, _ in identities()])
    first = a_record(EVERYTHING, ANSWERS, sealed=sealed)
    second = a_record(EVERYTHING, {"agreed": True, "country": "se"}, batch=None, pending=True)
    done = exported(tmp_path, EVERYTHING, first, GONE, second)
    assert done == Exported(records=2, sealed_texts=1)
    assert read(tmp_path / "codes.csv").split("\r\n") == [
        "record,batch,version,country,country.other.text,challenges,mood,harder.home,harder.work,police_met,agreed,word,wish",
        "000001,1,1,other,answered,law;stigma,4,some,,no,given,answered,answered",
        "000002,,1,se,,,,,,,given,,",
        "",
    ]
    assert read(tmp_path / "labels.csv").split("\r\n") == [
        "\ufeffrecord,batch,version,About single_choice?,About single_choice?: OTHER,About multiple_choice?,"
        "About scale?,About matrix?: Home,About matrix?: Work,About yes_no?,About consent?,"
        "About short_text?,About long_text?",
        "000001,1,1,OTHER,answered,LAW; STIGMA,4,SOME,,no,given,answered,answered",
        "000002,,1,SE,,,,,,,given,,",
        "",
    ]
    assert files(tmp_path) == ["codes.csv", "labels.csv", "text/000001.age"]
    assert (tmp_path / "text/000001.age").read_bytes() == sealed
    assert unseal(sealed).strip() == '{"wish": "Time."}'


@pytest.mark.parametrize("exists", [True, False])
def test_nobody_else_on_the_computer_may_look_into_an_export(tmp_path: Path, exists: bool) -> None:
    folder = tmp_path / "out"
    if exists:
        folder.mkdir(mode=0o755)
    exported(folder, EVERYTHING, a_record(EVERYTHING, ANSWERS))
    assert folder.stat().st_mode & 0o777 == 0o700


def test_plain_text_is_written_as_json(tmp_path: Path) -> None:
    plain = texts_as_json({"wish": "Tid och\nhem: åäö"})
    done = exported(tmp_path, EVERYTHING, a_record(EVERYTHING, ANSWERS, text=plain))
    assert done == Exported(records=1, sealed_texts=0)
    assert files(tmp_path) == ["codes.csv", "labels.csv", "text/000001.json"]
    assert read(tmp_path / "text/000001.json") == plain


def test_withdrawn_records_leave_nothing_P11(tmp_path: Path) -> None:
    assert exported(tmp_path, EVERYTHING, GONE, GONE) == Exported(0, 0)
    assert files(tmp_path) == ["codes.csv", "labels.csv"]
    assert [len(read(tmp_path / name).splitlines()) for name in ("codes.csv", "labels.csv")] == [1, 1]


def test_export_shows_no_id_of_a_response(tmp_path: Path) -> None:
    exported(tmp_path, EVERYTHING, a_record(EVERYTHING, ANSWERS, rid="SECRETRID", text="{}"))
    assert not any("SECRETRID" in read(tmp_path / name) for name in files(tmp_path))
    assert "SECRETRID" not in " ".join(files(tmp_path))


def test_records_of_an_older_version_stand_in_the_columns_of_the_latest(tmp_path: Path) -> None:
    old = a_definition(a_question("single_choice", options=options("a", "b"))).questionnaire
    new = a_definition(a_question("yes_no"), a_question("single_choice", options=options("c", "b"))).questionnaire
    records = [
        a_record(old, {"country": "a"}),
        a_record(old, {"country": "b"}),
        a_record(new, {"country": "c", "police_met": True}, version=2),
    ]
    layouts = {number: Layout.of(codebook_of(each)) for number, each in enumerate((old, new), start=1)}
    export_records(records, layouts, codebook_of(new), tmp_path)
    assert read(tmp_path / "codes.csv").splitlines() == [
        "record,batch,version,police_met,country",
        "000001,1,1,,a",
        "000002,1,1,,b",
        "000003,1,2,yes,c",
    ]
    assert read(tmp_path / "labels.csv").splitlines()[1:] == ["000001,1,1,,a", "000002,1,1,,B", "000003,1,2,yes,C"]


def test_labels_are_in_the_first_language_in_whatever_order_they_are_written(tmp_path: Path) -> None:
    question = a_question("single_choice", label={"sv": "Land?", "en": "Country?"})
    question["options"] = [{"code": code, "label": {"sv": f"sv-{code}", "en": f"en-{code}"}} for code in ("se", "no")]
    questionnaire = a_definition(question).questionnaire
    exported(tmp_path, questionnaire, a_record(questionnaire, {"country": "se"}))
    assert read(tmp_path / "labels.csv").splitlines() == ["\ufeffrecord,batch,version,Country?", "000001,1,1,en-se"]


@pytest.mark.parametrize("label", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", 'a "quoted", label\nof two lines'])
def test_labels_are_safe_for_spreadsheets_and_readable_by_programs(tmp_path: Path, label: str) -> None:
    question = a_question("multiple_choice", label=text(label))
    question["options"] = [{"code": "law", "label": text(label)}, *options("police")]
    questionnaire = a_definition(question).questionnaire
    exported(tmp_path, questionnaire, a_record(questionnaire, {"challenges": ["law", "police"]}))
    with (tmp_path / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file)
    safe = label if label.startswith("a") else f"'{label}"
    assert (header[3], row[3]) == (safe, f"{safe}; POLICE")


def test_records_are_streamed(tmp_path: Path) -> None:
    record = a_record(EVERYTHING, {"agreed": True})
    asked: list[int] = []

    def records() -> Any:
        for number in range(2000):
            if number == 1999:
                asked.append((tmp_path / "codes.csv").stat().st_size)
            yield record

    codebook = codebook_of(EVERYTHING)
    export_records(records(), {1: Layout.of(codebook)}, codebook, tmp_path)
    assert asked[0] > 10_000, "the first records are in the file before the last is read"
