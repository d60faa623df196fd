"""Two versions with exact numbers, answered side by side: a form once loaded can be sent, and both are counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice.test import HTTPResponse

from chalicelib.jobs import publish_releases
from chalicelib.jobs.audit import audit_survey
from chalicelib.questionnaire.definition import Definition
from chalicelib.services import Services
from chalicelib.storage.database import Database
from chalicelib.web.http import NOT_KEPT
from operation.lifecycle import open_survey, publish_definition, require_survey
from tests.builders import (
    Browser,
    FakeClock,
    a_document,
    a_question,
    options,
    stored_items,
    text,
)
from tests.fakes import Crashed, DisturbedClient, crash
from tests.functional.commands import Operate, done
from tests.functional.shapes import Page, assert_page, assert_problem, receipt_in

COUNTRY = a_question("single_choice", label=text("Wher do you live?"), options=options("se", "no"))
MENDED = a_question(
    "single_choice", label=text("Where do you live?", sv="Var bor du?"), options=options("se", "no", "dk")
)
HARDER = a_question("matrix", rows=[{"code": "home", "label": text("Home")}])
FIRST = [COUNTRY, HARDER, a_question("number"), a_question("date", required_because=text("We must know."))]
SECOND = [MENDED, a_question("matrix"), a_question("number"), FIRST[3], a_question("yes_no")]
MOVED = {"moved": "2024-02-29"}
MOVED_FIELDS = {"moved.year": ["2024"], "moved.month": ["2"], "moved.day": ["29"]}


def a_definition_of(*questions: dict[str, Any]) -> Definition:
    document = a_document(*questions, policy="exact")
    document["questionnaire"]["languages"]["sv"] = {"name": "Svenska", "reviewed_by": "En Granskare"}
    document["questionnaire"]["title"]["sv"] = "Några frågor"
    return Definition.model_validate(document)


def opened(services: Services) -> None:
    publish_definition(services, a_definition_of(*FIRST), [])
    open_survey(services, "a-survey")


def second_version(services: Services) -> None:
    publish_definition(services, a_definition_of(*SECOND), [])


def loaded(browser: Browser, path: str = "/s/a-survey") -> Page:
    return assert_page(browser.get(path), NOT_KEPT)


def sent(browser: Browser, page: Page, fields: dict[str, list[str]], **more: list[str]) -> HTTPResponse:
    """Press a button of the form that was loaded as ``page``."""
    return browser.post("/s/a-survey", urlencode({**page.hidden, **fields, **more}, doseq=True))


def versions_stored(services: Services) -> list[str]:
    return sorted(item["v"]["N"] for item in stored_items(services))


def table(browser: Browser, name: str) -> dict[str, Any]:
    found: dict[str, Any] = browser.get("/api/surveys/a-survey/releases/latest").json_body
    return next(each for each in found["tables"] if each["id"] == name)


def counts(browser: Browser, name: str = "country") -> dict[str, int]:
    return {cell["code"]: cell["count"] for cell in table(browser, name)["cells"]}


# --- one table -------------------------------------------------------------------------------------------------------


def test_form_loaded_before_a_new_version_is_sent_after_it_and_both_are_counted(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    opened(services)
    before = loaded(browser)
    second_version(services)
    clock.advance(minutes=1)
    after = loaded(browser)
    clock.advance(minutes=1)
    for page, answers in ((before, {"country": ["se"]}), (after, {"country": ["dk"], "police_met": ["yes"]})):
        assert sent(browser, page, {**answers, **MOVED_FIELDS}).status_code == 200
    browser.send_json({"country": "se", **MOVED}, version=1)
    browser.send_json({"country": "no", **MOVED})
    assert versions_stored(services) == ["1", "1", "2", "2"]
    publish_releases(services)
    assert counts(browser) == {"se": 2, "no": 1, "dk": 1, "no_answer": 0}
    assert counts(browser, "moved") == {"before": 0, "since": 4, "no_answer": 0}


def test_audit_adds_up_over_versions_and_withdrawals_P6(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    opened(services)
    receipts = [browser.send_json(MOVED).json_body["receipt"] for _ in range(3)]
    second_version(services)
    clock.advance(minutes=1)
    receipts += [browser.send_json({"country": "dk", **MOVED}).json_body["receipt"] for _ in range(3)]
    done(operate("release"))
    for receipt in receipts[2:4]:
        assert browser.post("/s/a-survey/withdraw", f"receipt={receipt}").status_code == 200
    assert done(operate("audit", "a-survey")).endswith("0 pending, 4 counted, 2 withdrawn\nThe ledger adds up.\n")


# --- a form of the first version --------------------------------------------------------------------------------------


def test_form_with_errors_comes_back_in_the_version_it_was_loaded_with_P12(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    opened(services)
    before = loaded(browser)
    second_version(services)
    clock.advance(minutes=1)
    typed = {"country": ["no"], "harder.home": ["much"], "clients": ["many"], "moved.year": ["2024"]}
    page = assert_page(sent(browser, before, typed), 422)
    assert page.hidden == {**before.hidden, "_checked": ["1"]}
    assert page.typed == typed
    assert "Wher do you live?" in page.html
    assert "dk" not in {tag.get("value") for tag in page.all("input")}
    assert sent(browser, page, {"country": ["no"], **MOVED_FIELDS}).status_code == 200
    assert versions_stored(services) == ["1"]


def test_switch_of_language_keeps_the_version_and_what_was_typed(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    opened(services)
    before = loaded(browser)
    second_version(services)
    clock.advance(minutes=1)
    page = assert_page(sent(browser, before, {"country": ["no"], **MOVED_FIELDS}, _switch=["sv"]), 200, "sv")
    assert page.hidden == {**before.hidden, "_language": ["sv"]}
    assert page.typed == {"country": ["no"], **MOVED_FIELDS}
    assert "Wher do you live?" in page.html
    assert "Var bor du?" in assert_page(browser.get("/s/a-survey?lang=sv"), NOT_KEPT, "sv").html


def test_form_sent_again_after_a_new_version_is_still_one_response_P5(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    opened(services)
    before = loaded(browser)
    clock.advance(minutes=1)
    first = sent(browser, before, {"country": ["no"], **MOVED_FIELDS})
    second_version(services)
    clock.advance(minutes=1)
    again = sent(browser, before, {"country": ["se"], **MOVED_FIELDS})
    assert receipt_in(again) == receipt_in(first)
    assert versions_stored(services) == ["1"]


def test_answers_sent_with_one_key_to_both_versions_are_the_latter(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    opened(services)
    second_version(services)
    clock.advance(minutes=1)
    key = "00112233445566778899aabbccddeeff"
    assert browser.send_json({"country": "se", **MOVED}, key=key, version=1).status_code == 201
    assert browser.send_json({"country": "dk", **MOVED}, key=key).status_code == 200
    assert versions_stored(services) == ["2"]
    publish_releases(services)
    assert counts(browser) == {"se": 0, "no": 0, "dk": 1, "no_answer": 0}


@pytest.mark.parametrize("number", ["", "0", "3", "9999", "-1", "1.0", "١", "x", "00001"])
def test_form_of_no_version_is_read_as_the_latest(
    browser: Browser, services: Services, clock: FakeClock, number: str
) -> None:
    opened(services)
    second_version(services)
    page = loaded(browser)
    clock.advance(minutes=1)
    assert sent(browser, page, {"country": ["dk"], **MOVED_FIELDS}, _version=[number]).status_code == 200
    assert versions_stored(services) == ["2"]


def test_form_of_a_draft_is_read_as_the_version_that_was_opened(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    publish_definition(services, a_definition_of(*FIRST), [])
    publish_definition(services, a_definition_of(*SECOND), [])
    open_survey(services, "a-survey")
    page = loaded(browser)
    clock.advance(minutes=1)
    assert sent(browser, page, {"country": ["dk"], **MOVED_FIELDS}, _version=["1"]).status_code == 200
    assert versions_stored(services) == ["2"]
    assert_problem(browser.send_json(MOVED, version=1), 400, "unknown_version")


# --- another process --------------------------------------------------------------------------------------------------


def test_form_of_a_version_that_this_process_has_not_heard_of_is_sent(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    opened(services)
    page = loaded(browser)
    second_version(services)
    clock.advance(seconds=20)
    assert loaded(browser).hidden["_version"] == ["1"], "it is remembered for half a minute"
    reply = sent(browser, page, {"country": ["dk"], "police_met": ["yes"], **MOVED_FIELDS}, _version=["2"])
    assert reply.status_code == 200
    assert versions_stored(services) == ["2"]


def test_json_of_a_version_that_this_process_has_not_heard_of_is_found(browser: Browser, services: Services) -> None:
    opened(services)
    loaded(browser)
    second_version(services)
    assert browser.send_json({"country": "dk", **MOVED}, version=2).status_code == 201


# --- what is shown of versions ----------------------------------------------------------------------------------------


def both_answered(browser: Browser, services: Services, clock: FakeClock) -> None:
    opened(services)
    browser.send_json({"country": "se", "harder": {"home": "some"}, "clients": 0, **MOVED})
    publish_releases(services)
    second_version(services)
    clock.advance(minutes=1)
    new = {"country": "dk", "harder": {"work": "much"}, "clients": 300, "moved": "2020-01-01", "police_met": True}
    browser.send_json(new)
    publish_releases(services)


def test_export_has_one_table_of_both_versions(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    both_answered(browser, services, clock)
    done(operate("export", "a-survey", "--to", "out"))
    header, *records = Path("out/codes.csv").read_text("utf-8-sig").splitlines()
    assert header == "record,batch,version,country,harder.home,harder.work,clients,moved,police_met"
    assert sorted(record.partition(",")[2] for record in records) == [
        "1,1,se,some,,0,2024-02-29,",
        "2,2,dk,,much,300,2020-01-01,yes",
    ]
    header, *records = Path("out/labels.csv").read_text("utf-8-sig").splitlines()
    assert header == (
        "record,batch,version,Where do you live?,About matrix?: Home,About matrix?: Work,About number?,About date?,"
        "About yes_no?"
    )
    assert sorted(record.partition(",")[2] for record in records) == [
        "1,1,SE,SOME,,0,2024-02-29,",
        "2,2,DK,,MUCH,300,2020-01-01,Yes",
    ]


# --- a version that comes while it is counted -------------------------------------------------------------------------


#: Each call of a run by number; the fast tier takes every seventh.
CALLS = [pytest.param(at, marks=[] if at % 7 == 3 else pytest.mark.slow) for at in range(28)]


@pytest.mark.slow
@pytest.mark.parametrize("at", CALLS)
def test_version_published_and_answered_while_it_is_counted_is_counted_whole_P6(
    browser: Browser, services: Services, database: Database, clock: FakeClock, at: int
) -> None:
    opened(services)
    for _ in range(2):
        browser.send_json({"country": "se", **MOVED})
    plain = database.client

    def publish_meanwhile() -> None:
        database.replace_client(plain)
        second_version(services)
        browser.send_json({"country": "dk", **MOVED}, version=2)

    database.replace_client(DisturbedClient(plain, at, publish_meanwhile))
    publish_releases(services)
    run_until_nothing_is_due(services)
    assert counts(browser) == {"se": 2, "no": 0, "dk": 1, "no_answer": 0}
    assert_all_adds_up(browser, services, responses=3)


@pytest.mark.parametrize("at", CALLS)
def test_run_killed_between_two_versions_is_finished_by_the_next_one_P6(
    browser: Browser, services: Services, database: Database, at: int
) -> None:
    opened(services)
    browser.send_json({"country": "se", **MOVED})
    plain = database.client
    database.replace_client(DisturbedClient(plain, at, crash))
    with pytest.raises(Crashed):
        publish_releases(services)
    database.replace_client(plain)
    second_version(services)
    browser.send_json({"country": "dk", **MOVED}, version=2)
    run_until_nothing_is_due(services)
    assert counts(browser) == {"se": 1, "no": 0, "dk": 1, "no_answer": 0}
    assert_all_adds_up(browser, services, responses=2)


def run_until_nothing_is_due(services: Services) -> None:
    while any(outcome.released for outcome in publish_releases(services)):
        pass


def assert_all_adds_up(browser: Browser, services: Services, responses: int) -> None:
    assert browser.get("/api/surveys/a-survey/releases/latest").json_body["responses"] == responses
    audit = audit_survey(services, require_survey(services, "a-survey"))
    assert (audit.pending, audit.counted, audit.adds_up) == (0, responses, True)
