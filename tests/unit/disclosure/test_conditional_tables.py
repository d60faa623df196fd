"""Tables of questions that not everybody is asked: within those asked, or left out with the reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.disclosure.linked_tables import question_tables
from chalicelib.disclosure.policy import EXACT, INVITED, OPEN_LINK, Policy
from chalicelib.disclosure.protect import protect
from chalicelib.disclosure.suppression import NoFit, suppressed
from chalicelib.tabulation.tally import Tally
from tests.builders import a_question, options
from tests.strategies import KEYS
from tests.unit.disclosure.surveys import NEEDED, a_tally, counts, if_yes, reasons, release, specs_of

POLICE = a_question("yes_no")
LAND = {"options": options("se", "no")}
CHILD = if_yes("single_choice", **LAND)
IN_SWEDEN = {"question": "country", "equals": "se"}
GRANDCHILD = a_question("scale", least=1, most=2, show_if=IN_SWEDEN)
PROTECTED = pytest.mark.parametrize("policy", [INVITED, OPEN_LINK], ids=["invited", "open link"])


def family(yes: int, se: int, no: int, n: int, good: int = 0) -> Tally:
    """``yes`` met the police; of them ``se`` and ``no`` say where; of those in Sweden ``good`` are well."""
    return a_tally(
        n,
        police_met={"yes": yes, "no": n - yes},
        country={"se": se, "no": no, "no_answer": n - se - no},
        mood={"2": good, "no_answer": n - good},
    )


@PROTECTED
@given(data=st.data(), key=KEYS)
@settings(max_examples=40, deadline=None)
def test_printed_answers_are_within_those_printed_as_asked_down_to_grandchildren_P7(
    policy: Policy, data: st.DataObject, key: bytes
) -> None:
    n = data.draw(st.integers(100, 130))
    yes = data.draw(st.integers(0, n))
    se = data.draw(st.integers(0, yes))
    tally = family(yes, se, data.draw(st.integers(0, yes - se)), n, data.draw(st.integers(0, se)))
    specs = specs_of(POLICE, CHILD, GRANDCHILD)
    batch = protect(tally, specs, policy, key, 1)
    assert batch is not None
    found, why, total = counts(batch), reasons(batch), batch.total
    assert "no_fit" not in why.values()
    met = found["police_met"][0]
    assert ("country" in found) == (met >= 20)
    if "country" in found:
        assert total - found["country"][-1] <= met
        assert ("mood" in found) == (found["country"][0] >= 20)
    if "mood" in found:
        assert total - found["mood"][-1] <= found["country"][0]
    assert batch == protect(tally, specs, policy, key, 1)


@PROTECTED
@given(data=st.data(), key=KEYS)
@settings(max_examples=40, deadline=None)
def test_as_many_answers_are_printed_as_asked_where_they_are_needed_P7(
    policy: Policy, data: st.DataObject, key: bytes
) -> None:
    n = data.draw(st.integers(100, 130))
    yes = data.draw(st.integers(25, n))
    se = data.draw(st.integers(0, yes))
    specs = specs_of(POLICE, CHILD | NEEDED)
    batch = protect(family(yes, se, yes - se, n), specs, policy, key, 1)
    assert batch is not None
    found = counts(batch)
    assert set(reasons(batch).values()) <= {"few_asked"}
    assert "country" not in found or sum(found["country"][:2]) == found["police_met"][0]


@PROTECTED
def test_as_many_first_ranks_are_printed_as_asked_where_a_ranking_is_needed_P7(policy: Policy) -> None:
    specs = specs_of(POLICE, if_yes("ranking", **NEEDED))
    first, second = {"home": 17, "rest": 12, "pay": 9}, {"home": 11, "rest": 16, "pay": 2}
    ranks = {f"wants__{option}": {"1": first[option], "2": second[option]} for option in first}
    tally = a_tally(72, police_met={"yes": 38, "no": 30, "no_answer": 4}, **ranks)
    for number in range(20):
        found = counts(release(specs, tally, policy, number))
        assert sum(cells[0] for name, cells in found.items() if name != "police_met") == found["police_met"][0]


@PROTECTED
def test_question_that_few_were_asked_is_suppressed_P7(policy: Policy) -> None:
    specs = specs_of(POLICE, CHILD, GRANDCHILD)
    batch = release(specs, family(yes=10, se=6, no=3, n=80), policy)
    assert reasons(batch) == {"country": "few_asked", "mood": "condition"}
    assert list(counts(batch)) == ["police_met"]


def test_printed_number_of_those_asked_decides_not_the_true_one_P7() -> None:
    specs = specs_of(POLICE, CHILD)
    outcomes = {
        (counts(batch)["police_met"][0], "country" in counts(batch))
        for number in range(40)
        for yes in (18, 22)
        for batch in [release(specs, family(yes, 4, 4, n=80), number=number)]
    }
    assert outcomes == {(15, False), (20, True), (25, True)}


def test_question_asked_on_two_questions_is_suppressed_P7() -> None:
    both = {"all": [{"question": "police_met", "equals": "yes"}, {"question": "mood", "equals": 1}]}
    specs = specs_of(POLICE, a_question("scale"), a_question("single_choice", **LAND, show_if=both))
    batch = release(specs, a_tally(80, police_met={"yes": 80}, mood={"1": 80}, country={"se": 80}))
    assert reasons(batch) == {"country": "condition"}


def test_exact_policy_suppresses_nothing() -> None:
    batch = release(specs_of(POLICE, CHILD, GRANDCHILD), family(yes=3, se=1, no=1, n=5, good=1), EXACT)
    assert reasons(batch) == {}
    assert counts(batch) == {"police_met": (3, 2, 0), "country": (1, 1, 3), "mood": (0, 1, 4)}


#: With n = 4 mod 5 every pair is rounded down: each of four chose three options of six, of which none is printed.
UNFIT: dict[str, Any] = {"least": 3, "most": 3, "options": options(*(f"o{number}" for number in range(6)))}
UNFIT_COUNTS = {f"challenges__o{number}": {"chosen": 19, "not_chosen": 20} for number in range(6)}


def test_what_fits_in_no_draw_is_suppressed_and_the_rest_is_printed_P7() -> None:
    specs = specs_of(POLICE, if_yes("multiple_choice", **UNFIT), if_yes("single_choice", **LAND))
    tally = a_tally(
        39,
        police_met={"yes": 39},
        challenges={"chosen": 38, "no_answer": 1},
        country={"se": 30, "no_answer": 9},
        **UNFIT_COUNTS,
    )
    batch = release(specs, tally)
    assert set(reasons(batch).values()) == {"no_fit"}
    assert {name.partition(".")[0] for name in reasons(batch)} == {"challenges"}
    assert set(counts(batch)) == {"police_met", "country"}


def test_what_depends_on_a_question_that_did_not_fit_is_suppressed_P7() -> None:
    asked = a_question("scale", least=1, most=2, show_if={"question": "challenges", "answered": True})
    specs = specs_of(a_question("multiple_choice", **UNFIT), asked)
    tally = a_tally(39, challenges={"chosen": 38, "no_answer": 1}, mood={"1": 38, "no_answer": 1}, **UNFIT_COUNTS)
    batch = release(specs, tally)
    assert reasons(batch)["challenges"] == "no_fit"
    assert reasons(batch)["mood"] == "condition"
    assert counts(batch) == {}


def test_where_a_needed_answer_does_not_fit_nothing_that_it_hangs_on_is_printed_P7() -> None:
    """Everybody who said yes has answered: the missing table would tell how many that is."""
    specs = specs_of(
        POLICE, if_yes("multiple_choice", **UNFIT, **NEEDED), if_yes("single_choice", **LAND), a_question("scale")
    )
    tally = a_tally(
        39,
        police_met={"yes": 38, "no": 1},
        challenges={"chosen": 38, "no_answer": 1},
        country={"se": 30},
        **UNFIT_COUNTS,
    )
    batch = release(specs, tally)
    assert reasons(batch)["police_met"] == "no_fit"
    assert reasons(batch)["challenges"] == reasons(batch)["country"] == "condition"
    assert list(counts(batch)) == ["mood"]


THREE = question_tables(specs_of(a_question("single_choice"), POLICE, if_yes("scale", **NEEDED)))
COUNTRY, MET, MOOD = (NoFit(question.id) for question in THREE)
MET_BY_GROUP = replace(MET, by_group=True)


@pytest.mark.parametrize(
    ("failures", "expected"),
    [
        ({COUNTRY: 200}, {COUNTRY}),
        ({COUNTRY: 130, MET: 70}, {MET}),
        ({COUNTRY: 198, MET: 2}, {COUNTRY}),
        ({MET: 150, MET_BY_GROUP: 50}, {MET_BY_GROUP}),
        ({COUNTRY: 20, MET_BY_GROUP: 180}, {MET_BY_GROUP}),
        ({MOOD: 200}, {MET, MOOD}),
    ],
)
def test_what_fails_most_of_the_joint_draws_that_come_to_it_is_suppressed_crosstabs_first_P7(
    failures: dict[NoFit, int], expected: set[NoFit]
) -> None:
    assert suppressed(THREE, failures) == expected
