"""An alarm as Lambda writes it down: CloudWatch finds the line by its beginning, and the survey by a field."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
#: Lambda's own runtime client, set up as the function's runtime does for LogFormat JSON, calls the very module.
PROGRAM = """
import runpy
from awslambdaric.bootstrap import StandardLogSink, _setup_logging
from awslambdaric.lambda_runtime_log_utils import LogFormat
_setup_logging(LogFormat.JSON, "", StandardLogSink())
raise_alarm = runpy.run_path("chalicelib/jobs/alarm.py")["raise_alarm"]
raise_alarm("audit failed", "a-survey", "unreadable_record")
raise_alarm("purge could not list the surveys", "-", "store_unavailable")
"""


@pytest.mark.slow
def test_lambda_writes_an_alarm_as_json_whose_survey_and_code_are_fields() -> None:
    command = [str(ROOT / ".venv" / "aws" / "bin" / "python"), "-c", PROGRAM]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    first, second = map(json.loads, run.stdout.splitlines())
    assert first["message"] == "ALARM audit failed: survey=a-survey code=unreadable_record"
    assert (first["level"], first["survey"], first["code"]) == ("ERROR", "a-survey", "unreadable_record")
    assert second["message"].startswith("ALARM ")
    assert (second["survey"], second["code"]) == ("-", "store_unavailable")
    assert {type(value) for line in (first, second) for value in line.values()} == {str}
