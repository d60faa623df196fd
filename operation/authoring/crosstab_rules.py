"""What is wrong with the questions that a survey's settings cross (disclosure, rules 2 and 9)."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.questionnaire.definition import KINDS, Definition, Questionnaire
from chalicelib.questionnaire.routing import conditions_of
from chalicelib.questionnaire.survey import Crosstabs
from operation.authoring.places import SETTINGS, Place
from operation.authoring.problems import DefinitionProblem, ProblemCode
from operation.authoring.suggestions import advice_on

#: Kinds that put each respondent into one group, and those whose tables can be crossed with it.
GROUPS = tuple(kind for kind, model in KINDS.items() if model.crosstab == "group")
CROSSED = tuple(kind for kind, model in KINDS.items() if model.crosstab != "none")

_PLACE = SETTINGS / "crosstabs"


def crosstab_problems(definition: Definition, left_out: frozenset[str] = frozenset()) -> Iterator[DefinitionProblem]:
    """Every problem of the crosstabs of ``definition``; ``left_out``: questions that another check has found wrong."""
    settings = definition.settings
    if settings.crosstabs is None:
        return
    if settings.policy == "protected" and settings.access == "open":
        message = "On an open link no crosstab is published. Invite people (access: invitation), or remove this."
        yield DefinitionProblem(_PLACE, ProblemCode.CROSSTABS_ON_OPEN_LINK, message)
    named = [(_PLACE / "group", settings.crosstabs.group, GROUPS)]
    named += [(_PLACE / "by" / index, name, CROSSED) for index, name in enumerate(settings.crosstabs.by)]
    for place, name, kinds in named:
        if name not in left_out:
            yield from _problems(place, name, kinds, definition.questionnaire)
    yield from _repeats(settings.crosstabs)


def _repeats(crosstabs: Crosstabs) -> Iterator[DefinitionProblem]:
    for index, name in enumerate(crosstabs.by):
        place = _PLACE / "by" / index
        if name == crosstabs.group:
            message = f"“{name}” is the group itself. Name another question."
            yield DefinitionProblem(place, ProblemCode.CROSSED_WITH_ITSELF, message)
        elif name in crosstabs.by[:index]:
            yield DefinitionProblem(place, ProblemCode.CROSSED_TWICE, f"“{name}” stands here twice. Keep one.")


def _problems(
    place: Place, name: str, kinds: tuple[str, ...], questionnaire: Questionnaire
) -> Iterator[DefinitionProblem]:
    """Why the question called ``name`` cannot be crossed, if it cannot."""
    question = next((each for each in questionnaire.questions if each.id == name), None)
    if question is None:
        known = [each.id for each in questionnaire.questions]
        message = f"There is no question “{name}”.{advice_on(name, known)}"
        yield DefinitionProblem(place, ProblemCode.UNKNOWN_QUESTION, message)
    elif question.kind not in kinds:
        message = f"A {question.kind} cannot stand here. It takes: {', '.join(kinds)}."
        yield DefinitionProblem(place, ProblemCode.UNFIT_FOR_CROSSTAB, message)
    elif conditions_of(questionnaire)[name]:
        message = f"“{name}” is not asked of everybody. Name a question without a condition."
        yield DefinitionProblem(place, ProblemCode.CROSSED_CONDITIONAL, message)
    elif not getattr(question, "bands", True):
        message = f"“{name}” is counted in bands only. Declare them (bands)."
        yield DefinitionProblem(place, ProblemCode.CROSSED_WITHOUT_BANDS, message)
