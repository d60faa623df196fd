"""The words that a draft was made with do not reach respondents unnoticed."""

from __future__ import annotations

import pytest

from operation.authoring.draft_rules import DRAFTED
from tests.builders import a_document, a_question, text
from tests.unit.operation.authoring.found import found_in


@pytest.mark.parametrize(("name", "words"), DRAFTED.items())
def test_words_of_a_draft_that_nobody_has_replaced_are_warned_of(name: str, words: str) -> None:
    document = a_document(a_question("yes_no"))
    assert found_in(document) == []
    document["questionnaire"][name] = text(f"{words}\n")
    assert found_in(document) == [(f"questionnaire.{name}.en", "draft_words", "warning")]
    document["questionnaire"][name] = text(f"{words} We are twelve.")
    assert found_in(document) == []
