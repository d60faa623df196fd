"""The form as a fragment of a page: every kind, everything typed, every problem, and only true promises."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import PROBLEM_MESSAGES, Problem
from chalicelib.forms.widgets import WIDGETS
from chalicelib.questionnaire.definition import KINDS, Definition
from tests.builders import FIELDS, QUESTIONS, a_definition, a_document, a_question, options, text
from tests.functional.shapes import Page
from tests.unit.forms.rendering import BARE, CAME, HOSTILE, REASON, a_page, a_state, by_id, inside

IS_LAW = {"question": "hint", "includes": "hint"}
#: :data:`FIELDS` as a browser sends them: boxes in the order of the page.
TYPED = FIELDS | {"challenges": ["law", "stigma"]}


def field_of(kind: str) -> str:
    """The id of what the notes of a question of ``kind`` are read out with: its one field, or the group."""
    id_ = str(QUESTIONS[kind]["id"])
    return WIDGETS[kind].first(a_definition(a_question(kind)).questionnaire.questions[0]) if kind in SINGLE else id_


def summary_of(page: Page) -> list[tuple[str, str]]:
    """The lines of the summary that lead somewhere: where, and with which words."""
    summary = page.html.partition('id="_summary"')[2].partition("</section>")[0]
    links = re.findall(r'<a href="([^"]*)">(.*?)</a>', summary)
    return [(href, unescape(re.sub(r"<[^>]*>", "", words))) for href, words in links]


def described(page: Page, id_: str) -> str:
    """What a screen reader adds to a field: the words that its aria-describedby names."""
    return " ".join(inside(page, name) for name in by_id(page)[id_]["aria-describedby"].split())


# --- every kind ------------------------------------------------------------------------------------------------------

#: Kinds that ask with one field, which needs no group around it.
SINGLE = {kind for kind, widget in WIDGETS.items() if widget.frame in ("label", "box")}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_shows_its_label_and_hint(kind: str) -> None:
    question = a_question(kind, label=text("What <b>?"), hint=text("A hint & more"))
    page = a_page(a_definition(question), a_state(link=CAME))
    assert "What &lt;b&gt;?" in page.html
    assert "A hint &amp; more" in page.html


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - BARE))
def test_every_input_has_a_label_of_its_own_and_a_group_a_legend(kind: str) -> None:
    page = a_page(a_definition(a_question(kind)), a_state(link=CAME))
    labels = [label["for"] for label in page.all("label") if not label["for"].startswith("_")]
    assert labels == [id_ for id_, tag in by_id(page).items() if "name" in tag and not tag["name"].startswith("_")]
    assert len(page.all("fieldset")) == len(page.all("legend"))
    assert bool(page.all("fieldset")) is (kind not in SINGLE)


def test_ids_stay_unique_whatever_questions_and_codes_are_called() -> None:
    names = ("hint", "error", "input", "reason", "only", "range", "text", "trap", "summary", "title", "none", "twice")
    shared = {"hint": text("Hint"), "required_because": REASON}
    choices = [
        a_question("multiple_choice", id=name, options=options(*names, specify=names), **shared) for name in names
    ]
    rankings = [
        a_question("ranking", id=f"rank_{name}", options=options(*names), show_if=IS_LAW, **shared) for name in names
    ]
    others = [a_question("yes_no", id="taken_back"), a_question("matrix", rows=options(*names[-2:]))]
    others += [a_question("long_text", id="input_text"), a_question("short_text", id="hint_error"), a_question("date")]
    problems = [Problem(question["id"], "required") for question in choices + rankings]
    page = a_page(a_definition(*choices, *rankings, *others), a_state({}, *problems))
    ids = by_id(page)
    assert len(ids) > len(names) ** 2


def test_a_label_in_another_language_than_the_pages_is_marked() -> None:
    document = a_document(a_question("yes_no", label={"en": "Met?"}))
    document["questionnaire"]["languages"]["sv"] = {"name": "Svenska"}
    document["questionnaire"]["title"] = text("Title", sv="Rubrik")
    page = a_page(Definition.model_validate(document), a_state(language="sv"))
    assert '<span lang="en" dir="auto">Met?</span>' in page.html
    assert page.text_of("h1") == "Rubrik"


# --- what depends on other answers, or on the link -------------------------------------------------------------------

ONLY = "Answer this only if it fits what you answered above."
MET = {"question": "police_met", "equals": "yes"}


def test_a_conditional_question_says_so_where_a_browser_cannot_hide_it() -> None:
    page = a_page(a_definition(a_question("yes_no"), a_question("scale", show_if=MET)))
    assert inside(page, "mood.only") == ONLY
    assert [tag["class"] for tag in page.all("p") if "only-if" in tag.get("class", "")] == ["hint only-if"]


def test_a_conditional_section_says_so_once_for_all_its_questions() -> None:
    questions = [a_question("yes_no"), a_question("section", show_if=MET), a_question("scale"), a_question("number")]
    assert a_page(a_definition(*questions)).text_of("p").count(ONLY) == 1


def test_a_section_is_named_by_its_heading_and_holds_what_follows_up_to_the_next() -> None:
    headings = [a_question("section", label=text("One")), a_question("section", id="other", label=text("Two"))]
    page = a_page(a_definition(a_question("yes_no"), headings[0], a_question("scale"), headings[1], a_question("date")))
    parts = [(tag["id"], tag["aria-labelledby"]) for tag in page.all("section") if tag["id"] in ("part", "other")]
    assert parts == [("part", "part.title"), ("other", "other.title")]
    assert [inside(page, title) for _, title in parts] == ["One", "Two"]
    places = [page.html.index(f'id="{name}"') for name in ("police_met", "part", "mood", "other", "moved")]
    ends = [found.start() for found in re.finditer("</section>", page.html)][-2:]
    assert sorted([*places, *ends]) == [*places[:3], ends[0], *places[3:], ends[1]]


def test_a_number_that_a_condition_does_not_hold_for_is_no_mistake() -> None:
    more = a_question("yes_no", show_if={"question": "clients", "at_least": 10})
    conditional, alone = a_definition(a_question("number"), more), a_definition(a_question("number"))
    (field,) = [tag for tag in page_fields(a_page(conditional)) if tag["name"] == "clients"]
    assert (bool(field["pattern"]), field["aria-invalid"]) == (True, "false")
    (field,) = page_fields(a_page(alone))
    assert "pattern" not in field
    wrong = a_page(conditional, a_state({}, Problem("clients", "not_a_number")))
    assert [tag["aria-invalid"] for tag in page_fields(wrong) if tag["name"] == "clients"] == ["true"]


def test_what_came_with_the_link_is_shown_and_sent_only_while_it_is_ticked() -> None:
    definition = a_definition(a_question("hidden"))
    assert a_page(definition, a_state({"source": ["mail"]}, link={"source": "mail"})).typed == {"source": ["mail"]}
    unticked = a_page(definition, a_state({}, link={"source": "mail"}))
    assert [tag["type"] for tag in unticked.all("input") if tag.get("value") == "mail"] == ["checkbox"]
    assert unticked.typed == {}
    assert inside(unticked, "source").endswith("MAIL")


@pytest.mark.parametrize("link", [{}, {"source": ""}, {"source": "elsewhere"}, {"source": HOSTILE}])
def test_a_link_without_a_declared_value_shows_nothing_of_it(link: dict[str, str]) -> None:
    assert a_page(a_definition(a_question("hidden")), a_state(link=link)).html.count("source") == 0


# --- everything typed is kept ----------------------------------------------------------------------------------------


def test_everything_typed_is_kept_beside_a_problem_of_every_question_P12() -> None:
    problems = [Problem(question["id"], "required") for question in QUESTIONS.values()]
    assert a_page(state=a_state(FIELDS, *problems)).typed == TYPED


def test_several_options_of_a_question_that_takes_fewer_are_kept_P12() -> None:
    chosen = {"challenges": ["law", "stigma", "police", "none"]}
    assert a_page(state=a_state(chosen)).typed == chosen


@pytest.mark.parametrize("name", ["word", "wish", "country.other.text", "clients"])
def test_hostile_text_is_kept_as_text_P12(name: str) -> None:
    page = a_page(state=a_state({name: [HOSTILE]}))
    assert page.fields[name] == [HOSTILE]
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in a_page().tags]
    assert "<script>" not in page.html


@pytest.mark.parametrize("written", ["\r\nan empty line first", "two\r\n\r\nlines  ", "\t tab", "x" * 5000])
def test_line_breaks_and_length_of_a_text_are_kept_P12(written: str) -> None:
    assert a_page(state=a_state({"wish": [written]})).typed == {"wish": [written]}


def test_an_empty_first_line_is_kept_although_a_browser_drops_one_P12() -> None:
    assert a_page(state=a_state({"wish": ["\nsecond line"]})).typed == {"wish": ["\r\nsecond line"]}


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_text_is_kept_P12(written: str) -> None:
    fields = {"word": [written], "wish": [written]}
    assert a_page(a_definition(a_question("short_text"), a_question("long_text")), a_state(fields)).typed == fields


def test_an_unknown_option_chooses_nothing_and_shows_nowhere() -> None:
    lists = {"wants.home": ["9"], "moved.year": [HOSTILE], "source": [HOSTILE]}
    buttons = {"country": [HOSTILE], "mood": ["99"], "harder.home": ["x"], "unasked": [HOSTILE]}
    assert a_page(state=a_state(lists | buttons)).html == a_page().html


def test_the_fields_that_travel_along_are_escaped() -> None:
    assert a_page().hidden == {"_token": ['a"token']}


# --- problems --------------------------------------------------------------------------------------------------------


def test_the_summary_leads_to_every_question_with_a_problem_in_their_order() -> None:
    problems = [
        Problem("wish", "too_long", {"most": 9}),
        Problem(None, "token_missing"),
        Problem("country", "required"),
    ]
    page = a_page(state=a_state({}, *problems))
    assert summary_of(page) == [
        ("#country-se", f"{PROBLEM_MESSAGES['required']} About single_choice?"),
        ("#wish.input", "Shorten this text to 9 characters. About long_text?"),
    ]
    assert {href[1:] for href, _ in summary_of(page)} <= by_id(page).keys()
    assert str(PROBLEM_MESSAGES["token_missing"]) in page.text_of("li")
    assert [(tag["role"], tag["tabindex"]) for tag in page.all("section") if "summary" in tag["class"]] == [
        ("alert", "-1")
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_link_of_the_summary_reaches_something_that_takes_the_focus(kind: str) -> None:
    id_ = QUESTIONS[kind]["id"]
    target = by_id(a_page(state=a_state({}, Problem(id_, "required"), link=CAME)))[id_]
    assert kind in BARE or target["tabindex"] == "-1"


def test_a_problem_of_a_question_that_is_not_shown_leads_nowhere() -> None:
    page = a_page(state=a_state({"source": ["elsewhere"]}, Problem("source", "unknown_option")))
    assert summary_of(page) == []
    assert str(PROBLEM_MESSAGES["unknown_option"]) in page.text_of("li")


#: What a kind says of itself between hint and reason.
OF_ITSELF = {
    "number": "Enter a number from 0 to 300. ",
    "date": "Choose a date from 1 January 2020 to 31 December 2026. ",
    "hidden": "This came with your link. Untick it if you do not want to send it. ",
    "short_text": "You can write up to 200 characters. ",
    "long_text": "You can write up to 4000 characters. ",
}


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - BARE))
def test_hint_reason_and_problems_are_read_out_with_the_field(kind: str) -> None:
    question = a_question(kind, hint=text("A hint."), required_because=REASON)
    id_, field = question["id"], field_of(kind)
    definition = a_definition(question)
    page = a_page(definition, a_state({}, Problem(id_, "required"), Problem(id_, "wrong_type"), link=CAME))
    messages = f"Error: {PROBLEM_MESSAGES['required']} Error: {PROBLEM_MESSAGES['wrong_type']}"
    said = f"A hint. {OF_ITSELF.get(kind, '')}The law asks for it."
    assert described(page, field) == f"{said} {messages}"
    assert described(a_page(definition, a_state(link=CAME)), field) == said


def test_a_field_with_nothing_to_add_is_not_described() -> None:
    silent = KINDS.keys() - OF_ITSELF.keys() - {"consent"}
    plain = {"single_choice": {"options": options("se", "no")}}
    page = a_page(a_definition(*(a_question(kind, hint=None, **plain.get(kind, {})) for kind in sorted(silent))))
    assert "aria-describedby" not in page.html
    assert "aria-invalid" not in page.html


def test_a_consent_always_says_why_it_is_needed() -> None:
    bare = a_page(a_definition(a_question("consent", hint=None)))
    assert described(bare, field_of("consent")) == "We may take your answers only if you agree."
    given = a_page(a_definition(a_question("consent", required_because=text("The law asks for it."))))
    assert described(given, field_of("consent")) == "The law asks for it."


def test_a_wrong_text_field_is_marked_invalid() -> None:
    page = a_page(state=a_state({}, Problem("word", "too_long", {"most": 9})))
    assert [id_ for id_, tag in by_id(page).items() if "aria-invalid" in tag] == ["word.input"]


def test_a_problem_names_an_option_in_the_language_of_the_page_escaped() -> None:
    problem = Problem("challenges", "exclusive", {"option": {"en": "None", "sv": "<Inget>"}})
    page = a_page(a_bilingual_definition(), a_state({}, problem, language="sv"))
    assert "“&lt;Inget&gt;” cannot be combined" in page.html


def test_what_needs_an_answer_says_so_and_why() -> None:
    page = a_page(
        a_definition(a_question("consent"), a_question("yes_no", required_because=REASON), a_question("scale"))
    )
    assert page.text_of("small").count("(required)") == 2
    assert inside(page, "police_met.reason") == "The law asks for it."


# --- Enter, languages, no script --------------------------------------------------------------------------------------


def a_bilingual_definition(*questions: dict[str, Any]) -> Definition:
    document = a_document(*questions)
    document["questionnaire"]["languages"]["sv"] = {"name": "Svenska"}
    return Definition.model_validate(document)


def test_enter_sends_and_never_changes_the_language() -> None:
    buttons = a_page(a_bilingual_definition(a_question("short_text"))).buttons
    assert [(button["type"], button.get("name"), button.get("value")) for button in buttons] == [
        ("submit", None, None),
        ("submit", "_switch", "sv"),
        ("submit", None, None),
    ]
    assert (buttons[0]["tabindex"], buttons[0]["aria-hidden"]) == ("-1", "true")


def test_in_steps_enter_neither_sends_nor_changes_the_language() -> None:
    first, second, *others = a_page(a_bilingual_definition(), a_state(language="sv")).buttons
    assert "disabled" in first
    assert (second["name"], second["value"]) == ("_switch", "sv"), "the form comes again as it is"
    assert [(one.get("name"), one.get("value")) for one in others] == [("_switch", "en"), (None, None)]


def test_a_language_button_is_named_in_its_own_language() -> None:
    page = a_page(a_bilingual_definition(a_question("short_text")), a_state(language="sv"))
    assert [(tag["value"], tag["lang"]) for tag in page.buttons if "value" in tag] == [("en", "en")]
    assert page.text_of("button") == "Send English Send"


def test_the_form_posts_to_its_own_address_and_runs_no_script_P9() -> None:
    page = a_page()
    assert [(form["method"], form["action"]) for form in page.all("form")] == [("post", "#_summary")]
    assert not page.all("script")
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "style"]


def test_no_text_field_is_completed_or_sent_to_a_spelling_service() -> None:
    areas = [tag for tag in page_fields(a_page()) if tag.get("type", "textarea") in ("text", "textarea")]
    assert len(areas) == 4
    assert {(tag["autocomplete"], tag["spellcheck"]) for tag in areas} == {("off", "false")}


def page_fields(page: Page) -> list[dict[str, str]]:
    return [tag for tag in [*page.all("input"), *page.all("textarea")] if not tag["name"].startswith("_")]


def test_the_trap_is_hidden_from_people() -> None:
    trap = by_id(a_page())["_trap"]
    assert (trap["name"], trap["tabindex"], trap["value"]) == ("_website", "-1", "")
    assert [tag["aria-hidden"] for tag in a_page().all("p") if tag.get("class") == "unseen"] == ["true"]


def test_invented_answers_are_labelled_as_such() -> None:
    notice = "These answers are invented"
    assert notice in a_page(a_definition(synthetic=True)).html
    assert notice not in a_page().html


def test_trap_that_was_filled_by_accident_is_empty_when_the_form_comes_back() -> None:
    page = a_page(state=a_state({"_website": ["autofilled"]}))
    (trap,) = [one for one in page.all("input") if one["name"] == "_website"]
    assert trap["value"] == ""
