"""What YAML would take in silence for less than was meant, or for something else."""

from __future__ import annotations

import pytest

from operation.authoring.loader import parse_definition
from tests.unit.operation.authoring.refusals import problems_of
from tests.unit.operation.authoring.test_loader import YAML

LABEL, TITLE = "label: {en: Country}", "title: {en: Title}"
NO_BREAK, ZERO_WIDTH = "\u00a0", "\u200b"


def told(was: str, becomes: str) -> list[tuple[str, str, int | None]]:
    """Place, code and line of each problem of a whole definition that was changed."""
    assert was in YAML
    problems = problems_of(YAML.replace(was, becomes))
    return [(str(problem.place), problem.code, problem.line) for problem in problems]


@pytest.mark.parametrize(
    ("becomes", "line"),
    [
        ("label:\n        en: Is housing the #1 problem?", 16),
        ("label:\n        en: Country   # which one?", 16),
        ("label:\n        en: Which of\n          these # 1", 17),
        ("label: {en: Country #1\n        }", 15),
    ],
)
def test_text_that_ends_at_a_comment_is_an_error_on_its_line(becomes: str, line: int) -> None:
    assert told(LABEL, becomes) == [("questionnaire.questions.0.label.en", "comment", line)]


def test_text_that_is_all_comment_is_told_as_such() -> None:
    assert told(LABEL, "label:\n        en: #1 of all")[0] == ("questionnaire.questions.0.label.en", "comment", 16)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (LABEL, 'label: {en: "Is housing the #1 problem?"}  # the first'),
        (LABEL, "label:\n        en: 'Is it #1?'   # the first"),
        (LABEL, "label:\n        en: |   # the first\n          Is it #1?"),
        (LABEL, "label:\n        en: Is it C#, or#that?"),
        (LABEL, "label:\n        # the first\n        en: Country\n        # and the last"),
        ("minutes: 2", "minutes: 2   # or so"),
        ("kind: single_choice", "kind: single_choice # one"),
        (LABEL, 'label: {en: "“Country”"}'),
        (LABEL, "label: {en: “Yes” or “no”}"),
        (LABEL, "label: {en: ’Tis the season}"),
        (LABEL, "label: {en: “Never” was said}"),
        (LABEL, f"label:\n        en: Country{NO_BREAK}?"),
    ],
)
def test_comment_beside_a_text_and_quotes_within_one_are_fine(was: str, becomes: str) -> None:
    definition, warnings = parse_definition(YAML.replace(was, becomes).encode())
    assert warnings == []
    assert definition.questionnaire.questions


@pytest.mark.parametrize("quoted", ["“Country”", "„Country“", "”Country”", "«Country»", "‘It’s me’", "“Country"])
def test_curly_quotes_around_a_text_are_no_quotes(quoted: str) -> None:
    assert told(LABEL, f"label: {{en: {quoted}}}") == [("questionnaire.questions.0.label.en", "curly_quotes", 15)]


def test_comma_between_curly_quotes_is_told_by_the_quotes() -> None:
    assert told(LABEL, "label: {en: “Now, which”}") == [("questionnaire.questions.0.label.en", "curly_quotes", 15)]


@pytest.mark.parametrize("text", ["Country, city or both", "One, two, three"])
def test_text_that_a_comma_ends_is_told_by_its_quotes_alone(text: str) -> None:
    found = problems_of(YAML.replace(LABEL, f"label: {{en: {text}}}"))
    assert {(problem.code, problem.line) for problem in found} == {("key", 15)}
    assert all("Put the text in quotes" in problem.message for problem in found)


def test_curly_quotes_around_a_code_are_told_as_such() -> None:
    [problem] = problems_of(YAML.replace("code: on", "code: “on”"))
    assert (problem.code, problem.line) == ("curly_quotes", 18)


@pytest.mark.parametrize("unseen", [NO_BREAK, ZERO_WIDTH, "\ufeff"])
def test_key_with_what_nobody_sees_is_told_once_and_read(unseen: str) -> None:
    [problem] = problems_of(YAML.replace("settings:", f"{unseen}settings:"))
    assert problem.code == "key"


@pytest.mark.parametrize(
    ("becomes", "advice"),
    [
        ("label: {en： Country}", "fullwidth colon (：)"),
        ("label: {en:Country}", "A language is followed by a colon and a blank"),
        ("label:\n        en:Country", "A language is followed by a colon and a blank"),
        ("– label: {en: Country}", "en dash (–)"),
        (f"label:\n        en:{NO_BREAK}Country", "no-break space (U+00A0)"),
        (
            f"label: {{{ZERO_WIDTH}en: Country}}",
            "zero width space (U+200B) stands here, and cannot be seen. Delete it.",
        ),
        (f"{NO_BREAK}label: {{en: Country}}", "no-break space (U+00A0)"),
    ],
)
def test_sign_that_only_looks_like_one_of_YAML_is_named(becomes: str, advice: str) -> None:
    assert any(advice in problem.message for problem in problems_of(YAML.replace(LABEL, becomes)))


@pytest.mark.parametrize("word", [f"no{NO_BREAK}", f'"n{ZERO_WIDTH}o"', "n\u00ado"])
def test_character_that_nobody_sees_in_a_word_is_named(word: str) -> None:
    place = "questionnaire.questions.0.options.0.code"
    assert told("code: no,", f"code: {word},") == [(place, "unprintable", 17)]


def test_characters_that_nobody_sees_may_stand_in_a_text() -> None:
    wording = f"Coun\u00adtry{NO_BREAK}?"
    definition, _ = parse_definition(YAML.replace(TITLE, f'title: {{en: "{wording}"}}').encode())
    assert definition.questionnaire.title == {"en": wording}
