"""The very package and template, put into the account, replaced by later ones, taken back, and taken down."""

from __future__ import annotations

import base64
import hashlib
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

from chalicelib.services import utc_now
from chalicelib.storage.tables import TABLES
from operation.deployment import deploy, destroy, existing, stack
from operation.deployment.package import Package
from operation.deployment.stack import State
from operation.deployment.steps import Step, Steps, finished
from operation.deployment.template import NAMES
from operation.errors import OperatorError, RehearsalFailed
from operation.rehearsal.failure import require
from operation.rehearsal.scene import STAGE, Scene

#: CloudWatch in SQL is not known to the loopback.
_WANTED = deploy.Wanted(mail="rehearsal@example.org", names_surveys=False)


def put(scene: Scene, package: Package) -> deploy.Plan:
    """Deploy ``package`` with the template of this version; what was planned."""
    planned = finished(deploy.plan(scene.cloud, scene.stage, lambda: package, _WANTED))
    finished(deploy.carry_out(scene.cloud, planned, utc_now(), scene.reach))
    _require_running(scene, package)
    return planned


def first(scene: Scene, package: Package) -> Steps[None]:
    """Deploy into an empty account."""
    planned = put(scene, package)
    require(planned.is_first, "the account was not empty")
    yield Step(f"deployed {STAGE}: {len(planned.changes)} resources, each function ran once, /healthz answers")


def later(package: Package, folder: Path) -> Package:
    """What stands for the next version: the same, and one file more."""
    folder.mkdir()
    path = Path(shutil.copy(package.path, folder))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("REHEARSED", "as the next version")
    return replace(package, path=path)


def replaced(scene: Scene, package: Package) -> None:
    """Put ``package`` in the place of another: the functions change, and nothing that holds data."""
    planned = put(scene, package)
    require(not planned.endangered, f"it endangered {', '.join(map(str, planned.endangered))}")
    changed = {change.resource for change in planned.changes}
    require(changed >= NAMES.keys(), f"of the functions only {changed} changed")


def _require_running(scene: Scene, package: Package) -> None:
    digest = base64.b64encode(hashlib.sha256(package.path.read_bytes()).digest()).decode("ascii")
    for name in NAMES.values():
        found = scene.cloud.call("lambda", "get_function", FunctionName=f"paraply-{STAGE}-{name}")["Configuration"]
        require(found["CodeSha256"] == digest, f"{name} does not run the package that was deployed")


def refused(scene: Scene) -> None:
    """See that nothing is taken down while people answer."""
    try:
        finished(destroy.examine(scene.cloud, scene.stage, scene.services, with_data=True))
    except OperatorError:
        return
    raise RehearsalFailed("a stage with an open survey would have been taken down")


def down(scene: Scene) -> Steps[None]:
    """Take the stage down with its data, and see that nothing is left."""
    cloud, stage = scene.cloud, scene.stage
    planned = finished(destroy.examine(cloud, stage, scene.services, with_data=True))
    require(len(planned.tables) == len(TABLES), "not every table would go")
    finished(destroy.carry_out(cloud, planned))
    require(stack.describe(cloud, stage.stack).state is State.ABSENT, "the stack is left")
    require(not existing.tables(cloud, stage), "tables are left")
    require(not cloud.call("s3", "list_buckets")["Buckets"], "a bucket is left")
    require(not cloud.call("logs", "describe_log_groups")["logGroups"], "logs are left")
    require(not cloud.call("lambda", "list_functions")["Functions"], "functions are left")
    yield Step(f"destroyed {STAGE}, after its surveys were named: no stack, table, package, function or log is left")
