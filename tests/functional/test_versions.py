"""A new version of an open survey: what it may change, and that whoever answers either version is counted together."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib.questionnaire.definition import Definition
from chalicelib.services import Services
from chalicelib.web.http import NOT_KEPT
from operation.lifecycle import open_survey, publish_definition, require_survey
from tests.builders import (
    Browser,
    FakeClock,
    a_document,
    a_question,
    an_open_survey,
    options,
    prove_keys,
    text,
)
from tests.functional.commands import RECIPIENTS, Operate, done, refused
from tests.functional.shapes import assert_page

Document = dict[str, Any]
Change = Callable[[Document], Any]

BECAUSE = {"required_because": text("We must know.")}
ONLY_IF_MET = {"question": "police_met", "equals": "yes"}
#: The first version: one question of each sort that a new version could spoil.
QUESTIONS = [
    a_question("yes_no", label=text("Did you met the police?")),
    a_question("single_choice", options=options("se", "no")),
    a_question("multiple_choice"),
    a_question("matrix"),
    a_question("ranking"),
    a_question("number"),
    a_question("scale", show_if=ONLY_IF_MET),
    a_question("short_text", pattern="[a-z]+", pattern_says=text("small letters")),
]
MET, COUNTRY, CHALLENGES, HARDER, WANTS, CLIENTS, MOOD, WORD = range(len(QUESTIONS))


def a_version(change: Change = lambda document: None, **settings: Any) -> str:
    """A file with the first version, changed."""
    document = a_document(*copy.deepcopy(QUESTIONS), **settings)
    change(document)
    Path("version.json").write_text(json.dumps(document), "utf-8")
    return "version.json"


def question(document: Document, place: int) -> Document:
    found: Document = document["questionnaire"]["questions"][place]
    return found


def set_in(place: int, **changes: Any) -> Change:
    """Changes one question."""
    return lambda document: question(document, place).update(changes)


def in_option(place: int, index: int, part: str = "options", **changes: Any) -> Change:
    """Changes one option, row or band of a question."""
    return lambda document: question(document, place)[part][index].update(changes)


def reworded(wording: str, place: int, index: int, part: str = "options") -> Change:
    return in_option(place, index, part, label=text(wording))


def added(place: int, part: str, code: str) -> Change:
    return lambda document: question(document, place)[part].append({"code": code, "label": text(code.upper())})


def without(place: int, part: str, index: int) -> Change:
    return lambda document: question(document, place)[part].pop(index)


def asking(*questions: Document, first: bool = False) -> Change:
    """Asks more, before or after the rest."""

    def ask(document: Document) -> None:
        asked = document["questionnaire"]["questions"]
        asked[0 if first else len(asked) :] = [*questions, *(asked if first else [])]

    return ask


def in_swedish(document: Document, **translation: str) -> None:
    document["questionnaire"]["languages"]["sv"] = {"name": "Svenska", **translation}
    document["questionnaire"]["title"]["sv"] = "Några frågor"


def reviewed_swedish(document: Document) -> None:
    in_swedish(document, reviewed_by="En Granskare")


@pytest.fixture(autouse=True)
def survey(services: Services, request: pytest.FixtureRequest) -> None:
    an_open_survey(services, *copy.deepcopy(QUESTIONS), **getattr(request, "param", {}))


def version_of(services: Services) -> int:
    return require_survey(services, "a-survey").version


def reasons(operate: Operate, *arguments: str) -> list[tuple[str, str]]:
    """Where and why a version was refused, by code; each error tells the line of the file."""
    result = operate("publish", *arguments)
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert all(line.endswith("]") and ". [" in line for line in errors), "each says what to do"
    assert all(line.split(": ")[1].rpartition(":")[2].isdecimal() for line in errors), errors
    return [(line.split(": ")[2], line.rpartition("[")[2].rstrip("]")) for line in errors]


# --- what may change -------------------------------------------------------------------------------------------------

CHANGES: dict[str, Change] = {
    "a slip in a question": set_in(MET, label=text("Did you meet the police?")),
    "a slip in an option": reworded("POLICES", CHALLENGES, 2),
    "a slip in a row": reworded("Homes", HARDER, 0, "rows"),
    "a slip in a band": reworded("Fews", CLIENTS, 0, "bands"),
    "a hint": set_in(MET, hint=text("In the last year.")),
    "the title": lambda document: document["questionnaire"].update(title=text("Our questions")),
    "a reviewed language": reviewed_swedish,
    "an option": added(COUNTRY, "options", "dk"),
    "an option among several": added(CHALLENGES, "options", "cost"),
    "a row": added(HARDER, "rows", "school"),
    "a line to specify": in_option(COUNTRY, 1, specify=True),
    "a question at the end": asking(a_question("date")),
    "a question at the start": asking(a_question("hidden"), first=True),
    "a question that needs an answer": asking(a_question("consent")),
    "a question on condition": asking(a_question("long_text", show_if=ONLY_IF_MET)),
    "a heading": asking(a_question("section"), first=True),
    "the order of the options": lambda document: question(document, COUNTRY)["options"].reverse(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_new_version_may_correct_wording_and_add(operate: Operate, services: Services, change: str) -> None:
    words = done(operate("publish", a_version(CHANGES[change])))
    assert words.startswith("a-survey: version 2 is stored, sealed to 2 keys. Next: collecting;")
    assert version_of(services) == 2


def test_draft_of_a_language_is_added_only_if_it_is_accepted_by_name(operate: Operate, services: Services) -> None:
    file = a_version(in_swedish)
    assert "--accept-draft sv" in refused(operate("publish", file))
    assert "--accept-draft sv" in refused(operate("publish", file, "--accept-draft", "fi"))
    assert version_of(services) == 1
    done(operate("publish", file, "--accept-draft", "sv"))

    # What respondents see already needs no second word.
    def with_a_hint(document: Document) -> None:
        in_swedish(document)
        CHANGES["a hint"](document)

    done(operate("publish", a_version(with_a_hint)))
    assert version_of(services) == 3


def test_file_in_which_nothing_changed_makes_no_version(operate: Operate, services: Services) -> None:
    record = require_survey(services, "a-survey")
    assert done(operate("publish", a_version())).startswith("a-survey: version 1 stays: nothing changed. Next: ")
    assert require_survey(services, "a-survey") == record
    assert services.surveys.questionnaire("a-survey", 2) is None


def test_languages_in_another_order_are_a_change(operate: Operate, services: Services) -> None:
    def order(*codes: str) -> str:
        document = a_document(a_question("yes_no", label=text("Met?", sv="Mött?")), survey="b-survey")
        texts = ("title", "asked_by", "introduction", "thanks")
        document["questionnaire"] |= {name: text("x", sv="y") for name in texts}
        document["questionnaire"]["languages"] = {code: {"name": code} for code in codes}
        Path("order.json").write_text(json.dumps(document), "utf-8")
        return "order.json"

    done(operate("publish", order("en", "sv")))
    done(operate("publish", order("sv", "en")))
    assert (
        services.version("b-survey", require_survey(services, "b-survey").version).questionnaire.first_language == "sv"
    )


def test_keys_of_a_draft_change_without_a_version(operate: Operate, services: Services) -> None:
    draft = a_version(survey="b-survey")
    done(operate("publish", draft))
    assert "version 1 is stored, sealed to 2 keys" in done(operate("publish", draft, *RECIPIENTS))
    assert require_survey(services, "b-survey").version == 1


def test_name_that_nothing_has_is_told_in_every_state(operate: Operate, services: Services) -> None:
    for survey in ("a-survey", "b-survey"):
        file = a_version(CHANGES["a slip in a question"], survey=survey)
        found = reasons(operate, file, "--same-meaning", "police_mett", "--same-meaning", "country.se")
        assert found == [("police_mett", "unknown_name")]
    assert version_of(services) == 1


def test_slips_over_several_versions_do_not_add_up_P13(operate: Operate, services: Services) -> None:
    done(operate("publish", a_version(reworded("POLICES", CHALLENGES, 2))))
    file = a_version(reworded("POLITES", CHALLENGES, 2))
    assert reasons(operate, file) == [("challenges.police", "changed_meaning")]
    done(operate("publish", file, "--same-meaning", "challenges.police"))
    assert "version 3 stays" in done(operate("publish", file))


def test_draft_of_a_language_is_corrected_and_the_operator_sees_each_change(operate: Operate) -> None:
    def draft(*words: str) -> str:
        def translate(document: Document) -> None:
            in_swedish(document)
            for option, word in zip(question(document, COUNTRY)["options"], words, strict=True):
                option["label"]["sv"] = word

        return a_version(translate)

    done(operate("publish", draft("Norge", "Sverige"), "--accept-draft", "sv"))
    result = operate("publish", draft("Sverige", "Norge"))
    assert result.exit_code == 0
    told = [line for line in result.stderr.splitlines() if "[changed_draft]" in line]
    assert [line.split(": ")[0:3:2] for line in told] == [["warning", "country.se"], ["warning", "country.no"]]


def test_new_wording_that_means_the_same_needs_the_operators_word(operate: Operate, services: Services) -> None:
    def reword(document: Document) -> None:
        reworded("Sweden", COUNTRY, 0)(document)
        set_in(MOOD, label=text("How are you?"))(document)

    file = a_version(reword)
    assert reasons(operate, file) == [("country.se", "changed_meaning"), ("mood", "changed_meaning")]
    assert reasons(operate, file, "--same-meaning", "mood") == [("country.se", "changed_meaning")]
    done(operate("publish", file, "--same-meaning", "mood", "--same-meaning", "country.se"))
    assert version_of(services) == 2


# --- what is refused -------------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[Change, tuple[str, str]]] = {
    "policy": (lambda document: document["settings"].update(policy="exact"), ("settings.policy", "changed_setting")),
    "plain text": (lambda document: document["settings"].update(text="plain"), ("settings.text", "changed_setting")),
    "invitations": (
        lambda document: document["settings"].update(access="invitation"),
        ("settings.access", "changed_setting"),
    ),
    "retention": (
        lambda document: document["settings"].update(retention_days=3650),
        ("settings.retention_days", "changed_setting"),
    ),
    "exit link": (
        lambda document: document["settings"].update(exit_link="https://example.com/"),
        ("settings.exit_link", "changed_setting"),
    ),
    "kind": (
        set_in(COUNTRY, kind="multiple_choice"),
        ("country.kind", "changed_question"),
    ),
    "question removed": (
        lambda document: document["questionnaire"]["questions"].pop(CHALLENGES),
        ("challenges", "removed_question"),
    ),
    "option removed": (without(CHALLENGES, "options", 1), ("challenges.stigma", "removed_option")),
    "row removed": (without(HARDER, "rows", 1), ("harder.work", "removed_row")),
    "option of another meaning": (reworded("Housing", CHALLENGES, 1), ("challenges.stigma", "changed_meaning")),
    "exclusive": (in_option(CHALLENGES, 3, exclusive=False), ("challenges.none", "changed_meaning")),
    "most": (set_in(CHALLENGES, most=3), ("challenges.most", "changed_question")),
    "largest number": (set_in(CLIENTS, most=400), ("clients.most", "changed_question")),
    "limit of a band": (in_option(CLIENTS, 0, "bands", below=20), ("clients.few", "changed_meaning")),
    "option to rank": (added(WANTS, "options", "peace"), ("wants", "changed_question")),
    "pattern": (set_in(WORD, pattern="[a-z0-9]+"), ("word.pattern", "changed_question")),
    "reason to answer": (set_in(MET, **BECAUSE), ("police_met.required_because", "changed_question")),
    "condition": (
        set_in(MOOD, show_if={"question": "police_met", "equals": "no"}),
        ("mood.show_if", "changed_condition"),
    ),
    "condition of a section": (
        lambda document: document["questionnaire"]["questions"].insert(
            WORD, a_question("section", show_if=ONLY_IF_MET)
        ),
        ("word.show_if", "changed_condition"),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_change_that_makes_answers_incomparable_is_refused_with_the_reason_P13(
    operate: Operate, services: Services, what: str
) -> None:
    change, reason = REFUSED[what]
    assert reasons(operate, a_version(change)) == [reason]
    assert version_of(services) == 1
    assert services.surveys.questionnaire("a-survey", 2) is None


@pytest.mark.parametrize(("policy", "is_refused"), [("protected", True), ("exact", False)])
def test_late_requirement_is_refused_where_small_numbers_are_protected_P7(
    operate: Operate, services: Services, policy: str, is_refused: bool
) -> None:
    an_open_survey(services, a_question("yes_no"), survey="b-survey", policy=policy)
    document = a_document(
        a_question("yes_no"), a_question("scale", **BECAUSE), survey="b-survey", policy=policy, text="plain"
    )
    Path("late.json").write_text(json.dumps(document), "utf-8")
    result = operate("publish", "late.json")
    assert ("[late_requirement]" in result.output) == is_refused, result.output


def test_options_that_change_places_are_told_from_slips(operate: Operate) -> None:
    def swap(document: Document) -> None:
        reworded("NO", COUNTRY, 0)(document)
        reworded("SE", COUNTRY, 1)(document)

    insist = ("--same-meaning", "country.se", "--same-meaning", "country.no")
    assert reasons(operate, a_version(swap), *insist) == [
        ("country.se", "changed_meaning"),
        ("country.no", "changed_meaning"),
    ]


def test_every_reason_is_given_at_once(operate: Operate) -> None:
    spoilt = ("policy", "option removed", "pattern", "condition")

    def spoil(document: Document) -> None:
        for what in spoilt:
            REFUSED[what][0](document)

    assert reasons(operate, a_version(spoil)) == [REFUSED[what][1] for what in spoilt]


def test_language_that_respondents_read_cannot_go(operate: Operate) -> None:
    done(operate("publish", a_version(reviewed_swedish)))
    assert reasons(operate, a_version()) == [("languages.sv", "removed_language")]


def test_keys_of_an_open_survey_cannot_be_exchanged_P3(operate: Operate) -> None:
    assert reasons(operate, a_version(), *RECIPIENTS[:2]) == [("settings.recipients", "changed_setting")]
    done(operate("publish", a_version(), *RECIPIENTS))


def test_survey_that_opened_without_keys_cannot_ask_for_text(operate: Operate, services: Services) -> None:
    document = a_document(a_question("yes_no"), survey="b-survey")
    publish_definition(services, Definition.model_validate(document), [])
    open_survey(services, "b-survey")
    document["questionnaire"]["questions"].append(a_question("long_text"))
    Path("text.json").write_text(json.dumps(document), "utf-8")
    assert "Ask for text in another survey" in refused(operate("publish", "text.json"))
    assert require_survey(services, "b-survey").version == 1


def test_survey_whose_keys_are_not_proven_asks_for_text_once_they_are_P3(operate: Operate, services: Services) -> None:
    document = a_document(a_question("yes_no"), survey="b-survey")
    publish_definition(services, Definition.model_validate(document), RECIPIENTS[1::2])
    open_survey(services, "b-survey")
    document["questionnaire"]["questions"].append(a_question("long_text"))
    Path("text.json").write_text(json.dumps(document), "utf-8")
    assert "`manage.py key test b-survey --to DIR`" in refused(operate("publish", "text.json"))
    prove_keys(services, "b-survey")
    done(operate("publish", "text.json"))


def test_closed_survey_takes_no_new_version(operate: Operate, services: Services) -> None:
    done(operate("close", "a-survey"))
    assert "Publish it under another id" in refused(operate("publish", a_version()))
    assert version_of(services) == 1


def test_new_version_is_shown_within_half_a_minute(operate: Operate, browser: Browser, clock: FakeClock) -> None:
    assert "Did you met the police?" in assert_page(browser.get("/s/a-survey"), NOT_KEPT).html
    done(operate("publish", a_version(CHANGES["a slip in a question"])))
    clock.advance(seconds=30)
    page = assert_page(browser.get("/s/a-survey"), NOT_KEPT)
    assert "Did you meet the police?" in page.html
    assert page.hidden["_version"] == ["2"]
    assert browser.get("/api/surveys/a-survey").json_body["version"] == 2
