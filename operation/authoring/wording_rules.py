"""What may be wrong with the words: missing or doubled ones, long ones, questions that tell who somebody is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

from chalicelib.locale import general, has_words
from chalicelib.questionnaire.definition import Definition, Number, Question, Scale
from chalicelib.questionnaire.visible_text import as_looked_at
from operation.authoring.identifying import AGE, KNOWN_LANGUAGES, PERSON, SMALL_PLACE
from operation.authoring.meanings import NEGATIONS
from operation.authoring.place_names import named
from operation.authoring.places import LISTS, QUESTIONNAIRE, Place, all_texts, questions_of
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity
from operation.authoring.sensitive import KNOWN_LANGUAGES as HURTING_LANGUAGES
from operation.authoring.suggestions import did_you_mean

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
    "asks who, how old or where somebody is": KNOWN_LANGUAGES,
    "may hurt": HURTING_LANGUAGES,
    "has got a “not” too many": NEGATIONS,
}
#: Places of missing translations that one warning names, and texts of languages not declared that are told one by one.
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
    undeclared: dict[str, list[Place]] = {}
    for place, text in all_texts(definition):
        if unknown := sorted(set(text) - set(known)):
            undeclared.setdefault(_undeclared(unknown, text, known, first), []).append(place)
        elif first not in text:
            message = f"There is no text in “{first}”, which other languages fall back to. Add it."
            yield DefinitionProblem(place, ProblemCode.MISSING_TRANSLATION, message)
        for language in (language for language in others if language not in text):
            missing[language].append(place)
    for message, places in undeclared.items():
        named_ones = places if len(places) <= MOST_NAMED else places[:1]
        more = f" So it is with {len(places) - 1} texts more." if len(named_ones) < len(places) else ""
        for place in named_ones:
            yield DefinitionProblem(place, ProblemCode.UNDECLARED_LANGUAGE, f"{message}{more}")
    for language, places in missing.items():
        if places:
            yield _missing(language, [named(place, definition) for place in places[:MOST_NAMED]], len(places), first)


def _undeclared(unknown: Sequence[str], text: Mapping[str, str], known: Collection[str], first: str) -> str:
    """What to do about a text in languages that are not ``known``, which may be instead of the first one."""
    listed = ", ".join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
    called = f"The language {listed} is" if len(unknown) == 1 else f"The languages {listed} are"
    told = f"{called} not among the questionnaire's languages"
    if first in text:
        return f"{told}. Add {'it' if len(unknown) == 1 else 'them'} there, or take these words out."
    what_to_do = did_you_mean(unknown[0], known) or f" Add it there, and write the text in “{first}” too."
    return f"{told}, and there is no text in “{first}”, which others fall back to.{what_to_do}"


def _unknown_languages(definition: Definition) -> Iterator[DefinitionProblem]:
    """What each language lacks: words of the interface, and words that checks look for."""
    for language in definition.questionnaire.languages:
        place = QUESTIONNAIRE / "languages" / language
        if unchecked := ", or ".join(what for what, known in WORD_LISTS.items() if general(language) not in known):
            message = (
                f"`check` cannot read “{language}”: it does not see where a text {unchecked}. Have somebody look who"
                " reads it."
            )
            yield DefinitionProblem(place, ProblemCode.UNCHECKED_LANGUAGE, message, Severity.WARNING)
        if not has_words(language):
            message = (
                f"In “{language}” only your own texts are shown; promises, limits, buttons and errors are in English."
                f" To have them too, add a catalogue, operation/locale/{language}.po, and its name"
                " to INTERFACE_LANGUAGES in chalicelib/locale."
            )
            yield DefinitionProblem(place, ProblemCode.INTERFACE_LANGUAGE, message, Severity.WARNING)


def _missing(language: str, named_ones: Sequence[str], number: int, first: str) -> DefinitionProblem:
    """One warning for all that is shown in the first language instead; some of their places are named."""
    count = "1 text is" if number == 1 else f"{number} texts are"
    more = "; and others" if number > MOST_NAMED else ""
    message = f"{count} shown in “{first}”, for want of “{language}”: {'; '.join(named_ones)}{more}."
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
    """Two options, rows or bands that look the same, or the ends of a scale: nobody can tell which to choose."""
    if isinstance(question, Scale):
        for language in question.least_label.keys() & question.most_label.keys():
            if as_looked_at(question.least_label[language]) == as_looked_at(question.most_label[language]):
                message = f"Both ends of the scale read the same in “{language}”. Word them apart."
                yield DefinitionProblem(place / "most_label", ProblemCode.REPEATED_LABEL, message)
    for name in LISTS:
        parts = getattr(question, name, ())
        for language in sorted({language for part in parts for language in part.label}):
            labels = [part.label[language] for part in parts if language in part.label]
            for looks, count in Counter(map(as_looked_at, labels)).items():
                if count > 1:
                    label = next(label for label in labels if as_looked_at(label) == looks)
                    message = f"{quoted(label)} stands {count} times in “{language}”. Word them apart, or remove one."
                    second = _second(parts, language, looks)
                    yield DefinitionProblem(place / name / second / "label", ProblemCode.REPEATED_LABEL, message)


def _second(parts: Sequence[Any], language: str, looks: str) -> int:
    """Where the second of ``parts`` is that reads so."""
    found = (at for at, part in enumerate(parts) if as_looked_at(part.label.get(language, "")) == looks)
    return next(islice(found, 1, None))


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
