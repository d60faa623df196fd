"""How a survey ends: it is closed, which can be taken back for an hour; deleted before it opened; or purged at once.

Each can be cut short anywhere: the same again goes on. What two operators, or an operator and a scheduled function, do
at once is decided by the revision of the survey's record: one comes first, the other raises ``Conflict``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.disclosure.policy import Policy, policy_of
from chalicelib.errors import UnreadableRecord
from chalicelib.jobs.publish import waiting
from chalicelib.jobs.purge import delete_records, end_purge, is_being_purged
from chalicelib.questionnaire.survey import LATE_SENDERS, RECORD_LIFETIME, Survey
from chalicelib.responses.receipt import SHARDS
from chalicelib.services import Services
from chalicelib.tabulation.tally import merged
from operation.errors import OperatorError
from operation.lifecycle import require_survey, standing, wipe_rehearsals

#: Until what was sent when a survey was purged is stored: a process takes it for open so long, and a request to it may
#: take 28 s (``lambda_timeout``).
ON_THE_WAY = RECORD_LIFETIME + timedelta(seconds=30)

#: Comes back at that moment, or later.
WaitUntil = Callable[[datetime], None]


# --- closing, and taking that back ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Closing:
    """What closing ``survey`` now would mean.

    ``answers`` are those that the next release would be made of; None where one of them, or a count, cannot be read.
    ``later``: those to questions that are asked since a few minutes, which are a batch of their own.
    """

    survey: Survey
    answers: int | None
    later: int = 0

    @property
    def policy(self) -> Policy:
        """By which it is published."""
        return policy_of(self.survey.settings.policy, self.survey.settings.access)


def closing_of(services: Services, survey_id: str, before_its_day: bool = False) -> Closing:
    """What closing a survey means; raises :class:`OperatorError` where it cannot be closed."""
    survey = _require_closable(services, survey_id, before_its_day)
    try:
        answers = waiting(services, survey)
        pending = sum(1 for shard in range(SHARDS) for _ in services.responses.pending(survey.id, shard))
        counted = merged([part.tally for part in services.tallies.parts(survey.id, survey.edition)]).n
    except UnreadableRecord:
        return Closing(survey, None)
    return Closing(survey, answers, later=max(0, pending + counted - answers))


def chance_of_release(answers: int, policy: Policy) -> float:
    """How often, from 0 to 1, so many answers are enough for a release: on an open link noise decides (rule 9).

    The tail of the two-sided geometric distribution. It tells what may be, not what is drawn from the survey's key.
    """
    short = policy.threshold - answers
    if not policy.noise:
        return float(short <= 0)
    tail: float = policy.noise ** abs(short if short > 0 else 1 - short) / (1 + policy.noise)
    return tail if short > 0 else 1 - tail


def close_survey(services: Services, survey_id: str, before_its_day: bool = False) -> Survey:
    """End collection. Who was filling in the form may send it for an hour; then the answers are counted.

    ``before_its_day``: the operator's word, where respondents were told a last day.
    What waits for the next edition never takes effect.
    What a test left behind goes for good: a rehearsal that was being sent while the survey opened came too late for
    the wiping then.
    """
    survey = _require_closable(services, survey_id, before_its_day)
    closed = services.surveys.save(survey.closed(services.clock()))
    wipe_rehearsals(services, survey.id)
    return closed


def _require_closable(services: Services, survey_id: str, before_its_day: bool) -> Survey:
    survey = require_survey(services, survey_id)
    if survey.state != "open":
        raise OperatorError(f"“{survey.id}” is {standing(survey)}. Only an open survey can be closed.")
    if survey.settings.closes_on and not before_its_day:
        raise OperatorError(
            f"Respondents were told that “{survey.id}” is open until {survey.settings.closes_on}; then it closes by"
            " itself. If it must end now, insist: --before-its-day."
        )
    return survey


@dataclass(frozen=True)
class Reopened:
    """A survey that is open again; ``dropped``: the version that waited for the next edition, if one did."""

    survey: Survey
    dropped: int | None


def reopen_survey(services: Services, survey_id: str) -> Reopened:
    """Take a closing back, while the hour for late senders lasts; raises :class:`OperatorError` where it stands.

    Later it never goes: five minutes after that hour a run may seal the batch. Nothing was counted since, and no
    answer was refused that is taken now but those of people who came in between. An edition that would have ended
    meanwhile has ended, so the next run counts it. What waited for the next edition was dropped: closing says so, and
    its file can be published again. A survey that closed as respondents were told stays closed (P13).
    """
    survey = require_survey(services, survey_id)
    now, until = services.clock(), survey.may_reopen_until
    if survey.state != "closed":
        raise OperatorError(f"“{survey.id}” is {standing(survey)}. Only a survey that was just closed can be reopened.")
    closes_at = survey.settings.closes_at
    if closes_at and closes_at <= now:
        raise OperatorError(
            f"“{survey.id}” stays closed: {survey.settings.closes_on} is over, and respondents were told that day."
        )
    if until is None or until <= now:
        raise OperatorError(
            f"“{survey.id}” stays closed: that could be taken back for an hour, while late forms were taken. Open"
            " another survey under another id."
        )
    saved = services.surveys.save(survey.reopened())
    dropped = survey.version + 1 if services.surveys.questionnaire(survey.id, survey.version + 1) else None
    return Reopened(saved, dropped)


# --- deleting what was never opened ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deletion:
    """A survey that was never opened, and what ends with it: ``unused`` invitations, whose codes open nothing then."""

    survey: Survey
    unused: int


def deletion_of(services: Services, survey_id: str) -> Deletion:
    """What deleting a survey means; raises :class:`OperatorError` where it was opened."""
    survey = _require_unopened(services, survey_id)
    return Deletion(survey, sum(1 for _ in services.access.invitations(survey.id)))


def delete_survey(services: Services, survey_id: str) -> None:
    """Delete all that is stored of a survey that was never opened; its id is free again. The record goes last.

    First it is marked, so that nobody opens, publishes or tests what is going. (Limit: what another process of the
    operators', or a test that is being sent in that very moment, stores after that is left over. It opens nothing.)
    """
    survey = _require_unopened(services, survey_id)
    if survey.state != "being deleted":
        survey = services.surveys.save(survey.model_copy(update={"state": "being deleted"}))
    services.access.delete_invitations(survey.id)
    services.access.delete_tokens(survey.id)
    services.access.delete_receipt_key(survey.id)
    services.tallies.delete_ledger(survey.id)
    wipe_rehearsals(services, survey.id)
    services.surveys.delete(survey)


def _require_unopened(services: Services, survey_id: str) -> Survey:
    survey = require_survey(services, survey_id)
    if not survey.was_opened:
        return survey
    if survey.is_purged:
        raise OperatorError(
            f"“{survey.id}” is {standing(survey)}: that deletes its answers, and what was published of it stays."
        )
    raise OperatorError(
        f"“{survey.id}” is {standing(survey)}: people may have answered it, so it is not deleted."
        f" To delete their answers for good: manage.py purge {survey.id} --now"
    )


# --- purging before the retention is over ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Loss:
    """What goes with a purge, for good.

    ``records``: of answers, those too that were withdrawn; ``unpublished`` of them are in no release, None where a
    count cannot be read. ``unused`` invitations, ``tokens`` of analysts.
    """

    survey: Survey
    records: int
    unpublished: int | None
    unused: int
    tokens: int


def loss_of(services: Services, survey_id: str) -> Loss:
    """What purging a survey now would lose; raises :class:`OperatorError` where there is nothing to purge."""
    survey = _require_purgeable(services, survey_id)
    records = services.responses.count(survey.id)
    return Loss(
        survey,
        records,
        _unpublished(services, survey, records),
        sum(1 for _ in services.access.invitations(survey.id)),
        services.access.count_tokens(survey.id),
    )


def _unpublished(services: Services, survey: Survey, records: int) -> int | None:
    try:
        ledger, last = services.tallies.ledger(survey.id), services.surveys.release(survey.id, survey.releases)
    except UnreadableRecord:
        return None
    printed = last.rounds if last else 0
    published = merged([part.tally for batch, parts in ledger.items() if batch <= printed for part in parts]).n
    return max(0, records - published)


def purge_now(services: Services, survey_id: str, wait_until: WaitUntil) -> None:
    """Delete a survey's records, codes, tokens, keys and exact counts; releases and a proof stay (P11).

    The record comes first: from then on nothing is taken, counted or published. All goes at once; then, unless
    nobody can have been sending or counting, ``wait_until`` what was on its way is stored, and that goes too. So nobody
    has to wait for the answers to be gone, and a run that was counting meets its own end before the counts go. What is
    cut short the same again ends, and so does the scheduled purge.
    """
    survey = _require_purgeable(services, survey_id)
    now = services.clock()
    is_quiet = _is_quiet(survey, now)
    if survey.state != "being purged":
        survey = services.surveys.save(survey.being_purged(now))
    are_gone = delete_records(services, survey.id)
    if not is_quiet:
        wait_until(services.clock() + ON_THE_WAY)
        are_gone = delete_records(services, survey.id)
    if not are_gone:
        raise OperatorError(f"More answers came meanwhile. The same command again deletes them: {_again(survey)}")
    end_purge(services, survey)


def _is_quiet(survey: Survey, now: datetime) -> bool:
    """Whether nobody can be sending answers to it or counting them."""
    return survey.finished and survey.closed_at is not None and survey.closed_at + LATE_SENDERS + ON_THE_WAY <= now


def _require_purgeable(services: Services, survey_id: str) -> Survey:
    survey = require_survey(services, survey_id)
    if not survey.was_opened:
        raise OperatorError(
            f"“{survey.id}” was never opened, so nobody answered it. To delete it: manage.py delete {survey.id}"
        )
    if survey.state == "purged" and not is_being_purged(services, survey):
        raise OperatorError(f"“{survey.id}” is purged already. Its proof: manage.py audit {survey.id}")
    return survey


def _again(survey: Survey) -> str:
    return f"manage.py purge {survey.id} --now"
