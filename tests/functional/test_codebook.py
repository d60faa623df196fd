"""The codebook of a release over HTTP, and the note on how the survey was made beside its results."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import yaml

from chalicelib.jobs.publish import publish_releases
from chalicelib.publication.methodology import AAPOR, CHERRIES
from chalicelib.services import Services
from operation.invitations import invite
from tests.builders import METHOD, Browser, FakeClock, a_document, a_question, an_open_survey, close_and_wait, text
from tests.functional.commands import done, refused, run

PAGE = "/s/a-survey/results/1/codebook"
MET = {"question": "police_met", "equals": "yes"}
QUESTIONS = [a_question("yes_no"), a_question("scale", show_if=MET, short=text("Mood <1>"))]


def published(browser: Browser, services: Services, clock: FakeClock, **settings: str) -> None:
    an_open_survey(services, *QUESTIONS, policy="exact", **{**METHOD, **settings})
    codes = list(invite(services, "a-survey", 4)) if settings.get("access") == "invitation" else [""]
    browser.send_json({"police_met": True, "mood": 4}, invitation=codes[0])
    close_and_wait(services, clock)
    publish_releases(services)


def test_codebook_is_a_page_that_says_whom_each_question_was_asked_of(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    published(browser, services, clock)
    page = browser.get(f"{PAGE}?lang=en").body.decode()
    assert "those who answered “Yes” to “About yes_no?”" in page
    for address in re.findall(r'<a href="([^"#]*(?:codebook\.csv|results/1)[^"]*)"', page):
        assert browser.get(urljoin(PAGE, unescape(address))).status_code == 200
    assert browser.get("/s/a-survey/results/2/codebook").status_code == 404
    assert browser.get("/s/a-survey/results/x/codebook").status_code == 404


def test_codebook_file_is_linked_and_has_each_code(browser: Browser, services: Services, clock: FakeClock) -> None:
    published(browser, services, clock)
    reply = browser.get("/api/surveys/a-survey/releases/1.codebook.csv?lang=en")
    rows = list(csv.DictReader(io.StringIO(reply.body.decode())))
    assert [row["code"] for row in rows if row["table"] == "mood"] == ["1", "2", "3", "4", "5", "no_answer"]


def test_held_codebook_is_as_hidden_as_the_results(browser: Browser, services: Services, clock: FakeClock) -> None:
    published(browser, services, clock, results="held")
    assert browser.get(PAGE).status_code == browser.get("/s/a-survey/results/1").status_code == 404


def test_results_tell_how_they_were_made_and_of_how_many_invitations(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    published(browser, services, clock, access="invitation")
    page = browser.get("/s/a-survey/results?lang=en").body.decode()
    note = page.partition('id="_method"')[2].partition("</details>")[0]
    assert note.count("<dt>") == len(AAPOR) + len(CHERRIES)
    assert "The population." in note
    assert "25% of the invitations were used to answer." in note
    assert "The form had 1 page." in note
    assert "results/1/codebook" in note


def test_preview_writes_the_codebook_before_fieldwork(tmp_path: Path) -> None:
    definition, codebook = tmp_path / "survey.yaml", tmp_path / "codebook.csv"
    definition.write_text(yaml.safe_dump(a_document(*QUESTIONS)), "utf-8")
    done(run("preview", str(definition), "--codebook", str(codebook)))
    rows = list(csv.DictReader(io.StringIO(codebook.read_text("utf-8-sig"))))
    assert {row["table"] for row in rows} == {"police_met", "mood"}


def test_codebook_of_a_preview_overwrites_nothing_least_of_all_the_definition(tmp_path: Path) -> None:
    definition = tmp_path / "survey.yaml"
    definition.write_text(yaml.safe_dump(a_document(*QUESTIONS)), "utf-8")
    before = definition.read_bytes()
    assert "exists. Choose another name." in refused(run("preview", str(definition), "--codebook", str(definition)))
    assert definition.read_bytes() == before
