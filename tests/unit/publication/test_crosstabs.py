"""Crosstabs of a release: this edition's rows, and totals that are sums of printed rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from chalicelib.disclosure.policy import EXACT
from chalicelib.disclosure.protect import protect
from chalicelib.publication.crosstabs import Crosstab
from chalicelib.publication.release import Release, make_release
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.responses.packing import Layout
from chalicelib.responses.validation import Validator
from chalicelib.tabulation.tally import tables_of, tally_of
from tests.builders import a_definition, a_question
from tests.unit.publication.a_crossed_release import (
    COUNTRY,
    POLICE,
    POLICE_LATER,
    QUESTIONS,
    a_crossed_release,
    crosstab,
)
from tests.unit.publication.a_release import an_about


def numbers(found: Crosstab) -> dict[str, list[tuple[int, int | None]]]:
    """Total and this edition's count of each cell, by group."""
    for row in found.rows:
        assert sum(cell.count for cell in row.cells) == row.base
    return {"+".join(row.codes): [(cell.count, cell.edition_count) for cell in row.cells] for row in found.rows}


def totals(found: Crosstab) -> dict[str, list[int]]:
    return {group: [total for total, _ in cells] for group, cells in numbers(found).items()}


def later(first: Release, **changes: Any) -> Release:
    return a_crossed_release({"police_met": POLICE_LATER}, n=95, previous=first, **changes)


def test_crosstab_has_a_row_a_group_with_the_labels_of_all_its_codes() -> None:
    found = crosstab(a_crossed_release({"police_met": POLICE}), "police_met")
    assert (found.question, found.group, found.group_label["en"]) == ("police_met", "country", "About single_choice?")
    assert [(row.codes, row.labels, row.base) for row in found.rows] == [
        (("se",), ({"en": "SE"},), 30),
        (("no",), ({"en": "NO"},), 30),
        (("other", "no_answer"), ({"en": "OTHER"}, None), 20),
    ]
    assert numbers(found)["se"] == [(20, 20), (10, 10), (0, 0)]


def test_totals_of_the_same_groups_are_sums_of_printed_numbers_P7() -> None:
    first = a_crossed_release({"police_met": POLICE})
    second = crosstab(a_crossed_release({"police_met": POLICE}, previous=first), "police_met")
    assert numbers(second)["no"] == [(20, 10), (30, 15), (10, 5)]


def test_groups_that_editions_added_together_differently_are_joined_to_the_coarsest_P7() -> None:
    second = crosstab(later(a_crossed_release({"police_met": POLICE})), "police_met")
    assert numbers(second) == {"se": [(45, 25), (35, 25), (5, 5)], "no+other+no_answer": [(40, 20), (40, 20), (10, 0)]}


def test_group_that_a_later_version_worded_anew_has_the_newer_words() -> None:
    mistaken = [
        {**option, "label": {"en": "SEE"}} if option["code"] == "se" else option for option in COUNTRY["options"]
    ]
    first = a_crossed_release({"police_met": POLICE}, questions=({**COUNTRY, "options": mistaken}, *QUESTIONS[1:]))
    assert crosstab(first, "police_met").rows[0].labels == ({"en": "SEE"},)
    second = later(first)
    assert crosstab(second, "police_met").rows[0].labels == ({"en": "SE"},)
    third = a_crossed_release({"police_met": POLICE}, previous=second)
    assert [row.labels for row in crosstab(third, "police_met").rows] == [
        ({"en": "SE"},),
        ({"en": "NO"}, {"en": "OTHER"}, None),
    ]


def test_joined_groups_stay_joined() -> None:
    second = later(a_crossed_release({"police_met": POLICE}))
    third = crosstab(a_crossed_release({"police_met": POLICE}, previous=second), "police_met")
    assert totals(third) == {"se": [65, 45, 5], "no+other+no_answer": [60, 60, 20]}


def test_totals_of_groups_add_up_to_those_of_the_table() -> None:
    release = later(a_crossed_release({"police_met": POLICE}))
    (table,) = [table for table in release.tables if table.id == "police_met"]
    by_group = totals(crosstab(release, "police_met")).values()
    assert [sum(column) for column in zip(*by_group, strict=True)] == [cell.count for cell in table.cells]


def test_printed_number_is_within_four_of_the_true_one_in_each_edition_P7() -> None:
    first = a_crossed_release({"police_met": POLICE})
    cells = crosstab(first, "police_met").rows[0].cells
    assert [(cell.count, cell.at_least, cell.at_most) for cell in cells] == [(20, 16, 24), (10, 6, 14), (0, 0, 4)]
    cells = crosstab(later(first), "police_met").rows[1].cells
    # 10 and 10 in one edition, 15 and 5 in the other; 5 and 5, then 0 and 0 gave no answer.
    assert [(cell.count, cell.at_least, cell.at_most) for cell in cells] == [(40, 24, 56), (40, 24, 56), (10, 2, 26)]


