"""A raid, a threat, a network that takes its consent back: answers go at once; releases and a proof stay (P11)."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chalicelib import services as services_module
from chalicelib.errors import StoreUnavailable
from chalicelib.jobs import audit_ledger, publish_releases, purge_expired
from chalicelib.jobs.publish import publish_survey
from chalicelib.jobs.purge import PROOF
from chalicelib.questionnaire.survey import COUNTING_DELAY
from chalicelib.services import Services
from chalicelib.storage.database import Database
from chalicelib.storage.tables import ACCESS, TALLIES
from manage import manage
from operation.analysts import announce
from operation.ending import close_survey, purge_now
from operation.invitations import invite
from operation.lifecycle import publish_definition, require_survey
from tests.builders import (
    NOON,
    Browser,
    FakeClock,
    a_definition,
    a_question,
    an_open_survey,
    close_and_wait,
    stored_items,
    stored_survey,
)
from tests.engine.calls import everything
from tests.fakes import Crashed, DisturbedClient, crash
from tests.functional.commands import Operate, at_a_terminal, done, refused
from tests.functional.holding import a_held_survey, a_token, bearer
from tests.functional.shapes import assert_page
from tests.unit.jobs.collecting import COUNTRY, Collection, answer, every_call

NOBODY = "Nobody at a terminal answered, so nothing was done. Where nobody can: --confirm a-survey"
CONFIRMED = ("--confirm", "a-survey", "--confirm-deletion")
#: Calls that the purge of three answers and two codes makes.
PURGE = 81


@dataclass
class TickingClock:
    """A clock on which half a minute passes whenever it is looked at."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=30)
        return self.now


def never(_: datetime) -> None:
    raise AssertionError("there is nothing to wait for")


def waiting(clock: FakeClock, act: Callable[[], object] = lambda: None) -> Callable[[datetime], None]:
    """Waits by the fake clock; meanwhile something happens."""

    def wait_until(moment: datetime) -> None:
        act()
        clock.now = moment

    return wait_until


def purge(*options: str, said: str = "") -> Result:
    return CliRunner().invoke(manage, ("purge", "a-survey", "--now", *options), input=at_a_terminal(said))


def assert_nothing_left(services: Services) -> None:
    """Of what is told of persons, or opens anything."""
    database = services.tallies._database
    assert stored_items(services) == []
    assert database.call("scan", ACCESS)["Items"] == []
    assert [item["item"]["S"] for item in database.call("scan", TALLIES)["Items"]] == [PROOF]
    assert require_survey(services, "a-survey").state == "purged"


def proof(services: Services) -> dict[str, int]:
    found: dict[str, int] = json.loads(services.tallies.record("a-survey", PROOF) or "")
    return found


# --- an open survey -------------------------------------------------------------------------------------------------


@pytest.fixture
def invited(services: Services) -> Services:
    an_open_survey(services, COUNTRY, access="invitation")
    return services


def test_open_survey_ends_and_leaves_a_proof_P11(browser: Browser, invited: Services, clock: FakeClock) -> None:
    answer(browser, 7)
    assert len(list(invite(invited, "a-survey", 3))) == 3
    clock.advance(seconds=40)
    purge_now(invited, "a-survey", waiting(clock))
    assert_nothing_left(invited)
    assert proof(invited) == {"batches": 0, "counted": 0, "records_left": 0, "invitations_left": 0}
    assert require_survey(invited, "a-survey").closed_at == NOON + timedelta(seconds=40)


def test_answers_are_gone_before_anything_is_waited_for_P11(
    browser: Browser, invited: Services, clock: FakeClock
) -> None:
    answer(browser, 3)
    at_once: list[object] = []
    purge_now(invited, "a-survey", waiting(clock, lambda: at_once.extend(stored_items(invited))))
    assert at_once == []


