"""What many did at once, and the one function that says whether the store kept all that it promised them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from chalicelib.collection import Accepted, Submission, accept, find_survey
from chalicelib.errors import AlreadyCounted, AlreadyWithdrawn
from chalicelib.jobs.audit import audit_survey
from chalicelib.jobs.publish import Outcome, publish_releases
from chalicelib.publication.release import Release
from chalicelib.questionnaire.survey import COUNTING_DELAY
from chalicelib.responses.answers import StoredRecord
from chalicelib.responses.receipt import receipt_of, rid_of
from chalicelib.services import Services
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import Tally, merged, tally_of
from operation.ending import close_survey
from operation.lifecycle import require_survey
from tests.builders import FakeClock, releases_of

ID = "a-survey"
THREADS = 32
#: How a run of the publish job may fail: the next goes on.
PASSING = {None, "store_unavailable", "conflict"}
T = TypeVar("T")


@dataclass
class History:
    """What was sent by nonce, in order; what of it stands as far as its sender knows; and what was shown to people."""

    sent: dict[bytes, list[int]] = field(default_factory=dict)
    stands: dict[bytes, int] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    #: Invitations that were handed out, where the survey asks for one.
    codes: int | None = None

    def send(self, services: Services, nonce: bytes, mood: int, code: str = "") -> Accepted | None:
        """Send the form with ``nonce``; None if it was withdrawn. What else goes wrong is raised."""
        survey = find_survey(services, ID, None)
        self.sent.setdefault(nonce, []).append(mood)
        self.stands.pop(nonce, None)
        try:
            accepted = accept(
                services, survey, services.version(ID, survey.version), Submission({"mood": mood}, nonce, code)
            )
        except AlreadyCounted as error:
            self.shown.append(str(error.receipt))
            return Accepted(str(error.receipt), replaced=False)
        except AlreadyWithdrawn:
            return None
        self.shown.append(accepted.receipt)
        self.stands[nonce] = mood
        return accepted

    def withdraw(self, services: Services, receipt: str) -> bool:
        """Withdraw by receipt."""
        self.withdrawn.append(receipt)
        return services.responses.withdraw(ID, rid_of(services.receipt_key(require_survey(services, ID)), receipt))


def nonce_of(number: int) -> bytes:
    return number.to_bytes(16, "big")


def at_once(work: Callable[[int], T], threads: int = THREADS) -> list[T]:
    """What ``work`` returns in each of so many threads, which begin together."""
    barrier = threading.Barrier(threads)

    def begin(number: int) -> T:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(begin, range(threads)))


def published(services: Services) -> list[Outcome]:
    """One run of the publish job, in a process of its own."""
    outcomes = publish_releases(Services.on(services.responses._database, services.clock))
    assert {outcome.failed for outcome in outcomes} <= PASSING
    return outcomes


def finish(services: Services, clock: FakeClock) -> None:
    """Close the survey and let the runs after it count the rest."""
    close_survey(services, ID)
    clock.now += COUNTING_DELAY
    for _ in range(50):
        published(services)
        if require_survey(services, ID).finished:
            return
    raise AssertionError("fifty runs did not finish the survey")


def assert_whole(services: Services, history: History) -> list[StoredRecord]:
    """The history and the store agree; returns the records.

    No response lost and none counted twice, the ledger whole, every receipt that was shown stands for a response,
    every code is unused or let one in, and the releases print what is stored.
    """
    key = services.receipt_key(require_survey(services, ID))
    found = list(services.responses.records(ID))
    records = {record.rid: record for record in found}
    assert len(records) == len(found)
    rids = {nonce: rid_of(key, receipt_of(key, nonce)) for nonce in history.sent}
    assert records.keys() <= set(rids.values())
    assert {rid_of(key, receipt) for receipt in history.shown} <= records.keys(), "a response was lost"
    _assert_contents(services, history, {nonce: records[rid] for nonce, rid in rids.items() if rid in records})
    gone = {rid_of(key, receipt) for receipt in history.withdrawn}
    assert {record.rid for record in found if record.withdrawn} == gone & records.keys()
    if history.codes is not None:
        assert len(list(services.access.invitations(ID))) + len(found) == history.codes
    audit = audit_survey(services, require_survey(services, ID))
    assert (audit.adds_up, audit.busy_batches) == (True, ()), audit
    _assert_counted_once(services, found)
    return found


def _assert_contents(services: Services, history: History, records: dict[bytes, StoredRecord]) -> None:
    version = services.version(ID, require_survey(services, ID).version)
    packed = {mood: version.layout.pack(version.validator.validate({"mood": mood})) for mood in range(1, 6)}
    for nonce, record in records.items():
        if record.withdrawn:
            assert record.answers is None
            continue
        assert record.answers in {packed[mood] for mood in history.sent[nonce]}
        if nonce in history.stands:
            assert record.answers == packed[history.stands[nonce]], "what was acknowledged does not stand"


def _assert_counted_once(services: Services, records: list[StoredRecord]) -> None:
    """Each batch's tally numbers its records, and the releases under ``exact`` are the recount of what is stored."""
    survey = require_survey(services, ID)
    ledger = {batch: merged([part.tally for part in parts]) for batch, parts in services.tallies.ledger(ID).items()}
    in_batch = Counter(record.batch for record in records if record.batch is not None)
    assert {batch: tally.n for batch, tally in ledger.items() if tally.n} == in_batch
    releases = list(releases_of(services, ID))
    assert [release.number for release in releases] == list(range(len(releases), 0, -1))
    if not releases:
        return
    latest, numbers = releases[0], range(1, len(releases) + 1)
    assert survey.edition == len(releases) + 1
    _assert_prints(latest, merged([ledger[number] for number in numbers]))
    counted = [record for record in records if record.batch in numbers]
    if not any(record.withdrawn for record in counted):
        layout = services.version(ID, survey.version).layout
        _assert_prints(latest, tally_of(layout, [record.answers for record in counted if record.answers is not None]))


def _assert_prints(release: Release, tally: Tally) -> None:
    assert release.responses == tally.n
    (table,) = release.tables
    assert {cell.code: cell.count for cell in table.cells if cell.count} == {
        code: count for code, count in tally.counts[TableId.read(table.id)].items() if count
    }
