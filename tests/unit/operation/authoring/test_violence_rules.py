"""Questions that may hurt are asked as WHO recommends: nobody has to answer, all can refuse, nothing tells who."""

from __future__ import annotations

from typing import Any

import pytest

from operation.authoring import violence_rules
from operation.authoring.sensitive import KNOWN_LANGUAGES, PERPETRATOR
from tests.builders import a_document, a_question, options, text
from tests.unit.operation.authoring.found import FIRST, SECOND, Found, codes_of, found_in, found_with, written

LINE: dict[str, Any] = {"id": "helpline", "label": text("Helpline"), "telephone": "+46 20 50 50 50"}
SECTION = a_question("section", label=text("One part"), support=["helpline"])
HIT = text("Has somebody hit you?")
BECAUSE = text("We need it.")
PLAIN = options("a", "b")
REFUSABLE = options("a", "rather_not_say", apart=("rather_not_say",))
ALONE = options("a", "rather_not_say", exclusive=("rather_not_say",))
#: What is found, in which questions.
FOUND: list[tuple[Found, list[dict[str, Any]]]] = [
    (
        (f"{FIRST}.required_because", "hurting_required", "warning"),
        [a_question("yes_no", label=HIT, required_because=BECAUSE)],
    ),
    (
        (f"{SECOND}.required_because", "hurting_required", "warning"),
        [SECTION, a_question("yes_no", required_because=BECAUSE)],
    ),
    (
        (f"{FIRST}.options", "hurting_without_refusal", "warning"),
        [a_question("single_choice", label=HIT, options=PLAIN)],
    ),
    (
        (f"{FIRST}.options", "hurting_without_refusal", "warning"),
        [a_question("matrix", rows=[{"code": "hit", "label": HIT}], options=PLAIN)],
    ),
    (
        (f"{SECOND}.options", "hurting_without_refusal", "warning"),
        [SECTION, a_question("multiple_choice", options=PLAIN, most=None)],
    ),
    ((FIRST, "tells_perpetrator", "warning"), [written("Who hit you?")]),
    (
        (FIRST, "tells_perpetrator", "warning"),
        [a_question("single_choice", label=text("Who hit you?"), options=[*options("b", specify=("b",)), *REFUSABLE])],
    ),
    ((SECOND, "tells_perpetrator", "warning"), [SECTION, written("Who was it?")]),
]
#: What is asked as it should be, or of something else.
SOUND: list[list[dict[str, Any]]] = [
    [a_question("yes_no", label=HIT)],
    [a_question("single_choice", label=HIT, options=REFUSABLE)],
    [a_question("multiple_choice", label=HIT, options=ALONE, most=None)],
    [a_question("single_choice", label=text("Who hit you?"), options=REFUSABLE)],
    [written("What should the network do first?")],
    [SECTION, a_question("consent", label=text("I agree to be asked about violence.")), a_question("scale")],
    [a_question("yes_no", required_because=BECAUSE), a_question("single_choice", options=PLAIN)],
    # An option that hurts asks nothing: it may be one subject of many.
    [a_question("single_choice", options=[{"code": "a", "label": text("Violence")}, *options("b")])],
]


@pytest.mark.parametrize(("problem", "questions"), FOUND)
def test_what_is_not_asked_as_it_should_be_is_the_only_thing_found(
    problem: Found, questions: list[dict[str, Any]]
) -> None:
    assert found_with(*questions, support=[LINE]) == [problem]


@pytest.mark.parametrize("questions", SOUND)
def test_what_is_asked_safely_is_not_warned_of(questions: list[dict[str, Any]]) -> None:
    assert found_with(*questions, support=[LINE]) == []


def test_what_stands_in_the_browsers_history_does_not_tell_that_violence_is_asked_of() -> None:
    document = a_document(a_question("yes_no"))
    telling = document["questionnaire"] | {"title": {"en": "Violence at work"}}
    assert found_in(document | {"survey": "our-survey"}) == []
    assert found_in(document | {"survey": "police-2027"}) == [("survey", "tells_subject", "warning")]
    assert found_in(document | {"questionnaire": telling}) == [("questionnaire.title", "tells_subject", "warning")]


def test_every_code_of_the_rules_is_tested_here() -> None:
    assert codes_of(violence_rules) == {"tells_subject"} | {code for (_, code, _), _ in FOUND}


#: In each language: what asks who did it, and what only looks alike to one of the lists.
SPOKEN: dict[str, tuple[str, str]] = {
    "en": (
        "Who did it?|By whom were you hurt?|Describe the man who did it|Was the perpetrator a client?",
        "Who helped you?|What kind of people did it?|Whom have you told?|Who are you talking to?",
    ),
    "sv": ("Vem gjorde det?|Av vem?|Var förövaren en kund?|Vem hotade dig?", "Vem har hjälpt dig?|Vem talar du med?"),
    "nb": (
        "Hvem gjorde det?|Av hvem?|Hvem truet deg?|Var overgriperen en kunde?",
        "Hvem hjalp deg?|Hvem snakker du med?",
    ),
    "fi": ("Kuka sen teki?|Kenen toimesta?|Kuka uhkaili sinua?", "Kuka auttoi sinua?|Oletko seksityöntekijä?"),
    "is": ("Hver gerði það?|Af hverjum?|Hver hótaði þér?|Var gerandinn viðskiptavinur?", "Hver hjálpaði þér?"),
    "ar": ("من فعل ذلك؟|من الذي ضربك؟|هل كان المعتدي زبونًا؟|من هددك؟", "من ساعدك؟|من أخبرت بما حدث؟"),
}


@pytest.mark.parametrize("language", sorted(KNOWN_LANGUAGES))
def test_in_every_language_it_is_known_what_asks_who_did_it(language: str) -> None:
    asking, others = (wordings.split("|") for wordings in SPOKEN[language])
    assert [wording for wording in asking if not PERPETRATOR.is_asked_in([wording])] == []
    assert [wording for wording in others if PERPETRATOR.is_asked_in([wording])] == []
