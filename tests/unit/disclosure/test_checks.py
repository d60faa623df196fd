"""What every release is checked for before it is stored: each promise that a batch could break, broken by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from chalicelib.disclosure.checks import violations
from chalicelib.disclosure.policy import EXACT, INVITED, OPEN_LINK
from chalicelib.disclosure.protect import (
    ProtectedBatch,
    ProtectedCrosstab,
    ProtectedRow,
    ProtectedTable,
)
from chalicelib.questionnaire.codebook import VERSION
from chalicelib.questionnaire.definition import Crosstabs
from chalicelib.tabulation.tally import TableSpec
from tests.builders import a_question, options
from tests.unit.disclosure.surveys import if_yes, specs_of

POLICE = a_question("yes_no")
LAND = a_question("single_choice", options=options("se", "no"))
LANDS = a_question("single_choice", options=options("se", "no", "fi"))
SCALE = a_question("scale", least=1, most=2)
STAR = Crosstabs(group="country", by=("police_met",))

Counts = Sequence[int]


def a_batch(specs: Sequence[TableSpec], total: int, **counts: Counts) -> ProtectedBatch:
    """A batch by invitation of these printed tables; two underscores stand for the dot in a table's id."""
    named = {name if name == VERSION else name.replace("__", "."): tuple(cells) for name, cells in counts.items()}
    tables = tuple(ProtectedTable(spec, total, named[spec.id]) for spec in specs if spec.id in named)
    return ProtectedBatch(INVITED, total, tables, (), tuple(spec.id for spec in specs))


def crossed(specs: Sequence[TableSpec], table: str, **rows: Counts) -> ProtectedCrosstab:
    """A crosstab by country; "no_fi" for groups that are added together."""
    by_id = {spec.id: spec for spec in specs}
    made = tuple(ProtectedRow(tuple(codes.split("_and_")), tuple(counts)) for codes, counts in rows.items())
    return ProtectedCrosstab(by_id[table], by_id["country"], made)


CROSSED = specs_of(LAND, POLICE, crosstabs=STAR)
BY_COUNTRY = a_batch(CROSSED, 60, country=(30, 30, 0), police_met=(40, 20, 0))
ROWS = crossed(CROSSED, "police_met", se_and_no_answer=(20, 10, 0), no=(20, 10, 0))


def test_batch_that_breaks_nothing_is_not_named_P7() -> None:
    assert violations(BY_COUNTRY, CROSSED) == []
    assert violations(replace(BY_COUNTRY, crosstabs=(ROWS,)), CROSSED) == []


@pytest.mark.parametrize(
    ("total", "found"), [(15, "too few responses"), (22, "no multiple of 5"), (17, "too few responses")]
)
def test_batch_of_too_few_or_of_an_unrounded_number_is_named_P7(total: int, found: str) -> None:
    specs = specs_of(POLICE)
    assert found in violations(a_batch(specs, total, police_met=(total, 0, 0)), specs)


def test_conditional_table_of_fewer_than_20_asked_is_named_P7() -> None:
    specs = specs_of(POLICE, if_yes("scale", least=1, most=2))
    few = a_batch(specs, 50, police_met=(15, 35, 0), mood=(10, 0, 40))
    assert violations(few, specs) == ["mood: too few were asked"]
    alone = a_batch(specs, 50, mood=(10, 0, 40))
    assert violations(alone, specs) == ["mood: too few were asked", "mood: more answered than were asked"]


def test_unit_that_is_printed_in_part_is_named_P7() -> None:
    specs = specs_of(a_question("multiple_choice", options=options("a", "b")))
    part = a_batch(specs, 50, challenges=(30, 20), challenges__a=(30, 20))
    assert violations(part, specs) == ["challenges: printed in part"]


def test_crosstab_where_none_may_be_printed_is_named_P7() -> None:
    open_link = replace(BY_COUNTRY, policy=OPEN_LINK, crosstabs=(ROWS,))
    assert violations(open_link, CROSSED) == ["police_met by group: no crosstab may be printed"]


