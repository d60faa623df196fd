"""Two monthly editions as they are collected, counted and published: the page calls a change what is one."""

from __future__ import annotations

import re

import pytest

from chalicelib.collection import Submission, accept
from chalicelib.jobs import publish_releases
from chalicelib.services import Services
from operation.invitations import invite
from tests.builders import Browser, FakeClock, a_question, an_open_survey

PEOPLE = 100


def edition(services: Services, clock: FakeClock, percent: int, month: int) -> None:
    """A month in which so many of a hundred people say yes, and its end."""
    survey = services.survey("a-survey")
    assert survey is not None
    version = services.version(survey.id, survey.version)
    for number, code in enumerate(invite(services, survey.id, PEOPLE)):
        answers = {"police_met": number < PEOPLE * percent // 100}
        accept(services, survey, version, Submission(answers, f"{month} {number}".encode(), code))
    clock.advance(days=32)
    publish_releases(services)
    # What came late is waited for.
    clock.advance(minutes=10)
    publish_releases(services)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("percents", "said"),
    [
        ((20, 50), "Up since release 1: then 20%, now 50%"),
        ((30, 33), "No sure change since release 1: then 30%, now 3[05]%"),
    ],
)
def test_page_tells_how_an_answer_moved_and_calls_it_a_change_only_where_it_is_one_P14(
    services: Services, browser: Browser, clock: FakeClock, percents: tuple[int, int], said: str
) -> None:
    an_open_survey(services, a_question("yes_no"), releases="monthly", access="invitation")
    for month, percent in enumerate(percents):
        edition(services, clock, percent, month)
    page = browser.get("/s/a-survey/results?lang=en").body.decode()
    trends = dict(re.findall(r"<li><span>(Yes|No)</span> <svg.*?</svg> <span>(.*?)</span></li>", page))
    assert re.fullmatch(said, trends["Yes"])
    figure = browser.get("/api/surveys/a-survey/releases/2/figures/police_met.svg?lang=en").body.decode()
    assert trends["Yes"] in figure
