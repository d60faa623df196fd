"""Exact counts of responses: internal, mergeable, pure. Nothing here may be shown to anybody but operators."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.questionnaire.codebook import (
    CHOSEN,
    NO_ANSWER,
    NOT_CHOSEN,
    VERSION,
    Asked,
    Codebook,
    Numbers,
    Variable,
)
from chalicelib.questionnaire.definition import Crosstabs
from chalicelib.responses.packing import Column, Layout

Counts = Mapping[str, int]


@dataclass(frozen=True)
class TableSpec:
    """One table that is published: its cells partition the responses, so that they always sum to n.

    ``part`` is the row of a matrix, the option of a ranking or of a multiple choice. ``since``: the version that
    brought it, None where it was there from the first; ``codes_since``: the same for codes that came later than it.
    ``asked``: of a conditional question, the cells of another table that hold who was asked. ``group``: the id of the
    table that it is crossed with, None for most.
    """

    id: str
    variable: Variable
    part: str | None
    codes: tuple[str, ...]
    since: int | None = None
    codes_since: Mapping[str, int] = field(default_factory=dict)
    asked: Asked | None = None
    group: str | None = None

    def code_since(self, code: str) -> int:
        """The version that people must have met to be in a cell; 0 for any. In the last are those who met none."""
        return 0 if code == self.codes[-1] else max(self.since or 0, self.codes_since.get(code, 0))


def id_in_group(table: str, group_code: str) -> str:
    """The id under which ``table`` is counted of those who are in one group alone."""
    return f"{table}@{group_code}"


@dataclass(frozen=True)
class Tally:
    """How many responses (``n``) and, by table id and code, how many of them fall into each cell.

    Crosstabs have an entry for each group that anybody is in, see :func:`id_in_group`. Under ``VERSION``: how many met
    each version, by its number; who is missing there met the first.
    """

    n: int
    counts: Mapping[str, Counts]

    @classmethod
    def empty(cls) -> Tally:
        """No responses."""
        return cls(0, {})

    def __add__(self, other: Tally) -> Tally:
        tables = self.counts.keys() | other.counts.keys()
        return Tally(self.n + other.n, {table: self._sum(other, table) for table in sorted(tables)})

    def _sum(self, other: Tally, table: str) -> Counts:
        mine, theirs = dict(self.counts.get(table, {})), other.counts.get(table, {})
        for code, count in theirs.items():
            mine[code] = mine.get(code, 0) + count
        return mine

    def table(self, spec: TableSpec) -> list[int]:
        """The cells of one table, in the order of its codes. Who met a version without it did not answer."""
        found = self.counts.get(spec.id, {})
        return _filled(spec, _by_bringer(spec, found) if spec.id == VERSION else found, self.n)

    def of_version(self, number: int) -> Tally:
        """The same of people who all met one version of the questionnaire."""
        return replace(self, counts={**self.counts, VERSION: {str(number): self.n}})

    def crosstab(self, spec: TableSpec, group: TableSpec) -> list[list[int]]:
        """The cells of one table, a row for each code of ``group``."""
        return [
            _filled(spec, self.counts.get(id_in_group(spec.id, code), {}), n)
            for code, n in zip(group.codes, self.table(group), strict=True)
        ]

    def to_json(self) -> str:
        """A compact form for the store."""
        return json.dumps({"n": self.n, "counts": self.counts}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Tally:
        """The inverse of :meth:`to_json`."""
        found = json.loads(text)
        return cls(found["n"], found["counts"])


def _filled(spec: TableSpec, found: Counts, n: int) -> list[int]:
    counts = [found.get(code, 0) for code in spec.codes]
    counts[-1] += n - sum(counts)
    return counts


def _by_bringer(spec: TableSpec, found: Counts) -> Counts:
    """Versions that brought nothing to be printed are counted with the one before them that did."""
    counts = dict.fromkeys(spec.codes, 0)
    for number, count in found.items():
        counts[next(code for code in spec.codes if code == spec.codes[-1] or int(code) <= int(number))] += count
    return counts


def tables_of(codebook: Codebook, crosstabs: Crosstabs | None = None) -> list[TableSpec]:
    """The tables that a survey publishes, fixed when it opens, and what each is crossed with.

    Of a multiple choice: one that says whether anything was chosen, and a pair for each option that can be combined
    (design, section 8, rule 5). Of text: answered or not; of the line beside "other": nothing, its option says it.
    Of consent: nothing, without it there is no response. Last, where later versions brought some of this: how many met
    which.
    """
    by = crosstabs.by if crosstabs else ()
    tables = [
        replace(
            table,
            asked=codebook.asked.get(variable.question_id),
            group=crosstabs.group if crosstabs and variable.question_id in by else None,
        )
        for variable in codebook.variables
        for table in _tables_of(variable, codebook)
    ]
    return [*tables, *_table_of_versions(tables, codebook)]


def _table_of_versions(tables: Sequence[TableSpec], codebook: Codebook) -> Iterator[TableSpec]:
    """The first version comes last: tallies that were counted before there was another do not name it."""
    later = {number for table in tables for number in (table.since, *table.codes_since.values()) if number}
    if later:
        codes = (*(str(number) for number in sorted(later, reverse=True)), str(codebook.first))
        labels = {code: dict.fromkeys(codebook.languages, code) for code in codes}
        yield TableSpec(
            VERSION, Variable(VERSION, VERSION, None, "version", "one", codes, {}, None, labels), None, codes
        )


def _tables_of(variable: Variable, codebook: Codebook) -> Iterator[TableSpec]:
    if not _is_published(variable):
        return
    since = codebook.variable_since(variable)
    found = {code: codebook.code_since(variable, code) for code in variable.codes}
    codes_since = {code: number for code, number in found.items() if number}
    if variable.form != "many":
        yield TableSpec(variable.id, variable, variable.part, (*variable.codes, NO_ANSWER), since, codes_since)
        return
    alone = tuple(code for code in variable.codes if code in variable.exclusive)
    of_alone = {code: number for code, number in codes_since.items() if code in alone}
    yield TableSpec(variable.id, variable, None, (CHOSEN, *alone, NO_ANSWER), since, of_alone)
    for code in variable.codes:
        if code not in variable.exclusive:
            yield TableSpec(f"{variable.id}.{code}", variable, code, (CHOSEN, NOT_CHOSEN), found[code] or since)


def _is_published(variable: Variable) -> bool:
    is_specification = variable.form == "text" and variable.part is not None
    return not is_specification and variable.kind != "consent"


def tally_of(layout: Layout, blobs: Iterable[bytes], crosstabs: Crosstabs | None = None) -> Tally:
    """Count packed answers of one questionnaire version.

    The blobs are joined and each column is counted by slicing, which leaves the loop over responses to C.
    """
    joined = b"".join(blobs)
    n = len(joined) // layout.width if layout.width else 0
    published = [column for column in layout.columns if _is_published(column.variable)]
    counts: dict[str, Counts] = {}
    for column in published:
        counts |= _count(column.variable, _values(_slices(column, layout.width, joined)))
    if crosstabs:
        group = next((column for column in published if column.variable.id == crosstabs.group), None)
        for column in (column for column in published if column.variable.question_id in crosstabs.by):
            counts |= _count_by_group(group, column, layout.width, joined)
    return Tally(n, counts)


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


def _count(variable: Variable, values: Mapping[int, int]) -> dict[str, Counts]:
    """The tables of a variable, by id."""
    if variable.form == "many":
        return _count_sets(variable, values)
    if variable.numbers:
        return {variable.id: _count_bands(variable, variable.numbers, values)}
    codes = {code: values.get(index, 0) for index, code in enumerate(variable.codes, start=1)}
    return {variable.id: {**codes, NO_ANSWER: values.get(0, 0)}}


def _count_by_group(group: Column | None, column: Column, width: int, joined: bytes) -> dict[str, Counts]:
    """The tables of a variable, of each group alone; in a version without the group's question nobody answered it."""
    slices = _slices(column, width, joined)
    of_group = _slices(group, width, joined) if group else []
    found: dict[str, dict[int, int]] = {}
    for bits, count in Counter(zip(*of_group, *slices, strict=True)).items():
        code = _group_code(group.variable, _value(bits[: group.width])) if group else NO_ANSWER
        values = found.setdefault(code, {})
        value = _value(bits[len(of_group) :])
        values[value] = values.get(value, 0) + count
    return {
        id_in_group(table, code): counts
        for code, values in found.items()
        for table, counts in _count(column.variable, values).items()
    }


