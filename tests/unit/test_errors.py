"""The error tree: codes are stable and unique, problems are worded in the respondent's language."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib import errors
from chalicelib.errors import PROBLEM_MESSAGES, Counted, ParaplyError, Problem, in_english
from operation import errors as operators_errors

LABEL = {"en": "None of these", "sv": "Inget av dessa"}


def swedish(message: str, many: str | None = None, number: int = 1) -> str:
    """A catalogue of two messages, one of which has two forms."""
    words = {
        "“%(option)s” cannot be combined with other options. Choose it alone, or the others.": (
            "“%(option)s” går inte ihop med annat."
        ),
        "Choose at most one.": "Välj högst en.",
        "Choose at most %(most)d.": "Välj högst %(most)d.",
    }
    return words[message if many is None or number == 1 else many]


def forms_of(code: str) -> tuple[str, ...]:
    """The wordings of one message: two where it counts something."""
    message = PROBLEM_MESSAGES[code]
    return (message.one, message.many) if isinstance(message, Counted) else (message,)


def all_errors(root: type[ParaplyError] = ParaplyError) -> list[type[ParaplyError]]:
    return [root, *(found for child in root.__subclasses__() for found in all_errors(child))]


def test_problem_is_worded_in_the_respondents_language_to_be_filled_with_the_option_P12() -> None:
    problem = Problem("challenges", "exclusive", {"option": LABEL})
    assert problem.worded(swedish) == "“%(option)s” går inte ihop med annat."
    assert problem.message.startswith("“None of these” cannot be combined")


def test_label_missing_in_english_is_shown_to_programs_in_the_first_language_it_has() -> None:
    only = Problem("challenges", "exclusive", {"option": {"sv": "Inget av dessa"}})
    assert "“Inget av dessa”" in only.message


@pytest.mark.parametrize(
    ("most", "english", "in_swedish"),
    [(1, "Choose at most one.", "Välj högst en."), (2, "Choose at most 2.", "Välj högst 2.")],
)
def test_message_that_counts_takes_the_form_that_its_number_asks_for(most: int, english: str, in_swedish: str) -> None:
    problem = Problem("challenges", "too_many", {"most": most})
    assert (problem.message, problem.worded(swedish) % problem.values) == (english, in_swedish)


@pytest.mark.parametrize(("number", "said"), [(0, "many"), (1, "one"), (2, "many"), (21, "many")])
def test_english_has_one_form_for_one_and_another_for_the_rest(number: int, said: str) -> None:
    assert in_english("one", "many", number) == said
    assert in_english("one") == "one"


def test_label_with_a_percent_sign_is_shown_as_it_is() -> None:
    problem = Problem("challenges", "exclusive", {"option": {"en": "100 %(option)s %d"}})
    assert "“100 %(option)s %d”" in problem.message


@pytest.mark.parametrize("code", sorted(PROBLEM_MESSAGES))
def test_every_problem_message_can_be_filled(code: str) -> None:
    for number in (1, 7):
        labels = {"option": LABEL, "question": LABEL, "part": LABEL, "says": {"en": "small letters."}}
        found = dict.fromkeys(("chosen", "found", "missing", "repeated"), number)
        values = {"least": number, "most": number, "ranks": "1, 2", **labels, **found}
        message = Problem(None, code, values).message
        assert message.startswith("None of these: ")
        assert "%" not in message
        assert message.endswith(".")


@pytest.mark.parametrize("code", sorted(PROBLEM_MESSAGES))
def test_forms_of_a_message_that_counts_name_the_number_they_depend_on(code: str) -> None:
    names = {name for form in forms_of(code) for name in re.findall(r"%\((\w+)\)", form)}
    assert names <= {"least", "most", "option", "question", "says"}
    message = PROBLEM_MESSAGES[code]
    if isinstance(message, Counted):
        assert names == {message.by}
        assert "%" not in message.one


def test_every_error_has_a_code_of_its_own_and_says_what_to_do() -> None:
    # AlreadySent only gathers two errors and is never raised itself; a refusal is told by its reason.
    classes = [error for error in all_errors() if error not in (errors.AlreadySent, errors.Refused)]
    told: list[Any] = [*classes, *map(errors.Refused, errors.Refusal)]
    assert len({error.code for error in told}) == len(told)
    for error in told:
        assert re.fullmatch(r"[a-z0-9_]+", error.code)
        assert 400 <= error.status <= 503
        assert error.title.endswith(".")
    assert all({**vars(errors), **vars(operators_errors)}[error.__name__] is error for error in classes)
