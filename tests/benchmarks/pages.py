"""What a form costs in CPU when it is opened in a warm process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from app import app
from chalicelib import services as services_module
from chalicelib.services import Services
from chalicelib.storage.database import Database
from operation.authoring.loader import load_definition
from operation.lifecycle import open_survey, publish_definition
from operation.local.gateway import event_of
from operation.local.moto_engine import moto_database
from tests.builders import FakeClock, identities, prove_keys

LIBRARY = Path(__file__).parents[2] / "operation" / "library"
SURVEY = "member-challenges"
#: Milliseconds.
MARK = 0.5


def page_lines(database: Database) -> Iterator[str]:
    """Two lines on the longest form of the library: opened first, and opened again."""
    services = Services.on(database, FakeClock())  # by a clock that goes on, they would forget
    services_module.use(services)
    _open(services)
    first, *others = (_milliseconds(f"/s/{SURVEY}?lang=en") for _ in range(500))
    cost = sorted(others)[len(others) // 10]
    yield f"{'long form, opened first':30} {first:6.3f} ms CPU"
    yield f"{'long form, opened again':30} {cost:6.3f} ms CPU (mark: {MARK}{', missed' * (cost > MARK)})"


def _open(services: Services) -> None:
    definition = load_definition(LIBRARY / f"{SURVEY}.yaml").definition
    publish_definition(services, definition, [public for public, _ in identities()])
    prove_keys(services, SURVEY)
    open_survey(services, SURVEY, accepted_drafts=definition.questionnaire.drafts)


def _milliseconds(url: str) -> float:
    event = event_of(app.routes, "GET", url, {})
    start = time.process_time_ns()
    reply = app(event, None)
    spent = time.process_time_ns() - start
    assert reply["statusCode"] == 203, reply
    return spent / 1e6


if __name__ == "__main__":
    with moto_database("pages") as fresh:
        print(*page_lines(fresh), sep="\n")
