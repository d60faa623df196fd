"""What may be wrong with the words: missing or doubled ones, long ones, questions that tell who somebody is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from chalicelib.locale import general, has_words
from chalicelib.questionnaire.definition import Definition, Number, Question
from chalicelib.questionnaire.visible_text import as_read
from operation.authoring.identifying import AGE, KNOWN_LANGUAGES, PERSON, SMALL_PLACE
from operation.authoring.meanings import NEGATIONS
from operation.authoring.places import LISTS, QUESTIONNAIRE, Place, all_texts, questions_of
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity
from operation.authoring.sensitive import KNOWN_LANGUAGES as HURTING_LANGUAGES

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
    "what may hurt": HURTING_LANGUAGES,
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


def _translations(definition: Definition) -> Iterator[DefinitionProblem]:
    first = definition.questionnaire.first_language
    known = definition.questionnaire.languages
    others = [language for language in known if language != first]
    missing: dict[str, list[Place]] = {language: [] for language in others}
    for place, text in all_texts(definition):
        if unknown := sorted(set(text) - set(known)):
            named = ", ".join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
            message = f"The language {named} is not among the questionnaire's languages. Add it there."
            yield DefinitionProblem(place, ProblemCode.UNDECLARED_LANGUAGE, message)
        if first not in text:
            message = f"There is no text in “{first}”, which other languages fall back to. Add it."
            yield DefinitionProblem(place, ProblemCode.MISSING_TRANSLATION, message)
        for language in (language for language in others if language not in text):
            missing[language].append(place)
    yield from (_missing(language, places, first) for language, places in missing.items() if places)


def _unknown_languages(definition: Definition) -> Iterator[DefinitionProblem]:
    """What each language lacks: words of the interface, and words that checks look for."""
    for language in definition.questionnaire.languages:
        place = QUESTIONNAIRE / "languages" / language
        if unchecked := " and ".join(what for what, known in WORD_LISTS.items() if general(language) not in known):
            message = f"Nothing here knows the words of “{language}” for {unchecked}. Look for them yourself."
            yield DefinitionProblem(place, ProblemCode.UNCHECKED_LANGUAGE, message, Severity.WARNING)
        if not has_words(language):
            message = (
                f"In “{language}” only your own texts are shown; promises, limits, buttons and errors are in English."
                f" To have them too, add a catalogue, operation/locale/{language}.po, and its name"
                " to INTERFACE_LANGUAGES in chalicelib/locale."
            )
            yield DefinitionProblem(place, ProblemCode.INTERFACE_LANGUAGE, message, Severity.WARNING)


def _missing(language: str, places: Sequence[Place], first: str) -> DefinitionProblem:
    """One warning for all that is shown in the first language instead."""
    count = "1 text is" if len(places) == 1 else f"{len(places)} texts are"
    more = " and others" if len(places) > MOST_NAMED else ""
    message = f"{count} shown in “{first}”, for want of “{language}”: {', '.join(map(str, places[:MOST_NAMED]))}{more}."
    place = QUESTIONNAIRE / "languages" / language
    return DefinitionProblem(place, ProblemCode.MISSING_TRANSLATION, message, Severity.WARNING)


def _long(definition: Definition) -> Iterator[DefinitionProblem]:
    for place, text in all_texts(definition):
        most = _most_characters(place)
        length = max(map(len, text.values()), default=0)
        if length > most:
            message = f"This text has {length} characters; over {most}, few read it on a phone. Shorten it."
            yield DefinitionProblem(place, ProblemCode.LONG_TEXT, message, Severity.WARNING)


def _most_characters(place: Place) -> int:
    keys = place.keys
    if keys[-1] == "title":
        return LONG_TITLE
    if len(keys) > 4:
        return LONG_OPTION
    return LONG_LABEL if keys[-1] == "label" else 3 * LONG_LABEL


def quoted(wording: str) -> str:
    """``wording`` for a message: on one line, the beginning of it."""
    line = " ".join(wording.split())
    return f"“{line if len(line) <= MOST_QUOTED else f'{line[:MOST_QUOTED]} …'}”"


def _doubled(place: Place, question: Question) -> Iterator[DefinitionProblem]:
    """Two options, rows or bands that read the same: nobody can tell which to choose."""
    for name in LISTS:
        parts = getattr(question, name, ())
        for language in sorted({language for part in parts for language in part.label}):
            labels = [part.label[language] for part in parts if language in part.label]
            for read, count in Counter(map(as_read, labels)).items():
                if count > 1:
                    label = next(label for label in labels if as_read(label) == read)
                    message = f"{quoted(label)} stands {count} times in “{language}”. Word them apart, or remove one."
                    yield DefinitionProblem(place / name, ProblemCode.REPEATED_LABEL, message)


def _identifying(place: Place, question: Question) -> Iterator[DefinitionProblem]:
    if question.can_identify:
        yield from _telling(place, question)
    # A line beside an option says so itself.
    if question.asks == "text" and question.hint is None:
        message = "Add a hint that asks not to name people or places."
        yield DefinitionProblem(place, ProblemCode.TEXT_WITHOUT_HINT, message, Severity.WARNING)


def _telling(place: Place, question: Question) -> Iterator[DefinitionProblem]:
    """A warning of what ``question`` asks for and had better not."""
    labels, words = question.label.values(), set(question.id.split("_"))
    code = ProblemCode.IDENTIFYING
    if words & IDENTIFYING_ID or PERSON.is_asked_in(labels):
        message = "This may tell who answered. Leave it out, or ask it more coarsely."
    elif _is_exact(question) and ("age" in words or AGE.is_asked_in(labels)):
        message = f"An exact age may tell who answered. Ask for it in bands of {LEAST_AGE_BAND} years."
    elif words & FINE_GEOGRAPHY_ID or SMALL_PLACE.is_asked_in(labels):
        code = ProblemCode.FINE_GEOGRAPHY
        message = "A place this small may tell who answered. Ask for the country, or a large region."
    else:
        return
    yield DefinitionProblem(place, code, message, Severity.WARNING)


def _is_exact(question: Question) -> bool:
    """Whether the answer is a number of any fineness: written, without bands, or in narrow ones."""
    if not isinstance(question, Number):
        return question.asks == "text"
    ends = [question.least, *(band.below for band in question.bands if band.below is not None), question.most + 1]
    return not question.bands or any(after - first < LEAST_AGE_BAND for first, after in pairwise(ends))
