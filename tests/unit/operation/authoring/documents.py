"""A definition with every kind of question in two languages, changed in one way or another, and why that is refused."""

from __future__ import annotations

from typing import Any

from chalicelib.questionnaire.definition import KINDS, Definition, Questionnaire
from operation.authoring.comparability import incomparable
from tests.builders import a_document, a_question, text
from tests.unit.operation.authoring.trees import equals

Document = dict[str, Any]
MET = equals("police_met", "yes")
BECAUSE = {"required_because": text("We must know.")}


def two_languages() -> Document:
    """Every kind of question, in English and in Swedish, which nobody has reviewed."""
    document: Document = _translated(a_document(*(a_question(kind) for kind in KINDS)))
    document["questionnaire"]["languages"]["sv"] = {"name": "Svenska"}
    return document


def _translated(value: Any) -> Any:
    if isinstance(value, dict):
        is_text = set(value) == {"en"} and isinstance(value["en"], str)
        return (
            {**value, "sv": f"På svenska: {value['en']}"} if is_text else {k: _translated(v) for k, v in value.items()}
        )
    return [_translated(each) for each in value] if isinstance(value, list) else value


def question(document: Document, kind: str) -> Document:
    found: Document = next(each for each in document["questionnaire"]["questions"] if each["kind"] == kind)
    return found


def read(document: Document) -> Questionnaire:
    return Definition.model_validate(document).questionnaire


def reasons(old: Document, new: Document, *same_meaning: str) -> list[tuple[str, str]]:
    """Where and why ``new`` is refused after ``old``."""
    return [(str(problem.place), problem.code) for problem in incomparable([read(old)], read(new), same_meaning)]


def changed(kind: str, **changes: Any) -> Document:
    document = two_languages()
    question(document, kind).update(changes)
    return document


def with_part(kind: str, name: str, index: int, **changes: Any) -> Document:
    """One option, row or band of a question changed."""
    document = two_languages()
    question(document, kind)[name][index].update(changes)
    return document


def reworded(kind: str, name: str, index: int, wording: str, language: str = "en") -> Document:
    document = two_languages()
    question(document, kind)[name][index]["label"][language] = wording
    return document


def without(kind: str, name: str, index: int) -> Document:
    document = two_languages()
    del question(document, kind)[name][index]
    return document


def with_one_more(kind: str, name: str, **part: Any) -> Document:
    document = two_languages()
    question(document, kind)[name].append({"code": "more", "label": text("One more", sv="En till"), **part})
    return document


def asking(document: Document, *questions: Document, at: int = 99) -> Document:
    document["questionnaire"]["questions"][at:at] = questions
    return document


def reviewed(document: Document, language: str = "sv") -> Document:
    document["questionnaire"]["languages"][language]["reviewed_by"] = "En Granskare"
    return document


def reordered(document: Document) -> Document:
    document["questionnaire"]["questions"].reverse()
    question(document, "multiple_choice")["options"].reverse()
    return document


def with_wordings(document: Document, **wordings: Any) -> Document:
    document["questionnaire"].update(wordings)
    return document


def in_german(document: Document) -> Document:
    document["questionnaire"]["languages"]["de"] = {"name": "Deutsch", "reviewed_by": "Wer"}
    for asked in document["questionnaire"]["questions"]:
        asked["label"]["de"] = "Wie bitte?"
    return document


def only(document: Document, *kinds: str) -> Document:
    questions = document["questionnaire"]["questions"]
    document["questionnaire"]["questions"] = [each for each in questions if each["kind"] in kinds]
    return document


def of_kind(kind: str, other: str) -> Document:
    document = two_languages()
    place = next(i for i, each in enumerate(document["questionnaire"]["questions"]) if each["kind"] == kind)
    was = document["questionnaire"]["questions"][place]
    document["questionnaire"]["questions"][place] = a_question(other, id=was["id"], label=was["label"])
    return document


def without_swedish() -> Document:
    document = two_languages()
    del document["questionnaire"]["languages"]["sv"]
    return document