def test_exact_crosstab_is_exact() -> None:
    cells = crosstab(a_crossed_release({"police_met": POLICE}, policy="exact"), "police_met").rows[0].cells
    assert [(cell.at_least, cell.at_most) for cell in cells] == [(20, 20), (10, 10), (0, 0)]


def test_exact_numbers_are_exact_where_answers_exhaust_a_limit_and_in_rankings() -> None:
    """Everybody chose as many options as could be chosen, which rounding would take a step farther."""
    definition = a_definition(COUNTRY, a_question("multiple_choice", least=2), a_question("ranking"))
    crosstabs = Crosstabs(group="country", by=("challenges",))
    codebook = codebook_of(definition.questionnaire)
    layout, specs = Layout.of(codebook), tables_of(codebook, crosstabs)
    answers = {"country": "se", "challenges": ["law", "stigma"], "wants": ["rest", "home"]}
    packed = layout.pack(Validator(definition.questionnaire).validate(answers))
    batch = protect(tally_of(layout, [packed] * 6, crosstabs), specs, EXACT, b"k" * 32, 1)
    assert batch is not None
    release = make_release(batch, None, an_about(definition), number=1, published_on=date(2026, 3, 1))
    cells = [cell for table in release.tables for cell in table.cells]
    crossed = [cell for each in release.crosstabs for row in each.rows for cell in row.cells]
    assert "challenges.law" in {each.table for each in release.crosstabs}
    assert "wants.home" in {table.id for table in release.tables}
    for cell in [*cells, *crossed]:
        assert (cell.at_least, cell.at_most) == (cell.count, cell.count), cell.code


def test_crosstab_that_an_edition_does_not_print_keeps_its_totals_and_says_why() -> None:
    first = a_crossed_release({"police_met": POLICE})
    second = a_crossed_release({}, {"police_met": "few_groups"}, previous=first)
    assert numbers(crosstab(second, "police_met"))["se"] == [(20, None), (10, None), (0, None)]
    assert [(left.id, left.group, left.reason) for left in second.omitted] == [("police_met", "country", "few_groups")]
    third = later(second)
    assert numbers(crosstab(third, "police_met"))["se"] == [(45, 25), (35, 25), (5, 5)]
    assert third.omitted == ()


def test_crosstab_that_was_left_out_before_begins_at_nothing() -> None:
    first = a_crossed_release({}, {"police_met": "no_fit"})
    second = crosstab(later(first), "police_met")
    assert totals(second) == {group: list(row) for group, row in POLICE_LATER.items()}


def test_rows_of_a_matrix_of_which_one_was_left_out_before_do_not_count_it_as_unanswered() -> None:
    rows = {"se": (10, 10, 20, 0), "no+other+no_answer": (10, 10, 10, 10)}
    first = a_crossed_release({"harder.home": rows}, {"harder.work": "no_fit"})
    second = a_crossed_release({"harder.home": rows, "harder.work": rows}, previous=first)
    assert totals(crosstab(second, "harder.work")) == {group: list(row) for group, row in rows.items()}
    assert totals(crosstab(second, "harder.home"))["se"] == [20, 20, 40, 0]


def test_crosstab_says_which_editions_its_totals_are_of() -> None:
    first = a_crossed_release({"police_met": POLICE})
    second = a_crossed_release({}, {"police_met": "few_groups"}, previous=first)
    assert crosstab(second, "police_met").editions == (1,)
    assert crosstab(later(second), "police_met").editions == (1, 3)


def test_total_of_a_row_is_as_far_off_as_the_groups_in_it_P7() -> None:
    first = a_crossed_release({"police_met": POLICE})
    limits = [(row.base, row.base_at_least, row.base_at_most) for row in crosstab(first, "police_met").rows]
    # 20 and 0 in the last two groups: 16 to 24 and 0 to 4.
    assert limits == [(30, 26, 34), (30, 26, 34), (20, 16, 28)]
    rows = crosstab(later(first), "police_met").rows
    assert [(row.base, row.base_at_least, row.base_at_most) for row in rows] == [(85, 77, 93), (90, 74, 114)]


def test_total_of_a_row_of_an_exact_crosstab_is_exact() -> None:
    """Of an option that came later, too, which fewer could choose than are in the group."""
    later_option = {"challenges.police": {"se": (5, 5), "no": (0, 8), "other+no_answer": (0, 0)}}
    release = a_crossed_release({**later_option, "police_met": POLICE}, policy="exact")
    limits = {
        name: [(row.base, row.base_at_least, row.base_at_most) for row in crosstab(release, name).rows]
        for name in ("police_met", "challenges.police")
    }
    assert limits == {
        "police_met": [(30, 30, 30), (30, 30, 30), (20, 20, 20)],
        "challenges.police": [(10, 10, 10), (8, 8, 8), (0, 0, 0)],
    }
