"""What may be wrong with the words: missing or doubled ones, long ones, questions that tell who somebody is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from chalicelib.locale import general, has_words
from chalicelib.questionnaire.base import Part
from chalicelib.questionnaire.definition import Definition, Number, Question, specify_options
from operation.authoring.identifying import AGE, KNOWN_LANGUAGES, PERSON, SMALL_PLACE
from operation.authoring.meanings import NEGATIONS
from operation.errors import DefinitionProblem

#: Characters after which a text wants to be split: a phone shows some 40 on a line.
LONG_LABEL, LONG_OPTION, LONG_TITLE = 400, 160, 80
MOST_QUOTED = 60

#: Parts of an id, between underscores, that hint at a person, or at a place small enough to find one in.
IDENTIFYING_ID = frozenset(
    ["birth", "birthday", "birthdate", "born", "name", "surname", "address", "email", "phone", "passport"]
).union(["employer", "workplace"])
FINE_GEOGRAPHY_ID = frozenset(["town", "city", "village", "municipality", "district", "postcode", "zip"])
#: Years of age that a band has to take together.
LEAST_AGE_BAND = 5
#: What is looked for in wordings, and the languages that it is known in.
WORD_LISTS: Mapping[str, Collection[str]] = {
    "who, how old or where somebody is": KNOWN_LANGUAGES,
    "a “not” that a new wording brings": NEGATIONS,
}
#: Places of missing translations that one warning names.
MOST_NAMED = 3


def wording_problems(definition: Definition) -> Iterator[DefinitionProblem]:
    """Every problem with the words of ``definition``."""
    yield from _translations(definition)
    yield from _unknown_languages(definition)
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
    known = definition.questionnaire.languages
    missing: dict[str, list[str]] = {language: [] for language in known}
    for place, text in texts_of(definition.questionnaire, "questionnaire"):
        if unknown := sorted(set(text) - set(known)):
            named = ", ".join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
            message = f"The language {named} is not among the questionnaire's languages. Add it there."
            yield DefinitionProblem(place, "undeclared_language", message)
        if first not in text:
            message = f"There is no text in “{first}”, which other languages fall back to. Add it."
            yield DefinitionProblem(place, "missing_translation", message)
        for language in (language for language in known if language not in text):
            missing[language].append(place)
    for language in (language for language in known if language != first and missing[language]):
        yield _missing(language, missing[language], first)


def _unknown_languages(definition: Definition) -> Iterator[DefinitionProblem]:
    """What each language lacks: words of the interface, and words that checks look for."""
    for language in definition.questionnaire.languages:
        place = f"questionnaire.languages.{language}"
        if unchecked := [what for what, known in WORD_LISTS.items() if general(language) not in known]:
            message = (
                f"Nothing here knows the words of “{language}” for {' and '.join(unchecked)}. Look for them yourself."
            )
            yield DefinitionProblem(place, "unchecked_language", message, severity="warning")
        if not has_words(language):
            message = (
                f"In “{language}” only your own texts are shown; promises, limits, buttons and errors are in English."
                f" To have them too, add a catalogue, chalicelib/locale/{language}/LC_MESSAGES/paraply.po, and its name"
                " to INTERFACE_LANGUAGES in chalicelib/locale."
            )
            yield DefinitionProblem(place, "interface_language", message, severity="warning")


def _missing(language: str, places: Sequence[str], first: str) -> DefinitionProblem:
    """One warning for all that is shown in the first language instead."""
    count = "1 text is" if len(places) == 1 else f"{len(places)} texts are"
    more = " and others" if len(places) > MOST_NAMED else ""
    message = f"{count} shown in “{first}”, for want of “{language}”: {', '.join(places[:MOST_NAMED])}{more}."
    return DefinitionProblem(f"questionnaire.languages.{language}", "missing_translation", message, severity="warning")


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
    if question.can_identify and (found := _asked(question)):
        yield DefinitionProblem(place, *found, severity="warning")
    if (question.asks == "text" or specify_options(question)) and question.hint is None:
        message = "Add a hint that asks not to name people or places."
        yield DefinitionProblem(place, "text_without_hint", message, severity="warning")


def _asked(question: Question) -> tuple[str, str] | None:
    """Code and message of what ``question`` asks for and had better not."""
    labels, parts = question.label.values(), set(question.id.split("_"))
    if parts & IDENTIFYING_ID or PERSON.is_asked_in(labels):
        return "identifying", "This may tell who answered. Leave it out, or ask it more coarsely."
    if _is_exact(question) and ("age" in parts or AGE.is_asked_in(labels)):
        return "identifying", f"An exact age may tell who answered. Ask for it in bands of {LEAST_AGE_BAND} years."
    if parts & FINE_GEOGRAPHY_ID or SMALL_PLACE.is_asked_in(labels):
        return (
            "fine_geography",
            "A place this small may tell who answered. Ask for the country, or a large region.",
        )
    return None


def _is_exact(question: Question) -> bool:
    """Whether the answer is a number of any fineness: written, without bands, or in narrow ones."""
    if not isinstance(question, Number):
        return question.asks == "text"
    ends = [question.least, *(band.below for band in question.bands if band.below is not None), question.most + 1]
    return not question.bands or any(after - first < LEAST_AGE_BAND for first, after in pairwise(ends))
