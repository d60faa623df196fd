"""Tables over records count as a person would, by every kind of question."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from chalicelib.questionnaire.codebook import VARIABLES, codebook_of
from operation.errors import OperatorError
from operation.records.breakdowns import breakdowns
from operation.records.table_screen import shown
from operation.records.table_words import after
from operation.records.tables import Block, Table, Wanted, table_of
from tests.builders import QUESTIONS, a_definition, a_question, text
from tests.unit.operation.records.handmade import HandMade, handmade

COUNTRY, MOOD = a_question("single_choice"), a_question("yes_no")


def tabulated(records: HandMade, rows: str, columns: str | None = None, *conditions: str) -> Table:
    return table_of(records, Wanted.read(records.codebook, rows, columns, conditions))


def counts(block: Block) -> Mapping[str, list[int]]:
    """By code, the people of each column."""
    return {line.category.code: [cell.people for cell in line.cells] for line in block.lines}


def one_block(table: Table) -> Block:
    (block,) = table.blocks
    return block


CROSSED = handmade(
    COUNTRY,
    MOOD,
    people=[
        (6, {"country": "se", "police_met": "yes"}),
        (3, {"country": "se", "police_met": "no"}),
        (1, {"country": "no", "police_met": "yes"}),
        (2, {"country": "no", "police_met": None}),
        (4, {"country": None, "police_met": "yes"}),
        (1, {"country": None, "police_met": None}),
    ],
)


def test_rows_are_counted_by_columns_and_who_gave_no_answer_is_apart() -> None:
    table = tabulated(CROSSED, "police_met", "country")
    block = one_block(table)
    assert [column.code for column in table.columns] == ["all", "se", "no", "other", "no_answer"]
    assert counts(block) == {"yes": [11, 6, 1, 0, 4], "no": [3, 3, 0, 0, 0]}
    assert [base.people for base in block.bases] == [14, 9, 1, 0, 4]
    assert block.without == (3, 0, 2, 0, 1)
    assert [[cell.percent for cell in line.cells] for line in block.lines] == [
        [79, 67, 100, None, 100],
        [21, 33, 0, None, 0],
    ]
    assert (table.records, table.people, table.small) == (17, 17, 9)


def test_conditions_are_combined_by_and() -> None:
    table = tabulated(CROSSED, "country", None, "country=se,no", "police_met=answered")
    assert counts(one_block(table)) == {"se": [9], "no": [1], "other": [0]}
    assert (table.records, table.people) == (17, 10)


@pytest.mark.parametrize(
    ("records", "conditions", "said"),
    [
        (CROSSED, ["country=other"], "None of the records has: country is other. Ask for less."),
        (handmade(COUNTRY, people=[]), [], "There are no records."),
    ],
)
def test_table_of_nobody_is_refused(records: HandMade, conditions: list[str], said: str) -> None:
    with pytest.raises(OperatorError, match=said):
        tabulated(records, "country", None, *conditions)


def test_several_answers_are_a_row_each_of_all_who_answered() -> None:
    people: list[tuple[int, dict[str, str | None]]] = [
        (5, {"challenges": "law stigma"}),
        (3, {"challenges": "law"}),
        (2, {"challenges": None}),
    ]
    block = one_block(tabulated(handmade(a_question("multiple_choice"), people=people), "challenges"))
    assert counts(block) == {"law": [8], "stigma": [5], "police": [0], "none": [0]}
    assert [line.cells[0].percent for line in block.lines] == [100, 63, 0, 0]
    assert not block.rows.is_exclusive


def test_matrix_has_a_block_for_each_row_of_those_who_answered_it() -> None:
    people: list[tuple[int, dict[str, str | None]]] = [
        (5, {"harder.home": "much", "harder.work": "not"}),
        (2, {"harder.home": "some"}),
    ]
    table = tabulated(handmade(a_question("matrix"), people=people), "harder")
    assert [(block.rows.name, block.rows.part) for block in table.blocks] == [
        ("harder.home", "Home"),
        ("harder.work", "Work"),
    ]
    assert [counts(block) for block in table.blocks] == [
        {"not": [0], "some": [2], "much": [5]},
        {"not": [5], "some": [0], "much": [0]},
    ]
    assert [block.bases[0].people for block in table.blocks] == [7, 5]


def test_ranking_has_first_places_and_who_was_ranked_at_all() -> None:
    people: list[tuple[int, dict[str, str | None]]] = [
        (4, {"wants.home": "1", "wants.rest": "2"}),
        (3, {"wants.rest": "1"}),
        (1, {}),
    ]
    first, ranked = tabulated(handmade(a_question("ranking"), people=people), "wants").blocks
    assert counts(first) == {"home": [4], "rest": [3], "pay": [0]}
    assert counts(ranked) == {"home": [4], "rest": [7], "pay": [0]}
    assert (first.rows.is_exclusive, ranked.rows.is_exclusive) == (True, False)
    assert (first.bases[0].people, first.without) == (7, (1,))
    assert counts(one_block(tabulated(handmade(a_question("ranking"), people=people), "wants.rest"))) == {
        "1": [3],
        "2": [4],
    }


@pytest.mark.parametrize(
    ("kind", "question", "answers", "found"),
    [
        ("number", "clients", ["9", "10", "99", "300"], {"few": [1], "some": [2], "many": [1]}),
        ("date", "moved", ["2023-12-31", "2024-01-01"], {"before": [1], "since": [1]}),
        ("scale", "mood", ["1", "5", "5"], {"1": [1], "2": [0], "3": [0], "4": [0], "5": [2]}),
        ("long_text", "wish", ["answered"], {"answered": [1]}),
    ],
)
def test_numbers_and_dates_stand_by_their_bands_and_text_as_answered(
    kind: str, question: str, answers: list[str], found: Mapping[str, list[int]]
) -> None:
    records = handmade(a_question(kind), people=[(1, {question: answer}) for answer in answers])
    assert counts(one_block(tabulated(records, question))) == found


def test_number_without_bands_is_answered_or_not() -> None:
    records = handmade(a_question("number", bands=[]), people=[(2, {"clients": "7"}), (1, {"clients": None})])
    assert counts(one_block(tabulated(records, "clients"))) == {"answered": [2]}


@pytest.mark.parametrize("kind", [kind for kind, variables in VARIABLES.items() if kind not in ("note", "section")])
def test_every_kind_of_question_can_stand_in_rows(kind: str) -> None:
    codebook = codebook_of(a_definition().questionnaire)
    found = breakdowns(codebook, QUESTIONS[kind]["id"])
    assert all(each.label and each.categories for each in found)
    # What may be written beside an option is a question of its own.
    assert all(".text" not in each.name for each in found)


def test_columns_show_one_part_of_a_question() -> None:
    with pytest.raises(OperatorError, match=r"Name one of: harder\.home, harder\.work\."):
        tabulated(handmade(a_question("matrix"), people=[(1, {"harder.home": "not"})]), "harder.home", "harder")


ANSWER = st.sampled_from(["se", "no", "other", None])


@given(st.lists(st.tuples(st.integers(1, 9), ANSWER, st.sampled_from(["yes", "no", None])), min_size=1))
def test_columns_add_up_to_everybody(people: list[tuple[int, str | None, str | None]]) -> None:
    given_ = [(number, {"country": country, "police_met": met}) for number, country, met in people]
    table = tabulated(handmade(COUNTRY, MOOD, people=given_), "police_met", "country")
    block = one_block(table)
    for line in block.lines:
        everybody, *columns = (cell.people for cell in line.cells)
        assert everybody == sum(columns)
    assert table.records == block.bases[0].people + block.without[0]
    assert block.bases[0].people == sum(line.cells[0].people for line in block.lines)


# --- on the screen ---------------------------------------------------------------------------------------------------


def printed(table: Table, width: int = 80) -> str:
    file = StringIO()
    console = Console(width=width, file=file)
    for each in shown(table, width):
        console.print(each)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


def test_table_on_the_screen() -> None:
    assert printed(tabulated(CROSSED, "police_met", "country", "police_met=answered")) == WHOLE


WHOLE = """\
INTERNAL: exact counts of “a-survey”, for its operators alone. To pass numbers
on, take a release.
Rows: About yes_no? (police_met)
Columns: About single_choice? (country)
Records: 14 of 17 (police_met is answered). Shares are of those in a column who
answered.
                     All             SE             NO          OTHER
               n       %      n       %      n       %      n       %
