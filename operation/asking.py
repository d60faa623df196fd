"""Asks before what cannot be taken back, or not for long."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

import click

from operation.errors import OperatorError

_Answer = TypeVar("_Answer")


def require_yes(question: str, name: str, confirm: str | None) -> None:
    """Go on only if the operator says yes to ``question``, or has named ``name`` already, as ``--confirm NAME``.

    Raises :class:`OperatorError` on a no, where nobody can answer, and where ``confirm`` is another name.
    """
    if confirm is not None and confirm != name:
        raise OperatorError(f"--confirm says “{confirm}”, and this is “{name}”. Nothing was done.")
    if confirm is not None:
        return
    if not _by_somebody(question, lambda: click.confirm(question, default=False, err=True), f"--confirm {name}"):
        raise OperatorError("Nothing was done.")


def require_name_typed(question: str, name: str, is_confirmed: bool, instead: str) -> None:
    """Go on only if the operator types ``name`` in answer to ``question``, or has confirmed it by ``instead``, options.

    Raises :class:`OperatorError` for anything else, and where nobody can answer.
    """
    if is_confirmed:
        return
    text = f"{question} Type {name} to go on"
    typed = _by_somebody(text, lambda: str(click.prompt(text, default="", show_default=False, err=True)), instead)
    if typed.strip() != name:
        raise OperatorError(f"That is not “{name}”. Nothing was done.")


def _by_somebody(question: str, ask: Callable[[], _Answer], instead: str) -> _Answer:
    """What somebody at a terminal answers when ``ask`` asks ``question``.

    A pipe of `yes` is nobody, and neither is a file: where nobody can answer, a name says what is meant. Raises
    :class:`OperatorError`, which tells ``instead``, options.
    """
    is_anybody_there = sys.stdin is not None and sys.stdin.isatty()
    if not is_anybody_there:
        click.echo(question, err=True)
    found = answered(ask) if is_anybody_there else None
    if found is None:
        raise OperatorError(f"Nobody at a terminal answered, so nothing was done. Where nobody can: {instead}")
    return found


def answered(ask: Callable[[], _Answer]) -> _Answer | None:
    """What ``ask`` is answered; None where nobody does.

    That is a Ctrl-C, an input that has ended, or none at all, as some schedulers start programs.
    """
    if sys.stdin is None:
        return None
    try:
        return ask()
    except click.Abort:
        click.echo(err=True)
        return None
