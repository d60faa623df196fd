"""The numbered, immutable, public aggregate: all that pages and exports for analysts are made from (P8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from chalicelib.disclosure.policy import INVITED, Policy
from chalicelib.disclosure.protect import ProtectedBatch, ProtectedTable, Uncrossed, Unprinted
from chalicelib.publication.cells import (
    Cell,
    Public,
    Wording,
    and_then,
    everybody,
    of_earlier_editions,
    part_label_of,
    printed_cells,
    sum_of,
    summed,
    together,
)
from chalicelib.publication.crosstabs import Crosstab, Row, crosstabs_of
from chalicelib.questionnaire.codebook import VERSION


class Table(Public):
    """One printed table; its cells sum to ``base``: the printed responses of the editions that it covers.

    In truth they are ``base_at_least`` and ``base_at_most`` (each None where no limit is known). ``editions``: those in
    the totals, which are all that printed the table, and those before the version that brought it (``since``; None
    where the first had it), whose responses count as no answer; empty where an older release did not tell.
    ``conditional``: not everybody was asked, and who was not counts as no answer. ``asked``: how many of ``base`` were
    asked, as not everybody was of a newer question either, where printed numbers tell it; None where everybody was.
    """

    id: str
    question: str
    part: str | None
    kind: str
    label: Wording
    part_label: Wording | None
    base: int
    base_at_least: int | None = None
    base_at_most: int | None = None
    editions: tuple[int, ...] = ()
    asked: Cell | None = None
    cells: tuple[Cell, ...]
    since: int | None = None
    conditional: bool = False


class Omitted(Public):
    """A table that is not printed in this edition, and why; a crosstab where it names a ``group`` question.

    ``condition``: it is asked under a condition that no printed table tells the number of; ``few_asked``: fewer than
    about ``Policy.subgroup`` were asked; ``no_fit``: no rounding of it agrees with the other tables. Of a crosstab also
    ``few_groups``: so few are in all groups but one; ``unprinted``: one of the two tables that it crosses is not
    printed.
    """

    id: str
    question: str
    label: Wording
    part_label: Wording | None
    reason: str
    group: str | None = None
    group_label: Wording | None = None


class Release(Public):
    """One release. ``responses`` is the printed number of responses so far, ``edition_responses`` of this edition.

    In truth there are up to ``responses_at_most``, since every edition rounds their number down; None on an open link,
    and in releases that were stored before it was told.
    """

    survey: str
    number: int
    published_on: date
    policy: str
    rounding_base: int
    percentages_from: int
    #: Below this printed number of those asked nothing is printed of them.
    subgroup: int = INVITED.subgroup
    #: Whether chance changed every number before it was rounded: so on an open link.
    noise: bool = False
    synthetic: bool
    languages: tuple[str, ...]
    title: Wording
    responses: int
    responses_at_most: int | None = None
    edition_responses: int
    tables: tuple[Table, ...]
    crosstabs: tuple[Crosstab, ...] = ()
    omitted: tuple[Omitted, ...] = ()

    @property
    def method(self) -> str:
        """What was done to every number: "exact", "rounded", or "noise", which is rounded too."""
        if self.policy == "exact":
            return "exact"
        return "noise" if self.noise else "rounded"

    @property
    def rules(self) -> Mapping[str, int]:
        """The numbers of its policy that are told: what a printed ``base`` means, and a 0; how few are too few."""
        base = self.rounding_base
        return {"base": base, "below": base - 1, "most": 2 * base - 1, "subgroup": self.subgroup}

    @property
    def all_editions(self) -> tuple[int, ...]:
        """The numbers of the releases up to this one."""
        return tuple(range(1, self.number + 1))


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
    previous = _with_editions(previous) if previous else None
    tables = {table.spec.id: _table(table, batch, number, previous) for table in batch.tables}
    for table in previous.tables if previous else ():
        tables.setdefault(table.id, _kept(table))
    uncrossed = {left.id for left in previous.omitted if left.group} if previous else set()
    responses = batch.total + (previous.responses if previous else 0)
    return Release(
        survey=survey,
        number=number,
        published_on=published_on,
        policy=batch.policy.name,
        rounding_base=batch.policy.base,
        percentages_from=batch.policy.percentages_from,
        subgroup=batch.policy.subgroup,
        noise=batch.policy.noise > 0,
        synthetic=synthetic,
        languages=languages,
        title=title,
        responses=responses,
        responses_at_most=_at_most(responses, number, batch.policy),
        edition_responses=batch.total,
        tables=tuple(tables[name] for name in batch.order if name in tables),
        crosstabs=crosstabs_of(batch, number, previous.crosstabs if previous else (), uncrossed),
        omitted=(*map(_omitted, batch.unprinted), *map(_omitted, batch.uncrossed)),
    )


def _with_editions(release: Release) -> Release:
    """``release`` with the editions that its totals cover, which the first releases did not tell."""
    tables = [table.model_copy(update={"editions": editions_of(table, release)}) for table in release.tables]
    crosstabs = [each.model_copy(update={"editions": editions_of(each, release)}) for each in release.crosstabs]
    return release.model_copy(update={"tables": tuple(tables), "crosstabs": tuple(crosstabs)})


def editions_of(part: Table | Crosstab, release: Release) -> tuple[int, ...]:
    """The editions in the totals of ``part``; empty where a release from before they were told leaves it open."""
    return part.editions or (release.all_editions if part.base == release.responses else ())


def _at_most(responses: int, editions: int, policy: Policy) -> int | None:
    """How many they can be in truth: each edition's number is rounded down."""
    return None if policy.noise else responses + editions * (policy.base - 1)


