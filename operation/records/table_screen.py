"""Tables of records as a terminal shows them: as many columns side by side as fit, the others below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table as Grid
from rich.text import Text

from operation.records.table_words import after, before
from operation.records.tables import Block, Cell, Table, is_small

#: Columns of text: of a column of numbers, between columns, and the least that words of rows get.
_NUMBERS, _GAP, _WORDS = 12, 2, 24
#: Below the share of a cell.
_AFTER = " " * 6
_LOUD = "bold red"


def shown(table: Table, width: int) -> Iterator[RenderableType]:
    """What to print, one after the other, at most ``width`` columns wide (from 40 on)."""
    first, *others = before(table)
    yield Text(first, _LOUD)
    yield from map(Text, others)
    side_by_side = max(1, (width - _WORDS) // (_NUMBERS + _GAP))
    places = range(len(table.columns))
    for block in table.blocks:
        if block.rows.part:
            yield Text(f"\n{block.rows.part} ({block.rows.name})", "bold")
        for start in places[::side_by_side]:
            yield _grid(table, block, places[start : start + side_by_side], width)
    *notes, last = after(table)
    yield from map(Text, notes)
    yield Text(last, _LOUD)


def _grid(table: Table, block: Block, places: Sequence[int], width: int) -> Grid:
    """The columns at ``places`` of one block."""
    is_weighted = table.weighting is not None
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False, padding=(0, _GAP // 2), show_edge=False)
    words = width - len(places) * (_NUMBERS + _GAP) - _GAP
    grid.add_column("", max_width=words, overflow="fold")
    for place in places:
        head = Text(f"{table.columns[place].label}\n{'weighted (n)' if is_weighted else 'n       %'}")
        grid.add_column(head, justify="right", width=_NUMBERS, overflow="fold")
    for line in block.lines:
        cells = (_weighted(line.cells[place]) if is_weighted else _counted(line.cells[place]) for place in places)
        grid.add_row(Text(line.category.label), *map(Text, cells))
    grid.add_section()
    bases = [block.bases[place] for place in places]
    grid.add_row(Text("Answered, n" if is_weighted else "Answered"), *(_base(base.people) for base in bases))
    if is_weighted:
        grid.add_row(Text("  effective n"), *(Text(f"{round(base.number)}{_AFTER}") for base in bases))
    grid.add_row(Text("No answer"), *(_base(block.without[place]) for place in places))
    return grid


def _counted(cell: Cell) -> str:
    return f"{cell.people}{_mark(cell.people)}{_percent(cell.percent)}"


def _weighted(cell: Cell) -> str:
    return f"{_percent(cell.weighted_percent)} ({cell.people}{_mark(cell.people)})"


def _mark(people: int) -> str:
    return "!" if is_small(people) else ""


def _percent(percent: int | None) -> str:
    return f"{'–' if percent is None else percent:>4} %"


def _base(people: int) -> Text:
    return Text(f"{people}{_mark(people)}{_AFTER}")
