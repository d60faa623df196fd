"""Crosstabs on the results page: a grid of groups by answers below the question's own table."""

from __future__ import annotations

import re

from chalicelib.errors import in_english
from chalicelib.publication.crossed import Crossed
from chalicelib.publication.release import Release
from chalicelib.publication.results_page import blocks_of, render_results
from tests.unit.publication.a_crossed_release import CHALLENGES, POLICE, POLICE_LATER, a_crossed_release


def crossed(release: Release, question: str) -> Crossed:
    (found,) = [block.crossed for block in blocks_of(release, "en", in_english) if block.id == question]
    assert found is not None
    return found


def grids(found: Crossed) -> list[tuple[str, tuple[str, ...], dict[str, list[int]]]]:
    """Title, columns, and by group its base and counts."""
    return [
        (
            grid.title,
            grid.columns,
            {row.label: [row.base or 0, *(line.count for line in row.lines)] for row in grid.rows},
        )
        for grid in found.grids
    ]


def page(release: Release) -> str:
    return str(render_results(release, "en", in_english, "../releases"))


def test_groups_stand_under_each_other_with_their_base_and_the_labels_of_all_that_were_added_together() -> None:
    found = crossed(a_crossed_release({"police_met": POLICE}), "police_met")
    assert found.group == "About single_choice?"
    rows = {"SE": [30, 20, 10, 0], "NO": [30, 10, 15, 5], "OTHER + No answer": [20, 10, 5, 5]}
    assert grids(found) == [("", ("Yes", "No", "No answer"), rows)]


def test_multiple_choice_by_group_is_one_grid_with_its_options_as_columns() -> None:
    found = crossed(a_crossed_release(CHALLENGES), "challenges")
    rows = {
        "SE": [30, 20, 10, 0, 5, 5],
        "NO": [30, 5, 15, 0, 10, 5],
        "OTHER + No answer": [20, 0, 10, 0, 5, 5],
    }
    assert grids(found) == [("", ("LAW", "STIGMA", "POLICE", "NONE", "No answer"), rows)]


def test_matrix_by_group_is_a_grid_a_row() -> None:
    rows = {"se": (10, 10, 20, 0), "no+other+no_answer": (10, 10, 10, 10)}
    found = crossed(a_crossed_release({"harder.home": rows, "harder.work": rows}), "harder")
    columns = ("NOT", "SOME", "MUCH", "No answer")
    counts = {"SE": [40, 10, 10, 20, 0], "NO + OTHER + No answer": [40, 10, 10, 10, 10]}
    assert grids(found) == [("Home", columns, counts), ("Work", columns, counts)]


def test_page_has_each_number_with_its_column_so_that_a_phone_can_show_it_without_scrolling() -> None:
    html = page(a_crossed_release({"police_met": POLICE}))
    (below,) = re.findall(r"<h3>.*?</table>", html, re.DOTALL)
    assert "<h3>By the answers to “About single_choice?”</h3>" in below
    assert re.findall(r'<td data-label="([^"]+)">(\d+)', below)[:4] == [
        ("Total", "30"),
        ("Yes", "20"),
        ("No", "10"),
        ("No answer", "0"),
    ]
    assert re.findall(r'<th scope="row">(.*?)</th>', below) == ["SE", "NO", "OTHER + No answer"]
    assert '<p class="hint">Every number can be up to 4 too high or too low.</p>' in below


def test_shares_of_a_group_are_shown_from_a_base_of_50() -> None:
    release = a_crossed_release({"police_met": {"se": (30, 20, 0), "no+other+no_answer": (15, 10, 5)}})
    (below,) = re.findall(r"<h3>.*?</table>", page(release), re.DOTALL)
    assert re.findall(r"<small>(\d+ %)</small>", below) == ["60 %", "40 %", "0 %"]


def test_crosstab_that_is_not_printed_says_why_below_its_table() -> None:
    html = page(a_crossed_release({}, {"police_met": "few_groups"}))
    (block,) = [part for part in html.split("<h2") if "About yes_no?" in part]
    assert "<h3>By the answers to “About single_choice?”</h3>" in block
    assert '<p class="hint">Not printed: only one group would have 20 or more.</p>' in block
    assert "What is not printed" not in html


def test_multiple_choice_that_is_not_crossed_says_so_once() -> None:
    left = dict.fromkeys(CHALLENGES, "no_fit")
    assert crossed(a_crossed_release({}, left), "challenges").left_out == (
        "Not printed: no rounding of it agrees with the other tables.",
    )


def test_row_of_a_matrix_that_is_not_crossed_is_named() -> None:
    rows = {"se": (10, 10, 20, 0), "no+other+no_answer": (10, 10, 10, 10)}
    found = crossed(a_crossed_release({"harder.home": rows}, {"harder.work": "no_fit"}), "harder")
    assert found.left_out == ("Work: Not printed: no rounding of it agrees with the other tables.",)


def test_crosstab_of_earlier_editions_says_that_this_one_did_not_print_it() -> None:
    first = a_crossed_release({"police_met": POLICE})
    found = crossed(a_crossed_release({}, {"police_met": "few_groups"}, previous=first), "police_met")
    assert found.left_out == (
        "Not printed: only one group would have 20 or more. The numbers are those of earlier releases.",
    )
    assert grids(found)[0][2]["SE"] == [30, 20, 10, 0]


def test_groups_joined_over_editions_are_named_together_and_can_be_further_off() -> None:
    first = a_crossed_release({"police_met": POLICE})
    found = crossed(a_crossed_release({"police_met": POLICE_LATER}, n=95, previous=first), "police_met")
    assert list(grids(found)[0][2]) == ["SE", "NO + OTHER + No answer"]
    assert found.exactness == "Every number can be up to 16 too high or too low."


def test_question_that_is_not_crossed_has_nothing_below_its_table() -> None:
    html = page(a_crossed_release({"police_met": POLICE}))
    assert html.count("<h3>") == 1
