"""Messages about mistakes that name something in another language, or that runs the other way."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.errors import Problem
from chalicelib.questionnaire.definition import Definition
from tests.builders import a_document, a_question
from tests.unit.forms.rendering import a_page, a_state

LABELS = {"en": "None", "sv": "Inget", "ar": "لا شيء"}


@pytest.mark.parametrize(
    ("first", "page_language", "shown"),
    [
        ("en", "sv", "“Inget” cannot"),
        ("en", "fi", '“<span lang="en" dir="auto">None</span>” cannot'),
        ("ar", "fi", '“<span lang="ar" dir="auto">لا شيء</span>” cannot'),
    ],
)
def test_an_option_in_another_language_is_marked_in_the_summary_and_beside_the_question(
    first: str, page_language: str, shown: str
) -> None:
    document = a_document(a_question("multiple_choice"))
    names = {"en": "English", "ar": "العربية", "fi": "Suomi"}
    document["questionnaire"]["languages"] = {code: {"name": names[code]} for code in {first: 1, **names}}
    for name in ("title", "asked_by", "introduction", "thanks"):
        document["questionnaire"][name] = {first: "x"}
    (question,) = document["questionnaire"]["questions"]
    question |= {"label": {first: "?"}, "options": _labelled(first)}
    problem = Problem("challenges", "exclusive", {"option": LABELS})
    page = a_page(Definition.model_validate(document), a_state({}, problem, language=page_language))
    assert page.html.count(shown) == 2


def _labelled(language: str) -> list[dict[str, Any]]:
    return [{"code": code, "label": {language: code}} for code in ("a", "b", "none")]


def test_a_day_in_a_message_is_in_words_which_no_line_turns_around() -> None:
    page = a_page(
        state=a_state({}, Problem("moved", "date_out_of_range", {"least": "2020-01-01", "most": "2026-12-31"}))
    )
    assert page.html.count("from 1 January 2020 to 31 December 2026") == 3
