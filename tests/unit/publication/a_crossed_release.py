"""Releases with crosstabs, out of printed rows; their margins are the printed tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.disclosure.policy import policy_of
from chalicelib.disclosure.protect import protect
from chalicelib.disclosure.protected import ProtectedCrosstab, ProtectedRow, SuppressedCrosstab, Suppression
from chalicelib.publication.crosstabs import Crosstab
from chalicelib.publication.release import Release, make_release
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.tabulation.tally import tables_of
from tests.builders import a_definition, a_question, a_tally
from tests.unit.publication.a_release import an_about

#: By group, a printed row: "se" or "no+other" to counts in the order of the table's codes.
Rows = Mapping[str, Sequence[int]]

COUNTRY = a_question("single_choice")
QUESTIONS = (COUNTRY, a_question("yes_no"), a_question("multiple_choice"), a_question("matrix"))
#: Rows of a table that is crossed by country: yes, no, no answer.
POLICE: Rows = {"se": (20, 10, 0), "no": (10, 15, 5), "other+no_answer": (10, 5, 5)}
#: As :data:`POLICE`, with the groups added together otherwise.
POLICE_LATER: Rows = {"se": (25, 25, 5), "no+other": (15, 5, 0), "no_answer": (5, 15, 0)}
#: Rows of a multiple choice: "chose something / none / no answer", then pairs.
CHALLENGES: Mapping[str, Rows] = {
    "challenges": {"se": (20, 5, 5), "no": (15, 10, 5), "other+no_answer": (10, 5, 5)},
    "challenges.law": {"se": (20, 10), "no": (5, 25), "other+no_answer": (0, 20)},
    "challenges.stigma": {"se": (10, 20), "no": (15, 15), "other+no_answer": (10, 10)},
    "challenges.police": {"se": (0, 30), "no": (0, 30), "other+no_answer": (0, 20)},
}


def a_crossed_release(
    crosstabs: Mapping[str, Rows],
    suppressed: Mapping[str, str] | None = None,
    *,
    n: int = 80,
    previous: Release | None = None,
    questions: Sequence[dict[str, Any]] = QUESTIONS,
    policy: str = "protected",
) -> Release:
    """A release of ``n`` responses with these crosstabs by country, and these left out, by reason."""
    definition = a_definition(*questions)
    specs = {str(spec.id): spec for spec in tables_of(codebook_of(definition.questionnaire))}
    counts = {
        name: dict(zip(specs[name].codes, map(sum, zip(*rows.values(), strict=True)), strict=True))
        for name, rows in crosstabs.items()
    }
    # Of groups that were added together the first has everybody.
    groups = {codes.partition("+")[0]: sum(row) for rows in crosstabs.values() for codes, row in rows.items()}
    counts["country"] = groups
    number = previous.number + 1 if previous else 1
    tally = a_tally(n, counts).of_everybody(list(specs.values()))
    batch = protect(tally, list(specs.values()), policy_of(policy, "invitation"), b"k" * 32, number)
    assert batch is not None
    group = specs["country"]
    made = tuple(
        ProtectedCrosstab(
            specs[name], group, tuple(ProtectedRow(tuple(codes.split("+")), tuple(row)) for codes, row in rows.items())
        )
        for name, rows in crosstabs.items()
    )
    left = tuple(
        SuppressedCrosstab(specs[name], group, Suppression(reason)) for name, reason in (suppressed or {}).items()
    )
    return make_release(
        replace(batch, crosstabs=made, suppressed_crosstabs=left),
        previous,
        an_about(definition),
        number=number,
        published_on=date(2026, 3, 1),
    )


def crosstab(release: Release, table: str) -> Crosstab:
    return next(each for each in release.crosstabs if each.table == table)
