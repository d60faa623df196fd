"""Shares: from which base, rounded how, and in what range the true one is."""

from __future__ import annotations

import csv
import io
import itertools
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest

from chalicelib.errors import in_english
from chalicelib.publication.cells import Cell
from chalicelib.publication.crosstabs import GroupRow
from chalicelib.publication.differences import differ
from chalicelib.publication.formats.csv_file import release_csv
from chalicelib.publication.formats.json_file import release_json
from chalicelib.publication.notes import rounding_note
from chalicelib.publication.release import FrequencyTable, Release
from chalicelib.publication.shares import Share, drawn, share_together, shares_of
from chalicelib.publication.worded import WordedRelease
from chalicelib.publication.words import Phrasing
from tests.builders import a_question, options
from tests.unit.publication.a_crossed_release import POLICE, a_crossed_release, crosstab
from tests.unit.publication.a_release import a_release, page_of

POLICE_MET = a_question("yes_no")
WAY = a_question("single_choice", id="way", options=options("x", "y", "z"))
FEW = a_question("single_choice", id="few", options=options("x", "y", "z"), show_if={"question": "way", "equals": "x"})


def told(of: FrequencyTable | GroupRow, release: Release) -> list[tuple[float | None, float, float] | None]:
    """Per cent, and its range."""
    return [
        (share.percent, share.percent_at_least, share.percent_at_most) if share else None
        for share in shares_of(of, release)
    ]


def of_yes(n: int, policy: str = "protected", **settings: Any) -> tuple[float | None, float, float] | None:
    """The share of a yes that all but the last five gave."""
    release = a_release(POLICE_MET, policy=policy, n=n, counts={"police_met": {"yes": n - 5, "no": 5}}, **settings)
    return told(release.tables[0], release)[0]


# --- from which base ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "shown"), [(49, None), (50, (None, 75, 98.0)), (95, (None, 86, 99.0)), (100, (95.0, 87, 99.0))]
)
def test_share_is_a_range_from_a_base_of_50_and_a_number_from_100(n: int, shown: tuple[float, ...] | None) -> None:
    assert of_yes(n) == shown


def test_exact_share_is_a_number_of_any_base_and_its_range_is_that_number() -> None:
    assert of_yes(6, policy="exact") == (17, 17, 17)


def test_share_waits_for_the_totals_and_not_for_the_edition() -> None:
    counts = {"police_met": {"yes": 25}}
    first = a_release(POLICE_MET, policy="protected", n=25, counts=counts)
    second = a_release(POLICE_MET, policy="protected", n=25, counts=counts, previous=first)
    assert told(first.tables[0], first)[0] is None
    assert told(second.tables[0], second)[0] == (None, 72, 100.0)


