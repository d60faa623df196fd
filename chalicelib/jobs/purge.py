"""``purge_expired``: deletes a survey's records after its retention, then keys and tokens, and leaves a proof (P11)."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import timedelta

from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services
from chalicelib.tabulation.tally import merged

log = logging.getLogger(__name__)

#: A run that was counting when the retention ended has ended by then.
WAIT = timedelta(hours=1)
#: What the proof is stored under.
PROOF = "PURGE_PROOF"


def purge_expired(services: Services, go_on: Callable[[], bool] = lambda: True) -> list[str]:
    """Purge every survey whose retention has ended; return the ids of those that are done.

    Releases stay: they are immutable, and one that is held may still be announced. ``go_on`` is asked before each
    survey and each record: a run that is short of time leaves the rest to the next, which goes on where it stopped.
    """
    surveys = [services.record(survey) for survey in services.surveys.ids()]
    due = services.clock() - WAIT
    expired = [survey for survey in surveys if survey and survey.is_expired(due)]
    return [survey.id for survey in expired if go_on() and _attempt(services, survey, go_on)]


def _attempt(services: Services, survey: Survey, go_on: Callable[[], bool]) -> bool:
    try:
        return _purge(services, survey, go_on)
    except Exception as error:  # noqa: BLE001  # whatever is wrong with one survey, the promise holds for the others
        log.error("ALARM purge failed: survey=%s error=%s", survey.id, type(error).__name__)
        return False


def _purge(services: Services, survey: Survey, go_on: Callable[[], bool]) -> bool:
    """Records first, then the keys that link receipts to them, the proof, the exact counts, and the state last.

    Whatever was done is done for good, so a run that was cut short anywhere is begun again from the start.
    """
    if not survey.finished:
        # The promise to respondents comes first; that nothing was published needs somebody's eyes.
        log.error("ALARM purged before its last release: survey=%s", survey.id)
    for rehearsal in (False, True):
        services.responses.delete_all(survey.id, rehearsal, go_on)
    if not go_on() or services.responses.count(survey.id):
        return False
    services.access.delete_invitations(survey.id)
    services.access.delete_tokens(survey.id)
    for rehearsal in (False, True):
        services.access.delete_receipt_key(survey.id, rehearsal)
    services.tallies.add_record(survey.id, PROOF, json.dumps(_proof(services, survey)))
    services.tallies.delete_ledger(survey.id)
    services.surveys.save(survey.model_copy(update={"state": "purged"}))
    log.info("purged: survey=%s", survey.id)
    return True


def _proof(services: Services, survey: Survey) -> dict[str, int]:
    """Numbers only: how many responses were ever counted, and how many records and invitations are left."""
    ledger = services.tallies.ledger(survey.id)
    return {
        "batches": len(ledger),
        "counted": merged([part.tally for parts in ledger.values() for part in parts]).n,
        "records_left": services.responses.count(survey.id),
        "invitations_left": sum(1 for _ in services.access.invitations(survey.id)),
    }
