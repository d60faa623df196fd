"""Whom a question was asked of, in words."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.errors import in_english
from chalicelib.publication.about import about_of
from chalicelib.publication.release import Release
from chalicelib.publication.universes import Universes
from chalicelib.publication.words import MarkedPhrasing, Phrasing
from chalicelib.questionnaire.conditions import CONDITIONS
from tests.builders import a_definition, a_question, options, text
from tests.unit.publication.a_release import a_release

ENGLISH = Phrasing("en", "en", in_english)
BEFORE = [
    a_question("yes_no", id="met", label=text("Have you met us?"), short=text("Meeting")),
    a_question("multiple_choice", id="needs", label=text("Needs?"), options=options("advice", "money")),
    a_question("number", id="hours", label=text("Hours?"), most=100, bands=[]),
    a_question("date", id="moved", label=text("Moved?"), bands=[]),
    a_question(
        "matrix", id="worries", label=text("Worries?"), rows=options("home", "work"), options=options("little", "much")
    ),
]
WORDED: list[tuple[dict[str, Any], str]] = [
    ({"question": "met", "equals": "yes"}, "those who answered “Yes” to “Meeting”"),
    ({"question": "worries.home", "equals": "much"}, "those who answered “MUCH” to “Worries?: HOME”"),
    ({"question": "needs", "includes": "advice"}, "those who chose “ADVICE” at “Needs?”"),
    ({"question": "needs", "chosen_at_least": 2}, "those who chose 2 or more at “Needs?”"),
    ({"question": "needs", "chosen_at_most": 0}, "those who chose nothing at “Needs?”"),
    ({"question": "needs", "chosen_at_most": 1}, "those who chose 1 or fewer at “Needs?”"),
    ({"question": "hours", "at_least": 60}, "those who answered 60 or more to “Hours?”"),
    ({"question": "hours", "at_most": 9}, "those who answered 9 or less to “Hours?”"),
    ({"question": "moved", "at_least": "2025-01-01"}, "those who answered 2025-01-01 or later to “Moved?”"),
    ({"question": "moved", "at_most": "2025-01-01"}, "those who answered 2025-01-01 or earlier to “Moved?”"),
    ({"question": "met", "answered": True}, "those who answered “Meeting”"),
    ({"not": {"question": "met", "answered": True}}, "everybody but those who answered “Meeting”"),
    (
        {"all": [{"question": "met", "answered": True}, {"not": {"question": "needs", "includes": "money"}}]},
        "those in all of these groups: those who answered “Meeting”; everybody but those who chose “MONEY” at “Needs?”",
    ),
    (
        {"any": [{"question": "hours", "at_most": 9}, {"all": [{"question": "met", "answered": True}] * 2}]},
        "those in any of these groups: those who answered 9 or less to “Hours?”;"
        " (those in all of these groups: those who answered “Meeting”; those who answered “Meeting”)",
    ),
]


def asked_of(show_if: dict[str, Any], words: Phrasing = ENGLISH) -> str:
    definition = a_definition(*BEFORE, a_question("scale", id="last", show_if=show_if))
    about = about_of(definition.survey, definition.settings, definition.questionnaire)
    questions = {question.id: question for question in about.questions}
    return Universes(questions, words).asked_of(questions["last"])


@pytest.mark.parametrize(("show_if", "words"), WORDED, ids=[words for _, words in WORDED])
def test_condition_says_in_words_whom_a_question_was_asked_of(show_if: dict[str, Any], words: str) -> None:
    assert asked_of(show_if) == words


def test_every_operator_is_worded_here() -> None:
    assert {name for name in CONDITIONS if f"'{name}'" in str(WORDED)} == CONDITIONS.keys()


def test_authors_words_are_marked_and_escaped_on_a_page_in_another_language() -> None:
    worded = asked_of({"not": {"question": "met", "equals": "yes"}}, MarkedPhrasing("nn", "en", in_english, "nb"))
    assert '“<span lang="en" dir="auto">Meeting</span>”' in worded
    assert "&lt;" not in worded


def test_release_keeps_its_conditions_through_the_store() -> None:
    questions = [*BEFORE, *(a_question("scale", id=f"q{at}", show_if=tree) for at, (tree, _) in enumerate(WORDED))]
    release = a_release(*questions, counts={})
    assert Release.model_validate_json(release.model_dump_json()) == release
    assert Release.model_validate_json(release.model_dump_json(serialize_as_any=True)) == release
