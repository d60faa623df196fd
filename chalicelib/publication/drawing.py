"""A figure as an SVG that stands alone: what it finds, what was asked, of whom, by whom, and how far off it can be.

It is made to be printed, copied and sent on, so what the page says elsewhere stands inside (P8). In grey it reads as in
colour: shades differ in lightness, and what is no answer like the others is hatched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from chalicelib.locale import direction
from chalicelib.publication.canvas import (
    HATCHED,
    INK,
    INNER,
    LINE,
    MARGIN,
    MUTED,
    PALE,
    PALE_APART,
    PAPER,
    SOLID,
    SOLID_APART,
    WIDTH,
    Box,
    Canvas,
    Lettering,
)
from chalicelib.publication.figures import APART, SILENT, Bar, Figure, Part, Stack
from chalicelib.publication.measures import Form
from chalicelib.publication.trends import Point, Trend

TITLE, ASKED, LABEL = Lettering(22, is_bold=True), Lettering(16, MUTED), Lettering(15)
TOLD, SMALL, NOTE = Lettering(15, is_bold=True), Lettering(12, MUTED), Lettering(13, MUTED)
STEP = Lettering(13)
#: Of shades, from the lightest on; in grey each is at least a fifth darker than the one before (WCAG's contrast 1.2).
SHADES = ("#e3eff2", "#bcd9e0", "#8dbfcb", "#387789", "#14566b", "#082c39")
#: From this shade on text inside is white.
DARK = 4
#: What a label may take of the width, and what is left between the parts of a row.
MOST_OF_LABEL, GAP = 290, 12
BAR, STACK, TALLEST = 18, 24, 170
LINE_OF_TREND = Box(0, 0, 150, 48)
ROW = 10


@dataclass(frozen=True)
class Imprint:
    """What stands in a figure besides itself, each in a paragraph of its own.

    ``base``: of how many; ``lines``: beneath what is drawn; ``rounding`` and ``source`` at its foot, after the
    ``warning`` that answers are invented.
    """

    language: str
    base: str
    lines: tuple[str, ...]
    warning: str
    rounding: str
    source: str


def drawn(figure: Figure, trends: Sequence[Trend], imprint: Imprint) -> str:
    """``figure`` as the text of an SVG file, 800 units wide and as high as it takes."""
    canvas = Canvas(imprint.language, direction(imprint.language) == "rtl")
    canvas.paragraph(TITLE, figure.title)
    if figure.question != figure.title:
        canvas.paragraph(ASKED, figure.question, before=6)
    canvas.paragraph(NOTE, imprint.base, before=4)
    canvas.height += ROW
    _BODIES[figure.form](figure, canvas)
    for line in (figure.few, *figure.lines, *imprint.lines):
        canvas.paragraph(LABEL if figure.form is Form.WRITTEN else NOTE, line, before=6)
    _draw_trends(trends, canvas)
    canvas.height += ROW
    canvas.rule(canvas.height)
    canvas.paragraph(Lettering(13, is_bold=True), imprint.warning, before=8)
    canvas.paragraph(SMALL, imprint.rounding, before=8)
    canvas.paragraph(SMALL, imprint.source, before=4)
    return canvas.svg(figure.title, "\n".join(_described(figure, trends, imprint)))


def _described(figure: Figure, trends: Sequence[Trend], imprint: Imprint) -> Iterator[str]:
    """All that is drawn, in words."""
    yield figure.question
    yield imprint.base
    for bar in figure.bars:
        yield f"{bar.label}: {bar.told}"
    for row in figure.stacks:
        parts = ", ".join(f"{part.label} {part.count}" for part in row.parts)
        yield f"{row.label}: {' '.join(filter(None, (row.lead, row.range)))} ({parts})"
    yield from filter(None, (figure.few, *figure.lines, *imprint.lines))
    for trend in trends:
        yield f"{trend.label}: {trend.told}"
    yield from filter(None, (imprint.warning, imprint.rounding, imprint.source))


def _draw_nothing(figure: Figure, canvas: Canvas) -> None:
    """What is told in words alone."""


# --- bars -----------------------------------------------------------------------------------------------------------


def _draw_bars(figure: Figure, canvas: Canvas) -> None:
    """A bar each, from one line on; its share at its end."""
    if not figure.bars:
        return
    labels = _width_of_labels(bar.label for bar in figure.bars)
    start = MARGIN + labels + GAP
    space = WIDTH - MARGIN - start - GAP - max(TOLD.width(bar.told) for bar in figure.bars)
    top = canvas.height
    for bar in figure.bars:
        _draw_bar(bar, canvas, labels, space)
    canvas.rectangle(Box(start - 1, top, 1, canvas.height - top), LINE)


def _draw_bar(bar: Bar, canvas: Canvas, labels: float, space: float) -> None:
    lines = LABEL.lines(bar.label, labels)
    height = max(len(lines) * LABEL.height, BAR) + ROW
    middle, start = canvas.height + height / 2, MARGIN + labels + GAP
    solid, pale = (SOLID_APART, PALE_APART) if bar.is_apart else (SOLID, PALE)
    canvas.lines(MARGIN, middle - len(lines) * LABEL.height / 2, LABEL, lines)
    canvas.rectangle(Box(start, middle - BAR / 2, space * bar.most_drawn / 100, BAR), pale)
    canvas.rectangle(Box(start, middle - BAR / 2, space * bar.least_drawn / 100, BAR), solid)
    canvas.line(start + space * bar.most_drawn / 100 + GAP / 2, middle + TOLD.size / 3, TOLD, bar.told)
    canvas.height += height


def _width_of_labels(labels: Iterator[str]) -> float:
    return min(MOST_OF_LABEL, ceil(max(map(LABEL.width, labels), default=0)))


# --- columns ----------------------------------------------------------------------------------------------------------


def _draw_columns(figure: Figure, canvas: Canvas) -> None:
    """A column each, its share above it, its step beneath."""
    room = INNER / max(1, len(figure.bars))
    told = [STEP.lines(bar.told, room - GAP / 2) for bar in figure.bars]
    floor = canvas.height + max(map(len, told), default=0) * STEP.height + TALLEST
    for place, (bar, lines) in enumerate(zip(figure.bars, told, strict=True)):
        left, middle = MARGIN + place * room, MARGIN + (place + 0.5) * room
        pale, solid = TALLEST * bar.most_drawn / 100, TALLEST * bar.least_drawn / 100
        canvas.rectangle(Box(left + 3, floor - pale, room - 6, pale), PALE)
        canvas.rectangle(Box(left + 3, floor - solid, room - 6, solid), SOLID)
        canvas.lines(middle, floor - pale - len(lines) * STEP.height - 2, STEP, lines, "middle")
        canvas.lines(middle, floor + 4, STEP, [bar.code], "middle")
    canvas.rule(floor)
    canvas.height = floor + 8 + STEP.height


# --- stacks -----------------------------------------------------------------------------------------------------------


def _draw_stacks(figure: Figure, canvas: Canvas) -> None:
    """What each shade is, then a bar a row; its leading share at its end."""
    _draw_key(figure.legend, canvas)
    labels = _width_of_labels(row.label for row in figure.stacks)
    ends = [max(TOLD.width(row.lead), SMALL.width(row.range)) for row in figure.stacks]
    space = INNER - labels - 2 * GAP - max(ends, default=0)
    for row in figure.stacks:
        _draw_stack(row, canvas, labels, space)


def _draw_key(legend: Sequence[Part], canvas: Canvas) -> None:
    x, swatch = float(MARGIN), 14
    for part in legend:
        (label, *others) = NOTE.lines(part.label, INNER - swatch - GAP)
        if x > MARGIN and x + swatch + 6 + NOTE.width(label) > WIDTH - MARGIN:
            x, canvas.height = MARGIN, canvas.height + NOTE.height + 4
        canvas.rectangle(Box(x, canvas.height + 1, swatch, swatch), _fill(part), LINE)
        end = canvas.lines(x + swatch + 6, canvas.height, NOTE, [label, *others])
        x += swatch + 6 + NOTE.width(label) + GAP
        canvas.height = end - NOTE.height
    canvas.height += NOTE.height + ROW


def _draw_stack(row: Stack, canvas: Canvas, labels: float, space: float) -> None:
    lines = LABEL.lines(row.label, labels)
    ends = TOLD.height + (SMALL.height if row.range else 0)
    height = max(len(lines) * LABEL.height, STACK, ends) + ROW
    middle, start = canvas.height + height / 2, MARGIN + labels + GAP
    canvas.lines(MARGIN, middle - len(lines) * LABEL.height / 2, LABEL, lines)
    for part in row.parts:
        if part.width:
            _draw_part(part, canvas, start + space * part.start / 100, middle - STACK / 2, space * part.width / 100)
    end = canvas.lines(WIDTH - MARGIN, middle - ends / 2, TOLD, [row.lead], "end")
    if row.range:
        canvas.lines(WIDTH - MARGIN, end, SMALL, [row.range], "end")
    canvas.height += height


def _draw_part(part: Part, canvas: Canvas, x: float, y: float, width: float) -> None:
    canvas.rectangle(Box(x, y, width, STACK), _fill(part), PAPER if part.shade > 0 else LINE)
    inside = Lettering(13, PAPER if part.shade >= DARK else INK)
    if part.told and inside.width(part.told) < width:
        canvas.line(x + width / 2, y + STACK / 2 + inside.size / 3, inside, part.told, "middle")


def _fill(part: Part) -> str:
    return {APART: HATCHED, SILENT: PAPER}.get(part.shade) or SHADES[part.shade - 1]


# --- trends -----------------------------------------------------------------------------------------------------------


def _draw_trends(trends: Sequence[Trend], canvas: Canvas) -> None:
    """Of each answer: what it can have been in each edition, and what that says."""
    if not trends:
        return
    canvas.height += ROW
    labels = _width_of_labels(trend.label for trend in trends)
    for trend in trends:
        _draw_trend(trend, canvas, MARGIN + labels + GAP)


def _draw_trend(trend: Trend, canvas: Canvas, start: float) -> None:
    after = start + LINE_OF_TREND.width + GAP
    names, told = LABEL.lines(trend.label, start - MARGIN - GAP), LABEL.lines(trend.told, WIDTH - MARGIN - after)
    height = max(LABEL.height * max(len(names), len(told)), LINE_OF_TREND.height + SMALL.height) + ROW
    floor = canvas.height + (height + LINE_OF_TREND.height - SMALL.height) / 2
    middle = floor - LINE_OF_TREND.height / 2
    canvas.lines(MARGIN, middle - len(names) * LABEL.height / 2, LABEL, names)
    canvas.lines(after, middle - len(told) * LABEL.height / 2, LABEL, told)
    canvas.rectangle(Box(start, floor, LINE_OF_TREND.width, 1), LINE)
    for point in trend.points:
        _draw_point(point, trend, canvas, Box(start, floor, LINE_OF_TREND.width, LINE_OF_TREND.height))
    for point in (trend.points[0], trend.points[-1]):
        x = start + LINE_OF_TREND.width * (point.x + trend.width / 2) / 100
        canvas.lines(x, floor + 2, SMALL, [str(point.edition)], "middle")
    canvas.height += height


def _draw_point(point: Point, trend: Trend, canvas: Canvas, box: Box) -> None:
    """What it can be, and a mark at what is printed; ``box`` stands on the floor."""
    x, width = box.x + box.width * point.x / 100, box.width * trend.width / 100
    printed, least, most = (
        box.height * trend.height(share) / 100 for share in (point.printed, point.least, point.most)
    )
    canvas.rectangle(Box(x, box.y - most, width, most - least), PALE)
    canvas.rectangle(Box(x, box.y - printed - 1, width, 2), SOLID)


_BODIES: Mapping[Form, Callable[[Figure, Canvas], None]] = {
    Form.SORTED: _draw_bars,
    Form.ORDERED: _draw_bars,
    Form.COLUMNS: _draw_columns,
    Form.STACKED: _draw_stacks,
    Form.WRITTEN: _draw_nothing,
    Form.NONE: _draw_nothing,
}
