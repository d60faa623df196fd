"""The surveys that browsers meet, served by the app in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app import app
from chalicelib import services as services_module
from chalicelib.forms.steps import steps_of
from chalicelib.locale import INTERFACE_LANGUAGES
from chalicelib.questionnaire.definition import Definition
from chalicelib.services import Services
from chalicelib.storage.database import Database
from operation.demo import make_demo
from operation.ending import close_survey
from operation.invitations import invite
from operation.lifecycle import open_survey, publish_definition, start_test
from operation.local.server import app_served
from tests.builders import QUESTIONS, FakeClock, a_definition, a_document, a_question, identities, prove_keys

#: What a text says in the language that is read from right to left.
ARABIC = "سؤال عن العمل والحياة"
REASON = {"en": "We have to know."}
#: Kinds of question that may have to be answered.
REQUIRABLE = [kind for kind in QUESTIONS if kind not in ("note", "section", "hidden")]
#: The month whose name takes most room in most languages, so that in any other pages have what they need.
A_LONG_DAY = datetime(2026, 11, 28, 12, tzinfo=UTC)
SECTIONS = ("one", "two", "three", "four", "five")
#: Whom the surveys name that somebody can turn to.
REACHABLE = {
    "support": [
        {
            "id": "helpline",
            "label": {"en": "A helpline"},
            "telephone": "+46 8 000 00 00",
            "link": "https://example.org/",
            "note": {"en": "At night, *and* at noon."},
        }
    ],
    "contact": {"label": {"en": "Our office"}, "email": "office@example.org"},
}


class HurryingClock(FakeClock):
    """Seconds go by between one look and the next, so that no test has to wait for the least time of a form."""

    def __call__(self) -> datetime:
        self.advance(seconds=3)
        return self.now


@dataclass(frozen=True)
class Surveys:
    """Where they are served, by what, and what only some people are given."""

    url: str
    services: Services
    clock: HurryingClock
    invitations: Iterator[str]
    rehearsal: str


def a_section(name: str, **changes: Any) -> dict[str, Any]:
    return a_question("section", id=name, label={"en": f"Part {name}"}, **changes)


def questions_in_steps() -> list[dict[str, Any]]:
    """Every kind of question; sections two and three are for those who answer "other", a question for who says yes."""
    only_elsewhere = {"question": "country", "equals": "other"}
    after_yes = a_question("short_text", id="officer", show_if={"question": "police_met", "equals": "yes"})
    return [
        a_question("consent"),
        a_section("one"),
        a_question("single_choice", required_because=REASON),
        *map(a_question, ("dropdown", "multiple_choice", "scale", "matrix")),
        a_section("two", show_if=only_elsewhere),
        a_question("ranking"),
        a_section("three", show_if=only_elsewhere),
        a_question("number", required_because=REASON),
        a_section("four", support=["helpline"]),
        *map(a_question, ("note", "date", "yes_no")),
        after_yes,
        a_section("five"),
        *map(a_question, ("short_text", "long_text", "hidden")),
    ]


#: The steps of ``in-steps`` between the first and the last, with what they ask; its first section is cut into several.
STEPS = {
    step.id: tuple(question.id for question in step.questions)
    for step in steps_of(a_definition(*questions_in_steps()).questionnaire)
    if step.number
}


def step_of(question: str) -> str:
    """The step of ``in-steps`` that asks ``question``."""
    return next(name for name, asked in STEPS.items() if question in asked)


def short_questions() -> list[dict[str, Any]]:
    """So few that they stand on one page."""
    return [
        a_question("consent"),
        a_question("multiple_choice"),
        a_question("number"),
        a_question("short_text", most_characters=20),
    ]


def in_arabic_too(part: Any) -> Any:
    """A document's data with each of its texts in Arabic as well."""
    if isinstance(part, list):
        return [in_arabic_too(each) for each in part]
    if not isinstance(part, dict):
        return part
    if part.keys() == {"en"} and isinstance(part["en"], str):
        return {**part, "ar": ARABIC}
    return {name: in_arabic_too(value) for name, value in part.items()}


def a_survey(services: Services, survey: str, *questions: dict[str, Any], **settings: Any) -> None:
    """Publish a survey in every language of the interface, with its keys proven; the questions speak two of them."""
    document = in_arabic_too(a_document(*questions, survey=survey, **settings))
    languages = {code: {"name": name, "reviewed_by": "A. Reviewer"} for code, name in INTERFACE_LANGUAGES.items()}
    document["questionnaire"]["languages"] = languages
    publish_definition(services, Definition.model_validate(document), [public for public, _ in identities()])
    prove_keys(services, survey)


@contextmanager
def served_here(database: Database, folder: Path) -> Iterator[Surveys]:
    """All surveys at one address: the demo's, and one for each state and shape of a form.

    ``in-steps``, ``unsectioned`` (both with every kind of question), ``strict`` (where all must be answered), ``short``
    (on one page), ``invited``, ``rehearsed``, ``awaited`` and ``closed``, which has no results yet.
    """
    clock = HurryingClock(A_LONG_DAY)
    services = Services.on(database, clock)
    for _ in make_demo(services, folder):
        pass
    a_survey(services, "in-steps", *questions_in_steps(), **REACHABLE)
    a_survey(services, "unsectioned", *map(a_question, QUESTIONS))
    a_survey(services, "short", *short_questions())
    a_survey(services, "strict", *(a_question(kind, required_because=REASON) for kind in REQUIRABLE))
    invited = a_section("one"), a_question("yes_no"), a_section("two"), a_question("short_text")
    a_survey(services, "invited", *invited, access="invitation")
    a_survey(services, "closed", a_question("yes_no"), **REACHABLE)
    a_survey(services, "awaited", a_question("yes_no"), opens_on=f"2099-{A_LONG_DAY:%m-%d}")
    for survey in ("in-steps", "unsectioned", "short", "strict", "invited", "closed", "awaited"):
        open_survey(services, survey)
    close_survey(services, "closed")
    a_survey(services, "rehearsed", a_question("yes_no"))
    rehearsal = start_test(services, "rehearsed")
    services_module.use(services)
    with app_served(app) as port:
        yield Surveys(
            f"http://127.0.0.1:{port}", services, clock, iter(invite(services, "invited", 100)), f"/{rehearsal}"
        )
    services_module.use(None)
