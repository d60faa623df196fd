"""How near a survey is to its next release, in words for the operator: from counts alone, with no record read."""

from __future__ import annotations

from datetime import date

from chalicelib.disclosure.noisy_tables import geometric
from chalicelib.disclosure.policy import EXACT, Policy, policy_of
from chalicelib.disclosure.rounding import KeyedRandom
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services
from chalicelib.tabulation.tally import merged

#: On an open link, by how many of the steps are reached.
_WORDS = ("fewer than half of what a release takes", "more than half of what a release takes", "enough for a release")
#: So much beyond the threshold is counted on an open link: noise takes away more once in a million.
_MARGIN = 40


def towards_release(services: Services, survey: Survey) -> str:
    """How many of the answers that its next release takes a survey has; empty where no count of answers decides.

    Counting stops once there are enough, so a survey of 100,000 answers costs no more than one of 100. By invitation
    the number is told: printed numbers are safe for who knows it. On an open link only a step is, of
    :func:`steps_reached`.
    """
    policy = policy_of(survey.settings.policy, survey.settings.access)
    is_collecting = survey.state in ("open", "closed") and not survey.finished
    is_being_counted = survey.is_sealing or survey.questions_changed_at is not None
    if policy is EXACT or not is_collecting or is_being_counted or survey.is_awaited(services.clock()):
        return ""
    if policy.noise:
        return _by_steps(services, survey, policy)
    n = _counted_up_to(services, survey, policy.threshold)
    enough = f"enough for a release, which takes {policy.needed}"
    return enough if n >= policy.threshold else f"{n} of the {policy.needed} that a release takes"


def _by_steps(services: Services, survey: Survey, policy: Policy) -> str:
    key = services.tallies.rounding_key(survey.id)
    if key is None:
        return ""
    n = _counted_up_to(services, survey, policy.threshold + _MARGIN)
    reached = steps_reached(n, policy, KeyedRandom(key, f"{survey.edition}"), services.clock().date())
    return f"{_WORDS[reached]} ({policy.needed})"


def steps_reached(n: int, policy: Policy, random: KeyedRandom, today: date) -> int:
    """How many of the steps to a release ``n`` answers have about reached, half of what it takes and the whole: 0 to 2.

    Each step has noise of its own (disclosure, rule 9), and every day has some more. By one draw alone a step that is
    taken would tell whoever looks every day that somebody answered in between, and whoever sends forms of their own how
    many others did; by draws of days alone their mean would tell the number.
    """
    marks = (policy.threshold // 2, policy.threshold)
    return sum(n + _noise(random.of(f"step {mark}"), today, policy.noise) >= mark for mark in marks)


def _noise(random: KeyedRandom, today: date, alpha: float) -> int:
    return geometric(random, "lasting", alpha) + geometric(random, f"{today}", alpha)


def _counted_up_to(services: Services, survey: Survey, most: int) -> int:
    """How many answers the current edition has, counted or waiting, up to ``most``."""
    counted = merged([part.tally for part in services.tallies.parts(survey.id, survey.edition)]).n
    return counted + services.responses.waiting(survey.id, max(0, most - counted))
