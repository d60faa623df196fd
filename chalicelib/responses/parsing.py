"""Per question kind: how the form's fields become the answer that JSON has, what may be wrong with it, its codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, TypeAdapter

from chalicelib.errors import Problem
from chalicelib.questionnaire.codebook import GIVEN, NO, YES
from chalicelib.questionnaire.definition import Date, Matrix, MultipleChoice, Number, Question, Ranking, Scale
from chalicelib.questionnaire.fields import Fields, first_field
from chalicelib.questionnaire.options import Option
from chalicelib.responses import mistakes
from chalicelib.responses.mistakes import DATE_PARTS, Misread
from chalicelib.responses.text import whole_number

Codes = dict[str, tuple[str, ...]]


#: Of every shape. The input is kept out of messages (P12).
_STRICT = ConfigDict(strict=True, hide_input_in_errors=True)


def _as_whole(value: object) -> object:
    """3.0 is a whole number in JSON Schema."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


CODE = TypeAdapter(str, config=_STRICT)
CODES = TypeAdapter(list[str], config=_STRICT)
BY_ROW = TypeAdapter(dict[str, str | None], config=_STRICT)
WHOLE: TypeAdapter[int] = TypeAdapter(Annotated[int, BeforeValidator(_as_whole)], config=_STRICT)
BOOLEAN = TypeAdapter(bool, config=_STRICT)


@dataclass(frozen=True)
class Parser:
    """How one kind of question is read.

    ``shape``: what pydantic takes for a JSON answer, whatever the question, and ``misshapen`` the problem with anything
    else; ``from_form``: that answer out of the form's fields, None if skipped, :class:`Misread` where they say none;
    ``mistakes``: all that is wrong with an answer of that shape, where pydantic would tell the first; ``codes``:
    variable id to chosen codes of one that has no mistakes. Of a text, :mod:`.validation` looks for mistakes itself,
    since it is cleaned first.
    """

    shape: TypeAdapter[Any]
    from_form: Callable[[Any, Fields], Any]
    mistakes: Callable[[Any, Any], Iterable[Problem]]
    codes: Callable[[Any, Any], Codes]
    misshapen: str = "wrong_type"


def specify_field(question: Question, option: Option) -> str:
    """The name, in forms and in JSON, of the line that says which "other" is meant."""
    return f"{question.id}.{option.code}.text"


def _one_code(question: Question, value: str) -> Codes:
    return {question.id: (value,)}


def _chosen(question: MultipleChoice, value: list[str]) -> Codes:
    # In the questionnaire's order: that of ticking says something of the person and nothing of the answer.
    return {question.id: tuple(option.code for option in question.options if option.code in value)}


def _number_code(question: Scale | Number, value: int) -> Codes:
    return {question.id: (str(value),)}


def _step_from_form(question: Scale, fields: Fields) -> int | str | None:
    value = first_field(fields, question.id)
    return int(value) if value in {str(step) for step in question.steps} else value


def _matrix_from_form(question: Matrix, fields: Fields) -> dict[str, str] | None:
    answers = {row.code: first_field(fields, f"{question.id}.{row.code}") for row in question.rows}
    return {code: answer for code, answer in answers.items() if answer is not None} or None


def _matrix_codes(question: Matrix, value: Mapping[str, str | None]) -> Codes:
    answers = {row.code: value.get(row.code) for row in question.rows}
    return {f"{question.id}.{row}": (answer,) for row, answer in answers.items() if answer is not None}


def _ranking_from_form(question: Ranking, fields: Fields) -> list[str] | Misread | None:
    """The options in order, if the ranks given are 1, 2 and so on, each of them once."""
    given = {option.code: first_field(fields, f"{question.id}.{option.code}") for option in question.options}
    ranks = {code: rank for code, rank in given.items() if rank}
    if problems := tuple(mistakes.in_ranks(question, list(ranks.values()))):
        return Misread(problems)
    return sorted(ranks, key=lambda code: int(ranks[code])) or None


def _ranks(question: Ranking, value: list[str]) -> Codes:
    return {f"{question.id}.{code}": (str(rank),) for rank, code in enumerate(value, 1)}


def _number_from_form(question: Number, fields: Fields) -> int | str | None:
    typed = first_field(fields, question.id)
    number = whole_number(typed) if typed else None
    return typed if number is None else number


def _date_from_form(question: Date, fields: Fields) -> str | Misread | None:
    """The date as 2026-03-31."""
    parts = {part: first_field(fields, f"{question.id}.{part}") or "" for part in DATE_PARTS}
    if not any(parts.values()):
        return None
    if problems := tuple(mistakes.in_date_parts(question, parts)):
        return Misread(problems)
    return "-".join(part.zfill(2) for part in parts.values())


def _yes_no_from_form(question: Question, fields: Fields) -> bool | str | None:
    value = first_field(fields, question.id)
    return {YES: True, NO: False}.get(value, value) if value else None


def _consent_from_form(question: Question, fields: Fields) -> bool | str | None:
    value = first_field(fields, question.id)
    return True if value == GIVEN else value


def _from_first_field(question: Question, fields: Fields) -> str | None:
    return first_field(fields, question.id)


def _none(question: Question, value: object) -> tuple[Problem, ...]:
    return ()


def _no_codes(question: Question, value: object) -> Codes:
    return {}


ONE_OF_LIST = Parser(CODE, _from_first_field, mistakes.in_one_of_list, _one_code, "unknown_option")
WRITTEN = Parser(CODE, _from_first_field, _none, _no_codes)
NOTHING = Parser(CODE, lambda question, fields: None, _none, _no_codes)

#: Question kind to its parser; one entry for each of ``definition.KINDS``.
PARSERS: Mapping[str, Parser] = {
    "single_choice": ONE_OF_LIST,
    "dropdown": ONE_OF_LIST,
    "multiple_choice": Parser(
        CODES,
        lambda question, fields: [value for value in fields.get(question.id, ()) if value] or None,
        mistakes.in_choices,
        _chosen,
    ),
    "scale": Parser(WHOLE, _step_from_form, mistakes.in_range, _number_code),
    "matrix": Parser(BY_ROW, _matrix_from_form, mistakes.in_matrix, _matrix_codes),
    "ranking": Parser(CODES, _ranking_from_form, mistakes.in_ranking, _ranks),
    "number": Parser(WHOLE, _number_from_form, mistakes.in_range, _number_code, "not_a_number"),
    "date": Parser(CODE, _date_from_form, mistakes.in_date, _one_code),
    "yes_no": Parser(BOOLEAN, _yes_no_from_form, _none, lambda question, value: {question.id: (YES if value else NO,)}),
    "consent": Parser(
        BOOLEAN,
        _consent_from_form,
        mistakes.in_consent,
        lambda question, value: {question.id: (GIVEN,)},
        "consent_required",
    ),
    "short_text": WRITTEN,
    "long_text": WRITTEN,
    "hidden": ONE_OF_LIST,
    "note": NOTHING,
    "section": NOTHING,
}
