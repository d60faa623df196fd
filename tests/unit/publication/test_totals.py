"""Totals over editions: which editions they are of, how far off they can be, and how many were asked."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.publication.cells import KEPT_EDITIONS
from chalicelib.publication.release import Edition, FrequencyTable, Release, Suppressed, cells_of, denominator
from tests.builders import a_question, options, text
from tests.unit.publication.a_release import a_release

POLICE = a_question("yes_no")
WISH = a_question("long_text", show_if={"question": "police_met", "equals": "yes"})
#: 40 of 60 were asked, 25 of them answered; then too few were asked.
ASKED = {"police_met": {"yes": 40, "no": 20}, "wish": {"answered": 25, "no_answer": 35}}
UNASKED = {"police_met": {"yes": 10, "no": 50}}


def rounded(counts: Mapping[str, Mapping[str, int]], *questions: dict[str, Any], **changes: Any) -> Release:
    return a_release(*(questions or (POLICE, WISH)), **{"policy": "protected", "counts": counts, **changes})


def test_table_says_which_editions_its_totals_are_of() -> None:
    third = rounded(ASKED, previous=rounded(UNASKED, previous=rounded(ASKED)))
    assert [(table.id, table.editions, table.base) for table in third.tables] == [
        ("police_met", (1, 2, 3), 180),
        ("wish", (1, 3), 120),
    ]
    left_out = rounded(UNASKED, previous=third)
    assert [table.editions for table in left_out.tables] == [(1, 2, 3, 4), (1, 3)]


def test_base_can_be_up_to_four_too_low_in_each_edition_that_is_in_it() -> None:
    third = rounded(ASKED, previous=rounded(UNASKED, previous=rounded(ASKED)))
    assert (third.responses, third.responses_at_most) == (180, 192)
    assert [(table.base_at_least, table.base_at_most) for table in third.tables] == [(180, 192), (120, 128)]


@pytest.mark.parametrize(("settings", "most"), [({"policy": "exact"}, 60), ({"access": "open"}, None)])
def test_base_is_exact_or_has_no_limit_where_numbers_are_and_have(settings: dict[str, Any], most: int | None) -> None:
    release = rounded(ASKED, **settings)
    assert {release.responses_at_most, *(table.base_at_most for table in release.tables)} == {most}


def test_those_asked_are_summed_over_the_editions_that_printed_the_table() -> None:
    third = rounded(ASKED, previous=rounded(UNASKED, previous=rounded(ASKED)))
    asked = third.tables[1].asked
    assert asked is not None
    assert (asked.count, asked.edition_count, asked.at_least, asked.at_most) == (80, 40, 72, 88)
    assert rounded(UNASKED, previous=third).tables[1].asked == asked.model_copy(update={"edition_count": None})
    assert third.tables[0].asked is None, "everybody was"


def test_those_asked_are_as_far_off_as_a_number_whatever_cells_count_them() -> None:
    elsewhere = {"not": {"question": "country", "equals": "se"}}
    questions = (a_question("single_choice"), a_question("long_text", show_if=elsewhere))
    counts = {"country": {"se": 20, "no": 20, "other": 10, "no_answer": 10}, "wish": {"answered": 30}}
    asked = rounded(counts, *questions).tables[1].asked
    assert asked is not None
    assert (asked.count, asked.at_least, asked.at_most) == (40, 36, 44)


OPTIONS = {"challenges.law": {"chosen": 40}, "challenges.stigma": {"chosen": 60}}


def test_those_who_are_what_an_option_leaves_can_be_more_by_as_many_as_n_is_rounded_down() -> None:
    """40 of 60 to 64 chose it, or 36 to 44."""
    left = {"not": {"question": "challenges", "includes": "law"}}
    questions = (a_question("multiple_choice", most=None), a_question("long_text", show_if=left))
    asked = rounded({"challenges": {"chosen": 60}, **OPTIONS}, *questions).tables[-1].asked
    assert asked is not None
    assert (asked.count, asked.at_least, asked.at_most) == (20, 16, 28)


def test_cells_of_those_asked_sum_to_them_and_hold_the_truth_P7() -> None:
    """Exact counts of every remainder: what is left of those asked is within what is said."""
    for yes, answered, n in itertools.product(range(30, 35), range(20, 25), range(60, 65)):
        counts = {"police_met": {"yes": yes, "no": n - yes}, "wish": {"answered": answered, "no_answer": n - answered}}
        table = rounded(counts, n=n).tables[1]
        assert table.asked is not None
        left = cells_of(table)[-1]
        assert sum(cell.count for cell in cells_of(table)) == denominator(table) == table.asked.count
        assert left.at_least is not None
        assert left.at_most is not None
        assert left.at_least <= yes - answered <= left.at_most
        assert left.count == left.edition_count
        assert left.count >= 0


def test_row_that_was_left_out_before_is_not_of_the_editions_of_its_question() -> None:
    only_home = a_release(a_question("matrix"))
    home, work = only_home.tables
    left = Suppressed(id=work.id, question="harder", label=work.label, part_label=work.part_label, reason="no_fit")
    first = only_home.model_copy(update={"tables": (home,), "omitted": (left,)})
    second = a_release(a_question("matrix"), previous=first)
    assert [(table.base, table.editions) for table in second.tables] == [(120, (1, 2)), (60, (2,))]


def test_question_that_was_left_out_before_begins_at_nothing() -> None:
    second = rounded(ASKED, previous=rounded(UNASKED))
    assert [(table.base, table.editions) for table in second.tables] == [(120, (1, 2)), (60, (2,))]


# --- editions side by side -------------------------------------------------------------------------------------------


def recomputed(table: FrequencyTable, release: Release) -> list[tuple[int, int, int]]:
    """What a reader makes of the numbers side by side: each cell's total, and what it can be in truth.

    The last cell of a conditional question is what the others leave of all answers.
    """
    off = release.rounding_base - 1
    return [
        (sum(each.by_edition), sum(max(0, number - off) for number in each.by_edition), sum(each.by_edition) + releases)
        for each in (table.cells[:-1] if table.conditional else table.cells)
        for releases in [off * len(table.editions)]
    ]


@given(st.lists(st.sampled_from([ASKED, UNASKED, {"police_met": {"yes": 60}}]), min_size=1, max_size=5))
@settings(max_examples=20, deadline=None)
def test_reader_can_compute_totals_and_their_limits_from_the_editions_side_by_side(
    counted: list[Mapping[str, Mapping[str, int]]],
) -> None:
    release: Release | None = None
    for counts in counted:
        release = rounded(counts, previous=release)
    assert release is not None
    for table in release.tables:
        own = recomputed(table, release)
        assert [(cell.count, cell.at_least, cell.at_most) for cell in table.cells[: len(own)]] == own
        assert {len(cell.by_edition) for cell in table.cells} == {len(table.editions)} == {table.releases}
        assert table.asked is None or sum(table.asked.by_edition) == table.asked.count
        if table.editions[-1] == release.number:
            assert [cell.by_edition[-1] for cell in table.cells] == [cell.edition_count for cell in table.cells]


def test_release_says_when_each_edition_was_published_and_of_how_many_answers_it_is() -> None:
    first = rounded(ASKED, published_on=date(2026, 1, 31))
    second = rounded({"police_met": {"yes": 44}}, n=44, published_on=date(2026, 2, 28), previous=first)
    assert second.editions == (
        Edition(number=1, published_on=date(2026, 1, 31), responses=60, began="2026-02", ended="2026-02"),
        Edition(number=2, published_on=date(2026, 2, 28), responses=40, began="2026-02", ended="2026-02"),
    )


def test_only_the_last_editions_stand_side_by_side_and_totals_are_of_all() -> None:
    release = a_release(POLICE, counts={"police_met": {"yes": 7, "no": 53}})
    for _ in range(KEPT_EDITIONS + 1):
        release = a_release(POLICE, previous=release)
    (table,) = release.tables
    assert (table.releases, table.base, table.cells[0].count) == (62, 62 * 60, 7 + 61 * 35)
    assert table.editions == tuple(range(3, 63)) == tuple(each.number for each in release.editions)
    assert table.cells[0].by_edition == (35,) * KEPT_EDITIONS


# --- what changed between editions -----------------------------------------------------------------------------------

MATRIX, RANKING, CHOICE = (a_question(kind) for kind in ("matrix", "ranking", "multiple_choice"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (a_question("single_choice"), a_question("single_choice", options=options("se", "no", "dk"))),
        (a_question("single_choice"), a_question("single_choice", options=options("no", "se", "other"))),
        (CHOICE, {**CHOICE, "options": [*CHOICE["options"], *options("new")]}),
        (CHOICE, {**CHOICE, "options": CHOICE["options"][1:]}),
        (MATRIX, {**MATRIX, "rows": MATRIX["rows"][:1]}),
        (RANKING, {**RANKING, "options": [*RANKING["options"], *options("new")]}),
        (a_question("yes_no", id="wish"), a_question("long_text")),
        (a_question("long_text"), WISH),
    ],
    ids=["codes", "order", "an option more", "an option less", "a row less", "ranked", "kind", "asked of some"],
)
def test_question_that_changed_between_editions_starts_its_totals_anew_and_others_go_on(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    counts = {**ASKED, "wish": {"answered": 20, "no_answer": 40}}
    second = rounded(counts, POLICE, after, previous=rounded(counts, POLICE, before))
    police, *changed = second.tables
    assert (police.editions, police.base) == ((1, 2), 120)
    assert changed
    assert {(table.editions, table.base) for table in changed} == {((2,), 60)}


def test_question_that_was_reworded_goes_on_under_its_new_words() -> None:
    (table,) = rounded(ASKED, {**POLICE, "label": text("Anew?")}, previous=rounded(ASKED, POLICE)).tables
    assert (table.editions, table.label) == ((1, 2), {"en": "Anew?"})


def test_question_that_is_not_asked_any_more_is_gone() -> None:
    assert [table.id for table in rounded(ASKED, POLICE, previous=rounded(ASKED)).tables] == ["police_met"]


def test_changed_question_that_is_not_printed_leaves_no_totals_of_what_it_was() -> None:
    asked = {**a_question("single_choice"), "show_if": WISH["show_if"]}
    first = rounded({**ASKED, "country": {"se": 20}}, POLICE, asked)
    second = rounded(UNASKED, POLICE, {**asked, "options": options("se", "no")}, previous=first)
    assert [table.id for table in second.tables] == ["police_met"]


def test_exact_question_goes_on_when_an_option_is_added_which_nobody_gave_before() -> None:
    older = a_question("single_choice", options=options("se", "no"))
    newer = a_question("single_choice", options=options("se", "dk", "no"))
    first = a_release(older, counts={"country": {"se": 20, "no": 40}})
    (table,) = a_release(newer, counts={"country": {"dk": 60}}, previous=first).tables
    assert {cell.code: (cell.count, cell.by_edition) for cell in table.cells} == {
        "se": (20, (20, 0)),
        "dk": (60, (0, 60)),
        "no": (40, (40, 0)),
        "no_answer": (0, (0, 0)),
    }
    assert table.base == table.base_at_least == table.base_at_most == 120


def test_exact_question_that_came_later_is_of_the_editions_that_asked_it() -> None:
    police, wish = a_release(POLICE, a_question("long_text"), previous=a_release(POLICE)).tables
    assert [(table.base, table.editions, table.asked) for table in (police, wish)] == [
        (120, (1, 2), None),
        (60, (2,), None),
    ]
