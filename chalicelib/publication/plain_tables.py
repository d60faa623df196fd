"""The printed numbers of a question as a plain table: what stands closed beneath each figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chalicelib.publication.findings import told_alone, told_range, told_share
from chalicelib.publication.measures import Form, Measure, Printed
from chalicelib.publication.notes import have_different_totals
from chalicelib.publication.release import FrequencyTable, cells_of, denominator
from chalicelib.publication.scales import mean_told
from chalicelib.publication.shares import shares_of


@dataclass(frozen=True)
class PlainRow:
    """A row: what it is of, and a text for each column but the first."""

    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class PlainTable:
    """``columns``: all of their headings."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[PlainRow, ...]


#: Of the columns of what is listed answer by answer.
HEADINGS: Mapping[str, str] = {
    "answer": "Answer",
    "count": "Count",
    "limits": "In truth",
    "share": "Share",
    "range": "Share, in truth",
    # On an open link chance knows no limit.
    "likely range": "Share, nine in ten",
}


def plain_table(printed: Printed) -> PlainTable:
    """All that is printed of a question, but by group."""
    caption = printed.words.of(printed.asked.label)
    if printed.shape.form is Form.STACKED:
        return PlainTable(caption, _headings_of_rows(printed), tuple(_rows(printed)))
    columns = [printed.words.translate(HEADINGS[name]) for name in _columns(printed)]
    return PlainTable(caption, tuple(columns), tuple(_line(measure, printed) for measure in printed.as_drawn))


def _columns(printed: Printed) -> Iterator[str]:
    yield from ("answer", "count")
    if printed.release.method == "rounded":
        yield "limits"
    if _has_shares(printed):
        yield "share"
        if printed.release.method != "exact":
            yield "likely range" if printed.release.noise else "range"


def _has_shares(printed: Printed) -> bool:
    return any(measure.told for measure in printed.measures)


def _line(measure: Measure, printed: Printed) -> PlainRow:
    release, words = printed.release, printed.words
    share, cells = measure.told, [str(measure.count)]
    if release.method == "rounded":
        cells.append(words.translate("%(least)d to %(most)d") % _limits(measure))
    if _has_shares(printed):
        cells.append(told_share(share, words) if share else "")
        if release.method != "exact":
            cells.append(told_range(share, words) if share else "")
    return PlainRow(measure.label, tuple(cells))


def _limits(measure: Measure) -> dict[str, int]:
    """What a number can be in truth, or several together."""
    cells = [cell for cell in cells_of(measure.table) if cell.code in measure.codes]
    most = sum(cell.count if cell.at_most is None else cell.at_most for cell in cells)
    return {"least": sum(cell.at_least or 0 for cell in cells), "most": most}


def _headings_of_rows(printed: Printed) -> tuple[str, ...]:
    words = printed.words
    total = [words.translate("Total")] if have_different_totals(printed.tables) else []
    mean = [words.translate("Mean rank")] if _has_means(printed) else []
    return ("", *total, *(words.code(cell.code, cell.label) for cell in printed.tables[0].cells), *mean)


def _rows(printed: Printed) -> Iterator[PlainRow]:
    for table in printed.tables:
        total = [str(denominator(table))] if have_different_totals(printed.tables) else []
        cells = zip(cells_of(table), shares_of(table, printed.release), strict=True)
        told = [
            f"{cell.count} ({told_alone(share, printed.words)})" if share else f"{cell.count}" for cell, share in cells
        ]
        mean = [_mean_rank(table, printed)] if _has_means(printed) else []
        yield PlainRow(printed.words.of(table.part_label or {}), (*total, *told, *mean))


def _has_means(printed: Printed) -> bool:
    """Whether it is of ranks, and how far off their means are is known."""
    return printed.shape.begins_with_most and not printed.release.noise


def _mean_rank(table: FrequencyTable, printed: Printed) -> str:
    mean = mean_told(table, printed)
    if mean is None or printed.release.method != "rounded":
        return mean.in_words(printed.words)["mean"] if mean else ""
    text = printed.words.translate("%(mean)s (in truth %(least)s to %(most)s)")
    return text % mean.in_words(printed.words)
