"""A workbook as Kobo's builder writes it: what becomes of each row, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from operation.errors import UnsettledWorkbook
from operation.xlsform.importing import Imported, import_form
from operation.xlsform.told import Fate, Json
from operation.xlsform.writing import check_form
from tests.xlsforms import Line, choice, imported, kobo_survey, line, save


def questions(found: Imported) -> dict[str, Json]:
    return {question["id"]: question for question in found.document["questionnaire"]["questions"]}


def refused(tmp_path: Path, *rows: Line, choices: list[Line] | None = None) -> list[str]:
    return [str(told) for told in imported(tmp_path, *rows, choices=choices).ledger.refused]


def test_what_kobos_builder_writes_comes_in_and_passes_check(tmp_path: Path) -> None:
    checked = check_form(save(tmp_path / "kobo.xlsx", kobo_survey()))
    assert checked.read
    kinds = {question.id: question.kind for question in checked.read.definition.questionnaire.questions}
    assert kinds == {
        "group_ab1cd23": "section",
        "member": "single_choice",
        "age": "number",
        "group_zz": "section",
        "needs": "multiple_choice",
        "rate": "matrix",
        "order": "ranking",
        "mx_have": "matrix",
        "mx_like": "matrix",
        "mood": "scale",
        "top": "single_choice",
        "why": "long_text",
    }


def test_every_row_of_kobos_is_told_as_taken_changed_or_left_out(tmp_path: Path) -> None:
    survey = kobo_survey()
    told = import_form(save(tmp_path / "kobo.xlsx", survey)).ledger.entries
    inside = {"score__row", "rank__level", "end_group", "end_score", "end_rank", "end_kobomatrix"}
    rows = {number for number, row in enumerate(survey, 2) if row["type"] not in inside}
    assert rows <= {each.row for each in told if each.sheet == "survey"}


@pytest.mark.parametrize("kind", ["start", "end", "today", "deviceid", "username", "phonenumber", "audit"])
def test_what_notes_devices_and_times_is_left_out_by_name_P1(kind: str, tmp_path: Path) -> None:
    found = imported(tmp_path, line(kind, kind), line("note", "n", "Hello"))
    (told,) = (each for each in found.ledger.of(Fate.LEFT_OUT) if each.row == 2)
    assert (told.name, "(P1)" in told.message) == (kind, True)
    assert kind not in questions(found)


def test_a_condition_becomes_the_typed_tree_with_our_names_and_codes(tmp_path: Path) -> None:
    found = questions(import_form(save(tmp_path / "kobo.xlsx", kobo_survey())))
    assert found["why"]["show_if"] == {
        "all": [{"question": "needs", "includes": "law_1"}, {"question": "mood", "at_most": 3}]
    }
    assert found["group_zz"]["show_if"] == {
        "any": [{"question": "age", "at_least": 21}, {"question": "member", "equals": "no"}]
    }


def test_a_group_that_questions_follow_is_a_note_and_its_condition_goes_to_its_questions(tmp_path: Path) -> None:
    found = questions(
        imported(
            tmp_path,
            line("select_one yn", "m", "Member?"),
            line("begin_group", "g", "Part", relevant="${m} = 'yes'"),
            line("select_one yn", "inner", "Inner?", relevant="${m} != ''"),
            line("end_group"),
            line("select_one yn", "after", "After?"),
        )
    )
    member = {"question": "m", "equals": "yes"}
    assert (found["g"]["kind"], found["g"]["show_if"]) == ("note", member)
    assert found["inner"]["show_if"] == {"all": [member, {"question": "m", "answered": True}]}
    assert "show_if" not in found["after"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (line("image", "x", "A picture?"), "files from respondents"),
        (line("geopoint", "x", "Where?"), "a place on a map"),
        (line("calculate", "x", "", calculation="1 + 1"), "calculat"),
        (line("integer", "x", "How many?"), "the highest number"),
        (line("date", "x", "When?"), "the first and the last day"),
        (line("select_one nowhere", "x", "Which?"), "has no list"),
        (line("select_one", "x", "Which?"), "list of choices is not named"),
        (line("select_one_from_file gone.csv", "x", "Which?"), "does not lie beside"),
        (line("select_one_from_file ../gone.csv", "x", "Which?"), "beside the workbook only"),
        (line("select_one yn", "x", "Which?", choice_filter="a = ${b}"), "choice_filter"),
        (line("note", "x", "Hello ${name}"), "cannot contain answers"),
        (line("note", "x", "Hello", relevant="${later} = 'a'"), "no question above"),
        (line("note", "x", "Hello", relevant="${x} = 'a'"), "no question above"),
        (line("note", "x", "Hello", relevant="${m} = today()"), "today"),
        (line("note", "x", "Hello", relevant="${m} + 1 = 2"), "“+” is not understood"),
        (line("note", "x", "Hello", relevant="${m} = 'zz'"), "none of the choices"),
        (line("note", "x", "Hello", relevant="(" * 400), "nested too deeply"),
        (line("note", "x", "Hello", relevant="${m} = 'yes' and"), "no end"),
        (line("integer", "x", "How many?", constraint=". <= ${m}"), "not understood"),
        (line("text", "x", "Word?", constraint="regex(., '[')", constraint_message="so"), "pattern"),
        (line("select_one yn", "x", "Which?", required="${m} = 'yes'"), "depend on other answers"),
        (line("wat", "x", "What?"), "cannot be asked here"),
        (line("", "x", "What?"), "type is missing"),
        (line("end_group"), "does not begin"),
        (line("begin_group", "x", "Group"), "no end"),
        (line("begin_repeat", "x", "Again"), "repeatedly"),
        (line("range", "x", "How?", parameters="start=1 end=2 step=0.5"), "whole steps"),
        (line("select_one yn", "m", "Again?"), "has this name"),
        (line("hidden", "x"), "which values"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_sheet_and_row(row: Line, why: str, tmp_path: Path) -> None:
    path = save(tmp_path / "f.xlsx", [line("select_one yn", "m", "Member?"), row, line("select_one yn", "z", "Last?")])
    with pytest.raises(UnsettledWorkbook) as caught:
        check_form(path)
    told = [each for each in caught.value.entries if each.row == 3]
    assert told
    assert any(why in each.message for each in told), caught.value


def test_conditions_in_a_ring_are_named(tmp_path: Path) -> None:
    ring = [
        line("select_one yn", "a", "A?", relevant="${b} = 'yes'"),
        line("select_one yn", "b", "B?", relevant="${a} = 'yes'"),
    ]
    assert [told.split(":")[0] for told in refused(tmp_path, *ring)] == ["survey, row 2 (a)", "survey, row 3 (b)"]


def test_two_languages_of_one_code_are_named(tmp_path: Path) -> None:
    row = {"type": "note", "name": "n", "label::English (en)": "One", "label::Engelska (en)": "Two"}
    (told,) = refused(tmp_path, row, choices=[])
    assert "two languages have the code “en”" in told


def test_a_language_without_a_code_is_known_by_its_name_or_named(tmp_path: Path) -> None:
    row = {"type": "note", "name": "n", "label::Svenska": "Ett", "label::Klingonese": "wa'"}
    found = import_form(save(tmp_path / "f.xlsx", [row], [], {"form_title": "T"}))
    assert "sv" in found.document["questionnaire"]["languages"]
    assert any("no code" in each.message for each in found.ledger.refused)


def test_a_choice_that_stands_twice_is_named(tmp_path: Path) -> None:
    rows = [choice("l", "a", "A"), choice("l", "a", "B")]
    (told,) = refused(tmp_path, line("select_one l", "q", "Which?"), choices=rows)
    assert told.startswith("choices, row 3 (a): ")
