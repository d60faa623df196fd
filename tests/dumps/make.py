"""Puts down the tables as this version leaves them: ``python -m tests.dumps.make``.

A fixed scenario of invented answers. Its keys, codes and tokens open nothing but this.
"""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from chalice.test import Client

from app import app
from chalicelib import services as services_module
from chalicelib.jobs import publish_releases, purge_expired
from chalicelib.jobs.audit import audit_survey
from chalicelib.jobs.purge import PROOF
from chalicelib.questionnaire.survey import COUNTING_DELAY, Survey
from chalicelib.questionnaire.themes import Theme
from chalicelib.responses.receipt import issue_token
from chalicelib.services import Services
from chalicelib.tabulation.themes import CodedThemes, ThemeCounts
from operation.analysts import announce, create_token
from operation.coding.applying import apply
from operation.ending import close_survey, purge_now
from operation.invitations import invite
from operation.lifecycle import publish_definition, require_survey, start_test
from operation.local.moto_engine import moto_database
from operation.rehearsal.dumps import Dump, Numbers, Promises, Sent, dumped, store
from tests.builders import Browser, FakeClock, a_definition, a_question, identities, opened, options, text
from tests.functional.shapes import receipt_in
from tests.served import ROOT

REGION = a_question("single_choice", id="region", options=options("north", "south"))
MOOD, WISH = a_question("scale"), a_question("long_text")
WRITTEN = "A bank account without questions."
#: In each edition of ``members``: as many as a release takes, and some who may still withdraw. And who is never asked.
INVITED, GUESTS, UNUSED = 24, 70, 6
#: Of the analyst's token: it is tried for as long as there is a version.
FOR_EVER_DAYS = 36_500