def test_crosstab_of_a_conditional_question_is_named_P7() -> None:
    """Its author cannot ask for it; the code that prints could be wrong."""
    specs = specs_of(LAND, POLICE, if_yes("scale", least=1, most=2))
    batch = a_batch(specs, 60, country=(30, 30, 0), police_met=(40, 20, 0), mood=(40, 0, 20))
    rows = crossed(specs, "mood", se_and_no_answer=(20, 0, 10), no=(20, 0, 10))
    assert "mood by group: not everybody was asked" in violations(replace(batch, crosstabs=(rows,)), specs)


def test_crosstab_without_its_tables_or_with_some_of_them_is_named_P7() -> None:
    without = replace(BY_COUNTRY, crosstabs=(ROWS,), tables=BY_COUNTRY.tables[:1])
    assert violations(without, CROSSED) == ["police_met by group: printed in part"]
    choice = a_question("multiple_choice", options=options("a", "b"))
    specs = specs_of(LAND, choice, crosstabs=Crosstabs(group="country", by=("challenges",)))
    batch = a_batch(specs, 60, country=(30, 30, 0), challenges=(60, 0), challenges__a=(60, 0), challenges__b=(30, 30))
    head = crossed(specs, "challenges", se_and_no_answer=(30, 0), no=(30, 0))
    assert violations(replace(batch, crosstabs=(head,)), specs) == ["challenges by group: printed in part"]


LATER = specs_of(POLICE, SCALE, older=(POLICE,))


@pytest.mark.parametrize(
    ("versions", "mood", "found"),
    [
        ((30, 30), (20, 10, 30), []),
        ((15, 45), (10, 5, 45), ["mood: too few were asked"]),
        (
            (30, 30),
            (20, 15, 25),
            ["mood: more answered than were asked", "version 2: met by fewer than had to"],
        ),
    ],
)
def test_newer_table_of_fewer_than_20_or_of_more_than_met_it_is_named_P7(
    versions: Counts, mood: Counts, found: list[str]
) -> None:
    batch = a_batch(LATER, 60, police_met=(40, 20, 0), mood=mood, _version=versions)
    assert violations(batch, LATER) == found


def test_newer_table_without_that_of_versions_is_named_P7() -> None:
    batch = a_batch(LATER, 60, police_met=(40, 20, 0), mood=(20, 10, 30))
    assert "mood: too few were asked" in violations(batch, LATER)


NEWER_PART = specs_of(
    LANDS,
    a_question("multiple_choice", options=options("a", "b", "c", "none", exclusive=["none"]), most=1),
    older=(LAND, a_question("multiple_choice", options=options("a", "b"), most=1)),
)
FITTING = {
    "country": (25, 15, 20, 0),
    "challenges": (40, 10, 10),
    "challenges__a": (20, 40),
    "challenges__b": (10, 50),
    "challenges__c": (10, 50),
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"country": (20, 15, 25, 0)},
        {"challenges__a": (10, 50), "challenges__c": (20, 40)},
        {"challenges": (30, 25, 5), "challenges__a": (15, 45), "challenges__b": (15, 45), "challenges__c": (0, 60)},
    ],
    ids=["within", "single choice", "a pair and one that stands alone", "one that stands alone"],
)
def test_newer_options_of_more_than_met_them_are_named_P7(changes: dict[str, Counts]) -> None:
    batch = a_batch(NEWER_PART, 60, **{**FITTING, **changes}, _version=(20, 40))
    assert violations(batch, NEWER_PART) == (["version 2: met by fewer than had to"] if changes else [])


def test_crosstab_row_of_which_few_met_its_table_is_named_P7() -> None:
    rows = a_question("matrix", options=options("not", "much"))
    older = (LAND, rows | {"rows": rows["rows"][:1]})
    specs = specs_of(LAND, rows, older=older, crosstabs=Crosstabs(group="country", by=("harder",)))
    batch = a_batch(
        specs, 60, country=(30, 30, 0), harder__home=(60, 0, 0), harder__work=(20, 20, 20), _version=(45, 15)
    )
    newer = crossed(specs, "harder.work", se_and_no_answer=(10, 10, 10), no=(10, 10, 10))
    found = violations(replace(batch, crosstabs=(newer,)), specs)
    assert "harder.work by group: too few of a row were asked" in found


def test_exact_numbers_are_the_truth_and_break_nothing() -> None:
    assert violations(replace(a_batch(LATER, 3, mood=(3, 0, 0)), policy=EXACT), LATER) == []
