"""``python -m tests.benchmarks.cold_start``: what the first visitor waits for, beside a stock function.

Both are started in turn, so that what else the machine does slows both. The stock function is chalice, pydantic and
boto3 with one route and one put, as ``chalice package`` makes it: without bytecode of what is bundled. boto3 comes with
Lambda's runtime, bytecode and all: so it is assumed for both.
"""

from __future__ import annotations

import itertools
import json
import secrets
import statistics
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from app import app
from chalicelib.services import Services, utc_now
from chalicelib.settings import Settings
from chalicelib.storage.database import Database
from operation.deployment import wheels
from operation.deployment.package import ROOT, build
from operation.deployment.target import Target
from operation.deployment.template import MEMORY_MEGABYTES
from operation.local.dynamodb_local import running as engine
from operation.local.gateway import event_of
from tests.builders import FIELDS, FORM_TYPE, JSON_TYPE, Browser, an_open_survey
from tests.lambda_process import Moment, provided, running

ROUNDS = 13
WARM = 50
#: Of a core, by megabytes: Lambda gives a whole one at 1,769 (AWS, "Configure Lambda function memory").
CORE_MEGABYTES = 1769
SIZES = (256, 512, 1024, 1769)
#: Dollars for a gigabyte and a second on ARM in eu-north-1, of which a start counts as much as an answer (2026).
PRICE = 0.0000133334
_STOCK = """
import uuid
import boto3
from chalice.app import Chalice
from pydantic import BaseModel

app = Chalice(app_name="stock")
client = boto3.client("dynamodb")

class Answer(BaseModel):
    name: str
    age: int

@app.route("/answers", methods=["POST"])
def put():
    answer = Answer.model_validate(app.current_request.json_body)
    item = {"key": {"S": uuid.uuid4().hex}, "name": {"S": answer.name}, "age": {"N": str(answer.age)}}
    client.put_item(TableName="stock", Item=item)
    return {"stored": True}
"""
_STOCK_LIBRARIES = ("annotated_types", "pydantic", "pydantic_core", "typing_extensions", "typing_inspection")

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Start:
    """Of a process: when it was ready for its first request, and when it had answered it."""

    ready: Moment
    answered: Moment

    def at(self, megabytes: int) -> float:
        """Seconds until the answer with so much memory, by arithmetic from the CPU that was measured.

        Lambda starts a process at full speed whatever its memory, and then gives it its share of a core.
        """
        share = min(1.0, megabytes / CORE_MEGABYTES)
        return self.ready.cpu + (self.answered.cpu - self.ready.cpu) / share


@dataclass(frozen=True)
class Case:
    """What is started, and with which request."""

    name: str
    site: Path
    event: Callable[[], Event]


def unpacked(folder: Path) -> tuple[Path, int]:
    """The package for this machine, unpacked in ``folder``, and its size in bytes."""
    package = build(folder / "built", Target.here())
    with zipfile.ZipFile(package.path) as archive:
        archive.extractall(folder / "package")
    return folder / "package", package.size


def stock(folder: Path) -> Path:
    """The stock function in ``folder``, with its libraries as Chalice bundles them."""
    site, all_of_them = folder / "stock", folder / "libraries"
    wheels.unpack(wheels.fetch(ROOT / "requirements.txt", Target.here(), ROOT / "build" / "wheels"), all_of_them)
    with zipfile.ZipFile(folder / "built" / "deployment.zip") as archive:
        archive.extractall(
            site, [name for name in archive.namelist() if name in ("chalice/app.py", "chalice/__init__.py")]
        )
    for path in all_of_them.iterdir():
        if path.stem in _STOCK_LIBRARIES:
            path.rename(site / path.name)
    (site / "app.py").write_text(_STOCK, "utf-8")
    return site


