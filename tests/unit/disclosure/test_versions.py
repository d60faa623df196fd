"""Tables of later versions: within those printed as having met them, or left out where these are too few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.disclosure.linked_tables import clusters_of, units_of
from chalicelib.disclosure.newcomers import Option, can_be_chosen, capped, overdrawn
from chalicelib.disclosure.policy import EXACT, INVITED, OPEN_LINK, Policy
from chalicelib.disclosure.printed import Base, Printed, base_of
from chalicelib.questionnaire.codebook import VERSION
from chalicelib.questionnaire.definition import Crosstabs
from chalicelib.tabulation.tally import TableSpec, Tally
from tests.builders import a_question, options
from tests.strategies import KEYS
from tests.unit.disclosure.surveys import a_tally, counts, if_yes, reasons, release, specs_of

POLICE = a_question("yes_no")
LAND = a_question("single_choice", options=options("se", "no"))
LANDS = a_question("single_choice", options=options("se", "no", "fi"))
SCALE = a_question("scale", least=1, most=2)
PROTECTED = pytest.mark.parametrize("policy", [INVITED, OPEN_LINK], ids=["invited", "open link"])


def met(first: Tally, second: Tally) -> Tally:
    return first.of_version(1) + second.of_version(2)


# --- how many met which ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [INVITED, OPEN_LINK, EXACT], ids=["invited", "open link", "exact"])
def test_how_many_met_each_version_is_printed_like_any_other_table_P7(policy: Policy) -> None:
    specs = specs_of(POLICE, SCALE, older=(POLICE,))
    found = counts(release(specs, met(a_tally(63), a_tally(40)), policy))
    assert specs[-1].codes == ("2", "1")
    assert sum(found[VERSION]) == sum(found["police_met"])
    assert not any(count % policy.base for count in found[VERSION])
    assert policy is not EXACT or found[VERSION] == (40, 63)


def test_how_many_met_each_version_is_drawn_before_all_that_hangs_on_it_P7() -> None:
    specs = specs_of(
        LANDS, POLICE, if_yes("ranking"), SCALE, a_question("hidden"), older=(LAND, POLICE, a_question("hidden"))
    )
    assert [[unit.name for unit in cluster] for cluster in clusters_of(units_of(specs))] == [
        [VERSION, "country", "police_met", "wants.home", "mood"],
        ["source"],
    ]


def test_star_with_something_newer_is_drawn_with_it_the_group_second_P7() -> None:
    rows = a_question("matrix")
    older = {**rows, "rows": rows["rows"][:1]}
    specs = specs_of(
        rows, LAND, POLICE, SCALE, older=(older, LAND, POLICE), crosstabs=Crosstabs(group="country", by=("harder",))
    )
    assert [[unit.name for unit in cluster] for cluster in clusters_of(units_of(specs))] == [
        [VERSION, "country", "harder.work", "mood", "harder.home"],
        ["police_met"],
    ]


# --- newer questions -------------------------------------------------------------------------------------------------


@PROTECTED
@given(data=st.data(), key=KEYS)
@settings(max_examples=60, deadline=None)
def test_answers_to_a_newer_question_are_within_those_who_met_it_and_printed_of_20_or_more_P7(
    policy: Policy, data: st.DataObject, key: bytes
) -> None:
    before, after = data.draw(st.integers(80, 99)), data.draw(st.integers(0, 60))
    answered = data.draw(st.integers(0, after))
    specs = specs_of(POLICE, SCALE, older=(POLICE,))
    batch = release(specs, met(a_tally(before), a_tally(after, mood={"1": answered})), policy, key=key)
    found, newcomers = counts(batch), counts(batch)[VERSION][0]
    assert reasons(batch) == ({} if newcomers >= 20 else {"mood": "few_asked"})
    assert "mood" not in found or sum(found["mood"][:2]) <= newcomers


@PROTECTED
def test_newer_row_of_a_matrix_is_left_out_where_few_met_it_and_the_others_are_printed_P7(policy: Policy) -> None:
    rows = a_question("matrix")
    specs = specs_of(rows, older=({**rows, "rows": rows["rows"][:1]},))
    batch = release(specs, met(a_tally(80, harder__home={"not": 80}), a_tally(8, harder__work={"not": 8})), policy)
    assert reasons(batch) == {"harder.work": "few_asked"}
    assert counts(batch).keys() == {"harder.home", VERSION}


ASKED_OF = {"equals": "yes", "question": "police_met"}


@pytest.mark.parametrize(
    ("versions", "police", "expected"),
    [
        ((100, 0), (60, 40, 0), Base(60, 60)),
        ((70, 30), (60, 40, 0), Base(30, 60)),
        ((50, 50), (60, 40, 0), Base(10, 50)),
        ((20, 80), (60, 40, 0), Base(-20, 20)),
    ],
)
def test_of_a_newer_conditional_question_both_are_limits_and_who_must_be_both_is_counted_P7(
    versions: tuple[int, int], police: tuple[int, int, int], expected: Base
) -> None:
    specs = specs_of(POLICE, if_yes("scale"), older=(POLICE,))
    assert base_of(units_of(specs)[1], printed(specs, {VERSION: versions, "police_met": police})) == expected


def test_of_a_condition_on_a_newer_question_those_asked_are_all_who_met_it_P7() -> None:
    specs = specs_of(SCALE, POLICE, if_yes("ranking"), older=(SCALE,))
    newer = {VERSION: (50, 50), "police_met": (30, 10, 60)}
    assert base_of(units_of(specs)[2], printed(specs, newer)) == Base(30, 30)


def test_who_did_not_answer_a_newer_question_may_not_have_met_it_P7() -> None:
    skipped = a_question("ranking", show_if={"not": {"question": "police_met", "answered": True}})
    specs = specs_of(SCALE, POLICE, skipped, older=(SCALE,))
    newer = {VERSION: (50, 50), "police_met": (30, 10, 60)}
    assert base_of(units_of(specs)[2], printed(specs, newer)) == Base(10, 50)


def printed(
    specs: Sequence[TableSpec], tables: Mapping[str, Sequence[int]], crosstabs: Mapping[str, Any] | None = None
) -> Printed:
    rows = [("se",), ("no", "fi", "no_answer")] if crosstabs else []
    return Printed(sum(tables[VERSION]), 5, {spec.id: spec for spec in specs}, tables, crosstabs or {}, rows)


# --- together --------------------------------------------------------------------------------------------------------

SCALE_IF_YES = if_yes("scale", least=1, most=2)
IF_NO = {"show_if": {"question": "police_met", "equals": "no"}}
IF_EITHER = {"show_if": {"question": "police_met", "answered": True}}
BOTH = specs_of(POLICE, SCALE_IF_YES, LANDS | IF_NO, older=(POLICE,))
SAME = specs_of(POLICE, SCALE_IF_YES, LANDS | IF_EITHER, older=(POLICE,))
LIVED = {"id": "lived", "show_if": {"question": "country", "equals": "no"}}
IF_NORDIC = {"show_if": {"any": [{"question": "country", "equals": code} for code in ("se", "no")]}}
IF_WEST = {"show_if": {"any": [{"question": "country", "equals": code} for code in ("no", "fi")]}}
SHARING = specs_of(LANDS, SCALE | IF_NORDIC, POLICE | IF_WEST, older=(LANDS,))
IF_NOT = {"show_if": {"not": {"question": "mood", "answered": True}}}
SKIPPED = specs_of(a_question("hidden"), POLICE, SCALE_IF_YES, LANDS | IF_NOT, older=(a_question("hidden"),))
NEW_IN_EITHER = specs_of(LANDS, LANDS | LIVED, older=(LAND, LAND | LIVED))


@pytest.mark.parametrize(
    ("specs", "tables", "fits"),
    [
        (BOTH, {"police_met": (50, 50, 0), "mood": (20, 10, 70), "country": (20, 10, 0, 70)}, True),
        (BOTH, {"police_met": (50, 50, 0), "mood": (20, 10, 70), "country": (20, 15, 0, 65)}, False),
        (SAME, {"police_met": (50, 50, 0), "mood": (20, 10, 70), "country": (20, 20, 20, 40)}, True),
        (SAME, {"police_met": (50, 50, 0), "mood": (20, 10, 70), "country": (30, 20, 15, 35)}, False),
        (SHARING, {"country": (30, 40, 30, 0), "mood": (20, 20, 60), "police_met": (25, 15, 60)}, True),
        (SHARING, {"country": (40, 20, 40, 0), "mood": (20, 20, 60), "police_met": (25, 20, 55)}, False),
        (SKIPPED, {"police_met": (40, 10, 50), "mood": (20, 10, 70), "country": (10, 20, 0, 70)}, True),
        (SKIPPED, {"police_met": (40, 10, 50), "mood": (20, 10, 70), "country": (10, 25, 0, 65)}, False),
        (NEW_IN_EITHER, {"country": (30, 40, 30, 0), "lived": (5, 0, 30, 65)}, True),
        (NEW_IN_EITHER, {"country": (30, 40, 30, 0), "lived": (5, 0, 35, 60)}, False),
    ],
)
def test_answers_that_take_newcomers_are_possible_together_P7(
    specs: list[TableSpec], tables: dict[str, tuple[int, ...]], fits: bool
) -> None:
    """60 met the second version. Whoever said yes did not say no; but the same may answer two questions."""
    assert overdrawn(units_of(specs), printed(specs, {**tables, VERSION: (60, 40)})) == ([] if fits else [2])


CHOICES = a_question("multiple_choice", most=1, options=options("law", "police", "stigma"))
ONE_LESS = CHOICES | {"options": CHOICES["options"][:2]}
IF_LAW = {"show_if": {"question": "challenges", "includes": "law"}}
FOLLOWED = specs_of(CHOICES, SCALE | IF_LAW, older=(ONE_LESS,))
OF_TWO = specs_of(CHOICES | {"most": 2}, SCALE | IF_LAW, older=(ONE_LESS | {"most": 2},))


@pytest.mark.parametrize(
    ("specs", "chosen", "asked", "fits"),
    [(FOLLOWED, 90, 20, True), (FOLLOWED, 90, 25, False), (OF_TWO, 60, 40, True)],
)
def test_who_may_choose_one_option_is_not_counted_with_two_P7(
    specs: list[TableSpec], chosen: int, asked: int, fits: bool
) -> None:
    """60 met the second version, 40 chose its option: 20 others at most were asked of the older, or the same people."""
    tables = {"challenges": (chosen, 100 - chosen), "challenges.law": (50, 50), "challenges.stigma": (40, 60)}
    tables["challenges.police"] = (0, 100)
    found = printed(specs, {**tables, "mood": (asked, 0, 100 - asked), VERSION: (60, 40)})
    assert overdrawn(units_of(specs), found) == ([] if fits else [2])


def test_older_options_take_what_noise_gave_a_newer_one_too_much_P7() -> None:
    """All 60 chose one option, and 20 met the second version."""
    specs = specs_of(CHOICES, older=(ONE_LESS,))
    (unit, _) = units_of(specs)
    noisy = [[60, 0], [20, 40], [0, 60], [40, 20]]
    made = capped(unit, noisy, printed(specs, {VERSION: (20, 40)}))
    assert made == [[60, 0], [40, 20], [0, 60], [20, 40]]
    assert list(unit.violations(made, 60, 60)) == []


ROWS = a_question("matrix", options=options("not", "much"))
STAR = specs_of(
    LANDS, ROWS, older=(LAND, ROWS | {"rows": ROWS["rows"][:1]}), crosstabs=Crosstabs(group="country", by=("harder",))
)


FOLLOWED_IN_ROWS = specs_of(
    LANDS, POLICE, SCALE_IF_YES, older=(LAND, POLICE), crosstabs=Crosstabs(group="country", by=("police_met",))
)


@pytest.mark.parametrize(("asked", "fits"), [(40, True), (45, False)])
def test_those_asked_more_than_a_crossed_question_are_newcomers_of_its_rows_first_P7(asked: int, fits: bool) -> None:
    """30 newcomers live in the new country; 10 of them said yes, so that all but 10 of those asked are others."""
    tables = {"country": (70, 0, 30, 0), "police_met": (50, 50, 0), "mood": (asked, 0, 100 - asked), VERSION: (60, 40)}
    found = printed(FOLLOWED_IN_ROWS, tables, {"police_met": [(40, 30, 0), (10, 20, 0)]})
    assert overdrawn(units_of(FOLLOWED_IN_ROWS), found) == ([] if fits else [2])


STAR_OF_TWO = specs_of(
    LAND, ROWS, older=(LAND, ROWS | {"rows": ROWS["rows"][:1]}), crosstabs=Crosstabs(group="country", by=("harder",))
)


@pytest.mark.parametrize(("of_new_group", "of_others", "fits"), [(30, 30, True), (20, 40, False)])
def test_newcomers_are_possible_in_all_rows_of_crosstabs_together_P7(
    of_new_group: int, of_others: int, fits: bool
) -> None:
    """60 met the second version: 30 of them live in the new country, so that 30 of others answered the new row."""
    tables = {"country": (70, 0, 30, 0), "harder.home": (100, 0, 0), "harder.work": (60, 0, 40), VERSION: (60, 40)}
    rows = {"harder.home": [(70, 0, 0), (30, 0, 0)]}
    rows["harder.work"] = [(of_others, 0, 70 - of_others), (of_new_group, 0, 30 - of_new_group)]
    assert overdrawn(units_of(STAR), printed(STAR, tables, rows)) == ([] if fits else [2])


@pytest.mark.parametrize(("newcomers", "is_crossed"), [(20, False), (50, True)])
def test_newer_row_is_crossed_where_20_of_each_group_must_have_met_it_P7(newcomers: int, is_crossed: bool) -> None:
    rows = {"not": newcomers // 2}
    by_country = {f"harder.work@{code}": rows for code in ("se", "no")}
    tally = met(
        Tally(60 - newcomers, {"country": {"se": 30 - newcomers // 2, "no": 30 - newcomers // 2}}),
        Tally(newcomers, {"country": rows_of(newcomers), "harder.work": {"not": newcomers}, **by_country}),
    )
    batch = release([spec for spec in STAR_OF_TWO if spec.id != "harder.home"], tally)
    assert [crosstab.spec.id for crosstab in batch.crosstabs] == (["harder.work"] if is_crossed else [])
    assert {left.reason for left in batch.uncrossed} == (set() if is_crossed else {"few_asked"})


def rows_of(newcomers: int) -> dict[str, int]:
    return {"se": newcomers // 2, "no": newcomers // 2}


@PROTECTED
@given(data=st.data(), key=KEYS)
@settings(max_examples=60, deadline=None)
def test_newer_options_are_chosen_by_no_more_than_met_them_P7(policy: Policy, data: st.DataObject, key: bytes) -> None:
    before, after = data.draw(st.integers(80, 99)), data.draw(st.integers(0, 30))
    fi = data.draw(st.integers(0, after))
    specs = specs_of(LANDS, CHOICES, older=(LAND, ONE_LESS))
    tables = {"country": {"se": after - fi, "fi": fi}, "challenges": {"chosen": after}}
    tables["challenges.stigma"] = {"chosen": fi, "not_chosen": after - fi}
    tables["challenges.law"] = {"chosen": after - fi, "not_chosen": fi}
    tables["challenges.police"] = {"not_chosen": after}
    earlier = Tally(
        before, {"country": {"se": before}, "challenges": {"chosen": before}, "challenges.law": {"chosen": before}}
    )
    batch = release(specs, met(earlier, Tally(after, tables)), policy, key=key)
    found = counts(batch)
    assert found["country"][2] <= found[VERSION][0]
    if "challenges" in found:
        assert found["challenges.stigma"][0] <= found[VERSION][0]


@st.composite
def choosers(draw: st.DrawFn) -> tuple[list[Option], int, int, int, int]:
    newcomers, others = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    least = draw(st.integers(1, 2))
    listed = []
    for _ in range(draw(st.integers(least, 3))):
        chosen, is_newer = draw(st.integers(0, newcomers + others)), draw(st.booleans())
        listed.append(Option(chosen, chosen if is_newer else draw(st.integers(0, chosen)), is_newer))
    return listed, newcomers, others, least, draw(st.integers(least, 3))


@given(choosers())
@settings(max_examples=300, deadline=None)
def test_options_can_be_chosen_so_often_if_people_can_be_found_who_do(
    case: tuple[list[Option], int, int, int, int],
) -> None:
    listed, newcomers, others, least, most = case
    sets = [chosen for chosen in product((0, 1), repeat=len(listed)) if least <= sum(chosen) <= most]
    of_old = [
        chosen for chosen in sets if not any(c and option.is_newer for c, option in zip(chosen, listed, strict=True))
    ]
    wanted = tuple(option.chosen for option in listed)
    found = any(
        tuple(map(sum, zip(new, old, strict=True))) == wanted
        and all(count >= option.least for count, option in zip(new, listed, strict=True))
        for new in sums(sets, newcomers, len(listed))
        for old in sums(of_old, others, len(listed))
    )
    assert can_be_chosen(listed, newcomers, others, least, most) == found


def sums(sets: Sequence[tuple[int, ...]], people: int, width: int) -> set[tuple[int, ...]]:
    """How often each option can have been chosen by so many people."""
    found = {(0,) * width}
    for _ in range(people):
        found = {tuple(a + b for a, b in zip(each, chosen, strict=True)) for each in found for chosen in sets}
    return found
