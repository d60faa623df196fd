"""Somebody to turn to: on the last page and the closed one, and mended while a survey is open, as no promise is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import in_english
from chalicelib.formatting import Formatter
from chalicelib.forms.support import render_contact, render_support
from chalicelib.questionnaire.definition import Definition
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services
from operation.ending import close_survey
from operation.lifecycle import require_survey
from tests.builders import (
    Browser,
    FakeClock,
    a_bilingual_survey,
    a_definition,
    a_document,
    a_question,
    an_open_survey,
    text,
)
from tests.functional.commands import Operate, done, refused
from tests.functional.shapes import Page, assert_page

LINE: dict[str, Any] = {
    "id": "helpline",
    "label": text("The helpline", sv="Hjälplinjen"),
    "telephone": "+46 20 50 50 50",
    "link": "https://help.example/sv",
    "note": text("At night too.\n\nYou need not say who you are."),
}
OTHER: dict[str, Any] = {"id": "other", "label": text("Another line"), "telephone": "112"}
CONTACT: dict[str, Any] = {"label": text("Our office"), "email": "office@help.example"}
ASKED = {"police_met": ["no"]}
MET = a_question("yes_no")
WORDS = Formatter("en", "en", "", in_english)


def a_file(**settings: Any) -> str:
    Path("survey.json").write_text(json.dumps(a_document(MET, **settings)), "utf-8")
    return "survey.json"


def ways(page: Page) -> list[str | None]:
    """Where links lead that are not ours."""
    return [
        link.get("href") for link in page.all("a") if str(link.get("href")).startswith(("tel:", "mailto:", "https:"))
    ]


def test_the_last_page_shows_every_line_and_the_contact(browser: Browser, services: Services) -> None:
    an_open_survey(services, MET, support=[LINE, OTHER], contact=CONTACT)
    page = assert_page(browser.send_form(ASKED), 200)
    assert "Somebody to turn to" in page.texts["h2"]
    assert ways(page)[1:] == ["tel:+4620505050", "https://help.example/sv", "tel:112", "mailto:office@help.example"]
    assert "You need not say who you are." in page.texts["p"]


def test_the_page_of_a_closed_survey_shows_them_too(browser: Browser, services: Services) -> None:
    an_open_survey(services, MET, support=[LINE], contact=CONTACT)
    close_survey(services, "a-survey")
    page = assert_page(browser.get("/s/a-survey"), 410)
    assert ways(page)[1:] == ["tel:+4620505050", "https://help.example/sv", "mailto:office@help.example"]


def test_without_lines_no_page_says_anything_of_them(browser: Browser, services: Services) -> None:
    an_open_survey(services, MET)
    page = assert_page(browser.send_form(ASKED), 200)
    assert len(ways(page)) == 1
    assert "turn to" not in page.html


def test_lines_are_in_the_language_of_the_page(browser: Browser, services: Services) -> None:
    a_bilingual_survey(services, MET, support=[LINE])
    page = assert_page(browser.send_form({**ASKED, "_language": ["sv"]}), 200, "sv")
    assert "Hjälplinjen" in page.texts["strong"]
    assert '<div lang="en" dir="auto"><p>At night too.</p>' in page.html


def test_a_page_opens_beside_the_form_and_learns_nothing_of_it() -> None:
    settings = a_definition(MET, support=[LINE]).settings
    html = str(render_support(settings, WORDS))
    assert '<a href="tel:+4620505050" dir="ltr">+46 20 50 50 50</a>' in html
    assert '<a href="https://help.example/sv" target="_blank" rel="noopener noreferrer">help.example/sv<' in html
    assert "(opens in a new tab)" in html


def test_a_section_shows_the_lines_that_it_names_and_passes_over_those_that_are_gone() -> None:
    settings = a_definition(MET, support=[LINE, OTHER]).settings
    html = str(render_support(settings, WORDS, ["other", "gone"], "harm"))
    assert "Another line" in html
    assert "The helpline" not in html
    assert '<section class="support" aria-labelledby="harm.support">' in html
    assert '<h3 id="harm.support">' in html
    assert render_support(settings, WORDS, ["gone"], "harm") == render_support(settings, WORDS, [], "harm") == ""


def test_nothing_stands_where_nobody_is_named() -> None:
    settings = a_definition(MET).settings
    assert render_support(settings, WORDS) == render_contact(settings, WORDS) == ""


def test_words_of_an_author_cannot_become_tags() -> None:
    hostile = text("<script>alert(1)</script>")
    line = LINE | {"label": hostile, "note": hostile, "link": "https://help.example/&amp;lt"}
    html = str(render_support(a_definition(MET, support=[line]).settings, WORDS))
    assert "<script" not in html
    assert 'href="https://help.example/&amp;amp;lt"' in html


def test_a_number_is_mended_while_the_survey_is_open_and_a_promise_is_not(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    """P13: settings stand once open; whom to turn to is no promise."""
    an_open_survey(services, MET, support=[OTHER])
    assert "tel:112" in ways(assert_page(browser.send_form(ASKED), 200))
    result = operate("publish", a_file(support=[OTHER | {"telephone": "113"}], contact=CONTACT))
    assert "version 1 stays; within a minute respondents see whom the file says to turn to" in done(result)
    assert "settings.support: This is not as it was." in result.stderr
    assert "settings.contact: This is not as it was." in result.stderr
    clock.advance(minutes=1)
    page = assert_page(browser.send_form(ASKED, token=browser.token(nonce=b"another nonce 12")), 200)
    assert ways(page)[1:] == ["tel:113", "mailto:office@help.example"]
    said = refused(operate("publish", a_file(support=[OTHER], retention_days=3650)))
    assert "settings.retention_days: Respondents rely on this." in said


def test_a_number_is_mended_on_the_page_of_a_closed_survey_too(
    operate: Operate, browser: Browser, services: Services
) -> None:
    an_open_survey(services, MET, support=[OTHER])
    close_survey(services, "a-survey")
    done(operate("publish", a_file(support=[OTHER | {"telephone": "113"}])))
    assert ways(assert_page(browser.get("/s/a-survey"), 410))[1:] == ["tel:113"]
    assert require_survey(services, "a-survey").state == "closed"
    said = refused(operate("publish", a_file(support=[OTHER], exit_link="https://other.example/")))
    assert "nobody answers it any more" in said
    assert "To mend `support` or `contact`, change nothing else in the file." in said


def test_a_number_is_mended_too_where_the_version_before_kept_texts_unformatted(
    operate: Operate, services: Services
) -> None:
    """A list in a text that was stored before lists were read is no change of the questionnaire."""
    document = a_document(MET, support=[OTHER])
    document["questionnaire"]["thanks"] = text("Both help:\n\n- talk\n- walk")
    definition = Definition.model_validate(document)
    services.surveys.add_questionnaire("a-survey", 1, definition.questionnaire)
    closed = Survey(id="a-survey", settings=definition.settings).closed(services.clock())
    services.surveys.save(closed)
    document["settings"]["support"] = [OTHER | {"telephone": "113"}]
    Path("survey.json").write_text(json.dumps(document), "utf-8")
    done(operate("publish", "survey.json"))
    mended = require_survey(services, "a-survey")
    assert (mended.version, mended.settings.support[0].telephone) == (1, "113")


def test_what_an_author_formats_is_stored_with_the_version_and_shown(
    operate: Operate, browser: Browser, services: Services
) -> None:
    document = a_document(MET)
    document["questionnaire"]["thanks"] = text("**Good** of you:\n- one\n- [two](https://help.example)")
    Path("survey.json").write_text(json.dumps(document), "utf-8")
    done(operate("publish", "survey.json"))
    done(operate("open", "a-survey"))
    page = assert_page(browser.send_form(ASKED), 200)
    assert "<p><strong>Good</strong> of you:</p>" in page.html
    assert (
        '<ul><li>one</li><li><a href="https://help.example" target="_blank" rel="noopener noreferrer">two<' in page.html
    )
    assert "version 1 stays: nothing changed" in done(operate("publish", "survey.json"))


@pytest.mark.parametrize("key", ["support", "contact"])
def test_programs_are_told_whom_respondents_can_turn_to(browser: Browser, services: Services, key: str) -> None:
    an_open_survey(services, MET, support=[OTHER], contact=CONTACT)
    told = browser.get("/api/surveys/a-survey").json_body
    assert told[key] == {"support": [OTHER], "contact": CONTACT}[key]
    assert "formatted" not in told["questionnaire"]


def test_check_lists_what_can_be_tapped(operate: Operate) -> None:
    said = done(operate("check", a_file(support=[LINE | {"label": text("Helpline")}])))
    assert "tap: settings.exit_link: https://example.org/" in said
    assert "tap: settings.support, line “helpline”: tel:+4620505050" in said