def test_what_a_process_stores_that_takes_it_for_open_is_gone_in_the_end_P11(
    browser: Browser, services: Services, clock: FakeClock, database: Database
) -> None:
    an_open_survey(services, a_question("scale"))
    assert browser.send_json({"mood": 1}).status_code == 201
    stored: list[int] = []

    def send() -> None:
        clock.advance(seconds=29)
        assert browser.send_json({"mood": 2}).status_code == 201, "the web's process remembers it, and its key"
        stored.append(len(stored_items(services)))
        clock.advance(seconds=1)
        assert browser.send_json({"mood": 2}).status_code == 404

    purge_now(Services.on(database, clock), "a-survey", waiting(clock, send))
    assert stored == [1]
    assert_nothing_left(services)


def test_it_waits_for_as_long_as_such_a_process_may_write(invited: Services, clock: FakeClock) -> None:
    """A record is remembered for 30 s, and a request may take 28 (``lambda_timeout``)."""
    longest = json.loads((Path(__file__).parents[2] / ".chalice" / "config.json").read_text("utf-8"))["lambda_timeout"]
    waited: list[datetime] = []
    purge_now(invited, "a-survey", waited.append)
    assert waited[0] - clock.now >= timedelta(seconds=30 + longest)


def test_who_is_filling_it_in_meets_no_survey_and_the_page_of_results_says_what_is(
    browser: Browser, invited: Services, clock: FakeClock
) -> None:
    token = browser.token()
    purge_now(invited, "a-survey", waiting(clock))
    clock.advance(minutes=1)
    assert_page(browser.send_form({"country": ["se"]}, token=token), 404)
    assert_page(browser.get("/s/a-survey"), 404)
    said = assert_page(browser.get("/s/a-survey/results"), 200).html
    assert "This survey has ended, and all answers to it are deleted. Nothing was published." in said
    assert "All answers to this survey are deleted" in assert_page(browser.get("/s/a-survey/withdraw"), 200).html


# --- a closed one ---------------------------------------------------------------------------------------------------


def test_late_senders_are_waited_for_and_what_they_sent_is_never_published_P7(
    browser: Browser, invited: Services, clock: FakeClock
) -> None:
    answer(browser, 25)
    close_survey(invited, "a-survey")
    clock.now = NOON + COUNTING_DELAY
    waited: list[datetime] = []
    purge_now(invited, "a-survey", waited.append)
    assert waited
    assert [outcome.released for outcome in publish_releases(invited)] == [None]
    assert invited.surveys.latest_release("a-survey") is None
    assert_nothing_left(invited)


