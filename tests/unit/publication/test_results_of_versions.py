"""The results page where versions and editions differ: what is newer, what earlier ones left, and totals that vary."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.errors import in_english
from chalicelib.publication.release import cells_of
from chalicelib.publication.results_page import blocks_of
from tests.builders import a_question, options, text
from tests.unit.publication.a_release import a_release, page_of

HOME = [{"code": "home", "label": text("Home")}]
IF_YES = {"question": "police_met", "equals": "yes"}


@pytest.mark.parametrize("language", ["en", "sv"])
def test_label_that_an_earlier_edition_left_is_shown_though_the_first_language_is_another_now(language: str) -> None:
    wish = a_question("long_text", show_if=IF_YES)
    some = {"police_met": {"yes": 40, "no": 20}, "wish": {"answered": 30}}
    first = a_release(a_question("yes_no"), wish, policy="protected", counts=some, languages=("en",))
    few = {"police_met": {"yes": 5, "no": 55}}
    changes: dict[str, Any] = {"policy": "protected", "counts": few, "languages": ("sv", "en"), "previous": first}
    html = page_of(a_release(a_question("yes_no"), wish, **changes), language)
    assert re.search("About long_text[?](</span>)?</h2>", html)


def test_column_of_a_matrix_that_a_version_added_says_so() -> None:
    older = [a_question("matrix", options=options("not", "some"))]
    (block, _) = blocks_of(a_release(a_question("matrix"), older=older), "en", in_english)
    assert block.grid is not None
    assert block.grid.columns == ("NOT", "SOME", "MUCH (since version 2)", "No answer")


def test_column_is_as_new_as_in_the_oldest_row() -> None:
    older = [a_question("matrix", options=options("not", "some"), rows=[{"code": "work", "label": text("Work")}])]
    (block, _) = blocks_of(a_release(a_question("matrix"), older=older), "en", in_english)
    assert block.grid is not None
    assert block.grid.columns[2] == "MUCH (since version 2)"


def test_row_that_a_version_added_to_a_wide_matrix_says_so() -> None:
    wide = options(*"abcdefg")
    counts = {"harder.home": {"a": 60}, "harder.work": {"a": 45}, "_version": {"1": 15, "2": 45}}
    older = [a_question("matrix", options=wide, rows=HOME)]
    html = page_of(a_release(a_question("matrix", options=wide), older=older, counts=counts))
    assert re.findall("<caption>(.*?)</caption>", html) == [
        "Home (Total: 60)",
        "Work (Total: 45) <small>since version 2</small>",
    ]


def test_row_that_only_earlier_editions_printed_has_nobody_under_an_option_that_is_newer() -> None:
    older = [a_question("matrix", options=options("some", "not"))]
    first = a_release(*older)
    second = a_release(a_question("matrix"), older=older, previous=first)
    kept = next(table for table in first.tables if table.id == "harder.work")
    tables = [kept if table.id == kept.id else table for table in second.tables]
    block = blocks_of(second.model_copy(update={"tables": tuple(tables)}), "en", in_english)[0]
    assert block.grid is not None
    work = block.grid.rows[1]
    assert [(line.label, line.count) for line in work.lines] == [
        ("NOT", 15),
        ("SOME", 15),
        ("MUCH (since version 2)", 0),
        ("No answer", 30),
    ]


def test_each_row_has_its_total_where_of_one_it_is_not_told_who_was_asked() -> None:
    older = [a_question("yes_no"), a_question("matrix", rows=HOME, show_if=IF_YES)]
    newer = [a_question("yes_no"), a_question("matrix", show_if=IF_YES)]
    counts = {"police_met": {"yes": 60, "no": 60}, "harder.home": {"not": 50}, "harder.work": {"not": 40}}
    html = page_of(a_release(*newer, older=older, n=120, counts=counts))
    assert re.findall('<td data-label="Total">(.*?)</td>', html) == ["60", "120"]


def test_each_line_of_a_list_has_its_total_where_they_differ() -> None:
    """In releases that were stored when a newer option was of everybody."""
    choice = a_question("multiple_choice", show_if=IF_YES)
    counts = {"police_met": {"yes": 30, "no": 30}, "challenges": {"chosen": 25}, "challenges.law": {"chosen": 25}}
    release = a_release(a_question("yes_no"), choice, policy="protected", counts=counts)
    assert "<small>Total:" not in page_of(release)
    tables = [table.model_copy(update={"asked": None}) if table.part == "police" else table for table in release.tables]
    html = page_of(release.model_copy(update={"tables": tuple(tables)})).split('id="challenges"')[1]
    assert re.findall("<small>Total: (.*?)</small>", html) == ["30", "30", "60", "30", "30"]
    assert html.count("<td></td><td>") == 0
    assert re.findall(r"<th scope=\"col\">(.*?)</th>", html) == ["Answer", "Count", "Share"]
    assert re.findall(r"<td>(\d* ?%?)</td></tr>", html) == ["", "", "0 %", "", ""]


def test_page_says_of_sums_only_what_is_true_of_tables_that_one_release_printed() -> None:
    wish = a_question("long_text", show_if=IF_YES)
    some = {"police_met": {"yes": 40, "no": 20}, "wish": {"answered": 30}}
    few = {"police_met": {"yes": 10, "no": 50}}
    for access in ("invitation", "open"):
        changes: dict[str, Any] = {"policy": "protected", "access": access}
        first = a_release(a_question("yes_no"), wish, counts=some, **changes)
        html = page_of(a_release(a_question("yes_no"), wish, counts=few, previous=first, **changes))
        assert "Numbers are sums over the releases that printed them." in html
        assert "is too low" not in html


def test_page_leaves_it_to_a_table_whose_numbers_are_worked_out_what_a_0_and_a_5_mean() -> None:
    wish = a_question("long_text", show_if=IF_YES)
    counts = {"police_met": {"yes": 37, "no": 23}, "wish": {"answered": 34, "no_answer": 26}}
    release = a_release(a_question("yes_no"), wish, policy="protected", counts=counts)
    none = cells_of(release.tables[1])[-1]
    assert (none.count, none.at_most) == (5, 13)
    assert "Unless a table says otherwise, a 0 means 0 to 4 and a 5 means 1 to 9." in page_of(release)


@pytest.mark.parametrize(
    ("access", "policy", "said"),
    [
        ("invitation", "protected", "(rounded down: up to 4 more)"),
        ("open", "protected", "(rounded down)"),
        ("open", "exact", ""),
    ],
)
def test_number_of_answers_says_that_it_is_rounded_down(access: str, policy: str, said: str) -> None:
    html = page_of(a_release(a_question("yes_no"), policy=policy, access=access))
    assert re.findall(r"<small>([(]rounded down.*?)</small>", html) == ([said] if said else [])
