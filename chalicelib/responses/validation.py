"""Turns raw answers into :class:`Answers`, question by question in the questionnaire's order.

In that order, because an answer decides which later questions apply.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import SchemaValidator, ValidationError, core_schema

from chalicelib.errors import InvalidSubmission, Problem
from chalicelib.questionnaire.conditions import Implication, Tree
from chalicelib.questionnaire.definition import (
    Consent,
    LongText,
    Question,
    Questionnaire,
    ShortText,
    is_required,
    specify_options,
)
from chalicelib.questionnaire.fields import Fields, first_field
from chalicelib.questionnaire.options import Option
from chalicelib.questionnaire.routing import applies, conditions_of
from chalicelib.responses.answers import Answers
from chalicelib.responses.mistakes import Misread, unknown_names
from chalicelib.responses.parsing import PARSERS, Parser, specify_field
from chalicelib.responses.schema import NOTHING_GIVEN, JsonSchema, answers_schema
from chalicelib.responses.text import clean_text, is_far_too_long

MAXIMUM_TEXT_TOGETHER = 10_000
MAXIMUM_SPECIFY = 200
#: What nobody misses where the question does not apply.
_MISSING = frozenset({"required", "consent_required", "row_missing", "rows_missing"})
#: With these the choice itself cannot be told, so neither whether a line belongs to it.
_UNREADABLE = frozenset({"unknown_option", "wrong_type"})

#: Makes a text one to store, or nothing; the second argument is whether it keeps its lines.
Clean = Callable[[str, bool], str]


@dataclass(frozen=True)
class _Line:
    """What is asked of a text: a question's, or that beside an ``option``.

    ``fits``: for Rust's regular expressions, which take linear time; the whole text has to fit.
    """

    name: str
    most: int
    lines: bool = False
    required: bool = False
    fits: SchemaValidator | None = None
    option: Option | None = None


@dataclass(frozen=True)
class _Step:
    """One question with what is compiled of it.

    ``text``: what is asked of it where it is written; ``lines``: the fields beside options that ask to say which;
    ``implications``: each with the label of the earlier question.
    """

    question: Question
    conditions: tuple[Tree, ...]
    text: _Line | None
    lines: tuple[_Line, ...]
    implications: tuple[tuple[Implication, Mapping[str, str]], ...]

    @property
    def is_needed(self) -> bool:
        """Whether everybody has to answer it."""
        return is_required(self.question) and not self.conditions

    @property
    def names(self) -> tuple[str, ...]:
        """The keys of its answers."""
        return (self.question.id, *(line.name for line in self.lines))


def _text_of(question: Question) -> _Line | None:
    if not isinstance(question, ShortText | LongText):
        return None
    pattern = question.pattern if isinstance(question, ShortText) else None
    fits = SchemaValidator(core_schema.str_schema(pattern=f"^(?:{pattern})$")) if pattern else None
    return _Line(question.id, question.most_characters, isinstance(question, LongText), is_required(question), fits)


@dataclass
class _Walk:
    """What one submission has given so far; ``given`` is codes and texts as conditions are decided on."""

    raw: Mapping[str, Any]
    clean: Clean
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    given: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: How many characters each text has, and how many of all of them were sent.
    written: list[int] = field(default_factory=list)
    typed: int = 0
    problems: list[Problem] = field(default_factory=list)
    #: Names of the texts in which something is written.
    seen: set[str] = field(default_factory=set)
    #: Ids of the questions that do not apply.
    out_of_sight: set[str] = field(default_factory=set)

    @property
    def answers(self) -> Answers:
        """What was given; raises :class:`InvalidSubmission` with every problem."""
        if self.problems:
            raise InvalidSubmission(_once_each(self.problems))
        return Answers(self.codes, self.texts)

    def cleaned(self, typed: str, line: _Line) -> str | None:
        """The text to store; None for one that is not looked at, since it or all of them are far too long."""
        self.typed += len(typed)
        if is_far_too_long(len(typed), line.most) or is_far_too_long(self.typed, MAXIMUM_TEXT_TOGETHER):
            self.seen.add(line.name)
            return None
        if text := self.clean(typed, line.lines):
            self.seen.add(line.name)
        return text


class Validator:
    """The rules of one questionnaire version. ``clean``: what makes texts fit to store, for tests to watch."""

    def __init__(self, questionnaire: Questionnaire, clean: Clean = clean_text) -> None:
        conditions = conditions_of(questionnaire)
        labels = {question.id: question.label for question in questionnaire.questions}
        self._clean = clean
        self._steps = tuple(
            _Step(
                question,
                conditions[question.id],
                _text_of(question),
                tuple(
                    _Line(specify_field(question, option), MAXIMUM_SPECIFY, option=option)
                    for option in specify_options(question)
                ),
                tuple((implication, labels[implication.earlier]) for implication in question.implies),
            )
            for question in questionnaire.questions
            if question.asks != "nothing"
        )
        self._names = frozenset(name for step in self._steps for name in step.names)
        self._telling = frozenset(step.question.id for step in self._steps if step.question.is_substantive)

    def json_schema(self) -> JsonSchema:
        """The JSON Schema of the ``answers`` object of a submission."""
        return answers_schema(
            [
                (step.question, step.is_needed, {line.name: line.option for line in step.lines if line.option})
                for step in self._steps
            ],
            MAXIMUM_SPECIFY,
        )

    def raw_answers(self, fields: Fields) -> dict[str, Any]:
        """The form's fields in the shape of a JSON submission, unknown fields left out."""
        raw: dict[str, Any] = {}
        for step in self._steps:
            raw[step.question.id] = PARSERS[step.question.kind].from_form(step.question, fields)
            raw |= {line.name: first_field(fields, line.name) for line in step.lines}
        return raw

    def validate(self, raw: Mapping[str, Any], from_form: bool = False) -> Answers:
        """Check ``raw`` answers, by question id; raise :class:`InvalidSubmission` with every problem.

        Answers to questions that do not apply are dropped. What is wrong with them is told to a program; on a form
        (``from_form``) they are out of sight, so that nobody could mend them.
        """
        return self._walk(raw, from_form).answers

    def validate_form(self, fields: Fields) -> Answers:
        """As :meth:`validate_submission`, for the fields of a form."""
        return self.validate_submission(self.raw_answers(fields), from_form=True)

    def validate_submission(self, raw: Mapping[str, Any], from_form: bool = False) -> Answers:
        """As :meth:`validate`, for a whole response, which has to answer something: it may be sent by mistake."""
        walk = self._walk(raw, from_form)
        given = {name for name, value in raw.items() if value not in NOTHING_GIVEN} if walk.problems else walk.given
        if self._telling and self._telling.isdisjoint(name.partition(".")[0] for name in given):
            # As after going back: it would count as a response.
            walk.problems.append(Problem(None, "nothing_answered"))
        return walk.answers

    def out_of_sight(self, fields: Fields) -> frozenset[str]:
        """Ids of the questions that do not apply to whoever gave the answers in ``fields``, right or wrong."""
        return frozenset(self._walk(self.raw_answers(fields), from_form=True).out_of_sight)

    def _walk(self, raw: Mapping[str, Any], from_form: bool) -> _Walk:
        walk = _Walk({name: value for name, value in raw.items() if value not in NOTHING_GIVEN}, self._clean)
        walk.problems += unknown_names(raw.keys() - self._names)
        for step in self._steps:
            if not step.conditions or applies(step.conditions, walk.given):
                _take(step, walk)
                continue
            walk.out_of_sight.add(step.question.id)
            if not from_form:
                dropped = _Walk(walk.raw, self._clean)
                _take(step, dropped)
                walk.problems += [problem for problem in dropped.problems if problem.code not in _MISSING]
        if (together := sum(walk.written)) > MAXIMUM_TEXT_TOGETHER:
            found = {"most": MAXIMUM_TEXT_TOGETHER, "found": together}
            walk.problems.append(Problem(None, "too_long_together", found))
        return walk


