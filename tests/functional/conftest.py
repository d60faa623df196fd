"""What the functional tests share."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from chalice.test import Client

from chalicelib import services as services_module
from chalicelib.services import Services
from chalicelib.storage.database import Database
from tests.builders import Browser, FakeClock
from tests.functional.commands import Operate, run

_modules = itertools.count()


@contextmanager
def in_use(services: Services) -> Iterator[Services]:
    """Make ``services`` the process's for a while."""
    services_module.use(services)
    yield services
    services_module.use(None)


@contextmanager
def browsing(services: Services) -> Iterator[Browser]:
    """Requests to the app, whose services ``services`` are for a while."""
    from app import app

    with in_use(services), Client(app) as client:
        yield Browser(client, services)


@pytest.fixture(scope="module")
def module_services(engine: Database) -> Services:
    """Services on tables that a whole module shares: for long tables of requests that store nothing."""
    database = engine.with_prefix(f"module{next(_modules)}")
    database.create_tables()
    return Services.on(database, FakeClock())


@pytest.fixture
def operate(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operate:
    """Runs the operator's commands in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return run
