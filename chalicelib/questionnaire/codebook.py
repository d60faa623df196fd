"""The codebook: every variable that a response has, with its codes, in one fixed order.

A question has one variable or several (a matrix has one a row); everything behind the form (packing, tallying,
tables, exports) works on variables and never on question kinds, so that a new kind is described here once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from chalicelib.questionnaire.conditions import Implication, Tree
from chalicelib.questionnaire.definition import (
    Date,
    Matrix,
    MultipleChoice,
    Number,
    OneOfList,
    Question,
    Questionnaire,
    Ranking,
    Scale,
    has_random_order,
    is_required,
    specify_options,
)
from chalicelib.questionnaire.options import DateBand, NumberBand, Option, Row
from chalicelib.questionnaire.routing import conditions_of

#: Codes that no option may have: the tables need them.
NO_ANSWER = "no_answer"
CHOSEN = "chosen"
NOT_CHOSEN = "not_chosen"
RESERVED_CODES = frozenset({NO_ANSWER, CHOSEN, NOT_CHOSEN})
ANSWERED = "answered"
YES, NO, GIVEN = "yes", "no", "given"

Labels = Mapping[str, Mapping[str, str]]
Form = Literal["one", "many", "number", "text"]


@dataclass(frozen=True)
class Numbers:
    """The whole numbers that a variable takes; of dates, their days since the year 1.

    ``limits``: where each band but the first begins, in ascending order.
    """

    least: int
    most: int
    limits: tuple[int, ...]
    are_dates: bool = False

    def read(self, value: str) -> int:
        """The number that ``value`` writes: digits, or a date as 2026-03-31."""
        return date.fromisoformat(value).toordinal() if self.are_dates else int(value)

    def written(self, number: int) -> str:
        """The inverse of :meth:`read`."""
        return date.fromordinal(number).isoformat() if self.are_dates else str(number)

    def band(self, number: int) -> int:
        """Which band ``number`` falls into, counted from 0."""
        return bisect_right(self.limits, number)


@dataclass(frozen=True)
class Variable:
    """One column of a record.

    ``form`` is "one" (a single code or none), "many" (any set of codes), "number" (one of ``numbers``; the codes are
    its bands) or "text" (written; only whether it was answered is counted). ``labels`` holds the author's wording by
    code and language; codes without one ("yes", "answered") are worded by the interface. ``conditions``: all of them
    hold for those who are asked; none where it is everybody. ``implies``: what its codes say of an earlier variable.
    """

    id: str
    question_id: str
    part: str | None
    kind: str
    form: Form
    codes: tuple[str, ...]
    label: Mapping[str, str]
    part_label: Mapping[str, str] | None
    labels: Labels
    exclusive: frozenset[str] = frozenset()
    numbers: Numbers | None = None
    conditions: tuple[Tree, ...] = ()
    implies: tuple[Implication, ...] = ()
    is_required: bool = False
    #: Whether anything is printed of it: not of consent, without which there is no response.
    has_table: bool = True
    #: Whether its codes are ranks, each of which one other variable of the question may have.
    is_ranked: bool = False
    #: Whether the options stood otherwise on each form: of its codes, or of a ranking's variables.
    has_random_order: bool = False
    #: How many codes whoever answers chooses: the fewest and the most.
    least: int = 1
    most: int = 1

    @property
    def is_conditional(self) -> bool:
        """Whether not everybody is asked."""
        return bool(self.conditions)

    @property
    def leaves_no_answer(self) -> bool:
        """Whether "no answer" is what the answers leave of everybody: with who was not asked, or did not rank it."""
        return self.is_conditional or self.is_ranked


@dataclass(frozen=True)
class Codebook:
    """All variables of a questionnaire version, in the order of its questions."""

    languages: tuple[str, ...]
    variables: tuple[Variable, ...]


def codebook_of(questionnaire: Questionnaire) -> Codebook:
    """Describe every variable that a response to ``questionnaire`` has."""
    conditions = conditions_of(questionnaire)
    variables = [
        replace(
            variable,
            conditions=conditions[question.id],
            implies=question.implies,
            is_required=is_required(question),
            has_random_order=has_random_order(question) and variable.form != "text",
        )
        for question in questionnaire.questions
        for variable in _variables_of(question)
    ]
    return Codebook(languages=tuple(questionnaire.languages), variables=tuple(variables))


def _variables_of(question: Question) -> list[Variable]:
    specified = (_text(question, option, ".text") for option in specify_options(question))
    return [*VARIABLES[question.kind](question), *specified]


def _variable(
    question: Question,
    form: Form,
    labels: Labels,
    *,
    codes: tuple[str, ...] = (),
    part: Option | Row | None = None,
    suffix: str = "",
    **facts: Any,
) -> Variable:
    """A variable of ``question``, or of a ``part`` of it; its ``codes`` are those with labels where none are given."""
    return Variable(
        f"{question.id}.{part.code}{suffix}" if part else question.id,
        question.id,
        part.code if part else None,
        question.kind,
        form,
        codes or tuple(labels),
        question.label,
        part.label if part else None,
        labels,
        **facts,
    )


def _labels(options: Iterable[Option | NumberBand | DateBand]) -> Labels:
    return {option.code: option.label for option in options}


def _listed(question: OneOfList) -> list[Variable]:
    return [_variable(question, "one", _labels(question.options))]


def _choices(question: MultipleChoice) -> list[Variable]:
    exclusive = frozenset(option.code for option in question.options if option.exclusive)
    most = question.most or max(1, len(question.options) - len(exclusive))
    labels, least = _labels(question.options), question.least or 1
    return [_variable(question, "many", labels, exclusive=exclusive, least=least, most=most)]


def _scale(question: Scale) -> list[Variable]:
    ends = {question.least: question.least_label, question.most: question.most_label}
    labels = {
        str(step): {language: _step_label(step, ends.get(step, {}), language) for language in question.label}
        for step in question.steps
    }
    return [_variable(question, "one", labels)]


def _step_label(step: int, end: Mapping[str, str], language: str) -> str:
    return f"{step} – {end[language]}" if language in end else str(step)


def _matrix(question: Matrix) -> list[Variable]:
    labels = _labels(question.options)
    return [_variable(question, "one", labels, part=row) for row in question.rows]


def _ranking(question: Ranking) -> list[Variable]:
    """One variable an option: the rank that it was given."""
    labels = {str(rank): dict.fromkeys(question.label, str(rank)) for rank in question.ranks}
    return [_variable(question, "one", labels, part=option, is_ranked=True) for option in question.options]


def _number(question: Number) -> list[Variable]:
    limits = tuple(band.below for band in question.bands if band.below is not None)
    return _measured(question, Numbers(question.least, question.most, limits))


def _date(question: Date) -> list[Variable]:
    least, most = (date.fromisoformat(day).toordinal() for day in (question.least, question.most))
    limits = tuple(date.fromisoformat(band.before).toordinal() for band in question.bands if band.before)
    return _measured(question, Numbers(least, most, limits, are_dates=True))


def _measured(question: Number | Date, numbers: Numbers) -> list[Variable]:
    labels = _labels(question.bands)
    return [_variable(question, "number", labels, codes=tuple(labels) or (ANSWERED,), numbers=numbers)]


def _text(question: Question, part: Option | None = None, suffix: str = "") -> Variable:
    return _variable(question, "text", {}, codes=(ANSWERED,), part=part, suffix=suffix)


#: Question kind to its variables; one entry for each of ``definition.KINDS``.
VARIABLES: Mapping[str, Callable[[Any], list[Variable]]] = {
    "single_choice": _listed,
    "dropdown": _listed,
    "multiple_choice": _choices,
    "scale": _scale,
    "matrix": _matrix,
    "ranking": _ranking,
    "number": _number,
    "date": _date,
    "yes_no": lambda question: [_variable(question, "one", {}, codes=(YES, NO))],
    "consent": lambda question: [_variable(question, "one", {}, codes=(GIVEN,), has_table=False)],
    "short_text": lambda question: [_text(question)],
    "long_text": lambda question: [_text(question)],
    "hidden": _listed,
    "note": lambda question: [],
    "section": lambda question: [],
}
