"""The codebook: every variable that a response has, with its codes, in one fixed order.

A question has one variable or several (a matrix has one a row); everything behind the form (packing, tallying,
tables, exports) works on variables and never on question kinds, so that a new kind is described here once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, cast

from chalicelib.questionnaire.conditions import Tree
from chalicelib.questionnaire.definition import (
    Consent,
    Date,
    DateBand,
    Matrix,
    MultipleChoice,
    Number,
    NumberBand,
    OneOfList,
    Option,
    Question,
    Questionnaire,
    Ranking,
    Scale,
    YesNo,
    is_required,
    specify_options,
)
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
    hold for those who are asked; none where it is everybody.
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
    is_required: bool = False
    #: How many codes whoever answers chooses: the fewest and the most.
    least: int = 1
    most: int = 1

    @property
    def is_conditional(self) -> bool:
        """Whether not everybody is asked."""
        return bool(self.conditions)


@dataclass(frozen=True)
class Codebook:
    """All variables of a questionnaire version, in the order of its questions."""

    languages: tuple[str, ...]
    variables: tuple[Variable, ...]


def codebook_of(questionnaire: Questionnaire) -> Codebook:
    """Describe every variable that a response to ``questionnaire`` has."""
    conditions = conditions_of(questionnaire)
    variables = [
        replace(variable, conditions=conditions[question.id], is_required=is_required(question))
        for question in questionnaire.questions
        for variable in _variables_of(question)
    ]
    return Codebook(languages=tuple(questionnaire.languages), variables=tuple(variables))


def _variables_of(question: Question) -> list[Variable]:
    kind = question.kind
    return [*VARIABLES[kind](question), *(_specified(question, kind, option) for option in specify_options(question))]


def _choice(question: Question, form: Form) -> list[Variable]:
    choice = cast("OneOfList | MultipleChoice", question)
    exclusive = frozenset(option.code for option in choice.options if option.exclusive)
    listed = _closed(
        question, choice.kind, _codes(choice.options), _labels(choice.options), form=form, exclusive=exclusive
    )
    if not isinstance(choice, MultipleChoice):
        return [listed]
    most = choice.most or max(1, len(choice.options) - len(exclusive))
    return [replace(listed, least=choice.least or 1, most=most)]


def _scale(question: Question) -> list[Variable]:
    scale = cast("Scale", question)
    ends = {str(scale.least): scale.least_label, str(scale.most): scale.most_label}
    labels = {
        str(step): {language: _step_label(step, ends, language) for language in scale.label} for step in scale.steps
    }
    return [_closed(scale, "scale", tuple(labels), labels)]


def _step_label(step: int, ends: Labels, language: str) -> str:
    end = ends.get(str(step), {}).get(language)
    return f"{step} – {end}" if end else str(step)


def _matrix(question: Question) -> list[Variable]:
    matrix = cast("Matrix", question)
    codes, labels = _codes(matrix.options), _labels(matrix.options)
    return [
        Variable(
            f"{matrix.id}.{row.code}", matrix.id, row.code, "matrix", "one", codes, matrix.label, row.label, labels
        )
        for row in matrix.rows
    ]


def _ranking(question: Question) -> list[Variable]:
    """One variable an option: the rank that it was given."""
    ranking = cast("Ranking", question)
    labels = {str(rank): dict.fromkeys(ranking.label, str(rank)) for rank in ranking.ranks}
    ranks = tuple(labels)
    return [
        Variable(
            f"{ranking.id}.{option.code}",
            ranking.id,
            option.code,
            "ranking",
            "one",
            ranks,
            ranking.label,
            option.label,
            labels,
        )
        for option in ranking.options
    ]


def _number(question: Question) -> list[Variable]:
    number = cast("Number", question)
    limits = tuple(band.below for band in number.bands if band.below is not None)
    return [_measured(number, number.bands, Numbers(number.least, number.most, limits))]


def _date(question: Question) -> list[Variable]:
    asked = cast("Date", question)
    least, most = (date.fromisoformat(day).toordinal() for day in (asked.least, asked.most))
    limits = tuple(date.fromisoformat(band.before).toordinal() for band in asked.bands if band.before)
    return [_measured(asked, asked.bands, Numbers(least, most, limits, are_dates=True))]


def _measured(question: Question, bands: tuple[NumberBand, ...] | tuple[DateBand, ...], numbers: Numbers) -> Variable:
    codes = tuple(band.code for band in bands) or (ANSWERED,)
    labels = {band.code: band.label for band in bands}
    return Variable(
        question.id, question.id, None, question.kind, "number", codes, question.label, None, labels, numbers=numbers
    )


def _text(question: Question) -> list[Variable]:
    kind = question.kind
    return [Variable(question.id, question.id, None, kind, "text", (ANSWERED,), question.label, None, {})]


def _specified(question: Question, kind: str, option: Option) -> Variable:
    name = f"{question.id}.{option.code}.text"
    return Variable(name, question.id, option.code, kind, "text", (ANSWERED,), question.label, option.label, {})


def _closed(
    question: Question,
    kind: str,
    codes: tuple[str, ...],
    labels: Labels,
    *,
    form: Form = "one",
    exclusive: frozenset[str] = frozenset(),
) -> Variable:
    return Variable(question.id, question.id, None, kind, form, codes, question.label, None, labels, exclusive)


def _codes(options: tuple[Option, ...]) -> tuple[str, ...]:
    return tuple(option.code for option in options)


def _labels(options: tuple[Option, ...]) -> Labels:
    return {option.code: option.label for option in options}


#: Question kind to its variables; one entry for each of ``definition.KINDS``.
VARIABLES: Mapping[str, Callable[[Question], list[Variable]]] = {
    "single_choice": lambda question: _choice(question, "one"),
    "dropdown": lambda question: _choice(question, "one"),
    "multiple_choice": lambda question: _choice(question, "many"),
    "scale": _scale,
    "matrix": _matrix,
    "ranking": _ranking,
    "number": _number,
    "date": _date,
    "yes_no": lambda question: [_closed(cast("YesNo", question), "yes_no", (YES, NO), {})],
    "consent": lambda question: [_closed(cast("Consent", question), "consent", (GIVEN,), {})],
    "short_text": _text,
    "long_text": _text,
    "hidden": lambda question: _choice(question, "one"),
    "note": lambda question: [],
    "section": lambda question: [],
}
