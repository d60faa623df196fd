"""Whether ``minutes`` is about how long it takes to answer, by the words on the way and what there is to decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chalicelib.locale import general
from chalicelib.questionnaire.definition import Definition, Dropdown, Question, Questionnaire, options_of
from chalicelib.questionnaire.routing import conditions_of
from operation.authoring.places import QUESTIONNAIRE
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity

#: Words a minute that adults read on a telephone; fewer where words are long, or vowels are not written
#: (Trauzettel-Klosinski and Dietz, "Standardized assessment of reading performance", 2012).
WORDS_A_MINUTE = 200
SLOWER: Mapping[str, int] = {"fi": 160, "ar": 140}
#: What the first page promises, buttons and notes on the way, and the page with the receipt.
INTERFACE_WORDS = 250
SECONDS_A_DECISION = 2.5
#: Farther off than so much is told, but for a minute, which rounding makes.
MOST_OFF, LARGEST_SHARE = 2.0, 1 / 3

#: By kind, how many decisions an answer takes; a text is written as long as some decisions take.
DECISIONS: Mapping[str, Callable[[Any], int]] = {
    "single_choice": lambda question: 1,
    "dropdown": lambda question: 2,
    "multiple_choice": lambda question: min(question.most or 3, 3),
    "scale": lambda question: 1,
    "matrix": lambda question: len(question.rows),
    "ranking": lambda question: len(question.ranks),
    "number": lambda question: 2,
    "date": lambda question: 3,
    "yes_no": lambda question: 1,
    "consent": lambda question: 1,
    "short_text": lambda question: 4,
    "long_text": lambda question: 8,
    "hidden": lambda question: 0,
    "note": lambda question: 0,
    "section": lambda question: 1,
}


def minutes_problems(definition: Definition) -> Iterator[DefinitionProblem]:
    """A warning where ``minutes`` is far from what the slowest and the fastest of the languages take."""
    questionnaire = definition.questionnaire
    found = {language: estimate(questionnaire, language) for language in questionnaire.languages}
    nearest = min(max(questionnaire.minutes, min(found.values())), max(found.values()))
    off = abs(questionnaire.minutes - nearest)
    is_other_minute = abs(questionnaire.minutes - _whole(nearest)) > 1
    if is_other_minute and (off > MOST_OFF or off > LARGEST_SHARE * nearest):
        told = ", ".join(f"{language} {_whole(minutes)}" for language, minutes in found.items())
        message = f"By its words and questions this takes about so many minutes: {told}. Say so, or ask less."
        place = QUESTIONNAIRE / "minutes"
        yield DefinitionProblem(place, ProblemCode.MINUTES, message, Severity.WARNING)


def _whole(minutes: float) -> int:
    return max(1, round(minutes))


def estimate(questionnaire: Questionnaire, language: str) -> float:
    """Minutes to read and answer ``questionnaire`` in ``language``; what is not asked of all takes half of its time."""
    conditions = conditions_of(questionnaire)
    words = INTERFACE_WORDS + sum(
        _words(text, language, questionnaire)
        for text in (questionnaire.title, questionnaire.asked_by, questionnaire.introduction, questionnaire.thanks)
    )
    seconds = 60 * words / _speed(language)
    for question in questionnaire.questions:
        share = 0.5 if conditions[question.id] else 1
        seconds += share * _seconds(question, language, questionnaire)
    return seconds / 60


def _seconds(question: Question, language: str, questionnaire: Questionnaire) -> float:
    texts = [question.label, question.hint, question.required_because]
    texts += [part.label for part in getattr(question, "rows", ())]
    if not isinstance(question, Dropdown):
        texts += [option.label for option in options_of(question)]
    words = sum(_words(text, language, questionnaire) for text in texts if text)
    # Before Send everything is read through once more.
    words += _words(question.label, language, questionnaire) * question.is_substantive
    return 60 * words / _speed(language) + SECONDS_A_DECISION * DECISIONS[question.kind](question)


def _words(text: Mapping[str, str], language: str, questionnaire: Questionnaire) -> int:
    return len((text.get(language) or text.get(questionnaire.first_language, "")).split())


def _speed(language: str) -> int:
    return SLOWER.get(general(language), WORDS_A_MINUTE)
