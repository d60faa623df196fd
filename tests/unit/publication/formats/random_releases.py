"""Releases of random surveys as the job makes them: every policy, several editions, crosstabs, conditions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from random import Random

from chalicelib.disclosure.policy import EXACT, INVITED, OPEN_LINK, Policy
from chalicelib.disclosure.protect import protect
from chalicelib.publication.about import about_of
from chalicelib.publication.release import Release, make_release
from tests.attacker.surveys import ASurvey, Respondents, a_random_survey
from tests.builders import a_definition

POLICIES = (EXACT, INVITED, OPEN_LINK)
LANGUAGES = ("en", "sv", "ar")


@cache
def random_releases(first: int, surveys: int) -> Sequence[Release]:
    """The last release of so many surveys, counted from ``first``; each policy in turn."""
    return [_release(number) for number in range(first, first + surveys)]


def _release(number: int) -> Release:
    random = Random(f"files {number}")  # noqa: S311
    survey = a_random_survey(random)
    return _published(random, survey, POLICIES[number % len(POLICIES)], random.choice([1, 1, 2]))


def _published(random: Random, survey: ASurvey, policy: Policy, editions: int) -> Release:
    release: Release | None = None
    about = about_of("a-survey", a_definition().settings, survey.questionnaire)
    for edition in range(1, editions + 1):
        # From 60 on noise leaves as many as a release takes.
        tally = Respondents(random, survey).tally(random.choice([random.randint(60, 90), random.randint(100, 250)]))
        batch = protect(tally, survey.specs, policy, random.randbytes(32), edition)
        assert batch is not None
        release = make_release(
            batch,
            release,
            about.model_copy(update={"languages": LANGUAGES}),
            number=edition,
            published_on=date(2026, 3, edition),
            months=("2026-02", "2026-02"),
        )
    assert release is not None
    return release
