"""``publish_releases``: closes surveys whose last day is over, counts what is due and publishes it.

Each step can be repeated, and a later run goes on where one stopped: count what is pending, seal the tally, store the
release, move the survey to the next edition. Nothing needs a lock or a clock (design, section 5).

Where other questions wait for the next edition, they come first: from then on respondents are asked these, and a later
run counts the last answers to the earlier ones before it seals the tally.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial

from chalicelib.disclosure.policy import Policy, policy_of
from chalicelib.disclosure.protect import printed_total, protect
from chalicelib.errors import Conflict, StoreUnavailable
from chalicelib.forms.steps import questions_a_page
from chalicelib.jobs.count import count_pending, pending_of
from chalicelib.jobs.themes import publish_themes, takes_themes
from chalicelib.jobs.turns import Failure, GoOn, Job, always, attempt, in_turn, require_success
from chalicelib.publication.about import about_of
from chalicelib.publication.release import make_release
from chalicelib.questionnaire.survey import Survey
from chalicelib.responses.receipt import SHARDS
from chalicelib.services import Services
from chalicelib.tabulation.tally import Tally, merged, tables_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What a run did with one survey: the number of the release it published, if any, or the code of its failure."""

    survey: str
    released: int | None = None
    failed: str | None = None


def publish_releases(services: Services, go_on: GoOn = always) -> list[Outcome]:
    """As :func:`publish_all`; at the end it raises :class:`RunFailed` where a survey failed: Lambda repeats it."""
    outcomes = publish_all(services, go_on)
    require_success([Failure(outcome.survey, outcome.failed) for outcome in outcomes if outcome.failed])
    return outcomes


def publish_all(services: Services, go_on: GoOn = always) -> list[Outcome]:
    """Publish every survey that is due; one survey's failure raises an alarm, and does not stop the others.

    ``go_on`` is asked before each survey and each transaction: a run that is short of time leaves the rest to the next,
    and what it counted stays counted.
    """
    outcomes = [_attempt(services, survey, go_on) for survey in in_turn(services, Job.PUBLISH) if go_on()]
    return sorted(outcomes, key=lambda outcome: outcome.survey)


def _attempt(services: Services, survey_id: str, go_on: GoOn) -> Outcome:
    found = attempt(Job.PUBLISH, survey_id, partial(publish_survey, services, go_on=go_on))
    return Outcome(survey_id, failed=found.code) if isinstance(found, Failure) else found


def publish_survey(services: Services, survey_id: str, go_on: GoOn = always) -> Outcome:
    """Count and publish one survey if that is due, as far as ``go_on`` lets it."""
    survey = _closed_if_over(services, services.surveys.listed(survey_id))
    if takes_themes(services, survey):
        return Outcome(survey_id, released=publish_themes(services, survey))
    if not is_due(services, survey):
        return Outcome(survey_id)
    if survey.state == "open" and survey.edition_ends and not _is_enough(services, survey, waiting(services, survey)):
        # Not counted either: who withdraws before the next edition is left out of it.
        return _leave_unpublished(services, survey)
    if not count_pending(services, survey, go_on) or not go_on():
        return Outcome(survey_id)
    # Decided on what was counted: some may have withdrawn since they were seen waiting.
    if not _is_enough(services, survey, _counted(services, survey).n):
        return _leave_unpublished(services, survey)
    return _publish_counted(services, survey)


def _closed_if_over(services: Services, survey: Survey) -> Survey:
    """``survey``, closed for good where its last day is over.

    Every run would write the same, whenever it comes; an operator who wrote in between comes first, and this raises
    :class:`Conflict`. A rehearsal that was being sent while the survey opened is left to the purge: this function may
    not delete responses.
    """
    now = survey.at(services.clock())
    if now is survey:
        return survey
    log.info("closed, since its last day is over: survey=%s", survey.id)
    return services.surveys.save(now)


def _publish_counted(services: Services, survey: Survey) -> Outcome:
    """Seal what was counted and publish it, unless it has to wait."""
    if not _may_seal(services, survey):
        return Outcome(survey.id)
    services.tallies.seal(survey.id, survey.edition)
    # Meanwhile a version may have come out and its answers been counted, or the survey been closed.
    latest = services.record(survey.id)
    if latest is None or latest.edition != survey.edition or not is_due(services, latest):
        return Outcome(survey.id)
    return _publish(services, latest)


