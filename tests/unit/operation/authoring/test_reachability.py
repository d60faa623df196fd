"""Whether anybody comes to a question: the search says what trying every answer says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import InvalidSubmission
from chalicelib.questionnaire.conditions import Answered, Equals
from chalicelib.questionnaire.definition import (
    Hidden,
    Matrix,
    MultipleChoice,
    Number,
    Question,
    Questionnaire,
    Ranking,
    Scale,
    SingleChoice,
)
from chalicelib.questionnaire.routing import applies, conditions_of
from chalicelib.responses.validation import Validator
from operation.authoring.reachability import Reachability, size_of
from tests.builders import a_definition, a_question, options, text
from tests.unit.operation.authoring.trees import (
    Written,
    answered,
    at_least,
    at_most,
    chosen_at_least,
    chosen_at_most,
    equals,
    every,
    includes,
    no,
    some,
    trees,
)

BECAUSE = {"required_because": text("We must know.")}
Codes = Mapping[str, tuple[str, ...]]
Somebody = frozenset[tuple[str, tuple[str, ...]]]


def questionnaire(*questions: dict[str, Any]) -> Questionnaire:
    return a_definition(*questions).questionnaire


def outcomes(*questions: dict[str, Any], of: str = "z") -> set[bool]:
    return set(Reachability(questionnaire(*questions)).outcomes(of))


def asked(show_if: Written, id_: str = "z", **changes: Any) -> dict[str, Any]:
    return a_question("yes_no", id=id_, show_if=show_if, **changes)


# --- every answer ----------------------------------------------------------------------------------------------------


def raw_answers(question: Question) -> Iterator[Any]:
    """Every answer that anybody could give, as JSON, some of them refused."""
    codes = [option.code for option in getattr(question, "options", ())]
    match question:
        case SingleChoice() | Hidden():
            yield from codes
        case MultipleChoice():
            yield from (list(chosen) for chosen in _subsets(codes))
        case Ranking():
            yield from (list(order) for length in range(1, len(codes) + 1) for order in permutations(codes, length))
        case Matrix():
            rows = [row.code for row in question.rows]
            for chosen in product([None, *codes], repeat=len(rows)):
                yield {row: code for row, code in zip(rows, chosen, strict=True) if code}
        case Scale():
            yield from question.steps
        case Number():
            yield from range(question.least, question.most + 1)
        case _:
            yield from OTHERS[question.kind]


OTHERS: dict[str, list[Any]] = {
    "date": ["2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"],
    "yes_no": [True, False],
    "consent": [True],
    "short_text": ["rest"],
    "long_text": ["rest"],
}


def _subsets(codes: list[str]) -> Iterator[tuple[str, ...]]:
    for chosen in product([False, True], repeat=len(codes)):
        yield tuple(code for code, is_chosen in zip(codes, chosen, strict=True) if is_chosen)


def valid_answers(question: Question) -> list[Codes]:
    """What the server makes of them; asked of everybody."""
    alone = question.model_copy(update={"show_if": None})
    validator = Validator(questionnaire(alone.model_dump(exclude_none=True)))
    return [codes for raw in [None, *raw_answers(question)] for codes in _accepted(validator, {question.id: raw})]


def _accepted(validator: Validator, raw: dict[str, Any]) -> Iterator[Codes]:
    try:
        answers = validator.validate(raw)
    except InvalidSubmission:
        return
    yield {**answers.codes, **{name: (written,) for name, written in answers.texts.items()}}


def enumerated(whole: Questionnaire) -> dict[str, set[bool]]:
    """By question, whether it applies, for everything that everybody could answer."""
    conditions = conditions_of(whole)
    found: dict[str, set[bool]] = {question.id: set() for question in whole.questions}
    everybody: set[Somebody] = {frozenset()}
    for question in whole.questions:
        answers = [frozenset(codes.items()) for codes in valid_answers(question)] if question.asks != "nothing" else []
        reached: set[Somebody] = set()
        for somebody in everybody:
            is_asked = applies(conditions[question.id], dict(somebody))
            found[question.id].add(is_asked)
            reached |= {somebody | answer for answer in answers} if is_asked and answers else {somebody}
        everybody = reached
    return found


# --- random questionnaires -------------------------------------------------------------------------------------------

TWO_ROWS = [{"code": row, "label": text(row.upper())} for row in ("home", "work")]
#: Small questions of every kind, with comparisons that could be made with them.
SMALL: list[tuple[dict[str, Any], list[Any]]] = [
    (a_question("yes_no"), [equals("q", "yes"), equals("q", "no")]),
    (a_question("consent"), []),
    (a_question("short_text"), []),
    (
        a_question("single_choice", options=options("a", "b", "c", specify=["c"])),
        [equals("q", "a"), equals("q", "b"), equals("q", "c")],
    ),
    (a_question("hidden", options=options("a")), [equals("q", "a")]),
    (a_question("scale", least=0, most=2), [equals("q", 1), at_least("q", 1), at_most("q", 0)]),
    (
        a_question("matrix", rows=TWO_ROWS, options=options("a", "b")),
        [equals("q.home", "a"), equals("q.home", "b"), equals("q.work", "a"), answered("q.home"), answered("q.work")],
    ),
    *(
        (
            a_question("ranking", options=options("a", "b", "c"), most=most),
            [equals("q.a", 1), equals("q.b", 1), at_least("q.a", 2), at_most("q.b", 1), answered("q.a")],
        )
        for most in (1, 2, None)
    ),
    (a_question("number", most=6), [equals("q", 3), at_least("q", 3), at_most("q", 5), at_least("q", 0)]),
    (
        a_question("date", least="2024-02-28", most="2024-03-02"),
        [equals("q", "2024-02-29"), at_least("q", "2024-03-01"), at_most("q", "2024-02-28")],
    ),
    *(
        (
            a_question(
                "multiple_choice",
                options=options("a", "b", "c", "x", "y", exclusive=["x", "y"]),
                least=least,
                most=most,
            ),
            [
                *(includes("q", code) for code in ("a", "b", "x", "y")),
                *(chosen_at_least("q", number) for number in (1, 2, 3)),
                *(chosen_at_most("q", number) for number in (0, 1, 2)),
            ],
        )
        for least, most in ((None, None), (2, None), (3, 3), (None, 1), (1, 2))
    ),
]


def renamed(written: Any, name: str) -> Any:
    """A comparison with the question called ``name`` instead of "q"."""
    return written | {"question": name + written["question"][1:]}


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Two or three small questions, some on condition, and one more that always has a condition."""
    questions: list[dict[str, Any]] = []
    leaves: list[Written] = []
    for number in range(draw(st.integers(1, 3))):
        small, comparable = draw(st.sampled_from(SMALL))
        name = f"q{number}"
        changes: dict[str, Any] = {"id": name}
        if small["kind"] not in ("consent", "hidden"):
            if draw(st.booleans()):
                changes |= BECAUSE
            if draw(st.booleans()) and leaves:
                changes["show_if"] = draw(trees(st.sampled_from(leaves), most=3))
        questions.append(small | changes)
        leaves += [answered(name), *(renamed(leaf, name) for leaf in comparable)]
    return questionnaire(*questions, asked(draw(trees(st.sampled_from(leaves), most=5))))


