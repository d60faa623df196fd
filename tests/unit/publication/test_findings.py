"""What a figure's title and the top of the page say: only what rounding could not have made."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from chalicelib.publication.findings import MOST_FINDINGS, findings_of, title_of
from chalicelib.publication.results_page import Results
from tests.builders import a_question, options
from tests.unit.publication.a_release import a_release
from tests.unit.publication.an_answered_release import an_answered_release, printed_of

CHOICE = a_question("single_choice")
CODES = ("se", "no", "other", "no_answer")


def title(*counts: int, **settings: Any) -> str:
    exact = dict(zip(CODES, counts, strict=False))
    release = a_release(CHOICE, n=sum(counts), counts={"country": exact}, **{"policy": "protected", **settings})
    return title_of(printed_of(release))


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((100, 60, 40), "SE: 50%"),
        ((100, 95, 5), "SE: 50%; NO: 48%"),
        ((70, 65, 65), ""),
        ((40, 20, 0), "SE: 56 to 74%"),
        ((30, 15, 0), "SE: 30"),
        ((0, 0, 0, 60), ""),
    ],
)
def test_title_names_the_answer_that_leads_two_that_may_and_of_more_none_P14(
    counts: tuple[int, ...], said: str
) -> None:
    assert title(*counts) == said


@pytest.mark.parametrize(("access", "least"), [("invitation", 1), ("open", 0.95)])
def test_answer_that_a_title_names_alone_is_the_most_in_truth_P14(access: str, least: float) -> None:
    """By invitation always, on an open link as good as always."""
    chance, right = Random(access), list[bool]()  # noqa: S311
    while len(right) < 60:
        people = [chance.choice("aabbc") for _ in range(100 + chance.randrange(100))]
        counts = [people.count("a"), people.count("b"), people.count("c")]
        said = title(*counts, access=access, key=chance.randbytes(32))
        if said and ";" not in said:
            right.append(counts[("SE", "NO", "OTHER").index(said.partition(":")[0])] == max(counts))
    assert sum(right) / len(right) >= least


def test_title_of_rows_says_which_answers_it_is_of() -> None:
    counts = {"harder.home": {"much": 50, "not": 10}, "harder.work": {"much": 10, "not": 50}}
    assert title_of(printed_of(a_release(a_question("matrix"), counts=counts))) == "Home: 83% MUCH"


def test_written_answers_have_no_finding() -> None:
    assert title_of(printed_of(a_release(a_question("long_text")))) == ""


def findings(*questions: dict[str, Any], **settings: Any) -> list[tuple[str, str, str]]:
    release = a_release(*questions, **settings)
    found = findings_of(Results(release, printed_of(release).words).printed)
    return [(each.question, each.share, each.label) for each in found]


def test_findings_are_of_questions_with_several_answers_the_largest_share_first() -> None:
    """How people answered, and not who they were."""
    counts = {
        "country": {"se": 60},
        "challenges": {"chosen": 60},
        "challenges.law": {"chosen": 40, "not_chosen": 20},
        "harder.home": {"much": 50, "not": 10},
        "harder.work": {"not": 60},
    }
    kinds = ("single_choice", "multiple_choice", "matrix", "long_text")
    assert findings(*map(a_question, kinds), counts=counts) == [
        ("harder", "83%", "Home: MUCH"),
        ("challenges", "67%", "LAW"),
    ]


def test_question_without_one_sure_lead_gives_no_finding() -> None:
    counts = {"harder.home": {"much": 32, "not": 28}, "harder.work": {"much": 28, "not": 32}}
    assert findings(a_question("matrix"), counts=counts, policy="protected") == []
    assert findings(a_question("matrix"), counts=counts, policy="exact") == [("harder", "53%", "Home: MUCH")]


def test_of_too_few_for_a_share_there_is_no_finding() -> None:
    counts = {"harder.home": {"much": 40}, "harder.work": {"not": 40}}
    assert findings(a_question("matrix"), counts=counts, n=40, policy="protected") == []


def test_there_are_four_findings_at_most() -> None:
    questions = [
        a_question("multiple_choice", id=f"q{place}", options=options("a", "b"), most=None) for place in range(6)
    ]
    people = [{f"q{place}": ["a"] for place in range(6)} for _ in range(60)]
    release = an_answered_release(questions, people, policy="exact")
    assert len(findings_of(Results(release, printed_of(release).words).printed)) == MOST_FINDINGS
