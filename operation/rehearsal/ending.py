"""The retention ends: records and keys go, with proof; results stay."""

from __future__ import annotations

import json
from datetime import timedelta

from chalicelib.jobs.purge import PROOF, WAIT
from operation.deployment.steps import Step, Steps
from operation.rehearsal.failure import require
from operation.rehearsal.preparing import SURVEY
from operation.rehearsal.scene import Scene


def purge(scene: Scene) -> Steps[dict[str, int]]:
    """Let the retention end; the proof of the purge."""
    days = timedelta(days=scene.record(SURVEY).settings.retention_days) + WAIT
    scene.move_back(SURVEY, days)
    scene.fire("purge_expired")
    proof: dict[str, int] = json.loads(scene.services.tallies.record(SURVEY, PROOF) or "{}")
    require(proof.get("records_left") == 0 and proof.get("invitations_left") == 0, f"the proof says {proof}")
    require(not list(scene.services.responses.records(SURVEY)), "records are left")
    require(scene.services.access.receipt_key(SURVEY) is None, "the receipt key is left")
    require("is purged" in scene.manage("audit", SURVEY), "the operator is not shown the proof")
    scene.visitor.get(f"/api/surveys/{SURVEY}/releases/1.csv").of(200)
    yield Step(
        f"moved its record back by {days.days} days: purge_expired left no record, key or invitation; its release stays"
    )
    return proof
