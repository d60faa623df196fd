"""The table beneath a figure: every number that is printed of the question, in the figure's order."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.publication.plain_tables import PlainTable, plain_table
from chalicelib.publication.release import cells_of
from chalicelib.publication.results_page import Results
from tests.builders import a_question
from tests.unit.publication.a_release import a_release
from tests.unit.publication.an_answered_release import an_answered_release, printed_of

KINDS = ("single_choice", "multiple_choice", "matrix", "scale", "yes_no", "long_text")


def table_of(kind: str, **settings: Any) -> PlainTable:
    return plain_table(printed_of(a_release(a_question(kind), **settings)))


@pytest.mark.parametrize("settings", [{}, {"policy": "protected"}, {"policy": "protected", "access": "open"}])
def test_every_printed_number_is_in_the_table_under_its_heading_P8(settings: dict[str, Any]) -> None:
    release = a_release(*map(a_question, KINDS), **settings)
    for printed in Results(release, printed_of(release).words).printed:
        table = plain_table(printed)
        assert {len(row.cells) + 1 for row in table.rows} == {len(table.columns)}
        told = [cell.partition(" ")[0] for row in table.rows for cell in row.cells]
        numbers = [str(cell.count) for part in printed.tables for cell in cells_of(part) if cell.code != "chosen"]
        several = [str(cell.count) for part in printed.tables[1:] for cell in cells_of(part)[:1]]
        expected = numbers if printed.asked.kind != "multiple_choice" else several
        assert sorted(set(expected) - set(told)) == []


@pytest.mark.parametrize(
    ("settings", "columns", "row"),
    [
        ({}, ("Answer", "Count", "Share"), ("35", "58%")),
        (
            {"policy": "protected"},
            ("Answer", "Count", "In truth", "Share", "Share, in truth"),
            ("35", "31 to 39", "48 to 65%", "48 to 65%"),
        ),
        (
            {"policy": "protected", "n": 45, "counts": {"police_met": {"yes": 35, "no": 10}}},
            ("Answer", "Count", "In truth"),
            ("35", "31 to 39"),
        ),
    ],
)
def test_columns_tell_what_a_number_can_be_in_truth_unless_it_is_exact_P14(
    settings: dict[str, Any], columns: tuple[str, ...], row: tuple[str, ...]
) -> None:
    table = table_of("yes_no", **settings)
    assert (table.columns, table.rows[0].label) == (columns, "Yes")
    assert table.rows[0].cells == row


def test_shares_of_an_open_link_have_the_range_that_nine_in_ten_are_in_and_numbers_none() -> None:
    assert table_of("yes_no", policy="protected", access="open").columns == (
        "Answer",
        "Count",
        "Share",
        "Share, nine in ten",
    )


def test_rows_stand_in_the_order_of_the_figure() -> None:
    assert [row.label for row in table_of("single_choice").rows] == ["NO", "SE", "OTHER", "No answer"]
    assert [row.label for row in table_of("scale").rows][::4] == ["1 – bad", "5 – good"]


def test_table_of_rows_has_every_step_as_a_column() -> None:
    table = table_of("matrix")
    assert table.columns == ("", "NOT", "SOME", "MUCH", "No answer")
    assert [(row.label, row.cells) for row in table.rows] == [
        ("Home", ("10 (17%)", "20 (33%)", "30 (50%)", "0 (0%)")),
        ("Work", ("15 (25%)", "15 (25%)", "15 (25%)", "15 (25%)")),
    ]


@pytest.mark.parametrize(("policy", "told"), [("protected", "0 (0 to 2%)"), ("exact", "0 (0%)")])
def test_a_row_tells_what_a_printed_0_can_be_in_truth_P14(policy: str, told: str) -> None:
    counts = {"harder.home": {"some": 120, "much": 120}, "harder.work": {"some": 240}}
    table = table_of("matrix", policy=policy, n=240, counts=counts)
    assert table.rows[0].cells[0] == told


def test_table_of_a_ranking_has_the_mean_rank() -> None:
    counts = {"wants.home": {"1": 45, "2": 15}, "wants.rest": {"1": 15, "2": 45}, "wants.pay": {"no_answer": 60}}
    table = table_of("ranking", counts=counts)
    assert table.columns == ("", "1", "2", "No answer", "Mean rank")
    assert [row.cells[-1] for row in table.rows] == ["1.3", "1.8", ""]


def test_mean_rank_tells_what_it_can_be_in_truth_where_it_is_rounded_P14() -> None:
    people = [{"wants": ["home", "rest"]}] * 60 + [{"wants": ["rest", "home"]}] * 30
    table = plain_table(printed_of(an_answered_release([a_question("ranking")], people)))
    assert {row.label: row.cells[-1] for row in table.rows}["HOME"] == "1.3 (in truth 1.2 to 1.4)"


def test_rows_of_different_editions_have_a_total_each() -> None:
    first = a_release(a_question("matrix"))
    first = first.model_copy(update={"tables": first.tables[:1]})
    table = plain_table(printed_of(a_release(a_question("matrix"), previous=first)))
    assert [(table.columns[1], row.cells[0]) for row in table.rows] == [("Total", "120"), ("Total", "60")]
