"""Whether readers of results will learn how the survey was made, and can tell its questions apart."""

from __future__ import annotations

from typing import Any

import pytest

from operation.authoring import method_rules
from operation.authoring.comparability import asks_the_same, incomparable
from operation.authoring.method_rules import LONG_HEADING, TOLD, method_problems
from tests.builders import METHOD, a_definition, a_question, text
from tests.unit.operation.authoring.found import codes_of

LONG = text("x" * (LONG_HEADING + 1))


def told(*questions: dict[str, Any], **settings: Any) -> list[tuple[str, str, str, str]]:
    definition = a_definition(*questions, **settings)
    return [(str(each.place), each.code, each.severity, each.message) for each in method_problems(definition)]


def test_what_readers_will_not_be_told_of_how_it_was_made_is_one_warning_AAPOR() -> None:
    ((place, code, severity, message),) = told(a_question("scale"))
    assert (place, code, severity) == ("settings", "method_untold", "warning")
    assert all(f"{name} ({what})" in message for name, what in TOLD.items())
    ((*_, message),) = told(a_question("scale"), **{**METHOD, "sponsor": None})
    assert [name for name in TOLD if f"{name} (" in message] == ["sponsor"]
    assert told(a_question("scale"), **METHOD) == []


def test_questions_too_long_for_a_heading_are_one_warning_where_they_have_no_short_name() -> None:
    long = [a_question(kind, id=f"q_{kind}", label=LONG) for kind in ("scale", "note", "consent", "long_text")]
    ((place, code, severity, message),) = told(*long, **METHOD)
    assert (place, code, severity) == ("questionnaire.questions.0", "short_missing", "warning")
    assert ": q_scale, q_long_text. " in message
    assert told(*(each | {"short": text("Mood")} for each in long), **METHOD) == []


@pytest.mark.parametrize("short", [None, text("Mood")])
def test_a_short_name_asks_nothing_and_may_be_mended_without_a_word(short: dict[str, str] | None) -> None:
    old, new = (
        a_definition(a_question("scale", short=name)).questionnaire for name in (text("Content with us"), short)
    )
    assert asks_the_same(old, new)
    assert incomparable([old], new) == []


def test_every_code_of_these_rules_is_tested_here() -> None:
    assert codes_of(method_rules) == {"method_untold", "short_missing"}
