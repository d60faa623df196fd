"""Every kind of bad input gets its status, and a page or problem+json that says what to do; nothing is stored."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice.test import HTTPResponse

from chalicelib.forms.widgets import WIDGETS
from chalicelib.responses.decoding import MAXIMUM_BODY, MAXIMUM_FIELDS, MAXIMUM_FORM
from chalicelib.services import Services
from operation.ending import close_survey
from tests.builders import (
    ANSWERS,
    FIELDS,
    FORM_TYPE,
    JSON_TYPE,
    Browser,
    a_bilingual_survey,
    a_definition,
    a_question,
    stored_items,
)
from tests.functional.conftest import in_use
from tests.functional.gateway import HOST, send
from tests.functional.shapes import RECEIPT, Page, assert_page, assert_problem

KEY = {"Idempotency-Key": "00112233445566778899aabbccddeeff"}
API = "/api/surveys/a-survey/responses"
Send = Callable[[Browser, str], HTTPResponse]


#: By question of the builders, the first field that a problem's link leads to.
FIRST = {question.id: WIDGETS[question.kind].first(question) for question in a_definition().questionnaire.questions}


@pytest.fixture(scope="module")
def surveys(module_services: Services) -> Services:
    """One survey that is open and one that is closed, the same for all tests: they leave nothing behind."""
    a_bilingual_survey(module_services)
    a_bilingual_survey(module_services, a_question("scale"), survey="b-survey")
    close_survey(module_services, "b-survey")
    return module_services


@pytest.fixture
def services(surveys: Services) -> Iterator[Services]:
    with in_use(surveys):
        yield surveys


def deep(levels: int) -> bytes:
    return b'{"answers":' + b"[" * levels + b"]" * levels + b"}"


def form(body: bytes, content_type: str | None = FORM_TYPE, path: str = "/s/a-survey", **headers: str) -> Send:
    return lambda browser, query: browser.post(f"{path}{query}", body, content_type, **headers)


def filled(path: str = "/s/a-survey", **headers: str) -> Send:
    """A whole form, sent to ``path``."""

    def send_filled(browser: Browser, query: str) -> HTTPResponse:
        body = urlencode({"_token": [browser.token()], **FIELDS}, doseq=True)
        return browser.post(f"{path}{query}", body, **headers)

    return send_filled


def api(body: bytes, content_type: str | None = JSON_TYPE, path: str = API, key: str | None = None) -> Send:
    headers = KEY if key is None else {"Idempotency-Key": key} if key else {}
    return lambda browser, query: browser.post(f"{path}{query}", body, content_type, **headers)


def answers(found: Any, **more: Any) -> bytes:
    return json.dumps({"answers": found, **more}).encode()


def request(method: str, path: str) -> Send:
    return lambda browser, query: send(f"{HOST}{path}{query}", method=method)


# Where the body cannot be read as a form there is nothing to keep: the page says so, and the browser goes back.
PAGES: dict[str, tuple[Send, int]] = {
    "body over the cap": (form(b"wish=" + b"a" * MAXIMUM_FORM), 413),
    "not UTF-8": (form(b"wish=\xff"), 400),
    "too many fields": (form(urlencode([("wish", "")] * (MAXIMUM_FIELDS + 1)).encode()), 413),
    "missing content type": (form(b"wish=a", None), 415),
    "JSON sent to the form": (form(b"{}", JSON_TYPE), 415),
    "file upload": (form(b"--x--", "multipart/form-data; boundary=x"), 415),
    "cross-site": (filled(**{"Sec-Fetch-Site": "cross-site"}), 403),
    "unknown survey": (filled("/s/no-survey"), 404),
    "impossible survey": (filled("/s/%2e%2e%2fa-survey"), 404),
    "unknown survey to read": (request("GET", "/s/no-survey"), 404),
    "unknown survey's results": (request("GET", "/s/no-survey/results"), 404),
    "unknown survey to withdraw from": (form(b"receipt=a", path="/s/no-survey/withdraw"), 404),
    "closed survey": (filled("/s/b-survey"), 410),
    "closed survey to read": (request("GET", "/s/b-survey"), 410),
    "unknown path": (request("GET", "/nothing"), 404),
    "unknown path, posted to": (request("POST", "/s/a-survey/results/all/of/them"), 404),
    "unknown static file": (request("GET", "/static/app.py"), 404),
    "wrong method": (request("DELETE", "/s/a-survey"), 405),
    "receipt that does not exist": (form(b"receipt=0000000000000000", path="/s/a-survey/withdraw"), 404),
    "receipt over the cap": (form(b"receipt=" + b"0" * MAXIMUM_FORM, path="/s/a-survey/withdraw"), 413),
    "receipt without content type": (form(b"receipt=0", None, path="/s/a-survey/withdraw"), 415),
}

PROBLEMS: dict[str, tuple[Send, int, str]] = {
    "body over the cap": (api(b'"' + b"a" * MAXIMUM_BODY + b'"'), 413, "body_too_large"),
    "not UTF-8": (api(b'{"answers": {"wish": "\xff"}}'), 400, "not_utf8"),
    "NaN": (api(b'{"answers": {"mood": NaN}}'), 400, "malformed_json"),
    "not JSON": (api(b"{'answers': {}}"), 400, "malformed_json"),
    "no answers": (api(b"{}"), 400, "unfit_submission"),
    "answers in a list": (api(answers([])), 400, "unfit_submission"),
    "more beside the answers": (api(answers({}, ip="1")), 400, "unfit_submission"),
    "version that was never published": (api(answers({}, version=2)), 400, "unknown_version"),
    "version true": (api(answers({}, version=True)), 400, "unfit_submission"),
    "duplicate keys": (api(b'{"answers": {"mood": 1, "mood": 2}}'), 400, "duplicate_keys"),
    "depth over 20": (api(deep(20)), 400, "too_deep"),
    "missing content type": (api(answers({}), None), 415, "unsupported_media_type"),
    "form sent to the API": (api(b"mood=1", FORM_TYPE), 415, "unsupported_media_type"),
    "no idempotency key": (api(answers({}), key=""), 400, "weak_idempotency_key"),
    "unknown survey": (api(answers({}), path="/api/surveys/no-survey/responses"), 404, "unknown_survey"),
    "unknown survey to read": (request("GET", "/api/surveys/no-survey"), 404, "unknown_survey"),
    "unknown survey's releases": (request("GET", "/api/surveys/no-survey/releases"), 404, "unknown_survey"),
    "unknown release": (request("GET", "/api/surveys/a-survey/releases/7"), 404, "no_release"),
    "no release yet": (request("GET", "/api/surveys/a-survey/releases/latest.csv"), 404, "no_release"),
    "table of no release": (request("GET", "/api/surveys/a-survey/releases/7/tables/mood.csv"), 404, "no_release"),
    "release of an impossible number": (request("GET", "/api/surveys/a-survey/releases/-1"), 404, "no_release"),
    "closed survey": (api(answers({}), path="/api/surveys/b-survey/responses"), 410, "survey_closed"),
    "unknown path": (request("GET", "/api"), 404, "not_found"),
    "wrong method": (request("DELETE", "/api/surveys/a-survey"), 405, "method_not_allowed"),
    "wrong method on responses": (request("GET", API), 405, "method_not_allowed"),
}


@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize("case", PAGES)
def test_bad_request_by_a_person_gets_a_page_P12(
    browser: Browser, services: Services, case: str, language: str
) -> None:
    bad, status = PAGES[case]
    page = assert_page(bad(browser, f"?lang={language}"), status, language)
    assert not RECEIPT.search(page.html.replace("0000000000000000", ""))
    assert stored_items(services) + stored_items(services, "b-survey") == []


@pytest.mark.parametrize("case", PROBLEMS)
def test_bad_request_by_a_program_gets_problem_json_P12(browser: Browser, services: Services, case: str) -> None:
    bad, status, code = PROBLEMS[case]
    assert_problem(bad(browser, ""), status, code)
    assert stored_items(services) + stored_items(services, "b-survey") == []


# Answers that break a rule: what is changed in the form, the same in JSON (None: it cannot be said), the problems.
RULES: dict[str, tuple[dict[str, list[str]], dict[str, Any] | None, list[tuple[str | None, str]]]] = {
    "unknown option": ({"country": ["xx"]}, {"country": "xx"}, [("country", "unknown_option")]),
    "unknown question": ({}, {"iq": 1}, [("iq", "unknown_question")]),
    "wrong type": ({"mood": ["high"]}, {"mood": "high"}, [("mood", "wrong_type")]),
    "text for yes": ({"police_met": ["maybe"]}, {"police_met": "yes"}, [("police_met", "wrong_type")]),
    "out of range": ({}, {"mood": 6}, [("mood", "out_of_range")]),
    "too many": (
        {"challenges": ["law", "stigma", "police"]},
        {"challenges": ["law", "stigma", "police"]},
        [("challenges", "too_many")],
    ),
    "exclusive": (
        {"challenges": ["law", "none"]},
        {"challenges": ["law", "none"]},
        [("challenges", "exclusive")],
    ),
    "not a number": ({"clients": ["many"]}, {"clients": "34"}, [("clients", "not_a_number")]),
    "day that there is not": ({"moved.day": ["30"]}, {"moved": "2024-02-30"}, [("moved", "not_a_date")]),
    "rank twice": ({"wants.home": ["1"]}, None, [("wants", "rank_repeated")]),
    "option twice in an order": ({}, {"wants": ["rest", "rest"]}, [("wants", "repeated_option")]),
    "three boxes and one that goes with no other": (
        {"challenges": ["law", "stigma", "police", "none"]},
        {"challenges": ["law", "stigma", "police", "none"]},
        [("challenges", "exclusive"), ("challenges", "too_many")],
    ),
    "half a date": (
        {"moved.day": [], "moved.month": []},
        None,
        [("moved", "day_missing"), ("moved", "month_missing")],
    ),
    "specified without choosing": ({"country": ["se"]}, {"country": "se"}, [("country", "specify_unchosen")]),
    "too long": ({"word": ["a" * 201]}, {"word": "a" * 201}, [("word", "too_long")]),
    "no consent": ({"agreed": []}, {"agreed": None}, [("agreed", "consent_required")]),
    "several at once": (
        {"mood": ["high"], "country": ["xx"], "agreed": []},
        {"mood": "high", "country": "xx", "agreed": None},
        [("country", "unknown_option"), ("mood", "wrong_type"), ("agreed", "consent_required")],
    ),
}
#: Radio buttons and boxes that the form does not have cannot be shown as chosen.
UNSHOWABLE = {"xx", "high", "maybe"}


def sorted_values(fields: dict[str, list[str]]) -> dict[str, list[str]]:
    """Each field's values once, in an order of their own: a page lists options in the questionnaire's."""
    return {name: sorted(set(values)) for name, values in fields.items() if values}


def summary_of(page: Page) -> list[str]:
    """Where the lines of the summary lead."""
    return re.findall(r'<a href="([^"]*)"', page.html.partition('id="_summary"')[2].partition("</section>")[0])


@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize("case", [case for case, (changed, _, _) in RULES.items() if changed])
def test_answers_that_break_a_rule_come_back_with_everything_typed_P12(
    browser: Browser, services: Services, case: str, language: str
) -> None:
    changed, _, problems = RULES[case]
    sent = {**FIELDS, **changed}
    page = assert_page(browser.send_form({"_language": [language], **sent}), 422, language)
    shown = {name: [value for value in values if value not in UNSHOWABLE] for name, values in sent.items()}
    assert sorted_values(page.typed) == sorted_values(shown)
    assert summary_of(page) == [f"#{FIRST[str(question)]}" for question, _ in problems]
    assert stored_items(services) == []


@pytest.mark.parametrize("case", [case for case, (_, changed, _) in RULES.items() if changed])
def test_json_that_breaks_a_rule_gets_every_problem_P12(browser: Browser, services: Services, case: str) -> None:
    _, changed, problems = RULES[case]
    reply = assert_problem(browser.send_json({**ANSWERS, **(changed or {})}), 422, "invalid_answers")
    assert [(problem["question"], problem["code"]) for problem in reply["problems"]] == problems
    assert all(problem["message"].endswith(".") for problem in reply["problems"])
    assert stored_items(services) == []


#: Nothing is wrong with the answers, but the form has to be sent once more.
ONCE_MORE: dict[str, tuple[Callable[[Browser], str], dict[str, list[str]]]] = {
    "honeypot": (lambda browser: browser.token(), {"_website": ["https://spam.example/"]}),
    "too fast": (lambda browser: browser.token(seconds_ago=1), {}),
    "no token": (lambda browser: "", {}),
    "garbage for a token": (lambda browser: "å" * 50, {}),
    "forged token": (lambda browser: browser.token()[:20] + browser.token()[20:].swapcase(), {}),
    "other survey's token": (lambda browser: browser.token("b-survey"), {}),
}


@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize("case", ONCE_MORE)
def test_form_that_may_come_from_a_machine_comes_back_to_be_sent_once_more(
    browser: Browser, services: Services, case: str, language: str
) -> None:
    token, changed = ONCE_MORE[case]
    fields = {**FIELDS, **changed, "_language": [language]}
    page = assert_page(browser.send_form(fields, token=token(browser)), 422, language)
    assert sorted_values(page.typed) == sorted_values(FIELDS)
    assert stored_items(services) == []
    services.clock.advance(seconds=5)  # type: ignore[attr-defined]
    again = browser.post("/s/a-survey", urlencode(page.fields | {"_website": [""]}, doseq=True))
    assert RECEIPT.search(assert_page(again, 200, language).html)
    assert len(stored_items(services)) == 1
    services.responses.delete_all("a-survey")


def test_problems_of_form_and_answers_are_reported_together_P12(browser: Browser) -> None:
    page = assert_page(browser.send_form({**FIELDS, "mood": ["high"]}, token=""), 422)
    assert "had to be renewed" in page.text_of("li")
    assert "#mood-1" in [link["href"] for link in page.all("a")]


def test_wrong_method_names_those_that_there_are(browser: Browser) -> None:
    assert request("DELETE", "/s/a-survey")(browser, "").headers["Allow"] == "GET, HEAD, POST"
    assert request("GET", API)(browser, "").headers["Allow"] == "POST"
