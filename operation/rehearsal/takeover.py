"""Whether a version keeps what an earlier one promised: every dump of tables is taken over, nothing lost (P15).

The same for the stage of a rehearsal and for tests in the process: what differs is how requests travel and functions
run.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chalicelib.jobs.audit import Audit, audit_survey
from chalicelib.jobs.purge import PROOF
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services
from operation.deployment.steps import Step, Steps
from operation.ending import delete_survey
from operation.errors import RehearsalFailed
from operation.records.export import export_records
from operation.rehearsal.dumps import Promises
from operation.rehearsal.failure import require
from operation.rehearsal.visitor import Visitor

MEMBERS, BOARD, GUESTS, PAST, RAIDED, DROPPED = "members", "board", "guests", "past", "raided", "dropped"


@dataclass(frozen=True)
class TakenOver:
    """A stage with the tables of a dump: who visits it, what an operator reads of it, and its scheduled functions."""

    promises: Promises
    visitor: Visitor
    services: Services
    publish: Callable[[], object]
    purge: Callable[[], object]

    def record(self, survey: str) -> Survey:
        """The survey as it holds now."""
        found = self.services.record(survey)
        if found is None:
            raise RehearsalFailed(f"{survey} is gone")
        return found

    def audit(self, survey: str) -> Audit:
        """The recount of a survey; fails where its ledger does not add up."""
        found = audit_survey(self.services, self.record(survey))
        require(found.adds_up, f"{survey}: {', '.join(found.faults())}")
        return found


@dataclass(frozen=True)
class Found:
    """What was found of the dump's members after everything: their numbers, and the release that came."""

    pending: int
    counted: int
    withdrawn: int
    release: int


def take_over(stage: TakenOver) -> Steps[Found]:
    """Hold the version that runs to every promise of the dump. Raises :class:`RehearsalFailed` where one is broken."""
    _numbers(stage)
    yield Step("every record is there, the ledger adds up, and each release tells the numbers that it told")
    _held(stage)
    yield Step("held results show to the analyst's token alone; the link of a test leads to it")
    _answers(stage)
    yield Step("receipts replace and withdraw, codes are good once, forms that were loaded before are sent")
    _text(stage)
    yield Step("what was sealed opens with its key")
    found = _next_release(stage)
    yield Step(f"the next release came: {found.counted} counted in all, {found.withdrawn} withdrawn, the audit whole")
    _purged(stage)
    yield Step("what was due is purged, with proof; the proof of an earlier purge is unchanged")
    _cut_short(stage)
    yield Step("what was cut short is ended: the schedule purged a survey, a command deleted a draft")
    return found


def _numbers(stage: TakenOver) -> None:
    for survey, told in stage.promises.numbers.items():
        found = stage.audit(survey)
        # An exact survey counts at every run, and a deployment runs each function once.
        is_more_counted = survey == BOARD and found.counted > told.counted
        numbers = (found.pending + found.counted, found.withdrawn)
        require(numbers == (told.pending + told.counted, told.withdrawn), f"{survey} has other numbers: {found}")
        require(is_more_counted or found.counted == told.counted, f"{survey} has other numbers: {found}")
        for number, file in enumerate(told.csv, 1):
            bearer = {"Authorization": f"Bearer {stage.promises.analyst_token}"} if survey == BOARD else {}
            now = stage.visitor.get(f"/api/surveys/{survey}/releases/{number}.csv", **bearer).of(200).text
            require(_tells(now, file), f"release {number} of {survey} tells other numbers")


def _tells(now: str, then: str) -> bool:
    """Whether a CSV has every row of the earlier one; it may have more columns."""
    rows, earlier = (list(csv.DictReader(io.StringIO(text))) for text in (now, then))
    return len(rows) == len(earlier) and all(
        before.items() <= row.items() for row, before in zip(rows, earlier, strict=True)
    )


def _held(stage: TakenOver) -> None:
    latest = f"/api/surveys/{BOARD}/releases/2"
    stage.visitor.get(latest).of(404)
    stage.visitor.get(latest, Authorization=f"Bearer {stage.promises.analyst_token}").of(200)
    stage.visitor.get(f"/api/surveys/{BOARD}/releases/1").of(200)
    stage.visitor.get(f"/{stage.promises.trial_link}").of(200, 203)


