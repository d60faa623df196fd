"""Crosstabs: rows of enough people, margins that are the printed tables, and the limits of answers in every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.disclosure.checks import violations
from chalicelib.disclosure.crosstabs import Margins, PooledGroups
from chalicelib.disclosure.linked_tables import question_tables
from chalicelib.disclosure.policy import EXACT, INVITED, OPEN_LINK, Policy
from chalicelib.disclosure.protect import protect
from chalicelib.disclosure.protected import ProtectedBatch, ProtectedCrosstab, ProtectedRow
from chalicelib.disclosure.rounding import KeyedRandom
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.responses.answers import Answers
from chalicelib.responses.packing import Layout
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import TableSpec, Tally, tally_of
from tests.builders import a_definition, a_question, options
from tests.builders import a_tally as by_table
from tests.strategies import KEYS
from tests.unit.disclosure.surveys import KEY, NEEDED, if_yes, specs_of

COUNTRY = a_question("single_choice", options=options("se", "no", "fi"))
POLICE = a_question("yes_no")
STAR = Crosstabs(group="country", by=("police_met",))
YES_NO = specs_of(COUNTRY, POLICE, crosstabs=STAR)

People = Mapping[tuple[str, str], int]


def met(people: People) -> Tally:
    """So many people of a country who say yes or no; "" for a question that is skipped."""
    questionnaire = a_definition(COUNTRY, POLICE).questionnaire
    layout = Layout.of(codebook_of(questionnaire))
    blobs = [
        layout.pack(Answers({"country": (country,)} | ({"police_met": (said,)} if said else {}), {}))
        for (country, said), number in people.items()
        for _ in range(number)
    ]
    return tally_of(layout, blobs, STAR)


#: By some keys the lot leaves crosstabs out.
WITHOUT_LOTS = replace(INVITED, lots=0)


def printed(
    tally: Tally, specs: Sequence[TableSpec], policy: Policy = WITHOUT_LOTS, key: bytes = KEY
) -> ProtectedBatch:
    batch = protect(tally, specs, policy, key, 1)
    assert batch is not None
    assert violations(batch, specs) == []
    return batch


def rows_of(batch: ProtectedBatch, table: str) -> dict[str, tuple[int, ...]]:
    (crosstab,) = [each for each in batch.crosstabs if str(each.spec.id) == table]
    return {"+".join(row.codes): row.counts for row in crosstab.rows}


def reasons(batch: ProtectedBatch) -> dict[str, str]:
    return {str(left.spec.id): left.reason for left in batch.suppressed_crosstabs}


def pooled(groups: Sequence[int], **changes: Any) -> PooledGroups:
    """Of so many groups, the last of them who gave no answer."""
    codes = options(*(f"g{number}" for number in range(len(groups) - 1)))
    (spec,) = specs_of(a_question("single_choice", options=codes, **changes))
    return PooledGroups.of(groups[: len(spec.codes)], spec, 20)


@pytest.mark.parametrize(
    ("groups", "rows"),
    [
        pytest.param([40, 30, 20], [(0,), (1,), (2,)], id="all are large enough"),
        pytest.param([40, 10, 10, 30], [(0,), (1, 2), (3,)], id="small ones together"),
        pytest.param([40, 30, 5], [(0,), (1,), (2,)], id="who gave no answer stand alone"),
        pytest.param([40, 30, 10, 5], [(0,), (1, 2, 3)], id="and join first: still small"),
        pytest.param([40, 30, 10, 10], [(0,), (1,), (2, 3)], id="and join first: enough"),
        pytest.param([40, 10, 0, 30, 0], [(0,), (1, 2, 3, 4)], id="then the next smallest group"),
        pytest.param([30, 10, 0, 35, 25, 0], [(0,), (1, 2, 4, 5), (3,)], id="the smallest, not the first"),
        pytest.param([30, 0, 30, 0], [(0,), (1,), (2,), (3,)], id="nobody in print: they take in no others"),
        pytest.param([15, 60, 0], [(0, 1, 2)], id="one row is left"),
        pytest.param([5, 5, 5, 5, 20, 0], [(0, 1, 2, 3), (4,), (5,)], id="twenty is enough"),
    ],
)
def test_groups_printed_below_twenty_are_added_together_P7(groups: list[int], rows: list[tuple[int, ...]]) -> None:
    found = pooled(groups)
    assert list(found.places) == rows
    assert list(found.totals) == [sum(groups[place] for place in row) for row in rows]


def test_where_everybody_has_to_say_there_is_no_row_of_those_who_did_not() -> None:
    assert pooled([40, 30, 10, 0], **NEEDED).places == ((0,), (1, 2))
    assert pooled([40, 30, 25, 0], **NEEDED).places == ((0,), (1,), (2,))


@given(st.lists(st.integers(0, 20).map(lambda units: 5 * units), min_size=3, max_size=9))
@settings(max_examples=80, deadline=None)
def test_every_group_is_in_one_row_and_rows_are_large_empty_or_of_no_answer_P7(groups: list[int]) -> None:
    found = pooled(groups)
    assert sorted(place for row in found.places for place in row) == list(range(len(groups)))
    small = [row for row, total in zip(found.places, found.totals, strict=True) if 0 < total < 20]
    assert found.compared == 1 or small in ([], [(len(groups) - 1,)])
    assert sum(len(row) > 1 for row in found.places) <= 1


@st.composite
def peoples(draw: st.DrawFn) -> People:
    cells = [(country, said) for country in ("se", "no", "fi") for said in ("yes", "no", "")]
    found = {cell: draw(st.integers(0, 40)) for cell in cells}
    return found | {("se", "yes"): found["se", "yes"] + 20}


@given(peoples(), KEYS)
@settings(max_examples=60, deadline=None)
def test_cells_go_to_adjacent_multiples_whose_sums_are_the_printed_tables_P7(people: People, key: bytes) -> None:
    tally = met(people)
    batch = printed(tally, YES_NO, key=key)
    country, police = batch.tables
    exact = tally.crosstab(YES_NO[1], YES_NO[0])
    for crosstab in batch.crosstabs:
        assert tuple(map(sum, zip(*(row.counts for row in crosstab.rows), strict=True))) == police.counts
        for row in crosstab.rows:
            places = [country.spec.codes.index(code) for code in row.codes]
            assert sum(row.counts) == sum(country.counts[place] for place in places)
            true = [sum(exact[place][column] for place in places) for column in range(3)]
            assert all(abs(count - n) < 5 and count % 5 == 0 for count, n in zip(row.counts, true, strict=True))
    assert batch == printed(tally, YES_NO, key=key)
    assert reasons(batch) == ({} if batch.crosstabs else {"police_met": "few_groups"})


SMALL = {("se", "yes"): 22, ("se", "no"): 18, ("no", "yes"): 30, ("no", "no"): 21, ("fi", "yes"): 2}


def test_small_group_stands_with_the_next_in_print() -> None:
    assert list(rows_of(printed(met(SMALL), YES_NO), "police_met")) == ["se", "no", "fi", "no_answer"]


def test_one_group_that_is_large_enough_is_no_crosstab_P7() -> None:
    batch = printed(met({("se", "yes"): 50, ("no", "no"): 9}), YES_NO)
    assert batch.crosstabs == ()
    assert reasons(batch) == {"police_met": "few_groups"}
    assert batch.suppressed_crosstabs[0].group is YES_NO[0]


def test_exact_crosstabs_have_every_group_apart() -> None:
    batch = printed(met({("se", "yes"): 2, ("se", ""): 1, ("fi", "no"): 1}), YES_NO, EXACT)
    assert rows_of(batch, "police_met") == {"se": (2, 0, 1), "no": (0, 0, 0), "fi": (0, 1, 0), "no_answer": (0, 0, 0)}
    assert batch.suppressed_crosstabs == ()


def test_on_an_open_link_no_crosstab_is_printed_whatever_the_settings_P7() -> None:
    batch = printed(met({("se", "yes"): 60, ("no", "no"): 60}), YES_NO, OPEN_LINK)
    assert (batch.crosstabs, batch.suppressed_crosstabs) == ((), ())


CHOICE = a_question("multiple_choice", options=options("o0", "o1", "o2"), least=1, most=1, **NEEDED)
COUNTRIES = a_question("single_choice", options=options("se", "no"), **NEEDED)
CHOICES = specs_of(CHOICE, COUNTRIES, POLICE, crosstabs=Crosstabs(group="country", by=("police_met", "challenges")))


def chosen(*rows: tuple[int, int, int]) -> Tally:
    """How many of each country chose each option, of which everybody chose one. All have met the police."""
    return chosen_of(sum(map(sum, rows)), rows, tuple(map(sum, rows)))


def chosen_of(total: int, rows: Sequence[tuple[int, int, int]], people: Sequence[int]) -> Tally:
    """The same of so many people of each country, each of whom chose something."""
    groups = dict(zip(("se", "no"), rows, strict=True))
    n = dict(zip(groups, people, strict=True)) | {"no_answer": 0}
    sums = [sum(column) for column in zip(*rows, strict=True)]
    tables = {"country": n, "challenges": {"chosen": total}, "police_met": {"yes": total}}
    tables |= {f"challenges.o{place}": {"chosen": x, "not_chosen": total - x} for place, x in enumerate(sums)}
    for code, row in groups.items():
        tables |= {f"challenges@{code}": {"chosen": n[code]}, f"police_met@{code}": {"yes": n[code]}}
        tables |= {
            f"challenges.o{place}@{code}": {"chosen": x, "not_chosen": n[code] - x} for place, x in enumerate(row)
        }
    return by_table(total, tables)


@given(st.tuples(*[st.tuples(*[st.integers(15, 30)] * 3)] * 2), KEYS)
@settings(max_examples=60, deadline=None)
def test_in_every_row_as_many_options_are_chosen_as_can_be_P7(
    rows: tuple[tuple[int, int, int], tuple[int, int, int]], key: bytes
) -> None:
    batch = printed(chosen(*rows), CHOICES, key=key)
    crossed = {str(crosstab.spec.id) for crosstab in batch.crosstabs}
    assert crossed >= {"police_met"}
    if "challenges" in crossed:
        head, *of_options = [rows_of(batch, name) for name in sorted(crossed - {"police_met"})]
        for row, counts in head.items():
            assert sum(option[row][0] for option in of_options) == counts[0]
            assert {sum(option[row]) for option in of_options} == {sum(counts)}


def test_every_draw_obeys_the_limits_so_that_few_are_needed_P7() -> None:
    question, fitting = question_tables(CHOICES)[0], 0
    for number in range(40):
        tally = chosen((21 + number, 23, 18), (21, 19, 23 + 5 * number))
        exact = [tally.crosstab(spec, CHOICES[4])[:2] for spec in question.specs]
        batch = printed(tally, CHOICES, key=bytes([number]))
        country = next(table for table in batch.tables if str(table.spec.id) == "country")
        tables = [table.counts for table in batch.tables if table.spec.id in question.ids]
        margins = Margins(question, tables, PooledGroups(((0,), (1,)), country.counts[:2]))
        drawn = margins.drawn(exact, 5, KeyedRandom(bytes([number]), "1:q"))
        fitting += drawn is not None
        assert not drawn or not list(margins.violations(drawn))
    assert fitting >= 30


#: Whichever way the countries are rounded, in one of them most options go down.
TIGHT = chosen((20, 21, 24), (22, 23, 23))


def test_crosstab_is_printed_however_most_options_are_rounded_P7() -> None:
    for number in range(20):
        assert reasons(printed(TIGHT, CHOICES, key=bytes([number]))) == {}


def test_where_options_exhaust_a_row_they_may_be_a_step_farther_off_P7() -> None:
    """Everybody chose two of three; of 24 who print as 20, two options that all chose and eight more are too many."""
    two = a_question("multiple_choice", options=options("o0", "o1", "o2"), least=2, most=2, **NEEDED)
    specs = specs_of(two, COUNTRIES, crosstabs=Crosstabs(group="country", by=("challenges",)))
    rows = ((20, 20, 8), (21, 21, 10))
    for number in range(20):
        batch = printed(chosen_of(24 + 26, rows, (24, 26)), specs, key=bytes([number]))
        assert reasons(batch) == {}
        for place, crosstab in enumerate(batch.crosstabs[1:]):
            assert crosstab.further == 1
            for row, true in zip(crosstab.rows, rows, strict=True):
                assert abs(row.counts[0] - true[place]) < 10


def test_one_in_500_crosstabs_is_left_out_by_lot_so_that_a_missing_one_tells_nothing_P7() -> None:
    large = met({("se", "yes"): 50, ("no", "no"): 50})
    left_out = 0
    for number in range(2500):
        batch = protect(large, YES_NO, INVITED, KEY, number)
        assert batch is not None
        left_out += reasons(batch) == {"police_met": "no_fit"}
        assert len(batch.tables) == 2
    assert 1 <= left_out <= 12


def test_conditional_questions_hang_on_a_star_and_fit_it_P7() -> None:
    specs = specs_of(COUNTRY, POLICE, if_yes("scale", least=1, most=2, **NEEDED), crosstabs=STAR)
    people = met({("se", "yes"): 33, ("se", "no"): 14, ("no", "yes"): 24, ("no", "no"): 27})
    tally = Tally(people.n, {**people.counts, TableId("mood"): {"1": 28, "2": 29, "no_answer": 41}})
    for number in range(20):
        batch = printed(tally, specs, key=bytes([number]))
        tables = {str(table.spec.id): table.counts for table in batch.tables}
        assert sum(tables["mood"][:2]) == tables["police_met"][0]
        assert len(batch.crosstabs) == 1


def tampered(batch: ProtectedBatch, rows: Sequence[tuple[tuple[str, ...], tuple[int, ...]]]) -> list[str]:
    (crosstab,) = batch.crosstabs
    wrong = replace(crosstab, rows=tuple(ProtectedRow(codes, counts) for codes, counts in rows))
    return violations(replace(batch, crosstabs=(wrong,)), YES_NO)


LARGE = {("se", "yes"): 25, ("se", "no"): 15, ("no", "yes"): 10, ("no", "no"): 20, ("fi", "yes"): 30}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([(("se",), (25, 15, 0)), (("no",), (10, 20, 0)), (("fi",), (30, 0, 0)), (("no_answer",), (0, 0, 0))], []),
        ([(("se",), (25, 15, 0)), (("no", "no_answer"), (10, 20, 0)), (("fi",), (30, 0, 0))], ["too few in a row"]),
        ([(("se",), (25, 15, 0)), (("no", "fi", "no_answer"), (40, 20, 0))], ["too few in a row"]),
        (
            [(("se",), (20, 20, 0)), (("no",), (10, 20, 0)), (("fi",), (30, 0, 0)), (("no_answer",), (0, 0, 0))],
            ["groups do not add up to the table"],
        ),
        (
            [(("se",), (30, 15, 0)), (("no",), (5, 20, 0)), (("fi",), (30, 0, 0)), (("no_answer",), (0, 0, 0))],
            ["does not add up", "does not add up"],
        ),
        (
            [(("se",), (27, 13, 0)), (("no",), (8, 22, 0)), (("fi",), (30, 0, 0)), (("no_answer",), (0, 0, 0))],
            ["no multiple of 5", "no multiple of 5"],
        ),
    ],
)
def test_only_a_crosstab_that_can_be_true_is_printed_P7(
    rows: list[tuple[tuple[str, ...], tuple[int, ...]]], found: list[str]
) -> None:
    assert tampered(printed(met(LARGE), YES_NO), rows) == [f"police_met by group: {what}" for what in found]


def test_options_of_a_row_beyond_what_people_can_choose_are_a_violation_P7() -> None:
    batch = printed(chosen((20, 20, 25), (25, 20, 20)), CHOICES)

    def more(crosstab: ProtectedCrosstab) -> ProtectedCrosstab:
        changes = {"challenges.o0": (5, -5), "challenges.o1": (0, 0)}.get(str(crosstab.spec.id), (0, 0))
        rows = [
            replace(row, counts=(row.counts[0] + change, row.counts[1] - change))
            for row, change in zip(crosstab.rows, changes, strict=True)
        ]
        return replace(crosstab, rows=tuple(rows)) if changes != (0, 0) else crosstab

    wrong = replace(batch, crosstabs=tuple(map(more, batch.crosstabs)))
    assert violations(wrong, CHOICES) == [
        "challenges by group: more or fewer options were chosen than could be",
        "challenges by group: more or fewer options were chosen than could be",
    ]
