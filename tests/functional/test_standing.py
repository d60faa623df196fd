"""Where a survey stands, bare and by `status`: how far a release is, where everything is, who sees what."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import exp
from pathlib import Path
from typing import Any

import pytest

from chalicelib.disclosure.policy import OPEN_LINK
from chalicelib.disclosure.rounding import KeyedRandom
from chalicelib.jobs.count import count_pending
from chalicelib.jobs.purge import WAIT, purge_expired
from chalicelib.services import Services
from chalicelib.storage.database import Database
from operation.errors import OperatorError
from operation.lifecycle import require_survey
from operation.local.practice import services_on
from operation.local.server import served
from operation.progress import steps_reached, towards_release
from tests.builders import (
    Browser,
    FakeClock,
    an_open_survey,
    close_and_wait,
)
from tests.fakes import StandIn
from tests.functional.commands import Operate, a_file, done, refused
from tests.served import free_port
from tests.unit.jobs.collecting import COUNTRY, Collection, answer, withdraw

# --- how far a release is -------------------------------------------------------------------------------------------


def test_by_invitation_the_number_of_answers_is_told_beside_what_a_release_takes(
    operate: Operate, browser: Browser, services: Services
) -> None:
    an_open_survey(services, COUNTRY, access="invitation")
    receipts = answer(browser, 13)
    withdraw(services, receipts[0])
    for told in (done(operate()), done(operate("status", "a-survey"))):
        assert re.search("^ *answers: 12 of the 20 that a release takes$", told, re.I | re.M)
    answer(browser, 8)
    for told in (done(operate()), done(operate("status", "a-survey"))):
        assert re.search("^ *answers: enough for a release, which takes 20$", told, re.I | re.M)


def test_what_was_counted_and_not_published_is_among_the_answers(browser: Browser, services: Services) -> None:
    an_open_survey(services, COUNTRY, access="invitation", releases="monthly")
    answer(browser, 5)
    count_pending(services, require_survey(services, "a-survey"))
    answer(browser, 4)
    assert towards_release(services, require_survey(services, "a-survey")) == "9 of the 20 that a release takes"


@pytest.mark.parametrize("settings", [{"policy": "exact"}, {"opens_on": "2026-03-10"}])
def test_where_no_count_of_answers_decides_none_is_told(services: Services, settings: dict[str, str]) -> None:
    an_open_survey(services, COUNTRY, **settings)
    assert towards_release(services, require_survey(services, "a-survey")) == ""


def test_once_all_is_published_or_too_few_nothing_is_awaited(
    browser: Browser, services: Services, clock: FakeClock, operate: Operate
) -> None:
    an_open_survey(services, COUNTRY, access="invitation")
    answer(browser, 3)
    close_and_wait(services, clock)
    assert towards_release(services, require_survey(services, "a-survey")) == "3 of the 20 that a release takes"
    done(operate("release"))
    assert towards_release(services, require_survey(services, "a-survey")) == ""


@dataclass
class Counter(StandIn):
    """Notes how many items each query that only counts has looked at."""

    looked_at: list[int] = field(default_factory=list)

    def call(self, operation: str, /, **parameters: Any) -> Any:
        reply = super().call(operation, **parameters)
        if parameters.get("Select") == "COUNT":
            self.looked_at.append(reply["ScannedCount"])
        return reply


@pytest.mark.parametrize(("access", "most"), [("invitation", 20), ("open", 90)])
def test_counting_stops_once_there_are_enough_however_many_answers_there_are(
    services: Services, database: Database, clock: FakeClock, access: str, most: int
) -> None:
    an_open_survey(services, COUNTRY, access=access)
    Collection(services, clock, database).answer(200)
    database.replace_client(client := Counter(database.client))
    assert "enough for a release" in towards_release(services, require_survey(services, "a-survey"))
    assert sum(client.looked_at) == most


#: Draws of so many surveys; and a day on which somebody looks.
SURVEYS = [KeyedRandom(hashlib.sha256(b"%d" % number).digest(), "1") for number in range(400)]
A_DAY = date(2026, 3, 1)


def reached(n: int, survey: KeyedRandom, day: date = A_DAY) -> int:
    return steps_reached(n, OPEN_LINK, survey, day)


def test_on_an_open_link_steps_are_told_which_the_same_day_does_not_blur(
    operate: Operate, services: Services, database: Database, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY)
    people, seen = Collection(services, clock, database), []
    for _ in range(8):
        told = {
            re.search("answers: (.*)", done(operate()), re.I),
            re.search("Answers: (.*)", done(operate("status", "a-survey"))),
        }
        (words,) = {found.group(1) for found in told if found}
        seen.append(words)
        people.answer(10)
    assert list(dict.fromkeys(seen)) == [
        "fewer than half of what a release takes (about 50)",
        "more than half of what a release takes (about 50)",
        "enough for a release (about 50)",
    ]


@pytest.mark.parametrize(("n", "step"), [(0, 0), (10, 0), (37, 1), (38, 1), (65, 2)])
def test_on_an_open_link_nearly_every_step_told_is_the_right_one(n: int, step: int) -> None:
    assert sum(reached(n, survey) == step for survey in SURVEYS) > 0.98 * len(SURVEYS)


def test_one_answer_changes_the_odds_of_what_is_told_by_no_more_than_a_printed_number_P7() -> None:
    """e^(1/2) for each draw that it touches (disclosure, rule 9), and what 400 surveys are off by."""
    for n in range(15, 35):
        before, after = (sum(reached(each, survey) > 0 for survey in SURVEYS) for each in (n, n + 1))
        for one, other in ((before, after), (len(SURVEYS) - before, len(SURVEYS) - after)):
            assert one <= exp(0.5) * other + 30
            assert other <= exp(0.5) * one + 30


def test_who_looks_every_day_does_not_find_the_number_by_the_mean_P7() -> None:
    """Of 25 answers, just half: whether most days say so is the lasting draw's matter."""
    days = [A_DAY + timedelta(days=number) for number in range(50)]
    shares = [sum(reached(25, survey, day) > 0 for day in days) for survey in SURVEYS[:150]]
    assert sum(share < 10 for share in shares) > 15
    assert sum(share > 40 for share in shares) > 15


