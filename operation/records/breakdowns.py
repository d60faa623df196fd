"""How answers put people into the rows and columns of a table, by the form of what was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.locale import translator
from chalicelib.publication.words import STANDARD_LABELS
from chalicelib.questionnaire.codebook import Codebook, Variable
from operation.errors import OperatorError
from operation.records.naming import named
from operation.records.patterns import Codes

#: What a rank of 1 is called in a record.
_FIRST = "1"


@dataclass(frozen=True)
class Category:
    """One row or column of a table."""

    code: str
    label: str


@dataclass(frozen=True)
class Breakdown:
    """What tells people apart: ``categories``, of which ``read`` gives those of a response, and none for no answer.

    ``name``: of the variable, or of the question with what is looked at; ``part``: which part of ``question`` it is, in
    words, or nothing; ``is_exclusive``: everybody is in one category, so that shares add up to 100 %.
    """

    name: str
    question: str
    label: str
    part: str
    categories: tuple[Category, ...]
    is_exclusive: bool
    variables: tuple[Variable, ...]
    read: Callable[[Codes], Sequence[str]]


def breakdowns(codebook: Codebook, name: str) -> tuple[Breakdown, ...]:
    """Of a variable one, of a question one for each of its parts; of a ranking who came first, and who was ranked.

    Labels are in the questionnaire's first language. Raises :class:`OperatorError` where nothing is called ``name``.
    """
    language = codebook.languages[0]
    variables = named(codebook, name)
    if variables[0].is_ranked and variables[0].id != name:
        return tuple(_of_ranking(name, variables, language))
    return tuple(_of_variable(variable, language) for variable in variables)


def one_breakdown(codebook: Codebook, name: str) -> Breakdown:
    """As :func:`breakdowns`, for columns, of which a table has one set."""
    found = breakdowns(codebook, name)
    if len(found) > 1:
        parts = ", ".join(variable.id for variable in named(codebook, name))
        raise OperatorError(f"“{name}” has several parts, and columns show one. Name one of: {parts}.")
    return found[0]


def _of_variable(variable: Variable, language: str) -> Breakdown:
    return Breakdown(
        variable.id,
        variable.question_id,
        _words(variable.label, variable.question_id, language),
        _words(variable.part_label, str(variable.part), language) if variable.part_label else "",
        tuple(Category(code, _code_label(variable, code, language)) for code in variable.codes),
        variable.form != "many",
        (variable,),
        lambda codes: codes.get(variable.id, ()),
    )


def _of_ranking(name: str, variables: Sequence[Variable], language: str) -> Iterator[Breakdown]:
    options = tuple(
        Category(str(each.part), _words(each.part_label or {}, str(each.part), language)) for each in variables
    )
    label, ranks = _words(variables[0].label, name, language), len(variables[0].codes)

    def first(codes: Codes) -> list[str]:
        return [str(each.part) for each in variables if codes.get(each.id, ()) == (_FIRST,)]

    def ranked(codes: Codes) -> list[str]:
        return [str(each.part) for each in variables if codes.get(each.id)]

    yield Breakdown(f"{name}, first", name, label, "In the first place", options, True, tuple(variables), first)
    if ranks > 1:
        among = f"Among the first {ranks}"
        yield Breakdown(f"{name}, first {ranks}", name, label, among, options, False, tuple(variables), ranked)


def _words(label: Mapping[str, str], name: str, language: str) -> str:
    """An author's words; where they are not in ``language``, the name that they are for."""
    return label.get(language) or name


def _code_label(variable: Variable, code: str, language: str) -> str:
    """The author's words, or the interface's where the code is one of its own."""
    if code in variable.labels:
        return variable.labels[code].get(language, code)
    return translator(language)(STANDARD_LABELS[code]) if code in STANDARD_LABELS else code
