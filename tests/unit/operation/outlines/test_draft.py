"""An outline becomes a definition that passes `check`, and whatever was guessed is told by its line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.questionnaire.definition import Definition
from operation.authoring.loader import parse_definition
from operation.authoring.yaml_reader import read_document
from operation.errors import DefinitionError
from operation.outlines.draft import Draft, draft_of, draft_of_file
from operation.outlines.lines import LineKind, lines_of

TODAY = date(2026, 3, 1)
#: What `check` warns of in any draft.
ALWAYS = {"draft_words", "method_untold"}


def drafted(text: str, to: str = "our-needs.yaml", language: str = "en") -> Draft:
    return draft_of(text, Path("outline.md"), Path(to), language, TODAY)


def definition_of(text: str) -> Definition:
    draft = drafted(text)
    assert [problem for problem in draft.problems if problem.severity == "error"] == []
    return parse_definition(draft.text.encode())[0]


def questions_of(text: str) -> list[dict[str, Any]]:
    dumped = definition_of(text).questionnaire.model_dump(mode="json", exclude_defaults=True)
    return list(dumped["questions"])


def kinds_of(text: str) -> list[str]:
    return [question["kind"] for question in questions_of(text)]


def labels_of(question: dict[str, Any]) -> list[str]:
    return [option["label"]["en"] for option in question["options"]]


def guessed(text: str) -> list[tuple[int, str]]:
    """What was guessed, but for what no outline says."""
    return [(guess.line, guess.said) for guess in drafted(f"Title: x\nAsked by: y\nThanks: z\n\n{text}").guesses][2:]


def test_whole_outline_passes_check_with_nothing_lost() -> None:
    text = """\
# Our needs
We ask every year.

- It is short

## About you
1. Which country? (required: because we plan by country)
- Sweden
- Another: ____
- I would rather not say
2. Have you met us? (yes/no)
## Needs
Think of the last year.

3. What do you need? (up to 2)
   a) Advice
   b) None of these
   c) Money
4. How content are you? (1-5: Not at all – Very)
5. How many hours? (number 0-168)
6. When did it change? (date 2020-2026)
7. What first? (ranking)
1) Talk
2) Rest
8. Which part? (dropdown)
• North
• South
9. Your word? (short text)
Hint: One line, no names.
10. What else?
Name nobody, and no places.

