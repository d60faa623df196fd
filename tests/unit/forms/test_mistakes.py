"""Mistakes that CSS tells where they are made: by which selectors, in which words; the server refuses the same."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.errors import InvalidSubmission, in_english
from chalicelib.forms.mistakes import mistake_rules, mistakes_of
from chalicelib.questionnaire.definition import KINDS, Definition
from chalicelib.responses.validation import Validator
from tests.builders import QUESTIONS, a_definition, a_document, a_question, options
from tests.unit.forms.rendering import HOSTILE, a_page, a_state


def rules(kind: str, **changes: Any) -> dict[str, str]:
    """What the form matches when a line shows, by the line's id."""
    found = mistake_rules(a_definition(a_question(kind, **changes)).questionnaire)
    matched = [re.fullmatch(r'(.*) \[id="([^"]*)"\] \{ display: block \}', rule, re.DOTALL) for rule in found]
    return {match[2]: match[1] for match in matched if match}


def lines(kind: str, **changes: Any) -> dict[str, str]:
    """The lines of a page, by their ids."""
    page = a_page(a_definition(a_question(kind, **changes)))
    found = re.findall(r'<p hidden class="error mistake" id="([^"]*)" role="alert">(.*?)</p>', page.html)
    return dict(found)


FOUR = options("law", "stigma", "police", "none")


@pytest.mark.parametrize("most", [1, 2, 3])
def test_one_more_than_may_be_chosen_is_too_many(most: int) -> None:
    chosen = " ~ ".join(["input:checked"] * (most + 1))
    assert rules("multiple_choice", options=FOUR, most=most) == {
        "challenges.too_many": f'[id="challenges"]:has({chosen})'
    }


@pytest.mark.parametrize("most", [None, 4])
def test_who_may_choose_all_cannot_choose_too_many(most: int | None) -> None:
    assert lines("multiple_choice", options=FOUR, most=most) == {}


def test_what_stands_alone_is_told_before_and_after_others() -> None:
    marked = options("law", "none", "all", exclusive=["none"])
    alone = 'input[value="none"]:checked'
    assert rules("multiple_choice", options=marked, most=None) == {
        "challenges.alone_none": f'[id="challenges"]:has({alone} ~ input:checked, input:checked ~ {alone})'
    }


def test_what_is_only_set_apart_can_be_combined() -> None:
    assert lines("multiple_choice", options=options("law", "other", "police", apart=["police"]), most=None) == {}


def test_a_rank_that_is_given_twice_is_told_for_each_rank_and_no_has_lies_in_another() -> None:
    (rule,) = mistake_rules(a_definition(a_question("ranking")).questionnaire)
    rows = ", ".join(
        f'[id="wants"] {row} ~ {row} ~ [id="wants.twice"]'
        for row in ('.rank:has([value="1"]:checked)', '.rank:has([value="2"]:checked)')
    )
    assert rule == f"{rows} {{ display: block }}"


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"multiple_choice", "ranking"}))
def test_other_kinds_take_no_mistake_that_css_could_tell(kind: str) -> None:
    assert lines(kind) == rules(kind) == {}


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("multiple_choice", {"options": FOUR, "most": 1}, {"challenges.too_many": "You have chosen more than one."}),
        ("multiple_choice", {"options": FOUR, "most": 3}, {"challenges.too_many": "You have chosen more than 3."}),
        (
            "multiple_choice",
            {"options": options("law", "police", "none", exclusive=["none"]), "most": None},
            {"challenges.alone_none": "“NONE” cannot be combined with the others."},
        ),
        ("ranking", {}, {"wants.twice": "The same number is given to two of them."}),
        (
            "ranking",
            {"options": options(*"abcdefgh"), "most": 7},
            {"wants.twice": "The same number is given to two of them."},
        ),
    ],
)
def test_each_line_stands_in_its_question_in_words_and_has_a_rule(
    kind: str, changes: dict[str, Any], said: dict[str, str]
) -> None:
    assert lines(kind, **changes) == said
    (rule,) = mistake_rules(a_definition(a_question(kind, **changes)).questionnaire)
    assert all(f'[id="{name}"] {{ display: block }}' in rule for name in said)


def test_rows_of_a_ranking_are_siblings_of_its_line() -> None:
    for most, element in ((2, "fieldset"), (7, "div")):
        page = a_page(a_definition(a_question("ranking", options=options(*"abcdefgh"), most=most)))
        rows = [tag for tag in page.all(element) if "rank" in tag.get("class", "").split()]
        assert len(rows) == 8


def test_an_option_is_named_in_the_language_of_the_page_escaped() -> None:
    named = {"code": "none", "label": {"en": "None", "sv": HOSTILE}, "exclusive": True}
    document = a_document(a_question("multiple_choice", options=[*options("law", "police"), named]))
    document["questionnaire"]["languages"]["sv"] = {"name": "Svenska"}
    page = a_page(Definition.model_validate(document), a_state(language="sv"))
    assert "<script>" not in page.html
    assert "“&lt;script&gt;" in page.html


def test_what_one_must_not_choose_is_worded_for_its_number() -> None:
    question = a_definition(a_question("multiple_choice", options=FOUR, most=2)).questionnaire.questions[0]
    (mistake,) = mistakes_of(question)
    asked: list[int] = []

    def translate(one: str, many: str = "", number: int = 0) -> str:
        asked.append(number)
        return in_english(one, many, number)

    assert mistake.worded(translate) == "You have chosen more than %(most)d."
    assert asked == [2]


#: Fields with each mistake, and with none.
MISTAKEN: list[tuple[str, dict[str, list[str]], bool]] = [
    ("multiple_choice", {"challenges": ["law", "stigma", "police"]}, True),
    ("multiple_choice", {"challenges": ["law", "none"]}, True),
    ("multiple_choice", {"challenges": ["law", "stigma"]}, False),
    ("multiple_choice", {"challenges": ["none"]}, False),
    ("ranking", {"wants.home": ["1"], "wants.rest": ["1"]}, True),
    ("ranking", {"wants.home": ["1"], "wants.rest": ["2"]}, False),
]


@pytest.mark.parametrize(("kind", "fields", "is_mistake"), MISTAKEN)
def test_the_server_refuses_what_the_page_calls_a_mistake(
    kind: str, fields: dict[str, list[str]], is_mistake: bool
) -> None:
    validator = Validator(a_definition(a_question(kind)).questionnaire)
    if not is_mistake:
        assert validator.validate_form(fields).codes
        return
    with pytest.raises(InvalidSubmission) as refused:
        validator.validate_form(fields)
    assert [problem.question_id for problem in refused.value.problems] == [QUESTIONS[kind]["id"]]
