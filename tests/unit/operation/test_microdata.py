"""The operator's export, compared whole."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import Definition, Questionnaire
from chalicelib.responses.answers import StoredRecord
from chalicelib.responses.packing import Layout
from chalicelib.responses.sealing import seal, texts_as_json
from chalicelib.responses.validation import Validator
from chalicelib.services import Version
from operation.microdata import Exported, export_records
from tests.builders import ANSWERS, a_definition, a_document, a_question, identities, options, text, unseal

EVERYTHING = a_definition().questionnaire
TABLES = ["codebook.csv", "codes.csv", "labels.csv"]
GONE = StoredRecord("9", None, None, None, None, 1, pending=False, withdrawn=True)


def a_record(questionnaire: Questionnaire, raw: dict[str, Any], **changes: Any) -> StoredRecord:
    packed = Layout.of(codebook_of(questionnaire)).pack(Validator(questionnaire).validate(raw))
    return replace(StoredRecord("1", 1, packed, None, None, 1, pending=False, withdrawn=False), **changes)


def exported(folder: Path, questionnaire: Questionnaire, *records: StoredRecord) -> Exported:
    return export_records("a-survey", records, {1: Version(1, questionnaire)}, folder)


def read(file: Path) -> str:
    return file.read_bytes().decode("utf-8")


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_export_whole(tmp_path: Path) -> None:
    """Of a few kinds; tests/contracts/test_kinds.py has the columns of each."""
    kinds = ("single_choice", "multiple_choice", "matrix", "number", "long_text")
    questionnaire = a_definition(*map(a_question, kinds)).questionnaire
    asked = {question.id for question in questionnaire.questions}
    sealed = seal({"wish": "Time."}, [public for public, _ in identities()])
    answers = {name: answer for name, answer in ANSWERS.items() if name.partition(".")[0] in asked}
    first = a_record(questionnaire, answers, sealed=sealed)
    second = a_record(questionnaire, {"country": "se"}, batch=None, pending=True)
    done = exported(tmp_path, questionnaire, first, GONE, second)
    assert done == Exported(records=2, sealed_texts=1)
    assert read(tmp_path / "codes.csv").split("\r\n") == [
        "record,batch,version,country,country.other.text,challenges,harder.home,harder.work,clients,wish",
        "000001,1,1,other,answered,law;stigma,some,,34,answered",
        "000002,,1,se,,,,,,",
        "",
    ]
    assert read(tmp_path / "labels.csv").split("\r\n") == [
        "\ufeffrecord,batch,version,About single_choice?,About single_choice?: OTHER,About multiple_choice?,"
        "About matrix?: Home,About matrix?: Work,About number?,About long_text?",
        "000001,1,1,OTHER,answered,LAW; STIGMA,SOME,,34,answered",
        "000002,,1,SE,,,,,,",
        "",
    ]
    assert files(tmp_path) == [*TABLES, "text/000001.age"]
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
    assert files(tmp_path) == [*TABLES, "text/000001.json"]
    assert read(tmp_path / "text/000001.json") == plain


def test_withdrawn_records_leave_nothing_P11(tmp_path: Path) -> None:
    assert exported(tmp_path, EVERYTHING, GONE, GONE) == Exported(0, 0)
    assert files(tmp_path) == TABLES
    assert [len(read(tmp_path / name).splitlines()) for name in ("codes.csv", "labels.csv")] == [1, 1]


def test_export_shows_no_id_of_a_response(tmp_path: Path) -> None:
    exported(tmp_path, EVERYTHING, a_record(EVERYTHING, ANSWERS, rid="SECRETRID", text="{}"))
    assert not any("SECRETRID" in read(tmp_path / name) for name in files(tmp_path))
    assert "SECRETRID" not in " ".join(files(tmp_path))


def test_records_of_all_versions_stand_in_the_columns_of_the_latest(tmp_path: Path) -> None:
    old = a_definition(a_question("single_choice", options=options("a", "b"))).questionnaire
    new = a_definition(a_question("yes_no"), a_question("single_choice", options=options("c", "b"))).questionnaire
    records = [
        a_record(old, {"country": "a"}),
        a_record(old, {"country": "b"}),
        a_record(new, {"country": "c", "police_met": True}, version=2),
    ]
    export_records("a-survey", records, {1: Version(1, old), 2: Version(2, new)}, tmp_path)
    assert read(tmp_path / "codes.csv").splitlines() == [
        "record,batch,version,police_met,country",
        "000001,1,1,,a",
        "000002,1,1,,b",
        "000003,1,2,yes,c",
    ]
    assert read(tmp_path / "labels.csv").splitlines()[1:] == ["000001,1,1,,A", "000002,1,1,,B", "000003,1,2,yes,C"]


def codebook_rows(folder: Path) -> list[str]:
    return read(folder / "codebook.csv").removeprefix("\ufeff").splitlines()


def test_codebook_describes_every_variable_and_code(tmp_path: Path) -> None:
    exported(tmp_path, EVERYTHING)
    rows = codebook_rows(tmp_path)
    assert rows[:6] == [
        "variable,kind,code,since_version,until_version,order,en",
        "country,single_choice,,,,,About single_choice?",
        "country,single_choice,se,,,,SE",
        "country,single_choice,no,,,,NO",
        "country,single_choice,other,,,,OTHER",
        "country.other.text,single_choice,,,,,About single_choice?: OTHER",
    ]
    for variable in codebook_of(EVERYTHING).variables:
        codes = [row.split(",")[2] for row in rows if row.startswith(f"{variable.id},")]
        assert codes == ["", *variable.codes]
    assert "clients,number,few,,,,Few" in rows, "a band, which published tables count in"
    assert "wants.home,ranking,2,,,,2" in rows, "a rank"
    assert "police_met,yes_no,yes,,,," in rows, "no author words it"


def test_codebook_says_which_versions_had_what_and_leaves_missing_wordings_empty(tmp_path: Path) -> None:
    old = a_definition(a_question("single_choice", options=options("se", "no")), a_question("yes_no")).questionnaire
    document = a_document(
        a_question("single_choice", label={"en": "Where?", "sv": "Var?"}, options=options("se", "no", "dk")),
        a_question("matrix", label={"en": "Harder?", "sv": "Svårare?"}, options=options("not", "much")),
    )
    document["questionnaire"]["languages"]["sv"] = {"name": "Svenska"}
    new = Definition.model_validate(document).questionnaire
    export_records("a-survey", [], {1: Version(1, old), 2: Version(2, new)}, tmp_path)
    assert codebook_rows(tmp_path) == [
        "variable,kind,code,since_version,until_version,order,en,sv",
        "country,single_choice,,,,,Where?,Var?",
        "country,single_choice,se,,,,SE,",
        "country,single_choice,no,,,,NO,",
        "country,single_choice,dk,2,,,DK,",
        "harder.home,matrix,,2,,,Harder?: Home,",
        "harder.home,matrix,not,2,,,NOT,",
        "harder.home,matrix,much,2,,,MUCH,",
        "harder.work,matrix,,2,,,Harder?: Work,",
        "harder.work,matrix,not,2,,,NOT,",
        "harder.work,matrix,much,2,,,MUCH,",
        "police_met,yes_no,,,1,,About yes_no?,",
        "police_met,yes_no,yes,,1,,,",
        "police_met,yes_no,no,,1,,,",
    ]


def test_codebook_says_of_which_questions_the_order_was_random(tmp_path: Path) -> None:
    mixed = a_question("single_choice", options=options("se", "other", specify=["other"]), order="random")
    questionnaire = a_definition(mixed, a_question("ranking", order="random"), a_question("multiple_choice"))
    exported(tmp_path, questionnaire.questionnaire)
    with (tmp_path / "codebook.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["variable"], row["code"]) for row in csv.DictReader(file) if row["order"] == "random"]
    assert rows == [(name, "") for name in ("country", "wants.home", "wants.rest", "wants.pay")]


def test_codebook_says_in_which_versions_the_order_was_random(tmp_path: Path) -> None:
    def version(number: int, order: str) -> Version:
        return Version(
            number, a_definition(a_question("single_choice", order=order), a_question("yes_no")).questionnaire
        )

    orders = ("fixed", "random", "random")
    export_records("a-survey", [], {number: version(number, order) for number, order in enumerate(orders, 1)}, tmp_path)
    with (tmp_path / "codebook.csv").open(encoding="utf-8-sig", newline="") as file:
        found = {row["variable"]: row["order"] for row in csv.DictReader(file) if not row["code"]}
    assert found["country"] == "random in 2, 3"
    assert found["police_met"] == ""


def test_number_and_date_are_exported_as_they_were_given_and_not_as_bands(tmp_path: Path) -> None:
    questionnaire = a_definition(a_question("number"), a_question("date")).questionnaire
    given = [{"clients": 0, "moved": "2020-01-01"}, {"clients": 300, "moved": "2026-12-31"}, {}]
    exported(tmp_path, questionnaire, *(a_record(questionnaire, raw) for raw in given))
    for name in ("codes.csv", "labels.csv"):
        rows = [line.partition(",1,1,")[2] for line in read(tmp_path / name).splitlines()[1:]]
        assert rows == ["0,2020-01-01", "300,2026-12-31", ","]


def test_number_whose_value_is_a_bands_code_is_not_taken_for_the_band(tmp_path: Path) -> None:
    bands = [{"code": "5", "label": text("Below 5"), "below": 5}, {"code": "9", "label": text("More")}]
    questionnaire = a_definition(a_question("number", bands=bands)).questionnaire
    exported(tmp_path, questionnaire, a_record(questionnaire, {"clients": 5}))
    assert read(tmp_path / "labels.csv").splitlines()[1] == "000001,1,1,5"


def test_labels_are_in_the_first_language_in_whatever_order_they_are_written(tmp_path: Path) -> None:
    question = a_question("single_choice", label={"sv": "Land?", "en": "Country?"})
    question["options"] = [{"code": code, "label": {"sv": f"sv-{code}", "en": f"en-{code}"}} for code in ("se", "no")]
    questionnaire = a_definition(question).questionnaire
    exported(tmp_path, questionnaire, a_record(questionnaire, {"country": "se"}))
    assert read(tmp_path / "labels.csv").splitlines() == ["\ufeffrecord,batch,version,Country?", "000001,1,1,en-se"]


@pytest.mark.parametrize("label", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1"])
def test_codebook_is_safe_for_spreadsheets(tmp_path: Path, label: str) -> None:
    question = a_question(
        "ranking", label=text(label), options=[{"code": "home", "label": text(label)}, *options("pay")]
    )
    codes = a_question("single_choice", options=[{"code": "se", "label": text(label)}, *options("no")])
    exported(tmp_path, a_definition(question, codes).questionnaire)
    with (tmp_path / "codebook.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert cells.count(f"'{label}") == 1
    assert f"'{label}: {label}" in cells
    assert not any(cell.startswith(("=", "+", "-", "@", "＝")) for cell in cells)


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

    export_records("a-survey", records(), {1: Version(1, EVERYTHING)}, tmp_path)
    assert asked[0] > 10_000, "the first records are in the file before the last is read"
