"""A survey closes, is counted when late senders have had their hour, and is published."""

from __future__ import annotations

import csv
import io
from base64 import b64decode
from dataclasses import dataclass

from chalicelib.jobs.audit import audit_survey
from chalicelib.questionnaire.survey import COUNTING_DELAY
from operation.deployment.steps import Step, Steps
from operation.rehearsal.answering import WRITTEN, Answered
from operation.rehearsal.failure import require
from operation.rehearsal.preparing import SURVEY, Prepared, opened
from operation.rehearsal.scene import Scene

_LATEST = f"/api/surveys/{SURVEY}/releases/latest"


@dataclass(frozen=True)
class Counted:
    """What came of it."""

    counted: int
    withdrawn: int
    #: As printed.
    responses: int
    exported: int


def count(scene: Scene, answered: Answered, prepared: Prepared) -> Steps[Counted]:
    """Close, count, publish, read, recount and export."""
    scene.fire("publish_releases")
    scene.visitor.get(_LATEST).of(404)
    yield Step("the schedule of publish_releases ran while the survey was open, and published nothing")
    scene.manage("close", SURVEY, "--confirm", SURVEY)
    scene.move_back(SURVEY, COUNTING_DELAY)
    yield Step(f"closed it; its record is moved back by {COUNTING_DELAY}, as if late senders had had their hour")
    scene.fire("publish_releases")
    release = scene.visitor.get(_LATEST).of(200).json
    yield Step(f"publish_releases made release {release['number']}, which tells of {release['responses']} responses")
    rows = list(csv.DictReader(io.StringIO(scene.visitor.get(f"{_LATEST}.csv").of(200).text)))
    require(bool(rows), "the CSV has no rows")
    workbook = scene.visitor.get(f"{_LATEST}.xlsx").of(200)
    # The loopback's gateway, unlike AWS's, leaves it in the base64 of the function's reply.
    require(b64decode(workbook.body).startswith(b"PK"), "the workbook did not come whole")
    scene.visitor.get(f"/s/{SURVEY}/results").of(200)
    yield Step(f"read it as a page, as CSV ({len(rows)} rows) and as a workbook")
    scene.fire("audit_ledger")
    scene.manage("audit", SURVEY)
    found = audit_survey(scene.services, scene.record(SURVEY))
    numbers = (found.pending, found.counted, found.withdrawn)
    require(numbers == (0, answered.pending, answered.withdrawn), f"{numbers} records are not what was sent")
    yield Step(f"the ledger adds up: {found.counted} counted, {found.withdrawn} withdrawn")
    exported = _export(scene, prepared)
    yield Step(f"exported {exported} records; the texts among them open with the working key")
    return Counted(found.counted, found.withdrawn, release["responses"], exported)


def _export(scene: Scene, prepared: Prepared) -> int:
    scene.manage("export", SURVEY, "--to", "records")
    with (scene.folder / "records" / "codes.csv").open(encoding="utf-8-sig") as file:
        records = len(list(csv.DictReader(file)))
    texts = [opened(envelope.read_bytes(), prepared.keys) for envelope in (scene.folder / "records" / "text").iterdir()]
    require(len(texts) == records and all(WRITTEN in text for text in texts), "not every text opens")
    return records
