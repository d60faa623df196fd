"""The whole way, once (P15)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from operation.deployment.package import Package, build
from operation.deployment.steps import Step, Steps
from operation.deployment.target import Target
from operation.rehearsal import deployment
from operation.rehearsal.answering import answer
from operation.rehearsal.coding import code
from operation.rehearsal.counting import Counted, count
from operation.rehearsal.ending import purge, purge_now
from operation.rehearsal.loopback import loopback
from operation.rehearsal.preparing import prepare
from operation.rehearsal.scene import Scene
from operation.rehearsal.takeover import Found
from operation.rehearsal.upgrade import end, upgrade


@dataclass(frozen=True)
class Rehearsed:
    """What came of it: of the survey that went the whole way, its purge, and of the dump that was taken over.

    ``with_theme``: how many texts of the former have the theme, in print. ``purged_at_once``: the proof of one of the
    latter's.
    """

    counted: Counted
    with_theme: int
    proof: dict[str, int]
    taken_over: Found
    purged_at_once: dict[str, int]


def rehearse(folder: Path) -> Steps[Rehearsed]:
    """Build the package, and take it the whole way on a loopback AWS whose files are in ``folder``.

    Raises :class:`OperatorError` where something does not come as it has to.
    """
    package = build(folder / "package", Target.here())
    yield Step(f"built the package for this machine: {package.size / 1e6:.1f} MB")
    with loopback(folder) as aws:
        yield Step(f"started a loopback AWS: {aws.url}, its words in {aws.log.name}")
        found = yield from walk(Scene(aws, folder), package)
        return found


def walk(scene: Scene, package: Package) -> Steps[Rehearsed]:
    """From an empty account to an empty account."""
    yield from deployment.first(scene, package)
    prepared = yield from prepare(scene)
    answered = yield from answer(scene, prepared)
    counted = yield from count(scene, answered, prepared)
    with_theme = yield from code(scene)
    proof = yield from purge(scene)
    taken_over = yield from upgrade(scene, package)
    yield from end(scene)
    purged_at_once = yield from purge_now(scene)
    yield from deployment.down(scene)
    return Rehearsed(counted, with_theme, proof, taken_over, purged_at_once)
