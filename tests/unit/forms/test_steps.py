"""A form in steps: which there are, where each leads, and which shows first."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.forms.heights import height_of
from chalicelib.forms.rules import stylesheet
from chalicelib.forms.steps import CHECK, MOST_HEIGHT, START, Step, has_steps, steps_of
from chalicelib.questionnaire.definition import Definition, Question, Questionnaire
from tests.builders import a_definition, a_document, a_question, options, text
from tests.unit.forms.rendering import a_page, a_state

MET = {"question": "police_met", "equals": "yes"}


def a_form(*sections: str, passed_over: str = "") -> Questionnaire:
    """A question for everybody, then sections with a question each; those in ``passed_over`` are conditional."""
    questions = [a_question("yes_no")]
    for name in sections:
        condition = {"show_if": MET} if name in passed_over else {}
        questions += [a_question("section", id=name, **condition), a_question("scale", id=f"mood_{name}")]
    return a_definition(*questions).questionnaire


def ids_of(questions: tuple[Question, ...]) -> list[str]:
    return [question.id for question in questions]


def held(*questions: dict[str, Any]) -> list[list[str]]:
    """What each step of a form holds, but the last."""
    return [ids_of(step.questions) for step in steps_of(a_definition(*questions).questionnaire)[:-1]]


def tall(name: str, kind: str = "single_choice", **changes: Any) -> dict[str, Any]:
    """A question of which no two fit into one step."""
    return a_question(kind, id=name, **{"options": options(*(f"o{number}" for number in range(9))), **changes})


def a_note(name: str, **changes: Any) -> dict[str, Any]:
    return a_question("note", id=name, **changes)


@pytest.mark.parametrize(("sections", "in_steps"), [("", False), ("a", False), ("ab", True), ("abc", True)])
def test_form_comes_in_steps_from_two_sections_on(sections: str, in_steps: bool) -> None:
    assert has_steps(a_form(*sections)) is in_steps


def test_form_comes_in_steps_without_sections_when_it_is_long() -> None:
    assert not has_steps(a_definition(tall("a"), tall("b")).questionnaire)
    long = a_definition(*map(tall, "abc")).questionnaire
    assert has_steps(long)
    assert [step.id for step in steps_of(long)] == [START, "_1", "_2", "_3", CHECK]
    assert [step.heading for step in steps_of(long)] == [None] * 5


def test_start_holds_nothing_but_consents() -> None:
    consents = [a_question("consent"), a_question("consent", id="of_age")]
    sections = [a_question("section", id="a"), a_question("section", id="b")]
    assert held(*consents, a_question("yes_no"), *sections)[:2] == [["agreed", "of_age"], ["police_met"]]
    assert held(a_question("yes_no"), *consents, *sections)[:2] == [[], ["police_met", "agreed", "of_age"]]
    assert held(a_note("hello"), *consents, *sections)[:2] == [[], ["hello", "agreed", "of_age"]]


def test_steps_are_the_first_page_the_sections_and_reading_through() -> None:
    steps = steps_of(a_form(*"ab"))
    assert [step.id for step in steps] == [START, "_1", "a", "b", CHECK]
    assert [step.number for step in steps] == [None, 1, 2, 3, None]
    assert [ids_of(step.questions) for step in steps] == [[], ["police_met"], ["mood_a"], ["mood_b"], []]


def test_each_step_leads_to_the_next_and_back() -> None:
    ways = [(step.onwards, step.back) for step in steps_of(a_form(*"ab"))]
    assert ways == [(("_1",), ()), (("a",), (START,)), (("b",), ("_1",)), ((CHECK,), ("a",)), ((), ("b",))]


def test_sections_that_may_be_passed_over_name_what_comes_after_them() -> None:
    start, first, a, _, c, check = steps_of(a_form(*"abc", passed_over="ab"))
    assert start.onwards == ("_1",)
    assert first.onwards == ("a", "b", "c")
    assert a.onwards == ("b", "c")
    assert c.back == ("b", "a", "_1")
    assert check.back == ("c",)


def test_form_that_begins_with_a_section_has_a_first_page_all_the_same() -> None:
    questions = [
        a_question("section", id="a"),
        a_question("yes_no"),
        a_question("section", id="b"),
        a_question("scale"),
    ]
    steps = steps_of(a_definition(*questions).questionnaire)
    assert [step.id for step in steps] == [START, "a", "b", CHECK]


@pytest.mark.parametrize(
    ("wrong", "current"),
    [([], START), (["police_met"], "_1"), (["mood_b"], "b"), (["mood_b", "mood_a"], "a"), ([None], START)],
)
def test_first_step_with_a_problem_shows(wrong: list[str | None], current: str) -> None:
    assert [step.id for step in steps_of(a_form(*"ab"), wrong) if step.is_current] == [current]


# --- not long to scroll -----------------------------------------------------------------------------------------------


def test_questions_stand_together_while_there_is_room_and_in_their_order() -> None:
    questions = [a_question("scale", id=f"mood_{number}") for number in range(12)]
    steps = steps_of(a_definition(*questions).questionnaire)[1:-1]
    heights = [sum(map(height_of, step.questions)) for step in steps]
    assert max(heights) <= MOST_HEIGHT
    following = [height_of(step.questions[0]) for step in steps[1:]]
    assert all(sum(pair) > MOST_HEIGHT for pair in zip(heights, following, strict=False))
    assert [name for step in steps for name in ids_of(step.questions)] == [one["id"] for one in questions]


def test_a_question_too_tall_for_any_step_has_one_of_its_own() -> None:
    huge = tall("huge", options=options(*(f"o{number}" for number in range(40))))
    assert held(a_question("yes_no"), huge, a_question("scale")) == [[], ["police_met"], ["huge"], ["mood"]]


def test_a_matrix_stands_alone() -> None:
    others = [a_question("yes_no", id=name) for name in ("before", "after")]
    sections = [a_question("section", id="a"), a_question("section", id="b")]
    matrices = [a_question("matrix", id=name) for name in ("one", "two")]
    assert held(others[0], *matrices, others[1], *sections) == [[], ["before"], ["one"], ["two"], ["after"], [], []]


def test_a_section_is_cut_too_and_its_heading_stands_over_each_part() -> None:
    steps = steps_of(a_definition(a_question("section", id="a"), *map(tall, "xyz")).questionnaire)
    assert [step.id for step in steps] == [START, "a", "_2", "_3", CHECK]
    assert [step.heading.id if step.heading else None for step in steps] == [None, "a", "a", "a", None]
    assert [step.is_first for step in steps] == [True, True, False, False, True]


def test_a_section_does_not_begin_in_the_step_of_another() -> None:
    asked = [a_question("yes_no", id=name) for name in "xy"]
    sections = [a_question("section", id=name) for name in "ab"]
    assert held(sections[0], asked[0], sections[1], asked[1]) == [[], ["x"], ["y"]]


@pytest.mark.parametrize("after", [tall("y"), a_question("matrix", id="y")], ids=["tall", "matrix"])
@pytest.mark.parametrize("notes", [("n",), ("n", "m")])
def test_a_note_goes_with_the_question_after_it(notes: tuple[str, ...], after: dict[str, Any]) -> None:
    asked = [tall("x"), *map(a_note, notes), after, tall("z")]
    assert held(*asked) == [[], ["x"], [*notes, "y"], ["z"]]
    assert held(*asked[1:], tall("a"), tall("b"))[1] == [*notes, "y"], "also where it comes first"
    assert held(a_question("matrix", id="x"), *asked[1:], tall("a"))[1:3] == [["x"], [*notes, "y"]]


@pytest.mark.parametrize("last", [tall("y"), a_question("matrix", id="y")])
def test_a_note_after_the_last_question_stays_with_it_since_a_step_asks_something(last: dict[str, Any]) -> None:
    asked = [tall("x"), last, a_note("bye"), a_question("section", id="a"), a_question("section", id="b")]
    assert held(*asked)[2] == ["y", "bye"]


def test_notes_that_fill_steps_are_cut_and_the_last_goes_with_the_question() -> None:
    long = text("words that are many " * 25)
    notes = [a_note(f"n{number}", label=long, hint=long) for number in range(3)]
    steps = held(*notes, a_question("yes_no"), a_question("section", id="a"), a_question("section", id="b"))
    assert steps[-3][-1] == "police_met"
    assert len(steps[-3]) > 1
    assert [name for step in steps for name in step] == ["n0", "n1", "n2", "police_met"]


def test_heading_of_a_section_is_met_by_everybody_whom_it_is_for() -> None:
    conditional, common = tall("a", show_if=MET), tall("b")
    sections = [a_question("section", id="one"), a_question("section", id="two")]
    assert held(
        a_question("yes_no"), sections[0], conditional, common, tall("c"), sections[1], a_question("scale")
    ) == [
        [],
        ["police_met"],
        ["a", "b"],
        ["c"],
        ["mood"],
    ]
    alone = tall("d", show_if=MET)
    assert held(a_question("yes_no"), sections[0], conditional, alone, sections[1], a_question("scale"))[2:4] == [
        ["a"],
        ["d"],
    ]


def test_every_question_stands_in_one_step_and_only_one() -> None:
    everything = a_definition().questionnaire
    sections = {"part"}
    found = [name for step in steps_of(everything) for name in ids_of(step.questions)]
    assert found == [question.id for question in everything.questions if question.id not in sections]


def test_no_step_can_be_called_as_a_question_is() -> None:
    steps = steps_of(a_definition(*map(tall, "abc"), a_question("section"), tall("d")).questionnaire)
    names = [step.id for step in steps]
    assert len(names) == len(set(names))
    assert all(name.startswith("_") or name == "part" for name in names)


# --- the same steps in every language ---------------------------------------------------------------------------------


def bilingual(**wording: str) -> Definition:
    label = {"en": "Which?", "sv": "Vilket?"} | wording
    document = a_document(*(a_question("single_choice", id=name, label=label) for name in "abcdef"))
    document["questionnaire"]["languages"]["sv"] = {"name": "Svenska"}
    return Definition.model_validate(document)


LONG = "Which one, of all those that come to mind? " * 4


@pytest.mark.parametrize("longer", ["en", "sv"])
def test_steps_are_the_same_in_every_language_and_fit_the_longest(longer: str) -> None:
    definition = bilingual(**{longer: LONG})
    pages = [a_page(definition, a_state(language=language)) for language in ("en", "sv")]
    ids = [[tag["id"] for tag in page.all("section")] for page in pages]
    assert ids[0] == ids[1]
    assert ids[0] != [tag["id"] for tag in a_page(bilingual()).all("section")]
    assert steps_of(definition.questionnaire) == steps_of(definition.questionnaire)


# --- what may be passed over ------------------------------------------------------------------------------------------

HOLDS = ':has(input[name="police_met"]:is([value="yes"]):checked)'


def test_section_that_does_not_apply_is_passed_over_by_rules_of_its_own() -> None:
    rules = stylesheet(a_form(*"ab", passed_over="a"))
    assert f"form:not({HOLDS}) .to-a {{ display: none }}" in rules
    assert f"form{HOLDS} .to-a ~ a {{ display: none }}" in rules
    assert ".to-b" not in rules
    assert ".to-_1" not in rules


def test_two_sections_in_a_row_are_passed_over_each_for_itself() -> None:
    rules = stylesheet(a_form(*"abc", passed_over="ab"))
    for name in "ab":
        assert f"form:not({HOLDS}) .to-{name} {{ display: none }}" in rules
        assert f"form{HOLDS} .to-{name} ~ a {{ display: none }}" in rules
        assert f'form:not({HOLDS}) [id="{name}"] {{ display: none }}' in rules
    assert ".to-c" not in rules


def conditional(name: str, **condition: Any) -> dict[str, Any]:
    return tall(name, show_if={"question": "police_met", **condition})


def step_of(name: str, *questions: dict[str, Any]) -> Step:
    """The step that holds the question called ``name``."""
    steps = steps_of(a_definition(*questions).questionnaire)
    return next(step for step in steps if name in ids_of(step.questions))


def test_step_within_a_section_is_passed_over_where_nothing_in_it_applies() -> None:
    asked = [a_question("yes_no"), tall("x"), conditional("y", equals="yes"), conditional("z", equals="no"), tall("w")]
    assert held(*asked)[1:] == [["police_met", "x"], ["y"], ["z"], ["w"]]
    assert [len(step_of(name, *asked).conditions) for name in ("x", "y", "z", "w")] == [0, 1, 1, 0]
    assert step_of("x", *asked).onwards == ("_2", "_3", "_4")
    assert step_of("w", *asked).back == ("_3", "_2", "_1")


def test_step_shows_where_any_of_its_questions_applies() -> None:
    asked = [
        *(a_question("section", id="a"), a_question("yes_no"), a_question("section", id="b")),
        a_question("scale", id="x", show_if=MET),
        a_question("scale", id="y", show_if={"question": "police_met", "equals": "no"}),
    ]
    assert len(step_of("x", *asked).conditions) == 2
    rules = stylesheet(a_definition(*asked).questionnaire)
    met_not = HOLDS.replace("yes", "no")
    assert f"form:not(:is({HOLDS}, {met_not})) .to-b {{ display: none }}" in rules


def test_step_with_one_question_for_everybody_is_never_passed_over() -> None:
    asked = [a_question("section", id="a"), a_question("yes_no"), a_question("section", id="b")]
    asked += [a_question("scale", id="x", show_if=MET), a_question("scale", id="y")]
    assert step_of("x", *asked).conditions == ()
    assert ".to-b" not in stylesheet(a_definition(*asked).questionnaire)


def test_every_way_of_the_page_leads_to_a_step_of_it() -> None:
    page = a_page(a_definition(*(a_question("yes_no"), tall("x"), conditional("y", equals="yes"), tall("w"))))
    ids = {tag["id"] for _, tag in page.tags if "id" in tag}
    assert {link["href"][1:] for link in page.all("a") if link["href"].startswith("#")} <= ids
    ways = [link["class"].split()[-1] for link in page.all("a") if "to-" in link.get("class", "")]
    assert all(way.removeprefix("to-") in ids for way in ways)
