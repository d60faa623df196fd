"""What a policy lets through: nothing below the threshold, nothing exact under "protected"."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.disclosure.policy import EXACT, POLICIES, PROTECTED
from chalicelib.disclosure.protect import protect
from chalicelib.questionnaire.codebook import NO_ANSWER, codebook_of
from chalicelib.responses.packing import Layout
from chalicelib.tabulation.tally import Tally, tables_of, tally_of
from tests.builders import a_definition, a_question
from tests.strategies import KEYS, answers_to

KEY = b"k" * 32
YES_NO = tables_of(codebook_of(a_definition(a_question("yes_no")).questionnaire))


def a_tally(yes: int, no: int, skipped: int = 0) -> Tally:
    return Tally(yes + no + skipped, {"police_met": {"yes": yes, "no": no, NO_ANSWER: skipped}})


def test_numbers_of_the_policies_are_those_of_the_design_P7() -> None:
    assert (PROTECTED.base, PROTECTED.threshold, PROTECTED.percentages_from, PROTECTED.at_close) == (5, 20, 50, True)
    assert (EXACT.base, EXACT.threshold, EXACT.percentages_from, EXACT.at_close) == (1, 1, 1, False)
    assert POLICIES == {"exact": EXACT, "protected": PROTECTED}


@pytest.mark.parametrize("n", [0, 1, 5, 19])
def test_below_20_nothing_is_printed_P7(n: int) -> None:
    assert protect(a_tally(n, 0), YES_NO, PROTECTED, KEY, 1) is None


def test_from_20_on_a_batch_is_printed_P7() -> None:
    batch = protect(a_tally(7, 9, 4), YES_NO, PROTECTED, KEY, 1)
    assert batch is not None
    assert batch.total == 20


@pytest.mark.parametrize("n", [20, 21, 22, 23, 24])
def test_exact_number_of_responses_is_not_printed_P7(n: int) -> None:
    batch = protect(a_tally(n, 0), YES_NO, PROTECTED, KEY, 1)
    assert batch is not None
    assert batch.total == 20
    assert {table.total for table in batch.tables} == {20}


CHOICES = a_definition(a_question("multiple_choice"), a_question("single_choice")).questionnaire
CODEBOOK = codebook_of(CHOICES)
TABLES = tables_of(CODEBOOK)
#: A few responses, many times over: enough to be printed.
TALLIES = st.builds(
    lambda answers, times: tally_of(Layout.of(CODEBOOK), [Layout.of(CODEBOOK).pack(each) for each in answers] * times),
    st.lists(answers_to(CHOICES), min_size=1, max_size=8),
    st.integers(20, 25),
)


@given(TALLIES, KEYS, st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_every_table_sums_to_n_in_multiples_of_5_P7(tally: Tally, key: bytes, number: int) -> None:
    batch = protect(tally, TABLES, PROTECTED, key, number)
    assert batch is not None
    assert [table.spec for table in batch.tables] == TABLES
    for table in batch.tables:
        assert len(table.counts) == len(table.spec.codes)
        assert sum(table.counts) == table.total == batch.total == tally.n - tally.n % 5
        assert not any(count % 5 for count in table.counts)
    assert batch == protect(tally, TABLES, PROTECTED, key, number)


@given(TALLIES, KEYS)
@settings(max_examples=60, deadline=None)
def test_exact_policy_prints_the_counts_themselves(tally: Tally, key: bytes) -> None:
    batch = protect(tally, TABLES, EXACT, key, 1)
    assert batch is not None
    assert batch.total == tally.n
    assert {
        table.spec.id: dict(zip(table.spec.codes, table.counts, strict=True)) for table in batch.tables
    } == tally.counts


def test_exact_policy_prints_from_the_first_response_and_not_before() -> None:
    assert protect(a_tally(0, 0), YES_NO, EXACT, KEY, 1) is None
    assert protect(a_tally(1, 0), YES_NO, EXACT, KEY, 1) is not None


def test_remainders_that_the_printed_total_has_no_room_for_are_dropped_P7() -> None:
    batch = protect(a_tally(21, 22, 1), YES_NO, PROTECTED, KEY, 1)
    assert batch is not None
    assert batch.tables[0].counts == (20, 20, 0)


def test_each_batch_is_drawn_anew_P7() -> None:
    batches = [protect(a_tally(11, 12, 7), YES_NO, PROTECTED, KEY, number) for number in range(40)]
    assert {batch.tables[0].counts for batch in batches if batch} == {(15, 10, 5), (10, 15, 5), (10, 10, 10)}


def test_each_table_is_drawn_anew_P7() -> None:
    rows = [{"code": f"r{number}", "label": {"en": "R"}} for number in range(20)]
    tables = tables_of(codebook_of(a_definition(a_question("matrix", rows=rows)).questionnaire))
    tally = Tally(30, {table.id: {"not": 11, "some": 12, "much": 7} for table in tables})
    batch = protect(tally, tables, PROTECTED, KEY, 1)
    assert batch is not None
    assert len({table.counts for table in batch.tables}) == 3


def test_who_had_no_such_question_gave_no_answer() -> None:
    tally = a_tally(10, 10) + Tally(10, {})
    batch = protect(tally, YES_NO, EXACT, KEY, 1)
    assert batch is not None
    assert batch.tables[0].counts == (10, 10, 10)


def test_table_that_nobody_met_is_all_no_answer() -> None:
    batch = protect(Tally(30, {}), YES_NO, PROTECTED, KEY, 1)
    assert batch is not None
    assert batch.tables[0].counts == (0, 0, 30)
