"""What the stores promise, on every engine alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.errors import Conflict
from chalicelib.publication.release import Release
from chalicelib.questionnaire.definition import Questionnaire
from chalicelib.questionnaire.survey import Survey, SurveySettings
from chalicelib.responses.answers import Invited, PendingResponse
from chalicelib.responses.receipt import SHARDS, shard_of
from chalicelib.services import Services
from chalicelib.storage.database import Database
from chalicelib.storage.responses import partition_of
from chalicelib.storage.tallies import NotCounted, TallyPart
from chalicelib.tabulation.tally import Tally
from tests.builders import a_definition, a_question
from tests.engine.calls import OTHER_RID, RID, TALLY, TOKEN, a_response
from tests.fakes import RepeatingClient
from tests.unit.publication.a_release import a_release


def pending(services: Services, rid: str = RID) -> list[PendingResponse]:
    return list(services.responses.pending("a-survey", shard_of(rid)))


def count(services: Services, part: TallyPart | None = None) -> TallyPart | None:
    waiting = pending(services)
    part = part or services.tallies.part("a-survey", 1, shard_of(RID))
    found = services.tallies.count(part, Tally(len(waiting), {}), waiting)
    return found if isinstance(found, TallyPart) else None


def test_response_is_added_once_P5(services: Services) -> None:
    assert services.responses.add(a_response())
    assert not services.responses.add(a_response(answers=b"\2"))
    (found,) = pending(services)
    assert (found.answers, found.partition) == (b"\1", partition_of("a-survey", RID))


def test_pending_response_is_replaced_whole_P5(services: Services) -> None:
    services.responses.add(a_response(sealed=b"sealed"))
    assert services.responses.replace(a_response(answers=b"\2"))
    (record,) = services.responses.records("a-survey")
    assert (record.answers, record.sealed, record.pending) == (b"\2", None, True)


def test_what_was_never_sent_cannot_be_replaced_P5(services: Services) -> None:
    assert not services.responses.replace(a_response())
    assert list(services.responses.records("a-survey")) == []


def test_counted_response_cannot_be_replaced_P5(services: Services) -> None:
    services.responses.add(a_response())
    assert count(services)
    assert not services.responses.replace(a_response(answers=b"\2"))
    (record,) = services.responses.records("a-survey")
    assert (record.answers, record.batch, record.pending) == (b"\1", 1, False)


def test_answers_to_earlier_questions_replace_none_but_such_P6(services: Services) -> None:
    services.responses.add(replace(a_response(), version=2))
    assert not services.responses.replace(a_response(answers=b"\2"), before=2)
    assert services.responses.replace(a_response(answers=b"\3"), before=3)
    (record,) = services.responses.records("a-survey")
    assert (record.answers, record.version) == (b"\3", 1)


def test_counted_response_cannot_be_replaced_by_earlier_answers_P5(services: Services) -> None:
    services.responses.add(a_response())
    assert count(services)
    assert not services.responses.replace(a_response(answers=b"\2"), before=2)


def test_withdrawn_response_keeps_nothing_but_its_batch_P11(services: Services) -> None:
    services.responses.add(a_response(sealed=b"sealed"))
    count(services)
    assert services.responses.withdraw("a-survey", RID)
    (record,) = services.responses.records("a-survey")
    assert (record.answers, record.sealed, record.version, record.batch, record.withdrawn) == (
        None,
        None,
        None,
        1,
        True,
    )


def test_response_is_withdrawn_once_and_does_not_come_back_P11(services: Services) -> None:
    services.responses.add(a_response())
    assert services.responses.withdraw("a-survey", RID)
    assert not services.responses.withdraw("a-survey", RID)
    assert not services.responses.add(a_response())
    assert not services.responses.replace(a_response())
    assert pending(services) == []


def test_withdrawing_what_does_not_exist_leaves_nothing_behind_P11(services: Services) -> None:
    assert not services.responses.withdraw("a-survey", RID)
    assert list(services.responses.records("a-survey")) == []


def test_asking_whether_a_response_is_withdrawn_changes_nothing_P2(services: Services) -> None:
    assert not services.responses.is_withdrawn("a-survey", RID)
    assert list(services.responses.records("a-survey")) == []
    services.responses.add(a_response())
    assert not services.responses.is_withdrawn("a-survey", RID)
    assert len(pending(services)) == 1
    services.responses.withdraw("a-survey", RID)
    assert services.responses.is_withdrawn("a-survey", RID)


def test_asking_whether_a_response_was_counted_changes_nothing_P2(services: Services) -> None:
    services.responses.add(a_response())
    assert not services.responses.was_counted("a-survey", RID)
    assert len(pending(services)) == 1
    assert count(services)
    for happens in (lambda: None, lambda: services.responses.withdraw("a-survey", RID)):
        happens()
        (before,) = services.responses.records("a-survey")
        assert services.responses.was_counted("a-survey", RID)
        assert list(services.responses.records("a-survey")) == [before]


def test_response_that_was_withdrawn_uncounted_was_not_counted_P11(services: Services) -> None:
    assert not services.responses.was_counted("a-survey", RID)
    services.responses.add(a_response())
    services.responses.withdraw("a-survey", RID)
    assert not services.responses.was_counted("a-survey", RID)


def test_test_responses_lie_where_nothing_counts_them(services: Services) -> None:
    services.responses.add(a_response(rehearsal=True))
    assert pending(services) == []
    assert list(services.responses.records("a-survey")) == []
    assert services.responses.delete_all("a-survey", rehearsal=True) == 1


def test_count_takes_a_response_out_of_pending_in_the_same_transaction_P6(services: Services) -> None:
    services.responses.add(a_response())
    part = services.tallies.count(services.tallies.part("a-survey", 1, 5), TALLY, pending(services))
    assert isinstance(part, TallyPart)
    assert services.tallies.part("a-survey", 1, 5) == part
    assert part.tally == TALLY
    assert pending(services) == []


def test_count_from_a_tally_that_changed_meanwhile_does_nothing_P6(services: Services) -> None:
    stale = services.tallies.part("a-survey", 1, shard_of(RID))
    services.responses.add(a_response(OTHER_RID))
    assert count(services, stale)
    services.responses.add(a_response())
    told = services.tallies.count(stale, TALLY, pending(services))
    assert told == NotCounted((), is_part_changed=True, is_held_up=False)
    assert len(pending(services)) == 1


def test_response_that_was_replaced_or_withdrawn_meanwhile_is_not_counted_P6(services: Services) -> None:
    services.responses.add(a_response())
    waiting = pending(services)
    part = services.tallies.part("a-survey", 1, shard_of(RID))
    changed = NotCounted(tuple(waiting), is_part_changed=False, is_held_up=False)
    services.responses.replace(a_response(answers=b"\2"))
    assert services.tallies.count(part, TALLY, waiting) == changed
    services.responses.withdraw("a-survey", RID)
    assert services.tallies.count(part, TALLY, waiting) == changed
    assert services.tallies.part("a-survey", 1, shard_of(RID)) == part


def test_sealed_part_takes_no_more_P6(services: Services) -> None:
    services.responses.add(a_response())
    unsealed = services.tallies.part("a-survey", 1, shard_of(RID))
    services.tallies.seal("a-survey", 1)
    services.tallies.seal("a-survey", 1)
    assert all(services.tallies.part("a-survey", 1, shard).sealed for shard in range(SHARDS))
    assert count(services, unsealed) is None
    assert len(pending(services)) == 1


def test_sealed_part_keeps_its_counts_P6(services: Services) -> None:
    services.responses.add(a_response())
    part = count(services)
    assert part is not None
    services.tallies.seal("a-survey", 1)
    services.responses.add(a_response(OTHER_RID))
    assert count(services, part) is None
    assert services.tallies.part("a-survey", 1, shard_of(RID)).tally == part.tally


def test_invitation_is_used_up_with_the_response_it_lets_in_P10(services: Services) -> None:
    services.access.add_invitation("a-survey", "code")
    assert services.responses.add_invited(a_response(), "code") is Invited.STORED
    assert list(services.access.invitations("a-survey")) == []
    assert services.responses.add_invited(a_response(), "code") is Invited.THERE_ALREADY
    other = a_response(OTHER_RID)
    assert services.responses.add_invited(other, "code") is Invited.CODE_UNKNOWN
    assert len(pending(services)) == 1


def test_unknown_code_stores_nothing_P10(services: Services) -> None:
    assert services.responses.add_invited(a_response(), "code") is Invited.CODE_UNKNOWN
    assert list(services.responses.records("a-survey")) == []


def test_code_of_one_survey_is_none_of_another_P10(services: Services) -> None:
    services.access.add_invitation("b-survey", "code")
    assert services.responses.add_invited(a_response(), "code") is Invited.CODE_UNKNOWN
    assert len(list(services.access.invitations("b-survey"))) == 1


def test_survey_record_is_written_only_over_what_was_read(services: Services) -> None:
    settings = SurveySettings(exit_link="https://example.org/")
    first = services.surveys.save(Survey(id="a-survey", settings=settings))
    services.surveys.save(first.model_copy(update={"state": "test"}))
    with pytest.raises(Conflict):
        services.surveys.save(first.model_copy(update={"state": "open"}))
    with pytest.raises(Conflict):
        services.surveys.save(Survey(id="a-survey", settings=settings))
    assert services.surveys.ids() == ["a-survey"]


def test_invitations_are_counted_with_a_hash_or_not_at_all(services: Services) -> None:
    first = services.surveys.save(Survey(id="a-survey", settings=SurveySettings(exit_link="https://example.org/")))
    counted = first.model_copy(update={"invited": 2})
    assert services.surveys.save_inviting(counted, "code") == services.surveys.get("a-survey")
    assert services.access.has_invitation("a-survey", "code")
    # Two who invite as many at once would write the same record, to the byte.
    with pytest.raises(Conflict):
        services.surveys.save_inviting(counted, "other")
    assert not services.access.has_invitation("a-survey", "other")
    services.access.delete_invitation("a-survey", "code")
    assert not services.access.has_invitation("a-survey", "code")


def test_survey_is_deleted_only_as_it_was_read(services: Services) -> None:
    read = services.surveys.save(Survey(id="a-survey", settings=SurveySettings(exit_link="https://example.org/")))
    latest = services.surveys.save(read.model_copy(update={"state": "test"}))
    with pytest.raises(Conflict):
        services.surveys.delete(read)
    assert services.surveys.get("a-survey") == latest
    services.surveys.delete(latest)
    services.surveys.delete(latest)
    assert (services.surveys.get("a-survey"), services.surveys.ids()) == (None, [])


@pytest.mark.parametrize("rehearsal", [False, True])
def test_key_is_made_once_and_forgotten_for_good(services: Services, rehearsal: bool) -> None:
    services.access.add_receipt_key("a-survey", b"first", rehearsal)
    services.access.add_receipt_key("a-survey", b"second", rehearsal)
    assert services.access.receipt_key("a-survey", rehearsal) == b"first"
    assert services.access.receipt_key("a-survey", not rehearsal) is None
    services.access.delete_receipt_key("a-survey", rehearsal)
    assert services.access.receipt_key("a-survey", rehearsal) is None


def test_rounding_key_is_made_once(services: Services) -> None:
    services.tallies.add_rounding_key("a-survey", b"first")
    services.tallies.add_rounding_key("a-survey", b"second")
    assert services.tallies.rounding_key("a-survey") == b"first"


def test_response_that_was_counted_is_not_counted_again_P6(services: Services) -> None:
    services.responses.add(a_response())
    waiting = pending(services)
    part = count(services)
    assert part is not None
    counted = NotCounted(tuple(waiting), is_part_changed=False, is_held_up=False)
    assert services.tallies.count(part, TALLY, waiting) == counted
    assert services.tallies.count(services.tallies.part("a-survey", 2, part.shard), TALLY, waiting) == counted
    assert services.tallies.ledger("a-survey") == {1: [part]}


def test_count_from_a_later_tally_that_changed_meanwhile_does_nothing_P6(services: Services) -> None:
    services.responses.add(a_response(OTHER_RID))
    stale = count(services)
    services.responses.add(a_response("5" + "2" * 25))
    fresh = count(services)
    services.responses.add(a_response())
    assert count(services, stale) is None
    assert services.tallies.part("a-survey", 1, shard_of(RID)) == fresh
    assert len(pending(services)) == 1


def test_retry_whose_code_is_gone_is_known_by_its_response_P5(services: Services) -> None:
    services.access.add_invitation("a-survey", "code")
    services.responses.add_invited(a_response(), "code")
    services.access.add_invitation("a-survey", "other")
    assert services.responses.add_invited(a_response(), "code") is Invited.THERE_ALREADY
    assert services.responses.add_invited(a_response(answers=b"\2"), "other") is Invited.THERE_ALREADY
    assert len(list(services.access.invitations("a-survey"))) == 1
    (found,) = pending(services)
    assert found.answers == b"\1"


def test_counted_or_withdrawn_response_is_in_no_index_P6(services: Services) -> None:
    services.responses.add(a_response())
    assert count(services)
    assert [record.pending for record in services.responses.records("a-survey")] == [False]
    services.responses.add(a_response(OTHER_RID))
    services.responses.withdraw("a-survey", OTHER_RID)
    assert [record.pending for record in services.responses.records("a-survey")] == [False, False]
    assert pending(services) == []


def test_questionnaire_once_stored_stays_as_it_is_P13(services: Services) -> None:
    first: Questionnaire = a_definition(a_question("scale")).questionnaire
    services.surveys.add_questionnaire("a-survey", 1, first)
    with pytest.raises(Conflict):
        services.surveys.add_questionnaire("a-survey", 1, a_definition(a_question("yes_no")).questionnaire)
    assert services.surveys.questionnaire("a-survey", 1) == first


def test_release_once_stored_stays_as_it_is_P7(services: Services) -> None:
    first: Release = a_release()
    services.surveys.add_release(first)
    with pytest.raises(Conflict):
        services.surveys.add_release(first.model_copy(update={"responses": 5}))
    assert services.surveys.release(first.survey, first.number) == first


def test_latest_release_is_the_last_of_its_survey_below_a_number(services: Services) -> None:
    for number in (1, 2, 10):
        services.surveys.add_release(a_release().model_copy(update={"survey": "a-survey", "number": number}))
    services.surveys.add_release(a_release().model_copy(update={"survey": "b-survey", "number": 11}))
    found = [services.surveys.latest_release("a-survey", before) for before in (999_999, 10, 2, 1)]
    assert [release and release.number for release in found] == [10, 2, 1, None]


def test_token_opens_one_survey_until_it_is_revoked(services: Services) -> None:
    later = replace(TOKEN, digest="1" * 64, last_day=TOKEN.last_day + timedelta(days=1))
    for token in (later, TOKEN):
        services.access.add_token("a-survey", token)
    assert services.access.token("a-survey", TOKEN.digest) == TOKEN
    assert services.access.token("b-survey", TOKEN.digest) is None
    assert (services.access.tokens("a-survey"), services.access.tokens("b-survey")) == ([TOKEN, later], [])
    services.access.delete_token("a-survey", TOKEN.digest)
    assert services.access.token("a-survey", TOKEN.digest) is None
    assert services.access.tokens("a-survey") == [later]


def test_proof_of_a_purge_is_written_once_P11(services: Services) -> None:
    first, second = '{"counted": 1}', '{"counted": 2}'
    services.tallies.add_record("a-survey", "PURGE_PROOF", first)
    services.tallies.add_record("a-survey", "PURGE_PROOF", second)
    assert services.tallies.record("a-survey", "PURGE_PROOF") == first


SEALED = {"sealed": b"sealed"}


@pytest.mark.parametrize("text", [{}, {"text": "Rest."}, SEALED], ids=["without", "plain", "sealed"])
def test_replacement_that_was_counted_unheard_is_told_from_one_that_never_came_P5(
    services: Services, database: Database, text: dict[str, Any]
) -> None:
    services.responses.add(a_response(**text))
    assert count(services)
    database.replace_client(RepeatingClient(database.client))
    others: tuple[dict[str, Any], ...] = ({}, {"text": "Rest."}, {"text": "Rain."}, SEALED, {"sealed": b"rain"})
    assert [other for other in others if services.responses.replace(a_response(**other))] == [text]
    assert not services.responses.replace(a_response(answers=b"\2", **text))
