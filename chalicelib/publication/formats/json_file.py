"""A release as JSON: as it is stored, in every language, and the share of each cell."""

from __future__ import annotations

from chalicelib.publication.cells import Cell
from chalicelib.publication.crosstabs import Crosstab, GroupRow
from chalicelib.publication.formats.csv_file import percentages
from chalicelib.publication.release import FrequencyTable, Release
from chalicelib.publication.sampling import caution, standard_error
from chalicelib.publication.shares import shares_of
from chalicelib.publication.worded import WordedRelease


class SharedCell(Cell):
    """A cell with its share in per cent, as in the CSV."""

    percent: float | None
    percent_at_least: float | None
    percent_at_most: float | None


class SharedTable(FrequencyTable):
    """A table with the share of each cell."""

    cells: tuple[SharedCell, ...]


class SharedRow(GroupRow):
    """A group with the share of each of its cells."""

    cells: tuple[SharedCell, ...]


class SharedCrosstab(Crosstab):
    """A crosstab with the share of each cell."""

    rows: tuple[SharedRow, ...]


class PublicRelease(Release):
    """A release with what is not stored, since it is made of the rest.

    ``caution``: what to know of all shares besides rounding. ``standard_error``: of a share of one half, in percentage
    points, had the responses been drawn at random; None on an open link.
    """

    tables: tuple[SharedTable, ...]
    crosstabs: tuple[SharedCrosstab, ...] = ()
    caution: str
    standard_error: float | None


def release_json(worded: WordedRelease) -> str:
    """The release as it is stored, in every language, and the share of each cell."""
    release, translate = worded.release, worded.words.translate
    facts = dict(release)
    facts["tables"] = tuple(
        SharedTable.model_construct(**dict(table) | {"cells": _with_shares(table, release)}) for table in release.tables
    )
    facts["crosstabs"] = tuple(
        SharedCrosstab.model_construct(**dict(crosstab) | {"rows": tuple(_row(row, release) for row in crosstab.rows)})
        for crosstab in release.crosstabs
    )
    public = PublicRelease.model_construct(
        **facts, caution=caution(release, translate), standard_error=standard_error(release)
    )
    return public.model_dump_json()


def _row(row: GroupRow, release: Release) -> SharedRow:
    return SharedRow.model_construct(**dict(row) | {"cells": _with_shares(row, release)})


def _with_shares(of: FrequencyTable | GroupRow, release: Release) -> tuple[SharedCell, ...]:
    return tuple(
        SharedCell(**dict(cell), **percentages(share))
        for cell, share in zip(of.cells, shares_of(of, release), strict=True)
    )
