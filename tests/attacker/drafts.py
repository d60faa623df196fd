"""What a questionnaire asked before a new version came out: some questions, rows and options less."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from random import Random
from typing import Any

Question = dict[str, Any]
#: How many options and rows a question has, at least.
LEAST = {"options": 2, "rows": 1}


def earlier(random: Random, questions: Sequence[Question], kept: Collection[str]) -> list[Question]:
    """A version before ``questions``, which asked those ``kept`` at least; empty if nothing can be taken away.

    What has to be answered cannot have been added later.
    """
    found = deepcopy(list(questions))
    for question in list(found):
        if question["id"] not in kept and "required_because" not in question and random.random() < 0.3:
            gone = _with_descendants(found, question["id"])
            if not any("required_because" in each or each["id"] in kept for each in gone) and len(gone) < len(found):
                found = [each for each in found if each not in gone]
    for question in found:
        _take_parts(random, question, set(_named(found)))
    return found if found != list(questions) else []


def _with_descendants(questions: Sequence[Question], name: str) -> list[Question]:
    names = {name}
    for question in questions:
        parents = {place.partition(".")[0] for place, _ in _comparisons(question.get("show_if"))}
        if parents & names:
            names.add(question["id"])
    return [question for question in questions if question["id"] in names]


def _take_parts(random: Random, question: Question, named: Collection[tuple[str, str]]) -> None:
    """Leave out options or rows that no condition names, as long as enough stay to be chosen."""
    part = {"single_choice": "options", "multiple_choice": "options", "matrix": "rows"}.get(question["kind"])
    if part is None or (part == "rows" and "required_because" in question):
        return
    least = {"single_choice": 2, "matrix": 1}.get(question["kind"]) or max(
        question.get("most") or 1, question.get("least") or 1
    )
    for each in list(question[part]):
        rest = [other for other in question[part] if other is not each]
        enough = sum(not other.get("exclusive") for other in rest) >= least and len(rest) >= LEAST[part]
        is_named = {(question["id"], each["code"]), (f"{question['id']}.{each['code']}", "")} & set(named)
        if enough and not is_named and random.random() < 0.25:
            question[part] = rest


def _named(questions: Sequence[Question]) -> Iterator[tuple[str, str]]:
    """What conditions name: a question and an option of it, or a row."""
    for question in questions:
        for place, value in _comparisons(question.get("show_if")):
            yield place.partition(".")[0], value
            yield place, ""


def _comparisons(tree: Any) -> Iterator[tuple[str, str]]:
    if isinstance(tree, Mapping):
        if "question" in tree:
            yield tree["question"], str(tree.get("equals", tree.get("includes", "")))
        for branch in tree.values():
            yield from _comparisons(branch)
    elif isinstance(tree, list):
        for branch in tree:
            yield from _comparisons(branch)
