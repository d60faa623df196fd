"""Definitions of small families: every kind of question, asked of everybody or of some who answered another so."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, TypeVar

from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.tabulation.tally import TableSpec, tables_of
from tests.builders import a_definition, a_question, options, text

Questions = tuple[dict[str, Any], ...]
Part = TypeVar("Part")

NEEDED = {"required_because": text("We have to know.")}
#: Of so many families one is looked at: 1 for the whole enumeration, 0 for what a usual run takes.
ONE_IN = int(os.environ.get("PARAPLY_FAMILIES", "0"))


def part_of(everything: Sequence[Part], usual: int, piece: int = 0, pieces: int = 1) -> list[Part]:
    """About one in ``usual`` of them, or in as many as PARAPLY_FAMILIES says, of one of several pieces."""
    return list(everything[piece :: pieces * (ONE_IN or usual)])


def a_choice(number: int, least: int, most: int, **changes: Any) -> dict[str, Any]:
    """A choice of ``least`` to ``most`` of so many options."""
    listed = options(*(f"o{place}" for place in range(number)))
    return a_question("multiple_choice", options=listed, least=least, most=most, **changes)


def one_of(number: int, **changes: Any) -> dict[str, Any]:
    """A choice of one answer out of so many."""
    return a_question("single_choice", options=options(*(f"o{place}" for place in range(number))), **changes)


def forms(most: int) -> list[dict[str, Any]]:
    """Every kind of question with up to so many answers or options, each optional and compulsory."""
    of_one = [one_of(number) for number in range(2, most + 1)]
    of_some = [
        a_choice(number, least, limit)
        for number in range(2, most + 1)
        for least in range(1, number + 1)
        for limit in range(least, number + 1)
    ]
    return [{**form, **needed} for form in (*of_one, *of_some) for needed in ({}, NEEDED)]


def conditions(form: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """On its first answer or option, on two answers, on two others, on any, and on another than the first."""
    if form["kind"] == "multiple_choice":
        first = {"question": name, "includes": "o0"}
        return [first, {"question": name, "answered": True}, {"not": first}]
    first = {"question": name, "equals": "o0"}
    two = {"any": [first, {"question": name, "equals": "o1"}]}
    if len(form["options"]) == 2:
        return [first, two, {"not": first}]
    others = {"any": [{"question": name, "equals": "o1"}, {"question": name, "equals": "o2"}]}
    return [first, two, others, {"question": name, "answered": True}, {"not": first}]


def families(of_levels: Sequence[Sequence[dict[str, Any]]]) -> Iterator[Questions]:
    """A question of each level, on every condition on the one before."""
    for chain in product(*of_levels):
        of_links = [conditions(form, f"q{place}") for place, form in enumerate(chain[:-1])]
        for shown in product(*of_links):
            extra: list[dict[str, Any]] = [{}, *({"show_if": each} for each in shown)]
            yield tuple({**form, "id": f"q{place}", **extra[place]} for place, form in enumerate(chain))


def siblings(above: Sequence[dict[str, Any]], below: Sequence[dict[str, Any]]) -> Iterator[Questions]:
    """A question and two that depend on it, each on a condition of its own."""
    for form in above:
        for conditions_ in product(conditions(form, "q0"), repeat=2):
            for pair in product(below, repeat=2):
                asked = zip(pair, conditions_, strict=True)
                under = ({**each, "id": f"q{place}", "show_if": shown} for place, (each, shown) in enumerate(asked, 1))
                yield ({**form, "id": "q0"}, *under)


def named(questions: Questions) -> str:
    """A family in words, for whoever looks at a failure."""
    return "; ".join(_named(question) for question in questions)


def _named(question: dict[str, Any]) -> str:
    limits = f" {question['least']}-{question['most']}" if question["kind"] == "multiple_choice" else ""
    needed = " needed" if "required_because" in question else ""
    return f"{question['kind']} of {len(question.get('options', 'yn'))}{limits}{needed} {question.get('show_if', '')}"


def specs_of(questions: Questions, crosstabs: Crosstabs | None = None) -> list[TableSpec]:
    """Their tables."""
    return tables_of(codebook_of(a_definition(*questions, crosstabs=crosstabs).questionnaire), crosstabs)