def searched(whole: Questionnaire) -> dict[str, set[bool]]:
    reachability = Reachability(whole)
    return {question.id: set(reachability.outcomes(question.id)) for question in whole.questions}


@settings(max_examples=60, deadline=None)
@given(questionnaires())
def test_search_says_what_every_answer_says(whole: Questionnaire) -> None:
    assert searched(whole) == enumerated(whole)


@pytest.mark.slow
@settings(max_examples=250, deadline=None)
@given(questionnaires())
def test_search_says_what_every_answer_says_of_many(whole: Questionnaire) -> None:
    assert searched(whole) == enumerated(whole)


# --- what Hypothesis may not come upon -------------------------------------------------------------------------------

MET = a_question("yes_no", id="met")
CHOICE = a_question("single_choice", id="a", options=options("x", "y"))
CHALLENGES = a_question("multiple_choice", id="c", options=options("a", "b", "d", "e"), most=None)

#: Questions, of which the last is asked of some, of nobody or of all.
CASES: dict[str, tuple[list[dict[str, Any]], set[bool]]] = {
    "somebody": ([MET, asked(equals("met", "yes"))], {True, False}),
    "both ways at once": ([MET, asked(every(equals("met", "yes"), equals("met", "no")))], {False}),
    "one way or not": ([MET, asked(some(equals("met", "yes"), no(equals("met", "yes"))))], {True}),
    "any answer, where one is needed": ([MET | BECAUSE, asked(answered("met"))], {True}),
    "any answer, where none is needed": ([MET, asked(answered("met"))], {True, False}),
    "every option, where an answer is needed": (
        [CHOICE | BECAUSE, asked(some(equals("a", "x"), equals("a", "y")))],
        {True},
    ),
    "every option, one of which asks to specify": (
        [
            a_question("single_choice", id="a", options=options("x", "y", specify=["x"]), **BECAUSE),
            asked(some(equals("a", "x"), equals("a", "y"))),
        ],
        {True},
    ),
    "one option, behind the other": (
        [CHOICE, asked(equals("a", "x"), "b"), asked(every(equals("b", "yes"), equals("a", "y")))],
        {False},
    ),
    "behind a question that nobody is asked": (
        [MET, asked(every(equals("met", "yes"), equals("met", "no")), "b"), asked(answered("b"))],
        {False},
    ),
    "an answer needed, but of some only": (
        [MET, asked(equals("met", "yes"), "b", **BECAUSE), asked(answered("b"))],
        {True, False},
    ),
    "more than there are": ([CHALLENGES, asked(chosen_at_least("c", 5))], {False}),
    "more than may be": ([CHALLENGES | {"most": 2}, asked(chosen_at_least("c", 3))], {False}),
    "fewer than may be": (
        [CHALLENGES | {"least": 2} | BECAUSE, asked(chosen_at_most("c", 1))],
        {False},
    ),
    "one of those that have to be several": ([CHALLENGES | {"least": 3}, asked(includes("c", "a"))], {True, False}),
    "below the first day": ([a_question("date"), asked(at_most("moved", "2020-01-01"))], {True, False}),
    "everything a number can be": ([a_question("number") | BECAUSE, asked(at_least("clients", 0))], {True}),
    "between limits that are left out": (
        [
            a_question("number"),
            asked(
                every(at_least("clients", 1), at_most("clients", 5), no(equals("clients", 1)), no(equals("clients", 5)))
            ),
        ],
        {True, False},
    ),
    "two of one rank": (
        [a_question("ranking"), asked(every(equals("wants.home", 1), equals("wants.rest", 1)))],
        {False},
    ),
    "second of none": (
        [
            a_question("ranking", options=options("home", "rest")),
            asked(every(equals("wants.home", 2), no(answered("wants.rest")))),
        ],
        {False},
    ),
    "third of two ranks": ([a_question("ranking"), asked(at_least("wants.home", 3))], {False}),
    "a row that is needed": (
        [a_question("matrix", **BECAUSE), asked(no(answered("harder.work")))],
        {False},
    ),
    "a row where all are needed": (
        [a_question("matrix", **BECAUSE), asked(every(answered("harder.home"), no(answered("harder.work"))))],
        {False},
    ),
    "the exclusive option that is not named": (
        [
            a_question("multiple_choice", id="c", options=options("a", "x", "y", exclusive=["x", "y"]), most=None),
            asked(every(answered("c"), no(includes("c", "a")), no(includes("c", "x")))),
        ],
        {True, False},
    ),
    "in a section that nobody comes to": (
        [
            MET,
            a_question("section", show_if=every(equals("met", "yes"), equals("met", "no"))),
            a_question("scale", id="z"),
        ],
        {False},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_search_finds_who_is_asked(case: str) -> None:
    questions, expected = CASES[case]
    assert outcomes(*questions) == expected
    if all(question["kind"] != "date" for question in questions):  # of which there are thousands
        assert enumerated(questionnaire(*questions))["z"] == expected


def test_question_without_a_condition_is_asked_of_all() -> None:
    assert outcomes(MET, of="met") == {True}


def test_a_question_depends_on_what_its_questions_depend_on() -> None:
    whole = questionnaire(MET, asked(equals("met", "yes"), "b"), asked(answered("b")), asked(answered("z"), "last"))
    [leaf] = conditions_of(whole)["b"]
    [own] = conditions_of(whole)["last"]
    assert isinstance(leaf, Equals)
    assert isinstance(own, Answered)
    reachability = Reachability(whole)
    assert [reachability.depends_on(name, {leaf}) for name in ("met", "b", "z", "last")] == [False, True, True, True]
    assert [reachability.depends_on(name, {own}) for name in ("met", "b", "z", "last")] == [False, False, False, True]


@pytest.mark.parametrize(
    ("questions", "size"),
    [
        ([MET], 0),
        ([MET, asked(answered("met"))], 1),
        ([MET, asked(every(answered("met"), no(answered("met"))))], 2),
        ([MET, asked(answered("met"), "b"), asked(answered("b"))], 3),
        ([MET, asked(answered("met"), "b"), asked(every(answered("b"), answered("b"), answered("met")))], 6),
    ],
)
def test_size_counts_each_comparison_with_those_it_builds_on(questions: list[dict[str, Any]], size: int) -> None:
    assert size_of(conditions_of(questionnaire(*questions))) == size
