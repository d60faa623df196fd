"""A row of the survey sheet with what stands in it, and which groups of rows are one question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from operation.xlsform.sheets import Row

#: Groups that are one question, by how Kobo's builder begins them; and a table of a list with one choice a row.
SCORE, MATRIX, RANK, TABLE = "begin_score", "begin_kobomatrix", "begin_rank", "table"
BLOCKS = {SCORE: SCORE, MATRIX: MATRIX, RANK: RANK, "begin_koboscore": SCORE, "begin_koborank": RANK}
GROUP, REPEAT = "begin_group", "begin_repeat"


@dataclass
class Node:
    """A row, and if it begins a group, what stands in it.

    ``items``: the rows of Kobo's matrix where no list of choices says them; each column then holds its own cells.
    """

    row: Row
    kind: str
    children: list[Node] = field(default_factory=list)
    is_section: bool = False
    items: Sequence[Row] = ()

    @property
    def begins(self) -> bool:
        """Whether it begins a group that holds questions."""
        return self.kind == GROUP

    @property
    def looks(self) -> frozenset[str]:
        """The words of its appearance."""
        return frozenset(self.row.get("appearance").split())
