"""Whether two versions ask the same, in whatever words: in one edition everybody is asked the same."""

from __future__ import annotations

from typing import Any

import pytest

from operation.authoring.comparability import asked_late, asks_the_same
from tests.builders import text
from tests.unit.operation.authoring.documents import question, read, two_languages
from tests.unit.operation.authoring.test_comparability import ALLOWED, REFUSED, WORDED


@pytest.mark.parametrize("what", ALLOWED)
def test_words_and_languages_ask_the_same_and_nothing_else_does(what: str) -> None:
    old, new = read(two_languages()), read(ALLOWED[what])
    assert asks_the_same(old, new) == (not asked_late(old, new)) == (what in WORDED)


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_does_not_ask_the_same_but_where_only_words_are(what: str) -> None:
    document, (place, code) = REFUSED[what]
    old, new = read(two_languages()), read(document)
    is_worded = code == "removed_language" or what.startswith(("another question", "another option", "another row"))
    is_worded = is_worded or what in ("another band", "another end of a scale")
    assert asks_the_same(old, new) == is_worded
    asked = place.partition(".")[0]
    assert [(str(problem.place), problem.code) for problem in asked_late(old, new)] == [(asked, "asked_late")] * (
        not is_worded
    )


def test_no_wording_of_any_kind_is_taken_for_what_is_asked() -> None:
    document = two_languages()
    for asked in document["questionnaire"]["questions"]:
        asked["hint"] = text("A hint.")
    question(document, "short_text").update(pattern="[a-z]+", pattern_says=text("small letters"))
    old = read(document)
    for asked in document["questionnaire"]["questions"]:
        _reword(asked)
    assert asks_the_same(old, read(document))


def _reword(part: Any) -> None:
    for value in part.values() if isinstance(part, dict) else part:
        if isinstance(value, dict) and "en" in value:
            value["en"] = f"Other: {value['en']}"
        elif isinstance(value, dict | list):
            _reword(value)


def test_in_another_order_the_questions_are_not_the_same() -> None:
    old, new = two_languages(), two_languages()
    new["questionnaire"]["questions"].reverse()
    [problem] = asked_late(read(old), read(new))
    assert (str(problem.place), problem.code) == ("questionnaire.questions", "asked_late")
