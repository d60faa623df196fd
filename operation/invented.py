"""Invents persons who answer a questionnaire. What each of them sends is what validation takes of a real one."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import Any

from chalicelib.questionnaire.conditions import comparisons
from chalicelib.questionnaire.definition import (
    Date,
    LongText,
    Matrix,
    MultipleChoice,
    Number,
    OneOfList,
    Question,
    Questionnaire,
    Ranking,
    Scale,
    ShortText,
    is_required,
    specify_options,
)
from chalicelib.questionnaire.options import Option
from chalicelib.questionnaire.routing import applies, conditions_of
from chalicelib.responses.answers import Answers
from chalicelib.responses.parsing import PARSERS, specify_field
from operation.errors import OperatorError
from operation.going_together import Ties

#: One question in so many is skipped, if it can be.
SKIPPED = 12
#: Persons who come to no question that tells something, or answer none, before no other is looked for.
TRIES = 1000
#: Short ones: together they stay below what one response may hold, however many there are.
WORDS = ("Safer housing, and somebody to call.", "A bank account without questions.")
ANOTHER = "Another."


class Inventor:
    """Invents answers to one questionnaire: earlier options are likelier, and only what is visible is answered.

    ``unanswerable``: ids of questions that nobody can answer, by what is implied of them, and everybody skips. Raises
    :class:`OperatorError`, which names the question, where one that has to be answered has no answer that fits.
    """

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._questions = {question.id: question for question in questionnaire.questions if question.asks != "nothing"}
        self._conditions = conditions_of(questionnaire)
        self._ties = Ties(questionnaire)
        trees = [tree for trees in self._conditions.values() for tree in trees]
        self._decisive = {leaf.question.partition(".")[0] for tree in trees for leaf in comparisons(tree)}
        self.unanswerable = self._ties.unanswerable

    def answers(self, randomness: random.Random) -> dict[str, Any]:
        """One person's answers, as JSON by question id; their texts fit no pattern.

        Raises as the class does, where it takes a search to know; and where nobody comes to a question that tells
        something, as a response has to.
        """
        telling = [name for name, question in self._questions.items() if question.is_substantive]
        for _ in range(TRIES):
            raw = self._any_answers(randomness)
            if not raw.keys().isdisjoint(telling):
                return raw
        raise OperatorError(
            f"Nobody was found who is asked “{telling[0]}” or another question that tells something, so nobody could"
            " send the form. Look over their conditions, and what is implied by the answers that these speak of."
        )

    def read(self, raw: Mapping[str, Any]) -> Answers:
        """What validation takes of what :meth:`answers` gives; nothing is looked for that could be wrong with it."""
        codes: dict[str, tuple[str, ...]] = {}
        texts: dict[str, str] = {}
        for name, answer in raw.items():
            question = self._questions.get(name)
            if question and question.asks == "codes":
                codes |= PARSERS[question.kind].codes(question, answer)
            else:
                texts[name] = answer
        return Answers(codes, texts)

    def _any_answers(self, randomness: random.Random) -> dict[str, Any]:
        raw: dict[str, Any] = {}
        given: dict[str, tuple[str, ...]] = {}
        bound = self._ties.chosen(lambda name: self._code(name, randomness), randomness)
        for name, question in self._questions.items():
            if self._conditions[name] and not applies(self._conditions[name], given):
                continue
            code = bound.get(name)
            answer = self._answer(question, randomness) if name not in bound else _read(question, code)
            if answer is None:
                continue
            raw[name] = answer
            raw |= (lines := _lines(question, answer, randomness))
            if name in self._decisive:
                written = {name: answer, **lines} if question.asks == "text" else lines
                given |= PARSERS[question.kind].codes(question, answer)
                given |= {field: (text,) for field, text in written.items()}
        return raw

    def _answer(self, question: Question, randomness: random.Random) -> Any:
        if not is_required(question) and randomness.random() < 1 / SKIPPED:
            return None
        return ANSWERERS[question.kind](question, randomness)

    def _code(self, name: str, randomness: random.Random) -> str | None:
        """The one code of an answer to a question that others are bound to; None where it is skipped."""
        question = self._questions[name]
        answer = self._answer(question, randomness)
        return None if answer is None else PARSERS[question.kind].codes(question, answer)[name][0]


def _read(question: Question, code: str | None) -> Any:
    """The answer with this one ``code``."""
    if code is None or isinstance(question, Date):
        return code
    return PARSERS[question.kind].from_form(question, {question.id: (code,)})


def _lines(question: Question, answer: Any, randomness: random.Random) -> dict[str, str]:
    """What is written beside options, by some."""
    chosen = answer if isinstance(answer, list) else [answer]
    asking = [option for option in specify_options(question) if option.code in chosen]
    return {specify_field(question, option): ANOTHER for option in asking if randomness.random() < 0.5}


@cache
def _weights(number: int) -> tuple[float, ...]:
    return tuple(accumulate(1 / (2 + index) for index in range(number)))


def _likely(options: tuple[Option, ...], randomness: random.Random) -> str:
    return randomness.choices(options, cum_weights=_weights(len(options)))[0].code


def _one(question: OneOfList, randomness: random.Random) -> str:
    return _likely(question.options, randomness)


def _several(question: MultipleChoice, randomness: random.Random) -> list[str]:
    combinable = tuple(option for option in question.options if not option.exclusive)
    alone = [option.code for option in question.options if option.exclusive]
    if alone and randomness.random() < 0.1:
        return [randomness.choice(alone)]
    most = min(question.most or 3, len(combinable))
    wanted = randomness.randint(question.least or 1, max(question.least or 1, most))
    chosen = list(dict.fromkeys(_likely(combinable, randomness) for _ in range(wanted)))
    while len(chosen) < (question.least or 1):
        left = tuple(option for option in combinable if option.code not in chosen)
        chosen.append(_likely(left, randomness))
    return chosen


def _each_row(question: Matrix, randomness: random.Random) -> dict[str, str]:
    return {row.code: _likely(question.options, randomness) for row in question.rows}


def _step(question: Scale, randomness: random.Random) -> int:
    return randomness.choice(question.steps)


def _words(question: ShortText | LongText, randomness: random.Random) -> str | None:
    """Something, or nothing where that will do; it fits no pattern."""
    written = randomness.choice([None, None, *WORDS]) or (WORDS[0] if is_required(question) else None)
    return written and written[: question.most_characters].strip()


def _in_order(question: Ranking, randomness: random.Random) -> list[str]:
    """Earlier options tend to come first; some people stop halfway."""
    left = list(question.options)
    order: list[str] = []
    for _ in range(randomness.choice([len(question.ranks), len(question.ranks), randomness.randint(1, len(left))])):
        order.append(_likely(tuple(left), randomness))
        left = [option for option in left if option.code != order[-1]]
    return order[: len(question.ranks)]


def _number(question: Number, randomness: random.Random) -> int:
    return min(question.most, question.least + int((question.most - question.least + 1) * randomness.random() ** 2))


def _day(question: Date, randomness: random.Random) -> str:
    least, most = date.fromisoformat(question.least), date.fromisoformat(question.most)
    return (least + timedelta(days=randomness.randint(0, (most - least).days))).isoformat()


#: Question kind to what an invented person answers; one entry for each of ``definition.KINDS``.
ANSWERERS: Mapping[str, Callable[[Any, random.Random], Any]] = {
    "single_choice": _one,
    "dropdown": _one,
    "multiple_choice": _several,
    "scale": _step,
    "matrix": _each_row,
    "ranking": _in_order,
    "number": _number,
    "date": _day,
    "yes_no": lambda question, randomness: randomness.random() < 0.4,
    "consent": lambda question, randomness: True,
    "short_text": _words,
    "long_text": _words,
    "hidden": _one,
    "note": lambda question, randomness: None,
    "section": lambda question, randomness: None,
}
