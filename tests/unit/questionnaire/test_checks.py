"""Rules of a definition that span several values: each by its code, its place and how grave it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from chalicelib.questionnaire import checks
from chalicelib.questionnaire.checks import check_definition
from chalicelib.questionnaire.definition import Definition
from tests.builders import a_document, a_question, options, text

FIRST = "questionnaire.questions.0"
ROWS = [{"code": "home", "label": text("Home")}]


def found_in(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    problems = check_definition(Definition.model_validate(document))
    return [(problem.place, problem.code, problem.severity) for problem in problems]


def found_with(*questions: dict[str, Any]) -> list[tuple[str, str, str]]:
    return found_in(a_document(*questions))


MANY = options(*(f"c{number}" for number in range(250)))

#: Code, questions, and the place where it is found; every one is an error.
ERRORS: list[tuple[str, list[dict[str, Any]], str]] = [
    ("repeated_code", [a_question("yes_no"), a_question("yes_no")], "questionnaire.questions"),
    ("repeated_code", [a_question("single_choice", options=options("a", "b", "a"))], f"{FIRST}.options"),
    ("repeated_code", [a_question("multiple_choice", options=options("a", "b", "a"))], f"{FIRST}.options"),
    ("repeated_code", [a_question("matrix", options=options("a", "b", "a"))], f"{FIRST}.options"),
    ("repeated_code", [a_question("matrix", rows=[*ROWS, *ROWS])], f"{FIRST}.rows"),
    ("reserved_code", [a_question("single_choice", options=options("a", "no_answer"))], f"{FIRST}.options.1.code"),
    ("reserved_code", [a_question("multiple_choice", options=options("chosen", "a", "b"))], f"{FIRST}.options.0.code"),
    ("reserved_code", [a_question("matrix", options=options("a", "not_chosen"))], f"{FIRST}.options.1.code"),
    ("undeclared_language", [a_question("yes_no", label=text("Met?", sv="Mött?"))], f"{FIRST}.label"),
    ("missing_translation", [a_question("yes_no", label={})], f"{FIRST}.label"),
    ("impossible_limit", [a_question("multiple_choice", most=3, options=options("a", "b"))], f"{FIRST}.most"),
    ("impossible_limit", [a_question("multiple_choice", least=4, most=None)], f"{FIRST}.least"),
    ("needless_exclusive", [a_question("single_choice", options=options("a", "b", exclusive=["b"]))], FIRST),
    ("needless_mark", [a_question("matrix", options=options("a", "b", exclusive=["b"]))], FIRST),
    ("needless_mark", [a_question("matrix", options=options("a", "b", specify=["b"]))], FIRST),
    (
        "too_many_fields",
        [a_question("multiple_choice", id=name, options=MANY) for name in "ab"],
        "questionnaire.questions",
    ),
    ("asks_nothing", [a_question("note"), a_question("consent")], "questionnaire.questions"),
]


@pytest.mark.parametrize(("code", "questions", "place"), ERRORS)
def test_an_error_is_found_where_it_stands(code: str, questions: list[dict[str, Any]], place: str) -> None:
    assert found_with(*questions) == [(place, code, "error")]


def test_every_question_of_the_builders_passes_but_for_a_line_without_a_hint() -> None:
    assert found_in(a_document()) == [("questionnaire.questions.6", "text_without_hint", "warning")]


def test_an_exclusive_option_cannot_be_combined_so_no_limit_counts_it() -> None:
    question = a_question("multiple_choice", most=3, options=options("a", "b", "none", exclusive=["none"]))
    assert found_with(question) == [(f"{FIRST}.most", "impossible_limit", "error")]
    assert found_with(question | {"most": 2, "least": 2}) == []


def test_least_is_not_more_than_most() -> None:
    question = a_question("multiple_choice", least=3, most=2)
    assert found_with(question) == [(f"{FIRST}.least", "impossible_limit", "error")]


def test_a_repetition_is_reported_once_a_name_however_often_it_stands() -> None:
    question = a_question("single_choice", options=options("a", "b", "a", "b", "a"))
    problems = check_definition(Definition.model_validate(a_document(question)))
    assert [problem.message for problem in problems] == [
        "The code “a” stands 3 times. Rename all but one.",
        "The code “b” stands 2 times. Rename all but one.",
    ]


def test_a_missing_translation_is_a_warning_but_an_error_in_the_first_language() -> None:
    document = a_document(a_question("yes_no", label={"sv": "Mött?"}))
    document["questionnaire"]["languages"]["sv"] = {"name": "Svenska"}
    found = found_in(document)
    assert (f"{FIRST}.label", "missing_translation", "error") in found
    assert ("questionnaire.title", "missing_translation", "warning") in found
    assert {problem[1] for problem in found} == {"missing_translation"}


def test_every_text_of_a_definition_is_looked_at_for_translations() -> None:
    document = a_document(*(a_question(kind) for kind in ("single_choice", "scale", "matrix", "long_text", "note")))
    document["questionnaire"]["languages"]["sv"] = {"name": "Svenska"}
    places = {place for place, code, _ in found_in(document) if code == "missing_translation"}
    assert places == {
        *(f"questionnaire.{name}" for name in ("title", "asked_by", "introduction", "thanks")),
        *(f"questionnaire.questions.{index}.label" for index in range(5)),
        *(f"questionnaire.questions.0.options.{index}.label" for index in range(3)),
        "questionnaire.questions.1.least_label",
        "questionnaire.questions.1.most_label",
        *(f"questionnaire.questions.2.rows.{index}.label" for index in range(2)),
        *(f"questionnaire.questions.2.options.{index}.label" for index in range(3)),
        "questionnaire.questions.3.hint",
    }


@pytest.mark.parametrize("id_", ["birth_date", "home_town", "workplace", "your_name", "phone", "email"])
def test_a_question_that_may_tell_who_answered_is_warned_of(id_: str) -> None:
    assert found_with(a_question("yes_no", id=id_)) == [(FIRST, "identifying", "warning")]


def test_a_text_without_a_hint_is_warned_of() -> None:
    assert found_with(a_question("long_text", hint=None)) == [(FIRST, "text_without_hint", "warning")]


def test_all_problems_come_at_once_errors_and_warnings() -> None:
    found = found_with(
        a_question("multiple_choice", least=9, options=options("a", "a", "chosen")),
        a_question("short_text", id="your_name"),
    )
    assert found == [
        (f"{FIRST}.options", "repeated_code", "error"),
        (f"{FIRST}.options.2.code", "reserved_code", "error"),
        (f"{FIRST}.least", "impossible_limit", "error"),
        (f"{FIRST}.least", "impossible_limit", "error"),
        ("questionnaire.questions.1", "identifying", "warning"),
        ("questionnaire.questions.1", "text_without_hint", "warning"),
    ]


def test_every_code_of_the_checks_is_tested_here() -> None:
    source = Path(checks.__file__).read_text("utf-8")
    codes = set(re.findall(r'DefinitionProblem\(\s*[^,]+, "([a-z_]+)"', source))
    tested = {code for code, _, _ in ERRORS} | {"identifying", "text_without_hint"}
    assert codes == tested
