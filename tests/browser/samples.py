"""Random questionnaires for the browsers: always the same, and between them every way that conditions compare."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chalicelib.questionnaire.conditions import comparisons
from chalicelib.questionnaire.definition import Hidden, Questionnaire
from chalicelib.questionnaire.routing import applies, conditions_of
from chalicelib.responses.validation import Validator
from tests.strategies import Json, as_fields, conditional_questionnaires, json_answers

QUESTIONNAIRES, STATES = 9, 5
Fields = dict[str, list[str]]


@dataclass(frozen=True)
class Sample:
    """A questionnaire, what its link says, and the fields of some states, first those that differ in what they ask."""

    questionnaire: Questionnaire
    link: dict[str, str]
    states: tuple[Fields, ...]


def asked(questionnaire: Questionnaire, fields: Fields) -> frozenset[str]:
    """The ids of the questions and sections that the server asks of somebody who sends ``fields``."""
    validator = Validator(questionnaire)
    answers = validator.validate(validator.raw_answers(fields), from_form=True)
    given = {**answers.codes, **{name: (text,) for name, text in answers.texts.items()}}
    return frozenset(name for name, conditions in conditions_of(questionnaire).items() if applies(conditions, given))


@cache
def samples() -> tuple[Sample, ...]:
    """Of many random questionnaires those that compare most that the ones before them do not."""
    found = _examples(conditional_questionnaires(), 400)
    chosen: list[Questionnaire] = []
    compared: set[tuple[str, str]] = set()
    for _ in range(QUESTIONNAIRES):
        best = max(found, key=lambda one: len(compares(one) - compared))
        found.remove(best)
        chosen.append(best)
        compared |= compares(best)
    return tuple(map(_sample, chosen))


def compares(questionnaire: Questionnaire) -> set[tuple[str, str]]:
    """Each kind of question that conditions speak of, with the operator."""
    kinds = {question.id: question.kind for question in questionnaire.questions}
    trees = [tree for conditions in conditions_of(questionnaire).values() for tree in conditions]
    leaves = [leaf for tree in trees for leaf in comparisons(tree)]
    return {(kinds[leaf.question.partition(".")[0]], list(type(leaf).model_fields)[1]) for leaf in leaves}


def _sample(questionnaire: Questionnaire) -> Sample:
    link = {
        question.id: question.options[0].code for question in questionnaire.questions if isinstance(question, Hidden)
    }
    answers = _examples(json_answers(questionnaire), 30)
    states = [as_fields(questionnaire, _with_link(one, link)) for one in answers]
    by_asked: dict[frozenset[str], Fields] = {}
    for fields in states:
        by_asked.setdefault(asked(questionnaire, fields), fields)
    return Sample(questionnaire, link, (*by_asked.values(), *states)[:STATES])


def _with_link(answers: Json, link: dict[str, str]) -> Json:
    """The answers, to hidden questions the one that the page offers."""
    return answers | {name: code for name, code in link.items() if name in answers}


def _examples(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    found: list[Any] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: Any) -> None:
        found.append(example)

    collect()
    return found
