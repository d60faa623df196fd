"""Reading what is published, as a program: pages of the list, names, languages, what is kept, and who may read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from chalice.test import HTTPResponse

from chalicelib.jobs import publish_releases
from chalicelib.publication.cells import KEPT_EDITIONS
from chalicelib.publication.formats import FORMATS, TABLE_FORMATS
from chalicelib.publication.release import Edition, Release
from chalicelib.services import Services
from tests.builders import Browser, a_bilingual_survey, a_question, an_open_survey, releases_of
from tests.fakes import CountingClient
from tests.functional.conftest import browsing, in_use
from tests.functional.gateway import HOST, send
from tests.functional.holding import a_held_survey, a_token, bearer
from tests.functional.shapes import assert_problem
from tests.unit.publication.a_release import a_release

LIST = "/api/surveys/a-survey/releases"
#: Each may be kept, and has a tag: its path, and what is said of keeping it.
KEPT = {
    "/openapi.json": "public, max-age=3600",
    "/api/surveys/a-survey": "private, no-cache",
    LIST: "public, max-age=60",
    f"{LIST}?limit=1": "public, max-age=60",
    **{f"{LIST}/1{suffix}": "public, max-age=60" for suffix in FORMATS},
    f"{LIST}/latest": "public, max-age=60",
    **{f"{LIST}/1/tables/police_met{suffix}": "public, max-age=60" for suffix in TABLE_FORMATS},
    f"{LIST}/1/figures/police_met.svg": "public, max-age=60",
    **{
        f"{LIST}/1/pxweb/v2/{path}": "public, max-age=60"
        for path in ("config", "tables", *(f"tables/police_met{rest}" for rest in ("", "/metadata", "/data")))
    },
}
SHARED = [path for path, kept in KEPT.items() if kept.startswith("public")]


@pytest.fixture(scope="module")
def surveys(module_services: Services) -> Services:
    """A survey in two languages with five releases, of 1, 2, 1, 2 and 1 responses."""
    a_bilingual_survey(module_services, a_question("yes_no"), policy="exact")
    with browsing(module_services) as browser:
        for number in range(5):
            for _ in range(1 + number % 2):
                browser.send_json({"police_met": True})
            publish_releases(module_services)
    return module_services


@pytest.fixture(autouse=True)
def services(surveys: Services) -> Iterator[Services]:
    with in_use(surveys):
        yield surveys


def listed(browser: Browser, address: str) -> list[dict[str, Any]]:
    """The pages of a list, from the one at ``address`` on, by following their links."""
    pages = []
    while address:
        reply = browser.get(address)
        assert reply.status_code == 200
        body = reply.json_body
        assert reply.headers.get("Link") == (f'<{body["next"]}>; rel="next"' if body["next"] else None)
        pages.append(body)
        found = urlsplit(urljoin(address, body["next"])) if body["next"] else None
        address = f"{found.path}?{found.query}" if found else ""
    return pages


def as_stored(release: Release) -> dict[str, Any]:
    return {
        "number": release.number,
        "published_on": str(release.published_on),
        "responses": release.responses,
    }


def many_releases(services: Services, survey: str, kept: int, number: int) -> None:
    """Releases of which each keeps the last ``kept`` editions, as those of large surveys keep few."""
    first = a_release(a_question("yes_no"), survey=survey)
    editions: tuple[Edition, ...] = ()
    total = 0
    for each in range(1, number + 1):
        day = date(2026, 1, 1) + timedelta(days=each)
        total += each % 7
        editions = (*editions, Edition(number=each, published_on=day, responses=each % 7))[-kept:]
        changes = {"number": each, "published_on": day, "responses": total, "editions": editions}
        services.surveys.add_release(first.model_copy(update=changes))


# --- the list ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("limit", "sizes"), [(60, [5]), (5, [5]), (2, [2, 2, 1]), (1, [1, 1, 1, 1, 1])])
def test_list_tells_in_pages_what_each_release_says_of_itself(
    browser: Browser, services: Services, limit: int, sizes: list[int]
) -> None:
    pages = listed(browser, f"{LIST}?limit={limit}")
    assert [len(page["releases"]) for page in pages] == sizes
    assert [each for page in pages for each in page["releases"]] == [*map(as_stored, releases_of(services))]


@pytest.mark.parametrize(("kept", "sizes"), [(KEPT_EDITIONS, [60, 10]), (30, [30, 30, 10])])
def test_page_of_the_list_is_one_read_however_many_releases_there_are(
    browser: Browser, services: Services, kept: int, sizes: list[int]
) -> None:
    survey = f"survey-of-{kept}"
    an_open_survey(services, a_question("yes_no"), policy="exact", survey=survey)
    many_releases(services, survey, kept, 70)
    browser.get(f"/api/surveys/{survey}/releases")
    real = services.surveys._database.client
    counting = CountingClient(real)
    services.surveys._database.replace_client(counting)
    pages = listed(browser, f"/api/surveys/{survey}/releases")
    services.surveys._database.replace_client(real)
    assert counting.calls == {"query": len(sizes)}
    assert [len(page["releases"]) for page in pages] == sizes
    assert [each for page in pages for each in page["releases"]] == [*map(as_stored, releases_of(services, survey))]


def test_list_before_a_release_begins_below_it_and_before_the_first_is_empty(browser: Browser) -> None:
    assert [each["number"] for each in browser.get(f"{LIST}?before=4&limit=2").json_body["releases"]] == [3, 2]
    assert browser.get(f"{LIST}?before=1").json_body == {"survey": "a-survey", "releases": [], "next": None}


@pytest.mark.parametrize("prefix", ["", "/api", "/forms/member"])
def test_link_to_the_next_page_holds_wherever_the_app_is_put(prefix: str) -> None:
    reply = send(f"{HOST}{prefix}{LIST}?limit=2", prefix=prefix)
    found = urlsplit(urljoin(f"{HOST}{prefix}{LIST}", reply.json_body["next"]))
    assert found.path == prefix + LIST
    assert parse_qs(found.query) == {"limit": ["2"], "before": ["4"]}


def test_what_strangers_add_to_an_address_makes_no_long_header() -> None:
    """A star takes three letters in a link, and proxies take some 8 KB of headers."""
    reply = send(f"{HOST}{LIST}?limit=2&token={'*' * 4000}&x={'*' * 4000}")
    assert reply.status_code == 200
    assert sum(len(name) + len(str(value)) for name, value in reply.headers.items()) < 3000


@pytest.mark.parametrize("name", ["before", "limit"])
@pytest.mark.parametrize("value", ["", "0", "-1", "01", "1.0", "1e1", "x", "٣", "1000000", "9" * 5000, "1 "])
def test_number_that_is_none_is_a_problem_that_says_what_is_allowed_P12(
    browser: Browser, name: str, value: str
) -> None:
    reply = browser.get(f"{LIST}?{name}={value.replace(' ', '%20')}")
    detail = assert_problem(reply, 400, "unfit_parameter")["detail"]
    assert detail == f"{name} is a whole number from 1 to {60 if name == 'limit' else 999_999}."


# --- names, formats, languages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["0", "007", "05", "-1", "1-3", "1,2", "9999999", "9" * 400, "٣", "1e0", "first", "%20"]
)
def test_what_is_no_name_of_a_release_is_a_problem_that_says_what_is_P12(browser: Browser, name: str) -> None:
    reply = browser.get(f"{LIST}/{name}")
    assert "from 1 on" in assert_problem(reply, 404, "no_release")["detail"]


def test_release_that_there_is_not_yet_is_a_problem(browser: Browser) -> None:
    assert "yet" in assert_problem(browser.get(f"{LIST}/6.csv"), 404, "no_release")["detail"]


@pytest.mark.parametrize("suffix", [".pdf", ".CSV", ".", ".csv.csv", ".json"])
def test_format_that_there_is_not_is_a_problem_that_names_those_that_there_are(browser: Browser, suffix: str) -> None:
    detail = assert_problem(browser.get(f"{LIST}/latest{suffix}"), 404, "unknown_format")["detail"]
    assert detail == f"It can be had as {', '.join(f'5{known}' for known in FORMATS)}."


@pytest.mark.parametrize("language", ["fi", "", "english", "e", "en_GB", "*"])
@pytest.mark.parametrize("suffix", FORMATS)
def test_language_that_there_is_not_is_a_problem_for_programs_alone_P12(
    browser: Browser, suffix: str, language: str
) -> None:
    detail = assert_problem(browser.get(f"{LIST}/1{suffix}?lang={language}"), 404, "unknown_language")["detail"]
    assert "lang=en, lang=sv" in detail
    assert browser.get(f"/s/a-survey/results?lang={language}").status_code == 200


@pytest.mark.parametrize(
    ("query", "language"), [("?lang=sv", "sv"), ("?lang=SV", "sv"), ("?lang=en-GB", "en"), ("", "sv")]
)
def test_language_may_be_named_as_browsers_name_it_or_not_at_all(browser: Browser, query: str, language: str) -> None:
    reply = browser.get(f"{LIST}/1.csv{query}", **{"Accept-Language": "sv"})
    assert f"-{language}-" in reply.headers["ETag"]


# --- what is kept, and by whom ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", KEPT)
def test_what_may_be_kept_has_a_tag_and_is_not_sent_again_to_who_has_it(browser: Browser, path: str) -> None:
    first = browser.get(path)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, KEPT[path])
    again = browser.get(path, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.body) == (304, b"")
    assert {name: again.headers[name] for name in ("ETag", "Cache-Control", "Vary")} == {
        name: first.headers[name] for name in ("ETag", "Cache-Control", "Vary")
    }
    assert browser.get(path, **{"If-None-Match": '"another"'}).body == first.body


def test_list_has_another_tag_once_it_is_longer(browser: Browser, services: Services) -> None:
    an_open_survey(services, a_question("yes_no"), policy="exact", survey="growing")
    tags = []
    for number in (0, 1, 2):
        many_releases(services, "growing", 60, number)
        tags.append(browser.get("/api/surveys/growing/releases").headers.get("ETag"))
    assert tags[0] is None, "nothing tells it from a list of which all is held"
    assert len({*tags}) == 3


@pytest.mark.parametrize("path", KEPT)
def test_what_the_token_of_a_rehearsal_may_have_opened_is_kept_and_shared_by_nobody(path: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS") if path in SHARED else ("GET", "HEAD"):
        reply = send(f"{HOST}{path}{'&' if '?' in path else '?'}token=x", method=method)
        assert reply.status_code in (200, 204)
        assert reply.headers["Cache-Control"] == "no-store"
        assert not is_shared(reply)


@pytest.mark.parametrize("suffix", ["", "/1", "/latest.csv", "/1.pdf", "/3"])
@pytest.mark.parametrize("opened", [True, False])
def test_what_an_analysts_token_opened_or_did_not_is_kept_and_shared_by_nobody(
    browser: Browser, services: Services, suffix: str, opened: bool
) -> None:
    if services.surveys.get("held-survey") is None:
        a_held_survey(browser, "held-survey")
    brought = bearer(a_token(services, "held-survey") if opened else "x")
    reply = browser.get(f"/api/surveys/held-survey/releases{suffix}", **brought)
    assert reply.status_code == (401 if not opened else 404 if suffix in ("/1.pdf", "/3") else 200)
    assert "no-store" in reply.headers["Cache-Control"]
    assert not is_shared(reply)


def is_shared(reply: HTTPResponse) -> bool:
    """Whether scripts of any site may read it; the two headers that say so agree."""
    star = reply.headers.get("Access-Control-Allow-Origin") == "*"
    assert star == ("Access-Control-Allow-Origin" in reply.headers)
    assert star == (reply.headers["Cross-Origin-Resource-Policy"] == "cross-origin")
    assert "Access-Control-Allow-Credentials" not in reply.headers
    return star


@pytest.mark.parametrize(
    "path", [*SHARED, f"{LIST}/99", f"{LIST}?limit=0", f"{LIST}/1.pdf", "/api/surveys/none/releases"]
)
def test_scripts_of_every_site_may_read_releases_and_why_there_are_none(path: str) -> None:
    asked = {method: send(f"{HOST}{path}", method=method) for method in ("GET", "HEAD", "OPTIONS")}
    assert all(map(is_shared, asked.values()))
    before = asked["OPTIONS"]
    assert (before.status_code, before.body) == (204, b"")
    assert before.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert before.headers["Access-Control-Allow-Headers"] == "If-None-Match"
    assert "ETag" in asked["GET"].headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    "path", ["/api/surveys/a-survey", "/api/surveys/a-survey/responses", "/s/a-survey", "/", "/api/x"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_no_other_site_reads_forms_questionnaires_or_replies_to_submissions_P1(path: str, method: str) -> None:
    reply = send(f"{HOST}{path}", method=method, body="" if method == "POST" else None, headers={"Origin": HOST})
    assert not is_shared(reply)
    assert method != "OPTIONS" or reply.status_code == 405


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", [path for path in SHARED if not path.endswith("/data")])
def test_what_is_read_takes_no_other_method_and_says_which_it_takes(path: str, method: str) -> None:
    reply = send(f"{HOST}{path}", method=method)
    assert_problem(reply, 405, "method_not_allowed")
    assert reply.headers["Allow"] == "GET, HEAD, OPTIONS"
