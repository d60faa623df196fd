"""Ids and codes that are read as something else in records: warned of, or refused where they are taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.questionnaire.definition import Definition
from operation.authoring import name_rules
from operation.authoring.loader import load_definition, parse_definition
from operation.authoring.name_rules import KEYWORDS, taken_names
from operation.errors import DefinitionError
from operation.records.reserved import RESERVED
from tests.builders import a_document, a_question, text
from tests.unit.operation.authoring.found import FIRST, alike, codes_of, found_with, messages_with

NUMBERS = ("01", "00", "0010", "1e1", "1e01", "12d2", "1d", "5f", "1l", "2i", "0x1f", "1234567890123456", "inf")
DAYS = ("mar1", "1mar", "sept2", "dec31", "31dec2024", "2024jan", "may5", "mai1", "okt1", "1pm", "12am", "july4")
LOGICAL = ("true", "false", "sant", "falskt", "sann", "tosi")
MISSING = ("na", "nan", "null")
READ_OTHERWISE = {"number": NUMBERS, "day": DAYS, "logical": LOGICAL, "missing": MISSING}
WARNED = (f"{FIRST}.options.1.code", "read_otherwise", "warning")


@pytest.mark.parametrize("code", [code for codes in READ_OTHERWISE.values() for code in codes])
def test_a_code_that_programs_read_otherwise_is_warned_of(code: str) -> None:
    assert found_with(a_question("single_choice", options=alike("se", code))) == [WARNED]


@pytest.mark.parametrize(("what", "codes"), READ_OTHERWISE.items())
def test_the_warning_says_what_each_is_read_as(what: str, codes: tuple[str, ...]) -> None:
    for code in codes:
        [message] = messages_with(a_question("single_choice", options=alike("se", code)))
        assert f"read “{code}” as a {what}" in message


def test_codes_of_one_number_bring_one_warning_with_the_advice() -> None:
    question = a_question("single_choice", options=alike("1", "01", "10", "1e1"))
    assert found_with(question) == [WARNED]
    [message] = messages_with(question)
    assert message == (
        "Programs that open the records read “01”, “1e1” as a number. Begin codes with a letter, as in c01."
    )


def test_many_codes_are_not_all_named() -> None:
    [message] = messages_with(a_question("single_choice", options=alike(*(f"0{number}" for number in range(1, 8)))))
    assert "“01”, “02”, “03”, “04”, “05” and others as a number" in message


@pytest.mark.parametrize("name", ["rows", "options"])
def test_rows_and_bands_are_codes_too(name: str) -> None:
    assert found_with(a_question("matrix", **{name: alike("home", "01")})) == [(f"{FIRST}.{name}.1.code", *WARNED[1:])]
    bands = [{"code": "mar1", "label": text("Under 10"), "below": 10}, {"code": "b", "label": text("Ten or more")}]
    assert found_with(a_question("number", least=0, most=20, bands=bands)) == [(f"{FIRST}.bands.0.code", *WARNED[1:])]


@pytest.mark.parametrize(
    "code",
    [
        *("1", "0", "10", "999999999999999", "c01", "e1", "1_0", "01_a", "se", "no", "yes", "none", "not", "on", "off"),
        *("mar", "march", "mark1", "major1", "may_5", "maybe", "decade2", "1a", "q1", "t", "f", "x1f", "nano", "nullo"),
        *("1st", "am", "13xm", "infant"),
    ],
)
def test_a_code_that_is_read_as_it_is_written_passes(code: str) -> None:
    assert found_with(a_question("single_choice", options=alike("se_", code))) == []


@pytest.mark.parametrize("code", ["Se", "1.0", "1-2", "2024-01", "jan 1", "٣", "é", "_a", "1,0", "+1"])
def test_what_differs_by_case_or_is_written_with_signs_is_no_code_at_all(code: str) -> None:
    document = json.dumps(a_document(a_question("single_choice", options=alike("se", code))))
    with pytest.raises(DefinitionError) as caught:
        parse_definition(document.encode())
    assert [problem.code for problem in caught.value.problems] == ["string_pattern_mismatch"]


@pytest.mark.parametrize("name", ["mar1", "true", "nan", "inf", *sorted(KEYWORDS)])
def test_an_id_that_programs_read_otherwise_is_warned_of(name: str) -> None:
    assert found_with(a_question("yes_no", id=name)) == [(f"{FIRST}.id", "read_otherwise", "warning")]
    # A note has no column.
    assert found_with(a_question("note", id=name), a_question("yes_no")) == []


# --- names that are taken --------------------------------------------------------------------------------------------


def written(folder: Path, name: str, **changes: Any) -> Path:
    path = folder / "a.yaml"
    path.write_text(json.dumps(a_document(a_question("yes_no", id=name, **changes), a_question("scale"))), "utf-8")
    return path


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_an_id_that_records_have_a_column_for_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        load_definition(written(tmp_path, name))
    [said] = [str(problem) for problem in caught.value.problems if problem.code == "taken_id"]
    assert said.endswith(
        f"a.yaml:1: question “{name}”, id: Records have a column “{name}” of their own. Take another id. [taken_id]"
    )


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_an_id_that_people_have_answered_under_stands_with_a_warning(tmp_path: Path, name: str) -> None:
    asked_of: list[str] = []

    def met(survey: str) -> list[str]:
        asked_of.append(survey)
        return [name]

    [warning] = [each for each in load_definition(written(tmp_path, name), met).warnings if each.code == "taken_id"]
    assert warning.severity == "warning"
    assert f"the export names its column {name}_." in warning.message
    assert asked_of == ["a-survey"]
    with pytest.raises(DefinitionError):
        load_definition(written(tmp_path, name), lambda _: ["scale"])


def test_a_note_takes_no_column_and_capitals_make_no_other_name() -> None:
    questions = (a_question("note", id="record"), a_question("yes_no", id="records"))
    definition = Definition.model_validate(a_document(*questions))
    assert list(taken_names(definition)) == []
    assert {name.casefold() for name in RESERVED} == RESERVED


def test_every_code_of_the_rules_of_names_is_tested_here() -> None:
    assert codes_of(name_rules) == {"read_otherwise", "taken_id"}
