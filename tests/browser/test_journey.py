"""A respondent's whole journey where no script can run (P9); that by keyboard is in ``test_accessibility``."""

from __future__ import annotations

import subprocess
import sys

from tests.browser.surveys import Surveys, step_of
from tests.served import ROOT


def test_whole_journey_in_a_firefox_that_runs_no_script_at_all_P9(surveys: Surveys) -> None:
    command = [sys.executable, "-m", "tests.browser.scriptless", surveys.url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.stdout.splitlines() == [
        "script ran: False",
        f"shown: {step_of('harder')}",
        "kept: Kind",
        "not asked: True",
        "Your answers are stored",
        "Your answers are withdrawn and deleted.",
    ], done.stderr
