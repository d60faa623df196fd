"""A language of the interface is one line and a catalogue; what else does not know its words is named."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

import operation
from chalicelib.locale import INTERFACE_LANGUAGES, SOURCE
from operation.authoring.rules import check_definition
from operation.authoring.wording_rules import WORD_LISTS
from tests.builders import a_definition, a_question

CATALOGUES = Path(operation.__file__).parent / "locale"


def lacking(language: str) -> set[str]:
    """What does not know ``language``."""
    catalogue = CATALOGUES / f"{language}.po"
    found = set() if catalogue.exists() or language == SOURCE else {"catalogue"}
    return found | {what for what, known in WORD_LISTS.items() if language not in known}


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_every_language_of_the_interface_is_known_everywhere(language: str) -> None:
    assert lacking(language) == set()


def test_of_a_language_that_is_a_line_only_all_that_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cast("dict[str, str]", INTERFACE_LANGUAGES), "xx", "Made up")
    assert lacking("xx") == {"catalogue", *WORD_LISTS}
    questionnaire = a_definition(a_question("yes_no")).questionnaire
    spoken = {**questionnaire.languages, "xx": questionnaire.languages["en"]}
    definition = a_definition(a_question("yes_no"))
    definition = definition.model_copy(update={"questionnaire": questionnaire.model_copy(update={"languages": spoken})})
    [warned] = [problem for problem in check_definition(definition) if problem.code == "unchecked_language"]
    assert (warned.severity, str(warned.place)) == ("warning", "questionnaire.languages.xx")
    assert all(what in warned.message for what in WORD_LISTS)
