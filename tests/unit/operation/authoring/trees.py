"""Conditions, written short as in a file, and drawn at random for the questions of the builders."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from pydantic import TypeAdapter

from chalicelib.questionnaire.conditions import Condition, Tree
from tests.builders import a_document, a_question

Written = dict[str, Any]

_CONDITION: TypeAdapter[Tree] = TypeAdapter(Condition)


def read(written: Written) -> Tree:
    """The condition that a file writes so."""
    return _CONDITION.validate_python(written)


def equals(question: str, value: int | str) -> Written:
    return {"question": question, "equals": value}


#: Whoever answered yes to the first question of :func:`conditioned`.
MET = equals("met", "yes")


def conditioned(show_if: Written) -> dict[str, Any]:
    """A definition whose second question has this condition."""
    return a_document(a_question("yes_no", id="met"), a_question("scale", show_if=show_if))


def includes(question: str, value: str) -> Written:
    return {"question": question, "includes": value}


def at_least(question: str, value: int | str) -> Written:
    return {"question": question, "at_least": value}


def at_most(question: str, value: int | str) -> Written:
    return {"question": question, "at_most": value}


def chosen_at_least(question: str, number: int) -> Written:
    return {"question": question, "chosen_at_least": number}


def chosen_at_most(question: str, number: int) -> Written:
    return {"question": question, "chosen_at_most": number}


def answered(question: str) -> Written:
    return {"question": question, "answered": True}


def each(said: str) -> list[Written]:
    """The comparisons of "mood equals 4 | word answered"; a number in quotes is text."""
    return [_comparison(*comparison.split()) for comparison in said.split("|")]


def _comparison(question: str, operator: str, value: str = "") -> Written:
    read_as = int(value) if value.isdecimal() else value.strip("'") or True
    return {"question": question, operator: read_as}


def every(*conditions: Written) -> Written:
    return {"all": list(conditions)}


def some(*conditions: Written) -> Written:
    return {"any": list(conditions)}


def no(condition: Written) -> Written:
    return {"not": condition}


def trees(leaves: st.SearchStrategy[Written], most: int = 6) -> st.SearchStrategy[Written]:
    """Conditions of up to ``most`` of ``leaves``."""
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds(no, inner)
            | st.lists(inner, min_size=1, max_size=3).map(lambda parts: every(*parts))
            | st.lists(inner, min_size=1, max_size=3).map(lambda parts: some(*parts))
        ),
        max_leaves=most,
    )
