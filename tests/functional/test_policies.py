"""Each function reaches what its policy file allows, and needs all of it. All other tests run under the same guard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from chalice.test import Client

from app import app
from chalicelib import jobs
from chalicelib import services as services_module
from chalicelib.errors import StorageError
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services
from chalicelib.storage.access import AccessStore
from chalicelib.storage.database import Database
from chalicelib.storage.responses import ResponseStore
from chalicelib.storage.surveys import SurveyStore
from chalicelib.storage.tables import RESPONSES, SURVEYS, TABLES, Table
from chalicelib.storage.tallies import TallyStore
from chalicelib.web.http import NOT_KEPT
from operation.lifecycle import invite
from tests.builders import Browser, FakeClock, a_question, an_open_survey, close_and_wait, stored_items
from tests.functional.conftest import in_use
from tests.functional.shapes import assert_page
from tests.policies import FUNCTIONS, OPERATOR, Access, Guard, Refused, Statement, accesses, rights

WEB, PUBLISH, PURGE, AUDIT = "api_handler", "publish_releases", "purge_expired", "audit_ledger"
DEPLOYED = (WEB, PUBLISH, PURGE, AUDIT)
#: Given a function, a method of the client and its parameters: what the guard refused.
Refusals = Callable[[str, str, dict[str, Any]], list[str]]

#: What each function may do to each table, by the names of :func:`every_call`.
ALLOWED: dict[tuple[str, str], set[str]] = {
    (WEB, "surveys"): {"get", "get together", "query"},
    (WEB, "responses"): {"put", "put together", "update", "update together"},
    (WEB, "access"): {"get", "get together", "delete", "delete together", "delete, old back"},
    (PUBLISH, "surveys"): {"get", "get together", "query", "put", "put together", "put, old back"},
    (PUBLISH, "responses"): {"query pending", "update", "update together"},
    (PUBLISH, "tallies"): {"get", "get together", "query", "update", "update together", "update, new back"},
    (PURGE, "surveys"): {"get", "get together", "query", "put", "put together", "put, old back"},
    (PURGE, "responses"): {"query", "delete", "delete together", "delete, old back"},
    (PURGE, "tallies"): {
        *("query", "put", "put together", "put, old back"),
        *("delete", "delete together", "delete, old back"),
    },
    (PURGE, "access"): {"scan", "delete", "delete together", "delete, old back"},
    (AUDIT, "surveys"): {"get", "get together", "query"},
    (AUDIT, "responses"): {"query"},
    (AUDIT, "tallies"): {"query"},
}


def every_call(name: str, table: Table) -> dict[str, tuple[str, dict[str, Any]]]:
    """Every way to reach a table (``name`` in full): what to call it, the client's method and its parameters."""
    key = {attribute: {"S": "x"} for attribute in (table.hash_key, table.range_key) if attribute}
    one, item = {"TableName": name, "Key": key}, {"TableName": name, "Item": key}
    change = {"UpdateExpression": "SET x = :x", "ExpressionAttributeValues": {":x": {"S": "x"}}}
    check = {"ConditionExpression": "attribute_not_exists(x)"}
    lookup = {"KeyConditionExpression": "#key = :x", "ExpressionAttributeValues": {":x": {"S": "x"}}}
    seen = check | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    query = {"TableName": name, **lookup, "ExpressionAttributeNames": {"#key": table.hash_key}}
    pending = {"TableName": name, "IndexName": "pending", "ExpressionAttributeNames": {"#key": "pending"}, **lookup}
    statement = {"Statement": f'SELECT * FROM "{name}"'}  # noqa: S608  # the test's own table
    return {
        "get": ("get_item", one),
        "get together": ("transact_get_items", {"TransactItems": [{"Get": one}]}),
        "get in a batch": ("batch_get_item", {"RequestItems": {name: {"Keys": [key]}}}),
        "query": ("query", query),
        "query pending": ("query", pending),
        "scan": ("scan", {"TableName": name}),
        "scan pending": ("scan", {"TableName": name, "IndexName": "pending"}),
        "put": ("put_item", item),
        "put together": ("transact_write_items", {"TransactItems": [{"Put": item}]}),
        "put in a batch": ("batch_write_item", {"RequestItems": {name: [{"PutRequest": {"Item": key}}]}}),
        "put, old back": ("put_item", item | {"ReturnValues": "ALL_OLD"}),
        "put, what stands back": ("put_item", item | seen),
        "put together, what stands back": ("transact_write_items", {"TransactItems": [{"Put": item | seen}]}),
        "update": ("update_item", one | change),
        "update together": ("transact_write_items", {"TransactItems": [{"Update": one | change}]}),
        "update, new back": ("update_item", one | change | {"ReturnValues": "ALL_NEW"}),
        "update, what stands back": ("update_item", one | change | seen),
        "update together, what stands back": ("transact_write_items", {"TransactItems": [{"Update": one | seen}]}),
        "delete": ("delete_item", one),
        "delete together": ("transact_write_items", {"TransactItems": [{"Delete": one}]}),
        "delete, old back": ("delete_item", one | {"ReturnValues": "ALL_OLD"}),
        "delete, what stands back": ("delete_item", one | seen),
        "check": ("transact_write_items", {"TransactItems": [{"ConditionCheck": one | check}]}),
        "SQL": ("execute_statement", statement),
        "SQL in a batch": ("batch_execute_statement", {"Statements": [statement]}),
        "describe": ("describe_table", {"TableName": name}),
        "drop": ("delete_table", {"TableName": name}),
    }


