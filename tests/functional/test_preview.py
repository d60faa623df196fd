"""Before opening, the operator learns what will be published, from how many answers on, and how far off it will be."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import given as tried_on
from hypothesis import settings as trying

from chalicelib.questionnaire.definition import Definition
from operation import gallery
from operation.errors import OperatorError
from operation.preview import SIZES, preview
from tests.builders import a_document, a_question
from tests.definitions import definitions
from tests.functional.commands import Operate, done, refused
from tests.guide import examples
from tests.library import usable

INVITED = {"access": "invitation"}
COUNTRY, POLICE, HARDER = a_question("single_choice"), a_question("yes_no"), a_question("matrix")
#: Asked of those who met the police.
WISH = a_question("long_text", show_if={"question": "police_met", "equals": "yes"})
#: Asked on a condition over two questions, which no table tells the number of.
UNTOLD = a_question(
    "scale", show_if={"all": [{"question": "police_met", "equals": "yes"}, {"question": "country", "equals": "se"}]}
)
#: Asked of those who answered that one.
OF_UNTOLD = a_question("short_text", show_if={"question": "mood", "at_most": 2}, hint={"en": "Name nobody."})


def told(operate: Operate, *questions: dict[str, Any], **settings: Any) -> str:
    """What the command says, in one line."""
    Path("a-survey.yaml").write_text(json.dumps(a_document(*questions, **settings)), "utf-8")
    return " ".join(done(operate("preview", "a-survey.yaml")).split())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (INVITED, "Policy protected, by invitation: below 20 answers nothing is published."),
        ({}, "Policy protected, on an open link: below about 50 answers nothing is published."),
        ({"policy": "exact"}, "Policy exact: every number is published as it is, whenever answers came."),
    ],
)
def test_preview_says_how_many_answers_are_needed(operate: Operate, settings: dict[str, str], said: str) -> None:
    assert told(operate, POLICE, **settings).startswith(said)


@pytest.mark.parametrize(
    ("releases", "when"),
    [("at_close", "once, an hour after closing"), ("monthly", "by the month"), ("quarterly", "by the quarter")],
)
def test_preview_says_when_results_come(operate: Operate, releases: str, when: str) -> None:
    assert f"Results come {when}" in told(operate, POLICE, releases=releases)


def test_preview_names_what_will_be_published_and_from_how_many_answers_on(operate: Operate) -> None:
    said = told(operate, COUNTRY, POLICE, WISH, **INVITED)
    assert "Published from about 20 answers on: country, police_met Published from about 50 answers on: wish" in said
    assert "Published from about 50 answers on: country, police_met" in told(operate, COUNTRY, POLICE)


def test_preview_of_an_open_link_says_how_often_chance_leaves_about_fifty_unpublished(operate: Operate) -> None:
    """Noise is added to the number of answers too."""
    said = told(operate, COUNTRY, POLICE)
    assert re.search(
        r"50 to 54 answers: [\d.]+ on average, \d+ at worst \(in 1\d of 100 cases nothing is published\) 100 to", said
    )
    assert said.count("of 100 cases") == 1
    assert "of 100 cases" not in told(operate, COUNTRY, POLICE, **INVITED)


def test_preview_names_what_never_will_be_and_what_hangs_on_it(operate: Operate) -> None:
    said = told(operate, COUNTRY, POLICE, UNTOLD, OF_UNTOLD, **INVITED)
    assert "Never published, since no number tells how many were asked: mood, word Only" in said
    assert "Published from about 20 answers on: country, police_met Never" in said


def test_preview_of_an_exact_survey_leaves_nothing_out(operate: Operate) -> None:
    said = told(operate, COUNTRY, POLICE, UNTOLD, OF_UNTOLD, policy="exact")
    assert "Published: country, police_met, mood, word Of these only how many wrote something, never what: word" in said


def test_preview_says_that_of_text_only_how_many_wrote_something_is_published(operate: Operate) -> None:
    said = told(operate, COUNTRY, POLICE, WISH, a_question("short_text"), **INVITED)
    assert "Of these only how many wrote something, never what: wish, word Only counts are published" in said
    assert "wrote something" not in told(operate, COUNTRY, **INVITED)


def test_preview_names_what_nobody_can_answer_and_goes_on_or_says_why_it_cannot(operate: Operate) -> None:
    never = [
        {"when": {"question": "police_met", "answered": True}, "then": {"question": "country", "equals": code}}
        for code in ("se", "no")
    ]
    country = COUNTRY | {"required_because": {"en": "We must know."}}
    said = told(operate, country, POLICE | {"implies": never}, policy="exact")
    assert said.startswith("Nobody can answer, since no answer fits what is implied: police_met Policy exact")
    asked = POLICE | {"implies": never, "required_because": {"en": "We must know."}}
    Path("a-survey.yaml").write_text(json.dumps(a_document(country, asked, policy="exact")), "utf-8")
    assert refused(operate("preview", "a-survey.yaml")).startswith("No answer to “police_met” was found")


def test_preview_says_how_many_answers_groups_need(operate: Operate) -> None:
    said = told(operate, COUNTRY, POLICE, **INVITED, crosstabs={"group": "country", "by": ["police_met"]})
    assert "By country from about 50 answers on: police_met" in said
    assert "20 to 24 answers:" in said
    assert "by group nothing published" in said


def test_question_that_hardly_anybody_is_asked_needs_more_answers_than_were_tried(operate: Operate) -> None:
    rare = [*(f"step{number}" for number in range(40)), "se"]
    country = a_question("single_choice", options=[{"code": code, "label": {"en": code}} for code in rare])
    wish = a_question("long_text", show_if={"question": "country", "equals": "se"})
    assert "Published only with more than 200 answers, if at all: wish" in told(operate, country, wish, **INVITED)


def test_preview_fits_80_columns(operate: Operate) -> None:
    questions = [a_question("yes_no", id=f"a_question_with_a_rather_long_name_{number}") for number in range(12)]
    Path("a-survey.yaml").write_text(json.dumps(a_document(*questions, **INVITED)), "utf-8")
    lines = done(operate("preview", "a-survey.yaml")).splitlines()
    assert max(map(len, lines)) <= 80
    assert sum(line.count("a_question_with_a_rather_long_name_") for line in lines) == 12


def test_preview_of_a_definition_with_an_error_names_the_error(operate: Operate) -> None:
    Path("a-survey.yaml").write_text(json.dumps(a_document(POLICE, POLICE)), "utf-8")
    assert "repeated_code" in refused(operate("preview", "a-survey.yaml"))


@pytest.mark.slow
@pytest.mark.parametrize("name", gallery.library())
def test_library_is_previewed(operate: Operate, name: str) -> None:
    Path("our-survey.yaml").write_text(usable(name), "utf-8")
    assert "Published" in done(operate("preview", "our-survey.yaml"))


@pytest.mark.slow
def test_examples_of_the_guide_are_previewed(operate: Operate) -> None:
    Path("guide.yaml").write_text(examples(), "utf-8")
    said = " ".join(done(operate("preview", "guide.yaml")).split())
    assert "Of these only how many wrote something, never what: group, wish" in said


@pytest.mark.slow
@trying(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@tried_on(definitions(most_questions=7))
def test_whatever_check_accepts_is_previewed_or_the_question_is_named_that_cannot_be_answered(
    definition: Definition,
) -> None:
    try:
        found = preview(definition, SIZES[:2])
    except OperatorError as error:
        if not any(f"“{question.id}”" in str(error) for question in definition.questionnaire.questions):
            raise
        return
    assert len(found.expected) == 2
