"""Page and files say the same of every printed number (P8): tried on random surveys, cell by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from chalicelib.locale import translator
from chalicelib.publication.release import Release
from chalicelib.publication.worded import WordedRelease
from tests.unit.publication.formats.random_releases import LANGUAGES, random_releases
from tests.unit.publication.formats.readings import READINGS, PrintedCell, Reading, printed

#: How many surveys are tried in one test.
FEW, MANY = 6, 60


def words_of(release: Release, place: int) -> WordedRelease:
    language = LANGUAGES[place % len(LANGUAGES)]
    return WordedRelease.of(release, language, translator(language))


def told(cells: Iterator[PrintedCell], reading: Reading) -> Counter[frozenset[tuple[str, object]]]:
    """What the format tells of each of ``cells``, whatever their order."""
    return Counter(frozenset((name, getattr(cell, name)) for name in reading.tells) for cell in cells)


def assert_same(reading: Reading, first: int, surveys: int) -> Counter[str]:
    """Try so many; return how many cells of each sort there were."""
    seen: Counter[str] = Counter()
    for place, release in enumerate(random_releases(first, surveys)):
        worded = words_of(release, place)
        expected = list(printed(worded, reading.step))
        assert told(reading.cells(worded), reading) == told(iter(expected), reading), f"survey {first + place}"
        seen[release.method] += len(expected)
        seen["grouped"] += sum(bool(cell.groups) for cell in expected)
        seen["of some"] += sum(cell.asked < cell.base for cell in expected)
        seen["of several editions"] += sum(cell.edition_count != cell.count for cell in expected)
        seen["with a share"] += sum(cell.percent is not None for cell in expected)
        seen["with a range"] += sum(cell.percent is None and cell.percent_at_least is not None for cell in expected)
    return seen


@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
def test_every_format_says_the_same_of_every_number_P8(reading: Reading) -> None:
    assert sum(assert_same(reading, 0, FEW).values()) > 100


@pytest.mark.slow
@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
def test_every_format_says_the_same_of_every_number_of_many_surveys_P8(reading: Reading) -> None:
    seen = assert_same(reading, FEW, MANY)
    sorts = ("exact", "rounded", "noise", "grouped", "of some", "of several editions", "with a share", "with a range")
    assert min(seen[sort] for sort in sorts) > MANY
