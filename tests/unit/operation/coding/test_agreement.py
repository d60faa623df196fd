"""Krippendorff's alpha: published examples, a second implementation, and what two workbooks say."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from operation.coding.agreement import Agreement, alpha, compare, masi, nominal
from operation.coding.filled_in import read_workbook
from operation.coding.settling import write_settling
from operation.coding.texts import coding_of
from operation.errors import OperatorError
from tests.unit.operation.coding.coders import MARKED, Sheets, SomeRecords, a_workbook, filled

THEMES = ("work", "home", "law", "money")
SETS = st.frozensets(st.sampled_from(THEMES))


def test_example_of_two_coders_and_two_values() -> None:
    """K. Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section A."""
    pairs = list(zip("0100000010", "1110010000", strict=True))
    assert alpha(pairs, nominal) == pytest.approx(0.095, abs=0.0005)


def test_example_of_two_coders_and_more_values() -> None:
    """The same, section B."""
    pairs = list(zip("aabbdcccedda", "babbbccceddd", strict=True))
    assert alpha(pairs, nominal) == pytest.approx(0.692, abs=0.0005)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("a", "a", Fraction(0)),
        ("", "", Fraction(0)),
        ("", "a", Fraction(1)),
        ("a", "b", Fraction(1)),
        ("a", "ab", 1 - Fraction(1, 2) * Fraction(2, 3)),
        ("ab", "bc", 1 - Fraction(1, 3) * Fraction(1, 3)),
        ("ab", "abc", 1 - Fraction(2, 3) * Fraction(2, 3)),
    ],
)
def test_distance_of_sets(one: str, other: str, distance: Fraction) -> None:
    """R. Passonneau (2006), section 3: Jaccard's share, weighted by how one set lies to the other."""
    assert masi(frozenset(one), frozenset(other)) == masi(frozenset(other), frozenset(one)) == distance


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=30))
def test_alpha_is_that_of_another_implementation(pairs: list[tuple[int, int]]) -> None:
    found = alpha(pairs, nominal)
    if len({value for pair in pairs for value in pair}) == 1:
        assert found is None
    else:
        data = np.array(pairs, dtype=float).T
        assert found == pytest.approx(krippendorff.alpha(data, level_of_measurement="nominal"))


@given(st.lists(st.tuples(SETS, SETS), min_size=2, max_size=30))
def test_alpha_over_sets_is_that_of_another_implementation(pairs: list[tuple[frozenset[str], frozenset[str]]]) -> None:
    values = list(dict.fromkeys(value for pair in pairs for value in pair))
    found = alpha(pairs, masi)
    if len(values) == 1:
        assert found is None
        return
    distances = np.array([[float(masi(one, other)) for other in values] for one in values])
    data = [[values.index(one) for one, _ in pairs], [values.index(other) for _, other in pairs]]

    def looked_up(one: Any, other: Any, **_: object) -> Any:
        return distances[one.astype(int), other.astype(int)]

    expected = krippendorff.alpha(data, level_of_measurement=cast("Any", looked_up), value_domain=range(len(values)))
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "meaning"),
    [(0.8, "reliable"), (0.799, "for tentative conclusions only"), (0.667, "for tentative"), (0.66, "not reliable")],
)
def test_what_a_value_means_is_what_krippendorff_advises(value: float, meaning: str) -> None:
    assert Agreement(10, value).meaning.startswith(meaning)


def test_where_all_got_the_same_alpha_is_undefined() -> None:
    assert alpha([("a", "a"), ("a", "a")], nominal) is None
    assert Agreement(2, None).meaning.startswith("undefined")


def two_workbooks(folder: Path, **second: tuple[str, ...]) -> tuple[Path, Path]:
    """Of two coders, the second of whom marked some records otherwise."""
    marks = {**MARKED, **{f"00000{name[-1]}": codes for name, codes in second.items()}}
    return filled(a_workbook(folder)), filled(a_workbook(folder, "second.xlsx"), marks)


def test_two_workbooks_are_compared_by_theme_and_overall(tmp_path: Path) -> None:
    first, second = two_workbooks(tmp_path, r3=("money",), r7=("time",))
    compared = compare(read_workbook(first), read_workbook(second))
    assert compared.by_theme["money"] == Agreement(5, 1.0, (1, 1))
    assert compared.by_theme["time"].given == (4, 4)
    assert compared.by_theme["time"].alpha == pytest.approx(1 - (2 / 5) * 10 * 9 / (2 * 8 * 2))
    assert len(compared.disagreements) == 2
    assert compared.overall.texts == 5


def test_texts_that_one_has_not_marked_are_left_out(tmp_path: Path) -> None:
    first, second = two_workbooks(tmp_path, r5=())
    assert compare(read_workbook(first), read_workbook(second)).overall == Agreement(4, 1.0)


def test_what_is_settled_is_read_as_coded_by_two(tmp_path: Path) -> None:
    first, second = two_workbooks(tmp_path, r3=("money",))
    compared = compare(read_workbook(first), read_workbook(second))
    assert write_settling(compared, tmp_path / "settle.xlsx") == 1
    sheets = Sheets(tmp_path / "settle.xlsx")
    assert sheets.cell("note", 2).value == "first coder: time, money\nsecond coder: money"
    assert sheets.cell("theme 1", 2).value is None
    sheets.mark(2, "money")
    coding = coding_of(read_workbook(sheets.save()), SomeRecords(), tmp_path)
    assert coding.records["000003"] == ("money",)
    assert coding.coders == 2
    assert coding.alpha == pytest.approx(compared.overall.alpha, abs=0.0005)


def test_workbooks_of_other_themes_or_texts_are_refused(tmp_path: Path) -> None:
    first, second = two_workbooks(tmp_path)
    sheets = Sheets(second)
    sheets.themes.cell(5, 1).value, sheets.themes.cell(5, 2).value = "law", "Law"
    with pytest.raises(OperatorError, match="Only one has: law"):
        compare(read_workbook(first), read_workbook(sheets.save()))
    (tmp_path / "other").mkdir()
    other = filled(a_workbook(tmp_path / "other"))
    with pytest.raises(OperatorError, match="not the same texts"):
        compare(read_workbook(first), read_workbook(other))