@pytest.mark.parametrize(("base", "shown"), [(45, None), (50, (None, 29, 48.0)), (100, (40.0, 34, 44.0))])
def test_share_of_a_group_needs_as_large_a_base(base: int, shown: tuple[float, ...] | None) -> None:
    counts = (base * 2 // 5, base - base * 2 // 5, 0)
    release = a_crossed_release({"police_met": {"se": counts, "no+other+no_answer": (20, 20, 0)}}, n=base + 40)
    assert told(crosstab(release, "police_met").rows[0], release)[0] == shown


def test_release_from_before_there_were_ranges_goes_on_with_numbers() -> None:
    release = a_release(POLICE_MET, policy="protected")
    stored = release.model_dump(exclude={"shares_from"})
    earlier = Release.model_validate(stored)
    assert told(earlier.tables[0], earlier)[0] == (58, *(told(release.tables[0], release)[0] or ())[1:])


# --- how they are rounded -------------------------------------------------------------------------------------------


def test_percent_is_rounded_once_and_half_up() -> None:
    shares = [Fraction(1, 16), Fraction(5, 16), Fraction(1, 8), Fraction(1449, 10000)]
    assert [Share(share, share, share, is_number=True).percent for share in shares] == [6, 31, 13, 14]
    assert [drawn(share) for share in shares] == [6.3, 31.3, 12.5, 14.5]


@pytest.mark.parametrize(
    ("count", "of", "whole"),
    [(10, 23, 43), (13, 23, 57), (25, 55, 45), (30, 55, 55), (75, 185, 41), (30, 240, 13), (90, 240, 38)],
)
def test_page_and_files_round_a_share_once_from_the_counts(count: int, of: int, whole: int) -> None:
    """43.48 rounded to 43.5 and then to 44 would be wrong; of halves the greater, so 12.5 is 13 (results, A2)."""
    release = a_release(POLICE_MET, n=of, counts={"police_met": {"yes": count, "no": of - count}})
    worded = WordedRelease.of(release, "en", in_english)
    row = next(row for row in csv.DictReader(io.StringIO(release_csv(worded))) if row["code"] == "yes")
    assert row["percent"] == row["percent_at_least"] == row["percent_at_most"] == str(whole)
    assert json.loads(release_json(worded))["tables"][0]["cells"][0]["percent"] == whole
    assert set(re.findall(r"(\d+)%", re.sub(r"<svg.*?</svg>", "", page_of(release), flags=re.DOTALL))) >= {str(whole)}


def test_shares_that_do_not_add_up_to_100_are_said_to() -> None:
    thirds = a_release(WAY, n=3, counts={"way": {"x": 1, "y": 1, "z": 1}})
    sixths = a_release(WAY, n=6, counts={"way": {"x": 1, "y": 1, "z": 4}})
    words = Phrasing("en", "en", in_english)
    assert rounding_note(shares_of(thirds.tables[0], thirds), words) == (
        "These shares add up to 99%, since each is rounded."
    )
    assert rounding_note(shares_of(sixths.tables[0], sixths), words).startswith("These shares add up to 101%")


@pytest.mark.parametrize("counts", [{"x": 1, "y": 3}, {"x": 0}, {"x": 60, "y": 30, "z": 30}])
def test_shares_that_add_up_or_are_not_all_told_have_no_such_note(counts: dict[str, int]) -> None:
    policy = "exact" if len(counts) < 3 else "protected"
    release = a_release(WAY, n=max(1, sum(counts.values())), policy=policy, counts={"way": counts})
    assert rounding_note(shares_of(release.tables[0], release), Phrasing("en", "en", in_english)) == ""


def test_shares_of_which_one_is_a_range_alone_have_no_such_note() -> None:
    told, range_alone = (
        Share(Fraction(1, 3), Fraction(1, 4), Fraction(1, 2), is_number=told) for told in (True, False)
    )
    assert rounding_note([told, told, range_alone], Phrasing("en", "en", in_english)) == ""


def test_range_is_rounded_outward() -> None:
    share = Share(Fraction(1, 3), Fraction(1, 6), Fraction(2, 3), is_number=True)
    assert (share.percent_at_least, share.percent_at_most) == (16, 67)
    assert (share.percent_at_least, share.percent_at_most) == (16, 67)


# --- in what range the true one is ----------------------------------------------------------------------------------


def test_range_is_the_tightest_that_the_limits_allow() -> None:
    """All that the numbers of three cells can be, tried out."""
    draw = random.Random(1)  # noqa: S311
    release = a_crossed_release({"police_met": POLICE}).model_copy(update={"percentages_from": 1})
    for _ in range(100):
        counts, base = [5 * draw.randrange(3) for _ in range(3)], _Limits(draw.randrange(1, 9), draw.randrange(9, 40))
        limits = [_Limits(max(0, count - draw.randrange(5)), count + draw.randrange(5)) for count in counts]
        possible = [
            cells
            for cells in itertools.product(*(range(each.least, each.most + 1) for each in limits))
            if base.least <= sum(cells) <= base.most
        ]
        if sum(counts) and possible:
            shares = shares_of(_row(counts, limits, base), release)
            for place, share in enumerate(shares):
                true = [Fraction(cells[place], sum(cells)) for cells in possible]
                assert share is not None
                assert (share.least, share.most) == (min(true), max(true))


@dataclass(frozen=True)
class _Limits:
    least: int
    most: int


def _row(counts: Sequence[int], limits: Sequence[_Limits], base: _Limits) -> GroupRow:
    cells = tuple(
        Cell(code="c", label=None, count=count, edition_count=count, at_least=each.least, at_most=each.most)
        for count, each in zip(counts, limits, strict=True)
    )
    return GroupRow(
        codes=("se",),
        labels=(None,),
        base=sum(counts),
        base_at_least=base.least,
        base_at_most=base.most,
        cells=cells,
    )


@dataclass(frozen=True)
class _Seen:
    """A printed share and the true one; ``is_worked_out``: of those asked who gave no answer."""

    share: Share
    true: Fraction
    is_worked_out: bool

    @property
    def is_in_range(self) -> bool:
        return self.share.least <= self.true <= self.share.most


@pytest.mark.parametrize("editions", [1, 2])
def test_true_share_is_in_its_range_by_invitation_P7(editions: int) -> None:
    """Of sums over editions too; tests/attacker tries far more surveys of one edition."""
    chance = random.Random(editions)  # noqa: S311
    found = [seen for _ in range(60) for seen in surveyed(chance, "invitation", editions)]
    assert len(found) > 300
    assert all(seen.is_in_range for seen in found)


@pytest.mark.parametrize("editions", [1, 4])
def test_about_nine_in_ten_true_shares_are_in_their_range_on_an_open_link(editions: int) -> None:
    """Of those who were asked and gave no answer, too, although both numbers are worked out."""
    chance = random.Random(editions)  # noqa: S311
    found = [seen for _ in range(600 // editions) for seen in surveyed(chance, "open", editions)]
    for is_worked_out in (False, True):
        held = [seen.is_in_range for seen in found if seen.is_worked_out is is_worked_out]
        assert len(held) > 100
        assert 0.9 <= sum(held) / len(held) < 0.99


@pytest.mark.parametrize(("access", "least"), [("invitation", 1), ("open", 0.9)])
def test_true_share_of_two_answers_together_is_in_its_range_as_one_is_P7(access: str, least: float) -> None:
    chance, held = random.Random(access), list[bool]()  # noqa: S311
    for _ in range(200):
        true = answers(chance, 60 + chance.randrange(200))
        settings: dict[str, Any] = {"policy": "protected", "access": access, "key": chance.randbytes(32)}
        release = a_release(WAY, counts={"way": true}, n=true.total(), **settings)
        for pair in itertools.combinations(("x", "y", "z", "no_answer"), 2):
            share = share_together(release.tables[0], pair, release)
            if share:
                held.append(share.least <= Fraction(true[pair[0]] + true[pair[1]], true.total()) <= share.most)
    assert len(held) > 1000
    assert sum(held) / len(held) >= least


def test_chance_moves_several_answers_together_less_than_each_by_as_much_and_nine_in_ten_are_still_in() -> None:
    """Seven of twelve, as those who would not recommend: limits that are added up held all, twice as far apart."""
    chance, held, widths = random.Random(7), list[bool](), list[Fraction]()  # noqa: S311
    steps = [str(step) for step in range(11)]
    for _ in range(150):
        true = Counter(chance.choices([*steps, "no_answer"], [chance.random() for _ in range(12)], k=200))
        settings: dict[str, Any] = {"policy": "protected", "access": "open", "key": chance.randbytes(32)}
        release = a_release(a_question("scale", least=0, most=10), counts={"mood": true}, n=200, **settings)
        if share := share_together(release.tables[0], steps[:7], release):
            held.append(share.least <= Fraction(sum(true[step] for step in steps[:7]), 200) <= share.most)
            widths.append(share.most - share.least)
    assert sum(held) / len(held) >= 0.9
    assert sum(widths) / len(widths) < Fraction(1, 5)


@pytest.mark.parametrize(("n", "is_told"), [(49, False), (50, True)])
def test_share_of_two_answers_needs_as_large_a_base_as_one(n: int, is_told: bool) -> None:
    release = a_release(POLICE_MET, policy="protected", n=n, counts={"police_met": {"yes": n}})
    assert (share_together(release.tables[0], ("yes", "no"), release) is not None) == is_told


def surveyed(chance: random.Random, access: str, editions: int) -> Iterator[_Seen]:
    """A question to everybody, and one to those who chose its first option."""
    release, true = None, {"way": Counter[str](), "few": Counter[str]()}
    for _ in range(editions):
        ways = answers(chance, 60 + chance.randrange(200))
        few = answers(chance, ways["x"])
        counts = {"way": ways, "few": few + Counter(no_answer=ways.total() - few.total())}
        settings: dict[str, Any] = {"policy": "protected", "access": access, "key": chance.randbytes(32)}
        release = a_release(WAY, FEW, counts=counts, n=ways.total(), previous=release, **settings)
        true = {"way": true["way"] + ways, "few": true["few"] + few}
    assert release is not None
    for table in release.tables:
        if table.releases == editions:
            yield from _seen(table, release, true[table.id])


def _seen(table: FrequencyTable, release: Release, true: Counter[str]) -> Iterator[_Seen]:
    for cell, share in zip(table.cells, shares_of(table, release), strict=True):
        if share:
            is_worked_out = table.asked is not None and cell.code == "no_answer"
            yield _Seen(share, Fraction(true[cell.code], true.total()), is_worked_out)


def answers(chance: random.Random, people: int) -> Counter[str]:
    """What so many answer, more of them the first option than each of the others."""
    weights = [3, *(chance.random() for _ in range(3))]
    return Counter(chance.choices(["x", "y", "z", "no_answer"], weights, k=people))


# --- when two of them differ ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "sure"),
    [((40, 50), (51, 60), True), ((51, 60), (40, 50), True), ((40, 50), (50, 60), False), ((40, 60), (45, 50), False)],
)
def test_shares_are_sure_to_differ_if_no_number_is_in_both_ranges(
    first: tuple[int, int], second: tuple[int, int], sure: bool
) -> None:
    assert differ(_share(*first), _share(*second)) is sure


def _share(least: int, most: int) -> Share:
    return Share(Fraction(least + most, 200), Fraction(least, 100), Fraction(most, 100), is_number=True)
