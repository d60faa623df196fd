"""What the questionnaire tells as JSON: what it takes to answer, and nothing that an author wrote for others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, get_args

from chalicelib.questionnaire.base import Frozen
from chalicelib.questionnaire.definition import KINDS, Questionnaire
from chalicelib.questionnaire.survey import SurveySettings
from chalicelib.services import Services
from tests.builders import METHOD, Browser, a_definition, a_question, opened, stored_survey

#: Every key of a questionnaire that has each kind of question; a new one is added here once it is seen to be for
#: respondents.
PUBLIC = {
    *("languages", "name", "title", "asked_by", "introduction", "thanks", "minutes", "questions"),
    *("kind", "id", "label", "short", "hint", "required_because", "show_if", "implies"),
    *("options", "code", "exclusive", "specify", "apart", "order", "rows"),
    *("least", "most", "least_label", "most_label"),
    *("bands", "below", "before", "pattern", "pattern_says", "most_characters"),
    *("opens_on", "closes_on", "support", "contact", "telephone", "link", "note", "email"),
}
#: Keys of conditions and implications.
CONDITIONS = {
    *("all", "any", "not", "question", "equals", "includes", "chosen_at_least", "chosen_at_most"),
    *("at_least", "at_most", "answered", "when", "then"),
}
#: Keys of texts, by language.
LANGUAGES = {"en"}


class Field(NamedTuple):
    """A field of a model, by the key that it has in definitions and in JSON."""

    model: str
    key: str


#: What the questionnaire's JSON keeps to itself. Of the settings, the form tells what respondents rely on.
INTERNAL = {
    Field("Translation", "reviewed_by"),
    Field("Questionnaire", "formatted"),
    *(
        Field("SurveySettings", key)
        for key in ("policy", "text", "access", "releases", "results", "crosstabs", "retention_days", "coding")
    ),
    *(Field("SurveySettings", key) for key in ("exit_link", "synthetic", "recipients")),
    # Told beside the results.
    *(Field("SurveySettings", key) for key in METHOD),
    *(Field("Crosstabs", key) for key in ("group", "by")),
}
CANARY = "canary-8c1f"
#: In each of those that is a text of an author's.
CANARIES: Mapping[Field, Any] = {
    Field("Translation", "reviewed_by"): CANARY,
    Field("SurveySettings", "exit_link"): f"https://{CANARY}.example/",
    **{Field("SurveySettings", key): {"en": CANARY} for key in METHOD},
}


def keys_of(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        for key, inner in found.items():
            yield key
            yield from keys_of(inner)
    elif isinstance(found, list):
        for inner in found:
            yield from keys_of(inner)


def fields_of(annotation: Any, known: set[Any]) -> Iterator[tuple[Field, Any]]:
    """Every field of the models that ``annotation`` is made of, with its own annotation."""
    if isinstance(annotation, type) and issubclass(annotation, Frozen):
        if annotation not in known:
            known.add(annotation)
            for name, field in annotation.model_fields.items():
                yield Field(annotation.__name__, field.alias or name), field.annotation
                yield from fields_of(field.annotation, known)
        return
    for part in get_args(getattr(annotation, "__value__", annotation)):
        yield from fields_of(part, known)


#: Made of texts that are for respondents, by nobody's hand.
DERIVED = ("Block", "Run")
FIELDS = {
    field: annotation
    for model in (Questionnaire, SurveySettings)
    for field, annotation in fields_of(model, set())
    if field.model not in DERIVED
}


def with_canaries(part: Any) -> Any:
    """``part`` of a definition with the canaries in it."""
    if isinstance(part, Frozen):
        model = type(part).__name__
        new = {name: CANARIES.get(Field(model, name)) or with_canaries(value) for name, value in part}
        return part.model_copy(update=new)
    if isinstance(part, dict):
        return {name: with_canaries(value) for name, value in part.items()}
    return tuple(map(with_canaries, part)) if isinstance(part, tuple) else part


def test_questionnaire_tells_respondents_what_is_for_them_and_nothing_else(
    browser: Browser, services: Services
) -> None:
    asked = [a_question(kind, id=f"q_{kind}") for kind in KINDS if kind != "section"]
    opened(services, with_canaries(a_definition(*asked)))
    record = stored_survey(services)
    stored = record.model_dump_json() + services.version("a-survey", 1).questionnaire.model_dump_json()
    assert stored.count(CANARY) == len(CANARIES)
    reply = browser.get("/api/surveys/a-survey")
    told = reply.body.decode("utf-8")
    assert "formatted" not in reply.json_body["questionnaire"]
    assert CANARY not in told
    assert not [public for public in record.settings.recipients if public in told]
    assert reply.json_body.keys() == {
        *("survey", "state", "opens_on", "closes_on", "version", "questionnaire"),
        *("support", "contact", "answers_schema"),
    }
    assert {*keys_of(reply.json_body["questionnaire"])} - LANGUAGES <= PUBLIC


def test_every_field_of_a_definition_is_known_to_be_for_respondents_or_not() -> None:
    """A new field fails here until somebody has decided who may see it."""
    assert FIELDS.keys() >= INTERNAL
    assert [field for field in FIELDS.keys() - INTERNAL if field.key not in PUBLIC | CONDITIONS] == []
    assert len(FIELDS) > 100


def test_every_text_that_is_not_for_respondents_has_a_canary() -> None:
    """Keys are looked for by themselves, and crosstabs name questions, which are for respondents."""
    keys_and_ids = {Field("SurveySettings", "recipients"), Field("Crosstabs", "group"), Field("Crosstabs", "by")}
    written = INTERNAL - keys_and_ids - {Field("Questionnaire", "formatted")}
    assert {field for field in written if _takes_text(FIELDS[field])} == CANARIES.keys()


def _takes_text(annotation: Any) -> bool:
    return annotation is str or any(map(_takes_text, get_args(getattr(annotation, "__value__", annotation))))
