"""What somebody meets that answered an earlier version: which questions are new to them, changed or gone."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.questionnaire.base import Frozen
from chalicelib.questionnaire.definition import Hidden, Question, Questionnaire, in_language
from chalicelib.questionnaire.visible_text import as_read


@dataclass(frozen=True)
class Changes:
    """Ids of questions: ``new`` and ``changed`` ones of the version now, ``gone`` ones of the earlier."""

    new: frozenset[str]
    changed: frozenset[str]
    gone: frozenset[str]


def changes_between(earlier: Questionnaire, now: Questionnaire, language: str) -> Changes:
    """Compare two versions as they read in ``language``; what asks nothing or comes with the link is never new."""
    before = {question.id: _as_read(question, language, earlier.first_language) for question in earlier.questions}
    after = {question.id: _as_read(question, language, now.first_language) for question in now.questions}
    visible = {question.id for question in now.questions if _is_visible(question)}
    return Changes(
        new=frozenset(visible - before.keys()),
        changed=frozenset(name for name in visible & before.keys() if after[name] != before[name]),
        gone=frozenset(before.keys() - after.keys()),
    )


def _is_visible(question: Question) -> bool:
    return question.asks != "nothing" and not isinstance(question, Hidden)


def _as_read(part: object, language: str, fallback: str) -> object:
    """``part`` with each of its texts in one language; of two that read the same, neither is a change."""
    if isinstance(part, Frozen):
        return [(name, _as_read(value, language, fallback)) for name, value in part]
    if isinstance(part, tuple):
        return [_as_read(each, language, fallback) for each in part]
    return as_read(in_language(part, language, fallback)) if isinstance(part, dict) else part
