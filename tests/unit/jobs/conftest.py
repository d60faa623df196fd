"""What the tests of editions share."""

from __future__ import annotations

import pytest

from chalicelib.services import Services
from chalicelib.storage.database import Database
from tests.builders import FakeClock, an_open_survey
from tests.unit.jobs.collecting import COUNTRY, Collection


@pytest.fixture
def collection(services: Services, clock: FakeClock, database: Database) -> Collection:
    return Collection(services, clock, database)


@pytest.fixture
def monthly(collection: Collection) -> Collection:
    an_open_survey(collection.services, COUNTRY, access="invitation", releases="monthly")
    return collection
