"""The wordings that answers take their meaning from, and whether a new wording still means the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from chalicelib.locale import general
from chalicelib.questionnaire.base import Frozen
from chalicelib.questionnaire.definition import Question, Questionnaire, is_required
from chalicelib.questionnaire.formatted import Run
from chalicelib.questionnaire.visible_text import as_drawn, as_read
from operation.authoring.places import LISTS, QUESTIONS, Place

#: Below this likeness (difflib's ratio) a wording is taken for another meaning, until the operator says otherwise.
SAME_MEANING = 0.7
#: Longer wordings are compared word by word: difflib ignores letters that occur often in so many.
MANY_CHARACTERS = 199
#: A slip in a shorter word may well be another word.
SHORTEST_SLIP = 4

NEGATIONS: Mapping[str, re.Pattern[str]] = {
    language: re.compile(pattern)
    for language, pattern in {
        "en": r"\b(not|no|never|nobody|none|nothing|neither|nor|cannot|without)\b|n['’]t\b",
        "sv": r"\b(inte|ej|icke|aldrig|ingen|inget|inga|ingenting|utan)\b",
        "nb": r"\b(ikke|aldri|ingen|intet|ingenting|uten)\b",
        "fi": r"\b((en|et|ei|emme|ette|eivät)(kö)?|älä|älkää|ilman)\b",
        "is": r"\b(ekki|aldrei|enginn|engin|ekkert|engan|enga|engum|engir|engar|án)\b",
        "ar": r"\b[وف]?(لا|لم|لن|ليس|ليست|لست|ليسوا|ألا|ألم|غير|بدون|دون|عدم)\b",
    }.items()
}

#: Beside a question: what tells how to answer it.
GUIDANCE = ("hint", "required_because", "pattern_says")
_ENDS = ("least_label", "most_label")


#: What a question has besides what it asks; of ``required_because`` that there is one.
_SAID = frozenset({"label", "short", "apart", *GUIDANCE, *_ENDS})

#: By place, a wording in each of its languages.
Wordings = Mapping[Place, Mapping[str, str]]


def wordings_of(questionnaire: Questionnaire) -> Wordings:
    """Every wording of every question, headings and notes included."""
    return {place: text for question in questionnaire.questions for place, text in wordings_in(question).items()}


def wordings_in(question: Question) -> Wordings:
    """As :func:`wordings_of`, those of one question."""
    found: dict[Place, Mapping[str, str]] = {QUESTIONS / question.id: question.label}
    for name in LISTS:
        found |= {QUESTIONS / question.id / name / part.code: part.label for part in getattr(question, name, ())}
    texts = {name: getattr(question, name, None) for name in (*_ENDS, *GUIDANCE)}
    found |= {QUESTIONS / question.id / name: text for name, text in texts.items() if text}
    return found


def list_of(place: Place) -> str:
    """What the wording at ``place`` is one of: a list, the "ends" of a scale, the "guidance"; "" for a question."""
    name = str(place.keys[3]) if len(place.keys) > 3 else ""
    return "ends" if name in _ENDS else "guidance" if name in GUIDANCE else name


def asked_by(question: Question) -> dict[str, Any]:
    """What ``question`` asks: all but its wordings, how its options stand, and but whom it is asked of."""
    asked: dict[str, Any] = _unworded(question.model_dump(exclude={"show_if", "order"}))
    return asked | {"required_because": is_required(question)}


def _unworded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unworded(part) for name, part in value.items() if name not in _SAID}
    return [_unworded(part) for part in value] if isinstance(value, tuple) else value


def taken_from(place: Place, becomes: str, language: str, before: Wordings) -> str | None:
    """The name of the other question or code that had this wording before, if one had."""
    if list_of(place) == "guidance":
        return None
    words = words_of(becomes)
    others = (other for other in before if other != place and _is_beside(place, other))
    return next((str(other) for other in others if words_of(before[other].get(language, "")) == words), None)


def _is_beside(place: Place, other: Place) -> bool:
    """Whether one could be taken for the other: two questions, or two members of one list."""
    return list_of(place) == list_of(other) and (not list_of(place) or place.question == other.question)


def reads_the_same(was: str | None, becomes: str | None) -> bool:
    """Whether nobody can read a difference, so that there is none."""
    return was == becomes or (was is not None and becomes is not None and as_read(was) == as_read(becomes))


def is_drawn_the_same(one: object, other: object) -> bool:
    """Whether two parts of a definition are the same to the eye, to the word and to the order of their languages.

    Only texts by language may differ, in what nobody sees (soft hyphens, blanks, NFC and NFD): a pattern may not.
    """
    return _drawn(one) == _drawn(other)


def _drawn(part: object) -> object:
    """``part`` as lists of names and values, in which the order counts, with each text as it is drawn."""
    if isinstance(part, Run):
        return [*_drawn_fields(part.model_copy(update={"text": ""})), as_drawn(part.text)]
    if isinstance(part, Frozen):
        return _drawn_fields(part)
    if isinstance(part, tuple):
        return [_drawn(each) for each in part]
    if isinstance(part, Mapping):
        # By language; of what is formatted, by the wording.
        return [
            (as_drawn(name), as_drawn(each) if isinstance(each, str) else _drawn(each)) for name, each in part.items()
        ]
    return part


def _drawn_fields(part: Frozen) -> list[object]:
    return [(name, _drawn(value)) for name, value in part]


def means_the_same(place: Place, language: str, was: str, becomes: str) -> bool:
    """What can be chosen is held to more than a question: "Legal" and "Illegal" look alike."""
    return (
        _is_slip(was, becomes)
        if list_of(place) in ("ends", *LISTS)
        else _is_alike(language, as_read(was), as_read(becomes))
    )


def _is_alike(language: str, first: str, second: str) -> bool:
    """Whether most of the wording is the same, and every number in it: the last 3 months are not the last 12.

    As many words have to say no: "Have you not been" is another question than "Have you been".
    """
    if re.findall(r"\d+", first) != re.findall(r"\d+", second):
        return False
    if _negations(language, first) != _negations(language, second):
        return False
    if max(len(first), len(second)) <= MANY_CHARACTERS:
        return SequenceMatcher(None, first, second).ratio() >= SAME_MEANING
    return SequenceMatcher(None, first.split(), second.split()).ratio() >= SAME_MEANING


def _negations(language: str, text: str) -> int:
    """How many words of ``text`` say no; 0 in languages of which we know none."""
    pattern = NEGATIONS.get(general(language))
    return len(pattern.findall(text)) if pattern else 0


def _is_slip(was: str, becomes: str) -> bool:
    """Whether only case and punctuation differ, or one letter of one word without digits."""
    first, second = words_of(was), words_of(becomes)
    differing = [pair for pair in zip(first, second, strict=False) if pair[0] != pair[1]]
    if len(first) != len(second) or len(differing) > 1:
        return False
    return all(_is_letter_away(*pair) for pair in differing)


def words_of(text: str) -> list[str]:
    """The words of ``text`` as it reads, without punctuation; a symbol is a word of its own, as in "<" and "👍"."""
    spaced = "".join(map(_spaced, as_read(text)))
    return spaced.split() or [text.strip()]


def _spaced(character: str) -> str:
    match unicodedata.category(character)[0]:
        case "L" | "M" | "N":
            return character
        case "S":
            return f" {character} "
    return " "


def _is_letter_away(was: str, becomes: str) -> bool:
    short, long = sorted((was, becomes), key=len)
    if len(long) < SHORTEST_SLIP or not (was + becomes).isalpha() or len(long) - len(short) > 1:
        return False
    if len(short) < len(long):
        return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))
    places = [place for place in range(len(long)) if long[place] != short[place]]
    return len(places) == 1 or (len(places) == 2 and sorted(was) == sorted(becomes))
