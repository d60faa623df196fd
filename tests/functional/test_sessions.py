"""Sessions of analysts who signed in to results that are held, and what would take them over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.jobs import publish_releases, purge_expired
from chalicelib.publication.tokens import digest_of, is_session_of, new_session, stored
from chalicelib.services import Services
from operation.analysts import announce, revoke_token
from tests.builders import NOON, Browser, FakeClock, close_and_wait
from tests.functional.conftest import browsing, in_use
from tests.functional.holding import COOKIE, SIGN_IN, SIGN_OUT, a_held_survey, a_token, bearer, cookie, signed_in
from tests.functional.shapes import assert_problem

RELEASES = "/api/surveys/a-survey/releases"
PAGE = "/s/a-survey/results"


@pytest.fixture(scope="module")
def surveys(module_services: Services) -> Services:
    """``a-survey`` has two releases, ``b-survey`` none; none is announced."""
    with browsing(module_services) as browser:
        a_held_survey(browser)
        a_held_survey(browser, "b-survey", releases=0)
    return module_services


@pytest.fixture
def services(surveys: Services, clock: FakeClock) -> Iterator[Services]:
    with in_use(Services.on(surveys.surveys._database, clock)) as fresh:
        yield fresh


def assert_opens(browser: Browser, session: str | None, opens: bool, **headers: str) -> None:
    """Whether the session opens what is held; if not, its bearer is the public, and gets no error."""
    given = headers or cookie(session or "")
    assert browser.get(f"{RELEASES}/2", **given).status_code == (200 if opens else 404)
    assert browser.get(PAGE, **given).status_code == 200
    if not opens:
        assert browser.get(PAGE, **given).body == browser.get(PAGE).body


def test_cookie_is_for_this_host_alone_out_of_reach_of_scripts_and_other_sites(
    browser: Browser, services: Services
) -> None:
    token = a_token(services)
    reply = browser.post(f"{SIGN_IN}?lang=en", f"token={token}%0A")
    assert reply.headers["Location"] == "../../../s/a-survey/results?lang=en#_main"
    value, *attributes = reply.headers["Set-Cookie"].split("; ")
    assert attributes == ["Max-Age=43200", "Path=/", "Secure", "HttpOnly", "SameSite=Strict"]
    assert value.startswith("__Host-")
    assert token.removeprefix("paraply_") not in value
    assert reply.headers["Cache-Control"] == "no-store"


def test_session_ends_after_twelve_hours_or_with_its_token(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    session = signed_in(browser, a_token(services))
    clock.advance(hours=12, seconds=-1)
    assert_opens(browser, session, opens=True)
    clock.advance(seconds=1)
    assert_opens(browser, session, opens=False)
    token = a_token(services, days=1)
    # The end of the next day, an hour before.
    clock.now = (clock.now + timedelta(days=2)).replace(hour=0, minute=0, second=0) - timedelta(hours=1)
    session = signed_in(browser, token)
    assert_opens(browser, session, opens=True)
    clock.advance(hours=1)
    assert_opens(browser, session, opens=False)


def test_session_is_void_as_soon_as_its_token_is_revoked(browser: Browser, services: Services) -> None:
    token, other = a_token(services), a_token(services)
    session, others = signed_in(browser, token), signed_in(browser, other)
    assert_opens(browser, session, opens=True)
    revoke_token(services, "a-survey", digest_of(token)[:8])
    assert_opens(browser, session, opens=False)
    assert_opens(browser, others, opens=True)


def test_session_that_anything_is_changed_of_opens_nothing(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    token, other = a_token(services), a_token(services)
    session = signed_in(browser, token)
    digest, ends, signature = session.split(".")
    later = str(int(ends) + 1)
    for changed in (
        *(f"{digest_of(other)}.{ends}.{signature}", f"{digest}.{later}.{signature}", f"{digest}.{ends}.{'0' * 64}"),
        *(
            f"{digest}.{ends}.{digest}",
            f"{digest}.{ends}",
            f"{digest}.{ends}.",
            token,
            digest,
            "",
            "..",
            session.upper(),
        ),
        *(
            f"{session}0",
            f"{session}.",
            session[:-1],
            "A" * 10_000,
            "\x00",
            "å",
            '"' * 300,
            f"{digest}.٠{ends[1:]}.{signature}",
        ),
    ):
        assert_opens(browser, changed, opens=False)
    assert_opens(browser, session, opens=True)


def test_session_of_another_survey_opens_nothing_under_any_name(browser: Browser, services: Services) -> None:
    reply = browser.post("/s/b-survey/results/sign-in", f"token={a_token(services, 'b-survey')}")
    name, _, session = reply.headers["Set-Cookie"].partition(";")[0].partition("=")
    assert name == "__Host-results-b-survey"
    assert_opens(browser, None, opens=False, **cookie(session, name))
    assert_opens(browser, session, opens=False)


def test_two_cookies_of_one_name_open_nothing_whichever_is_good(browser: Browser, services: Services) -> None:
    """A cookie that somebody else planted stands beside: none is trusted."""
    session = signed_in(browser, a_token(services))
    for first, second in ((session, "x"), ("x", session), (session, session)):
        assert_opens(browser, None, opens=False, Cookie=f"{COOKIE}={first}; {COOKIE}={second}")
    assert_opens(browser, None, opens=True, Cookie=f"{COOKIE}x=1;{COOKIE}={session};;=;{COOKIE.lower()}=2")


def test_sign_in_begins_a_session_of_its_own_whatever_the_browser_brings(browser: Browser, services: Services) -> None:
    token, other = a_token(services), a_token(services)
    planted = signed_in(browser, other)
    session = signed_in(browser, token, **cookie(planted))
    assert session != planted
    revoke_token(services, "a-survey", other)
    assert_opens(browser, session, opens=True)


def test_header_that_opens_nothing_is_refused_though_the_cookie_is_good(browser: Browser, services: Services) -> None:
    headers = cookie(signed_in(browser, a_token(services))) | bearer("paraply_0")
    assert_problem(browser.get(f"{RELEASES}/1", **headers), 401, "token_refused")


def test_purge_ends_tokens_and_sessions_and_what_is_held_stays_held(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    a_held_survey(browser, "g-survey", releases=1)
    token = a_token(services, "g-survey", days=365)
    close_and_wait(services, clock, "g-survey")
    publish_releases(services)
    clock.advance(days=91)
    reply = browser.post("/s/g-survey/results/sign-in", f"token={token}")
    session = reply.headers["Set-Cookie"].partition(";")[0]
    path = "/api/surveys/g-survey/releases/1"
    assert browser.get(path, Cookie=session).status_code == browser.get(path, **bearer(token)).status_code == 200
    assert "g-survey" in purge_expired(services)
    assert services.access.tokens("g-survey") == []
    assert (browser.get(path, **bearer(token)).status_code, browser.get(path, Cookie=session).status_code) == (401, 404)
    announce(services, "g-survey", 1)
    assert browser.get(path).status_code == 200


def test_session_is_checked_against_all_that_it_is_bound_to() -> None:
    """Of one token, moved in the store to another survey."""
    token = stored("paraply_1", "", NOON.date(), NOON.date() + timedelta(days=9))
    session = new_session(token, "a-survey", NOON)
    assert is_session_of(token, session, "a-survey", NOON)
    assert not is_session_of(token, session, "b-survey", NOON)
    assert not is_session_of(replace(token, session_key=b"k" * 32), session, "a-survey", NOON)
    assert not is_session_of(replace(token, digest="0" * 64), session, "a-survey", NOON)


# --- other sites -----------------------------------------------------------------------------------------------------

ORIGINS: list[tuple[dict[str, str], bool]] = [
    ({}, True),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "https://anything.example"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "https://forms.example.org"}, False),
    ({"Sec-Fetch-Site": "same-site", "Origin": "https://forms.example.org"}, False),
    ({"Origin": "https://forms.example.org"}, True),
    ({"Origin": "https://forms.example.org.evil.example"}, False),
    ({"Origin": "https://evil.example"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": "https://["}, False),
    # Who does not say which host was asked has no origin that could be it.
    ({"Origin": "null", "Host": ""}, False),
    ({"Origin": "https://[", "Host": ""}, False),
]


@pytest.mark.parametrize(("headers", "taken"), ORIGINS)
def test_no_other_origin_signs_anybody_in_or_out(
    browser: Browser, services: Services, headers: dict[str, str], taken: bool
) -> None:
    given = {"Host": "forms.example.org", **headers}
    came_in = browser.post(SIGN_IN, f"token={a_token(services)}", **given)
    came_out = browser.post(SIGN_OUT, "", **given, Cookie=f"{COOKIE}=x")
    assert came_in.status_code == came_out.status_code == (303 if taken else 403)
    assert ("Set-Cookie" in came_in.headers) is ("Set-Cookie" in came_out.headers) is taken


def test_sign_out_has_the_browser_forget_the_cookie_and_sets_none_where_there_is_none(browser: Browser) -> None:

    path = SIGN_OUT
    reply = browser.post(path, "", **cookie("x"))
    assert reply.headers["Set-Cookie"] == f"{COOKIE}=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Strict"
    assert "Set-Cookie" not in browser.post(path, "").headers
