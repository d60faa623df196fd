"""A survey, those who answer it, the jobs that count and purge it, and a model of what each was told."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from chalicelib.collection import Accepted, Submission, accept, find_survey
from chalicelib.disclosure.policy import policy_of
from chalicelib.disclosure.protect import protect
from chalicelib.disclosure.protected import ProtectedBatch, ProtectedCrosstab
from chalicelib.errors import AlreadyCounted, AlreadyWithdrawn, Conflict, InvalidSubmission, SurveyNotOpen
from chalicelib.jobs.audit import audit_survey
from chalicelib.jobs.publish import is_due, publish_survey
from chalicelib.jobs.purge import WAIT, purge_expired
from chalicelib.publication.release import Release
from chalicelib.questionnaire.survey import Crosstabs, Survey
from chalicelib.responses.answers import StoredRecord
from chalicelib.responses.receipt import RECEIPT_LENGTH, invitation_hash, issue_token, read_token, rid_of
from chalicelib.services import Services
from chalicelib.storage.database import Database, Item
from chalicelib.storage.responses import partition_of
from chalicelib.storage.tables import ACCESS, RESPONSES, TALLIES
from chalicelib.tabulation.tally import tables_of, tally_of
from operation.ending import close_survey
from operation.lifecycle import open_survey, publish_definition, require_survey
from tests.builders import FakeClock, a_definition, a_question, releases_of
from tests.fakes import Crashed, DisturbedClient, StandIn, crash

ID = "a-survey"
CODES = [f"{number:0{RECEIPT_LENGTH}}" for number in range(80)]
#: More than a month, so that an edition can end before.
RETENTION_DAYS = 40
#: Keys that are the same in every run, so that a failure can be replayed.
RECEIPT_KEY, ROUNDING_KEY = b"r" * 32, b"t" * 32

Choice = tuple[int | None, bool | None]
Job = Literal["publish", "purge"]
Disturbance = Literal["crash", "second run", "answer", "change", "withdraw", "close", "audit"]


@dataclass
class Sent:
    """One response that was acknowledged: all that its sender knows, and the batch it was once seen in."""

    nonce: bytes
    loaded_at: datetime | None
    code: str
    choice: Choice
    receipt: str = ""
    withdrawn: bool = False
    batch: int | None = None

    @property
    def rid(self) -> str:
        return rid_of(RECEIPT_KEY, self.receipt)


@dataclass
class ReadOnce(StandIn):
    """For looking at what stands still: it asks for nothing twice."""

    replies: dict[str, Any] = field(default_factory=dict)

    def call(self, operation: str, /, **parameters: Any) -> Any:
        asked = f"{operation}{parameters}"
        if asked not in self.replies:
            self.replies[asked] = super().call(operation, **parameters)
        return self.replies[asked]


@dataclass
class World:
    """``web``: the warm process that respondents talk to. Each run of a job is a process of its own."""

    database: Database
    policy: Literal["exact", "protected"]
    access: Literal["open", "invitation"]
    releases: Literal["at_close", "monthly"] = "at_close"
    clock: FakeClock = field(default_factory=FakeClock)
    sent: list[Sent] = field(default_factory=list)
    printed: dict[int, str] = field(default_factory=dict)
    purge_begun: bool = False
    #: Whether undisturbed runs have just counted all there was.
    is_settled: bool = False
    _numbers: Any = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.web = Services.on(self.database, self.clock)
        questions = a_question("scale"), a_question("yes_no")
        settings: dict[str, Any] = {
            "policy": self.policy,
            "access": self.access,
            "releases": self.releases,
            "retention_days": RETENTION_DAYS,
        }
        if self.crosstabs:
            settings["crosstabs"] = self.crosstabs.model_dump()
        self.web.access.add_receipt_key(ID, RECEIPT_KEY)
        self.web.tallies.add_rounding_key(ID, ROUNDING_KEY)
        publish_definition(self.web, a_definition(*questions, **settings), [])
        open_survey(self.web, ID)
        self.unused = set(CODES) if self.access == "invitation" else set()
        for code in self.unused:
            self.web.access.add_invitation(ID, invitation_hash(RECEIPT_KEY, code))

    @property
    def crosstabs(self) -> Crosstabs | None:
        """Groups are compared wherever that is allowed."""
        is_allowed = self.policy == "exact" or self.access == "invitation"
        return Crosstabs(group="police_met", by=("mood",)) if is_allowed else None

    @property
    def survey(self) -> Survey:
        return require_survey(Services.on(self.database, self.clock), ID)

    def _through(self, client: Any) -> Services:
        """A process of its own, whose calls go through ``client``."""
        prefix = self.database.name(ACCESS).removesuffix(f"-{ACCESS.name}")
        return Services.on(Database(lambda: client, prefix), self.clock)

    # What respondents do.

    def answer(self, choice: Choice, by_form: bool, code: str = "") -> None:
        """One more respondent, with a code that is good, used up or unknown."""
        nonce = next(self._numbers).to_bytes(16, "big")
        sender = Sent(nonce, self.clock() if by_form else None, code, choice)
        try:
            accepted = self._send(sender)
        except SurveyNotOpen:
            assert self.survey.state != "open"
            return
        except InvalidSubmission:
            assert self.access == "invitation"
            assert code not in self.unused
            return
        assert not accepted.replaced
        assert self.access == "open" or code in self.unused, "a code lets one in once (P10)"
        self.unused.discard(code)
        sender.receipt = accepted.receipt
        self.sent.append(sender)

    def send_again(self, sender: Sent, choice: Choice, code: str) -> None:
        """A retry, or the same form with changes; whatever the reply, it is the receipt of before (P5)."""
        item = self._item(sender)
        again = Sent(sender.nonce, sender.loaded_at, code, choice)
        try:
            accepted = self._send(again)
        except SurveyNotOpen:
            assert self.survey.state != "open"
        except AlreadyWithdrawn:
            assert sender.withdrawn
        except AlreadyCounted as error:
            told = error.receipt
            assert told == sender.receipt
            assert "batch" in item
        else:
            assert accepted == Accepted(sender.receipt, replaced=True)
            assert "pending" in item
            sender.choice = choice

    def withdraw(self, sender: Sent) -> None:
        is_there = not sender.withdrawn
        assert self.web.responses.withdraw(ID, sender.rid) == is_there
        sender.withdrawn = True

    def _send(self, sender: Sent) -> Accepted:
        survey = find_survey(self.web, ID, None)
        if not survey.accepts(self.clock(), sender.loaded_at):
            raise SurveyNotOpen
        nonce = sender.nonce
        if sender.loaded_at:
            token = read_token(RECEIPT_KEY, ID, issue_token(RECEIPT_KEY, ID, sender.loaded_at, nonce))
            assert token is not None
            nonce = token.nonce
        raw = _raw(sender.choice)
        return accept(self.web, survey, self.web.version(ID, survey.version), Submission(raw, nonce, sender.code))

    def _item(self, sender: Sent) -> Item:
        key = {"part": {"S": partition_of(ID, sender.rid)}, "rid": {"S": sender.rid}}
        item: Item = self.database.call("get_item", RESPONSES, Key=key)["Item"]
        return item

    # What the operator and the schedule do.

    def close(self) -> None:
        if self.survey.state == "open":
            close_survey(Services.on(self.database, self.clock), ID)

    def publish_quietly(self) -> None:
        """Undisturbed runs count everything that is due and publish what may be published."""
        services = Services.on(self.database, self.clock)
        # At the end of an edition too few may be left waiting.
        is_counted = is_due(services, self.survey) and (self.policy == "exact" or self.survey.state == "closed")
        while publish_survey(services, ID).released:
            continue
        self.is_settled = is_counted and not self.purge_begun

    def run_disturbed(self, job: Job, at: int, disturbance: Disturbance, respondent: Callable[[], None]) -> None:
        """A run before whose call number ``at`` something happens."""
        disturb = {
            "crash": crash,
            "second run": lambda: self.run(job),
            "close": self.close,
            "audit": lambda: self._audit(Services.on(self.database, self.clock)),
        }.get(disturbance, respondent)
        with contextlib.suppress(Crashed, Conflict):
            self.run(job, self._through(DisturbedClient(self.database.client, at, disturb)))

    def run(self, job: Job, services: Services | None = None) -> None:
        services = services or Services.on(self.database, self.clock)
        if job == "publish":
            publish_survey(services, ID)
            return
        self.purge_begun = self.purge_begun or self.is_expired
        purge_expired(services)

    @property
    def is_expired(self) -> bool:
        closed_at = self.survey.closed_at
        return closed_at is not None and self.clock() >= closed_at + timedelta(days=RETENTION_DAYS) + WAIT

    # What has to be true at any time.

    def check(self) -> None:
        services = self._through(ReadOnce(self.database.client))
        records = {record.rid: record for record in services.responses.records(ID)}
        for sender in self.sent:
            self._check_record(sender, records.get(sender.rid))
        if not self.purge_begun:
            self._audit(services)
            self._check_codes(services)
            assert records.keys() == {sender.rid for sender in self.sent}, "nothing is lost, nothing appears"
        if require_survey(services, ID).state == "purged":
            self._check_nothing_left(records)
        self._check_releases(services)
        if self.is_settled:
            self._check_everything_counted(list(records.values()))
        self.is_settled = False

    def _check_record(self, sender: Sent, record: StoredRecord | None) -> None:
        if record is None:
            assert self.purge_begun
            return
        assert sender.batch in (None, record.batch), "a response stays in its batch"
        sender.batch = record.batch
        assert record.withdrawn == sender.withdrawn
        if record.withdrawn:
            assert (record.answers, record.version, record.pending) == (None, None, False)
            return
        assert record.pending == (record.batch is None), "pending or counted (P6)"
        version = self.web.version(ID, 1)
        assert record.answers == version.layout.pack(version.validator.validate(_raw(sender.choice)))

    def _audit(self, services: Services) -> None:
        audit = audit_survey(services, require_survey(services, ID))
        assert audit.adds_up, audit.faults()
        assert audit.pending + audit.counted + audit.withdrawn == len(self.sent)

    def _check_codes(self, services: Services) -> None:
        left = {key.rpartition("#")[2] for key in services.access.invitations(ID)}
        assert left == {invitation_hash(RECEIPT_KEY, code) for code in self.unused}
        if self.access == "invitation":
            assert len(left) + len(self.sent) == len(CODES), "P10"

    def _check_everything_counted(self, records: list[StoredRecord]) -> None:
        assert not any(record.pending for record in records)
        if self.policy == "exact":
            latest = self.web.surveys.latest_release(ID)
            assert (latest.responses if latest else 0) == sum(record.batch is not None for record in records)

    def _check_nothing_left(self, records: dict[str, StoredRecord]) -> None:
        access = self.database.call("scan", ACCESS)["Items"]
        tallies = [item["item"]["S"] for item in self.database.call("scan", TALLIES)["Items"]]
        assert (records, access, tallies) == ({}, [], ["PURGE_PROOF"])

    def _check_releases(self, services: Services) -> None:
        found = {release.number: release for release in releases_of(services, ID)}
        bodies = {number: release.model_dump_json() for number, release in found.items()}
        assert {number: bodies.get(number) for number in self.printed} == self.printed, "what is printed stays"
        for number in bodies.keys() - self.printed.keys():
            self._check_release(found[number], found.get(number - 1))
        self.printed = bodies

    def _check_release(self, release: Release, previous: Release | None) -> None:
        policy = policy_of(self.policy, self.access)
        n = release.edition_responses
        assert n >= policy.threshold, "P7"
        assert n % policy.rounding_base == 0
        assert release.responses == n + (previous.responses if previous else 0)
        for table in release.tables:
            assert sum(cell.edition_count or 0 for cell in table.cells) == n
            assert sum(cell.count for cell in table.cells) == table.base == release.responses
        if not self.purge_begun:
            recounted = self._protected_recount(release.number)
            assert recounted is not None
            assert n == recounted.total
            assert _printed(release) == {str(table.spec.id): table.counts for table in recounted.tables}
            for crosstab in recounted.crosstabs:
                _check_crosstab(release, crosstab)

    def _protected_recount(self, batch: int) -> ProtectedBatch | None:
        """What may be printed of the answers that were counted in ``batch``, as their senders know them."""
        version = self.web.version(ID, 1)
        choices = [sender.choice for sender in self.sent if sender.batch == batch]
        blobs = [version.layout.pack(version.validator.validate(_raw(choice))) for choice in choices]
        tally = tally_of(version.layout, blobs, self.crosstabs)
        tables = tables_of(version.codebook, self.crosstabs)
        return protect(tally, tables, policy_of(self.policy, self.access), ROUNDING_KEY, batch)


def _printed(release: Release) -> dict[str, tuple[int | None, ...]]:
    """What this edition printed, by table."""
    return {table.id: tuple(cell.edition_count for cell in table.cells) for table in release.tables}


def _check_crosstab(release: Release, recounted: ProtectedCrosstab) -> None:
    """Each row is this edition's, or the sum of those that other editions had added together."""
    (printed,) = (crosstab for crosstab in release.crosstabs if crosstab.table == str(recounted.spec.id))
    for row in printed.rows:
        joined = [each.counts for each in recounted.rows if {*each.codes} <= {*row.codes}]
        assert [cell.edition_count for cell in row.cells] == [sum(column) for column in zip(*joined, strict=True)]
    assert {code for row in printed.rows for code in row.codes} == {*recounted.group.codes}


def _raw(choice: Choice) -> dict[str, Any]:
    named = {"mood": choice[0], "police_met": choice[1]}
    return {name: value for name, value in named.items() if value is not None}
