"""Whether printed answers are possible of so many people as are printed as having met each version (rule 5).

One table's answers can be, and another's, and not both together: who said yes to a question did not say no.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import le

from chalicelib.disclosure.linked_tables import Counts, Unit, families_of
from chalicelib.disclosure.printed import Printed, Tables
from chalicelib.questionnaire.codebook import CHOSEN
from chalicelib.tabulation.tally import TableSpec


def overdrawn(units: Sequence[Unit], printed: Printed) -> list[int]:
    """Versions that more people had to meet, as the tables of ``units`` are printed, than by print have met them."""
    of_print = [unit for unit in units if unit.name in printed.tables]
    return [
        version for version in printed.later if _Newcomers(of_print, printed, version).fewest() > printed.met(version)
    ]


def capped(unit: Unit, tables: Sequence[Counts], printed: Printed) -> list[list[int]]:
    """Noisy ``tables`` of which newer options take no more than met them, if that can be: for an open link.

    What is too much goes to those who did not choose them. Made of printed numbers only.
    """
    found = {name: list(counts) for name, counts in zip(unit.ids, tables, strict=True)}
    newcomers = replace(printed, tables={**printed.tables, **found})
    for version in newcomers.later:
        while _Newcomers([unit], newcomers, version).fewest() > printed.met(version):
            if not _lowered(unit, found, version, printed.base):
                break
            _raised(unit, found, printed.base)
    return list(found.values())


def _lowered(unit: Unit, found: dict[str, list[int]], version: int, base: int) -> bool:
    """Take one step from the largest of the cells that ``version`` brought; False if all are empty."""
    cells = [
        (found[spec.id][place], spec.id, place)
        for spec in unit.specs
        for place, code in enumerate(spec.codes)
        if spec.code_since(code) >= version
    ]
    count, name, place = max(cells, default=(0, "", 0))
    if count < base:
        return False
    found[name][place] -= base
    spec = unit.specs[0]
    older = [place for place, code in enumerate(spec.codes[:-1]) if spec.code_since(code) < version]
    is_needed = unit.is_compulsory and name == unit.name and older
    found[name][max(older, key=found[name].__getitem__) if is_needed else -1] += base
    return True


def _raised(unit: Unit, found: dict[str, list[int]], base: int) -> None:
    """Give older options what newer ones lost, until so many are chosen as those who chose must choose."""
    if unit.kind != "choices":
        return
    chosen, variable = found[unit.name][0], unit.specs[0].variable
    pairs = [found[spec.id] for spec in unit.specs[1:]]
    older = [found[spec.id] for spec in unit.specs[1:] if not spec.code_since(CHOSEN)]
    while pairs and sum(pair[0] for pair in pairs) < variable.least * chosen:
        room = [pair for pair in older if pair[0] < chosen]
        if not room:
            return
        pair = max(room)
        pair[0], pair[1] = pair[0] + base, pair[1] - base


@dataclass
class _Row:
    """A crossed unit's tables in one row, which has so many newcomers ``free``: besides those who answered the unit.

    ``wanted``: how many of those who chose an option are some of them.
    """

    tables: Tables
    free: int
    wanted: dict[str, int] = field(default_factory=dict)


class _Newcomers:
    """People who must have met ``version`` to give the answers that are printed.

    Counted as few as can be: within a family the same people give as many such answers as they can, and so do those in
    one row of crosstabs; families apart have nothing to do with each other. Where it is not plain how many can be the
    same, a few more may be counted than must be, never fewer.
    """

    def __init__(self, units: Sequence[Unit], printed: Printed, version: int) -> None:
        self._printed, self._version = printed, version
        self._home = {name: unit for unit in units for name in unit.ids}
        self._families = families_of(units)
        #: By table, the units that hang on some of its cells.
        self._hanging: dict[str, list[Unit]] = {}
        for unit in units:
            if unit.asked and unit.asked.table and not self._is_apart(unit):
                self._hanging.setdefault(unit.asked.table, []).append(unit)

    def fewest(self) -> int:
        """How many there are at least."""
        in_star = [family for family in self._families if self._is_crossed(family[0])]
        alone = [self._of_family(family) for family in self._families if family not in in_star]
        return max([self._of_star(in_star), *alone])

    def _of_family(self, family: Sequence[Unit]) -> int:
        return self._with_those_apart(self._needed(family[0]), family)

    def _with_those_apart(self, number: int, family: Sequence[Unit]) -> int:
        """Of ``number`` newcomers, at least those whom the other cells cannot hold are in the cells it hangs on."""
        for unit in family[1:]:
            if unit.asked and unit.asked.table and self._is_apart(unit):
                others = self._printed.total - self._printed.cells(unit.asked.table, unit.asked.codes)
                number += max(0, self._needed(unit) - max(0, number - others))
        return number

    def _is_apart(self, unit: Unit) -> bool:
        """Whether it is asked of people of whom some were not asked what it hangs on."""
        parent = self._home.get(unit.asked.table or "") if unit.asked else None
        if parent is None or unit.asked is None or unit.asked.table is None:
            return True
        return parent.is_conditional and self._printed.specs[unit.asked.table].codes[-1] in unit.asked.codes

    def _needed(self, unit: Unit) -> int:
        """How many a unit takes, with those that hang on it."""
        more = {(spec.id, code): count for spec in unit.specs for code, count in self._more_in(spec).items()}
        own, tables = self._own(unit, self._printed.tables), self._printed.tables
        if unit.kind == "choices":
            chose = self._choosers(unit, tables)
            wanted = {spec.id: more.pop((spec.id, CHOSEN), 0) for spec in unit.specs[1:]}
            of_head = more.pop((unit.name, CHOSEN), 0)
            own += max(of_head, self._choosers(unit, tables, wanted) - chose)
        answered = self._answered(unit) if unit.is_conditional else self._printed.total
        return min(own + sum(more.values()), answered)

    def _more_in(self, spec: TableSpec) -> dict[str, int]:
        """By cell, how many those who hang on it take besides the newcomers who are in it anyway.

        The fewest cells are served first, and of them those that most others share.
        """
        wanted: dict[tuple[str, ...], int] = {}
        for unit in self._hanging.get(spec.id, ()):
            codes = unit.asked.codes if unit.asked else ()
            wanted[codes] = max(wanted.get(codes, 0), self._needed(unit))
        counts = dict(zip(spec.codes, self._printed.tables[spec.id], strict=True))
        own = {code: self._in(spec.id, (code,), self._printed.tables) for code in spec.codes} if wanted else {}
        more: dict[str, int] = {}
        for codes in sorted(wanted, key=len):
            lacking = wanted[codes] - sum(own[code] + more.get(code, 0) for code in codes)
            for code in sorted(codes, key=lambda code: -sum(code in others for others in wanted)):
                taken = max(0, min(lacking, counts[code] - own[code] - more.get(code, 0)))
                more[code], lacking = more.get(code, 0) + taken, lacking - taken
        return more

    def _answered(self, unit: Unit) -> int:
        tables = self._printed.tables
        if unit.kind == "ranking":
            return sum(tables[name][0] for name in unit.ids)
        return self._printed.total - tables[unit.name][-1]

    def _own(self, unit: Unit, tables: Tables) -> int:
        """Newcomers among those who answered one unit."""
        if unit.kind == "ranking":
            return sum(self._in(spec.id, spec.codes[:1], tables) for spec in unit.specs)
        return self._in(unit.name, unit.specs[0].codes, tables)

    def _in(self, table: str, codes: Sequence[str], tables: Tables) -> int:
        """Newcomers in some cells of a table."""
        spec, unit = self._printed.specs[table], self._home[table]
        counts = dict(zip(spec.codes, tables[table], strict=True))
        found = sum(counts[code] for code in codes if spec.code_since(code) >= self._version)
        is_head = unit.kind == "choices" and table == unit.name and CHOSEN in codes
        return found + (self._choosers(unit, tables) if is_head and spec.code_since(CHOSEN) < self._version else 0)

    def _choosers(self, unit: Unit, tables: Tables, wanted: Mapping[str, int] | None = None) -> int:
        """Newcomers among those who chose something: as few as can have chosen the newer options so often.

        ``wanted``: how many of those who chose an older option have to be newcomers.
        """
        chosen, pairs, variable = tables[unit.name][0], unit.specs[1:], unit.specs[0].variable
        least = {spec.id: (wanted or {}).get(spec.id, 0) for spec in pairs}
        least |= {spec.id: tables[spec.id][0] for spec in pairs if spec.code_since(CHOSEN) >= self._version}
        if not any(least.values()):
            return 0
        options = [
            Option(tables[spec.id][0], least[spec.id], spec.code_since(CHOSEN) >= self._version) for spec in pairs
        ]
        # With more newcomers than are needed it can be as well: what others chose, they could choose.
        numbers = range(max(least.values()), chosen, self._printed.base)
        place = bisect_left(
            numbers,
            True,
            key=lambda number: can_be_chosen(options, number, chosen - number, variable.least, variable.most),
        )
        return numbers[place] if place < len(numbers) else chosen

    def _is_crossed(self, unit: Unit) -> bool:
        crossed = [self._printed.specs[name] for name in self._printed.crosstabs]
        return unit.name in self._printed.crosstabs or any(spec.group == unit.name for spec in crossed)

    def _of_star(self, families: Sequence[Sequence[Unit]]) -> int:
        """Row by row, and then those whom the crossed tables' own families take and no row has."""
        heads = [family[0] for family in families]
        by_row = {head.name: [self._own(head, tables) for tables in self._rows_of(head)] for head in heads}
        rows: list[int] = [max(column) for column in zip(*by_row.values(), strict=True)]
        left = sum(self._left_of(head, rows, by_row[head.name]) for head in heads)
        return reduce(self._with_those_apart, families, sum(rows) + left)

    def _left_of(self, head: Unit, rows: Counts, own: Counts) -> int:
        """How many a crossed table's family takes besides the newcomers whom each row has anyway."""
        free = [_Row(tables, row - taken) for tables, row, taken in zip(self._rows_of(head), rows, own, strict=True)]
        left = 0
        for spec in head.specs:
            for code, more in self._more_in(spec).items():
                left += more - self._placed(spec, code, more, free)
        return left

    def _placed(self, spec: TableSpec, code: str, number: int, rows: Sequence[_Row]) -> int:
        """How many of those wanted in a cell can be newcomers whom the rows have anyway."""
        unit, placed = self._home[spec.id], 0
        is_option = unit.kind == "choices" and spec is not unit.specs[0] and code == CHOSEN
        for row in rows:
            older = row.tables[spec.id][spec.codes.index(code)] - self._in(spec.id, (code,), row.tables)
            most = min(number - placed, older)
            if is_option:
                placed += self._option_placed(unit, spec.id, most, row)
            else:
                taken = min(row.free, most)
                row.free -= taken
                placed += taken
        return placed

    def _option_placed(self, unit: Unit, option: str, most: int, row: _Row) -> int:
        """The same of those who chose an option: some of them chose newer options as well."""
        before = self._choosers(unit, row.tables, row.wanted)

        def more(number: int) -> int:
            return self._choosers(unit, row.tables, {**row.wanted, option: number}) - before

        numbers = range(0, most + 1, self._printed.base)
        number = numbers[bisect_right(numbers, row.free, key=more) - 1]
        row.free -= more(number)
        row.wanted[option] = number
        return number

    def _rows_of(self, unit: Unit) -> list[Tables]:
        """A crossed unit's tables in each row; of the group itself, the cells of the groups that stand there."""
        printed = self._printed
        if unit.name in printed.crosstabs:
            return [{name: printed.crosstabs[name][row] for name in unit.ids} for row in range(len(printed.rows))]
        cells = list(zip(printed.specs[unit.name].codes, printed.tables[unit.name], strict=True))
        return [{unit.name: [count if code in row else 0 for code, count in cells]} for row in printed.rows]


@dataclass(frozen=True)
class Option:
    """How many chose an option, at ``least`` so many of them newcomers; of one that ``is_newer``, all."""

    chosen: int
    least: int
    is_newer: bool


def can_be_chosen(options: Sequence[Option], newcomers: int, others: int, least: int, most: int) -> bool:
    """Whether so many people can choose each option so often, where each chooses ``least`` to ``most``.

    So many of one sort of people can if none of their options has more than they are, and all together have between
    ``least`` and ``most`` times as many (Gale and Ryser 1957). So what is asked for is a division of each option.
    """
    lows = [max(option.least, option.chosen - (0 if option.is_newer else others)) for option in options]
    highs = [min(option.chosen, newcomers) for option in options]
    together = sum(option.chosen for option in options)
    low = max(sum(lows), least * newcomers, together - most * others)
    high = min(sum(highs), most * newcomers, together - least * others)
    return all(map(le, lows, highs)) and low <= high
