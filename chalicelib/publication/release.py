"""The numbered, immutable, public aggregate: all that pages and exports for analysts are made from (P8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from chalicelib.disclosure.policy import EXACT, INVITED, Policy
from chalicelib.disclosure.protected import ProtectedBatch, ProtectedTable, SuppressedCrosstab, SuppressedTable
from chalicelib.publication.about import About
from chalicelib.publication.cells import (
    SIDE_BY_SIDE,
    Cell,
    Public,
    Text,
    asked_of,
    kept_editions,
    last_editions,
    limits_of_total,
    of_earlier_editions,
    part_label_of,
    printed_cells,
    side_by_side,
    sum_of,
    summed,
)
from chalicelib.publication.crosstabs import Crosstab, GroupRow, crosstabs_of


class FrequencyTable(Public):
    """One printed table; its cells sum to ``base``: the printed responses of the editions that it covers.

    In truth they are ``base_at_least`` and ``base_at_most`` (None where no limit is known). ``releases``: how many
    editions are in the totals; ``editions``: the numbers of the last of them, which cells hold side by side.
    ``conditional``: not everybody was asked. Under ``exact`` the table is of those asked alone. Otherwise who was not
    asked counts as no answer, and ``asked`` is how many of ``base`` were.
    """

    id: str
    question: str
    part: str | None
    kind: str
    label: Text
    part_label: Text | None
    base: int
    base_at_least: int | None
    base_at_most: int | None
    releases: int
    editions: tuple[int, ...]
    asked: Cell | None = None
    cells: tuple[Cell, ...]
    conditional: bool


class Suppressed(Public):
    """A table that is not printed in this edition, and why; a crosstab where it names a ``group`` question.

    ``condition``: it is asked under a condition that no printed table tells the number of; ``few_asked``: fewer than
    about ``Policy.subgroup`` were asked; ``few_groups``: so few are in all groups of a crosstab but one. ``no_fit``: no
    rounding of a ranking or a crosstab agrees with the other tables, or the lot left it out.
    """

    id: str
    question: str
    label: Text
    part_label: Text | None
    reason: str
    group: str | None = None
    group_label: Text | None = None


class Edition(Public):
    """When an edition was published, and the number of responses that it printed.

    ``began`` and ``ended``: the first and the last month of answers, as "2026-03"; None in releases from before they
    were told.
    """

    number: int
    published_on: date
    responses: int
    began: str | None = None
    ended: str | None = None


class Release(About):
    """One release. ``responses`` is the printed number of responses so far, ``edition_responses`` of this edition.

    In truth there are up to ``responses_at_most``, since every edition rounds their number down; None on an open link,
    where noise comes first, so that it can be too high as well.
    ``editions``: the last of them, this one included.
    """

    number: int
    published_on: date
    #: The first month in which any edition took answers, as "2026-03".
    began: str | None = None
    policy: str
    rounding_base: int
    percentages_from: int
    #: Below this base a share is a range; releases that were made before it was one go on as they were.
    shares_from: int = EXACT.shares_from
    #: Below this printed number of those asked nothing is printed of them.
    subgroup: int = INVITED.subgroup
    #: Whether chance changed every number before it was rounded: so on an open link.
    noise: bool = False
    responses: int
    responses_at_most: int | None
    edition_responses: int
    editions: tuple[Edition, ...]
    tables: tuple[FrequencyTable, ...]
    crosstabs: tuple[Crosstab, ...] = ()
    omitted: tuple[Suppressed, ...] = ()

    @property
    def rounds(self) -> int:
        """How many editions have been printed: a release that adds themes has the numbers of the one before it."""
        return self.number - self.adds_themes

    @property
    def adds_themes(self) -> bool:
        """Whether it is the release before it once more, with the themes of what people wrote."""
        return bool(self.themes)

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


def make_release(
    batch: ProtectedBatch,
    previous: Release | None,
    about: About,
    *,
    number: int,
    published_on: date,
    months: tuple[str, str] | None = None,
) -> Release:
    """The release of ``batch``, the edition ``number``; ``previous`` is the release of the edition before it.

    ``months``: the first and the last in which the edition took answers.
    """
    policy, earlier = batch.policy, _continued(previous, batch) if previous else {}
    kept = kept_editions(sum(len(each.spec.codes) for each in _counted(batch)))
    began, ended = months or (None, None)
    edition = Edition(number=number, published_on=published_on, responses=batch.total, began=began, ended=ended)
    crosstabs = [each for each in previous.crosstabs if {each.table, each.group} <= earlier.keys()] if previous else []
    return Release(
        **dict(about),
        number=number,
        published_on=published_on,
        began=previous.began if previous else began,
        policy=policy.name,
        rounding_base=policy.rounding_base,
        percentages_from=policy.percentages_from,
        shares_from=policy.shares_from,
        subgroup=policy.subgroup,
        noise=policy.noise > 0,
        responses=batch.total + (previous.responses if previous else 0),
        responses_at_most=sum_of(_at_most(batch.total, policy), previous.responses_at_most if previous else 0),
        edition_responses=batch.total,
        editions=(*(previous.editions if previous else ()), edition)[-kept:],
        tables=tuple(with_last_editions(table, kept) for table in _tables(batch, number, earlier)),
        crosstabs=crosstabs_of(batch, number, crosstabs, kept),
        omitted=(*map(_suppressed, batch.suppressed), *map(_suppressed, batch.suppressed_crosstabs)),
    )


def _at_most(printed: int, policy: Policy) -> int | None:
    """How many responses an edition can have in truth: their number is rounded down."""
    return None if policy.noise else limits_of_total(printed, policy).most


def _continued(previous: Release, batch: ProtectedBatch) -> dict[str, FrequencyTable]:
    """By id, what earlier editions printed of the questions that ``batch`` has as well.

    Of rounded numbers only where a question has the same tables with the same codes: else its totals start anew. Exact
    ones go on, since an ``exact`` survey only ever adds to a question.
    """
    counted = {str(each.spec.id): each for each in _counted(batch)}
    tables = {table.id: _kept(table) for table in previous.tables if table.id in counted}
    if batch.policy.rounding_base == 1:
        return tables
    now = _ids((each.spec.variable.question_id, name) for name, each in counted.items())
    told: tuple[FrequencyTable | Suppressed, ...] = (*previous.tables, *previous.omitted)
    then = _ids((each.question, each.id) for each in told)
    changed = {question for question, ids in then.items() if ids != now[question]}
    changed |= {table.question for name, table in tables.items() if not _is_same(table, counted[name])}
    return {name: table for name, table in tables.items() if table.question not in changed}


def _counted(batch: ProtectedBatch) -> tuple[ProtectedTable | SuppressedTable, ...]:
    return (*batch.tables, *batch.suppressed)


def _is_same(table: FrequencyTable, counted: ProtectedTable | SuppressedTable) -> bool:
    codes, spec = tuple(cell.code for cell in table.cells), counted.spec
    return codes == spec.codes and table.conditional == spec.variable.is_conditional


def _ids(tables: Iterable[tuple[str, str]]) -> defaultdict[str, set[str]]:
    """The ids of the tables of each question."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for question, name in tables:
        found[question].add(name)
    return found