@contextmanager
def prepared() -> Iterator[tuple[Settings, Callable[[], Event], Callable[[], Event], Callable[[], Event]]]:
    """An engine with an open survey: its settings, and makers of requests for a page, an answer, the stock's answer."""
    with engine() as settings:
        database = Database.from_settings(settings)
        database.create_tables()
        key = {"AttributeName": "key"}
        database.call(
            "create_table",
            TableName="stock",
            KeySchema=[key | {"KeyType": "HASH"}],
            AttributeDefinitions=[key | {"AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        services = Services.on(database, utc_now)
        an_open_survey(services)
        browser = Browser(None, services)  # type: ignore[arg-type]  # only its tokens are used

        def page() -> Event:
            return event_of(app.routes, "GET", "/s/a-survey", {})

        def answer() -> Event:
            fields = {"_token": [browser.token(nonce=secrets.token_bytes(16))], **FIELDS}
            body = urlencode(fields, doseq=True)
            return event_of(app.routes, "POST", "/s/a-survey", {"Content-Type": FORM_TYPE}, body=body)

        def stock_answer() -> Event:
            body = json.dumps({"name": "a", "age": 3})
            return event_of({"/answers": {}}, "POST", "/answers", {"Content-Type": JSON_TYPE}, body=body)

        yield settings, page, answer, stock_answer


def start_of(case: Case, runtime: Path, endpoint: str) -> Start:
    """Start a process and have it answer one request."""
    with running(case.site, runtime, {"AWS_ENDPOINT_URL_DYNAMODB": endpoint}) as process:
        answered, reply = process.invoke(case.event())
        if process.ready is None or reply.get("statusCode", 500) >= 400:
            raise RuntimeError(f"{case.name}: {reply}")
        return Start(process.ready, answered)


def warm_cpu(case: Case, runtime: Path, endpoint: str) -> float:
    """Milliseconds of CPU that a request takes of a warm process, in the middle of :data:`WARM`."""
    with running(case.site, runtime, {"AWS_ENDPOINT_URL_DYNAMODB": endpoint}) as process:
        times = [process.invoke(case.event())[0].cpu for _ in range(WARM)]
    return 1000 * statistics.median(after - before for before, after in itertools.pairwise(times))


def lines(starts: Mapping[str, list[Start]]) -> Iterator[str]:
    """The table: medians in milliseconds, and what they are of the stock's."""
    columns: dict[str, Callable[[Start], float]] = {
        "wall": lambda start: start.answered.wall,
        "CPU": lambda start: start.answered.cpu,
        "of it at the start": lambda start: start.ready.cpu,
    }
    for size in SIZES:
        columns[f"at {size} MB"] = lambda start, size=size: start.at(size)  # type: ignore[misc]
    yield f"{'ms (of stock)':24}" + "".join(f"{name:>20}" for name in columns)
    base = {name: statistics.median(map(measure, starts["stock"])) for name, measure in columns.items()}
    for case, found in starts.items():
        medians = {name: statistics.median(map(measure, found)) for name, measure in columns.items()}
        yield f"{case:24}" + "".join(
            f"{f'{1000 * value:.0f} ({value / base[name]:.2f})':>20}" for name, value in medians.items()
        )


def costs(first: float, warm: float) -> Iterator[str]:
    """What a memory setting costs: dollars per million warm answers, and seconds of the first one's own work.

    ``first``, ``warm``: seconds of CPU that an answer takes of a process that has just started, and of a warm one.
    """
    for size in SIZES:
        share = min(1.0, size / CORE_MEGABYTES)
        dollars = warm / share * size / 1024 * PRICE * 1e6
        waited = f"first {1000 * first / share:.0f} ms after the start, warm {1000 * warm / share:.1f} ms"
        yield f"{size:5} MB: {waited}, $ {dollars:.2f} a million"


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as name, prepared() as (settings, page, answer, stock_answer):
        folder = Path(name)
        (folder / "runtime").mkdir()
        runtime, (site, size) = provided(folder / "runtime"), unpacked(folder)
        endpoint = settings.endpoint or ""
        ours = Case("first page", site, page), Case("first submission", site, answer)
        cases = Case("stock", stock(folder), stock_answer), *ours
        starts: dict[str, list[Start]] = {case.name: [] for case in cases}
        for _ in range(ROUNDS):
            for case in cases:
                starts[case.name].append(start_of(case, runtime, endpoint))
        print(f"Package for {Target.here()}: {size / 1e6:.1f} MB; {ROUNDS} rounds, DynamoDB Local")
        print(*lines(starts), sep="\n")
        warm = {case.name: warm_cpu(case, runtime, endpoint) for case in ours}
        print(*(f"{name.replace('first', 'warm'):24}{used:6.2f} ms CPU" for name, used in warm.items()), sep="\n")
        first = statistics.median(one.answered.cpu - one.ready.cpu for one in starts["first submission"])
        print(*costs(first, warm["first submission"] / 1000), sep="\n")
        print(f"Chosen: {MEMORY_MEGABYTES} MB")


if __name__ == "__main__":
    main()
