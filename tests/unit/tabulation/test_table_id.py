"""What names a table, in the code and as it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.questionnaire.base import CODE, IDENTIFIER
from chalicelib.tabulation.table_id import TableId

CODES = st.from_regex(CODE, fullmatch=True)


@given(st.builds(TableId, st.from_regex(IDENTIFIER, fullmatch=True), st.none() | CODES, st.none() | CODES))
def test_table_id_is_read_as_it_is_written(table: TableId) -> None:
    assert TableId.read(str(table)) == table


@pytest.mark.parametrize(
    ("table", "written"),
    [
        (TableId("country"), "country"),
        (TableId("harder", "work"), "harder.work"),
        (TableId("harder", "work").in_group("se"), "harder.work@se"),
    ],
)
def test_parts_and_groups_are_written_after_the_question(table: TableId, written: str) -> None:
    assert str(table) == written
