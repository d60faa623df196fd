"""Records as an operator has them, made by the real path: a survey published, opened, answered and exported."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from chalicelib.collection import Submission, accept
from chalicelib.services import Services
from operation.lifecycle import require_survey
from operation.records.export import Exported, export_records
from operation.records.folder import RecordFolder
from tests.builders import an_open_survey

Answers = Mapping[str, Any]


def a_records_folder(
    services: Services, path: Path, *questions: dict[str, Any], answers: Iterable[Answers], **settings: Any
) -> RecordFolder:
    """The records of a new survey, "a-survey", of ``questions`` to which the ``answers`` came, as the API takes them.

    They are exported to ``path``, in the order of random ids. Text is sealed to :func:`tests.builders.identities`
    unless ``settings`` say otherwise.
    """
    survey = an_open_survey(services, *questions, **settings)
    for each in answers:
        answer(services, each, survey.id)
    export(services, path, survey.id)
    return RecordFolder.read(path)


def answer(services: Services, answers: Answers, survey_id: str = "a-survey") -> str:
    """Accept ``answers`` to the version that is asked now; returns the receipt."""
    survey = require_survey(services, survey_id)
    submission = Submission(answers, secrets.token_bytes(16))
    return accept(services, survey, services.version(survey.id, survey.version), submission).receipt


def export(services: Services, path: Path, survey_id: str = "a-survey") -> Exported:
    """Export all that came to ``path``, as `manage.py export` does."""
    survey = require_survey(services, survey_id)
    versions = {number: services.version(survey.id, number) for number in survey.published}
    return export_records(survey.id, services.responses.records(survey.id), versions, path)
