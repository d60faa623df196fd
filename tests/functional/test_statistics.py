"""Releases as statistics offices publish theirs: a file a table, and PxWebApi 2, read only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.jobs import publish_releases
from chalicelib.publication.formats import CUBE_FORMATS, TABLE_FORMATS
from chalicelib.services import Services
from tests.builders import JSON_TYPE, Browser, a_question, an_open_survey, text
from tests.functional.conftest import browsing
from tests.functional.gateway import HOST, send
from tests.functional.holding import a_held_survey, a_token, bearer
from tests.functional.shapes import assert_problem

RELEASE = "/api/surveys/a-survey/releases/latest"
API = f"{RELEASE}/pxweb/v2"
QUESTIONS = [
    {"kind": "section", "id": "first", "label": text("First")},
    a_question("single_choice"),
    a_question("multiple_choice"),
    a_question("yes_no"),
]


@pytest.fixture(scope="module")
def surveys(module_services: Services) -> Services:
    """Ten answer, half from each of two countries; and a survey whose results are held."""
    with browsing(module_services) as browser:
        crosstabs = {"group": "country", "by": ["police_met"]}
        an_open_survey(module_services, *QUESTIONS, policy="exact", crosstabs=crosstabs)
        for number in range(10):
            answers = {"country": ("se", "no")[number % 2], "police_met": number > 3, "challenges": ["law"]}
            assert browser.send_json(answers).status_code == 201
        publish_releases(module_services)
        a_held_survey(browser, "held-survey")
    return module_services


@pytest.fixture
def browser(surveys: Services) -> Iterator[Browser]:
    with browsing(surveys) as browser:
        yield browser


def got(browser: Browser, path: str) -> Any:
    reply = browser.get(path)
    assert reply.status_code == 200, reply.body
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["Cache-Control"] == "public, max-age=60"
    return json.loads(reply.body)


def posted(browser: Browser, body: Any, content_type: str = JSON_TYPE) -> Any:
    sent = body if isinstance(body, str) else json.dumps(body)
    return browser.post(f"{API}/tables/police_met/data", sent, content_type)


def chosen(dataset: dict[str, Any]) -> dict[str, list[str]]:
    return {name: list(dataset["dimension"][name]["category"]["index"]) for name in dataset["id"]}


def test_config_tells_what_clients_need_before_they_ask(browser: Browser) -> None:
    found = got(browser, f"{API}/config")
    assert found["apiVersion"] == "2.0.0"
    assert found["defaultLanguage"] == "en"
    assert found["dataFormats"] == list(CUBE_FORMATS)
    assert found["maxDataCells"] == 100_000


def test_tables_are_those_of_the_release_with_their_sections(browser: Browser) -> None:
    found = got(browser, f"{API}/tables")
    assert [table["id"] for table in found["tables"]] == [
        "country",
        "challenges",
        "police_met",
        "police_met-by-country",
    ]
    assert found["page"] == {"pageNumber": 1, "pageSize": 100, "totalElements": 4, "totalPages": 1, "links": []}
    last = found["tables"][-1]
    assert last["paths"] == [[{"id": "first", "label": "First"}]]
    assert last["variableNames"] == ["About single_choice?", "Answer", "Edition", "Measure"]
    assert got(browser, f"{API}/tables/police_met-by-country") == {"language": "en", **last}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("query=YES_no", ["police_met", "police_met-by-country"]),
        ("query=stigma*", ["challenges"]),
        ("query=nothing+of+that", []),
        ("pageSize=3&pageNumber=2", ["police_met-by-country"]),
        ("PAGESIZE=3&pagenumber=9", []),
        ("pastDays=1", ["country", "challenges", "police_met", "police_met-by-country"]),
    ],
)
def test_list_of_tables_is_searched_and_paged(browser: Browser, query: str, ids: list[str]) -> None:
    assert [table["id"] for table in got(browser, f"{API}/tables?{query}")["tables"]] == ids


def test_whole_table_is_what_its_file_has(browser: Browser) -> None:
    for table in ("challenges", "police_met-by-country"):
        assert got(browser, f"{API}/tables/{table}/data") == got(browser, f"{RELEASE}/tables/{table}.json-stat.json")


def test_metadata_are_the_dataset_without_its_numbers(browser: Browser) -> None:
    found = got(browser, f"{API}/tables/police_met/metadata")
    assert found["value"] == []
    assert found == {**got(browser, f"{API}/tables/police_met/data"), "value": [], "status": {}}


def test_query_and_body_select_the_same(browser: Browser) -> None:
    by_query = got(
        browser, f"{API}/tables/police_met/data?valueCodes[answer]=yes,top(1)&valuecodes[Measure]={quote('?ount')}"
    )
    assert by_query["value"] == [6]
    assert chosen(by_query) == {"answer": ["yes"], "edition": ["1"], "measure": ["count"]}
    selection = [
        {"variableCode": "answer", "valueCodes": ["yes", "top(1)"]},
        {"variableCode": "Measure", "valueCodes": ["?ount"], "codelist": None},
    ]
    reply = posted(browser, {"selection": selection, "placement": {"stub": ["answer"]}})
    assert json.loads(reply.body) == by_query
    assert json.loads(posted(browser, "").body) == got(browser, f"{API}/tables/police_met/data")


def test_signs_between_codes_cost_no_more_than_they_are_long(browser: Browser) -> None:
    """Each comma looked through all that followed it: 200,000 took a minute."""
    path = f"{API}/tables/police_met/data?valueCodes[answer]="
    assert_problem(browser.get(f"{path}{',' * 200_000}"), 400, "bad_selection")
    assert_problem(browser.get(f"{path}{',(' * 100_000}"), 400, "bad_selection")
    found = got(browser, f"{path}range(yes,no),no_answer&valueCodes[measure]=count")
    assert chosen(found)["answer"] == ["yes", "no", "no_answer"]
    for nothing in ("", "yes,", ",yes", "yes,,no", "yes,)"):
        assert_problem(browser.get(f"{path}{nothing}"), 400, "bad_selection")


def test_table_by_group_has_each_group(browser: Browser) -> None:
    query = "valueCodes[group]=se&valueCodes[answer]=yes&valueCodes[measure]=count"
    assert got(browser, f"{API}/tables/police_met-by-country/data?{query}")["value"] == [3]


def test_data_come_in_the_format_that_is_asked_for(browser: Browser) -> None:
    path = f"{API}/tables/police_met/data?outputFormat"
    assert browser.get(f"{path}=px").body == browser.get(f"{RELEASE}/tables/police_met.px").body
    csv = browser.get(f"{path}=csv&valueCodes[answer]=yes&valueCodes[measure]=count")
    assert csv.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert csv.body.decode("utf-8").splitlines()[1].endswith(",6")


@pytest.mark.parametrize("suffix", TABLE_FORMATS)
def test_each_table_is_a_file_in_each_format(browser: Browser, suffix: str) -> None:
    for table in got(browser, f"{API}/tables")["tables"]:
        # A question's CSV has its groups too.
        if suffix == ".csv" and "-by-" in table["id"]:
            continue
        reply = browser.get(f"{RELEASE}/tables/{table['id']}{suffix}")
        assert reply.status_code == 200
        assert reply.headers["Content-Type"] == TABLE_FORMATS[suffix].media_type
        assert reply.headers["Content-Disposition"] == f'attachment; filename="a-survey-1-{table["id"]}{suffix}"'


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{API}/tables/nothing", 404, "unknown_table"),
        (f"{API}/tables/nothing/metadata", 404, "unknown_table"),
        (f"{API}/tables/nothing/data", 404, "unknown_table"),
        (f"{API}/tables/police_met/data?valueCodes[answer]=elsewhere", 400, "bad_selection"),
        (f"{API}/tables/police_met/data?valueCodes[elsewhere]=*", 400, "bad_selection"),
        (f"{API}/tables/police_met/data?codelist[answer]=any", 400, "bad_selection"),
        (f"{API}/tables/police_met/data?outputFormat=parquet", 400, "bad_selection"),
        (f"{API}/tables?pageSize=0", 400, "bad_selection"),
        (f"{API}/tables?pageNumber=-1", 400, "bad_selection"),
        (f"{API}/tables?pastDays={'9' * 5000}", 400, "bad_selection"),
        (f"{RELEASE}/tables/nothing.px", 404, "unknown_table"),
        (f"{RELEASE}/tables/police_met.pdf", 404, "unknown_table"),
        (f"{RELEASE}/tables/.px", 404, "unknown_table"),
        ("/api/surveys/a-survey/releases/2/pxweb/v2/config", 404, "no_release"),
        ("/api/surveys/no-survey/releases/1/pxweb/v2/tables", 404, "unknown_survey"),
    ],
)
def test_what_is_not_there_is_a_problem(browser: Browser, path: str, status: int, code: str) -> None:
    problem = assert_problem(browser.get(path), status, code)
    assert "elsewhere" not in problem.get("detail", "")


@pytest.mark.parametrize("path", ["navigation", "codelists/any", "savedqueries"])
def test_what_the_protocol_has_and_a_release_has_not_is_not_found(browser: Browser, path: str) -> None:
    assert_problem(send(f"{HOST}{API}/{path}"), 404, "not_found")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"selection": [{"variableCode": "answer", "valueCodes": ["elsewhere"]}]}, 400, "bad_selection"),
        ({"selection": [{"variableCode": "answer", "codelist": "any"}]}, 400, "bad_selection"),
        ({"selection": [{"variableCode": 1}]}, 400, "bad_selection"),
        ({"selection": {}}, 400, "bad_selection"),
        ({"query": []}, 400, "bad_selection"),
        ("[]", 400, "malformed_json"),
        ("{", 400, "malformed_json"),
    ],
)
def test_body_that_selects_nothing_is_a_problem(browser: Browser, body: Any, status: int, code: str) -> None:
    assert_problem(posted(browser, body), status, code)


def test_body_has_to_say_that_it_is_json(browser: Browser) -> None:
    assert_problem(posted(browser, {"selection": []}, content_type="text/plain"), 415, "unsupported_media_type")


@pytest.mark.parametrize("path", ["pxweb/v2/config", "pxweb/v2/tables", "tables/mood.px"])
def test_held_release_opens_to_a_token_alone(browser: Browser, path: str) -> None:
    held = f"/api/surveys/held-survey/releases/1/{path}"
    assert_problem(browser.get(held), 404, "no_release")
    reply = browser.get(held, **bearer(a_token(browser.services, "held-survey")))
    assert (reply.status_code, reply.headers["Cache-Control"]) == (200, "private, no-store")
