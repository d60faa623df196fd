"""The formats that a release can be had in, each made of its words (:mod:`..worded`) and of nothing else (P8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.publication.formats.csv_file import release_csv
from chalicelib.publication.formats.json_file import release_json
from chalicelib.publication.worded import WordedRelease


@dataclass(frozen=True)
class Format:
    """A format that releases can be had in.

    ``suffix``: what stands behind the release's number in the address; ``write``: the file in a language. A browser
    shows the one without a suffix and saves the others.
    """

    name: str
    suffix: str
    media_type: str
    write: Callable[[WordedRelease], str | bytes]


#: By suffix; the route, the links of the results page and docs/analysts.md have each of them.
FORMATS: Mapping[str, Format] = {
    each.suffix: each
    for each in (
        Format("CSV", ".csv", "text/csv; charset=utf-8", release_csv),
        Format("JSON", "", "application/json", release_json),
    )
}
