"""Commands that end a survey, and one that takes that back. Each says first what it means, and asks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from chalicelib import services
from chalicelib.questionnaire.survey import Survey
from operation import ending, guidance, lifecycle
from operation.asking import require_name_typed, require_yes
from operation.console import console, counted, link, say
from operation.ending import Closing, Loss
from operation.errors import OperatorError

#: Seconds between two looks at the clock.
_LOOK = 0.25
#: Of a hundred, what is as good as never, or as always.
_HARDLY, _NEARLY = 0.5, 99.5


@click.command()
@click.argument("survey")
@click.option("--before-its-day", is_flag=True, help="Close although respondents were told a later day (closes_on).")
@click.option("--confirm", metavar="NAME", help="The survey's name, where nobody can answer.")
def close(survey: str, before_its_day: bool, confirm: str | None) -> None:
    """End collection; for an hour it can be taken back. With `closes_on` a survey closes by itself.

    Asks first, and says whether there are enough answers for a release.
    """
    lifecycle.require_true_clock(services.current(), services.utc_now)
    planned = ending.closing_of(services.current(), survey, before_its_day)
    require_yes(f"{_closing(planned)} Close it?", survey, confirm)
    closed = ending.close_survey(services.current(), survey, before_its_day)
    say(f"{closed.id} is closed; within half a minute its form says so. Who was filling it in has an hour to send it.")
    say(f"It is counted {guidance.counting_time(closed)}.")
    if until := closed.may_reopen_until:
        say(f"To take it back, until {until:%Y-%m-%d %H:%M} UTC: manage.py reopen {closed.id}")


@click.command()
@click.argument("survey")
def reopen(survey: str) -> None:
    """Take a closing back, within the hour in which late forms are taken."""
    lifecycle.require_true_clock(services.current(), services.utc_now)
    found = ending.reopen_survey(services.current(), survey)
    reopened = found.survey
    say(f"{reopened.id} is open again at {link(f's/{reopened.id}')}")
    days = counted(reopened.settings.retention_days, "day")
    say(f"Its answers are kept for {days} from when it closes next. Next: {_next(reopened)}")
    if found.dropped:
        say(f"Version {found.dropped} waits no more: closing dropped it. Publish its file again to let it wait.")


@click.command()
@click.argument("survey")
@click.option("--confirm", metavar="NAME", help="The survey's name, where nobody can answer.")
def delete(survey: str, confirm: str | None) -> None:
    """Delete a draft, or a survey under test, and all that was tried out with it; its name is free again."""
    planned = ending.deletion_of(services.current(), survey)
    state = {"draft": "a draft", "test": "under test"}.get(planned.survey.state, "being deleted")
    codes = f" {_codes(planned.unused)} end with it: slips that were handed out open nothing." if planned.unused else ""
    question = f"{survey} is {state}: its questionnaire and what was sent to try it out go for good.{codes} Delete it?"
    require_yes(question, survey, confirm)
    with interrupted(f"manage.py delete {survey}"), console.status("Deleting"):
        ending.delete_survey(services.current(), survey)
    say(f"{survey} is deleted, and its name is free again.")


@click.command()
@click.argument("survey")
@click.option("--now", is_flag=True, required=True, help="At once, instead of when the retention is over.")
@click.option("--confirm", metavar="NAME", help="The survey's name, where nobody can answer.")
@click.option("--confirm-deletion", is_flag=True, help="And that its answers go for good, where nobody can answer.")
def purge(survey: str, now: bool, confirm: str | None, confirm_deletion: bool) -> None:
    """Delete a survey's answers, codes, tokens, keys and exact counts now; releases and a proof stay.

    An open survey ends with it. Asks twice. By itself that happens when the retention is over.
    """
    del now  # there to be typed
    lifecycle.require_true_clock(services.current(), services.utc_now)
    loss = ending.loss_of(services.current(), survey)
    if confirm is None:
        for line in _loss(loss):
            say(line, error=True)
    require_yes("Go on?", survey, confirm)
    is_confirmed = confirm is not None and confirm_deletion
    instead = f"--confirm {survey} --confirm-deletion"
    require_name_typed("This deletes the answers, for good.", survey, is_confirmed, instead)
    again = f"manage.py purge {survey} --now"
    with interrupted(again), console.status("Deleting") as status:

        def wait_until(moment: datetime) -> None:
            status.update("All that was stored is deleted. Waiting a minute for what was on its way")
            while services.current().clock() < moment:
                time.sleep(_LOOK)

        ending.purge_now(services.current(), survey, wait_until)
    say(f"{survey} is purged: {counted(loss.records, 'record')} deleted. The proof: manage.py audit {survey}")
    for line in _out_of_reach():
        say(line)


@contextmanager
def interrupted(again: str) -> Iterator[None]:
    """Raise :class:`OperatorError` for a Ctrl-C, which names ``again``, the command that goes on."""
    try:
        yield
    except KeyboardInterrupt as stopped:
        raise OperatorError(f"Interrupted: some of it is deleted, and some is left. To go on: {again}") from stopped


def _next(survey: Survey) -> str:
    return guidance.next_step(services.current(), survey)


def _closing(planned: Closing) -> str:
    """What closing means, in whole sentences."""
    survey = planned.survey
    sentences = [_answers(planned), *_outlook(planned)]
    if planned.later:
        sentences.append(f"{counted(planned.later, 'answer')} to the new questions are a batch of their own.")
    if survey.next_version:
        sentences.append(f"Version {survey.next_version} waits for the next edition, and never comes.")
    if survey.settings.closes_on:
        sentences.append(f"Respondents were told that it is open until {survey.settings.closes_on}.")
    return " ".join(sentences)


def _answers(planned: Closing) -> str:
    survey, policy = planned.survey, planned.policy
    since = f" since release {survey.releases}" if survey.releases else " so far"
    if planned.answers is None:
        return f"How many answers {survey.id} has cannot be told: one cannot be read. Its `status` says which."
    answers = counted(planned.answers, "answer")
    if policy.threshold == 1:
        return f"{survey.id} has {answers}{since}."
    return f"{survey.id} has {answers}{since}; {policy.needed} are what a release takes."


def _outlook(planned: Closing) -> Iterator[str]:
    """What comes of these answers. Late senders may still add to them, and some may withdraw."""
    if planned.answers is None:
        return
    never = 100 - 100 * ending.chance_of_release(planned.answers, planned.policy)
    what = "nothing of them will ever be published" if planned.survey.releases else "nothing will ever be published"
    if never > _NEARLY:
        yield f"Unless enough people send the form within the hour, {what}."
    elif never >= _HARDLY:
        yield f"Chance has a say: in {never:.0f} of 100 such cases {what}."
    else:
        yield "They are published about an hour later."


def _codes(number: int) -> str:
    return f"{counted(number, 'code')} nobody used"


def _loss(loss: Loss) -> Iterator[str]:
    """What a purge takes, what it leaves and what it cannot reach, a line each."""
    survey = loss.survey
    unpublished = "" if loss.unpublished is None else f", {loss.unpublished} of them in no release"
    others = [_codes(loss.unused)] * bool(loss.unused) + [counted(loss.tokens, "token")] * bool(loss.tokens)
    yield (
        f"{survey.id} is {survey.state}. For good go {counted(loss.records, 'record')} of answers{unpublished};"
        f" {', '.join([*others, 'the keys of receipts and the exact counts'])}. Nobody can bring them back."
    )
    if survey.state == "open":
        yield "It is open: it ends at once, and who is filling it in is told that there is no such survey."
    yield f"What stays: {_kept(survey)}, the questionnaire, and a proof in numbers."
    yield from _out_of_reach()


def _kept(survey: Survey) -> str:
    if not survey.releases:
        return "no release, since there is none"
    held = f", {len(survey.held)} of them held, which you can still announce" if survey.held else ""
    return f"{counted(survey.releases, 'release')}{held}"


def _out_of_reach() -> Iterator[str]:
    yield (
        "Out of its reach: files that you exported, and copies of them. Of exact counts and of the survey's record, not"
        " of answers, AWS keeps for 35 days what was (point-in-time recovery of the tables surveys and tallies)."
    )


COMMANDS = (close, reopen, delete, purge)
