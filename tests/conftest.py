"""A fresh database for every test, in moto; a clock that stands; the app as Chalice's test client sees it."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Iterator

import pytest
from chalice.test import Client
from hypothesis import HealthCheck, settings

from chalicelib import services as services_module
from chalicelib.services import Services
from chalicelib.storage.database import Database
from operation.local.moto_engine import moto_database
from tests.builders import Browser, FakeClock
from tests.policies import Guard

# The operator's console takes its width when it is imported: what a test reads is not cut to anybody's terminal.
os.environ["COLUMNS"] = str(max(200, int(os.environ.get("COLUMNS") or 0)))
# Commands are run on data that tests name themselves.
os.environ["PARAPLY_TABLE_PREFIX"] = "paraply"

# What programs say is read as UTF-8, whatever language whoever runs the tests speaks; under C, R has no letters.
os.environ["LC_ALL"] = "C.UTF-8"
# And whatever colours and AWS accounts they have: some of these would have commands say other things.
for name in ("LANGUAGE", "FORCE_COLOR", "NO_COLOR", "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_EXECUTION_ENV"):
    os.environ.pop(name, None)

# Under nohup, or behind a shell's &, programs pass over what is to end them, and those that they start do so too: not
# those that tests start and end. A handler is not inherited.
for ending in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
    if signal.getsignal(ending) is signal.SIG_IGN:
        signal.signal(ending, lambda number, frame: None)

# A property says what is true, not how fast this machine is just now, nor what chance draws: every run tries the same.
# To look for others: pytest --hypothesis-profile=default
settings.register_profile(
    "settled", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("settled")

_numbers = itertools.count()


@pytest.fixture(scope="session")
def guard() -> Guard:
    """Holds every function to its policy file."""
    return Guard()


@pytest.fixture(autouse=True)
def _within_policies(guard: Guard) -> Iterator[None]:
    """Fails a test in which a function was refused a call, whatever the app made of the refusal."""
    yield
    assert guard.take_refusals() == []


@pytest.fixture(scope="session")
def engine(guard: Guard) -> Iterator[Database]:
    """One moto for the whole run: its tables are told apart by their prefix."""
    with moto_database("unused") as database:
        guard.watch(database.client)
        yield database


@pytest.fixture
def database(engine: Database) -> Database:
    """Empty tables of this test alone."""
    fresh = engine.with_prefix(f"test{next(_numbers)}")
    fresh.create_tables()
    return fresh


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def services(database: Database, clock: FakeClock) -> Iterator[Services]:
    """The process's services for this test."""
    fresh = Services.on(database, clock)
    services_module.use(fresh)
    yield fresh
    services_module.use(None)


@pytest.fixture
def browser(services: Services) -> Iterator[Browser]:
    """Requests to the app, with no network between."""
    from app import app

    with Client(app) as client:
        yield Browser(client, services)
