"""A survey that was never opened is deleted whole: nothing of it is left in any table, and its id is free again."""

from __future__ import annotations

import contextlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.errors import Conflict
from chalicelib.jobs import audit_ledger, publish_releases, purge_expired
from chalicelib.responses.receipt import new_key
from chalicelib.services import Services
from chalicelib.storage.database import Database
from chalicelib.storage.surveys import key_of
from chalicelib.storage.tables import SURVEYS
from manage import manage
from operation.ending import close_survey, delete_survey, purge_now
from operation.invitations import invite
from operation.lifecycle import open_survey, publish_definition, require_survey, start_test
from tests.builders import (
    NOON,
    Browser,
    FakeClock,
    a_definition,
    a_question,
    an_open_survey,
    identities,
    prove_keys,
    stored_items,
)
from tests.engine.calls import everything
from tests.fakes import Crashed, DisturbedClient, crash
from tests.functional.commands import RECIPIENTS, Operate, at_a_terminal, done, refused
from tests.functional.holding import a_token
from tests.functional.shapes import assert_page
from tests.unit.jobs.collecting import disturbed, every_call

INVITATION: dict[str, Any] = {"access": "invitation"}
HELD: dict[str, Any] = {"results": "held", **INVITATION}
SCALE = a_question("scale")
#: Calls that the deletion of all that there can be makes.
DELETION = 31
PUBLIC = [public for public, _ in identities()]


def tried_out(browser: Browser, *questions: dict[str, Any], **settings: Any) -> str:
    """A survey under test, tried out; the path of its link."""
    services = browser.services
    publish_definition(services, a_definition(*questions, **settings), PUBLIC)
    return start_test(services, "a-survey")


@pytest.fixture
def others(services: Services) -> list[tuple[str, str]]:
    """What is stored of another survey, whose id begins alike."""
    an_open_survey(services, SCALE, survey="a-survey-2", **INVITATION)
    assert len(list(invite(services, "a-survey-2", 2))) == 2
    return everything(services)


@pytest.fixture
def whole(browser: Browser, services: Services, others: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """All that there can be of a survey that was never opened; what was there before."""
    tried_out(browser, a_question("short_text"), **HELD)
    publish_definition(services, a_definition(SCALE, a_question("short_text"), **HELD), PUBLIC)
    path = start_test(services, "a-survey")
    prove_keys(services, "a-survey")
    for _ in range(3):
        assert_page(browser.post(f"/{path}", f"_token={browser.token(nonce=new_key()[:16])}&mood=1"), 200)
    assert len(stored_items(services, rehearsal=True)) == 3
    assert len(list(invite(services, "a-survey", 4))) == 4
    a_token(services)
    # An opening that was cut short made this.
    services.tallies.add_rounding_key("a-survey", new_key())
    assert len(everything(services)) == len(others) + 4 + 3 + 4 + 1 + 2 + 1
    return others


def test_nothing_is_left_of_it_in_any_table(services: Services, whole: list[tuple[str, str]]) -> None:
    delete_survey(services, "a-survey")
    assert everything(services) == whole


@pytest.mark.parametrize("at", every_call(31, fast=5))
def test_deletion_that_was_cut_short_anywhere_is_ended_by_the_next(
    services: Services, database: Database, whole: list[tuple[str, str]], at: int
) -> None:
    plain = database.client
    database.replace_client(client := DisturbedClient(plain, at, crash))
    with contextlib.suppress(Crashed):
        delete_survey(services, "a-survey")
    database.replace_client(plain)
    if left := services.record("a-survey"):
        # The record is written by the second call.
        assert left.state == ("being deleted" if at > 1 else "test")
        delete_survey(services, "a-survey")
    assert everything(services) == whole
    assert client.made == min(at + 1, DELETION)


def test_its_name_is_free_and_no_process_remembers_what_it_asked(
    browser: Browser, services: Services, clock: FakeClock, database: Database
) -> None:
    """The web's process has shown version 1 under test; another survey comes under the same id and number."""
    operators = Services.on(database, clock)
    publish_definition(operators, a_definition(SCALE, a_question("yes_no")), [])
    path = start_test(operators, "a-survey")
    assert "About yes_no?" in assert_page(browser.get(f"/{path}"), 203).html
    delete_survey(operators, "a-survey")
    publish_definition(operators, a_definition(a_question("dropdown")), [])
    path = start_test(operators, "a-survey")
    assert "About dropdown?" in assert_page(browser.get(f"/{path}"), 203).html
    open_survey(operators, "a-survey")
    page = assert_page(browser.get("/s/a-survey"), 203)
    assert "About dropdown?" in page.html
    assert "yes_no" not in page.html
    assert browser.send_json({"region": "south"}).status_code == 201


def test_rules_of_what_shows_are_those_of_the_survey_that_took_the_name(
    browser: Browser, services: Services, clock: FakeClock, database: Database
) -> None:
    operators = Services.on(database, clock)
    for code in ("1", "5"):
        shown_if = {"question": "mood", "equals": int(code)}
        publish_definition(operators, a_definition(SCALE, a_question("yes_no", show_if=shown_if)), [])
        html = browser.get(f"/{start_test(operators, 'a-survey')}").body.decode()
        assert (f'[value="{code}"]' in html.replace("'", '"')) or f"value={code}]" in html
        delete_survey(operators, "a-survey")


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("open", "“a-survey” is open: people may have answered it, so it is not deleted."),
        ("closed", "“a-survey” is closed: people may have answered it, so it is not deleted."),
        ("purged", "“a-survey” is purged: that deletes its answers, and what was published of it stays."),
    ],
)
def test_survey_that_was_opened_is_never_deleted(operate: Operate, services: Services, state: str, told: str) -> None:
    an_open_survey(services, SCALE)
    if state == "closed":
        close_survey(services, "a-survey")
    if state == "purged":
        purge_now(services, "a-survey", lambda _: None)
    before = everything(services)
    assert refused(operate("delete", "a-survey", "--confirm", "a-survey")).startswith(told)
    assert everything(services) == before


