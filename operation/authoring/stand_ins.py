"""Stand-ins for questions that do not fit the schema, so that their words are checked in the same run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from chalicelib.questionnaire.base import IDENTIFIER, Part, Text
from chalicelib.questionnaire.conditions import MAXIMUM_NUMBER
from chalicelib.questionnaire.definition import KINDS, MultipleChoice, NumberBand, Option, Question, Row

_TEXTS = ("label", "hint", "required_because", "pattern_says", "least_label", "most_label")
_LISTS: Mapping[str, type[Part]] = {"options": Option, "rows": Row, "bands": NumberBand}
_SOUND: TypeAdapter[dict[str, str]] = TypeAdapter(Text)


def stand_in(given: Any) -> Question:
    """A question with the texts of ``given`` that are sound. It is good for nothing but checks of words."""
    values = given if isinstance(given, dict) else {}
    kind, name = _word(values.get("kind")), _word(values.get("id"))
    # One of no known kind is looked at as one that has options.
    lists = {key: tuple(_part(part, each) for each in _members(values, key)) for key, part in _LISTS.items()}
    read: dict[str, Any] = {"kind": kind, "id": name, "least": 0, "most": MAXIMUM_NUMBER, **lists, **_texts(values)}
    return KINDS.get(kind, MultipleChoice).model_construct(**read)


def unsound_texts(given: Any, place: str) -> Iterator[str]:
    """Places of what :func:`stand_in` left out."""
    values = given if isinstance(given, dict) else {}
    for name in ("label", *values):
        if name in _TEXTS and not _is_sound(values.get(name)):
            yield f"{place}.{name}"
    for key in _LISTS:
        for index, member in enumerate(_members(values, key)):
            yield from unsound_texts(member, f"{place}.{key}.{index}")


def _word(value: Any) -> str:
    return value if isinstance(value, str) and re.fullmatch(IDENTIFIER, value) else ""


def _part(model: type[Part], given: Any) -> Part:
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
