"""A form in steps: its first page, one for each section, and a last one to read through what was answered.

All steps are parts of one document, and going from one to the next follows a fragment. So the browser's Back and
Forward keep everything typed, and nothing travels before Send (P4; design, section 10). CSS shows the step that is the
target of the address, or the ``current`` one where there is none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from chalicelib.questionnaire.definition import Question, Questionnaire, Section
from chalicelib.questionnaire.routing import Group, groups_of

#: Fragments of the first step and of the last. No question can be called so.
START, CHECK = "_start", "_check"
#: With fewer sections than this a form is one page.
FEWEST_SECTIONS = 2


@dataclass(frozen=True)
class Step:
    """One step of a form.

    ``number`` counts sections from 1; ``onwards`` and ``back`` are the steps that may follow, the nearest first: a
    section with a condition may be passed over, so what comes after it is named as well.
    """

    id: str
    heading: Section | None
    questions: tuple[Question, ...]
    number: int | None = None
    onwards: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    is_current: bool = False


def has_steps(questionnaire: Questionnaire) -> bool:
    """Whether the form comes in steps; a short one is a single page."""
    return sum(isinstance(question, Section) for question in questionnaire.questions) >= FEWEST_SECTIONS


def steps_of(questionnaire: Questionnaire, wrong: Collection[str | None] = ()) -> tuple[Step, ...]:
    """The steps of a form; ``wrong`` are the questions with problems, the first of which decides where to begin."""
    groups = groups_of(questionnaire)
    if groups[0].heading:
        groups = (Group(None, ()), *groups)
    names = [START, *(group.heading.id for group in groups if group.heading), CHECK]
    passable = {group.heading.id for group in groups if group.heading and group.heading.show_if}
    first_wrong = next(
        (name for name, group in zip(names, groups, strict=False) if {q.id for q in group.questions} & {*wrong}), START
    )
    return tuple(
        Step(
            name,
            group.heading if group else None,
            group.questions if group else (),
            position if group and group.heading else None,
            _up_to_certain(names[position + 1 :], passable),
            _up_to_certain(names[:position][::-1], passable),
            name == first_wrong,
        )
        for position, (name, group) in enumerate(zip(names, (*groups, None), strict=True))
    )


def _up_to_certain(names: list[str], passable: Collection[str]) -> tuple[str, ...]:
    """The first of ``names`` that is never passed over, with those before it."""
    certain = next((place for place, name in enumerate(names) if name not in passable), len(names))
    return tuple(names[: certain + 1])
