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
from chalicelib.storage.tables import ACCESS, RESPONSES, SURVEYS, TABLES, TALLIES, Table
from chalicelib.storage.tallies import TallyStore
from chalicelib.web.http import NOT_KEPT
from operation.analysts import create_token
from operation.deployment.iam import Access
from operation.invitations import invite
from operation.lifecycle import publish_definition, start_test
from tests.builders import (
    Browser,
    FakeClock,
    a_definition,
    a_question,
    an_open_survey,
    close_and_wait,
    identities,
    stored_items,
)
from tests.dynamodb_calls import calls_of
from tests.functional.conftest import in_use
from tests.functional.holding import bearer
from tests.functional.shapes import assert_page
from tests.policies import FUNCTIONS, LOGICAL_NAMES, OPERATOR, Guard, Refused, policy, unused

WEB, PUBLISH, PURGE, AUDIT = "api_handler", "publish_releases", "purge_expired", "audit_ledger"
WRITES_LOGS = ("CreateLogStream", "PutLogEvents")
DEPLOYED = (WEB, PUBLISH, PURGE, AUDIT)
#: Given a function, a method of the client and its parameters: what the guard refused.
Refusals = Callable[[str, str, dict[str, Any]], list[str]]

UPDATES = ("update", "update if", "update together")

#: What each function may do to each table, by the names of :func:`every_call`.
ALLOWED: dict[tuple[str, str], set[str]] = {
    (WEB, "surveys"): {"get", "get together", "query", "query keys"},
    (WEB, "responses"): {"put", "put together", *UPDATES},
    (PUBLISH, "surveys"): {"get", "get together", "query", "query keys", "put", "put together", "put, old back"},
    (PUBLISH, "responses"): {"query pending", *UPDATES},
    (PUBLISH, "tallies"): {"get", "get together", "query", "query keys", *UPDATES, "update, new back"},
    (PURGE, "surveys"): {"get", "get together", "query", "query keys", "put", "put together", "put, old back"},
    (PURGE, "responses"): {"query keys", "delete", "delete together"},
    (PURGE, "tallies"): {
        "query keys",
        "put",
        "put together",
        "put, old back",
        "delete",
        "delete if",
        "delete together",
    },
    (AUDIT, "surveys"): {"get", "get together", "query", "query keys"},
    (AUDIT, "responses"): {"query keys"},
    (AUDIT, "tallies"): {"query keys"},
}
#: What each function may do to what kind of key of the access table; whoever may scan may scan it all.
ALLOWED_KEYS: dict[tuple[str, str], set[str]] = {
    (WEB, "RECEIPT_KEY#a-survey"): {"get", "get together"},
    (WEB, "TEST_KEY#a-survey"): {"get", "get together"},
    (WEB, "ANALYST#a-survey#0f"): {"get", "get together"},
    (WEB, "INVITATION#a-survey#0f"): {"delete", "delete if", "delete together", "delete, old back"},
    (WEB, "ELSE#a-survey"): set(),
    **{
        (PURGE, kind): {"scan keys", "delete", "delete if", "delete together"}
        for kind in ("RECEIPT_KEY#a-survey", "TEST_KEY#a-survey", "ANALYST#a-survey#0f", "INVITATION#a-survey#0f")
    },
    **{(function, "RECEIPT_KEY#a-survey"): set() for function in (PUBLISH, AUDIT)},
}
#: Every attribute of a table besides keys, and one that nothing stores.
ATTRIBUTES = {
    "responses": {"v", "answers", "mark", "sealed", "text", "pending", "batch", "gone", "address"},
    "tallies": {"counts", "revision", "sealed", "secret", "body", "address"},
    "access": {"secret", "label", "made_on", "last_day", "session_key", "address"},
}
#: One that whoever may update a table's items may name.
COMMON = {"surveys": "body", "responses": "mark", "tallies": "sealed", "access": "label"}
SENT = {"v", "answers", "mark", "sealed", "text", "pending"}
COUNTS = {"counts", "revision", "sealed"}
#: Which of them each call of a function may name: read, write or make a condition of.
NAMED: dict[tuple[str, str, str], set[str]] = {
    (WEB, "responses", "put"): SENT,
    (WEB, "responses", "update"): SENT | {"batch", "gone"},
    (PUBLISH, "responses", "update"): {"mark", "pending", "batch"},
    (PUBLISH, "responses", "update if"): {"mark", "pending", "batch"},
    (PUBLISH, "tallies", "update"): COUNTS,
    (PURGE, "responses", "query keys"): set(),
    (PURGE, "responses", "delete if"): set(),
    (PURGE, "tallies", "query keys"): COUNTS,
    (PURGE, "tallies", "put"): {"body"},
    (PURGE, "access", "scan keys"): set(),
    (AUDIT, "responses", "query keys"): {"v", "answers", "pending", "batch", "gone"},
    (AUDIT, "tallies", "query keys"): COUNTS,
}


