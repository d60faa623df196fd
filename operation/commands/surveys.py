"""Commands of a survey's life, from a definition to its last release."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from chalicelib import services
from operation import guidance, lifecycle
from operation.authoring.loader import load_definition
from operation.console import link, say, show_problems
from operation.dry_run import met_questions
from operation.errors import OperatorError
from operation.keys import recipient_of


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--recipient", "recipients", multiple=True, help="A public key that text is sealed to, or its .pub file; repeat it."
)
@click.option("--same-meaning", multiple=True, metavar="NAME", help="A question, or question.code, worded anew.")
@click.option("--accept-draft", "drafts", multiple=True, help="Add this language although nobody reviewed it.")
def publish(file: Path, recipients: tuple[str, ...], same_meaning: tuple[str, ...], drafts: tuple[str, ...]) -> None:
    """Store a definition as a new version of its survey.

    Of an open survey a new version may correct wording and add languages at once. What it asks changes with the edition
    (releases: monthly or quarterly), or at once with policy: exact. What would make answers incomparable is refused
    with the reason.
    """
    read = load_definition(file, partial(met_questions, services.current()))
    definition = read.definition
    lifecycle.require_true_clock(services.current(), services.utc_now)
    show_problems([*read.warnings, *read.located(lifecycle.warnings_of(services.current(), definition))])
    before, keys = services.current().record(definition.survey), [recipient_of(given) for given in recipients]
    with read.locating():
        survey = lifecycle.publish_definition(services.current(), definition, keys, same_meaning, drafts)
    next_step = guidance.next_step(services.current(), survey, file)
    say(f"{survey.id}: {guidance.published(services.current(), before, survey)}. Next: {next_step}")


@click.command()
@click.argument("survey")
def test(survey: str) -> None:
    """Put a survey under test: a link that looks like the real form, and counts nothing."""
    path = lifecycle.start_test(services.current(), survey)
    say(f"Test it at {link(path)}\nWhat is sent there is wiped when the survey opens.")
    record = lifecycle.require_survey(services.current(), survey)
    say(f"Next: {guidance.next_step(services.current(), record)}")


@click.command(name="open")
@click.argument("survey")
@click.option("--accept-draft", "drafts", multiple=True, help="Open although nobody reviewed this language.")
def open_(survey: str, drafts: tuple[str, ...]) -> None:
    """Open a survey for answers; its settings stand from now on."""
    lifecycle.require_true_clock(services.current(), services.utc_now)
    opened = lifecycle.open_survey(services.current(), survey, drafts)
    say(f"{opened.id} is open at {link(f's/{opened.id}')}")
    if told := guidance.opened(services.current(), opened):
        say(told)


@click.command()
def release() -> None:
    """Close, count and publish what is due now, as the scheduled function does."""
    from chalicelib.jobs.publish import publish_all

    lifecycle.require_true_clock(services.current(), services.utc_now)
    outcomes = publish_all(services.current())
    for outcome in outcomes:
        result = f"release {outcome.released}" if outcome.released else outcome.failed or _waiting(outcome.survey)
        click.echo(f"{outcome.survey}: {result}")
    if any(outcome.failed for outcome in outcomes):
        raise OperatorError("Not every survey could be published. The next run goes on; the log names the cause.")


def _waiting(survey_id: str) -> str:
    """Why a survey has nothing to release."""
    survey = lifecycle.require_survey(services.current(), survey_id)
    is_waiting = (survey.state == "closed" and not survey.finished) or (survey.state == "open" and survey.edition_ends)
    return f"nothing due; it is counted {guidance.counting_time(survey)}" if is_waiting else "nothing due"


COMMANDS = (publish, test, open_, release)