def _kept(table: FrequencyTable) -> FrequencyTable:
    """The totals of a table as the next edition finds them."""
    asked = of_earlier_editions(table.asked) if table.asked else None
    return table.model_copy(update={"cells": tuple(map(of_earlier_editions, table.cells)), "asked": asked})


def _tables(batch: ProtectedBatch, number: int, earlier: dict[str, FrequencyTable]) -> tuple[FrequencyTable, ...]:
    """In the order of the questionnaire; what this edition does not print keeps its totals."""
    found = dict(earlier)
    for protected in batch.tables:
        this = _table(protected, batch, number)
        found[this.id] = _with_earlier(this, earlier[this.id]) if this.id in earlier else this
    return tuple(found[name] for name in map(str, batch.order) if name in found)


def _table(protected: ProtectedTable, batch: ProtectedBatch, number: int) -> FrequencyTable:
    """What one edition prints."""
    spec, variable, policy = protected.spec, protected.spec.variable, batch.policy
    total, asked = limits_of_total(protected.total, policy), asked_of(protected, batch.tables, policy)
    return FrequencyTable(
        id=str(spec.id),
        question=variable.question_id,
        part=spec.id.part,
        kind=variable.kind,
        label=dict(variable.label),
        part_label=part_label_of(protected),
        base=protected.total,
        base_at_least=None if policy.noise else total.least,
        base_at_most=None if policy.noise else total.most,
        releases=1,
        editions=(number,),
        asked=side_by_side(asked, policy) if asked else None,
        cells=tuple(side_by_side(cell, policy) for cell in printed_cells(protected, protected.counts, total, policy)),
        conditional=variable.is_conditional,
    )


