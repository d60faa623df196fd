"""Questions that do not fit the schema: what can be read of their words is checked in the same run."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.questionnaire.definition import KINDS
from tests.builders import a_document, a_question, text
from tests.unit.operation.authoring.found import FIRST, alike, written
from tests.unit.operation.authoring.refusals import problems_of

MISFIT = {"colour": "red"}


def found_in(*questions: Any) -> list[tuple[str, str]]:
    problems = problems_of(json.dumps(a_document(*questions)))
    return [(str(problem.place), problem.code) for problem in problems]


HOMES = [{"code": code, "label": text("At home")} for code in ("a", "b")]
#: A question that does not fit, and the problems with its words that are found beside that.
MISWORDED: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    (written("What is your name?") | MISFIT, [(FIRST, "identifying")]),
    (written("Which town do you live in?", most_characters=-1), [(FIRST, "fine_geography")]),
    (written("a" * 401) | MISFIT, [(f"{FIRST}.label", "long_text")]),
    (a_question("long_text", hint=None) | MISFIT, [(FIRST, "text_without_hint")]),
    (a_question("single_choice", options=HOMES) | MISFIT, [(f"{FIRST}.options.1.label", "repeated_label")]),
    (
        a_question("matrix", rows=[{"code": "a", "label": text("x", sv="y")}]) | MISFIT,
        [(f"{FIRST}.rows.0.label", "undeclared_language")],
    ),
    (a_question("scale", least_label={}) | MISFIT, [(f"{FIRST}.least_label", "missing_translation")]),
    (written("Your phone", kind="telepathy"), [(FIRST, "identifying")]),
    (written("Your phone", kind=[]), [(FIRST, "identifying")]),
    (written("x", hint="Name nobody."), []),
    (a_question("single_choice", options=[*alike("a", "b"), {"code": "c", "label": "C"}], hint=text("Nobody.")), []),
    (a_question("yes_no", label={"en": 5}), []),
    ({"kind": "scale"}, []),
    ({}, []),
]


@pytest.mark.parametrize(("question", "expected"), MISWORDED)
@pytest.mark.parametrize("others", [[], [a_question("yes_no", id="other")]], ids=["alone", "beside another"])
def test_words_of_a_question_that_does_not_fit_are_checked(
    question: dict[str, Any], expected: list[tuple[str, str]], others: list[Any]
) -> None:
    about_words = {code for _, found in MISWORDED for _, code in found} | {"asks_nothing"}
    found = found_in(question, *others)
    assert [problem for problem in found if problem[1] in about_words] == expected
    assert len(found) > len(expected), "that it does not fit is told as well"


def test_positions_are_those_of_the_file() -> None:
    found = found_in(a_question("yes_no"), 5, written("Your phone", id="phone") | MISFIT, written("Name", id="other"))
    assert [place for place, code in found if code == "identifying"] == [
        "questionnaire.questions.2",
        "questionnaire.questions.3",
    ]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["en", "code", "label"]), inner),
    max_leaves=5,
)
KEYS = ["id", "kind", "label", "hint", "options", "rows", "bands", "least", "most", "least_label", "show_if", "pattern"]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from(KEYS), ANYTHING, min_size=1, max_size=4))
def test_any_value_in_a_question_brings_problems_or_none_and_no_traceback(kind: str, spoilt: dict[str, Any]) -> None:
    problems_of(json.dumps(a_document(a_question(kind) | spoilt, a_question("yes_no", id="other"))))
