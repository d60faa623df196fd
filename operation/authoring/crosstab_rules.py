"""What is wrong with the questions that a survey's settings cross (disclosure, rules 2 and 9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chalicelib.questionnaire.definition import KINDS, Crosstabs, Definition, Question
from chalicelib.questionnaire.routing import conditions_of
from operation.errors import DefinitionProblem

#: Kinds that put each respondent into one group, and those whose tables can be crossed with it.
GROUPS = tuple(kind for kind, model in KINDS.items() if model.crosstab == "group")
CROSSED = tuple(kind for kind, model in KINDS.items() if model.crosstab != "none")

_PLACE = "settings.crosstabs"


def crosstab_problems(definition: Definition, left_out: frozenset[str] = frozenset()) -> Iterator[DefinitionProblem]:
    """Every problem of the crosstabs of ``definition``; ``left_out``: questions that another check has found wrong."""
    settings = definition.settings
    if settings.crosstabs is None:
        return
    if settings.policy == "protected" and settings.access == "open":
        message = "On an open link no crosstab is published. Invite people (access: invitation), or remove this."
        yield DefinitionProblem(_PLACE, "crosstabs_on_open_link", message)
    names = _Names(definition, left_out)
    for place, name, kinds in _named(settings.crosstabs):
        if found := names.problem(name, kinds):
            yield DefinitionProblem(place, *found)
    yield from _repeats(settings.crosstabs)


def _named(crosstabs: Crosstabs) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Each question that is named: where, and what kinds it may be of."""
    yield f"{_PLACE}.group", crosstabs.group, GROUPS
    yield from ((f"{_PLACE}.by.{index}", name, CROSSED) for index, name in enumerate(crosstabs.by))


def _repeats(crosstabs: Crosstabs) -> Iterator[DefinitionProblem]:
    for index, name in enumerate(crosstabs.by):
        if name == crosstabs.group:
            message = f"“{name}” is the group itself. Name another question."
            yield DefinitionProblem(f"{_PLACE}.by.{index}", "crossed_with_itself", message)
        elif name in crosstabs.by[:index]:
            yield DefinitionProblem(f"{_PLACE}.by.{index}", "crossed_twice", f"“{name}” stands here twice. Keep one.")


@dataclass(frozen=True)
class _Names:
    """What can be said of a question that is named; of those ``left_out`` nothing."""

    definition: Definition
    left_out: frozenset[str]

    def problem(self, name: str, kinds: tuple[str, ...]) -> tuple[str, str] | None:
        """The code and message of why the question ``name`` cannot be crossed, if it cannot."""
        question = self._questions.get(name)
        if question is None:
            return None if name in self.left_out else _unknown(name)
        if question.kind not in kinds:
            return "unfit_for_crosstab", f"A {question.kind} cannot stand here. It takes: {', '.join(kinds)}."
        if conditions_of(self.definition.questionnaire)[name]:
            return "crossed_conditional", f"“{name}” is not asked of everybody. Name a question without a condition."
        if not getattr(question, "bands", True):
            return "crossed_without_bands", f"“{name}” is counted in bands only. Declare them (bands)."
        return None

    @property
    def _questions(self) -> Mapping[str, Question]:
        return {question.id: question for question in self.definition.questionnaire.questions}


def _unknown(name: str) -> tuple[str, str]:
    return "unknown_question", f"There is no question “{name}”. Check how it is written."
