"""An item that this version cannot read, of a newer one or damaged: it is named, told by code, and stops nothing else.

Content is never told: what is put into the items has a canary, which no line, page or trace may show.
"""

from __future__ import annotations

import json
import traceback
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.errors import RunFailed, UnreadableRecord
from chalicelib.jobs import audit_ledger, publish_releases, purge_expired
from chalicelib.services import Services
from chalicelib.storage.tables import ACCESS, RESPONSES, SURVEYS, TALLIES, Table
from operation.analysts import create_token
from operation.ending import loss_of, purge_now
from tests.builders import Browser, FakeClock, a_question, an_open_survey, close_and_wait, stored_items, stored_survey
from tests.functional.commands import Operate, refused
from tests.functional.shapes import assert_page, assert_problem
from tests.unit.jobs.test_turns import alarms

CANARY = "kanarienvogel"
STATE, VERSION, RELEASE, PART = "STATE", "QUESTIONNAIRE#0001", "RELEASE#000001", "TALLY#000001#0"


@pytest.fixture(autouse=True)
def surveys(browser: Browser, services: Services) -> None:
    """Three surveys, each with an answer that waits."""
    for survey in ("a-survey", "b-survey", "c-survey"):
        an_open_survey(services, a_question("scale"), survey=survey, policy="exact")
        assert browser.send_json({"mood": 4}, survey=survey).status_code == 201


