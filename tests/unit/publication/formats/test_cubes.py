"""Cubes hold a release's numbers, each once, and say why others are not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, product

import pytest

from chalicelib.errors import in_english
from chalicelib.publication.formats.cube import TOTAL, WHOLE, Axis, Cube, Measure, Missing, Value
from chalicelib.publication.formats.cubes import cube_named, cubes_of, outline_named, outlines_of
from chalicelib.publication.release import Release, Suppressed
from chalicelib.publication.worded import WordedRelease, WordedRow, WordedTable
from tests.builders import a_question, text
from tests.unit.publication.a_crossed_release import POLICE, POLICE_LATER, a_crossed_release
from tests.unit.publication.a_release import SIXTY, a_release, swedish
from tests.unit.publication.random_releases import random_releases

#: Codes by axis.
Key = frozenset[tuple[Axis, str]]


def told(cube: Cube) -> Mapping[Key, Value]:
    """Every value of a cube by what it is of."""
    codes = product(*(dimension.codes for dimension in cube.dimensions))
    axes = [dimension.axis for dimension in cube.dimensions]
    return {frozenset(zip(axes, each, strict=True)): value for each, value in zip(codes, cube.values, strict=True)}


def at(cube: Cube, **codes: str) -> Value:
    """The value of these codes, of the first edition where none is named."""
    edition = next(dimension for dimension in cube.dimensions if dimension.axis is Axis.EDITION)
    full = {"edition": edition.codes[0], "measure": "count"} | codes
    return told(cube)[frozenset((Axis(axis), code) for axis, code in full.items())]


def cube(release: Release, name: str) -> Cube:
    found = cube_named(WordedRelease.of(release, "en", in_english), name)
    assert found is not None
    return found


def in_tables(worded: WordedRelease) -> Iterator[tuple[str, Key, int | float]]:
    """The name of a cube, and what is in it by the release's tables, of all editions that they cover."""
    parted = {table.question.code for table in worded.tables if table.part} | {
        each.question for each in worded.release.omitted if each.part_label
    }
    for table in worded.tables:
        edition = TOTAL if table.releases > 1 else str(table.editions[0])
        for row in table.rows:
            for number in _in_row(table, row, edition, table.question.code in parted):
                yield table.question.code + (f"-by-{table.by.code}" if table.by else ""), *number


def _in_row(table: WordedTable, row: WordedRow, edition: str, is_parted: bool) -> Iterator[tuple[Key, int | float]]:
    of = {(Axis.EDITION, edition)}
    of |= {(Axis.PART, table.part.code if table.part else WHOLE)} if is_parted else set()
    of |= {(Axis.GROUP, row.group.code)} if row.group else set()
    for cell in row.cells:
        share = cell.share
        facts = {
            "count": cell.count,
            "at_least": cell.at_least,
            "at_most": cell.at_most,
            "percent": share.percent if share else None,
            "percent_at_least": share.percent_at_least if share else None,
            "percent_at_most": share.percent_at_most if share else None,
            "asked": row.asked,
        }
        for measure, number in facts.items():
            if number is not None:
                yield frozenset({*of, (Axis.ANSWER, cell.answer.code), (Axis.MEASURE, measure)}), number


@pytest.mark.parametrize("number", range(6))
def test_cubes_have_every_number_of_the_tables_and_no_other_P8(number: int) -> None:
    for worded in random_releases(number):
        expected = {(name, key): value for name, key, value in in_tables(worded)}
        found = {
            (each.id, key): value
            for each in cubes_of(worded)
            for key, value in told(each).items()
            if not isinstance(value, Missing) and ((Axis.EDITION, TOTAL) in key or (each.id, key) in expected)
        }
        assert found == expected
        assert all(cube_named(worded, each.id) == each for each in cubes_of(worded))


