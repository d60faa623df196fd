"""Weights bring records to known margins, say what they cost, and give the shares that R's survey package gives."""

from __future__ import annotations

import csv
import json
import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from operation.errors import DefinitionError, OperatorError
from operation.records.table_file import write_weights
from operation.records.table_words import after, before
from operation.records.tables import Table, Wanted, table_of
from tests.builders import a_question
from tests.unit.operation.records.handmade import HandMade, handmade

COUNTRY, REGION, MET = a_question("single_choice"), a_question("dropdown"), a_question("yes_no")
People = Sequence[tuple[int, dict[str, str | None]]]
#: Half of Sweden, a tenth of Norway.
MIXED: People = [
    (30, {"country": "se", "police_met": "yes"}),
    (30, {"country": "se", "police_met": "no"}),
    (10, {"country": "no", "police_met": "yes"}),
    (20, {"country": "no", "police_met": "no"}),
    (8, {"country": "other", "police_met": "yes"}),
    (2, {"country": "other", "police_met": None}),
]


def tabulated(tmp_path: Path, people: People, margins: str, *conditions: str, columns: str | None = None) -> Table:
    records = handmade(COUNTRY, REGION, MET, people=people)
    return weighted_table(tmp_path, records, margins, *conditions, columns=columns)


def weighted_table(
    tmp_path: Path, records: HandMade, margins: str, *conditions: str, columns: str | None = None
) -> Table:
    path = tmp_path / "margins.yaml"
    path.write_text(f"source: A census\n{margins}", "utf-8")
    return table_of(records, Wanted.read(records.codebook, "police_met", columns, conditions), path)


def shares(table: Table) -> list[int | None]:
    return [line.cells[0].weighted_percent for line in table.blocks[0].lines]


def test_shares_are_those_of_the_margins_and_counts_stay(tmp_path: Path) -> None:
    table = tabulated(tmp_path, MIXED, "shares: {country: {se: 30, no: 60, other: 10}}")
    # By hand: yes is 0.3 / 2 + 0.6 / 3 + 0.08 of 0.98 who answered.
    assert shares(table) == [round(100 * (0.15 + 0.2 + 0.08) / 0.98), round(100 * (0.15 + 0.4) / 0.98)]
    assert [line.cells[0].people for line in table.blocks[0].lines] == [48, 50]
    assert table.blocks[0].bases[0].people == 98


def test_what_weights_cost_is_told(tmp_path: Path) -> None:
    weighting = tabulated(tmp_path, MIXED, "shares: {country: {se: 30, no: 60, other: 10}}").weighting
    assert weighting
    # Weights 0.5 (60 people), 2 (30) and 1 (10): Kish's n is 100 squared over 60/4 + 30*4 + 10.
    assert weighting.effective.number == pytest.approx(10_000 / 145)
    assert weighting.effective.design_effect == pytest.approx(1.45)
    assert [weighting.least, weighting.most] == pytest.approx([0.5, 2])
    assert weighting.trimmed == 0


def test_conditions_change_no_weight(tmp_path: Path) -> None:
    """Margins are known of everybody, not of those whom a table is about."""
    margins = "shares: {country: {se: 30, no: 60, other: 10}}"
    filtered = tabulated(tmp_path, MIXED, margins, "country=se,no").weighting
    assert filtered
    everybody = tabulated(tmp_path, MIXED, margins).weighting
    assert everybody
    assert filtered.weights == everybody.weights


def test_who_gave_no_answer_to_a_margin_stays_as_many_as_they_are(tmp_path: Path) -> None:
    people = [*MIXED, (25, {"country": None, "police_met": "yes"})]
    table = tabulated(tmp_path, people, "shares: {country: {se: 30, no: 60, other: 10}}")
    assert table.weighting
    (margin,) = table.weighting.margins.margins
    assert table.weighting.outside(margin) == 25
    assert table.weighting.weight_of({}) == pytest.approx(1)
    assert [round(each.after, 6) for each in table.weighting.reached] == [0.3, 0.6, 0.1]
    assert "25 are in none of these, and count as 25 still" in "\n".join(before(table))


def test_codes_without_a_known_share_stay_as_many_as_they_are(tmp_path: Path) -> None:
    table = tabulated(tmp_path, MIXED, "shares: {country: {se: 40, no: 60, other: sample}}")
    assert table.weighting
    assert table.weighting.weight_of({"country": ("other",)}) == pytest.approx(1)
    assert table.weighting.weight_of({"country": ("se",)}) == pytest.approx(0.4 * 90 / 60)


