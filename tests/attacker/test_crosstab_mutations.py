"""Rules of crosstabs taken out one at a time: each time the attacker gets through, where the real rules hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from chalicelib.disclosure.policy import INVITED
from chalicelib.disclosure.protect import protect
from chalicelib.disclosure.protected import ProtectedBatch, ProtectedCrosstab, ProtectedRow
from chalicelib.disclosure.rounding import KeyedRandom, controlled_rounding, rounded_total
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.tabulation.tally import Tally
from tests.attacker.attack import Attack
from tests.attacker.knowledge import PAIR, Sight, true_counts_of_row
from tests.attacker.surveys import Respondents, survey_of
from tests.builders import a_question, options, text

pytestmark = pytest.mark.slow

BASE, SURVEYS = 5, 400
#: Sums are not rounded well without the rules.
ALONE = Sight(sums=False)
KEY = b"k" * 32
NEEDED = {"required_because": text("We have to know.")}
BY_COUNTRY = Crosstabs(group="country", by=("challenges",))
COUNTRIES = a_question("single_choice", options=options("se", "no"), **NEEDED)


def rows_alone(crosstab: ProtectedCrosstab, exact: list[list[int]], batch: ProtectedBatch) -> list[list[int]] | None:
    """Every row rounded well, and by itself."""
    return [
        controlled_rounding(row, rounded_total(sum(row), BASE), BASE, KeyedRandom(KEY, f"{batch.total}:{place}"))
        for place, row in enumerate(exact)
    ]


def unlimited(crosstab: ProtectedCrosstab, exact: list[list[int]], batch: ProtectedBatch) -> list[list[int]] | None:
    """With the printed table as margin, as many of the first row as go up, whatever limits of answers that breaks."""
    rows = [list(row.counts) for row in crosstab.rows]
    if crosstab.spec.codes != PAIR or len(rows) != 2:
        return rows
    (first, *_), (second, *_) = exact
    total, up = rows[0][0] + rows[1][0], first + -first % BASE
    chosen = up if abs(total - up - second) < BASE and total >= up else rows[0][0]
    return [[chosen, sum(rows[0]) - chosen], [total - chosen, sum(rows[1]) - total + chosen]]


Rounding = Callable[[ProtectedCrosstab, list[list[int]], ProtectedBatch], list[list[int]] | None]

MUTATIONS: Mapping[str, tuple[Rounding, Sequence[dict[str, Any]]]] = {
    "rows rounded alone": (rows_alone, [COUNTRIES, a_question("yes_no", id="challenges", **NEEDED)]),
    "options without limits in rows": (
        unlimited,
        [
            COUNTRIES,
            a_question("multiple_choice", options=options(*(f"o{n}" for n in range(6))), most=1, **NEEDED),
        ],
    ),
}


@pytest.mark.parametrize(("rounding", "questions"), MUTATIONS.values(), ids=MUTATIONS)
def test_without_the_rule_of_crosstabs_the_attacker_gets_through_P7(
    rounding: Rounding, questions: Sequence[dict[str, Any]]
) -> None:
    survey, attack = survey_of(questions, {}, BY_COUNTRY), Attack(ALONE)
    for number in range(SURVEYS):
        random = Random(number)  # noqa: S311
        tally = Respondents(random, survey).tally(random.randint(40, 60))
        held = protect(tally, survey.specs, INVITED, KEY, number)
        assert held is not None
        if attack.on(_mutated(held, tally, rounding), tally, survey):
            assert Attack().on(held, tally, survey) == []
            return
    pytest.fail(f"no breach in {SURVEYS} surveys")


def _mutated(batch: ProtectedBatch, tally: Tally, rounding: Rounding) -> ProtectedBatch:
    crosstabs = []
    for crosstab in batch.crosstabs:
        exact = [true_counts_of_row(tally, crosstab, row) for row in crosstab.rows]
        printed = rounding(crosstab, exact, batch)
        if printed is None:
            return batch
        rows = tuple(ProtectedRow(row.codes, tuple(counts)) for row, counts in zip(crosstab.rows, printed, strict=True))
        crosstabs.append(replace(crosstab, rows=rows))
    return replace(batch, crosstabs=tuple(crosstabs))
