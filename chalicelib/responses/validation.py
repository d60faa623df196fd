"""Turns raw answers into :class:`Answers`, question by question in the questionnaire's order.

In that order, because an answer decides which later questions apply. Compiling costs about a millisecond, so a
validator is kept for each questionnaire version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError, WithJsonSchema, create_model
from pydantic_core import ErrorDetails

from chalicelib.errors import PROBLEM_MESSAGES, InvalidSubmission, Problem
from chalicelib.questionnaire.conditions import Implication, Tree
from chalicelib.questionnaire.definition import (
    Consent,
    Date,
    LongText,
    Number,
    Option,
    Question,
    Questionnaire,
    Scale,
    is_required,
    specify_options,
)
from chalicelib.questionnaire.fields import Fields, first_field
from chalicelib.questionnaire.routing import applies, conditions_of
from chalicelib.responses.answers import Answers
from chalicelib.responses.parsing import PARSERS, STRICT, specify_field, text_annotation
from chalicelib.responses.text import clean_text

MAXIMUM_TEXT_TOGETHER = 10_000
MAXIMUM_SPECIFY = 200
#: What skips a question, in JSON as in a form.
NOTHING_GIVEN: tuple[Any, ...] = (None, "", [], {})
_SKIPPED = Annotated[None, WithJsonSchema({"enum": list(NOTHING_GIVEN)})]

#: pydantic's error types by the problem that they are; :mod:`.parsing` calls its own as problems are called. Anything
#: else is a "wrong_type".
_CODES: Mapping[str, str] = {
    "missing": "required",
    "literal_error": "unknown_option",
    "extra_forbidden": "unknown_question",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "text_too_long": "too_long",
    "too_long": "repeated_option",
    "string_unicode": "not_text",
}
#: What nobody misses where the question does not apply.
_MISSING = frozenset({"required", "consent_required"})


@dataclass(frozen=True)
class _Step:
    """One question with what is compiled of it.

    ``lines``: options that ask to say which, by the field beside them; ``implications``: each with the label of the
    earlier question.
    """

    question: Question
    conditions: tuple[Tree, ...]
    annotation: Any
    lines: Mapping[str, Option]
    implications: tuple[tuple[Implication, Mapping[str, str]], ...]

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        is_model = isinstance(self.annotation, type) and issubclass(self.annotation, BaseModel)
        return TypeAdapter(self.annotation, config=None if is_model else STRICT)


@dataclass
class _Walk:
    """What one submission has given so far; ``given`` is codes and texts as conditions are decided on."""

    raw: Mapping[str, Any]
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    given: dict[str, tuple[str, ...]] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    #: Ids of the questions that do not apply.
    out_of_sight: set[str] = field(default_factory=set)

    @property
    def answers(self) -> Answers:
        """What was given; raises :class:`InvalidSubmission` with every problem."""
        if self.problems:
            raise InvalidSubmission(_once_each(self.problems))
        return Answers(self.codes, self.texts)


_LINE: TypeAdapter[str] = TypeAdapter(text_annotation(MAXIMUM_SPECIFY, lines=False), config=STRICT)


class Validator:
    """The rules of one questionnaire version."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        conditions = conditions_of(questionnaire)
        labels = {question.id: question.label for question in questionnaire.questions}
        self._steps = tuple(
            _Step(
                question,
                conditions[question.id],
                PARSERS[question.kind].annotation(question),
                {specify_field(question, option): option for option in specify_options(question)},
                tuple((implication, labels[implication.earlier]) for implication in question.implies),
            )
            for question in questionnaire.questions
            if question.asks != "nothing"
        )
        self._names = frozenset(name for step in self._steps for name in (step.question.id, *step.lines))
        self._telling = frozenset(step.question.id for step in self._steps if step.question.is_substantive)

    @cached_property
    def _model(self) -> type[BaseModel]:
        fields: dict[str, Any] = {}
        for number, step in enumerate(self._steps):
            is_always = is_required(step.question) and not step.conditions
            annotation, default = (step.annotation, ...) if is_always else (step.annotation | _SKIPPED, None)
            fields[f"question_{number}"] = (annotation, Field(default, alias=step.question.id))
            for place, line in enumerate(step.lines):
                annotation = text_annotation(MAXIMUM_SPECIFY, lines=False)
                fields[f"line_{number}_{place}"] = (annotation | _SKIPPED, Field(default=None, alias=line))
        return create_model("Answers", __config__=STRICT, **fields)

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema of the ``answers`` object of a submission."""
        return self._model.model_json_schema(by_alias=True)

    def raw_answers(self, fields: Fields) -> dict[str, Any]:
        """The form's fields in the shape of a JSON submission, unknown fields left out."""
        raw: dict[str, Any] = {}
        for step in self._steps:
            raw[step.question.id] = PARSERS[step.question.kind].from_form(step.question, fields)
            raw |= {line: first_field(fields, line) for line in step.lines}
        return raw

    def validate(self, raw: Mapping[str, Any], from_form: bool = False) -> Answers:
        """Check ``raw`` answers, by question id; raise :class:`InvalidSubmission` with every problem.

        Answers to questions that do not apply are dropped. What is wrong with them is told to a program; on a form
        (``from_form``) they are out of sight, so that nobody could mend them.
        """
        return self._walk(raw, from_form).answers

    def validate_form(self, fields: Fields) -> Answers:
        """As :meth:`validate` for the fields of a form, which has to answer something: it may be sent by mistake."""
        raw = self.raw_answers(fields)
        walk = self._walk(raw, from_form=True)
        given = {name for name, value in raw.items() if value not in NOTHING_GIVEN} if walk.problems else walk.given
        if self._telling and self._telling.isdisjoint(name.partition(".")[0] for name in given):
            # As after going back: it would count as a response.
            walk.problems.append(Problem(None, "nothing_answered"))
        return walk.answers

    def out_of_sight(self, fields: Fields) -> frozenset[str]:
        """Ids of the questions that do not apply to whoever gave the answers in ``fields``, right or wrong."""
        return frozenset(self._walk(self.raw_answers(fields), from_form=True).out_of_sight)

    def _walk(self, raw: Mapping[str, Any], from_form: bool) -> _Walk:
        walk = _Walk({name: value for name, value in raw.items() if value not in NOTHING_GIVEN})
        if raw.keys() - self._names:
            walk.problems.append(Problem(None, "unknown_question"))
        for step in self._steps:
            if not step.conditions or applies(step.conditions, walk.given):
                _take(step, walk)
                continue
            walk.out_of_sight.add(step.question.id)
            if not from_form:
                dropped = _Walk(walk.raw)
                _take(step, dropped)
                walk.problems += [problem for problem in dropped.problems if problem.code not in _MISSING]
        if sum(map(len, walk.written)) > MAXIMUM_TEXT_TOGETHER:
            walk.problems.append(Problem(None, "too_long_together", {"most": MAXIMUM_TEXT_TOGETHER}))
        return walk


