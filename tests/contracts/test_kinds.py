"""No kind of question is half-added: every table by kind has it, and it goes from definition to export."""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
from jsonschema import Draft202012Validator

from chalicelib.errors import in_english
from chalicelib.forms.heights import HEIGHTS
from chalicelib.forms.page import FormState
from chalicelib.forms.rules import stylesheet
from chalicelib.forms.typed_answers import typed_answers
from chalicelib.forms.widgets import WIDGETS
from chalicelib.jobs import publish_releases
from chalicelib.publication.measures import SHAPES
from chalicelib.publication.words import KINDS_IN_WORDS
from chalicelib.questionnaire.codebook import VARIABLES, Variable
from chalicelib.questionnaire.conditions import CONDITIONS
from chalicelib.questionnaire.definition import KINDS, Dropdown, Question, Questionnaire, is_required
from chalicelib.responses.parsing import PARSERS
from chalicelib.responses.schema import SCHEMAS
from chalicelib.responses.validation import Validator
from chalicelib.services import Services
from chalicelib.templating import environment
from chalicelib.web.http import NOT_KEPT
from operation.authoring.minutes_rules import DECISIONS
from operation.authoring.problems import ProblemCode
from operation.authoring.reachability import Reachability
from operation.authoring.rules import check_definition, fields_of
from operation.form_picture import DRAWN
from operation.invented import ANSWERERS
from operation.records.columns import HOLDS
from operation.records.export import export_records
from operation.xlsform.exporting import TYPES
from tests import strategies
from tests.builders import (
    ANSWERS,
    FIELDS,
    QUESTIONS,
    Browser,
    a_definition,
    a_question,
    an_open_survey,
    of_kind,
    options,
    stored_items,
    text,
    unseal,
)
from tests.contracts.journeys import JOURNEYS
from tests.functional.shapes import Page, assert_page

ROOT = Path(__file__).parents[2]


#: A question beside the one that is followed, so that every form asks something.
ANCHOR = a_question("yes_no", id="anchor")
ANCHOR_CODEBOOK = ("anchor,,About yes_no?", "anchor,yes,Yes", "anchor,no,No")
ANCHOR_ROWS = ("anchor,yes,Yes,3,100", "anchor,no,No,0,0", "anchor,no_answer,No answer,0,0")

MACROS = environment("chalicelib.forms").get_template("widgets.html").module
GUIDE = (ROOT / "docs" / "authors.md").read_text("utf-8")
SCHEMA = (ROOT / "docs" / "definition.schema.json").read_text("utf-8")
#: What has to have every kind. Where each kind says itself what holds for it (``Question``), there is no table.
TABLES: Mapping[str, Collection[str]] = {
    "codebook.VARIABLES": VARIABLES,
    "measures.SHAPES": SHAPES,
    "words.KINDS_IN_WORDS": KINDS_IN_WORDS,
    "parsing.PARSERS": PARSERS,
    "schema.SCHEMAS": SCHEMAS,
    "widgets.WIDGETS": WIDGETS,
    "heights.HEIGHTS": HEIGHTS,
    "widgets.html": {kind for kind, widget in WIDGETS.items() if hasattr(MACROS, widget.macro)},
    "invented.ANSWERERS": ANSWERERS,
    "columns.HOLDS": HOLDS,
    "minutes_rules.DECISIONS": DECISIONS,
    "form_picture.DRAWN": DRAWN,
    "exporting.TYPES": TYPES,
    "docs/authors.md": set(re.findall(r"\bkind: (\w+)", GUIDE)),
    "docs/definition.schema.json": set(re.findall(r'"const": "(\w+)"', SCHEMA)),
    "builders.QUESTIONS": QUESTIONS,
    "strategies.PARTS": strategies.PARTS,
    "test_kinds.JOURNEYS": JOURNEYS,
}
#: Only of kinds that ask something.
TABLES_OF_ANSWERS: Mapping[str, Collection[str]] = {
    "builders.ANSWERS": {kind for kind, question in QUESTIONS.items() if question["id"] in ANSWERS},
    "strategies.ANSWERS": strategies.ANSWERS,
}
#: Of each kind that asks: every key that conditions compare it by.
COMPARISONS = [
    (kind, operator)
    for kind, model in KINDS.items()
    if model.asks != "nothing"
    for operator in (*model.compared_by, "answered")
]


