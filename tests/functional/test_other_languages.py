"""A survey in a language that the interface has not: its own texts are marked, the rest is English (P12, P13)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.jobs import publish_releases
from chalicelib.questionnaire.definition import Definition
from chalicelib.services import Services
from chalicelib.web.http import NOT_KEPT
from tests.builders import (
    FIELDS,
    Browser,
    FakeClock,
    a_document,
    a_question,
    close_and_wait,
    opened,
)
from tests.functional.shapes import RECEIPT, Page, assert_page

RUSSIAN, PERSIAN = "По-русски: ", "به فارسی: "
NAMES = {"en": "English", "ru": "Русский", "fa": "فارسی"}
CROSSED = {"group": "country", "by": ["challenges", "harder", "police_met"]}


def translated(value: Any) -> Any:
    """A document with each text in Russian and Persian as well."""
    if isinstance(value, dict) and set(value) == {"en"} and isinstance(value["en"], str):
        return {**value, "ru": RUSSIAN + value["en"], "fa": PERSIAN + value["en"]}
    if isinstance(value, dict):
        return {key: translated(each) for key, each in value.items()}
    return [translated(each) for each in value] if isinstance(value, list) else value


@pytest.fixture(autouse=True)
def survey(services: Services) -> None:
    document = translated(a_document(policy="exact", crosstabs=CROSSED))
    note = a_question("note", id="untranslated", label={"en": "Only in English."})
    document["questionnaire"]["questions"].append(note)
    languages = {code: {"name": name, "reviewed_by": "A. Reviewer"} for code, name in NAMES.items()}
    document["questionnaire"]["languages"] = languages
    opened(services, Definition.model_validate(document))


def unmarked_in(page: Page) -> list[str]:
    """Texts of the author in another language than the page says."""
    return [
        text
        for tag, texts in page.texts.items()
        for text, language in zip(texts, page.languages[tag], strict=True)
        if (RUSSIAN in text and language != "ru") or (PERSIAN in text and language != "fa")
    ]


def assert_marked(page: Page, *unmarked: str) -> None:
    """The page is English; the author's texts say that they are Russian, but for those that no mark can be put to."""
    assert any(RUSSIAN in text for texts in page.texts.values() for text in texts)
    assert unmarked_in(page) == list(unmarked)
    assert "&lt;span" not in page.html
    for _, given in page.tags:
        assert not any("<" in value for value in given.values())


TITLE = f"{RUSSIAN}A few questions"


def test_the_form_is_English_and_its_author_s_texts_are_marked_P13(browser: Browser) -> None:
    page = assert_page(browser.get("/s/a-survey?lang=ru"), NOT_KEPT, "en")
    assert page.text_of("title") == TITLE
    assert_marked(page, TITLE)
    assert (
        "Nothing is stored before you press Send. You can skip any question, unless it says why we need an answer."
        in [text.strip() for text in page.texts["li"]]
    )
    assert "Some answers are also shown by group, by the answers to “" in page.html
    assert page.hidden["_language"] == ["ru"]
    # The page's own language needs no mark, though it is not the one asked for.
    assert '<div class="note" id="untranslated"><p>Only in English.</p></div>' in page.html


def test_a_page_runs_as_the_author_s_language_does_and_isolates_English_words(browser: Browser) -> None:
    page = assert_page(browser.get("/s/a-survey?lang=fa"), NOT_KEPT, "en", "rtl")
    assert unmarked_in(page) == [f"{PERSIAN}A few questions"]
    assert {tag["dir"] for tag in page.all("span") if tag.get("lang") == "fa"} == {"auto"}
    # Between these two signs the full stop stays at the end of what it ends.
    promise = "Your answers are stored only when you press Send."
    assert f"\u2066{promise}\u2069" in [text.strip() for text in page.texts["li"]]
    assert page.html.count("\u2066") == page.html.count("\u2069")


@pytest.mark.parametrize("path", ["/s/a-survey/withdraw", "/s/a-survey/results"])
def test_other_pages_of_the_survey_run_the_same_way(browser: Browser, path: str) -> None:
    status = NOT_KEPT if path.endswith("withdraw") else 200
    page = assert_page(browser.get(f"{path}?lang=fa"), status, "en", "rtl")
    assert "\u2066" in page.html
    assert "\u2066" not in assert_page(browser.get(f"{path}?lang=ru"), status, "en").html


def test_thanks_and_mistakes_run_the_same_way_and_keep_the_receipt_as_it_is(browser: Browser) -> None:
    thanks = assert_page(browser.send_form({**FIELDS, "_language": ["fa"]}), 200, "en", "rtl")
    assert RECEIPT.fullmatch(thanks.fields["receipt"][0])
    assert_page(browser.send_form({**FIELDS, "word": ["a" * 300], "_language": ["fa"]}), 422, "en", "rtl")


def test_what_is_wrong_is_said_in_English_beside_the_author_s_marked_words_P12(browser: Browser) -> None:
    fields = {**FIELDS, "word": ["a" * 300], "challenges": ["none", "law"], "_language": ["ru"]}
    page = assert_page(browser.send_form(fields), 422, "en")
    assert page.text_of("title") == f"Error: {TITLE}"
    assert_marked(page, f"Error: {TITLE}")


@pytest.mark.parametrize("path", ["/s/a-survey", "/s/a-survey/withdraw"])
def test_languages_are_called_what_the_questionnaire_calls_them(browser: Browser, path: str) -> None:
    page = assert_page(browser.get(f"{path}?lang=ru"), NOT_KEPT, "en")
    named = {
        given["lang"]: text
        for tag in ("a", "button", "strong")
        for given, text in zip(page.all(tag), page.texts.get(tag, []), strict=True)
        if "lang" in given
    }
    assert named == NAMES


def test_thanks_are_marked_and_the_receipt_is_explained_in_English(browser: Browser) -> None:
    page = assert_page(browser.send_form({**FIELDS, "_language": ["ru"]}), 200, "en")
    assert_marked(page)
    assert f'<div lang="ru" dir="auto"><p>{RUSSIAN}Good of you.</p></div>' in page.html


def test_the_closed_page_and_what_was_typed_are_marked(browser: Browser, services: Services, clock: FakeClock) -> None:
    close_and_wait(services, clock)
    page = assert_page(browser.get("/s/a-survey?lang=ru"), 410, "en")
    assert_marked(page, TITLE)
    assert NAMES["ru"] in page.texts["strong"]
    shown = assert_page(browser.send_form({"word": ["rest"], "_language": ["ru"]}), 410, "en")
    assert f'<dt><span lang="ru" dir="auto">{RUSSIAN}About short_text?</span></dt>' in shown.html
    assert_marked(shown, TITLE)


def test_results_mark_the_author_s_labels_among_English_words(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    assert_marked(assert_page(browser.get("/s/a-survey/results?lang=ru"), 200, "en"), f"Results – {TITLE}")
    browser.send_form()
    close_and_wait(services, clock)
    publish_releases(services)
    page = assert_page(browser.get("/s/a-survey/results?lang=ru"), 200, "en")
    assert_marked(page, f"Results – {TITLE}")
    assert "How this was made" in page.html
