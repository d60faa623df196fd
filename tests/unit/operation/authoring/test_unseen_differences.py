"""A difference between wordings that nobody sees is no change: not of meaning, and nothing that is worth a warning."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from chalicelib.questionnaire.definition import Definition
from operation.authoring.comparability import incomparable, noteworthy
from tests.builders import a_document, a_question, options, text

WORDING = "Résumé of what happened at home"
UNSEEN = {
    "decomposed": unicodedata.normalize("NFD", WORDING),
    "soft hyphens": WORDING.replace("happened", "hap\u00adpened"),
    "zero width": WORDING.replace("home", "ho\u200bme\u2060"),
    "no-break spaces": WORDING.replace(" ", "\u00a0"),
    "double blanks": WORDING.replace(" ", "  "),
}


def worded(wording: str) -> dict[str, Any]:
    """A document in which a question, an option, a hint and the introduction read ``wording``."""
    choices = [*options("se"), {"code": "no", "label": text(wording)}]
    question = a_question("single_choice", label=text(f"{wording}?"), hint=text(wording), options=choices)
    document = a_document(question)
    document["questionnaire"]["introduction"] = text(wording)
    return document


@pytest.mark.parametrize("becomes", UNSEEN.values(), ids=UNSEEN)
def test_difference_that_nobody_sees_is_no_change(becomes: str) -> None:
    old, new = (Definition.model_validate(worded(each)).questionnaire for each in (WORDING, becomes))
    assert incomparable([old], new) == []
    assert noteworthy(old, new) == []


def test_difference_that_is_seen_is_one() -> None:
    old, new = (Definition.model_validate(worded(each)).questionnaire for each in (WORDING, "Something else entirely"))
    assert len(incomparable([old], new)) == 3
    assert len(noteworthy(old, new)) == 4
