"""Workbooks as they come from ODK, SurveyCTO and humanitarian templates: what they spell in their own way."""

from __future__ import annotations

from pathlib import Path

import pytest

from operation.xlsform.importing import import_form
from operation.xlsform.told import Fate, Json
from operation.xlsform.writing import check_form
from tests.unit.operation.xlsform.test_kobo import questions, refused
from tests.unit.operation.xlsform.test_round_trips import brought_back
from tests.xlsforms import Line, choice, imported, line, save

ENGLISH: Line = {"form_title": "T", "form_id": "our-survey", "default_language": "en"}


@pytest.mark.parametrize(
    ("headings", "codes"),
    [
        (("label::English (en)", "label::Français (fr)", "hint::fr"), {"en": "English", "fr": "Français"}),
        (("label::English (en)", "label::fr", "hint::Français (fr)"), {"en": "English", "fr": "Français"}),
        (("label::English", "label::fr", "hint::fr"), {"en": "English", "fr": "fr"}),
        (("label::en", "label::Português (pt_BR)", "hint::pt-BR"), {"en": "en", "pt-BR": "Português"}),
    ],
    ids=range(4),
)
def test_a_code_alone_is_the_language_that_another_column_names(
    headings: tuple[str, ...], codes: dict[str, str], tmp_path: Path
) -> None:
    row = {"type": "note", "name": "n", **dict.fromkeys(headings, "Hello")}
    found = import_form(save(tmp_path / "f.xlsx", [row], [], ENGLISH))
    languages: Json = found.document["questionnaire"]["languages"]
    assert {code: each["name"] for code, each in languages.items()} == codes
    assert not found.ledger.refused


@pytest.mark.parametrize(
    ("spelled", "kind"),
    [
        ("select one from yn", "single_choice"),
        ("Select all that apply from yn", "multiple_choice"),
        ("begin group", "section"),
        ("begin score", "matrix"),
    ],
)
def test_a_type_is_known_by_its_older_names(spelled: str, kind: str, tmp_path: Path) -> None:
    first = line(spelled, "q", "Which?", **{"kobo--score-choices": "lik"})
    inside = {"section": [line("note", "n", "Hello"), line("end group")]}
    inside["matrix"] = [line("score__row", "a", "Office"), line("end score")]
    assert questions(imported(tmp_path, first, *inside.get(kind, ())))["q"]["kind"] == kind


@pytest.mark.parametrize("kind", ["text audit", "start here", "end survey", "note to self"])
def test_a_type_of_more_words_than_we_know_is_refused_as_a_whole(kind: str, tmp_path: Path) -> None:
    (told,) = refused(tmp_path, line(kind, "x", "What?"), line("select_one yn", "m", "Member?"))
    assert told == f"survey, row 2 (x): the type “{kind}” cannot be asked here."


def test_a_sheet_whose_first_row_names_no_columns_is_named(tmp_path: Path) -> None:
    title: Line = {"Our survey 2026": "type"}
    path = save(tmp_path / "f.xlsx", [title], [{"list": "yn", "name": "yes"}])
    told = "\n".join(map(str, import_form(path).ledger.refused))
    assert "survey, row 1: no column is called “type”" in told
    assert "choices, row 1: no column is called “list_name”" in told


def test_what_is_to_settle_is_listed_in_the_order_of_the_sheets(tmp_path: Path) -> None:
    rows = [line("select_one l", "q", "Which?"), line("image", "p", "A picture?"), line("", "x", "No type")]
    found = imported(tmp_path, *rows, choices=[choice("l", "a", "A"), choice("l", "a", "B")])
    assert [each.where for each in found.ledger.of(Fate.REFUSED)] == [
        "survey, row 3 (p)",
        "survey, row 4 (x)",
        "choices, row 3 (a)",
    ]


def test_a_language_with_a_region_goes_out_to_kobo_and_comes_back(tmp_path: Path) -> None:
    row = {"type": "text", "name": "w", "label::Português (pt-BR)": "Palavra?"}
    read = check_form(save(tmp_path / "f.xlsx", [row], [], {"form_title": "T"})).read
    assert read
    assert brought_back(read.definition, tmp_path / "again.xlsx") == read.definition
