"""``purge_expired``: deletes a survey's records after its retention, then keys and tokens, and leaves a proof (P11).

An operator may purge at any time (operation/ending.py): what that leaves undone is done here.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from functools import partial

from chalicelib.jobs.alarm import Finding, raise_alarm
from chalicelib.jobs.turns import Failure, GoOn, Job, always, attempt, in_turn, require_success
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services
from chalicelib.tabulation.tally import merged

log = logging.getLogger(__name__)

#: A run that was counting when the retention ended has ended by then. Where an operator began to purge, what was on its
#: way is stored, and the command has ended.
WAIT = timedelta(hours=1)
#: A purge of very many records takes several runs, and a run may find no time for it. What takes longer is looked at.
PATIENCE = timedelta(days=3)
#: What the proof is stored under.
PROOF = "PURGE_PROOF"


def purge_expired(services: Services, go_on: GoOn = always) -> list[str]:
    """Purge every survey whose retention has ended; return the ids of those that are done, in alphabetical order.

    Releases stay: they are immutable, and one that is held may still be announced. ``go_on`` is asked before each
    survey and each record: a run that is short of time leaves the rest to the next, which goes on where it stopped.
    One survey's failure raises an alarm and stops no other; at the end it raises :class:`RunFailed`.
    """
    purge_one = partial(_purge_if_due, services, go_on=go_on)
    found = {survey: attempt(Job.PURGE, survey, purge_one) for survey in in_turn(services, Job.PURGE)}
    require_success([failure for failure in found.values() if isinstance(failure, Failure)])
    return sorted(survey for survey, is_done in found.items() if is_done)


def _purge_if_due(services: Services, survey_id: str, go_on: GoOn) -> bool:
    now = services.clock()
    survey = services.surveys.listed(survey_id).at(now)
    since = _due_since(services, survey)
    if since is None or now < since + WAIT:
        return False
    is_done = go_on() and _purge(services, survey, go_on)
    if not is_done and now >= since + PATIENCE:
        raise_alarm("purge does not come to its end", survey_id, Finding.PURGE_OVERDUE)
    return is_done


def _due_since(services: Services, survey: Survey) -> datetime | None:
    """As :attr:`Survey.purge_due`, of one too that is called purged and is not."""
    is_left = survey.state == "purged" and is_being_purged(services, survey)
    return survey.closed_at if is_left else survey.purge_due


def is_being_purged(services: Services, survey: Survey) -> bool:
    """Whether an operator began to purge it, and that has not come to its end.

    The record says so. Where it says purged, the rounding key tells, which goes last: versions before 0.1.2 wrote that
    first of all, and the table of counts may have been restored to what it held before.
    """
    if survey.state == "purged":
        return services.tallies.has_rounding_key(survey.id)
    return survey.state == "being purged"


def _purge(services: Services, survey: Survey, go_on: GoOn) -> bool:
    """Records first, then the keys that link receipts to them, the proof, the exact counts, and the state last.

    Whatever was done is done for good, so a run that was cut short anywhere is begun again from the start.
    """
    if not survey.finished and survey.state == "closed":
        # The promise to respondents comes first; that nothing was published needs somebody's eyes.
        raise_alarm("purged before its last release", survey.id, Finding.NEVER_RELEASED)
    if not delete_records(services, survey.id, go_on):
        return False
    end_purge(services, survey)
    log.info("purged: survey=%s", survey.id)
    return True


def delete_records(services: Services, survey_id: str, go_on: GoOn = always) -> bool:
    """Delete responses, then invitations, tokens and receipt keys; False if time ran short, or more came meanwhile."""
    for rehearsal in (False, True):
        services.responses.delete_all(survey_id, rehearsal, go_on)
    if not go_on() or services.responses.count(survey_id):
        return False
    services.access.delete_invitations(survey_id)
    services.access.delete_tokens(survey_id)
    for rehearsal in (False, True):
        services.access.delete_receipt_key(survey_id, rehearsal)
    return True


def end_purge(services: Services, survey: Survey) -> None:
    """Store the proof, unless an earlier run did, delete the exact counts, the rounding key last, and say so.

    What is held may have been announced meanwhile, so the record is read again.
    """
    services.tallies.add_record(survey.id, PROOF, json.dumps(_proof(services, survey.id)))
    services.tallies.delete_ledger(survey.id)
    now = services.surveys.listed(survey.id).at(services.clock())
    if now.state != "purged":
        services.surveys.save(now.model_copy(update={"state": "purged"}))


def _proof(services: Services, survey_id: str) -> dict[str, int]:
    """Numbers only: how many responses were ever counted, and how many records and invitations are left."""
    ledger = services.tallies.ledger(survey_id)
    return {
        "batches": len(ledger),
        "counted": merged([part.tally for parts in ledger.values() for part in parts]).n,
        "records_left": services.responses.count(survey_id),
        "invitations_left": sum(1 for _ in services.access.invitations(survey_id)),
    }
