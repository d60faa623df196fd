"""From exact tallies to what may be printed. Nothing else makes a :class:`ProtectedTable` (P8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from chalicelib.disclosure.checks import violations
from chalicelib.disclosure.crosstabs import GroupRows, Margins, PooledGroups
from chalicelib.disclosure.implications import bonds_of, drawn_together
from chalicelib.disclosure.linked_tables import Counts, Frame, QuestionTables, question_tables, universes_in
from chalicelib.disclosure.noisy_tables import geometric, noised
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
from chalicelib.disclosure.seats import Beside
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
    if impossible := [*violations(made, specs), *_too_far_off(made, tally)]:
        raise ImpossibleTables(f"Not printed, since it cannot be true: {'; '.join(impossible)}.")
    return made


def _too_far_off(batch: ProtectedBatch, tally: Tally) -> Iterator[str]:
    """Each number that the true one is farther off than print tells."""
    base = batch.policy.rounding_base
    if base == 1 or batch.policy.noise:
        return
    for table in batch.tables:
        numbers = zip(table.own_counts, tally.table(table.spec), strict=False)
        if any(abs(count - true) >= base * (1 + table.further) for count, true in numbers):
            yield f"{table.spec.id}: farther off than told"


@dataclass(frozen=True)
class _Found:
    """What is printed and what is suppressed, so far."""

    tables: dict[TableId, ProtectedTable] = field(default_factory=dict)
    suppressed: list[SuppressedTable] = field(default_factory=list)
    crosstabs: list[ProtectedCrosstab] = field(default_factory=list)
    suppressed_crosstabs: list[SuppressedCrosstab] = field(default_factory=list)

    def add(self, other: _Found) -> None:
        """Take over what ``other`` found."""
        self.tables.update(other.tables)
        self.suppressed.extend(other.suppressed)
        self.crosstabs.extend(other.crosstabs)
        self.suppressed_crosstabs.extend(other.suppressed_crosstabs)


@dataclass(frozen=True)
class _Unfit:
    """Questions whose tables, and questions whose crosstabs, fit in no draw or are left out by lot."""

    tables: set[TableId]
    crosstabs: set[TableId]

    def add(self, question: QuestionTables) -> None:
        """Leave out the crosstabs of a question that has any still, else its tables."""
        (self.crosstabs if question.group and question.id not in self.crosstabs else self.tables).add(question.id)


_Part = TypeVar("_Part", ProtectedTable, SuppressedTable, ProtectedCrosstab, SuppressedCrosstab)


class _Protector:
    """Makes the tables of one batch: first those drawn together, then each question after those that it depends on."""

    def __init__(
        self, tally: Tally, specs: Sequence[TableSpec], policy: Policy, random: KeyedRandom, total: int
    ) -> None:
        self._tally, self._policy, self._random, self._total = tally, policy, random, total
        self._specs = {spec.id: spec for spec in specs}
        self._questions = question_tables(specs)
        self._sets = universes_in(specs)
        self._bonds = bonds_of(self._questions) if policy.rounding_base > 1 else {}

    def batch(self) -> ProtectedBatch:
        """All tables, in the order of the questionnaire."""
        families, found = drawn_together(self._questions), _Found()
        for family in families:
            found.add(self._together(family))
        together = {question.id for family in families for question in family}
        for question in self._questions:
            if question.id not in together:
                self._print(question, found)
        return ProtectedBatch(
            self._policy,
            self._total,
            self._in_order(found.tables.values()),
            self._in_order(found.suppressed),
            tuple(self._specs),
            self._in_order(found.crosstabs),
            self._in_order(found.suppressed_crosstabs),
        )

    def _in_order(self, found: Iterable[_Part]) -> tuple[_Part, ...]:
        place = {table: place for place, table in enumerate(self._specs)}
        return tuple(sorted(found, key=lambda each: place[each.spec.id]))

    def _print(self, question: QuestionTables, found: _Found) -> None:
        """Add the tables of a question that is not crossed, or why they are not printed."""
        eligible = self._eligible(question, found)
        tables = eligible if isinstance(eligible, Suppression) else self._drawn(question, found, eligible, "0")
        if isinstance(tables, Suppression):
            found.suppressed.extend(SuppressedTable(spec, tables) for spec in question.specs)
        else:
            self._add(question, found, tables)

    def _eligible(self, question: QuestionTables, found: _Found) -> int | Suppression:
        """How many were asked, in print, or why the question is not printed: as print alone tells."""
        if self._policy.rounding_base == 1:
            return self._total
        return question.printable(found.tables, self._total, self._policy.subgroup)

    def _drawn(self, question: QuestionTables, found: _Found, eligible: int, draw: str) -> list[Counts] | Suppression:
        policy, random = self._policy, self._random.of(question.id)
        exact: list[Counts] = [self._tally.table(spec) for spec in question.specs]
        if policy.rounding_base == 1:
            return exact
        bond = self._bonds.get(question.id)
        beside = bond.beside(found.tables) if bond else None
        frame = Frame(self._total, eligible, self._asked(question), policy.rounding_base, beside)
        if policy.noise:
            return [*noised(question, exact, frame, policy.noise, random)]
        if question.kind == "ranking" and self._is_left_out(question, "lot"):
            return Suppression.NO_FIT
        tables = rounded(question, exact, self._sets, frame, random.of(draw))
        return Suppression.NO_FIT if tables is None else [*tables]

    def _asked(self, question: QuestionTables) -> int:
        """How many were asked in truth."""
        universe = question.universe
        if universe is None or universe.table is None:
            return self._tally.n
        spec = self._specs[universe.table]
        counts = zip(spec.codes, self._tally.table(spec), strict=True)
        return sum(count for code, count in counts if code in universe.codes)

    def _is_left_out(self, question: QuestionTables, lot: str) -> bool:
        """Whether the lot leaves out what might find no fit, so that its absence does not tell that there was none."""
        return self._policy.lots > 0 and self._random.of(question.id).number(lot) * self._policy.lots < 1 << 64

    def _add(self, question: QuestionTables, found: _Found, tables: Sequence[Counts]) -> None:
        further = [0] * len(tables)
        if self._policy.rounding_base > 1:
            eligible = question.eligible(found.tables, self._total) or 0
            further = question.further(tables, eligible, question.eligible_further(found.tables))
        for spec, counts, steps in zip(question.specs, tables, further, strict=True):
            found.tables[spec.id] = ProtectedTable(spec, tuple(counts), steps)

    def _together(self, family: Sequence[QuestionTables]) -> _Found:
        """The tables and crosstabs of questions that are drawn together, in the first joint draw in which all fit.

        What fits in none of so many is suppressed, of all questions the one that failed most, its crosstabs first.
        """
        unfit = _Unfit(
            {
                question.id
                for question in family
                if self._bonds.get(question.id) and self._is_left_out(question, "bond")
            },
            {question.id for question in family if question.group and self._is_left_out(question, "lot")},
        )
        while True:
            failures: Counter[TableId] = Counter()
            for number in range(self._policy.joint_draws):
                found = self._joint_draw(family, unfit, number)
                if isinstance(found, _Found):
                    return found
                failures[found] += 1
            unfit.add(next(question for question in family if question.id == failures.most_common(1)[0][0]))

    def _joint_draw(self, family: Sequence[QuestionTables], unfit: _Unfit, number: int) -> _Found | TableId:
        """One draw of questions that are drawn together, or which of them does not fit."""
        found = _Found()
        for question in family:
            groups = self._groups(question, found, unfit)
            if isinstance(groups, Suppression):
                self._suppress_crosstabs(question, groups, found)
            if self._is_unfit(question, found, unfit):
                found.suppressed.extend(SuppressedTable(spec, Suppression.NO_FIT) for spec in question.specs)
            elif not self._draw_with_groups(question, found, groups, number):
                return question.id
        return found

    def _is_unfit(self, question: QuestionTables, found: _Found, unfit: _Unfit) -> bool:
        """Whether its tables fit in no draw, or those are missing that tell what fits."""
        bond = self._bonds.get(question.id)
        return question.id in unfit.tables or (bond is not None and bond.table not in found.tables)

    def _groups(self, question: QuestionTables, found: _Found, unfit: _Unfit) -> PooledGroups | Suppression | None:
        """The rows of the question's crosstabs, or why these are not printed; None where it has none."""
        if not question.group:
            return None
        group = found.tables[question.group]
        groups = PooledGroups.of(group.counts, group.spec, self._policy.subgroup)
        if (groups.compared if self._policy.subgroup else len(groups.places)) < 2:
            return Suppression.FEW_GROUPS
        bond = self._bonds.get(question.id)
        lacks = bond is not None and bond.table in {each.spec.id for each in found.suppressed_crosstabs}
        is_unfit = question.id in unfit.crosstabs or self._is_unfit(question, found, unfit)
        return Suppression.NO_FIT if lacks or is_unfit else groups

    def _suppress_crosstabs(self, question: QuestionTables, reason: Suppression, found: _Found) -> None:
        if question.group:
            group = self._specs[question.group]
            found.suppressed_crosstabs.extend(SuppressedCrosstab(spec, group, reason) for spec in question.specs)

    def _draw_with_groups(
        self, question: QuestionTables, found: _Found, groups: PooledGroups | Suppression | None, number: int
    ) -> bool:
        """Add the tables of a question, and its crosstabs if it has any; whether these fit."""
        for attempt in range(self._policy.draws):
            tables = self._drawn(question, found, self._total, f"{number}:{attempt}")
            if isinstance(tables, Suppression):
                continue
            if not isinstance(groups, PooledGroups):
                self._add(question, found, tables)
                return True
            draw = self._random.of(question.id).of(f"{number}:{attempt}:by group")
            if self._draw_crosstabs(question, found, Margins(question, tables, groups), draw):
                self._add(question, found, tables)
                return True
        return False

    def _draw_crosstabs(self, question: QuestionTables, found: _Found, margins: Margins, draw: KeyedRandom) -> bool:
        group = self._specs[question.group] if question.group else question.specs[0]
        exact = [margins.groups.summed(self._tally.crosstab(spec, group)) for spec in question.specs]
        drawn: Sequence[GroupRows] = exact
        further = [0] * len(exact)
        if self._policy.rounding_base > 1:
            beside = self._beside_rows(question, found, margins.groups)
            fitting = margins.drawn(exact, self._policy.rounding_base, draw, beside)
            if fitting is None or any(margins.violations(fitting)):
                return False
            drawn, further = fitting, margins.further(fitting)
        for spec, crosstab, steps in zip(question.specs, drawn, further, strict=True):
            rows = zip(margins.groups.codes(group), crosstab, strict=True)
            of_group = tuple(ProtectedRow(codes, tuple(counts)) for codes, counts in rows)
            found.crosstabs.append(ProtectedCrosstab(spec, group, of_group, steps))
        return True

    def _beside_rows(self, question: QuestionTables, found: _Found, groups: PooledGroups) -> list[Beside]:
        """Of each row of the question's crosstabs, the table that its answers have to go together with, if any."""
        bond = self._bonds.get(question.id)
        if bond is None or question.group is None:
            return []
        crosstabs = {crosstab.spec.id: crosstab for crosstab in found.crosstabs}
        return bond.beside_rows(groups, found.tables[question.group], crosstabs)
