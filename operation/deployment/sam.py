"""The template as it is written, and as AWS expands it, on this machine."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from operation.deployment import package
from operation.deployment.template import corrected
from operation.errors import OperatorError

#: The environment of the tools that stand in for AWS (``make aws``).
AWS = package.ROOT / ".venv" / "aws" / "bin"
#: What is given to a template that is looked at and not deployed.
PARAMETERS = {"Stage": "prod", "AlarmMail": "us@example.org", "CodeBucket": "bucket", "CodeKey": "package.zip"}


def written() -> dict[str, Any]:
    """The template that is deployed. Raises :class:`OperatorError` where Chalice refuses."""
    return corrected(package.template())


def expanded(source: Mapping[str, Any]) -> dict[str, Any]:
    """``source`` with :data:`PARAMETERS` as AWS's own transform expands it.

    Raises :class:`OperatorError` where the transform is not installed, or does not understand the template.
    """
    if not (AWS / "python").exists():
        raise OperatorError("AWS's transform is not installed. Run `make aws`, or look at a stage: --stage prod.")
    given = [f"{name}={value}" for name, value in PARAMETERS.items()]
    command = [str(AWS / "python"), str(Path(__file__).with_name("expand.py")), *given]
    done = subprocess.run(  # noqa: S603  # no input is in it
        command, input=json.dumps(source), check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise OperatorError(f"AWS would not expand this template:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found