def test_a_step_that_is_taken_from_one_day_to_the_next_does_not_tell_that_somebody_answered_P7() -> None:
    taken = [reached(25, survey) < reached(25, survey, A_DAY + timedelta(days=1)) for survey in SURVEYS]
    assert sum(taken) > 40


def test_nothing_in_bare_words_tells_an_exact_number_of_an_open_link(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY)
    answer(browser, 17)
    close_and_wait(services, clock)
    for _ in range(2):
        assert "17" not in done(operate())
        done(operate("release"))


# --- where everything is --------------------------------------------------------------------------------------------


def test_addresses_of_form_results_and_files_are_told_once_they_are_there(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    done(operate("publish", a_file(text="plain")))
    assert "/s/a-survey" not in done(operate()) + done(operate("status", "a-survey"))
    an_open_survey(services, COUNTRY, access="invitation", survey="b-survey")
    answer(browser, 20, survey="b-survey")
    assert {"form: /s/b-survey", "results: /s/b-survey/results"} <= {
        line.strip() for line in done(operate()).splitlines()
    }
    close_and_wait(services, clock, "b-survey")
    assert "Form:" not in done(operate("status", "b-survey"))
    done(operate("release"))
    told = dict(re.findall("^([A-Za-z]+): (/.*)$", done(operate("status", "b-survey")), re.M))
    assert told.keys() == {"Results", "CSV", "XLSX", "Codebook", "JSON"}
    assert {browser.get(address).status_code for address in told.values()} == {200}
    assert "results: /s/b-survey/results" in done(operate())


def test_survey_that_is_never_published_has_no_address_of_results(
    operate: Operate, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY)
    close_and_wait(services, clock)
    done(operate("release"))
    assert "/results" not in done(operate()) + done(operate("status", "a-survey"))


def test_status_of_held_results_says_who_sees_what(
    operate: Operate, services: Services, database: Database, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY, access="invitation", results="held", releases="monthly")
    people = Collection(services, clock, database)
    for _ in range(2):
        people.answer(20)
        clock.advance(days=32)
        done(operate("release"))
    sign_in = "from /s/a-survey/results/sign-in"
    told = f"Held: who has a token sees releases up to 2, others see none, {sign_in}"
    assert told in done(operate("status", "a-survey"))
    done(operate("announce", "a-survey", "1"))
    told = f"Held: who has a token sees releases up to 2, everybody sees those up to 1, {sign_in}"
    assert told in done(operate("status", "a-survey"))
    done(operate("announce", "a-survey", "2"))
    assert "Held" not in done(operate("status", "a-survey"))


def test_status_tells_how_many_codes_are_unused_and_of_none_which_P10(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY, access="invitation")
    assert "Invitation codes" not in done(operate("status", "a-survey"))
    done(operate("invite", "a-survey", "--count", "5", "--to", "codes.txt"))
    codes = Path("codes.txt").read_text().splitlines()
    assert browser.send_json({"country": "se"}, invitation=codes[0]).status_code == 201
    told = done(operate("status", "a-survey"))
    assert "Invitation codes: 4 of 5 are unused" in told
    assert not [key for key in services.access.invitations("a-survey") if key.rpartition("#")[2] in told]
    close_and_wait(services, clock)
    done(operate("release"))
    clock.now += timedelta(days=90) + WAIT
    assert purge_expired(services) == ["a-survey"]
    assert "codes" not in done(operate("status", "a-survey"))


# --- slips ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["a-servey", "A-SURVEY", "asurvey", "a-survey2"])
def test_mistyped_survey_is_asked_about(operate: Operate, services: Services, given: str) -> None:
    an_open_survey(services, COUNTRY)
    an_open_survey(services, COUNTRY, survey="quite-another")
    assert refused(operate("status", given)) == f"There is no survey “{given}”. Did you mean “a-survey”?"


@pytest.mark.parametrize(
    ("command", "meant"),
    [
        ("staus", "status"),
        ("publsh", "publish"),
        ("key nwe", "new"),
        ("status --hepl", "--help"),
        ("--locl", "--local"),
    ],
)
def test_mistyped_command_or_option_is_asked_about(operate: Operate, command: str, meant: str) -> None:
    reply = operate(*command.split())
    assert reply.exit_code == 2
    assert f"Did you mean '{meant}'?" in reply.stderr


@pytest.mark.parametrize("option", ["--local", "--stage", "--region"])
def test_option_behind_its_command_is_told_where_it_stands(operate: Operate, option: str) -> None:
    reply = operate("status", "a-survey", option)
    assert reply.exit_code == 2
    assert f"Error: {option} stands before the command, right after manage.py." in reply.stderr


def test_local_without_a_server_asks_for_it_and_says_which_port_it_tried() -> None:
    port = free_port()
    with pytest.raises(OperatorError, match=f"Nothing answers on port {port}, where `make run` on port {port - 1} has"):
        services_on(port).surveys.ids()
    with pytest.raises(OperatorError, match=f"Nothing answers on port {port}"):
        services_on(port).clock()


def test_local_on_the_port_of_something_else_says_so() -> None:
    def elsewhere(environment: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", "2")])
        return [b"hi"]

    with served(elsewhere) as port, pytest.raises(OperatorError, match=f"What answers on port {port} is not the data"):
        services_on(port).surveys.ids()
