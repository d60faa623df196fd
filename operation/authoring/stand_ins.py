"""Stand-ins for what of a document does not fit the schema, so that the rest is checked in the same run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from chalicelib.questionnaire.base import IDENTIFIER, Part, Text
from chalicelib.questionnaire.conditions import MAXIMUM_NUMBER
from chalicelib.questionnaire.definition import KINDS, Definition, MultipleChoice, NumberBand, Option, Question, Row
from operation.authoring.places import FILE, QUESTIONS, Place
from operation.authoring.problems import DefinitionProblem, ProblemCode
from operation.authoring.schema_errors import schema_problems

#: What stands for a value that does not fit, while the others are checked.
_PLACEHOLDERS: Mapping[str, Mapping[str, Any]] = {
    "settings": {"exit_link": "https://example.org/"},
    "questionnaire": {**{name: {} for name in ("title", "asked_by", "introduction", "thanks")}, "minutes": 1},
}
_TEXTS = ("label", "hint", "required_because", "pattern_says", "least_label", "most_label")
_LISTS: Mapping[str, type[Part]] = {"options": Option, "rows": Row, "bands": NumberBand}
_SOUND: TypeAdapter[dict[str, str]] = TypeAdapter(Text)


@dataclass(frozen=True)
class Mended:
    """What can be checked of a document, and the ``problems`` of what does not fit the schema.

    ``definition`` has ``placeholders``, and at ``stand_ins`` other questions for those that do not fit, whose ids are
    ``left_out``; in ``worded`` the stand-ins have the words that were written, but for those at ``unsound``.
    """

    problems: list[DefinitionProblem]
    definition: Definition | None = None
    worded: Definition | None = None
    stand_ins: frozenset[Place] = frozenset()
    left_out: frozenset[str] = frozenset()
    placeholders: frozenset[Place] = frozenset()
    unsound: frozenset[Place] = frozenset()


def mended(data: Any) -> Mended:
    """``data`` as a definition, as far as it is one."""
    if not isinstance(data, dict):
        message = "This is not a definition. `manage.py new NAME` writes one to start from."
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
        unsound=frozenset(place for index, given in unfit.items() for place in _unsound(given, QUESTIONS / index)),
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
    questions = enumerate(definition.questionnaire.questions)
    worded = tuple(_stand_in(unfit[index]) if index in unfit else question for index, question in questions)
    questionnaire = definition.questionnaire.model_copy(update={"questions": worded})
    return definition.model_copy(update={"questionnaire": questionnaire})


def _stand_in(given: Any) -> Question:
    """A question with the texts of ``given`` that are sound. It is good for nothing but checks of words."""
    values = given if isinstance(given, dict) else {}
    kind, name = _word(values.get("kind")), _word(values.get("id"))
    # One of no known kind is looked at as one that has options.
    lists = {key: tuple(_member(model, each) for each in _members(values, key)) for key, model in _LISTS.items()}
    read: dict[str, Any] = {"kind": kind, "id": name, "least": 0, "most": MAXIMUM_NUMBER, **lists, **_texts(values)}
    return KINDS.get(kind, MultipleChoice).model_construct(**read)


def _unsound(given: Any, place: Place) -> Iterator[Place]:
    """Places of the texts that :func:`_stand_in` left out."""
    values = given if isinstance(given, dict) else {}
    for name in ("label", *values):
        if name in _TEXTS and not _is_sound(values.get(name)):
            yield place / name
    for key in _LISTS:
        for index, member in enumerate(_members(values, key)):
            yield from _unsound(member, place / key / index)


def _word(value: Any) -> str:
    return value if isinstance(value, str) and re.fullmatch(IDENTIFIER, value) else ""


def _member(model: type[Part], given: Any) -> Part:
    values = given if isinstance(given, dict) else {}
    read: dict[str, Any] = {"code": "", "specify": values.get("specify") is True, **_texts(values)}
    return model.model_construct(**read)


def _texts(values: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    given = {name: values[name] for name in _TEXTS if values.get(name) is not None}
    read = {name: text if _is_sound(text) else {} for name, text in given.items()}
    return {"label": {}, "least_label": {}, "most_label": {}} | read


def _members(values: Mapping[str, Any], key: str) -> list[Any]:
    found = values.get(key)
    return found if isinstance(found, list) else []


def _is_sound(text: Any) -> bool:
    try:
        _SOUND.validate_python(text, strict=True)
    except ValidationError:
        return False
    return True
