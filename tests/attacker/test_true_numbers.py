"""Every published number and share against the truth of random surveys by invitation, over several editions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import chain, pairwise
from random import Random

import pytest

from chalicelib.disclosure.policy import INVITED
from chalicelib.disclosure.protect import protect
from chalicelib.disclosure.protected import ProtectedBatch
from chalicelib.publication.cells import Cell
from chalicelib.publication.crosstabs import Crosstab, GroupRow
from chalicelib.publication.editions import edition_of
from chalicelib.publication.release import FrequencyTable, Release, cells_of, make_release
from chalicelib.publication.shares import part_of, shares_of
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import Tally, merged
from tests.attacker.attack import RELEASES
from tests.attacker.surveys import ASurvey, Respondents, a_random_survey
from tests.builders import a_definition
from tests.unit.publication.a_release import an_about

pytestmark = pytest.mark.slow

#: How many releases are held against the truth in one test; each survey has up to so many editions.
PIECE, EDITIONS = 100, 3


@dataclass(frozen=True)
class Published:
    """A release, and the true counts of each of its editions."""

    survey: ASurvey
    release: Release
    tallies: Sequence[Tally]

    def told(self) -> Iterator[tuple[str, int, int | None, int | None]]:
        """The name of each number, the true one, and what it is said to be at least and at most."""
        release = self.release
        n = sum(tally.n for tally in self.tallies)
        yield "responses", n, release.responses, release.responses_at_most
        for table in release.tables:
            yield from self._told_of_table(table)
        for crosstab in release.crosstabs:
            tally = self._counted(crosstab)
            for row in crosstab.rows:
                yield from told_of_cells(f"{crosstab.table} {row.codes}", row.cells, true_row(tally, crosstab, row))
                people = sum(true_row(tally, crosstab, row))
                yield f"{crosstab.table} {row.codes}", people, row.base_at_least, row.base_at_most

    def _told_of_table(self, table: FrequencyTable) -> Iterator[tuple[str, int, int | None, int | None]]:
        tally, asked = self._counted(table), true_cells(self._counted(table), table)
        yield f"{table.id} base", tally.n, table.base_at_least, table.base_at_most
        of_all = [*asked[:-1], asked[-1] + tally.n - sum(asked)]
        yield from told_of_cells(table.id, table.cells, of_all)
        if table.asked:
            yield f"{table.id} asked", sum(asked), table.asked.at_least, table.asked.at_most
            yield from told_of_cells(f"{table.id} of those asked", cells_of(table), asked)

    def shares(self) -> Iterator[tuple[str, Fraction, Fraction, Fraction]]:
        """The true share of each cell that has one, and its range."""
        for table in self.release.tables:
            asked = true_cells(self._counted(table), table)
            rest = 0 if table.asked else self._counted(table).n - sum(asked)
            yield from self._shares_of(table.id, table, [*asked[:-1], asked[-1] + rest])
        for crosstab in self.release.crosstabs:
            for row in crosstab.rows:
                yield from self._shares_of(crosstab.table, row, true_row(self._counted(crosstab), crosstab, row))

    def pairs(self) -> Iterator[tuple[str, Fraction, Fraction, Fraction]]:
        """The same of every two cells beside each other together: so the upper two steps of a scale are told."""
        for table in self.release.tables:
            asked = true_cells(self._counted(table), table)
            rest = 0 if table.asked else self._counted(table).n - sum(asked)
            yield from self._pairs_of(table.id, table, [*asked[:-1], asked[-1] + rest])
        for crosstab in self.release.crosstabs:
            for row in crosstab.rows:
                yield from self._pairs_of(crosstab.table, row, true_row(self._counted(crosstab), crosstab, row))

    def _pairs_of(
        self, name: str, part: FrequencyTable | GroupRow, counts: Sequence[int]
    ) -> Iterator[tuple[str, Fraction, Fraction, Fraction]]:
        true = dict(zip((cell.code for cell in cells_of(part)), counts, strict=True))
        for pair in pairwise(true):
            share = part_of(part, pair, self.release)
            if sum(counts):
                yield f"{name} {pair}", Fraction(sum(true[code] for code in pair), sum(counts)), share.least, share.most

    def by_edition(self) -> Iterator[Published]:
        """Each edition by itself, out of the totals."""
        for edition in self.release.editions:
            tables = tuple(
                edition_of(table, table.editions.index(edition.number), self.release)
                for table in self.release.tables
                if edition.number in table.editions
            )
            changes = {"tables": tables, "crosstabs": ()}
            yield Published(self.survey, self.release.model_copy(update=changes), self.tallies)

    def _shares_of(
        self, name: str, part: FrequencyTable | GroupRow, counts: Sequence[int]
    ) -> Iterator[tuple[str, Fraction, Fraction, Fraction]]:
        for share, count in zip(shares_of(part, self.release), counts, strict=True):
            if share:
                assert share.least <= share.printed <= share.most
                yield name, Fraction(count, sum(counts)), share.least, share.most

    def _counted(self, part: FrequencyTable | Crosstab) -> Tally:
        """The true counts of those editions that printed it."""
        return merged([self.tallies[number - 1] for number in part.editions])


def told_of_cells(
    name: str, cells: Sequence[Cell], counts: Sequence[int]
) -> Iterator[tuple[str, int, int | None, int | None]]:
    for cell, count in zip(cells, counts, strict=True):
        yield f"{name} {cell.code}", count, cell.at_least, cell.at_most


def true_cells(tally: Tally, table: FrequencyTable) -> list[int]:
    """Of those who were asked."""
    found = tally.counts.get(TableId.read(table.id), {})
    return [found.get(cell.code, 0) for cell in table.cells]


def true_row(tally: Tally, crosstab: Crosstab, row: GroupRow) -> list[int]:
    groups = [tally.counts.get(TableId.read(crosstab.table).in_group(code), {}) for code in row.codes]
    return [sum(group.get(cell.code, 0) for group in groups) for cell in row.cells]


def publications(number: int) -> Iterator[Published]:
    """The releases of one random survey, edition by edition; of the tables that it had from the start."""
    random = Random(f"editions {number}")  # noqa: S311
    survey, release, tallies = a_random_survey(random), None, list[Tally]()
    for _ in range(random.randint(1, EDITIONS)):
        tally = Respondents(random, survey).tally(random.choice([random.randint(20, 60), random.randint(20, 300)]))
        batch = protect(tally, survey.specs, INVITED, number.to_bytes(32, "big"), len(tallies) + 1)
        assert batch is not None
        tallies.append(tally)
        release = published(batch, release)
        yield Published(survey, release, tuple(tallies))


def published(batch: ProtectedBatch, previous: Release | None) -> Release:
    return make_release(
        batch,
        previous,
        an_about(a_definition()),
        number=previous.number + 1 if previous else 1,
        published_on=date(2026, 3, 1),
    )


@pytest.mark.parametrize("first", range(0, RELEASES, PIECE))
def test_every_published_number_and_share_has_the_truth_between_its_limits_P7(first: int) -> None:
    releases = numbers = 0
    survey = first
    while releases < min(PIECE, RELEASES):
        for found in publications(survey):
            releases += 1
            for name, true, least, most in found.told():
                assert least is not None
                assert most is not None
                assert least <= true <= most, f"survey {survey}, release {found.release.number}: {name}"
                numbers += 1
            for name, share, low, high in chain(found.shares(), found.pairs()):
                assert low <= share <= high, f"survey {survey}, release {found.release.number}: {name}"
            for edition in found.by_edition():
                for name, share, low, high in chain(edition.shares(), edition.pairs()):
                    assert low <= share <= high, f"survey {survey}, edition of {found.release.number}: {name}"
        survey += RELEASES
    assert numbers > 20 * releases
