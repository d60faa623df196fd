"""Commands for who has a questionnaire in Kobo or ODK: their workbook in, and ours out."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from operation.authoring.loader import load_definition
from operation.console import counted, say, show_problems
from operation.files import private_file
from operation.workbooks import listed
from operation.xlsform.told import EXTRAS, Fate, Told

#: What the file of a workbook is called.
SUFFIX = ".xlsx"


@click.command("import-xlsform")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", required=True, type=click.Path(path_type=Path), metavar="YAML", help="The definition file.")
@click.option("--keep-going", is_flag=True, help="Write a draft that cannot be published until the rest is settled.")
def import_xlsform(file: Path, to: Path, keep_going: bool) -> None:
    """Make a definition of an XLSForm, the workbook that Kobo and ODK read.

    Tells of every row whether it was taken, changed or left out. What cannot be asked here is named by its sheet and
    row, and nothing is written, unless you say --keep-going.
    """
    from operation.xlsform.writing import import_to

    done = import_to(file, to, is_draft=keep_going)
    show_rows(done.told)
    show_problems(done.warnings)
    unsettled = sum(told.fate is Fate.REFUSED for told in done.told)
    left = f", a draft: settle {counted(unsettled, 'matter')} listed at its top" if unsettled else ""
    say(f"Wrote {to}{left}. Read it through, then: manage.py check {shlex.quote(str(to))}")


@click.command("export-xlsform")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", required=True, type=click.Path(path_type=Path), metavar="XLSX", help="The workbook.")
def export_xlsform(file: Path, to: Path) -> None:
    """Write a definition as an XLSForm, the workbook that Kobo and ODK read; `import-xlsform` brings it back.

    Kobo and ODK keep answers, and what they note of devices, as they are: nothing of what is promised here holds there.
    """
    from operation.xlsform.exporting import export, require_accepted

    definition = load_definition(file).definition
    exported = export(definition)
    require_accepted(exported.content)
    with private_file(to, "Choose another name.") as stream:
        stream.write(exported.content)
    if exported.ours:
        say(f"Only in the sheet “paraply”, which Kobo and ODK pass over: {listed(exported.ours)}")
    if any(language.reviewed_by for language in definition.questionnaire.languages.values()):
        say("Who reviewed the languages is not in it.")
    say(f"Wrote {to}. What is promised here (no notes on devices, sealed texts, rounded numbers) does not hold there.")


def show_rows(told: Sequence[Told]) -> None:
    """A line for whatever was changed or left out, and how many rows were taken."""
    for fate in (Fate.CHANGED, Fate.LEFT_OUT, Fate.REFUSED):
        for each in told:
            if each.fate is fate:
                say(f"{fate}: {each}")
    ours = [each.name for each in told if each.sheet == EXTRAS and each.fate is Fate.TAKEN]
    if ours:
        say(f"From the sheet “paraply”: {listed(ours)}")
    counts = Counter(each.fate for each in told)
    say(f"taken: {counts[Fate.TAKEN]}, changed: {counts[Fate.CHANGED]}, left out: {counts[Fate.LEFT_OUT]}")


def check_workbook(file: Path) -> None:
    """`check` of a workbook: as `import-xlsform`, and nothing is written."""
    from operation.xlsform.writing import check_form

    done = check_form(file)
    show_rows(done.told)
    show_problems(done.warnings)
    names = f"{shlex.quote(str(file))} --to {shlex.quote(f'{file.stem}.yaml')}"
    say(f"{file}: no errors. Next: manage.py import-xlsform {names}")


COMMANDS = (import_xlsform, export_xlsform)
