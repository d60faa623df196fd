"""Exact counts of responses: internal, mergeable, pure. Nothing here may be shown to anybody but operators."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress, groupby

from chalicelib.questionnaire.codebook import CHOSEN, NO_ANSWER, NOT_CHOSEN, Codebook, Numbers, Variable
from chalicelib.questionnaire.conditions import comparisons
from chalicelib.questionnaire.routing import applies
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.responses.packing import Column, Layout
from chalicelib.tabulation.implications import Exclusion, exclusions_of
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.universe import Universe, universes_of

#: How many are in each cell of a table, by code.
Cells = Mapping[str, int]


@dataclass(frozen=True)
class TableSpec:
    """One table that is published: whoever was asked is in one of its cells, the last of which is that of no answer.

    Its part is the row of a matrix, the option of a ranking or of a multiple choice. ``universe``: of a conditional
    question, the cells of another table that hold who was asked. ``group``: the table that it is crossed with, None for
    most. ``exclusions``: what answers to it rule out of those to earlier questions.
    """

    id: TableId
    variable: Variable
    codes: tuple[str, ...]
    universe: Universe | None = None
    group: TableId | None = None
    exclusions: tuple[Exclusion, ...] = ()


@dataclass(frozen=True)
class Tally:
    """How many responses (``n``) and, by table and code, how many of them fall into each cell.

    Only who was asked is in a table: whose version of the questionnaire had it, and whom its conditions let through.
    Crosstabs have an entry for each group that anybody is in.
    """

    n: int
    counts: Mapping[TableId, Cells]

    @classmethod
    def empty(cls) -> Tally:
        """No responses."""
        return cls(0, {})

    def __add__(self, other: Tally) -> Tally:
        tables = self.counts.keys() | other.counts.keys()
        return Tally(self.n + other.n, {table: self._sum(other, table) for table in sorted(tables, key=str)})

    def _sum(self, other: Tally, table: TableId) -> Cells:
        mine, theirs = dict(self.counts.get(table, {})), other.counts.get(table, {})
        for code, count in theirs.items():
            mine[code] = mine.get(code, 0) + count
        return mine

    def table(self, spec: TableSpec) -> list[int]:
        """The cells of one table, in the order of its codes; they sum to the number of those asked."""
        return self._cells(spec.id, spec.codes)

    def crosstab(self, spec: TableSpec, group: TableSpec) -> list[list[int]]:
        """The cells of one table, a row for each code of ``group``; of those who were asked both."""
        return [self._cells(spec.id.in_group(code), spec.codes) for code in group.codes]

    def _cells(self, table: TableId, codes: Sequence[str]) -> list[int]:
        found = self.counts.get(table, {})
        return [found.get(code, 0) for code in codes]

    def of_everybody(self, specs: Sequence[TableSpec]) -> Tally:
        """The same with everybody in each of the tables: who was not asked stands under no answer."""
        found = {spec.id: _padded(spec, self.table(spec), self.n) for spec in specs}
        groups = {spec.id: spec for spec in specs}
        for spec in specs:
            if spec.group:
                rows = self.crosstab(spec, groups[spec.group])
                for (code, n), row in zip(found[spec.group].items(), rows, strict=True):
                    found[spec.id.in_group(code)] = _padded(spec, row, n)
        return replace(self, counts=found)

    def to_json(self) -> str:
        """A compact form for the store."""
        counts = {str(table): cells for table, cells in self.counts.items()}
        return json.dumps({"n": self.n, "counts": counts}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Tally:
        """The inverse of :meth:`to_json`."""
        found = json.loads(text)
        return cls(found["n"], {TableId.read(table): cells for table, cells in found["counts"].items()})


def _padded(spec: TableSpec, counts: Sequence[int], n: int) -> dict[str, int]:
    return dict(zip(spec.codes, [*counts[:-1], n - sum(counts[:-1])], strict=True))


def tables_of(codebook: Codebook, crosstabs: Crosstabs | None = None) -> list[TableSpec]:
    """The tables that a questionnaire version publishes, and what each is crossed with.

    Of a multiple choice: one that says whether anything was chosen, and a pair for each option that can be combined
    (disclosure, rule 5). Of text: answered or not; of the line beside "other": nothing, its option says it.
    Of consent: nothing, without it there is no response.
    """
    by = crosstabs.by if crosstabs else ()
    universes, exclusions = universes_of(codebook), exclusions_of(codebook)
    return [
        replace(
            table,
            universe=universes.get(variable.question_id),
            group=TableId(crosstabs.group) if crosstabs and variable.question_id in by else None,
            exclusions=exclusions.get(variable.id, ()),
        )
        for variable in codebook.variables
        if _is_published(variable)
        for table in _tables_of(variable)
    ]


def _tables_of(variable: Variable) -> Iterator[TableSpec]:
    if variable.form != "many":
        yield TableSpec(_id_of(variable), variable, (*variable.codes, NO_ANSWER))
        return
    alone = tuple(code for code in variable.codes if code in variable.exclusive)
    yield TableSpec(_id_of(variable), variable, (CHOSEN, *alone, NO_ANSWER))
    for code in variable.codes:
        if code not in variable.exclusive:
            yield TableSpec(TableId(variable.question_id, code), variable, (CHOSEN, NOT_CHOSEN))


def _id_of(variable: Variable) -> TableId:
    """Its table; of a multiple choice, that of whether anything was chosen."""
    return TableId(variable.question_id, variable.part)


def _is_published(variable: Variable) -> bool:
    is_specification = variable.form == "text" and variable.part is not None
    return not is_specification and variable.has_table


def tally_of(layout: Layout, blobs: Iterable[bytes], crosstabs: Crosstabs | None = None) -> Tally:
    """Count packed answers of one questionnaire version, each question of those who were asked it.

    The blobs are joined and each column is counted by slicing, which leaves the loop over responses to C. Raises
    ValueError or LookupError for one that no answers to this version have: of another length it would shift the rest.
    """
    everybody = list(blobs)
    if any(len(blob) != layout.width for blob in everybody):
        raise ValueError("answers are not as long as those to this version")
    published = [column for column in layout.columns if _is_published(column.variable)]
    group = next((column for column in published if crosstabs and column.variable.id == crosstabs.group), None)
    counts: dict[TableId, Cells] = {}
    for question, of_question in groupby(published, key=lambda column: column.variable.question_id):
        columns = list(of_question)
        joined = b"".join(_asked(columns[0].variable, layout, everybody))
        for column in columns:
            counts |= _count(column.variable, _values(_slices(column, layout.width, joined)))
            if crosstabs and group and question in crosstabs.by:
                counts |= _count_by_group(group, column, layout.width, joined)
    return Tally(len(everybody), counts)


def _asked(variable: Variable, layout: Layout, blobs: Sequence[bytes]) -> Iterable[bytes]:
    """Those of ``blobs`` whose respondents were asked ``variable``, as their answers tell."""
    if not variable.is_conditional:
        return blobs
    names = {leaf.question for tree in variable.conditions for leaf in comparisons(tree)}
    columns = [
        column for column in layout.columns if not names.isdisjoint({column.variable.id, column.variable.question_id})
    ]
    decisive = Layout.of(Codebook((), tuple(column.variable for column in columns)))
    joined = b"".join(blobs)
    given = list(zip(*(bits for column in columns for bits in _slices(column, layout.width, joined)), strict=True))
    is_asked = {each: applies(variable.conditions, decisive.unpack(bytes(each))) for each in set(given)}
    return compress(blobs, map(is_asked.__getitem__, given))


def _slices(column: Column, width: int, joined: bytes) -> list[bytes]:
    """The bytes of a column, one slice for each of its places in a blob."""
    return [joined[offset::width] for offset in range(column.offset, column.offset + column.width)]


def _values(slices: Sequence[bytes]) -> Mapping[int, int]:
    """How often each value of a column occurs."""
    if len(slices) == 1:
        return Counter(slices[0])
    return {_value(bits): count for bits, count in Counter(zip(*slices, strict=True)).items()}


def _value(bits: Sequence[int]) -> int:
    return int.from_bytes(bytes(bits), "little")


def _count(variable: Variable, values: Mapping[int, int]) -> dict[TableId, Cells]:
    """The tables of a variable. Raises ValueError or LookupError for a value that none of its answers has."""
    if variable.numbers:
        return {_id_of(variable): _count_bands(variable, variable.numbers, values)}
    is_many, highest = variable.form == "many", max(values, default=0)
    if (highest >> len(variable.codes)) if is_many else highest > len(variable.codes):
        raise ValueError("an answer that this version does not offer")
    if is_many:
        return _count_sets(variable, values)
    codes = {code: values.get(index, 0) for index, code in enumerate(variable.codes, start=1)}
    return {_id_of(variable): {**codes, NO_ANSWER: values.get(0, 0)}}


def _count_by_group(group: Column, column: Column, width: int, joined: bytes) -> dict[TableId, Cells]:
    """The tables of a variable, of each group alone."""
    found: dict[str, dict[int, int]] = {}
    slices = [*_slices(group, width, joined), *_slices(column, width, joined)]
    for bits, count in Counter(zip(*slices, strict=True)).items():
        values = found.setdefault(_group_code(group.variable, _value(bits[: group.width])), {})
        value = _value(bits[group.width :])
        values[value] = values.get(value, 0) + count
    return {
        table.in_group(code): counts
        for code, values in found.items()
        for table, counts in _count(column.variable, values).items()
    }


def _group_code(variable: Variable, value: int) -> str:
    """The cell of the variable's table that counts ``value``."""
    if not value:
        return NO_ANSWER
    numbers = variable.numbers
    return variable.codes[numbers.band(numbers.least + value - 1) if numbers else value - 1]


