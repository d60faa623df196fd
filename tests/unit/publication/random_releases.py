"""Releases of random surveys by every policy, with one to three editions and wordings that files stumble over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random

from chalicelib.disclosure.policy import EXACT, INVITED, OPEN_LINK
from chalicelib.disclosure.protect import protect
from chalicelib.errors import in_english
from chalicelib.publication.release import make_release
from chalicelib.publication.worded import WordedRelease
from chalicelib.tabulation.tally import TableSpec
from tests.attacker.surveys import Respondents, a_random_survey
from tests.builders import a_definition
from tests.unit.publication.a_release import an_about

#: What authors may write, and what formats have a meaning for.
AWKWARD = ('Say "no"; or = yes', "Again", "Again", "=1+1", "Two\nlines, #1 (of 2)", "Långt " * 60, "[sv] 'ja'", "إجابة")
POLICIES = (EXACT, INVITED, OPEN_LINK)


def random_releases(number: int) -> Iterator[WordedRelease]:
    """The releases of the survey of that ``number``, edition by edition, in English."""
    random = Random(f"files {number}")  # noqa: S311
    survey, policy, release = a_random_survey(random), POLICIES[number % len(POLICIES)], None
    specs = [_awkward(spec, random) for spec in survey.specs]
    for edition in range(1, random.randint(1, 3) + 1):
        tally = Respondents(random, survey).tally(random.choice([random.randint(60, 90), random.randint(60, 300)]))
        batch = protect(tally, specs, policy, number.to_bytes(32, "big"), edition)
        assert batch is not None
        release = make_release(
            batch,
            release,
            an_about(a_definition()),
            number=edition,
            published_on=date(2026, edition, 28),
            months=(f"2026-{edition:02}", f"2026-{edition:02}"),
        )
        yield WordedRelease.of(release, "en", in_english)


def _awkward(spec: TableSpec, random: Random) -> TableSpec:
    labels = {code: {"en": random.choice(AWKWARD)} for code in spec.variable.labels}
    # All tables of a question are called alike.
    label = {"en": Random(spec.variable.question_id).choice(AWKWARD)}  # noqa: S311
    return replace(spec, variable=replace(spec.variable, labels=labels, label=label))