class Nosy(SurveyStore):
    """A store that makes other calls as well: what a mistake, or somebody who changed the code, could try."""

    def __init__(self, database: Database, tries: Callable[[], None]) -> None:
        super().__init__(database)
        self._tries = tries

    def get(self, survey: str) -> Survey | None:
        self._tries()
        return super().get(survey)

    def ids(self) -> list[str]:
        self._tries()
        return super().ids()


@pytest.fixture(scope="module")
def shared(module_services: Services) -> Database:
    """Tables of all tests that call one function."""
    return module_services.surveys._database


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client(app) as client:
        yield client


def invoke(client: Client, function: str) -> None:
    """Run a function as its trigger does."""
    if function == WEB:
        client.http.get("/s/a-survey")
    else:
        # Not by the client: its context leaves three seconds, in which no job begins anything.
        app.handler_map[function](client.events.generate_cw_event("aws.events", "Scheduled Event", {}, []), None)


@pytest.fixture
def refused(client: Client, shared: Database, guard: Guard) -> Refusals:
    """Makes one call in a function, at the place where it asks for surveys, and says what was refused."""

    def refusals(function: str, operation: str, parameters: dict[str, Any]) -> list[str]:
        def attempt() -> None:
            with suppress(StorageError):  # DynamoDB's own refusals are none of the policy's
                shared.call(operation, **parameters)

        stores = ResponseStore(shared), TallyStore(shared), AccessStore(shared)
        with in_use(Services(Nosy(shared, attempt), *stores, FakeClock())), suppress(Refused):
            invoke(client, function)
        return sorted(set(guard.take_refusals()))

    return refusals


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@pytest.mark.parametrize("function", DEPLOYED)
def test_function_is_refused_every_call_but_those_it_needs_P2(
    refused: Refusals, shared: Database, function: str, table: Table
) -> None:
    calls = every_call(shared.name(table), table)
    made = {call for call in calls if not refused(function, *calls[call])}
    assert made == ALLOWED.get((function, table.name), set())


@pytest.mark.parametrize(
    ("function", "call", "said"),
    [
        (WEB, "get", "GetItem on ResponsesTable"),
        (WEB, "query pending", "Query on ResponsesTable/index/pending"),
        (WEB, "put, old back", "PutItem on ResponsesTable returning ALL_OLD"),
        (WEB, "put together, what stands back", "PutItem on ResponsesTable returning ALL_OLD"),
        (WEB, "SQL", "ExecuteStatement on *"),
    ],
)
def test_refusal_names_function_action_and_place_P2(
    refused: Refusals, shared: Database, function: str, call: str, said: str
) -> None:
    assert refused(function, *every_call(shared.name(RESPONSES), RESPONSES)[call]) == [f"{function}: {said}"]


def test_transaction_is_refused_for_its_one_forbidden_member(refused: Refusals, shared: Database) -> None:
    response, survey = (
        {"Put": {"TableName": shared.name(table), "Item": {key: {"S": "member"} for key in keys}}}
        for table, keys in [(RESPONSES, ("part", "rid")), (SURVEYS, ("survey", "item"))]
    )
    key = response["Put"]["Item"]
    said = refused(WEB, "transact_write_items", {"TransactItems": [response, survey]})
    assert said == ["api_handler: PutItem on SurveysTable"]
    assert "Item" not in shared.call("get_item", RESPONSES, Key=key)
    assert refused(WEB, "transact_write_items", {"TransactItems": [response]}) == []
    assert "Item" in shared.call("get_item", RESPONSES, Key=key)


