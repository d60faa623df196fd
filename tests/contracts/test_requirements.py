"""requirements.txt is all that is deployed besides our own code, to the last wheel."""

from __future__ import annotations

import itertools
import re
import sys
from importlib.metadata import packages_distributions, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.contracts.test_imports import OPERATION, imports_of, modules

ROOT = Path(__file__).parents[2]
#: What the Lambda runtime has, what Chalice adds of itself, and types that no run imports.
PROVIDED = {"botocore", "chalice", "mypy_boto3_dynamodb"}
#: Imported by type checkers alone.
TYPES = {"mypy_boto3_dynamodb"}
LINE = re.compile(r"^([a-z0-9-]+)==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)
REQUIREMENTS = (ROOT / "requirements.txt").read_text("utf-8")
PINNED = {name: pinned for name, pinned, _ in LINE.findall(REQUIREMENTS)}


def test_every_line_is_a_pin_with_hashes_of_what_is_installed_here_too() -> None:
    left = [line for line in LINE.sub("", REQUIREMENTS).splitlines() if not line.startswith("#")]
    assert left == []
    assert {name: version(name) for name in PINNED} == PINNED


@pytest.mark.parametrize("name", PINNED)
def test_what_a_requirement_requires_is_pinned_too(name: str) -> None:
    needed = [Requirement(text) for text in requires(name) or []]
    wanted = {canonicalize_name(one.name) for one in needed if not one.marker or one.marker.evaluate({"extra": ""})}
    assert wanted <= PINNED.keys()


def test_deployed_code_imports_nothing_that_is_not_pinned() -> None:
    distributions = packages_distributions()
    deployed = {name: path for name, path in modules().items() if name.partition(".")[0] not in ("operation", "manage")}
    imported = {name.partition(".")[0] for path in deployed.values() for name in imports_of(path.read_text("utf-8"))}
    foreign = imported - sys.stdlib_module_names - PROVIDED - {"chalicelib"}
    assert {name for top in foreign for name in map(canonicalize_name, distributions[top])} <= PINNED.keys()


FILES = ["requirements.txt", "requirements-dev.txt", "operation/requirements.txt"]
FILES += [path.relative_to(ROOT).as_posix() for path in (ROOT / OPERATION / "deployment").glob("requirements-*.txt")]


@pytest.mark.parametrize("file", FILES)
def test_every_requirement_is_a_pin_and_has_its_reason(file: str) -> None:
    text = LINE.sub(r"\1==\2\n", (ROOT / file).read_text("utf-8"))
    lines = [line for line in text.splitlines() if not line.startswith("-r ")]
    assert [line for line in lines if not re.fullmatch(r"#.*|[a-z0-9-]+(\[[a-z,]+\])?==\S+", line)] == []
    without = [line for before, line in itertools.pairwise(lines) if "==" in line and before[:1] != "#"]
    assert without == []
    assert lines[0].startswith("#")


def test_what_operators_run_needs_nothing_that_only_developers_have() -> None:
    """All of ``operation`` but what stands in for AWS on a developer's machine, and the tool that expands templates."""
    left_out = ("operation.local", "operation.rehearsal", "operation.deployment.expand")
    run = {name: path for name, path in modules().items() if not name.startswith(left_out)}
    imported = {name.partition(".")[0] for path in run.values() for name in imports_of(path.read_text("utf-8"))}
    foreign = imported - sys.stdlib_module_names - {"chalicelib", "operation", "app", "manage", *TYPES}
    theirs = re.findall(r"^([a-z0-9-]+)==", (ROOT / OPERATION / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    distributions = packages_distributions()
    needed = {name: set(map(canonicalize_name, distributions[name])) for name in foreign}
    # botocore comes with boto3, always of the version that it needs.
    given = {*PINNED, *theirs, "botocore"}
    assert {name for name, found in needed.items() if not found & given} == set()
