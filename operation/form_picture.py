"""A form as it can be drawn with letters: what stands on it, in its order, and how each question is answered."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.locale import translator
from chalicelib.questionnaire.definition import Question, Questionnaire, Section, in_language, is_required
from chalicelib.questionnaire.options import Option
from chalicelib.questionnaire.routing import conditions_of

_LINE, _MANY_LINES = "[______________]", "[______________________________]"
#: A label that says its number itself.
_NUMBER = re.compile(r"\d{1,3}[.)] ")
_ROUND, _SQUARE = "( )", "[ ]"


@dataclass(frozen=True)
class _Words:
    """The words of a questionnaire in one language, or else in its first."""

    language: str
    fallback: str

    def of(self, text: Mapping[str, str]) -> str:
        """On one line."""
        return " ".join(in_language(text, self.language, self.fallback).split())


def picture(questionnaire: Questionnaire, language: str, width: int) -> Iterator[str]:
    """The lines of the form in ``language``, of ``width`` characters at most unless a word is longer."""
    words = _Words(language, questionnaire.first_language)
    conditions = conditions_of(questionnaire)
    yield from _wrapped(words.of(questionnaire.title), width)
    yield from _wrapped(words.of(questionnaire.asked_by), width)
    for paragraph in in_language(questionnaire.introduction, language, words.fallback).split("\n\n"):
        yield ""
        yield from _wrapped(paragraph, width)
    number = 0
    is_numbered = any(_NUMBER.match(words.of(question.label)) for question in questionnaire.questions)
    for question in questionnaire.questions:
        yield ""
        number += question.is_substantive
        begins = f"{number}. " if question.is_substantive and not is_numbered else ""
        yield from _drawn(question, words, begins, bool(conditions[question.id]), width)


def _drawn(question: Question, words: _Words, begins: str, is_conditional: bool, width: int) -> Iterator[str]:
    label = words.of(question.label)
    if isinstance(question, Section):
        ends = " (it ends with somebody to turn to)" if question.support else ""
        yield from _wrapped(f"-- {label} --{ends}", width)
        return
    marks = [*["asked of some"] * is_conditional, *["has to be answered"] * is_required(question)]
    told = f" ({', '.join(marks)})" if marks else ""
    yield from _wrapped(f"{begins}{label}{told}", width)
    if question.hint:
        yield from _wrapped(words.of(question.hint), width, "   ")
    for line in DRAWN[question.kind](question, words):
        yield from _wrapped(line, width, "   ", "    ")


def _wrapped(text: str, width: int, indent: str = "", hanging: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _choices(mark: str, options: Iterable[Option], words: _Words) -> Iterator[str]:
    for option in options:
        yield f"{mark} {words.of(option.label)}{f' {_LINE}' if option.specify else ''}"


def _matrix(question: Any, words: _Words) -> Iterator[str]:
    """Of each row its words, and a circle for each option, which stand once, above."""
    yield " | ".join(words.of(option.label) for option in question.options)
    for row in question.rows:
        yield f"{' '.join([_ROUND] * len(question.options))} {words.of(row.label)}"


def _scale(question: Any, words: _Words) -> Iterator[str]:
    steps = " ".join(f"({step})" for step in question.steps)
    yield f"{words.of(question.least_label)} {steps} {words.of(question.most_label)}"


def _yes_or_no(_: Question, words: _Words) -> Iterator[str]:
    translate = translator(words.language)
    yield from (f"{_ROUND} {translate(word)}" for word in ("Yes", "No"))


def _nothing(_: Question, __: _Words) -> Iterator[str]:
    yield from ()


#: By kind, how a question is answered.
DRAWN: Mapping[str, Callable[[Any, _Words], Iterable[str]]] = {
    "single_choice": lambda question, words: _choices(_ROUND, question.options, words),
    "dropdown": lambda question, words: ["[choose v]", *_choices("-", question.options, words)],
    "multiple_choice": lambda question, words: _choices(_SQUARE, question.options, words),
    "scale": _scale,
    "matrix": _matrix,
    "ranking": lambda question, words: _choices(f"[1-{question.ranks.stop - 1} v]", question.options, words),
    "number": lambda question, words: [_LINE],
    "date": lambda question, words: ["[__] [__] [____]"],
    "yes_no": _yes_or_no,
    "consent": lambda question, words: [_SQUARE],
    "short_text": lambda question, words: [_LINE],
    "long_text": lambda question, words: [_MANY_LINES, _MANY_LINES],
    "hidden": _nothing,
    "note": _nothing,
    "section": _nothing,
}
