"""What may be wrong with the words: missing or doubled ones, long ones, questions that tell who somebody is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from chalicelib.errors import DefinitionProblem
from chalicelib.questionnaire.definition import Definition, Question, specify_options
from chalicelib.questionnaire.parts import Part

#: Characters after which a text wants to be split: a phone shows some 40 on a line.
LONG_LABEL, LONG_OPTION, LONG_TITLE = 400, 160, 80
MOST_QUOTED = 60

#: Words in an id or a label that hint at a person, or at a place small enough to find one in. Warned of, not refused.
#: In the languages of the first surveys; word beginnings, so that inflected forms are met as well.
IDENTIFYING = re.compile(
    r"\b(birth(day|date)|date of birth|year of birth|born|full name|first name|last name|surname|your name|nickname"
    r"|home address|email|e-mail|phone number|telephone|passport|personal number|social security|employer|workplace"
    r"|född|födelse|personnummer|efternamn|förnamn|ditt namn|adress|e-post|telefonnummer|arbetsgivare|arbetsplats"
    r"|født|fødsels|etternavn|fornavn|adresse|arbeidsgiver|arbeidsplass"
    r"|syntymä|henkilötunnus|sukunimi|etunimi|nimesi|osoite|osoittee|sähköposti|puhelinnumero|työnantaja|työpaikka"
    r"|fæðing|kennitala|fullt nafn|nafn þitt|heimilisfang|netfang|símanúmer|vinnuveitand|vinnustað)",
    re.IGNORECASE,
)
FINE_GEOGRAPHY = re.compile(
    r"\b(town|city|village|municipality|district|neighbourhood|neighborhood|suburb|post ?code|zip ?code|street name"
    r"|kommun|stadsdel|postnummer|vilken (stad|ort|by)|bostadsort|hemort|bydel|hvilken by|poststed|tettsted"
    r"|kunta|kunnassa|kunnasta|kaupunki|kaupungi|kylä|postinumero|sveitarfélag|bæjarfélag|póstnúmer|hverfi)",
    re.IGNORECASE,
)
#: Parts of an id, between underscores, that hint at the same.
IDENTIFYING_ID = frozenset(
    ["birth", "birthday", "birthdate", "born", "name", "surname", "address", "email", "phone", "passport"]
).union(["employer", "workplace"])
FINE_GEOGRAPHY_ID = frozenset(["town", "city", "village", "municipality", "district", "postcode", "zip"])


def wording_problems(definition: Definition) -> Iterator[DefinitionProblem]:
    """Every problem with the words of ``definition``."""
    yield from _translations(definition)
    yield from _long(definition)
    for place, question in questions_of(definition):
        yield from _doubled(place, question)
        yield from _identifying(place, question)


def questions_of(definition: Definition) -> Iterator[tuple[str, Question]]:
    """Every question with its place."""
    for index, question in enumerate(definition.questionnaire.questions):
        yield f"questionnaire.questions.{index}", question


def _translations(definition: Definition) -> Iterator[DefinitionProblem]:
    first = definition.questionnaire.first_language
    known = set(definition.questionnaire.languages)
    for place, text in texts_of(definition.questionnaire, "questionnaire"):
        if unknown := sorted(set(text) - known):
            named = ", ".join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
            message = f"The language {named} is not among the questionnaire's languages. Add it there."
            yield DefinitionProblem(place, "undeclared_language", message)
        for language in sorted(known - set(text)):
            message = f"There is no text in “{language}”; “{first}” is shown instead."
            if language == first:
                message = f"There is no text in “{first}”, which other languages fall back to. Add it."
            severity = "error" if language == first else "warning"
            yield DefinitionProblem(place, "missing_translation", message, severity=severity)


def texts_of(part: Part, place: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every text below ``part`` with its place: a text is a dict of strings, which no other value is."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, dict) and all(isinstance(wording, str) for wording in value.values()):
            yield f"{place}.{name}", value
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, Part):
                    yield from texts_of(item, f"{place}.{name}.{index}")


def _long(definition: Definition) -> Iterator[DefinitionProblem]:
    for place, text in texts_of(definition.questionnaire, "questionnaire"):
        most = _most_characters(place)
        length = max(map(len, text.values()), default=0)
        if length > most:
            message = f"This text has {length} characters; over {most}, few read it on a phone. Shorten it."
            yield DefinitionProblem(place, "long_text", message, severity="warning")


def _most_characters(place: str) -> int:
    keys = place.split(".")
    if keys[-1] == "title":
        return LONG_TITLE
    if len(keys) > 4:
        return LONG_OPTION
    return LONG_LABEL if keys[-1] == "label" else 3 * LONG_LABEL


def quoted(wording: str) -> str:
    """``wording`` for a message: on one line, the beginning of it."""
    line = " ".join(wording.split())
    return f"“{line if len(line) <= MOST_QUOTED else f'{line[:MOST_QUOTED]} …'}”"


def _doubled(place: str, question: Question) -> Iterator[DefinitionProblem]:
    """Two options, rows or bands that read the same: nobody can tell which to choose."""
    for name in ("options", "rows", "bands"):
        parts = getattr(question, name, ())
        for language in sorted({language for part in parts for language in part.label}):
            labels = Counter(part.label[language].casefold() for part in parts if language in part.label)
            for label, count in labels.items():
                if count > 1:
                    message = f"{quoted(label)} stands {count} times in “{language}”. Word them apart, or remove one."
                    yield DefinitionProblem(f"{place}.{name}", "repeated_label", message)


def _identifying(place: str, question: Question) -> Iterator[DefinitionProblem]:
    words = " ".join(question.label.values())
    parts = set(question.id.split("_"))
    if parts & IDENTIFYING_ID or (question.kind != "consent" and IDENTIFYING.search(words)):
        message = "This may tell who answered. Leave it out, or ask it more coarsely."
        yield DefinitionProblem(place, "identifying", message, severity="warning")
    elif parts & FINE_GEOGRAPHY_ID or FINE_GEOGRAPHY.search(words):
        message = "A place this small may tell who answered. Ask for the country, or a large region."
        yield DefinitionProblem(place, "fine_geography", message, severity="warning")
    if (question.asks == "text" or specify_options(question)) and question.hint is None:
        message = "Add a hint that asks not to name people or places."
        yield DefinitionProblem(place, "text_without_hint", message, severity="warning")
