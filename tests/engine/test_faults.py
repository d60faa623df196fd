"""Whatever goes wrong at the wire, a call takes effect once, or says that it failed and whether to repeat it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.httpsession import URLLib3Session
from chalice.test import Client

from chalicelib import services as services_module
from chalicelib.errors import Conflict, StoreUnavailable
from chalicelib.services import Services
from chalicelib.storage.access import AccessStore
from chalicelib.storage.database import Database
from chalicelib.storage.responses import ResponseStore
from chalicelib.storage.surveys import SurveyStore
from chalicelib.storage.tallies import NotCounted, TallyStore
from operation.invitations import invite
from tests.builders import ANSWERS, FIELDS, Browser, FakeClock, an_open_survey, stored_items
from tests.engine.calls import CALLS, RID, SURVEY, StoreCall, a_response, added, count, everything, saved
from tests.engine.faults import (
    FAULTS,
    Fault,
    Wire,
    a_client,
    conflict,
    duplicate,
    lost_reply,
    lost_request,
    reset,
    slow_engine,
    slow_reply,
)
from tests.functional.shapes import receipt_in

pytestmark = pytest.mark.engine

#: The patience of the connection that meets slow replies, in seconds, and how much later they come.
PATIENCE, DELAY = 0.15, 0.2
KEY = "00112233445566778899aabbccddeeff"
#: The request is carried out, and the client learns nothing of it.
UNHEARD = (lost_reply, reset, slow_reply)
BY_NAME = {call.name: call for call in CALLS}


@dataclass
class Wires:
    """The wire that faults are put on, and what a call does where nothing goes wrong."""

    usual: Wire
    undisturbed: dict[str, tuple[object, object]] = field(default_factory=dict)

    def mended(self) -> Wire:
        self.usual.mend()
        return self.usual


@pytest.fixture(scope="module")
def wires(dynamodb_local: Database) -> Iterator[Wires]:
    engine = dynamodb_local.client
    with slow_engine(engine.meta.endpoint_url, DELAY) as slow:
        impatient = URLLib3Session(timeout=(600, PATIENCE))  # type: ignore[arg-type]  # it takes parts of a second
        yield Wires(Wire(a_client(engine), slow, impatient))


@pytest.fixture
def services(real_database: Database, clock: FakeClock) -> Services:
    return Services.on(real_database, clock)


def over(services: Services, wire: Wire, clock: FakeClock) -> Services:
    """The same tables, over ``wire``."""
    database = services.responses._database.with_prefix(services.responses._database._prefix)
    database.replace_client(wire.client)
    return Services.on(database, clock)


def places(call: StoreCall, fault: Fault) -> list[int | None]:
    """Each end of the call's requests, and None for all of them; of what has to be waited for, the first alone."""
    return [0] if fault is slow_reply else [*sorted({0, call.requests - 1}), None]


def is_tried(call: StoreCall, fault: Fault) -> bool:
    """Whether ``fault`` does to ``call`` what no other does: of a read, only the loss of its reply can be seen."""
    return call.writes or fault not in (conflict, lost_request, duplicate, slow_reply)


Case = tuple[StoreCall, Fault, int | None]
CASES = [
    pytest.param((call, fault, place), id=f"{call}-{fault.__name__}-{'always' if place is None else place}")
    for call in CALLS
    for fault in FAULTS
    if is_tried(call, fault)
    for place in places(call, fault)
]


def test_every_call_of_every_store_is_tried() -> None:
    stores = (SurveyStore, ResponseStore, TallyStore, AccessStore)
    methods = {
        f"{store.__name__}.{name}"
        for store in stores
        for name, _ in inspect.getmembers(store, inspect.isfunction)
        # To prepare is to make what calls; nothing is asked yet.
        if not name.startswith("_") and name != "prepare"
    }
    assert methods == {call.name.split(" ")[0] for call in CALLS}


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_call_sends_the_requests_that_faults_are_put_on(
    call: StoreCall, services: Services, wires: Wires, clock: FakeClock
) -> None:
    call.prepare(services)
    wire = wires.mended()
    before = wire.requests
    call.act(over(services, wire, clock))
    assert wire.requests - before == call.requests


@pytest.mark.parametrize("case", CASES)
def test_call_takes_effect_once_or_says_that_it_may_be_repeated_P5(
    case: Case, services: Services, wires: Wires, clock: FakeClock
) -> None:
    call, fault, place = case
    returned, stored = undisturbed(call, services, wires)
    wire = wires.mended()
    disturbed = over(services, wire, clock)
    wire.break_down(fault, *((0,) if place is None else (place, 1)))
    try:
        found = call.act(disturbed)
    except StoreUnavailable:
        assert place is None or fault is conflict, "the client's own retry gets over one fault"
        wire.mend()
        found = call.act(disturbed)
    wire.mend()
    assert wire.injected[fault.__name__]
    assert found in (returned, *call.late)
    if isinstance(found, NotCounted):
        call.act(disturbed)
    assert everything(services) == stored


def undisturbed(call: StoreCall, services: Services, wires: Wires) -> tuple[object, object]:
    """What ``call`` returns and what is stored then; leaves the tables as they are before it."""
    call.prepare(services)
    if call.name not in wires.undisturbed:
        twin = services.responses._database.with_prefix(f"{services.responses._database._prefix}twin")
        twin.create_tables()
        on_twin = Services.on(twin, services.clock)
        call.prepare(on_twin)
        wires.undisturbed[call.name] = (call.act(on_twin), everything(on_twin))
    return wires.undisturbed[call.name]


