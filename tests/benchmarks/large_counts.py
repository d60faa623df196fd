"""How long a large count takes one function, in how many runs, and what it costs: by simulation.

The counting is the real one (``chalicelib/jobs/count.py``); the table, its limits and the clock are simulated, and
``simulated_table.py`` says which numbers are AWS's and which are assumed. The processor's time is measured on the
machine that runs this, with the vendor's own client, and stretched to the share that a function of its memory gets.

One after the other and with transactions that never grew again, as shards were counted before, it took by an earlier
simulation some 2,300 s in 8 or 9 runs for a million; of 40,000, transactions shrank from 98 responses to 12 and stayed
there, and the lists were read 3.6 times.

What it cannot tell: a table that never bore much has four partitions and not eight, which is why both are printed;
and who sends answers while a large count goes on shares the partitions with it.
"""

from __future__ import annotations

import base64
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config

from chalicelib.jobs.count import count_pending
from chalicelib.questionnaire.survey import Survey
from chalicelib.responses.answers import Answers
from chalicelib.responses.receipt import SHARDS
from chalicelib.services import Services
from chalicelib.storage.database import Database
from chalicelib.storage.responses import PENDING_PAGE
from chalicelib.storage.tallies import MAXIMUM_COUNTED_TOGETHER
from operation.local.moto_engine import moto_database
from tests.benchmarks.simulated_table import Function, Network, SimulatedClient
from tests.builders import FakeClock, a_question, an_open_survey
from tests.engine.faults import a_reply, operation_of

CONFIG = Path(__file__).parents[2] / ".chalice" / "config.json"
KINDS = ("single_choice", "multiple_choice", "scale", "yes_no")
SIZES = (1_000, 40_000, 1_000_000)
#: In seconds of one function's time, of a million.
MARK = 400
#: A function's time, and what it keeps for its last step (``jobs.time_left``), in seconds.
TIMEOUT, KEPT = 300, 20
#: A whole processor belongs to so many megabytes ("Configure Lambda function memory").
MEGABYTES_A_PROCESSOR = 1769
#: On demand, us-east-1, in dollars.
A_WRITE, A_READ = 0.625e-6, 0.125e-6
#: Of a function that never ends for want of time.
RUNS = 50


@dataclass(frozen=True)
class Figures:
    """Of one count: seconds of a function's time, runs, and what the table saw."""

    seconds: float
    runs: int
    client: SimulatedClient

    @property
    def dollars(self) -> float:
        return self.client.write_units * A_WRITE + self.client.read_units * A_READ


def a_survey(database: Database) -> tuple[Services, Survey, list[bytes]]:
    """A survey of twelve questions, and a thousand answers to it."""
    services = Services.on(database, FakeClock())
    questions = [a_question(kind, id=f"{kind}_{number}") for number in range(3) for kind in KINDS]
    survey = an_open_survey(services, *questions, policy="exact")
    layout = services.version(survey.id, 1).layout
    chance = random.Random(1)  # noqa: S311  # no secret
    closed = [column.variable for column in layout.columns if column.variable.form != "text"]
    given = [{variable.id: (chance.choice(variable.codes),) for variable in closed} for _ in range(1000)]
    return services, survey, [layout.pack(Answers(codes, {})) for codes in given]


def counted(services: Services, survey: Survey, client: SimulatedClient) -> Figures:
    """Count all that ``client`` has, in as many runs as it takes."""
    services.responses._database.replace_client(client)
    function, seconds = client.function, 0.0
    for run in range(1, RUNS + 1):
        began = function.now
        is_done = count_pending(
            services,
            survey,
            go_on=lambda began=began: function.now - began < TIMEOUT - KEPT,  # type: ignore[misc]
            at_once=function.at_once,
            wait=function.wait,
        )
        seconds += function.now - began
        if is_done:
            assert client.pending == 0
            return Figures(seconds, run, client)
        function.now += 15 * 60  # by then every partition has a second in store
    raise AssertionError(f"{RUNS} runs did not count everything")


def cpu_seconds(services: Services, survey: Survey, blobs: list[bytes]) -> float:
    """The processor's time of a full transaction, with its part of the reading, all but the bytes on their way."""
    listed = SimulatedClient(SHARDS * PENDING_PAGE, blobs, Function())
    parts = [f"{survey.id}#{shard}" for shard in range(SHARDS)]
    pages = {part: _page(listed, part) for part in parts}

    def reply(request: AWSPreparedRequest, **_: Any) -> Any:
        assert isinstance(request.body, bytes)
        is_query = operation_of(request) == "Query"
        body = pages[json.loads(request.body)["ExpressionAttributeValues"][":part"]["S"]] if is_query else b"{}"
        return a_reply(request, 200, "application/x-amz-json-1.0", body)

    # As storage.database makes it; nothing reaches the address.
    client = boto3.client(
        "dynamodb",
        region_name="eu-north-1",
        endpoint_url="http://127.0.0.1:9",
        aws_access_key_id="nobody",
        aws_secret_access_key="nothing",
        config=Config(parameter_validation=False),
    )
    client.meta.events.register_first("before-send.dynamodb", reply)
    services.responses._database.replace_client(client)
    start = time.process_time()
    assert count_pending(services, survey, at_once=Function().at_once)
    return (time.process_time() - start) / (SHARDS * PENDING_PAGE / MAXIMUM_COUNTED_TOGETHER)


def _page(listed: SimulatedClient, part: str) -> bytes:
    page = listed.query(ExpressionAttributeValues={":part": {"S": part}}, Limit=PENDING_PAGE)
    return json.dumps(page, default=_in_base64).encode()


def _in_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def large_count_lines() -> Iterator[str]:
    """A line for each size, on a table whose shards have a partition each and on a new one."""
    with moto_database("counts") as database:
        services, survey, blobs = a_survey(database)
    measured = min(cpu_seconds(services, survey, blobs) for _ in range(5))
    megabytes = json.loads(CONFIG.read_text("utf-8"))["lambda_memory_size"]
    network = Network(cpu=measured * max(1, MEGABYTES_A_PROCESSOR / megabytes))
    yield f"count of 98: {measured * 1000:.1f} ms CPU here, {network.cpu * 1000:.1f} ms at {megabytes} MB"
    for partitions in (SHARDS, SHARDS // 2):
        for size in SIZES:
            client = SimulatedClient(size, blobs, Function(), network, partitions)
            yield _line(counted(services, survey, client), size, partitions)


def _line(found: Figures, size: int, partitions: int) -> str:
    client, is_marked = found.client, size == SIZES[-1] and partitions == SHARDS
    mark = f" (mark: {MARK}{', missed' * (found.seconds > MARK)})" if is_marked else ""
    return (
        f"count of {size:9,} in {partitions} partitions: {found.seconds:6.1f} s{mark} in runs: {found.runs},"
        f" {client.transactions:6,} transactions ({client.throttled:,} throttled), {len(client.queries):5,} queries,"
        f" {client.write_units:9,.0f} write and {client.read_units:6,.0f} read units, ${found.dollars:.4f}"
    )


if __name__ == "__main__":
    for line in large_count_lines():
        print(line, flush=True)
