"""Totals over editions: which editions they are of, how far off they can be, and how many were asked."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.publication.release import Omitted, Release, cells_of, percentage, whole
from tests.builders import a_question, options, text
from tests.unit.publication.a_release import SIXTY, a_release, as_first_stored

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


def test_those_asked_are_as_far_off_as_the_rest_of_the_table_where_that_is_nearer() -> None:
    elsewhere = {"not": {"question": "country", "equals": "se"}}
    questions = (a_question("single_choice"), a_question("long_text", show_if=elsewhere))
    counts = {"country": {"se": 20, "no": 20, "other": 10, "no_answer": 10}, "wish": {"answered": 30}}
    asked = rounded(counts, *questions).tables[1].asked
    assert asked is not None
    # Three cells of up to 4 each; but 16 to 24 of 60 to 64 are in Sweden.
    assert (asked.count, asked.at_least, asked.at_most) == (40, 36, 48)


def test_those_asked_a_question_that_a_version_added_are_not_told_by_a_table_that_is_older() -> None:
    assert rounded(ASKED, older=[POLICE]).tables[1].asked is None
    assert a_release(POLICE, WISH, counts=ASKED).tables[1].asked is not None


def test_cells_of_those_asked_sum_to_them_and_hold_the_truth_P7() -> None:
    """Exact counts of every remainder: what is left of those asked is within what is said."""
    for yes, answered, n in itertools.product(range(30, 35), range(20, 25), range(60, 65)):
        counts = {"police_met": {"yes": yes, "no": n - yes}, "wish": {"answered": answered, "no_answer": n - answered}}
        table = rounded(counts, n=n).tables[1]
        assert table.asked is not None
        left = cells_of(table)[-1]
        assert sum(cell.count for cell in cells_of(table)) == whole(table) == table.asked.count
        assert left.at_least is not None
        assert left.at_most is not None
        assert left.at_least <= yes - answered <= left.at_most
        assert left.count == left.edition_count
        assert left.count >= 0


def test_question_newer_than_two_editions_was_not_answered_by_all_who_can_be_in_them() -> None:
    two = rounded(ASKED, POLICE, previous=rounded(ASKED, POLICE))
    mood = a_question("long_text")
    third = rounded({**ASKED, "wish": {"answered": 30, "no_answer": 30}}, POLICE, mood, older=[POLICE], previous=two)
    (wish,) = [table for table in third.tables if table.id == "wish"]
    assert (wish.base, wish.editions, wish.base_at_most) == (180, (1, 2, 3), 192)
    none = wish.cells[-1]
    assert (none.count, none.at_least, none.at_most) == (150, 120 + 26, 128 + 34)


def test_newer_option_is_of_the_editions_that_printed_its_question_and_no_others() -> None:
    asked = a_question("multiple_choice", show_if={"question": "police_met", "equals": "yes"})
    older = {**asked, "options": [option for option in asked["options"] if option["code"] != "stigma"]}
    some = {
        "police_met": {"yes": 40, "no": 20},
        "challenges": {"chosen": 30, "no_answer": 30},
        "challenges.law": {"chosen": 25, "not_chosen": 35},
        "challenges.police": {"chosen": 15, "not_chosen": 45},
    }
    first = rounded(some, POLICE, older)
    assert not first.omitted
    second = rounded(UNASKED, POLICE, asked, older=[POLICE, older], previous=first)
    assert {left.id for left in second.omitted} >= {"challenges", "challenges.stigma"}
    newer = {**some, "challenges.stigma": {"chosen": 10, "not_chosen": 50}}
    third = rounded(newer, POLICE, asked, older=[POLICE, older], previous=second)
    of_question = [table for table in third.tables if table.question == "challenges"]
    assert {(table.base, table.editions) for table in of_question} == {(120, (1, 3))}
    stigma = next(table for table in of_question if table.part == "stigma")
    assert sum(cell.count for cell in stigma.cells) == 120
    assert stigma.cells[-1].at_most == 64 + 54


def test_row_that_was_left_out_before_is_not_of_the_editions_of_its_question() -> None:
    only_home = a_release(a_question("matrix"))
    home, work = only_home.tables
    left = Omitted(id=work.id, question="harder", label=work.label, part_label=work.part_label, reason="no_fit")
    first = only_home.model_copy(update={"tables": (home,), "omitted": (left,)})
    second = a_release(a_question("matrix"), previous=first)
    assert [(table.base, table.editions) for table in second.tables] == [(120, (1, 2)), (60, (2,))]


def test_question_that_was_left_out_before_begins_at_nothing() -> None:
    second = rounded(ASKED, previous=rounded(UNASKED))
    assert [(table.base, table.editions) for table in second.tables] == [(120, (1, 2)), (60, (2,))]


def test_totals_with_a_release_that_did_not_tell_its_editions_are_of_all_where_its_base_says_so() -> None:
    older = Release.model_validate(as_first_stored(rounded(ASKED, previous=rounded(ASKED))))
    police, wish = rounded(ASKED, previous=older).tables
    assert (police.editions, police.base_at_most) == ((1, 2, 3), 180 + 12)
    assert wish.editions == (1, 2, 3)
    assert wish.asked is None, "how many were asked before is not known"


def test_totals_with_a_release_that_did_not_tell_its_editions_do_not_guess_them() -> None:
    older = Release.model_validate(as_first_stored(rounded(UNASKED, previous=rounded(ASKED))))
    wish = rounded(ASKED, previous=older).tables[1]
    assert (wish.base, wish.editions, wish.base_at_least, wish.base_at_most) == (120, (), 120, None)
    assert rounded(ASKED, previous=rounded(ASKED, previous=older)).tables[1].editions == ()


# --- what a later version brought ------------------------------------------------------------------------------------

#: Of 60, 45 met the second version.
MIXED = {**SIXTY, "_version": {"1": 15, "2": 45}, "police_met": {"yes": 30, "no": 10}, "harder.work": {"not": 40}}


def asked_of(release: Release, name: str) -> tuple[int, int | None] | None:
    asked = next(table for table in release.tables if table.id == name).asked
    return (asked.count, asked.edition_count) if asked else None


def test_newer_question_is_of_those_who_met_its_version_in_all_editions() -> None:
    older = [a_question("number")]
    newer = [*older, a_question("yes_no")]
    first = a_release(*older)
    second = a_release(*newer, older=older, counts=MIXED, previous=first)
    third = a_release(*newer, older=older, previous=second)
    assert asked_of(second, "police_met") == (45, 45)
    assert asked_of(third, "police_met") == (105, 60)
    assert asked_of(third, "clients") is None
    table = next(table for table in second.tables if table.id == "police_met")
    assert [cell.count for cell in cells_of(table)] == [30, 10, 5]
    assert percentage(table.cells[0], table, second) == 66.7
    assert table.base == 120


def test_newer_row_is_of_those_who_met_its_version_and_older_rows_of_everybody() -> None:
    older = [a_question("matrix", rows=[{"code": "home", "label": text("Home")}])]
    first = a_release(*older)
    second = a_release(a_question("matrix"), older=older, counts=MIXED, previous=first)
    assert asked_of(second, "harder.work") == (45, 45)
    assert asked_of(second, "harder.home") is None


def test_newer_option_has_the_base_of_its_question() -> None:
    older = [a_question("multiple_choice", options=options("law", "none"))]
    release = a_release(a_question("multiple_choice"), older=older, counts=MIXED)
    assert asked_of(release, "challenges.stigma") is None
    whole = a_release(a_question("number"), a_question("multiple_choice"), older=[a_question("number")], counts=MIXED)
    assert asked_of(whole, "challenges.stigma") == asked_of(whole, "challenges") == (45, 45)


CHOICE = a_question("multiple_choice", options=options("law", "stigma"), show_if=WISH["show_if"], most=None)
WITH_POLICE = {**CHOICE, "options": options("law", "stigma", "police")}
CHOSEN = {
    "police_met": {"yes": 60, "no": 60},
    "challenges": {"chosen": 50},
    "challenges.law": {"chosen": 40, "not_chosen": 80},
    "challenges.stigma": {"chosen": 30, "not_chosen": 90},
    "challenges.police": {"chosen": 20, "not_chosen": 100},
}


@pytest.mark.parametrize("editions", [1, 2])
def test_newer_option_of_a_conditional_question_is_of_those_who_were_asked_the_question(editions: int) -> None:
    first = rounded(CHOSEN, POLICE, CHOICE, n=120) if editions == 2 else None
    release = rounded(CHOSEN, POLICE, WITH_POLICE, n=120, older=[POLICE, CHOICE], previous=first)
    asked = {table.id: whole(table) for table in release.tables if table.question == "challenges"}
    names = ("challenges", "challenges.law", "challenges.stigma", "challenges.police")
    assert asked == dict.fromkeys(names, 60 * editions)
    police = next(table for table in release.tables if table.id == "challenges.police")
    assert [cell.count for cell in cells_of(police)] == [20, 60 * editions - 20]


def test_option_newer_than_its_newer_question_is_of_those_who_met_the_version_of_the_question() -> None:
    law, police = ({key: question[key] for key in question if key != "show_if"} for question in (CHOICE, WITH_POLICE))
    counts = {**CHOSEN, "_version": {"1": 60, "2": 30, "3": 30}}
    release = rounded(counts, POLICE, police, n=120, oldest=[POLICE], older=[POLICE, law])
    newer = {table.id: (table.since, whole(table)) for table in release.tables if table.question == "challenges"}
    assert newer["challenges.police"] == (3, 60)
    assert set(newer.values()) == {(2, 60), (3, 60)}


def test_versions_of_editions_that_were_stored_before_they_were_counted_are_not_made_up() -> None:
    counts = {"country": {"se": 60}, "police_met": {"yes": 40, "no": 20}, "_version": {"2": 60}}
    older, newer = [a_question("single_choice")], [a_question("single_choice"), POLICE]
    stored = as_first_stored(a_release(*newer, older=older, counts=counts, previous=a_release(*older, counts=counts)))
    stored["tables"] = [table for table in stored["tables"] if table["id"] != "_version"]
    release = a_release(*newer, older=older, counts=counts, previous=Release.model_validate(stored))
    versions = next(table for table in release.tables if table.id == "_version")
    assert (versions.base, versions.editions) == (60, (3,))
    assert [(cell.code, cell.count) for cell in versions.cells] == [("2", 60), ("1", 0)]


def test_versions_of_editions_before_the_second_are_the_first() -> None:
    older, newer = [a_question("single_choice")], [a_question("single_choice"), POLICE]
    release = a_release(*newer, older=older, previous=a_release(*older))
    versions = next(table for table in release.tables if table.id == "_version")
    assert [(cell.code, cell.count) for cell in versions.cells] == [("2", 60), ("1", 60)]


def test_who_gave_no_answer_is_never_fewer_than_nobody() -> None:
    """Batches that were counted before versions were do not tell who met the second."""
    counts = {"police_met": {"yes": 40, "no": 20}, "_version": {}}
    release = a_release(a_question("number"), POLICE, older=[a_question("number")], counts=counts)
    none = cells_of(next(table for table in release.tables if table.id == "police_met"))[-1]
    assert (none.count, none.edition_count, none.at_least, none.at_most) == (0, 0, 0, 0)
