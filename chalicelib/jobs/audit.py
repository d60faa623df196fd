"""``audit_ledger``: recounts every response and compares with what was tallied (P6)."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.questionnaire.survey import Survey
from chalicelib.responses.answers import StoredRecord
from chalicelib.services import Services
from chalicelib.tabulation.tally import Tally, merged, tally_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Audit:
    """The exact numbers of a survey, for operators only, and what does not add up.

    ``strays``: responses that are not in exactly one of the states that P6 knows, or wait although nothing is counted
    any more.
    """

    survey: str
    pending: int
    counted: int
    withdrawn: int
    broken_batches: tuple[int, ...]
    strays: int


def audit_ledger(services: Services) -> list[Audit]:
    """Audit every survey that holds records; an alarm line in the log names what does not add up."""
    surveys = [services.surveys.get(survey) for survey in services.surveys.ids()]
    audits = [audit_survey(services, survey) for survey in surveys if survey and survey.state in ("open", "closed")]
    for audit in audits:
        for batch in audit.broken_batches:
            log.error("ALARM ledger does not add up: survey=%s batch=%d", audit.survey, batch)
        if audit.strays:
            log.error("ALARM responses outside the ledger: survey=%s", audit.survey)
    return audits


def audit_survey(services: Services, survey: Survey) -> Audit:
    """Recount ``survey``.

    For every batch, the responses that carry its number are as many as its tally says, and a recount of those not
    withdrawn exceeds it in no cell. Of a purged survey there is nothing left to recount.
    """
    states: Counter[str] = Counter()
    strays = 0
    in_batch: Counter[int] = Counter()
    blobs: dict[int, dict[int, list[bytes]]] = defaultdict(lambda: defaultdict(list))
    for record in services.responses.records(survey.id):
        states[_state_of(record)] += 1
        strays += _is_stray(record, survey)
        if record.batch is not None:
            in_batch[record.batch] += 1
            if record.answers is not None and record.version is not None:
                blobs[record.batch][record.version].append(record.answers)
    batches = range(1, max([survey.edition, *in_batch]) + 1) if survey.state != "purged" else ()
    broken = [batch for batch in batches if not _adds_up(services, survey, batch, in_batch[batch], blobs[batch])]
    return Audit(survey.id, states["pending"], states["counted"], states["withdrawn"], tuple(broken), strays)


def _state_of(record: StoredRecord) -> str:
    if record.withdrawn:
        return "withdrawn"
    return "pending" if record.pending else "counted"


def _is_stray(record: StoredRecord, survey: Survey) -> bool:
    is_counted = record.batch is not None
    if record.withdrawn:
        return record.pending or record.answers is not None
    return record.pending == is_counted or (record.pending and survey.finished)


def _adds_up(services: Services, survey: Survey, batch: int, responses: int, blobs: Mapping[int, list[bytes]]) -> bool:
    tally = merged([part.tally for part in services.tallies.parts(survey.id, batch)])
    recount = merged([tally_of(services.version(survey.id, version).layout, found) for version, found in blobs.items()])
    return tally.n == responses and _is_within(recount, tally)


def _is_within(recount: Tally, tally: Tally) -> bool:
    missing = tally.n - recount.n
    return all(
        0 <= tally.counts.get(table, {}).get(code, 0) - count <= missing
        for table, cells in recount.counts.items()
        for code, count in cells.items()
    )
