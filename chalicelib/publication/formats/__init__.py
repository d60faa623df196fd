"""The formats that a release can be had in, each made of its words (:mod:`..worded`) and of nothing else (P8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.publication.formats.codebook_file import release_codebook_csv
from chalicelib.publication.formats.csv_file import release_csv
from chalicelib.publication.formats.cube import Cube
from chalicelib.publication.formats.cube_csv import cube_csv
from chalicelib.publication.formats.cubes import cube_named
from chalicelib.publication.formats.description import release_csvw, release_package
from chalicelib.publication.formats.json_file import release_json
from chalicelib.publication.formats.json_stat import cube_json_stat, release_json_stat
from chalicelib.publication.formats.px import cube_px
from chalicelib.publication.formats.workbook import release_workbook
from chalicelib.publication.worded import WordedRelease, told_of


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
    #: Whether people open it: then the page links it. Programs find the others by docs/analysts.md.
    is_for_people: bool = True


WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Of a data package (Data Package v1).
PACKAGE = "application/vnd.datapackage+json"

#: By suffix; the route, the links of the results page and docs/analysts.md have each of them.
FORMATS: Mapping[str, Format] = {
    each.suffix: each
    for each in (
        Format("CSV", ".csv", "text/csv; charset=utf-8", release_csv),
        Format("XLSX", ".xlsx", WORKBOOK, release_workbook),
        Format("Codebook", ".codebook.csv", "text/csv; charset=utf-8", release_codebook_csv),
        Format("JSON", "", "application/json", release_json),
        Format("CSVW", ".csv-metadata.json", "application/csvm+json", release_csvw, is_for_people=False),
        Format("Package", ".datapackage.json", PACKAGE, release_package, is_for_people=False),
        Format("JSON-stat", ".json-stat.json", "application/json", release_json_stat, is_for_people=False),
    )
}


@dataclass(frozen=True)
class CubeFormat:
    """A format that one cube, or a part of it, can be had in. ``code``: what PxWebApi 2 calls it."""

    code: str
    media_type: str
    write: Callable[[Cube, WordedRelease], str]


#: By code, the one first that is given where none is named.
CUBE_FORMATS: Mapping[str, CubeFormat] = {
    each.code: each
    for each in (
        CubeFormat("json-stat2", "application/json", cube_json_stat),
        CubeFormat("px", "text/plain; charset=utf-8", cube_px),
        CubeFormat("csv", "text/csv; charset=utf-8", cube_csv),
    )
}


@dataclass(frozen=True)
class TableFormat:
    """A format that one table of a release can be had in; ``write``: None where the release has no such table."""

    name: str
    suffix: str
    media_type: str
    write: Callable[[WordedRelease, str], str | bytes | None]


def _of_cube(name: str, suffix: str, code: str) -> TableFormat:
    form = CUBE_FORMATS[code]

    def write(worded: WordedRelease, table: str) -> str | None:
        cube = cube_named(worded, table)
        return form.write(cube, worded) if cube else None

    return TableFormat(name, suffix, form.media_type, write)


def _csv_of(worded: WordedRelease, question: str) -> str | None:
    return release_csv(worded.only(question)) if question in told_of(worded.release) else None


#: By suffix, behind the name of a table: that of a question, and by group of its crosstab. The CSV has both.
TABLE_FORMATS: Mapping[str, TableFormat] = {
    each.suffix: each
    for each in (
        TableFormat("CSV", ".csv", "text/csv; charset=utf-8", _csv_of),
        _of_cube("JSON-stat", ".json-stat.json", "json-stat2"),
        _of_cube("PX", ".px", "px"),
    )
}
