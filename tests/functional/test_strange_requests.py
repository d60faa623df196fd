"""Lone surrogates, NULs and huge values, wherever a request can bring them, are no error of ours (P12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from chalice.app import Chalice
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import app
from chalicelib.services import Services
from tests.builders import FIELDS, FORM_TYPE, JSON_TYPE, a_question, an_open_survey, stored_survey
from tests.functional.conftest import in_use

STRANGE = (
    *("\ud800", "a\udfffb", "\udc00\ud800", "\0", "a\0b", "\ufffe", "%00", "%ED%A0%80", "%", "\r\nX: y"),
    *("x" * 100_000, "٢"),
)
TEXTS = st.sampled_from(STRANGE) | st.text(st.characters() | st.sampled_from("\ud800\udfff\0"), max_size=6)
#: What the app reads of a request.
QUERY = ("token", "lang", "source", "id")
HEADERS = ("accept-language", "if-none-match", "idempotency-key", "content-type", "sec-fetch-site", "cookie", "host")
#: What it reads of one whose results are held.
READER_HEADERS = ("authorization", "cookie", "origin", "sec-fetch-site", "host")


@pytest.fixture(scope="module")
def surveys(module_services: Services) -> Iterator[Services]:
    an_open_survey(module_services)
    an_open_survey(module_services, a_question("scale"), survey="b-survey")
    an_open_survey(module_services, a_question("scale"), survey="held-survey", results="held")
    # A survey under test is the one whose token is looked at.
    module_services.surveys.save(stored_survey(module_services, "b-survey").model_copy(update={"state": "test"}))
    with in_use(module_services):
        yield module_services


def routes(application: Chalice) -> list[tuple[str, str]]:
    return [(route, method) for route, methods in application.routes.items() for method in methods]


def an_event(route: str, method: str, path: Mapping[str, str], query: Mapping[str, str], **more: Any) -> dict[str, Any]:
    return {
        "resource": route,
        "path": route,
        "requestContext": {"resourcePath": route, "path": route, "httpMethod": method},
        "headers": more["headers"],
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
        "pathParameters": dict(path) or None,
        "stageVariables": None,
        "body": more["body"],
        "isBase64Encoded": False,
    }


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    route, method = draw(st.sampled_from(routes(app)))
    named = [part[1:-1].removesuffix("+") for part in route.split("/") if part.startswith("{")]
    surveys = st.sampled_from(["a-survey", "b-survey", "held-survey"])
    path = {name: draw(TEXTS | surveys if name == "survey" else TEXTS) for name in named}
    query = draw(st.dictionaries(st.sampled_from(QUERY) | TEXTS, TEXTS, max_size=3))
    headers = draw(st.dictionaries(st.sampled_from(HEADERS), TEXTS, max_size=3))
    headers |= draw(st.sampled_from([{}, {"content-type": FORM_TYPE}, {"content-type": JSON_TYPE}]))
    bodies = st.sampled_from(["", "{}", "wish=%00&_token=%ED", '{"answers": {"wish": "\\u0000"}}', *FIELDS]) | TEXTS
    return an_event(route, method, path, query, headers=headers, body=draw(bodies))


@pytest.mark.parametrize("examples", [80, pytest.param(2000, marks=pytest.mark.slow)])
def test_no_request_is_an_error_of_ours_P12(surveys: Services, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(requests())
    def answered(event: dict[str, Any]) -> None:
        assert_answered(event)

    answered()


def assert_answered(event: dict[str, Any]) -> None:
    reply = app(event, None)
    assert reply["statusCode"] < 500, event
    str(reply["body"]).encode("utf-8")
    for value in reply["multiValueHeaders"].values():
        assert not {"\r", "\n", "\0"} & set("".join(map(str, value)))


PAGES = ("/s/{survey}", "/s/{survey}/results", "/s/{survey}/withdraw", "/api/surveys/{survey}")


@pytest.mark.usefixtures("surveys")
@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize("name", ["token", "lang", "source"])
@pytest.mark.parametrize("survey", ["a-survey", "b-survey"])
def test_strange_query_is_no_error_of_ours_and_not_logged_P12(
    survey: str, name: str, strange: str, caplog: pytest.LogCaptureFixture
) -> None:
    for route in PAGES:
        assert_answered(an_event(route, "GET", {"survey": survey}, {name: strange}, headers={}, body=None))
    assert caplog.records == []


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize("header", HEADERS)
def test_strange_header_is_no_error_of_ours_P12(surveys: Services, header: str, strange: str) -> None:
    event = an_event("/s/{survey}", "GET", {"survey": "a-survey"}, {}, headers={header: strange}, body=None)
    assert_answered(event)
    api = "/api/surveys/{survey}/responses"
    given_headers = {"content-type": JSON_TYPE, header: strange}
    assert_answered(an_event(api, "POST", {"survey": "a-survey"}, {}, headers=given_headers, body='{"answers": {}}'))


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize("header", READER_HEADERS)
def test_strange_header_of_who_asks_for_held_results_is_no_error_of_ours_P12(
    surveys: Services, header: str, strange: str
) -> None:
    survey, value = (
        {"survey": "held-survey"},
        f"__Host-results-held-survey={strange}" if header == "cookie" else strange,
    )
    for method, route in (("GET", "/s/{survey}/results"), ("POST", "/s/{survey}/results/sign-in")):
        headers = {"content-type": FORM_TYPE, header: value}
        assert_answered(an_event(route, method, survey, {}, headers=headers, body=f"token={strange}"))


@pytest.mark.parametrize("strange", STRANGE)
def test_strange_path_is_no_error_of_ours_P12(surveys: Services, strange: str) -> None:
    for route, method in routes(app):
        named = [part[1:-1].removesuffix("+") for part in route.split("/") if part.startswith("{")]
        assert_answered(an_event(route, method, dict.fromkeys(named, strange), {}, headers={}, body=""))
