"""Every condition of the stores is there for a reason that a test knows: with it taken out, that test fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import pytest

from tests.engine.mutants import Mutant, a_copy, conditions_removed, failures, unnamed_conditions

STORES = "tests/engine/test_stores.py"
ASKING = "test_asking_whether_a_response_is_withdrawn_changes_nothing_P2[moto]"
UNHEARD = "test_replacement_that_was_counted_unheard_is_told_from_one_that_never_came_P5"

#: The tests that have to fail without a clause of a condition, every one of them.
KILLED_BY: Mapping[str, Sequence[str]] = {
    "access.py IS_ABSENT without attribute_not_exists(#key)": [
        "test_key_is_made_once_and_forgotten_for_good[moto-False]",
        "test_key_is_made_once_and_forgotten_for_good[moto-True]",
    ],
    "responses.py IS_NEW without attribute_not_exists(rid)": [
        "test_response_is_added_once_P5[moto]",
        "test_retry_whose_code_is_gone_is_known_by_its_response_P5[moto]",
    ],
    "responses.py IS_NOT_YET_COUNTED without attribute_exists(pending)": [
        "test_what_was_never_sent_cannot_be_replaced_P5[moto]",
        "test_counted_response_cannot_be_replaced_P5[moto]",
    ],
    "responses.py IS_EARLIER_AND_NOT_YET_COUNTED without {IS_NOT_YET_COUNTED}": [
        "test_counted_response_cannot_be_replaced_by_earlier_answers_P5[moto]",
    ],
    "responses.py IS_EARLIER_AND_NOT_YET_COUNTED without v < :before": [
        "test_answers_to_earlier_questions_replace_none_but_such_P6[moto]",
    ],
    "responses.py IS_THERE without attribute_exists(rid)": [
        "test_withdrawing_what_does_not_exist_leaves_nothing_behind_P11[moto]",
    ],
    "responses.py IS_THERE without attribute_not_exists(gone)": [
        "test_response_is_withdrawn_once_and_does_not_come_back_P11[moto]",
    ],
    "responses.py IS_WITHDRAWN without attribute_exists(gone)": [ASKING],
    "responses.py WAS_COUNTED without attribute_exists(#batch)": [
        "test_response_that_was_withdrawn_uncounted_was_not_counted_P11[moto]",
    ],
    "responses.py HAS_MARK without mark = :mark": [f"{UNHEARD}[moto-without]"],
    "responses.py _is_stored without #{name} = :{name}": [f"{UNHEARD}[moto-plain]", f"{UNHEARD}[moto-sealed]"],
    "responses.py _is_stored without attribute_not_exists(#{name})": [
        f"{UNHEARD}[moto-plain]",
        f"{UNHEARD}[moto-sealed]",
    ],
    "responses.py IS_UNUSED without attribute_exists(#key)": [
        "test_unknown_code_stores_nothing_P10[moto]",
        "test_invitation_is_used_up_with_the_response_it_lets_in_P10[moto]",
    ],
    "surveys.py IS_ABSENT without attribute_not_exists(survey)": [
        "test_survey_record_is_written_only_over_what_was_read[moto]",
        "test_questionnaire_once_stored_stays_as_it_is_P13[moto]",
        "test_release_once_stored_stays_as_it_is_P7[moto]",
    ],
    "surveys.py IS_UNCHANGED without revision = :read": [
        "test_survey_record_is_written_only_over_what_was_read[moto]",
        "test_invitations_are_counted_with_a_hash_or_not_at_all[moto]",
        "test_survey_is_deleted_only_as_it_was_read[moto]",
    ],
    "tallies.py IS_FIRST_AND_UNSEALED without attribute_not_exists(revision)": [
        "test_count_from_a_tally_that_changed_meanwhile_does_nothing_P6[moto]",
    ],
    "tallies.py IS_FIRST_AND_UNSEALED without attribute_not_exists(sealed)": [
        "test_sealed_part_takes_no_more_P6[moto]"
    ],
    "tallies.py IS_UNCHANGED_AND_UNSEALED without revision = :read": [
        "test_count_from_a_later_tally_that_changed_meanwhile_does_nothing_P6[moto]",
    ],
    "tallies.py IS_UNCHANGED_AND_UNSEALED without attribute_not_exists(sealed)": [
        "test_sealed_part_keeps_its_counts_P6[moto]"
    ],
    "tallies.py IS_ABSENT without attribute_not_exists(survey)": [
        "test_rounding_key_is_made_once[moto]",
        "test_proof_of_a_purge_is_written_once_P11[moto]",
    ],
    "tallies.py IS_SAME_AND_NOT_YET_COUNTED without {IS_NOT_YET_COUNTED}": [
        "test_response_that_was_counted_is_not_counted_again_P6[moto]",
    ],
    "tallies.py IS_SAME_AND_NOT_YET_COUNTED without mark = :mark": [
        "test_response_that_was_replaced_or_withdrawn_meanwhile_is_not_counted_P6[moto]",
    ],
}


def changed(name: str, module: str, old: str, new: str) -> Mutant:
    return Mutant(name, module, old, old, new)


#: What else keeps the ledger whole and held results held: members of a transaction, what an update removes, keys.
OTHERS: Mapping[Mutant, Sequence[str]] = {
    changed(
        "responses.py looks at the code's reason before the response's",
        "responses.py",
        'if of_response == "ConditionalCheckFailed":',
        'if of_code == "ConditionalCheckFailed":\n'
        "                    return Invited.CODE_UNKNOWN\n"
        '                if of_response == "ConditionalCheckFailed":',
    ): [
        "test_retry_whose_code_is_gone_is_known_by_its_response_P5[moto]",
        "test_invitation_is_used_up_with_the_response_it_lets_in_P10[moto]",
    ],
    changed(
        "responses.py stores an invited response without its code",
        "responses.py",
        "TransactItems=members)",
        "TransactItems=members[:1])",
    ): ["test_unknown_code_stores_nothing_P10[moto]"],
    changed(
        "responses.py leaves a withdrawn response pending",
        "responses.py",
        ", mark, v, pending",
        ", mark, v",
    ): ["test_counted_or_withdrawn_response_is_in_no_index_P6[moto]"],
    changed(
        "responses.py leaves a withdrawn response its sealed text",
        "responses.py",
        "REMOVE answers, sealed, ",
        "REMOVE answers, ",
    ): ["test_withdrawn_response_keeps_nothing_but_its_batch_P11[moto]"],
    changed(
        "tallies.py leaves a counted response pending",
        "tallies.py",
        "SET #batch = :batch REMOVE pending",
        "SET #batch = :batch",
    ): [
        "test_count_takes_a_response_out_of_pending_in_the_same_transaction_P6[moto]",
        "test_response_that_was_counted_is_not_counted_again_P6[moto]",
    ],
    changed(
        "surveys.py counts invitations without the last one's hash",
        "surveys.py",
        '[{"Put": written}, {"Put": invitation}]',
        '[{"Put": written}]',
    ): ["test_invitations_are_counted_with_a_hash_or_not_at_all[moto]"],
    changed(
        "surveys.py takes a record of another run for its own",
        "surveys.py",
        "if self._database.get(ACCESS, invitation) is None:",
        "if self.get(saved.id) != saved:",
    ): ["test_invitations_are_counted_with_a_hash_or_not_at_all[moto]"],
    changed(
        "surveys.py reads a release that is not announced yet",
        "surveys.py",
        "_release(before - 1)",
        "_release(before)",
    ): ["test_latest_release_is_the_last_of_its_survey_below_a_number[moto]"],
    changed(
        "access.py takes a token of any survey",
        "access.py",
        'f"ANALYST#{survey}#{digest}"',
        'f"ANALYST#a-survey#{digest}"',
    ): ["test_token_opens_one_survey_until_it_is_revoked[moto]"],
}


def test_every_condition_has_a_name() -> None:
    assert unnamed_conditions() == []


def test_every_condition_has_a_test_that_fails_without_it() -> None:
    assert sorted(mutant.name for mutant in conditions_removed()) == sorted(KILLED_BY)


@pytest.mark.slow
def test_every_mutant_is_killed_by_its_tests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    killers = {**{mutant: KILLED_BY[mutant.name] for mutant in conditions_removed()}, **OTHERS}
    everything = sorted({f"{STORES}::{name}" for names in killers.values() for name in names})
    copies = SimpleQueue[Path]()
    for name in ("one", "other"):
        copies.put(a_copy(tmp_path / name))
    assert failures(everything, tmp_path / "one") == set()

    def survivors_of(killed: tuple[Mutant, Sequence[str]]) -> list[str]:
        (mutant, names), project = killed, copies.get()
        try:
            with mutant.applied_to(project):
                failed = failures([f"{STORES}::{name}" for name in names], project)
        finally:
            copies.put(project)
        return [f"{mutant.name}: {name} passes" for name in names if f"{STORES}::{name}" not in failed]

    with ThreadPoolExecutor(2) as both_cores:
        survivors = [line for lines in both_cores.map(survivors_of, killers.items()) for line in lines]
    assert survivors == []
    with capsys.disabled():
        print("\n\nWhat is taken out of the stores, and the tests that fail without it:")
        for mutant, names in killers.items():
            print(f"  {mutant.name} -> {', '.join(names)}")