def change(services: Services, table: Table, item: str, changed: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Put another item in the place of one of the survey "b-survey"."""
    key = {"survey": {"S": "b-survey"}, "item": {"S": item}}
    found = services.surveys._database.get(table, key)
    services.surveys._database.call("put_item", table, Item={**key, **changed(dict(found or {}))})


def of_a_newer_version(item: dict[str, Any]) -> dict[str, Any]:
    """The item with one field more in its document, as a newer version may write it."""
    (kind, body), *_ = item["body"].items()
    document = json.loads(body if kind == "S" else zlib.decompress(body)) | {"colour": CANARY}
    text = json.dumps(document)
    return item | {"body": {kind: text if kind == "S" else zlib.compress(text.encode())}}


def damaged(item: dict[str, Any]) -> dict[str, Any]:
    """The item with a body that is no document at all."""
    kind = next(iter(item["body"]))
    return item | {"body": {kind: CANARY if kind == "S" else CANARY.encode()}}


def without_counts(item: dict[str, Any]) -> dict[str, Any]:
    return item | {"counts": {"S": json.dumps({CANARY: 1})}}


def failing(job: Callable[[Services], Any], services: Services) -> str:
    """What a run that fails says at its end."""
    with pytest.raises(RunFailed) as raised:
        job(services)
    return "".join(traceback.format_exception(raised.value))


def assert_told_without_content(caplog: pytest.LogCaptureFixture, job: str, *told: str) -> None:
    assert alarms(caplog) == [f"ALARM {job} failed: survey=b-survey code=unreadable_record"]
    assert CANARY not in caplog.text + "".join(told)
    caplog.clear()


@pytest.mark.parametrize("changed", [of_a_newer_version, damaged])
@pytest.mark.parametrize("item", [STATE, VERSION])
def test_unreadable_record_stops_no_other_surveys_publishing_P6(
    services: Services, caplog: pytest.LogCaptureFixture, item: str, changed: Callable[..., dict[str, Any]]
) -> None:
    services._versions.clear()
    change(services, SURVEYS, item, changed)
    assert_told_without_content(caplog, "publish", failing(publish_releases, services))
    made = {survey: services.surveys.release(survey, 1) for survey in ("a-survey", "c-survey")}
    assert all(made.values())


def test_release_before_that_cannot_be_read_stops_no_other_surveys_publishing_P6(
    browser: Browser, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    publish_releases(services)
    for survey in ("a-survey", "b-survey"):
        browser.send_json({"mood": 1}, survey=survey)
    change(services, SURVEYS, RELEASE, of_a_newer_version)
    assert_told_without_content(caplog, "publish", failing(publish_releases, services))
    assert services.surveys.release("a-survey", 2)


@pytest.mark.parametrize(("table", "item"), [(SURVEYS, STATE), (TALLIES, PART)])
def test_unreadable_record_stops_no_other_surveys_audit_P6(
    services: Services, caplog: pytest.LogCaptureFixture, table: Table, item: str
) -> None:
    publish_releases(services)
    change(services, table, item, without_counts if table is TALLIES else of_a_newer_version)
    for survey in ("a-survey", "c-survey"):
        stored = stored_items(services, survey)[0]
        services.responses._database.call("delete_item", RESPONSES, Key={"part": stored["part"], "rid": stored["rid"]})
    told = failing(audit_ledger, services)
    assert sorted(alarms(caplog)) == [
        "ALARM audit failed: survey=b-survey code=unreadable_record",
        "ALARM batch 1 does not add up: survey=a-survey code=broken_batch",
        "ALARM batch 1 does not add up: survey=c-survey code=broken_batch",
    ]
    assert CANARY not in caplog.text + told


@pytest.mark.parametrize(("table", "item"), [(SURVEYS, STATE), (TALLIES, PART)])
def test_unreadable_record_stops_no_other_surveys_purge_P11(
    services: Services, clock: FakeClock, caplog: pytest.LogCaptureFixture, table: Table, item: str
) -> None:
    for survey in ("a-survey", "b-survey", "c-survey"):
        close_and_wait(services, clock, survey)
    publish_releases(services)
    change(services, table, item, without_counts if table is TALLIES else of_a_newer_version)
    clock.advance(days=91)
    assert_told_without_content(caplog, "purge", failing(purge_expired, services))
    for survey in ("a-survey", "c-survey"):
        assert stored_survey(services, survey).state == "purged"
    # Of the survey itself the records go all the same, where its retention can be told.
    assert bool(stored_items(services, "b-survey")) == (table is SURVEYS)


def test_count_that_cannot_be_read_keeps_no_answer_from_being_purged_at_once_P11(services: Services) -> None:
    publish_releases(services)
    change(services, TALLIES, PART, without_counts)
    loss = loss_of(services, "b-survey")
    assert (loss.records > 0, loss.unpublished) == (True, None)
    with pytest.raises(UnreadableRecord):  # there is no proof before somebody has looked at it
        purge_now(services, "b-survey", lambda _: None)
    assert stored_items(services, "b-survey") == []


def test_token_that_cannot_be_read_does_not_keep_a_survey_from_being_purged_P11(
    services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, a_question("scale"), survey="d-survey", results="held")
    made = create_token(services, "d-survey", 90, "").stored
    key = {"key": {"S": f"ANALYST#d-survey#{made.digest}"}}
    services.access._database.call("put_item", ACCESS, Item=key | {"made_on": {"S": "2026-13-01"}})
    with pytest.raises(UnreadableRecord, match=f"the token {made.id} of “d-survey”"):
        services.access.tokens("d-survey")
    close_and_wait(services, clock, "d-survey")
    publish_releases(services)
    clock.advance(days=91)
    assert purge_expired(services) == ["d-survey"]
    assert services.access._database.get(ACCESS, key) is None


@pytest.mark.parametrize("changed", [of_a_newer_version, damaged])
@pytest.mark.parametrize("item", [STATE, VERSION, RELEASE])
def test_error_and_what_caused_it_name_the_item_and_not_what_it_holds(
    services: Services, item: str, changed: Callable[..., dict[str, Any]]
) -> None:
    publish_releases(services)
    change(services, SURVEYS, item, changed)
    reads: dict[str, Callable[[], object]] = {
        STATE: lambda: services.surveys.get("b-survey"),
        VERSION: lambda: services.surveys.questionnaire("b-survey", 1),
        RELEASE: lambda: services.surveys.latest_release("b-survey"),
    }
    with pytest.raises(UnreadableRecord, match=f"cannot read {item} of “b-survey”") as raised:
        reads[item]()
    assert raised.value.__cause__
    assert CANARY not in "".join(traceback.format_exception(raised.value))


def unreadable_response(services: Services) -> None:
    (item,) = stored_items(services, "b-survey")
    services.responses._database.call("put_item", RESPONSES, Item=item | {"v": {"N": "1.5"}})


def test_response_that_cannot_be_read_is_named_by_its_partition_alone_P1(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    unreadable_response(services)
    (item,) = stored_items(services, "b-survey")
    failing(publish_releases, services)
    assert_told_without_content(caplog, "publish")
    failing(audit_ledger, services)
    assert_told_without_content(caplog, "audit")
    with pytest.raises(UnreadableRecord) as raised:
        list(services.responses.ledger("b-survey"))
    assert f"cannot read a response in {item['part']['S']} of “b-survey”" in str(raised.value)
    assert "no backup has it" in str(raised.value)
    assert item["rid"]["S"] not in str(raised.value) + caplog.text


def test_survey_with_an_unreadable_response_is_purged_P11(services: Services, clock: FakeClock) -> None:
    close_and_wait(services, clock, "b-survey")
    unreadable_response(services)
    clock.advance(days=91)
    assert purge_expired(services) == ["b-survey"]


def of_another_survey(services: Services) -> None:
    """What copying by hand after a restore may do."""
    other = services.surveys._database.get(SURVEYS, {"survey": {"S": "a-survey"}, "item": {"S": STATE}})
    change(services, SURVEYS, STATE, lambda _: dict(other or {}) | {"survey": {"S": "b-survey"}})


def gone(services: Services) -> None:
    services.surveys._database.call("delete_item", SURVEYS, Key={"survey": {"S": "b-survey"}, "item": {"S": STATE}})


def never_to_be_saved(services: Services) -> None:
    """Each write would be on condition of a revision that its body does not have."""
    change(services, SURVEYS, STATE, lambda item: item | {"revision": {"N": "99"}})


@pytest.mark.parametrize("breaks", [of_another_survey, gone, never_to_be_saved])
@pytest.mark.parametrize("job", [publish_releases, audit_ledger, purge_expired])
def test_record_that_is_gone_or_another_s_is_never_passed_over_nor_acted_on_P6_P11(
    services: Services,
    caplog: pytest.LogCaptureFixture,
    operate: Operate,
    breaks: Callable[[Services], None],
    job: Callable[[Services], Any],
) -> None:
    breaks(services)
    failing(job, services)
    name = job.__name__.partition("_")[0]
    assert alarms(caplog) == [f"ALARM {name} failed: survey=b-survey code=unreadable_record"]
    assert "cannot read STATE of “b-survey”" in operate().stderr


def with_answers(services: Services, answers: bytes) -> None:
    (item,) = stored_items(services, "b-survey")
    services.responses._database.call("put_item", RESPONSES, Item=item | {"answers": {"B": answers}})


@pytest.mark.parametrize("answers", [b"", b"\1\1", b"\xff"])
def test_answers_that_nobody_could_give_are_not_counted_and_are_named_by_their_partition_P6(
    services: Services, caplog: pytest.LogCaptureFixture, operate: Operate, answers: bytes
) -> None:
    """Answers are joined to be counted: one of another length would make other answers of all that come after it."""
    with_answers(services, answers)
    (item,) = stored_items(services, "b-survey")
    failing(publish_releases, services)
    assert_told_without_content(caplog, "publish")
    assert services.surveys.release("b-survey", 1) is None
    assert services.surveys.release("a-survey", 1)
    shard = int(item["part"]["S"].rpartition("#")[2])
    assert services.tallies.part("b-survey", 1, shard).tally.n == 0
    reply = operate("export", "b-survey", "--to", "records")
    assert reply.exit_code == 1
    assert "cannot read a response of “b-survey”" in reply.stderr


# --- what is told to operators --------------------------------------------------------------------------------------

NEXT = "If a newer version wrote it, update Paraply; if none did, it is damaged: restore it from the table's backup."


@pytest.mark.parametrize("changed", [of_a_newer_version, damaged])
def test_bare_command_names_an_unreadable_record_and_goes_on_with_the_others(
    operate: Operate, services: Services, changed: Callable[..., dict[str, Any]]
) -> None:
    change(services, SURVEYS, STATE, changed)
    reply = operate()
    assert reply.exit_code == 1
    assert [line.partition(":")[0] for line in reply.stdout.splitlines() if line[0] != " "] == ["a-survey", "c-survey"]
    cannot = "This version of Paraply cannot read STATE of “b-survey” in the table of surveys."
    assert reply.stderr == f"b-survey: {cannot} {NEXT}\n"


def test_bare_command_names_what_else_of_a_survey_cannot_be_read(
    operate: Operate, services: Services, clock: FakeClock
) -> None:
    for survey in ("b-survey", "c-survey"):
        close_and_wait(services, clock, survey)
    publish_releases(services)
    change(services, TALLIES, "TALLY#000002#0", without_counts)
    reply = operate()
    assert reply.exit_code == 1
    assert "c-survey: closed" in reply.stdout
    assert "cannot read TALLY#000002#0 of “b-survey” in the table of tallies" in reply.stderr


@pytest.mark.parametrize("command", ["status", "audit"])
@pytest.mark.parametrize(("table", "item"), [(SURVEYS, STATE), (TALLIES, PART), (RESPONSES, "a response in b-survey#")])
def test_command_on_a_survey_with_an_unreadable_record_names_it(
    operate: Operate, services: Services, command: str, table: Table, item: str
) -> None:
    if table is RESPONSES:
        unreadable_response(services)
    else:
        change(services, table, item, without_counts if table is TALLIES else of_a_newer_version)
    said = refused(operate(command, "b-survey"))
    assert said.startswith(f"This version of Paraply cannot read {item}")
    assert f"in the table of {table.name}. If a newer version wrote it, update Paraply; " in said


def test_proof_of_a_purge_that_cannot_be_read_is_named(operate: Operate, services: Services) -> None:
    change(services, TALLIES, "PURGE_PROOF", lambda _: {"body": {"S": CANARY}})
    assert "cannot read PURGE_PROOF of “b-survey”" in refused(operate("audit", "b-survey"))


# --- what is told to the public -------------------------------------------------------------------------------------


def test_unreadable_record_is_a_page_in_the_respondents_language_and_typed_answers_are_shown_P12(
    browser: Browser, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    token = browser.token("b-survey")
    change(services, SURVEYS, STATE, of_a_newer_version)
    services.forget("b-survey")
    page = assert_page(browser.get("/s/b-survey", **{"Accept-Language": "sv"}), 503, language="sv")
    assert "Försök igen om en minut" in page.html
    assert "QUESTIONNAIRE" not in page.html
    sent = assert_page(browser.send_form({"mood": ["3"]}, survey="b-survey", token=token), 503)
    assert sent.text_of("dd") == "3"
    assert_problem(browser.send_json({"mood": 3}, survey="b-survey"), 503, "unreadable_record")
    assert_problem(browser.get("/api/surveys/b-survey"), 503, "unreadable_record")
    assert_page(browser.get("/s/a-survey"), 203)
    assert CANARY not in caplog.text + page.html + sent.html


@pytest.mark.parametrize("changed", [of_a_newer_version, damaged])
def test_unreadable_version_or_release_is_no_traceback_P12(
    browser: Browser, services: Services, changed: Callable[..., dict[str, Any]]
) -> None:
    publish_releases(services)
    change(services, SURVEYS, VERSION, changed)
    change(services, SURVEYS, RELEASE, changed)
    services._versions.clear()
    assert_page(browser.get("/s/b-survey"), 503)
    assert_page(browser.get("/s/b-survey/results"), 503)
    assert_problem(browser.get("/api/surveys/b-survey/releases/latest"), 503, "unreadable_record")