@dataclass(frozen=True)
class _Earlier:
    """What the editions before tell of a table: its base, which of them that is of, its cells by code, who was asked.

    ``editions`` is None where no edition tells anything, and empty where it is not known which do.
    """

    base: int = 0
    editions: tuple[int, ...] | None = None
    cells: Mapping[str, Cell] = field(default_factory=dict)
    asked: Cell | None = None


def _table(protected: ProtectedTable, batch: ProtectedBatch, number: int, previous: Release | None) -> Table:
    spec, variable = protected.spec, protected.spec.variable
    printed = printed_cells(protected, protected.counts, batch.policy)
    earlier = _earlier(protected, printed[-1], batch.policy, previous) if previous else _Earlier()
    base = protected.total + earlier.base
    editions = (number,) if earlier.editions is None else and_then(earlier.editions, (number,))
    return Table(
        id=spec.id,
        question=variable.question_id,
        part=spec.part,
        kind=variable.kind,
        label=dict(variable.label),
        part_label=part_label_of(protected),
        base=base,
        base_at_least=None if batch.policy.noise else base,
        base_at_most=_at_most(base, len(editions), batch.policy) if editions else None,
        editions=editions,
        asked=_asked(protected, batch, earlier),
        cells=tuple(summed(cell, earlier.cells[cell.code]) if cell.code in earlier.cells else cell for cell in printed),
        since=spec.since,
        conditional=variable.is_conditional,
    )


def _asked(protected: ProtectedTable, batch: ProtectedBatch, earlier: _Earlier) -> Cell | None:
    """How many were asked so far: of a conditional question, or of those who met the version that brought it.

    None where everybody was, or no printed number tells.
    """
    tables = {table.spec.id: table for table in batch.tables}
    of, codes = _askers(protected, tables)
    if of is None:
        return None
    in_edition = together(codes, of, batch.policy).model_copy(update={"code": "asked"})
    if not earlier.base:
        return in_edition
    return summed(in_edition, earlier.asked) if earlier.asked else None


def _askers(
    protected: ProtectedTable, tables: Mapping[str, ProtectedTable]
) -> tuple[ProtectedTable | None, tuple[str, ...]]:
    """The printed table that tells who was asked, and which of its cells they are in."""
    # The options of a multiple choice are of those who were asked the question, newer ones as well.
    spec = tables.get(protected.spec.variable.id, protected).spec
    if asked := spec.asked:
        of = tables.get(asked.table or "")
        # Of those who gave the answer that leads to a newer question, some met a version without it.
        return (of, asked.codes) if of and (spec.since or 0) <= (of.spec.since or 0) else (None, ())
    versions, since = tables.get(VERSION), spec.since
    if versions is None or not since:
        return None, ()
    return versions, tuple(code for code in versions.spec.codes if int(code) >= since)


