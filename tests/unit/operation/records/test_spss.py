"""Labels in SPSS's few bytes still tell answers, and columns, apart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyreadstat
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.services import Version
from operation.records.export import export_records
from operation.records.spss import LONGEST_LABEL, LONGEST_VALUE_LABEL, cut, label, unlike_values
from tests.builders import ANSWERS, a_definition, a_question, options, text
from tests.unit.operation.records.test_export import a_record

ALIKE = "ö" * 70


@given(
    st.dictionaries(
        st.integers(-9, 9), st.text(st.characters(codec="utf-8"), max_size=70).map(lambda end: f"{ALIKE}{end}")
    )
)
@example({1: "Other", 2: "Other", -9: "Other"})
@example({1: "a b", 2: "a  b"})
@example({1: "x" * 130, 2: "x" * 131, 3: "y"})
def test_value_labels_that_would_be_alike_have_their_codes_and_none_is_too_long(labels: Mapping[int, str]) -> None:
    codes = {number: f"{'c' * 38}_{number}" for number in labels if number >= 0}
    found = unlike_values(labels, codes)
    assert found.keys() == labels.keys()
    assert len({found[number] for number in codes}) == len(codes)
    assert all(len(each.encode()) <= LONGEST_VALUE_LABEL for each in found.values())
    short = [cut(each, LONGEST_VALUE_LABEL) for each in labels.values()]
    for number, each in labels.items():
        whole = cut(each, LONGEST_VALUE_LABEL)
        assert (found[number] == whole) == (number not in codes or short.count(whole) == 1)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="…"), max_size=300), min_size=1, max_size=3))
@example(["ö" * 400, "last"])
@example(["short", "ö" * 120])
@example(["ö" * 400, "ö" * 400])
@example([""])
def test_what_a_column_tells_of_its_question_stays_however_long_the_question_is(parts: list[str]) -> None:
    parts = [" ".join(part.split()) for part in parts]
    found, whole = label(parts), ": ".join(parts)
    assert len(found.encode()) <= LONGEST_LABEL
    if all(parts) and len(whole.encode()) <= LONGEST_LABEL:
        assert found == whole
    own = "".join(f": {part}" for part in parts[1:])
    if all(parts) and len(own.encode()) <= LONGEST_LABEL // 2:
        assert found.endswith(own)


def test_no_column_and_no_answer_is_lost_where_labels_begin_alike(tmp_path: Path) -> None:
    """Read by labels, as R's haven and pandas do, every answer is one of its own."""
    alike = [{"code": code, "label": text(f"{ALIKE} {code}")} for code in ("law", "work", "home")]
    several = a_question("multiple_choice", label=text("ö" * 300), options=options("law", "work", "home"))
    questionnaire = a_definition(a_question("single_choice", options=alike), several).questionnaire
    some = [a_record(questionnaire, {"country": code}) for code in ("law", "work", "home")]
    export_records("a-survey", some, {1: Version(1, questionnaire)}, tmp_path / "out")
    read, told = pyreadstat.read_sav(tmp_path / "out" / "records.sav", apply_value_formats=True)
    assert list(read["country"]) == [f"{'ö' * n}… ({code})" for n, code in ((55, "law"), (55, "work"), (55, "home"))]
    columns = [told.column_names_to_labels[f"challenges.{code}"] or "" for code in ("law", "work", "home")]
    assert columns == [f"{'ö' * n}…: {option}" for n, option in ((124, "LAW"), (123, "WORK"), (123, "HOME"))]


@pytest.mark.parametrize("records", [0, 1])
def test_variables_are_of_one_type_however_many_records_there_are(tmp_path: Path, records: int) -> None:
    questionnaire = a_definition().questionnaire
    some = [a_record(questionnaire, ANSWERS)] * records
    export_records("a-survey", some, {1: Version(1, questionnaire)}, tmp_path / "out")
    _, told = pyreadstat.read_sav(tmp_path / "out" / "records.sav")
    strings = [name for name, kind in told.readstat_variable_types.items() if kind == "string"]
    assert strings == ["record"]
