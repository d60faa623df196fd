"""What was exported can be read back, and what was damaged is told in one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.services import Services
from operation.errors import OperatorError
from operation.lifecycle import publish_definition
from operation.records.folder import RecordFolder
from operation.records.rows import Records, Row
from tests.builders import ANSWERS, FakeClock, a_definition, a_question, an_open_survey, identities, options, unseal
from tests.records import a_records_folder, answer, export


def codes(records: Records) -> list[Mapping[str, tuple[str, ...]]]:
    return sorted((row.codes for row in records.rows()), key=repr)


def test_variables_are_known_that_not_everybody_was_asked_in_any_version(
    services: Services, tmp_path: Path, clock: FakeClock
) -> None:
    country, swedes = a_question("single_choice"), {"question": "country", "equals": "se"}
    first, region = (country, a_question("scale", show_if=swedes), a_question("yes_no")), a_question("dropdown")
    a_records_folder(services, tmp_path / "one", *first, answers=[{"country": "se"}], policy="exact")
    one = RecordFolder.read(tmp_path / "one")
    assert one.partly_asked == {"country.other.text", "mood"}
    later = a_definition(*first, region, policy="exact")
    publish_definition(services, later, [public for public, _ in identities()])
    clock.advance(minutes=1)
    export(services, tmp_path / "two")
    two = RecordFolder.read(tmp_path / "two")
    assert two.partly_asked == {"country.other.text", "mood", "region"}


def test_every_kind_of_answer_is_read_back_as_it_was_given(services: Services, tmp_path: Path) -> None:
    records: Records = a_records_folder(services, tmp_path / "out", answers=[ANSWERS, {"agreed": True, "mood": 1}])
    assert records.survey == "a-survey"
    assert records.codebook == codebook_of(a_definition().questionnaire)
    assert codes(records) == [
        {
            "country": ("other",),
            "country.other.text": ("answered",),
            "region": ("south",),
            "challenges": ("law", "stigma"),
            "mood": ("4",),
            "harder.home": ("some",),
            "wants.home": ("2",),
            "wants.rest": ("1",),
            "clients": ("34",),
            "moved": ("2024-02-29",),
            "police_met": ("no",),
            "agreed": ("given",),
            "word": ("answered",),
            "wish": ("answered",),
            "source": ("poster",),
        },
        {"agreed": ("given",), "mood": ("1",)},
    ]
    ((number, sealed),) = records.sealed()
    assert number in {row.number for row in records.rows()}
    assert "Faroe" in unseal(sealed.read_bytes())


def test_records_can_be_read_more_than_once(services: Services, tmp_path: Path) -> None:
    answers = [{"police_met": True}, {"police_met": False}]
    records = a_records_folder(services, tmp_path, a_question("yes_no"), answers=answers)
    assert [row.number for row in records.rows()] == ["000001", "000002"]
    assert list(records.rows()) == list(records.rows())


def test_records_of_all_versions_are_read_by_one_codebook(services: Services, tmp_path: Path) -> None:
    choice = a_question("single_choice", options=options("a", "b"))
    an_open_survey(services, choice, policy="exact")
    answer(services, {"country": "a"})
    later = a_definition(a_question("yes_no"), choice | {"options": options("c", "a", "b")}, policy="exact")
    publish_definition(services, later, [public for public, _ in identities()])
    answer(services, {"country": "c", "police_met": True})
    export(services, tmp_path / "out")
    records = RecordFolder.read(tmp_path / "out")
    assert [variable.id for variable in records.codebook.variables] == ["police_met", "country"]
    assert sorted((row.version, dict(row.codes)) for row in records.rows()) == [
        (1, {"country": ("a",)}),
        (2, {"police_met": ("yes",), "country": ("c",)}),
    ]


@pytest.mark.parametrize("name", ["record", "batch", "version", "weight", "theme", "text"])
def test_question_called_as_a_column_of_the_files_is_told_from_it(
    services: Services, tmp_path: Path, name: str
) -> None:
    questions = [a_question("yes_no", id=name), a_question("yes_no", id=f"{name}_")]
    records = a_records_folder(services, tmp_path, *questions, answers=[{name: True, f"{name}_": False}])
    assert (tmp_path / "codes.csv").read_text("utf-8-sig").splitlines() == [
        f"record,batch,version,{name}__,{name}_",
        "000001,,1,yes,no",
    ]
    assert list(records.rows()) == [Row("000001", None, 1, {name: ("yes",), f"{name}_": ("no",)})]


def replaced(old: str, new: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        text = (folder / "codes.csv").read_text("utf-8-sig")
        assert old in text
        (folder / "codes.csv").write_text(text.replace(old, new), "utf-8")

    return damage


def rewritten(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(content)


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no folder": (lambda folder: folder.rename(folder.with_name("elsewhere")), "is no folder of records"),
    "another folder": (lambda folder: (folder / "questionnaires.json").unlink(), "is no folder of records"),
    "other JSON": (rewritten("questionnaires.json", b"{}"), "is damaged"),
    "no JSON": (rewritten("questionnaires.json", b"\xff\x00"), "is damaged"),
    "no codes": (lambda folder: (folder / "codes.csv").unlink(), "is not there"),
    "an empty file": (rewritten("codes.csv", b""), "has no column"),
    "other letters": (rewritten("codes.csv", "record,på".encode("utf-16")), "was saved by another program"),
    "another table": (replaced("clients", "customers"), "has no column “clients”"),
    "a column twice": (replaced("challenges", "region"), "has no column “challenges”"),
    "a column more": (replaced("record,", "record,record,"), "has two columns of one name"),
    "a line cut": (replaced(",,1,se", ""), "line 2, is damaged"),
    "a quote": (replaced("se,", '"se'), "was saved by another program"),
    "another code": (replaced(",se,", ",xx,"), "line 2, is damaged"),
    "a code twice": (replaced("law;stigma", "law;law"), "line 2, is damaged"),
    "two codes of one": (replaced(",se,", ",se;no,"), "line 2, is damaged"),
    "another number": (replaced(",34,", ",34.0,"), "line 2, is damaged"),
    "two numbers": (replaced(",34,", ",34;35,"), "line 2, is damaged"),
    "another date": (replaced("2024-02-29", "2024-02-30"), "line 2, is damaged"),
    "another version": (replaced(",,1,se", ",,2,se"), "line 2, is of a version that was not exported"),
    "no version": (replaced(",,1,se", ",,,se"), "line 2, is damaged"),
    "a record gone": (lambda folder: replaced(lines(folder)[1], "")(folder), "has 0 records, and 1 were exported"),
    "a record twice": (lambda folder: replaced(lines(folder)[1], lines(folder)[1] * 2)(folder), "has 2 records"),
}


def lines(folder: Path) -> list[str]:
    return (folder / "codes.csv").read_text("utf-8-sig").splitlines(keepends=True)


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_told_in_one_line(services: Services, tmp_path: Path, damage: str) -> None:
    answers = {"country": "se", "challenges": ["law", "stigma"], "clients": 34, "moved": "2024-02-29", "word": "secret"}
    kinds = ("single_choice", "dropdown", "multiple_choice", "number", "date", "short_text")
    a_records_folder(services, tmp_path / "out", *map(a_question, kinds), answers=[answers])
    do, told = DAMAGES[damage]
    do(tmp_path / "out")
    with pytest.raises(OperatorError) as refused:
        list(RecordFolder.read(tmp_path / "out").rows())
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not any(f"{code}" in str(refused.value) for code in ("2024-02-30", "34.0", "xx", "stigma"))