@pytest.mark.parametrize("fault", [*UNHEARD, duplicate])
@pytest.mark.parametrize(
    "name", ["SurveyStore.save (next)", "SurveyStore.add_questionnaire", "SurveyStore.add_release"]
)
def test_what_an_unheard_attempt_wrote_is_no_conflict(
    name: str, fault: Fault, services: Services, wires: Wires, clock: FakeClock
) -> None:
    call, wire = BY_NAME[name], wires.mended()
    call.prepare(services)
    disturbed = over(services, wire, clock)
    wire.break_down(fault, times=1)
    first = call.act(disturbed)
    assert call.act(disturbed) == first


def test_what_somebody_else_wrote_is_a_conflict_whatever_was_lost(
    services: Services, wires: Wires, clock: FakeClock
) -> None:
    saved(services)
    wire = wires.mended()
    disturbed = over(services, wire, clock)
    services.surveys.save(SURVEY.model_copy(update={"revision": 1, "edition": 3}))
    wire.break_down(lost_request, times=1)
    with pytest.raises(Conflict):
        disturbed.surveys.save(SURVEY.model_copy(update={"revision": 1, "edition": 2}))


def replaced_and_then(
    services: Services, wires: Wires, clock: FakeClock, meanwhile: Callable[[], object], **changes: Any
) -> bool:
    """What a replacement returns whose reply is lost, where ``meanwhile`` comes before it is sent again."""
    wire = wires.mended()

    def lost_and_then(wire: Wire, request: Any) -> None:
        wire.send(request)
        meanwhile()
        lost_request(wire, request)

    wire.break_down(lost_and_then, times=1)
    replaced = over(services, wire, clock).responses.replace(a_response(**changes))
    wire.mend()
    return replaced


@pytest.mark.parametrize("texts", [{}, {"sealed": b"sealed again"}, {"text": "plain"}])
def test_replacement_that_was_counted_before_its_retry_is_reported_as_made_P5(
    texts: dict[str, Any], services: Services, wires: Wires, clock: FakeClock
) -> None:
    added(services)
    assert replaced_and_then(services, wires, clock, lambda: count(services), **texts)
    (record,) = services.responses.records("a-survey")
    assert (record.batch, record.sealed, record.text) == (1, texts.get("sealed"), texts.get("text"))


def test_replacement_that_did_not_arrive_before_the_count_is_not_reported_as_made_P5(
    services: Services, wires: Wires, clock: FakeClock
) -> None:
    added(services)
    count(services)
    assert not replaced_and_then(services, wires, clock, lambda: None, answers=b"\2")
    assert not replaced_and_then(services, wires, clock, lambda: None, sealed=b"sealed again")
    assert not replaced_and_then(services, wires, clock, lambda: None)
    (record,) = services.responses.records("a-survey")
    assert (record.answers, record.sealed) == (b"\1", b"sealed")


def test_replacement_that_was_withdrawn_before_its_retry_stays_withdrawn_P11(
    services: Services, wires: Wires, clock: FakeClock
) -> None:
    added(services)
    assert not replaced_and_then(services, wires, clock, lambda: services.responses.withdraw("a-survey", RID))
    (record,) = services.responses.records("a-survey")
    assert (record.withdrawn, record.answers) == (True, None)


@pytest.fixture
def browser(services: Services, wires: Wires, clock: FakeClock) -> Iterator[Browser]:
    """The app over the usual wire."""
    from app import app

    an_open_survey(services)
    disturbed = over(services, wires.mended(), clock)
    services_module.use(disturbed)
    with Client(app) as client:
        yield Browser(client, disturbed)
    services_module.use(None)


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault is not slow_reply])
def test_respondent_gets_one_receipt_for_one_response_whatever_failed_P5(
    fault: Fault, browser: Browser, services: Services, wires: Wires
) -> None:
    token = browser.token()
    wires.usual.break_down(fault)
    failed = browser.send_form(token=token)
    wires.usual.break_down(fault, times=1)
    again = browser.send_form(token=token)
    wires.usual.mend()
    last = browser.send_form(token=token)
    assert failed.status_code == (200 if fault is duplicate else 503)
    assert last.status_code == 200
    if fault is not conflict:
        assert receipt_in(again) == receipt_in(last)
    assert len(stored_items(services)) == 1


@pytest.mark.parametrize("fault", [lost_reply, reset, duplicate])
def test_first_submission_whose_reply_was_lost_is_accepted_P5(
    fault: Fault, browser: Browser, services: Services, wires: Wires
) -> None:
    browser.send_json(ANSWERS)  # the process is warm: the next is one write
    wires.usual.break_down(fault, times=1)
    first = browser.send_json(ANSWERS, key=KEY)
    wires.usual.mend()
    second = browser.send_json(ANSWERS, key=KEY)
    assert wires.usual.injected.total() == 1
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json_body["receipt"] == second.json_body["receipt"]
    assert len(stored_items(services)) == 2


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault is not slow_reply])
def test_code_is_used_once_with_the_response_whatever_failed_P10(
    fault: Fault, services: Services, wires: Wires, clock: FakeClock
) -> None:
    from app import app

    an_open_survey(services, access="invitation")
    code, _ = invite(services, "a-survey", 2)
    services_module.use(over(services, wires.mended(), clock))
    with Client(app) as client:
        browser = Browser(client, services_module.current())
        fields, token = {**FIELDS, "_invitation": [code]}, browser.token()
        wires.usual.break_down(fault)
        browser.send_form(fields, token=token)
        wires.usual.mend()
        last = browser.send_form(fields, token=token)
        other = browser.send_form(fields, token=browser.token(nonce=b"another nonce..."))
    services_module.use(None)
    assert (last.status_code, other.status_code) == (200, 422)
    assert receipt_in(last)
    assert len(stored_items(services)) == 1
    assert len(list(services.access.invitations("a-survey"))) == 1
