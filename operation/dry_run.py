"""What publishing a definition would do, told beforehand: nothing is stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from chalicelib.errors import Conflict
from chalicelib.questionnaire.definition import Definition, Questionnaire
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services
from chalicelib.storage.surveys import SurveyStore
from operation import guidance, lifecycle


@dataclass(frozen=True)
class Rehearsed:
    """What `publish` would say of a definition: what becomes of it, and what comes next then.

    ``survey``: the record as it would be; ``is_new``: whether anything is.
    """

    told: str
    next_step: str
    survey: Survey
    is_new: bool


def met_questions(services: Services, survey_id: str) -> Collection[str]:
    """The ids of the questions that people have answered in a survey, in any version; none before it was opened."""
    survey = services.record(survey_id)
    if survey is None or not survey.was_opened:
        return ()
    versions = (services.version(survey_id, number) for number in survey.published)
    return {question.id for version in versions for question in version.questionnaire.questions}


def rehearse_publishing(services: Services, definition: Definition) -> Rehearsed:
    """Raises whatever :func:`operation.lifecycle.publish_definition` would raise, of the words alone."""
    store = _Kept(services.surveys)
    apart = Services(cast("SurveyStore", store), services.responses, services.tallies, services.access, services.clock)
    before = apart.record(definition.survey)
    after = lifecycle.publish_definition(apart, definition, ())
    told, next_step = guidance.published(apart, before, after), guidance.next_step(apart, after)
    return Rehearsed(told, next_step, after, is_new=after != before)


class _Kept:
    """The store of surveys as publishing sees it. It reads; what would be written is kept here, and goes with it.

    It has no other methods, so that nothing that a later version writes can come through.
    """

    def __init__(self, store: SurveyStore) -> None:
        self._store = store
        self._added: dict[tuple[str, int], Questionnaire] = {}

    def get(self, survey: str) -> Survey | None:
        return self._store.get(survey)

    def questionnaire(self, survey: str, version: int) -> Questionnaire | None:
        return self._added.get((survey, version)) or self._store.questionnaire(survey, version)

    def server_time(self) -> datetime | None:
        return self._store.server_time()

    def add_questionnaire(self, survey: str, version: int, questionnaire: Questionnaire) -> None:
        stored = self._store.questionnaire(survey, version)
        if stored is not None and stored.model_dump_json() != questionnaire.model_dump_json():
            raise Conflict
        self._added[survey, version] = questionnaire

    def save(self, survey: Survey) -> Survey:
        return survey
