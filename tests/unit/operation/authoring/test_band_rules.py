"""Bands whose words contradict their limits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import a_question, text
from tests.unit.operation.authoring.found import FIRST, found_with


def bands(key: str, *labels: str, limits: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [
        {"code": f"b{index}", "label": text(label), **({key: limit} if limit else {})}
        for index, (label, limit) in enumerate(zip(labels, (*limits, None), strict=True))
    ]


def hours(*labels: str) -> dict[str, Any]:
    """Under 10, 10 to 1999, 2000 or more."""
    return a_question("number", most=5000, bands=bands("below", *labels, limits=(10, 2000)))


def moved(*labels: str) -> dict[str, Any]:
    """Before 2024, before July 2025, since then."""
    limits = ("2024-01-01", "2025-07-01")
    return a_question("date", least="2020-01-01", most="2026-12-31", bands=bands("before", *labels, limits=limits))


@pytest.mark.parametrize(
    "question",
    [
        hours("Under 10", "10 to 1999", "2000 or more"),
        hours("0–9", "10–1,999", "2,000–5,000"),
        hours("Up to 9", "Over 9, under 2 000", "More than 1.999"),
        hours("Few", "Some", "Many"),
        hours("أقل من ١٠", "من ١٠ إلى ١٩٩٩", "٢٠٠٠ أو أكثر"),
        moved("Before 2024", "2024, or the first 6 months of 2025", "Since July 2025"),
        moved("Until 2023", "After 2023", "1 July 2025 to 31 December 2026"),
        moved("Long ago", "Lately", "Just now"),
    ],
)
def test_a_label_that_names_the_limits_passes(question: dict[str, Any]) -> None:
    assert found_with(question) == []


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (hours("Under 20", "10 to 1999", "2000 or more"), 0),
        (hours("Under 10", "10 to 199", "2000 or more"), 1),
        (hours("Under 10", "11 to 1999", "2000 or more"), 1),
        (hours("Under 10", "10 to 1999", "3000 or more"), 2),
        (hours("أقل من ٢٠", "Some", "Many"), 0),
        (moved("Before 2029", "Lately", "Just now"), 0),
        (moved("Long ago", "In 2022", "Just now"), 1),
        (moved("Long ago", "Lately", "Since 2023"), 2),
    ],
)
def test_a_label_that_names_other_limits_is_warned_of(question: dict[str, Any], index: int) -> None:
    assert found_with(question) == [(f"{FIRST}.bands.{index}.label", "band_label", "warning")]


def test_a_label_of_one_language_may_be_the_wrong_one() -> None:
    question = hours("Under 10", "Some", "Many")
    question["bands"][1]["label"]["sv"] = "10 till 199"
    assert (f"{FIRST}.bands.1.label", "band_label", "warning") in found_with(question)


@pytest.mark.parametrize("date", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_there_is_are_limits_like_others(date: str) -> None:
    question = a_question("date", least=date, most=date, bands=bands("before", "Ever", limits=()))
    assert found_with(question) == []
