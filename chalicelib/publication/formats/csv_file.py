"""A release as a tidy CSV of one row a cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from chalicelib.publication.cells import Text
from chalicelib.publication.crosstabs import GroupRow
from chalicelib.publication.release import FrequencyTable, Release, Suppressed, cells_of, denominator
from chalicelib.publication.shares import TENTHS, Share, shares_of
from chalicelib.publication.worded import WordedRelease
from chalicelib.publication.words import Phrasing
from chalicelib.spreadsheet import harmless

CSV_HEADER = (
    "survey",
    "release",
    "published_on",
    "synthetic",
    "method",
    "editions",
    "question",
    "group",
    "code",
    "label",
    "count",
    "edition_count",
    "at_least",
    "at_most",
    "percent",
    "percent_at_least",
    "percent_at_most",
    "asked",
    "base",
    "base_at_least",
    "base_at_most",
    "not_printed",
)


def percentages(share: Share | None) -> Mapping[str, float | None]:
    """A share and its range in per cent, by column; None of too few."""
    return {
        "percent": share.percent(TENTHS) if share else None,
        "percent_at_least": share.percent_at_least(TENTHS) if share else None,
        "percent_at_most": share.percent_at_most(TENTHS) if share else None,
    }


def release_csv(worded: WordedRelease) -> str:
    """The release as one row a cell.

    Every row has the ``survey``, the ``release`` (its number), ``published_on`` (a date), ``synthetic`` ("yes" where
    the answers are invented) and ``method`` ("exact", "rounded" or "noise"). ``question`` is the table's id
    ("harder.work"); ``group`` is empty but in crosstabs: "country=se", or "country=no+other" for groups that were
    added together.

    ``count`` is the total over the releases that printed the table, the last 60 of which ``editions`` numbers
    ("1 2 4"); ``edition_count`` is the number of this one. In truth the total is ``at_least`` to ``at_most``, and
    ``base`` is ``base_at_least`` to ``base_at_most``; empty with "noise", where chance knows no limit.

    The cells of a table, or of a group in it, sum to ``asked``, which ``percent`` is of: those of the ``base`` who were
    asked, as printed numbers tell it. In truth the share is ``percent_at_least`` to ``percent_at_most``; with "noise"
    about nine in ten are. Of too few for a number, or where it is wide, there is that range alone; of fewer still
    neither.

    A table that this edition does not print has a row with the reason under ``not_printed``.
    """
    release, stream = worded.release, io.StringIO()
    writer = csv.DictWriter(stream, CSV_HEADER, restval="", lineterminator="\r\n")
    writer.writeheader()
    facts = {
        "survey": release.survey,
        "release": release.number,
        "published_on": release.published_on,
        "synthetic": "yes" if release.synthetic else "no",
        "method": release.method,
    }
    for row in _rows(release, worded.words):
        writer.writerow({**facts, **row})
    return stream.getvalue()


def _rows(release: Release, words: Phrasing) -> Iterator[Mapping[str, object]]:
    crosstabs = {crosstab.table: crosstab for crosstab in release.crosstabs}
    for table in release.tables:
        facts = {"question": table.id, "editions": _numbers(table.editions)}
        yield from ({**facts, **cell} for cell in _cells(table, table, release, words))
        if crosstab := crosstabs.get(table.id):
            facts["editions"] = _numbers(crosstab.editions)
            for row in crosstab.rows:
                facts["group"] = f"{crosstab.group}={'+'.join(row.codes)}"
                yield from ({**facts, **cell} for cell in _cells(row, table, release, words))
    yield from (_suppressed(omitted, words) for omitted in release.omitted)


def _cells(
    of: FrequencyTable | GroupRow, table: FrequencyTable, release: Release, words: Phrasing
) -> Iterator[Mapping[str, object]]:
    """The rows of a table, or of one group in it."""
    for cell, share in zip(cells_of(of), shares_of(of, release), strict=True):
        yield {
            "code": cell.code,
            "label": harmless(_label(words, table.part_label, words.code(cell.code, cell.label))),
            "count": cell.count,
            "edition_count": cell.edition_count,
            "at_least": cell.at_least,
            "at_most": cell.at_most,
            **percentages(share),
            "asked": denominator(of),
            "base": of.base,
            "base_at_least": of.base_at_least,
            "base_at_most": of.base_at_most,
        }


def _suppressed(omitted: Suppressed, words: Phrasing) -> Mapping[str, object]:
    return {
        "question": omitted.id,
        "group": omitted.group,
        "label": harmless(words.of(omitted.part_label)) if omitted.part_label else "",
        "not_printed": omitted.reason,
    }


def _label(words: Phrasing, part: Text | None, own: str) -> str:
    return f"{words.of(part)}: {own}" if part else own


def _numbers(editions: Iterable[int]) -> str:
    return " ".join(map(str, editions))
