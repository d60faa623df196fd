"""The chart of a worksheet, which the spreadsheet draws from the table's own cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.publication.formats.workbook_tables import Line, TableSheet
from chalicelib.publication.measures import SHAPES
from chalicelib.publication.words import Phrasing
from chalicelib.questionnaire.codebook import NO_ANSWER

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.chart import Chart

#: Light to dark, each apart from its neighbours in grey as well; what is no step is grey.
_SHADES = ("#CFE4EA", "#9CC8D5", "#5FA3B7", "#2F7F97", "#14566B", "#0B3644")
_APART, _NONE, _INK = "#8B969B", "#BFC5C8", "#1B2328"
#: Pixels, of a row of the worksheet too.
_WIDTH, _AROUND, _BAR, _ROW = 900, 190, 36, 20


@dataclass(frozen=True)
class DrawnChart:
    """A chart that stands in no worksheet yet, what it shows for who does not see it, and how many rows it takes."""

    chart: Chart
    description: str
    rows: int


@dataclass(frozen=True)
class _Place:
    """Where a table's cells are: ``top`` is the row of its first line, counted from 0."""

    sheet: TableSheet
    top: int

    def column(self, name: str, first: int, last: int) -> list[str | int]:
        """The cells of a column from one line to another."""
        place = self.sheet.column(name)
        return [self.sheet.name, self.top + first, place, self.top + last, place]

    def cell(self, name: str, line: int) -> list[str | int]:
        """The cell of a column in a line."""
        return self.column(name, line, line)[:3]


def chart_of(book: Workbook, sheet: TableSheet, top: int, words: Phrasing) -> DrawnChart | None:
    """The chart of a worksheet whose first line is in row ``top``; None of groups, which are too many for one."""
    if sheet.lines[0].row.group:
        return None
    place, options = _Place(sheet, top), [line for line in sheet.lines if line.is_of_option]
    if not options and sheet.lines[0].table.part:
        return _stacked(book, place, words)
    return _bars(book, place, options or list(sheet.lines), "item" if options else "answer", words)


def _bars(book: Workbook, place: _Place, lines: Sequence[Line], labels: str, words: Phrasing) -> DrawnChart:
    """A bar for each of the first ``lines``, with a line from the least to the most that it can be."""
    has_shares = all(line.cell.share and line.cell.share.is_number for line in lines)
    measure = "percent" if has_shares else "count"
    chart = book.add_chart({"type": "bar"})
    header = place.cell(measure, -1)
    series = {
        "name": header,
        "categories": place.column(labels, 0, len(lines) - 1),
        "values": place.column(measure, 0, len(lines) - 1),
        # Light, so that a number can be read where it is longer than its bar.
        "fill": {"color": _SHADES[1]},
        "gap": 40,
        "data_labels": {"value": True, "position": "inside_base", "font": {"color": _INK, "size": 10}},
    }
    chart.add_series(series | _ranges(place, lines, measure))
    chart.set_legend({"none": True})
    rows = _finish(chart, place, len(lines), header)
    text = words.translate("Bar chart of the table above: %(title)s") % {"title": place.sheet.title}
    return DrawnChart(chart, text, rows)


def _ranges(place: _Place, lines: Sequence[Line], measure: str) -> dict[str, Any]:
    """Error bars; none where nothing else can be true, and on an open link where no limit of counts is known."""
    columns = {column.name: column for column in place.sheet.columns}
    off: dict[str, list[float]] = {"plus_values": [], "minus_values": []}
    prefix = "percent_" if measure == "percent" else ""
    for line in lines:
        told, least, most = (columns[name].value(line) for name in (measure, f"{prefix}at_least", f"{prefix}at_most"))
        if not (isinstance(told, int | float) and isinstance(least, int | float) and isinstance(most, int | float)):
            return {}
        off["plus_values"].append(round(max(0, most - told), 1))
        off["minus_values"].append(round(max(0, told - least), 1))
    return {"y_error_bars": {"type": "custom", "color": _INK, **off}} if any(map(any, off.values())) else {}


def _stacked(book: Workbook, place: _Place, words: Phrasing) -> DrawnChart:
    """A bar of 100 % for each item, of its answers, whose lines stand together."""
    lines = place.sheet.lines
    items = list(dict.fromkeys(line.table.id for line in lines))
    codes = list(dict.fromkeys(line.cell.answer.code for line in lines))
    chart = book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    shades = _shades([code for code in codes if code not in place.sheet.apart], lines[0].table.kind.code)
    for code in codes:
        found = [row for row, line in enumerate(lines) if line.cell.answer.code == code]
        chart.add_series(
            {
                "name": place.cell("answer", found[0]),
                "categories": place.column("item", found[0], found[-1]),
                "values": place.column("count", found[0], found[-1]),
                "fill": {"color": shades.get(code, _NONE if code == NO_ANSWER else _APART)},
                "border": {"color": "#FFFFFF"},
                "gap": 40,
            }
        )
    chart.set_legend({"position": "bottom", "font": {"size": 10}})
    rows = _finish(chart, place, len(items))
    text = words.translate("Stacked bar chart of the table above: %(title)s") % {"title": place.sheet.title}
    return DrawnChart(chart, text, rows)


def _shades(steps: Sequence[str], kind: str) -> dict[str, str]:
    """The colour of each step: as in the figures, the last of a scale is the darkest, of ranks the first."""
    ordered = list(reversed(steps)) if SHAPES[kind].begins_with_most else steps
    last = max(1, len(ordered) - 1)
    return {code: _SHADES[round(number * (len(_SHADES) - 1) / last)] for number, code in enumerate(ordered)}


def _finish(chart: Chart, place: _Place, bars: int, measure: list[str | int] | None = None) -> int:
    """Title, axes and size; how many rows of the worksheet that is. ``measure``: the cell that says what is drawn."""
    chart.set_title({"name": [place.sheet.name, 0, 0], "name_font": {"size": 12}, "overlay": False})
    # The first bar on top, where the table has it too, and the numbers below nevertheless.
    chart.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": {"size": 10}})
    lines = {"visible": True, "line": {"color": _NONE}}
    font = {"size": 10, "bold": False}
    chart.set_x_axis({"min": 0, "label_position": "high", "major_gridlines": lines, "name": measure, "name_font": font})
    height = _AROUND + _BAR * bars
    chart.set_size({"width": _WIDTH, "height": height})
    return height // _ROW + 1
