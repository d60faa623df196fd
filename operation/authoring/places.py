"""Where a value of a definition stands, in its file or by the ids and codes that operators know."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from chalicelib.questionnaire.base import Frozen
from chalicelib.questionnaire.definition import Definition, Question

#: What a question may have whose members have codes.
LISTS = ("options", "rows", "bands")


@dataclass(frozen=True)
class Place:
    """The keys that lead to a value of a definition, from the top.

    A question, an option, a row or a band stands there by its position in the file, or by its id or code. By ids a
    place is told as operators name it (``country``, ``country.se``, ``country.hint``), else as the path of keys
    (``questionnaire.questions.3.options.2.label``).
    """

    keys: tuple[int | str, ...] = ()

    def __truediv__(self, key: int | str) -> Place:
        return Place((*self.keys, key))

    def __str__(self) -> str:
        keys = self.keys
        if isinstance(self.question, str):
            keys = (*keys[2:3], *(keys[4:] if keys[3:4] and keys[3] in LISTS else keys[3:]))
        return ".".join(map(str, keys)) or "file"

    @property
    def question(self) -> int | str | None:
        """Position or id of the question that this is, or is in."""
        return self.keys[2] if self.keys[:2] == QUESTIONS.keys and len(self.keys) > 2 else None

    @property
    def holders(self) -> Iterator[Place]:
        """The places that hold this one, the nearest first, but for the file as a whole."""
        return (Place(self.keys[:length]) for length in range(len(self.keys) - 1, 0, -1))

    def lies_in(self, others: Collection[Place]) -> bool:
        """Whether it is one of ``others``, or inside one."""
        return bool(self.keys) and (self in others or any(holder in others for holder in self.holders))


FILE = Place()
SETTINGS = FILE / "settings"
QUESTIONNAIRE = FILE / "questionnaire"
QUESTIONS = QUESTIONNAIRE / "questions"


def questions_of(definition: Definition) -> Iterator[tuple[Place, Question]]:
    """Every question with its place in the file."""
    for position, question in enumerate(definition.questionnaire.questions):
        yield QUESTIONS / position, question


def all_texts(definition: Definition) -> Iterator[tuple[Place, Mapping[str, str]]]:
    """Every text of ``definition`` with its place, those of the settings last."""
    yield from texts_of(definition.questionnaire, QUESTIONNAIRE)
    yield from texts_of(definition.settings, SETTINGS)


def texts_of(part: Frozen, place: Place) -> Iterator[tuple[Place, Mapping[str, str]]]:
    """Every text below ``part`` with its place: a text is a dict of strings, which no other value is."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, dict) and all(isinstance(wording, str) for wording in value.values()):
            yield place / name, value
        elif isinstance(value, Frozen):
            yield from texts_of(value, place / name)
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, Frozen):
                    yield from texts_of(item, place / name / index)