def test_refusal_that_the_app_turns_into_a_page_is_not_forgotten(browser: Browser, guard: Guard) -> None:
    services = browser.services
    an_open_survey(services)
    token = browser.token()

    class Peeping(ResponseStore):
        def add(self, response: Any) -> bool:
            self._database.call("get_item", RESPONSES, Key={"part": {"S": "x"}, "rid": {"S": response.rid}})
            return super().add(response)

    services.responses = Peeping(services.surveys._database)
    assert_page(browser.send_form(token=token), 500)
    assert stored_items(services) == []
    assert guard.take_refusals() == ["api_handler: GetItem on ResponsesTable"]


def test_operator_is_not_restricted(services: Services, guard: Guard) -> None:
    an_open_survey(services)
    assert services.tallies.rounding_key("a-survey")
    assert list(services.responses.records("a-survey")) == []


def as_deployed(database: Database, clock: FakeClock) -> None:
    """A process that has just started: what an earlier request read is not remembered."""
    services_module.use(Services.on(database, clock))


def requests(browser: Browser, codes: list[str], number: int) -> None:
    """What respondents and analysts do: answer, change, withdraw, with a code too; read results."""
    key = f"00112233445566778899aabbccddee{number:02}"
    replies = [browser.send_json({"mood": mood}, key=key) for mood in (1, 5)]
    replies += [browser.send_json({"word": "rest"}), browser.send_json({"mood": 2}, "b-survey", invitation=codes.pop())]
    assert [reply.status_code for reply in replies] == [201, 200, 201, 201]
    assert_page(browser.post("/s/a-survey/withdraw", f"receipt={replies[2].json_body['receipt']}"), 200)
    assert browser.get("/s/a-survey").status_code == NOT_KEPT
    assert browser.get("/api/surveys/b-survey").status_code == 200
    assert browser.get("/s/a-survey/results").status_code == 200
    for path in ("", "/latest", f"/{number}.csv"):
        assert browser.get(f"/api/surveys/a-survey/releases{path}").status_code in (200, 404)


def test_every_right_is_used_and_no_more_is_needed_P2(
    browser: Browser, services: Services, clock: FakeClock, database: Database, guard: Guard
) -> None:
    guard.used.clear()
    an_open_survey(services, a_question("scale"), a_question("short_text"), policy="exact")
    an_open_survey(services, a_question("scale"), survey="b-survey", policy="exact", access="invitation")
    codes = list(invite(services, "b-survey", 3))
    for number in (1, 2):
        as_deployed(database, clock)
        requests(browser, codes, number)
        for function in (PUBLISH, AUDIT):
            as_deployed(database, clock)
            invoke(browser.client, function)
    close_and_wait(services, clock)
    close_and_wait(services, clock, "b-survey")
    for days, function in ((0, PUBLISH), (90, PURGE), (0, AUDIT)):
        clock.advance(days=days)
        as_deployed(database, clock)
        invoke(browser.client, function)
    assert {survey.state for survey in map(services.surveys.get, services.surveys.ids()) if survey} == {"purged"}
    used = {function: {(action, place) for by, action, place in guard.used if by == function} for function in DEPLOYED}
    assert used == {function: rights(function) for function in DEPLOYED}


def test_code_of_every_job_is_known_to_the_guard() -> None:
    modules = {path.stem for path in Path(str(jobs.__file__)).parent.glob("*.py")} - {"__init__"}
    assert {f"chalicelib.jobs.{name}" for name in modules} == {name for name in FUNCTIONS if ".jobs." in name}
    assert set(FUNCTIONS.values()) == {*DEPLOYED, OPERATOR}


def test_table_that_is_not_deployed_is_an_error() -> None:
    with pytest.raises(KeyError):
        accesses("GetItem", {"TableName": "paraply-others"})


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "Deny"},
        {"NotAction": []},
        {"Condition": {"StringEquals": {"dynamodb:ReturnValues": "NONE"}}},
        {"Condition": {"StringEqualsIfExists": {"dynamodb:Select": "COUNT"}}},
    ],
)
def test_statement_that_the_guard_does_not_understand_is_an_error(change: dict[str, Any]) -> None:
    statement = {"Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": {"Fn::GetAtt": ["SurveysTable", "Arn"]}}
    assert Statement.read(statement).allows(Access("GetItem", "SurveysTable"))
    with pytest.raises(ValueError, match="dynamodb"):
        Statement.read(statement | change)
