"""Commands that sort what people wrote into themes, on the operator's own computer."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from chalicelib import services
from operation import suggested
from operation.asking import require_yes
from operation.commands.named_records import RECORDS, records_meant
from operation.commands.passphrases import passphrase_file
from operation.commands.reading import written_in
from operation.console import Grouped, console, counted, say
from operation.errors import OperatorError
from operation.files import require_new
from operation.keys import require_own_computer

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(cls=Grouped)
def coding() -> None:
    """Sort what people wrote into themes, in a spreadsheet; on records that were exported, offline."""


@coding.command(name="start")
@RECORDS
@click.option("--question", required=True, help="The id of the question that people wrote to.")
@click.option("--key", type=FILE, help="The file of the private key that opens what they wrote.")
@click.option("--themes", type=FILE, help="A workbook whose themes the new one gets, so that two people code alike.")
@click.option("--with-marks", is_flag=True, help="Take over its marks too, of texts that are the same.")
@click.option("--to", required=True, type=FILE, help="The new workbook, as coding.xlsx.")
@passphrase_file
def coding_start(
    records: Path,
    *,
    question: str,
    key: Path | None,
    themes: Path | None,
    with_marks: bool,
    to: Path,
    passphrase_file: Path | None,
) -> None:
    """Write what people in RECORDS wrote to one question into a workbook, to be given themes."""
    from operation.coding.filled_in import read_workbook
    from operation.coding.texts import NEW_WORKBOOK, start
    from operation.coding.themes import require_text

    require_own_computer(os.environ)
    if with_marks and not themes:
        raise OperatorError("Name the workbook that has the marks: --themes FILE --with-marks")
    require_new(to, NEW_WORKBOOK)
    found = records_meant(records)
    require_text(found.codebook, question)
    like = read_workbook(themes) if themes else None
    written = written_in(found, key, passphrase_file, skip=False)
    begun = start(found, found.path, question, written, to=to, like=like, with_marks=with_marks)
    texts = f"{counted(begun.texts, 'text')}{f', {begun.marked} with marks,' if with_marks else ''}"
    click.echo(f"{texts} in {to}. Its sheet “how” says how to code them; only you can open the file.")
    folder, workbook = shlex.quote(str(found.path)), shlex.quote(str(to))
    if like is None or with_marks:
        opened = f"--question {question}{f' --key {shlex.quote(str(key))}' if key else ''}"
        second = f"coding start {folder} {opened} --themes {workbook} --to {suggested.second_coding_of(to)}"
        say(f"For a second coder, once the themes have names: manage.py {second}")
    say(f"When every text has a theme: manage.py coding read {folder} {workbook}")


@coding.command(name="read")
@RECORDS
@click.argument("workbook", type=FILE)
@click.option("--again", is_flag=True, help="Replace what was read before.")
def coding_read(records: Path, workbook: Path, again: bool) -> None:
    """Take the themes from a finished WORKBOOK into RECORDS: a multiple choice beside the other questions."""
    from operation.coding.filled_in import read_workbook
    from operation.coding.texts import coding_of
    from operation.coding.themes import keep

    exported = records_meant(records)
    found = coding_of(read_workbook(workbook), exported, exported.path)
    keep(found, exported.path, again)
    themes, texts = counted(len(found.themes), "theme"), counted(len(found.records), "text")
    click.echo(f"{texts} in {themes}, as the multiple choice “{found.variable}” of {exported.path}. It holds no text.")


@coding.command(name="agreement")
@click.argument("first", type=FILE)
@click.argument("second", type=FILE)
@click.option("--to", type=FILE, help="A new workbook in which the two settle where they disagree.")
def coding_agreement(first: Path, second: Path, to: Path | None) -> None:
    """Tell how far two people who coded the same texts agree, beyond chance (Krippendorff's alpha)."""
    from operation.coding.agreement import compare
    from operation.coding.filled_in import read_workbook
    from operation.coding.settling import write_settling

    if first.resolve() == second.resolve():
        raise OperatorError(f"{first} is named twice, and agrees with itself. Name the workbooks of two people.")
    compared = compare(read_workbook(first), read_workbook(second))
    for name, found in compared.by_theme.items():
        say(f"{name}: {_told(found.alpha)}, given {found.given[0]} and {found.given[1]} times ({found.meaning})")
    overall = compared.overall
    texts = counted(overall.texts, "text")
    click.echo(f"all themes together: {_told(overall.alpha)}, of {texts} that both coded ({overall.meaning})")
    click.echo("Alpha is 1 where both always agree, 0 where they agree as by chance; rely on .8 and above.")
    if disagreements := compared.disagreements:
        say(f"They disagree about {counted(len(disagreements), 'text')}: {' '.join(disagreements)}")
    if to:
        left = write_settling(compared, to)
        click.echo(f"{counted(left, 'text')} to settle, on top of {to}. Then read that one.")


@coding.command(name="apply")
@click.argument("survey")
@click.argument("records", required=False, type=click.Path(path_type=Path))
@click.option("--confirm", metavar="NAME", help="The survey's id again, where nobody can be asked.")
def coding_apply(survey: str, records: Path | None, confirm: str | None) -> None:
    """Publish how many texts of SURVEY have each theme, as its RECORDS were coded: in one more release, protected.

    RECORDS need no naming where one folder here has the survey's.
    """
    from operation.coding.applying import apply, counts_to_apply

    running = services.current()
    exported = records_meant(records or Path(survey))
    with console.status("Recounting"):
        coded = counts_to_apply(running, survey, exported, exported.path)
    for each in coded.questions:
        say(f"{each.question}: {', '.join(theme.code for theme in each.themes)}")
    question = f"Publish these themes of “{survey}”? They can never be changed. Readers see their names."
    require_yes(question, survey, confirm)
    apply(running, survey, coded)
    say("They are published by the next run, in minutes, or now: manage.py release")


def _told(alpha: float | None) -> str:
    return "alpha undefined" if alpha is None else f"alpha {alpha:.3f}"


COMMANDS = (coding,)
