"""Files say the same of every printed number (P8): tried on random surveys, cell by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache

import pytest

from chalicelib.locale import translator
from chalicelib.publication.worded import WordedRelease
from tests.unit.publication.formats.printed_cells import printed_cells
from tests.unit.publication.formats.readings import READINGS, Reading
from tests.unit.publication.random_releases import random_releases

#: How many surveys are tried, each in one of the languages.
FEW, MANY = 6, 20
LANGUAGES = ("en", "sv")


@cache
def some_releases(first: int, surveys: int) -> Sequence[WordedRelease]:
    """The last release of each of so many random surveys, in one language or another."""
    found = []
    for number in range(first, first + surveys):
        *_, last = random_releases(number)
        language = LANGUAGES[number % len(LANGUAGES)]
        found.append(WordedRelease.of(last.release, language, translator(language)))
    return found


def assert_same(reading: Reading, first: int, surveys: int) -> Counter[str]:
    """Try so many; return how many cells of each sort there were."""
    seen: Counter[str] = Counter()
    for worded in some_releases(first, surveys):
        expected, found = printed_cells(worded), list(reading(worded))
        assert set(found) == expected
        assert len(found) == len(expected)
        seen[worded.release.method] += len(expected)
        seen["grouped"] += sum(cell.group is not None for cell in expected)
        seen["of some"] += sum(cell.asked < cell.base for cell in expected)
        seen["of several editions"] += sum(cell.edition_count != cell.count for cell in expected)
        seen["with a share"] += sum(cell.percent is not None for cell in expected)
        seen["with a range"] += sum(cell.percent is None and cell.percent_at_least is not None for cell in expected)
    return seen


@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
def test_every_format_says_the_same_of_every_number_P8(reading: Reading) -> None:
    seen = assert_same(reading, 0, FEW)
    assert min(seen[method] for method in ("exact", "rounded", "noise")) > FEW


@pytest.mark.slow
@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
def test_every_format_says_the_same_of_every_number_of_many_surveys_P8(reading: Reading) -> None:
    seen = assert_same(reading, FEW, MANY)
    sorts = ("exact", "rounded", "noise", "grouped", "of some", "of several editions", "with a share", "with a range")
    assert min(seen[sort] for sort in sorts) > MANY
