"""The template as it is written, and as AWS expands it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from operation.deployment.template import corrected
from tests.served import ROOT

#: The environment of the tools that stand in for AWS (``make aws``).
AWS = ROOT / ".venv" / "aws" / "bin"
PARAMETERS = {"Stage": "prod", "AlarmMail": "us@example.org", "CodeBucket": "bucket", "CodeKey": "package.zip"}


@cache
def written() -> dict[str, Any]:
    """The template as Chalice writes it, made in a copy: Chalice writes into the project that it packages."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        for name in ("chalicelib", ".chalice"):
            shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__", "deployments"))
        shutil.copy(ROOT / "app.py", project)
        # What is bundled is for the tests of the package.
        (project / "requirements.txt").write_text("", "utf-8")
        command = [str(Path(sys.executable).with_name("chalice")), "package", "out"]
        environment = {**os.environ, "AWS_DEFAULT_REGION": "eu-north-1"}
        done = subprocess.run(command, cwd=project, env=environment, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        found: dict[str, Any] = json.loads((project / "out" / "sam.json").read_text("utf-8"))
        return found


@cache
def template() -> dict[str, Any]:
    """The template that is deployed."""
    return corrected(written())


def expanded(source: dict[str, Any]) -> dict[str, Any]:
    """``source`` as AWS's own transform expands it."""
    command = [str(AWS / "python"), str(ROOT / "operation" / "deployment" / "expand.py")]
    given = [f"{name}={value}" for name, value in PARAMETERS.items()]
    done = subprocess.run([*command, *given], input=json.dumps(source), check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
