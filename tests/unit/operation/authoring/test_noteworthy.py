"""What of a new version only the operator can judge: told as warnings, and no reason to refuse it."""

from __future__ import annotations

import pytest

from chalicelib.questionnaire.definition import KINDS
from operation.authoring.comparability import noteworthy
from tests.builders import a_question, text
from tests.unit.operation.authoring.documents import (
    Document,
    asking,
    changed,
    in_german,
    only,
    question,
    read,
    reasons,
    reviewed,
    reworded,
    two_languages,
    with_one_more,
    with_part,
    with_wordings,
)


def _under_a_heading() -> Document:
    return asking(two_languages(), a_question("section", id="about", label=text("About you", sv="Om dig")), at=0)


#: A new version, and the only warning.
WARNED: dict[str, tuple[Document, tuple[str, str]]] = {
    "an introduction that says something else": (
        with_wordings(two_languages(), introduction=text("Only of the police.")),
        ("questionnaire.introduction", "changed_foreword"),
    ),
    "somebody else who asks": (
        with_wordings(two_languages(), asked_by=text("A ministry")),
        ("questionnaire.asked_by", "changed_foreword"),
    ),
    "a word of the title": (
        with_wordings(two_languages(), title=text("A few questions more", sv="På svenska: A few questions")),
        ("questionnaire.title", "changed_foreword"),
    ),
    "thanks that are gone in a language": (
        with_wordings(two_languages(), thanks=text("Thank you.")),
        ("questionnaire.thanks", "changed_foreword"),
    ),
    "options that are mixed from now on": (
        changed("single_choice", order="random"),
        ("country.order", "changed_guidance"),
    ),
    "a letter of an option": (
        reworded("single_choice", "options", 2, "OTHERS"),
        ("country.other", "changed_wording"),
    ),
    "a letter of a row": (reworded("matrix", "rows", 0, "Homes"), ("harder.home", "changed_wording")),
    "a letter of a hint": (
        changed("long_text", hint=text("Name nobody!", sv="På svenska: Name nobody.")),
        ("wish.hint", "changed_wording"),
    ),
    "a word of a question": (
        changed("yes_no", label=text("About yes_no, please?", sv="På svenska: About yes_no?")),
        ("police_met", "changed_wording"),
    ),
    "an option of a draft": (reworded("single_choice", "options", 0, "Danmark", "sv"), ("country.se", "changed_draft")),
    "an option of a draft that is gone": (
        with_part("single_choice", "options", 0, label=text("SE")),
        ("country.se", "changed_draft"),
    ),
    "a hint that is new": (changed("yes_no", hint=text("In the last year.")), ("police_met.hint", "changed_guidance")),
    "a hint that is gone": (changed("long_text", hint=None), ("wish.hint", "changed_guidance")),
    "a reason that is new": (
        changed("consent", required_because=text("The law says so.")),
        ("agreed.required_because", "changed_guidance"),
    ),
    "a note that is gone": (only(two_languages(), *KINDS.keys() - {"note"}), ("heading", "changed_guidance")),
    "a heading above all": (_under_a_heading(), ("about", "moved_questions")),
}


@pytest.mark.parametrize("what", WARNED)
def test_what_only_the_operator_can_judge_is_a_warning_and_no_reason(what: str) -> None:
    document, warning = WARNED[what]
    assert reasons(two_languages(), document) == []
    assert warnings(two_languages(), document) == [warning]


@pytest.mark.parametrize(
    "document",
    [
        two_languages(),
        reviewed(two_languages()),
        in_german(two_languages()),
        with_one_more("single_choice", "options"),
        asking(two_languages(), a_question("yes_no", id="more")),
    ],
)
def test_what_changes_no_meaning_is_not_warned_of(document: Document) -> None:
    assert warnings(two_languages(), document) == []


def warnings(old: Document, new: Document) -> list[tuple[str, str]]:
    found = noteworthy(read(old), read(new))
    assert {problem.severity for problem in found} <= {"warning"}
    return [(str(problem.place), problem.code) for problem in found]


def test_options_of_a_draft_that_change_places_are_told_as_such() -> None:
    document = two_languages()
    first, second = question(document, "single_choice")["options"][:2]
    first["label"]["sv"], second["label"]["sv"] = second["label"]["sv"], first["label"]["sv"]
    messages = [problem.message for problem in noteworthy(read(two_languages()), read(document))]
    assert messages == [
        "In the draft “sv” “På svenska: SE” became “På svenska: NO”, which was the wording of “country.no”."
        " Who answered before has read it as it was.",
        "In the draft “sv” “På svenska: NO” became “På svenska: SE”, which was the wording of “country.se”."
        " Who answered before has read it as it was.",
    ]


def asked(wording: str, language: str = "en") -> Document:
    """A version with ``wording``, in a language that somebody reviewed."""
    document = reviewed(two_languages())
    question(document, "yes_no")["label"][language] = wording
    return document


@pytest.mark.parametrize("language", ["en", "sv"])
def test_a_time_that_shifts_is_told_with_its_question_and_language_P13(language: str) -> None:
    old, new = (asked(f"Were you refused a home in the last {time}?", language) for time in ("year", "month"))
    assert reasons(old, new) == []
    [warning] = noteworthy(read(old), read(new))
    assert (str(warning.place), warning.code) == ("police_met", "changed_wording")
    assert warning.message == (
        f"In “{language}” “Were you refused a home in the last year?” became “Were you refused a home in the last"
        " month?”. Who answered before has read it as it was."
    )


def test_of_a_long_wording_the_part_that_changed_is_quoted() -> None:
    start = "Some of us are told to leave, some are never let in. Thinking of your own home and of nobody else's, "
    old, new = (asked(f"{start}were you {done} in the last year?") for done in ("refused", "helped"))
    [warning] = noteworthy(read(old), read(new))
    assert "“… and of nobody else's, were you refused in the last year?”" in warning.message
    assert "“… and of nobody else's, were you helped in the last year?”" in warning.message


def test_questions_that_move_are_named_with_the_heading_they_move_to() -> None:
    [warning] = noteworthy(read(_under_a_heading()), read(two_languages()))
    assert str(warning.place) == "questionnaire.questions"
    assert warning.message.startswith("Now under no heading: country, ")


def test_the_words_of_a_draft_may_be_corrected_and_every_change_is_told() -> None:
    document = reworded("single_choice", "options", 0, "Något helt annat", "sv")
    assert reasons(two_languages(), document) == []
    [warning] = noteworthy(read(two_languages()), read(document))
    assert (str(warning.place), warning.code, warning.severity) == ("country.se", "changed_draft", "warning")
    assert warning.message == (
        "In the draft “sv” “På svenska: SE” became “Något helt annat”. Who answered before has read it as it was."
    )
    assert reasons(two_languages(), reviewed(document)) == []