def test_trimmed_weights_still_reach_margins_if_any_do(tmp_path: Path) -> None:
    people: People = [
        (1 + 9 * (country == region), {"country": code, "region": place, "police_met": "yes"})
        for country, code in enumerate(("se", "no"))
        for region, place in enumerate(("north", "south"))
    ]
    margins = "shares:\n  country: {se: 60, no + other: 40}\n  region: {north: 40, south + west: 60}"
    free = tabulated(tmp_path, people, margins).weighting
    assert free
    assert free.most > 2.2
    bounded = tabulated(tmp_path, people, f"trim: 0.5 to {free.most - 0.01:.4f}\n{margins}")
    assert bounded.weighting
    assert bounded.weighting.trimmed > 0
    assert bounded.weighting.most < free.most


def test_margins_that_trimming_misses_are_told(tmp_path: Path) -> None:
    table = tabulated(tmp_path, MIXED, "trim: 0.8 to 1.2\nshares: {country: {se: 30, no: 60, other: 10}}")
    assert table.weighting
    assert [each.category.name for each in table.weighting.missed] == ["no", "se", "other"]
    assert table.weighting.trimmed == 90
    said = "\n".join(before(table))
    assert "Not reached: country: no is 38.3 %, not 60.0 %." in said
    assert "90 of them are trimmed to 0.8 or 1.2." in said


def test_what_is_weighted_is_said_above_and_below(tmp_path: Path) -> None:
    table = tabulated(tmp_path, MIXED, "shares: {country: {se: 10, no: 20, other: 70}}")
    above, below = list(before(table)), list(after(table))
    assert above[0] == below[-1]
    assert above[0].startswith("INTERNAL: weighted shares and exact counts of “a-survey”")
    assert "Weighted to country. Source: A census" in above
    assert "country: se 60.0 → 10.0 % (60), no 30.0 → 20.0 % (30), other 10.0 → 70.0 % (10)" in above
    assert "trim: 0.2 to 5" in "\n".join(above)
    assert "So there is no margin of error" in above[-1]


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ([(60, {"country": "se"}), (30, {"country": "no"})], "shares.country.other: Nobody is in this category"),
        ([(60, {"country": "se"}), (30, {"country": "no"}), (4, {"country": "other"})], "Only 4 of the records are"),
        ([(60, {"police_met": "yes"})], "shares.country.se: Nobody is"),
    ],
)
def test_category_of_too_few_people_is_refused(tmp_path: Path, people: People, said: str) -> None:
    with pytest.raises(DefinitionError, match=said) as caught:
        tabulated(tmp_path, people, "shares: {country: {se: 30, no: 60, other: 10}}")
    assert {problem.line for problem in caught.value.problems} == {2}


def test_margins_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    people: People = [(50, {"country": "se", "region": "north"}), (50, {"country": "no", "region": "south"})]
    margins = "shares:\n  country: {se: 60, no + other: 40}\n  region: {north: 40, south + west: 60}"
    with pytest.raises(OperatorError, match=r"stays 20\.0 points off, since some combinations .* Join categories\."):
        tabulated(tmp_path, people, margins)


def test_weights_are_written_beside_the_numbers_of_records(tmp_path: Path) -> None:
    records = handmade(COUNTRY, MET, people=MIXED)
    table = weighted_table(tmp_path, records, "shares: {country: {se: 30, no: 60, other: 10}}")
    assert table.weighting
    assert write_weights(records, table.weighting, tmp_path / "weights.csv") == 100
    lines = list(csv.reader((tmp_path / "weights.csv").open()))
    assert lines[0] == ["record", "weight"]
    assert [weight for _, weight in lines[1:]] == ["0.500000"] * 60 + ["2.000000"] * 30 + ["1.000000"] * 10
    assert lines[-1][0] == "000100"


# --- against R --------------------------------------------------------------------------------------------------------

