"""The retention ends, or an operator ends it at once: records and keys go, with proof; results stay."""

from __future__ import annotations

import json
from datetime import timedelta

from chalicelib.jobs.purge import PROOF, WAIT
from operation.deployment.steps import Step, Steps
from operation.rehearsal.failure import require
from operation.rehearsal.preparing import SURVEY
from operation.rehearsal.scene import Scene
from operation.rehearsal.takeover import MEMBERS


def purge(scene: Scene) -> Steps[dict[str, int]]:
    """Let the retention end; the proof of the purge."""
    days = timedelta(days=scene.record(SURVEY).settings.retention_days) + WAIT
    scene.move_back(SURVEY, days)
    scene.fire("purge_expired")
    proof = _proof(scene, SURVEY)
    yield Step(
        f"moved its record back by {days.days} days: purge_expired left no record, key or invitation; its release stays"
    )
    return proof


def purge_now(scene: Scene) -> Steps[dict[str, int]]:
    """Purge a survey before its retention ends; its proof. Nobody can be sending to it any more, so nobody waits."""
    scene.manage("purge", MEMBERS, "--now", "--confirm", MEMBERS, "--confirm-deletion")
    proof = _proof(scene, MEMBERS)
    scene.fire("purge_expired")
    yield Step(f"an operator purged {MEMBERS} at once: {proof['counted']} were counted, no record, key or code is left")
    return proof


def _proof(scene: Scene, survey: str) -> dict[str, int]:
    """That of a purge, held against what is left."""
    proof: dict[str, int] = json.loads(scene.services.tallies.record(survey, PROOF) or "{}")
    require(proof.get("records_left") == 0 and proof.get("invitations_left") == 0, f"the proof says {proof}")
    require(not scene.services.responses.count(survey), "records are left")
    require(scene.services.access.receipt_key(survey) is None, "the receipt key is left")
    require("is purged" in scene.manage("audit", survey), "the operator is not shown the proof")
    scene.visitor.get(f"/api/surveys/{survey}/releases/1.csv").of(200)
    return proof
