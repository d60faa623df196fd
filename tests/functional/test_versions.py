"""A new version of an open survey: what it may change, and when it takes effect."""

from __future__ import annotations

import copy
import json
import re
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

MONTHLY = {"releases": "monthly"}
ONLY_IF_MET = {"question": "police_met", "equals": "yes"}
#: The first version: one question of each sort that a new version could spoil.
QUESTIONS = [
    a_question("yes_no", label=text("Did you met the police?")),
    a_question("single_choice", options=options("se", "no")),
    a_question("multiple_choice"),
    a_question("matrix"),
    a_question("scale", show_if=ONLY_IF_MET),
    a_question("short_text", pattern="[a-z]+", pattern_says=text("small letters")),
]
MET, COUNTRY, CHALLENGES, HARDER, MOOD, WORD = range(len(QUESTIONS))


def a_version(change: Change = lambda document: None, survey: str = "a-survey", **settings: Any) -> str:
    """A file with the first version, changed."""
    document = a_document(*copy.deepcopy(QUESTIONS), survey=survey, **(settings or MONTHLY))
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


def reworded(wording: str, place: int, index: int) -> Change:
    return in_option(place, index, "options", label=text(wording))


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
    an_open_survey(services, *copy.deepcopy(QUESTIONS), **getattr(request, "param", MONTHLY))


def version_of(services: Services) -> int:
    return require_survey(services, "a-survey").version


def waiting(services: Services) -> int | None:
    return require_survey(services, "a-survey").next_version


def reasons(operate: Operate, *arguments: str) -> list[tuple[str, str]]:
    """Where ("country.se") and why a version was refused, by code; each error tells the line of the file."""
    result = operate("publish", *arguments)
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert all(line.endswith("]") and (". [" in line or "? [" in line) for line in errors), "each says what to do"
    assert all(line.split(": ")[1].rpartition(":")[2].isdecimal() for line in errors), errors
    return [(short(line.split(": ")[2]), line.rpartition("[")[2].rstrip("]")) for line in errors]


def short(place: str) -> str:
    """A place that is told in words, as "country.se"."""
    return re.sub(r"(?:question|option|row|band) “(\w+)”", r"\1", place).replace(", ", ".")


# --- what may change -------------------------------------------------------------------------------------------------

WORDS: dict[str, Change] = {
    "a slip in a question": set_in(MET, label=text("Did you meet the police?")),
    "a slip in an option": reworded("PATROLS", CHALLENGES, 2),
    "a hint": set_in(MET, hint=text("In the last year.")),
    "the title": lambda document: document["questionnaire"].update(title=text("Our questions")),
    "a reviewed language": reviewed_swedish,
    "a heading": asking(a_question("section"), first=True),
}
ASKED: dict[str, Change] = {
    "an option": added(COUNTRY, "options", "dk"),
    "an option less": without(CHALLENGES, "options", 1),
    "a row": added(HARDER, "rows", "school"),
    "a row less": without(HARDER, "rows", 1),
    "a line to specify": in_option(COUNTRY, 1, specify=True),
    "a question": asking(a_question("date")),
    "a question less": lambda document: document["questionnaire"]["questions"].pop(CHALLENGES),
    "a question that needs an answer": asking(a_question("consent")),
    "a question on condition": asking(a_question("long_text", show_if=ONLY_IF_MET)),
    "the order of the options": lambda document: question(document, COUNTRY)["options"].reverse(),
}
#: Settings of a survey with one edition, and of one with exact numbers.
AT_CLOSE, EXACT = {"releases": "at_close"}, {"policy": "exact"}


@pytest.mark.parametrize("survey", [MONTHLY, AT_CLOSE, EXACT], indirect=True)
@pytest.mark.parametrize("change", WORDS)
def test_words_and_languages_change_at_once(
    operate: Operate, services: Services, request: pytest.FixtureRequest, change: str
) -> None:
    settings = request.node.callspec.params["survey"]
    words = done(operate("publish", a_version(WORDS[change], **settings)))
    stored = "a-survey: version 2 is stored, sealed to 2 keys and takes effect at once. Next: collecting;"
    assert words.startswith(stored)
    assert (version_of(services), waiting(services)) == (2, None)


@pytest.mark.parametrize("change", ASKED)
def test_what_is_asked_changes_with_the_next_edition(operate: Operate, services: Services, change: str) -> None:
    words = done(operate("publish", a_version(ASKED[change])))
    assert words.startswith(f"a-survey: stored, sealed to 2 keys; {WAITS}. Next: collecting;")
    assert (version_of(services), waiting(services)) == (1, 2)


WAITS = (
    "version 2 waits for the edition that begins on 1 April 2026 at the earliest; to take it back, publish what"
    " version 1 asks"
)


@pytest.mark.parametrize("survey", [AT_CLOSE], indirect=True)
@pytest.mark.parametrize("change", ASKED)
def test_what_is_asked_in_the_only_edition_of_a_survey_stands_with_advice(
    operate: Operate, services: Services, change: str
) -> None:
    file = a_version(ASKED[change], **AT_CLOSE)
    assert [code for _, code in reasons(operate, file)] == ["asked_late"]
    assert "close the survey and open another" in operate("publish", file).stderr
    assert (version_of(services), waiting(services)) == (1, None)


@pytest.mark.parametrize("survey", [EXACT], indirect=True)
def test_with_exact_numbers_additions_take_effect_at_once(operate: Operate, services: Services) -> None:
    assert "takes effect at once" in done(operate("publish", a_version(ASKED["a question"], **EXACT)))
    assert version_of(services) == 2
    gone = ("challenges", "removed_question")
    assert gone in reasons(operate, a_version(ASKED["a question less"], **EXACT))