def every_call(
    name: str, table: Table, partition: str = "x", attribute: str | None = None
) -> dict[str, tuple[str, dict[str, Any]]]:
    """Every way to reach a table (``name`` in full): what to call it, the client's method and its parameters.

    ``attribute``: one that it names besides keys.
    """
    key = {table.hash_key: {"S": partition}, **({table.range_key: {"S": "x"}} if table.range_key else {})}
    one, item = {"TableName": name, "Key": key}, {"TableName": name, "Item": key}
    if attribute:
        item["Item"] = key | {attribute: {"S": "x"}}
    alias = {"ExpressionAttributeNames": {"#any": attribute or COMMON[table.name]}}
    change = {"UpdateExpression": "SET #any = :x", "ExpressionAttributeValues": {":x": {"S": "x"}}, **alias}
    # It never holds, whatever tests before this one stored: moto knows no update that changes nothing.
    check = {"ConditionExpression": "attribute_exists(#any) AND attribute_not_exists(#any)", **alias}
    is_key = {
        "ExpressionAttributeValues": {":x": {"S": partition}},
        "ExpressionAttributeNames": {"#key": table.hash_key},
    }
    seen = check | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    aliases = {"#key": table.hash_key} | ({"#any": attribute} if attribute else {})
    query = {"TableName": name, "KeyConditionExpression": "#key = :x", **is_key}
    keys = {
        "Select": "SPECIFIC_ATTRIBUTES",
        "ProjectionExpression": ", ".join(aliases),
        "ExpressionAttributeNames": aliases,
    }
    pending = query | {"IndexName": "pending", "ExpressionAttributeNames": {"#key": "pending"}}
    statement = {"Statement": f'SELECT * FROM "{name}"'}  # noqa: S608  # the test's own table
    return {
        "get": ("get_item", one),
        "get together": ("transact_get_items", {"TransactItems": [{"Get": one}]}),
        "get in a batch": ("batch_get_item", {"RequestItems": {name: {"Keys": [key]}}}),
        "query": ("query", query),
        "query keys": ("query", query | keys),
        "query pending": ("query", pending),
        "scan": ("scan", {"TableName": name}),
        "scan for a key": ("scan", {"TableName": name, "FilterExpression": "#key = :x", **is_key}),
        "scan keys": ("scan", {"TableName": name} | keys),
        "scan pending": ("scan", {"TableName": name, "IndexName": "pending"}),
        "put": ("put_item", item),
        "put together": ("transact_write_items", {"TransactItems": [{"Put": item}]}),
        "put in a batch": ("batch_write_item", {"RequestItems": {name: [{"PutRequest": {"Item": key}}]}}),
        "put, old back": ("put_item", item | {"ReturnValues": "ALL_OLD"}),
        "put, what stands back": ("put_item", item | seen),
        "put together, what stands back": ("transact_write_items", {"TransactItems": [{"Put": item | seen}]}),
        "update": ("update_item", one | change),
        "update if": ("update_item", one | check),
        "update together": ("transact_write_items", {"TransactItems": [{"Update": one | change}]}),
        "update, new back": ("update_item", one | change | {"ReturnValues": "ALL_NEW"}),
        "update, what stands back": ("update_item", one | change | seen),
        "update together, what stands back": ("transact_write_items", {"TransactItems": [{"Update": one | seen}]}),
        "delete": ("delete_item", one),
        "delete if": ("delete_item", one | check),
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


@pytest.mark.parametrize("table", [SURVEYS, RESPONSES, TALLIES], ids=lambda table: table.name)
@pytest.mark.parametrize("function", DEPLOYED)
def test_function_is_refused_every_call_but_those_it_needs_P2(
    refused: Refusals, shared: Database, function: str, table: Table
) -> None:
    calls = every_call(shared.name(table), table)
    made = {call for call in calls if not refused(function, *calls[call])}
    assert made == ALLOWED.get((function, table.name), set())


@pytest.mark.parametrize(("function", "key"), ALLOWED_KEYS)
def test_function_reaches_what_it_needs_of_each_kind_of_key_P2(
    refused: Refusals, shared: Database, function: str, key: str
) -> None:
    """The web tier uses up invitations, and can delete no receipt key and no analyst's token.

    What its condition says of a request without keys: ``tests/contracts/test_tables.py``.
    """
    calls = every_call(shared.name(ACCESS), ACCESS, key)
    assert {call for call in calls if not refused(function, *calls[call])} == ALLOWED_KEYS[function, key]


@pytest.mark.parametrize(("function", "table", "call"), NAMED)
def test_function_names_the_attributes_it_needs_and_no_other_P1_P2(
    refused: Refusals, shared: Database, function: str, table: str, call: str
) -> None:
    """No attribute is ever stored beside those there are; nobody but an operator can read or guess at a text.

    ``dynamodb:Attributes`` are what a request names, conditions too, not what it is answered (source:
    ``tests/dynamodb_calls.py``): it ends guesses by a condition, and says nothing of the item that failed one.
    """
    (known,) = (each for each in TABLES if each.name == table)

    def parameters(attribute: str) -> tuple[str, dict[str, Any]]:
        return every_call(shared.name(known), known, attribute=attribute)[call]

    named = {attribute for attribute in ATTRIBUTES[table] if not refused(function, *parameters(attribute))}
    assert named == NAMED[function, table, call]


@pytest.mark.parametrize("function", DEPLOYED)
def test_function_writes_to_its_own_log_group_P1(function: str) -> None:
    groups = [f"arn:Partition:logs:Region:AccountId:log-group:/aws/lambda/paraply-Stage-{name}" for name in DEPLOYED]
    accesses = [Access(f"logs:{action}", f"{group}:log-stream:x") for group in groups for action in WRITES_LOGS]
    allowed = [access for access in accesses if policy(function).allows(access)]
    assert [access.resource.rpartition("-Stage-")[2] for access in allowed] == 2 * [f"{function}:log-stream:x"]


@pytest.mark.parametrize(
    ("function", "call", "said"),
    [
        (WEB, "get", "GetItem on ResponsesTable at x of part, rid"),
        (WEB, "query pending", "Query on ResponsesTable/index/pending at x of pending"),
        (WEB, "put, old back", "PutItem on ResponsesTable at x of part, rid returning ALL_OLD"),
        (WEB, "put together, what stands back", "PutItem on ResponsesTable at x of mark, part, rid returning ALL_OLD"),
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
    assert said == ["api_handler: PutItem on SurveysTable at member of item, survey"]
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
    assert guard.take_refusals() == ["api_handler: GetItem on ResponsesTable at x of part, rid"]


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
    an_open_survey(services, a_question("scale"), a_question("short_text"), policy="exact")
    an_open_survey(services, a_question("scale"), survey="b-survey", policy="exact", access="invitation")
    an_open_survey(services, a_question("short_text"), survey="c-survey", policy="exact", results="held", text="plain")
    publish_definition(services, a_definition(survey="d-survey"), [public for public, _ in identities()])
    codes, token = list(invite(services, "b-survey", 3)), create_token(services, "c-survey", 14).token
    link = f"/{start_test(services, 'd-survey')}"
    with guard.recording() as record:
        for number in (1, 2):
            as_deployed(database, clock)
            requests(browser, codes, number)
            assert browser.send_json({"word": "rest"}, "c-survey").status_code == 201
            assert browser.get("/api/surveys/c-survey/releases", **bearer(token)).status_code == 200
            assert_page(browser.get(link), NOT_KEPT)
            for function in (PUBLISH, AUDIT):
                as_deployed(database, clock)
                invoke(browser.client, function)
        for survey in ("a-survey", "b-survey", "c-survey"):
            close_and_wait(services, clock, survey)
        for days, function in ((0, PUBLISH), (90, PURGE), (0, AUDIT)):
            clock.advance(days=days)
            as_deployed(database, clock)
            invoke(browser.client, function)
    states = [survey.state for survey in map(services.surveys.get, services.surveys.ids()) if survey]
    assert states == ["purged", "purged", "purged", "test"]
    assert [unused(function, record) for function in DEPLOYED] == [set()] * len(DEPLOYED)


def test_code_of_every_job_is_known_to_the_guard() -> None:
    # What all jobs share calls in the name of the job that called it: that is the next frame which the guard knows.
    shared = {"__init__", "alarm", "turns"}
    modules = {path.stem for path in Path(str(jobs.__file__)).parent.glob("*.py")} - shared
    assert {f"chalicelib.jobs.{name}" for name in modules} == {name for name in FUNCTIONS if ".jobs." in name}
    assert set(FUNCTIONS.values()) == {*DEPLOYED, OPERATOR}


def test_table_that_is_not_deployed_is_an_error() -> None:
    with pytest.raises(KeyError):
        calls_of("GetItem", {"TableName": "paraply-others"}, LOGICAL_NAMES)


def test_parameter_of_before_there_were_expressions_is_an_error() -> None:
    with pytest.raises(ValueError, match="AttributesToGet"):
        calls_of("GetItem", {"TableName": "paraply-access", "Key": {}, "AttributesToGet": ["secret"]}, LOGICAL_NAMES)
