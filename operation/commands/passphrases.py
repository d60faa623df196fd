"""How commands are given a passphrase: typed, or out of a file; never as an argument, which others on a machine see."""

from __future__ import annotations

import getpass
import sys
import warnings
from pathlib import Path

import click

from operation.errors import OperatorError

_INPUT = Path("-")

passphrase_file = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    help="Has the passphrase in its first line, for scripts; - is the standard input. It is asked for if left out.",
)


def passphrase_from(file: Path | None, question: str, *, is_new: bool = False) -> str:
    """The first line of ``file``, or what somebody types when asked ``question``, twice where it ``is_new``.

    The environment is not looked at: every program that is started from there on would be given it.
    Raises :class:`OperatorError` where nobody can type, and where the file has none.
    """
    return _typed(question, is_new) if file is None else _first_line(file)


def _typed(question: str, is_new: bool) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            typed: str = click.prompt(
                f"{question} (nothing shows while you type)", hide_input=True, confirmation_prompt=is_new, err=True
            )
        except (getpass.GetPassWarning, click.Abort):
            click.echo(err=True)
            raise OperatorError("Nobody typed a passphrase. Where nobody can: --passphrase-file FILE") from None
        except UnicodeDecodeError:
            # Not chained: the error quotes what was typed.
            raise OperatorError(
                "This terminal does not write UTF-8. Type on one that does, or use a-z alone."
            ) from None
    return typed


def _first_line(file: Path) -> str:
    name = "The standard input" if file == _INPUT else str(file)
    if file == _INPUT and sys.stdin is None:
        raise OperatorError("There is no standard input to take a passphrase from.")
    try:
        with click.open_file(str(file), "r", encoding="utf-8") as stream:
            line = str(stream.readline()).rstrip("\r\n")
    except UnicodeDecodeError:
        # Not chained: the error quotes what is in the file.
        raise OperatorError(f"{name} is not UTF-8, so it has no passphrase that could be typed.") from None
    if not line:
        raise OperatorError(f"{name} has no passphrase in its first line.")
    return line
