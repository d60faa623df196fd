"""What goes out comes back: workbooks that use every listed feature, and random questionnaires."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from chalicelib.questionnaire.definition import Definition, Questionnaire
from operation.xlsform.exporting import complaints, export
from operation.xlsform.importing import import_form
from operation.xlsform.told import Fate
from operation.xlsform.writing import check_form
from tests.builders import a_definition, a_question, text
from tests.definitions import definitions
from tests.xlsforms import a_full_workbook


def brought_back(definition: Definition, path: Path) -> Definition:
    """What is imported of what is exported, which pyxform takes without a warning."""
    content = export(definition).content
    path.write_bytes(content)
    assert list(complaints(content)) == []
    found = import_form(path)
    assert found.ledger.refused == ()
    return Definition.model_validate(found.document)


def unreviewed(questionnaire: Questionnaire) -> Questionnaire:
    languages = {code: each.model_copy(update={"reviewed_by": None}) for code, each in questionnaire.languages.items()}
    return questionnaire.model_copy(update={"languages": languages})


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_import_export_import_gives_the_same_questionnaire_whatever_a_workbook_uses(seed: int, tmp_path: Path) -> None:
    checked = check_form(a_full_workbook(tmp_path / "survey.xlsx", seed))
    assert checked.read
    assert brought_back(checked.read.definition, tmp_path / "again.xlsx") == checked.read.definition


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(definition=definitions())
def test_any_questionnaire_comes_back_but_for_who_reviewed_it(definition: Definition, tmp_path: Path) -> None:
    found = brought_back(definition, tmp_path / "any.xlsx")
    assert found.questionnaire == unreviewed(definition.questionnaire)
    assert found.settings == definition.settings.model_copy(update={"recipients": ()})


def test_every_kind_of_question_comes_back(tmp_path: Path) -> None:
    definition = a_definition()
    found = brought_back(definition, tmp_path / "kinds.xlsx")
    assert found.questionnaire == unreviewed(definition.questionnaire)


def test_a_reviewers_name_does_not_go_out() -> None:
    definition = a_definition()
    assert "A. Reviewer" in definition.model_dump_json()
    assert "A. Reviewer" not in str(sheets_text(export(definition).content))


def test_whose_keys_they_are_does_not_go_out() -> None:
    definition = a_definition(recipients=[f"age1{letter * 58}" for letter in "ab"])
    assert "age1" in definition.model_dump_json()
    assert "age1" not in str(sheets_text(export(definition).content))


def sheets_text(content: bytes) -> list[object]:
    import io

    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    return [value for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for value in row]


@pytest.mark.parametrize(
    "wording", ["=1+1", "  two  words", "a; b = c", "<b>&\"'", "😀 سلام", "line\none", "0012", "TRUE", "1 = a; 5 = b"]
)
def test_words_come_back_as_they_are_whatever_a_spreadsheet_makes_of_such(wording: str, tmp_path: Path) -> None:
    definition = a_definition(
        a_question("scale", label=text(wording), hint=text(wording), least_label=text(wording)), a_question("yes_no")
    )
    assert brought_back(definition, tmp_path / "w.xlsx").questionnaire == unreviewed(definition.questionnaire)


def test_what_was_changed_elsewhere_is_not_overwritten_by_our_own_sheet(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    shown = {"all": [{"question": "police_met", "equals": "yes"}]}
    path = tmp_path / "changed.xlsx"
    path.write_bytes(export(a_definition(a_question("yes_no"), a_question("note", show_if=shown))).content)
    book = load_workbook(path)
    survey = book["survey"]
    column = next(cell.column for cell in survey[1] if cell.value == "relevant")
    survey.cell(3, column).value = "${police_met} = 'no'"
    book.save(path)
    (refused,) = import_form(path).ledger.of(Fate.REFUSED)
    assert refused.where.startswith("paraply, row ")
    assert "something else by now" in refused.message


def test_what_only_our_sheet_says_is_named_by_more_than_its_language() -> None:
    definition = a_definition(a_question("yes_no"))
    questionnaire = definition.questionnaire.model_copy(update={"title": {"en": "Needs", "sv": "Behov"}})
    named = export(definition.model_copy(update={"questionnaire": questionnaire})).ours
    assert "title.sv" in named
    assert "sv" not in named
