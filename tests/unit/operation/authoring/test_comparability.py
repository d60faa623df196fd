"""What a new version may change, and every reason for which it is refused (P13)."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from chalicelib.questionnaire.definition import KINDS
from operation.authoring import comparability as versions
from operation.authoring.comparability import incomparable, unknown_names
from tests.builders import a_definition, a_document, a_question, options, place_of, text
from tests.unit.operation.authoring.documents import (
    BECAUSE,
    MET,
    Document,
    asking,
    changed,
    in_german,
    of_kind,
    only,
    question,
    read,
    reasons,
    reordered,
    reviewed,
    reworded,
    two_languages,
    with_one_more,
    with_part,
    with_wordings,
    without,
    without_swedish,
)
from tests.unit.operation.authoring.found import codes_of
from tests.unit.operation.authoring.test_noteworthy import WARNED
from tests.unit.operation.authoring.trees import answered, no

# --- what may change -------------------------------------------------------------------------------------------------


#: What the same questions may be asked with.
WORDED: dict[str, Document] = {
    "nothing": two_languages(),
    "a slip in a question": changed("yes_no", label=text("Abouts yes_no?", sv="x")),
    "a slip in an option": reworded("single_choice", "options", 2, "OTHERS"),
    "a slip in a row": reworded("matrix", "rows", 0, "Homes"),
    "a slip in a band": reworded("number", "bands", 1, "Same"),
    "a slip in the end of a scale": changed("scale", least_label=text("badd", sv="x")),
    "a hint": changed("yes_no", hint=text("In the last year.")),
    "the words of a reason": changed("consent", required_because=text("The law says so.")),
    "title, introduction and thanks": with_wordings(
        two_languages(), title=text("Anew"), introduction=text("Anew."), thanks=text("Anew."), minutes=9
    ),
    "options in a random order": changed("single_choice", order="random"),
    "ranks of options in a random order": changed("ranking", order="random"),
    "an option that stands apart": with_part("single_choice", "options", 1, apart=True),
    "a choice of many that stands apart": with_part("multiple_choice", "options", 2, apart=True),
    "an answer to rows that stands apart": with_part("matrix", "options", 2, apart=True),
    "a note that is gone": only(two_languages(), *KINDS.keys() - {"note", "section"}),
    "a language": in_german(two_languages()),
    "a review": reviewed(two_languages()),
    "a section": asking(two_languages(), a_question("section", id="more"), at=3),
}
#: What may be asked anew, or otherwise.
ADDED: dict[str, Document] = {
    "the order": reordered(two_languages()),
    "how long a text may be": changed("short_text", most_characters=99),
    "an option of one": with_one_more("single_choice", "options"),
    "an option of several": with_one_more("multiple_choice", "options"),
    "an exclusive option": with_one_more("multiple_choice", "options", exclusive=True),
    "a value of a link": with_one_more("hidden", "options"),
    "a row": with_one_more("matrix", "rows"),
    "an answer to rows": with_one_more("matrix", "options"),
    "a line to specify": with_part("multiple_choice", "options", 0, specify=True),
    "a question": asking(two_languages(), a_question("yes_no", id="more")),
    "a question first": asking(two_languages(), a_question("yes_no", id="more"), at=0),
    "a question on condition": asking(two_languages(), a_question("yes_no", id="more", show_if=MET)),
    "a question that needs an answer": asking(two_languages(), a_question("yes_no", id="more", **BECAUSE)),
}
ALLOWED = WORDED | ADDED


@pytest.mark.parametrize("what", ALLOWED)
def test_version_may_correct_wording_and_add(what: str) -> None:
    assert reasons(two_languages(), ALLOWED[what]) == []


# --- what is refused -------------------------------------------------------------------------------------------------


def _in_section(show_if: Any) -> Document:
    return asking(two_languages(), a_question("section", id="more", show_if=show_if), at=place_of("short_text"))


#: What is changed, and the only reason for which it is refused.
REFUSED: dict[str, tuple[Document, tuple[str, str]]] = {
    "a language less": (without_swedish(), ("questionnaire.languages.sv", "removed_language")),
    "a question less": (only(two_languages(), *KINDS.keys() - {"scale"}), ("mood", "removed_question")),
    "another kind": (of_kind("yes_no", "long_text"), ("police_met.kind", "changed_question")),
    "a note for a question": (of_kind("yes_no", "note"), ("police_met.kind", "changed_question")),
    "more steps": (changed("scale", most=7), ("mood.most", "changed_question")),
    "a lower step": (changed("scale", least=0), ("mood.least", "changed_question")),
    "more to choose": (changed("multiple_choice", most=3), ("challenges.most", "changed_question")),
    "any number to choose": (changed("multiple_choice", most=None), ("challenges.most", "changed_question")),
    "more to rank": (changed("ranking", most=3), ("wants.most", "changed_question")),
    "a larger number": (changed("number", most=301), ("clients.most", "changed_question")),
    "an earlier date": (changed("date", least="2019-12-31"), ("moved.least", "changed_question")),
    "a pattern": (changed("short_text", pattern="a+"), ("word.pattern", "changed_question")),
    "an answer that is needed": (changed("yes_no", **BECAUSE), ("police_met.required_because", "changed_question")),
    "an option less": (without("single_choice", "options", 1), ("country.no", "removed_option")),
    "an option of several less": (without("multiple_choice", "options", 1), ("challenges.stigma", "removed_option")),
    "a row less": (without("matrix", "rows", 1), ("harder.work", "removed_row")),
    "an answer to rows less": (without("matrix", "options", 1), ("harder.some", "removed_option")),
    "a value of a link less": (without("hidden", "options", 1), ("source.poster", "removed_option")),
    "an option more to rank": (with_one_more("ranking", "options"), ("wants", "changed_question")),
    "an exclusive option": (
        with_part("multiple_choice", "options", 0, exclusive=True),
        ("challenges.law", "changed_meaning"),
    ),
    "another limit of a number": (with_part("number", "bands", 0, below=11), ("clients.few", "changed_meaning")),
    "another limit of a date": (
        with_part("date", "bands", 0, before="2024-01-02"),
        ("moved.before", "changed_meaning"),
    ),
    "no line to specify": (
        with_part("single_choice", "options", 2, specify=False),
        ("country.other.text", "removed_line"),
    ),
    "another question": (changed("yes_no", label=text("Do you smoke?")), ("police_met", "changed_meaning")),
    "another option": (reworded("single_choice", "options", 0, "Denmark"), ("country.se", "changed_meaning")),
    "another row": (reworded("matrix", "rows", 0, "Prison"), ("harder.home", "changed_meaning")),
    "another band": (reworded("number", "bands", 0, "Unknown"), ("clients.few", "changed_meaning")),
    "another end of a scale": (changed("scale", least_label=text("splendid")), ("mood.least_label", "changed_meaning")),
    "a condition": (changed("number", show_if=answered("mood")), ("clients.show_if", "changed_condition")),
    "no wording in the first language": (changed("yes_no", label={"sv": "Mött?"}), ("police_met", "removed_language")),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_makes_answers_incomparable_is_refused_with_its_reason_P13(what: str) -> None:
    document, reason = REFUSED[what]
    assert reasons(two_languages(), document) == [reason]


#: Reasons that another edition is none for, since it may ask less.
REMOVED = {"removed_question", "removed_option", "removed_row", "removed_line"}


@pytest.mark.parametrize("what", REFUSED)
def test_another_edition_may_ask_less_but_what_keeps_its_id_keeps_its_meaning_P13(what: str) -> None:
    document, reason = REFUSED[what]
    found = incomparable([read(two_languages())], read(document), may_remove=True)
    assert [(str(problem.place), problem.code) for problem in found] == ([] if reason[1] in REMOVED else [reason])


def test_what_was_gone_comes_back_as_what_it_was_P13() -> None:
    gone = read(only(two_languages(), *KINDS.keys() - {"scale"}))
    back = read(changed("scale", most=7))
    [problem] = incomparable([read(two_languages()), gone], back, may_remove=True)
    assert (str(problem.place), problem.code) == ("mood.most", "changed_question")


def test_every_reason_is_tested_here() -> None:
    tested = {code for _, (_, code) in REFUSED.values()}
    told = {code for _, (_, code) in WARNED.values()} | {"unknown_name", "asked_late"}
    assert tested | told == codes_of(versions)


@pytest.mark.parametrize(
    ("kind", "name", "place"),
    [("number", "bands", "clients"), ("date", "bands", "moved"), ("ranking", "options", "wants")],
)
def test_bands_and_what_is_ranked_neither_come_nor_go_P13(kind: str, name: str, place: str) -> None:
    for document in (without(kind, name, 0), with_one_more(kind, name)):
        assert reasons(two_languages(), document) == [(place, "changed_question")]


def test_a_section_that_is_asked_of_some_changes_what_stands_in_it_P13() -> None:
    moved = [f"{question['id']}.show_if" for question in two_languages()["questionnaire"]["questions"]]
    assert moved[place_of("short_text") :][:3] == ["word.show_if", "wish.show_if", "source.show_if"]
    document = asking(_in_section(MET), a_question("section", id="end"), at=place_of("short_text") + 3)
    assert reasons(two_languages(), document) == [
        ("word.show_if", "changed_condition"),
        ("wish.show_if", "changed_condition"),
    ]


def test_a_condition_may_move_from_a_question_to_its_section_P13() -> None:
    heading = a_question("section", id="more")
    alone = asking(two_languages(), heading, a_question("yes_no", id="last", show_if=MET))
    below = asking(two_languages(), heading | {"show_if": MET}, a_question("yes_no", id="last"))
    assert reasons(alone, below) == []
    opposite = asking(two_languages(), heading | {"show_if": no(MET)}, a_question("yes_no", id="last"))
    assert reasons(alone, opposite) == [("last.show_if", "changed_condition")]


def test_every_reason_is_given_at_once_in_the_order_of_the_questions() -> None:
    document = only(without_swedish(), *KINDS.keys() - {"scale"})
    question(document, "single_choice")["options"] = options("no", "dk")
    assert reasons(two_languages(), document) == [
        ("questionnaire.languages.sv", "removed_language"),
        ("country.se", "removed_option"),
        ("country.other", "removed_option"),
        ("mood", "removed_question"),
    ]


def test_a_question_that_is_gone_is_no_other_reason() -> None:
    document = only(two_languages(), *KINDS.keys() - {"single_choice"})
    assert reasons(two_languages(), document) == [("country", "removed_question")]


def test_a_row_that_is_called_text_is_no_line() -> None:
    rows = [{"code": "home", "label": text("Home")}, {"code": "text", "label": text("Text")}]
    old, new = (a_document(a_question("matrix", rows=some)) for some in (rows, rows[:1]))
    assert reasons(old, new) == [("harder.text", "removed_row")]


# --- the meaning of words --------------------------------------------------------------------------------------------


def test_new_wording_needs_the_operators_word() -> None:
    document = changed("yes_no", label=text("Have officers bothered you?"))
    [problem] = incomparable([read(two_languages())], read(document))
    assert problem.message == (
        "“About yes_no?” became “Have officers bothered you?”. If that means the same, publish with"
        " --same-meaning police_met; else take a new id or code."
    )
    assert reasons(two_languages(), document, "police_met") == []
    assert reasons(two_languages(), document, "country", "police_met.yes") == [("police_met", "changed_meaning")]


def test_the_operators_word_holds_for_what_it_namesonly() -> None:
    document = reworded("single_choice", "options", 0, "Denmark")
    question(document, "single_choice")["label"] = text("Where from?")
    assert reasons(two_languages(), document, "country") == [("country.se", "changed_meaning")]
    assert reasons(two_languages(), document, "country.se") == [("country", "changed_meaning")]


@pytest.mark.parametrize(("kind", "name"), [("single_choice", "options"), ("matrix", "rows"), ("number", "bands")])
def test_swapped_labels_are_refused_whatever_the_operator_says(kind: str, name: str) -> None:
    document = two_languages()
    first, second = question(document, kind)[name][:2]
    first["label"], second["label"] = second["label"], first["label"]
    names = [f"{question(document, kind)['id']}.{part['code']}" for part in (first, second)]
    assert reasons(two_languages(), document, *names) == [(name, "changed_meaning") for name in names]


def test_swapped_ends_of_a_scale_are_refused() -> None:
    document = changed("scale", least_label=text("good"), most_label=text("bad"))
    names = ("mood.least_label", "mood.most_label")
    assert reasons(two_languages(), document, *names) == [(name, "changed_meaning") for name in names]


def test_swapped_questions_are_refused_however_alike_they_are() -> None:
    asked = [a_question("yes_no", id=day, label=text(f"Were you well on {day}?")) for day in ("monday", "sunday")]
    swapped = [asked[0] | {"label": asked[1]["label"]}, asked[1] | {"label": asked[0]["label"]}]
    assert reasons(a_document(*asked), a_document(*swapped)) == [
        ("monday", "changed_meaning"),
        ("sunday", "changed_meaning"),
    ]


def test_a_label_that_another_code_had_is_refused_where_it_moved_to() -> None:
    document = reworded("single_choice", "options", 0, "NO")
    question(document, "single_choice")["options"][1]["label"]["en"] = "Norway and NO"
    assert ("country.se", "changed_meaning") in reasons(two_languages(), document, "country.se", "country.no")


LONG = " ".join(f"Sentence {number} says what we do with your answers." for number in range(20))
#: Of letters so common here that difflib ignores them.
COMMON = " ".join("".join(letters) for letters in permutations("aenost", 4))


@pytest.mark.parametrize("wording", [LONG[:199], LONG[:200], LONG, LONG * 3, COMMON])
@pytest.mark.parametrize("slip", [10, 100, 190])
def test_a_slip_is_a_slip_in_a_wording_of_any_length(wording: str, slip: int) -> None:
    old, new = (changed("yes_no", label=text(each)) for each in (wording, wording[:slip] + wording[slip + 1 :]))
    assert reasons(old, new) == []


def test_a_long_wording_that_says_something_else_is_refused() -> None:
    other = " ".join(f"In part {number} you are asked for nothing but money." for number in range(20))
    assert reasons(changed("yes_no", label=text(LONG)), changed("yes_no", label=text(other))) == [
        ("police_met", "changed_meaning")
    ]


@pytest.mark.parametrize(
    ("kind", "change", "name"),
    [
        ("long_text", {"hint": text("Name everybody whom you have met.")}, "wish.hint"),
        ("section", {"label": text("Of the last week only")}, "part"),
        ("note", {"label": text("Answer for somebody else, not for yourself.")}, "heading"),
        ("short_text", {"pattern": "[a-z]+", "pattern_says": text("no digits, please")}, "word.pattern_says"),
        ("scale", {"required_because": text("Without it we are paid nothing.")}, "mood.required_because"),
    ],
)
def test_what_stands_with_a_question_keeps_its_meaning_or_takes_the_operator_s_word_P13(
    kind: str, change: dict[str, Any], name: str
) -> None:
    old, new = two_languages(), two_languages()
    before = {
        key: text("small letters of the alphabet") if "says" in key or "because" in key else each
        for key, each in change.items()
    }
    if kind in ("short_text", "scale"):
        question(old, kind).update(before)
    question(new, kind).update(change)
    assert reasons(old, new) == [(name, "changed_meaning")]
    assert reasons(old, new, name) == []
    assert unknown_names(read(new), [name]) == []


def test_a_number_in_a_question_is_no_slip() -> None:
    old, new = (changed("yes_no", label=text(f"Did you meet the police in the last {n} months?")) for n in (12, 2))
    assert reasons(old, new) == [("police_met", "changed_meaning")]


def test_options_and_rows_of_one_code_are_told_apart() -> None:
    old, new = two_languages(), two_languages()
    for document in (old, new):
        question(document, "matrix")["rows"][0]["code"] = "not"
    question(new, "matrix")["options"][0]["label"] = text("Very much")
    assert reasons(old, new) == [("harder.not", "changed_meaning")]


def test_a_name_that_nothing_has_is_told() -> None:
    [problem] = unknown_names(read(two_languages()), ["country.se", "contry.se", "harder.home", "wish.hint"])
    assert (str(problem.place), problem.code) == ("contry.se", "unknown_name")
    assert str(problem).startswith("--same-meaning contry.se: No wording is called so.")
    assert "Did you mean “country.se”?" in str(problem)


# --- languages -------------------------------------------------------------------------------------------------------


def test_the_words_of_the_first_language_stand_though_it_is_a_draft() -> None:
    old, new = two_languages(), reworded("single_choice", "options", 0, "Denmark")
    for document in (old, new):
        del document["questionnaire"]["languages"]["en"]["reviewed_by"]
    assert reasons(old, new) == [("country.se", "changed_meaning")]


def test_a_translation_may_come_and_may_not_go() -> None:
    old, new = reviewed(two_languages()), reviewed(two_languages())
    del question(new, "scale")["label"]["sv"]
    assert reasons(old, new) == [("mood", "removed_language")]
    assert reasons(new, old) == []


def test_a_translation_that_comes_is_not_another_option_s() -> None:
    old, new = reviewed(two_languages()), reviewed(two_languages())
    first, second = question(old, "single_choice")["options"][:2]
    del first["label"]["sv"]
    question(new, "single_choice")["options"][0]["label"]["sv"] = second["label"]["sv"]
    assert reasons(old, new) == [("country.se", "changed_meaning")]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        *(("Legal", "Illegal"), ("Agree", "Disagree"), ("Male", "Female"), ("Once", "None"), ("Under 10", "Under 100")),
        *(("👍", "👎"), ("< 18", "> 18"), ("की", "के")),
    ],
)
def test_option_that_looks_alike_and_means_the_opposite_needs_the_operators_word(was: str, becomes: str) -> None:
    choices = [{"code": "a", "label": text(was)}, {"code": "b", "label": text("Neither")}]
    changed_choices = [{"code": "a", "label": text(becomes)}, choices[1]]
    old, new = (
        a_definition(a_question("single_choice", options=each)).questionnaire for each in (choices, changed_choices)
    )
    assert [problem.code for problem in incomparable([old], new)] == ["changed_meaning"]
    assert incomparable([old], new, ["country.a"]) == []
