"""What a new version of an open survey's questionnaire may change, so that answers to both stay comparable (P13).

It may correct wording and add languages. Under ``exact`` it may add options and questions too. Otherwise everybody in
an edition is asked the same, and what is added or removed comes with the next; but what keeps its id or code keeps its
meaning, since totals go over editions. Anything else is refused with the reason; what only the operator can judge is
a warning.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.questionnaire.base import Frozen
from chalicelib.questionnaire.definition import Question, Questionnaire, has_random_order, is_required, specify_options
from chalicelib.questionnaire.routing import conditions_of, groups_of
from chalicelib.questionnaire.visible_text import as_read
from operation.authoring.meanings import (
    Wordings,
    asked_by,
    list_of,
    means_the_same,
    reads_the_same,
    taken_from,
    wordings_in,
    wordings_of,
)
from operation.authoring.places import QUESTIONNAIRE, QUESTIONS, Place
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity
from operation.authoring.suggestions import did_you_mean
from operation.authoring.wording_rules import MOST_QUOTED, quoted

#: What a question has besides words: with any of it changed, the same answer would mean something else.
_FIXED: Mapping[str, str] = {
    "kind": "the kind of question",
    "least": "the least that can be answered",
    "most": "the most that can be answered",
    "pattern": "what the answer has to look like",
}
_REMOVED = {"options": ProblemCode.REMOVED_OPTION, "rows": ProblemCode.REMOVED_ROW}
#: What may be gone with the next edition.
_REMOVALS = {ProblemCode.REMOVED_QUESTION, ProblemCode.REMOVED_LINE, *_REMOVED.values()}
#: What respondents are told before the questions, and after them.
_FOREWORD = ("title", "asked_by", "introduction", "thanks")


def incomparable(
    published: Sequence[Questionnaire],
    new: Questionnaire,
    same_meaning: Collection[str] = (),
    may_remove: bool = False,
) -> list[DefinitionProblem]:
    """Every reason why answers to ``new`` could not be counted together with answers to those ``published``.

    ``published``: every version that respondents may have met, the oldest first: slip by slip a wording could come to
    mean something else. ``same_meaning``: names ("country", "country.se", "country.hint") whose new wording means the
    same, by the operator's word. ``may_remove``: whether another edition asks ``new``, so that questions, options and
    rows may be gone.
    """
    found: dict[tuple[Place, ProblemCode], DefinitionProblem] = {}
    judged = _judged(published)
    for old in reversed(published):
        for problem in _reasons(old, new, _Words(wordings_of(old), wordings_of(new), judged, same_meaning)):
            found.setdefault((problem.place, problem.code), problem)
    return [problem for problem in found.values() if not (may_remove and problem.code in _REMOVALS)]


def asks_the_same(old: Questionnaire, new: Questionnaire) -> bool:
    """Whether both ask the same questions of the same people in the same order, in whatever words."""
    return list(_asked(old).items()) == list(_asked(new).items())


def asked_late(old: Questionnaire, new: Questionnaire) -> list[DefinitionProblem]:
    """Every question that ``new`` asks otherwise than ``old``, or that only one of them asks."""
    before, after = _asked(old), _asked(new)
    places = [QUESTIONS / name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not places and not asks_the_same(old, new):
        places = [QUESTIONS]
    message = (
        "Everybody in this survey is asked the same until it closes. Leave this as it is, or close the survey and open"
        " another under a new id."
    )
    return [DefinitionProblem(place, ProblemCode.ASKED_LATE, message) for place in places]


def _asked(questionnaire: Questionnaire) -> dict[str, Any]:
    """By id, in order, what each question asks and of whom."""
    conditions = conditions_of(questionnaire)
    return {
        question.id: (asked_by(question), conditions[question.id])
        for question in questionnaire.questions
        if question.asks != "nothing"
    }


def unknown_names(questionnaire: Questionnaire, names: Collection[str]) -> list[DefinitionProblem]:
    """A problem for each of ``names`` that no wording of ``questionnaire`` has."""
    known = {str(place) for place in wordings_of(questionnaire)}
    message = "No wording is called so. Name a question (country), an option (country.se) or a hint (country.hint)."
    return [
        DefinitionProblem(
            _named(name),
            ProblemCode.UNKNOWN_NAME,
            f"{message}{did_you_mean(name, sorted(known))}",
            where=f"--same-meaning {name}",
        )
        for name in names
        if name not in known
    ]


def _named(name: str) -> Place:
    """Where a wording would stand that an operator calls ``name``."""
    place = QUESTIONS
    for key in name.split("."):
        place /= key
    return place


@dataclass(frozen=True)
class _Words:
    """The wordings of an earlier version and of the new one, and what the operator has said of them.

    ``judged``: wordings, as they read, that some version had in a language whose wording stands.
    """

    before: Wordings
    after: Wordings
    judged: Collection[tuple[Place, str, str]]
    same_meaning: Collection[str]


def _judged(published: Sequence[Questionnaire]) -> set[tuple[Place, str, str]]:
    return {
        (place, language, as_read(text[language]))
        for old in published
        for place, text in wordings_of(old).items()
        for language in _settled(old)
        if language in text
    }


def _settled(old: Questionnaire) -> list[str]:
    """Languages whose wording stands: those reviewed, and the first, which results are shown in."""
    return [language for language in old.languages if language not in old.drafts or language == old.first_language]


def _reasons(old: Questionnaire, new: Questionnaire, words: _Words) -> Iterator[DefinitionProblem]:
    for language in sorted(set(old.languages) - set(new.languages)):
        yield DefinitionProblem(
            QUESTIONNAIRE / "languages" / language,
            ProblemCode.REMOVED_LANGUAGE,
            "Respondents read this language. Keep it.",
        )
    later = {question.id: question for question in new.questions}
    for question in old.questions:
        if question.asks != "nothing":
            yield from _compare(question, later.get(question.id))
        if question.id in later:
            yield from _meanings(question, _settled(old), words)
    yield from _asked_of_others(old, new)


def _compare(old: Question, new: Question | None) -> Iterator[DefinitionProblem]:
    if new is None:
        message = "This question is gone, and with it what was answered. Keep it."
        yield DefinitionProblem(QUESTIONS / old.id, ProblemCode.REMOVED_QUESTION, message)
        return
    for name, what in _FIXED.items():
        if getattr(old, name, None) != getattr(new, name, None):
            message = f"This changes {what}. Ask it as a new question, under another id."
            yield DefinitionProblem(QUESTIONS / old.id / name, ProblemCode.CHANGED_QUESTION, message)
    if is_required(old) != is_required(new):
        message = "This changes whether an answer is needed. Leave it as it was."
        yield DefinitionProblem(QUESTIONS / old.id / "required_because", ProblemCode.CHANGED_QUESTION, message)
    if old.kind == new.kind:
        for parts in ("options", "rows", "bands"):
            yield from _compare_parts(old, new, parts)
        yield from _lost_lines(old, new)


def _compare_parts(old: Question, new: Question, name: str) -> Iterator[DefinitionProblem]:
    before, after = _by_code(old, name), _by_code(new, name)
    if name == "bands" or old.kind == "ranking":
        if before.keys() != after.keys():
            message = (
                "Whoever answered before had another list before them. Ask it as a new question, under another id."
            )
            yield DefinitionProblem(QUESTIONS / old.id, ProblemCode.CHANGED_QUESTION, message)
    else:
        for code in (code for code in before if code not in after):
            message = "This is gone, and people may have chosen it. Keep it."
            yield DefinitionProblem(QUESTIONS / old.id / name / code, _REMOVED[name], message)
    for code in (code for code in before if code in after):
        if _marks(before[code]) != _marks(after[code]):
            message = "This changes what choosing it means. Leave its marks and limits as they were."
            yield DefinitionProblem(QUESTIONS / old.id / name / code, ProblemCode.CHANGED_MEANING, message)


def _lost_lines(old: Question, new: Question) -> Iterator[DefinitionProblem]:
    after = _by_code(new, "options")
    for option in specify_options(old):
        if option.code in after and not after[option.code].specify:
            message = "People may have written on this line. Keep “specify”."
            yield DefinitionProblem(
                QUESTIONS / old.id / "options" / option.code / "text", ProblemCode.REMOVED_LINE, message
            )


def _by_code(question: Question, name: str) -> dict[str, Any]:
    return {part.code: part for part in getattr(question, name, ())}


def _marks(part: Frozen) -> dict[str, Any]:
    """All but the words and the place; a line to specify may be added, and of its loss another rule tells."""
    return part.model_dump(exclude={"label", "specify", "apart"})


def _meanings(question: Question, languages: Collection[str], words: _Words) -> Iterator[DefinitionProblem]:
    for place in (place for place in wordings_in(question) if place in words.after):
        for language in languages:
            was, becomes = words.before[place].get(language), words.after[place].get(language)
            if not reads_the_same(was, becomes):
                yield from _reworded(place, language, was, becomes, words)


def _reworded(
    place: Place, language: str, was: str | None, becomes: str | None, words: _Words
) -> Iterator[DefinitionProblem]:
    if becomes is None:
        message = f"The wording in “{language}” is gone. Keep it."
        yield DefinitionProblem(place, ProblemCode.REMOVED_LANGUAGE, message)
    elif other := taken_from(place, becomes, language, words.before):
        # It counts for the wrong one, whatever the operator says.
        message = f"{quoted(becomes)} was the wording of “{other}”. A code keeps its meaning."
        yield DefinitionProblem(place, ProblemCode.CHANGED_MEANING, message)
    elif (
        was and not _is_accepted(place, language, becomes, words) and not means_the_same(place, language, was, becomes)
    ):
        message = (
            f"{_became(was, becomes)}. If that means the same, publish with"
            f" --same-meaning {place}; else take a new id or code."
        )
        yield DefinitionProblem(place, ProblemCode.CHANGED_MEANING, message)


def _became(was: str, becomes: str) -> str:
    """Both wordings quoted, long ones from a few words before where they part: of one only the beginning is quoted."""
    shared = next((place for place, pair in enumerate(zip(was, becomes, strict=False)) if len({*pair}) > 1), len(was))
    is_long = max(len(was), len(becomes)) > MOST_QUOTED
    start = was.rfind(" ", 0, max(shared - MOST_QUOTED // 2, 0)) + 1 if is_long else 0
    before, after = (f"… {text[start:]}" if start else text for text in (was, becomes))
    return f"{quoted(before)} became {quoted(after)}"


def _is_accepted(place: Place, language: str, becomes: str, words: _Words) -> bool:
    """Whether the operator has given their word: now, or when another version was published with this wording."""
    return str(place) in words.same_meaning or (place, language, as_read(becomes)) in words.judged


def _asked_of_others(old: Questionnaire, new: Questionnaire) -> Iterator[DefinitionProblem]:
    """Questions that are asked of other people than before."""
    before, after = conditions_of(old), conditions_of(new)
    for question in old.questions:
        if question.asks != "nothing" and question.id in after and before[question.id] != after[question.id]:
            message = (
                "This is asked of other people than before. Leave its condition, and its section's, as they were, or"
                " ask it as a new question, under another id."
            )
            yield DefinitionProblem(QUESTIONS / question.id / "show_if", ProblemCode.CHANGED_CONDITION, message)


def noteworthy(old: Questionnaire, new: Questionnaire) -> list[DefinitionProblem]:
    """Warnings of what respondents of ``new`` may understand otherwise than those of ``old``, the version before."""
    return [
        *_foreword(old, new),
        *_rewordings(old, new),
        *_guidance(old, new),
        *_mixed_otherwise(old, new),
        *_under_other_headings(old, new),
    ]


def _mixed_otherwise(old: Questionnaire, new: Questionnaire) -> Iterator[DefinitionProblem]:
    """Questions whose options are mixed from now on, or no more: what stands first is chosen more often."""
    before = {question.id: has_random_order(question) for question in old.questions}
    for question in new.questions:
        if has_random_order(question) != before.get(question.id, has_random_order(question)):
            message = "Its options now stand in another order than for those who answered before."
            place = QUESTIONS / question.id / "order"
            yield DefinitionProblem(place, ProblemCode.CHANGED_GUIDANCE, message, Severity.WARNING)


def _foreword(old: Questionnaire, new: Questionnaire) -> Iterator[DefinitionProblem]:
    for name in _FOREWORD:
        before, after = getattr(old, name), getattr(new, name)
        reworded = [language for language in before if not reads_the_same(before[language], after.get(language))]
        if reworded:
            languages = ", ".join(f"“{language}”" for language in reworded)
            message = f"This is worded anew in {languages}. Who answered before has read it as it was."
            yield DefinitionProblem(QUESTIONNAIRE / name, ProblemCode.CHANGED_FOREWORD, message, Severity.WARNING)


def _rewordings(old: Questionnaire, new: Questionnaire) -> Iterator[DefinitionProblem]:
    """Every wording that changed, however little: "in the last year" and "in the last month" look alike."""
    before, after = wordings_of(old), wordings_of(new)
    drafts = set(old.languages) - set(_settled(old))
    for place in (place for place in before if place in after):
        for language, was in before[place].items():
            becomes = after[place].get(language)
            if not reads_the_same(was, becomes):
                told = _told(place, language, was, becomes, before)
                yield _of_draft(place, language, told) if language in drafts else _of_wording(place, language, told)


def _told(place: Place, language: str, was: str, becomes: str | None, before: Wordings) -> str:
    change = _became(was, becomes) if becomes else f"{quoted(was)} is gone"
    other = taken_from(place, becomes, language, before) if becomes else None
    meant = f", which was the wording of “{other}”" if other else ""
    return f"{change}{meant}. Who answered before has read it as it was."


def _of_draft(place: Place, language: str, told: str) -> DefinitionProblem:
    return DefinitionProblem(place, ProblemCode.CHANGED_DRAFT, f"In the draft “{language}” {told}", Severity.WARNING)


def _of_wording(place: Place, language: str, told: str) -> DefinitionProblem:
    return DefinitionProblem(place, ProblemCode.CHANGED_WORDING, f"In “{language}” {told}", Severity.WARNING)


def _guidance(old: Questionnaire, new: Questionnaire) -> Iterator[DefinitionProblem]:
    """Hints that come or go, and notes that go."""
    before, after = wordings_of(old), wordings_of(new)
    both = {question.id for question in old.questions} & {question.id for question in new.questions}
    for place in [*before, *(place for place in after if place not in before)]:
        if list_of(place) == "guidance" and place.question in both and (place in before) != (place in after):
            change = "This is gone" if place in before else "This is new"
            message = f"{change}. Who answered before may have understood the question otherwise."
            yield DefinitionProblem(place, ProblemCode.CHANGED_GUIDANCE, message, Severity.WARNING)
    for note in (question for question in old.questions if question.kind == "note" and question.id not in both):
        message = "This note is gone. Who answered before has read it."
        yield DefinitionProblem(QUESTIONS / note.id, ProblemCode.CHANGED_GUIDANCE, message, Severity.WARNING)


def _under_other_headings(old: Questionnaire, new: Questionnaire) -> Iterator[DefinitionProblem]:
    before, after = _headings(old), _headings(new)
    moved: dict[str, list[str]] = {}
    for name in (name for name in before if name in after and before[name] != after[name]):
        moved.setdefault(after[name], []).append(name)
    for heading, names in moved.items():
        where = f"under “{heading}”" if heading else "under no heading"
        message = f"Now {where}: {', '.join(names)}. Under another heading a question may mean something else."
        yield DefinitionProblem(
            QUESTIONS / heading if heading else QUESTIONS, ProblemCode.MOVED_QUESTIONS, message, Severity.WARNING
        )


def _headings(questionnaire: Questionnaire) -> dict[str, str]:
    """By the id of a question, that of the heading above it; empty where there is none."""
    return {
        question.id: group.heading.id if group.heading else ""
        for group in groups_of(questionnaire)
        for question in group.questions
        if question.asks != "nothing"
    }
