"""Where nobody can answer, nothing is done, and one line says what to give instead."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from operation.asking import answered, require_name_typed, require_yes
from operation.commands.passphrases import passphrase_from
from operation.errors import OperatorError


@pytest.fixture
def no_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process without a standard input: `<&-` in a shell, and what some schedulers start."""
    monkeypatch.setattr(sys, "stdin", None)


def test_without_any_input_a_question_is_a_no_that_says_what_to_give(no_input: None) -> None:
    with pytest.raises(OperatorError, match=r"nothing was done\. Where nobody can: --confirm a-survey$"):
        require_yes("Close it?", "a-survey", None)
    with pytest.raises(OperatorError, match=r"nothing was done\. Where nobody can: --sure$"):
        require_name_typed("It goes.", "a-survey", False, "--sure")
    assert answered(lambda: True) is None


def test_without_any_input_no_passphrase_is_taken_from_it(no_input: None) -> None:
    with pytest.raises(OperatorError, match="no standard input to take a passphrase from"):
        passphrase_from(Path("-"), "A passphrase")


class Input(io.StringIO):
    """What a process is given to read, at a terminal or by a pipe."""

    def __init__(self, text: str, is_terminal: bool) -> None:
        super().__init__(text)
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize("piped", ["y\ny\n", "a-survey\n", ""])
def test_by_a_pipe_nobody_says_yes_and_no_name_is_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], piped: str
) -> None:
    """`yes | manage.py close a-survey`: what was asked is told all the same."""
    monkeypatch.setattr(sys, "stdin", Input(piped, is_terminal=False))
    with pytest.raises(OperatorError, match=r"^Nobody at a terminal answered, .*: --confirm a-survey$"):
        require_yes("Close it?", "a-survey", None)
    with pytest.raises(OperatorError, match=r"^Nobody at a terminal answered, .*: --sure$"):
        require_name_typed("It goes.", "a-survey", False, "--sure")
    assert capsys.readouterr().err == "Close it?\nIt goes. Type a-survey to go on\n"
    require_yes("Close it?", "a-survey", "a-survey")
    require_name_typed("It goes.", "a-survey", True, "--sure")
