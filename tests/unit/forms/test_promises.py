"""A survey's page promises what its settings keep, and nothing else (P13)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.disclosure.policy import INVITED, OPEN_LINK, Policy, policy_of
from chalicelib.errors import in_english
from chalicelib.forms.promises import promises, short_promises
from tests.builders import a_definition, a_question
from tests.unit.forms.rendering import a_page


def promises_of(**changes: Any) -> str:
    """The promises and limits on the page of a survey with these settings, tags left out."""
    questions = changes.pop("questions", [])
    page = a_page(a_definition(*questions, **changes))
    return words_of("".join(re.findall(r"<details.*?</details>", page.html, re.DOTALL)))


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_every_survey_says_what_is_not_stored_P1_P4_P13() -> None:
    said = promises_of()
    assert (
        "Nothing is stored before you press Send. You can skip any question, unless it says why we need an answer."
        in said
    )
    assert "No internet address, device, browser, cookie or time is stored with your answers." in said


def test_first_page_says_who_asks_why_how_long_and_where_the_way_out_leads() -> None:
    shown = words_of(a_page(a_definition()).html)
    for part in (
        "Asked by: The network · Takes about 3 minutes. Skip whatever you like. We ask to learn.",
        "More about this survey and your answers",
        "What we cannot protect you from",
        "“Leave this page now” opens example.org. It does not erase the traces of your visit from this browser.",
    ):
        assert part in shown


@pytest.mark.parametrize("questions", [(), ("yes_no",)], ids=["in steps", "on one page"])
def test_every_form_says_before_its_first_question_what_empties_it(questions: Sequence[str]) -> None:
    page = a_page(a_definition(*map(a_question, questions)))
    before, said, _ = page.html.partition("If you reload this page, or your phone closes it, the form is emptied.")
    assert said
    assert "<legend>" not in before


def short(**changes: Any) -> list[str]:
    """What stands open on the first page of a survey with these settings."""
    definition = a_definition(**changes)
    lines = short_promises(definition.settings, in_english)
    shown = words_of(a_page(definition).html.partition("<details")[0])
    assert all(f"{begins} {goes_on}" in shown for begins, goes_on in lines)
    return [f"{begins} {goes_on}" for begins, goes_on in lines]


#: What stands open on every first page, after which of the closed ones.
ALWAYS = {
    "Nothing is stored yet. Your answers are stored only when you press Send.": "Nothing is stored before you press",
    "We do not note who you are. No internet address, device or time is kept.": (
        "No internet address, device, browser, cookie or time is stored with your answers."
    ),
    "You can take it back. Your receipt deletes it while we have it.": (
        "With it you can withdraw your answers: they are deleted at once."
    ),
}
OF_NUMBERS = "Nobody can be picked out of the numbers. They are rounded by chance."


@pytest.mark.parametrize("text", ["sealed", "plain"])
@pytest.mark.parametrize("access", ["open", "invitation"])
@pytest.mark.parametrize("policy", ["protected", "exact"])
def test_what_stands_open_is_promised_in_full_by_what_is_closed_P13(policy: str, access: str, text: str) -> None:
    settings = {"policy": policy, "access": access, "text": text}
    said, closed = short(**settings), promises_of(**settings)
    assert {line for line in said if line != OF_NUMBERS} == ALWAYS.keys()
    assert all(full in closed for full in ALWAYS.values())


@pytest.mark.parametrize("access", ["open", "invitation"])
def test_only_a_protected_survey_says_that_nobody_can_be_picked_out_of_its_numbers_P7_P13(access: str) -> None:
    assert OF_NUMBERS in short(policy="protected", access=access)
    exact = " ".join(short(policy="exact", access=access))
    assert "picked out" not in exact
    assert "numbers" not in exact


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
    needed = f"We publish only if {'about' if policy.noise else 'at least'} {policy.threshold} people answer."
    [rule] = [each for each in said if each.startswith(needed)]
    assert f"rounded to a multiple of {policy.rounding_base}" in rule
    assert "changed a little by chance" in rule or not policy.noise


@pytest.mark.parametrize("access", ["invitation", "open"])
def test_the_page_of_a_protected_survey_tells_the_policy_that_it_is_published_by_P13(access: str) -> None:
    said = promises_of(policy="protected", access=access)
    assert f"{policy_of('protected', access).threshold} people answer." in said
    assert "If very few people answer, nothing is published at all." in said
    assert "exact numbers" not in said


@pytest.mark.parametrize(
    ("releases", "when"),
    [
        ("at_close", "Results are published once, after the survey has closed."),
        (
            "monthly",
            "Results are published every month. Each time they cover the answers since the last time. If there are too"
            " few, they wait for the next month.",
        ),
        (
            "quarterly",
            "Results are published every three months. Each time they cover the answers since the last time. If there"
            " are too few, they wait for the next time.",
        ),
    ],
)
def test_a_protected_survey_says_when_results_come_P13(releases: str, when: str) -> None:
    assert when in promises_of(releases=releases)
    assert promises_of(releases=releases).count("Results are published") == 1


@pytest.mark.parametrize("releases", ["at_close", "monthly", "quarterly"])
@pytest.mark.parametrize("policy", ["protected", "exact"])
def test_a_survey_of_held_results_says_who_sees_them_and_promises_nobody_else_P13(policy: str, releases: str) -> None:
    said, public = (promises_of(policy=policy, releases=releases, results=to) for to in ("held", "public"))
    told = (
        "The people who ask see the results first, and may show them to others. They decide if and when everybody sees"
        " them."
    )
    assert told in said
    assert told not in public
    assert "Results are published" in public
    assert "Results are published" not in said
    assert ("Results are exact numbers, made while" if policy == "exact" else "Results are made ") in said


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
    assert "is stored as it is, and the people who ask may publish it" in said
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
    limit = "Anyone with the link can answer, even more than once. We cannot tell invented answers from real ones."
    assert limit in promises_of(access="open")
    assert "invented" not in promises_of(access="invitation")
    assert "Anyone with the link" not in promises_of(access="invitation")


def test_a_withdrawal_is_not_promised_to_reach_what_was_counted_P13() -> None:
    said = promises_of()
    assert "they are deleted at once. What was already counted stays counted." in said
    assert "published still count" not in said


@pytest.mark.parametrize("results", ["public", "held"])
@pytest.mark.parametrize("settings", [{}, {"policy": "exact"}, {"releases": "monthly"}], ids=str)
def test_a_survey_whose_texts_are_coded_says_who_reads_them_and_what_may_be_published_P13(
    settings: dict[str, Any], results: str
) -> None:
    said = promises_of(coding=True, results=results, **settings)
    assert "The people who ask read what you write and sort it into themes." in said
    assert said.count("once more, with themes of what people wrote") == 1
    assert ("each theme, rounded like every other number." in said) == ("policy" not in settings)
    assert ("Once the survey has closed, results may be" in said) == bool(settings)
    assert "themes" not in promises_of(results=results, **settings)
