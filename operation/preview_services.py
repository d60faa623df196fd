"""What the form works on while it is previewed: one survey out of a file, open to all. What is written vanishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from chalicelib.errors import StoreMisconfigured
from chalicelib.questionnaire.definition import Definition, Questionnaire
from chalicelib.questionnaire.survey import MOST_RELEASES, Survey
from chalicelib.responses.answers import Invited, Response
from chalicelib.services import Services, utc_now
from chalicelib.storage.access import AccessStore
from chalicelib.storage.database import Database
from chalicelib.storage.responses import ResponseStore
from chalicelib.storage.surveys import SurveyStore
from chalicelib.storage.tallies import TallyStore
from operation.authoring.markdown import with_formatting
from operation.keys import new_identity

if TYPE_CHECKING:
    from chalicelib.publication.release import Release


def _no_database() -> NoReturn:
    raise StoreMisconfigured("A preview has no database.")


NOWHERE = Database(_no_database, "preview")


class _OneSurvey(SurveyStore):
    """The survey that is previewed, and no other."""

    def __init__(self, survey: Survey, questionnaire: Questionnaire) -> None:
        super().__init__(NOWHERE)
        self._survey, self._questionnaire = survey, questionnaire

    def get(self, survey: str) -> Survey | None:
        """It, by its id."""
        return self._survey if survey == self._survey.id else None

    def questionnaire(self, survey: str, version: int) -> Questionnaire | None:
        """What the file asks now: the one version that there is."""
        return self._questionnaire if version == self._survey.version else None

    def latest_release(self, survey: str, before: int = MOST_RELEASES + 1) -> Release | None:
        """None, as before the first."""
        return None

    def release(self, survey: str, number: int) -> Release | None:
        """None."""
        return None


class _Vanishing(ResponseStore):
    """Takes every response, and keeps none."""

    def add(self, response: Response) -> bool:
        """As if it were new."""
        return True

    def add_invited(self, response: Response, code_hash: str) -> Invited:
        """As if the code were one, and unused."""
        return Invited.STORED

    def withdraw(self, survey: str, rid: str, rehearsal: bool = False) -> bool:
        """As if it had been there."""
        return True

    def was_counted(self, survey: str, rid: str, rehearsal: bool = False) -> bool:
        """No."""
        return False


class _OneKey(AccessStore):
    """The receipt key of the preview, under which tokens of forms and receipts are made as ever."""

    def __init__(self, key: bytes) -> None:
        super().__init__(NOWHERE)
        self._key = key

    def receipt_key(self, survey: str, rehearsal: bool = False) -> bytes | None:
        """It."""
        return self._key


def throwaway_recipients() -> tuple[str, str]:
    """Public keys that text can be sealed to, whose other halves are forgotten."""
    return new_identity()[0], new_identity()[0]


def services_of(definition: Definition, version: int, key: bytes, recipients: tuple[str, ...]) -> Services:
    """Services on ``definition`` alone, as version ``version`` of a survey that is open from now on."""
    settings = definition.settings.model_copy(update={"opens_on": None, "recipients": recipients})
    survey = Survey(
        id=definition.survey,
        settings=settings,
        state="open",
        version=version,
        first_version=version,
        asked_since=version,
        counted_since=version,
        edition_began=utc_now(),
        revision=version,
    )
    surveys = _OneSurvey(survey, with_formatting(definition.questionnaire))
    return Services(surveys, _Vanishing(NOWHERE), TallyStore(NOWHERE), _OneKey(key), utc_now)
