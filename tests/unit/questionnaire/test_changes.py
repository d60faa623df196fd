"""What is marked as changed to somebody who answered an earlier version: only what they can see."""

from __future__ import annotations

import pytest

from chalicelib.questionnaire.changes import changes_between
from tests.builders import a_definition, a_question, options, text


def changed_by(was: str, becomes: str) -> frozenset[str]:
    """The questions that are marked when one is reworded, and its option."""
    before, after = (
        a_definition(
            a_question("yes_no", label=text(wording)),
            a_question("single_choice", options=[*options("se"), {"code": "no", "label": text(wording)}]),
        ).questionnaire
        for wording in (was, becomes)
    )
    return changes_between(before, after, "en").changed


@pytest.mark.parametrize("becomes", ["Have you been\u00a0there?", "Have you be\u00aden\u200b  there?"])
def test_difference_that_nobody_sees_is_not_marked(becomes: str) -> None:
    assert changed_by("Have you been there?", becomes) == frozenset()


def test_difference_that_is_seen_is_marked() -> None:
    assert changed_by("Have you been there?", "Have you been here?") == {"police_met", "country"}


def test_difference_in_codes_or_limits_is_marked_whatever_the_words() -> None:
    before, after = (a_definition(a_question("number", most=most)).questionnaire for most in (300, 301))
    assert changes_between(before, after, "en").changed == {"clients"}
