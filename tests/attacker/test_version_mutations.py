"""Rules of later versions taken out one at a time: each time the attacker gets through, where the real rules hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pytest

from chalicelib.disclosure.linked_tables import Counts, Unit, clusters_of, units_of
from chalicelib.disclosure.policy import INVITED
from chalicelib.disclosure.printed import Printed, base_of
from chalicelib.disclosure.protect import ProtectedBatch, ProtectedTable, protect
from chalicelib.disclosure.rounded_tables import drawn
from chalicelib.disclosure.rounding import Draw, rounded_total
from chalicelib.questionnaire.codebook import Asked
from chalicelib.tabulation.tally import Tally
from tests.attacker.attack import Attack, is_possible
from tests.attacker.knowledge import true_counts
from tests.attacker.program import Name
from tests.attacker.surveys import ASurvey, Respondents, survey_of
from tests.builders import a_question, options, text

pytestmark = pytest.mark.slow

BASE, KEY, SURVEYS = 5, b"k" * 32, 400
#: What breaches of the rule of 20 are called.
ASKED = "asked"
NEEDED = {"required_because": text("We have to know.")}
IF_YES = {"show_if": {"question": "police_met", "equals": "yes"}}
IF_NO = {"show_if": {"question": "police_met", "equals": "no"}}
YES, NO = Asked("police_met", ("yes",)), Asked("police_met", ("no",))
POLICE = a_question("yes_no", **NEEDED)


def lands(*codes: str, **changes: Any) -> dict[str, Any]:
    return a_question("single_choice", options=options(*codes), **changes)


def choices(*codes: str) -> dict[str, Any]:
    return a_question("multiple_choice", options=options(*codes), most=1, **NEEDED)


@dataclass(frozen=True)
class Later:
    """What a first version asked and what the second does, and whom its conditional questions are asked of."""

    older: Sequence[dict[str, Any]]
    questions: Sequence[dict[str, Any]]
    asked: Mapping[str, Asked]

    @property
    def survey(self) -> ASurvey:
        return survey_of(self.questions, self.asked, older=[self.older])


NEWER_QUESTION = Later([POLICE], [POLICE, lands("se", "no")], {})
NEWER_OPTION = Later([lands("se", "no", **NEEDED)], [lands("se", "no", "fi", **NEEDED)], {})
NEWER_OPTIONS = Later([choices("a", "b")], [choices("a", "b", "c", "d")], {})
ON_BOTH_ANSWERS = Later(
    [POLICE],
    [POLICE, lands("se", "no", **IF_YES), lands("se", "no", id="where", **IF_NO)],
    {"country": YES, "where": NO},
)
ON_THE_ONE_AND_NEW_IN_THE_OTHER = Later(
    [POLICE, lands("se", "no", **IF_YES, **NEEDED), lands("se", "no", id="where", **IF_NO, **NEEDED)],
    [POLICE, lands("se", "no", "fi", **IF_YES, **NEEDED), lands("se", "no", "fi", id="where", **IF_NO, **NEEDED)],
    {"country": YES, "where": NO},
)


def a_tally(random: Random, survey: ASurvey) -> Tally:
    return Respondents(random, survey).tally(random.randint(40, 90))


Limits = Callable[[Unit, Printed], int]


def unlimited(unit: Unit, printed: Printed) -> int:
    """Whoever fulfils the condition may answer, whatever version they met."""
    return printed.total if unit.asked is None else printed.cells(unit.asked.table or "", unit.asked.codes)


def each_alone(unit: Unit, printed: Printed) -> int:
    """No more answers than met the version, one table looked at after the other."""
    base = base_of(unit, printed)
    return base.most if base else 0


def released(survey: ASurvey, tally: Tally, number: int, limits: Limits) -> ProtectedBatch | None:
    """Every table that can be drawn within ``limits`` of its own; None where one cannot."""
    total = rounded_total(tally.n, BASE)
    specs = {spec.id: spec for spec in survey.specs}
    tables: dict[str, Counts] = {}
    for unit in (unit for cluster in clusters_of(units_of(survey.specs)) for unit in cluster):
        asked = limits(unit, Printed(total, BASE, specs, tables))
        found = next(_draws(unit, tally, (total, asked), number), None)
        if found is None:
            return None
        tables |= zip(unit.ids, found, strict=True)
    printed = tuple(ProtectedTable(specs[name], total, tuple(tables[name])) for name in specs)
    return ProtectedBatch(INVITED, total, printed, (), tuple(specs))


def _draws(unit: Unit, tally: Tally, limits: tuple[int, int], number: int) -> Iterator[Sequence[Counts]]:
    exact = [true_counts(tally, spec) for spec in unit.specs]
    for attempt in range(INVITED.attempts):
        tables = drawn(unit, exact, BASE, Draw(KEY, f"{number}:{unit.name}:{attempt}"))
        if not any(unit.violations(tables, *limits)):
            yield tables


def is_of_asked(cell: Name) -> bool:
    return isinstance(cell, tuple) and ASKED in cell


@pytest.mark.parametrize(
    ("limits", "later"),
    [
        pytest.param(unlimited, NEWER_QUESTION, id="newer question without the limit"),
        pytest.param(each_alone, NEWER_OPTION, id="newer option without the limit"),
        pytest.param(each_alone, NEWER_OPTIONS, id="newer options of a multiple choice without the limit"),
        pytest.param(each_alone, ON_BOTH_ANSWERS, id="newer questions on both answers, each within its own limit"),
        pytest.param(each_alone, ON_THE_ONE_AND_NEW_IN_THE_OTHER, id="newer options on both answers"),
    ],
)
def test_without_the_rule_of_versions_the_attacker_gets_through_P7(limits: Limits, later: Later) -> None:
    survey, attack = later.survey, Attack()
    for number in range(SURVEYS):
        tally = a_tally(Random(number), survey)  # noqa: S311
        batch = released(survey, tally, number, limits)
        if batch and any(not is_of_asked(breach.cell) for breach in attack.on(batch, tally, survey)):
            assert not is_possible(batch, survey)
            held = protect(tally, survey.specs, INVITED, KEY, number)
            assert held is not None
            assert attack.on(held, tally, survey) == []
            assert is_possible(held, survey)
            return
    pytest.fail(f"no breach in {SURVEYS} surveys")


def test_without_the_rule_of_20_newer_questions_are_printed_of_few_P7() -> None:
    """The limits hold without it: no count can be worked out. But whoever knows that somebody is one of few guesses."""
    survey, attack = NEWER_QUESTION.survey, Attack()
    for number in range(40):
        tally = a_tally(Random(number), survey)  # noqa: S311
        of_few = protect(tally, survey.specs, replace(INVITED, subgroup=0), KEY, number)
        held = protect(tally, survey.specs, INVITED, KEY, number)
        assert of_few is not None
        assert held is not None
        assert attack.on(held, tally, survey) == []
        if found := attack.on(of_few, tally, survey):
            assert {breach.cell for breach in found} == {("country", ASKED)}
            return
    pytest.fail("no breach in 40 surveys")
