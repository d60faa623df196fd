"""A form or call of a version that asks something else than is asked now comes back: nothing is lost, nor stored."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice.test import HTTPResponse

from chalicelib.jobs import publish_releases
from chalicelib.questionnaire.definition import Definition
from chalicelib.services import Services
from chalicelib.storage.database import Database
from chalicelib.web.http import NOT_KEPT
from operation.ending import close_survey
from operation.lifecycle import open_survey, publish_definition
from tests.builders import Browser, FakeClock, a_document, a_question, options, stored_items, stored_survey, text
from tests.fakes import DisturbedClient, no_answer
from tests.functional.shapes import Page, assert_page, assert_problem, receipt_in

KEY = "00112233445566778899aabbccddeeff"
CHANGED = "The questions have changed since you opened this page."
NEW_QUESTION, CHANGED_QUESTION = "This question is new.", "This question has changed. Check your answer."
BEFORE = [
    a_question("consent"),
    a_question("yes_no", label=text("Met?", sv="Träffat?")),
    a_question("single_choice", options=options("se", "no")),
    a_question("number"),
    a_question("long_text"),
]
#: One question is gone, one has other options, one is new, and one of two languages says the same otherwise.
AFTER = [
    a_question("consent"),
    a_question("yes_no", label=text("Met?", sv="Har du träffat?")),
    a_question("single_choice", options=options("se", "dk")),
    a_question("long_text"),
    a_question("scale"),
    a_question("short_text", show_if={"question": "police_met", "equals": "yes"}),
]
TYPED = {"agreed": ["given"], "police_met": ["no"], "country": ["no"], "clients": ["34"], "wish": ["Time. <b>"]}
ANSWERS = {"agreed": True, "police_met": False, "country": "no", "clients": 34}


def a_version(*questions: dict[str, Any]) -> Definition:
    document = a_document(*questions, text="plain", releases="monthly")
    languages = {"en": {"name": "English"}, "sv": {"name": "Svenska"}}
    document["questionnaire"]["languages"] = {code: {**each, "reviewed_by": "A."} for code, each in languages.items()}
    return Definition.model_validate(document)


def change(services: Services, *questions: dict[str, Any], is_unheard: bool = False, **changes: Any) -> None:
    """Ask something else from now on, as the turn of an edition does; this process is to notice half a minute later."""
    survey = stored_survey(services)
    number = survey.version + 1
    services.surveys.add_questionnaire("a-survey", number, a_version(*questions or AFTER).questionnaire)
    changed = {"version": number, "asked_since": number, "questions_changed_at": services.clock(), **changes}
    services.surveys.save(survey.model_copy(update=changed))
    services.clock.advance(minutes=0 if is_unheard else 1)  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def survey(services: Services) -> None:
    publish_definition(services, a_version(*BEFORE), [])
    open_survey(services, "a-survey")


@pytest.fixture
def before(browser: Browser, clock: FakeClock) -> Page:
    """The form as it was loaded before the questions changed."""
    page = assert_page(browser.get("/s/a-survey"), NOT_KEPT)
    clock.advance(minutes=1)
    return page


def sent(browser: Browser, page: Page, fields: dict[str, list[str]] | None = None, **own: list[str]) -> HTTPResponse:
    return browser.post("/s/a-survey", urlencode({**page.hidden, **(fields or page.typed), **own}, doseq=True))


def brought_back(browser: Browser, page: Page, fields: dict[str, list[str]] = TYPED, **own: list[str]) -> Page:
    return assert_page(sent(browser, page, fields, **own), 409)


def versions_stored(services: Services) -> list[str]:
    return [item["v"]["N"] for item in stored_items(services)]


# --- the form ---------------------------------------------------------------------------------------------------------


def summary_of(page: Page) -> set[tuple[str, str]]:
    """The questions that the summary leads to, each with what it says of it."""
    found = re.findall(r'<li><a href="#[^"]*">(.*?) <small>(.*?)</small></a>', page.html)
    return {(label, message) for message, label in found}


def test_form_comes_back_with_every_answer_and_what_is_new_marked_P12(
    browser: Browser, services: Services, before: Page
) -> None:
    change(services)
    page = brought_back(browser, before)
    assert page.text_of("title") == CHANGED
    assert CHANGED in page.texts["h2"]
    assert page.typed == {name: TYPED[name] for name in ("agreed", "police_met", "wish")}
    assert [page.hidden[name] for name in ("_token", "_version")] == [before.hidden["_token"], ["2"]]
    assert page.hidden["_earlier_answers"] == ["About single_choice?\r\nNO\r\n\r\nAbout number?\r\n34"]
    assert summary_of(page) == {("About scale?", NEW_QUESTION), ("About single_choice?", CHANGED_QUESTION)}
    marked = {tag["id"]: tag["class"] for name, tag in page.tags if name in ("fieldset", "div") and "wrong" in str(tag)}
    assert marked.keys() == {"country", "mood", "word"}, "one that does not apply is marked where it stands"
    assert stored_items(services) == []


def test_form_that_was_brought_back_is_stored_under_the_new_version_with_the_receipt_it_was_to_have_P5(
    browser: Browser, services: Services, before: Page
) -> None:
    change(services)
    page = brought_back(browser, before)
    first = receipt_in(sent(browser, page, {**page.typed, "country": ["dk"], "mood": ["4"]}))
    assert versions_stored(services) == ["2"]
    assert receipt_in(sent(browser, page)) == first
    assert versions_stored(services) == ["2"]


def test_form_in_another_language_is_compared_in_that_one(browser: Browser, services: Services, before: Page) -> None:
    change(services)
    page = assert_page(sent(browser, before, TYPED, _language=["sv"]), 409, "sv")
    assert page.text_of("title") == "Frågorna har ändrats sedan du öppnade sidan."
    assert "Har du träffat?" in {label for label, _ in summary_of(page)}


def test_marks_and_answers_to_copy_stay_when_the_language_changes_and_the_answers_when_something_is_wrong_P12(
    browser: Browser, services: Services, before: Page
) -> None:
    change(services)
    page = brought_back(browser, before)
    switched = assert_page(sent(browser, page, _switch=["sv"]), 200, "sv")
    assert switched.text_of("title") == "Frågorna har ändrats sedan du öppnade sidan."
    assert switched.typed == page.typed
    wrong = assert_page(sent(browser, switched, {"mood": ["9"]}, _language=["en"]), 422)
    assert CHANGED not in wrong.html
    assert NEW_QUESTION not in wrong.html
    assert wrong.hidden["_earlier_answers"] == page.hidden["_earlier_answers"]


@pytest.mark.parametrize(
    ("own", "status"),
    [({"_switch": ["en"]}, 200), ({"_token": [""]}, 422), ({"_website": ["x"]}, 422), ({"_version": ["1"]}, 409)],
)
def test_whatever_brings_a_form_back_it_is_that_of_the_questions_now(
    browser: Browser, services: Services, before: Page, own: dict[str, list[str]], status: int
) -> None:
    change(services)
    page = assert_page(sent(browser, before, {**TYPED, "clients": ["many"]}, **own), status)
    assert CHANGED in page.texts["h2"]
    assert page.hidden["_version"] == ["2"]
    assert "many" in page.hidden["_earlier_answers"][0]
    assert stored_items(services) == []


def test_agreement_to_other_words_is_not_taken_for_granted(browser: Browser, services: Services, before: Page) -> None:
    change(services, a_question("consent", label=text("Do you agree to more?")), *AFTER[1:])
    page = brought_back(browser, before)
    assert "agreed" not in page.typed
    assert "agreed" in {tag.get("id") for tag in page.all("div") if "wrong" in tag.get("class", "")}


def test_questions_that_change_twice_lose_no_answer_P12(browser: Browser, services: Services, before: Page) -> None:
    change(services)
    page = brought_back(browser, before)
    change(services, *BEFORE[:2])
    again = brought_back(browser, page, {**page.typed, "mood": ["4"]})
    kept = again.hidden["_earlier_answers"][0]
    assert all(f"{answer}" in kept for answer in ("NO", "34", "Time. <b>", "4"))
    assert receipt_in(sent(browser, again, {"police_met": ["yes"], "agreed": ["given"]}))
    assert versions_stored(services) == ["3"]


def test_wording_alone_brings_no_form_back(browser: Browser, services: Services, before: Page) -> None:
    change(services, *BEFORE, asked_since=1)
    assert receipt_in(sent(browser, before, TYPED))
    assert versions_stored(services) == ["1"]


def test_form_that_fails_to_be_stored_after_the_change_keeps_everything_P12(
    browser: Browser, services: Services, database: Database, before: Page
) -> None:
    change(services)
    page = brought_back(browser, before)
    plain = database.client
    database.replace_client(DisturbedClient(plain, 0, no_answer))
    failed = assert_page(sent(browser, page, {**page.typed, "mood": ["4"]}), 503)
    assert failed.typed == {**page.typed, "mood": ["4"]}
    assert failed.hidden["_earlier_answers"] == page.hidden["_earlier_answers"]
    services.clock.advance(minutes=1)  # type: ignore[attr-defined]
    database.replace_client(DisturbedClient(plain, 0, no_answer))
    shown = assert_page(sent(browser, failed), 503)
    assert any("34" in answer for answer in shown.texts["dd"]), "where not even the survey can be read"


# --- what was stored before -------------------------------------------------------------------------------------------


def test_retry_of_what_was_stored_before_the_change_gets_its_receipt_and_stays_one_response_P5(
    browser: Browser, services: Services, before: Page
) -> None:
    first = receipt_in(sent(browser, before, TYPED))
    change(services)
    again = sent(browser, before, {**TYPED, "wish": ["Rest."]})
    assert receipt_in(again) == first
    (item,) = stored_items(services)
    assert item["v"] == {"N": "1"}, "it belongs to the edition whose questions it answers"
    assert "Rest." in item["text"]["S"]


def test_retry_of_what_was_counted_or_withdrawn_before_the_change_is_told_so_P6(
    browser: Browser, services: Services, before: Page, clock: FakeClock
) -> None:
    first = receipt_in(sent(browser, before, TYPED))
    services.surveys.save(
        stored_survey(services).model_copy(update={"settings": exact(services), "edition_ends": None})
    )
    publish_releases(services)
    change(services)
    assert receipt_in(assert_reply(sent(browser, before, TYPED), 409)) == first
    browser.post("/s/a-survey/withdraw", f"receipt={first}")
    assert_page(sent(browser, before, TYPED), 410)


def exact(services: Services) -> Any:
    return stored_survey(services).settings.model_copy(update={"policy": "exact"})


def assert_reply(reply: HTTPResponse, status: int) -> HTTPResponse:
    page = assert_page(reply, status)
    assert "What was counted stands" in page.text_of("p")
    return reply


def test_new_answers_in_place_of_pending_ones_belong_to_the_new_version_P5(
    browser: Browser, services: Services, before: Page
) -> None:
    first = receipt_in(sent(browser, before, TYPED))
    change(services)
    page = brought_back(browser, before, {**TYPED, "clients": ["many"]})
    assert versions_stored(services) == ["1"], "what was sent first stands until then"
    assert receipt_in(sent(browser, page)) == first
    assert versions_stored(services) == ["2"]


def test_earlier_form_does_not_take_the_place_of_answers_to_the_new_questions_P5_P6(
    browser: Browser, services: Services, before: Page
) -> None:
    change(services)
    page = brought_back(browser, before)
    first = receipt_in(sent(browser, page, {**page.typed, "mood": ["4"]}))
    brought_back(browser, before)
    assert versions_stored(services) == ["2"], "answers to what is no longer asked are never counted"
    assert receipt_in(sent(browser, page, {**page.typed, "mood": ["3"]})) == first


def test_call_of_an_earlier_version_does_not_take_the_place_of_answers_to_the_new_questions_P5_P6(
    browser: Browser, services: Services
) -> None:
    change(services)
    assert browser.send_json({"agreed": True, "mood": 4}, version=2, key=KEY).status_code == 201
    assert_problem(browser.send_json(ANSWERS, version=1, key=KEY), 409, "questions_changed")
    assert versions_stored(services) == ["2"]


def test_late_sender_of_a_closed_survey_is_taken_in_the_version_that_was_current(
    browser: Browser, services: Services, before: Page, clock: FakeClock
) -> None:
    change(services)
    page = brought_back(browser, before)
    late = assert_page(browser.get("/s/a-survey"), NOT_KEPT)
    close_survey(services, "a-survey")
    clock.advance(minutes=10)
    assert receipt_in(sent(browser, late, {"agreed": ["given"], "mood": ["4"]}))
    assert_page(sent(browser, before, {"agreed": ["given"], "police_met": ["no"]}, _token=page.hidden["_token"]), 409)
    assert receipt_in(sent(browser, page))
    clock.advance(hours=1)
    shown = assert_page(sent(browser, page), 410)
    assert any("34" in answer for answer in shown.texts["dd"])
    assert versions_stored(services) == ["2", "2"]


# --- the API ----------------------------------------------------------------------------------------------------------


def test_call_of_an_earlier_version_is_told_to_load_the_questionnaire_again(
    browser: Browser, services: Services
) -> None:
    change(services)
    for answers in (ANSWERS, {"clients": "many"}):
        problem = assert_problem(browser.send_json(answers, version=1), 409, "questions_changed")
        assert "Load the questionnaire again" in problem["detail"]
    assert stored_items(services) == []
    assert browser.send_json({"agreed": True, "mood": 4}, version=2).status_code == 201


@pytest.mark.parametrize("named", [{"version": 1}, {}])
def test_call_that_is_repeated_after_the_change_gets_its_receipt_P5(
    browser: Browser, services: Services, named: dict[str, Any]
) -> None:
    first = browser.send_json(ANSWERS, key=KEY, **named).json_body["receipt"]
    change(services)
    again = browser.send_json(ANSWERS, key=KEY, **named)
    assert (again.status_code, again.json_body) == (200, {"receipt": first, "status": "replaced"})
    assert versions_stored(services) == ["1"]


def test_call_that_names_no_version_and_was_never_stored_is_told_what_does_not_fit(
    browser: Browser, services: Services
) -> None:
    change(services)
    problems = assert_problem(browser.send_json(ANSWERS), 422, "invalid_answers")["problems"]
    assert {problem["code"] for problem in problems} == {"unknown_question", "unknown_option"}
    assert stored_items(services) == []


def test_process_that_has_not_heard_of_the_change_takes_either_version_P12(
    browser: Browser, services: Services, before: Page
) -> None:
    services.survey("a-survey")
    change(services, is_unheard=True)
    assert browser.send_json(ANSWERS, version=1).status_code == 201
    assert receipt_in(sent(browser, before, {"agreed": ["given"], "mood": ["4"]}, _version=["2"]))
    assert sorted(versions_stored(services)) == ["1", "2"]
    assert_problem(browser.send_json(ANSWERS, version=1), 409, "questions_changed")
