"""What is followed of a question: which answers, and which of them may be the most in truth."""

from __future__ import annotations

import pytest

from chalicelib.publication.measures import Form
from tests.builders import a_question, options
from tests.unit.publication.a_release import a_release
from tests.unit.publication.an_answered_release import printed_of


def test_of_several_answers_each_option_is_followed_and_who_chose_none_comes_last() -> None:
    measures = printed_of(a_release(a_question("multiple_choice"))).measures
    assert [(each.code, each.count, each.is_apart) for each in measures] == [
        ("law", 40, False),
        ("stigma", 15, False),
        ("police", 0, False),
        ("none", 10, True),
        ("no_answer", 5, True),
    ]


@pytest.mark.parametrize(
    ("steps", "followed", "what"),
    [("abc", {"c"}, "C"), ("abcd", {"c", "d"}, "C or D"), ("abcde", {"d", "e"}, "D or E")],
)
def test_of_a_row_the_upper_two_steps_are_followed_where_there_are_four(
    steps: str, followed: set[str], what: str
) -> None:
    printed = printed_of(a_release(a_question("matrix", options=options(*steps)), counts={}))
    assert [(each.code, set(each.codes), each.what) for each in printed.measures] == [
        ("home", followed, what),
        ("work", followed, what),
    ]


@pytest.mark.parametrize(("most", "followed", "what"), [(2, {"1"}, "first"), (3, {"1", "2"}, "first or second")])
def test_of_a_ranking_the_first_two_ranks_are_followed_where_there_are_three(
    most: int, followed: set[str], what: str
) -> None:
    printed = printed_of(a_release(a_question("ranking", most=most), counts={}))
    assert {(each.codes == followed, each.what) for each in printed.measures} == {(True, what)}


def test_what_is_no_answer_like_the_others_comes_last_and_never_leads() -> None:
    question = a_question("single_choice", options=options("secret", "se", "no", apart=["secret"]))
    printed = printed_of(a_release(question, counts={"country": {"secret": 30, "se": 20, "no": 10}}))
    assert [each.code for each in printed.measures] == ["se", "no", "secret", "no_answer"]
    assert [each.code for each in printed.leading] == ["se", "no"]
    assert printed.steps() == ["se", "no"]


@pytest.mark.parametrize(
    ("counts", "first"),
    [((100, 60, 40), ["se"]), ((100, 95, 5), ["se", "no"]), ((70, 65, 65), ["se", "no", "other"])],
)
def test_first_are_those_that_may_be_the_most_in_truth_P14(counts: tuple[int, ...], first: list[str]) -> None:
    exact = dict(zip(("se", "no", "other"), counts, strict=True))
    release = a_release(a_question("single_choice"), policy="protected", n=200, counts={"country": exact})
    assert [each.code for each in printed_of(release).first] == first


def test_an_exact_lead_of_one_answer_is_a_lead() -> None:
    release = a_release(a_question("single_choice"), counts={"country": {"se": 31, "no": 29}})
    assert [each.code for each in printed_of(release).first] == ["se"]


def test_share_is_told_from_a_base_of_50_and_drawn_of_any() -> None:
    (yes, *_) = printed_of(
        a_release(a_question("yes_no"), policy="protected", n=45, counts={"police_met": {"yes": 45}})
    ).measures
    assert yes.told is None
    assert yes.part.printed == 1


def test_text_is_counted_and_nothing_else_of_it() -> None:
    printed = printed_of(a_release(a_question("long_text")))
    assert printed.shape.form is Form.WRITTEN
    assert [(each.code, each.count) for each in printed.measures] == [("answered", 25), ("no_answer", 35)]
