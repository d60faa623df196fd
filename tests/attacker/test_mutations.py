"""Rules taken out one at a time: each time the attacker gets through, where the real rules hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pytest

from chalicelib.disclosure.checks import violations
from chalicelib.disclosure.linked_tables import QuestionTables, question_tables
from chalicelib.disclosure.policy import INVITED
from chalicelib.disclosure.protect import protect
from chalicelib.disclosure.protected import ProtectedBatch, ProtectedTable
from chalicelib.disclosure.rounding import KeyedRandom, controlled_rounding, rounded_total
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import TableSpec, Tally
from chalicelib.tabulation.universe import Universe
from tests.attacker.attack import Attack
from tests.attacker.knowledge import Sight, true_counts
from tests.attacker.surveys import Respondents, survey_of
from tests.builders import a_question, options, text

pytestmark = pytest.mark.slow

Tables = list[list[int]]
BASE, SURVEYS = 5, 400
#: Sums are not rounded well without the rules.
ALONE = Sight(sums=False)
IF_YES = {"show_if": {"question": "police_met", "equals": "yes"}}
OF_YES = Universe(TableId("police_met"), ("yes",))
NEEDED = {"required_because": text("We have to know.")}


def on_its_own(question: QuestionTables, exact: Tables, draw: KeyedRandom) -> Tables:
    """Every table rounded well, and by itself."""
    return [
        controlled_rounding(table, rounded_total(sum(table), BASE), BASE, draw.of(spec.id))
        for spec, table in zip(question.specs, exact, strict=True)
    ]


def rounded_up(question: QuestionTables, exact: Tables, draw: KeyedRandom) -> Tables:
    """Each table sums to the number of responses rounded up."""
    return [_up(table, draw, str(spec.id)) for spec, table in zip(question.specs, exact, strict=True)]


def _up(table: Sequence[int], draw: KeyedRandom, name: str) -> list[int]:
    lower = [count - count % BASE for count in table]
    total = rounded_total(sum(table) + BASE - 1, BASE)
    uneven = [place for place, count in enumerate(table) if count % BASE]
    raised = draw.shuffled(uneven, name)[: (total - sum(lower)) // BASE]
    return [count + BASE * (place in raised) for place, count in enumerate(lower)]


@dataclass(frozen=True)
class Mutation:
    """Questions whose answers a rule protects, and how their tables would be rounded without it."""

    rounding: Callable[[QuestionTables, Tables, KeyedRandom], Tables]
    questions: Sequence[dict[str, Any]]
    asked: Mapping[str, Universe]


#: A last option for those who skip: then "no answer" holds whoever was not asked, and nobody else.
ASKED = a_question("single_choice", options=options("se", "no", "skipped"), **NEEDED, **IF_YES)
SIX = options(*(f"o{number}" for number in range(6)), "none", exclusive=["none"])

MUTATIONS: Mapping[str, Mutation] = {
    "those not asked rounded alone": Mutation(on_its_own, [a_question("yes_no"), ASKED], {"country": OF_YES}),
    "more answers than asked": Mutation(
        on_its_own, [a_question("yes_no"), a_question("single_choice", **IF_YES)], {"country": OF_YES}
    ),
    "options without limits": Mutation(on_its_own, [a_question("multiple_choice", options=SIX, most=2)], {}),
    "ranks row by row": Mutation(on_its_own, [a_question("ranking", **NEEDED)], {}),
    "a ranking that is needed, rounded alone": Mutation(
        on_its_own, [a_question("yes_no"), a_question("ranking", **NEEDED, **IF_YES)], {"wants": OF_YES}
    ),
    "the total rounded up": Mutation(rounded_up, [a_question("yes_no", **NEEDED)], {}),
}


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS)
def test_without_the_rule_the_attacker_gets_through_P7(mutation: Mutation) -> None:
    survey, attack = survey_of(mutation.questions, mutation.asked), Attack(ALONE)
    for number in range(SURVEYS):
        random = Random(number)  # noqa: S311
        tally = Respondents(random, survey).tally(random.randint(20, 60))
        if attack.on(_printed(mutation, tally, survey.specs, number), tally, survey):
            held = protect(tally, survey.specs, INVITED, b"k" * 32, number)
            assert held is not None
            assert Attack().on(held, tally, survey) == []
            return
    pytest.fail(f"no breach in {SURVEYS} surveys")


def _printed(mutation: Mutation, tally: Tally, specs: Sequence[TableSpec], number: int) -> ProtectedBatch:
    tables = []
    for question in question_tables(specs):
        exact = [list(true_counts(tally, spec)) for spec in question.specs]
        printed = mutation.rounding(question, exact, KeyedRandom(b"k" * 32, f"{number}:{question.id}"))
        tables += [ProtectedTable(spec, tuple(counts)) for spec, counts in zip(question.specs, printed, strict=True)]
    return ProtectedBatch(INVITED, tables[0].total, tuple(tables), (), tuple(spec.id for spec in specs))


def test_threshold_that_is_tested_before_the_count_lets_a_small_batch_be_printed_P7() -> None:
    """Enough are waiting, then some withdraw while the count runs: they are not in it."""
    survey, attack = survey_of([a_question("yes_no")], {}), Attack()
    for number in range(20):
        random = Random(number)  # noqa: S311
        waiting, withdrawn = random.randint(20, 30), random.randint(11, 15)
        tally = Respondents(random, survey).tally(waiting - withdrawn)
        assert waiting >= INVITED.threshold
        small = protect(tally, survey.specs, replace(INVITED, threshold=0), b"k" * 32, number)
        assert small is not None
        assert attack.on(small, tally, survey)
        assert protect(tally, survey.specs, INVITED, b"k" * 32, number) is None


def test_ranking_that_nobody_can_have_given_would_give_some_away_P7() -> None:
    """Printed: 10 ranked all six options. But one of the options was ranked by nobody."""
    survey = survey_of([a_question("ranking", options=SIX[:6], most=None)], {})
    printed = [
        (25, 0, 0, 0, 0, 0, 0),
        (0, 25, 0, 0, 0, 0, 0),
        (0, 0, 20, 5, 0, 0, 0),
        (0, 0, 0, 10, 10, 0, 5),
        (0, 0, 0, 0, 0, 0, 25),
        (0, 0, 0, 0, 0, 10, 15),
    ]
    true = [
        (25, 0, 0, 0, 0, 0, 0),
        (0, 25, 0, 0, 0, 0, 0),
        (0, 0, 19, 3, 0, 0, 3),
        (0, 0, 0, 12, 6, 0, 7),
        (0, 0, 3, 3, 2, 0, 17),
        (0, 0, 0, 0, 0, 8, 17),
    ]
    tally = Tally(
        25, {spec.id: dict(zip(spec.codes, row, strict=True)) for spec, row in zip(survey.specs, true, strict=True)}
    )
    tables = tuple(ProtectedTable(spec, row) for spec, row in zip(survey.specs, printed, strict=True))
    batch = ProtectedBatch(INVITED, 25, tables, (), ())
    assert (TableId("wants", "o5"), "6") in {breach.cell for breach in Attack().on(batch, tally, survey)}
    assert violations(batch, survey.specs)
