"""The operator's command line, run in the process."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from manage import manage
from tests.builders import a_document, identities

Operate = Callable[..., Result]
RECIPIENTS = tuple(part for public, _ in identities() for part in ("--recipient", public))


def run(*arguments: str) -> Result:
    """Run a command. Whatever happens, there is never a traceback."""
    result = CliRunner().invoke(manage, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert "Traceback" not in result.output
    return result


class _Terminal(io.BytesIO):
    def isatty(self) -> bool:
        return True


def at_a_terminal(typed: str) -> io.BytesIO:
    """The ``input`` of somebody who types that; a text would be a pipe, by which nobody answers."""
    return _Terminal(typed.encode())


def done(result: Result) -> str:
    """What a command said that went well."""
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(result: Result) -> str:
    """What a command said that was refused: one line of the error output, after warnings of the definition."""
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    *warnings, said = result.stderr.splitlines()
    assert all(line.startswith("warning: ") for line in warnings)
    return said


def next_step(operate: Operate) -> str:
    """What the only survey's operator is told to do."""
    return " ".join(done(operate()).split()).partition("next: ")[2]


def a_file(name: str = "a-survey.yaml", **settings: str) -> str:
    """A definition file in the working folder, with every kind of question."""
    Path(name).write_text(json.dumps(a_document(**settings)), "utf-8")
    return name
