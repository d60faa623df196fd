"""How many met which version of a questionnaire, and which version brought what."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.questionnaire.base import IDENTIFIER
from chalicelib.questionnaire.codebook import CHOSEN, NO_ANSWER, NOT_CHOSEN, VERSION, merged_codebook
from chalicelib.tabulation.tally import TableSpec, Tally, tables_of
from tests.builders import a_definition, a_question, options

Question = dict[str, Any]
POLICE = a_question("yes_no")
LAND = a_question("single_choice", options=options("se", "no"))
LANDS = a_question("single_choice", options=options("se", "no", "fi"))
REWORDED = LAND | {"hint": {"en": "Where you live."}}


def tables(*versions: list[Question], first: int = 1) -> dict[str, TableSpec]:
    numbered = {number: a_definition(*each).questionnaire for number, each in enumerate(versions, start=first)}
    return {table.id: table for table in tables_of(merged_codebook(numbered))}


def test_no_question_can_be_called_like_the_table_of_versions() -> None:
    assert not VERSION.startswith(tuple("abcdefghijklmnopqrstuvwxyz"))
    assert IDENTIFIER.startswith("^[a-z]")


@pytest.mark.parametrize(
    ("versions", "codes"),
    [
        (([LAND], [LAND, POLICE], [LANDS, POLICE]), ("5", "4", "3")),
        (([LAND], [REWORDED], [LANDS]), ("5", "3")),
        (([LAND], [LANDS], [LANDS]), ("4", "3")),
    ],
    ids=["a question, then an option", "only words at first", "nothing at last"],
)
def test_versions_that_brought_something_are_counted_the_latest_first(
    versions: tuple[list[Question], ...], codes: tuple[str, ...]
) -> None:
    found = tables(*versions, first=3)
    assert list(found)[-1] == VERSION
    assert found[VERSION].codes == codes
    assert found[VERSION].variable.labels == {code: {"en": code} for code in codes}


def test_where_no_version_brought_anything_versions_are_not_counted() -> None:
    assert VERSION not in tables([LAND], [REWORDED])


def test_who_met_a_version_that_brought_nothing_counts_with_the_one_before() -> None:
    spec = tables([LAND], [REWORDED], [LANDS], [LANDS])[VERSION]
    counted = [Tally(10 * number, {}).of_version(number) for number in (1, 2, 3, 4)]
    total = counted[0] + counted[1] + counted[2] + counted[3]
    assert (spec.codes, total.table(spec)) == (("3", "1"), [70, 30])


def test_tallies_that_were_counted_before_versions_were_are_of_the_first() -> None:
    spec = tables([LAND], [LANDS])[VERSION]
    assert (Tally(30, {}) + Tally(12, {}).of_version(2)).table(spec) == [12, 30]


def test_versions_of_a_tally_are_stored_with_it() -> None:
    tally = Tally(3, {"police_met": {"yes": 3}}).of_version(2)
    assert Tally.from_json(tally.to_json()) == tally
    assert tally.counts == {"police_met": {"yes": 3}, VERSION: {"2": 3}}


def test_option_that_came_after_its_question_is_as_new_as_itself() -> None:
    choice = a_question("multiple_choice", options=options("law", "police", "none", exclusive=["none"]))
    more = choice | {"options": options("law", "police", "stigma", "none", "unsure", exclusive=["none", "unsure"])}
    found = tables([POLICE], [POLICE, choice], [POLICE, more])
    assert [found[name].since for name in ("police_met", "challenges", "challenges.law")] == [None, 2, 2]
    assert found["challenges.stigma"].since == 3
    assert found["challenges"].codes_since == {"unsure": 3}


def test_cells_say_which_version_whoever_is_in_them_has_met() -> None:
    found = tables([LAND], [LANDS, POLICE])
    assert [found["country"].code_since(code) for code in ("se", "fi", NO_ANSWER)] == [0, 2, 0]
    assert [found["police_met"].code_since(code) for code in ("yes", NO_ANSWER)] == [2, 0]
    pair = tables([LAND], [LAND, a_question("multiple_choice")])["challenges.law"]
    assert [pair.code_since(code) for code in (CHOSEN, NOT_CHOSEN)] == [2, 0]
