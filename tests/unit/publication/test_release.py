"""A release: this edition's printed numbers, and the totals, which are sums of printed numbers."""

from __future__ import annotations

import json
from math import sqrt

import pytest
from pydantic import ValidationError

from chalicelib.errors import in_english
from chalicelib.publication.formats.json_file import release_json
from chalicelib.publication.release import Release
from chalicelib.publication.worded import WordedRelease
from tests.builders import a_question
from tests.unit.publication.a_release import SIXTY, a_release

POLICE = a_question("yes_no")


def cells(release: Release, table: str) -> dict[str, tuple[int, int]]:
    """Total and this edition's count by code."""
    found = next(each for each in release.tables if each.id == table)
    assert sum(cell.count for cell in found.cells) == found.base == release.responses
    counts = {cell.code: (cell.count, cell.edition_count or 0) for cell in found.cells}
    assert sum(here for _, here in counts.values()) == release.edition_responses
    return counts


def test_first_release_has_the_totals_of_its_edition() -> None:
    release = a_release(POLICE)
    assert (release.number, release.responses, release.edition_responses) == (1, 60, 60)
    assert cells(release, "police_met") == {"yes": (35, 35), "no": (20, 20), "no_answer": (5, 5)}


def test_totals_are_sums_of_printed_numbers_P7() -> None:
    first = a_release(POLICE, policy="protected", counts={"police_met": {"yes": 14, "no": 7, "no_answer": 3}}, n=24)
    second = a_release(
        POLICE, policy="protected", counts={"police_met": {"yes": 13, "no": 8, "no_answer": 3}}, n=24, previous=first
    )
    assert (second.number, second.responses, second.edition_responses) == (2, 40, 20)
    before, after = cells(first, "police_met"), cells(second, "police_met")
    assert after == {code: (before[code][0] + count, count) for code, (_, count) in after.items()}
    assert not any(count % 5 for pair in after.values() for count in pair)


def test_nothing_exact_is_in_a_protected_release_P7() -> None:
    counts = {"police_met": {"yes": 33, "no": 27, "no_answer": 3}}
    release = a_release(POLICE, policy="protected", counts=counts, n=63)
    numbers = [release.responses, release.edition_responses]
    numbers += [
        value for table in release.tables for cell in table.cells for value in (cell.count, cell.edition_count or 0)
    ]
    numbers += [table.base for table in release.tables]
    assert not any(number % 5 for number in numbers)
    stored = release.model_dump_json()
    assert not any(f":{exact}," in stored or f":{exact}}}" in stored for exact in (33, 27, 3, 63))


def test_release_is_stored_whole_and_cannot_be_changed() -> None:
    release = a_release(*[a_question(kind) for kind in ("single_choice", "multiple_choice", "matrix")])
    assert Release.model_validate_json(release.model_dump_json()) == release
    with pytest.raises(ValidationError):
        release.responses = 1  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Release.model_validate(release.model_dump() | {"n": 60})


def test_release_says_which_questions_not_everybody_was_asked() -> None:
    only = {"question": "police_met", "equals": "yes"}
    release = a_release(POLICE, a_question("section", show_if=only), a_question("matrix"), a_question("long_text"))
    asked = {table.id: table.conditional for table in release.tables}
    assert asked == {"police_met": False, "harder.home": True, "harder.work": True, "wish": True}


def test_release_as_json_whole() -> None:
    release = a_release(a_question("multiple_choice"), policy="protected", n=60, counts=SIXTY, synthetic=True)
    document = json.loads(release_json(WordedRelease.of(release, "en", in_english)))
    law = next(table for table in document["tables"] if table["id"] == "challenges.law")
    assert law == {
        "id": "challenges.law",
        "question": "challenges",
        "part": "law",
        "kind": "multiple_choice",
        "label": {"en": "About multiple_choice?"},
        "part_label": {"en": "LAW"},
        "base": 60,
        "base_at_least": 60,
        "base_at_most": 64,
        "releases": 1,
        "editions": [1],
        "asked": None,
        "cells": [
            {
                "code": "chosen",
                "label": {"en": "Chosen", "sv": "Valt"},
                "count": 40,
                "edition_count": 40,
                "at_least": 36,
                "at_most": 44,
                "by_edition": [40],
                "least_by_edition": [36],
                "most_by_edition": [44],
                "percent": None,
                "percent_at_least": 56,
                "percent_at_most": 74,
            },
            {
                "code": "not_chosen",
                "label": {"en": "Not chosen", "sv": "Inte valt"},
                "count": 20,
                "edition_count": 20,
                "at_least": 16,
                "at_most": 28,
                "by_edition": [20],
                "least_by_edition": [16],
                "most_by_edition": [28],
                "percent": None,
                "percent_at_least": 26,
                "percent_at_most": 44,
            },
        ],
        "conditional": False,
    }
    facts = json.loads(release_json(WordedRelease.of(release, "en", in_english)))
    for name in ("tables", "caution", "sections", "how_made", "methodology"):
        del facts[name]
    assert facts == {
        "survey": "a-survey",
        "number": 1,
        "published_on": "2026-03-01",
        "began": "2026-02",
        "asked_by": {"en": "The network"},
        "policy": "protected",
        "rounding_base": 5,
        "percentages_from": 50,
        "shares_from": 100,
        "subgroup": 20,
        "noise": False,
        "synthetic": True,
        "languages": ["en", "sv"],
        "title": {"en": "A few questions", "sv": "Några frågor"},
        "responses": 60,
        "responses_at_most": 64,
        "edition_responses": 60,
        "editions": [
            {"number": 1, "published_on": "2026-03-01", "responses": 60, "began": "2026-02", "ended": "2026-02"}
        ],
        "crosstabs": [],
        "omitted": [],
        "standard_error": 50 / sqrt(60),
    }
