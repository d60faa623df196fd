"""Whatever respondents, runs, crashes and the clock do in whatever order: after every step the ledger is whole."""

from __future__ import annotations

import itertools
from typing import Literal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chalicelib.storage.database import Database
from chalicelib.storage.tables import TABLES
from tests.engine.ledger import CODES, Choice, Disturbance, Sent, World

#: Not nothing at all, which is no response.
CHOICES = st.tuples(st.sampled_from([None, 1, 2, 5]), st.sampled_from([None, True, False])).filter(
    lambda choice: choice != (None, None)
)
#: One that is good while there are any left, one that most likely is used up, and one that nobody was given.
CODE_KINDS = st.sampled_from(["good", "good", "good", "any", "unknown"])
ANYONE = st.integers(0, 10**6)
#: A whole run makes about thirty calls, and some twenty more at the end of an edition.
CALLS = st.integers(0, 55)
#: In minutes: until a run of the schedule comes.
A_MONTH = 31 * 24 * 60
WAITS = st.sampled_from([A_MONTH, 70, 0.3, A_MONTH, 70])
PUBLISH_DISTURBANCES: list[Disturbance] = ["crash", "second run", "answer", "change", "withdraw", "close", "audit"]
PURGE_DISTURBANCES: list[Disturbance] = ["crash", "second run"]
#: Policy, access, and when results come.
Kind = tuple[Literal["exact", "protected"], Literal["open", "invitation"], Literal["at_close", "monthly"]]
KINDS: list[Kind] = [
    ("protected", "invitation", "monthly"),
    ("protected", "open", "at_close"),
    ("exact", "invitation", "at_close"),
]
_numbers = itertools.count()


class LedgerMachine(RuleBasedStateMachine):
    """Hypothesis picks the steps; :class:`World` takes them, and holds what happened against its model."""

    world: World

    def __init__(self, engine: Database, kind: Kind) -> None:
        super().__init__()
        self.database = engine.with_prefix(f"ledger{next(_numbers)}")
        self.database.create_tables()
        self.kind = kind

    @initialize(crowd=st.sampled_from([30, 58, 0]))
    def open(self, crowd: int) -> None:
        """A survey that ``crowd`` have answered: of few, nothing would be printed."""
        self.world = World(self.database, *self.kind)
        self.many_answer(crowd, by_form=True)

    @property
    def is_collecting(self) -> bool:
        return not self.world.purge_begun

    @property
    def is_answered(self) -> bool:
        return self.is_collecting and bool(self.world.sent)

    def _code(self, kind: str, number: int) -> str:
        if self.world.access == "open":
            return ""
        if kind == "good" and self.world.unused:
            return min(self.world.unused)
        return "Z" * 16 if kind == "unknown" else CODES[number % 5]

    def _one(self, number: int) -> Sent:
        return self.world.sent[number % len(self.world.sent)]

    @precondition(lambda self: self.is_collecting)
    @rule(choice=CHOICES, by_form=st.booleans(), kind=CODE_KINDS, number=ANYONE)
    def answer(self, choice: Choice, by_form: bool, kind: str, number: int) -> None:
        self.world.answer(choice, by_form, self._code(kind, number))

    @precondition(lambda self: self.is_collecting and len(self.world.sent) < 80)
    @rule(crowd=st.integers(15, 30), by_form=st.booleans())
    def many_answer(self, crowd: int, by_form: bool) -> None:
        for number in range(crowd):
            choice = (1 + number % 3, (None, True, False)[number % 7 % 3])
            self.world.answer(choice, by_form, self._code("good", 0))

    @precondition(lambda self: self.is_answered)
    @rule(number=ANYONE, choice=CHOICES, is_changed=st.booleans(), kind=CODE_KINDS)
    def send_again(self, number: int, choice: Choice, is_changed: bool, kind: str) -> None:
        sender = self._one(number)
        code = self._code(kind, number) if is_changed else sender.code
        self.world.send_again(sender, choice if is_changed else sender.choice, code)

    @precondition(lambda self: self.is_answered)
    @rule(number=ANYONE)
    def withdraw(self, number: int) -> None:
        self.world.withdraw(self._one(number))

    @precondition(lambda self: self.is_collecting)
    @rule(minutes=WAITS)
    def publish(self, minutes: float) -> None:
        self.world.clock.advance(minutes=minutes)
        self.world.publish_quietly()

    @precondition(lambda self: self.is_answered)
    @rule(minutes=WAITS, at=CALLS, disturbance=st.sampled_from(PUBLISH_DISTURBANCES), number=ANYONE, choice=CHOICES)
    def publish_disturbed(self, minutes: float, at: int, disturbance: Disturbance, number: int, choice: Choice) -> None:
        self.world.clock.advance(minutes=minutes)

        def respondent() -> None:
            if disturbance == "answer":
                self.world.answer(choice, by_form=True, code=self._code("good", number))
            elif disturbance == "change":
                self.world.send_again(self._one(number), choice, self._one(number).code)
            else:
                self.world.withdraw(self._one(number))

        self.world.run_disturbed("publish", at, disturbance, respondent)

    @precondition(lambda self: self.is_answered)
    @rule()
    def close(self) -> None:
        self.world.close()

    @rule(minutes=st.sampled_from([0.3, 20, 70, 70, 25 * 60, A_MONTH]))
    def wait(self, minutes: float) -> None:
        self.world.clock.advance(minutes=minutes)

    @precondition(lambda self: self.world.is_expired)
    @rule()
    def purge(self) -> None:
        self.world.run("purge")
        assert self.world.survey.state == "purged"

    @precondition(lambda self: self.world.is_expired)
    @rule(at=CALLS, disturbance=st.sampled_from(PURGE_DISTURBANCES))
    def purge_disturbed(self, at: int, disturbance: Disturbance) -> None:
        self.world.run_disturbed("purge", at, disturbance, lambda: None)

    @invariant()
    def ledger_is_whole(self) -> None:
        self.world.check()

    def teardown(self) -> None:
        for table in TABLES:
            self.database.call("delete_table", table)


def run(engine: Database, kind: Kind, examples: int, steps: int) -> None:
    class Machine(LedgerMachine):
        def __init__(self) -> None:
            super().__init__(engine, kind)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids="-".join)
def test_ledger_is_whole_after_every_step_P5_P6_P7_P10_P11(either_engine: Database, kind: Kind) -> None:
    run(either_engine, kind, examples=2, steps=20)