def _take(step: _Step, walk: _Walk) -> None:
    """Take the answer to one question, and the lines beside its options, out of what was sent."""
    question = step.question
    value = walk.raw.get(question.id)
    problems: Sequence[Problem] = ()
    if value is None:
        if is_required(question):
            code = "consent_required" if isinstance(question, Consent) else "required"
            walk.problems.append(Problem(question.id, code))
    elif step.text:
        _take_text(question, step.text, walk)
    else:
        problems = _take_codes(question, value, walk)
    for line in step.lines:
        _take_text(question, line, walk)
    if _UNREADABLE.isdisjoint(problem.code for problem in problems):
        walk.problems += _unchosen(step, value, walk)
    for implication, label in step.implications:
        if implication.contradicts(walk.given):
            walk.problems.append(Problem(question.id, "contradicts", {"question": label}))


def _take_codes(question: Question, value: object, walk: _Walk) -> Sequence[Problem]:
    """Keep the answer where nothing is wrong with it; return what is."""
    parser = PARSERS[question.kind]
    if isinstance(value, Misread):
        problems = value.problems
    else:
        problems, answer = _shaped(parser, question, value)
    if not problems:
        codes = parser.codes(question, answer)
        walk.codes.update(codes)
        walk.given.update(codes)
    walk.problems += problems
    return problems


