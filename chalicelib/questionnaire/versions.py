"""What a new version of an open survey's questionnaire may change, so that answers to both stay comparable (P13).

It may correct wording, and add languages, options and questions. Anything else is refused with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from chalicelib.errors import DefinitionProblem
from chalicelib.questionnaire.definition import Question, Questionnaire, is_required, specify_options
from chalicelib.questionnaire.parts import Part
from chalicelib.questionnaire.routing import conditions_of
from chalicelib.questionnaire.wording_checks import quoted

#: Below this likeness (difflib's ratio) a wording is taken for another meaning, until the operator says otherwise.
SAME_MEANING = 0.7
#: Longer wordings are compared word by word: difflib ignores letters that occur often in so many.
MANY_CHARACTERS = 199
#: A slip in a shorter word may well be another word.
SHORTEST_SLIP = 4

#: What a question has besides words: with any of it changed, the same answer would mean something else.
_FIXED: Mapping[str, str] = {
    "kind": "the kind of question",
    "least": "the least that can be answered",
    "most": "the most that can be answered",
    "pattern": "what the answer has to look like",
}

Labels = Mapping[str, Mapping[str, str]]


def incomparable(old: Questionnaire, new: Questionnaire, same_meaning: Collection[str] = ()) -> list[DefinitionProblem]:
    """Every reason why answers to ``new`` could not be counted together with answers to ``old``.

    ``same_meaning``: names ("country", "country.se") whose new wording means the same, by the operator's word.
    """
    removed = sorted(set(old.languages) - set(new.languages))
    problems = [
        DefinitionProblem(f"languages.{language}", "removed_language", "Respondents read this language. Keep it.")
        for language in removed
    ]
    later = {question.id: question for question in new.questions}
    words = _Words(_settled(old), {question.id: question.label for question in old.questions}, same_meaning)
    for question in old.questions:
        if question.asks != "nothing":
            problems += _compare(question, later.get(question.id), words)
    return [*problems, *_moved(old, new)]


@dataclass(frozen=True)
class _Words:
    """What is known of the wordings of the version before: languages that count, and the label of every question."""

    languages: Collection[str]
    questions: Labels
    same_meaning: Collection[str]


def _settled(old: Questionnaire) -> list[str]:
    """Languages whose wording stands: those reviewed, and the first, which results are shown in."""
    return [language for language in old.languages if language not in old.drafts or language == old.first_language]


def _compare(old: Question, new: Question | None, words: _Words) -> Iterator[DefinitionProblem]:
    if new is None:
        message = "This question is gone, and with it what was answered. Keep it."
        yield DefinitionProblem(old.id, "removed_question", message)
        return
    for name, what in _FIXED.items():
        if getattr(old, name, None) != getattr(new, name, None):
            message = f"This changes {what}. Ask it as a new question, under another id."
            yield DefinitionProblem(f"{old.id}.{name}", "changed_question", message)
    if is_required(old) != is_required(new):
        message = "This changes whether an answer is needed. Leave it as it was."
        yield DefinitionProblem(f"{old.id}.required_because", "changed_question", message)
    if old.kind == new.kind:
        for parts in ("options", "rows", "bands"):
            yield from _compare_parts(old, new, parts)
        yield from _lost_lines(old, new)
        yield from _meanings(old, new, words)


def _compare_parts(old: Question, new: Question, name: str) -> Iterator[DefinitionProblem]:
    before, after = _by_code(old, name), _by_code(new, name)
    for code in (code for code in before if code not in after):
        message = "This is gone, and people have chosen it. Keep it."
        yield DefinitionProblem(f"{old.id}.{code}", f"removed_{name.removesuffix('s')}", message)
    if (name == "bands" or old.kind == "ranking") and after.keys() - before.keys():
        message = "Whoever answered before could not take this into account. Ask it as a new question."
        yield DefinitionProblem(old.id, "changed_question", message)
    for code in (code for code in before if code in after):
        if _marks(before[code]) != _marks(after[code]):
            message = "This changes what choosing it means. Leave its marks and limits as they were."
            yield DefinitionProblem(f"{old.id}.{code}", "changed_meaning", message)


def _lost_lines(old: Question, new: Question) -> Iterator[DefinitionProblem]:
    after = _by_code(new, "options")
    for option in specify_options(old):
        if option.code in after and not after[option.code].specify:
            message = "People have written on this line. Keep “specify”."
            yield DefinitionProblem(f"{old.id}.{option.code}.text", "removed_line", message)


def _by_code(question: Question, name: str) -> dict[str, Any]:
    return {part.code: part for part in getattr(question, name, ())}


def _marks(part: Part) -> dict[str, Any]:
    """All but the words; a line to specify may be added, and of its loss another rule tells."""
    return part.model_dump(exclude={"label", "specify"})


def _meanings(old: Question, new: Question, words: _Words) -> Iterator[DefinitionProblem]:
    before, after = _labels(old), _labels(new)
    for name in (name for name in before if name in after):
        # A code that takes over another's wording counts for the wrong one, whatever the operator says.
        others = words.questions if name == old.id else {key: before[key] for key in before if key != old.id}
        for language in words.languages:
            was, becomes = before[name].get(language), after[name].get(language)
            if was == becomes:
                continue
            if becomes is None:
                message = f"The wording in “{language}” is gone. Keep it."
                yield DefinitionProblem(name, "removed_language", message)
            elif swapped := _swapped(name, becomes, language, others):
                message = f"{quoted(becomes)} was the wording of “{swapped}”. A code keeps its meaning."
                yield DefinitionProblem(name, "changed_meaning", message)
            elif was and name not in words.same_meaning and not _means_the_same(name, was, becomes):
                message = (
                    f"{quoted(was)} became {quoted(becomes)}. If that means the same, publish with"
                    f" --same-meaning {name}; else take a new id or code."
                )
                yield DefinitionProblem(name, "changed_meaning", message)


def _labels(question: Question) -> Labels:
    """The question's wording under its id, those of its parts under id and code, of a scale's ends beside it."""
    found: dict[str, Mapping[str, str]] = {question.id: question.label}
    for name in ("options", "rows", "bands"):
        found |= {f"{question.id}.{code}": part.label for code, part in _by_code(question, name).items()}
    for end in ("least_label", "most_label"):
        if label := getattr(question, end, None):
            found[f"{question.id}.{end}"] = label
    return found


def _swapped(name: str, becomes: str, language: str, others: Labels) -> str | None:
    return next(
        (
            other
            for other, label in others.items()
            if other != name and _words(label.get(language, "")) == _words(becomes)
        ),
        None,
    )


def _means_the_same(name: str, was: str, becomes: str) -> bool:
    """What can be chosen is held to more than a question: "Legal" and "Illegal" look alike."""
    return _is_slip(was, becomes) if "." in name else _is_alike(was, becomes)


def _is_slip(was: str, becomes: str) -> bool:
    """Whether only case and punctuation differ, or one letter of one word without digits."""
    first, second = _words(was), _words(becomes)
    differing = [pair for pair in zip(first, second, strict=False) if pair[0] != pair[1]]
    if len(first) != len(second) or len(differing) > 1:
        return False
    return all(_is_letter_away(*pair) for pair in differing)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _is_letter_away(was: str, becomes: str) -> bool:
    short, long = sorted((was, becomes), key=len)
    if len(long) < SHORTEST_SLIP or not (was + becomes).isalpha() or len(long) - len(short) > 1:
        return False
    if len(short) < len(long):
        return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))
    places = [place for place in range(len(long)) if long[place] != short[place]]
    return len(places) == 1 or (len(places) == 2 and sorted(was) == sorted(becomes))


def _is_alike(was: str, becomes: str) -> bool:
    first, second = was.casefold(), becomes.casefold()
    if max(len(first), len(second)) <= MANY_CHARACTERS:
        return SequenceMatcher(None, first, second).ratio() >= SAME_MEANING
    return SequenceMatcher(None, first.split(), second.split()).ratio() >= SAME_MEANING


def _moved(old: Questionnaire, new: Questionnaire) -> Iterator[DefinitionProblem]:
    """Questions that are asked of other people than before."""
    before, after = conditions_of(old), conditions_of(new)
    for question in old.questions:
        if question.asks != "nothing" and question.id in after and before[question.id] != after[question.id]:
            message = "This is asked of other people than before. Leave its condition, and its section's, as they were."
            yield DefinitionProblem(f"{question.id}.show_if", "changed_condition", message)
