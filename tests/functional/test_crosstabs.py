"""From a setting to the results page: answers of groups, compared."""

from __future__ import annotations

import csv
import io
from typing import Any

from chalicelib.jobs import publish_releases
from chalicelib.services import Services
from chalicelib.web.http import NOT_KEPT
from operation.invitations import invite
from tests.builders import Browser, FakeClock, a_question, an_open_survey, close_and_wait
from tests.functional.shapes import assert_page

QUESTIONS = [a_question("single_choice"), a_question("multiple_choice"), a_question("yes_no")]
CROSSTABS = {"group": "country", "by": ["police_met", "challenges"]}


def answered(browser: Browser, services: Services, **settings: Any) -> None:
    """Sixty answer: half from each of two countries, of whom one has met the police and the other has not."""
    an_open_survey(services, *QUESTIONS, crosstabs=CROSSTABS, **settings)
    codes = list(invite(services, "a-survey", 60)) if settings.get("access") else []
    for number in range(60):
        country, challenges = (("se", ["law"]), ("no", ["stigma", "police"]))[number % 2]
        answers = {"country": country, "challenges": challenges, "police_met": country == "se"}
        more = {"invitation": codes.pop()} if codes else {}
        assert browser.send_json(answers, **more).status_code == 201


def rows(browser: Browser) -> dict[tuple[str, str, str], dict[str, str]]:
    """The CSV's, by question, group and code."""
    found = browser.get("/api/surveys/a-survey/releases/latest.csv").body.decode("utf-8")
    return {(row["question"], row["group"], row["code"]): row for row in csv.DictReader(io.StringIO(found))}


def test_exact_survey_publishes_answers_by_group(browser: Browser, services: Services) -> None:
    answered(browser, services, policy="exact")
    publish_releases(services)
    found = rows(browser)
    assert {group: found["police_met", group, "yes"]["count"] for group in ("", "country=se", "country=no")} == {
        "": "30",
        "country=se": "30",
        "country=no": "0",
    }
    assert found["challenges.law", "country=no", "chosen"]["count"] == "0"


def test_protected_survey_publishes_groups_that_are_large_enough_P7(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    answered(browser, services, policy="protected", access="invitation")
    close_and_wait(services, clock)
    publish_releases(services)
    groups = {group for question, group, _ in rows(browser) if question == "police_met" and group}
    assert groups == {f"country={code}" for code in ("se", "no", "other", "no_answer")}, "groups of nobody stand alone"
    by_group = [row for (question, group, _), row in rows(browser).items() if group and not row["not_printed"]]
    assert by_group
    assert all(row["base"] == "0" or int(row["base"]) >= 20 for row in by_group)
    assert all(int(row["count"]) % 5 == 0 for row in by_group)
    assert {int(row["at_most"]) - int(row["count"]) for row in by_group if row["question"] == "police_met"} == {4}
    page = assert_page(browser.get("/s/a-survey/results"), 200)
    assert page.html.count("<h3>By the answers to “About single_choice?”</h3>") == 2


def test_form_says_that_groups_are_compared_and_by_which_question_P13(browser: Browser, services: Services) -> None:
    an_open_survey(services, *QUESTIONS, crosstabs=CROSSTABS, access="invitation")
    page = assert_page(browser.get("/s/a-survey"), NOT_KEPT)
    assert "Some answers are also shown by group, by the answers to “About single_choice?”." in page.html
