"""The JSON Schema (2020-12) of the answers that the API takes: what it accepts is accepted, but for what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.questionnaire.definition import (
    Date,
    LongText,
    Matrix,
    MultipleChoice,
    Number,
    OneOfList,
    Question,
    Scale,
    ShortText,
    is_required,
)
from chalicelib.questionnaire.options import Option

JsonSchema = dict[str, Any]

#: What skips a question, in JSON as in a form.
NOTHING_GIVEN: tuple[Any, ...] = (None, "", [], {})
#: The rules that JSON Schema cannot say.
UNSAID = (
    "Not said here: which questions apply (show_if): answers to others are dropped, and one that is required need not"
    " be answered where it does not apply; what answers imply of each other (implies); the pattern of a short text;"
    " that a date lies between least and most. Texts are measured, alone and together, once they are in NFC, trimmed"
    " and without control characters; one of which nothing can be seen is none."
)
_SEEN = {"type": "string", "pattern": r"\S"}


def answers_schema(questions: Sequence[tuple[Question, bool, Mapping[str, Option]]], most_in_a_line: int) -> JsonSchema:
    """The schema of the ``answers`` object of a submission.

    ``questions``: each that asks something, with whether everybody has to answer it, and the lines beside its options.
    """
    properties: dict[str, JsonSchema] = {}
    for question, is_needed, lines in questions:
        answer = SCHEMAS[question.kind](question)
        properties[question.id] = answer if is_needed else _or_nothing(answer)
        properties |= {line: _or_nothing({"type": "string", "maxLength": most_in_a_line}) for line in lines}
    schema: JsonSchema = {
        "type": "object",
        "description": UNSAID,
        "properties": properties,
        "required": [question.id for question, is_needed, _ in questions if is_needed],
        "additionalProperties": False,
    }
    if lines_rules := [_beside(question, *line) for question, _, lines in questions for line in lines.items()]:
        schema["allOf"] = lines_rules
    if telling := [_answered(question) for question, _, _ in questions if question.is_substantive]:
        schema["anyOf"] = telling
    return schema


def _or_nothing(answer: JsonSchema) -> JsonSchema:
    return {"anyOf": [answer, {"enum": list(NOTHING_GIVEN)}]}


def _beside(question: Question, line: str, option: Option) -> JsonSchema:
    """Whoever writes on a line chooses its option."""
    is_list = isinstance(question, MultipleChoice)
    chosen = {"type": "array", "contains": {"const": option.code}} if is_list else {"const": option.code}
    return {
        "if": {"properties": {line: _SEEN}, "required": [line]},
        "then": {"properties": {question.id: chosen}, "required": [question.id]},
    }


def _answered(question: Question) -> JsonSchema:
    """That an answer tells something."""
    if question.asks == "text":
        told: JsonSchema = _SEEN
    elif isinstance(question, Matrix):
        told = {"type": "object", "not": {"additionalProperties": {"type": "null"}}}
    else:
        told = {"not": {"enum": list(NOTHING_GIVEN)}}
    return {"properties": {question.id: told}, "required": [question.id]}


def _one(question: OneOfList) -> JsonSchema:
    return {"type": "string", "enum": _codes(question.options)}


def _choices(question: MultipleChoice) -> JsonSchema:
    together = [option for option in question.options if not option.exclusive]
    alone = [option for option in question.options if option.exclusive]
    ways = [_list(together, question.least or 1, question.most or len(together))] if together else []
    ways += [_list(alone, 1, 1)] if alone else []
    return ways[0] if len(ways) == 1 else {"anyOf": ways}


def _list(options: Sequence[Option], least: int, most: int) -> JsonSchema:
    items = {"type": "string", "enum": _codes(options)}
    return {"type": "array", "items": items, "uniqueItems": True, "minItems": least, "maxItems": most}


def _whole(question: Scale | Number) -> JsonSchema:
    return {"type": "integer", "minimum": question.least, "maximum": question.most}


def _matrix(question: Matrix) -> JsonSchema:
    codes, rows = _codes(question.options), [row.code for row in question.rows]
    answer = {"enum": codes} if is_required(question) else {"enum": [*codes, None]}
    return {
        "type": "object",
        "properties": dict.fromkeys(rows, answer),
        "required": rows if is_required(question) else [],
        "additionalProperties": False,
    }


def _text(question: ShortText | LongText) -> JsonSchema:
    return {"type": "string", "maxLength": question.most_characters} | (_SEEN if is_required(question) else {})


def _codes(options: Sequence[Option]) -> list[str]:
    return [option.code for option in options]


def _nothing(question: Question) -> JsonSchema:
    return {"enum": list(NOTHING_GIVEN)}


def _date(question: Date) -> JsonSchema:
    return {"type": "string", "format": "date"}


#: Question kind to the schema of its answer; one entry for each of ``definition.KINDS``.
SCHEMAS: Mapping[str, Callable[[Any], JsonSchema]] = {
    "single_choice": _one,
    "dropdown": _one,
    "multiple_choice": _choices,
    "scale": _whole,
    "matrix": _matrix,
    "ranking": lambda question: _list(question.options, 1, len(question.ranks)),
    "number": _whole,
    "date": _date,
    "yes_no": lambda question: {"type": "boolean"},
    "consent": lambda question: {"const": True},
    "short_text": _text,
    "long_text": _text,
    "hidden": _one,
    "note": _nothing,
    "section": _nothing,
}
