"""What was typed into a form, in words, for somebody to copy."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from markupsafe import Markup

from chalicelib.forms.page import FormState
from chalicelib.questionnaire.codebook import GIVEN, NO, YES, Variable, codebook_of
from chalicelib.questionnaire.definition import Questionnaire

#: Words for the codes that no author labels.
_STANDARD_WORDS: Mapping[str, str] = {YES: "Yes", NO: "No", GIVEN: "Yes"}


class TypedAnswer(NamedTuple):
    """A question, or a part of one, and what was answered to it."""

    label: str
    answer: str


def typed_answers(
    questionnaire: Questionnaire, state: FormState, only: Collection[str] | None = None
) -> list[TypedAnswer]:
    """Question by question what was typed, right or wrong; ``only`` of the questions with these ids, where given."""
    state = replace(state, fallback=questionnaire.first_language)
    found: list[TypedAnswer] = []
    for variable in codebook_of(questionnaire).variables:
        values = [_in_words(variable, value, state) for value in _typed(variable, state) if value]
        if values and (only is None or variable.question_id in only):
            labels = [variable.label, variable.part_label] if variable.part_label else [variable.label]
            found.append(TypedAnswer(Markup(": ").join(map(state.worded, labels)), "; ".join(values)))
    return found


def as_text(answers: Sequence[TypedAnswer]) -> str:
    """Answers under each other, to be copied in one piece."""
    return "\n\n".join(f"{Markup.escape(typed.label).striptags()}\n{typed.answer}" for typed in answers)


def _typed(variable: Variable, state: FormState) -> Sequence[str]:
    """The values of ``variable``; a date is the parts of it that were chosen, joined."""
    if variable.numbers is None or not variable.numbers.are_dates:
        return state.fields.get(variable.id, ())
    parts = (state.typed(f"{variable.id}.{part}") for part in ("year", "month", "day"))
    return ["-".join(filter(None, parts))]


def _in_words(variable: Variable, value: str, state: FormState) -> str:
    if value in variable.labels and variable.form != "number":
        return state.unmarked(variable.labels[value])
    return value if variable.form == "text" else state.translate(_STANDARD_WORDS.get(value, value))