@dataclass
class Scenario:
    """Some months of surveys, in a second."""

    browser: Browser
    clock: FakeClock
    codes: list[str] = field(default_factory=list)

    @property
    def services(self) -> Services:
        return self.browser.services

    def played(self) -> Promises:
        """Fill the tables; what was told to whom."""
        self._past()
        guest = self._guests()
        self._board()
        told = self._members()
        self._cut_short()
        publish_definition(self.services, a_definition(MOOD, survey="trial"), [])
        trial = start_test(self.services, "trial")
        token = create_token(self.services, "board", FOR_EVER_DAYS, "For ever").token
        return Promises(
            made_at=self.clock(),
            numbers={survey: self._numbers(survey, token) for survey in ("members", "board", "guests")},
            unused_codes=tuple(self.codes),
            text=WRITTEN,
            identity=identities()[0][1],
            guest_receipt=guest,
            analyst_token=token,
            proof=self.services.tallies.record("past", PROOF) or "",
            trial_link=trial,
            **told,
        )

    def _past(self) -> None:
        opened(self.services, a_definition(MOOD, survey="past", policy="exact", retention_days=1))
        for mood in (1, 2, 5):
            self._call({"mood": mood}, "past")
        self._close_and_publish("past")
        self.clock.advance(days=2)
        assert purge_expired(self.services) == ["past"]

    def _cut_short(self) -> None:
        """What two commands leave that end in the middle."""
        opened(self.services, a_definition(MOOD, survey="raided", policy="exact"))
        self._call({"mood": 1}, "raided")
        with suppress(KeyboardInterrupt):
            purge_now(self.services, "raided", self._stopped)
        publish_definition(self.services, a_definition(MOOD, survey="dropped"), [])
        self.services.surveys.save(self._record("dropped").model_copy(update={"state": "being deleted"}))

    def _stopped(self, _: datetime) -> None:
        """While the purge waits, an answer comes by a process that has not heard of it; then the command is stopped."""
        self._call({"mood": 2}, "raided")
        raise KeyboardInterrupt

    def _guests(self) -> str:
        """Who write something too, which is sorted into a theme: in the second release."""
        settings: dict[str, Any] = {"survey": "guests", "retention_days": 60, "text": "plain", "coding": True}
        opened(self.services, a_definition(REGION, MOOD, WISH, **settings))
        receipts = [
            self._call({"region": "north", "mood": 1 + number % 5, "wish": WRITTEN}, "guests")
            for number in range(GUESTS)
        ]
        self._close_and_publish("guests")
        theme = Theme(code="money", label=text("Money"))
        found = ThemeCounts(question="wish", themes=(theme,), texts=GUESTS, chosen=GUESTS, counts=(GUESTS,))
        apply(self.services, "guests", CodedThemes(questions=(found,)))
        publish_releases(self.services)
        return receipts[0]

    def _board(self) -> None:
        """Every kind of question, two releases, other words since then, and one who answered these."""
        settings = {"survey": "board", "policy": "exact", "text": "plain", "results": "held"}
        definition = a_definition(**settings)
        opened(self.services, definition)
        for _ in range(2):
            self._call(None, "board")
            publish_releases(self.services)
        announce(self.services, "board", 1)
        reworded = definition.questionnaire.model_copy(update={"thanks": text("Thank you very much.")})
        publish_definition(self.services, definition.model_copy(update={"questionnaire": reworded}), [])
        self._call(None, "board")

    def _close_and_publish(self, survey: str) -> None:
        close_survey(self.services, survey)
        self.clock.now += COUNTING_DELAY
        self._publish(survey, 1)

    def _publish(self, survey: str, number: int) -> None:
        assert [done.released for done in publish_releases(self.services) if done.survey == survey] == [number]

    def _members(self) -> dict[str, Any]:
        """Two editions are out, a third waits."""
        settings = {"access": "invitation", "releases": "monthly", "crosstabs": {"group": "region", "by": ["mood"]}}
        opened(self.services, a_definition(REGION, MOOD, WISH, survey="members", **settings))
        self.codes = list(invite(self.services, "members", 3 * INVITED + UNUSED))
        first = [self._answered(number) for number in range(INVITED)]
        self._withdraw(first[0])
        self._end_of_month(1)
        for number in range(INVITED):
            self._answered(number)
        self._end_of_month(2)
        waiting = [self._answered(number) for number in range(INVITED - 2)]
        key, used, token = secrets.token_hex(16), self.codes[-1], self._token(b"a form that came")
        call = self._call({"region": "north"}, "members", key=key, invitation=self.codes.pop())
        return {
            "call": Sent(by=key, receipt=call),
            "form": Sent(by=token, receipt=self._form(token)),
            "loaded": self._token(b"a form in a tab."),
            "pending_receipt": waiting[0],
            "counted_receipt": first[1],
            "withdrawn_receipt": first[0],
            "used_code": used,
        }

    def _answered(self, number: int) -> str:
        written = {"wish": WRITTEN} if number == 1 else {}
        answers = {"region": "north" if number % 3 else "south", "mood": 1 + number % 5, **written}
        return self._call(answers, "members", invitation=self.codes.pop())

    def _call(self, answers: Any, survey: str, key: str | None = None, **more: str) -> str:
        reply = self.browser.send_json(answers, survey, key, **more)
        assert reply.status_code == 201, reply.body
        return str(reply.json_body["receipt"])

    def _form(self, token: str) -> str:
        self.clock.advance(minutes=2)
        fields = {"region": ["south"], "mood": ["3"], "_invitation": [self.codes.pop()]}
        return receipt_in(self.browser.send_form(fields, "members", token))

    def _withdraw(self, receipt: str) -> None:
        assert self.browser.post("/s/members/withdraw", urlencode({"receipt": receipt})).status_code == 200

    def _end_of_month(self, edition: int) -> None:
        ends = self._record("members").edition_ends
        assert ends is not None
        self.clock.now = ends
        self._publish("members", edition)

    def _token(self, nonce: bytes) -> str:
        """That of a form which is loaded now."""
        return issue_token(self.services.receipt_key(self._record("members")), "members", self.clock(), nonce)

    def _record(self, survey: str) -> Survey:
        return require_survey(self.services, survey)

    def _numbers(self, survey: str, token: str) -> Numbers:
        audit = audit_survey(self.services, self._record(survey))
        releases = range(1, self._record(survey).releases + 1)
        return Numbers(
            pending=audit.pending,
            counted=audit.counted,
            withdrawn=audit.withdrawn,
            csv=tuple(self._csv(survey, number, token) for number in releases),
        )

    def _csv(self, survey: str, number: int, token: str) -> str:
        bearer = {"Authorization": f"Bearer {token}"} if survey == "board" else {}
        reply = self.browser.get(f"/api/surveys/{survey}/releases/{number}.csv", **bearer)
        assert reply.status_code == 200, reply.body
        return str(reply.body, "utf-8")


@contextmanager
def _scenario() -> Iterator[Scenario]:
    clock = FakeClock(datetime(2026, 1, 10, 12, 0, tzinfo=UTC))
    with moto_database() as database, Client(app) as client:
        services = Services.on(database, clock)
        services_module.use(services)
        yield Scenario(Browser(client, services), clock)
        services_module.use(None)


def made(version: str) -> Dump:
    """The dump of this version."""
    with _scenario() as scenario:
        promises = scenario.played()
        return dumped(scenario.services.surveys._database, version, promises)


def _version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])


if __name__ == "__main__":
    print(store(made(_version())))
