"""Rules about the words of a definition: missing and doubled ones, long ones, questions that tell who somebody is."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.questionnaire.definition import Definition
from operation.authoring import wording_rules as wording_checks
from operation.authoring.places import FILE, texts_of
from operation.authoring.problems import DefinitionProblem
from operation.authoring.rules import check_definition
from operation.authoring.wording_rules import MOST_QUOTED, quoted
from tests.builders import a_document, a_question, options, text
from tests.unit.operation.authoring.found import (
    FIRST,
    bilingual,
    codes_of,
    found_in,
    found_with,
    messages_with,
    written,
)


def labelled(*labels: dict[str, str]) -> list[dict[str, Any]]:
    return [{"code": f"c{index}", "label": label} for index, label in enumerate(labels)]


def asked(wording: str, **more: str) -> dict[str, Any]:
    return a_question("yes_no", label=text(wording, **more))


HOMES = labelled(text("At home"), text("At HOME"))
#: Code, question, place and severity; each is the only problem found.
FOUND: list[tuple[str, dict[str, Any], str, str]] = [
    ("undeclared_language", asked("Met?", sv="Mött?"), f"{FIRST}.label", "error"),
    ("missing_translation", a_question("yes_no", label={}), f"{FIRST}.label", "error"),
    ("repeated_label", a_question("single_choice", options=HOMES), f"{FIRST}.options.1.label", "error"),
    ("repeated_label", a_question("matrix", rows=HOMES), f"{FIRST}.rows.1.label", "error"),
    (
        "repeated_label",
        a_question("number", bands=[HOMES[0] | {"below": 10}, HOMES[1]]),
        f"{FIRST}.bands.1.label",
        "error",
    ),
    ("long_text", asked("a" * 401), f"{FIRST}.label", "warning"),
    ("long_text", a_question("yes_no", hint=text("a" * 1201)), f"{FIRST}.hint", "warning"),
    (
        "long_text",
        a_question("ranking", options=labelled(text("a" * 161), text("b"))) | {"most": None},
        f"{FIRST}.options.0.label",
        "warning",
    ),
    ("identifying", written("What is your date of birth?"), FIRST, "warning"),
    ("fine_geography", written("Which town do you live in?"), FIRST, "warning"),
    ("text_without_hint", a_question("long_text", hint=None), FIRST, "warning"),
    ("text_without_hint", a_question("short_text"), FIRST, "warning"),
]


@pytest.mark.parametrize(("code", "question", "place", "severity"), FOUND)
def test_a_wording_that_misleads_is_found_where_it_stands(
    code: str, question: dict[str, Any], place: str, severity: str
) -> None:
    assert found_with(question) == [(place, code, severity)]


def test_every_code_of_the_wording_checks_is_tested_here() -> None:
    assert codes_of(wording_checks) == {code for code, _, _, _ in FOUND} | {"interface_language", "unchecked_language"}


@pytest.mark.parametrize(
    "question",
    [
        asked("a" * 400),
        a_question("yes_no", hint=text("a" * 1200)),
        a_question("note", label=text("a" * 400)),
        a_question("ranking", options=labelled(text("a" * 160), text("b")), most=None),
        a_question("single_choice", options=options("a", "b")),
        a_question("single_choice", hint=text("Name nobody.")),
    ],
)
def test_what_is_just_within_the_rules_passes(question: dict[str, Any]) -> None:
    assert found_with(question, a_question("yes_no", id="other")) == []


def test_a_title_has_to_fit_a_tab() -> None:
    document = a_document(a_question("yes_no"))
    document["questionnaire"]["title"] = text("a" * 80)
    assert found_in(document) == []
    document["questionnaire"]["title"] = text("a" * 81)
    assert found_in(document) == [("questionnaire.title", "long_text", "warning")]


# --- languages -------------------------------------------------------------------------------------------------------


def test_a_missing_translation_is_a_warning_but_an_error_in_the_first_language() -> None:
    found = found_in(bilingual(a_question("yes_no", label={"sv": "Mött?"})))
    assert (f"{FIRST}.label", "missing_translation", "error") in found
    assert ("questionnaire.languages.sv", "missing_translation", "warning") in found
    assert {problem[1] for problem in found} == {"missing_translation"}


def test_every_text_of_a_definition_is_looked_at_for_translations() -> None:
    kinds = ("single_choice", "scale", "matrix", "long_text", "note")
    document = bilingual(*(a_question(kind, hint=text("Name nobody.")) for kind in kinds))
    # Four of the survey, five labels and hints, three options, two ends, two rows, three answers to them.
    assert missing_in(document) == [
        "24 texts are shown in “en”, for want of “sv”: questionnaire.title; questionnaire.asked_by;"
        " questionnaire.introduction; and others."
    ]


def test_missing_translations_are_one_warning_a_language() -> None:
    document = bilingual(asked("Met?", sv="Mött?"), asked("Why?") | {"id": "why"})
    document["questionnaire"]["languages"]["fi"] = {"name": "Suomi"}
    for name in ("title", "asked_by", "introduction", "thanks"):
        document["questionnaire"][name] |= {"sv": "x", "fi": "x"}
    assert missing_in(document) == [
        "1 text is shown in “en”, for want of “sv”: question “why”, label.",
        "2 texts are shown in “en”, for want of “fi”: question “police_met”, label; question “why”, label.",
    ]


def test_a_line_beside_an_option_needs_no_hint_since_the_page_says_there_what_to_leave_out() -> None:
    assert found_with(a_question("single_choice", hint=None)) == []


def missing_in(document: dict[str, Any]) -> list[str]:
    problems = check_definition(Definition.model_validate(document))
    return [problem.message for problem in problems if problem.code == "missing_translation"]


def test_every_text_that_a_definition_can_hold_is_known() -> None:
    document = a_document()
    for question in document["questionnaire"]["questions"]:
        question |= {"hint": text("h")}
        if question["kind"] not in ("note", "section", "hidden"):
            question["required_because"] = text("r")
        if question["kind"] == "short_text":
            question |= {"pattern": "a", "pattern_says": text("s")}
    questionnaire = Definition.model_validate(document).questionnaire
    assert len(list(texts_of(questionnaire, FILE))) == _texts_in(document["questionnaire"])


def _texts_in(value: Any) -> int:
    if isinstance(value, dict):
        return 1 if set(value) == {"en"} and isinstance(value["en"], str) else sum(map(_texts_in, value.values()))
    return sum(map(_texts_in, value)) if isinstance(value, list) else 0


def test_a_language_that_was_taken_out_of_the_list_alone_is_told_once() -> None:
    few, many = (a_document(*(asked("Met?", sv="Mött?") | {"id": f"q{at}"} for at in range(n))) for n in (3, 60))
    assert [code for _, code, _ in found_in(few)].count("undeclared_language") == 3
    [said] = [each.message for each in check_definition(Definition.model_validate(many)) if each.severity == "error"]
    assert said == (
        "The language sv is not among the questionnaire's languages. Add it there, or take these words out. So it is"
        " with 59 texts more."
    )


@pytest.mark.parametrize("language", ["ru", "fa", "zh-Hans", "ckb", "sma"])
def test_a_language_that_the_interface_has_no_words_in_is_warned_of_P12_P13(language: str) -> None:
    unchecked, problem = problems_in_language(language)
    assert unchecked.code == "unchecked_language"
    assert "where a text asks who, how old or where somebody is, or may hurt, or has got a “not”" in unchecked.message
    assert (str(problem.place), problem.code) == (f"questionnaire.languages.{language}", "interface_language")
    assert problem.severity == "warning"
    assert f"In “{language}” only your own texts are shown" in problem.message
    assert f"add a catalogue, operation/locale/{language}.po" in problem.message


@pytest.mark.parametrize("language", ["sv", "nb", "nn", "no", "fi", "is", "ar", "ar-EG", "en-GB", "sv-FI"])
def test_a_language_that_the_interface_has_words_in_passes_whatever_its_region(language: str) -> None:
    assert problems_in_language(language) == []


def problems_in_language(language: str) -> list[DefinitionProblem]:
    """What is found in a questionnaire in English, and all of it in ``language`` too."""
    document = a_document(asked("Met?", **{language: "x"}))
    document["questionnaire"]["languages"][language] = {"name": "x"}
    for name in ("title", "asked_by", "introduction", "thanks"):
        document["questionnaire"][name][language] = "x"
    return check_definition(Definition.model_validate(document))


def test_two_options_that_read_the_same_in_one_language_only_are_found() -> None:
    same = labelled(text("Friend", sv="Vän"), text("Partner", sv="vän"))
    document = bilingual(a_question("single_choice", label=text("Who?"), options=same))
    found = [problem for problem in found_in(document) if problem[1] == "repeated_label"]
    assert found == [(f"{FIRST}.options.1.label", "repeated_label", "error")]


def test_options_of_two_questions_may_read_the_same() -> None:
    assert found_with(*(a_question("ranking", id=name) for name in ("a", "b"))) == []


def test_a_text_in_another_language_than_the_first_is_told_once_with_what_was_meant() -> None:
    [message] = messages_with(a_question("yes_no", label={"eng": "Met?"}))
    assert message == (
        "The language eng is not among the questionnaire's languages, and there is no text in “en”, which others fall"
        " back to. Did you mean “en”?"
    )
    [message] = messages_with(a_question("yes_no", label={"sv": "Mött?"}))
    assert message.endswith("Add it there, and write the text in “en” too.")


def test_a_thousand_languages_of_a_text_do_not_flood_the_message() -> None:
    many = {f"{first}{second}": "Met?" for first in "abcdefghij" for second in "abcdefghij"}
    [message] = messages_with(a_question("yes_no", label=text("Met?") | many))
    assert message.startswith("The languages aa, ab, ac, ad, ae … are not among")


# --- wordings in messages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wording", "shown"),
    [
        ("At home", "“At home”"),
        ("At home\nerror: all is lost [x]", "“At home error: all is lost [x]”"),
        ("a" * MOST_QUOTED, f"“{'a' * MOST_QUOTED}”"),
        ("a" * (MOST_QUOTED + 1), f"“{'a' * MOST_QUOTED} …”"),
    ],
)
def test_a_wording_is_quoted_on_one_line_and_shortened(wording: str, shown: str) -> None:
    assert quoted(wording) == shown


def test_a_wording_of_several_lines_makes_no_message_of_several_lines() -> None:
    same = labelled(text("At home\nerror: x"), text("At home\nerror: x"))
    [message] = messages_with(a_question("single_choice", options=same))
    assert message == "“At home error: x” stands 2 times in “en”. Word them apart, or remove one."


@pytest.mark.parametrize(
    "other",
    ["Caf\u00e9", "Cafe\u0301", "Ca\u00adf\u00e9", "\u200bCaf\u00e9", "CAF\u00c9", "Ｃａｆé"],
)
def test_labels_that_look_alike_are_one_label(other: str) -> None:
    document = a_document(a_question("single_choice", options=labelled(text("Caf\u00e9"), text(other))))
    assert (f"{FIRST}.options.1.label", "repeated_label", "error") in found_in(document)


def test_labels_with_more_blanks_are_one_label_and_other_labels_are_not() -> None:
    same = labelled(text("At home"), text("At \u00a0 home"))
    assert len(messages_with(a_question("single_choice", options=same))) == 1
    assert messages_with(a_question("single_choice", options=labelled(text("At home"), text("Athome")))) == []


def test_ends_of_a_scale_that_read_the_same_are_found() -> None:
    ends = {"least_label": text("Very"), "most_label": text("ve\u00adry ")}
    assert found_with(a_question("scale") | ends) == [(f"{FIRST}.most_label", "repeated_label", "error")]
