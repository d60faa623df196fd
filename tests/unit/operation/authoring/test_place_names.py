"""A place is told by the ids and codes that stand in the file, for every list there is, and else by number from 1."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.questionnaire.definition import Definition
from operation.authoring.loader import parse_definition
from operation.authoring.place_names import named
from operation.authoring.places import FILE, QUESTIONNAIRE, QUESTIONS, SETTINGS, Place
from operation.authoring.problems import DefinitionProblem, ProblemCode
from operation.errors import DefinitionError
from tests.builders import a_document, a_question, text
from tests.unit.operation.authoring.trees import equals, some

DATA: dict[str, Any] = {
    "settings": {
        "crosstabs": {"group": "land", "by": ["needs", "met"]},
        "support": [{"id": "night_line"}, {"label": {}}],
        "recipients": ["age1x", 5],
    },
    "questionnaire": {
        "questions": [
            {"id": "about", "support": ["night_line", "Nobody!"]},
            {"id": "land", "options": [{"code": "se"}, {"code": "S E"}, {"code": "no"}, {"code": "no"}]},
            {"id": "needs", "rows": [{"code": "home"}], "bands": [{"code": "young"}], "implies": [{}]},
            {"id": "B A D", "show_if": {"any": [{"not": {"question": "x"}}]}},
            {"kind": "yes_no"},
            {"id": "options", "hint": {}},
            5,
        ]
    },
}
ANY = QUESTIONS / 3 / "show_if" / "any"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (FILE, "file"),
        (FILE / "survey", "survey"),
        (SETTINGS / "policy", "settings.policy"),
        (SETTINGS / "crosstabs" / "group", "settings.crosstabs.group"),
        (SETTINGS / "crosstabs" / "by", "settings.crosstabs.by"),
        (SETTINGS / "crosstabs" / "by" / 1, "settings.crosstabs.by, question “met”"),
        (SETTINGS / "support", "settings.support"),
        (SETTINGS / "support" / 0 / "link", "settings.support, line “night_line”, link"),
        (SETTINGS / "support" / 1, "settings.support, line 2"),
        (SETTINGS / "recipients" / 1, "settings.recipients, key 2"),
        (QUESTIONNAIRE / "title" / "en", "questionnaire.title.en"),
        (QUESTIONNAIRE / "languages" / "sv", "questionnaire.languages.sv"),
        (QUESTIONS, "questionnaire.questions"),
        (QUESTIONS / 0 / "support" / 0, "question “about”, support, line “night_line”"),
        (QUESTIONS / 0 / "support" / 1, "question “about”, support, line 2"),
        (QUESTIONS / 1, "question “land”"),
        (QUESTIONS / 1 / "options", "question “land”, options"),
        (QUESTIONS / 1 / "options" / 0 / "label" / "en", "question “land”, option “se”, label.en"),
        (QUESTIONS / 1 / "options" / 1 / "code", "question “land”, option 2, code"),
        (QUESTIONS / 1 / "options" / 2, "question “land”, option 3"),
        (QUESTIONS / 1 / "options" / 9, "question “land”, option 10"),
        (QUESTIONS / 2 / "rows" / 0, "question “needs”, row “home”"),
        (QUESTIONS / 2 / "bands" / 0 / "below", "question “needs”, band “young”, below"),
        (QUESTIONS / 2 / "implies" / 0 / "when", "question “needs”, implication 1, when"),
        (ANY / 0 / "not" / "question", "question 4, show_if.any, condition 1, not.question"),
        (QUESTIONS / 4 / "id", "question 5, id"),
        (QUESTIONS / 5 / "hint", "question “options”, hint"),
        (QUESTIONS / 6, "question 7"),
        # As what was published is spoken of.
        (QUESTIONS / "land" / "options" / "se", "question “land”, option “se”"),
        (QUESTIONS / "gone" / "options" / "x" / "text", "question “gone”, option “x”, text"),
        (QUESTIONS / "options" / "hint", "question “options”, hint"),
        (SETTINGS / "support" / "night_line", "settings.support, line “night_line”"),
    ],
)
def test_a_place_is_told_by_ids_and_codes_and_else_by_number(place: Place, said: str) -> None:
    assert named(place, DATA) == said


def test_a_place_of_a_definition_is_told_as_that_of_its_file() -> None:
    definition = Definition.model_validate(a_document(a_question("single_choice", id="land"), a_question("matrix")))
    assert named(QUESTIONS / 0 / "options" / 1 / "label", definition) == "question “land”, option “no”, label"
    assert named(QUESTIONS / 1 / "rows" / 0, definition) == "question “harder”, row “home”"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (QUESTIONS / "land" / "options" / "se", "question “land”, option “se”"),
        (SETTINGS / "support" / "help", "settings.support, line “help”"),
        (QUESTIONS / 4, "question 5"),
        (QUESTIONS / "options" / "hint", "question “options”, hint"),
    ],
)
def test_without_a_file_a_place_is_told_as_far_as_it_names(place: Place, said: str) -> None:
    assert named(place) == said


def test_a_name_that_the_file_has_twice_tells_no_place() -> None:
    data = {"questionnaire": {"questions": [{"id": "a"}, {"id": "b"}, {"id": "a"}]}}
    assert [named(QUESTIONS / index, data) for index in range(3)] == ["question 1", "question “b”", "question 3"]


def problems_in(document: dict[str, Any]) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        parse_definition(json.dumps(document, indent=1).encode())
    return [str(problem) for problem in caught.value.problems]


def test_every_problem_of_a_file_is_told_by_id_and_line() -> None:
    document = a_document(
        a_question("single_choice", id="land", options=[{"code": "se", "label": text("S")}, {"code": "X"}]),
        {"kind": "yes_no", "label": text("Met?")},
        a_question("yes_no", id="met", show_if=some(equals("land", "se"), {"question": "land"})),
    )
    said = [line.partition(": ")[2].partition(": ")[0] for line in problems_in(document)]
    assert said == [
        "question “land”, option 2, label",
        "question “land”, option 2, code",
        "question 2, id",
        "question “met”, show_if.any, condition 2",
    ]
    assert all(line.startswith("line ") for line in problems_in(document))


def test_the_file_itself_needs_no_place() -> None:
    assert (
        str(DefinitionProblem(FILE, ProblemCode.NOT_YAML, "Mend it.", file="a.yaml")) == "a.yaml: Mend it. [not_yaml]"
    )