def _earlier(protected: ProtectedTable, last: Cell, policy: Policy, previous: Release) -> _Earlier:
    """What ``previous`` tells of a table; ``last``: the cell that counts who gave no answer."""
    spec, tables = protected.spec, {table.id: table for table in previous.tables}
    if table := tables.get(spec.id):
        asked = of_earlier_editions(table.asked) if table.asked else None
        cells = {cell.code: of_earlier_editions(cell) for cell in table.cells}
        return _Earlier(table.base, table.editions, cells, asked)
    omitted = [left for left in previous.omitted if not left.group]
    was_left_out = spec.id in {left.id for left in omitted}
    sibling = next((table for table in previous.tables if table.question == spec.variable.question_id), None)
    # The tables of a multiple choice are printed together or not at all, so a newer one has the base of the others.
    if sibling and (spec.variable.form == "many" or not was_left_out):
        asked = sibling.asked if spec.variable.form == "many" else _nobody(policy)
        return _unanswered(last, sibling.base, sibling.editions, policy, asked)
    # Releases with something newer, but no table of versions, are from before versions were counted.
    is_untold = spec.id == VERSION and any(_is_newer(table) for table in previous.tables)
    if was_left_out or is_untold or spec.variable.question_id in {left.question for left in omitted}:
        return _Earlier()
    # The question is newer than the editions before: who answered then did not answer it.
    return _unanswered(last, previous.responses, previous.all_editions, policy, _nobody(policy))


def _is_newer(table: Table) -> bool:
    """Whether a later version brought it, or one of its codes."""
    return bool(table.since) or any(cell.since for cell in table.cells)


def _nobody(policy: Policy) -> Cell:
    """How many were asked in editions before the version that brought the question."""
    none = None if policy.noise else 0
    return Cell(code="asked", label=None, count=0, edition_count=None, at_least=none, at_most=none)


def _unanswered(
    last: Cell, base: int, editions: tuple[int, ...], policy: Policy, asked: Cell | None = None
) -> _Earlier:
    at_least = None if policy.noise else base
    at_most = _at_most(base, len(editions), policy) if editions else None
    cells = {last.code: everybody(last, base, at_least, at_most)}
    return _Earlier(base, editions, cells, of_earlier_editions(asked) if asked else None)


def _kept(table: Table) -> Table:
    """The totals of a table that this edition does not print."""
    asked = of_earlier_editions(table.asked) if table.asked else None
    return table.model_copy(update={"cells": tuple(map(of_earlier_editions, table.cells)), "asked": asked})


def _omitted(left_out: Unprinted | Uncrossed) -> Omitted:
    spec = left_out.spec
    group = left_out.group.variable if isinstance(left_out, Uncrossed) else None
    return Omitted(
        id=spec.id,
        question=spec.variable.question_id,
        label=dict(spec.variable.label),
        part_label=part_label_of(left_out),
        reason=left_out.reason,
        group=group.question_id if group else None,
        group_label=dict(group.label) if group else None,
    )


def whole(of: Table | Row) -> int:
    """What percentages are of: those asked, where that is told, else everybody in the table or the row."""
    return of.asked.count if isinstance(of, Table) and of.asked else of.base


def cells_of(table: Table) -> tuple[Cell, ...]:
    """The cells of those asked, which sum to :func:`whole`: who was not asked is taken from who gave no answer."""
    return (*table.cells[:-1], _of_asked(table.cells[-1], table)) if table.asked else table.cells


def _of_asked(last: Cell, table: Table) -> Cell:
    """``last`` without those who were not asked; made of printed numbers, it is farther off than they are."""
    if table.asked is None:
        return last
    in_edition = None
    if last.edition_count is not None and table.asked.edition_count is not None:
        edition_base = sum(cell.edition_count or 0 for cell in table.cells)
        in_edition = max(0, last.edition_count - edition_base + table.asked.edition_count)
    changes = {
        "count": max(0, last.count - table.base + table.asked.count),
        "edition_count": in_edition,
        "at_least": _difference(sum_of(last.at_least, table.asked.at_least), table.base_at_most),
        "at_most": _difference(sum_of(last.at_most, table.asked.at_most), table.base_at_least),
    }
    return last.model_copy(update=changes)


def _difference(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else max(0, first - second)


def percentage(cell: Cell, of: Table | Row, release: Release) -> float | None:
    """``cell`` in per cent of :func:`whole`, to one decimal; None where that is below the base for percentages."""
    base = whole(of)
    if not base or base < release.percentages_from:
        return None
    return round(100 * cell.count / base, 1)
