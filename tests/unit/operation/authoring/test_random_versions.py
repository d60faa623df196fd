"""Versions with random changes: what only adds is accepted, what takes away is refused (P13)."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.questionnaire.definition import KINDS
from tests.builders import a_question, text
from tests.unit.operation.authoring.documents import (
    MET,
    Document,
    asking,
    in_german,
    of_kind,
    only,
    question,
    reasons,
    reviewed,
    two_languages,
)

#: Additions to questions of the first version.
TO_QUESTIONS = [
    lambda document: question(document, "single_choice")["options"].append(_new("options", document)),
    lambda document: question(document, "multiple_choice")["options"].insert(0, _new("options", document)),
    lambda document: question(document, "hidden")["options"].append(_new("options", document)),
    lambda document: question(document, "matrix")["rows"].append(_new("rows", document)),
    lambda document: question(document, "matrix")["options"].insert(1, _new("options", document)),
]
ADDITIONS = [
    lambda document: asking(document, a_question("scale", id=_name(document))),
    lambda document: asking(document, a_question("number", id=_name(document), show_if=MET)),
    lambda document: asking(document, a_question("note", id=_name(document)), at=0),
    in_german,
    reviewed,
]


def _name(document: Document) -> str:
    return f"new_{len(str(document))}"


def _new(kind: str, document: Document) -> Document:
    return {"code": _name(document), "label": text(f"New {_name(document)}")}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*TO_QUESTIONS, *ADDITIONS]), max_size=8))
def test_a_version_with_any_additions_is_accepted(additions: list[Any]) -> None:
    document = two_languages()
    for add in additions:
        add(document)
    assert reasons(two_languages(), document) == []


#: Lists whose members people may have chosen, and questions.
CLOSED = [
    *((kind, "options") for kind in ("single_choice", "multiple_choice", "matrix", "ranking", "hidden")),
    ("matrix", "rows"),
    ("number", "bands"),
    ("date", "bands"),
]
ASKING = [name for name, kind in KINDS.items() if kind.asks != "nothing"]


@st.composite
def removals(draw: st.DrawFn) -> Document:
    """Something is gone, or is asked as another kind."""
    document = two_languages()
    what = draw(st.sampled_from(["part", "question", "kind"]))
    if what == "part":
        kind, name = draw(st.sampled_from(CLOSED))
        parts = question(document, kind)[name]
        del parts[draw(st.integers(0, len(parts) - 1))]
        # Where a list may not be as short, something else takes the place.
        parts.append(_new(name, document))
        return document
    kind = draw(st.sampled_from(ASKING))
    if what == "question":
        return only(document, *KINDS.keys() - {kind})
    return of_kind(kind, draw(st.sampled_from([other for other in KINDS if other != kind])))


@settings(max_examples=60, deadline=None)
@given(removals(), st.lists(st.sampled_from(ADDITIONS), max_size=3), st.sets(st.sampled_from(["country", "harder"])))
def test_a_version_in_which_anything_is_gone_or_of_another_kind_is_refused_P13(
    document: Document, additions: list[Any], same_meaning: set[str]
) -> None:
    for add in additions:
        add(document)
    assert reasons(two_languages(), document, *same_meaning)
