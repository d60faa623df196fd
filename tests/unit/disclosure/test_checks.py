"""What every release is checked for before it is stored: each promise that a batch could break, broken by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from chalicelib.disclosure.checks import OTHERWISE, violations
from chalicelib.disclosure.policy import EXACT, INVITED, OPEN_LINK
from chalicelib.disclosure.protected import (
    ProtectedBatch,
    ProtectedCrosstab,
    ProtectedRow,
    ProtectedTable,
    SuppressedTable,
    Suppression,
)
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.tabulation.tally import TableSpec
from tests.builders import a_question, options
from tests.unit.disclosure.surveys import NEEDED, if_yes, specs_of

POLICE = a_question("yes_no")
LAND = a_question("single_choice", options=options("se", "no"), **NEEDED)
STAR = Crosstabs(group="country", by=("police_met",))

Counts = Sequence[int]


def a_batch(specs: Sequence[TableSpec], total: int, **counts: Counts) -> ProtectedBatch:
    """A batch by invitation of these printed tables; two underscores stand for the dot in a table's id."""
    named = {name.replace("__", "."): tuple(cells) for name, cells in counts.items()}
    tables = tuple(ProtectedTable(spec, named[str(spec.id)]) for spec in specs if str(spec.id) in named)
    return ProtectedBatch(INVITED, total, tables, (), tuple(spec.id for spec in specs))


def crossed(specs: Sequence[TableSpec], table: str, **rows: Counts) -> ProtectedCrosstab:
    """A crosstab by country; "no_and_fi" for groups that are added together."""
    by_id = {str(spec.id): spec for spec in specs}
    made = tuple(ProtectedRow(tuple(codes.split("_and_")), tuple(counts)) for codes, counts in rows.items())
    return ProtectedCrosstab(by_id[table], by_id["country"], made)


CROSSED = specs_of(LAND, POLICE, crosstabs=STAR)
BY_COUNTRY = a_batch(CROSSED, 60, country=(30, 30, 0), police_met=(40, 20, 0))
ROWS = crossed(CROSSED, "police_met", se=(20, 10, 0), no=(20, 10, 0))


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
    assert violations(few, specs) == [f"mood: {OTHERWISE}"]
    alone = a_batch(specs, 50, mood=(10, 0, 40))
    assert violations(alone, specs) == [f"mood: {OTHERWISE}", "mood: more answered than were asked"]


@pytest.mark.parametrize(("yes", "allowed"), [(15, Suppression.FEW_ASKED), (20, None)])
def test_table_that_is_missing_for_another_reason_than_print_tells_is_named_P7(
    yes: int, allowed: Suppression | None
) -> None:
    specs = specs_of(POLICE, if_yes("scale", least=1, most=2))
    batch = a_batch(specs, 50, police_met=(yes, 50 - yes, 0))
    for reason in Suppression:
        missing = replace(batch, suppressed=(SuppressedTable(specs[1], reason),))
        assert violations(missing, specs) == ([] if reason is allowed else [f"mood: {OTHERWISE}"])


def test_only_a_ranking_may_find_no_draw_P7() -> None:
    specs = specs_of(a_question("ranking"), POLICE)
    batch = a_batch(specs, 50, police_met=(20, 30, 0))
    no_ranking = tuple(SuppressedTable(spec, Suppression.NO_FIT) for spec in specs[:-1])
    assert violations(replace(batch, suppressed=no_ranking), specs) == []
    nothing = replace(batch, tables=(), suppressed=(*no_ranking, SuppressedTable(specs[-1], Suppression.NO_FIT)))
    assert violations(nothing, specs) == [f"police_met: {OTHERWISE}"]


def test_question_that_is_printed_in_part_is_named_P7() -> None:
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
    rows = crossed(specs, "mood", se=(20, 0, 10), no=(20, 0, 10))
    assert "mood by group: not everybody was asked" in violations(replace(batch, crosstabs=(rows,)), specs)


def test_crosstab_without_its_tables_or_with_some_of_them_is_named_P7() -> None:
    without = replace(BY_COUNTRY, crosstabs=(ROWS,), tables=BY_COUNTRY.tables[:1])
    assert violations(without, CROSSED) == ["police_met by group: printed in part"]
    choice = a_question("multiple_choice", options=options("a", "b"))
    specs = specs_of(LAND, choice, crosstabs=Crosstabs(group="country", by=("challenges",)))
    batch = a_batch(specs, 60, country=(30, 30, 0), challenges=(60, 0), challenges__a=(60, 0), challenges__b=(30, 30))
    head = crossed(specs, "challenges", se=(30, 0), no=(30, 0))
    assert violations(replace(batch, crosstabs=(head,)), specs) == ["challenges by group: printed in part"]


def test_exact_numbers_are_the_truth_and_break_nothing() -> None:
    specs = specs_of(POLICE, if_yes("scale", least=1, most=2))
    assert violations(replace(a_batch(specs, 3, mood=(3, 0, 0)), policy=EXACT), specs) == []
