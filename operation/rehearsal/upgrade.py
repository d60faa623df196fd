"""A later version takes over what an earlier one left, with a survey open; then the earlier one is put back."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.questionnaire.survey import COUNTING_DELAY
from chalicelib.services import utc_now
from operation.deployment.package import Package
from operation.deployment.steps import Step, Steps
from operation.ending import close_survey
from operation.rehearsal import deployment, dumps
from operation.rehearsal.failure import require
from operation.rehearsal.scene import Scene
from operation.rehearsal.takeover import BOARD, GUESTS, MEMBERS, Found, TakenOver, take_over

#: Longer than an edition, and than the retention of ``guests``.
_LONG = timedelta(days=70)


def upgrade(scene: Scene, package: Package) -> Steps[Found]:
    """Load the newest dump, put the next version in the place of ``package``, and go back."""
    path = dumps.dumps()[-1]
    dump = dumps.read(path)
    dumps.load(dump, scene.database)
    for survey in (MEMBERS, GUESTS):
        scene.move_back(survey, dump.promises.made_at - utc_now())
    records = sum(map(len, dump.tables.values()))
    yield Step(f"loaded {path.name} ({records} items), as if that version had left them now, with two surveys open")
    deployment.replaced(scene, deployment.later(package, scene.folder / "later"))
    yield Step("upgraded: four functions are replaced, no table is touched, the package before is kept")
    stage = TakenOver(
        dump.promises,
        scene.visitor,
        scene.services,
        publish=lambda: _run_later(scene, MEMBERS, "publish_releases"),
        purge=lambda: _run_later(scene, GUESTS, "purge_expired"),
    )
    found = yield from take_over(stage)
    scene.fire("audit_ledger")
    *_, code = dump.promises.unused_codes
    receipt = scene.visitor.submit(MEMBERS, {"region": "south"}, invitation=code).of(201).receipt
    deployment.replaced(scene, package)
    scene.visitor.withdraw(MEMBERS, receipt).of(200)
    require(stage.audit(MEMBERS).withdrawn == found.withdrawn + 1, "what the later version stored is lost")
    yield Step("rolled back to the package before: a receipt of the later version withdraws")
    return found


def _run_later(scene: Scene, survey: str, function: str) -> None:
    scene.move_back(survey, _LONG)
    scene.fire(function)


def end(scene: Scene) -> Steps[None]:
    """Close and publish what is open, before which nothing is taken down."""
    deployment.refused(scene)
    for survey in (MEMBERS, BOARD):
        close_survey(scene.services, survey)
        scene.move_back(survey, COUNTING_DELAY)
    scene.fire("publish_releases")
    yield Step("was refused to destroy it with surveys open; closed these, and publish_releases dealt with the rest")
