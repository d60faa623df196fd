"""What respondents never met stays so: versions from before the opening, half-stored ones, tests without their link."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.services import Services
from chalicelib.storage.database import Database
from chalicelib.storage.tables import ACCESS, SURVEYS
from chalicelib.web.http import NOT_KEPT
from operation.lifecycle import open_survey, publish_definition, require_survey, start_test
from tests.builders import Browser, FakeClock, a_definition, a_question, stored_items, text
from tests.fakes import Crashed, DisturbedClient, StandIn, crash
from tests.functional.shapes import assert_page, assert_problem

SCALE, CONSENT = a_question("scale"), a_question("consent")
DRAFT = a_question("scale", label=text("The wording of the draft?"))


@dataclass
class TableClient(StandIn):
    """Remembers which table each call was for."""

    tables: list[str] = field(default_factory=list)

    def call(self, operation: str, /, **parameters: Any) -> Any:
        self.tables.append(parameters["TableName"])
        return super().call(operation, **parameters)


def publish_two_versions(services: Services) -> None:
    """The draft has no consent; the version after it has."""
    publish_definition(services, a_definition(DRAFT, policy="exact"), [])
    publish_definition(services, a_definition(SCALE, CONSENT, policy="exact"), [])


@pytest.fixture
def consented(services: Services) -> None:
    publish_two_versions(services)
    open_survey(services, "a-survey")


@pytest.mark.parametrize(
    ("version", "code"),
    [
        *((number, "unknown_version") for number in (1, 3, 10**9)),
        *((value, "unfit_submission") for value in (0, -1, True, 2.0, "1", None)),
    ],
)
def test_draft_is_not_answered_through_the_api(
    browser: Browser, services: Services, consented: None, version: object, code: str
) -> None:
    assert_problem(browser.send_json({"mood": 3}, version=version), 400, code)
    assert stored_items(services) == []


def test_consent_of_the_opened_version_is_asked_for_whatever_version_is_named(
    browser: Browser, services: Services, consented: None
) -> None:
    for sent in (browser.send_json({"mood": 3}), browser.send_json({"mood": 3}, version=2)):
        problems = assert_problem(sent, 422, "invalid_answers")["problems"]
        assert [(one["question"], one["code"]) for one in problems] == [("agreed", "consent_required")]
    for number in ("1", "0001", "0", "2", "3", ""):
        page = assert_page(browser.send_form({"mood": ["3"], "_version": [number]}), 422)
        assert any("Tick the box if you agree" in found for found in page.texts["a"])
        assert page.hidden["_version"] == ["2"]
    assert stored_items(services) == []
    assert browser.send_form({"mood": ["3"], "agreed": ["given"], "_version": ["1"]}).status_code == 200
    assert [item["v"] for item in stored_items(services)] == [{"N": "2"}]


def test_draft_is_not_seen(browser: Browser, consented: None) -> None:
    replies = [
        browser.get("/s/a-survey?version=1&_version=1"),
        browser.get("/api/surveys/a-survey?version=1"),
        browser.send_form({"_version": ["1"], "_switch": ["en"]}),
        browser.send_form({"_version": ["1"]}),
    ]
    assert [reply.status_code for reply in replies] == [NOT_KEPT, 200, 200, 422]
    for reply in replies:
        assert "About scale?" in reply.body.decode()
        assert "The wording of the draft?" not in reply.body.decode()


def test_draft_is_neither_answered_nor_seen_under_test(browser: Browser, services: Services) -> None:
    publish_two_versions(services)
    link = f"/{start_test(services, 'a-survey')}"
    services.clock.advance(minutes=1)  # type: ignore[attr-defined]
    page = assert_page(browser.post(link, urlencode({"_version": "1", "mood": "3"})), 422)
    assert "The wording of the draft?" not in page.html
    assert page.hidden["_version"] == ["2"]
    token = link.partition("?")[2]
    path = f"/api/surveys/a-survey/responses?{token}"
    body = '{"answers": {"mood": 3}, "version": 1}'
    reply = browser.post(path, body, "application/json", **{"Idempotency-Key": secrets.token_hex(16)})
    assert_problem(reply, 400, "unknown_version")
    assert stored_items(services, rehearsal=True) == []


@pytest.mark.parametrize("earlier", [0, 1])
@pytest.mark.parametrize("at", range(4))
def test_publishing_that_was_cut_short_anywhere_does_not_burn_the_name(
    browser: Browser, services: Services, database: Database, at: int, earlier: int
) -> None:
    for _ in range(earlier):
        publish_definition(services, a_definition(SCALE, policy="exact"), [])
    plain = database.client
    database.replace_client(DisturbedClient(plain, at, crash))
    with pytest.raises(Crashed):
        publish_definition(services, a_definition(DRAFT, policy="exact"), [])
    database.replace_client(plain)
    publish_definition(services, a_definition(SCALE, CONSENT, policy="exact"), [])
    survey = open_survey(services, "a-survey")
    assert survey == require_survey(services, "a-survey")
    assert services.surveys.ids() == ["a-survey"]
    assert [question.id for question in services.version("a-survey", survey.version).questionnaire.questions] == [
        "mood",
        "agreed",
    ]
    assert browser.send_json({"mood": 3, "agreed": True}).status_code == 201
    for version in range(1, survey.version):
        assert_problem(browser.send_json({"mood": 3}, version=version), 400, "unknown_version")


def test_version_of_a_publishing_that_was_cut_short_is_never_met(
    browser: Browser, services: Services, database: Database
) -> None:
    services.surveys.add_questionnaire("a-survey", 1, a_definition(DRAFT).questionnaire)
    survey = publish_definition(services, a_definition(SCALE, CONSENT, policy="exact"), [])
    assert survey.version == 2
    opened = open_survey(services, "a-survey")
    assert [number for number in range(5) if opened.has_published(number)] == [2]
    assert_problem(browser.send_json({"mood": 3}, version=1), 400, "unknown_version")


def test_version_of_a_publishing_that_was_cut_short_while_open_is_never_met(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    more = a_question("yes_no")
    publish_definition(services, a_definition(SCALE, policy="exact"), [])
    open_survey(services, "a-survey")
    services.surveys.add_questionnaire("a-survey", 2, a_definition(DRAFT, CONSENT, policy="exact").questionnaire)
    survey = publish_definition(services, a_definition(SCALE, more, policy="exact"), [])
    assert (survey.version, survey.published) == (3, (1, 3))
    clock.advance(seconds=30)
    assert_problem(browser.send_json({"mood": 3}, version=2), 400, "unknown_version")
    assert browser.send_json({"mood": 3}, version=1).status_code == 201
    page = assert_page(browser.send_form({"mood": ["3"], "police_met": ["maybe"], "_version": ["2"]}), 422)
    assert page.hidden["_version"] == ["3"]
    assert [variable.id for variable in services.version("a-survey", survey.version).codebook.variables] == [
        "mood",
        "police_met",
    ]
    # What nobody met binds nobody: the next version is compared with the first and the third.
    assert publish_definition(services, a_definition(SCALE, more, CONSENT, policy="exact"), []).published == (1, 3, 4)


@pytest.mark.parametrize("query", ["", "?token=", "?lang=en"])
@pytest.mark.parametrize("path", ["/s/a-survey", "/s/a-survey/results", "/api/surveys/a-survey"])
def test_survey_under_test_without_a_token_costs_no_more_than_one_that_is_not_there(
    browser: Browser, services: Services, database: Database, path: str, query: str
) -> None:
    publish_two_versions(services)
    start_test(services, "a-survey")
    client = TableClient(database.client)
    database.replace_client(client)
    assert browser.get(f"{path}{query}").status_code == 404
    assert client.tables == [database.name(SURVEYS)]
    assert browser.get(f"{path}?token=00000000000000000000000000").status_code == 404
    assert client.tables[1:] == [database.name(SURVEYS), database.name(ACCESS)]
