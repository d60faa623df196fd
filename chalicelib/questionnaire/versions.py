"""What a new version of an open survey's questionnaire may change, so that answers to both stay comparable (P13).

It may correct wording, and add languages, options and questions. Anything else is refused with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from chalicelib.errors import DefinitionProblem
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import Question, Questionnaire, is_required
from chalicelib.questionnaire.parts import Part
from chalicelib.questionnaire.routing import conditions_of

#: Below this likeness (difflib's ratio) a wording is taken for another meaning, until the operator says otherwise.
SAME_MEANING = 0.7

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
    for question in old.questions:
        if question.asks != "nothing":
            problems += _compare(question, later.get(question.id), same_meaning, _settled(old))
    return [*problems, *_moved(old, new)]


def _settled(old: Questionnaire) -> list[str]:
    """Languages whose wording stands: those reviewed, and the first, which results are shown in."""
    return [language for language in old.languages if language not in old.drafts or language == old.first_language]


def _compare(
    old: Question, new: Question | None, same_meaning: Collection[str], languages: list[str]
) -> Iterator[DefinitionProblem]:
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
        yield from _meanings(old, new, same_meaning, languages)


def _compare_parts(old: Question, new: Question, name: str) -> Iterator[DefinitionProblem]:
    before, after = _by_code(old, name), _by_code(new, name)
    for code in before.keys() - after.keys():
        message = "This is gone, and people have chosen it. Keep it."
        yield DefinitionProblem(f"{old.id}.{code}", f"removed_{name.removesuffix('s')}", message)
    if (name == "bands" or old.kind == "ranking") and after.keys() - before.keys():
        message = "Whoever answered before could not take this into account. Ask it as a new question."
        yield DefinitionProblem(old.id, "changed_question", message)
    for code in before.keys() & after.keys():
        if _marks(before[code]) != _marks(after[code]):
            message = "This changes what choosing it means. Leave its marks and limits as they were."
            yield DefinitionProblem(f"{old.id}.{code}", "changed_meaning", message)


def _by_code(question: Question, name: str) -> dict[str, Any]:
    return {part.code: part for part in getattr(question, name, ())}


def _marks(part: Part) -> dict[str, Any]:
    """All but the words; a line to specify may be added, and of its loss another rule tells."""
    return part.model_dump(exclude={"label", "specify"})


def _meanings(
    old: Question, new: Question, same_meaning: Collection[str], languages: list[str]
) -> Iterator[DefinitionProblem]:
    before, after = _labels(old), _labels(new)
    for name in before.keys() & after.keys():
        for language in languages:
            was, becomes = before[name].get(language, ""), after[name].get(language, "")
            if swapped := _swapped(name, becomes, language, before):
                message = f"“{becomes}” was the wording of “{swapped}”. A code keeps its meaning."
                yield DefinitionProblem(name, "changed_meaning", message)
            elif was and name not in same_meaning and not _is_alike(was, becomes):
                message = (
                    f"“{was}” became “{becomes}”. If that means the same, publish with --same-meaning {name};"
                    " else take a new id or code."
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


def _swapped(name: str, becomes: str, language: str, before: Labels) -> str | None:
    if before[name].get(language) == becomes:
        return None
    return next((other for other, label in before.items() if other != name and label.get(language) == becomes), None)


def _is_alike(was: str, becomes: str) -> bool:
    return SequenceMatcher(None, was.casefold(), becomes.casefold()).ratio() >= SAME_MEANING


def _moved(old: Questionnaire, new: Questionnaire) -> Iterator[DefinitionProblem]:
    """Questions that are asked of other people than before, and lines that are gone."""
    before, after = conditions_of(old), conditions_of(new)
    for question in old.questions:
        if question.asks != "nothing" and question.id in after and before[question.id] != after[question.id]:
            message = "This is asked of other people than before. Leave its condition, and its section's, as they were."
            yield DefinitionProblem(f"{question.id}.show_if", "changed_condition", message)
    for lost in sorted(_variables(old) - _variables(new)):
        if lost.endswith(".text"):
            yield DefinitionProblem(lost, "removed_line", "People have written on this line. Keep “specify”.")


def _variables(questionnaire: Questionnaire) -> set[str]:
    return {variable.id for variable in codebook_of(questionnaire).variables}
