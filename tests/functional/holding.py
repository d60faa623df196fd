"""Surveys whose results are held, and who asks for them."""

from __future__ import annotations

from chalice.test import HTTPResponse

from chalicelib.jobs import publish_releases
from chalicelib.services import Services
from operation.analysts import create_token
from tests.builders import Browser, a_question, an_open_survey

SIGN_IN, SIGN_OUT = (f"/s/a-survey/results/sign-{way}" for way in ("in", "out"))
COOKIE = "__Host-results-a-survey"


def a_held_survey(browser: Browser, survey: str = "a-survey", releases: int = 2) -> None:
    """An open survey with so many releases, none of them announced."""
    an_open_survey(browser.services, a_question("scale"), policy="exact", results="held", survey=survey)
    for _ in range(releases):
        another_release(browser, survey)


def another_release(browser: Browser, survey: str = "a-survey") -> None:
    assert browser.send_json({"mood": 4}, survey).status_code == 201
    publish_releases(browser.services)


def a_token(services: Services, survey: str = "a-survey", days: int = 14) -> str:
    return create_token(services, survey, days).token


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def signed_in(browser: Browser, token: str, **headers: str) -> str:
    """The value of the cookie that signing in sets."""
    return session_of(browser.post(SIGN_IN, f"token={token}", **headers))


def session_of(reply: HTTPResponse) -> str:
    assert reply.status_code == 303
    given: str = reply.headers["Set-Cookie"]
    name, _, value = given.partition(";")[0].partition("=")
    assert name == COOKIE
    return value


def cookie(session: str, name: str = COOKIE) -> dict[str, str]:
    return {"Cookie": f"theme=dark; {name}={session}; last=1"}
