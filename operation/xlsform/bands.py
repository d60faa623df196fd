"""Bands for numbers and days of which a workbook has none: five at most, to be made better by who knows the subject."""

from __future__ import annotations

from math import ceil

from operation.xlsform.told import Json

_BANDS = 5


def number_bands(least: int, most: int, language: str) -> list[Json]:
    """Bands of the same width; their labels are digits, which every language reads."""
    width = ceil((most - least + 1) / _BANDS)
    found: list[Json] = []
    for first in range(least, most + 1, width):
        last = min(most, first + width - 1)
        band = {**_named(str(first), str(last), language), "below": last + 1}
        found.append(band)
    return _open_ended(found, "below")


def date_bands(least: str, most: str, language: str) -> list[Json]:
    """Bands of whole years."""
    years = range(int(least[:4]), int(most[:4]) + 1)
    width = ceil(len(years) / _BANDS)
    found: list[Json] = []
    for first in range(years[0], years[-1] + 1, width):
        last = min(years[-1], first + width - 1)
        found.append({**_named(f"{first:04}", f"{last:04}", language), "before": f"{last + 1:04}-01-01"})
    return _open_ended(found, "before")


def _named(first: str, last: str, language: str) -> Json:
    if first == last:
        return {"code": first, "label": {language: first}}
    return {"code": f"{first}_{last}", "label": {language: f"{first}–{last}"}}


def _open_ended(bands: list[Json], key: str) -> list[Json]:
    return [*bands[:-1], {name: value for name, value in bands[-1].items() if name != key}]
