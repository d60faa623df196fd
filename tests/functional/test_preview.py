"""Before opening, the operator learns what will be published, from how many answers on, and how far off it will be."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from operation.preview import SIZES, preview
from tests.builders import a_definition, a_document, a_question
from tests.functional.commands import Operate, done, refused

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
        r"50 to 54 answers: [\d.]+, at worst \d+ \(in 1\d of 100 cases nothing is published\) 100 to", said
    )
    assert said.count("of 100 cases") == 1
    assert "of 100 cases" not in told(operate, COUNTRY, POLICE, **INVITED)


def test_preview_names_what_never_will_be_and_what_hangs_on_it(operate: Operate) -> None:
    said = told(operate, COUNTRY, POLICE, UNTOLD, OF_UNTOLD, **INVITED)
    assert "Never, since no table tells whom it asks: mood, word Numbers are off" in said
    assert "Published from about 20 answers on: country, police_met Never" in said


def test_preview_of_an_exact_survey_leaves_nothing_out(operate: Operate) -> None:
    said = told(operate, COUNTRY, POLICE, UNTOLD, OF_UNTOLD, policy="exact")
    assert said.endswith("Published: country, police_met, mood, word")


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


def test_numbers_are_less_far_off_the_more_answer() -> None:
    found = preview(a_definition(COUNTRY, POLICE, HARDER, **INVITED))
    assert [expected.size for expected in found.expected] == list(SIZES) == [20, 50, 100, 200]
    errors = [expected.error for expected in found.expected if expected.error]
    for figures in ([error.mean for error in errors], [error.worst for error in errors]):
        assert figures == sorted(figures, reverse=True)
        assert figures[0] > 4 * figures[-1] > 0


def test_preview_fits_80_columns(operate: Operate) -> None:
    questions = [a_question("yes_no", id=f"a_question_with_a_rather_long_name_{number}") for number in range(12)]
    Path("a-survey.yaml").write_text(json.dumps(a_document(*questions, **INVITED)), "utf-8")
    lines = done(operate("preview", "a-survey.yaml")).splitlines()
    assert max(map(len, lines)) <= 80
    assert sum(line.count("a_question_with_a_rather_long_name_") for line in lines) == 12


def test_preview_of_a_definition_with_an_error_names_the_error(operate: Operate) -> None:
    Path("a-survey.yaml").write_text(json.dumps(a_document(POLICE, POLICE)), "utf-8")
    assert "repeated_code" in refused(operate("preview", "a-survey.yaml"))
