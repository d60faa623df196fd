"""Chalice's own commands would deploy without tables, alarms and limits: they say what to type instead."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.served import ROOT

CHALICE = str(Path(sys.executable).with_name("chalice"))


@pytest.mark.slow
@pytest.mark.parametrize("command", ["deploy", "delete"])
def test_chalice_s_own_commands_say_what_to_type_instead(command: str) -> None:
    environment = {**os.environ, "AWS_DEFAULT_REGION": "eu-north-1"}
    done = subprocess.run([CHALICE, command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "`make deploy STAGE=prod`" in done.stderr
    assert len(done.stderr.splitlines()) == 1
