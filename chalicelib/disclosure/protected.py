"""What disclosure control makes of a batch: printed tables and crosstabs, and those it suppresses, with the reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.disclosure.policy import Policy
from chalicelib.questionnaire.codebook import NOT_CHOSEN
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import TableSpec


class Suppression(StrEnum):
    """Why a table or a crosstab is not printed (rules 6 and 7); each is a code of the release."""

    #: No printed table tells who was asked.
    CONDITION = "condition"
    #: Too few print as having been asked.
    FEW_ASKED = "few_asked"
    #: Of a ranking, a crosstab or a question bound by what answers imply: no draw obeyed every limit, or the lot fell
    #: on it.
    NO_FIT = "no_fit"
    #: Of a crosstab: pooling left one group.
    FEW_GROUPS = "few_groups"


def has_rest(spec: TableSpec) -> bool:
    """Whether a table's last cell is no number of its own, but what the others leave of the total.

    So is that of who was not asked a question, did not choose an option, or did not rank it.
    """
    return spec.codes[-1] == NOT_CHOSEN or spec.variable.leaves_no_answer


def further_of_rest(spec: TableSpec, further: int) -> int:
    """By how many steps more than an adjacent multiple the numbers together can be off that leave the rest.

    Of a ranking by one: how often an option was ranked may be printed as the next lower multiple
    (:func:`drawn_ranking`).
    """
    return further + spec.variable.is_ranked


@dataclass(frozen=True)
class ProtectedTable:
    """One printed table: ``counts`` by code, in the order of ``spec.codes``.

    ``further``: so many steps beyond the adjacent multiples the true counts can be, where print exhausts a limit of
    answers (rule 5).
    """

    spec: TableSpec
    counts: tuple[int, ...]
    further: int = 0

    @property
    def total(self) -> int:
        """What its cells sum to."""
        return sum(self.counts)

    @property
    def own_counts(self) -> tuple[int, ...]:
        """Those of its numbers that are adjacent to true ones."""
        return self.counts[:-1] if has_rest(self.spec) else self.counts

    def people(self, codes: Collection[str]) -> int:
        """How many are in some of its cells together."""
        return sum(count for code, count in zip(self.spec.codes, self.counts, strict=True) if code in codes)


@dataclass(frozen=True)
class SuppressedTable:
    """A table that is not printed, and why."""

    spec: TableSpec
    reason: Suppression


@dataclass(frozen=True)
class ProtectedRow:
    """One row of a crosstab: those in a group, or in several pooled ones.

    ``codes`` are the groups'; ``counts`` stand in the order of the crossed table's codes.
    """

    codes: tuple[str, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class ProtectedCrosstab:
    """A printed table ``spec`` by ``group``: one row a group, the table's codes as columns.

    ``further`` is as of a table.
    """

    spec: TableSpec
    group: TableSpec
    rows: tuple[ProtectedRow, ...]
    further: int = 0


@dataclass(frozen=True)
class SuppressedCrosstab:
    """A crosstab that is not printed, and why."""

    spec: TableSpec
    group: TableSpec
    reason: Suppression


@dataclass(frozen=True)
class ProtectedBatch:
    """All tables of one batch, printed or suppressed, with the printed number of responses.

    ``order``: the ids of all tables, as the questionnaire has them. The rows of a crosstab add up to its table.
    """

    policy: Policy
    total: int
    tables: tuple[ProtectedTable, ...]
    suppressed: tuple[SuppressedTable, ...]
    order: tuple[TableId, ...]
    crosstabs: tuple[ProtectedCrosstab, ...] = ()
    suppressed_crosstabs: tuple[SuppressedCrosstab, ...] = ()