Thank you very much.
"""
    draft = drafted(text)
    assert {problem.code for problem in draft.problems} == ALWAYS
    definition = parse_definition(draft.text.encode())[0]
    questionnaire = definition.questionnaire
    assert (definition.survey, questionnaire.title) == ("our-needs", {"en": "Our needs"})
    assert questionnaire.introduction == {"en": "We ask every year.\n\n- It is short"}
    assert questionnaire.thanks == {"en": "Thank you very much."}
    questions = questions_of(text)
    assert [question["kind"] for question in questions] == [
        *("section", "single_choice", "yes_no", "section", "note", "multiple_choice", "scale", "number", "date"),
        *("ranking", "dropdown", "short_text", "long_text"),
    ]
    country, needs = questions[1], questions[5]
    assert country["required_because"] == {"en": "We plan by country."}
    assert [option.get("specify", option.get("apart", False)) for option in country["options"]] == [False, True, True]
    assert (labels_of(needs), needs["most"]) == (["Advice", "Money", "None of these"], 2)
    assert questions[7]["bands"][-1]["label"] == {"en": "135–168"}
    assert questions[12]["hint"] == {"en": "Name nobody, and no places."}
    assert (draft.questions, draft.sections) == (10, 2)


def test_lines_as_Word_pastes_them_are_understood() -> None:
    text = (
        "Our needs\r\n\r\n1)\tWhat’s “home” to you?\r\n·\tA house\r\no\tA flat\r\n–\tNeither\r\n"
        "2)\tWhat do you need?\r\n☐\tRest\r\n☐\tPay\r\n"
    )
    first, second = questions_of(text)
    assert (first["label"]["en"], labels_of(first)) == ("What’s “home” to you?", ["A house", "A flat", "Neither"])
    assert (second["kind"], labels_of(second)) == ("multiple_choice", ["Rest", "Pay"])


@pytest.mark.parametrize(
    "text",
    [
        "1. A?\n   1. x\n   2. y\n2. B?\n   1. x\n   2. y\n",
        "1. A?\n1) x\n2) y\n2. B?\n1) x\n2) y\n",
        "1. A?\n1. x\n2. y\n2. B?\n1. x\n2. y\n",
        "T\n\n1.1 A?\n- x\n- y\n1.2 B?\n- x\n- y\n",
        "2. A?\n   1. x\n   2. y\n3. B?\n   1. x\n   2. y\n",
        "1. A?\n- x\n- y\n2) B?\n- x\n- y\n",
        "1. A?\n- x\n- y\n1. B?\n- x\n- y\n",
        "T\n\nA?\n- x\n- y\n\nB?\n- x\n- y\n",
        "A?\na) x\nb) y\n\nB?\na) x\nb) y\n",
        "Q1 A?\n* x\n* y\n\n\nQ2 B?\n* x\n* y\n",
    ],
)
def test_questions_and_options_are_told_apart_however_both_are_numbered(text: str) -> None:
    found = questions_of(text)
    assert [(each["label"]["en"], each["kind"], labels_of(each)) for each in found] == [
        ("A?", "single_choice", ["x", "y"]),
        ("B?", "single_choice", ["x", "y"]),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        ("1. A?\n- x\n- y", "single_choice", 5),
        ("1. A?", "long_text", 5),
        ("1. A?\n- only", "long_text", 5),
        ("1. A? (several)", "long_text", 5),
        ("1. A? (text)\n- x\n- y", "single_choice", 5),
        ("1. A?\n☐ x\n☐ y", "multiple_choice", 5),
        ("1. A?\nChoose all that apply.\n- x\n- y", "multiple_choice", 5),
        ("1. How many? (number)", "number", 5),
        ("1. When? (date)", "date", 5),
        ("1. How much? (1-5)", "scale", 5),
    ],
)
def test_what_is_guessed_is_told_with_its_line(text: str, kind: str, line: int) -> None:
    assert kinds_of(text) == [kind]
    assert any(guess[0] == line for guess in guessed(text))


@pytest.mark.parametrize("listed", ["Woman / Man / Other", "Woman | Man | Other", "☐ Woman   ☐ Man   ☐ Other"])
def test_options_on_one_line_are_options(listed: str) -> None:
    [question, _] = questions_of(f"Q1: What is your gender?\n{listed}\nQ2: And/or what else?\nName nobody / nowhere.")
    assert labels_of(question) == ["Woman", "Man", "Other"]
    assert question["kind"] == ("multiple_choice" if "☐" in listed else "single_choice")
    assert kinds_of(f"1. What is your gender?\n{listed}\n2. What else?\nName nobody / nowhere.")[1] == "long_text"


@pytest.mark.parametrize(
    "listed", ["Bad / Good", "Bad/Good", "Bad | Good", "☐ Bad ☐ Good", "(one) Bad / Good", "(several) □ Bad □ Good"]
)
@pytest.mark.parametrize("number", ["1. ", ""])
def test_options_behind_their_question_are_options_and_told(number: str, listed: str) -> None:
    text = f"{number}How was it? {listed}"
    [question] = questions_of(text)
    assert (question["label"]["en"], labels_of(question)) == ("How was it?", ["Bad", "Good"])
    assert any(line == 5 and "2 options" in said for line, said in guessed(text))


@pytest.mark.parametrize("more", ["Tell us why and/or how.", "Name the town/the village.", "(1 / 2)"])
def test_words_behind_a_question_are_no_options(more: str) -> None:
    assert kinds_of(f"1. Where was it? {more}") == ["long_text"]


def test_hint_that_is_added_is_in_the_language_of_the_outline() -> None:
    assert 'hint: {sv: "Do not' not in drafted("1. Varför?", language="sv").text


@pytest.mark.parametrize("written", ["Q2 If so, how many?", "Question 2 – How many?", "Nr 2 How many?"])
def test_what_is_called_a_question_is_no_option_of_another(written: str) -> None:
    assert kinds_of(f"Q1: Do you have children? (yes/no)\n{written}\nQ3: Why? (text)") == ["yes_no", *["long_text"] * 2]


@pytest.mark.parametrize("part", ["Part 1: You", "Section A. You", "Del 2 – Du", "Osa 1", "Hluti 1: Þú"])
def test_numbered_part_is_a_section(part: str) -> None:
    assert kinds_of(f"A title\nWhy we ask.\n\n{part}\n1. Why? (text)") == ["section", "long_text"]
    assert kinds_of("A title\n\nPart of it is short.\n1. Why? (text)") == ["long_text"]


@pytest.mark.parametrize("last", ["Tack för dina svar!", "Takk for svarene!", "Kiitos!", "Takk fyrir!", "شكرًا لك"])
def test_thanks_are_known_in_each_of_the_six_languages(last: str) -> None:
    assert definition_of(f"1. Why? (text)\nHint: Name nobody.\n\n{last}").questionnaire.thanks == {"en": last}


@pytest.mark.parametrize("other", ["Other, please specify", "Other: which?", "Other (please specify): ……", "Other ___"])
def test_option_that_asks_for_more_words_has_a_line_and_its_label_alone(other: str) -> None:
    [question] = questions_of(f"1. What?\n- Home\n- {other}")
    assert question["options"][1] == {"code": "other", "label": {"en": "Other"}, "specify": True}


def test_dash_parts_the_words_of_a_code_and_an_apostrophe_does_not() -> None:
    [question] = questions_of("1. How old?\n- 25–40\n- Don’t know")
    assert [option["code"] for option in question["options"]] == ["c25_40", "dont_know"]


def test_one_minute_is_one() -> None:
    assert "By its words it takes 1 minute to answer." in [guess.said for guess in drafted("1. A? (yes/no)").guesses]


def test_what_is_said_is_no_guess() -> None:
    text = (
        "1. Is it so? (yes/no)\n2. Which? (one)\n- x\n- y\n3. How? (1-5: Bad – Good)\n4. Why? (text)\nHint: No names."
    )
    assert guessed(text)[1:] == []


def test_no_reason_no_requirement() -> None:
    [question] = questions_of("1. A? (yes/no) (required)")
    assert "required_because" not in question
    assert any("(required: because …)" in said for _, said in guessed("1. A? (yes/no) (required)"))


def test_text_of_another_script_has_ids_and_codes_all_the_same() -> None:
    draft = drafted("1. أين تعيش؟\n- هنا\n- هناك\n", language="ar")
    [question] = parse_definition(draft.text.encode())[0].questionnaire.questions
    assert (question.id, question.kind) == ("question_1", "single_choice")
    assert 'ar: {name: "العربية"}' in draft.text


def test_alike_questions_and_options_have_names_of_their_own() -> None:
    first, second = questions_of("1. Why? (text)\nHint: x\n2. Why? (text)\nHint: x\n")
    assert (first["id"], second["id"]) == ("why", "why_2")


@pytest.mark.parametrize("to", ["Our Needs 2026.yaml", "our-needs-2026.yml"])
def test_survey_is_called_as_its_file(to: str) -> None:
    assert "survey: our-needs-2026\n" in drafted("1. A?", to).text


def test_file_whose_name_cannot_stand_in_a_link_is_told() -> None:
    assert "survey: my-survey\n" in drafted("1. A?", "نعم.yaml").text


TOO_MUCH = {
    "questions": "".join(f"{number}. A?\n" for number in range(1, 103)),
    "options": "1. A?\n" + "- x\n" * 251,
    "options in all": "".join(f"{number}. A?\n" + "- x\n" * 210 for number in range(1, 11)),
    "lines": "\n" + "x\n" * 5_001,
    "letters": f"1. {'a' * 4_001}?\n",
    "hints": "1. A?\n\n" + f"Hint: {'a' * 3_000}\n" * 2,
    "nothing": "Hello.\n\nThere is nothing here.\n",
    "no words": "\n \n---\n",
}


@pytest.mark.parametrize("text", TOO_MUCH.values(), ids=TOO_MUCH)
def test_outline_that_asks_too_much_or_nothing_is_refused(text: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        drafted(text)
    assert all(str(problem).startswith("outline.md:") for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_definition"),
        (b"PK\x03\x04word/", "other_format"),
        (b"%PDF-1.7", "other_format"),
        ("1. A?".encode("utf-16"), "not_utf8"),
        (b"1. Fr\xe4ga?", "not_utf8"),
        (b"1. A?\n" * 200_000, "too_large"),
    ],
)
def test_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "outline.md"
    path.write_bytes(content)
    with pytest.raises(DefinitionError) as caught:
        draft_of_file(path, tmp_path / "x.yaml", "en", TODAY)
    assert [problem.code for problem in caught.value.problems] == [code]


#: Pieces of outlines, and what is none: what lines begin with, words, brackets, signs, characters that nobody sees.
PIECES = st.sampled_from(
    (
        *("1. ", "2) ", "- ", "• ", "a) ", "# ", "\n", "\n\n", "  ", "\t", "Title: ", "Hint: ", "Required: ", "[ ] "),
        *(
            "Why?",
            "Sweden",
            "Other: ____",
            "Yes",
            "No",
            "Thank you",
            "العربية",
            "I would rather not say",
            "None",
            "true",
        ),
        *("(several)", "(1-5)", "(number 0-9)", "(number 9-0)", "(0-1)", "(1-1)", "(date 2020-1999)", "(yes/no)"),
        *("(date 1800-2200)", "(text)", "(note)", "(required: because)", "(required)", "(ranking, up to 0)"),
        *("(up to 999)", "(dropdown)", "|", "---", "===", "**", "\\", '"', "'", "{", "}", ":", "#", "%", "=", "?"),
        *("\u00a0", "\u200b", "\u202e", "\x00", "\x85", "e\u0301", "\ufeff", "\U000e0041"),
    )
)
OUTLINES = st.lists(PIECES | st.text(max_size=3), max_size=30).map("".join)


@example("1. A?\n- \n- x")
@example("1. (several)\n- (specify)\n- ____")
@given(OUTLINES)
@settings(max_examples=150, deadline=None)
def test_any_text_ends_in_a_draft_that_can_be_read_or_in_a_list_of_problems(text: str) -> None:
    try:
        draft = drafted(text)
    except DefinitionError:
        return
    lines = len(text.splitlines()) + 1
    assert all(1 <= guess.line <= lines and "\n" not in str(guess) for guess in draft.guesses)
    assert not {problem.code for problem in draft.problems} & {"not_yaml", "key", "tag", "alias", "comment", "missing"}


WORDS = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=20), min_size=1, max_size=4
)
MARKS = st.sampled_from(
    ["", "(one)", "(several)", "(text)", "(number)", "(1-5)", "(1-5: A – B)", "(yes/no)", "(date)", "(note)"]
)


@given(WORDS, MARKS)
@settings(max_examples=150, deadline=None)
def test_no_word_of_an_option_is_lost_whatever_becomes_of_it(words: list[str], mark: str) -> None:
    text = "\n".join([f"1. Which? {mark}", *(f"- option {word}" for word in words)])
    [question] = read_document(drafted(text).text.encode()).data["questionnaire"]["questions"]
    kept = str([*texts_in(question)])
    for line in (line for line in lines_of(text) if line.looks is LineKind.BULLET):
        assert [part for part in line.text.split() if repr(part.strip("_….:："))[1:-1] not in kept] == []


def texts_in(value: Any) -> Iterator[str]:
    """Every text of a question."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_in(each)
