"""A mistyped name brings the one that was meant; one that is like nothing brings no guess."""

from __future__ import annotations

import pytest

from chalicelib.questionnaire.definition import KINDS
from operation.authoring.suggestions import did_you_mean, meant

IDS = ("country", "police_met", "needs", "harder.home")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("contry", "country"),
        ("Country", "country"),
        ("COUNTRY", "country"),
        ("policemet", "police_met"),
        ("need", "needs"),
        ("harder_home", "harder.home"),
        ("zebra", None),
        ("", None),
        ("needs" * 30, None),
    ],
)
def test_what_was_meant_is_the_name_that_is_most_like_it(name: str, found: str | None) -> None:
    assert meant(name, IDS) == found


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_with_a_letter_too_few_is_recognised(kind: str) -> None:
    assert meant(kind[:-1], KINDS) == kind
    assert meant(kind[0] + kind[2:], KINDS) == kind


def test_a_guess_is_a_question() -> None:
    assert did_you_mean("contry", IDS) == " Did you mean “country”?"
    assert did_you_mean("zebra", IDS) == ""
