"""The figure of a question as a file: where it is, what it may load, and what an address that names none is told."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from chalicelib.jobs import publish_releases
from chalicelib.services import Services
from tests.builders import Browser, a_bilingual_survey, a_question
from tests.functional.conftest import browsing
from tests.functional.holding import a_held_survey, a_token, bearer
from tests.functional.shapes import assert_problem

FIGURES = "/api/surveys/a-survey/releases/1/figures"
HELD = "/api/surveys/held-survey/releases"


@pytest.fixture(scope="module")
def surveys(module_services: Services) -> Services:
    """``a-survey`` has a release, ``held-survey`` one that is not announced."""
    with browsing(module_services) as browser:
        a_bilingual_survey(module_services, a_question("scale"), a_question("yes_no"), policy="exact")
        browser.send_json({"mood": 4, "police_met": True})
        publish_releases(module_services)
        a_held_survey(browser, "held-survey", releases=1)
    return module_services


@pytest.fixture
def browser(surveys: Services) -> Iterator[Browser]:
    with browsing(surveys) as browser:
        yield browser


def test_figure_is_a_file_of_its_own_in_the_language_asked_for(browser: Browser) -> None:
    reply = browser.get(f"{FIGURES}/mood.svg?lang=sv")
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    root = ElementTree.fromstring(reply.body.decode("utf-8"))  # noqa: S314
    assert root.get("lang") == "sv"
    assert "Några frågor" in reply.body.decode("utf-8")


def test_figure_that_is_opened_alone_may_load_nothing(browser: Browser) -> None:
    policy = browser.get(f"{FIGURES}/mood.svg").headers["Content-Security-Policy"]
    assert {"default-src 'none'", "style-src 'none'"} <= set(policy.split("; "))
    assert "self" not in policy


def test_figure_that_is_known_is_not_sent_again(browser: Browser) -> None:
    tags = {
        (name, language): browser.get(f"{FIGURES}/{name}.svg?lang={language}").headers["ETag"]
        for name in ("mood", "police_met")
        for language in ("en", "sv")
    }
    assert len(set(tags.values())) == len(tags)
    known = {"If-None-Match": tags["mood", "sv"]}
    assert browser.get(f"{FIGURES}/mood.svg?lang=sv", **known).status_code == 304
    assert browser.get(f"{FIGURES}/mood.svg?lang=en", **known).status_code == 200


@pytest.mark.parametrize("name", ["nothing.svg", "mood", "mood.png", ".svg", "mood.svg.svg", "%00.svg", "<b>.svg"])
def test_address_of_no_figure_is_told_which_there_are_P12(browser: Browser, name: str) -> None:
    problem = assert_problem(browser.get(f"{FIGURES}/{name}"), 404, "unknown_table")
    assert problem["detail"] == "There is no such figure. Figures of release 1: mood.svg, police_met.svg."


@pytest.mark.parametrize("release", ["2", "0", "x", "1.csv"])
def test_address_of_no_release_has_no_figure(browser: Browser, release: str) -> None:
    assert_problem(browser.get(f"/api/surveys/a-survey/releases/{release}/figures/mood.svg"), 404, "no_release")


def test_figure_of_what_is_held_is_shown_to_analysts_alone(browser: Browser) -> None:
    path = f"{HELD}/1/figures/mood.svg"
    hidden, missing = browser.get(path), browser.get(f"{HELD}/2/figures/nothing.svg")
    assert (hidden.status_code, hidden.body) == (404, missing.body)
    shown = browser.get(path, **bearer(a_token(browser.services, "held-survey")))
    assert (shown.status_code, shown.headers["Cache-Control"][:7]) == (200, "private")
