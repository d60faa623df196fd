"""A link that was changed on its way leads to its survey all the same."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest

from chalicelib.services import Services
from chalicelib.web.http import NOT_KEPT
from operation.lifecycle import publish_definition, start_test
from tests.builders import a_definition, a_question, an_open_survey
from tests.functional.conftest import in_use
from tests.functional.gateway import HOST, send
from tests.functional.shapes import assert_page, assert_problem
from tests.functional.test_headers import PREFIXES, assert_headers


@pytest.fixture(scope="module")
def surveys(module_services: Services) -> Services:
    an_open_survey(module_services, a_question("scale"), survey="texts")
    publish_definition(module_services, a_definition(a_question("scale"), survey="a-draft"), [])
    return module_services


@pytest.fixture(autouse=True)
def services(surveys: Services) -> Iterator[Services]:
    with in_use(surveys):
        yield surveys


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/s/Texts", "/s/texts"),
        ("/S/texts", "/s/texts"),
        ("/s/texts.", "/s/texts"),
        ("/s/texts./", "/s/texts"),
        ("/s/texts%22%3E", "/s/texts"),
        ("/s/texts%E2%80%8B", "/s/texts"),
        ("/s/te\u200bxts…", "/s/texts"),
        ("/s/TEXTS/Results", "/s/texts/results"),
        ("/s/texts/results).", "/s/texts/results"),
        ("/s/Texts/withdraw", "/s/texts/withdraw"),
        ("/s/texts/withdraw%EF%BB%BF", "/s/texts/withdraw"),
    ],
)
def test_changed_link_leads_to_the_page_that_was_meant_with_its_query(
    prefix: str, method: str, path: str, meant: str
) -> None:
    url = f"{HOST}{prefix}{path}"
    reply = send(f"{url}?lang=sv&source=mail", prefix, method)
    assert (reply.status_code, reply.body) == (302, b"")
    assert_headers(reply)
    target = urljoin(url, reply.headers["Location"])
    assert target == f"{HOST}{prefix}{meant}?lang=sv&source=mail"
    assert_page(send(target, prefix), 200 if meant.endswith("results") else NOT_KEPT)


@pytest.mark.parametrize(
    "query", ["a=%0D%0ASet-Cookie:%20b=c", "a%0D%0ASet-Cookie:%20b=c", "a=%23x%26b%3Dc", "a=%C3%A5"]
)
def test_query_goes_along_as_it_came_and_ends_no_header(query: str) -> None:
    reply = send(f"{HOST}/s/Texts?{query}")
    assert_headers(reply)
    location = reply.headers["Location"]
    assert location.isascii()
    assert location.isprintable()
    assert parse_qs(urlsplit(location).query) == parse_qs(query)


def test_query_that_makes_a_long_header_goes_nowhere() -> None:
    assert_page(send(f"{HOST}/s/Texts?a={'*' * 4000}"), 404)


def test_page_that_is_not_found_under_its_own_address_never_leads_to_itself(services: Services) -> None:
    purged = an_open_survey(services, a_question("scale"), survey="purged")
    services.surveys.save(purged.model_copy(update={"state": "purged", "closed_at": services.clock()}))
    services.survey("purged", version=2)  # this process has heard of it
    assert_page(send(f"{HOST}/s/purged"), 404)
    assert send(f"{HOST}/s/Purged").headers["Location"] == "../s/purged"


@pytest.mark.parametrize(
    "path", ["/s/Nothing", "/s/A-Draft", "/s/a-draft.", "/s/Texts/other", "/Texts", "/s/%2F%2Fevil.example"]
)
def test_link_to_nothing_that_is_there_stays_unknown(path: str) -> None:
    assert_page(send(f"{HOST}{path}"), 404)


@pytest.mark.parametrize("path", ["/s/Texts", "/s/texts.", "/s/Texts/withdraw", "/s/texts/withdraw."])
def test_what_is_posted_is_led_nowhere(path: str) -> None:
    reply = send(
        f"{HOST}{path}", method="POST", body="receipt=a", headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert_page(reply, 404)


def test_programs_are_led_nowhere() -> None:
    assert_problem(send(f"{HOST}/api/surveys/Texts"), 404, "unknown_survey")


def test_survey_under_test_is_found_by_a_changed_link_only_with_its_token(services: Services) -> None:
    publish_definition(services, a_definition(a_question("scale"), survey="in-test"), [])
    _, _, query = start_test(services, "in-test").partition("?")
    assert send(f"{HOST}/s/In-Test").status_code == 404
    assert send(f"{HOST}/s/In-Test?token=x").status_code == 404
    assert send(f"{HOST}/s/In-Test?{query}").headers["Location"] == f"../s/in-test?{query}"
