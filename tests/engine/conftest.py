"""The same tests on moto and on DynamoDB Local, AWS's own engine, over a real connection."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from chalicelib.storage.database import Database
from operation.local.dynamodb_local import running
from tests.policies import Guard

ENGINES = ["moto", pytest.param("dynamodb-local", marks=pytest.mark.engine)]
_numbers = itertools.count()


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that meets the engine runs in one process: each would start an engine, and Java is slow until it is warm."""
    for item in items:
        if item.get_closest_marker("engine"):
            item.add_marker(pytest.mark.xdist_group("engine"))


@pytest.fixture(scope="session")
def dynamodb_local(guard: Guard) -> Iterator[Database]:
    """One engine in memory for the whole run; where it cannot be had the tests fail rather than skip."""
    with running() as settings:
        database = Database.from_settings(settings)
        guard.watch(database.client)
        yield database


@pytest.fixture(params=ENGINES)
def either_engine(request: pytest.FixtureRequest) -> Database:
    """Each engine in turn."""
    engine: Database = request.getfixturevalue("engine" if request.param == "moto" else "dynamodb_local")
    return engine


@pytest.fixture
def database(either_engine: Database) -> Database:
    """Empty tables of this test alone, on each engine in turn."""
    return _fresh(either_engine)


@pytest.fixture
def real_database(dynamodb_local: Database) -> Database:
    """Empty tables on DynamoDB Local: what is proven at once or under faults is proven there."""
    return _fresh(dynamodb_local)


def _fresh(engine: Database) -> Database:
    fresh = engine.with_prefix(f"engine{next(_numbers)}")
    fresh.create_tables()
    return fresh
