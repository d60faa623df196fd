"""A survey's page promises what its settings keep, and nothing else (P13)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.disclosure.policy import INVITED, OPEN_LINK, Policy, policy_of
from chalicelib.errors import in_english
from chalicelib.forms.promises import promises
from tests.builders import a_definition, a_question
from tests.unit.forms.rendering import a_page


def promises_of(**changes: Any) -> str:
    """The promises and limits on the page of a survey with these settings, tags left out."""
    questions = changes.pop("questions", [])
    page = a_page(a_definition(*questions, **changes))
    return " ".join(
        re.sub(r"<[^>]*>", " ", "".join(re.findall(r"<details.*?</details>", page.html, re.DOTALL))).split()
    )


def test_every_survey_says_what_is_not_stored_P1_P4_P13() -> None:
    said = promises_of()
    assert "Nothing is stored before you press Send. Every question can be skipped unless it says why not." in said
    assert "No internet address, device, browser, cookie or time is stored with your answers." in said


def test_first_page_says_who_asks_why_how_long_and_where_the_way_out_leads() -> None:
    shown = " ".join(re.sub(r"<[^>]*>", " ", a_page(a_definition()).html).split())
    for part in (
        "We ask to learn.",
        "Asked by: The network · Takes about 3 minutes.",
        "What happens to your answers",
        "What we cannot protect you from",
        "“Leave this page now” opens example.org. It does not erase that this browser was here.",
        "Reloading this page, or going back after sending or changing the language, can empty the form.",
    ):
        assert part in shown


def test_an_exact_survey_says_that_numbers_are_exact_P13() -> None:
    said = promises_of(policy="exact")
    assert "Results are published as exact numbers" in said
    assert "rounded to a multiple" not in said
    assert "nothing is published at all" not in said


@pytest.mark.parametrize(
    "policy", [INVITED, OPEN_LINK, *(replace(each, threshold=31, rounding_base=7) for each in (INVITED, OPEN_LINK))]
)
def test_a_protected_survey_says_the_threshold_and_rounding_of_its_policy_P13(policy: Policy) -> None:
    definition = a_definition(policy="protected", access="open" if policy.noise else "invitation")
    said = promises(definition.settings, definition.questionnaire, in_english, "en", policy=policy)
    needed = f"{'About' if policy.noise else 'At least'} {policy.threshold} answers are needed for that."
    [rule] = [each for each in said if each.startswith(needed)]
    assert f"rounded to a multiple of {policy.rounding_base}" in rule
    assert "changed a little by chance" in rule or not policy.noise


@pytest.mark.parametrize("access", ["invitation", "open"])
def test_the_page_of_a_protected_survey_tells_the_policy_that_it_is_published_by_P13(access: str) -> None:
    said = promises_of(policy="protected", access=access)
    assert f"{policy_of('protected', access).threshold} answers are needed for that" in said
    assert "If very few people answer, nothing is published at all." in said
    assert "exact numbers" not in said


@pytest.mark.parametrize(
    ("releases", "when"),
    [
        ("at_close", "Results are published once, after the survey has closed."),
        (
            "monthly",
            "Results are published once a month, each time of the answers that came since the last time. If they are"
            " too few, they wait for the next month.",
        ),
        (
            "quarterly",
            "Results are published once in three months, each time of the answers that came since the last time. If"
            " they are too few, they wait for the next time.",
        ),
    ],
)
def test_a_protected_survey_says_when_results_come_P13(releases: str, when: str) -> None:
    assert when in promises_of(releases=releases)
    assert promises_of(releases=releases).count("Results are published") == 1


@pytest.mark.parametrize("policy", ["protected", "exact"])
def test_a_survey_that_compares_groups_says_by_which_question_P13(policy: str) -> None:
    crosstabs = {"group": "country", "by": ["police_met"]}
    questions = [a_question("single_choice"), a_question("yes_no")]
    said = promises_of(questions=questions, policy=policy, access="invitation", crosstabs=crosstabs)
    assert "shown by group, by the answers to “About single_choice?”." in said
    assert ("Groups that are too small are added together." in said) == (policy == "protected")
    assert "shown by group" not in promises_of(questions=questions, policy=policy)


def test_a_sealed_survey_says_that_text_is_locked_P13() -> None:
    said = promises_of(text="sealed")
    assert "is locked before it is stored" in said
    assert "may publish it" not in said


def test_a_plain_survey_says_that_text_may_be_published_P13() -> None:
    said = promises_of(text="plain")
    assert "is stored as it is, and those who ask may publish it" in said
    assert "locked" not in said


@pytest.mark.parametrize("text_policy", ["plain", "sealed"])
def test_a_survey_without_text_says_nothing_of_it_P13(text_policy: str) -> None:
    said = promises_of(questions=[a_question("yes_no")], text=text_policy)
    assert "your own words" not in said
    assert "What you write" not in said


def test_a_line_beside_an_option_is_text_too_P13() -> None:
    assert "is locked before it is stored" in promises_of(questions=[a_question("single_choice")])


@pytest.mark.parametrize(("days", "said"), [(1, "one day"), (2, "2 days"), (90, "90 days"), (3650, "3650 days")])
def test_retention_is_stated_in_days_P13(days: int, said: str) -> None:
    promise = f"All answers are deleted from our server {said} after the survey closes."
    assert promise in promises_of(retention_days=days)


def test_survey_with_a_last_day_says_that_putting_it_off_keeps_answers_longer_P13() -> None:
    longer = "90 days after the survey closes. If the survey stays open longer than announced, they are kept that much"
    assert longer in promises_of(closes_on="2027-03-31")
    assert "longer than announced" not in promises_of()


def test_limits_are_stated_as_plainly_P13() -> None:
    said = promises_of()
    for limit in ("takes over our server", "a court could order us"):
        assert limit in said


def test_an_open_survey_says_that_answers_may_be_invented_P13() -> None:
    limit = "Anybody who has the link can answer, also more than once. We cannot tell invented answers from real ones."
    assert limit in promises_of(access="open")
    assert "invented" not in promises_of(access="invitation")
    assert "Anybody who has the link" not in promises_of(access="invitation")


def test_a_withdrawal_is_not_promised_to_reach_what_was_counted_P13() -> None:
    said = promises_of()
    assert "they are deleted at once. What was already counted stays counted." in said
    assert "published still count" not in said
