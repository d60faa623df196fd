"""What answers imply, as cells of two tables that nobody is in at once."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.tabulation.implications import Exclusion, exclusions_of
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import tables_of
from tests.builders import a_definition, a_question, implied

CLIENTS = a_question("number")
NO, ANY = frozenset({"no"}), frozenset({"yes", "no"})


def exclusions(*implies: dict[str, Any]) -> tuple[Exclusion, ...]:
    """Of a yes or no, after a number with bands up to 9, up to 99 and above."""
    codebook = codebook_of(a_definition(CLIENTS, a_question("yes_no", implies=list(implies))).questionnaire)
    assert tables_of(codebook)[1].exclusions == exclusions_of(codebook)["police_met"]
    return exclusions_of(codebook)["police_met"]


def test_cells_are_excluded_of_who_answered_and_could_not_have_answered_so() -> None:
    (found,) = exclusions(implied("police_met", "no", {"question": "clients", "at_most": 9}))
    assert found == Exclusion(NO, TableId("clients"), frozenset({"some", "many"}))


@pytest.mark.parametrize(
    ("when", "codes"),
    [
        ({"not": {"question": "police_met", "equals": "yes"}}, NO),
        ({"question": "police_met", "answered": True}, ANY),
        ({"any": [{"question": "police_met", "equals": code} for code in ("yes", "no")]}, ANY),
        ({"all": [{"question": "police_met", "equals": code} for code in ("yes", "no")]}, frozenset()),
    ],
)
def test_who_skipped_a_question_is_in_none_of_the_cells(when: dict[str, Any], codes: frozenset[str]) -> None:
    (found,) = exclusions({"when": when, "then": {"not": {"question": "clients", "at_least": 10}}})
    assert found == Exclusion(codes, TableId("clients"), frozenset({"some", "many"}))


def test_limit_inside_a_band_excludes_no_cell() -> None:
    assert exclusions(implied("police_met", "no", {"question": "clients", "at_most": 10})) == ()
