"""Rules of a definition that span several values: codes, translations, limits, settings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from chalicelib.errors import DefinitionProblem
from chalicelib.questionnaire.codebook import RESERVED_CODES
from chalicelib.questionnaire.definition import (
    Definition,
    Matrix,
    MultipleChoice,
    Part,
    Question,
    SingleChoice,
    specify_options,
)

#: Of the 500 fields that a request may have, some are the form's own (responses.decoding).
MAXIMUM_FORM_FIELDS = 480

Check = Callable[[Definition], Iterator[DefinitionProblem]]

#: Words in a question's id that hint at somebody being recognisable. Warned of, not refused.
IDENTIFYING = re.compile(r"birth|born|address|town|city|village|workplace|employer|phone|email|passport|name")


def check_definition(definition: Definition) -> list[DefinitionProblem]:
    """Every problem of ``definition``, errors and warnings, in the order of the checks."""
    return [problem for check in CHECKS for problem in check(definition)]


def _repeated_codes(definition: Definition) -> Iterator[DefinitionProblem]:
    questions = definition.questionnaire.questions
    yield from _repeats("questionnaire.questions", "id", (question.id for question in questions))
    for place, question in _questions(definition):
        if isinstance(question, SingleChoice | MultipleChoice | Matrix):
            yield from _repeats(f"{place}.options", "code", (option.code for option in question.options))
            yield from _reserved(f"{place}.options", (option.code for option in question.options))
        if isinstance(question, Matrix):
            yield from _repeats(f"{place}.rows", "code", (row.code for row in question.rows))


def _repeats(place: str, key: str, names: Iterable[str]) -> Iterator[DefinitionProblem]:
    for name, count in Counter(names).items():
        if count > 1:
            yield DefinitionProblem(
                place, "repeated_code", f"The {key} “{name}” stands {count} times. Rename all but one."
            )


def _reserved(place: str, codes: Iterable[str]) -> Iterator[DefinitionProblem]:
    for index, code in enumerate(codes):
        if code in RESERVED_CODES:
            yield DefinitionProblem(
                f"{place}.{index}.code", "reserved_code", f"“{code}” has a meaning in tables. Rename it."
            )


def _translations(definition: Definition) -> Iterator[DefinitionProblem]:
    first = definition.questionnaire.first_language
    known = set(definition.questionnaire.languages)
    for place, text in _texts(definition.questionnaire, "questionnaire"):
        if unknown := sorted(set(text) - known):
            message = f"The language {', '.join(unknown)} is not among the questionnaire's languages. Add it there."
            yield DefinitionProblem(place, "undeclared_language", message)
        for language in sorted(known - set(text)):
            severity = "error" if language == first else "warning"
            message = f"There is no text in “{language}”; “{first}” is shown instead."
            yield DefinitionProblem(place, "missing_translation", message, severity=severity)


def _texts(part: Part, place: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every text below ``part`` with its place: a text is a dict of strings, which no other value is."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, dict) and all(isinstance(wording, str) for wording in value.values()):
            yield f"{place}.{name}", value
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, Part):
                    yield from _texts(item, f"{place}.{name}.{index}")


def _limits(definition: Definition) -> Iterator[DefinitionProblem]:
    for place, question in _questions(definition):
        if not isinstance(question, MultipleChoice):
            continue
        combinable = sum(not option.exclusive for option in question.options)
        for name in ("least", "most"):
            limit = getattr(question, name)
            if limit is not None and limit > combinable:
                message = f"{name} is {limit}, but only {combinable} options can be combined."
                yield DefinitionProblem(f"{place}.{name}", "impossible_limit", message)
        if question.least and question.most and question.least > question.most:
            yield DefinitionProblem(f"{place}.least", "impossible_limit", "least is more than most.")


def _meaningless_marks(definition: Definition) -> Iterator[DefinitionProblem]:
    for place, question in _questions(definition):
        if isinstance(question, SingleChoice) and any(option.exclusive for option in question.options):
            yield DefinitionProblem(
                place, "needless_exclusive", "Options of a single choice always exclude each other."
            )
        if isinstance(question, Matrix) and any(option.exclusive or option.specify for option in question.options):
            message = "Options of a matrix cannot be exclusive or ask to specify. Remove the mark."
            yield DefinitionProblem(place, "needless_mark", message)


def _identifying(definition: Definition) -> Iterator[DefinitionProblem]:
    for place, question in _questions(definition):
        if IDENTIFYING.search(question.id):
            message = "This may tell who answered. Leave it out, or ask it more coarsely."
            yield DefinitionProblem(place, "identifying", message, severity="warning")
        if question.asks == "text" and question.hint is None:
            message = "Add a hint that asks not to name people or places."
            yield DefinitionProblem(place, "text_without_hint", message, severity="warning")


def _too_many_fields(definition: Definition) -> Iterator[DefinitionProblem]:
    fields = sum(_fields_of(question) for question in definition.questionnaire.questions)
    if fields > MAXIMUM_FORM_FIELDS:
        message = (
            f"The form can send {fields} fields, {MAXIMUM_FORM_FIELDS} are taken. Ask less, or offer fewer options."
        )
        yield DefinitionProblem("questionnaire.questions", "too_many_fields", message)


def _fields_of(question: Question) -> int:
    """How many fields a form can send for ``question``: each box that may be ticked, each row, each line."""
    if isinstance(question, Matrix):
        return len(question.rows)
    boxes = len(question.options) if isinstance(question, MultipleChoice) else 1
    return boxes + len(specify_options(question))


def _asks_nothing(definition: Definition) -> Iterator[DefinitionProblem]:
    if all(question.kind in ("note", "consent") for question in definition.questionnaire.questions):
        yield DefinitionProblem("questionnaire.questions", "asks_nothing", "No question is asked. Add one.")


def _questions(definition: Definition) -> Iterator[tuple[str, Question]]:
    for index, question in enumerate(definition.questionnaire.questions):
        yield f"questionnaire.questions.{index}", question


CHECKS: tuple[Check, ...] = (
    _repeated_codes,
    _translations,
    _limits,
    _too_many_fields,
    _meaningless_marks,
    _asks_nothing,
    _identifying,
)
