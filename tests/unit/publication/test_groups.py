"""Answers by group: heat tables with the numbers of the crosstabs, and nothing that they do not hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.publication.findings import told_share
from chalicelib.publication.groups import DOT, FEW, ByGroup, HeatTable, by_group
from chalicelib.publication.release import Release
from chalicelib.publication.shares import shares_of
from tests.unit.publication.a_crossed_release import CHALLENGES, COUNTRY, POLICE, QUESTIONS, a_crossed_release, crosstab
from tests.unit.publication.an_answered_release import printed_of

#: Of rows of a matrix: not, some, much, no answer.
HARDER = {"se": (10, 10, 40, 0), "no+other+no_answer": (10, 15, 10, 25)}


def crossed(release: Release, question: str) -> ByGroup:
    found = by_group(printed_of(release, question))
    assert found is not None
    return found


def counts(table: HeatTable) -> dict[str, list[int]]:
    return {row.label: [cell.count for cell in row.cells] for row in table.rows}


def test_answers_stand_down_and_groups_across_with_their_base_those_pooled_as_others() -> None:
    (table,) = crossed(a_crossed_release({"police_met": POLICE}), "police_met").tables
    assert [(column.label, column.base, column.pooled) for column in table.columns] == [
        ("SE", 30, ""),
        ("NO", 30, ""),
        ("Others", 20, "OTHER + No answer"),
    ]
    assert counts(table) == {"Yes": [20, 10, 10], "No": [10, 15, 5]}
    assert table.few == "Too few in every group to compare: No answer."


def test_numbers_are_those_of_the_crosstab_share_by_share_P7_P8() -> None:
    rows = {"se": (60, 40, 20), "no": (30, 60, 10), "other+no_answer": (20, 50, 10)}
    release = a_crossed_release({"police_met": rows}, n=300)
    (table,) = crossed(release, "police_met").tables
    printed = crosstab(release, "police_met")
    words = printed_of(release).words
    for place, answer in enumerate(("Yes", "No", "No answer")):
        (row,) = [row for row in table.rows if row.label == answer]
        shares = [shares_of(group, release)[place] for group in printed.rows]
        assert [cell.count for cell in row.cells] == [group.cells[place].count for group in printed.rows]
        assert [cell.told for cell in row.cells] == [told_share(share, words) for share in shares if share]


def test_group_of_too_few_for_a_share_has_its_number_and_a_few_are_a_dot_that_is_explained_P14() -> None:
    found = crossed(a_crossed_release({"police_met": POLICE}), "police_met")
    assert [[cell.told for cell in row.cells] for row in found.tables[0].rows] == [
        ["20", "10", "10"],
        ["10", "15", DOT],
    ]
    shades = {cell.told: cell.shade for row in found.tables[0].rows for cell in row.cells}
    assert shades[DOT] == 0 < shades["15"]
    assert found.notes[:2] == ("Others: OTHER + No answer", f"A dot stands for a printed number under {FEW}.")


def test_share_of_0_in_a_group_is_told_as_what_it_can_be_P14() -> None:
    rows = {"se": (100, 50, 0), "no": (50, 0, 100), "other+no_answer": (50, 50, 50)}
    (table,) = crossed(a_crossed_release({"police_met": rows}, n=450), "police_met").tables
    (no,) = (row for row in table.rows if row.label == "No")
    assert [cell.told for cell in no.cells][:2] == ["33%", "0 to 3%"]


def test_exact_number_is_told_however_small() -> None:
    rows: Mapping[str, Any] = {"se": (3, 20), "no": (1, 12), "other": (0, 2), "no_answer": (0, 0)}
    release = a_crossed_release({"police_met": {name: (*row, 0) for name, row in rows.items()}}, n=38, policy="exact")
    table = crossed(release, "police_met").tables[0]
    assert DOT not in {cell.told for row in table.rows for cell in row.cells}
    assert (counts(table)["Yes"], table.few) == ([3, 1, 0, 0], "")


def test_options_stand_in_one_table() -> None:
    (table,) = crossed(a_crossed_release(CHALLENGES), "challenges").tables
    assert counts(table) == {"LAW": [20, 5, 0], "STIGMA": [10, 15, 10], "NONE": [5, 10, 5]}
    assert table.few == "Too few in every group to compare: PATROL, No answer."


def test_option_whose_groups_are_others_stands_in_a_table_of_its_own() -> None:
    options_ = {name: CHALLENGES[name] for name in ("challenges", "challenges.law")}
    later = {"challenges.police": {"se": (15, 5), "no": (0, 8), "other+no_answer": (0, 0)}}
    tables = crossed(a_crossed_release({**later, **options_}, policy="exact"), "challenges").tables
    assert [counts(table) for table in tables if "PATROL" in counts(table)] == [{"PATROL": [15, 0, 0]}]
    assert len(tables) == 2


def test_rows_of_a_matrix_stand_in_one_table_of_what_is_followed_of_them() -> None:
    tables = crossed(a_crossed_release({"harder.home": HARDER, "harder.work": HARDER}, n=120), "harder").tables
    assert [(table.title, counts(table)) for table in tables] == [("MUCH", {"Home": [40, 10], "Work": [40, 10]})]


def test_question_that_is_not_crossed_has_no_groups() -> None:
    assert by_group(printed_of(a_crossed_release({"police_met": POLICE}), "country")) is None


def test_crosstab_that_is_left_out_says_why_and_by_what_it_is() -> None:
    found = crossed(a_crossed_release({}, {"police_met": "few_groups"}), "police_met")
    assert (found.group, found.tables) == ("About single_choice?", ())
    assert found.notes == ("Not shown: only one group would have about 20 or more.",)


@pytest.mark.parametrize(("short", "said"), [("Country", "country"), ("EU member", "EU member"), ("", "")])
def test_group_is_called_by_its_short_name_with_a_small_letter_within_a_sentence(short: str, said: str) -> None:
    country = {**COUNTRY, "short": {"en": short}} if short else COUNTRY
    release = a_crossed_release({"police_met": POLICE}, questions=(country, *QUESTIONS[1:]))
    found = crossed(release, "police_met")
    assert (found.group, found.group_in_sentence) == (
        (short, said) if short else ("About single_choice?", "about single_choice?")
    )
