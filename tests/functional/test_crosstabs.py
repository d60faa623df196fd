"""From a setting to the results page: answers of groups, compared."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from chalicelib.jobs import publish_releases
from chalicelib.services import Services
from chalicelib.web.http import NOT_KEPT
from operation.invitations import invite
from tests.builders import Browser, FakeClock, a_question, an_open_survey, close_and_wait
from tests.functional.shapes import assert_page, assert_problem

RELEASES = "/api/surveys/a-survey/releases"
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


def test_each_question_has_a_file_of_its_own_with_its_groups(browser: Browser, services: Services) -> None:
    answered(browser, services, policy="exact")
    publish_releases(services)
    whole = browser.get(f"{RELEASES}/latest.csv").body.decode("utf-8").split("\r\n")
    reply = browser.get(f"{RELEASES}/latest/tables/challenges.csv")
    own = reply.body.decode("utf-8").split("\r\n")
    names = csv.DictReader(io.StringIO(reply.body.decode("utf-8")))
    assert own == [whole[0], *(line for line in whole if ",challenges" in line), ""]
    assert {row["question"].partition(".")[0] for row in names} == {"challenges"}
    assert any("country=se" in line for line in own)
    assert reply.headers["Content-Disposition"] == 'attachment; filename="a-survey-1-challenges.csv"'
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    tag = reply.headers["ETag"]
    assert browser.get(f"{RELEASES}/1/tables/challenges.csv", **{"If-None-Match": tag}).status_code == 304
    assert browser.get(f"{RELEASES}/1/tables/country.csv", **{"If-None-Match": tag}).status_code == 200


THERE_ARE = "Its tables can be had as country.csv, challenges.csv, police_met.csv."


@pytest.mark.parametrize(
    ("table", "said"),
    [
        *((f"{name}.csv", THERE_ARE) for name in ("mood", "challenges.law", "-1", "%2e", "")),
        *(
            (name, "Write behind a table's name what it is wanted as: .csv")
            for name in ("challenges", "challenges.pdf")
        ),
    ],
)
def test_unknown_table_is_told_which_there_are(browser: Browser, services: Services, table: str, said: str) -> None:
    if services.surveys.latest_release("a-survey") is None:
        an_open_survey(services, *QUESTIONS, policy="exact")
        browser.send_json({"country": "se"})
        publish_releases(services)
    reply = browser.get(f"{RELEASES}/1/tables/{table}")
    assert_problem(reply, 404, "unknown_table")
    assert reply.json_body["detail"].startswith(said)


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
    assert page.html.count("<summary>By about single_choice?</summary>") == 2


def test_form_says_that_groups_are_compared_and_by_which_question_P13(browser: Browser, services: Services) -> None:
    an_open_survey(services, *QUESTIONS, crosstabs=CROSSTABS, access="invitation")
    page = assert_page(browser.get("/s/a-survey"), NOT_KEPT)
    assert "Some answers are also shown by group, by the answers to “About single_choice?”." in page.html