def _may_seal(services: Services, survey: Survey) -> bool:
    """Whether the batch of an edition that has ended takes no more; if other questions wait, they are asked first.

    Either is written to the record, so that of two runs, or of a run and an operator who publishes other questions,
    reopens or purges the survey, one comes first and the other raises :class:`Conflict`: a sealed batch could not take
    the last answers any more.
    """
    if survey.state == "open" and survey.next_version and not survey.is_sealing and not survey.questions_changed_at:
        services.surveys.save(survey.asking(survey.next_version, services.clock()))
        return False
    _sealing(services, survey)
    return True


def _sealing(services: Services, survey: Survey) -> Survey:
    """The record, which says that the batch is being sealed."""
    return survey if survey.is_sealing else services.surveys.save(survey.model_copy(update={"is_sealing": True}))


def is_due(services: Services, survey: Survey) -> bool:
    """Whether the survey's pending responses may be counted now.

    Never once its retention has ended: a purge may be halfway, and what is left is not what was answered.
    """
    now = services.clock()
    if survey.state not in ("open", "closed") or survey.finished or survey.is_expired(now):
        return False
    if survey.state == "open" and survey.is_sealing:
        return True  # whatever another run made of the edition's end: the batch takes no more
    return now >= survey.due_at if survey.due_at else not _policy(survey).at_close


def _counted(services: Services, survey: Survey) -> Tally:
    return merged([part.tally for part in services.tallies.parts(survey.id, survey.edition)])


def waiting(services: Services, survey: Survey) -> int:
    """How many responses the batch of the current edition would have: those counted, and those that wait for it."""
    pending = sum(1 for shard in range(SHARDS) for _ in pending_of(services, survey, shard))
    return pending + _counted(services, survey).n


def _is_any_pending(services: Services, survey: Survey) -> bool:
    return any(True for shard in range(SHARDS) for _ in services.responses.pending(survey.id, shard))


def _leave_unpublished(services: Services, survey: Survey) -> Outcome:
    """Too few: the batch stays open and grows with the next edition, or, once the survey has closed, stays unpublished.

    Where nothing is ever published, nobody learns how few they were.
    """
    if survey.state == "closed":
        survey = _sealing(services, survey)
        services.tallies.seal(survey.id, survey.edition)
        # What the seal may have overtaken counts: decide on the sealed numbers only.
        if _is_enough(services, survey, _counted(services, survey).n):
            return _publish(services, survey)
        services.surveys.save(survey.model_copy(update={"finished": True}))
    elif survey.edition_ends:
        edition_ends = survey.next_edition_end(services.clock())
        services.surveys.save(survey.model_copy(update={"edition_ends": edition_ends}))
    return Outcome(survey.id)


def _policy(survey: Survey) -> Policy:
    return policy_of(survey.settings.policy, survey.settings.access)


def _is_enough(services: Services, survey: Survey, n: int) -> bool:
    """Whether the number that would be printed of ``n`` reaches the threshold: on an open link one with noise.

    Never the exact number there: whoever sends the threshold less one would learn whether anybody else answered.
    """
    policy = _policy(survey)
    return printed_total(n, policy, _rounding_key(services, survey), survey.edition) >= policy.threshold


def _rounding_key(services: Services, survey: Survey) -> bytes:
    found = services.tallies.rounding_key(survey.id)
    if found is None:
        raise StoreUnavailable("The survey's rounding key is missing.")
    return found


def _publish(services: Services, survey: Survey) -> Outcome:
    """Make the release of a sealed batch, store it once, and move on to the next edition."""
    version = services.version(survey.id, survey.counted_versions[-1])
    batch = protect(
        _counted(services, survey),
        tables_of(version.codebook, survey.settings.crosstabs),
        _policy(survey),
        _rounding_key(services, survey),
        survey.edition,
    )
    if batch is None:
        return Outcome(survey.id)
    release = make_release(
        batch,
        services.surveys.release(survey.id, survey.edition - 1) if survey.edition > 1 else None,
        about_of(
            survey.id,
            survey.settings,
            version.questionnaire,
            pages=questions_a_page(version.questionnaire),
            invited=survey.invited,
        ),
        number=survey.edition,
        published_on=services.clock().date(),
        months=survey.months_of_edition(services.clock()),
    )
    try:
        services.surveys.add_release(release)
    except Conflict:
        log.info("release was stored by an earlier run: survey=%s release=%d", survey.id, release.number)
    # An earlier run may have sealed the batch and stopped: what came after that is counted in another one.
    finished = survey.state == "closed" and not _is_any_pending(services, survey)
    services.surveys.save(survey.in_next_edition(services.clock()).model_copy(update={"finished": finished}))
    return Outcome(survey.id, released=release.number)