def _group_code(variable: Variable, value: int) -> str:
    """The cell of the variable's table that counts ``value``."""
    if not value:
        return NO_ANSWER
    numbers = variable.numbers
    return variable.codes[numbers.band(numbers.least + value - 1) if numbers else value - 1]


def _count_bands(variable: Variable, numbers: Numbers, values: Mapping[int, int]) -> Counts:
    counts = [0] * len(variable.codes)
    for value, count in values.items():
        if value:
            counts[numbers.band(numbers.least + value - 1)] += count
    return {**dict(zip(variable.codes, counts, strict=True)), NO_ANSWER: values.get(0, 0)}


def _count_sets(variable: Variable, sets: Mapping[int, int]) -> dict[str, Counts]:
    chosen = {
        code: sum(count for bits, count in sets.items() if bits >> index & 1)
        for index, code in enumerate(variable.codes)
    }
    n = sum(sets.values())
    alone = {code: chosen[code] for code in variable.codes if code in variable.exclusive}
    none = sets.get(0, 0)
    pairs = {
        f"{variable.id}.{code}": {CHOSEN: count, NOT_CHOSEN: n - count}
        for code, count in chosen.items()
        if code not in variable.exclusive
    }
    return {variable.id: {CHOSEN: n - none - sum(alone.values()), **alone, NO_ANSWER: none}, **pairs}


def merged(tallies: Sequence[Tally]) -> Tally:
    """The sum of ``tallies``: the shards of a batch, or the versions of a questionnaire."""
    total = Tally.empty()
    for tally in tallies:
        total += tally
    return total
