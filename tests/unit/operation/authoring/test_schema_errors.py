"""What does not fit the schema: told where it stands and in words that say what to do, never in pydantic's."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from chalicelib.questionnaire.definition import KINDS
from operation.authoring.loader import parse_definition
from operation.authoring.problems import DefinitionProblem
from operation.authoring.schema_errors import ADVICE
from operation.errors import DefinitionError
from tests.builders import a_document, a_question, place_of, text
from tests.unit.operation.authoring.trees import at_least, equals, every, includes, no, some

ASKED = "questionnaire.questions"
MET = equals("met", "yes")


#: A question of every kind, one of them on condition.
WHOLE = a_document(a_question("yes_no", id="met"), *(a_question(kind, hint=text("h")) for kind in KINDS))
WHOLE["questionnaire"]["questions"][1]["show_if"] = MET
WHOLE["settings"]["support"] = [
    {"id": "line", "label": text("A line"), "telephone": "112", "link": "https://a.example"}
]
WHOLE["settings"]["contact"] = {"label": text("Us"), "email": "us@a.example"}
LINE, LINK_WANTED = "settings.support.0", "Write a link here that begins with https://."
DAY_WANTED, MOVED = "Write a day of this century here, as 2027-03-31.", "This belongs under settings. Move it there."
DATE, NUMBER = (f"{ASKED}.{1 + place_of(kind)}" for kind in ("date", "number"))


def problems_in(document: Any) -> list[DefinitionProblem]:
    with pytest.raises(DefinitionError) as caught:
        parse_definition(json.dumps(document).encode())
    return list(caught.value.problems)


def found_in(document: Any) -> list[tuple[str, str, str]]:
    return [(str(problem.place), problem.code, problem.message) for problem in problems_in(document)]


def spoilt(place: str, value: Any) -> dict[str, Any]:
    """The whole definition, but for ``value`` at ``place``."""
    document = deepcopy(WHOLE)
    node: Any = document
    *way, last = place.split(".")
    for key in way:
        node = node[int(key)] if isinstance(node, list) else node[key]
    node[int(last) if isinstance(node, list) else last] = value
    return document


#: Place, value, code and message; the problem stands at the place itself unless another is given.
CASES: list[tuple[str, Any, str, str]] = [
    ("colour", "red", "extra_forbidden", "There is no such key here."),
    (
        "settings.contact",
        "us@a.example",
        "model_type",
        "Write keys with their values here, as in {label",
    ),
    ("questionnaire.languages.sv", "Svenska", "model_type", 'Write its name as in {name: "English"}.'),
    (
        f"{ASKED}.1.options.0",
        {"se": "Sweden"},
        "missing",
        "Give it a code and a label, as in {code: se, label",
    ),
    (
        f"{ASKED}.1.options.0",
        {"id": "a", "kind": "yes_no", "label": text("a")},
        "extra_forbidden",
        "Only a question has",
    ),
    ("settings", 5, "model_type", "Write keys with their values here."),
    ("survey", 5, "string_type", 'Write a text here, in quotes: "5".'),
    ("survey", [], "string_type", "Write a text here, in quotes if it looks like a number."),
    ("survey", "ab", "string_too_short", "Take 3 characters or more."),
    ("survey", "a" * 61, "string_too_long", "This has too many characters: 60 are the most. Shorten it."),
    ("survey", "A Survey", "string_pattern_mismatch", "Take small letters from a to z, digits and hyphens here"),
    ("settings.exit_link", "ftp://x", "string_pattern_mismatch", "Write a link here that begins with https://."),
    ("settings.exit_link", "https://a/\u202e", "unprintable", "The invisible character U+202E"),
    ("settings.exit_link", "https:///x", "string_pattern_mismatch", LINK_WANTED),
    (
        "settings.exit_link",
        "https://wikipedia.org@evil.example/",
        "string_pattern_mismatch",
        "A link cannot have a name",
    ),
    ("settings.exit_link", "https://evil.example\\@good.example/", "string_pattern_mismatch", "A link cannot have the"),
    ("questionnaire.title.en", "\u200b \u2060", "unseen", "Nothing of this text can be seen. Write one that can."),
    *((f"{LINE}.link", link, "string_pattern_mismatch", LINK_WANTED) for link in ("a.example", "http://a.example")),
    *((f"{LINE}.telephone", said, "string_pattern_mismatch", "Write digits in") for said in ("8-1", "Call us")),
    (f"{LINE}.phone", "112", "extra_forbidden", "Call this key telephone."),
    (f"{LINE}.url", "https://a.example", "extra_forbidden", "Call this key link."),
    (f"{LINE}.email", "us@a.example", "extra_forbidden", "A line of support has a telephone or a link."),
    ("settings.contact.email", "mailto:us@a.example", "string_pattern_mismatch", "Write an address here, as in"),
    *(("settings.closes_on", day, "string_too_long", DAY_WANTED) for day in ("31 March 2027", "2027-03-31 12:00")),
    ("settings.opens_on", "1 March 2027", "string_too_long", DAY_WANTED),
    *((f"settings.{name}", "1/3/2027", "string_pattern_mismatch", DAY_WANTED) for name in ("opens_on", "closes_on")),
    *((f"questionnaire.{name}", "2027-03-31", "extra_forbidden", MOVED) for name in ("opens_on", "closes_on")),
    ("questionnaire.contact", {}, "extra_forbidden", MOVED),
    (f"{ASKED}.1.support", ["line"], "extra_forbidden", "Lines of support belong under settings; a section names"),
    (f"{ASKED}.1.apart", True, "extra_forbidden", "This stands with an option: {code"),
    (f"{ASKED}.1.random", True, "extra_forbidden", "To mix the options write order: random, beside the kind."),
    (f"{DATE}.order", "random", "extra_forbidden", "Only single_choice, multiple_choice and ranking have an order."),
    *((f"{DATE}.{name}", "31 March 2026", "string_too_long", "Write a day here") for name in ("least", "most")),
    (f"{DATE}.bands.0.before", "1 January 2024", "string_too_long", "Write a day here, as 2026-03-31."),
    ("settings.policy", "open", "literal_error", "Write one of these: 'protected' or 'exact'."),
    ("settings.synthetic", "yes", "bool_type", "Write true or false here."),
    ("settings.retention_days", 3651, "less_than_equal", "Write 3650 or less."),
    ("settings.retention_days", 0, "greater_than_equal", "Write 1 or more."),
    ("settings.retention_days", 1.5, "int_type", "Write a whole number here."),
    ("settings.recipients", "age1x", "tuple_type", "Write a list here: in brackets, as in [a, b], or"),
    ("settings.recipients", ["age1x"], "string_pattern_mismatch", "This is no public key of age: age1 and 58"),
    ("questionnaire.title", "100 %", "dict_type", 'Say which language this is in, as in {en: "100 %"}.'),
    ("questionnaire.title", "x" * 61, "dict_type", "Write keys with their values here, as in {en: ...}."),
    ("questionnaire.title", None, "dict_type", "There is nothing here. Write it, or remove the key."),
    ("questionnaire.title.en", True, "string_type", 'Write a text here, in quotes: "true".'),
    ("questionnaire.title.en", None, "string_type", "There is nothing here. Write it, or remove the key."),
    (
        f"{ASKED}.1.options.0",
        "Åland 100%",
        "model_type",
        "Give it a code and a label, as in {code: aland_100, label: {",
    ),
    ("questionnaire.title", {"en": ""}, "string_too_short", "There is nothing here. Write it, or remove the key."),
    ("questionnaire.title", {"en": " \n "}, "string_too_short", "There is nothing here. Write it, or remove the key."),
    ("questionnaire.title", {"en": "a", "EN": "a"}, "string_pattern_mismatch", "Name a language by its code, as in en"),
    ("questionnaire.title", {"en": "\ud800"}, "string_unicode", "Half a character stands here"),
    ("questionnaire.languages", {}, "too_short", "There is too little here: 1 at least."),
    ("questionnaire.questions", [], "too_short", "There is too little here: 1 at least."),
    (
        "questionnaire.questions",
        [a_question("yes_no", id=f"q{number}") for number in range(101)],
        "too_long",
        "There is too much here: 100 at most.",
    ),
    (f"{ASKED}.2", 5, "model_attributes_type", "Write a question here: keys with their values"),
    (
        f"{ASKED}.2",
        {"id": "a"},
        "union_tag_not_found",
        "Say what kind of question this is (kind): one of single_choice",
    ),
    (f"{ASKED}.0.kind", "yesno", "union_tag_invalid", "There is no such kind of question. There are: single_choice, "),
    (f"{ASKED}.2.id", "Met", "string_pattern_mismatch", "Take small letters from a to z, digits and _ here, a le"),
    (
        f"{ASKED}.1.options.0.code",
        "S E",
        "string_pattern_mismatch",
        "Take small letters from a to z, digits and _ here.",
    ),
    (f"{ASKED}.1.options.0.code", "a" * 10_000, "string_too_long", "This has too many characters: 40 are the most."),
    (f"{ASKED}.1.options", [], "too_short", "There is too little here: 2 at least."),
    (f"{DATE}.least", "2026-02-30", "no_date", "This is no date. Write it as 2026-03-31."),
    (f"{DATE}.least", "0000-01-01", "no_date", "This is no date. Write it as 2026-03-31."),
    (f"{DATE}.bands.0.before", "20240101", "no_date", "This is no date. Write it as 2026-03-31."),
    (f"{NUMBER}.most", 10**4000, "less_than_equal", "Write 1000000000 or less."),
    (
        f"{ASKED}.1.show_if",
        "met",
        "union_tag_not_found",
        "This is no condition. Write it as in {question: cou",
    ),
    (f"{ASKED}.1.show_if", {"is": "met"}, "union_tag_not_found", "This is no condition. Write it as in {question"),
    (f"{ASKED}.1.show_if.equals", True, "string_type", "Compare with a code, a whole number or a date."),
    (f"{ASKED}.1.show_if.equals", "Yes!", "string_pattern_mismatch", "Take a code, a whole number or a date"),
    (f"{ASKED}.1.show_if.equals", "a" * 41, "string_too_long", "This has too many characters: 40 are the most."),
    (f"{ASKED}.1.show_if.equals", -1, "greater_than_equal", "Write 0 or more."),
    (f"{ASKED}.1.show_if.equals", 10**4000, "less_than_equal", "Write 1000000000 or less."),
    (f"{ASKED}.1.show_if.question", "Met", "string_pattern_mismatch", "Name a question by its id, or a part of one"),
    (f"{ASKED}.1.show_if.colour", 5, "extra_forbidden", "There is no such key here."),
    (f"{ASKED}.1.show_if.at_least", 5, "extra_forbidden", "A condition makes one comparison. Make a list of two"),
    (f"{ASKED}.1.at_least", 5, "extra_forbidden", "There is no such key here."),
]


#: A mistyped name, where it stands, and what was meant; a key has any value.
SLIPS: list[tuple[str, Any, str]] = [
    ("setings", {}, "settings"),
    ("settings.polcy", "exact", "policy"),
    ("settings.policy", "protcted", "protected"),
    ("settings.releases", "month", "monthly"),
    ("settings.acess", "invitation", "access"),
    ("settings.suport", [], "support"),
    ("settings.crosstabs", {"group": "met", "bye": ["met"], "by": ["met"]}, "by"),
    ("settings.contact.emial", "us@a.example", "email"),
    (f"{LINE}.telefone", "112", "telephone"),
    ("questionnaire.tittle", {}, "title"),
    ("questionnaire.languages.en.reviewd_by", "A", "reviewed_by"),
    (f"{ASKED}.0.hnt", {}, "hint"),
    (f"{ASKED}.0.kind", "yesno", "yes_no"),
    (f"{ASKED}.1.kind", "single-choice", "single_choice"),
    (f"{ASKED}.1.order", "randm", "random"),
    (f"{ASKED}.1.optins", [], "options"),
    (f"{ASKED}.1.choices", [], "options"),
    (f"{ASKED}.0.help", {}, "hint"),
    (f"{NUMBER}.max", 5, "most"),
    (f"{ASKED}.1.options.0.lable", {}, "label"),
    (f"{ASKED}.1.options.0.specfy", True, "specify"),
    (f"{NUMBER}.bands.0.belov", 1, "below"),
    (f"{DATE}.bands.0.befor", "2026-01-01", "before"),
    (f"{ASKED}.1.show_if.questin", "met", "question"),
    (f"{ASKED}.1.options.0.code", "Åland – South", "aland_south"),
    (f"{ASKED}.1.id", "Your country", "country"),
    (f"{ASKED}.1.id", "been-to-meeting", "been_to_meeting"),
    ("survey", "Möte 2027", "mote-2027"),
    ("settings.synthetic", "yes", "true"),
    ("settings.synthetic", "No", "false"),
    ("settings.retention_days", "90", "90"),
    ("settings.retention_days", "90 days", "90"),
    (f"{ASKED}.0.implies", [{"wen": MET, "when": MET, "then": MET}], "when"),
]


@pytest.mark.parametrize(("place", "value", "meant"), SLIPS)
def test_a_mistyped_key_kind_or_value_brings_what_was_meant(place: str, value: Any, meant: str) -> None:
    [said] = [said for _, _, said in found_in(spoilt(place, value)) if "Did you mean" in said]
    assert said.endswith(f" Did you mean “{meant}”?")


@pytest.mark.parametrize("slip", ["lable", "question", "Text"])
def test_a_key_that_was_meant_is_not_missing_too(slip: str) -> None:
    [(_, code, said)] = found_in(spoilt(f"{ASKED}.2", {"id": "a", "kind": "yes_no", slip: text("a")}))
    assert (code, said) == ("extra_forbidden", "There is no such key here. Did you mean “label”?")


@pytest.mark.parametrize("slip", ["eqals", "equal", "equls"])
def test_a_mistyped_comparison_brings_the_one_that_was_meant(slip: str) -> None:
    [(_, _, said)] = found_in(spoilt(f"{ASKED}.1.show_if", {"question": "met", slip: "yes"}))
    assert said.endswith(f" Did you mean “equals” by “{slip}”?")


def test_a_mistyped_key_that_tells_the_kind_is_found() -> None:
    [(_, _, said)] = found_in(spoilt(f"{ASKED}.2", {"id": "a", "knd": "yes_no", "label": text("a")}))
    assert said.endswith(" Did you mean “kind” by “knd”?")


@pytest.mark.parametrize(
    ("place", "section"),
    [
        ("policy", "settings"),
        ("retention_days", "settings"),
        ("questionnaire.access", "settings"),
        ("questionnaire.exit_link", "settings"),
        ("title", "questionnaire"),
        ("settings.minutes", "questionnaire"),
        ("settings.languages", "questionnaire"),
    ],
)
def test_a_key_that_stands_in_the_wrong_section_is_sent_to_its_own(place: str, section: str) -> None:
    assert [said for _, _, said in found_in(spoilt(place, 5))] == [f"This belongs under {section}. Move it there."]


@pytest.mark.parametrize("value", [None, 5, True, [], {}])
def test_what_is_no_name_brings_no_guess(value: Any) -> None:
    for place in ("settings.policy", f"{ASKED}.0.kind"):
        assert [said for _, _, said in found_in(spoilt(place, value)) if "Did you mean" in said] == []


def test_a_link_to_a_host_with_other_letters_is_told_its_name_in_ascii() -> None:
    for place in ("settings.exit_link", f"{LINE}.link"):
        [(_, _, said)] = found_in(spoilt(place, "https://räv.se"))
        assert said.endswith("Write it as links have it: https://xn--rv-via.se.")
    [(_, _, said)] = found_in(spoilt("settings.contact.email", "info@räv.se"))
    assert said.endswith("Write it as links have it: info@xn--rv-via.se.")


@pytest.mark.parametrize(("place", "value", "code", "message"), CASES, ids=lambda part: str(part)[:40])
def test_misfit_is_told_once_where_it_stands_with_advice(place: str, value: Any, code: str, message: str) -> None:
    [(found, found_code, said)] = found_in(spoilt(place, value))
    assert found_code == code
    # A key, or an item of a list, may be what is wrong with the value.
    assert found.startswith(place.removesuffix(".kind"))
    assert said.startswith(message)


def conditioned(show_if: Any) -> dict[str, Any]:
    return spoilt(f"{ASKED}.1.show_if", show_if)


#: Conditions, and where in them which code is found.
CONDITIONS: list[tuple[Any, str, str]] = [
    ({"question": "met"}, "", "union_tag_not_found"),
    ({"equals": "yes"}, ".question", "missing"),
    (includes("met", {}), ".includes", "string_type"),  # type: ignore[arg-type]
    (includes("met", 1.5), ".includes", "string_pattern_mismatch"),  # type: ignore[arg-type]
    (at_least("met", []), ".at_least", "string_type"),  # type: ignore[arg-type]
    ({"question": "met", "at_most": None}, ".at_most", "string_type"),
    (includes("met", "S E"), ".includes", "string_pattern_mismatch"),
    (at_least("met", "S E"), ".at_least", "string_pattern_mismatch"),
    ({"question": "met", "at_most": "S E"}, ".at_most", "string_pattern_mismatch"),
    ({"question": "met", "answered": False}, ".answered", "literal_error"),
    ({"question": "met", "chosen_at_least": 0}, ".chosen_at_least", "greater_than_equal"),
    (every(), ".all", "too_short"),
    ({"all": MET}, ".all", "tuple_type"),
    (every(*[MET] * 51), ".all", "too_long"),
    (every(MET, "met"), ".all.1", "union_tag_not_found"),  # type: ignore[arg-type]
    (some(MET, every(MET, no(equals("Met", 1)))), ".any.1.all.1.not.question", "string_pattern_mismatch"),
    (no(no({"equals": 1})), ".not.not.question", "missing"),
    (no(no(equals("met", 1) | {"colour": 1})), ".not.not.colour", "extra_forbidden"),
    ({}, "", "union_tag_not_found"),
    ([MET], "", "union_tag_not_found"),
    (True, "", "union_tag_not_found"),
    (equals("met.", "yes"), ".question", "string_pattern_mismatch"),
    (equals("met.home.x", "yes"), ".question", "string_pattern_mismatch"),
    (some(), ".any", "too_short"),
    ({"not": [MET]}, ".not", "union_tag_not_found"),
    ({"all": [MET], "question": "met"}, ".question", "extra_forbidden"),
    (equals("met", "se\u202e"), ".equals", "string_pattern_mismatch"),
    (equals("met", "\x1b[31m"), ".equals", "string_pattern_mismatch"),
    (equals("met", 10**9 + 1), ".equals", "less_than_equal"),
    ({"question": "met", "chosen_at_most": -1}, ".chosen_at_most", "greater_than_equal"),
    ({"question": "met", "chosen_at_least": "2"}, ".chosen_at_least", "int_type"),
    ({"question": "met", "answered": "true"}, ".answered", "literal_error"),
    (no(every(equals("met", None))), ".not.all.0.equals", "string_type"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("show_if", "place", "code"), CONDITIONS, ids=lambda part: str(part)[:60])
def test_misfit_in_a_condition_is_told_where_it_stands(show_if: Any, place: str, code: str) -> None:
    [(found, found_code, _)] = found_in(conditioned(show_if))
    assert (found, found_code) == (f"{ASKED}.1.show_if{place}", code)


def test_a_list_is_not_called_too_short_for_what_is_wrong_with_its_items() -> None:
    options = [{"code": "A", "label": text("A")}, {"code": "b"}]
    found = {(place, code) for place, code, _ in found_in(spoilt(f"{ASKED}.1.options", options))}
    assert found == {
        (f"{ASKED}.1.options.0.code", "string_pattern_mismatch"),
        (f"{ASKED}.1.options.1.label", "missing"),
    }


def test_a_language_named_like_a_key_of_a_condition_is_a_language() -> None:
    document = spoilt(f"{ASKED}.0.label", {"en": "Met?", "all": 5, "not": 5, "any": 5})
    places = [place for place, _, _ in found_in(document)]
    assert places == [f"{ASKED}.0.label.{language}" for language in ("all", "not", "any")]


def test_a_misfit_outside_the_questions_brings_no_problem_of_its_own_making() -> None:
    for place in ("questionnaire.title", "questionnaire.title.en", "questionnaire.thanks", "questionnaire.minutes"):
        assert [str(problem.place) for problem in problems_in(spoilt(place, None))] == [place]


def test_other_problems_of_the_same_file_are_told_in_the_same_run() -> None:
    document = spoilt("settings.policy", "open")
    document["questionnaire"]["questions"][0]["label"] = {}
    document["questionnaire"]["questions"][1]["options"] = "se, no"
    document["questionnaire"]["questions"].append(a_question("yes_no", id="last", show_if=equals("country", "dk")))
    assert [(place, code) for place, code, _ in found_in(document)] == [
        ("settings.policy", "literal_error"),
        (f"{ASKED}.1.options", "tuple_type"),
        (f"{ASKED}.0.label", "missing_translation"),
    ]


def test_every_advice_is_given_in_a_test() -> None:
    codes = {code for _, _, code, _ in CASES} | {code for _, _, code in CONDITIONS}
    assert {advice.partition(" ")[0] for advice in ADVICE} <= codes
