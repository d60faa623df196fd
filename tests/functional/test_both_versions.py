"""Two versions answered side by side: a form once loaded can be sent, and both are counted in one table."""

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
from operation.lifecycle import invite, open_survey, publish_definition, require_survey
from tests.builders import (
    Browser,
    FakeClock,
    a_document,
    a_question,
    close_and_wait,
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


def a_definition_of(*questions: dict[str, Any], **settings: Any) -> Definition:
    document = a_document(*questions, **settings)
    document["questionnaire"]["languages"]["sv"] = {"name": "Svenska", "reviewed_by": "En Granskare"}
    document["questionnaire"]["title"]["sv"] = "Några frågor"
    return Definition.model_validate(document)


def opened(services: Services, **settings: Any) -> None:
    publish_definition(services, a_definition_of(*FIRST, **settings), [])
    open_survey(services, "a-survey")


def second_version(services: Services, **settings: Any) -> None:
    publish_definition(services, a_definition_of(*SECOND, **settings), [])


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


@pytest.mark.parametrize("settings", [{"policy": "exact"}, {"policy": "protected", "access": "invitation"}])
def test_form_loaded_before_a_new_version_is_sent_after_it_and_both_are_counted_in_one_table(
    browser: Browser, services: Services, clock: FakeClock, settings: dict[str, str]
) -> None:
    opened(services, **settings)
    invited = [{"invitation": code} for code in invite(services, "a-survey", 25)] if "access" in settings else [{}] * 25
    before = loaded(browser)
    second_version(services, **settings)
    clock.advance(minutes=1)
    after = loaded(browser)
    clock.advance(minutes=1)
    for page, answers in ((before, {"country": ["se"]}), (after, {"country": ["dk"], "police_met": ["yes"]})):
        fields = {**answers, **MOVED_FIELDS, "_invitation": list(invited.pop().values())}
        assert sent(browser, page, fields).status_code == 200
    for number in range(9):
        browser.send_json({"country": "se", **MOVED}, version=1 + number % 2, **invited.pop())
    for number in range(14):
        browser.send_json({"country": "dk" if number < 9 else "no", **MOVED}, **invited.pop())
    assert versions_stored(services) == ["1"] * 6 + ["2"] * 19
    close_and_wait(services, clock)
    assert [outcome.released for outcome in publish_releases(services)] == [1]
    assert counts(browser) == {"se": 10, "no": 5, "dk": 10, "no_answer": 0}
    assert counts(browser, "moved") == {"before": 0, "since": 25, "no_answer": 0}
    # Who answered the first version was not asked, and stands under “no answer”.
    if settings["policy"] == "exact":
        assert counts(browser, "_version") == {"2": 19, "1": 6}
        assert sum(counts(browser, "police_met").values()) == sum(counts(browser, "harder.work").values()) == 25
    assert audit_survey(services, require_survey(services, "a-survey")).adds_up


@pytest.mark.parametrize(("later", "is_printed"), [(9, False), (40, True)])
def test_newer_questions_of_a_protected_survey_are_printed_of_20_or_more_who_met_them_P7(
    browser: Browser, services: Services, clock: FakeClock, later: int, is_printed: bool
) -> None:
    settings = {"policy": "protected", "access": "invitation"}
    opened(services, **settings)
    invited = list(invite(services, "a-survey", 25 + later))
    for _ in range(25):
        browser.send_json({"country": "se", **MOVED}, version=1, invitation=invited.pop())
    second_version(services, **settings)
    clock.advance(minutes=1)
    for _ in range(later):
        answers = {"country": "dk", "police_met": True, **MOVED}
        assert browser.send_json(answers, invitation=invited.pop()).status_code == 201
    close_and_wait(services, clock)
    assert [outcome.released for outcome in publish_releases(services)] == [1]
    release = browser.get("/api/surveys/a-survey/releases/latest").json_body

    newer = {"police_met", "harder.work"}
    assert {each["id"] for each in release["tables"]} & newer == (newer if is_printed else set())
    omitted = {each["id"]: each["reason"] for each in release["omitted"]}
    assert omitted == ({} if is_printed else dict.fromkeys(newer, "few_asked"))
    assert counts(browser)["dk"] <= counts(browser, "_version")["2"]
    page = browser.get("/s/a-survey/results").body.decode()
    assert "Version of the questionnaire" in page
    csv = browser.get("/api/surveys/a-survey/releases/latest.csv").body.decode()
    assert "_version,,2,2," in csv


def test_audit_adds_up_over_versions_and_withdrawals_P6(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    opened(services, policy="exact")
    receipts = [browser.send_json(MOVED).json_body["receipt"] for _ in range(3)]
    second_version(services, policy="exact")
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
    opened(services, policy="exact")
    second_version(services, policy="exact")
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


def test_json_and_rules_of_a_version_that_this_process_has_not_heard_of_are_found(
    browser: Browser, services: Services
) -> None:
    opened(services)
    loaded(browser)
    second_version(services)
    assert browser.send_json({"country": "dk", **MOVED}, version=2).status_code == 201
    publish_definition(
        services, a_definition_of(*SECOND, a_question("scale", show_if={"question": "police_met", "equals": "yes"})), []
    )
    rules = browser.get("/s/a-survey/conditions/3.css")
    assert (rules.status_code, b"mood" in rules.body) == (200, True)
    assert_page(browser.get("/s/a-survey/conditions/4.css"), 404)


# --- what is shown of versions ----------------------------------------------------------------------------------------


def both_answered(browser: Browser, services: Services, clock: FakeClock) -> None:
    opened(services, policy="exact")
    browser.send_json({"country": "se", "harder": {"home": "some"}, "clients": 0, **MOVED})
    publish_releases(services)
    second_version(services, policy="exact")
    clock.advance(minutes=1)
    new = {"country": "dk", "harder": {"work": "much"}, "clients": 300, "moved": "2020-01-01", "police_met": True}
    browser.send_json(new)
    publish_releases(services)


def test_release_and_results_say_since_which_version_what_is_there(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    both_answered(browser, services, clock)
    assert table(browser, "police_met")["since"] == table(browser, "harder.work")["since"] == 2
    assert table(browser, "country")["since"] is None
    assert {cell["code"]: cell["since"] for cell in table(browser, "country")["cells"]} == {
        **{"se": None, "no": None, "dk": 2, "no_answer": None}
    }
    assert counts(browser, "police_met") == {"yes": 1, "no": 0, "no_answer": 1}
    assert counts(browser) == {"se": 1, "no": 0, "dk": 1, "no_answer": 0}
    html = assert_page(browser.get("/s/a-survey/results"), 200).html
    assert html.count("Asked since version 2 of the form.") == 1
    assert html.count("<small>since version 2</small>") == 2, "Denmark, and the row of work"
    first = browser.get("/api/surveys/a-survey/releases/1").json_body
    assert not any(each["since"] for each in first["tables"])


def test_export_has_one_table_of_both_versions_and_a_codebook_that_tells_them_apart(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    both_answered(browser, services, clock)
    done(operate("export", "a-survey", "--to", "out"))
    header, *records = Path("out/codes.csv").read_text("utf-8").splitlines()
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
        "2,2,DK,,MUCH,300,2020-01-01,yes",
    ]
    rows = Path("out/codebook.csv").read_text("utf-8-sig").splitlines()
    assert rows[:5] == [
        "variable,kind,code,since_version,until_version,en,sv",
        "country,single_choice,,,,Where do you live?,Var bor du?",
        "country,single_choice,se,,,SE,",
        "country,single_choice,no,,,NO,",
        "country,single_choice,dk,2,,DK,",
    ]
    newer = {row.split(",")[0] for row in rows[1:] if row.split(",")[3]}
    assert newer == {"country", "harder.work", "police_met"}


# --- a version that comes while it is counted -------------------------------------------------------------------------


#: Each call of a run by number; the fast tier takes every seventh.
CALLS = [pytest.param(at, marks=[] if at % 7 == 3 else pytest.mark.slow) for at in range(36)]


@pytest.mark.slow
@pytest.mark.parametrize("at", CALLS)
def test_version_published_and_answered_while_it_is_counted_is_counted_whole_P6(
    browser: Browser, services: Services, database: Database, clock: FakeClock, at: int
) -> None:
    opened(services, policy="exact")
    for _ in range(2):
        browser.send_json({"country": "se", **MOVED})
    plain = database.client

    def publish_meanwhile() -> None:
        database.replace_client(plain)
        second_version(services, policy="exact")
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
    opened(services, policy="exact")
    browser.send_json({"country": "se", **MOVED})
    plain = database.client
    database.replace_client(DisturbedClient(plain, at, crash))
    with pytest.raises(Crashed):
        publish_releases(services)
    database.replace_client(plain)
    second_version(services, policy="exact")
    browser.send_json({"country": "dk", **MOVED}, version=2)
    run_until_nothing_is_due(services)
    assert counts(browser) == {"se": 1, "no": 0, "dk": 1, "no_answer": 0}
    assert_all_adds_up(browser, services, responses=2)


def run_until_nothing_is_due(services: Services) -> None:
    while any(outcome.released for outcome in publish_releases(services)):
        pass


def assert_all_adds_up(browser: Browser, services: Services, responses: int) -> None:
    release = browser.get("/api/surveys/a-survey/releases/latest").json_body
    assert release["responses"] == responses
    assert {sum(cell["count"] for cell in each["cells"]) for each in release["tables"]} == {responses}
    audit = audit_survey(services, require_survey(services, "a-survey"))
    assert (audit.pending, audit.counted, audit.adds_up) == (0, responses, True)
