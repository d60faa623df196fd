"""Files of margins: what is wrong is told at once, by line, and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.questionnaire.codebook import codebook_of
from operation.authoring.loader import parse_definition
from operation.errors import DefinitionError
from operation.records.margins import Margins, read_margins
from operation.records.raking import Bounds
from tests.builders import a_definition
from tests.library import usable
from tests.served import ROOT

CODEBOOK = codebook_of(a_definition().questionnaire)
GOOD = """\
source: Statistics Sweden, 2025
trim: 0.2 to 5
shares:
  country: {se: 50, no + other: 50}
  clients:
    few: 33.3
    some: 66.7
    many: sample
counts:
  mood: {1 + 2: 1500, 3: 500, 4: 400, 5: 100}
  police_met: {yes: 3, no: 1}
"""


def read(tmp_path: Path, content: str) -> Margins:
    path = tmp_path / "margins.yaml"
    path.write_text(content, "utf-8")
    return read_margins(path, CODEBOOK)


def test_shares_and_counts_are_parts_of_those_who_are_in_a_category(tmp_path: Path) -> None:
    margins = read(tmp_path, GOOD)
    assert (margins.source, margins.bounds) == ("Statistics Sweden, 2025", Bounds(0.2, 5.0))
    found = {
        margin.variable.id: {category.name: round(category.share, 3) for category in margin.categories}
        for margin in margins.margins
    }
    assert found == {
        "country": {"se": 0.5, "no + other": 0.5},
        "clients": {"few": 0.333, "some": 0.667},
        "mood": {"1 + 2": 0.6, "3": 0.2, "4": 0.16, "5": 0.04},
        # YAML itself would read "no" as false, and Norway with it.
        "police_met": {"yes": 0.75, "no": 0.25},
    }
    assert [category.codes for category in margins.margins[0].categories] == [{"se"}, {"no", "other"}]


def test_margins_that_the_operators_guide_shows_fit_the_survey_that_it_makes(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "operators.md").read_text("utf-8")
    (shown,) = re.findall(r"```yaml\n(source:.*?)```", page, re.DOTALL)
    path = tmp_path / "margins.yaml"
    path.write_text(shown, "utf-8")
    starter, _ = parse_definition(usable("starter").encode())
    (margin,) = read_margins(path, codebook_of(starter.questionnaire)).margins
    assert [category.name for category in margin.categories] == ["se", "no + another"]


def test_shares_that_were_rounded_are_brought_to_100(tmp_path: Path) -> None:
    margins = read(tmp_path, "source: s\nshares: {country: {se: 33.3, no: 33.3, other: 33.3}}")
    assert [category.share for category in margins.margins[0].categories] == [pytest.approx(1 / 3)] * 3


SE = "  country: {se: 50, no: 30, other: 20}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "This is no file of margins."),
        ("- 1", "This is no file of margins."),
        ("source: s", "There are no margins."),
        (f"shares:\n{SE}", "source: Say where the numbers are from"),
        (f"source:\nshares:\n{SE}", "margins.yaml:1: source: Say where"),
        (f"source: s\nsharse:\n{SE}", "margins.yaml:2: sharse: No file of margins has this. Did you mean “shares”?"),
        (f"source: s\ntrim: 5\nshares:\n{SE}", "margins.yaml:2: trim: Give the least and the greatest weight"),
        (f"source: s\ntrim: 2 to 5\nshares:\n{SE}", "trim: Give"),
        (f"source: s\ntrim: 0 to 5\nshares:\n{SE}", "trim: Give"),
        ("source: s\nshares:", "There are no margins."),
        ("source: s\nshares: 5", "shares: List questions here"),
        ("source: s\nshares: {}", "shares: List questions here"),
        ("source: s\nshares:\n  country: 5", "margins.yaml:3: shares.country: List the codes of “country”"),
        ("source: s\nshares:\n  contry: {se: 100}", "There is no question “contry”. Did you mean “country”?"),
        ("source: s\nshares:\n  harder: {not: 100}", "“harder” has several parts. Name one of"),
        ("source: s\nshares:\n  challenges: {law: 50, police: 50}", "shares.challenges: People give several answers"),
        ("source: s\nshares:\n  wish: {answered: 100}", "shares.wish: This has nothing to tell people apart by."),
        ("source: s\nshares:\n  country: {se: 50, no: 30, other: 19}", "add up to 99, not to 100"),
        (
            "source: s\nshares:\n  country: {se: 50, no: 50}",
            "other: left out. Give each a number, join it to another (as “se + other”)",
        ),
        ("source: s\nshares:\n  country: {no: 50, other: 50}", "(as “no + se”), or write “se: sample” where"),
        ("source: s\nshares:\n  country: {se: 50, nor: 30, other: 20}", "has no code “nor”. Did you mean “no”?"),
        ("source: s\nshares:\n  country: {se: 50, no: 30, other + no: 20}", "“no” stands in two categories."),
        ("source: s\nshares:\n  country: {se: 100, no: sample, other: sample}", "two categories at least"),
        ("source: s\nshares:\n  country: {se: '50 %', no: 30, other: 20}", "country.se: Give a share in per cent"),
        ("source: s\nshares:\n  country: {se: -50, no: 30, other: 20}", "Give a share"),
        ("source: s\nshares:\n  country: {se: 0, no: 80, other: 20}", "Give a share in per cent, as 33.3, above 0."),
        ("source: s\nshares:\n  country: {se: true, no: 80, other: 20}", "Give a share"),
        ("source: s\nshares:\n  country: {se: [50], no: 80, other: 20}", "Give a share"),
        (
            "source: s\nshares:\n  country: {se: 33,3, no: 46,7, other: 20}",
            ".country.3: There is no number here. Write decimals",
        ),
        ("source: s\nshares:\n  mood: {1: 33,3, 2: 16.7, 3: 10, 4: 20, 5: 20}", "margins.yaml:3: shares.mood.3:"),
        (
            "source: s\nshares:\n  country:\n    se: 33,3",
            "margins.yaml:4: shares.country.se: Write decimals with a point",
        ),
        ("source: s\nshares:\n  country:\n    se: 33,3 %", "shares.country.se: Write decimals with a point"),
        ("source: s\ncounts:\n  country:\n    se: 10,000,000", "thousands without a comma, as 5400000"),
        ("source: s\ncounts:\n  country: {se: 50.5, no: 80, other: 20}", "Give a whole number of people"),
        (f"source: s\nshares:\n{SE}\ncounts:\n{SE}", "margins.yaml:5: counts.country: This question stands twice."),
        (f"source: s\nshares:\n{SE}\n{SE}", "margins.yaml:4: shares.country: This key stands here twice."),
        ("source: s\nshares:\n\tcountry: 1", "margins.yaml:3: This is not valid YAML"),
        ("source: s\nshares: {country: &a {se: 1}, mood: *a}", "A text cannot begin with *, an alias of YAML."),
    ],
)
def test_each_mistake_is_named_with_its_line(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        read(tmp_path, content)
    lines = str(caught.value).splitlines()
    assert any(said in line for line in lines), lines
    assert all(line.startswith(str(tmp_path)) for line in lines)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        read(tmp_path, "trim: no\nshares:\n  contry: {se: 1}\n  country: {se: 50, on: 50}\n  clients: {few: x}")
    assert [problem.line for problem in caught.value.problems] == [1, 1, 3, 4, 4, 5, 5, 5]


def test_decimals_with_a_comma_in_braces_are_told_as_that_alone(tmp_path: Path) -> None:
    """And not as codes that nobody wrote, and shares that do not add up."""
    with pytest.raises(DefinitionError) as caught:
        read(tmp_path, "source: s\nshares: {country: {se: 33,3, no: 46,7, other: 20}}")
    assert {problem.message for problem in caught.value.problems} == {
        "There is no number here. Write decimals with a point, as 33.3, and thousands without a comma, as 5400000."
    }
