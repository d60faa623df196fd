"""Every call of every store, each with what comes before it: what faults and removed conditions are tried on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.publication.release import Release
from chalicelib.publication.tokens import AnalystToken
from chalicelib.questionnaire.survey import Survey, SurveySettings
from chalicelib.responses.answers import Invited, PendingResponse, Response
from chalicelib.responses.receipt import SHARDS, shard_of
from chalicelib.services import Services
from chalicelib.storage.responses import partition_of
from chalicelib.storage.tables import TABLES
from chalicelib.storage.tallies import NotCounted, TallyPart
from chalicelib.tabulation.tally import Tally
from tests.builders import a_definition, a_tally

RID, OTHER_RID = "5" + "0" * 25, "5" + "1" * 25
TALLY = a_tally(1, {"mood": {"4": 1}})
SURVEY = Survey(id="a-survey", settings=SurveySettings(exit_link="https://example.org/"))
QUESTIONNAIRE = a_definition().questionnaire
RELEASE = Release(
    survey="a-survey",
    number=1,
    published_on=date(2026, 3, 1),
    policy="exact",
    rounding_base=1,
    percentages_from=1,
    synthetic=False,
    languages=("en",),
    title={"en": "A few questions"},
    responses=1,
    responses_at_most=1,
    edition_responses=1,
    editions=(),
    tables=(),
)
TOKEN = AnalystToken("0" * 64, "an analyst", date(2026, 3, 1), date(2026, 5, 31), b"a key of its own")


@dataclass(frozen=True)
class StoreCall:
    """``act`` is the call, ``requests`` what it sends, and ``late`` what else it may return where its effect is there
    already: the store cannot always know whose it is."""

    name: str
    act: Callable[[Services], Any]
    prepare: Callable[[Services], object] = lambda services: None
    requests: int = 1
    late: tuple[object, ...] = ()
    writes: bool = True

    def __str__(self) -> str:
        return self.name


def a_response(rid: str = RID, answers: bytes = b"\1", **changes: Any) -> Response:
    return Response("a-survey", rid, 1, answers, mark=b"mark:" + answers, **changes)


def added(services: Services) -> None:
    """A response that waits to be counted."""
    services.responses.add(a_response(sealed=b"sealed"))


def withdrawn(services: Services) -> None:
    added(services)
    services.responses.withdraw("a-survey", RID)


def two_added(services: Services) -> None:
    added(services)
    services.responses.add(a_response(OTHER_RID))


def invited(services: Services) -> None:
    for code in ("code", "other"):
        services.access.add_invitation("a-survey", code)


def saved(services: Services) -> None:
    services.surveys.save(SURVEY)


WAITING = PendingResponse(partition_of("a-survey", RID), RID, 1, b"\1", b"mark:\1")
#: What the count is told of its own transaction whose reply was lost, and of one that another kept from its items.
COUNTED_UNHEARD = NotCounted((WAITING,), is_part_changed=True, is_held_up=False)
HELD_UP = NotCounted((), is_part_changed=False, is_held_up=True)


def count(services: Services) -> TallyPart | NotCounted:
    """As the publish job counts the one response that it read, into a part with nothing in it."""
    return services.tallies.count(TallyPart("a-survey", 1, shard_of(RID), Tally.empty()), TALLY, [WAITING])


def counted(services: Services) -> None:
    added(services)
    count(services)


def counted_and_withdrawn(services: Services) -> None:
    counted(services)
    services.responses.withdraw("a-survey", RID)


def released(services: Services) -> None:
    services.surveys.add_release(RELEASE)


def with_token(services: Services) -> None:
    services.access.add_token("a-survey", TOKEN)


def with_keys(services: Services) -> None:
    services.access.add_receipt_key("a-survey", b"secret")
    services.tallies.add_rounding_key("a-survey", b"secret")


def versioned(services: Services) -> None:
    services.surveys.add_questionnaire("a-survey", 1, QUESTIONNAIRE)


def saved_with_version(services: Services) -> None:
    saved(services)
    versioned(services)


def ledger_and_key(services: Services) -> None:
    counted(services)
    with_keys(services)


_SAVED = SURVEY.model_copy(update={"revision": 1})
_NEXT = _SAVED.model_copy(update={"edition": 2})

CALLS: tuple[StoreCall, ...] = (
    StoreCall("SurveyStore.save (first)", lambda s: s.surveys.save(SURVEY), requests=2),
    StoreCall("SurveyStore.save (next)", lambda s: s.surveys.save(_NEXT), saved, requests=2),
    StoreCall(
        "SurveyStore.save_inviting",
        lambda s: s.surveys.save_inviting(SURVEY.model_copy(update={"revision": 1, "invited": 1}), "code"),
        saved,
    ),
    StoreCall("SurveyStore.get", lambda s: s.surveys.get("a-survey"), saved, writes=False),
    StoreCall("SurveyStore.listed", lambda s: s.surveys.listed("a-survey"), saved, writes=False),
    StoreCall("SurveyStore.server_time", lambda s: s.surveys.server_time() is None, saved, writes=False),
    StoreCall("SurveyStore.ids", lambda s: s.surveys.ids(), saved, writes=False),
    StoreCall("SurveyStore.delete", lambda s: s.surveys.delete(_SAVED), saved_with_version, requests=4),
    StoreCall("SurveyStore.add_questionnaire", versioned),
    StoreCall("SurveyStore.questionnaire", lambda s: s.surveys.questionnaire("a-survey", 1), versioned, writes=False),
    StoreCall("SurveyStore.add_release", released),
    StoreCall("SurveyStore.release", lambda s: s.surveys.release("a-survey", 1), released, writes=False),
    StoreCall("SurveyStore.latest_release", lambda s: s.surveys.latest_release("a-survey"), released, writes=False),
    StoreCall("ResponseStore.add", lambda s: s.responses.add(a_response(sealed=b"sealed")), late=(False,)),
    StoreCall(
        "ResponseStore.add_invited",
        lambda s: s.responses.add_invited(a_response(), "code"),
        invited,
        late=(Invited.THERE_ALREADY,),
    ),
    StoreCall("ResponseStore.replace", lambda s: s.responses.replace(a_response(answers=b"\2")), added),
    StoreCall("ResponseStore.withdraw", lambda s: s.responses.withdraw("a-survey", RID), added, late=(False,)),
    StoreCall(
        "ResponseStore.withdraw (counted)", lambda s: s.responses.withdraw("a-survey", RID), counted, late=(False,)
    ),
    StoreCall("ResponseStore.is_withdrawn", lambda s: s.responses.is_withdrawn("a-survey", RID), withdrawn),
    StoreCall("ResponseStore.is_withdrawn (not)", lambda s: s.responses.is_withdrawn("a-survey", RID), added),
    StoreCall("ResponseStore.was_counted", lambda s: s.responses.was_counted("a-survey", RID), counted_and_withdrawn),
    StoreCall("ResponseStore.was_counted (not)", lambda s: s.responses.was_counted("a-survey", RID), withdrawn),
    StoreCall("ResponseStore.pending", lambda s: list(s.responses.pending("a-survey", 5)), two_added, writes=False),
    StoreCall(
        "ResponseStore.waiting",
        lambda s: s.responses.waiting("a-survey", 50),
        two_added,
        requests=SHARDS,
        writes=False,
    ),
    StoreCall(
        "ResponseStore.records",
        lambda s: list(s.responses.records("a-survey")),
        two_added,
        requests=SHARDS,
        writes=False,
    ),
    StoreCall(
        "ResponseStore.ledger",
        lambda s: list(s.responses.ledger("a-survey")),
        two_added,
        requests=SHARDS,
        writes=False,
    ),
    StoreCall("ResponseStore.count", lambda s: s.responses.count("a-survey"), two_added, requests=SHARDS, writes=False),
    StoreCall(
        "ResponseStore.delete_all",
        lambda s: s.responses.delete_all("a-survey"),
        two_added,
        requests=SHARDS + 2,
        late=(0, 1),
    ),
    StoreCall("TallyStore.count", count, added, late=(COUNTED_UNHEARD, HELD_UP)),
    StoreCall("TallyStore.seal", lambda s: s.tallies.seal("a-survey", 1), counted, requests=SHARDS),
    StoreCall("TallyStore.part", lambda s: s.tallies.part("a-survey", 1, 5), counted, writes=False),
    StoreCall("TallyStore.parts", lambda s: s.tallies.parts("a-survey", 1), counted, writes=False),
    StoreCall("TallyStore.ledger", lambda s: s.tallies.ledger("a-survey"), counted, writes=False),
    StoreCall("TallyStore.add_rounding_key", lambda s: s.tallies.add_rounding_key("a-survey", b"secret")),
    StoreCall("TallyStore.rounding_key", lambda s: s.tallies.rounding_key("a-survey"), with_keys, writes=False),
    StoreCall("TallyStore.has_rounding_key", lambda s: s.tallies.has_rounding_key("a-survey"), with_keys, writes=False),
    StoreCall("TallyStore.delete_ledger", lambda s: s.tallies.delete_ledger("a-survey"), ledger_and_key, requests=4),
    StoreCall("TallyStore.add_record", lambda s: s.tallies.add_record("a-survey", "PURGE_PROOF", "{}")),
    StoreCall("TallyStore.delete_record", lambda s: s.tallies.delete_record("a-survey", "THEMES")),
    StoreCall(
        "TallyStore.record",
        lambda s: s.tallies.record("a-survey", "PURGE_PROOF"),
        lambda s: s.tallies.add_record("a-survey", "PURGE_PROOF", "{}"),
        writes=False,
    ),
    StoreCall("AccessStore.add_receipt_key", lambda s: s.access.add_receipt_key("a-survey", b"secret")),
    StoreCall("AccessStore.receipt_key", lambda s: s.access.receipt_key("a-survey"), with_keys, writes=False),
    StoreCall("AccessStore.delete_receipt_key", lambda s: s.access.delete_receipt_key("a-survey"), with_keys),
    StoreCall("AccessStore.add_invitation", lambda s: s.access.add_invitation("a-survey", "code")),
    StoreCall(
        "AccessStore.has_invitation", lambda s: s.access.has_invitation("a-survey", "code"), invited, writes=False
    ),
    StoreCall("AccessStore.delete_invitation", lambda s: s.access.delete_invitation("a-survey", "code"), invited),
    StoreCall("AccessStore.invitations", lambda s: list(s.access.invitations("a-survey")), invited, writes=False),
    StoreCall(
        "AccessStore.delete_invitations",
        lambda s: s.access.delete_invitations("a-survey"),
        invited,
        requests=3,
        late=(0, 1),
    ),
    StoreCall("AccessStore.add_token", with_token),
    StoreCall("AccessStore.token", lambda s: s.access.token("a-survey", TOKEN.digest), with_token, writes=False),
    StoreCall("AccessStore.tokens", lambda s: s.access.tokens("a-survey"), with_token, writes=False),
    StoreCall("AccessStore.count_tokens", lambda s: s.access.count_tokens("a-survey"), with_token, writes=False),
    StoreCall("AccessStore.delete_token", lambda s: s.access.delete_token("a-survey", TOKEN.digest), with_token),
    StoreCall(
        "AccessStore.delete_tokens", lambda s: s.access.delete_tokens("a-survey"), with_token, requests=2, late=(0,)
    ),
)


def everything(services: Services) -> list[tuple[str, str]]:
    """All that is stored, in one order."""
    database = services.responses._database  # below the stores on purpose
    items = [(table.name, item) for table in TABLES for item in database.pages("scan", table)]
    return sorted((table, repr(sorted(item.items()))) for table, item in items)
