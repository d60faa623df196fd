"""Whom a conditional question is asked of, as cells of a table: told where they tell it exactly, else not at all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.questionnaire.codebook import Codebook, Variable, codebook_of
from chalicelib.questionnaire.definition import KINDS, Questionnaire
from chalicelib.questionnaire.routing import applies, conditions_of
from chalicelib.responses.answers import Answers
from chalicelib.responses.packing import Layout
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import tables_of, tally_of
from chalicelib.tabulation.universe import MAXIMUM_NAMED, UNTOLD, Universe, universes_of
from tests.builders import QUESTIONS, a_definition, a_question, options

CHILD: dict[str, Any] = {"kind": "yes_no", "id": "child", "label": {"en": "And?"}}
Tree = dict[str, Any]


def asked_if(show_if: Tree, *parents: dict[str, Any]) -> Universe:
    return universes_of(codebook_of(a_definition(*parents, CHILD | {"show_if": show_if}).questionnaire))["child"]


def told(table: str, codes: tuple[str, ...]) -> Universe:
    return Universe(TableId.read(table), codes)


def on(question: str, **comparison: Any) -> Tree:
    return {"question": question, **comparison}


def any_of(*trees: Tree) -> Tree:
    return {"any": list(trees)}


def no(tree: Tree) -> Tree:
    return {"not": tree}


BY_KIND = [
    ("single_choice", on("country", equals="se"), told("country", ("se",))),
    (
        "single_choice",
        any_of(on("country", equals="no"), on("country", equals="se")),
        told("country", ("se", "no")),
    ),
    ("single_choice", no(on("country", equals="se")), told("country", ("no", "other", "no_answer"))),
    ("single_choice", on("country", answered=True), told("country", ("se", "no", "other"))),
    ("hidden", no(on("source", answered=True)), told("source", ("no_answer",))),
    ("yes_no", on("police_met", equals="yes"), told("police_met", ("yes",))),
    ("scale", on("mood", at_least=4), told("mood", ("4", "5"))),
    ("scale", {"all": [on("mood", at_least=2), on("mood", at_most=3)]}, told("mood", ("2", "3"))),
    ("number", on("clients", at_least=10), told("clients", ("some", "many"))),
    ("number", on("clients", at_most=9), told("clients", ("few",))),
    ("number", on("clients", at_least=50), UNTOLD),
    ("number", on("clients", equals=10), UNTOLD),
    ("number", on("clients", answered=True), told("clients", ("few", "some", "many"))),
    ("date", on("moved", at_least="2024-01-01"), told("moved", ("since",))),
    ("date", on("moved", at_most="2024-01-01"), UNTOLD),
    ("matrix", on("harder.home", equals="much"), told("harder.home", ("much",))),
    ("matrix", on("harder.home", answered=True), told("harder.home", ("not", "some", "much"))),
    ("matrix", on("harder", answered=True), UNTOLD),
    ("matrix", any_of(on("harder.home", equals="much"), on("harder.work", equals="much")), UNTOLD),
    ("ranking", on("wants.home", equals=1), told("wants.home", ("1",))),
    ("ranking", on("wants.home", at_most=2), told("wants.home", ("1", "2"))),
    ("ranking", no(on("wants.home", equals=1)), told("wants.home", ("2", "no_answer"))),
    ("ranking", on("wants", answered=True), UNTOLD),
    ("short_text", on("word", answered=True), told("word", ("answered",))),
    ("long_text", no(on("wish", answered=True)), told("wish", ("no_answer",))),
    ("consent", on("agreed", answered=True), UNTOLD),
    ("multiple_choice", on("challenges", includes="law"), told("challenges.law", ("chosen",))),
    ("multiple_choice", no(on("challenges", includes="law")), told("challenges.law", ("not_chosen",))),
    ("multiple_choice", on("challenges", includes="none"), told("challenges", ("none",))),
    ("multiple_choice", no(on("challenges", includes="none")), told("challenges", ("chosen", "no_answer"))),
    ("multiple_choice", on("challenges", answered=True), told("challenges", ("chosen", "none"))),
    ("multiple_choice", on("challenges", chosen_at_least=1), told("challenges", ("chosen", "none"))),
    ("multiple_choice", on("challenges", chosen_at_most=0), told("challenges", ("no_answer",))),
    ("multiple_choice", on("challenges", chosen_at_least=2), UNTOLD),
    ("multiple_choice", any_of(on("challenges", includes="law"), on("challenges", includes="stigma")), UNTOLD),
]


@pytest.mark.parametrize(("kind", "show_if", "expected"), BY_KIND)
def test_cells_of_those_asked_by_kind_of_the_question_before(kind: str, show_if: Tree, expected: Universe) -> None:
    assert asked_if(show_if, a_question(kind)) == expected


def test_condition_on_two_questions_is_not_told() -> None:
    both = {"all": [on("police_met", equals="yes"), on("country", equals="se")]}
    assert asked_if(both, a_question("yes_no"), a_question("single_choice")) == UNTOLD


def test_section_and_question_are_told_together_where_they_speak_of_one_question() -> None:
    section = a_question("section", show_if=on("mood", at_least=3))
    assert asked_if(on("mood", at_most=4), a_question("scale"), section) == told("mood", ("3", "4"))
    parents = a_question("scale"), a_question("yes_no"), section
    assert asked_if(on("police_met", equals="yes"), *parents) == UNTOLD


def test_questions_that_everybody_is_asked_are_not_named() -> None:
    questionnaire = a_definition(a_question("yes_no"), CHILD).questionnaire
    assert universes_of(codebook_of(questionnaire)) == {}


def test_condition_that_names_very_many_options_is_not_tried() -> None:
    codes = [f"o{number}" for number in range(MAXIMUM_NAMED + 1)]
    parent = a_question("multiple_choice", options=options(*codes), most=None)
    every = any_of(*(on("challenges", includes=code) for code in codes))
    assert asked_if(every, parent) == UNTOLD


def leaves(parent: dict[str, Any]) -> st.SearchStrategy[Tree]:
    """Comparisons with ``parent`` or one of its parts, those without sense included."""
    codebook = codebook_of(a_definition(parent).questionnaire)
    found = [st.just(on(parent["id"], answered=True))]
    for variable in codebook.variables:
        if variable.kind == parent["kind"] and not variable.id.endswith(".text"):
            found += [st.just(on(variable.id, answered=True)), *comparisons(variable)]
    return st.one_of(found)


def comparisons(variable: Variable) -> Iterator[st.SearchStrategy[Tree]]:
    values = values_of(variable)
    for operator in KINDS[variable.kind].compared_by:
        those = st.integers(1, 3) if operator.startswith("chosen") else values
        yield those.map(partial(compared, variable.id, operator))


def compared(name: str, operator: str, value: object) -> Tree:
    return on(name, **{operator: value})


def values_of(variable: Variable) -> st.SearchStrategy[Any]:
    if variable.numbers and variable.numbers.are_dates:
        return st.sampled_from(["2023-12-31", "2024-01-01", "2025-06-01"])
    if variable.numbers:
        return st.sampled_from([0, 9, 10, 50, 99, 100, 300])
    values = [int(code) if variable.kind in ("scale", "ranking") else code for code in variable.codes]
    return st.sampled_from(values)


def trees(parent: dict[str, Any]) -> st.SearchStrategy[Tree]:
    some = st.lists(leaves(parent), min_size=1, max_size=3)
    flat = st.one_of(leaves(parent), some.map(lambda each: any_of(*each)), some.map(lambda each: {"all": each}))
    return st.one_of(flat, flat.map(no), st.tuples(flat, flat).map(lambda two: {"all": [two[0], no(two[1])]}))


@st.composite
def answers(draw: st.DrawFn, codebook: Codebook) -> Answers:
    """What one respondent may answer to the first question."""
    codes: dict[str, tuple[str, ...]] = {}
    texts: dict[str, str] = {}
    ranked = draw(st.permutations([v.id for v in codebook.variables if v.kind == "ranking"]))
    codes |= {name: (str(rank),) for rank, name in enumerate(ranked[: draw(st.integers(0, 2))], 1)}
    for variable in codebook.variables:
        if variable.question_id == "child" or variable.kind == "ranking" or draw(st.integers(0, 3)) == 0:
            continue
        if variable.form == "text" and variable.part is None:
            texts[variable.id] = "said"
        elif variable.form == "text":
            continue  # a line beside an option comes with the option
        elif variable.form == "many":
            together = [code for code in variable.codes if code not in variable.exclusive]
            sets = st.sets(st.sampled_from(together), min_size=1, max_size=variable.most)
            codes[variable.id] = tuple(draw(sets | st.just({"none"})))
        else:
            codes[variable.id] = (str(draw(values_of(variable))),)
    return Answers(codes, texts)


@pytest.mark.parametrize("kind", [kind for kind in QUESTIONS if KINDS[kind].compared_by] + ["short_text"])
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_cells_number_those_who_were_asked_and_so_are_counted(kind: str, data: st.DataObject) -> None:
    parent = a_question(kind)
    questionnaire = a_definition(parent, CHILD | {"show_if": data.draw(trees(parent))}).questionnaire
    asked = universes_of(codebook_of(questionnaire))["child"]
    people = data.draw(st.lists(answers(codebook_of(questionnaire)), min_size=1, max_size=12))
    if asked.table is not None:
        assert printed_as_asked(questionnaire, asked, people) == really_asked(questionnaire, people)


def printed_as_asked(questionnaire: Questionnaire, asked: Universe, people: list[Answers]) -> int:
    layout = Layout.of(codebook_of(questionnaire))
    tally = tally_of(layout, [layout.pack(each) for each in people])
    (spec,) = [spec for spec in tables_of(codebook_of(questionnaire)) if spec.id == asked.table]
    assert set(asked.codes) <= set(spec.codes)
    return sum(tally.counts[spec.id][code] for code in asked.codes)


def really_asked(questionnaire: Questionnaire, people: list[Answers]) -> int:
    conditions = conditions_of(questionnaire)["child"]
    given_answers = [{**each.codes, **{name: (text,) for name, text in each.texts.items()}} for each in people]
    return sum(applies(conditions, given) for given in given_answers)


def test_tables_say_whom_their_question_was_asked_of() -> None:
    questionnaire = a_definition(a_question("yes_no"), CHILD | {"show_if": on("police_met", equals="no")}).questionnaire
    first, second = tables_of(codebook_of(questionnaire))
    assert (first.universe, second.universe) == (None, told("police_met", ("no",)))
