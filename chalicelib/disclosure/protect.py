"""From exact tallies to what may be printed. Nothing else makes a :class:`ProtectedTable` (P8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from chalicelib.disclosure.checks import violations
from chalicelib.disclosure.crosstabs import GroupRows, Margins, PooledGroups
from chalicelib.disclosure.linked_tables import Counts, QuestionTables, linked_tables, question_tables
from chalicelib.disclosure.noisy_tables import Frame, geometric, noised
from chalicelib.disclosure.policy import Policy
from chalicelib.disclosure.protected import (
    ProtectedBatch,
    ProtectedCrosstab,
    ProtectedRow,
    ProtectedTable,
    SuppressedCrosstab,
    SuppressedTable,
    Suppression,
)
from chalicelib.disclosure.rounded_tables import rounded
from chalicelib.disclosure.rounding import KeyedRandom, rounded_total
from chalicelib.disclosure.suppression import NoFit, suppressed
from chalicelib.errors import ImpossibleTables
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import TableSpec, Tally


def printed_total(n: int, policy: Policy, rounding_key: bytes, batch: int) -> int:
    """The number of responses as it is printed: never rounded up; on an open link with noise."""
    noise = geometric(KeyedRandom(rounding_key, f"{batch}"), "n", policy.noise) if policy.noise else 0
    return rounded_total(max(0, n + noise), policy.rounding_base)


def protect(
    tally: Tally, specs: Sequence[TableSpec], policy: Policy, rounding_key: bytes, batch: int
) -> ProtectedBatch | None:
    """The tables of ``tally`` as ``policy`` lets them be printed, or None where too few answered for any.

    The same arguments give the same tables. Raises :class:`ImpossibleTables` rather than print what cannot be true.
    """
    total = printed_total(tally.n, policy, rounding_key, batch)
    if total < policy.threshold:
        return None
    if not policy.crosstabs:
        specs = [replace(spec, group=None) for spec in specs]
    if policy.rounding_base > 1:
        # Rounded and noisy tables are of everybody, so that they all sum to the printed total.
        tally = tally.of_everybody(specs)
    made = _Protector(tally, specs, policy, KeyedRandom(rounding_key, f"{batch}"), total).batch()
    if impossible := violations(made, specs):
        raise ImpossibleTables(f"Not printed, since it cannot be true: {'; '.join(impossible)}.")
    return made


@dataclass(frozen=True)
class _JointDraw:
    """What one draw of linked tables prints and suppresses."""

    tables: dict[TableId, ProtectedTable] = field(default_factory=dict)
    suppressed: list[SuppressedTable] = field(default_factory=list)
    crosstabs: list[ProtectedCrosstab] = field(default_factory=list)
    suppressed_crosstabs: list[SuppressedCrosstab] = field(default_factory=list)


@dataclass(frozen=True)
class _Drawn:
    """A question's printed tables, and its crosstabs if it has any."""

    tables: Sequence[Counts]
    crosstabs: Sequence[GroupRows] = ()


_Part = TypeVar("_Part", ProtectedTable, SuppressedTable, ProtectedCrosstab, SuppressedCrosstab)


