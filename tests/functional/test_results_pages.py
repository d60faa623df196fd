"""Pages of results: one of each release, rendered once; what moved since; and what is said while there are none."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.collection import Submission, accept
from chalicelib.jobs import publish_releases
from chalicelib.questionnaire.survey import COUNTING_DELAY
from chalicelib.services import Services
from operation.ending import close_survey
from operation.invitations import invite
from operation.lifecycle import require_survey
from tests.builders import Browser, FakeClock, a_question, an_open_survey, close_and_wait
from tests.fakes import CountingClient
from tests.functional.shapes import Page, assert_page
from tests.functional.test_empty_forms import Counting

RESULTS = "/s/a-survey/results"


def released(browser: Browser, times: int) -> None:
    """An open survey with so many releases, an answer more in each."""
    an_open_survey(browser.services, a_question("scale"), policy="exact")
    for _ in range(times):
        assert browser.send_json({"mood": 4}).status_code == 201
        publish_releases(browser.services)


def shown(browser: Browser, path: str = RESULTS, status: int = 200) -> Page:
    return assert_page(browser.get(path), status, "en")


def test_each_release_has_its_page_and_the_latest_is_shown_where_none_is_named(browser: Browser) -> None:
    released(browser, 3)
    pages = {path: shown(browser, path).html for path in (RESULTS, *(f"{RESULTS}/{number}" for number in (1, 2, 3)))}
    counts = {path: re.search(r"<b>(\d+)</b> answers?", html) for path, html in pages.items()}
    assert {path: found and found[1] for path, found in counts.items()} == {
        RESULTS: "3",
        f"{RESULTS}/1": "1",
        f"{RESULTS}/2": "2",
        f"{RESULTS}/3": "3",
    }


def test_tab_of_results_says_so_with_a_release_and_without_one(browser: Browser) -> None:
    an_open_survey(browser.services, a_question("scale"), policy="exact")
    assert shown(browser).texts["title"] == ["Results – A few questions"]
    assert browser.send_json({"mood": 4}).status_code == 201
    publish_releases(browser.services)
    assert shown(browser).texts["title"] == ["Results – A few questions"]


def test_page_of_an_earlier_release_leads_to_the_latest(browser: Browser) -> None:
    released(browser, 2)
    newer = "There is a newer release of these results."
    assert [newer in shown(browser, path).html for path in (RESULTS, f"{RESULTS}/1", f"{RESULTS}/2")] == [
        False,
        True,
        False,
    ]
    assert browser.send_json({"mood": 4}).status_code == 201
    publish_releases(browser.services)
    assert newer in shown(browser, f"{RESULTS}/2").html


@pytest.mark.parametrize("name", ["0", "4", "03", "-1", "1-3", "1,2", "999999", "9" * 400, "latest.csv"])
def test_release_that_is_not_there_is_a_page_that_says_so_P12(name: str, browser: Browser) -> None:
    released(browser, 3)
    assert "No results are published here." in shown(browser, f"{RESULTS}/{name}", 404).html


def test_a_page_is_read_in_two_requests_and_rendered_once_for_each_language(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    released(browser, 1)
    close_and_wait(services, clock)
    publish_releases(services)
    services.pages = Counting()
    counting = CountingClient(services.surveys._database.client)
    services.surveys._database.replace_client(counting)
    reads = []
    for path in (RESULTS, RESULTS, f"{RESULTS}?lang=sv", RESULTS):
        counting.calls.clear()
        assert browser.get(path).status_code == 200
        reads.append(counting.calls.total())
    assert reads == [2, 1, 1, 1]
    assert services.pages.made == Counter({"release": 1, "results": 1})


def test_what_strangers_write_into_a_link_is_not_kept_with_the_page(browser: Browser, services: Services) -> None:
    released(browser, 1)
    services.pages = Counting()
    pages = {browser.get(f"{RESULTS}?token={number}{'x' * 5000}").body for number in range(3)}
    assert pages == {browser.get(RESULTS).body}
    assert services.pages.made == Counter({"release": 1, "results": 1})
    assert b"token=" not in browser.get(f"{RESULTS}/1/codebook?token=x").body


def test_file_of_a_release_is_written_once_for_each_format_and_language(browser: Browser, services: Services) -> None:
    released(browser, 1)
    services.files = Counting()
    for file in ("1.csv", "latest.csv", "1.csv?lang=en", "1.xlsx", "1.xlsx"):
        assert browser.get(f"/api/surveys/a-survey/releases/{file}").status_code == 200
    assert len(services.files) == services.files.made.total() == 2


LEADING = {"se": "Sweden", "no": "Norway"}


def published(services: Services, clock: FakeClock, *numbers: int) -> None:
    """Monthly editions of 100 answers each, of which so many are Sweden."""
    options = [{"code": code, "label": {"en": label}} for code, label in LEADING.items()]
    question = a_question("single_choice", options=options)
    survey = an_open_survey(services, question, access="invitation", releases="monthly")
    for edition, number in enumerate(numbers):
        record = require_survey(services, "a-survey")
        version = services.version("a-survey", record.version)
        for place, code in enumerate(invite(services, survey.id, 100)):
            answers = {"country": "se" if place < number else "no"}
            accept(services, record, version, Submission(answers, f"{edition} {place}".encode(), code))
        clock.now += timedelta(days=31)
        publish_releases(services)


def test_what_moved_by_more_than_rounding_is_called_a_change_P14(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    published(services, clock, 20, 50)
    html = shown(browser).html
    assert "Up since release 1: then 20%, now 50%" in html
    assert "Down since release 1: then 80%, now 50%" in html
    assert len(re.findall('class="pale" x=', html)) == 4


def test_what_rounding_alone_could_have_moved_is_called_no_change_P14(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    published(services, clock, 30, 33)
    html = shown(browser).html
    assert len(re.findall("No sure change since release 1: then 30%, now 3[05]%", html)) == 1
    assert "Up since" not in html


AWAITED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "until a day": (
        {"closes_on": "2026-03-31"},
        ["Open until 31 March 2026.", "They come here when the survey has closed."],
    ),
    "monthly": ({"releases": "monthly"}, ["They come here after each month in which enough people answered."]),
    "exact": ({"policy": "exact"}, ["They come here while answers come in."]),
    "not yet open": ({"opens_on": "2026-03-15"}, ["This survey opens on 15 March 2026."]),
    "by invitation": (
        {"access": "invitation"},
        ["Nothing is shown unless at least 20 people answer: fewer could be told apart."],
    ),
}


@pytest.mark.parametrize("what", AWAITED)
def test_page_without_results_says_what_is_awaited_and_leads_back(what: str, browser: Browser) -> None:
    settings, said = AWAITED[what]
    an_open_survey(browser.services, a_question("scale"), **settings)
    page = shown(browser)
    assert [sentence for sentence in ("There are no results yet.", *said) if sentence not in page.html] == []
    assert "../../s/a-survey?lang=en" in [link["href"] for link in page.all("a")]


def test_survey_that_ended_with_too_few_says_that_nothing_will_be_published(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, a_question("scale"), access="invitation")
    close_survey(services, "a-survey")
    assert "Its answers are counted about an hour later, and shown here then." in shown(browser).html
    clock.now += COUNTING_DELAY
    publish_releases(services)
    html = shown(browser).html
    assert "20 answers would have been needed." in html
    assert "So nothing is published, and nothing will be." in html
    assert "They come here" not in html


def test_page_of_fewer_than_fifty_has_numbers_and_says_why_there_are_no_shares(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    survey = an_open_survey(services, a_question("yes_no"), access="invitation")
    version = services.version(survey.id, survey.version)
    for place, code in enumerate(invite(services, survey.id, 30)):
        accept(services, survey, version, Submission({"police_met": True}, f"{place}".encode(), code))
    close_and_wait(services, clock)
    publish_releases(services)
    html, _, _ = shown(browser).html.partition('<details class="method"')
    assert "below 50 answers there are only numbers" in html
    assert re.findall(r".*\d+%.*", re.sub(r"<(svg|style).*?</\1>", "", html, flags=re.DOTALL)) == []
