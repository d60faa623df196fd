"""``purge_expired``: deletes a survey's records after its retention, then its keys, and leaves a proof (P11)."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services

log = logging.getLogger(__name__)


def purge_expired(services: Services) -> list[str]:
    """Purge every survey whose retention has ended; return their ids. Releases stay: they are public and immutable."""
    surveys = [services.surveys.get(survey) for survey in services.surveys.ids()]
    expired = [survey for survey in surveys if survey and _is_expired(services, survey)]
    for survey in expired:
        _purge(services, survey)
    return [survey.id for survey in expired]


def _is_expired(services: Services, survey: Survey) -> bool:
    if survey.state != "closed" or survey.closed_at is None or not survey.finished:
        return False
    return services.clock() >= survey.closed_at + timedelta(days=survey.settings.retention_days)


def _purge(services: Services, survey: Survey) -> None:
    """Records first, keys next, state last: a run that was cut short is done again from the start."""
    deleted = services.responses.delete_all(survey.id) + services.responses.delete_all(survey.id, rehearsal=True)
    services.access.delete_receipt_key(survey.id)
    services.access.delete_receipt_key(survey.id, rehearsal=True)
    services.tallies.delete_rounding_key(survey.id)
    proof = {"deleted_in_last_run": deleted, "left": sum(1 for _ in services.responses.records(survey.id))}
    services.tallies.add_record(survey.id, "PURGE_PROOF", json.dumps(proof))
    services.surveys.save(survey.model_copy(update={"state": "purged"}))
    log.info("purged: survey=%s", survey.id)
