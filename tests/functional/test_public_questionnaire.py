"""What the questionnaire tells as JSON: what it takes to answer, and nothing that an author wrote for others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.questionnaire.definition import KINDS
from chalicelib.services import Services
from tests.builders import Browser, a_question, an_open_survey

#: Every key of a questionnaire that has each kind of question; a new one is added here once it is seen to be for
#: respondents.
PUBLIC = {
    "languages",
    "name",
    "title",
    "asked_by",
    "introduction",
    "thanks",
    "minutes",
    "questions",
    "kind",
    "id",
    "label",
    "hint",
    "required_because",
    "show_if",
    "implies",
    "options",
    "code",
    "exclusive",
    "specify",
    "apart",
    "order",
    "least",
    "most",
    "least_label",
    "most_label",
    "rows",
    "bands",
    "below",
    "before",
    "pattern",
    "pattern_says",
    "support",
    "most_characters",
}
#: Keys of texts, by language, and those under which the author's own codes stand.
LANGUAGES = {"en"}


def keys_of(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        for key, inner in found.items():
            yield key
            yield from keys_of(inner)
    elif isinstance(found, list):
        for inner in found:
            yield from keys_of(inner)


def test_questionnaire_tells_respondents_what_is_for_them_and_nothing_else(
    browser: Browser, services: Services
) -> None:
    asked = [a_question(kind, id=f"q_{kind}") for kind in KINDS if kind != "section"]
    an_open_survey(services, *asked)
    reply = browser.get("/api/surveys/a-survey")
    assert "A. Reviewer" in services.version("a-survey", 1).questionnaire.model_dump_json()
    assert "A. Reviewer" not in reply.body.decode("utf-8")
    assert reply.json_body.keys() == {
        *(
            "survey",
            "state",
            "opens_on",
            "closes_on",
            "version",
            "questionnaire",
            "support",
            "contact",
            "answers_schema",
        )
    }
    assert {*keys_of(reply.json_body["questionnaire"])} - LANGUAGES <= PUBLIC
