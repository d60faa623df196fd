"""The page's rules and the server's routing agree: what shows is what is asked, in both browsers, scripts off (P9)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from chalicelib.forms.steps import has_steps
from chalicelib.questionnaire.definition import KINDS
from tests.browser.samples import QUESTIONNAIRES, Fields, Sample, asked, compares, samples
from tests.browser.surveys import Surveys
from tests.builders import a_definition, a_question, an_open_survey, options, text

#: Fills a form as somebody would; says what shows then, and what would be sent.
#: Steps are shown all at once, by a rule that is weaker than those of conditions.
FILL = """fields => {
  if (!document.adoptedStyleSheets.length) {
    const all = new CSSStyleSheet();
    all.replaceSync(".steps .step { display: block }");
    document.adoptedStyleSheets = [all];
  }
  const form = document.querySelector("form");
  for (const control of form.elements) {
    const given = fields[control.name] || [];
    if (!control.name || control.name.startsWith("_")) continue;
    if (["radio", "checkbox"].includes(control.type)) control.checked = given.includes(control.value);
    else control.value = given[0] || "";
  }
  const drawn = [...form.querySelectorAll("[id]")].filter(element => element.getClientRects().length);
  return {shown: drawn.map(element => element.id), sent: [...new FormData(form)]};
}"""


def opened(surveys: Surveys, survey: str, *questions: dict[str, Any]) -> str:
    """The path of an open survey, the same one for both browsers."""
    if surveys.services.surveys.get(survey) is None:
        an_open_survey(surveys.services, *questions, survey=survey, policy="exact")
    return f"/s/{survey}"


def filled(tab: Page, fields: Fields) -> tuple[set[str], Fields]:
    """What shows when the form is filled with ``fields``, and what the browser would send of it."""
    found = tab.evaluate(FILL, fields)
    sent: Fields = {}
    for name, value in found["sent"]:
        sent.setdefault(name, []).append(value)
    return set(found["shown"]), sent


# --- a sample of random questionnaires --------------------------------------------------------------------------------


def test_sample_compares_every_kind_of_question_in_every_way() -> None:
    asking = {kind: model for kind, model in KINDS.items() if model.asks != "nothing"}
    possible = {(kind, operator) for kind, model in asking.items() for operator in (*model.compared_by, "answered")}
    assert set().union(*(compares(sample.questionnaire) for sample in samples())) == possible
    assert sum(len(states_that_differ(sample)) for sample in samples()) > 2 * QUESTIONNAIRES


def states_that_differ(sample: Sample) -> set[frozenset[str]]:
    return {asked(sample.questionnaire, fields) for fields in sample.states}


@pytest.mark.parametrize("number", range(QUESTIONNAIRES))
def test_page_shows_what_the_server_asks_of_those_very_answers_P9(tab: Page, surveys: Surveys, number: int) -> None:
    sample = samples()[number]
    questions = sample.questionnaire.model_dump(mode="json", exclude_none=True)["questions"]
    tab.goto(f"{opened(surveys, f'random-{number}', *questions)}?{urlencode(sample.link)}")
    # In steps a section is the name of several, of which any may have nothing to ask.
    untold = {"section"} if has_steps(sample.questionnaire) else set()
    every = {question["id"] for question in questions if question["kind"] not in untold}
    for fields in sample.states:
        shown, sent = filled(tab, fields)
        assert {name for name, values in sent.items() if name[0] != "_" and any(values)} == fields.keys()
        assert shown & every == asked(sample.questionnaire, sent) & every, fields


# --- limits -----------------------------------------------------------------------------------------------------------


def is_(question: str, **compared: Any) -> dict[str, Any]:
    return {"question": question, **compared}


def dates(*days: str) -> list[Fields]:
    parts = [map(str, map(int, day.split("-"))) for day in days]
    return [
        {f"moved.{name}": [part] for name, part in zip(("year", "month", "day"), day, strict=True)} for day in parts
    ]


#: As keyboards write numbers: with zeros, gaps and marks, in each script that is read.
WRITTEN = (
    "0",
    "9",
    "10",
    "11",
    "99",
    "100",
    " 1 0 ",
    "0009",
    "00010",
    "٩",
    "١٠",
    "\u200f۱۱",
    "९",
    "১০",
    "၁၀",
    "１０",
    "300",
)
ORDERS = (["rest"], ["home", "rest"], ["home", "pay", "rest"], ["pay"])
DAY = "2024-02-29"
#: A question, conditions on it, and answers at their limits and beside them.
LIMITS: list[tuple[dict[str, Any], list[dict[str, Any]], list[Fields]]] = [
    (
        a_question("number"),
        [is_("clients", at_least=10), is_("clients", at_most=9), is_("clients", answered=True)],
        [{}, *({"clients": [typed]} for typed in WRITTEN)],
    ),
    (
        a_question("number"),
        [is_("clients", equals=10), {"not": is_("clients", equals=10)}],
        [{}, *({"clients": [typed]} for typed in WRITTEN)],
    ),
    (
        a_question("scale", least=0, most=10),
        [is_("mood", at_least=9), is_("mood", at_most=9), is_("mood", equals=10)],
        [{}, *({"mood": [str(step)]} for step in range(11))],
    ),
    (
        a_question("multiple_choice", most=None),
        [is_("challenges", **{f"chosen_at_{most}": count}) for most in ("least", "most") for count in (1, 2)],
        [{"challenges": chosen} for chosen in ([], ["law"], ["none"], ["law", "police"], ["law", "stigma", "police"])],
    ),
    (
        a_question("ranking", most=None),
        [is_("wants.rest", at_least=2), is_("wants.rest", at_most=2), is_("wants.rest", answered=True)],
        [{}, *({f"wants.{code}": [str(rank)] for rank, code in enumerate(order, 1)} for order in ORDERS)],
    ),
    (
        a_question("date"),
        [is_("moved", at_least=DAY), is_("moved", at_most=DAY), is_("moved", equals=DAY), is_("moved", answered=True)],
        [
            {},
            *dates(
                DAY, "2024-02-28", "2024-03-01", "2024-02-09", "2024-10-02", "2023-12-31", "2025-01-01", "2024-11-29"
            ),
        ],
    ),
]


@pytest.mark.parametrize("number", range(len(LIMITS)))
def test_page_and_server_agree_at_every_limit_and_beside_it_P9(tab: Page, surveys: Surveys, number: int) -> None:
    question, compared, states = LIMITS[number]
    more = [a_question("yes_no", id=f"more{place}", show_if=show_if) for place, show_if in enumerate(compared)]
    tab.goto(opened(surveys, f"limits-{number}", question, *more))
    definition = a_definition(question, *more, policy="exact")
    for fields in states:
        shown, sent = filled(tab, fields)
        every = {each.id for each in definition.questionnaire.questions}
        assert shown & every == asked(definition.questionnaire, sent), fields


# --- by hand ----------------------------------------------------------------------------------------------------------


def a_way_through() -> list[dict[str, Any]]:
    """Questions that lead from one to the next."""
    return [
        a_question("yes_no", label=text("Met the police?")),
        a_question("number", label=text("How often?"), most=90, show_if=is_("police_met", equals="yes")),
        a_question("section", label=text("About that"), show_if=is_("clients", at_least=10)),
        a_question("multiple_choice", label=text("What happened?"), most=None, options=options("law", "stigma")),
        a_question("ranking", options=options("home", "rest"), show_if=is_("challenges", chosen_at_least=2)),
        a_question("date", label=text("Since when?"), show_if=is_("wants.home", equals=1)),
        a_question("short_text", label=text("In a word?"), show_if=is_("moved", at_least="2024-02-29")),
        a_question("scale", label=text("How was it?"), show_if=is_("word", answered=True)),
    ]


def assert_shows(tab: Page, *names: str) -> None:
    every = [question["id"] for question in a_way_through()]
    assert [name for name in every if tab.locator(f"#{name}").is_visible()] == list(names)


def test_questions_come_and_go_as_keys_are_pressed_P9(tab: Page, surveys: Surveys) -> None:
    tab.goto(opened(surveys, "by-keyboard", *a_way_through()))
    tab.locator("#police_met-yes").focus()
    press(tab, "Space")
    assert_shows(tab, "police_met", "clients")
    press(tab, "Tab")
    assert focused(tab) == "clients.input"
    press(tab, "1", "2")
    assert_shows(tab, "police_met", "clients", "part", "challenges")
    press(tab, "Tab", "Space", "Tab", "Space")
    assert_shows(tab, "police_met", "clients", "part", "challenges", "wants")
    press(tab, "Tab")
    assert focused(tab) == "wants-home-1"
    press(tab, "Space")
    assert_shows(tab, "police_met", "clients", "part", "challenges", "wants", "moved")
    press(tab, "Shift+Tab", "Space")
    assert_shows(tab, "police_met", "clients", "part", "challenges")


def press(tab: Page, *keys: str) -> None:
    for key in keys:
        tab.keyboard.press(key)


def focused(tab: Page) -> str:
    return str(tab.evaluate("document.activeElement.id"))


@pytest.mark.parametrize("browser", ["chromium"], indirect=True)
def test_a_number_that_no_condition_holds_for_is_not_read_out_as_wrong(tab: Page, surveys: Surveys) -> None:
    """Only Chromium lets a test read what it tells screen readers."""
    tab.goto(
        opened(surveys, "not-wrong", a_question("number"), a_question("scale", show_if=is_("clients", at_least=10)))
    )
    tab.get_by_label("About number?").fill("5")
    told = tab.context.new_cdp_session(tab).send("Accessibility.getFullAXTree")["nodes"]
    (field,) = [
        node for node in told if node.get("name", {}).get("value") == "About number?" and has_role(node, "textbox")
    ]
    assert [entry["value"]["value"] for entry in field["properties"] if entry["name"] == "invalid"] == ["false"]


def has_role(node: dict[str, Any], role: str) -> bool:
    return bool(node.get("role", {}).get("value") == role)
