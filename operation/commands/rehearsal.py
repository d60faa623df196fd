"""The command that rehearses a deployment."""

from __future__ import annotations

import shutil
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from operation.errors import OperatorError

if TYPE_CHECKING:
    from operation.deployment.steps import Steps

#: On two idle cores.
MOST_SECONDS = 75
_Result = TypeVar("_Result")


@click.command()
def rehearse() -> None:
    """Take the package the whole way on a loopback AWS, from an empty account to an empty one.

    What `make rehearse` does. Nothing leaves this machine.
    """
    from operation.rehearsal.whole import rehearse as steps_of

    folder = Path(tempfile.mkdtemp(prefix="paraply-rehearsal-"))
    told(steps_of(folder), folder)
    shutil.rmtree(folder, ignore_errors=True)


def told(steps: Steps[_Result], folder: Path) -> _Result:
    """Print each of ``steps`` when it is done, with its seconds; their result.

    Raises :class:`OperatorError` where one fails, which names the last that was done, and the files in ``folder`` that
    tell more.
    """
    began = before = time.monotonic()
    number = 0
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            click.echo(f"All of it in {time.monotonic() - began:.0f} s; on two idle cores at most {MOST_SECONDS}.")
            result: _Result = end.value
            return result
        except Exception as error:
            (folder / "failure.log").write_text(traceback.format_exc(), "utf-8")
            raise OperatorError(
                f"Step {number + 1} failed: {error}\nSee {folder / 'failure.log'}, and for what AWS's stand-in"
                f" said, {folder / 'aws.log'}"
            ) from error
        number, now = number + 1, time.monotonic()
        click.echo(f"{number:3}. {now - before:5.1f} s  {step.text}")
        before = now


COMMANDS = (rehearse,)
