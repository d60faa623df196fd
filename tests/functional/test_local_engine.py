"""The database port of `make run`: for programs on this machine, not for what a web page makes a browser do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from chalicelib.services import Services, utc_now
from chalicelib.settings import Settings
from chalicelib.storage.database import Database
from operation.local.moto_engine import _for_programs, served_on
from tests.builders import a_question, an_open_survey, stored_survey
from tests.rebinding import FROM_PAGES, FROM_PROGRAMS, REFUSAL, changed
from tests.served import free_port


def asked(changes: Mapping[str, str | None]) -> tuple[str, bytes, bool]:
    """Status and body of the reply to a program's request with ``changes``, and whether the engine saw it."""
    statuses: list[str] = []
    seen: list[dict[str, Any]] = []

    def engine(environment: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        seen.append(environment)
        start_response("200 OK", [])
        return [b"tables"]

    environment = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in changed(changes).items()}
    body = b"".join(_for_programs(engine)(environment, lambda status, headers: statuses.append(status)))
    (status,) = statuses
    return status, body, bool(seen)


@pytest.mark.parametrize("changes", FROM_PROGRAMS, ids=str)
def test_program_on_this_machine_is_answered(changes: Mapping[str, str | None]) -> None:
    assert asked(changes) == ("200 OK", b"tables", True)


@pytest.mark.parametrize("changes", FROM_PAGES, ids=str)
def test_request_that_a_web_page_could_cause_is_refused_before_the_engine_sees_it(
    changes: Mapping[str, str | None],
) -> None:
    assert asked(changes) == ("403 Forbidden", REFUSAL, False)


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
    assert stored_survey(services).state == "closed"
