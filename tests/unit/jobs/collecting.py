"""What the tests of the publish job share: respondents, a run that is disturbed, and what was printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.jobs.audit import audit_survey
from chalicelib.jobs.publish import publish_survey
from chalicelib.publication.release import Release
from chalicelib.responses.receipt import read_receipt, rid_of
from chalicelib.services import Services
from chalicelib.storage.database import Database
from operation.lifecycle import invite, require_survey
from tests.builders import Browser, a_question
from tests.fakes import DisturbedClient

COUNTRY = a_question("single_choice")


def every_call(calls: int, fast: int = 6) -> list[Any]:
    """Each call of a run by number; the fast tier takes one in ``fast``, off the beat of the shards' two."""
    return [pytest.param(at, marks=[] if at % fast == at // fast % 2 else pytest.mark.slow) for at in range(calls)]


def answer(browser: Browser, times: int, code: str = "se", survey: str = "a-survey") -> list[str]:
    """So many respondents, each with an invitation where the survey asks for one; their receipts."""
    services = browser.services
    is_invited = require_survey(services, survey).settings.access == "invitation"
    codes = list(invite(services, survey, times)) if is_invited else []
    sent = [{"invitation": code_} for code_ in codes] or [{}] * times
    replies = [browser.send_json({"country": code}, survey=survey, **more) for more in sent]
    assert all(reply.status_code == 201 for reply in replies)
    return [reply.json_body["receipt"] for reply in replies]


def withdraw(services: Services, receipt: str) -> None:
    key = services.receipt_key(require_survey(services, "a-survey"))
    assert services.responses.withdraw("a-survey", rid_of(key, read_receipt(receipt) or ""))


def run_disturbed(services: Services, database: Database, at: int, disturb: Callable[[], object]) -> None:
    """A run of the publish job before whose call numbered ``at`` something happens; after it, if it makes fewer."""
    plain = database.client

    def on_the_way() -> None:
        database.replace_client(plain)
        disturb()

    client = DisturbedClient(plain, at, on_the_way)
    database.replace_client(client)
    try:
        publish_survey(services, "a-survey")
    finally:
        database.replace_client(plain)
    if client.made <= at:
        disturb()


def latest(services: Services, survey: str = "a-survey") -> Release:
    release = services.surveys.latest_release(survey)
    assert release is not None
    return release


def counts(release: Release, table: str = "country") -> dict[str, int]:
    (found,) = [one for one in release.tables if one.id == table]
    return {cell.code: cell.count for cell in found.cells}


def assert_ledger_holds(services: Services) -> None:
    assert audit_survey(services, require_survey(services, "a-survey")).adds_up