def test_editions_of_a_cube_sum_to_all_of_them_together() -> None:
    *_, worded = random_releases(6)
    assert worded.release.number > 1
    for each in cubes_of(worded):
        sums: Counter[Key] = Counter()
        for key, value in told(each).items():
            if (Axis.MEASURE, Measure.COUNT) in key and not isinstance(value, Missing):
                (edition,) = (code for axis, code in key if axis is Axis.EDITION)
                sums[key - {(Axis.EDITION, edition)}] += int(-value if edition == TOTAL else value)
        if "-by-" not in each.id:
            assert set(sums.values()) == {0}


def test_labels_are_distinct_since_programs_tell_by_them() -> None:
    for each in chain.from_iterable(cubes_of(worded) for number in range(6) for worded in random_releases(number)):
        for labels in (
            [dimension.label for dimension in each.dimensions],
            *([category.label for category in dimension.categories] for dimension in each.dimensions),
        ):
            assert len(set(labels)) == len(labels)
            assert all(labels)


def test_options_of_a_multiple_choice_are_parts_beside_all_of_them_together() -> None:
    found = cube(a_release(a_question("multiple_choice")), "challenges")
    assert at(found, part=WHOLE, answer="chosen") == SIXTY["challenges"]["chosen"]
    assert at(found, part="law", answer="chosen") == SIXTY["challenges.law"]["chosen"]
    assert at(found, part="law", answer="none") is Missing.IMPOSSIBLE


def test_share_of_too_few_is_not_told() -> None:
    found = cube(a_crossed_release({"police_met": POLICE}), "police_met-by-country")
    assert at(found, group="se", answer="yes") == 20
    assert at(found, group="se", answer="yes", measure="percent") is Missing.NOT_TOLD


def test_what_a_release_does_not_print_is_marked_so() -> None:
    release = a_release(a_question("matrix"), counts=SIXTY, n=60)
    left = release.model_copy(
        update={
            "tables": release.tables[:1],
            "omitted": (
                Suppressed(
                    id="harder.work",
                    question="harder",
                    label=text("Harder?"),
                    part_label=text("Work"),
                    reason="few_asked",
                ),
            ),
        }
    )
    found = cube(left, "harder")
    assert at(found, part="home", answer="much") == 30
    assert at(found, part="work", answer="much") is Missing.NOT_PRINTED


def test_groups_that_are_joined_over_editions_are_told_of_all_of_them_alone() -> None:
    first = a_crossed_release({"police_met": POLICE})
    second = a_crossed_release({"police_met": POLICE_LATER}, n=95, previous=first)
    found = cube(second, "police_met-by-country")
    assert [dimension.codes for dimension in found.dimensions if dimension.axis is Axis.EDITION] == [(TOTAL,)]
    assert at(found, group="se", answer="yes") == 45
    assert at(cube(second, "police_met"), edition="2", answer="yes") == 45


def test_editions_are_named_by_their_months() -> None:
    release = a_release(a_question("yes_no"))
    (label,) = (
        category.label
        for dimension in cube(release, "police_met").dimensions
        if dimension.axis is Axis.EDITION
        for category in dimension.categories
    )
    assert label == "2026-02"


def test_cube_is_in_the_language_that_is_asked_for() -> None:
    release = a_release(a_question("yes_no"))
    found = cube_named(WordedRelease.of(release, "sv", swedish), "police_met")
    assert found is not None
    assert [category.label for category in found.dimensions[0].categories] == ["Ja", "Nej", "Inget svar"]


def test_no_cube_is_called_otherwise() -> None:
    assert cube_named(WordedRelease.of(a_release(a_question("yes_no")), "en", in_english), "police") is None


@pytest.mark.parametrize("number", range(6))
def test_outline_is_the_cube_without_its_values(number: int) -> None:
    for worded in random_releases(number):
        outlines = tuple(replace(cube, values=()) for cube in cubes_of(worded))
        assert outlines_of(worded) == outlines
        assert tuple(outline_named(worded, outline.id) for outline in outlines) == outlines