def _shaped(parser: Parser, question: Question, value: object) -> tuple[tuple[Problem, ...], Any]:
    """What is wrong with ``value``, and the answer that pydantic makes of it."""
    try:
        answer = parser.shape.validate_python(value)
    except ValidationError:
        return (Problem(question.id, parser.misshapen),), None
    return tuple(parser.mistakes(question, answer)), answer


def _take_text(question: Question, line: _Line, walk: _Walk) -> None:
    typed = walk.raw.get(line.name)
    if typed is None:
        return
    part = {"part": line.option.label} if line.option else {}
    if not isinstance(typed, str):
        walk.problems.append(Problem(question.id, "wrong_type", part))
        return
    text = walk.cleaned(typed, line)
    length = len(typed) if text is None else len(text)
    walk.written.append(length)
    problems = _text_mistakes(question, line, text, length)
    walk.problems += problems
    if text and not problems:
        walk.texts[line.name] = text
        walk.given[line.name] = (text,)


def _text_mistakes(question: Question, line: _Line, text: str | None, length: int) -> list[Problem]:
    """All that is wrong with a ``text`` of that ``length``; None for one that was too long to be looked at."""
    part = {"part": line.option.label} if line.option else {}
    found: list[Problem] = []
    if line.required and not length:
        found.append(Problem(question.id, "required", part))
    if length > line.most:
        found.append(Problem(question.id, "too_long", {"most": line.most, "found": length, **part}))
    if text and line.fits and not _fits(line.fits, text):
        says = getattr(question, "pattern_says", None) or question.label
        found.append(Problem(question.id, "pattern", {"says": says}))
    return found


def _fits(pattern: SchemaValidator, text: str) -> bool:
    try:
        pattern.validate_python(text)
    except ValidationError:
        return False
    return True


def _unchosen(step: _Step, value: object, walk: _Walk) -> list[Problem]:
    """A line belongs to its option, however long it is."""
    chosen = value if isinstance(value, list) else [value]
    return [
        Problem(step.question.id, "specify_unchosen", {"option": line.option.label})
        for line in step.lines
        if line.option and line.name in walk.seen and line.option.code not in chosen
    ]


def _once_each(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once: ten unknown options of one question are one mistake."""
    return list({repr(problem): problem for problem in problems}.values())
