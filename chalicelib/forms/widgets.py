"""Which widget asks which kind of question: the name of a macro in ``templates/widgets.html``, and how it is framed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from chalicelib.questionnaire.definition import Question, Ranking


@dataclass(frozen=True)
class Widget:
    """``macro`` draws the inputs; ``first`` is the id of the first of them, which a problem's link leads to.

    ``frame``: a "fieldset" names several inputs by its legend, a "label" one; a "box" is named by its own words; a
    "note" has none. ``control``: by what CSS tells whether it is answered (:mod:`chalicelib.forms.visibility`): a box
    that is ticked, an option picked in one of its lists or in each, something in a field. ``told``: what is said beside
    it of the question's limits, or of the link.
    """

    macro: str
    first: Callable[[Any], str]
    control: Literal["boxes", "list", "lists", "field", "none"]
    frame: Literal["fieldset", "label", "box", "note"] = "fieldset"
    told: Literal["range", "days", "link", "length"] | None = None


#: Ranks are chosen on buttons beside each other while a small phone has room for them, from a list beyond.
MOST_BUTTONS = 6


def control_of(question: Question) -> str:
    """By what CSS tells whether ``question`` is answered."""
    return "boxes" if has_buttons(question) else WIDGETS[question.kind].control


def has_buttons(question: Question) -> bool:
    """Whether the ranks of ``question`` are chosen on buttons."""
    return isinstance(question, Ranking) and len(question.ranks) <= MOST_BUTTONS


def _first_rank(question: Any) -> str:
    return _first_option(question) + "-1" * has_buttons(question)


def _first_option(question: Any) -> str:
    return f"{question.id}-{question.options[0].code}"


def _only(question: Any) -> str:
    return f"{question.id}.input"


def _itself(question: Any) -> str:
    return str(question.id)


#: Question kind to its widget; one entry for each of ``definition.KINDS``.
WIDGETS: Mapping[str, Widget] = {
    "single_choice": Widget("single_choice", _first_option, "boxes"),
    "dropdown": Widget("dropdown", _only, "list", "label"),
    "multiple_choice": Widget("multiple_choice", _first_option, "boxes"),
    "scale": Widget("scale", lambda question: f"{question.id}-{question.least}", "boxes"),
    "matrix": Widget(
        "matrix", lambda question: f"{question.id}.{question.rows[0].code}-{question.options[0].code}", "boxes"
    ),
    "ranking": Widget("ranking", _first_rank, "list"),
    "number": Widget("number", _only, "field", "label", "range"),
    "date": Widget("date", lambda question: f"{question.id}-day", "lists", told="days"),
    "yes_no": Widget("yes_no", lambda question: f"{question.id}-yes", "boxes"),
    "consent": Widget("consent", lambda question: f"{question.id}-given", "boxes", "box"),
    "short_text": Widget("short_text", _only, "field", "label", "length"),
    "long_text": Widget("long_text", _only, "field", "label", "length"),
    "hidden": Widget("hidden", _itself, "boxes", told="link"),
    "note": Widget("note", _itself, "none", "note"),
    "section": Widget("note", _itself, "none", "note"),
}
