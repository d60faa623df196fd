"""What the worksheets of a workbook hold, in words: a table for each question, and one for it by group.

Their rules are those of the UK Government Analysis Function ("Releasing statistics in spreadsheets").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from chalicelib.publication.notes import beside_crosstabs, beside_tables
from chalicelib.publication.shares import Share
from chalicelib.publication.worded import WordedCell, WordedRelease, WordedRow, WordedTable
from chalicelib.publication.words import Phrasing, joined
from chalicelib.questionnaire.codebook import CHOSEN, NO_ANSWER, NOT_CHOSEN

#: What stands in a cell that has no number: it is not told, or there can be none (shorthand of the Analysis Function).
NOT_TOLD, NOT_APPLICABLE = "[x]", "[z]"
#: UTF-16 units that the name of a worksheet may have, and what it may not.
_LONGEST_NAME, _FORBIDDEN = 31, re.compile(r"[\[\]:*?/\\'#!\x00-\x1f]")
#: Widths of columns: of the first, which has what is said above the table too, and of other labels.
_FIRST, _LABEL = 48, 32

#: By column; "item" is the row of a matrix, or the option of a ranking or of a multiple choice.
HEADERS: Mapping[str, str] = {
    "group": "Group",
    "item": "Item",
    "answer": "Answer",
    "percent": "Per cent",
    "percent_at_least": "Per cent at least",
    "percent_at_most": "Per cent at most",
    "count": "Count",
    "at_least": "Count at least",
    "at_most": "Count at most",
    "edition_count": "Count in this release",
    "asked": "Asked",
    "base": "Base",
    "base_at_least": "Base at least",
    "base_at_most": "Base at most",
    "table": "Table (code)",
    "group_code": "Group (code)",
    "code": "Answer (code)",
}

Value = str | int | float | None


@dataclass(frozen=True)
class Line:
    """One printed number with what it stands in: a row of a worksheet's table."""

    table: WordedTable
    row: WordedRow
    cell: WordedCell

    @property
    def is_of_option(self) -> bool:
        """Whether it tells of an option of a multiple choice who chose it."""
        return self.table.part is not None and self.cell.answer.code == CHOSEN


@dataclass(frozen=True)
class Column:
    """``name``: a key of :data:`HEADERS`; ``empty``: what stands where there is no number; ``width``: in digits."""

    name: str
    width: int
    value: Callable[[Line], Value]
    empty: str = NOT_TOLD
    is_number: bool = True
    is_code: bool = False


@dataclass(frozen=True)
class TableSheet:
    """A worksheet with one table. ``name``: its own; ``about``: what is to be known of the numbers.

    ``apart``: codes of answers that are none like the others.
    """

    name: str
    id: str
    title: str
    about: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    apart: frozenset[str]

    def column(self, name: str) -> int:
        """The place of a column, counted from 0."""
        return next(place for place, column in enumerate(self.columns) if column.name == name)


def _share(told: Callable[[Share], Value]) -> Callable[[Line], Value]:
    return lambda line: told(line.cell.share) if line.cell.share else None


_NUMBERS = (
    Column("percent", 10, _share(lambda share: share.percent)),
    Column("percent_at_least", 10, _share(lambda share: share.percent_at_least)),
    Column("percent_at_most", 10, _share(lambda share: share.percent_at_most)),
    Column("count", 10, lambda line: line.cell.count),
    Column("at_least", 10, lambda line: line.cell.at_least, NOT_APPLICABLE),
    Column("at_most", 10, lambda line: line.cell.at_most, NOT_APPLICABLE),
    Column("edition_count", 12, lambda line: line.cell.edition_count),
    Column("asked", 10, lambda line: line.row.asked),
    Column("base", 10, lambda line: line.row.base),
    Column("base_at_least", 10, lambda line: line.row.base_at_least, NOT_APPLICABLE),
    Column("base_at_most", 10, lambda line: line.row.base_at_most, NOT_APPLICABLE),
    Column("table", 28, lambda line: line.table.id, is_number=False, is_code=True),
)
_GROUP_CODE = Column(
    "group_code", 22, lambda line: line.row.group.code if line.row.group else None, is_number=False, is_code=True
)
_CODE = Column("code", 18, lambda line: line.cell.answer.code, is_number=False, is_code=True)


