"""Which language a page is in, and that changing it loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from chalicelib.questionnaire.definition import Definition
from chalicelib.services import Services
from chalicelib.web.http import NOT_KEPT
from operation.lifecycle import publish_definition
from tests.builders import FIELDS, Browser, a_bilingual_survey, a_document, stored_items
from tests.functional.conftest import in_use
from tests.functional.shapes import RECEIPT, Page, assert_page

TITLES = {"en": "A few questions", "sv": "Några frågor"}


@pytest.fixture(scope="module")
def surveys(module_services: Services) -> Services:
    """One survey of one version, and one that was opened with its second, the first that is bilingual."""
    a_bilingual_survey(module_services)
    publish_definition(module_services, Definition.model_validate(a_document(survey="b-survey")), [])
    a_bilingual_survey(module_services, survey="b-survey")
    return module_services


@pytest.fixture
def services(surveys: Services) -> Iterator[Services]:
    with in_use(surveys):
        yield surveys
    for survey in ("a-survey", "b-survey"):
        surveys.responses.delete_all(survey)


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "", "en"),
        ("", "sv", "sv"),
        ("", "sv-FI,sv;q=0.9,en;q=0.8", "sv"),
        ("", "en;q=0.5,sv;q=0.7", "sv"),
        ("", "fi,de;q=0.9", "en"),
        ("", "sv;q=0,en", "en"),
        ("", "sv;q=,;;,=,q", "sv"),
        ("?lang=sv", "en", "sv"),
        ("?lang=en", "sv", "en"),
        ("?lang=fi", "sv", "sv"),
        ("?lang=", "sv", "sv"),
        ("?lang=%22%3E%3Cb%3E", "", "en"),
    ],
)
def test_language_is_the_one_asked_for_else_the_browser_s_best_else_the_first(
    browser: Browser, query: str, accepted: str, language: str
) -> None:
    page = assert_page(browser.get(f"/s/a-survey{query}", **{"Accept-Language": accepted}), NOT_KEPT, language)
    assert page.text_of("h1") == TITLES[language]
    assert page.hidden["_language"] == [language]
    assert "<b>" not in page.html


@pytest.mark.parametrize("path", ["/s/a-survey/withdraw", "/s/a-survey/results", "/s/nothing-here", "/nothing", "/"])
def test_other_pages_follow_the_same_rule(browser: Browser, path: str) -> None:
    status = 404 if "nothing" in path else NOT_KEPT if "withdraw" in path else 200
    assert_page(browser.get(f"{path}?lang=sv"), status, "sv")
    assert_page(browser.get(path, **{"Accept-Language": "sv"}), status, "sv")
    assert_page(browser.get(f"{path}?lang=en", **{"Accept-Language": "sv"}), status, "en")


def switches(page: Page) -> list[dict[str, str]]:
    return [button for button in page.buttons if button.get("name") == "_switch" and "lang" in button]


def test_change_of_language_keeps_everything_typed_and_stores_nothing_P4(browser: Browser, services: Services) -> None:
    token = browser.token()
    page = assert_page(browser.send_form({**FIELDS, "_language": ["en"], "_switch": ["sv"]}, token=token), 200, "sv")
    assert {name: sorted(values) for name, values in page.typed.items()} == {
        name: sorted(values) for name, values in FIELDS.items()
    }
    assert page.hidden == {"_token": [token], "_language": ["sv"], "_version": ["1"]}
    assert page.text_of("h1") == TITLES["sv"]
    assert "summary" not in {tag.get("class") for tag in page.all("section")}, "no summary of errors"
    assert [button["value"] for button in switches(page)] == ["en"]
    assert stored_items(services) == []


def test_change_of_language_and_back_then_send_stores_once(browser: Browser, services: Services) -> None:
    page = assert_page(browser.get("/s/a-survey", **{"Accept-Language": "sv"}), NOT_KEPT, "sv")
    services.clock.advance(minutes=1)  # type: ignore[attr-defined]
    fields = page.hidden | FIELDS
    for language in ("en", "sv"):
        reply = browser.post("/s/a-survey", urlencode(fields | {"_switch": [language]}, doseq=True))
        fields = assert_page(reply, 200, language).fields
    thanks = assert_page(browser.post("/s/a-survey", urlencode(fields, doseq=True)), 200, "sv")
    assert RECEIPT.search(thanks.html)
    assert len(stored_items(services)) == 1


def test_half_typed_form_with_mistakes_changes_language_without_complaint(browser: Browser) -> None:
    page = assert_page(browser.send_form({"word": ["a" * 300], "_switch": ["sv"]}, token=""), 200, "sv")
    assert page.typed == {"word": ["a" * 300]}
    assert "summary" not in {tag.get("class") for tag in page.all("section")}


def test_form_that_came_back_with_mistakes_shows_them_in_the_other_language_too_P12(browser: Browser) -> None:
    token = browser.token()
    page = assert_page(browser.send_form({"word": ["a" * 300], "country": ["se"]}, token=token), 422)
    reply = browser.post("/s/a-survey", urlencode({**page.fields, "_switch": ["sv"]}, doseq=True))
    switched = assert_page(reply, 200, "sv")
    assert switched.typed == page.typed
    assert switched.text_of("title").startswith("Fel: ")
    assert "Korta texten till 200 tecken." in reply.body.decode()
    mended = {**switched.fields, "word": ["a"], "agreed": ["given"], "_switch": ["en"]}
    back = assert_page(browser.post("/s/a-survey", urlencode(mended, doseq=True)), 200)
    assert "summary" not in {tag.get("class") for tag in back.all("section")}
    assert "_checked" not in back.hidden


def test_form_stays_in_its_language_whatever_browser_and_link_say(browser: Browser) -> None:
    body = urlencode({"_language": "sv", "agreed": "given"})
    reply = browser.post("/s/a-survey?lang=en", body, **{"Accept-Language": "en"})
    assert_page(reply, 422, "sv")


def test_form_that_names_a_draft_is_read_by_the_version_that_was_opened(browser: Browser, services: Services) -> None:
    fields = {**FIELDS, "_version": ["1"]}
    assert RECEIPT.search(browser.send_form(fields, survey="b-survey").body.decode())
    (item,) = stored_items(services, "b-survey")
    assert item["v"] == {"N": "2"}


@pytest.mark.parametrize("version", ["0", "3", "-1", "1e0", "²", "99999999999999999999", ""])
def test_version_that_there_is_not_is_taken_for_the_latest(browser: Browser, services: Services, version: str) -> None:
    browser.send_form({**FIELDS, "_version": [version]}, survey="b-survey")
    (item,) = stored_items(services, "b-survey")
    assert item["v"] == {"N": "2"}
