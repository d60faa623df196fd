"""A form in steps: its first page, some for each section, and a last one to read through what was answered.

All steps are parts of one document, and going from one to the next follows a fragment. So the browser's Back and
Forward keep everything typed, and nothing travels before Send (P4; design, section 10). CSS shows the step that is the
target of the address, or the ``current`` one where there is none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.forms.heights import SCREEN, height_of
from chalicelib.questionnaire.conditions import Tree
from chalicelib.questionnaire.definition import Consent, Matrix, Question, Questionnaire, Section
from chalicelib.questionnaire.routing import Group, conditions_of, groups_of

#: Fragments of the first step and of the last. No question can be called so.
START, CHECK = "_start", "_check"
#: From so many sections on a form comes in steps, however short they are.
FEWEST_SECTIONS = 2
#: How tall the questions of one step may be together, in pixels: one and a half screens, without what is around them.
MOST_HEIGHT = SCREEN * 3 // 2 - 276


@dataclass(frozen=True)
class Step:
    """One step of a form.

    ``heading``: of the section that it belongs to; ``is_first`` and ``is_last``: of it. ``number`` counts from 1;
    ``onwards`` and ``back`` are the steps that may follow, the nearest first: one that nobody may be asked anything in
    is passed over, so what comes after it is named as well. ``conditions``: it shows where all of one of them hold;
    none where it always shows.
    """

    id: str
    heading: Section | None
    questions: tuple[Question, ...]
    is_first: bool = True
    is_last: bool = True
    number: int | None = None
    onwards: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    is_current: bool = False
    conditions: tuple[tuple[Tree, ...], ...] = ()


@dataclass(frozen=True)
class _Part:
    """What one step holds of a section."""

    heading: Section | None
    questions: tuple[Question, ...]
    is_first: bool = True
    is_last: bool = True


def has_steps(questionnaire: Questionnaire) -> bool:
    """Whether the form comes in steps; a short one is a single page."""
    sections = sum(isinstance(question, Section) for question in questionnaire.questions)
    return sections >= FEWEST_SECTIONS or sum(map(height_of, questionnaire.questions)) > 2 * MOST_HEIGHT


def steps_of(questionnaire: Questionnaire, wrong: Collection[str | None] = ()) -> tuple[Step, ...]:
    """The steps of a form; ``wrong`` are the questions with problems, the first of which decides where to begin."""
    parts = _parts_of(questionnaire)
    names = [START, *(_name(part, number) for number, part in enumerate(parts[1:], 1)), CHECK]
    conditions = [(), *(_conditions(questionnaire, part) for part in parts[1:]), ()]
    passable = {name for name, trees in zip(names, conditions, strict=True) if trees}
    first_wrong = next(
        (name for name, part in zip(names, parts, strict=False) if {q.id for q in part.questions} & {*wrong}), START
    )
    return tuple(
        Step(
            name,
            part.heading if part else None,
            part.questions if part else (),
            part.is_first if part else True,
            part.is_last if part else True,
            position if part and position else None,
            _up_to_certain(names[position + 1 :], passable),
            _up_to_certain(names[:position][::-1], passable),
            name == first_wrong,
            conditions[position],
        )
        for position, (name, part) in enumerate(zip(names, (*parts, None), strict=True))
    )


def questions_a_page(questionnaire: Questionnaire) -> tuple[int, ...]:
    """How many questions each page of the form asks: often none on the first, and none on the last, to read through."""
    if not has_steps(questionnaire):
        return (sum(question.asks != "nothing" for question in questionnaire.questions),)
    steps = steps_of(questionnaire)
    return tuple(sum(question.asks != "nothing" for question in step.questions) for step in steps)


def _name(part: _Part, number: int) -> str:
    return part.heading.id if part.heading and part.is_first else f"_{number}"


def _parts_of(questionnaire: Questionnaire) -> tuple[_Part, ...]:
    """What each step but the last holds; the first, which tells what the form is, has nothing but consents."""
    groups = groups_of(questionnaire)
    first = groups[0].questions if groups[0].heading is None else ()
    asked_first = next((place for place, each in enumerate(first) if not isinstance(each, Consent)), len(first))
    parts = [_Part(None, first[:asked_first])]
    groups = (Group(None, first[asked_first:]), *(group for group in groups if group.heading))
    for group in groups:
        cuts = list(_cut(group.questions))
        if group.heading:
            cuts = _with_heading_shown(cuts) or [()]
        last = len(cuts) - 1
        parts += [_Part(group.heading, cut, place == 0, place == last) for place, cut in enumerate(cuts)]
    return tuple(parts)


def _cut(questions: Sequence[Question]) -> Iterator[tuple[Question, ...]]:
    """``questions`` in runs that are not long to scroll; a matrix has one of its own, notes that come last none."""
    run: list[Question] = []
    last = max((place for place, each in enumerate(questions) if each.asks != "nothing"), default=0)
    for place, question in enumerate(questions):
        if place <= last and _begins_anew(run, question):
            kept = _without_last_notes(run)
            yield tuple(kept)
            run = run[len(kept) :]
        run.append(question)
    if run:
        yield tuple(run)


def _begins_anew(run: Sequence[Question], question: Question) -> bool:
    """Whether ``question`` has to stand in another run. Notes alone wait for what they speak of, however tall it is."""
    waiting = all(before.asks == "nothing" for before in run)
    if waiting and question.asks != "nothing":
        return False
    is_alone = not waiting and (isinstance(question, Matrix) or isinstance(run[-1], Matrix))
    return bool(run) and (is_alone or sum(map(height_of, [*run, question])) > MOST_HEIGHT)


def _with_heading_shown(cuts: list[tuple[Question, ...]]) -> list[tuple[Question, ...]]:
    """``cuts`` of a section, the first of which everybody meets whom the section is for: it has heading and hint."""
    always = next((place for place, cut in enumerate(cuts) if not all(each.show_if for each in cut)), 0)
    return [sum(cuts[: always + 1], ()), *cuts[always + 1 :]] if cuts else []


def _without_last_notes(run: list[Question]) -> list[Question]:
    """A note that comes last speaks of the question after it; of a run of notes alone nothing is left out."""
    last = max((place for place, question in enumerate(run) if question.asks != "nothing"), default=len(run) - 1)
    return run[: last + 1]


def _conditions(questionnaire: Questionnaire, part: _Part) -> tuple[tuple[Tree, ...], ...]:
    """When a step has something to show: one set of conditions for each of its questions, or none."""
    every = conditions_of(questionnaire)
    asked = part.questions or ((part.heading,) if part.heading else ())
    conditions = [every[question.id] for question in asked]
    return tuple(dict.fromkeys(conditions)) if all(conditions) else ()


def _up_to_certain(names: list[str], passable: Collection[str]) -> tuple[str, ...]:
    """The first of ``names`` that is never passed over, with those before it."""
    certain = next((place for place, name in enumerate(names) if name not in passable), len(names))
    return tuple(names[: certain + 1])