class Names:
    """Names of worksheets, each given once: Excel takes no two that differ in capitals only."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def give(self, wanted: str, end: str = "") -> str:
        """``wanted`` as a worksheet may be called, and as no link could misread it; ``end`` is not cut off."""
        plain, end = (" ".join(_FORBIDDEN.sub(" ", text).split()) for text in (wanted, end))
        for number in count(1):
            suffix = end + (f" {number}" if number > 1 else "")
            name = _cut(plain, _LONGEST_NAME - _units(suffix)) + suffix
            if name.casefold() not in self._given:
                self._given.add(name.casefold())
                return name
        raise AssertionError


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str, units: int) -> str:
    """As much of ``text``, whole words if it has any."""
    if _units(text) <= units:
        return text
    short = text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")
    words = short.rpartition(" ")[0]
    return words if " " in words else short.strip()


def table_sheets(worded: WordedRelease, names: Names) -> tuple[TableSheet, ...]:
    """A worksheet for each question, followed by the one by group, in the order of the questionnaire."""
    found = [(table.question.code, table.by is not None) for table in worded.tables]
    first = {question: place for place, (question, _) in reversed([*enumerate(found)])}
    keys = sorted(set(found), key=lambda key: (first[key[0]], key[1]))
    alike = ([table for table, own in zip(worded.tables, found, strict=True) if own == key] for key in keys)
    return tuple(_sheet(number, tables, worded, names) for number, tables in enumerate(alike, 1))


def _sheet(number: int, tables: Sequence[WordedTable], worded: WordedRelease, names: Names) -> TableSheet:
    first, translate = tables[0], worded.words.translate
    title, end = first.question.label, ""
    if first.by:
        title = translate("%(question)s By: %(group)s") % {"question": title, "group": first.by.label}
        end = ", " + translate("by group")
    lines = _in_order([Line(table, row, cell) for table in tables for row in table.rows for cell in row.cells])
    return TableSheet(
        names.give(f"{number} {first.short}", end),
        f"table_{number}_{re.sub(r'[^a-z0-9]', '_', first.question.code.lower())}",
        title,
        joined(" ", _about(first.question.code, first.by is not None, worded)),
        _columns(tables, worded.words),
        tuple(lines),
        frozenset({NO_ANSWER, *(asked.apart if (asked := worded.questions.get(first.question.code)) else ())}),
    )


def _columns(tables: Sequence[WordedTable], words: Phrasing) -> tuple[Column, ...]:
    whole = words.translate("The question as a whole")
    labels: list[tuple[str, Callable[[Line], Value]]] = [("answer", lambda line: line.cell.answer.label)]
    if any(table.part for table in tables):
        labels.insert(0, ("item", lambda line: line.table.part.label if line.table.part else whole))
    if tables[0].by:
        labels.insert(0, ("group", lambda line: line.row.group.label if line.row.group else None))
    widths = [_FIRST, *[_LABEL] * (len(labels) - 1)]
    named = (Column(name, width, value, is_number=False) for width, (name, value) in zip(widths, labels, strict=True))
    return (*named, *_NUMBERS, *([_GROUP_CODE] if tables[0].by else []), _CODE)


def _in_order(lines: Sequence[Line]) -> list[Line]:
    """What is compared stands together: an answer's items, each in all groups.

    Of a multiple choice who chose each option comes first, then who chose none, then all others.
    """
    orders = [list(dict.fromkeys(names)) for names in zip(*map(_names, lines), strict=True)]
    is_choice = any(line.is_of_option for line in lines)

    def place(line: Line) -> list[int]:
        places = [order.index(name) for order, name in zip(orders, _names(line), strict=True)]
        return [_rank(line) if is_choice else 0, *places]

    return sorted(lines, key=place)


def _names(line: Line) -> tuple[str, str, str]:
    return line.cell.answer.code, line.table.id, line.row.group.code if line.row.group else ""


def _rank(line: Line) -> int:
    code = line.cell.answer.code
    if line.is_of_option:
        return 0
    return 3 if code == NOT_CHOSEN else 2 if code == CHOSEN else 1


def _about(question: str, by_group: bool, worded: WordedRelease) -> tuple[str, ...]:
    release = worded.release
    if not by_group:
        tables = [table for table in release.tables if table.question == question]
        return beside_tables(tables, release, worded.words)
    crosstabs = [crosstab for crosstab in release.crosstabs if crosstab.question == question]
    omitted = [left for left in release.omitted if left.group and left.question == question]
    return beside_crosstabs(crosstabs, omitted, release, worded.words)
