"""The numbered, immutable, public aggregate: all that pages and exports for analysts are made from (P8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict

from chalicelib.disclosure.protect import ProtectedBatch, ProtectedTable, Unprinted

Wording = dict[str, str]


class _Public(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cell(_Public):
    """One printed number: ``count`` over all editions so far, ``edition_count`` in this one (None: not printed in it).

    ``label`` is the author's wording by language; None where the interface has the words ("no answer"). ``since``:
    the questionnaire version that brought the code, None where the table always had it.
    """

    code: str
    label: Wording | None
    count: int
    edition_count: int | None
    since: int | None = None


class Table(_Public):
    """One printed table; its cells sum to ``base``, in every table of a release the same number.

    ``since``: the questionnaire version that brought it, None where the first had it. ``conditional``: not everybody
    was asked, and who was not counts as no answer.
    """

    id: str
    question: str
    part: str | None
    kind: str
    label: Wording
    part_label: Wording | None
    base: int
    cells: tuple[Cell, ...]
    since: int | None = None
    conditional: bool = False


class Omitted(_Public):
    """A table that is not printed in this edition, and why.

    ``condition``: it is asked under a condition that no printed table tells the number of; ``few_asked``: fewer than 20
    were asked; ``no_fit``: no rounding of it agrees with the other tables.
    """

    id: str
    question: str
    label: Wording
    part_label: Wording | None
    reason: str


class Release(_Public):
    """One release. ``responses`` is the printed number of responses so far, ``edition_responses`` of this edition."""

    survey: str
    number: int
    published_on: date
    policy: str
    rounding_base: int
    percentages_from: int
    #: Whether chance changed every number before it was rounded: so on an open link.
    noise: bool = False
    synthetic: bool
    languages: tuple[str, ...]
    title: Wording
    responses: int
    edition_responses: int
    tables: tuple[Table, ...]
    omitted: tuple[Omitted, ...] = ()


def make_release(
    batch: ProtectedBatch,
    previous: Release | None,
    *,
    survey: str,
    number: int,
    published_on: date,
    languages: tuple[str, ...],
    title: Wording,
    synthetic: bool,
) -> Release:
    """The release of ``batch``. Totals are sums of printed numbers, so they tell nothing that was not printed."""
    tables = {table.spec.id: _table(table, previous) for table in batch.tables}
    for table in previous.tables if previous else ():
        tables.setdefault(table.id, _kept(table))
    return Release(
        survey=survey,
        number=number,
        published_on=published_on,
        policy=batch.policy.name,
        rounding_base=batch.policy.base,
        percentages_from=batch.policy.percentages_from,
        noise=batch.policy.noise > 0,
        synthetic=synthetic,
        languages=languages,
        title=title,
        responses=batch.total + (previous.responses if previous else 0),
        edition_responses=batch.total,
        tables=tuple(tables[name] for name in batch.order if name in tables),
        omitted=tuple(_omitted(unprinted) for unprinted in batch.unprinted),
    )


def _table(protected: ProtectedTable, previous: Release | None) -> Table:
    spec, variable = protected.spec, protected.spec.variable
    base, earlier = _earlier(protected, previous)
    cells = tuple(
        Cell(
            code=code,
            label=_label(variable.labels, code),
            count=count + earlier.get(code, 0),
            edition_count=count,
            since=spec.codes_since.get(code),
        )
        for code, count in zip(spec.codes, protected.counts, strict=True)
    )
    return Table(
        id=spec.id,
        question=variable.question_id,
        part=spec.part,
        kind=variable.kind,
        label=dict(variable.label),
        part_label=_part_label(protected),
        base=protected.total + base,
        cells=cells,
        since=spec.since,
        conditional=variable.is_conditional,
    )


def _earlier(protected: ProtectedTable, previous: Release | None) -> tuple[int, Mapping[str, int]]:
    """The base and the counts of a table in the editions before."""
    spec = protected.spec
    if previous is None:
        return 0, {}
    for table in previous.tables:
        if table.id == spec.id:
            return table.base, {cell.code: cell.count for cell in table.cells}
    if spec.id in {omitted.id for omitted in previous.omitted}:
        return 0, {}
    # The question is newer than the editions before: who answered then did not answer it.
    return previous.responses, {spec.codes[-1]: previous.responses}


def _kept(table: Table) -> Table:
    """The totals of a table that this edition does not print."""
    cells = tuple(cell.model_copy(update={"edition_count": None}) for cell in table.cells)
    return table.model_copy(update={"cells": cells})


def _omitted(unprinted: Unprinted) -> Omitted:
    spec = unprinted.spec
    return Omitted(
        id=spec.id,
        question=spec.variable.question_id,
        label=dict(spec.variable.label),
        part_label=_part_label(unprinted),
        reason=unprinted.reason,
    )


def _part_label(table: ProtectedTable | Unprinted) -> Wording | None:
    variable, part = table.spec.variable, table.spec.part
    if part is None:
        return None
    return dict(variable.part_label) if variable.part_label else _label(variable.labels, part)


def _label(labels: Mapping[str, Mapping[str, str]], code: str) -> Wording | None:
    return dict(labels[code]) if code in labels else None


def percentage(cell: Cell, table: Table, release: Release) -> float | None:
    """``cell`` in per cent of its base, to one decimal, from printed numbers only; None below the base for that."""
    if not table.base or table.base < release.percentages_from:
        return None
    return round(100 * cell.count / table.base, 1)
