"""Conditions in XPath: what is read, and that nothing else comes out of whatever is written but a refusal."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from chalicelib.questionnaire.conditions import Condition
from operation.xlsform.constraint import limits, without_anchors
from operation.xlsform.relevant import Target, condition
from operation.xlsform.told import CannotSay, Json

YN = {"yes": "yes", "no": "no"}
TARGETS = {
    "m": Target("m", "single_choice", YN),
    "some": Target("some", "multiple_choice", {"A b": "a_b", "c": "c"}),
    "n": Target("n", "number"),
    "d": Target("d", "date"),
    "w": Target("w", "short_text"),
    "r": Target("r", "ranking", {"a": "a"}),
    "ok": Target("ok", "consent"),
    "lik": Target("lik", "single_choice", {"1": "1", "2.0": "2_0", "99": "99", "none": "none"}),
}
ANSWERS = [f"${{{name}}}" for name in TARGETS]
SIGNS = ["=", "!=", "<", ">=", " and ", " or ", "not(", "(", ")", ",", ".", "'"]
VALUES = ["'yes'", "3", "-1", "9" * 400, "'2026-01-01'"]
CALLS = ["selected(", "count-selected(", "date(", "regex(", "string-length("]
PIECES = st.sampled_from([*ANSWERS, *SIGNS, *VALUES, *CALLS])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("${m} = 'yes'", {"question": "m", "equals": "yes"}),
        ("'yes' = ${m}", {"question": "m", "equals": "yes"}),
        ("${m} != 'yes'", {"not": {"question": "m", "equals": "yes"}}),
        ("selected(${some}, 'A b')", {"question": "some", "includes": "a_b"}),
        ("count-selected(${some}) > 1", {"question": "some", "chosen_at_least": 2}),
        ("count-selected(${some}) < 1", {"question": "some", "chosen_at_most": 0}),
        ("${n} > 2.5", {"question": "n", "at_least": 3}),
        ("5 > ${n}", {"question": "n", "at_most": 4}),
        ("${n} < 2.5", {"question": "n", "at_most": 2}),
        ("${d} > date('2026-02-28')", {"question": "d", "at_least": "2026-03-01"}),
        ("${w} != ''", {"question": "w", "answered": True}),
        ("${w} = ''", {"not": {"question": "w", "answered": True}}),
        ("string-length(${w}) > 0", {"question": "w", "answered": True}),
        ("selected-at(${r}, 0) = 'a'", {"question": "r.a", "equals": 1}),
        ("${ok} = 'OK'", {"question": "ok", "answered": True}),
        # As word processors write it.
        ("${m} = ‘yes’", {"question": "m", "equals": "yes"}),
        ("selected(${some}, “A b”)", {"question": "some", "includes": "a_b"}),
        ("${lik} > 2", {"question": "lik", "equals": "99"}),
        ("2 >= ${lik}", {"any": [{"question": "lik", "equals": "1"}, {"question": "lik", "equals": "2_0"}]}),
        (
            "${m} = 'yes' or ${n} >= 1 and ${n} <= 3",
            {
                "any": [
                    {"question": "m", "equals": "yes"},
                    {"all": [{"question": "n", "at_least": 1}, {"question": "n", "at_most": 3}]},
                ]
            },
        ),
    ],
)
def test_what_is_written_in_xpath_is_meant_so(written: str, meant: Json) -> None:
    assert condition(written, TARGETS) == meant


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (
            "${m} = 'yes' AND ${n} > 1",
            "relevant: “AND” is not understood at its place in this condition. Write and, or, in small letters.",
        ),
        ("${m} == 'yes'", "“=” is not understood in conditions here. Write = once."),
        ("${m} = 'yes' && ${n} <> 1", "Write != for “is not”. Write and, or, in small letters."),
        ("${m} = yes", "A value stands in quotes: 'yes'."),
        ("${lik} > 99", "no choice of lik is “>” that number"),
        ("${m} > 1", "no choice of m is"),
    ],
)
def test_why_a_condition_is_refused_is_said_so_that_it_can_be_mended(written: str, why: str) -> None:
    with pytest.raises(CannotSay, match=re.escape(why)):
        condition(written, TARGETS)


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40))
def test_whatever_is_written_is_a_condition_or_is_refused(written: str) -> None:
    with suppress(CannotSay):
        TypeAdapter(Condition).validate_python(condition(written, TARGETS))


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40))
def test_whatever_is_written_is_limits_or_is_refused(written: str) -> None:
    with suppress(CannotSay):
        limits(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("^(a|b)$", "a|b"), ("^[0-9]{3}$", "[0-9]{3}"), ("^(a)(b)$", "(a)(b)"), ("(a)|(b)", "(a)|(b)"), (r"a\$", r"a\$")],
)
def test_anchors_are_taken_off_a_pattern_and_nothing_else(written: str, meant: str) -> None:
    assert without_anchors(written) == meant
