"""Releases for the tests of this stage, made the way the job makes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.disclosure.policy import policy_of
from chalicelib.disclosure.protect import protect
from chalicelib.errors import in_english
from chalicelib.publication.about import About, about_of
from chalicelib.publication.release import Release, make_release
from chalicelib.publication.results_page import Addresses, render_results
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import Definition
from chalicelib.tabulation.tally import tables_of
from tests.builders import a_definition, a_tally

ADDRESSES = Addresses("results", "../releases")
#: Exact counts by table, of 60 responses.
SIXTY: Mapping[str, Mapping[str, int]] = {
    "country": {"se": 21, "no": 30, "other": 4, "no_answer": 5},
    "challenges": {"chosen": 45, "none": 10, "no_answer": 5},
    "challenges.law": {"chosen": 40, "not_chosen": 20},
    "challenges.stigma": {"chosen": 15, "not_chosen": 45},
    "challenges.police": {"chosen": 0, "not_chosen": 60},
    "harder.home": {"not": 10, "some": 20, "much": 30, "no_answer": 0},
    "harder.work": {"not": 15, "some": 15, "much": 15, "no_answer": 15},
    "police_met": {"yes": 35, "no": 20, "no_answer": 5},
    "wish": {"answered": 25, "no_answer": 35},
}


def a_release(
    *questions: dict[str, Any],
    counts: Mapping[str, Mapping[str, int]] = SIXTY,
    n: int = 60,
    policy: str = "exact",
    access: str = "invitation",
    previous: Release | None = None,
    languages: tuple[str, ...] = ("en", "sv"),
    key: bytes = b"k" * 32,
    published_on: date = date(2026, 3, 1),
    **changes: Any,
) -> Release:
    """The release of one batch of ``n`` responses to ``questions``; what ``counts`` does not tell gave no answer."""
    number = previous.number + 1 if previous else 1
    definition = a_definition(*questions)
    specs = tables_of(codebook_of(definition.questionnaire))
    batch = protect(a_tally(n, counts).of_everybody(specs), specs, policy_of(policy, access), key, number)
    assert batch is not None
    return make_release(
        batch,
        previous,
        an_about(definition, languages=languages, **changes),
        number=number,
        published_on=published_on,
        months=("2026-02", "2026-02"),
    )


def an_about(definition: Definition, **changes: Any) -> About:
    """What a release of ``definition`` tells of it, but for ``changes``."""
    about = about_of(definition.survey, definition.settings, definition.questionnaire)
    titled = {"languages": ("en", "sv"), "title": {"en": "A few questions", "sv": "Några frågor"}}
    return about.model_copy(update=titled | changes)


def swedish(message: str, many: str | None = None, number: int = 1) -> str:
    """A catalogue of a few words."""
    words = {"No answer": "Inget svar", "Chosen": "Vald", "Not chosen": "Inte vald", "Yes": "Ja", "No": "Nej"}
    return words.get(message) or in_english(message, many, number)


def page_of(release: Release, language: str = "en") -> str:
    return str(render_results(release, language, in_english, ADDRESSES))
