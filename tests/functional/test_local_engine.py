"""The database port of `make run`: for programs on this machine, not for what a web page makes a browser do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from chalicelib.services import Services, utc_now
from chalicelib.settings import Settings
from chalicelib.storage.database import Database
from operation.local.moto_engine import _for_programs, served_on
from tests.builders import a_question, an_open_survey
from tests.served import free_port

#: What boto3 sends, as WSGI has it.
PROGRAM = {"HTTP_HOST": "127.0.0.1:8001", "HTTP_X_AMZ_TARGET": "DynamoDB_20120810.ListTables"}


def asked(**changes: str | None) -> tuple[str, bytes, bool]:
    """Status and body of the reply to a program's request with ``changes``, and whether the engine saw it."""
    statuses: list[str] = []
    seen: list[dict[str, Any]] = []

    def engine(environment: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        seen.append(environment)
        start_response("200 OK", [])
        return [b"tables"]

    environment = {name: value for name, value in (PROGRAM | changes).items() if value is not None}
    body = b"".join(_for_programs(engine)(environment, lambda status, headers: statuses.append(status)))
    (status,) = statuses
    return status, body, bool(seen)


@pytest.mark.parametrize("host", ["127.0.0.1:8001", "localhost:8001"])
def test_program_on_this_machine_is_answered(host: str) -> None:
    assert asked(HTTP_HOST=host) == ("200 OK", b"tables", True)


@pytest.mark.parametrize(
    "changes",
    [
        {"HTTP_ORIGIN": "https://elsewhere.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "http://127.0.0.1:8000"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-origin"},
        {"HTTP_SEC_FETCH_SITE": "none"},
        {"HTTP_HOST": "elsewhere.example:8001"},
        {"HTTP_HOST": "127.0.0.1.elsewhere.example:8001"},
        {"HTTP_HOST": "localhost.elsewhere.example:8001"},
        {"HTTP_HOST": "192.0.2.7:8001"},
        {"HTTP_HOST": ""},
        {"HTTP_HOST": None},
        {"HTTP_X_AMZ_TARGET": None},
    ],
    ids=str,
)
def test_request_that_a_web_page_could_cause_is_refused_before_the_engine_sees_it(changes: dict[str, Any]) -> None:
    status, body, was_seen = asked(**changes)
    assert (status, was_seen) == ("403 Forbidden", False)
    assert body == b"For programs on this machine that speak DynamoDB's protocol.\n"


def test_boto3_works_through_the_port_and_sees_the_same_data(database: Database, services: Services) -> None:
    an_open_survey(services, a_question("scale"))
    port = free_port()
    with served_on(port):
        settings = Settings(table_prefix=database._prefix, region="eu-north-1", endpoint=f"http://127.0.0.1:{port}")
        through = Services.on(Database.from_settings(settings), utc_now)
        survey = through.surveys.get("a-survey")
        assert survey == services.surveys.get("a-survey")
        assert survey is not None
        through.surveys.save(survey.model_copy(update={"state": "closed"}))
    found = services.surveys.get("a-survey")
    assert found is not None
    assert found.state == "closed"