─────────────────────────────────────────────────────────────────────
Yes             11  79 %        6  67 %       1! 100 %        0   – %
No              3!  21 %       3!  33 %        0   0 %        0   – %

Answered              14              9             1!              0
No answer              0              0              0              0
               No answer
               n       %
────────────────────────
Yes             4! 100 %
No               0   0 %

Answered              4!
No answer              0
Small counts: 6 numbers are of fewer than 5 people (marked !). Never pass them
on, nor what they can be worked out from; a 0 or 100 % tells of everybody in its
column, too.
INTERNAL: exact counts of “a-survey”, for its operators alone. To pass numbers
on, take a release."""


LONG = a_question(
    "single_choice",
    options=[{"code": code, "label": text(f"{code} [bold] " + "a label of many words " * 6)} for code in "abcdefg"],
)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_wide_labels_and_many_columns_stay_on_the_screen(width: int) -> None:
    records = handmade(LONG, MOOD, people=[(100_000, {"country": "a", "police_met": "yes"})])
    for rows, columns in (("police_met", "country"), ("country", "police_met")):
        said = printed(tabulated(records, rows, columns), width)
        assert max(map(len, said.splitlines())) <= width
        assert "100000 100 %" in said
        assert "[bold]" in said


def test_mark_is_first_and_last() -> None:
    lines = printed(tabulated(CROSSED, "country"), 200).splitlines()
    assert lines[0].startswith("INTERNAL: exact counts of “a-survey”")
    assert lines[0] == lines[-1]


SWEDES = {"question": "country", "equals": "se"}
ASKED = handmade(
    COUNTRY,
    {**MOOD, "show_if": SWEDES},
    a_question("ranking", show_if=SWEDES),
    people=[(6, {"country": "se", "police_met": "yes"}), (7, {"country": "no"})],
)


@pytest.mark.parametrize(
    ("rows", "columns", "names"),
    [
        ("police_met", None, "police_met"),
        ("country", "police_met", "police_met"),
        ("wants", "police_met", "wants.home, wants.rest, wants.pay, police_met"),
        ("country", None, None),
    ],
)
def test_no_answer_is_told_to_have_those_who_were_not_asked(rows: str, columns: str | None, names: str | None) -> None:
    said = [line for line in after(tabulated(ASKED, rows, columns)) if "asked" in line]
    assert said == ([f"Not everybody was asked ({names}): “No answer” has those who were not, too."] if names else [])


def test_no_records_are_told_before_margins_that_nobody_is_in(tmp_path: Path) -> None:
    margins = tmp_path / "margins.yaml"
    margins.write_text("source: s\nshares: {country: {se: 30, no + other: 70}}", "utf-8")
    nobody = handmade(COUNTRY, MOOD, people=[])
    with pytest.raises(OperatorError, match=r"^There are no records\.$"):
        table_of(nobody, Wanted.read(nobody.codebook, "country", None, ()), margins)
