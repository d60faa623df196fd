"""A question's answers by group, as heat tables: answers down, groups across, darker where a share is larger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from chalicelib.publication.crosstabs import Crosstab, GroupRow
from chalicelib.publication.figures import shade_of
from chalicelib.publication.findings import told_alone
from chalicelib.publication.measures import Measure, Printed
from chalicelib.publication.notes import beside_crosstabs
from chalicelib.publication.worded import WordedRelease
from chalicelib.publication.words import Phrasing, filled, joined

#: Printed numbers under this are told as "a few": they are as uncertain as they are small.
FEW, DOT = 10, "·"


@dataclass(frozen=True)
class Column:
    """A group, or several in one, called "Others": ``pooled`` names them then."""

    label: str
    base: int
    pooled: str = ""


@dataclass(frozen=True)
class HeatCell:
    """``told``: the share, else the number; ``count`` as printed; ``shade`` from 0, the lightest."""

    told: str
    count: int
    shade: int


@dataclass(frozen=True)
class HeatRow:
    """One answer in every group."""

    label: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class HeatTable:
    """``title``: the row of a matrix that it is of, or what its rows tell together; ``few``: answers in one line."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[HeatRow, ...]
    few: str


@dataclass(frozen=True)
class ByGroup:
    """All tables of a question by ``group``; ``notes``: who "Others" are, what a dot is, and those beside a table."""

    group: str
    tables: tuple[HeatTable, ...]
    notes: tuple[str, ...]

    @property
    def group_in_sentence(self) -> str:
        """Its name within a sentence: with a small letter where it has one, unlike a name or an abbreviation."""
        start = self.group.find(">") + 1 if isinstance(self.group, Markup) else 0
        mark, name = self.group[:start], self.group[start:]
        return self.group if name[1:2].isupper() else mark + name[:1].lower() + name[1:]


def by_group(printed: Printed) -> ByGroup | None:
    """The crosstabs of a question; None where it is not crossed."""
    release, words = printed.release, printed.words
    crosstabs = [each for each in release.crosstabs if each.question == printed.asked.id]
    omitted = [left for left in release.omitted if left.group and left.question == printed.asked.id]
    groups = [(each.group, each.group_label) for each in crosstabs]
    groups += [(left.group or "", left.group_label or {}) for left in omitted]
    if not groups:
        return None
    group = WordedRelease(release, words).short(*groups[0])
    tables = tuple(_tables(printed, crosstabs))
    beside = beside_crosstabs(crosstabs, omitted, release, words)
    return ByGroup(group, tables, (*_signs(tables, words), *beside))


def _signs(tables: Sequence[HeatTable], words: Phrasing) -> Iterator[str]:
    """What stands for something else in the tables, each once."""
    columns = (column for table in tables for column in table.columns if column.pooled)
    for pooled in dict.fromkeys((column.label, column.pooled) for column in columns):
        yield joined(": ", pooled)
    if any(cell.told == DOT for table in tables for row in table.rows for cell in row.cells):
        yield words.translate("A dot stands for a printed number under %(few)d.") % {"few": FEW}


def _tables(printed: Printed, crosstabs: Sequence[Crosstab]) -> Iterator[HeatTable]:
    """One of all that is followed of a question; the files have every step of every row."""
    by_table = {crosstab.table: crosstab for crosstab in crosstabs}
    alike: dict[tuple[tuple[tuple[str, ...], int], ...], list[Measure]] = {}
    for measure in printed.measures:
        if crosstab := by_table.get(measure.table.id):
            alike.setdefault(tuple((row.codes, row.base) for row in crosstab.rows), []).append(measure)
    for measures in alike.values():
        yield _table(measures[0].what, measures, by_table, printed)


@dataclass(frozen=True)
class _Crossed:
    """A measure, and its numbers in every group."""

    measure: Measure
    rows: tuple[GroupRow, ...]

    def is_few(self) -> bool:
        """In every group; what is exact is told however small."""
        is_exact = self.measure.release.method == "exact"
        return not is_exact and all(self.measure.count_in_group(row) < FEW for row in self.rows)


def _table(title: str, measures: Sequence[Measure], crosstabs: dict[str, Crosstab], printed: Printed) -> HeatTable:
    crossed = [_Crossed(measure, crosstabs[measure.table.id].rows) for measure in measures]
    return HeatTable(
        title,
        tuple(_column(row, printed) for row in crossed[0].rows),
        tuple(
            HeatRow(each.measure.label, tuple(_cell(each.measure, row, printed) for row in each.rows))
            for each in crossed
            if not each.is_few()
        ),
        _few([each.measure for each in crossed if each.is_few()], printed),
    )


def _few(measures: Sequence[Measure], printed: Printed) -> str:
    if not measures:
        return ""
    text = printed.words.translate("Too few in every group to compare: %(answers)s.")
    return filled(text, answers=printed.words.listed(measure.label for measure in measures))


def _column(row: GroupRow, printed: Printed) -> Column:
    words = printed.words
    labels = [words.code(code, label) for code, label in zip(row.codes, row.labels, strict=True)]
    if len(labels) == 1:
        return Column(labels[0], row.base)
    return Column(words.translate("Others"), row.base, joined(" + ", labels))


def _cell(measure: Measure, row: GroupRow, printed: Printed) -> HeatCell:
    """A dot has no shade: of 5 among 10 it would be the darkest of the table, and says the least."""
    count, share = measure.count_in_group(row), measure.in_group(row)
    if not share and count < FEW and printed.release.method != "exact":
        return HeatCell(DOT, count, 0)
    return HeatCell(told_alone(share, printed.words) if share else str(count), count, shade_of(count, row.base))
