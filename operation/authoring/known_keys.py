"""Which keys a value of a definition may have, so that a mistyped one can be told from one that stands elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import get_args

from chalicelib.questionnaire.base import Frozen, Text
from chalicelib.questionnaire.conditions import CONDITIONS, Implication
from chalicelib.questionnaire.definition import KINDS, Definition, Questionnaire, Translation
from chalicelib.questionnaire.options import DateBand, NumberBand, Option, Row
from chalicelib.questionnaire.support import Contact, SupportLine
from chalicelib.questionnaire.survey import Crosstabs, SurveySettings
from operation.authoring.suggestions import meant

#: By the key of what holds it.
_MODELS: Mapping[str, type[Frozen]] = {
    "": Definition,
    "settings": SurveySettings,
    "questionnaire": Questionnaire,
    "languages": Translation,
    "crosstabs": Crosstabs,
    "support": SupportLine,
    "contact": Contact,
    "options": Option,
    "rows": Row,
    "implies": Implication,
}
_BANDS: Mapping[str, type[Frozen]] = {"number": NumberBand, "date": DateBand}
#: What people, and other programs, call a key.
_CALLED = {
    **dict.fromkeys(("choices", "answers", "alternatives"), "options"),
    **dict.fromkeys(("question", "text", "title", "name"), "label"),
    **dict.fromkeys(("help", "description"), "hint"),
    **dict.fromkeys(("if", "condition", "relevant"), "show_if"),
    **dict.fromkeys(("items", "subquestions"), "rows"),
    **{"type": "kind", "max": "most", "min": "least"},
}
#: What stands under another key of these, by mistake often enough.
_SECTIONS = ("settings", "questionnaire")
#: Where in a location of pydantic's the question stands, and after it the kind that it was taken for.
_KIND = 3


def keys_beside(location: Sequence[int | str]) -> tuple[str, ...]:
    """The keys that may stand where ``location``, as pydantic tells it, has one that may not; none if unknown."""
    above = location[:-1]
    kind = str(above[_KIND]) if len(above) > _KIND and above[1] == "questions" else ""
    if len(above) == _KIND + 1 and kind in KINDS:
        return keys_of(KINDS[kind])
    words = [key for key in above if isinstance(key, str)]
    if {"show_if", "when", "then"} & {*words}:
        return ("question", *CONDITIONS)
    holder = "languages" if words[-2:-1] == ["languages"] else words[-1] if words else ""
    model = _BANDS.get(kind) if holder == "bands" else _MODELS.get(holder)
    return keys_of(model) if model else ()


def key_meant(key: str, known: Collection[str]) -> str | None:
    """The one of ``known`` that whoever wrote ``key`` meant, by its letters or by what it is called elsewhere."""
    called = _CALLED.get(key.casefold())
    return called if called in known else meant(key, known)


def keys_of(model: type[Frozen]) -> tuple[str, ...]:
    """The keys that an author may write."""
    names: Iterable[tuple[str, str | None]] = ((name, field.alias) for name, field in model.model_fields.items())
    return tuple(alias or name for name, alias in names if name != "formatted")


def _holds_text(annotation: object) -> bool:
    return annotation is Text or Text in get_args(annotation)


#: Keys that hold a text by language, wherever they stand.
TEXTS = frozenset(
    name
    for model in {*_MODELS.values(), *_BANDS.values(), *KINDS.values()}
    for name, field in model.model_fields.items()
    if _holds_text(field.annotation)
)


def section_of(key: str, location: Sequence[int | str]) -> str | None:
    """Under what ``key`` belongs that stands at the top of the file, or of another section."""
    if len(location) > 1 and location[:-1] not in [(section,) for section in _SECTIONS]:
        return None
    others = (section for section in _SECTIONS if (section,) != tuple(location[:-1]))
    return next((section for section in others if key in keys_of(_MODELS[section])), None)
