"""Which widget asks which kind of question: the name of a macro in ``templates/widgets.html``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Widget:
    """``macro`` draws the inputs; ``first`` is the id of the first of them, which a problem's link leads to.

    A ``grouped`` widget has several, so a fieldset and legend name them.
    """

    macro: str
    first: Callable[[Any], str]
    grouped: bool = True


def _first_option(question: Any) -> str:
    return f"{question.id}-{question.options[0].code}"


def _only(question: Any) -> str:
    return f"{question.id}.input"


#: Question kind to its widget; one entry for each of ``definition.KINDS``.
WIDGETS: Mapping[str, Widget] = {
    "single_choice": Widget("single_choice", _first_option),
    "multiple_choice": Widget("multiple_choice", _first_option),
    "scale": Widget("scale", lambda question: f"{question.id}-{question.least}"),
    "matrix": Widget("matrix", lambda question: f"{question.id}.{question.rows[0].code}-{question.options[0].code}"),
    "ranking": Widget("ranking", _first_option),
    "number": Widget("number", _only, grouped=False),
    "date": Widget("date", lambda question: f"{question.id}-day"),
    "yes_no": Widget("yes_no", lambda question: f"{question.id}-yes"),
    "consent": Widget("consent", lambda question: f"{question.id}-given"),
    "short_text": Widget("short_text", _only, grouped=False),
    "long_text": Widget("long_text", _only, grouped=False),
    "hidden": Widget("hidden", lambda question: question.id),
    "note": Widget("note", lambda question: question.id, grouped=False),
    "section": Widget("note", lambda question: question.id, grouped=False),
}
