"""How the options of a question stand: as written or mixed, and what is set apart last."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.errors import Problem
from chalicelib.forms.own_fields import OwnFields
from chalicelib.forms.page import FormState
from chalicelib.questionnaire.definition import KINDS, Question
from tests.builders import a_definition, a_question, options
from tests.functional.shapes import Page
from tests.unit.forms.rendering import a_page, a_state

CODES = [f"o{number}" for number in range(12)]
#: Kinds whose author may ask for a random order.
MIXED = sorted(kind for kind, model in KINDS.items() if "order" in model.model_fields)
#: Kinds whose options may stand apart.
APART = sorted(kind for kind, model in KINDS.items() if "apart" in model.marks)


def with_token(token: str, **more: Any) -> FormState:
    return replace(a_state(**more), own=OwnFields(token))


def asked(kind: str, **changes: Any) -> Question:
    return a_definition(a_question(kind, **changes)).questionnaire.questions[0]


def codes(question: Question, token: str = "") -> list[str]:
    return [option.code for option in with_token(token).ordered(question)]


def shown(page: Page) -> list[str]:
    """The codes of the options in the order of the page, each once."""
    values = re.findall(r'(?:value=|id="q-)"?(\w+)"', page.html)
    return list(dict.fromkeys(value for value in values if value in CODES))


def test_three_kinds_can_be_mixed_and_five_have_options_that_stand_apart() -> None:
    assert MIXED == ["multiple_choice", "ranking", "single_choice"]
    assert APART == ["dropdown", "matrix", "multiple_choice", "single_choice"]


@pytest.mark.parametrize("kind", MIXED)
def test_a_fixed_order_is_as_written_whatever_the_token(kind: str) -> None:
    for question in (asked(kind, options=options(*CODES)), asked(kind, options=options(*CODES), order="fixed")):
        assert codes(question, "one") == codes(question, "another") == CODES


@pytest.mark.parametrize("kind", MIXED)
def test_a_random_order_differs_by_token_and_is_the_same_for_the_same(kind: str) -> None:
    question = asked(kind, options=options(*CODES), order="random")
    orders = [codes(question, f"token {number}") for number in range(10)]
    assert all(sorted(order) == sorted(CODES) for order in orders)
    assert len({*map(tuple, orders)}) == len(orders)
    assert orders == [codes(question, f"token {number}") for number in range(10)]


def test_every_option_comes_first_about_as_often() -> None:
    question = asked("single_choice", options=options("a", "b", "c"), order="random")
    first = [codes(question, f"token {number}")[0] for number in range(600)]
    assert all(150 < first.count(code) < 250 for code in "abc")


def test_two_questions_of_a_form_are_mixed_each_for_itself() -> None:
    one, other = (asked("ranking", id=name, options=options(*CODES), order="random") for name in ("one", "other"))
    assert codes(one, "a token") != codes(other, "a token")


def test_the_order_is_the_same_in_another_language_and_beside_problems_P12() -> None:
    question = asked("single_choice", options=options(*CODES), order="random")
    forms = [
        with_token("t", language="sv"),
        replace(a_state({"country": ["o3"]}, Problem("country", "required")), own=OwnFields("t")),
    ]
    assert [[option.code for option in form.ordered(question)] for form in forms] == [codes(question, "t")] * 2


@pytest.mark.parametrize("order", ["fixed", "random"])
@pytest.mark.parametrize(("kind", "mark"), [("single_choice", "apart"), ("multiple_choice", "exclusive")])
def test_what_is_set_apart_comes_last_in_the_order_of_the_file(kind: str, mark: str, order: str) -> None:
    marked = options(*CODES, **{mark: ["o7", "o2"]})
    question = asked(kind, options=marked, order=order)
    together = [code for code in CODES if code not in ("o2", "o7")]
    for token in ("one", "another"):
        assert codes(question, token)[-2:] == ["o2", "o7"]
        assert sorted(codes(question, token)[:-2]) == sorted(together)
    assert (codes(question, "one")[:-2] == together) is (order == "fixed")


@pytest.mark.parametrize("order", ["fixed", "random"])
def test_something_else_stands_behind_what_is_mixed_and_before_what_is_set_apart(order: str) -> None:
    question = asked("multiple_choice", options=options(*CODES, specify=["o2"], exclusive=["o1"]), order=order)
    for token in ("one", "another"):
        assert codes(question, token)[-2:] == (["o2", "o1"] if order == "random" else [CODES[-1], "o1"])


@pytest.mark.parametrize("kind", APART)
def test_the_page_shows_what_is_set_apart_last(kind: str) -> None:
    few = options(*CODES[:4], apart=["o1"])
    page = a_page(a_definition(a_question(kind, options=few, **({"rows": few[:1]} if kind == "matrix" else {}))))
    assert shown(page)[-1] == "o1"
    assert sorted(shown(page)) == CODES[:4]


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice"])
@pytest.mark.parametrize(("apart", "times"), [("", 0), ("d", 1), ("ab", 1), ("abcd", 0)])
def test_or_stands_once_before_what_is_set_apart_from_others(kind: str, apart: str, times: int) -> None:
    page = a_page(a_definition(a_question(kind, options=options(*"abcd", apart=[*apart]))))
    assert page.all("p").count({"class": "or"}) == times


@pytest.mark.parametrize("kind", MIXED)
@pytest.mark.parametrize("token", ["one", "another", "a third"])
def test_a_problem_leads_to_the_option_that_stands_first(kind: str, token: str) -> None:
    question = a_question(kind, options=options(*CODES[:5]), order="random")
    state = replace(a_state({}, Problem(question["id"], "required")), own=OwnFields(token))
    page = a_page(a_definition(question), state)
    (link,) = re.findall(r'<a href="#([^"]*)">', page.html)
    inputs = [tag["id"] for tag in page.all("input") if tag.get("name", "").startswith(question["id"])]
    assert link == inputs[0]
