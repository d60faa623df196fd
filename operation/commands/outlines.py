"""The command that makes a definition of an outline."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click

from chalicelib import services
from chalicelib.questionnaire.base import LANGUAGE
from operation.console import counted, say, show_problems
from operation.errors import OperatorError
from operation.files import new_file, require_new

_REFUSAL = "Choose another name."


@click.command(name="from-text")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--to", type=click.Path(path_type=Path), required=True, metavar="YAML", help="Write the definition there."
)
@click.option("--language", default="en", show_default=True, metavar="CODE", help="The language that it is written in.")
def from_text(file: Path, to: Path, language: str) -> None:
    """Make a definition of an outline: numbered questions, and their options behind dashes.

    Behind a question, in brackets: (several), (up to 2), (1-5: Not at all – Very), (number 0-168), (date 2020-2026),
    (yes/no), (text), (short text), (dropdown), (ranking), (required: because …). Headings are sections; what stands
    before the first question is the title and the introduction. Whatever was guessed is told by its line.
    """
    from operation.outlines.draft import draft_of_file

    if not re.fullmatch(LANGUAGE, language):
        raise OperatorError(f"“{language}” is no code of a language. Take one as in en or pt-BR.")
    require_new(to, _REFUSAL)
    draft = draft_of_file(file, to, language, services.utc_now().date())
    with new_file(to, _REFUSAL) as stream:
        stream.write(draft.text.encode("utf-8"))
    for guess in draft.guesses:
        say(f"{file}: {guess}")
    show_problems(draft.problems)
    errors = f", {counted(draft.errors, 'error')} to be mended" if draft.errors else ""
    parts = f"{counted(draft.questions, 'question')}, {counted(draft.sections, 'section')}"
    say(f"Wrote {to}: {parts}{errors}. Read what was guessed, edit it, then: manage.py check {shlex.quote(str(to))}")


COMMANDS = (from_text,)
