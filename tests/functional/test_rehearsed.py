"""The whole way of a deployment, on this machine: what `make rehearse` shows (P15)."""

from __future__ import annotations

from pathlib import Path

import pytest

from operation.commands.rehearsal import told
from operation.deployment.steps import Step, Steps
from operation.errors import OperatorError, RehearsalFailed
from operation.rehearsal.takeover import Found
from operation.rehearsal.whole import rehearse


@pytest.mark.slow
def test_the_package_goes_from_an_empty_account_to_an_empty_one_P15(tmp_path: Path) -> None:
    done = told(rehearse(tmp_path), tmp_path)
    assert (done.counted.counted, done.counted.withdrawn, done.counted.exported) == (24, 1, 24)
    # By invitation a printed number is a multiple of 5, and less than 5 below the true one.
    assert done.counted.responses == done.with_theme == 20
    assert done.proof == {"batches": 1, "counted": 24, "records_left": 0, "invitations_left": 0}
    assert done.taken_over == Found(pending=0, counted=71, withdrawn=3, release=3)
    left = {name: done.purged_at_once[name] for name in ("counted", "records_left", "invitations_left")}
    assert left == {"counted": 72, "records_left": 0, "invitations_left": 0}


def test_a_rehearsal_that_fails_names_the_step_and_the_logs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def steps() -> Steps[None]:
        yield Step("built the package")
        raise RehearsalFailed("no page came")

    with pytest.raises(OperatorError, match=r"Step 2 failed: no page came\nSee .*failure.log.*aws.log"):
        told(steps(), tmp_path)
    assert "1. " in capsys.readouterr().out
    assert "RehearsalFailed" in (tmp_path / "failure.log").read_text("utf-8")
