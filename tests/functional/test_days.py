"""A survey with a first and a last day, through its routes and the operator's commands, as the clock passes both."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.jobs import publish_releases, purge_expired
from chalicelib.questionnaire.survey import LATE_SENDERS, RECORD_LIFETIME
from chalicelib.services import Services, utc_now
from chalicelib.storage.surveys import SurveyStore
from chalicelib.web.http import NOT_KEPT
from operation.authoring.problems import ProblemCode
from operation.ending import close_survey
from operation.errors import DefinitionError, OperatorError
from operation.lifecycle import open_survey, publish_definition, require_survey, start_test
from tests.builders import (
    Browser,
    FakeClock,
    a_bilingual_survey,
    a_definition,
    a_document,
    a_question,
    an_open_survey,
    stored_items,
)
from tests.functional.commands import Operate, done, next_step, refused
from tests.functional.shapes import assert_page, assert_problem, receipt_in

SCALE = a_question("scale")
DAYS = {"policy": "exact", "opens_on": "2026-03-10", "closes_on": "2026-03-31"}
OPENING, CLOSING = datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def survey(services: Services) -> None:
    """Opened on 1 March, for 10 to 31 March."""
    an_open_survey(services, SCALE, **DAYS)


# --- before the first day -------------------------------------------------------------------------------------------


def test_before_its_first_day_a_survey_says_when_it_opens_and_asks_nothing(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    a_bilingual_survey(services, SCALE, **DAYS)
    clock.now = OPENING - SECOND
    page = assert_page(browser.get("/s/a-survey"), 409)
    assert page.texts["p"][-2:] == ["This survey opens on 10 March 2026.", "Come back then with the same link."]
    assert page.all("form") == []
    assert "About scale?" not in page.html
    swedish = assert_page(browser.get("/s/a-survey?lang=sv"), 409, "sv")
    assert "Enkäten öppnar den 10 mars 2026." in swedish.texts["p"]


@pytest.mark.usefixtures("survey")
def test_before_its_first_day_a_survey_takes_nothing_and_shows_back_what_was_typed_P12(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    clock.now = OPENING - SECOND
    page = assert_page(browser.send_form({"mood": ["4"]}), 409)
    assert "This survey is not open yet. Nothing was stored." in page.texts["p"]
    assert page.texts["dd"] == ["4"]
    for reply in (browser.get("/api/surveys/a-survey"), browser.send_json({"mood": 4})):
        assert_problem(reply, 409, "survey_not_yet_open")
        assert reply.json_body["detail"] == "It opens on 2026-03-10, at 00:00 UTC."
    assert stored_items(services) == []


@pytest.mark.parametrize("own", [{}, {"_switch": ["en"]}, {"_switch": ["en"], "_checked": ["1"]}, {"_token": [""]}])
@pytest.mark.usefixtures("survey")
def test_whoever_guesses_what_a_question_is_called_is_not_told_its_words_before_the_first_day(
    browser: Browser, clock: FakeClock, own: dict[str, list[str]]
) -> None:
    clock.now = OPENING - SECOND
    page = assert_page(browser.send_form({"mood": ["4"], **own}), 409)
    assert (page.texts["dt"], page.texts["dd"]) == (["mood"], ["4"])
    assert "About scale?" not in page.html


@pytest.mark.usefixtures("survey")
def test_survey_opens_by_itself_in_a_process_that_knows_it_already(browser: Browser, clock: FakeClock) -> None:
    clock.now = OPENING - SECOND
    assert_page(browser.get("/s/a-survey"), 409)
    clock.now = OPENING
    assert_page(browser.get("/s/a-survey"), NOT_KEPT)
    assert receipt_in(browser.send_form({"mood": ["4"]}))
    assert browser.send_json({"mood": 4}).status_code == 201


def test_survey_under_test_can_be_tried_out_before_its_first_day(browser: Browser, services: Services) -> None:
    publish_definition(services, a_definition(SCALE, **DAYS), [])
    assert_page(browser.get(f"/{start_test(services, 'a-survey')}"), NOT_KEPT)


@pytest.mark.usefixtures("survey")
def test_program_is_told_the_days_and_nothing_new_besides(browser: Browser, clock: FakeClock) -> None:
    clock.now = OPENING
    found = browser.get("/api/surveys/a-survey").json_body
    assert (found["state"], found["opens_on"], found["closes_on"]) == ("open", "2026-03-10", "2026-03-31")


# --- after the last day ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("survey")
def test_survey_closes_by_itself_before_any_run_in_a_process_that_remembers_it_open(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    clock.now = CLOSING - SECOND
    assert_page(browser.get("/s/a-survey"), NOT_KEPT)
    clock.now = CLOSING
    page = assert_page(browser.get("/s/a-survey"), 410)
    assert "Its last day was 31 March 2026." in page.texts["p"]
    assert_problem(browser.send_json({"mood": 4}), 410, "survey_closed")
    assert browser.get("/api/surveys/a-survey").json_body["state"] == "closed"
    assert stored_items(services) == []


@pytest.mark.usefixtures("survey")
@pytest.mark.parametrize("is_written_down", [False, True])
def test_form_loaded_on_the_last_day_is_taken_for_an_hour_and_counted_P6(
    browser: Browser, services: Services, clock: FakeClock, is_written_down: bool
) -> None:
    clock.now = CLOSING - SECOND
    first, last = browser.token(nonce=b"f" * 16, seconds_ago=0), browser.token(nonce=b"l" * 16, seconds_ago=0)
    clock.now = CLOSING + timedelta(minutes=14)
    if is_written_down:
        publish_releases(services)
    assert receipt_in(browser.send_form({"mood": ["4"]}, token=first))
    clock.now = CLOSING + LATE_SENDERS - SECOND
    assert receipt_in(browser.send_form({"mood": ["4"]}, token=last))
    clock.now = CLOSING + LATE_SENDERS
    assert_page(browser.send_form({"mood": ["4"]}, token=browser.token(nonce=b"x" * 16, seconds_ago=7200)), 410)
    clock.advance(minutes=5)
    publish_releases(services)
    release = services.surveys.latest_release("a-survey")
    assert release is not None
    assert release.responses == 2


@pytest.mark.usefixtures("survey")
def test_form_loaded_after_the_last_day_is_refused(browser: Browser, services: Services, clock: FakeClock) -> None:
    clock.now = CLOSING + 2 * RECORD_LIFETIME
    assert_page(browser.send_form({"mood": ["4"]}, token=browser.token(seconds_ago=10)), 410)
    assert stored_items(services) == []


@pytest.mark.usefixtures("survey")
def test_answers_can_be_withdrawn_until_they_are_purged_by_themselves_P11(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    clock.now = OPENING
    receipts = [browser.send_json({"mood": 4}).json_body["receipt"] for _ in range(2)]
    clock.now = CLOSING + timedelta(minutes=65)
    publish_releases(services)
    assert_page(browser.post("/s/a-survey/withdraw", urlencode({"receipt": receipts[0]})), 200)
    clock.now = CLOSING + timedelta(days=90, hours=1)
    assert purge_expired(services) == ["a-survey"]
    assert stored_items(services) == []
    page = assert_page(browser.post("/s/a-survey/withdraw", urlencode({"receipt": receipts[1]})), 200)
    assert "All answers to this survey are deleted" in page.text_of("p")


def test_rehearsal_that_came_too_late_for_the_wiping_goes_with_the_purge_P11(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    publish_definition(services, a_definition(SCALE, **DAYS), [])
    token = start_test(services, "a-survey").partition("token=")[2]
    reply = browser.post(
        f"/api/surveys/a-survey/responses?token={token}",
        json.dumps({"answers": {"mood": 4}}),
        "application/json",
        **{"Idempotency-Key": "00112233445566778899aabbccddeeff"},
    )
    assert reply.status_code == 201
    late = stored_items(services, rehearsal=True)
    open_survey(services, "a-survey")
    services.responses._database.call("put_item", _responses(), Item=late[0])
    clock.now = CLOSING + timedelta(days=90, hours=1)
    publish_releases(services)
    purge_expired(services)
    assert stored_items(services, rehearsal=True) == []


def _responses() -> Any:
    from chalicelib.storage.tables import RESPONSES

    return RESPONSES


# --- another last day (P13) -----------------------------------------------------------------------------------------


def publish(services: Services, **changes: Any) -> None:
    settings = {name: value for name, value in (DAYS | changes).items() if value is not None}
    publish_definition(services, a_definition(SCALE, **settings), list(_recipients(services)))


def _recipients(services: Services) -> tuple[str, ...]:
    return require_survey(services, "a-survey").settings.recipients


@pytest.mark.usefixtures("survey")
def test_last_day_can_be_put_off_until_it_is_over_P13(browser: Browser, services: Services, clock: FakeClock) -> None:
    clock.now = CLOSING - SECOND
    assert_page(browser.get("/s/a-survey"), NOT_KEPT)
    publish(services, closes_on="2026-04-15")
    clock.now = CLOSING
    assert_page(browser.get("/s/a-survey"), NOT_KEPT)
    publish_releases(services)
    assert require_survey(services, "a-survey").state == "open"
    clock.now = datetime(2026, 4, 16, tzinfo=UTC)
    assert_page(browser.get("/s/a-survey"), 410)
    with pytest.raises(OperatorError, match="closed"):
        publish(services, closes_on="2026-05-15")


@pytest.mark.usefixtures("survey")
@pytest.mark.parametrize(
    "changes", [{"closes_on": "2026-03-30"}, {"closes_on": None}, {"opens_on": "2026-03-09"}, {"opens_on": None}]
)
def test_no_other_change_of_the_days_is_taken_once_the_survey_is_open_P13(
    services: Services, changes: dict[str, Any]
) -> None:
    with pytest.raises(DefinitionError) as caught:
        publish(services, **changes)
    [problem] = caught.value.problems
    assert (str(problem.place), problem.code) == (f"settings.{next(iter(changes))}", ProblemCode.CHANGED_SETTING)
    assert require_survey(services, "a-survey").version == 1


def test_open_survey_without_a_last_day_can_be_given_one_P13(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, SCALE, policy="exact")
    publish(services, opens_on=None, closes_on="2026-03-05")
    clock.now = datetime(2026, 3, 6, tzinfo=UTC)
    assert_page(browser.get("/s/a-survey"), 410)


def test_last_day_given_to_an_open_survey_may_make_its_edition_the_last(services: Services) -> None:
    settings = {"access": "invitation", "releases": "monthly"}
    an_open_survey(services, SCALE, **settings)
    edition_ends = require_survey(services, "a-survey").edition_ends
    assert edition_ends == CLOSING
    other = a_question("scale", most=4)
    with pytest.raises(DefinitionError) as caught:
        publish_definition(
            services, a_definition(other, **settings, closes_on="2026-03-20"), list(_recipients(services))
        )
    assert {problem.code for problem in caught.value.problems} == {ProblemCode.ASKED_LATE}
    publish_definition(services, a_definition(SCALE, **settings, closes_on="2026-03-20"), list(_recipients(services)))
    assert require_survey(services, "a-survey").edition_ends is None
    publish_definition(services, a_definition(SCALE, **settings, closes_on="2026-04-20"), list(_recipients(services)))
    assert require_survey(services, "a-survey").edition_ends == edition_ends


@pytest.mark.usefixtures("survey")
def test_survey_is_closed_before_its_last_day_only_by_the_operators_word_P13(services: Services) -> None:
    with pytest.raises(OperatorError, match=r"until 2026-03-31.*--before-its-day"):
        close_survey(services, "a-survey")
    assert close_survey(services, "a-survey", before_its_day=True).closed_at == services.clock()


# --- what the operator is told --------------------------------------------------------------------------------------


def a_file(**settings: Any) -> str:
    Path("a-survey.yaml").write_text(json.dumps(a_document(SCALE, **settings)), "utf-8")
    return "a-survey.yaml"


def test_operator_is_told_when_a_survey_opens_and_closes(operate: Operate, clock: FakeClock) -> None:
    file = a_file(**DAYS)
    done(operate("publish", file))
    closes = "it closes by itself after 31 March 2026 (UTC)"
    opens = f"wait: it opens by itself on 10 March 2026 (UTC); {closes}"
    share = "`manage.py share a-survey --to a-survey-posters` makes a poster and a message"
    assert done(operate("open", "a-survey")).splitlines()[1] == f"Next: {share}; {opens}"
    assert next_step(operate) == opens
    clock.now = OPENING
    assert next_step(operate) == f"collecting; {closes}"
    later = a_file(**DAYS | {"closes_on": "2026-04-15"})
    assert "version 1 stays; its last day is now 15 April 2026. Next: collecting" in done(operate("publish", later))
    assert "--before-its-day" in refused(operate("close", "a-survey"))
    clock.now = datetime(2026, 4, 16, tzinfo=UTC)
    assert next_step(operate).startswith("wait: it is counted by the first run after 2026-04-16 01:05 UTC")
    assert "Only an open survey can be closed" in refused(operate("close", "a-survey"))
    clock.advance(hours=2)
    assert next_step(operate).startswith("overdue since 2026-04-16 01:05 UTC")


def test_operator_of_an_open_survey_without_a_last_day_is_told_that_nothing_is_ever_deleted(operate: Operate) -> None:
    done(operate("publish", a_file(policy="exact")))
    endless = "no closes_on is set: it stays open, and no answer is deleted, until `manage.py close a-survey`"
    assert endless in done(operate("open", "a-survey"))
    assert next_step(operate) == f"collecting; {endless}"
    assert endless in done(operate("status", "a-survey"))


def test_last_day_that_is_over_can_be_neither_published_nor_opened(
    operate: Operate, services: Services, clock: FakeClock
) -> None:
    file = a_file(**DAYS)
    done(operate("publish", file))
    clock.now = CLOSING
    assert refused(operate("open", "a-survey")) == (
        "2026-03-31 is over. Publish “a-survey” with a later `closes_on` first."
    )
    assert "settings.closes_on: This day is over" in operate("publish", file).stderr
    assert "settings.closes_on: This day is over" in operate("check", a_file(closes_on="2020-01-01")).stderr


class _AnHourAhead(SurveyStore):
    """A database whose clock says another hour than this computer's."""

    def server_time(self) -> datetime:
        return utc_now() + timedelta(hours=1)


def test_no_day_is_put_off_or_begun_by_a_clock_that_is_wrong_P13(operate: Operate, services: Services) -> None:
    publish_definition(services, a_definition(SCALE), [])
    before = services.surveys.get("a-survey")
    Path("a-survey.yaml").write_text(json.dumps(a_document(SCALE, closes_on="2026-03-31")), encoding="utf-8")
    services.surveys = _AnHourAhead(services.surveys._database)  # on the same tables
    for command in (("publish", "a-survey.yaml"), ("open", "a-survey")):
        assert "Set it right." in refused(operate(*command))
    assert services.surveys.get("a-survey") == before


def test_year_that_looks_like_a_slip_is_a_warning(operate: Operate) -> None:
    file = a_file(policy="exact", closes_on="2072-03-31")
    for command in ("check", "publish"):
        reply = operate(command, file)
        assert reply.exit_code == 0
        assert "warning: a-survey.yaml:1: settings.closes_on: This is more than two years away." in reply.stderr
