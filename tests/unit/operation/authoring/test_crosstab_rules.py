"""Which questions a survey may cross, and that a new version of it leaves them so."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.questionnaire.definition import KINDS, Definition
from operation.authoring import crosstab_rules as crosstab_checks
from operation.authoring.crosstab_rules import CROSSED, GROUPS, crosstab_problems
from operation.authoring.loader import parse_definition
from operation.errors import DefinitionError
from tests.builders import QUESTIONS, a_document, a_question
from tests.unit.operation.authoring.documents import Document, in_german, reasons, two_languages
from tests.unit.operation.authoring.found import Found, codes_of, found_with

BOTH = [a_question("single_choice", options=[*QUESTIONS["single_choice"]["options"][:2]]), a_question("yes_no")]
IF_YES = {"show_if": {"question": "police_met", "equals": "yes"}}


def crossed(group: str, *by: str) -> dict[str, Any]:
    return {"access": "invitation", "crosstabs": {"group": group, "by": list(by)}}


def found(*questions: dict[str, Any], group: str = "country", by: tuple[str, ...] = ("police_met",)) -> list[Found]:
    return found_with(*(questions or BOTH), **crossed(group, *by))


def test_two_questions_that_everybody_is_asked_can_be_crossed() -> None:
    assert found() == []


#: Code, place, questions, group and by.
WRONG: list[tuple[str, str, list[dict[str, Any]], str, tuple[str, ...]]] = [
    ("unknown_question", "group", BOTH, "land", ("police_met",)),
    ("unknown_question", "by.1", BOTH, "country", ("police_met", "police")),
    ("unfit_for_crosstab", "group", [*BOTH, a_question("multiple_choice")], "challenges", ("police_met",)),
    ("unfit_for_crosstab", "group", [*BOTH, a_question("matrix")], "harder", ("police_met",)),
    ("unfit_for_crosstab", "by.0", [*BOTH, a_question("ranking")], "country", ("wants",)),
    ("unfit_for_crosstab", "by.0", [*BOTH, a_question("consent")], "country", ("agreed",)),
    ("crossed_conditional", "by.0", [*BOTH, a_question("scale", **IF_YES)], "country", ("mood",)),
    ("crossed_conditional", "group", [*BOTH, a_question("scale", **IF_YES)], "mood", ("country",)),
    (
        "crossed_conditional",
        "by.0",
        [*BOTH, a_question("section", **IF_YES), a_question("scale")],
        "country",
        ("mood",),
    ),
    ("crossed_with_itself", "by.1", BOTH, "country", ("police_met", "country")),
    ("crossed_twice", "by.1", BOTH, "country", ("police_met", "police_met")),
]


@pytest.mark.parametrize(("code", "place", "questions", "group", "by"), WRONG)
def test_what_cannot_be_crossed_is_found_where_it_stands(
    code: str, place: str, questions: list[dict[str, Any]], group: str, by: tuple[str, ...]
) -> None:
    assert found(*questions, group=group, by=by) == [(f"settings.crosstabs.{place}", code, "error")]


@pytest.mark.parametrize("kind", ["number", "date"])
def test_numbers_and_dates_are_crossed_by_their_bands_only(kind: str) -> None:
    questions = [*BOTH, a_question(kind, bands=[])]
    (problem,) = found_with(*questions, policy="exact", **crossed(QUESTIONS[kind]["id"], "police_met"))
    assert problem == ("settings.crosstabs.group", "crossed_without_bands", "error")
    (problem,) = found_with(*questions, policy="exact", **crossed("country", QUESTIONS[kind]["id"]))
    assert problem == ("settings.crosstabs.by.0", "crossed_without_bands", "error")


def test_on_an_open_link_only_an_exact_survey_has_crosstabs_P7() -> None:
    setting = {"crosstabs": {"group": "country", "by": ["police_met"]}}
    assert found_with(*BOTH, **setting) == [("settings.crosstabs", "crosstabs_on_open_link", "error")]
    assert found_with(*BOTH, policy="exact", **setting) == []


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_a_group_or_crossed_as_its_tables_allow(kind: str) -> None:
    name = QUESTIONS[kind]["id"]
    others = [each for each in BOTH if each["kind"] != kind]
    other = others[0]["id"]
    as_group = {
        code for _, code, grave in found(*others, a_question(kind), group=name, by=(other,)) if grave == "error"
    }
    as_by = {code for _, code, grave in found(*others, a_question(kind), group=other, by=(name,)) if grave == "error"}
    assert as_group == (set() if kind in GROUPS else {"unfit_for_crosstab"})
    assert as_by == (set() if kind in CROSSED else {"unfit_for_crosstab"})


def test_question_that_is_wrong_in_itself_is_not_called_unknown() -> None:
    document = a_document(*BOTH, {"id": "odd", "kind": "slider"}, **crossed("country", "odd"))
    with pytest.raises(DefinitionError) as refused:
        parse_definition(str(document).replace("'", '"').encode())
    assert {str(problem.place) for problem in refused.value.problems} == {"questionnaire.questions.2.kind"}


def test_more_than_five_crosstabs_are_refused() -> None:
    with pytest.raises(ValueError, match=r"settings\.crosstabs\.by"):
        Definition.model_validate(a_document(*BOTH, **crossed("country", *"abcdef")))


def test_every_code_is_tested_here() -> None:
    assert codes_of(crosstab_checks) == {code for code, *_ in WRONG} | {
        "crossed_without_bands",
        "crosstabs_on_open_link",
    }


def with_crosstabs(document: Document) -> Definition:
    setting = crossed("country", "challenges", "harder", "mood", "clients", "source")
    return Definition.model_validate({**document, "settings": {**document["settings"], **setting}})


def test_added_condition_would_make_a_crosstab_impossible_and_is_refused_P13() -> None:
    document = in_german(two_languages())
    next(each for each in document["questionnaire"]["questions"] if each["kind"] == "scale").update(
        show_if={"question": "challenges", "includes": "law"}
    )
    assert [problem.code for problem in crosstab_problems(with_crosstabs(document))] == ["crossed_conditional"]
    assert ("mood.show_if", "changed_condition") in reasons(two_languages(), document)
