"""What a policy lets through: nothing below the threshold, nothing exact under "protected", nothing impossible."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.disclosure.checks import violations
from chalicelib.disclosure.policy import EXACT, INVITED, OPEN_LINK, Policy, policy_of
from chalicelib.disclosure.protect import protect
from chalicelib.disclosure.protected import ProtectedBatch
from chalicelib.questionnaire.codebook import NO_ANSWER, codebook_of
from chalicelib.responses.packing import Layout
from chalicelib.tabulation.tally import Tally, tables_of, tally_of
from tests.builders import a_definition, a_question
from tests.strategies import KEYS, answers_to
from tests.unit.disclosure.surveys import KEY, a_tally, specs_of

YES_NO = specs_of(a_question("yes_no"))
PROTECTED = pytest.mark.parametrize("policy", [INVITED, OPEN_LINK], ids=["invited", "open link"])


def met(yes: int, no: int, skipped: int = 0) -> Tally:
    return a_tally(yes + no + skipped, police_met={"yes": yes, "no": no, NO_ANSWER: skipped})


def printed(tally: Tally, policy: Policy, key: bytes = KEY, number: int = 1) -> ProtectedBatch:
    batch = protect(tally, YES_NO, policy, key, number)
    assert batch is not None
    return batch


def test_numbers_of_the_policies_are_those_of_the_design_P7() -> None:
    numbers = [
        (policy.rounding_base, policy.threshold, policy.subgroup, policy.percentages_from)
        for policy in (INVITED, OPEN_LINK)
    ]
    assert numbers == [(5, 20, 20, 50), (5, 50, 20, 50)]
    assert (INVITED.joint_draws, INVITED.draws, INVITED.lots, INVITED.noise) == (200, 5, 500, 0)
    assert OPEN_LINK.noise == pytest.approx(2.718281828459045**-0.5)
    assert INVITED.at_close
    assert OPEN_LINK.at_close
    assert (EXACT.rounding_base, EXACT.threshold, EXACT.percentages_from, EXACT.at_close) == (1, 1, 1, False)


def test_who_may_answer_decides_what_is_printed_of_a_protected_survey_P7() -> None:
    assert policy_of("protected", "invitation") is INVITED
    assert policy_of("protected", "open") is OPEN_LINK
    assert policy_of("exact", "invitation") is policy_of("exact", "open") is EXACT


@pytest.mark.parametrize("n", [0, 1, 5, 19])
def test_below_20_by_invitation_nothing_is_printed_P7(n: int) -> None:
    assert protect(met(n, 0), YES_NO, INVITED, KEY, 1) is None


def test_from_20_on_a_batch_by_invitation_is_printed_P7() -> None:
    assert printed(met(7, 9, 4), INVITED).total == 20


@pytest.mark.parametrize("n", range(20, 31))
def test_total_by_invitation_is_rounded_down_never_above_n_P7(n: int) -> None:
    for number in range(20):
        batch = printed(met(n, 0), INVITED, number=number)
        assert batch.total == n - n % 5
        assert {table.total for table in batch.tables} == {batch.total}


def test_threshold_of_an_open_link_is_held_against_the_printed_number_P7() -> None:
    batches = [protect(met(30, n - 30), YES_NO, OPEN_LINK, KEY, number) for n in range(44, 60) for number in range(20)]
    assert {batch.total >= 50 for batch in batches if batch} == {True}
    assert None in batches
    below = [protect(met(47, 0), YES_NO, OPEN_LINK, KEY, number) for number in range(60)]
    assert any(below), "the exact number of responses does not decide"


def test_total_of_an_open_link_has_noise_P7() -> None:
    totals = {printed(met(60, 40), OPEN_LINK, number=number).total for number in range(60)}
    assert {95, 100} <= totals <= {85, 90, 95, 100, 105, 110}


CHOICES = a_definition(a_question("multiple_choice"), a_question("single_choice")).questionnaire
CODEBOOK = codebook_of(CHOICES)
TABLES = tables_of(CODEBOOK)
#: A few responses, many times over: enough to be printed.
TALLIES = st.builds(
    lambda answers, times: tally_of(Layout.of(CODEBOOK), [Layout.of(CODEBOOK).pack(each) for each in answers] * times),
    st.lists(answers_to(CHOICES), min_size=2, max_size=8),
    st.integers(50, 55),
)


@PROTECTED
@given(tally=TALLIES, key=KEYS, number=st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_every_table_sums_to_the_printed_number_in_multiples_of_5_P7(
    policy: Policy, tally: Tally, key: bytes, number: int
) -> None:
    batch = protect(tally, TABLES, policy, key, number)
    assert batch is not None
    assert {table.spec.id for table in batch.tables} ^ {left.spec.id for left in batch.suppressed} == {*batch.order}
    assert batch.order == tuple(spec.id for spec in TABLES)
    for table in batch.tables:
        assert len(table.counts) == len(table.spec.codes)
        assert sum(table.counts) == table.total == batch.total
        assert not any(count % 5 for count in table.counts)
    assert violations(batch, TABLES) == []
    assert batch == protect(tally, TABLES, policy, key, number)


@given(TALLIES, KEYS)
@settings(max_examples=40, deadline=None)
def test_exact_policy_prints_the_counts_themselves(tally: Tally, key: bytes) -> None:
    batch = protect(tally, TABLES, EXACT, key, 1)
    assert batch is not None
    assert batch.total == tally.n
    assert {
        table.spec.id: dict(zip(table.spec.codes, table.counts, strict=True)) for table in batch.tables
    } == tally.counts


def test_exact_policy_prints_from_the_first_response_and_not_before() -> None:
    assert protect(met(0, 0), YES_NO, EXACT, KEY, 1) is None
    assert protect(met(1, 0), YES_NO, EXACT, KEY, 1) is not None


def test_remainders_that_the_printed_total_has_no_room_for_are_dropped_P7() -> None:
    assert printed(met(21, 22, 1), INVITED).tables[0].counts == (20, 20, 0)


@PROTECTED
def test_each_batch_is_drawn_anew_P7(policy: Policy) -> None:
    seen = {printed(met(31, 42, 7), policy, number=number).tables[0].counts for number in range(60)}
    assert {(30, 40, 10), (35, 40, 5), (30, 45, 5)} <= seen
    assert len({printed(met(31, 42, 7), policy, number=1).tables[0].counts for _ in range(5)}) == 1


@PROTECTED
def test_each_table_is_drawn_anew_P7(policy: Policy) -> None:
    rows = [{"code": f"r{number}", "label": {"en": "R"}} for number in range(20)]
    tables = specs_of(a_question("matrix", rows=rows))
    tally = Tally(70, {table.id: {"not": 11, "some": 52, "much": 7} for table in tables})
    batch = protect(tally, tables, policy, KEY, 1)
    assert batch is not None
    assert len({table.counts for table in batch.tables}) >= 3


def test_table_that_nobody_met_is_all_no_answer() -> None:
    assert printed(Tally(30, {}), INVITED).tables[0].counts == (0, 0, 30)


def test_only_what_can_be_true_is_printed_P7() -> None:
    batch = printed(met(20, 20), INVITED)
    (table,) = batch.tables
    assert violations(batch, YES_NO) == []
    for counts, found in [
        ((20, 15, 0), "police_met: does not add up"),
        ((18, 22, 0), "police_met: no multiple of 5"),
        ((45, -5, 0), "police_met: does not add up"),
    ]:
        wrong = ProtectedBatch(INVITED, 40, (type(table)(table.spec, counts),), (), batch.order)
        assert violations(wrong, YES_NO) == [found]