def _answers(stage: TakenOver) -> None:
    promises, visitor = stage.promises, stage.visitor
    again = visitor.send(f"/s/{MEMBERS}", _filled(promises.form.by, promises.used_code)).of(200)
    require(again.receipt == promises.form.receipt, "a form that was sent again got another receipt")
    called = visitor.submit(MEMBERS, {"region": "south"}, promises.call.by, invitation=promises.used_code).of(200)
    require(called.receipt == promises.call.receipt, "a call that was repeated got another receipt")
    for receipt in (promises.pending_receipt, promises.counted_receipt, promises.withdrawn_receipt):
        visitor.withdraw(MEMBERS, receipt).of(200)
    visitor.withdraw(GUESTS, promises.guest_receipt).of(200)
    first, second, *_ = promises.unused_codes
    visitor.submit(MEMBERS, {"region": "north"}, invitation=promises.used_code).of(422)
    visitor.submit(MEMBERS, {"region": "north"}, invitation=first).of(201)
    visitor.submit(MEMBERS, {"region": "north"}, invitation=first).of(422)
    visitor.send(f"/s/{MEMBERS}", _filled(promises.loaded, second)).of(200)
    told, found = promises.numbers[MEMBERS], stage.audit(MEMBERS)
    expected = (told.pending + 2 - 1, told.counted - 1, told.withdrawn + 2)
    require((found.pending, found.counted, found.withdrawn) == expected, f"{MEMBERS} has not {expected} records")


def _filled(token: str, code: str) -> dict[str, list[str]]:
    return {"_token": [token], "_invitation": [code], "region": ["north"], "mood": ["2"]}


def _text(stage: TakenOver) -> None:
    import pyrage

    record = stage.record(MEMBERS)
    versions = {number: stage.services.version(MEMBERS, number) for number in record.published}
    identity = pyrage.x25519.Identity.from_str(stage.promises.identity)
    with tempfile.TemporaryDirectory() as folder:
        export_records(MEMBERS, stage.services.responses.records(MEMBERS), versions, Path(folder), formats=())
        sealed = [path.read_bytes() for path in Path(folder, "text").iterdir()]
    opened = [pyrage.decrypt(envelope, [identity]).decode("utf-8") for envelope in sealed]
    require(any(stage.promises.text in text for text in opened), "no text that was sealed can be read")


def _next_release(stage: TakenOver) -> Found:
    """Of the edition that waited: all that were pending are counted into it."""
    before, edition = stage.audit(MEMBERS), stage.record(MEMBERS).edition
    stage.publish()
    found = stage.audit(MEMBERS)
    counted = sum(part.tally.n for part in stage.services.tallies.parts(MEMBERS, edition))
    require(stage.record(MEMBERS).releases == edition, f"release {edition} of {MEMBERS} did not come")
    require((found.pending, counted) == (0, before.pending), f"{counted} of {before.pending} were counted")
    stage.visitor.get(f"/api/surveys/{MEMBERS}/releases/{edition}.csv").of(200)
    stage.audit(BOARD)
    return Found(found.pending, found.counted, found.withdrawn, edition)


def _purged(stage: TakenOver) -> None:
    stage.purge()
    _require_purged(stage, GUESTS)
    require(stage.services.tallies.record(PAST, PROOF) == stage.promises.proof, f"the proof of {PAST} changed")
    stage.visitor.get(f"/api/surveys/{GUESTS}/releases/1.csv").of(200)


def _require_purged(stage: TakenOver, survey: str) -> None:
    require(stage.record(survey).state == "purged", f"{survey} is not purged")
    require(not stage.services.responses.count(survey), f"records of {survey} are left")
    require('"records_left": 0' in (stage.services.tallies.record(survey, PROOF) or ""), f"{survey} has no proof")


def _cut_short(stage: TakenOver) -> None:
    """Dumps of format 1 have none."""
    there = stage.services.surveys.ids()
    if RAIDED in there:
        _require_purged(stage, RAIDED)
    if DROPPED in there:
        delete_survey(stage.services, DROPPED)
        require(stage.services.record(DROPPED) is None, f"{DROPPED} is not deleted")
