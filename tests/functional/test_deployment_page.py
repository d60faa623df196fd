"""docs/deployment.md, as someone reads it who has nothing else: each command in it runs, on a loopback AWS (P15)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from operation.rehearsal.loopback import Loopback, loopback
from tests.functional.test_documents import blocks
from tests.served import ROOT

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "deployment.md").read_text("utf-8")
#: What a command says, its exit code after it.
Run = Callable[..., str]


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loopback]:
    with loopback(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture(scope="module")
def run(aws: Loopback, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a command of the page in an empty folder, with ``typed`` for its questions."""
    folder = tmp_path_factory.mktemp("reader")

    def run(command: str, typed: str = "", code: int = 0) -> str:
        if command.startswith("make "):
            command = _recipe(command)
        command = command.replace(".venv/bin/python manage.py", f"{sys.executable} {ROOT}/manage.py")
        environment = {**os.environ, **aws.environment, "COLUMNS": "200"}
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", command],
            cwd=folder,
            env=environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    return run


def _recipe(command: str) -> str:
    """What make runs: not make itself, which would first see to the environment that these tests run in.

    A loopback AWS knows no alarms in CloudWatch's SQL.
    """
    options = "" if "destroy" in command else ' OPTIONS="--no-survey-alarms"'
    done = subprocess.run(
        ["bash", "-c", command.replace("make", "make --no-print-directory --dry-run", 1) + options],
        cwd=ROOT,
        # These tests may be run by make, which passes its own options on.
        env={name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip().rpartition("\n")[2]


def test_each_command_of_the_page_runs_in_its_order_P15(run: Run) -> None:
    first, look, later, down = (block.splitlines() for block in blocks("docs/deployment.md"))
    deployed = run(*first, typed="y\n")
    assert re.search(r"prod answers at https://\w+\.execute-api\.eu-north-1\.amazonaws\.com/api/", deployed)
    assert "us@example.org" in deployed
    doctor, overview = look
    # A loopback AWS turns no recovery on for whom a template asks it.
    found = run(doctor, code=1)
    assert [line.split()[1] for line in found.splitlines() if line.startswith("finding")] == ["restore:"]
    assert "No surveys yet" in run(overview)
    pull, again = later
    assert pull == "git pull"
    assert "It is this version already" in run(again)
    taken_down = run(*down, typed="prod\n")
    assert "prod is gone" in taken_down
    assert "No stage prod" in run(overview, code=1)


def test_options_that_the_page_names_are_there() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "deploy", "--help"], capture_output=True, text=True, check=True
    )
    destroy = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "destroy", "--help"], capture_output=True, text=True, check=True
    )
    named = set(re.findall(r'OPTIONS="?(--[a-z-]+)', PAGE)) | set(re.findall(r'OPTIONS="[^"]* (--[a-z-]+)', PAGE))
    assert named >= {"--domain", "--certificate", "--onion", "--with-data", "--budget", "--web-concurrency"}
    assert [option for option in named if option not in done.stdout + destroy.stdout] == []


def test_files_that_the_page_names_are_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (Path(ROOT) / "docs" / target).exists(), target