def _take(step: _Step, walk: _Walk) -> None:
    """Take the answer to one question, and the lines beside its options, out of what was sent."""
    question = step.question
    value = walk.raw.get(question.id)
    is_valid = True
    if value is None:
        if is_required(question):
            code = "consent_required" if isinstance(question, Consent) else "required"
            walk.problems.append(Problem(question.id, code))
    elif question.asks == "text":
        _take_text(question, question.id, step.adapter, walk)
    else:
        is_valid = _take_codes(step, value, walk)
    for name, option in step.lines.items():
        _take_line(question, name, option, walk, is_valid)
    for implication, label in step.implications:
        if implication.contradicts(walk.given):
            walk.problems.append(Problem(question.id, "contradicts", {"question": label}))


def _take_codes(step: _Step, value: object, walk: _Walk) -> bool:
    try:
        answer = step.adapter.validate_python(value)
    except ValidationError as error:
        walk.problems += _problems(step.question, error)
        return False
    codes = PARSERS[step.question.kind].codes(step.question, answer)
    walk.codes.update(codes)
    walk.given.update(codes)
    return True


def _take_text(question: Question, name: str, adapter: TypeAdapter[str], walk: _Walk) -> None:
    raw = walk.raw[name]
    try:
        text = adapter.validate_python(raw)
    except ValidationError as error:
        walk.problems += _problems(question, error)
        # It counts among the texts together, as it would be stored.
        walk.written += [clean_text(raw, lines=isinstance(question, LongText))] if isinstance(raw, str) else []
        return
    if text:
        walk.texts[name] = text
        walk.given[name] = (text,)
        walk.written.append(text)


def _take_line(question: Question, name: str, option: Option, walk: _Walk, is_valid: bool) -> None:
    """A line belongs to its option. Where the choice itself did not pass, that is the problem to report."""
    if name not in walk.raw:
        return
    _take_text(question, name, _LINE, walk)
    if name in walk.texts and is_valid and option.code not in walk.codes.get(question.id, ()):
        walk.problems.append(Problem(question.id, "specify_unchosen", {"option": option.label}))


def _problems(question: Question, error: ValidationError) -> list[Problem]:
    return [_problem(question, detail) for detail in error.errors(include_url=False, include_input=False)]


def _problem(question: Question, detail: ErrorDetails) -> Problem:
    if isinstance(question, Consent):
        return Problem(question.id, "consent_required")
    kind = detail["type"]
    code = _CODES.get(kind) or (kind if kind in PROBLEM_MESSAGES else "wrong_type")
    if code == "wrong_type" and isinstance(question, Number):
        code = "not_a_number"
    if code == "unknown_question":
        return Problem(None, code)
    return Problem(question.id, code, _values(question, code, detail.get("ctx") or {}))


def _values(question: Question, code: str, context: Mapping[str, Any]) -> Mapping[str, int | str | Mapping[str, str]]:
    """The numbers and wordings that the message of ``code`` names: from the questionnaire, never from the input."""
    if code in {"out_of_range", "date_out_of_range"} and isinstance(question, Scale | Number | Date):
        return {"least": question.least, "most": question.most}
    if code == "exclusive":
        options = {option.code: option.label for option in question.options}  # type: ignore[attr-defined]
        return {"option": options[context["code"]]}
    if code == "pattern":
        return {"says": question.pattern_says or question.label}  # type: ignore[attr-defined]
    return {name: context[name] for name in ("least", "most") if name in context}


def _once_each(problems: Iterable[Problem]) -> list[Problem]:
    """One problem of a code a question: ten unknown options of one question are one mistake."""
    return list({(problem.question_id, problem.code): problem for problem in problems}.values())
