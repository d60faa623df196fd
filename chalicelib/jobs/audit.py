"""``audit_ledger``: recounts every response and compares with what was tallied (P6)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from chalicelib.errors import OutOfTime
from chalicelib.jobs.alarm import Finding, raise_alarm
from chalicelib.jobs.turns import Failure, GoOn, Job, always, attempt, in_turn, require_success
from chalicelib.questionnaire.survey import Survey
from chalicelib.responses.answers import StoredRecord
from chalicelib.services import Services
from chalicelib.storage.reading import reading_answers
from chalicelib.storage.tallies import TallyPart
from chalicelib.tabulation.tally import Tally, merged, tally_of


@dataclass(frozen=True)
class Audit:
    """The exact numbers of a survey, for operators only, and what does not add up.

    ``strays``: responses that are not in exactly one of the states that P6 knows, or wait although nothing is counted
    any more. ``busy_batches`` were counted into during the audit: the next one judges them.
    """

    survey: str
    pending: int
    counted: int
    withdrawn: int
    broken_batches: tuple[int, ...]
    strays: int
    busy_batches: tuple[int, ...] = ()

    @property
    def adds_up(self) -> bool:
        """Whether the ledger is whole."""
        return not self.broken_batches and not self.strays

    def faults(self) -> list[str]:
        """What does not add up, in words."""
        found = [f"batch {batch} does not add up" for batch in self.broken_batches]
        return found + [f"{self.strays} responses are outside it"] * bool(self.strays)


@dataclass
class _Recount:
    """What the records of a survey say: their states, and by batch how many there are and their packed answers."""

    states: Counter[str] = field(default_factory=Counter)
    strays: int = 0
    in_batch: Counter[int] = field(default_factory=Counter)
    blobs: dict[int, dict[int, list[bytes]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    def add(self, record: StoredRecord, survey: Survey) -> None:
        self.states[_state_of(record)] += 1
        self.strays += _is_stray(record, survey)
        if record.batch is not None:
            self.in_batch[record.batch] += 1
            if record.answers is not None and record.version is not None:
                self.blobs[record.batch][record.version].append(record.answers)


def audit_ledger(services: Services, go_on: GoOn = always) -> list[Audit]:
    """Audit every survey that holds records, in alphabetical order; an alarm says which does not add up.

    A survey that cannot be audited raises an alarm too and does not stop the others; at the end it raises
    :class:`RunFailed`. An audit cannot be left halfway, so ``go_on`` is asked before each record, and where the time
    runs out an alarm names the survey and the run ends: the next one takes them in another order. Running it again at
    once would come no further, so that is no failure.
    """
    audits: list[Audit] = []
    failures: list[Failure] = []
    for survey_id in in_turn(services, Job.AUDIT):
        found = attempt(Job.AUDIT, survey_id, partial(_audit_if_due, services, go_on=go_on))
        if isinstance(found, Audit):
            audits.append(found)
        elif found and found.code == OutOfTime.code:
            break
        elif found:
            failures.append(found)
    require_success(failures)
    return sorted(audits, key=lambda audit: audit.survey)


def _audit_if_due(services: Services, survey_id: str, go_on: GoOn) -> Audit | None:
    survey = services.surveys.listed(survey_id).at(services.clock())
    if survey.state not in ("open", "closed") or survey.is_expired(services.clock()):
        return None
    audit = audit_survey(services, survey, go_on)
    for batch in audit.broken_batches:
        raise_alarm(f"batch {batch} does not add up", audit.survey, Finding.BROKEN_BATCH)
    if audit.strays:
        raise_alarm("responses are outside the ledger", audit.survey, Finding.STRAY_RESPONSES)
    return audit


def audit_survey(services: Services, survey: Survey, go_on: GoOn = always) -> Audit:
    """Recount ``survey``; raises :class:`OutOfTime` where ``go_on``, which is asked before each record, says no.

    For every batch, the responses that carry its number are as many as its tally says, and a recount of those not
    withdrawn exceeds it in no cell. A batch whose tally changed while the records were read is judged next time. Once
    the retention has ended a purge may be halfway, so nothing is judged.
    """
    before = services.tallies.ledger(survey.id)
    recount = _Recount()
    for record in services.responses.ledger(survey.id):
        if not go_on():
            raise OutOfTime("There was no time to recount all of it: no batch was judged.")
        recount.add(record, survey)
    after = services.tallies.ledger(survey.id)
    states = recount.states
    audit = Audit(survey.id, states["pending"], states["counted"], states["withdrawn"], (), 0)
    if survey.is_purged or survey.is_expired(services.clock()):
        return audit
    batches = sorted(after.keys() | recount.in_batch.keys())
    busy = tuple(batch for batch in batches if before.get(batch) != after.get(batch))
    broken = tuple(
        batch
        for batch in batches
        if batch not in busy and not _adds_up(services, survey, after.get(batch, []), recount, batch)
    )
    return replace(audit, broken_batches=broken, strays=recount.strays, busy_batches=busy)


def _state_of(record: StoredRecord) -> str:
    if record.withdrawn:
        return "withdrawn"
    return "pending" if record.pending else "counted"


def _is_stray(record: StoredRecord, survey: Survey) -> bool:
    is_counted = record.batch is not None
    if record.withdrawn:
        return record.pending or record.answers is not None
    if record.answers is None or record.version is None:
        return True
    never_counted = survey.finished or record.version < survey.counted_since
    return record.pending == is_counted or (record.pending and never_counted)


def _adds_up(services: Services, survey: Survey, parts: Sequence[TallyPart], recount: _Recount, batch: int) -> bool:
    tally = merged([part.tally for part in parts])
    blobs = recount.blobs[batch]
    if not all(survey.has_published(version) for version in blobs):
        return False
    layouts = {version: services.version(survey.id, version).layout for version in blobs}
    with reading_answers(survey.id):
        counted_again = merged([tally_of(layouts[each], blobs[each], survey.settings.crosstabs) for each in blobs])
    return tally.n == recount.in_batch[batch] and _is_within(counted_again, tally)


def _is_within(recount: Tally, tally: Tally) -> bool:
    """Whether each cell of ``recount`` is at most the tally's, and less by no more than were withdrawn."""
    missing = tally.n - recount.n
    return all(
        0 <= tally.counts.get(table, {}).get(code, 0) - count <= missing
        for table, cells in recount.counts.items()
        for code, count in cells.items()
    )