def test_of_a_deletion_and_an_opening_one_comes_first(services: Services, database: Database) -> None:
    publish_definition(services, a_definition(SCALE), [])
    with pytest.raises(Conflict):
        disturbed(database, 1, lambda: open_survey(services, "a-survey"), lambda: delete_survey(services, "a-survey"))
    assert services.version("a-survey", 1).questionnaire
    assert require_survey(services, "a-survey").state == "open"


@pytest.mark.parametrize("written", ["being deleted", "purged"])
def test_nothing_becomes_of_a_survey_whose_deletion_was_cut_short(
    operate: Operate,
    browser: Browser,
    services: Services,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    *,
    written: str,
) -> None:
    """However its record says so: before 0.1.2 as purged and never closed."""
    definition = a_definition(SCALE, **HELD)
    publish_definition(services, definition, [])
    services.surveys.save(require_survey(services, "a-survey").model_copy(update={"state": written}))
    services.surveys._database.call("delete_item", SURVEYS, Key=key_of("a-survey", "QUESTIONNAIRE#0001"))
    going = "next: wait: it is being deleted; if that was cut short, `manage.py delete a-survey` goes on"
    assert going in " ".join(done(operate()).split())
    for command in ("open", "test", "close", "reopen"):
        assert "is being deleted" in refused(operate(command, "a-survey"))
    assert "is being deleted" in refused(operate("invite", "a-survey", "--count", "2", "--to", "codes"))
    assert "is being deleted" in refused(operate("token", "create", "a-survey", "--days", "9"))
    Path("a-survey.yaml").write_text(json.dumps(definition.model_dump(mode="json", exclude_unset=True)), "utf-8")
    assert "is being deleted" in refused(operate("publish", "a-survey.yaml"))
    status = done(operate("status", "a-survey"))
    assert "a-survey (being deleted; a release takes" in " ".join(status.split())
    assert "/s/a-survey" not in status
    assert "was never opened" in refused(operate("purge", "a-survey", "--now"))
    for path in ("/s/a-survey", "/s/a-survey/results", "/s/a-survey/withdraw"):
        assert_page(browser.get(path), 404)  # as of a draft, nobody is told that there was one
    clock.now = NOON + timedelta(days=400)
    assert (purge_expired(services), audit_ledger(services)) == ([], [])
    assert [outcome.released for outcome in publish_releases(services)] == [None]
    assert "ALARM" not in caplog.text
    done(operate("delete", "a-survey", "--confirm", "a-survey"))
    assert everything(services) == []


@pytest.mark.parametrize("said", ["", "n\n"])
def test_delete_asks_and_tells_what_ends_with_it(services: Services, said: str) -> None:
    publish_definition(services, a_definition(SCALE, **INVITATION), [])
    assert len(list(invite(services, "a-survey", 3))) == 3
    before = everything(services)
    result = CliRunner().invoke(manage, ("delete", "a-survey"), input=at_a_terminal(said))
    assert result.exit_code == 1
    words = " ".join(result.stderr.split())
    assert "a-survey is a draft: its questionnaire and what was sent to try it out go for good." in words
    assert "3 codes nobody used end with it" in words
    assert everything(services) == before
    assert CliRunner().invoke(manage, ("delete", "a-survey"), input=at_a_terminal("y\n")).exit_code == 0
    assert everything(services) == []


def test_who_interrupts_is_told_how_to_go_on(operate: Operate, services: Services, database: Database) -> None:
    publish_definition(services, a_definition(SCALE), [])

    def interrupt() -> None:
        raise KeyboardInterrupt

    plain = database.client
    database.replace_client(DisturbedClient(plain, 14, interrupt))
    told = refused(operate("delete", "a-survey", "--confirm", "a-survey"))
    database.replace_client(plain)
    assert told.startswith("Interrupted: some of it is deleted, and some is left. To go on: ")
    done(operate("delete", "a-survey", "--confirm", "a-survey"))
    assert everything(services) == []


def test_file_of_a_deleted_survey_is_published_again_as_version_1(operate: Operate, services: Services) -> None:
    definition = a_definition(SCALE)
    Path("a-survey.yaml").write_text(json.dumps(definition.model_dump(mode="json", exclude_unset=True)), "utf-8")
    done(operate("publish", "a-survey.yaml", *RECIPIENTS))
    done(operate("delete", "a-survey", "--confirm", "a-survey"))
    assert "version 1 is stored" in done(operate("publish", "a-survey.yaml", *RECIPIENTS))
