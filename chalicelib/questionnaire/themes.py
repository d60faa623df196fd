"""Themes that people sorted the texts of one question into: a multiple choice of those who wrote something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.questionnaire.base import Code, Frozen, Text
from chalicelib.questionnaire.codebook import Codebook, Variable
from chalicelib.questionnaire.conditions import Answered

#: A table of more answers is read by nobody, and coders no longer know them by heart.
MAXIMUM_THEMES = 50
#: A text of more is several statements.
MAXIMUM_OF_A_TEXT = 8


class Theme(Frozen):
    """One theme: its code, and what it is called in the languages of the survey."""

    code: Code
    label: Text


def themes_id(question: str) -> str:
    """The id of the multiple choice that the themes of a ``question`` make, which may be a line beside an option."""
    return f"{question.replace('.', '_')}_themes"


def themes_variable(of: Variable, themes: Sequence[Theme]) -> Variable:
    """The multiple choice that ``themes`` make, asked of those who wrote to the question ``of``."""
    return Variable(
        themes_id(of.id),
        themes_id(of.id),
        None,
        "multiple_choice",
        "many",
        tuple(theme.code for theme in themes),
        of.label,
        None,
        {theme.code: theme.label for theme in themes},
        conditions=(Answered(question=of.id, answered=True),),
        most=min(MAXIMUM_OF_A_TEXT, len(themes)),
    )


def with_themes(codebook: Codebook, added: Sequence[Variable]) -> Codebook:
    """``codebook`` with themes, each after the question that they are of."""
    found = {variable.id: variable for variable in added}
    after = {variable.id: [variable] for variable in codebook.variables}
    for variable in codebook.variables:
        if themes := found.get(themes_id(variable.id)):
            after[variable.id].append(themes)
    return replace(codebook, variables=tuple(each for variables in after.values() for each in variables))
