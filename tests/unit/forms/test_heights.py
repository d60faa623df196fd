"""How tall a question stands: an estimate that more to read or to choose from never makes shorter."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.forms.heights import HEIGHTS, height_of
from chalicelib.questionnaire.definition import KINDS
from tests.builders import QUESTIONS, a_definition, a_question, options, text

LONG = text("words that are many " * 20)
#: Kind to changes that each leave more on the page than the builders' question has.
MORE: list[tuple[str, dict[str, Any]]] = [
    *((kind, {"label": LONG}) for kind in KINDS),
    *((kind, {"hint": LONG}) for kind in KINDS),
    *((kind, {"required_because": LONG}) for kind, model in KINDS.items() if model.asks != "nothing"),
    ("single_choice", {"options": options(*"abcd", specify=["d"])}),
    ("single_choice", {"options": options("se", "no", "other", specify=["other"], apart=["no"])}),
    ("single_choice", {"options": [*options("se", specify=["se"]), *({"code": c, "label": LONG} for c in "ab")]}),
    ("multiple_choice", {"options": options(*"abcde", exclusive=["e"])}),
    ("scale", {"most": 10}),
    ("matrix", {"rows": options(*"abc")}),
    ("matrix", {"options": options(*"abcde")}),
    ("ranking", {"options": options(*"abcd")}),
]


def height(kind: str, **changes: Any) -> int:
    return height_of(a_definition(a_question(kind, **changes)).questionnaire.questions[0])


@pytest.mark.parametrize(("kind", "changes"), MORE, ids=[f"{kind} {[*changes]}" for kind, changes in MORE])
def test_more_to_read_or_to_choose_from_is_taller(kind: str, changes: dict[str, Any]) -> None:
    assert height(kind, **changes) > height(kind)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "options" in QUESTIONS[kind]])
def test_more_options_are_never_shorter(kind: str) -> None:
    codes = [f"o{number}" for number in range(11)]
    heights = [height(kind, options=options(*codes[:number])) for number in range(2, len(codes) + 1)]
    assert heights == sorted(heights)


@pytest.mark.parametrize("kind", KINDS)
def test_a_longer_label_is_never_shorter(kind: str) -> None:
    heights = [height(kind, label=text("x" * length)) for length in range(1, 120, 7)]
    assert heights == sorted(heights)
    assert heights[0] < heights[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_height_that_its_label_does_not_use_up(kind: str) -> None:
    asks = KINDS[kind].asks != "nothing"
    question = a_definition(a_question(kind)).questionnaire.questions[0]
    assert (HEIGHTS[kind](question) >= 44) is asks, "what is pressed is 44 pixels tall"


def test_every_paragraph_begins_a_line() -> None:
    assert height("note", label=text("a\nb\nc")) > height("note", label=text("a b c"))


@pytest.mark.parametrize("longer", ["en", "sv"])
def test_the_language_counts_in_which_it_stands_tallest(longer: str) -> None:
    both = {"en": "Met?", "sv": "Mött?"} | {longer: LONG["en"]}
    assert height("yes_no", label=both) == height("yes_no", label=LONG)
