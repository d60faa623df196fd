"""A release as JSON: what is stored of it, worded in every language, and the share of each cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import Field

from chalicelib.locale import translator
from chalicelib.publication.cells import Cell, Public, Text
from chalicelib.publication.crosstabs import Crosstab, GroupRow
from chalicelib.publication.methodology import methodology
from chalicelib.publication.release import FrequencyTable, Release, cells_of
from chalicelib.publication.sampling import caution, standard_error
from chalicelib.publication.shares import Share, shares_of
from chalicelib.publication.worded import WordedRelease
from chalicelib.publication.words import STANDARD_LABELS, Phrasing


class PublicCell(Cell):
    """One printed number, its answer in every language, and its share in whole per cent, as everywhere.

    ``percent`` is rounded once, half up, and its range outward. None of too few; ``percent`` alone where the range is
    all that is told. ``by_edition`` is empty where the number is worked out of several: "no_answer" of those asked.
    """

    label: Text
    percent: int | None
    percent_at_least: int | None
    percent_at_most: int | None


class PublicAsked(Cell):
    """How many were asked, which is no answer: it has no wording."""

    label: Text | None = Field(default=None, exclude=True)


class PublicTable(FrequencyTable):
    """A printed table. Its cells are of those asked, and sum to how many these are: ``asked``, or ``base`` if null.

    So "no_answer" is of those asked too.
    """

    asked: PublicAsked | None = None
    cells: tuple[PublicCell, ...]


class PublicRow(GroupRow):
    """One group of a crosstab, or several that were too small alone: then it is ``pooled``."""

    labels: tuple[Text, ...]
    pooled: bool
    cells: tuple[PublicCell, ...]


class PublicCrosstab(Crosstab):
    """A printed table by the answers to another question."""

    rows: tuple[PublicRow, ...]


class PublicMethodItem(Public):
    """One thing that the note on how a survey was made tells."""

    id: str
    title: str
    sentences: tuple[str, ...]


class PublicRelease(Release):
    """A release with what is not stored, since it is made of the rest.

    ``caution``: what to know of all shares besides rounding. ``standard_error``: of a share of one half, in percentage
    points, had the responses been drawn at random; None on an open link. ``methodology``: how the survey was made, in
    the language that was asked for.
    """

    tables: tuple[PublicTable, ...]
    crosstabs: tuple[PublicCrosstab, ...] = ()
    caution: str
    standard_error: float | None
    methodology: tuple[PublicMethodItem, ...]


def release_json(worded: WordedRelease) -> str:
    """The release in every language, each number of those asked, with its share."""
    return public_release(worded.release, worded.words).model_dump_json()


def public_release(release: Release, words: Phrasing) -> PublicRelease:
    """What the JSON is written from; ``caution`` and ``methodology`` in those ``words``."""
    worded = _wording(release.languages)
    return PublicRelease.model_construct(
        **dict(release)
        | {
            "tables": tuple(_table(table, release, worded) for table in release.tables),
            "crosstabs": tuple(_crosstab(crosstab, release, worded) for crosstab in release.crosstabs),
        },
        caution=caution(release, words.translate),
        standard_error=standard_error(release),
        methodology=tuple(
            PublicMethodItem(id=item.id, title=item.title, sentences=item.sentences)
            for item in methodology(WordedRelease(release, words))
        ),
    )


def _percentages(share: Share | None) -> Mapping[str, int | None]:
    """A share and its range in whole per cent, as everywhere; None of too few."""
    return {
        "percent": share.percent if share else None,
        "percent_at_least": share.percent_at_least if share else None,
        "percent_at_most": share.percent_at_most if share else None,
    }


#: The author's wording of a code, or the interface's where there is none.
_Wording = Callable[[str, Text | None], Text]


def _wording(languages: tuple[str, ...]) -> _Wording:
    """How codes are worded in ``languages``."""
    standard: Mapping[str, Text] = {
        code: {language: translator(language)(label) for language in languages}
        for code, label in STANDARD_LABELS.items()
    }
    return lambda code, label: label or standard[code]


def _table(table: FrequencyTable, release: Release, worded: _Wording) -> PublicTable:
    asked = PublicAsked.model_construct(**dict(table.asked)) if table.asked else None
    return PublicTable.model_construct(**dict(table) | {"asked": asked, "cells": _cells(table, release, worded)})


def _crosstab(crosstab: Crosstab, release: Release, worded: _Wording) -> PublicCrosstab:
    rows = tuple(_row(row, release, worded) for row in crosstab.rows)
    return PublicCrosstab.model_construct(**dict(crosstab) | {"rows": rows})


def _row(row: GroupRow, release: Release, worded: _Wording) -> PublicRow:
    labels = tuple(worded(code, label) for code, label in zip(row.codes, row.labels, strict=True))
    facts = {"labels": labels, "cells": _cells(row, release, worded)}
    return PublicRow.model_construct(**dict(row) | facts, pooled=len(row.codes) > 1)


def _cells(of: FrequencyTable | GroupRow, release: Release, worded: _Wording) -> tuple[PublicCell, ...]:
    return tuple(
        PublicCell.model_construct(**dict(cell) | {"label": worded(cell.code, cell.label), **_percentages(share)})
        for cell, share in zip(cells_of(of), shares_of(of, release), strict=True)
    )
