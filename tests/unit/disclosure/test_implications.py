"""Questions whose answers imply others are drawn together, and print obeys what is implied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from cProfile import Profile
from dataclasses import replace
from random import Random

import pytest

from chalicelib.disclosure.checks import OTHERWISE, violations
from chalicelib.disclosure.implications import bonds_of, drawn_together
from chalicelib.disclosure.linked_tables import question_tables
from chalicelib.disclosure.policy import EXACT, INVITED, OPEN_LINK
from chalicelib.disclosure.protected import SuppressedTable, Suppression
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import TableSpec
from tests.builders import a_question, implied, options
from tests.unit.disclosure.surveys import NEEDED, a_tally, counts, reasons, release, specs_of
from tests.unit.disclosure.test_checks import a_batch

ELSEWHERE = {"question": "country", "equals": "no"}
COUNTRY = a_question("single_choice", options=options("se", "fi", "no"))
BOTH_WAYS = [implied("in_eu", "yes", {"not": ELSEWHERE}), implied("in_eu", "no", ELSEWHERE)]
IN_EU = a_question("yes_no", id="in_eu", implies=BOTH_WAYS)
SPECS = specs_of(COUNTRY, IN_EU)
#: Some of Sweden and Finland do not say whether they are in the EU, some of all do not say where they are.
CELLS = {"country": {"se": 12, "fi": 12, "no": 7, "no_answer": 2}, "in_eu": {"yes": 23, "no": 7, "no_answer": 3}}
TALLY = a_tally(33, **CELLS)


def together(specs: Sequence[TableSpec]) -> list[list[str]]:
    return [[str(each.id) for each in family] for family in drawn_together(question_tables(specs))]


# --- who is drawn with whom -------------------------------------------------------------------------------------------


def test_bound_questions_are_drawn_together_the_shortest_first_each_after_the_one_it_is_bound_to_P7() -> None:
    more = a_question("scale", implies=[implied("mood", "1", {"question": "in_eu", "equals": "no"})])
    assert together(specs_of(COUNTRY, a_question("yes_no"), IN_EU, more)) == [["in_eu", "country", "mood"]]


def test_bound_questions_are_drawn_with_the_crosstabs_that_one_of_them_is_in_the_group_first_P7() -> None:
    specs = specs_of(COUNTRY, a_question("scale"), IN_EU, crosstabs=Crosstabs(group="in_eu", by=("mood",)))
    assert together(specs) == [["in_eu", "country", "mood"]]
    specs = specs_of(COUNTRY, a_question("scale"), IN_EU, crosstabs=Crosstabs(group="mood", by=("in_eu",)))
    assert together(specs) == [["mood", "in_eu", "country"]]


def test_bond_tells_the_same_of_cells_whichever_question_comes_first_P7() -> None:
    (bond,) = filter(None, bonds_of(question_tables(SPECS)).values())
    # Sweden, Finland, Norway and no answer, beside yes, no and no answer
    assert [set(places) for places in bond.goes_with] == [{0, 2}, {0, 2}, {1, 2}, {0, 1, 2}]
    crossed = specs_of(COUNTRY, IN_EU, a_question("scale"), crosstabs=Crosstabs(group="country", by=("mood",)))
    (bond,) = filter(None, bonds_of(question_tables(crossed)).values())
    assert [set(places) for places in bond.goes_with] == [{0, 1, 3}, {2, 3}, {0, 1, 2, 3}]


def calls(questions: int) -> int:
    """How many calls a release takes of so many questions, a third of them bound to the first, and its check."""
    yes = {"question": "country", "equals": "se"}
    names = [f"q{number}" for number in range(questions)]
    bound = [a_question("yes_no", id=name, implies=[implied(name, "yes", yes)]) for name in names[::3]]
    free = [a_question("yes_no", id=name) for name in names if name not in names[::3]]
    tally = a_tally(90, country={"se": 30, "no": 60}, **{name: {"yes": 20, "no": 70} for name in names})
    specs, profile = specs_of(COUNTRY, *bound, *free), Profile()
    profile.runcall(release, specs, tally)
    return sum(entry.callcount for entry in profile.getstats())


def test_work_grows_with_the_number_of_questions_and_not_with_that_of_their_pairs() -> None:
    assert calls(80) < 5 * calls(20)


# --- what is printed --------------------------------------------------------------------------------------------------


def test_print_obeys_what_is_implied_and_every_cell_goes_up_and_down_P7() -> None:
    seen: dict[str, Counter[int]] = {"yes": Counter(), "no": Counter(), "no_answer": Counter()}
    for number in range(200):
        batch = release(SPECS, TALLY, number=number)
        if batch.suppressed:
            continue
        table = counts(batch)
        assert table["in_eu"][0] <= sum(table["country"]) - table["country"][2]
        for code, count in zip(seen, table["in_eu"], strict=True):
            seen[code][count] += 1
    assert {code: set(numbers) for code, numbers in seen.items()} == {
        "yes": {20, 25},
        "no": {5, 10},
        "no_answer": {0, 5},
    }


def test_print_that_no_people_can_stand_behind_is_named_P7() -> None:
    possible = a_batch(SPECS, 30, country=(10, 10, 10, 0), in_eu=(20, 10, 0))
    assert violations(possible, SPECS) == []
    impossible = a_batch(SPECS, 30, country=(10, 10, 10, 0), in_eu=(25, 5, 0))
    assert violations(impossible, SPECS) == [
        "country: nobody can have answered so who answered another question as is printed"
    ]


def test_rows_of_crosstabs_obey_it_too_P7() -> None:
    group = a_question("yes_no", **NEEDED)
    specs = specs_of(
        COUNTRY | NEEDED, IN_EU | NEEDED, group, crosstabs=Crosstabs(group="police_met", by=("country", "in_eu"))
    )
    by_country = [{"se": 12, "fi": 9, "no": 12}, {"se": 11, "fi": 10, "no": 12}]
    by_eu = [{"yes": 21, "no": 12}, {"yes": 21, "no": 12}]
    tally = a_tally(
        66, country={"se": 23, "fi": 19, "no": 24}, in_eu={"yes": 42, "no": 24}, police_met={"yes": 33, "no": 33}
    )
    rows = {
        TableId(name).in_group(code): row
        for name, of in (("country", by_country), ("in_eu", by_eu))
        for code, row in zip(("yes", "no"), of, strict=True)
    }
    tally = replace(tally, counts={**tally.counts, **rows})
    printed = 0
    for number in range(50):
        batch = release(specs, tally, number=number)
        found = {str(crosstab.spec.id): crosstab for crosstab in batch.crosstabs}
        if len(found) == 2:
            printed += 1
            for land, eu in zip(found["country"].rows, found["in_eu"].rows, strict=True):
                assert land.counts[2] == eu.counts[1]
    assert printed == 50


COUNTRIES, EU = ("se", "fi", "no", "no_answer"), ("yes", "no", "no_answer")
#: What somebody can have answered to both.
TOGETHER = [("se", "yes"), ("fi", "yes"), ("no", "no"), ("no_answer", "yes"), ("no", "no_answer")]


@pytest.mark.parametrize("number", range(12))
def test_every_possible_print_can_come_of_every_truth_near_it_P7(number: int) -> None:
    """As many people as print, with up to four added or replaced: so of any count five values remain possible."""
    random = Random(number)  # noqa: S311
    population = Counter({pair: 5 * random.randint(0, 2) for pair in TOGETHER})
    population[random.choice(TOGETHER)] += max(0, 20 - population.total())
    printed = {"country": told(population, 0, COUNTRIES), "in_eu": told(population, 1, EU)}
    added = random.randint(0, 4)
    truth = population + Counter(random.choices(TOGETHER, k=added))
    for _ in range(random.randint(0, 4 - added)):
        truth[random.choice([pair for pair, count in truth.items() if count])] -= 1
        truth[random.choice(TOGETHER)] += 1
    country, in_eu = (
        dict(zip(codes, told(truth, place, codes), strict=True)) for place, codes in enumerate((COUNTRIES, EU))
    )
    tally = a_tally(truth.total(), country=country, in_eu=in_eu)
    assert any(counts(release(SPECS, tally, number=draw)) == printed for draw in range(5000))


def told(people: Counter[tuple[str, str]], place: int, codes: Sequence[str]) -> tuple[int, ...]:
    """How many gave each answer."""
    return tuple(sum(count for pair, count in people.items() if pair[place] == code) for code in codes)


# --- what is missing --------------------------------------------------------------------------------------------------


def test_one_in_500_of_bound_questions_is_left_out_by_lot_with_what_is_bound_to_it_or_depends_on_it_P7() -> None:
    mood = a_question("scale", implies=[implied("mood", "1", ELSEWHERE)])
    within = {"any": [{"question": "country", "equals": code} for code in ("se", "fi")]}
    specs = specs_of(COUNTRY, IN_EU, mood, a_question("yes_no", show_if=within))
    tally = a_tally(33, **CELLS, mood={"5": 33}, police_met={"yes": 24})
    found = Counter[tuple[str, ...]]()
    for number in range(200):
        why = reasons(release(specs, tally, replace(INVITED, lots=4), number))
        found[tuple(f"{name}: {reason}" for name, reason in why.items())] += 1
    without = ("country: no_fit", "mood: no_fit", "police_met: condition")
    assert found.keys() == {(), ("mood: no_fit",), without}
    assert 30 < found[without] < 70


@pytest.mark.parametrize("reason", Suppression)
def test_only_no_fit_excuses_a_bound_question_and_the_first_of_them_has_no_excuse_P7(reason: Suppression) -> None:
    batch = a_batch(SPECS, 30, in_eu=(20, 10, 0))
    missing = replace(batch, suppressed=(SuppressedTable(SPECS[0], reason),))
    assert violations(missing, SPECS) == ([] if reason is Suppression.NO_FIT else [f"country: {OTHERWISE}"])
    other = a_batch(SPECS, 30, country=(10, 10, 10, 0))
    other = replace(other, suppressed=(SuppressedTable(SPECS[1], reason),))
    assert violations(other, SPECS) == [f"country: {OTHERWISE}", f"in_eu: {OTHERWISE}"]


# --- other policies ---------------------------------------------------------------------------------------------------


def test_on_an_open_link_noisy_tables_obey_it_and_none_is_missing_P7() -> None:
    tally = a_tally(90, country={"se": 30, "fi": 30, "no": 30}, in_eu={"yes": 60, "no": 30})
    specs = specs_of(COUNTRY | NEEDED, IN_EU | NEEDED)
    for number in range(100):
        table = counts(release(specs, tally, OPEN_LINK, number))
        assert (table["country"][2], table["country"][3]) == (table["in_eu"][1], table["in_eu"][2])


def test_exact_numbers_are_the_truth_whatever_is_implied() -> None:
    assert counts(release(SPECS, TALLY, EXACT)) == {"country": (12, 12, 7, 2), "in_eu": (23, 7, 3)}
