"""Conditions as operators write them let through whom they name, and mistyped ones are told what was meant."""

from __future__ import annotations

import pytest

from chalicelib.questionnaire.codebook import codebook_of
from operation.errors import OperatorError
from operation.records.conditions import Condition
from operation.records.patterns import Codes
from tests.builders import a_definition

CODEBOOK = codebook_of(a_definition().questionnaire)


@pytest.mark.parametrize(
    ("written", "codes", "holds"),
    [
        ("country=se", {"country": ("se",)}, True),
        ("country=se", {"country": ("no",)}, False),
        ("country=se", {}, False),
        (" country = se , no ", {"country": ("no",)}, True),
        ("country!=se", {"country": ("no",)}, True),
        ("country!=se", {"country": ("se",)}, False),
        # Who did not answer said nothing about it.
        ("country!=se", {}, False),
        ("country!=se,no", {"country": ("no",)}, False),
        ("country=answered", {"country": ("no",)}, True),
        ("country=answered", {}, False),
        ("country!=answered", {}, True),
        ("country=no_answer", {}, True),
        ("country=no_answer", {"country": ("no",)}, False),
        ("country!=no_answer", {"country": ("no",)}, True),
        ("country=se,no_answer", {}, True),
        ("country!=se,no_answer", {}, False),
        ("challenges=law", {"challenges": ("law", "stigma")}, True),
        ("challenges!=law", {"challenges": ("law", "stigma")}, False),
        ("challenges!=law", {"challenges": ("stigma",)}, True),
        ("harder.home=much", {"harder.home": ("much",)}, True),
        ("wants.rest=1", {"wants.rest": ("1",)}, True),
        ("clients=few", {"clients": ("few",)}, True),
        ("police_met=no", {"police_met": ("no",)}, True),
        ("wish=answered", {"wish": ("answered",)}, True),
        ("wish!=answered", {"wish": ("answered",)}, False),
        ("wish!=answered", {}, True),
    ],
)
def test_condition_lets_through_whom_it_names(written: str, codes: Codes, holds: bool) -> None:
    assert Condition.read(written, CODEBOOK).holds(codes) is holds


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("country", "no condition"),
        ("country=", "no condition"),
        ("=se", "no condition"),
        ("country>=se", "no condition"),
        ("contry=se", "There is no question “contry”. Did you mean “country”?"),
        ("xyz=se", "There is no question “xyz”. See codebook.csv"),
        ("country=othr", "“country” has no code “othr”. Did you mean “other”?"),
        ("country=SE", "Did you mean “se”?"),
        ("country=xyz", "There are: se, no, other, answered, no_answer."),
        ("harder=much", "“harder” has several parts. Name one of: harder.home, harder.work."),
        ("clients=34", "There are: few, some, many"),
        ("country=se,answered", "stands alone"),
    ],
)
def test_what_is_mistyped_is_told(written: str, said: str) -> None:
    with pytest.raises(OperatorError) as caught:
        Condition.read(written, CODEBOOK)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("country=no,se", "country is se or no"),
        ("country!=se", "country answered, and not se"),
        ("country!=answered", "country is not answered"),
        ("country=se,no_answer", "country is se or no_answer"),
    ],
)
def test_condition_is_told_in_words(written: str, words: str) -> None:
    assert str(Condition.read(written, CODEBOOK)) == words