def test_what_waits_is_shown_replaced_and_taken_back(operate: Operate, services: Services) -> None:
    done(operate("publish", a_version(ASKED["an option"])))
    assert f"\n  {WAITS}\n" in done(operate())
    assert f"{WAITS[0].upper()}{WAITS[1:]}.\n" in done(operate("status", "a-survey"))
    assert done(operate("publish", a_version(ASKED["an option"]))).startswith(f"a-survey: {WAITS}. Next: ")
    assert "version 3 waits" in done(operate("publish", a_version(ASKED["a row less"])))
    assert "version 1 stays; what waited is taken back. Next: " in done(operate("publish", a_version()))
    assert waiting(services) is None
    assert "waits" not in done(operate())
    # A number that waited in vain is taken again by the same version, and by no other.
    assert "version 2 waits" in done(operate("publish", a_version(ASKED["an option"])))
    told = done(operate("publish", a_version(WORDS["a hint"])))
    assert "at once; what waited is taken back: publish its file again to let it wait. Next: " in told
    assert (version_of(services), waiting(services)) == (4, None)
    assert require_survey(services, "a-survey").published == (1, 4)


def test_draft_of_a_language_is_added_only_if_it_is_accepted_by_name(operate: Operate, services: Services) -> None:
    file = a_version(in_swedish)
    assert "--accept-draft sv" in refused(operate("publish", file))
    assert "--accept-draft sv" in refused(operate("publish", file, "--accept-draft", "fi"))
    assert version_of(services) == 1
    done(operate("publish", file, "--accept-draft", "sv"))

    # What respondents see already needs no second word.
    def with_a_hint(document: Document) -> None:
        in_swedish(document)
        WORDS["a hint"](document)

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
        file = a_version(WORDS["a slip in a question"], survey=survey)
        found = reasons(operate, file, "--same-meaning", "police_mett", "--same-meaning", "country.se")
        assert found == [("--same-meaning police_mett", "unknown_name")]
    assert version_of(services) == 1


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
    "releases": (
        lambda document: document["settings"].update(releases="quarterly"),
        ("settings.releases", "changed_setting"),
    ),
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
    "exclusive": (in_option(CHALLENGES, 3, exclusive=False), ("challenges.none", "changed_meaning")),
    "pattern": (set_in(WORD, pattern="[a-z0-9]+"), ("word.pattern", "changed_question")),
    "condition": (
        set_in(MOOD, show_if={"question": "police_met", "equals": "no"}),
        ("mood.show_if", "changed_condition"),
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


def test_every_reason_is_given_at_once(operate: Operate) -> None:
    spoilt = ("releases", "exclusive", "pattern", "condition")

    def spoil(document: Document) -> None:
        for what in spoilt:
            REFUSED[what][0](document)

    assert reasons(operate, a_version(spoil)) == [REFUSED[what][1] for what in spoilt]


def test_keys_of_an_open_survey_cannot_be_exchanged_P3(operate: Operate) -> None:
    assert reasons(operate, a_version(), *RECIPIENTS[:2]) == [("settings.recipients", "changed_setting")]
    done(operate("publish", a_version(), *RECIPIENTS))


def test_survey_that_opened_without_keys_cannot_ask_for_text(operate: Operate, services: Services) -> None:
    document = a_document(a_question("yes_no"), survey="b-survey", **MONTHLY)
    publish_definition(services, Definition.model_validate(document), [])
    open_survey(services, "b-survey")
    document["questionnaire"]["questions"].append(a_question("long_text"))
    Path("text.json").write_text(json.dumps(document), "utf-8")
    assert "Ask for text in another survey" in refused(operate("publish", "text.json"))
    assert require_survey(services, "b-survey").version == 1


def test_survey_whose_keys_are_not_proven_asks_for_text_once_they_are_P3(operate: Operate, services: Services) -> None:
    document = a_document(a_question("yes_no"), survey="b-survey", **MONTHLY)
    publish_definition(services, Definition.model_validate(document), RECIPIENTS[1::2])
    open_survey(services, "b-survey")
    document["questionnaire"]["questions"].append(a_question("long_text"))
    Path("text.json").write_text(json.dumps(document), "utf-8")
    assert "Next: manage.py key test b-survey --to b-survey-key-test" in refused(operate("publish", "text.json"))
    prove_keys(services, "b-survey")
    done(operate("publish", "text.json"))


def test_closed_survey_takes_no_new_version(operate: Operate, services: Services) -> None:
    done(operate("close", "a-survey", "--confirm", "a-survey"))
    reworded_file = a_version(set_in(MET, label=text("Did you meet?")))
    assert "Publish it under another id" in refused(operate("publish", reworded_file))
    assert version_of(services) == 1


def test_new_version_is_shown_within_half_a_minute(operate: Operate, browser: Browser, clock: FakeClock) -> None:
    assert "Did you met the police?" in assert_page(browser.get("/s/a-survey"), NOT_KEPT).html
    done(operate("publish", a_version(WORDS["a slip in a question"])))
    clock.advance(seconds=30)
    page = assert_page(browser.get("/s/a-survey"), NOT_KEPT)
    assert "Did you meet the police?" in page.html
    assert page.hidden["_version"] == ["2"]
    assert browser.get("/api/surveys/a-survey").json_body["version"] == 2