def test_published_survey_keeps_its_release_and_nobody_waits_P11(
    browser: Browser, invited: Services, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    answer(browser, 25)
    close_and_wait(invited, clock)
    publish_releases(invited)
    before = browser.get("/s/a-survey/results").body
    purge_now(invited, "a-survey", never)
    assert_nothing_left(invited)
    assert proof(invited) == {"batches": 1, "counted": 25, "records_left": 0, "invitations_left": 0}
    assert browser.get("/s/a-survey/results").body == before
    assert (purge_expired(invited), audit_ledger(invited)) == ([], [])
    assert "ALARM" not in caplog.text


def test_tokens_end_and_what_is_held_can_still_be_announced_P11(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    a_held_survey(browser)
    token = a_token(services)
    assert browser.get("/api/surveys/a-survey/releases/latest", **bearer(token)).status_code == 200
    purge_now(services, "a-survey", waiting(clock))
    assert_nothing_left(services)
    assert browser.get("/api/surveys/a-survey/releases/latest", **bearer(token)).status_code == 401
    assert browser.get("/api/surveys/a-survey/releases/latest").status_code == 404
    announce(services, "a-survey", 2)
    assert browser.get("/api/surveys/a-survey/releases/latest").status_code == 200


# --- runs and crashes at the same time ------------------------------------------------------------------------------


@pytest.mark.parametrize("at", every_call(54, fast=5))
def test_of_a_run_that_counts_meanwhile_nothing_is_left_and_half_of_nothing_is_published_P7_P11(
    services: Services, clock: FakeClock, database: Database, at: int
) -> None:
    """Whatever the run had done, a release is of all 23 answers, or there is none. (Limit: empty seals may be left.)"""
    collection = Collection(services, clock, database)
    an_open_survey(collection.services, COUNTRY, access="invitation")
    collection.answer(23)
    collection.close()
    clock.now = NOON + COUNTING_DELAY
    operators = Services.on(collection.database, FakeClock(clock.now))
    with contextlib.suppress(StoreUnavailable):  # a run that finds no rounding key any more fails, and says so
        collection.run_disturbed(at, lambda: purge_now(operators, "a-survey", lambda _: None))
    assert {collection.run(), publish_survey(collection.services, "a-survey").released} == {None}
    release = collection.release
    assert release is None or (release.number, release.responses) == (1, 20)
    assert stored_items(collection.services) == []
    found = collection.database.call("scan", TALLIES)["Items"]
    assert [item["item"]["S"] for item in found if "sealed" not in item] == [PROOF]
    assert not any("counts" in item for item in found)


@pytest.mark.parametrize("closed_minutes", [0, 59])
@pytest.mark.parametrize("ended_by", ["operator", "schedule"])
@pytest.mark.parametrize("at", every_call(PURGE + 1, fast=9))
def test_purge_that_was_cut_short_anywhere_is_ended_by_the_next_or_by_the_schedule_P11(
    browser: Browser, invited: Services, clock: FakeClock, *, at: int, ended_by: str, closed_minutes: int
) -> None:
    """Of an open survey, and of one whose late senders still had a minute."""
    answer(browser, 3)
    assert len(list(invite(invited, "a-survey", 2))) == 2
    if closed_minutes:
        close_survey(invited, "a-survey")
        clock.advance(minutes=closed_minutes)
    database = invited.responses._database
    plain = database.client
    database.replace_client(client := DisturbedClient(plain, at, crash))
    with contextlib.suppress(Crashed):
        purge_now(invited, "a-survey", waiting(clock))
    database.replace_client(plain)
    # The record is written by the second call, and again at the end, with nothing left to do but its place in the list.
    is_begun = at > 1
    before = "closed" if closed_minutes else "open"
    assert client.made == min(at + 1, PURGE)
    assert stored_survey(invited).state == ("purged" if at >= PURGE - 1 else "being purged" if is_begun else before)
    if is_begun and ended_by == "schedule":
        clock.advance(minutes=58)
        assert purge_expired(invited) == [], "not while an operator's command may be at it"
        clock.advance(minutes=3)
        purge_expired(invited)
    elif stored_survey(invited).state != "purged":
        purge_now(invited, "a-survey", waiting(clock))
    assert_nothing_left(invited)
    assert purge_expired(invited) == []
    assert proof(invited)["records_left"] == 0


def test_bare_it_says_when_a_purge_began_and_after_an_hour_that_it_was_cut_short(
    operate: Operate, invited: Services, clock: FakeClock
) -> None:
    """For an hour another operator may be at it, as the schedule has it."""
    close_survey(invited, "a-survey")
    clock.advance(minutes=30)

    def interrupting() -> datetime:
        if stored_survey(invited).state == "being purged":
            raise KeyboardInterrupt
        return clock.now

    services_module.use(Services.on(invited.responses._database, interrupting))
    told = refused(operate("purge", "a-survey", "--now", *CONFIRMED))
    assert told.endswith("some is left. To go on: manage.py purge a-survey --now")
    services_module.use(invited)
    clock.advance(minutes=59)
    goes_on = "`manage.py purge a-survey --now` goes on"
    began = f"next: wait: its purge began at 12:30 UTC; if that was cut short, {goes_on}"
    assert began in " ".join(done(operate()).split())
    clock.advance(minutes=1)
    assert f"next: its purge was cut short: {goes_on}" in " ".join(done(operate()).split())


# --- what the operator is told, and asked ---------------------------------------------------------------------------


def test_what_goes_what_stays_and_what_is_out_of_reach_is_told_in_numbers_first(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY, access="invitation", results="held", releases="monthly")
    answer(browser, 20)
    clock.advance(days=32)
    publish_releases(services)
    answer(browser, 4)
    assert len(list(invite(services, "a-survey", 3))) == 3
    a_token(services)
    before = everything(services)
    words = " ".join(purge(said="n\n").stderr.split())
    assert (
        "a-survey is open. For good go 24 records of answers, 4 of them in no release; 3 codes nobody used, 1 token,"
        " the keys of receipts and the exact counts. Nobody can bring them back. It is open: it ends at once" in words
    )
    assert (
        "What stays: 1 release, 1 of them held, which you can still announce, the questionnaire, and a proof" in words
    )
    assert "Out of its reach: files that you exported" in words
    assert "AWS keeps for 35 days" in words
    assert words.endswith("Nothing was done.")
    assert everything(services) == before


@pytest.mark.parametrize(
    ("options", "said", "told"),
    [
        ((), "", NOBODY),
        ((), "n\n", "Nothing was done."),
        (
            (),
            "y\n",
            f"{NOBODY} --confirm-deletion",
        ),
        ((), "y\nb-survey\n", "That is not “a-survey”. Nothing was done."),
        ((), "y\ny\n", "That is not “a-survey”. Nothing was done."),
        (
            ("--confirm-deletion",),
            "",
            NOBODY,
        ),
        (("--confirm", "a-survey"), "", "Where nobody can: --confirm a-survey --confirm-deletion"),
        (("--confirm", "b-survey", "--confirm-deletion"), "", "and this is “a-survey”. Nothing was done."),
        (("--confirm-deletion",), "y\n", "Where nobody can: --confirm a-survey --confirm-deletion"),
    ],
)
def test_nothing_is_purged_without_both_confirmations(
    invited: Services, options: tuple[str, ...], said: str, told: str
) -> None:
    services_module.use(Services.on(invited.responses._database, TickingClock()))
    before = everything(invited)
    result = purge(*options, said=said)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1].endswith(told)
    assert everything(invited) == before


def test_nothing_is_purged_by_a_clock_that_is_wrong(
    operate: Operate, invited: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By one that is fast nobody would be waited for."""
    services_module.use(Services.on(invited.responses._database, TickingClock()))
    monkeypatch.setattr("chalicelib.services.utc_now", FakeClock())
    assert "clock says" in refused(operate("purge", "a-survey", "--now", *CONFIRMED))
    assert stored_survey(invited).state == "open"


@pytest.mark.parametrize(("options", "said"), [(CONFIRMED, ""), ((), "y\na-survey\n")])
def test_command_waits_until_what_was_on_its_way_is_stored_and_says_where_the_proof_is(
    operate: Operate, browser: Browser, invited: Services, options: tuple[str, ...], said: str
) -> None:
    answer(browser, 2)
    services_module.use(Services.on(invited.responses._database, TickingClock()))
    result = purge(*options, said=said)
    assert result.exit_code == 0, result.output
    assert "a-survey is purged: 2 records deleted. The proof:" in result.stdout
    assert "35 days" in result.stdout
    assert '"records_left": 0' in done(operate("audit", "a-survey"))
    assert refused(operate("purge", "a-survey", "--now", *CONFIRMED)).startswith("“a-survey” is purged already.")
    assert refused(operate("export", "a-survey")).startswith("“a-survey” is purged: there is nothing to export.")
    assert not Path("a-survey-records").exists()
    assert_nothing_left(invited)


@pytest.mark.parametrize("state", ["draft", "test"])
def test_survey_that_was_never_opened_is_deleted_instead(operate: Operate, services: Services, state: str) -> None:
    publish_definition(services, a_definition(a_question("scale")), [])
    if state == "test":
        done(operate("test", "a-survey"))
    told = refused(operate("purge", "a-survey", "--now", *CONFIRMED))
    assert told == "“a-survey” was never opened, so nobody answered it. To delete it: manage.py delete a-survey"


def test_purge_is_not_done_without_now(operate: Operate, invited: Services) -> None:
    assert "--now" in operate("purge", "a-survey").stderr
    assert invited.responses.count("a-survey") == 0
