"""Tables of small surveys, and tallies of them, for the tests of this stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.disclosure.checks import violations
from chalicelib.disclosure.policy import INVITED, Policy
from chalicelib.disclosure.protect import protect
from chalicelib.disclosure.protected import ProtectedBatch
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.tabulation.tally import TableSpec, Tally, tables_of
from tests.builders import a_definition, a_question, text
from tests.builders import a_tally as by_table

KEY = b"k" * 32
NEEDED: dict[str, Any] = {"required_because": text("We have to know.")}


def specs_of(*questions: dict[str, Any], crosstabs: Crosstabs | None = None) -> list[TableSpec]:
    """The tables of a survey."""
    return tables_of(codebook_of(a_definition(*questions).questionnaire), crosstabs)


def if_yes(kind: str, **changes: Any) -> dict[str, Any]:
    """A question that is asked of those who met the police."""
    return a_question(kind, show_if={"question": "police_met", "equals": "yes"}, **changes)


def a_tally(n: int, **counts: Mapping[str, int]) -> Tally:
    """Counts by table; two underscores stand for the dot in a table's id."""
    return by_table(n, {name.replace("__", "."): cells for name, cells in counts.items()})


def release(
    specs: Sequence[TableSpec], tally: Tally, policy: Policy = INVITED, number: int = 1, key: bytes = KEY
) -> ProtectedBatch:
    """A batch that is printed, and breaks no limit."""
    batch = protect(tally, specs, policy, key, number)
    assert batch is not None
    assert violations(batch, specs) == []
    return batch


def counts(batch: ProtectedBatch) -> dict[str, tuple[int, ...]]:
    """The printed cells of every table."""
    return {str(table.spec.id): table.counts for table in batch.tables}


def reasons(batch: ProtectedBatch) -> dict[str, str]:
    """Why each of the other tables is not printed."""
    return {str(left.spec.id): left.reason for left in batch.suppressed}