def lacking(kind: str, model: type[Question]) -> set[str]:
    """The tables that lack ``kind``, and the facts that its ``model`` does not tell."""
    tables = {**TABLES, **TABLES_OF_ANSWERS} if getattr(model, "asks", "") != "nothing" else TABLES
    facts = {fact for fact in Question.__class_vars__ if not hasattr(model, fact)}
    return facts | {name for name, table in tables.items() if kind not in table}


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_is_half_added(kind: str) -> None:
    assert lacking(kind, KINDS[kind]) == set()
    assert type(a_definition(a_question(kind)).questionnaire.questions[0]) is KINDS[kind]


def test_of_a_kind_that_is_half_added_every_table_and_fact_is_named() -> None:
    class Slider(Question):
        kind: Literal["slider"]

    class Half(Dropdown):
        """Takes its facts from the kind that it resembles."""

    facts = {"asks", "compared_by", "crosstab", "marks", "is_substantive", "can_identify"}
    assert lacking("slider", Slider) == facts | TABLES.keys() | TABLES_OF_ANSWERS.keys()
    assert lacking("half", Half) == TABLES.keys() | TABLES_OF_ANSWERS.keys()


def test_no_code_asks_for_a_kind_by_its_name() -> None:
    """Whoever adds a kind would not find it; the one that remains is about the past.

    Between our kinds and XLSForm's stands a table; what follows from them is XLSForm's, which gains none of ours.
    """
    asking = re.compile(r"\.kind (?:==|!=|(?:not )?in) [(\"']|match \w+\.kind\b")
    files = [path for folder in ("chalicelib", "operation") for path in (ROOT / folder).rglob("*.*")]
    found = {
        path.name
        for path in files
        if path.suffix in (".py", ".html")
        and not {"disclosure", "xlsform"} & {*path.parts}
        and asking.search(path.read_text("utf-8"))
    }
    assert found <= {"comparability.py"}


# --- what each kind says of itself ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "operator"), COMPARISONS)
def test_conditions_compare_a_kind_as_it_says_in_check_and_on_the_page(kind: str, operator: str) -> None:
    questionnaire, faults = asked_if(kind, operator)
    assert faults == set()
    assert QUESTIONS[kind]["id"] in stylesheet(questionnaire)
    always = is_required(questionnaire.questions[0])
    assert Reachability(questionnaire).outcomes("more") == ({True} if always else {True, False})


def asked_if(kind: str, operator: str) -> tuple[Questionnaire, set[ProblemCode]]:
    """A question of ``kind``, one on a condition that compares it by ``operator``, and what is wrong with that."""
    question = a_question(kind)
    variable = VARIABLES[kind](a_definition(question).questionnaire.questions[0])[0]
    leaf = {"question": variable.id, operator: compared_with(variable, operator)}
    definition = a_definition(question, a_question("yes_no", id="more", show_if=leaf), policy="exact")
    faults = {problem.code for problem in check_definition(definition) if problem.severity == "error"}
    return definition.questionnaire, faults


def compared_with(variable: Variable, operator: str) -> int | str | bool:
    if operator == "answered":
        return True
    if operator.startswith("chosen"):
        return 1
    if variable.numbers:
        middle = variable.numbers.written((variable.numbers.least + variable.numbers.most) // 2)
        return middle if variable.numbers.are_dates else int(middle)
    code = variable.codes[-1 if operator == "at_least" else 0]
    return int(code) if "at_least" in KINDS[variable.kind].compared_by else code


@pytest.mark.parametrize("kind", [kind for kind, operator in COMPARISONS if operator == "answered"])
def test_conditions_compare_a_kind_in_no_other_way(kind: str) -> None:
    others = CONDITIONS.keys() - {"all", "any", "not", "answered", *KINDS[kind].compared_by}
    assert {operator for operator in others if asked_if(kind, operator)[1] != {"unfit_operator"}} == set()


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_could_tell_who_answered_is_warned_of_when_it_asks_for_a_name(kind: str) -> None:
    found = found_of(a_question(kind, label=text("What is your name?")))
    assert ("identifying" in found) is KINDS[kind].can_identify


@pytest.mark.parametrize("mark", ["exclusive", "specify", "apart"])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if "options" in QUESTIONS[kind]])
def test_options_bear_the_marks_that_their_kind_takes_and_no_others(kind: str, mark: str) -> None:
    marked = a_question(kind, options=options("a", "b", "c", **{mark: ["c"]}))
    found = found_of(marked)
    assert ("needless_mark" in found) is (mark not in KINDS[kind].marks)


