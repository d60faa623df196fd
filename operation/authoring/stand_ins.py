"""Stand-ins for what of a document does not fit the schema, so that the rest is checked in the same run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from chalicelib.questionnaire.base import IDENTIFIER, Frozen, Text
from chalicelib.questionnaire.conditions import MAXIMUM_NUMBER
from chalicelib.questionnaire.definition import KINDS, Definition, MultipleChoice, Question
from chalicelib.questionnaire.options import NumberBand, Option, Row
from operation.authoring.places import FILE, QUESTIONS, Place
from operation.authoring.problems import DefinitionProblem, ProblemCode
from operation.authoring.schema_errors import schema_problems

#: What stands for a value that does not fit, while the others are checked.
_PLACEHOLDERS: Mapping[str, Mapping[str, Any]] = {
    "settings": {"exit_link": "https://example.org/"},
    "questionnaire": {**{name: {} for name in ("title", "asked_by", "introduction", "thanks")}, "minutes": 1},
}
_TEXTS = ("label", "short", "hint", "required_because", "pattern_says", "least_label", "most_label")
_LISTS: Mapping[str, type[Frozen]] = {"options": Option, "rows": Row, "bands": NumberBand}
_SOUND: TypeAdapter[dict[str, str]] = TypeAdapter(Text)


@dataclass(frozen=True)
class Mended:
    """What can be checked of a document, and the ``problems`` of what does not fit the schema.

    ``definition`` has ``placeholders``, and at ``stand_ins`` other questions for those that do not fit, whose ids are
    ``left_out``; in ``worded`` the stand-ins have the words that were written.
    """

    problems: list[DefinitionProblem]
    definition: Definition | None = None
    worded: Definition | None = None
    stand_ins: frozenset[Place] = frozenset()
    left_out: frozenset[str] = frozenset()
    placeholders: frozenset[Place] = frozenset()


def mended(data: Any) -> Mended:
    """``data`` as a definition, as far as it is one."""
    if not isinstance(data, dict):
        message = "This is not a definition. `manage.py new our-survey` writes one to start from."
        return Mended([DefinitionProblem(FILE, ProblemCode.NOT_A_DEFINITION, message)])
    try:
        definition = Definition.model_validate(data)
    except ValidationError as error:
        return _with_stand_ins(data, schema_problems(error))
    return Mended([], definition, definition)


def _with_stand_ins(data: dict[str, Any], problems: list[DefinitionProblem]) -> Mended:
    questionnaire = data.get("questionnaire")
    questions = questionnaire.get("questions") if isinstance(questionnaire, dict) else None
    places = {problem.place for problem in problems}
    if not isinstance(questions, list) or QUESTIONS in places:
        return Mended(problems)
    positions = {place.question for place in places if isinstance(place.question, int)}
    fitting = [_asking(index) if index in positions else question for index, question in enumerate(questions)]
    placeholders = frozenset(Place(place.keys[:2]) for place in places if place.question is None)
    try:
        definition = Definition.model_validate(_with_placeholders(data, placeholders, fitting))
    except ValidationError:
        return Mended(problems)
    unfit = {index: questions[index] for index in positions}
    return Mended(
        problems,
        definition,
        _with_questions(definition, unfit),
        stand_ins=frozenset(QUESTIONS / index for index in unfit),
        left_out=frozenset(str(given.get("id")) for given in unfit.values() if isinstance(given, dict)),
        placeholders=placeholders,
    )


def _asking(position: int) -> dict[str, Any]:
    """A question that breaks no rule, for one that does not fit."""
    return {"id": f"stand_in_{position}", "kind": "yes_no", "label": {}}


def _with_placeholders(data: dict[str, Any], wrong: Iterable[Place], questions: list[Any]) -> dict[str, Any]:
    """``data`` with ``questions``, without what is ``wrong``, and with something harmless where something has to be."""
    copied = {key: dict(value) if isinstance(value, dict) else value for key, value in data.items()}
    for first, *rest in (map(str, place.keys) for place in wrong):
        holder = copied[first] if rest else copied
        holder.pop(rest[0] if rest else first, None)
    for name, values in _PLACEHOLDERS.items():
        copied[name] = {**values, **copied.get(name, {})}
    return {"survey": "placeholder", **copied, "questionnaire": {**copied["questionnaire"], "questions": questions}}


def _with_questions(definition: Definition, unfit: Mapping[int, Any]) -> Definition:
    worded: list[Question] = list(definition.questionnaire.questions)
    for index, given in unfit.items():
        worded[index] = _stand_in(given, definition.questionnaire.languages, QUESTIONS / index)
    questionnaire = definition.questionnaire.model_copy(update={"questions": tuple(worded)})
    return definition.model_copy(update={"questionnaire": questionnaire})


def _stand_in(given: Any, languages: Iterable[str], place: Place) -> Question:
    """A question with the texts of ``given`` that are sound. It is good for nothing but checks of words."""
    values = given if isinstance(given, dict) else {}
    # One of no known kind is looked at as one that has options.
    model = KINDS.get(_word(values.get("kind")), MultipleChoice)
    read = _texts(values, languages, place) | {"least": 0, "most": MAXIMUM_NUMBER}
    read |= {"kind": _word(values.get("kind")), "id": _word(values.get("id"))}
    for name, part in _LISTS.items():
        members = values[name] if isinstance(values.get(name), list) else []
        read[name] = tuple(_member(part, each, languages, place / name / at) for at, each in enumerate(members))
    return model.model_construct(**read)


def _member(model: type[Frozen], given: Any, languages: Iterable[str], place: Place) -> Frozen:
    values = given if isinstance(given, dict) else {}
    read = _texts(values, languages, place) | {"code": "", "specify": values.get("specify") is True}
    return model.model_construct(**read)


def _word(value: Any) -> str:
    return value if isinstance(value, str) and re.fullmatch(IDENTIFIER, value) else ""


def _texts(values: Mapping[str, Any], languages: Iterable[str], place: Place) -> dict[str, Any]:
    """For each text that is unsound, or has to be there, words that break no rule: each in another place's name."""
    given = {name for name in _TEXTS if values.get(name) is not None} | {"label", "least_label", "most_label"}
    filler = {name: dict.fromkeys(languages, str(place / name)) for name in given}
    return {name: values[name] if _is_sound(values.get(name)) else filler[name] for name in given}


def _is_sound(text: Any) -> bool:
    try:
        _SOUND.validate_python(text, strict=True)
    except ValidationError:
        return False
    return True
