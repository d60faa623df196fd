"""What another operator was in the midst of when a survey is purged or deleted: nothing of that is left behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from chalicelib.jobs.purge import PROOF
from chalicelib.services import Services
from chalicelib.storage.responses import ResponseStore
from operation.analysts import announce
from operation.ending import close_survey, delete_survey, purge_now
from operation.errors import OperatorError
from operation.invitations import invite_into
from operation.lifecycle import publish_definition, require_survey
from tests.builders import Browser, a_definition, a_question, an_open_survey, stored_items, stored_survey
from tests.functional.holding import a_held_survey


def draft(services: Services) -> None:
    publish_definition(services, a_definition(a_question("scale"), access="invitation"), [])


def opened(services: Services) -> None:
    an_open_survey(services, a_question("scale"), access="invitation")


def purged(services: Services, act: Callable[[datetime], None] = lambda _: None) -> None:
    purge_now(services, "a-survey", act)


def deleted(services: Services) -> None:
    delete_survey(services, "a-survey")


def closed(services: Services) -> None:
    close_survey(services, "a-survey")


@pytest.mark.parametrize(("begin", "end"), [(opened, purged), (opened, closed), (draft, deleted)])
def test_codes_that_were_being_made_when_it_ended_are_taken_back_P11(
    services: Services, tmp_path: Path, begin: Callable[[Services], None], end: Callable[[Services], None]
) -> None:
    begin(services)
    codes = tmp_path / "codes"
    inviting = invite_into(codes, services, "a-survey", 4)
    next(inviting)
    end(services)
    next(inviting)
    with pytest.raises(OperatorError, match="a-survey"):
        list(inviting)
    assert list(services.access.invitations("a-survey")) == []
    assert not codes.exists()


def test_whoever_is_making_codes_holds_up_no_purge_P11(services: Services, tmp_path: Path) -> None:
    opened(services)
    inviting = invite_into(tmp_path / "codes", services, "a-survey", 2)
    next(inviting)

    def invite_meanwhile(_: datetime) -> None:
        with pytest.raises(OperatorError, match="being purged"):
            list(inviting)

    purged(services, invite_meanwhile)
    assert_purged(services)


def test_what_is_held_can_be_announced_while_the_purge_waits_and_it_ends_all_the_same_P11(browser: Browser) -> None:
    a_held_survey(browser)

    def announce_meanwhile(_: datetime) -> None:
        announce(browser.services, "a-survey", 2)

    purged(browser.services, announce_meanwhile)
    assert_purged(browser.services)
    assert require_survey(browser.services, "a-survey").announced == 2


class _Overtaken(ResponseStore):
    """A store that has one more when all was deleted for the last time."""

    times = 0

    def count(self, survey: str) -> int:
        self.times += 1
        return super().count(survey) + (self.times > 1)


def test_purge_that_an_answer_overtakes_is_not_called_done_and_the_same_again_ends_it_P11(browser: Browser) -> None:
    services = browser.services
    an_open_survey(services, a_question("scale"))
    assert browser.send_json({"mood": 1}).status_code == 201
    overtaken = _Overtaken(services.responses._database)
    with pytest.raises(OperatorError, match="The same command again deletes them"):
        purged(replace(services, responses=overtaken))
    assert stored_survey(services).state == "being purged"
    assert services.tallies.record("a-survey", PROOF) is None
    purged(services)
    assert_purged(services)
    assert stored_items(services) == []
    assert '"records_left": 0' in (services.tallies.record("a-survey", PROOF) or "")


def assert_purged(services: Services) -> None:
    record = require_survey(services, "a-survey")
    assert (record.state, services.tallies.record("a-survey", PROOF) is not None) == ("purged", True)