def _count_bands(variable: Variable, numbers: Numbers, values: Mapping[int, int]) -> Cells:
    counts = [0] * len(variable.codes)
    for value, count in values.items():
        if value:
            counts[numbers.band(numbers.least + value - 1)] += count
    return {**dict(zip(variable.codes, counts, strict=True)), NO_ANSWER: values.get(0, 0)}


def _count_sets(variable: Variable, sets: Mapping[int, int]) -> dict[TableId, Cells]:
    chosen = {
        code: sum(count for bits, count in sets.items() if bits >> index & 1)
        for index, code in enumerate(variable.codes)
    }
    n = sum(sets.values())
    alone = {code: chosen[code] for code in variable.codes if code in variable.exclusive}
    none = sets.get(0, 0)
    pairs = {
        TableId(variable.question_id, code): {CHOSEN: count, NOT_CHOSEN: n - count}
        for code, count in chosen.items()
        if code not in variable.exclusive
    }
    return {_id_of(variable): {CHOSEN: n - none - sum(alone.values()), **alone, NO_ANSWER: none}, **pairs}


def merged(tallies: Sequence[Tally]) -> Tally:
    """The sum of ``tallies``: the shards of a batch, or the versions of a questionnaire."""
    total = Tally.empty()
    for tally in tallies:
        total += tally
    return total
