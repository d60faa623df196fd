"""No survey ends by a slip: `close` says what it means, asks, and says until when it can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.disclosure.policy import EXACT, INVITED, OPEN_LINK
from chalicelib.disclosure.protect import printed_total
from chalicelib.jobs import publish_releases
from chalicelib.services import Services
from chalicelib.storage.responses import partition_of
from chalicelib.storage.tables import RESPONSES
from manage import manage
from operation.ending import chance_of_release, close_survey
from operation.invitations import invite
from operation.lifecycle import publish_definition, require_survey
from tests.builders import Browser, FakeClock, a_definition, a_question, an_open_survey, options
from tests.engine.calls import everything
from tests.functional.commands import RECIPIENTS, Operate, at_a_terminal, done, refused
from tests.unit.jobs.collecting import COUNTRY, answer

ENDS = "Unless enough people send the form within the hour, nothing will ever be published."
INVITATION: dict[str, Any] = {"access": "invitation"}


def asked(survey: str = "a-survey", *options_: str, said: str = "n\n") -> str:
    """What `close` asks, and says of the answer, in one line."""
    result = CliRunner().invoke(manage, ("close", survey, *options_), input=at_a_terminal(said))
    return " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("settings", "answers", "told"),
    [
        (INVITATION, 12, f"a-survey has 12 answers so far; 20 are what a release takes. {ENDS}"),
        (INVITATION, 20, "a-survey has 20 answers so far; 20 are what a release takes. They are published about an"),
        ({}, 12, f"a-survey has 12 answers so far; about 50 are what a release takes. {ENDS}"),
        ({}, 48, "about 50 are what a release takes. Chance has a say: in 77 of 100 such cases nothing will ever be"),
        ({"policy": "exact"}, 1, "a-survey has 1 answer so far. They are published about an hour later."),
        ({"policy": "exact"}, 0, f"a-survey has 0 answers so far. {ENDS}"),
    ],
)
def test_close_says_what_it_means_for_a_release(
    browser: Browser, services: Services, settings: dict[str, Any], answers: int, told: str
) -> None:
    an_open_survey(services, COUNTRY, **settings)
    answer(browser, answers)
    words = asked()
    assert told in words
    assert words.endswith("Close it? [y/N]: n Nothing was done.")


def test_of_a_monthly_survey_close_speaks_of_the_answers_since_the_last_release(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY, releases="monthly", **INVITATION)
    answer(browser, 21)
    clock.advance(days=32)
    publish_releases(services)
    answer(browser, 3)
    told = "a-survey has 3 answers since release 1; 20 are what a release takes."
    assert f"{told} Unless enough people send the form within the hour, nothing of them will ever be" in asked()


def test_close_names_what_waits_and_the_day_that_respondents_were_told(services: Services) -> None:
    settings = {"releases": "monthly", "closes_on": "2026-05-31", **INVITATION}
    an_open_survey(services, COUNTRY, **settings)
    fewer = a_definition(a_question("single_choice", options=options("se", "no")), **settings)
    publish_definition(services, fewer, RECIPIENTS[1::2])
    words = asked("a-survey", "--before-its-day")
    assert "Version 2 waits for the next edition, and never comes. Respondents were told" in words
    assert "open until 2026-05-31. Close it?" in words
    assert "--before-its-day" in asked()


@pytest.mark.parametrize(
    ("options_", "said", "told"),
    [
        ((), "", "Nobody at a terminal answered, so nothing was done. Where nobody can: --confirm a-survey"),
        ((), "n\n", "Nothing was done."),
        (("--confirm", "b-survey"), "", "--confirm says “b-survey”, and this is “a-survey”. Nothing was done."),
    ],
)
def test_nothing_is_closed_without_a_yes(services: Services, options_: tuple[str, ...], said: str, told: str) -> None:
    an_open_survey(services, COUNTRY)
    before = everything(services)
    result = CliRunner().invoke(manage, ("close", "a-survey", *options_), input=at_a_terminal(said))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1].endswith(told)
    assert everything(services) == before


@pytest.mark.parametrize("said", ["y\n", "yes\n"])
def test_a_yes_closes_and_says_until_when_that_can_be_taken_back(services: Services, said: str) -> None:
    an_open_survey(services, COUNTRY)
    result = CliRunner().invoke(manage, ("close", "a-survey"), input=at_a_terminal(said))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].startswith("To take it back, until 2026-03-01 13:00 UTC: ")
    assert result.stdout.splitlines()[-1].endswith("manage.py reopen a-survey")


def test_bare_it_says_until_when_a_closing_can_be_taken_back(
    operate: Operate, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY)
    close_survey(services, "a-survey")
    takes_back = "; until 13:00 UTC `manage.py reopen a-survey` takes its closing back"
    assert takes_back in " ".join(done(operate()).split())
    clock.advance(hours=1)
    assert "reopen" not in done(operate())


def test_survey_with_an_answer_that_cannot_be_read_can_be_closed(operate: Operate, services: Services) -> None:
    an_open_survey(services, COUNTRY)
    part = partition_of("a-survey", "0")
    damaged = {"part": {"S": part}, "rid": {"S": "0"}, "pending": {"S": part}, "v": {"N": "1"}, "mark": {"B": b""}}
    services.responses._database.call("put_item", RESPONSES, Item=damaged)
    assert "How many answers a-survey has cannot be told: one cannot be read." in asked()
    done(operate("close", "a-survey", "--confirm", "a-survey"))


def test_answers_to_new_questions_are_told_apart_during_the_turn(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY, releases="monthly", **INVITATION)
    answer(browser, 20)
    fewer = a_definition(a_question("single_choice", options=options("se", "no")), releases="monthly", **INVITATION)
    publish_definition(services, fewer, RECIPIENTS[1::2])
    clock.advance(days=32)
    publish_releases(services)
    (code,) = invite(services, "a-survey", 1)
    assert browser.send_json({"country": "se"}, invitation=code, version=2).status_code == 201
    assert "has 20 answers so far; 20" in asked()
    assert "1 answer to the new questions are a batch of their own." in asked()


@pytest.mark.parametrize("answers", [40, 44, 48, 49, 50, 52, 58])
def test_chance_is_that_of_the_rule_by_which_a_release_is_decided(answers: int) -> None:
    """Of 4,000 keys: four standard deviations are 3.2 of 100."""
    draws = 4_000
    came = sum(printed_total(answers, OPEN_LINK, b"%d" % number, 1) >= 50 for number in range(draws))
    assert abs(came / draws - chance_of_release(answers, OPEN_LINK)) < 0.032


def test_chance_has_no_say_by_invitation() -> None:
    assert [chance_of_release(n, INVITED) for n in (0, 19, 20, 21)] == [0, 0, 1, 1]
    assert [chance_of_release(n, EXACT) for n in (0, 1, 2)] == [0, 1, 1]


@pytest.mark.parametrize("command", ["close", "reopen"])
def test_neither_is_done_by_a_clock_that_is_wrong(
    operate: Operate, services: Services, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    an_open_survey(services, COUNTRY)
    monkeypatch.setattr("chalicelib.services.utc_now", FakeClock())
    assert "clock says" in refused(operate(command, "a-survey", *["--confirm", "a-survey"] * (command == "close")))


def test_what_waited_is_dropped_by_closing_and_waits_again_once_it_is_published_again(
    operate: Operate, services: Services
) -> None:
    settings = {"releases": "monthly", **INVITATION}
    opened = an_open_survey(services, COUNTRY, **settings)
    fewer = a_definition(a_question("single_choice", options=options("se", "no")), **settings)
    publish_definition(services, fewer, opened.settings.recipients)
    done(operate("close", "a-survey", "--confirm", "a-survey"))
    told = done(operate("reopen", "a-survey"))
    assert "Version 2 waits no more: closing dropped it. Publish its file again to let it wait." in told
    publish_definition(services, fewer, opened.settings.recipients)
    record = require_survey(services, "a-survey")
    assert (record.state, record.version, record.next_version) == ("open", 1, 2)