#: Rakes a CSV of persons to margins, and prints the weights and the weighted shares of an outcome.
PROGRAM = """
suppressMessages(library(survey))
persons <- read.csv("persons.csv", colClasses = "factor")
persons$one <- 1
design <- svydesign(ids = ~1, weights = ~one, data = persons)
country <- read.csv("country.csv", colClasses = c("factor", "numeric"))
region <- read.csv("region.csv", colClasses = c("factor", "numeric"))
raked <- rake(design, list(~country, ~region), list(country, region), control = list(maxit = 5000, epsilon = 1e-12))
write.table(weights(raked), "weights.txt", row.names = FALSE, col.names = FALSE)
write.table(prop.table(svytable(~police_met, raked)), "shares.txt", row.names = FALSE, col.names = FALSE)
"""


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_weights_and_shares_are_those_of_r(tmp_path: Path, seed: int) -> None:
    has_survey = ["Rscript", "--vanilla", "-e", "library(survey)"]
    if shutil.which("Rscript") is None or subprocess.run(has_survey, capture_output=True, check=False).returncode:
        pytest.skip("R or its package survey is not installed (r-cran-survey)")
    drawn = random.Random(seed)  # noqa: S311
    rows = [
        {
            "country": drawn.choice(["se", "se", "no", "other", "none"]),
            "region": drawn.choice(["north", "south", "south", "west"]),
            "police_met": drawn.choice(["yes", "no"]),
        }
        for _ in range(300)
    ]
    records = handmade(
        COUNTRY,
        REGION,
        MET,
        people=[(1, {name: None if code == "none" else code for name, code in row.items()}) for row in rows],
    )
    country, region = {"se": 30, "no": 45, "other": 25}, {"north": 20, "south": 30, "west": 50}
    table = weighted_table(tmp_path, records, "shares: " + json.dumps({"country": country, "region": region}))
    answered = sum(row["country"] != "none" for row in rows)
    wanted = {code: share * answered / 100 for code, share in country.items()} | {"none": len(rows) - answered}
    write_csv(tmp_path / "persons.csv", [list(rows[0]), *(list(row.values()) for row in rows)])
    write_csv(tmp_path / "country.csv", [["country", "Freq"], *map(list, wanted.items())])
    write_csv(tmp_path / "region.csv", [["region", "Freq"], *([code, 3 * share] for code, share in region.items())])
    done = subprocess.run(["Rscript", "--vanilla", "-e", PROGRAM], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert table.weighting
    weights = [table.weighting.weight_of({name: (code,) for name, code in row.items()}) for row in rows]
    assert weights == pytest.approx(list(map(float, (tmp_path / "weights.txt").read_text().split())), rel=1e-6)
    found = (tmp_path / "shares.txt").read_text().replace('"', "").split()
    theirs = {code: float(share) for code, share in zip(found[::2], found[1::2], strict=True)}
    ours = {line.category.code: line.cells[0] for line in table.blocks[0].lines}
    assert {code: cell.weight / cell.weighted_base for code, cell in ours.items()} == pytest.approx(theirs, rel=1e-6)


def write_csv(path: Path, rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


LARGE = "That is a large design effect: weighting loses "
THIRDS: People = [(100, {"country": code, "police_met": "yes"}) for code in ("se", "no", "other")]


@pytest.mark.parametrize(
    ("large", "lost", "advice"),
    [
        # Weights 3 * share: Kish's design effect is 3 times the sum of the squared shares.
        ("80, no: 10, other: 10}}", None, ""),
        ("81, no: 10, other: 9}}", 51, "hardly depend on, trim, or show"),
        ("90, no: 5, other: 5}}", 59, "hardly depend on, trim, or show"),
        ("90, no: 5, other: 5}}\ntrim: 0.1 to 2.8", 59, "hardly depend on, trim closer, or show"),
        ("90, no: 5, other: 5}}\ntrim: 0.1 to 2.6", 59, "hardly depend on, or show"),
    ],
)
def test_design_effect_from_two_on_is_told_with_what_to_do(
    tmp_path: Path, large: str, lost: int | None, advice: str
) -> None:
    table = tabulated(tmp_path, THIRDS, f"shares: {{country: {{se: {large}")
    said = [line for line in before(table) if line.startswith(LARGE)]
    assert table.weighting
    assert bool(said) == (table.weighting.effective.design_effect >= 2) == (lost is not None)
    assert all(f"{LARGE}{lost} % of what the records tell (Kish 1992" in line and advice in line for line in said)


@pytest.mark.parametrize(("people", "said"), [(29, ["Effective n below 30: NO. "]), (30, [])])
def test_columns_of_few_people_once_they_are_weighted_are_named(tmp_path: Path, people: int, said: list[str]) -> None:
    some: People = [(people, {"country": "no", "police_met": "yes"}), (300, {"country": "se", "police_met": "no"})]
    margins = "shares: {country: {se + other: 10, no: 90}}" if said else "shares: {country: {se + other: 80, no: 20}}"
    table = tabulated(tmp_path, some, margins, columns="country")
    found = [line for line in after(table) if line.startswith("Effective n")]
    assert [line.partition("Chance")[0] for line in found] == said


def test_effective_numbers_are_told_of_weights_alone() -> None:
    records = handmade(COUNTRY, REGION, MET, people=[(6, {"police_met": "yes"})])
    assert not any(
        "ffective" in line for line in after(table_of(records, Wanted.read(records.codebook, "police_met", None, [])))
    )