def _with_earlier(this: FrequencyTable, earlier: FrequencyTable) -> FrequencyTable:
    before = {cell.code: cell for cell in earlier.cells}
    changes = {
        "base": this.base + earlier.base,
        "base_at_least": sum_of(this.base_at_least, earlier.base_at_least),
        "base_at_most": sum_of(this.base_at_most, earlier.base_at_most),
        "releases": earlier.releases + 1,
        "editions": (*earlier.editions, *this.editions),
        "asked": summed(this.asked, earlier.asked) if this.asked and earlier.asked else None,
        "cells": tuple(summed(cell, before.get(cell.code) or _nobody(cell, earlier)) for cell in this.cells),
    }
    return this.model_copy(update=changes)


def with_last_editions(table: FrequencyTable, kept: int) -> FrequencyTable:
    """``table`` with the last ``kept`` of the editions that it has side by side."""
    changes = {
        "editions": table.editions[-kept:],
        "asked": last_editions(table.asked, kept) if table.asked else None,
        "cells": tuple(last_editions(cell, kept) for cell in table.cells),
    }
    return table.model_copy(update=changes)


def _nobody(cell: Cell, earlier: FrequencyTable) -> Cell:
    """An exact answer that could not be given yet: nobody gave it."""
    nobody = {"count": 0, "edition_count": None, "at_least": 0, "at_most": 0}
    return cell.model_copy(update={**nobody, "by_edition": tuple(0 for _ in earlier.editions)})


def _suppressed(table: SuppressedTable | SuppressedCrosstab) -> Suppressed:
    spec = table.spec
    group = table.group.variable if isinstance(table, SuppressedCrosstab) else None
    return Suppressed(
        id=str(spec.id),
        question=spec.variable.question_id,
        label=dict(spec.variable.label),
        part_label=part_label_of(table),
        reason=table.reason.value,
        group=group.question_id if group else None,
        group_label=dict(group.label) if group else None,
    )


def denominator(of: FrequencyTable | GroupRow) -> int:
    """What percentages are of: those asked, where that is told, else everybody in the table or the row."""
    return of.asked.count if isinstance(of, FrequencyTable) and of.asked else of.base


def cells_of(of: FrequencyTable | GroupRow) -> tuple[Cell, ...]:
    """The cells of those asked, which sum to :func:`denominator`: others are taken from who gave no answer."""
    if isinstance(of, FrequencyTable) and of.asked:
        return (*of.cells[:-1], _of_asked(of.cells[-1], of))
    return of.cells


def _of_asked(last: Cell, table: FrequencyTable) -> Cell:
    """``last`` without those who were not asked; made of printed numbers, it is farther off than they are."""
    if table.asked is None:
        return last
    in_edition = None
    if last.edition_count is not None and table.asked.edition_count is not None:
        edition_base = sum(cell.edition_count or 0 for cell in table.cells)
        in_edition = last.edition_count - edition_base + table.asked.edition_count
    changes = {
        "count": last.count - table.base + table.asked.count,
        "edition_count": in_edition,
        "at_least": _difference(sum_of(last.at_least, table.asked.at_least), table.base_at_least),
        "at_most": _difference(sum_of(last.at_most, table.asked.at_most), table.base_at_most),
        **dict.fromkeys(SIDE_BY_SIDE, ()),
    }
    return last.model_copy(update=changes)


def _difference(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else max(0, first - second)
