"""What a form, and a page of results, cost in CPU when they are opened in a warm process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from app import app
from chalicelib import services as services_module
from chalicelib.services import Services, utc_now
from chalicelib.storage.database import Database
from operation.authoring.loader import load_definition
from operation.demo import CLOSED_EDITION, make_demo
from operation.lifecycle import open_survey, publish_definition
from operation.local.gateway import event_of
from operation.local.moto_engine import moto_database
from tests.builders import FakeClock, identities, prove_keys

LIBRARY = Path(__file__).parents[2] / "operation" / "library"
SURVEY = "member-challenges"
#: Milliseconds: of a form, and of a page of results that was rendered before.
MARK, RESULTS_MARK = 0.5, 1.0


def page_lines(database: Database) -> Iterator[str]:
    """Two lines on the longest form of the library: opened first, and opened again."""
    services = Services.on(database, FakeClock())  # by a clock that goes on, they would forget
    services_module.use(services)
    _open(services)
    first, *others = (_milliseconds(f"/s/{SURVEY}?lang=en") for _ in range(500))
    cost = sorted(others)[len(others) // 10]
    yield f"{'long form, opened first':30} {first:6.3f} ms CPU"
    yield f"{'long form, opened again':30} {cost:6.3f} ms CPU (mark: {MARK}{', missed' * (cost > MARK)})"


def results_lines(database: Database) -> Iterator[str]:
    """Three lines on the demo's results: first in a process, in another language, and opened again."""
    services = Services.on(database, utc_now)
    services_module.use(services)
    with TemporaryDirectory() as keys:
        _ = [*make_demo(services, Path(keys))]
    first, other, *others = (
        _milliseconds(f"/s/{CLOSED_EDITION}/results?lang={language}", 200) for language in ("en", "sv", *["en"] * 300)
    )
    cost = sorted(others)[len(others) // 10]
    yield f"{'results, rendered first':30} {first:6.3f} ms CPU"
    yield f"{'results, in another language':30} {other:6.3f} ms CPU"
    missed = ", missed" * (cost > RESULTS_MARK)
    yield f"{'results, opened again':30} {cost:6.3f} ms CPU (mark: {RESULTS_MARK}{missed})"


def _open(services: Services) -> None:
    definition = load_definition(LIBRARY / f"{SURVEY}.yaml").definition
    publish_definition(services, definition, [public for public, _ in identities()])
    prove_keys(services, SURVEY)
    open_survey(services, SURVEY, accepted_drafts=definition.questionnaire.drafts)


def _milliseconds(url: str, status: int = 203) -> float:
    event = event_of(app.routes, "GET", url, {})
    start = time.process_time_ns()
    reply = app(event, None)
    spent = time.process_time_ns() - start
    assert reply["statusCode"] == status, reply
    return spent / 1e6


if __name__ == "__main__":
    with moto_database("pages") as fresh:
        print(*page_lines(fresh), sep="\n")
    with moto_database("results") as fresh:
        print(*results_lines(fresh), sep="\n")
