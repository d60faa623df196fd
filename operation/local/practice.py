"""The practice server's clock, which can be moved on: what takes weeks is tried out in minutes.

How far it is ahead lies in the practice database, so pages, schedule and commands agree, and a database that is kept
keeps its time. Nothing that is deployed reads it.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib import jobs
from chalicelib.errors import StorageError
from chalicelib.jobs.purge import WAIT
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Clock, Services, utc_now
from chalicelib.settings import Settings
from chalicelib.storage.database import Database
from chalicelib.storage.surveys import key_of
from chalicelib.storage.tables import SURVEYS
from operation.errors import OperatorError

#: No survey can be called so.
_KEY = key_of("PRACTICE_CLOCK", "AHEAD")
_IS_LATER = "attribute_not_exists(ahead) OR ahead < :ahead"
#: Definitions know no later day.
_LAST = datetime(2099, 12, 31, tzinfo=UTC)
#: Seconds that a connection to this machine is waited for.
_CONNECTING = 2.0


class PracticeClock:
    """The clock of the practice ``database``: the ``real`` one, and as far ahead of it as it was moved."""

    def __init__(self, database: Database, real: Clock = utc_now) -> None:
        self._database, self._real = database, real

    def __call__(self) -> datetime:
        """What time it is here."""
        return self._real() + self.ahead

    @property
    def ahead(self) -> timedelta:
        """How far it was moved on."""
        found = self._database.get(SURVEYS, _KEY)
        return timedelta(seconds=float(found["ahead"]["N"])) if found else timedelta()

    @property
    def notice(self) -> str:
        """What everybody is told while it is ahead; empty until it is, and where the database does not answer."""
        with suppress(StorageError):
            if self.ahead:
                return f"Practice: the clock of this server was moved to {self():%Y-%m-%d %H:%M} UTC"
        return ""

    def move_to(self, time: datetime) -> None:
        """Go on from ``time``. It never goes back: what was stored would lie ahead. Raises :class:`OperatorError`."""
        ahead = (time - self._real()).total_seconds()
        item = {**_KEY, "ahead": {"N": f"{ahead:.6f}"}}
        values = {":ahead": item["ahead"]}
        is_later = ahead > 0 and self._database.call_if(
            "put_item", SURVEYS, condition=_IS_LATER, Item=item, ExpressionAttributeValues=values
        )
        if not is_later:
            raise OperatorError(f"It is {self():%Y-%m-%d %H:%M} UTC here already, and the clock only goes on.")


def services_on(port: int) -> Services:
    """The data of ``make run``, whose database is on ``port``, by its clock.

    At the first use raises :class:`OperatorError` where nothing answers there, or something else.
    """
    settings = Settings(endpoint=f"http://127.0.0.1:{port}")
    reached = Database(lambda: _client(settings, port), settings.table_prefix)
    return Services.on(reached, PracticeClock(reached))


def _client(settings: Settings, port: int) -> Any:
    where = "Is it going there? Another port is named before the command, as in PORT=9000."
    try:
        socket.create_connection(("127.0.0.1", port), _CONNECTING).close()
    except OSError as error:
        message = f"Nothing answers on port {port}, where `make run` on port {port - 1} has its data."
        raise OperatorError(f"{message} {where}") from error
    database = Database.from_settings(settings)
    try:
        tables = database.call("list_tables").get("TableNames", ())
    except StorageError:
        tables = ()
    if database.name(SURVEYS) not in tables:
        message = f"What answers on port {port} is not the data of `make run` on port {port - 1}."
        raise OperatorError(f"{message} {where}")
    return database.client


@dataclass(frozen=True)
class Due:
    """When something comes to pass with a survey by itself: ``what``, in words after its name."""

    at: datetime
    survey: str
    what: str


def next_due(services: Services) -> tuple[Due, ...]:
    """What comes next of all that is awaited, which may be several at a time; nothing where nothing is."""
    now = services.clock()
    surveys = [services.surveys.listed(survey).at(now) for survey in services.surveys.ids()]
    awaited = [due for survey in surveys for due in _dues(survey) if due.at > now]
    first = min((due.at for due in awaited), default=now)
    return tuple(due for due in awaited if due.at == first)


def _dues(survey: Survey) -> Iterator[Due]:
    if survey.state not in ("open", "closed"):
        return
    times: Mapping[str, datetime | None] = {
        "opens": survey.settings.opens_at,
        "closes": survey.settings.closes_at if survey.state == "open" else None,
        "is counted": None if survey.finished else survey.due_at,
        "is purged": survey.purge_due + WAIT if survey.purge_due else None,
    }
    yield from (Due(time, survey.id, what) for what, time in times.items() if time)


def jump(services: Services, clock: PracticeClock, to: datetime | None = None) -> Iterator[Due]:
    """Move the clock on to what is due next, or from one to the next until ``to``, and do what is due each time.

    Yields each when it is done. Raises :class:`OperatorError` where nothing is awaited, ``to`` is not later, or beyond
    this century, and :class:`RunFailed` where a job fails.
    """
    if to and to > _LAST:
        raise OperatorError(f"No survey goes beyond {_LAST:%Y-%m-%d}. Name an earlier day.")
    while (dues := next_due(services)) and (to is None or dues[0].at < to):
        clock.move_to(dues[0].at)
        run_schedule(services)
        yield from dues
        if to is None:
            return
    if to is None:
        raise OperatorError("No survey waits for anything: close one first, or name a day, as in --to 2027-01-31")
    clock.move_to(to)
    run_schedule(services)
    yield from (due for due in dues if due.at == to)


def run_schedule(services: Services) -> None:
    """Do once what every scheduled function does."""
    jobs.publish_releases(services)
    jobs.purge_expired(services)
    jobs.audit_ledger(services)


class Schedule:
    """What EventBridge does for a stage: publishes whenever it is called, purges and audits once a day of the clock."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._day: date | None = None

    def __call__(self) -> None:
        """Do what is due."""
        day = self._services.clock().date()
        if day == self._day:
            jobs.publish_all(self._services)
            return
        run_schedule(self._services)
        self._day = day