class _Protector:
    """Makes the tables of one batch."""

    def __init__(
        self, tally: Tally, specs: Sequence[TableSpec], policy: Policy, random: KeyedRandom, total: int
    ) -> None:
        self._tally, self._policy, self._random, self._total = tally, policy, random, total
        self._specs = {spec.id: spec for spec in specs}

    def batch(self) -> ProtectedBatch:
        """All tables, in the order of the questionnaire."""
        parts = [self._protected(linked) for linked in linked_tables(question_tables([*self._specs.values()]))]
        return ProtectedBatch(
            self._policy,
            self._total,
            self._in_order(table for part in parts for table in part.tables.values()),
            self._in_order(each for part in parts for each in part.suppressed),
            tuple(self._specs),
            self._in_order(crosstab for part in parts for crosstab in part.crosstabs),
            self._in_order(each for part in parts for each in part.suppressed_crosstabs),
        )

    def _in_order(self, found: Iterable[_Part]) -> tuple[_Part, ...]:
        place = {table: place for place, table in enumerate(self._specs)}
        return tuple(sorted(found, key=lambda each: place[each.spec.id]))

    def _protected(self, linked: Sequence[QuestionTables]) -> _JointDraw:
        """The first joint draw that obeys every limit; what keeps there from being any is suppressed."""
        unfit: set[NoFit] = set()
        while True:
            failures: Counter[NoFit] = Counter()
            for number in range(self._policy.joint_draws):
                found = self._joint_draw(linked, unfit, number)
                if isinstance(found, _JointDraw):
                    return found
                failures[found] += 1
            unfit |= suppressed(linked, failures)

    def _joint_draw(
        self, linked: Sequence[QuestionTables], unfit: Collection[NoFit], number: int
    ) -> _JointDraw | NoFit:
        found = _JointDraw()
        for question in linked:
            eligible = self._eligible(question, found, unfit)
            if isinstance(eligible, Suppression):
                found.suppressed.extend(SuppressedTable(spec, eligible) for spec in question.specs)
                self._suppress_crosstabs(question, Suppression.MARGIN, found)
                continue
            groups = self._groups(question, found, unfit)
            if isinstance(groups, Suppression):
                self._suppress_crosstabs(question, groups, found)
                groups = None
            drawn = self._drawn(question, eligible, groups, number)
            if isinstance(drawn, NoFit):
                return drawn
            self._print(question, drawn, groups, found)
        return found

    def _eligible(self, question: QuestionTables, found: _JointDraw, unfit: Collection[NoFit]) -> int | Suppression:
        """How many were asked, in print, or why the question is not printed."""
        if self._policy.rounding_base == 1:
            return self._total
        eligible = question.eligible(found.tables, self._total)
        if eligible is None:
            return Suppression.CONDITION
        if eligible < self._policy.subgroup:
            return Suppression.FEW_ASKED
        return Suppression.NO_FIT if NoFit(question.id) in unfit else eligible

    def _groups(
        self, question: QuestionTables, found: _JointDraw, unfit: Collection[NoFit]
    ) -> PooledGroups | Suppression | None:
        """The rows of the question's crosstabs, or why these are not printed; None where it has none."""
        if not question.group:
            return None
        if question.group not in found.tables:
            return Suppression.MARGIN
        groups = PooledGroups.of(found.tables[question.group].counts, self._policy.subgroup)
        if len(groups.places) < 2:
            return Suppression.FEW_GROUPS
        return Suppression.NO_FIT if NoFit(question.id, by_group=True) in unfit else groups

    def _suppress_crosstabs(self, question: QuestionTables, reason: Suppression, found: _JointDraw) -> None:
        if question.group:
            group = self._specs[question.group]
            found.suppressed_crosstabs.extend(SuppressedCrosstab(spec, group, reason) for spec in question.specs)

    def _print(self, question: QuestionTables, drawn: _Drawn, groups: PooledGroups | None, found: _JointDraw) -> None:
        for spec, counts in zip(question.specs, drawn.tables, strict=True):
            found.tables[spec.id] = ProtectedTable(spec, tuple(counts))
        if groups and question.group:
            group = self._specs[question.group]
            for spec, crosstab in zip(question.specs, drawn.crosstabs, strict=True):
                rows = zip(groups.codes(group), crosstab, strict=True)
                of_group = tuple(ProtectedRow(codes, tuple(counts)) for codes, counts in rows)
                found.crosstabs.append(ProtectedCrosstab(spec, group, of_group))

    def _drawn(
        self, question: QuestionTables, eligible: int, groups: PooledGroups | None, joint_draw: int
    ) -> _Drawn | NoFit:
        policy, random = self._policy, self._random.of(question.id)
        exact = _Drawn([self._tally.table(spec) for spec in question.specs], self._by_group(question, groups))
        if policy.rounding_base == 1:
            return exact
        if policy.noise:
            frame = Frame(self._total, eligible, policy.rounding_base)
            return _Drawn(noised(question, exact.tables, frame, policy.noise, random))
        failure = NoFit(question.id)
        for number in range(policy.draws):
            draw = random.of(f"{joint_draw}:{number}")
            tables = rounded(question, exact.tables, policy.rounding_base, draw)
            if any(question.violations(tables, self._total, eligible)):
                continue
            if groups is None:
                return _Drawn(tables)
            margins = Margins(question, tables, groups)
            crosstabs = margins.drawn(exact.crosstabs, policy.rounding_base, draw.of("by group"))
            if crosstabs is not None and not any(margins.violations(crosstabs)):
                return _Drawn(tables, crosstabs)
            failure = NoFit(question.id, by_group=True)
        return failure

    def _by_group(self, question: QuestionTables, groups: PooledGroups | None) -> list[GroupRows]:
        """The exact counts in each row of each of the question's crosstabs."""
        if not groups or not question.group:
            return []
        group = self._specs[question.group]
        return [groups.summed(self._tally.crosstab(spec, group)) for spec in question.specs]
