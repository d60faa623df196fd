"""Which questions apply to whom: a section's condition and a question's own, in the order of the questionnaire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.questionnaire.conditions import Given, Tree, holds
from chalicelib.questionnaire.definition import Question, Questionnaire, Section


@dataclass(frozen=True)
class Group:
    """The questions under one heading; those before the first heading have none."""

    heading: Section | None
    questions: tuple[Question, ...]


def groups_of(questionnaire: Questionnaire) -> tuple[Group, ...]:
    """The questionnaire in sections."""
    groups: list[tuple[Section | None, list[Question]]] = [(None, [])]
    for question in questionnaire.questions:
        if isinstance(question, Section):
            groups.append((question, []))
        else:
            groups[-1][1].append(question)
    return tuple(Group(heading, tuple(questions)) for heading, questions in groups if heading or questions)


def conditions_of(questionnaire: Questionnaire) -> Mapping[str, tuple[Tree, ...]]:
    """By question id, the conditions that all have to hold for it to apply; none for most. Sections included."""
    found: dict[str, tuple[Tree, ...]] = {}
    for group in groups_of(questionnaire):
        shared = _own(group.heading) if group.heading else ()
        if group.heading:
            found[group.heading.id] = shared
        found |= {question.id: (*shared, *_own(question)) for question in group.questions}
    return found


def applies(conditions: Iterable[Tree], given: Given) -> bool:
    """Whether a question with ``conditions`` is asked of somebody who has ``given`` these answers."""
    return all(holds(condition, given) for condition in conditions)


def _own(question: Question) -> tuple[Tree, ...]:
    return (question.show_if,) if question.show_if else ()
