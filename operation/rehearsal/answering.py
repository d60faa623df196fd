"""People answer: by the form without a script, as programs, with invitations; and some withdraw."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from operation.deployment.steps import Step, Steps
from operation.rehearsal.failure import require
from operation.rehearsal.preparing import SURVEY, Prepared
from operation.rehearsal.scene import Scene

#: What everybody writes who stays, and the export has sealed: of fewer no themes are published (disclosure, rule 11).
WRITTEN = "Somebody to call."
FORM = f"/s/{SURVEY}"
#: A form is sent by nobody who has just loaded it: the server would ask to press Send once more.
_READING_SECONDS = 3


@dataclass(frozen=True)
class Answered:
    """What is stored when everybody has answered."""

    pending: int
    withdrawn: int


def answer(scene: Scene, prepared: Prepared) -> Steps[Answered]:
    """Answer in each way there is, with all codes but two."""
    visitor, codes = scene.visitor, list(prepared.codes)
    form, loaded = visitor.load(FORM), time.monotonic()
    yield Step("loaded the form: a page that needs no script")
    for number in range(len(codes) - 4):
        answers = {"region": ("north", "south")[number % 2], "mood": 1 + number % 5, "wish": WRITTEN}
        visitor.submit(SURVEY, answers, invitation=codes.pop()).of(201)
    called = len(prepared.codes) - len(codes)
    yield Step(f"{called} answered through the API, each with an invitation")
    _send_form(scene, form, codes.pop(), max(0.0, _READING_SECONDS - (time.monotonic() - loaded)))
    yield Step(
        "one pressed Send: a mistake came back with everything typed, then a receipt; sent twice it is one response"
    )
    spent = _retried(scene, codes.pop())
    visitor.submit(SURVEY, {"mood": 1}, invitation=spent).of(422)
    yield Step("a call that was repeated got its receipt again; its invitation lets nobody else in")
    receipt = visitor.submit(SURVEY, {"mood": 5}, invitation=codes.pop()).of(201).receipt
    for _ in range(2):
        visitor.withdraw(SURVEY, receipt).of(200)
    visitor.withdraw(SURVEY, "0000 0000 0000 0000").of(404)
    yield Step("one withdrew by receipt, and was told so again; a wrong receipt withdraws nothing")
    return Answered(pending=called + 2, withdrawn=1)


def _send_form(scene: Scene, form: dict[str, list[str]], code: str, wait: float) -> None:
    time.sleep(wait)
    filled = {**form, "region": ["north"], "wish": [WRITTEN], "_invitation": [code]}
    back = scene.visitor.send(FORM, filled | {"mood": ["6"]}).of(422)
    require(WRITTEN in back.text, "what was typed did not come back")
    sent, again = (scene.visitor.send(FORM, filled | {"mood": ["4"]}).of(200) for _ in range(2))
    require(sent.receipt == again.receipt, "the same form, sent twice, got two receipts")


def _retried(scene: Scene, code: str) -> str:
    """Send the same call twice; the invitation that it used."""
    key, answers = secrets.token_hex(16), {"mood": 2, "wish": WRITTEN}
    first = scene.visitor.submit(SURVEY, answers, key, invitation=code).of(201)
    second = scene.visitor.submit(SURVEY, answers, key, invitation=code).of(200)
    require(first.receipt == second.receipt, "the same call got two receipts")
    return code
