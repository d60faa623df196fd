"""Headers of every response, and links that hold wherever the app is put."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from chalice.test import HTTPResponse

from app import app
from chalicelib.jobs import publish_releases
from chalicelib.locale import INTERFACE_LANGUAGES
from chalicelib.publication.formats import FORMATS
from chalicelib.services import Services
from chalicelib.web.assets import asset_name, assets
from chalicelib.web.figures import NOTHING
from chalicelib.web.http import GET, NOT_KEPT, SECURITY_HEADERS
from operation.ending import close_survey
from operation.local.gateway import match
from operation.local.server import app_served
from tests.builders import FORM_TYPE, Browser, a_bilingual_survey, a_question, an_open_survey
from tests.fakes import CountingClient, DisturbedClient
from tests.functional.conftest import browsing, in_use
from tests.functional.gateway import HOST, send
from tests.functional.shapes import Page, assert_page, assert_problem, receipt_in

PATHS = {
    "{survey}": "a-survey",
    "results/{release}": "results/1",
    "{release}/tables/{table}": "1/tables/mood.px",
    "{release}/figures/{question}": "1/figures/mood.svg",
    "{release}/pxweb": "1/pxweb",
    "{release}": "1.csv",
    "{table}": "mood",
    "{file}": asset_name("leave.js"),
}
#: One of them conditional, so that the page has rules of its own.
QUESTIONS = (a_question("scale"), a_question("yes_no", show_if={"question": "mood", "at_least": 3}))
#: A figure alone is a document that loads nothing.
FIGURE_NEEDS = {"Content-Security-Policy": NOTHING}
ROUTES = [(method, route) for route, methods in app.routes.items() for method in methods]
#: A style that stands in a page, in its policy.
HASH = re.compile(r" 'sha256-([A-Za-z0-9+/]{43}=)'")
#: Where a public deployment may have the app: a stage, a base path of a custom domain, or neither.
PREFIXES = ["", "/api", "/forms/member"]


@pytest.fixture(scope="module")
def surveys(module_services: Services) -> Services:
    """A survey with a release, open; one that is closed; one whose results are held."""
    for survey in ("a-survey", "b-survey"):
        an_open_survey(module_services, *QUESTIONS, policy="exact", survey=survey)
    with browsing(module_services) as browser:
        browser.send_form({"mood": ["4"]})
    publish_releases(module_services)
    an_open_survey(module_services, *QUESTIONS, survey="held-survey", results="held")
    close_survey(module_services, "b-survey")
    # A process that has just started, and remembers nothing of before.
    return Services.on(module_services.surveys._database, module_services.clock)


@pytest.fixture(autouse=True)
def services(surveys: Services) -> Iterator[Services]:
    with in_use(surveys):
        yield surveys


def path_of(route: str) -> str:
    if route.startswith("/s/"):
        route = route.replace("{release}", "1")
    if "/results/sign-" in route:
        route = route.replace("{survey}", "held-survey")
    for name, value in PATHS.items():
        route = route.replace(name, value)
    return route.replace("{proxy+}", "nothing/here")


def assert_headers(reply: HTTPResponse) -> None:
    """Every security header, but for what may be kept or shared, styles of a page, what a figure needs; no cookie."""
    exceptions = {"Cache-Control"} if reply.headers["Cache-Control"].startswith(("public", "private")) else set()
    if "Access-Control-Allow-Origin" in reply.headers:
        exceptions.add("Cross-Origin-Resource-Policy")
    for name, value in SECURITY_HEADERS.items():
        if name not in exceptions:
            assert HASH.sub("", reply.headers[name]) in (value, FIGURE_NEEDS.get(name)), name
    assert "set-cookie" not in {name.lower() for name in reply.headers}


@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_every_route_has_the_security_headers_and_no_cookie(method: str, route: str) -> None:
    reply = send(f"{HOST}{path_of(route)}", method=method, body="" if method == "POST" else None)
    assert_headers(reply)
    # A GET that is answered shows that the route is really tried.
    assert method not in GET or "nothing" in path_of(route) or reply.status_code in (200, NOT_KEPT)


@pytest.mark.parametrize("survey", ["a-survey", "held-survey"])
def test_respondent_never_gets_a_cookie_whatever_was_brought_P1(browser: Browser, survey: str) -> None:
    """The whole way: form, a mistake, thanks, withdrawal, results; and what signs analysts in and out."""
    brought = {"Cookie": f"__Host-results-{survey}=x; _token=y"}
    sent = browser.send_form({"mood": ["4"]}, survey, browser.token(survey, nonce=b"0123456789cookie"), **brought)
    receipt = receipt_in(sent)
    pages = f"/s/{survey}"
    replies = [
        browser.get(pages, **brought),
        browser.send_form({"mood": ["9"]}, survey, **brought),
        sent,
        browser.get(f"{pages}/withdraw", **brought),
        browser.post(f"{pages}/withdraw", f"receipt={receipt}", **brought),
        browser.get(f"{pages}/results", **brought),
        browser.get(f"{pages}/results/sign-in", **brought),
        browser.post(f"{pages}/results/sign-in", "token=paraply_0", **brought),
        browser.post(f"{pages}/results/sign-out", "token=paraply_0"),
    ]
    assert [reply.status_code for reply in replies[:6]] == [NOT_KEPT, 422, 200, NOT_KEPT, 200, 200]
    for reply in replies:
        assert "set-cookie" not in {name.lower() for name in reply.headers}


@pytest.mark.parametrize("route", [route for method, route in ROUTES if method == "GET"])
def test_HEAD_is_answered_as_GET_without_a_body_and_changes_nothing_P4(services: Services, route: str) -> None:
    url = f"{HOST}{path_of(route)}"
    real = services.surveys._database.client
    counting = CountingClient(real)
    services.surveys._database.replace_client(counting)
    asked, told = send(url), send(url, method="HEAD")
    services.surveys._database.replace_client(real)
    assert told.body == b""
    assert (told.status_code, told.headers) == (asked.status_code, asked.headers)
    assert asked.body
    assert set(counting.calls) <= {"get_item", "query"}


def test_HEAD_of_what_is_only_posted_is_refused() -> None:
    reply = send(f"{HOST}/api/surveys/a-survey/responses", method="HEAD")
    assert (reply.status_code, reply.body, reply.headers["Allow"]) == (405, b"", "POST")


@pytest.mark.parametrize("route", [route for route in app.routes if "GET" in app.routes[route]])
def test_every_route_that_is_read_takes_HEAD_at_the_gateway_too(route: str) -> None:
    assert "HEAD" in app.routes[route]


def test_security_headers_are_those_of_the_design() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "sha256" not in policy
    assert {name: SECURITY_HEADERS[name] for name in SECURITY_HEADERS if "Policy" in name or name[0] in "CX"} == {
        "Cache-Control": "no-store",
        "Content-Security-Policy": policy,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": SECURITY_HEADERS["Permissions-Policy"],
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }


@pytest.mark.parametrize("path", ["/s/a-survey", "/api/surveys/a-survey"])
@pytest.mark.parametrize(("method", "status"), [("DELETE", 405), ("GET", 500)])
def test_errors_of_the_framework_and_of_ours_have_them_too(
    services: Services, path: str, method: str, status: int
) -> None:
    database = services.surveys._database

    def fail() -> None:
        raise RuntimeError

    services._records.clear()
    real = database.client
    database.replace_client(DisturbedClient(real, 0, fail))
    reply = send(f"{HOST}{path}", method=method)
    database.replace_client(real)
    assert_headers(reply)
    if path.startswith("/api"):
        assert_problem(reply, status, "method_not_allowed" if status == 405 else "internal")
    else:
        assert_page(reply, status)


@pytest.mark.parametrize(("path", "status"), [("/s/a-survey", 415), ("/nothing", 404), ("/s/nothing-here", 415)])
def test_refused_posts_have_them_too(path: str, status: int) -> None:
    reply = send(f"{HOST}{path}", method="POST", body=b"{}", headers={"Content-Type": "text/plain"})
    assert reply.status_code == status
    assert_headers(reply)


@pytest.mark.parametrize("name", sorted(assets()))
def test_static_files_are_kept_for_ever(browser: Browser, name: str) -> None:
    reply = browser.get(f"/static/{name}")
    kept = reply.headers["Cache-Control"], reply.headers["Vary"]
    assert kept == ("public, max-age=31536000, immutable", "Accept-Encoding")


def test_icon_under_a_name_that_stands_is_kept_for_a_day(browser: Browser) -> None:
    assert browser.get("/favicon.ico").headers["Cache-Control"] == "public, max-age=86400"


@pytest.mark.parametrize("path", ["/static/style.css", "/static/style.000000000000.css", "/static/..%2F..%2Fapp.py"])
def test_static_file_by_another_name_is_not_there_and_not_kept(browser: Browser, path: str) -> None:
    reply = browser.get(path)
    assert (reply.status_code, reply.headers["Cache-Control"]) == (404, "no-store")


@pytest.mark.parametrize(
    "path", ["/s/a-survey/results", *(f"/api/surveys/a-survey/releases/1{x}" for x in ("", ".csv"))]
)
def test_results_are_kept_a_minute_by_language(browser: Browser, path: str) -> None:
    reply = browser.get(path)
    assert reply.status_code == 200
    kept = reply.headers["Cache-Control"], reply.headers["Vary"]
    assert kept == ("public, max-age=60", "Accept-Encoding, Accept-Language")


def test_unchanged_release_is_not_sent_again(browser: Browser) -> None:
    first = browser.get("/api/surveys/a-survey/releases/latest")
    again = browser.get("/api/surveys/a-survey/releases/latest", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert_headers(again)


@pytest.mark.parametrize("before", ['"x"', 'W/"a, b" , "c"', ""])
@pytest.mark.parametrize("weak", ["W/", ""])
def test_release_is_known_by_any_tag_of_a_list_weak_or_strong(browser: Browser, before: str, weak: str) -> None:
    path = "/api/surveys/a-survey/releases/1.csv"
    etag = browser.get(path).headers["ETag"]
    assert etag.startswith('W/"'), "compressed or not, it has the same tag"
    known = ", ".join(filter(None, [before, weak + etag.removeprefix("W/")]))
    assert browser.get(path, **{"If-None-Match": known}).status_code == 304
    assert browser.get(path, **{"If-None-Match": " * "}).status_code == 304


@pytest.mark.parametrize("known", ['"x"', '"x*"', "a-survey-1-csv-en", '"a-survey-1-csv-en', "", ",", '"*"'])
def test_release_is_sent_to_who_knows_another(browser: Browser, known: str) -> None:
    assert browser.get("/api/surveys/a-survey/releases/1.csv", **{"If-None-Match": known}).status_code == 200


@pytest.mark.parametrize("suffix", FORMATS)
def test_release_in_another_language_is_sent_though_its_first_is_known(
    services: Services, browser: Browser, suffix: str
) -> None:
    if services.surveys.latest_release("two-languages") is None:
        a_bilingual_survey(services, survey="two-languages", policy="exact")
        browser.send_json(survey="two-languages")
        publish_releases(services)
    path = f"/api/surveys/two-languages/releases/1{suffix}"
    english, swedish = (browser.get(path, **{"Accept-Language": language}) for language in ("en", "sv"))
    assert english.headers["ETag"] != swedish.headers["ETag"]
    again = browser.get(path, **{"Accept-Language": "sv", "If-None-Match": english.headers["ETag"]})
    assert (again.status_code, again.body) == (200, swedish.body)


def assert_links_hold(url: str, prefix: str, page: Page) -> int:
    """Every link, file and form of ``page``, found at ``url``, leads to a route under ``prefix``; return how many.

    Links within the page are not counted.
    """
    found = [tag["href"] for name in ("a", "link") for tag in page.all(name) if not tag["href"].startswith("#")]
    found += [tag["src"] for tag in page.all("script")]
    found += [tag["action"] or url for tag in page.all("form")]
    own = [target for target in (urljoin(url, href) for href in found) if target.startswith(HOST)]
    for target in own:
        path = urlsplit(target).path
        assert f"{path}/".startswith(f"{prefix}/"), f"{target} leaves {prefix}"
        assert match(app.routes, path.removeprefix(prefix) or "/")[0] != "/{proxy+}", target
        assert send(target, prefix).status_code in (200, NOT_KEPT), target
    return len(own)


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("path", "links"),
    [
        ("/s/a-survey", 3),
        ("/s/a-survey/withdraw", 3),
        ("/s/a-survey/results", 10),
        ("/s/held-survey/results", 3),
        ("/s/held-survey/results/sign-in", 3),
        ("/s/nothing-here", 1),
        ("/nothing", 1),
        ("/nothing/at/all", 1),
        ("/s/a-survey/nothing/at/all", 1),
        ("/static/nothing", 1),
    ],
)
def test_links_hold_under_a_stage_a_base_path_and_a_trailing_slash(
    prefix: str, path: str, slash: str, links: int
) -> None:
    url = f"{HOST}{prefix}{path}{slash}"
    page = Page(send(url, prefix).body.decode("utf-8"))
    assert assert_links_hold(url, prefix, page) == links
    assert_links_hold(url, prefix, Page(send(url, prefix, "DELETE").body.decode("utf-8")))


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("prefix", PREFIXES)
def test_links_hold_on_the_front_page(prefix: str, slash: str) -> None:
    url = f"{HOST}{prefix}{slash}"
    assert assert_links_hold(url, prefix, assert_page(send(url, prefix), 200)) == len(INTERFACE_LANGUAGES)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_form_sent_under_a_stage_is_answered_with_links_that_hold(browser: Browser, prefix: str) -> None:
    url = f"{HOST}{prefix}/s/a-survey?lang=en"
    body = f"_token={browser.token(nonce=b'another-another-')}&mood=4".encode()
    page = assert_page(send(url, prefix, "POST", body, {"Content-Type": FORM_TYPE}), 200)
    assert page.text_of("h1") == "Your answers are stored"
    assert assert_links_hold(url, prefix, page) == 3


STYLED = {
    "/s/a-survey": NOT_KEPT,
    "/s/a-survey/withdraw": NOT_KEPT,
    "/s/a-survey/results": 200,
    "/s/b-survey": 410,
    "/nothing": 404,
    "/": 200,
}


@pytest.mark.parametrize("path", STYLED)
def test_policy_lets_in_the_styles_of_the_page_and_no_others(path: str) -> None:
    reply = send(f"{HOST}{path}")
    page = assert_page(reply, STYLED[path])
    digests = [hashlib.sha256(style.encode()).digest() for style in page.texts["style"]]
    policy = reply.headers["Content-Security-Policy"]
    assert HASH.findall(policy) == [base64.b64encode(digest).decode() for digest in digests]
    assert len(digests) == 1 + (path == "/s/a-survey")
    assert not any("style" in given for _, given in page.tags), "no policy lets in a style of one element"


def test_conditions_stand_in_the_page_of_their_version() -> None:
    conditions = assert_page(send(f"{HOST}/s/a-survey"), NOT_KEPT).texts["style"][1]
    assert '[id="police_met"]{display:none}' in conditions


def test_page_asks_for_its_script_and_nothing_else() -> None:
    page = assert_page(send(f"{HOST}/s/a-survey"), NOT_KEPT)
    assert [tag["src"] for tag in page.all("script")] == [f"../static/{asset_name('leave.js')}"]
    (icon,) = page.all("link")
    assert icon["href"].startswith("data:image/svg+xml,")
    assert page.all("img") == []


def test_links_hold_after_closing() -> None:
    url = f"{HOST}/api/s/b-survey"
    assert assert_links_hold(url, "/api", assert_page(send(url, "/api"), 410)) == 3


def test_local_server_answers_paths_of_any_length_as_the_deployed_app_does() -> None:
    with (
        app_served(app) as port,
        contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=600)) as link,
    ):
        for method, path in [("GET", "/nothing/at/all?lang=en"), ("POST", "/nothing/at/all"), ("GET", "//[")]:
            link.request(method, path)
            reply = link.getresponse()
            found = HTTPResponse(reply.read(), dict(reply.getheaders()), reply.status)
            assert_page(found, 404)
            assert_headers(found)
        link.request("GET", "/api/nothing/at/all")
        reply = link.getresponse()
        assert_problem(HTTPResponse(reply.read(), dict(reply.getheaders()), reply.status), 404, "not_found")