def found_of(question: dict[str, Any]) -> set[str]:
    return {problem.code for problem in check_definition(a_definition(question, ANCHOR))}


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_can_send_as_many_fields_as_are_counted(kind: str) -> None:
    boxes = [name for type_, name, _ in JOURNEYS[kind].inputs if type_ == "checkbox"]
    others = {name for type_, name, _ in JOURNEYS[kind].inputs if type_ != "checkbox"}
    counted = fields_of(a_definition(a_question(kind)).questionnaire.questions[0])
    assert counted >= len(boxes) + len(others)


@pytest.mark.parametrize("kind", KINDS)
def test_invented_persons_give_valid_answers(kind: str) -> None:
    definition = a_definition(a_question(kind))
    question, validator = definition.questionnaire.questions[0], Validator(definition.questionnaire)
    for seed in range(100):
        answer = ANSWERERS[kind](question, random.Random(seed))  # noqa: S311
        if question.asks != "nothing":
            validator.validate({question.id: answer})


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_goes_from_definition_to_export(kind: str, browser: Browser, services: Services, tmp_path: Path) -> None:
    an_open_survey(services, a_question(kind), ANCHOR, policy="exact")
    assert shows_the_question(kind, browser)
    assert_fits_the_published_schema(kind, browser)
    three_persons_answer(kind, browser)
    assert len(stored_items(services)) == 3
    assert [outcome.released for outcome in publish_releases(services)] == [1]
    assert released(browser) == [*JOURNEYS[kind].rows, *ANCHOR_ROWS]
    assert exported(services, tmp_path) == expected_records(kind)
    assert described(tmp_path) == expected_codebook(kind)
    assert sorted(unsealed(tmp_path), key=str) == [JOURNEYS[kind].texts] * (2 if JOURNEYS[kind].texts else 0)


def shows_the_question(kind: str, browser: Browser) -> bool:
    # A hidden question is there for those who came by a link that says so.
    page: Page = assert_page(browser.get("/s/a-survey?source=poster"), NOT_KEPT)
    found = [(tag, attributes) for tag, attributes in page.tags if tag in ("input", "textarea", "select")]
    shown = [(each.get("type", tag), each["name"], each.get("value", "")) for tag, each in found]
    mine = [each for each in shown if each[1].split(".")[0] == QUESTIONS[kind]["id"]]
    assert mine == JOURNEYS[kind].inputs
    return f"About {kind}?" in page.html


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_typed_can_be_copied_in_words(kind: str) -> None:
    state = FormState(of_kind(kind, FIELDS), (), "en", in_english)
    found = typed_answers(a_definition(a_question(kind)).questionnaire, state)
    assert tuple(words for _, words in found) == JOURNEYS[kind].typed


@pytest.mark.parametrize("kind", [kind for kind in KINDS if any(value == "" for *_, value in JOURNEYS[kind].inputs)])
def test_a_kind_that_was_answered_and_emptied_again_is_stored_as_not_answered(
    kind: str, browser: Browser, services: Services, tmp_path: Path
) -> None:
    an_open_survey(services, a_question(kind), ANCHOR, policy="exact")
    emptied = {name: [""] for type_, name, value in JOURNEYS[kind].inputs if value == ""}
    assert browser.send_form({**emptied, "anchor": ["yes"]}).status_code == 200
    assert browser.send_json({"anchor": True}).status_code == 201
    publish_releases(services)
    header, records = exported(services, tmp_path, 2)
    # Of words it is told that there are none.
    nothing = ["0" if skipped == "0" else "" for _, skipped in JOURNEYS[kind].columns.values()]
    assert records == [",".join(["1", "1", *nothing, "yes"])] * 2, header


