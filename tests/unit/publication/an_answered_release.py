"""Releases of what people answered, when rows, ranks and options have to agree with each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.disclosure.policy import policy_of
from chalicelib.disclosure.protect import protect
from chalicelib.errors import in_english
from chalicelib.publication.measures import Printed
from chalicelib.publication.release import Release, make_release
from chalicelib.publication.results_page import Results
from chalicelib.publication.worded import WordedRelease
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.responses.packing import Layout
from chalicelib.responses.validation import Validator
from chalicelib.tabulation.tally import tables_of, tally_of
from tests.builders import a_definition
from tests.unit.publication.a_release import an_about


def an_answered_release(
    questions: Sequence[dict[str, Any]],
    people: Sequence[Mapping[str, Any]],
    *,
    policy: str = "protected",
    access: str = "invitation",
    previous: Release | None = None,
    key: bytes = b"k" * 32,
    crosstabs: Crosstabs | None = None,
    **changes: Any,
) -> Release:
    """The release of one edition, in which these ``people`` answered ``questions``."""
    definition = a_definition(*questions)
    codebook, validator = codebook_of(definition.questionnaire), Validator(definition.questionnaire)
    layout, specs = Layout.of(codebook), tables_of(codebook, crosstabs)
    tally = tally_of(layout, [layout.pack(validator.validate(dict(answers))) for answers in people], crosstabs)
    number = previous.number + 1 if previous else 1
    if policy != "exact":
        tally = tally.of_everybody(specs)
    batch = protect(tally, specs, policy_of(policy, access), key, number)
    assert batch is not None
    return make_release(
        batch,
        previous,
        an_about(definition, **changes),
        number=number,
        published_on=date(2026, 2 + number, 1),
        months=(f"2026-{1 + number:02}", f"2026-{1 + number:02}"),
    )


def printed_of(release: Release, question: str = "") -> Printed:
    """What is printed of ``question``, else of the first, in English."""
    printed = Results(release, WordedRelease.of(release, "en", in_english).words).printed
    return next(each for each in printed if question in ("", each.asked.id))
