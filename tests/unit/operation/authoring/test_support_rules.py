"""Whether somebody can be turned to: lines that can be reached, named by sections, and there where questions hurt."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.questionnaire.definition import Definition
from chalicelib.questionnaire.support import Contact, SupportLine
from operation.authoring import support_rules as support_checks
from operation.authoring.sensitive import HURTING, KNOWN_LANGUAGES
from operation.authoring.support_rules import changed_support
from tests.builders import a_definition, a_document, a_question, options, text
from tests.unit.operation.authoring.found import FIRST, Found, codes_of, found_in, found_with, messages_with

LINE: dict[str, Any] = {"id": "helpline", "label": text("Helpline"), "telephone": "+46 20 50 50 50"}
CONTACT: dict[str, Any] = {"label": text("Office"), "email": "office@help.example"}
POLICE = a_question("yes_no", label=text("Have the police stopped you?"))
WARNED = ("settings.support", "support_missing", "warning")


def a_section(*names: str, **changes: Any) -> dict[str, Any]:
    return a_question("section", label=text("One part"), support=list(names), **changes)


#: What is found, in which questions under which settings.
FOUND: list[tuple[Found, list[dict[str, Any]], dict[str, Any]]] = [
    (("settings.support", "repeated_code", "error"), [a_question("scale")], {"support": [LINE, LINE]}),
    (
        ("settings.support.0", "support_without_way", "error"),
        [a_question("scale")],
        {"support": [{"id": "helpline", "label": text("Helpline")}]},
    ),
    (("settings.contact", "support_without_way", "error"), [a_question("scale")], {"contact": {"label": text("Us")}}),
    (("settings.support", "unknown_support", "error"), [a_section("helpline"), a_question("scale")], {}),
    ((f"{FIRST}.support", "unknown_support", "error"), [a_section("help"), a_question("scale")], {"support": [LINE]}),
    (WARNED, [POLICE], {}),
    (WARNED, [a_question("scale"), a_section(), POLICE], {}),
    ((FIRST, "support_unnamed", "warning"), [a_section(), POLICE], {"support": [LINE]}),
]


@pytest.mark.parametrize(("problem", "questions", "settings"), FOUND)
def test_what_is_wrong_with_support_is_the_only_thing_found(
    problem: Found, questions: list[dict[str, Any]], settings: dict[str, Any]
) -> None:
    assert found_with(*questions, **settings) == [problem]


def test_every_code_of_the_support_rules_is_tested_here() -> None:
    assert codes_of(support_checks) == {code for (_, code, _), _, _ in FOUND} | {"changed_support"}


def test_a_line_that_is_missing_is_told_once_whoever_names_it() -> None:
    sections = [a_section("helpline", id=f"part_{number}") for number in range(7)]
    assert found_with(*sections, POLICE) == [("settings.support", "unknown_support", "error")]
    [message] = messages_with(a_section("helpline", id="a"), a_section("helpline", id="b"), POLICE)
    assert message.startswith("Nobody to turn to is given here, and “a”, “b” name “helpline”. Add support: [{id: helpl")


@pytest.mark.parametrize(
    "questions", [[POLICE], [a_section("helpline"), POLICE], [a_question("scale"), a_section(), a_question("matrix")]]
)
def test_where_there_is_a_line_nothing_is_found(questions: list[dict[str, Any]]) -> None:
    assert found_with(*questions, support=[LINE], contact=CONTACT) == []


def test_a_line_lacks_a_language_like_any_other_text() -> None:
    document = a_document(a_question("scale"), support=[LINE | {"label": {"sv": "Hjälplinje"}}])
    assert ("settings.support.0.label", "undeclared_language", "error") in found_in(document)


#: In each language: what hurts, and what only looks alike to one of the other lists.
SPOKEN: dict[str, tuple[str, str]] = {
    "en": (
        "Has anybody been violent to you?|Were you arrested?|Have you lost custody of a child?|Have you thought of"
        " suicide?|Did the police help?|Has somebody hit you?|Has anybody threatened you?",
        "Which political parties do you trust?|Is a hot meal served?|Do you speak Polish?|What would help you most?",
    ),
    "sv": (
        "Har du utsatts för partnervåld?|Har polisen stoppat dig?|Har du suttit häktad?|Har du tänkt på självmord?"
        "|Har du förlorat vårdnaden om ett barn?|Har någon hotat dig?",
        "Vad skulle hjälpa dig mest?|Hur nöjd är du med politikerna?|Var bor du helst?|Har du valt det själv?",
    ),
    "nb": (
        "Har du opplevd vold?|Har politiet stoppet deg?|Har du vært i fengsel?|Har du tenkt på selvmord?|Har noen truet"
        " deg?|Har barnevernet vært hos deg?",
        "Hva mener du om politikk?|Er politikerne til hjelp?|Ble saken avgjort ved voldgift?",
    ),
    "fi": (
        "Oletko kokenut väkivaltaa?|Onko poliisi pysäyttänyt sinut?|Oletko ollut vankilassa?|Oletko ajatellut"
        " itsemurhaa?|Onko joku uhkaillut sinua?|Oletko menettänyt lapsesi huoltajuuden?",
        "Mikä auttaisi eniten?|Kuinka tyytyväinen olet?|Luotatko politiikkaan?",
    ),
    "is": (
        "Hefur þú orðið fyrir ofbeldi?|Hefur lögreglan stöðvað þig?|Hefur þú setið í fangelsi?|Hefur þú hugsað um"
        " sjálfsvíg?|Hefur þú misst forsjá barns?|Hefur einhver hótað þér?",
        "Hvað myndi hjálpa mest?|Hversu ánægð ertu?|Treystir þú stjórnmálafólki?",
    ),
    "ar": (
        "هل تعرضت للعنف؟|هل أوقفتك الشرطة؟|هل دخلت السجن؟|هل فكرت في الانتحار؟|هل فقدت حضانة طفل؟|هل هددك أحد؟",
        "ما الذي يساعدك أكثر؟|هل تدفع الضريبة؟|هل أنت راضٍ عن عملك؟",
    ),
}


def test_every_language_of_the_list_is_tried_here() -> None:
    assert SPOKEN.keys() == KNOWN_LANGUAGES


@pytest.mark.parametrize(
    "wording",
    [
        *("harassed", "tortured", "beaten", "forced sex", "self-injury", "slog dig", "trakasserad", "torterad"),
        *("slo deg", "trakassering", "löi sinua", "häirintä", "kidutettu", "pyntingar", "sló þig"),
        *("تعذيب", "سجين", "معتقل", "قتل"),
    ],
)
def test_harassment_torture_and_blows_are_heard_too(wording: str) -> None:
    assert HURTING.is_asked_in([wording])


def test_bowels_are_no_violence() -> None:
    assert not HURTING.is_asked_in(["innvoller og innvolder"])


@pytest.mark.parametrize("wording", [each for hurting, _ in SPOKEN.values() for each in hurting.split("|")])
def test_what_may_hurt_is_heard(wording: str) -> None:
    assert HURTING.is_asked_in([wording])


@pytest.mark.parametrize("wording", [each for _, harmless in SPOKEN.values() for each in harmless.split("|")])
def test_what_only_looks_alike_is_not(wording: str) -> None:
    assert not HURTING.is_asked_in([wording])


def test_an_answer_can_hurt_as_well_as_a_question_but_not_what_is_agreed_to() -> None:
    choice = a_question("multiple_choice", options=[*options("a", "b"), {"code": "c", "label": text("Violence")}])
    assert WARNED in found_with(choice)
    agreed = a_question("consent", label=text("I may be asked about the police."))
    assert found_with(agreed, a_question("scale")) == []


@pytest.mark.parametrize("number", ["112", "116 123", "+46 20 50 50 50", "020505050"])
def test_a_telephone_is_dialled_by_its_digits(number: str) -> None:
    line = SupportLine(id="x", label=text("X"), telephone=number)
    assert line.dialled == f"tel:{number.replace(' ', '')}"


@pytest.mark.parametrize(
    "changes",
    [
        *({"telephone": each} for each in ("12", "020-50 50 50", "+46  20", "1;ext=2", "*31#", "٠٢٠٥٠٥", "+", "112 ")),
        *(
            {"link": each}
            for each in ("http://a.example", "https://u:p@a.example", "javascript:alert(1)", "//a.example")
        ),
        *({"email": each} for each in ("a", "a@b", "a@b.example?cc=c", "a b@c.example", "mailto:a@b.example")),
    ],
)
def test_a_way_that_may_lead_elsewhere_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Contact.model_validate({"label": text("X"), **changes})


def test_a_changed_line_is_told_to_the_operator() -> None:
    before, after = (a_definition(POLICE, support=[LINE | {"telephone": number}]) for number in ("112", "113"))
    assert [str(problem.place) for problem in changed_support(before.settings, after.settings)] == ["settings.support"]
    assert [*changed_support(after.settings, after.settings)] == []


def test_a_line_that_does_not_fit_makes_no_section_unknown() -> None:
    from operation.authoring.stand_ins import mended

    document = a_document(a_section("helpline"), a_question("scale"), support=[LINE | {"telephone": "x"}])
    assert [str(problem.place) for problem in mended(document).problems] == ["settings.support.0.telephone"]
    with pytest.raises(ValidationError):
        Definition.model_validate(document)
