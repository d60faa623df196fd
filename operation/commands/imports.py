"""Commands that take answers in from paper and older data."""

from __future__ import annotations

import shlex
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import track

from chalicelib import services
from operation.asking import require_yes
from operation.console import console, counted, say
from operation.errors import OperatorError
from operation.files import require_new

if TYPE_CHECKING:
    from operation.importing.plan import Plan
    from operation.importing.storing import Outcome

#: Problems that are told of a file, whatever it has.
_MOST_TOLD = 100


@click.command(name="import-responses")
@click.argument("survey")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--template", type=click.Path(path_type=Path), metavar="CSV", help="Write a file to fill in instead.")
@click.option("--skip", is_flag=True, help="Store the rows that fit although others do not.")
@click.option("--receipts", type=click.Path(path_type=Path), metavar="CSV", help="Write the receipt of each row, too.")
@click.option("--confirm", metavar="SURVEY", help="Replace what earlier rows answered without asking.")
def import_responses(
    survey: str,
    file: Path | None,
    *,
    template: Path | None,
    skip: bool,
    receipts: Path | None,
    confirm: str | None,
) -> None:
    """Store the rows of the CSV FILE as responses, by the rules that hold for all others; they are counted like these.

    Columns are called as the questions; cells hold codes, or labels in any of the survey's languages, several joined
    by ";" or in 0/1 columns (challenges.law). The column “row” tells a row from all others of the survey: one that is
    imported again is stored once, and replaces what it answered until that is counted. Nothing is stored unless all
    rows fit. With a receipt, who answered on paper can withdraw as all others can.
    """
    if (file is None) == (template is None):
        raise OperatorError("Give the file to import, or --template FILE to write one.")
    if template:
        _write_template(survey, template)
    elif file:
        _import(survey, file, receipts, skip=skip, confirm=confirm)


def _write_template(survey_id: str, path: Path) -> None:
    from operation import lifecycle
    from operation.importing.plan import require_not_over
    from operation.importing.template import write_template

    running = services.current()
    survey = lifecycle.require_survey(running, survey_id)
    require_not_over(running, survey)
    write_template(survey, running.version(survey.id, survey.version), path)
    store = f"manage.py import-responses {survey.id} {shlex.quote(str(path))}"
    say(f"Wrote {path}. Fill it in below the notes (#), then: {store}")


def _import(survey: str, file: Path, receipts: Path | None, *, skip: bool, confirm: str | None) -> None:
    from operation.importing.plan import Standing, plan_import

    if receipts:
        require_new(receipts, "Name another file.")
    plan = plan_import(services.current(), survey, file)
    _require_fitting(plan, file, skip=skip)
    if others := plan.count(Standing.OTHER):
        question = f"{counted(others, 'row')} answered something else when imported before. Replace what they answered?"
        require_yes(question, survey, confirm)
    outcome = _store(plan, receipts)
    replaced = f", {outcome.replaced} of an earlier import replaced" if outcome.replaced else ""
    say(f"{counted(outcome.stored, 'row')} stored{replaced}.")
    for standing, number in outcome.left.items():
        say(f"{counted(number, 'row')} left as they are: {standing.value} before.")
    if receipts:
        say(f"Receipts in {receipts}: who has one can withdraw that row. Hand them out, and delete the file.")
    for line in outcome.refused:
        click.echo(f"{file}, line {line}, code: This code is not known, or was used.", err=True)
    if outcome.refused:
        raise OperatorError("Some codes were used meanwhile. The other rows are stored.")


def _require_fitting(plan: Plan, file: Path, *, skip: bool) -> None:
    for problem in plan.problems[:_MOST_TOLD]:
        click.echo(f"{file}, {problem}", err=True)
    if more := len(plan.problems[_MOST_TOLD:]):
        click.echo(f"{file}: {more} more.", err=True)
    if plan.problems and not skip:
        wrong = len({problem.line for problem in plan.problems})
        others = f", or store the {len(plan.rows)} that fit: --skip" if plan.rows else "."
        raise OperatorError(
            f"{counted(wrong, 'row')} of {file} cannot be stored, so nothing was. Mend the file{others}"
        )


def _store(plan: Plan, receipts: Path | None) -> Outcome:
    from operation.importing.receipts import receipts_file
    from operation.importing.storing import Outcome, store

    outcome, done = Outcome(), 0
    steps = store(services.current(), plan, outcome)
    try:
        with receipts_file(receipts, plan, outcome) if receipts else nullcontext():
            for number in track(steps, "Importing", total=len(plan.rows), console=console):
                done = number
    except KeyboardInterrupt:
        of = counted(len(plan.rows), "row")
        raise OperatorError(f"Interrupted after {done} of {of}. Run the same command again: it goes on.") from None
    return outcome


COMMANDS = (import_responses,)
