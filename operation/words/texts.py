"""Every text of a definition, with its place in words and a key that stays when others are added or moved."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from chalicelib.questionnaire.definition import Definition, Question
from operation.authoring.place_names import named
from operation.authoring.places import QUESTIONS, Place, all_texts

#: By the key of a text inside a question or a line of support; a label is what holds it.
_PARTS: Mapping[int | str, str] = {
    "label": "",
    "short": "short name for results",
    "hint": "hint",
    "required_because": "why it must be answered",
    "pattern_says": "what is to be written",
    "least_label": "lowest step",
    "most_label": "highest step",
    "note": "note",
}
_ALONE: Mapping[str, str] = {
    "questionnaire.title": "Title",
    "questionnaire.asked_by": "Who asks",
    "questionnaire.introduction": "Introduction",
    "questionnaire.thanks": "Thanks",
    "settings.population": "Beside results: who was to answer",
    "settings.recruitment": "Beside results: how people were asked",
    "settings.sponsor": "Beside results: who pays",
    "settings.limits": "Beside results: what is missing",
    "settings.contact.label": "Contact",
}
_MEMBERS: Mapping[int | str, str] = {"options": "option", "rows": "row", "bands": "band"}
_HASHED = 12
#: How workbooks write what XML cannot hold (ECMA-376 part 1, 22.9.2.19, ST_Xstring).
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
#: Of texts that come from other programs, too: word processors have ends of lines within a paragraph (U+000B, U+2028).
_END_OF_LINE = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True)
class PlacedText:
    """A text of a definition. ``place`` leads to it by positions, ``key`` by ids and codes; ``where`` is in words."""

    place: Place
    key: str
    where: str
    wordings: Mapping[str, str]


def placed_texts(definition: Definition) -> list[PlacedText]:
    """Every text that people read: the questionnaire in its order, then the settings."""
    numbers = dict(_numbers(definition))
    found = []
    for place, wordings in all_texts(definition):
        key = ".".join(_names(place, definition))
        found.append(PlacedText(place, key, _ALONE.get(key) or _where(place, definition, numbers), wordings))
    return found


def unescaped(text: str) -> str:
    """``text`` of a cell, with the characters that workbooks write by their numbers ("_x000D_")."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def as_stored(text: str) -> str:
    """``text`` without what programs store in one way or another: ends of lines, blanks at them and around the text."""
    lines = _END_OF_LINE.split(unicodedata.normalize("NFC", text))
    return "\n".join(line.rstrip() for line in lines).strip()


def hash_of(text: str) -> str:
    """Tells one wording from another, whatever program stored it."""
    return sha256(as_stored(text).encode("utf-8", "surrogatepass")).hexdigest()[:_HASHED]


def _numbers(definition: Definition) -> Iterator[tuple[int, str]]:
    """By position, what a question is called: sections and notes are not counted among the questions."""
    asked = 0
    for position, question in enumerate(definition.questionnaire.questions):
        asked += question.asks != "nothing"
        called = f"Question {asked}" if question.asks != "nothing" else question.kind.capitalize()
        yield position, f"{called} “{question.id}”"


def _names(place: Place, definition: Definition) -> Iterator[str]:
    """The keys of ``place``, with the id or the code of a member for its position."""
    within: Any = definition
    for key in place.keys:
        within = within[key] if isinstance(key, int) else getattr(within, key)
        yield _name(within, key) if isinstance(key, int) else key


def _name(member: Any, position: int) -> str:
    return str(getattr(member, "id", None) or getattr(member, "code", None) or position)


def _where(place: Place, definition: Definition, numbers: Mapping[int, str]) -> str:
    keys = place.keys
    if isinstance(place.question, int):
        question = definition.questionnaire.questions[place.question]
        return ", ".join([numbers[place.question], *_parts(keys[len(QUESTIONS.keys) + 1 :], question)])
    if keys[1] == "support" and isinstance(keys[2], int):
        line = definition.settings.support[keys[2]]
        return ", ".join(filter(None, [f"Line of support {keys[2] + 1} “{line.id}”", _PARTS[keys[3]]]))
    return named(place, definition)


def _parts(keys: tuple[int | str, ...], question: Question) -> Iterator[str]:
    if len(keys) == 3 and isinstance(keys[1], int):
        yield f"{_MEMBERS[keys[0]]} {keys[1] + 1} “{_name(getattr(question, str(keys[0]))[keys[1]], keys[1])}”"
    if said := _PARTS[keys[-1]]:
        yield said
