"""What the tests of the publish job share: respondents, a run that is disturbed, and what was printed."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import Any

import pytest

from chalicelib.errors import Conflict
from chalicelib.jobs.audit import audit_survey
from chalicelib.jobs.publish import publish_survey
from chalicelib.publication.release import Release
from chalicelib.questionnaire.survey import Survey
from chalicelib.responses.answers import Response
from chalicelib.responses.receipt import SHARDS, read_receipt, rid_of
from chalicelib.services import Services
from chalicelib.storage.database import Database
from operation.ending import close_survey
from operation.invitations import invite
from operation.lifecycle import require_survey
from tests.builders import Browser, FakeClock, a_question
from tests.fakes import Crashed, DisturbedClient, NotingClient

COUNTRY = a_question("single_choice")
#: Of a run at the end of an edition: what is done for each of eight shards, in one call at its beginning and its end,
#: and in three between. One in seven meets each of the three, since seven and three have no divisor in common.
REPEATED = (*range(3, 8), *range(14, 35), *range(40, 46))
SHARD = re.compile(r"#\d\b")


def every_call(calls: int, fast: int = 6) -> list[Any]:
    """Each call of a run by number; the fast tier takes one in ``fast``, off the beat of the shards' three."""
    return [pytest.param(at, marks=[] if at % fast == at // fast % 2 else pytest.mark.slow) for at in range(calls)]


def every_place(calls: int, fast: int, repeated: Container[int] = REPEATED) -> list[Any]:
    """As :func:`every_call`, but one in seven of those that are ``repeated`` for each shard."""
    return [each for each in every_call(calls, fast) if each.values[0] not in repeated or each.values[0] % 7 == 0]


def places_of(database: Database, act: Callable[[], object]) -> list[tuple[str, str]]:
    """What each call that ``act`` makes does, whatever the shard, and what the call before it did."""
    plain = database.client
    database.replace_client(client := NotingClient(plain))
    act()
    database.replace_client(plain)
    return list(pairwise(["", *(SHARD.sub("#", noted) for noted in client.noted)]))


def assert_meet(calls: list[Any], places: list[tuple[str, str]]) -> None:
    """Fail unless ``calls`` meet every place of a run, and what comes after it."""
    tried = [call.values[0] for call in calls]
    assert {place for at, place in enumerate(places) if at in tried} == set(places)
    assert len(places) <= max(tried)


def answer(browser: Browser, times: int, code: str = "se", survey: str = "a-survey") -> list[str]:
    """So many respondents, each with an invitation where the survey asks for one; their receipts."""
    services = browser.services
    is_invited = require_survey(services, survey).settings.access == "invitation"
    codes = list(invite(services, survey, times)) if is_invited else []
    sent = [{"invitation": code_} for code_ in codes] or [{}] * times
    replies = [browser.send_json({"country": code}, survey=survey, **more) for more in sent]
    assert all(reply.status_code == 201 for reply in replies)
    return [reply.json_body["receipt"] for reply in replies]


def withdraw(services: Services, receipt: str) -> None:
    key = services.receipt_key(require_survey(services, "a-survey"))
    assert services.responses.withdraw("a-survey", rid_of(key, read_receipt(receipt) or ""))


def run_disturbed(services: Services, database: Database, at: int, disturb: Callable[[], object]) -> None:
    """A run of the publish job before whose call numbered ``at`` something happens; after it, if it makes fewer."""
    disturbed(database, at, disturb, lambda: publish_survey(services, "a-survey"))


def disturbed(database: Database, at: int, disturb: Callable[[], object], act: Callable[[], object]) -> None:
    """As :func:`run_disturbed`, whatever ``act`` is."""
    plain = database.client

    def on_the_way() -> None:
        database.replace_client(plain)
        disturb()

    client = DisturbedClient(plain, at, on_the_way)
    database.replace_client(client)
    try:
        act()
    finally:
        database.replace_client(plain)
    if client.made <= at:
        disturb()


def latest(services: Services, survey: str = "a-survey") -> Release:
    release = services.surveys.latest_release(survey)
    assert release is not None
    return release


def counts(release: Release, table: str = "country") -> dict[str, int]:
    (found,) = [one for one in release.tables if one.id == table]
    return {cell.code: cell.count for cell in found.cells}


def assert_ledger_holds(services: Services) -> None:
    assert audit_survey(services, require_survey(services, "a-survey")).adds_up


@dataclass
class Collection:
    """A survey by invitation with an edition a month, those who answer it, and the runs that publish it."""

    services: Services
    clock: FakeClock
    database: Database
    _numbers: Iterator[int] = field(default_factory=count)

    def answer(self, times: int, code: str = "se", version: int = 0) -> list[str]:
        """So many responses to ``version``, else to the latest, put straight into the store, and their ids."""
        asked = self.services.version("a-survey", version or self.record.version)
        packed = asked.layout.pack(asked.validator.validate({"country": code}))
        rids = [f"{number % SHARDS}{number:025}" for number, _ in zip(self._numbers, range(times), strict=False)]
        responses = [Response("a-survey", rid, asked.number, packed, mark=packed) for rid in rids]
        assert all(map(self.services.responses.add, responses))
        return rids

    def withdraw(self, rids: list[str]) -> None:
        assert all(self.services.responses.withdraw("a-survey", rid) for rid in rids)

    def let_the_month_end(self) -> None:
        self.clock.advance(days=31)

    def close(self) -> None:
        close_survey(self.services, "a-survey")

    def run(self) -> int | None:
        return publish_survey(self.services, "a-survey").released

    def run_disturbed(self, at: int, disturb: Callable[[], object]) -> None:
        with contextlib.suppress(Conflict, Crashed):
            run_disturbed(self.services, self.database, at, disturb)

    @property
    def record(self) -> Survey:
        return require_survey(self.services, "a-survey")

    @property
    def release(self) -> Release | None:
        return self.services.surveys.latest_release("a-survey")

    @property
    def counted(self) -> dict[int, int]:
        """How many responses each batch counted."""
        ledger = self.services.tallies.ledger("a-survey")
        return {batch: n for batch, parts in ledger.items() if (n := sum(part.tally.n for part in parts))}

    def assert_printed(self, number: int, responses: int) -> None:
        release = latest(self.services)
        assert (release.number, release.responses) == (number, responses)

    def assert_ledger(self, pending: int, counted: int) -> None:
        audit = audit_survey(self.services, self.record)
        assert (audit.adds_up, audit.pending, audit.counted) == (True, pending, counted)
