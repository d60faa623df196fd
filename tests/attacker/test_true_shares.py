"""The ranges of shares, against the truth of random surveys by invitation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

import pytest

from chalicelib.disclosure.protected import ProtectedBatch
from chalicelib.publication.release import Release, make_release
from chalicelib.publication.shares import Share, shares_of
from chalicelib.tabulation.tally import Tally
from tests.attacker.knowledge import true_counts, true_counts_of_row
from tests.attacker.test_releases import a_release

pytestmark = pytest.mark.slow

RELEASES = 300


def test_true_share_of_every_cell_is_in_its_range_P7() -> None:
    """Of everybody, of those asked, by group and by groups that were added together; the printed share is in it too."""
    found = 0
    for number in range(RELEASES):
        _, tally, batch = a_release(number)
        for share, true in shares_and_truth(tally, batch):
            assert share.least <= true <= share.most, f"release {number}"
            assert share.least <= share.printed <= share.most, f"release {number}"
            found += 1
    assert found > 5 * RELEASES


def shares_and_truth(tally: Tally, batch: ProtectedBatch) -> Iterator[tuple[Share, Fraction]]:
    release = published(batch)
    tables = {table.id: table for table in release.tables}
    for printed in batch.tables:
        table, asked = tables[str(printed.spec.id)], tally.counts.get(printed.spec.id, {})
        counts = (
            [asked.get(code, 0) for code in printed.spec.codes] if table.asked else true_counts(tally, printed.spec)
        )
        yield from paired(shares_of(table, release), counts)
    crosstabs = {crosstab.table: crosstab for crosstab in release.crosstabs}
    for crossed in batch.crosstabs:
        for row, printed_row in zip(crosstabs[str(crossed.spec.id)].rows, crossed.rows, strict=True):
            yield from paired(shares_of(row, release), true_counts_of_row(tally, crossed, printed_row))


def paired(shares: Sequence[Share | None], counts: Sequence[int]) -> Iterator[tuple[Share, Fraction]]:
    for share, count in zip(shares, counts, strict=True):
        if share:
            yield share, Fraction(count, sum(counts))


def published(batch: ProtectedBatch) -> Release:
    return make_release(
        batch,
        None,
        survey="a-survey",
        number=1,
        published_on=date(2026, 3, 1),
        languages=("en",),
        title={"en": "A few questions"},
        synthetic=False,
    )
