"""A difference between wordings that nobody sees is no change: not of meaning, and nothing that is worth a warning."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest

from chalicelib.questionnaire.definition import Definition
from chalicelib.services import Services
from operation.authoring.comparability import incomparable, noteworthy
from operation.authoring.loader import parse_definition
from operation.authoring.meanings import is_drawn_the_same
from operation.lifecycle import open_survey, publish_definition, warnings_of
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


@pytest.mark.parametrize("becomes", UNSEEN.values(), ids=UNSEEN)
@pytest.mark.parametrize("is_open", [True, False])
def test_publishing_what_looks_as_before_makes_no_version(services: Services, becomes: str, is_open: bool) -> None:
    old, new = (_definition(WORDING), _definition(becomes))
    publish_definition(services, old, ())
    if is_open:
        open_survey(services, "a-survey", ["en"])
    assert warnings_of(services, new) == []
    assert publish_definition(services, new, ()).version == 1


def test_publishing_another_case_makes_a_version(services: Services) -> None:
    publish_definition(services, _definition(WORDING), ())
    assert publish_definition(services, _definition(WORDING.replace("home", "Home")), ()).version == 2


def test_another_order_of_languages_and_another_pattern_are_differences() -> None:
    document = worded(WORDING)
    document["questionnaire"]["languages"] |= {"sv": {"name": "Svenska"}}
    one = Definition.model_validate(document)
    document["questionnaire"]["languages"] = dict(reversed(document["questionnaire"]["languages"].items()))
    assert not is_drawn_the_same(one, Definition.model_validate(document))
    patterns = [
        Definition.model_validate(a_document(a_question("short_text", pattern=each))) for each in ("a b", "a  b")
    ]
    assert not is_drawn_the_same(*patterns)


def test_wording_that_was_accepted_is_accepted_with_an_unseen_difference() -> None:
    first, second = (_definition(each).questionnaire for each in ("Something else entirely", WORDING))
    again = _definition(UNSEEN["soft hyphens"]).questionnaire
    assert incomparable([first, second], again) == []


def test_definition_is_read_in_NFC_patterns_too() -> None:
    asked = a_question("short_text", hint=text("Name nobody."), pattern="[e\u0301]+", pattern_says=text("e\u0301"))
    definition, _ = parse_definition(json.dumps(a_document(asked)).encode())
    read = definition.questionnaire.questions[0].model_dump()
    assert (read["pattern"], read["pattern_says"]) == ("[é]+", text("é"))


def _definition(wording: str) -> Definition:
    return Definition.model_validate(worded(wording))
