"""Results that are held: analysts' tokens open them, and nothing tells others that there are any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from chalice.test import HTTPResponse

from app import app
from chalicelib.jobs import publish_releases
from chalicelib.publication.formats import FORMATS
from chalicelib.publication.tokens import digest_of
from chalicelib.questionnaire.survey import RECORD_LIFETIME
from chalicelib.services import Services
from chalicelib.storage.database import Database
from operation.analysts import announce, revoke_token
from tests.builders import Browser, FakeClock, an_open_survey, close_and_wait
from tests.fakes import NotingClient
from tests.functional.conftest import browsing, in_use
from tests.functional.gateway import HOST, send
from tests.functional.holding import SIGN_IN, a_held_survey, a_token, another_release, bearer, cookie, signed_in
from tests.functional.shapes import assert_page, assert_problem

RELEASES = "/api/surveys/a-survey/releases"
PAGE = "/s/a-survey/results"
#: Everywhere that a release could show, whoever adds to it.
ROUTES = [route for route in app.routes if ("/results" in route or "/releases" in route) and "/sign-" not in route]
EVERYWHERE = [(route, method) for route in ROUTES for method in app.routes[route]]


def paths(route: str, *releases: str) -> list[str]:
    """The paths of ``route`` for these releases of ``a-survey``, in every format, and a question that they have."""
    suffixes = FORMATS if route == "/api/surveys/{survey}/releases/{release}" else [""]
    table = "mood.csv" if route.endswith("{release}/tables/{table}") else "mood"
    path = route.replace("{survey}", "a-survey").replace("{question}", "mood.svg").replace("{table}", table)
    return [path.replace("{release}", f"{release}{suffix}") for release in releases for suffix in suffixes]


#: What a survey of :func:`earlier` showed by a route and a method.
Seen = Mapping[tuple[str, str, str], list[tuple[Any, ...]]]
#: By survey, how many of its releases are announced, and then there is one more.
ANNOUNCED = {"a-survey": 0, "d-survey": 1}


@pytest.fixture(scope="module")
def earlier(module_services: Services) -> Seen:
    """What the public saw when every release of these surveys was announced."""
    with browsing(module_services) as browser:
        for survey, announced in ANNOUNCED.items():
            a_held_survey(browser, survey, announced)
            if announced:
                announce(module_services, survey, announced)
    database = module_services.surveys._database
    return {key: seen(database, *key) for key in [(survey, *place) for survey in ANNOUNCED for place in EVERYWHERE]}


@pytest.fixture(scope="module")
def surveys(module_services: Services, earlier: Seen) -> Services:
    """Each of :func:`earlier` has a release more, ``a-survey`` two; ``b-survey`` has none; ``c-survey`` is public."""
    with browsing(module_services) as browser:
        for survey in ("a-survey", *ANNOUNCED):
            another_release(browser, survey)
        a_held_survey(browser, "b-survey", releases=0)
        an_open_survey(module_services, survey="c-survey", policy="exact")
        browser.send_json(survey="c-survey")
        publish_releases(module_services)
    return module_services


@pytest.fixture
def services(surveys: Services, clock: FakeClock) -> Iterator[Services]:
    """A process that has just started."""
    with in_use(Services.on(surveys.surveys._database, clock)) as fresh:
        yield fresh


def seen(database: Database, survey: str, route: str, method: str) -> list[tuple[Any, ...]]:
    """Replies of a process that has just started to who asks for any release, and what was asked of the database."""
    found = []
    with in_use(Services.on(database, FakeClock())) as services:
        for path in paths(route, "1", "2", "latest"):
            for known in ({}, {"If-None-Match": "*"}, {"If-None-Match": 'W/"a-survey-2-csv-en"'}):
                reply, asked = noted(services, path.replace("a-survey", survey), method, **known)
                found.append((reply.status_code, reply.body, reply.headers, asked))
    return found


def noted(services: Services, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, list[str]]:
    """The reply, and what was asked of the database for it."""
    database = services.surveys._database
    real = database.client
    noting = NotingClient(real)
    database.replace_client(noting)
    reply = send(f"{HOST}{path}", method=method, headers=headers)
    database.replace_client(real)
    return reply, noting.noted


def numbers_for(browser: Browser, **headers: str) -> list[int]:
    """The releases of the list; the latest is the first of them, everywhere."""
    reply = browser.get(RELEASES, **headers)
    found = [each["number"] for each in reply.json_body["releases"]]
    latest = browser.get(f"{RELEASES}/latest", **headers)
    assert (latest.status_code, latest.json_body.get("number")) == ((200, found[0]) if found else (404, None))
    assert (b"<table" in browser.get(PAGE, **headers).body) is bool(found)
    return found


# --- the public ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("route", "method"), EVERYWHERE)
@pytest.mark.parametrize("survey", ANNOUNCED)
def test_nothing_tells_the_public_that_there_is_a_release_that_it_may_not_see(
    surveys: Services, earlier: Seen, survey: str, route: str, method: str
) -> None:
    """Neither status, bytes or headers, nor what takes time: what is read, under which keys."""
    now = seen(surveys.surveys._database, survey, route, method)
    assert now == earlier[survey, route, method]
    if not ANNOUNCED[survey]:
        assert {status for status, *_ in now} <= {200, 204, 404}
        asked = [call for *_, calls in now for call in calls]
        assert not [call for call in asked if "RELEASE#" in call or call.startswith("query")]


@pytest.mark.parametrize("path", ["/s/a-survey", "/s/a-survey/withdraw", "/api/surveys/a-survey"])
def test_no_other_page_of_the_survey_tells_it_either(browser: Browser, path: str) -> None:
    held, none = (browser.get(path.replace("a-survey", survey)) for survey in ("a-survey", "b-survey"))
    hidden = [reply.body.replace(b"b-survey", b"a-survey") for reply in (held, none)]
    # Each form has a token of its own.
    assert len({b"".join(body.split(b'name="_token"')[:1]) for body in hidden}) == 1
    assert (held.status_code, held.headers.keys()) == (none.status_code, none.headers.keys())


def test_who_withdraws_from_held_results_is_not_told_whether_there_are_any(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    """Too few for a release, and for good: what everybody may be told elsewhere."""
    for survey, results in (("h-survey", "held"), ("i-survey", "public")):
        an_open_survey(services, survey=survey, results=results)
        receipt = browser.send_json(survey=survey).json_body["receipt"]
        close_and_wait(services, clock, survey)
        publish_releases(services)
        said = assert_page(browser.post(f"/s/{survey}/withdraw", f"receipt={receipt}"), 200).text_of("p")
        assert ("never will be" in said) is (results == "public")


def test_results_that_everybody_sees_ask_for_no_token_and_look_at_none(services: Services) -> None:
    path = "/api/surveys/c-survey/releases/1"
    plain, asked = noted(services, path)
    brought, asked_then = noted(services, path, **bearer("nothing"), Cookie="__Host-results-c-survey=x")
    assert (brought.status_code, brought.body, brought.headers) == (200, plain.body, plain.headers)
    assert [call for call in asked_then if "access" in call] == []
    assert len(asked) == 2
    assert send(f"{HOST}/s/c-survey/results/sign-in").status_code == 404


# --- analysts --------------------------------------------------------------------------------------------------------


def test_token_opens_what_is_held_and_announcing_shows_it_to_everybody_up_to_that_number(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    a_held_survey(browser, "f-survey")
    path, analyst = "/api/surveys/f-survey/releases", bearer(a_token(services, "f-survey"))

    def seen(**headers: str) -> list[int]:
        replies = (browser.get(f"{path}/{number}", **headers) for number in ("1", "2", "000002", "latest"))
        listed = browser.get(path, **headers).json_body["releases"]
        return [len(listed), *(reply.json_body.get("number", 0) for reply in replies)]

    assert (seen(), seen(**analyst)) == ([0, 0, 0, 0, 0], [2, 1, 2, 0, 2])
    announce(services, "f-survey", 1)
    clock.now += RECORD_LIFETIME
    assert (seen(), seen(**analyst)) == ([1, 1, 0, 0, 1], [2, 1, 2, 0, 2])
    kept = browser.get(f"{path}/1").headers
    assert (kept["Cache-Control"], kept["Vary"]) == (
        "public, max-age=60",
        "Accept-Encoding, Accept-Language, Authorization, Cookie",
    )
    announce(services, "f-survey", 2)
    clock.now += RECORD_LIFETIME
    assert seen() == seen(**analyst) == [2, 1, 2, 0, 2]


@pytest.mark.parametrize("route", [route for route in ROUTES if "GET" in app.routes[route]])
def test_nobody_keeps_what_a_token_opened(browser: Browser, services: Services, route: str) -> None:
    token = a_token(services)
    for headers in (bearer(token), cookie(signed_in(browser, token))):
        for path in paths(route, "1"):
            reply = browser.get(path, **headers)
            kept = reply.status_code, reply.headers["Cache-Control"], reply.headers["Vary"]
            assert kept == (200, "private, no-store", "Authorization, Cookie"), path
            assert "Access-Control-Allow-Origin" not in reply.headers


def test_nobody_keeps_either_that_there_is_nothing_yet(services: Services) -> None:
    reply = send(f"{HOST}/s/b-survey/results", headers=bearer(a_token(services, "b-survey")))
    assert (reply.status_code, reply.headers["Cache-Control"]) == (200, "private, no-store")


def test_analyst_who_signed_in_sees_page_and_files_and_that_they_are_not_announced(
    browser: Browser, services: Services
) -> None:
    headers = cookie(signed_in(browser, a_token(services)))
    assert numbers_for(browser, **headers) == [2, 1]
    page = assert_page(browser.get(PAGE, **headers), 200)
    assert "These results are not announced yet. Only people with a token see them." in page.text_of("p")
    assert "Sign out" in page.text_of("button")
    assert numbers_for(browser) == []
    assert "I have a token for these results" in assert_page(browser.get(PAGE), 200).text_of("a")


# --- tokens that open nothing ----------------------------------------------------------------------------------------


def refusals(services: Services, clock: FakeClock) -> dict[str, str]:
    """Every Authorization header that is refused, by what is wrong with it."""
    token, revoked, expired = (a_token(services, days=days) for days in (14, 14, 1))
    revoke_token(services, "a-survey", revoked)
    clock.advance(days=2)
    return {
        "unknown": f"Bearer paraply_{'0' * 40}",
        "expired": f"Bearer {expired}",
        "revoked": f"Bearer {revoked}",
        "of another survey": f"Bearer {a_token(services, 'b-survey')}",
        "its digest": f"Bearer {digest_of(token)}",
        "cut": f"Bearer {token[:-1]}",
        "longer": f"Bearer {token}0",
        "in capitals": f"Bearer {token.upper()}",
        "another scheme": f"Basic {token}",
        "no scheme": token,
        "nothing": "",
        "the scheme alone": "Bearer",
        "two": f"Bearer {token}, Bearer {token}",
        "junk": "Bearer " + "A#\u00e5" * 3_400,
        "junk without a blank": "\x7f" * 10_240,
    }


def test_every_token_that_opens_nothing_gets_one_answer_after_the_same_work(
    services: Services, clock: FakeClock
) -> None:
    given = refusals(services, clock)
    for path in (RELEASES, f"{RELEASES}/1", f"{RELEASES}/latest.csv", f"{RELEASES}/7"):
        answers = {name: noted(services, path, Authorization=header) for name, header in given.items()}
        first, asked = answers["unknown"]
        assert_problem(first, 401, "token_refused")
        assert first.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
        assert first.headers["Cache-Control"] == "no-store"
        for name, (reply, calls) in answers.items():
            assert (reply.status_code, reply.body, reply.headers) == (401, first.body, first.headers), name
            # One look-up, by a key that only the digest tells apart.
            assert [call.partition("#")[0] for call in calls[-1:]] == [call.partition("#")[0] for call in asked[-1:]]
            assert "ANALYST#a-survey#" in calls[-1], name
    page = send(f"{HOST}{PAGE}", headers={"Authorization": given["cut"]})
    assert_page(page, 401)
    assert "WWW-Authenticate" in page.headers


def test_sign_in_refuses_the_same_tokens_with_one_page_and_no_cookie(browser: Browser, services: Services) -> None:
    clock = services.clock
    assert isinstance(clock, FakeClock)
    given = [
        header.removeprefix("Bearer ") for name, header in refusals(services, clock).items() if "scheme" not in name
    ]
    replies = [browser.post(SIGN_IN, f"token={token}".encode("utf-8", "ignore")) for token in given]
    assert len({reply.body for reply in replies}) == 1
    page = assert_page(replies[0], 403)
    assert "This token does not open these results." in page.text_of("p")
    assert not any("Set-Cookie" in reply.headers for reply in replies)
    assert page.all("input")[0]["value"] == "", "a token is not written back into a page"


@pytest.mark.parametrize("name", ["token", "access_token", "authorization"])
def test_token_in_an_address_opens_nothing(browser: Browser, services: Services, name: str) -> None:
    token = a_token(services)
    plain, brought = (browser.get(f"{RELEASES}/latest{query}") for query in ("", f"?{name}={token}"))
    assert (brought.status_code, brought.body) == (404, plain.body)
    assert browser.post(f"{SIGN_IN}?{name}={token}", "").status_code == 403
