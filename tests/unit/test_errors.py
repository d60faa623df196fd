"""The error tree: codes are stable and unique, problems are worded in the respondent's language."""

from __future__ import annotations

import re

import pytest

from chalicelib import errors
from chalicelib.errors import PROBLEM_MESSAGES, ParaplyError, Problem

LABEL = {"en": "None of these", "sv": "Inget av dessa"}


def swedish(message: str) -> str:
    words = {
        PROBLEM_MESSAGES["exclusive"]: "“%(option)s” går inte ihop med annat.",
        PROBLEM_MESSAGES["too_many"]: "Högst %(most)d.",
    }
    return words[message]


def all_errors(root: type[ParaplyError] = ParaplyError) -> list[type[ParaplyError]]:
    return [root, *(found for child in root.__subclasses__() for found in all_errors(child))]


def test_problem_names_the_option_in_the_respondents_language_P12() -> None:
    problem = Problem("challenges", "exclusive", {"option": LABEL})
    assert problem.worded("sv", swedish) == "“Inget av dessa” går inte ihop med annat."
    assert problem.worded("en", lambda message: message).startswith("“None of these” cannot be combined")
    assert problem.message == problem.worded("en", lambda message: message)


@pytest.mark.parametrize("language", ["fi", "", "sv-FI"])
def test_label_missing_in_a_language_is_shown_in_the_first_it_has(language: str) -> None:
    problem = Problem("challenges", "exclusive", {"option": LABEL})
    assert "“None of these”" in problem.worded(language, lambda message: message)
    only = Problem("challenges", "exclusive", {"option": {"sv": "Inget av dessa"}})
    assert "“Inget av dessa”" in only.message


def test_limits_are_numbers_in_every_language() -> None:
    assert Problem("challenges", "too_many", {"most": 2}).worded("sv", swedish) == "Högst 2."


def test_label_with_a_percent_sign_is_shown_as_it_is() -> None:
    problem = Problem("challenges", "exclusive", {"option": {"en": "100 %(option)s %d"}})
    assert "“100 %(option)s %d”" in problem.message


@pytest.mark.parametrize("code", sorted(PROBLEM_MESSAGES))
def test_every_problem_message_can_be_filled(code: str) -> None:
    names = set(re.findall(r"%\((\w+)\)", PROBLEM_MESSAGES[code]))
    assert names <= {"least", "most", "option"}
    values = {name: LABEL if name == "option" else 7 for name in names}
    message = Problem(None, code, values).message
    assert "%" not in message
    assert message.endswith(".")


def test_every_error_has_a_code_of_its_own_and_says_what_to_do() -> None:
    # AlreadySent only gathers two errors and is never raised itself.
    codes = [error.code for error in all_errors() if error is not errors.AlreadySent]
    assert len(codes) == len(set(codes))
    for error in all_errors():
        assert re.fullmatch(r"[a-z0-9_]+", error.code)
        assert 400 <= error.status <= 503
        assert error.title.endswith(".")
        assert vars(errors)[error.__name__] is error
