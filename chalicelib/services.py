"""The composition root: builds stores and clock, lazily, once per process; tests pass others."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

from chalicelib.errors import StoreMisconfigured
from chalicelib.questionnaire.codebook import Codebook, codebook_of
from chalicelib.questionnaire.definition import Questionnaire
from chalicelib.questionnaire.survey import RECORD_LIFETIME, Survey
from chalicelib.responses.packing import Layout
from chalicelib.responses.validation import Validator
from chalicelib.settings import Settings
from chalicelib.storage.access import AccessStore
from chalicelib.storage.database import Database
from chalicelib.storage.responses import ResponseStore
from chalicelib.storage.surveys import SurveyStore
from chalicelib.storage.tallies import TallyStore

Clock = Callable[[], datetime]
_Made = TypeVar("_Made")

#: Whether this process is one of Lambda's.
ON_LAMBDA = "AWS_LAMBDA_FUNCTION_NAME" in os.environ

#: Of pages, some 60 KB each: a few languages of a few surveys.
MOST_KEPT = 48
FILES_KEPT = 16


class Recent:
    """What was made once and is kept while it is asked for: the latest ``most``."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """What is kept under ``key``, which tells all that it depends on; else what ``make`` makes."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: _Made = self._kept[key]
                return found
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def __len__(self) -> int:
        return len(self._kept)


@dataclass(frozen=True)
class Version:
    """One questionnaire version with all that is compiled from it."""

    number: int
    questionnaire: Questionnaire

    @cached_property
    def codebook(self) -> Codebook:
        """Its variables."""
        return codebook_of(self.questionnaire)

    @cached_property
    def layout(self) -> Layout:
        """How its answers are packed."""
        return Layout.of(self.codebook)

    @cached_property
    def validator(self) -> Validator:
        """Its rules."""
        return Validator(self.questionnaire)


@dataclass
class Services:
    """The stores, the clock, and what a warm process remembers so that a submission is one write and no read."""

    surveys: SurveyStore
    responses: ResponseStore
    tallies: TallyStore
    access: AccessStore
    clock: Clock
    #: Where Tor Browser may find the same pages, as :class:`Settings` have it.
    onion: str = ""
    #: Pages of questionnaires: what they are is for the web to say.
    pages: Recent = field(default_factory=Recent)
    #: Files of releases, of some 0.1 to 0.4 MB each: of a large survey a workbook takes half a second.
    files: Recent = field(default_factory=lambda: Recent(FILES_KEPT))
    _records: dict[str, tuple[datetime, Survey]] = field(default_factory=dict)
    _versions: dict[tuple[str, int], Version] = field(default_factory=dict)
    #: Surveys that were not open yet when their records were read last.
    _unopened: set[str] = field(default_factory=set)
    _keys: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def on(cls, database: Database, clock: Clock, onion: str = "") -> Services:
        """All stores on one database."""
        stores = SurveyStore(database), ResponseStore(database), TallyStore(database), AccessStore(database)
        return cls(*stores, clock, onion)

    def survey(self, survey: str, version: int = 0) -> Survey | None:
        """The survey's record as it holds now, at most ``RECORD_LIFETIME`` old.

        Only an open survey is remembered: any other state may change to one in which more, or less, is accepted. One
        that does not know ``version`` is read again: another process may have shown that to a respondent already. So is
        one whose last day is over: that may have been put off.
        """
        read_at, record = self._records.get(survey, (None, None))
        now = self.clock()
        is_fresh = read_at is not None and now - read_at < RECORD_LIFETIME
        if record and is_fresh and version <= record.version and record.at(now) is record:
            return record
        record = self.record(survey)
        if record is not None and record.state == "open":
            self._records[survey] = (now, record)
        else:
            self._records.pop(survey, None)
        return record

    def forget(self, survey: str) -> None:
        """Read the record anew when it is asked for next: what is remembered may not tell the latest release."""
        self._records.pop(survey, None)

    def record(self, survey: str) -> Survey | None:
        """The survey's record as it holds now, read from the store."""
        record = self.surveys.get(survey)
        if record and not record.was_opened:
            self._unopened.add(survey)
        else:
            self._unopened.discard(survey)
        return record.at(self.clock()) if record else None

    def version(self, survey: str, number: int) -> Version:
        """A published version; remembered for good, since it never changes once its survey was opened.

        Before, the survey may be deleted, and another published under its id and number.
        """
        if known := self._versions.get((survey, number)):
            return known
        questionnaire = self.surveys.questionnaire(survey, number)
        if questionnaire is None:
            raise StoreMisconfigured(f"Version {number} of the questionnaire is missing. Publish it again.")
        found = Version(number, questionnaire)
        if survey not in self._unopened:
            self._versions[survey, number] = found
        return found

    def receipt_key(self, survey: Survey) -> bytes:
        """The key of the survey's receipts, remembered while the survey is open."""
        if survey.id in self._keys and survey.state == "open":
            return self._keys[survey.id]
        key = self.access.receipt_key(survey.id, rehearsal=survey.state == "test")
        if key is None:
            raise StoreMisconfigured("The survey's receipt key is missing. Open the survey again.")
        if survey.state == "open":
            self._keys[survey.id] = key
        return key


def utc_now() -> datetime:
    """The production clock."""
    return datetime.now(UTC)


_current: Services | None = None


def current() -> Services:
    """The process's services, built at first use from the environment."""
    global _current  # noqa: PLW0603  # one per process is what a composition root is
    if _current is None:
        settings = Settings.from_environment()
        _current = Services.on(Database.from_settings(settings), utc_now, settings.onion)
    return _current


def prepare() -> None:
    """Make what every request needs before the first: Lambda starts a process at full speed, and throttles it later."""
    current().surveys.prepare()


def use(services: Services | None) -> None:
    """Make ``services`` the process's (tests and the local server); None to build them anew at next use."""
    global _current  # noqa: PLW0603
    _current = services
