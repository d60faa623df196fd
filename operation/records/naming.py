"""Finds what an operator named: a question, a part of one, a code; and says what was meant where it was mistyped."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.questionnaire.codebook import Codebook, Variable
from operation.authoring.suggestions import did_you_mean
from operation.errors import OperatorError

#: Names that are all told, where none is like what was named.
_FEW = 12


def named(codebook: Codebook, name: str) -> tuple[Variable, ...]:
    """The variable called ``name``, or all of the question that is; lines beside its options only by their own names.

    Raises :class:`OperatorError` where nothing is called so.
    """
    variables = codebook.variables
    of_question = [variable for variable in variables if variable.question_id == name and not _is_line(variable)]
    found = [variable for variable in variables if variable.id == name] or of_question
    if not found:
        names = [each for variable in variables for each in (variable.question_id, variable.id)]
        raise OperatorError(f"There is no question “{name}”.{meant(name, names)}")
    return tuple(found)


def one_named(codebook: Codebook, name: str) -> Variable:
    """As :func:`named`, where only one variable will do."""
    found = named(codebook, name)
    if len(found) > 1:
        raise OperatorError(f"“{name}” has several parts. Name one of: {', '.join(each.id for each in found)}.")
    return found[0]


def _is_line(variable: Variable) -> bool:
    """Whether it is what people may write beside an option."""
    return variable.form == "text" and variable.part is not None


def meant(name: str, names: Iterable[str]) -> str:
    """A sentence, after a blank, that names the one of ``names`` that is like ``name``, or all if they are few."""
    known = list(dict.fromkeys(names))
    if suggestion := did_you_mean(name, known):
        return suggestion
    return f" There are: {', '.join(known)}." if len(known) <= _FEW else " See codebook.csv beside the records."