def assert_fits_the_published_schema(kind: str, browser: Browser) -> None:
    """The builders' answer fits the JSON Schema that the API publishes, and a heap of junk does not."""
    schema = browser.get("/api/surveys/a-survey").json_body["answers_schema"]
    Draft202012Validator.check_schema(schema)
    published = Draft202012Validator(schema)
    answers = of_kind(kind, ANSWERS)
    assert schema["properties"].keys() - {"anchor"} == answers.keys()
    published.validate({**answers, "anchor": True})
    assert [name for name in answers if published.is_valid({**answers, name: {"junk": [None]}})] == []
    assert not published.is_valid({**answers, QUESTIONS[kind]["id"] + "_": True})


def three_persons_answer(kind: str, browser: Browser) -> None:
    """One through the form, one through the API, and one who leaves out whatever can be left out."""
    agreement = of_kind(kind, ANSWERS) if kind == "consent" else {}
    replies = [
        browser.send_form({**of_kind(kind, FIELDS), "anchor": ["yes"]}),
        browser.send_json({**of_kind(kind, ANSWERS), "anchor": True}),
        browser.send_json({**agreement, "anchor": True}),
    ]
    assert [reply.status_code for reply in replies] == [200, 201, 201]


def released(browser: Browser) -> list[str]:
    reply = browser.get("/api/surveys/a-survey/releases/latest.csv")
    assert reply.status_code == 200
    rows = csv.DictReader(reply.body.decode("utf-8").splitlines())
    facts = ("question", "code", "label", "count", "percent")
    found = [{**row, "label": ": ".join(filter(None, [row["part"], row["label"]]))} for row in rows]
    return [",".join(row[name] for name in facts) for row in found]


def exported(services: Services, folder: Path, persons: int = 3) -> tuple[str, list[str]]:
    """The header of the records as codes, and the records without their numbers."""
    versions = {1: services.version("a-survey", 1)}
    done = export_records("a-survey", services.responses.records("a-survey"), versions, folder, formats=())
    assert done.records == persons
    header, *lines = (folder / "codes.csv").read_text("utf-8-sig").splitlines()
    return header, sorted(line.partition(",")[2] for line in lines)


def expected_records(kind: str) -> tuple[str, list[str]]:
    columns = JOURNEYS[kind].columns
    header = ",".join(["record", "batch", "version", *columns, "anchor"])
    answered, skipped = (",".join(["1", "1", *(both[who] for both in columns.values()), "yes"]) for who in (0, 1))
    return header, sorted([answered, answered, skipped])


def described(folder: Path) -> list[str]:
    """The codebook that goes with the records, but for what is told before the answers."""
    with (folder / "codebook.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = [row["kind"] for row in rows if not row["code"]]
    return [*kinds[3:], *(",".join(row[name] for name in ("column", "code", "en")) for row in rows[3:])]


def expected_codebook(kind: str) -> list[str]:
    rows = JOURNEYS[kind].codebook
    kinds = [KINDS_IN_WORDS[kind] for row in rows if ",," in row]
    return [*kinds, KINDS_IN_WORDS["yes_no"], *rows, *ANCHOR_CODEBOOK]


def unsealed(folder: Path) -> list[dict[str, str]]:
    return [json.loads(unseal(path.read_bytes())) for path in (folder / "text").glob("*.age")]


@pytest.mark.parametrize("kind", ["note", "section"])
def test_note_and_section_ask_nothing(browser: Browser, services: Services, kind: str) -> None:
    an_open_survey(services, a_question(kind), ANCHOR)
    names = [tag["name"] for tag in assert_page(browser.get("/s/a-survey"), NOT_KEPT).all("input")]
    assert [name for name in names if not name.startswith("_")] == ["anchor", "anchor", "anchor"]
    assert browser.send_json({QUESTIONS[kind]["id"]: "x"}).status_code == 422
    assert stored_items(services) == []


def test_hidden_question_is_not_there_for_who_came_by_another_link(browser: Browser, services: Services) -> None:
    an_open_survey(services, a_question("hidden"), ANCHOR)
    for query in ("", "?source=", "?source=flyer", "?source=MAIL", "?lang=en"):
        page = assert_page(browser.get(f"/s/a-survey{query}"), NOT_KEPT)
        assert "source" not in {tag["name"] for tag in page.all("input")}
        assert "About hidden?" not in page.html
    assert assert_page(browser.get("/s/a-survey?source=mail"), NOT_KEPT).typed == {"source": ["mail"]}
