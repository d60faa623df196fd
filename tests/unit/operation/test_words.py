"""What operators are told can be typed as it stands, and is true after Ctrl-C; and where keys may be made."""

from __future__ import annotations

import re
import sys

import pytest

from operation.commands.stages import watching
from operation.console import say
from operation.errors import OperatorError
from operation.keys import require_own_computer


@pytest.mark.parametrize("told", ["Next: manage.py", "`manage.py` lists those", "Next: manage.py status a-survey"])
def test_a_command_is_told_as_it_is_typed_bare_too(
    told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["./manage.py"])
    say(told)
    # Whatever the interpreter is called here.
    assert re.search(r"python[0-9.]* \./manage\.py", capsys.readouterr().out)


def test_who_leaves_while_aws_works_is_told_that_it_goes_on() -> None:
    with pytest.raises(OperatorError, match="AWS goes on"), watching():
        raise KeyboardInterrupt


def test_no_private_key_is_made_in_the_account_that_holds_what_is_sealed_to_it() -> None:
    """P3."""
    with pytest.raises(OperatorError, match="age-keygen"):
        require_own_computer({"AWS_EXECUTION_ENV": "CloudShell"})
    require_own_computer({})
