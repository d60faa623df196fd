"""Tables of questions that not everybody is asked: within those asked, or left out with the reason."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.disclosure.policy import EXACT, INVITED, OPEN_LINK, Policy
from chalicelib.disclosure.protect import protect
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


#: Each of 38 chose three options of six; printed as 35, they cannot have chosen 19 times each rounded down.
UNFIT: dict[str, Any] = {"least": 3, "most": 3, "options": options(*(f"o{number}" for number in range(6)))}
UNFIT_COUNTS = {f"challenges__o{number}": {"chosen": 19, "not_chosen": 20} for number in range(6)}


@pytest.mark.parametrize("needed", [{}, NEEDED], ids=["optional", "compulsory"])
def test_what_hangs_on_others_is_printed_whatever_its_counts_P7(needed: dict[str, Any]) -> None:
    """Were it missing, that would tell that nearly all who were asked had answered."""
    specs = specs_of(
        POLICE,
        if_yes("multiple_choice", **UNFIT, **needed),
        a_question("scale", least=1, most=2, show_if={"question": "challenges", "includes": "o0"}),
    )
    tally = a_tally(
        39,
        police_met={"yes": 38, "no": 1},
        challenges={"chosen": 38, "no_answer": 1},
        mood={"1": 19, "no_answer": 20},
        **UNFIT_COUNTS,
    )
    for number in range(20):
        batch = release(specs, tally, number=number)
        assert set(reasons(batch).values()) <= {"few_asked"}
        tables = {str(table.spec.id): table for table in batch.tables}
        assert tables["challenges.o0"].further == 1


def test_what_is_asked_of_the_rest_may_be_a_step_farther_off_P7() -> None:
    """Of 49 who print as 45, 26 did not choose it and all of them answer. Where 23 print as 25, they are 20."""
    left_out = {"not": {"question": "challenges", "includes": "law"}}
    specs = specs_of(a_question("multiple_choice", most=None), a_question("single_choice", **LAND, show_if=left_out))
    tally = a_tally(
        49,
        challenges={"chosen": 49},
        challenges__law={"chosen": 23, "not_chosen": 26},
        challenges__stigma={"chosen": 49},
        country={"se": 26, "no_answer": 23},
    )
    found = set()
    for number in range(40):
        (*_, country) = release(specs, tally, number=number).tables
        found.add((country.counts[0], country.further))
        assert abs(country.counts[0] - 26) < 5 * (1 + country.further)
    assert found == {(20, 1), (25, 1)}


def test_universes_that_no_rounding_could_keep_together_are_told_apart_by_definition_P7() -> None:
    """Three pairs of three cells: with a half each, no two of them can be rounded and every pair be adjacent."""
    codes = ("se", "no", "fi")
    pairs = [("se", "no"), ("no", "fi"), ("se", "fi")]
    asked = [
        a_question(
            "scale", id=f"s{number}", show_if={"any": [{"question": "country", "equals": code} for code in pair]}
        )
        for number, pair in enumerate(pairs)
    ]
    specs = specs_of(a_question("single_choice", options=options(*codes)), *asked)
    batch = release(specs, a_tally(80, country={"se": 27, "no": 27, "fi": 26}))
    assert reasons(batch) == {"s2": "condition"}


@PROTECTED
def test_question_for_those_who_did_not_rank_an_option_first_is_printed_P7(policy: Policy) -> None:
    not_first = a_question("yes_no", show_if={"not": {"question": "wants.home", "equals": 1}}, **NEEDED)
    tally = a_tally(
        104,
        wants__home={"1": 43, "2": 31, "no_answer": 30},
        wants__rest={"1": 31, "2": 43, "no_answer": 30},
        wants__pay={"1": 30, "2": 30, "no_answer": 44},
        police_met={"yes": 52, "no": 9},
    )
    found = counts(release(specs_of(a_question("ranking"), not_first), tally, policy))
    assert sum(found["police_met"][:-1]) == 100 - found["wants.home"][0]


@pytest.mark.parametrize("policy", [EXACT, INVITED, OPEN_LINK])
def test_condition_on_a_question_without_a_table_stops_no_release(policy: Policy) -> None:
    child = a_question("yes_no", show_if={"question": "agreed", "answered": True})
    tally = a_tally(100, police_met={"yes": 60, "no": 40})
    assert release(specs_of(a_question("consent"), child), tally, policy).total > 0


@pytest.mark.parametrize("policy", [EXACT, INVITED, OPEN_LINK])
def test_condition_on_options_of_which_none_can_be_combined_is_told_by_their_table(policy: Policy) -> None:
    alone = a_question("multiple_choice", options=options("law", "none", exclusive=["law", "none"]), most=None)
    child = a_question("yes_no", show_if={"question": "challenges", "includes": "law"}, **NEEDED)
    tally = a_tally(103, challenges={"law": 61, "none": 42}, police_met={"yes": 30, "no": 31})
    found = counts(release(specs_of(alone, child), tally, policy))
    assert policy == EXACT or sum(found["police_met"][:-1]) == found["challenges"][1]
