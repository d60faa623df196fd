"""Practice in minutes: the clock of the practice server is moved on, and all that time does comes to pass."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from chalice.test import Client

from app import app
from chalicelib import services as services_module
from chalicelib.jobs.purge import PROOF
from chalicelib.responses.answers import Response
from chalicelib.services import Services
from chalicelib.storage.database import Database
from chalicelib.web.http import SECURITY_HEADERS
from operation.ending import close_survey
from operation.lifecycle import require_survey
from operation.local.practice import PracticeClock, Schedule, jump
from operation.local.server import app_served
from tests.builders import NOON, Browser, FakeClock, a_document, a_question, an_open_survey
from tests.fakes import DisturbedClient, no_answer
from tests.functional.commands import Operate, done, refused, run
from tests.functional.shapes import assert_page, receipt_in
from tests.functional.test_local_server import HASH
from tests.served import Site, served
from tests.unit.jobs.collecting import COUNTRY, Collection

MOVED = "Practice: the clock of this server was moved to"


@pytest.fixture
def practice(database: Database, clock: FakeClock) -> Iterator[Services]:
    """The services of a practice server, whose clock is ahead of ``clock``."""
    made = Services.on(database, PracticeClock(database, clock))
    services_module.use(made)
    yield made
    services_module.use(None)


@pytest.fixture
def ahead(practice: Services) -> PracticeClock:
    assert isinstance(practice.clock, PracticeClock)
    return practice.clock


@pytest.fixture
def visitor(practice: Services) -> Iterator[Browser]:
    with Client(app) as client:
        yield Browser(client, practice)


@pytest.fixture
def on_practice(practice: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operate:
    """Runs the operator's commands on the practice server's data."""
    monkeypatch.chdir(tmp_path)
    return run


def test_whole_life_of_a_survey_by_jumps(
    on_practice: Operate, visitor: Browser, practice: Services, database: Database, clock: FakeClock
) -> None:
    an_open_survey(practice, COUNTRY, access="invitation")
    Collection(practice, clock, database).answer(20)
    done(on_practice("close", "a-survey", "--confirm", "a-survey"))
    assert done(on_practice("jump")) == (
        "2026-03-01 13:05 UTC: a-survey is counted (now closed, 1 release)\n"
        f"{MOVED} 2026-03-01 13:05 UTC, and goes on from there, for pages and commands alike.\n"
    )
    assert "A few questions" in assert_page(visitor.get("/s/a-survey/results"), 200).html
    assert done(on_practice()).startswith(f"{MOVED} 2026-03-01 13:05 UTC\na-survey: closed, protected, 1 release")
    assert done(on_practice("jump")).startswith("2026-05-30 13:00 UTC: a-survey is purged (now purged, 1 release)\n")
    assert practice.responses.count("a-survey") == 0
    assert practice.tallies.record("a-survey", PROOF)
    assert MOVED in done(on_practice("status", "a-survey"))
    assert "No survey waits for anything" in refused(on_practice("jump"))


def test_days_and_editions_come_one_after_the_other_until_the_day_that_is_named(
    on_practice: Operate, practice: Services, clock: FakeClock
) -> None:
    days = {"opens_on": "2026-03-10", "closes_on": "2026-05-09", "retention_days": 30}
    an_open_survey(practice, COUNTRY, releases="monthly", **days)
    told = done(on_practice("jump", "--to", "2026-07-01 12:30")).splitlines()
    assert [line.partition(" (")[0] for line in told[:-1]] == [
        "2026-03-10 00:00 UTC: a-survey opens",
        "2026-04-01 00:00 UTC: a-survey is counted",
        "2026-05-01 00:00 UTC: a-survey is counted",
        "2026-05-10 00:00 UTC: a-survey closes",
        "2026-05-10 01:05 UTC: a-survey is counted",
        "2026-06-09 01:00 UTC: a-survey is purged",
    ]
    assert told[-1].startswith(f"{MOVED} 2026-07-01 12:30 UTC")
    clock.advance(hours=1)
    assert practice.clock() == datetime(2026, 7, 1, 13, 30, tzinfo=UTC)


def test_what_is_due_on_the_very_day_that_is_named_is_done(practice: Services, ahead: PracticeClock) -> None:
    an_open_survey(practice, COUNTRY, closes_on="2026-03-31")
    (due,) = jump(practice, ahead, datetime(2026, 4, 1, tzinfo=UTC))
    assert (due.what, require_survey(practice, "a-survey").state) == ("closes", "closed")


def test_all_that_is_due_at_one_time_is_told(practice: Services, ahead: PracticeClock) -> None:
    for survey in ("a-survey", "b-survey"):
        an_open_survey(practice, COUNTRY, survey=survey)
        close_survey(practice, survey)
    assert [due.survey for due in jump(practice, ahead)] == ["a-survey", "b-survey"]


def test_forms_and_receipts_of_before_a_jump_are_taken_as_after_waiting(
    visitor: Browser, practice: Services, ahead: PracticeClock
) -> None:
    an_open_survey(practice, COUNTRY)
    loaded, sent = (visitor.token(nonce=nonce) for nonce in (b"0123456789abcdef", b"fedcba9876543210"))
    receipt = receipt_in(visitor.send_form({"country": ["se"]}, token=sent))
    close_survey(practice, "a-survey")
    ahead.move_to(NOON + timedelta(minutes=59))
    assert_page(visitor.send_form({"country": ["no"]}, token=loaded), 200)
    ahead.move_to(NOON + timedelta(minutes=61))
    late = visitor.token(nonce=b"0011223344556677", seconds_ago=3600)
    assert_page(visitor.send_form({"country": ["no"]}, token=late), 410)
    assert_page(visitor.post("/s/a-survey/withdraw", f"receipt={receipt}"), 200)


def test_clock_only_goes_on(on_practice: Operate, practice: Services, ahead: PracticeClock) -> None:
    earlier = "It is 2026-03-01 12:00 UTC here already, and the clock only goes on."
    assert refused(on_practice("jump", "--to", "2026-03-01")) == earlier
    done(on_practice("jump", "--to", "2026-04-01"))
    for day in ("2026-03-31", "2026-04-01"):
        assert "It is 2026-04-01 00:00 UTC here already" in refused(on_practice("jump", "--to", day))
    assert "No survey goes beyond 2099-12-31" in refused(on_practice("jump", "--to", "2100-01-01"))
    reply = on_practice("jump", "--to", "soon")
    assert (reply.exit_code, reply.stdout) == (2, "")
    assert practice.clock() == datetime(2026, 4, 1, tzinfo=UTC)


def test_kept_data_keeps_its_time_for_another_process(database: Database, ahead: PracticeClock) -> None:
    ahead.move_to(NOON + timedelta(days=7))
    assert PracticeClock(database, FakeClock(NOON + timedelta(hours=1)))() == NOON + timedelta(days=7, hours=1)


def test_clock_of_what_is_deployed_cannot_be_moved(operate: Operate, services: Services) -> None:
    an_open_survey(services, COUNTRY)
    close_survey(services, "a-survey")
    assert "Only the clock of `make run` can be moved" in refused(operate("jump"))


def test_schedule_purges_and_audits_once_a_day_of_the_clock(
    practice: Services, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    an_open_survey(practice, COUNTRY, retention_days=1)
    close_survey(practice, "a-survey")
    schedule = Schedule(practice)
    schedule()
    clock.now = NOON.replace(hour=23)
    # Of a version that nothing counts.
    practice.responses.add(Response("a-survey", f"5{0:025}", 0, b"", mark=b""))
    schedule()
    assert "ALARM" not in caplog.text
    clock.advance(hours=2)
    schedule()
    assert "stray_responses" in caplog.text
    clock.advance(days=1)
    schedule()
    assert require_survey(practice, "a-survey").state == "purged"


def test_page_says_nothing_of_the_clock_where_the_database_does_not_answer(
    practice: Services, database: Database
) -> None:
    database.replace_client(DisturbedClient(database.client, 0, no_answer))
    assert PracticeClock(database).notice == ""


# --- what pages say -------------------------------------------------------------------------------------------------


@pytest.fixture
def port(practice: Services, ahead: PracticeClock) -> Iterator[int]:
    an_open_survey(practice, COUNTRY, policy="exact")
    with app_served(app, notice=lambda: ahead.notice) as port:
        yield port


def asked(port: int, path: str) -> tuple[http.client.HTTPResponse, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("GET", path)
    reply = connection.getresponse()
    return reply, reply.read().decode()


PAGES = ("/", "/s/a-survey", "/s/a-survey?lang=sv", "/s/a-survey/results", "/s/a-survey/withdraw", "/s/nothing")


def test_every_page_says_that_the_clock_was_moved_and_none_before(
    port: int, visitor: Browser, practice: Services, ahead: PracticeClock
) -> None:
    visitor.send_json({"country": "se"})
    pages = (*PAGES, "/s/a-survey/results/1/codebook", "/s/a-survey/results/sign-in")
    Schedule(practice)()
    assert not [path for path in pages if MOVED in asked(port, path)[1]]
    ahead.move_to(NOON + timedelta(days=7))
    line = f'<p lang="en" dir="ltr"><strong>{MOVED} 2026-03-08 12:00 UTC</strong></p>'
    for path in pages:
        reply, page = asked(port, path)
        assert len(re.findall(re.escape(line), page)) == 1, path
        assert page.index("<main ") < page.index(line) < page.index("<h1")
        assert reply.headers["Cache-Control"] == "no-store"
        assert {name: HASH.sub("", reply.headers.get(name, "")) for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_programs_get_what_they_always_get(
    port: int, visitor: Browser, practice: Services, ahead: PracticeClock
) -> None:
    visitor.send_json({"country": "se"})
    Schedule(practice)()
    csv = asked(port, "/api/surveys/a-survey/releases/latest.csv")[1]
    ahead.move_to(NOON + timedelta(days=7))
    assert asked(port, "/api/surveys/a-survey/releases/latest.csv")[1] == csv
    assert json.loads(asked(port, "/api/surveys/a-survey")[1])


@pytest.mark.slow
def test_practice_server_and_commands_share_the_clock(tmp_path: Path) -> None:
    document = a_document(a_question("scale"), policy="exact", survey="by-jumps")
    (tmp_path / "by-jumps.yaml").write_text(json.dumps(document), "utf-8")
    with served(every=0.2) as site:
        operate(site, tmp_path, "publish", "by-jumps.yaml")
        operate(site, tmp_path, "open", "by-jumps")
        operate(site, tmp_path, "close", "by-jumps", "--confirm", "by-jumps")
        told = operate(site, tmp_path, "jump")
        assert "by-jumps is counted" in told
        assert MOVED in site.get("/")
        assert MOVED in operate(site, tmp_path)
        day = f"{datetime.now(UTC) + timedelta(days=120):%Y-%m-%d}"
        told = operate(site, tmp_path, "jump", "--to", day)
        assert "by-jumps is purged (now purged" in told
        assert f"{MOVED} {day}" in site.get("/")


def operate(site: Site, folder: Path, *arguments: str) -> str:
    return site.manage(*arguments, cwd=folder)
