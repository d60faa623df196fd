"""The command that sends a questionnaire's words to translators and reviewers, and takes them back."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

import click

from operation.console import counted, say
from operation.errors import OperatorError

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--to", type=_FILE, metavar="XLSX", help="Write the words to this workbook.")
@click.option("--add", multiple=True, metavar="CODE", help="With --to: a column for this language too; repeat it.")
@click.option("--since", type=_FILE, metavar="XLSX", help="With --to: the last round's workbook; tells what changed.")
@click.option("--from", "source", type=_FILE, metavar="XLSX", help="Put the words of this workbook into FILE.")
@click.option("--unfinished", is_flag=True, help="With --from: take languages, too, that still lack words.")
def words(
    file: Path, *, to: Path | None, add: tuple[str, ...], since: Path | None, source: Path | None, unfinished: bool
) -> None:
    """Send the words of a definition to translators in a workbook, and take them back; nothing but words can change.

    A row is a text, a column a language. Who read a language through writes a name or a role into row 2: it becomes
    `reviewed_by` in FILE, which is never published.
    """
    if (to is None) == (source is None):
        raise OperatorError("Give either --to words.xlsx, to send words out, or --from words.xlsx, to take them back.")
    if (source and (add or since)) or (to and unfinished):
        raise OperatorError("--add and --since go with --to, and --unfinished goes with --from.")
    if to:
        _send(file, to, since, add)
    elif source:
        _take_back(file, source, unfinished)


def _send(file: Path, to: Path, since: Path | None, add: tuple[str, ...]) -> None:
    from operation.words.rounds import send

    sent = send(file, to, since, add)
    say(f"Wrote {counted(sent.texts, 'text')} to {to}.{_listed(' Without words: {}.', sent.to_do)}")
    if sent.again:
        say(_listed("To look at again, since the first language has changed: {}.", sent.again))
    say(f"When it is filled in: manage.py words {shlex.quote(str(file))} --from {shlex.quote(str(to))}")


def _take_back(file: Path, source: Path, unfinished: bool) -> None:
    from operation.words.rounds import take_back
    from operation.workbooks import listed

    done = take_back(file, source, unfinished)
    if done.comments:
        say(f"Comments in {source}, which stay there: {listed(done.comments)}. Read them.")
    if done.gone:
        say(f"{counted(done.gone, 'text')} of {source} not in {file} any more: left out.")
    if done.left:
        say(f"{counted(done.left, 'text')} of {file} not in {source}: as before.")
    if not done:
        say(f"Nothing to change: {file} has these words already.")
        return
    parts = [
        _listed("texts in {}", done.counts),
        _listed("new: {}", dict.fromkeys(done.languages, "")),
        _listed("reviewers of {}", dict.fromkeys(done.reviewers, "")),
    ]
    say(f"Changed in {file}: {'; '.join(filter(None, parts))}.")
    if done.unfinished:
        say(_listed("Still without words, and shown in the first language: {}.", done.unfinished))
    if done.unread:
        say(f"Read through before these changes: {', '.join(done.unread)}. Have them read again.")
    say(f"Next: manage.py check {shlex.quote(str(file))}")


def _listed(sentence: str, counts: Mapping[str, int | str]) -> str:
    """The sentence with the numbers by language; nothing where there are none."""
    return sentence.format(", ".join(f"{code} {count}".strip() for code, count in counts.items())) if counts else ""


COMMANDS = (words,)
