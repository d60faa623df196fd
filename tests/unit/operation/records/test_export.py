"""The operator's export, compared whole."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import StoreUnavailable, UnreadableRecord
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import Definition, Questionnaire
from chalicelib.responses.answers import StoredRecord
from chalicelib.responses.packing import Layout
from chalicelib.responses.sealing import seal, texts_as_json
from chalicelib.responses.validation import Validator
from chalicelib.services import Version
from operation.errors import OperatorError
from operation.files import unfinished
from operation.records.export import Exported, Format, export_records
from operation.records.folder import RecordFolder
from tests.builders import ANSWERS, a_definition, a_document, a_question, identities, options, text, unseal

EVERYTHING = a_definition().questionnaire
TABLES = ["codebook.csv", "codebook.html", "codes.csv", "datapackage.json", "labels.csv", "questionnaires.json"]
GONE = StoredRecord("9", None, None, None, None, 1, pending=False, withdrawn=True)


def a_record(questionnaire: Questionnaire, raw: dict[str, Any], **changes: Any) -> StoredRecord:
    packed = Layout.of(codebook_of(questionnaire)).pack(Validator(questionnaire).validate(raw))
    return replace(StoredRecord("1", 1, packed, None, None, 1, pending=False, withdrawn=False), **changes)


def exported(folder: Path, questionnaire: Questionnaire, *records: StoredRecord, **options: Any) -> Exported:
    """As CSV alone unless ``options`` say otherwise."""
    versions = {1: Version(1, questionnaire)}
    return export_records("a-survey", records, versions, folder, **{"formats": (), **options})


def read(file: Path) -> str:
    """Tables begin with a mark, by which spreadsheets know their encoding."""
    text = file.read_bytes().decode("utf-8")
    assert text.startswith("\ufeff") == (file.suffix == ".csv")
    return text.removeprefix("\ufeff")


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
    assert done == Exported(records=2, sealed_texts=1, plain_texts=0)
    assert read(tmp_path / "codes.csv").split("\r\n") == [
        "record,batch,version,country,country.other.text,challenges,challenges.law,challenges.stigma,"
        "challenges.police,challenges.none,harder.home,harder.work,clients,wish",
        "000001,1,1,other,1,law;stigma,1,1,0,0,some,,34,1",
        "000002,,1,se,,,,,,,,,,0",
        "",
    ]
    assert read(tmp_path / "labels.csv").split("\r\n") == [
        "record,batch,version,About single_choice?,About single_choice?: OTHER,About multiple_choice?,"
        "About multiple_choice?: LAW,About multiple_choice?: STIGMA,About multiple_choice?: PATROL,"
        "About multiple_choice?: NONE,About matrix?: Home,About matrix?: Work,About number?,About long_text?",
        "000001,1,1,OTHER,1,LAW; STIGMA,1,1,0,0,SOME,,34,1",
        "000002,,1,SE,,,,,,,,,,0",
        "",
    ]
    assert files(tmp_path) == [*TABLES, "text/000001.age"]
    assert (tmp_path / "text/000001.age").read_bytes() == sealed
    assert unseal(sealed).strip() == '{"wish": "Time."}'


def test_every_format_is_in_the_folder_unless_some_are_chosen(tmp_path: Path) -> None:
    exported(tmp_path / "all", EVERYTHING, a_record(EVERYTHING, ANSWERS), formats=frozenset(Format))
    assert files(tmp_path / "all") == sorted([*TABLES, "records.parquet", "records.sav", "records.xlsx"])
    exported(tmp_path / "one", EVERYTHING, a_record(EVERYTHING, ANSWERS), formats=[Format.SAV])
    assert files(tmp_path / "one") == sorted([*TABLES, "records.sav"])


@pytest.mark.parametrize("exists", [True, False])
def test_nobody_else_on_the_computer_may_look_into_an_export(tmp_path: Path, exists: bool) -> None:
    folder = tmp_path / "out"
    if exists:
        folder.mkdir(mode=0o755)
    sealed = seal({"wish": "Time."}, [public for public, _ in identities()])
    records = a_record(EVERYTHING, ANSWERS, sealed=sealed), a_record(EVERYTHING, ANSWERS, text='{"wish": "Time."}')
    exported(folder, EVERYTHING, *records, formats=frozenset(Format))
    rights = {path: path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*"))}
    assert rights == {path: 0o700 if path.is_dir() else 0o600 for path in rights}
    assert (folder / "text/000001.age").exists()
    assert (folder / "texts.csv").exists()


def test_plain_text_is_counted_and_written_as_a_table(tmp_path: Path) -> None:
    plain = texts_as_json({"country.other.text": "=1+1", "wish": 'Tid och\nhem: "åäö", سلام'})
    done = exported(tmp_path, EVERYTHING, a_record(EVERYTHING, ANSWERS, text=plain), a_record(EVERYTHING, ANSWERS))
    assert done == Exported(records=2, sealed_texts=0, plain_texts=2)
    assert files(tmp_path) == sorted([*TABLES, "texts.csv"])
    with (tmp_path / "texts.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["record", "question", "text"],
            ["000001", "country.other.text", "'=1+1"],
            ["000001", "wish", 'Tid och\nhem: "åäö", سلام'],
        ]


def test_withdrawn_records_leave_nothing_P11(tmp_path: Path) -> None:
    assert exported(tmp_path, EVERYTHING, GONE, GONE) == Exported(0, 0, 0)
    assert files(tmp_path) == TABLES
    assert [len(read(tmp_path / name).splitlines()) for name in ("codes.csv", "labels.csv")] == [1, 1]


def test_export_shows_no_id_of_a_response(tmp_path: Path) -> None:
    record = a_record(EVERYTHING, ANSWERS, rid="SECRETRID", text="{}")
    exported(tmp_path, EVERYTHING, record, formats=frozenset(Format))
    assert not any(b"SECRETRID" in (tmp_path / name).read_bytes() for name in files(tmp_path))
    assert "SECRETRID" not in " ".join(files(tmp_path))


def test_what_is_sealed_is_in_no_other_file_P3(tmp_path: Path) -> None:
    canary = "CANARY-that-sang"
    sealed = seal({"wish": canary}, [public for public, _ in identities()])
    answers = {**ANSWERS, "wish": canary, "word": canary}
    exported(tmp_path, EVERYTHING, a_record(EVERYTHING, answers, sealed=sealed), formats=frozenset(Format))
    assert canary in unseal((tmp_path / "text/000001.age").read_bytes())
    assert not any(canary.encode() in opened for name in files(tmp_path) for opened in contents(tmp_path / name))


def contents(path: Path) -> list[bytes]:
    """What is in a file, and in what it holds compressed."""
    if path.suffix != ".xlsx":
        return [path.read_bytes()]
    with zipfile.ZipFile(path) as book:
        return [book.read(name) for name in book.namelist()]


def test_records_of_all_versions_stand_in_the_columns_of_the_latest(tmp_path: Path) -> None:
    old = a_definition(a_question("single_choice", options=options("a", "b"))).questionnaire
    new = a_definition(a_question("yes_no"), a_question("single_choice", options=options("c", "b"))).questionnaire
    records = [
        a_record(old, {"country": "a"}),
        a_record(old, {"country": "b"}),
        a_record(new, {"country": "c", "police_met": True}, version=2),
    ]
    export_records("a-survey", records, {1: Version(1, old), 2: Version(2, new)}, tmp_path, formats=())
    assert read(tmp_path / "codes.csv").splitlines() == [
        "record,batch,version,police_met,country",
        "000001,1,1,,a",
        "000002,1,1,,b",
        "000003,1,2,yes,c",
    ]
    assert read(tmp_path / "labels.csv").splitlines()[1:] == ["000001,1,1,,A", "000002,1,1,,B", "000003,1,2,Yes,C"]


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
    assert read(tmp_path / "labels.csv").splitlines() == ["record,batch,version,Country?", "000001,1,1,en-se"]


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
                asked.append((unfinished(tmp_path / "out") / "codes.csv").stat().st_size)
            yield record

    export_records("a-survey", records(), {1: Version(1, EVERYTHING)}, tmp_path / "out", formats=())
    assert asked[0] > 10_000, "the first records are in the file before the last is read"


@pytest.mark.parametrize("error", [KeyboardInterrupt, StoreUnavailable, SystemExit])
@pytest.mark.parametrize("formats", [(), frozenset(Format)])
def test_export_that_is_cut_short_leaves_nothing(
    tmp_path: Path, error: type[BaseException], formats: Collection[Format]
) -> None:
    def records() -> Iterator[StoredRecord]:
        yield a_record(EVERYTHING, ANSWERS, text='{"wish": "Time."}')
        raise error

    with pytest.raises(error):
        export_records("a-survey", records(), {1: Version(1, EVERYTHING)}, tmp_path / "out", formats=formats)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_export_left_is_not_taken_for_one_and_is_replaced(tmp_path: Path) -> None:
    left = unfinished(tmp_path / "out")
    left.mkdir()
    (left / "codes.csv").write_text("half")
    with pytest.raises(OperatorError, match="no folder of records"):
        RecordFolder.read(tmp_path / "out")
    exported(tmp_path / "out", EVERYTHING, a_record(EVERYTHING, ANSWERS))
    assert files(tmp_path / "out") == TABLES
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_records_that_no_version_could_have_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    whole = a_record(EVERYTHING, ANSWERS)
    assert whole.answers is not None
    for broken in (
        replace(whole, answers=whole.answers[:-1]),
        replace(whole, answers=b"\xff" * len(whole.answers)),
        replace(whole, version=7),
        replace(whole, text="{"),
        replace(whole, text='["wish"]'),
    ):
        with pytest.raises(UnreadableRecord):
            exported(tmp_path / "out", EVERYTHING, whole, broken)
        assert list(tmp_path.iterdir()) == []


def test_labels_are_in_the_language_of_choice_the_interfaces_words_too(tmp_path: Path) -> None:
    question = a_question("single_choice", label={"en": "Country?", "sv": "Land?"})
    question["options"] = [{"code": "se", "label": {"en": "Sweden", "sv": "Sverige"}}, *options("no")]
    document = a_document(question, a_question("yes_no", label={"en": "Met?", "sv": "Träffat?"}))
    document["questionnaire"]["languages"]["sv"] = {"name": "Svenska"}
    questionnaire = Definition.model_validate(document).questionnaire
    records = [a_record(questionnaire, {"country": code, "police_met": True}) for code in ("se", "no")]
    exported(tmp_path / "sv", questionnaire, *records, language="sv")
    assert read(tmp_path / "sv" / "labels.csv").splitlines() == [
        "record,batch,version,Land?,Träffat?",
        "000001,1,1,Sverige,Ja",
        "000002,1,1,NO,Ja",
    ]
    with pytest.raises(OperatorError, match="Choose from: en, sv"):
        exported(tmp_path / "fi", questionnaire, *records, language="fi")
    assert not (tmp_path / "fi").exists()
