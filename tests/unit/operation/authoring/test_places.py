"""Where a problem stands: in words that an author finds it by, and inside of what."""

from __future__ import annotations

import pytest

from operation.authoring.places import FILE, QUESTIONS, SETTINGS, Place
from operation.authoring.problems import DefinitionProblem, ProblemCode

OPTION = QUESTIONS / "country" / "options"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (FILE, "file"),
        (SETTINGS / "policy", "settings.policy"),
        (QUESTIONS / 3 / "options" / 2 / "label", "questionnaire.questions.3.options.2.label"),
        (QUESTIONS / "country", "country"),
        (QUESTIONS / "country" / "hint", "country.hint"),
        (OPTION / "se", "country.se"),
        (OPTION / "rows", "country.rows"),
        (OPTION / "se" / "text", "country.se.text"),
    ],
)
def test_a_place_is_the_way_through_the_file_or_as_operators_name_it(place: Place, said: str) -> None:
    assert str(place) == said


@pytest.mark.parametrize(
    ("place", "others", "expected"),
    [
        (SETTINGS / "crosstabs" / "by", {SETTINGS / "crosstabs"}, True),
        (SETTINGS / "crosstabs" / "by", {SETTINGS}, True),
        (SETTINGS / "crosstabs", {SETTINGS / "crosstabs"}, True),
        (SETTINGS / "crosstabs", {SETTINGS / "crosstabs" / "by", SETTINGS / "crosstabss", FILE}, False),
        (QUESTIONS / 11, {QUESTIONS / 1}, False),
        (FILE, {FILE}, False),
    ],
)
def test_a_place_lies_in_itself_and_in_what_holds_it(place: Place, others: set[Place], expected: bool) -> None:
    assert place.lies_in(others) is expected


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("a.yaml", 3, "a.yaml:3: settings: Mend it. [tag]"),
        ("a.yaml", None, "a.yaml: settings: Mend it. [tag]"),
        (None, 3, "line 3: settings: Mend it. [tag]"),
        (None, None, "settings: Mend it. [tag]"),
    ],
)
def test_a_problem_says_file_line_place_and_code(file: str | None, line: int | None, said: str) -> None:
    assert str(DefinitionProblem(SETTINGS, ProblemCode.TAG, "Mend it.", line=line, file=file)) == said
