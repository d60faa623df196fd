"""Makes a definition of an outline, as far as one can be made, and the list of what was guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from chalicelib.questionnaire.base import MAXIMUM_WORDING
from chalicelib.questionnaire.definition import MAXIMUM_OPTIONS, MAXIMUM_QUESTIONS
from chalicelib.questionnaire.visible_text import can_be_seen
from operation.authoring.draft_rules import DRAFTED
from operation.authoring.loader import content_of, definition_of
from operation.authoring.made_names import as_id, as_survey
from operation.authoring.minutes_rules import estimate
from operation.authoring.other_files import told_by_bytes
from operation.authoring.places import FILE
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity
from operation.authoring.yaml_reader import MAXIMUM_BYTES
from operation.errors import DefinitionError
from operation.outlines.kinds import Made, Scene, made_of
from operation.outlines.outline import Asked, Guess, Heading, Item, Outline, outline_of
from operation.outlines.writing import written
from operation.words.columns import name_of

Json = dict[str, Any]

#: Lines of an outline: a hundred questions of a few options each have some thousand.
MAXIMUM_LINES = 5_000
#: Options of all questions together: the draft has to be one that can be read.
MOST_OPTIONS = 2_000
_EXIT_LINK = "https://www.wikipedia.org/"
_DEFAULTS = {
    "title": "A few questions",
    "asked_by": DRAFTED["asked_by"],
    "introduction": "We want to know what you think. We use the answers to plan our work.",
    "thanks": "Your answers help us plan.",
}
#: What says each of them, for an outline that does not.
_TOLD = {
    "title": "what it is called",
    "asked_by": "who asks",
    "introduction": "why you ask",
    "thanks": "your thanks",
}
_ADVICE = "Copy its text into a plain text file (.txt or .md), save that as UTF-8, and name it."


@dataclass(frozen=True)
class Draft:
    """A definition as YAML, what of it was guessed, in the order of the lines, and what `check` says of it."""

    text: str
    guesses: tuple[Guess, ...]
    problems: tuple[DefinitionProblem, ...]
    questions: int
    sections: int

    @property
    def errors(self) -> int:
        """How many of the problems have to be mended before it can be published."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)


def draft_of_file(path: Path, to: Path, language: str, today: date) -> Draft:
    """The outline in ``path`` as a definition, which is to be written to ``to``.

    Raises :class:`DefinitionError` where no draft can be made: of what is no text, asks nothing, or asks too much.
    """
    content = content_of(path)
    if len(content) > MAXIMUM_BYTES:
        raise _refused(path, None, ProblemCode.TOO_LARGE, "The file is over 1 MB. Split the survey.")
    if other := told_by_bytes(content, _ADVICE):
        raise _refused(path, None, *other)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(path, None, ProblemCode.NOT_UTF8, "The file is not UTF-8. Save it as UTF-8.") from error
    return draft_of(text, path, to, language, today)


def draft_of(text: str, path: Path, to: Path, language: str, today: date) -> Draft:
    """As :func:`draft_of_file`, of the text of ``path``."""
    if len(re.findall("[\r\n]+", text)) >= MAXIMUM_LINES:
        message = f"The outline has over {MAXIMUM_LINES:,} lines. Split the survey."
        raise _refused(path, MAXIMUM_LINES, ProblemCode.TOO_LARGE, message)
    outline = outline_of(text)
    if excesses := list(_excesses(outline, path)):
        raise DefinitionError(excesses)
    guesses = [*outline.guesses]
    scene = Scene(language, today.year)
    document = _document(outline, to, scene, guesses)
    found = _checked(document, guesses, to)
    if found is None:
        raise _refused(path, None, ProblemCode.TOO_LARGE, "The draft would be too large to be read. Split the survey.")
    content, problems = found
    asked = sum(isinstance(item, Asked) for item in outline.items)
    sections = sum(isinstance(item, Heading) for item in outline.items)
    return Draft(content, tuple(sorted(guesses, key=lambda guess: guess.line)), problems, asked, sections)


def _refused(path: Path, line: int | None, code: ProblemCode, message: str) -> DefinitionError:
    return DefinitionError([DefinitionProblem(FILE, code, message, line=line, file=str(path))])


def _excesses(outline: Outline, path: Path) -> Iterator[DefinitionProblem]:
    """Why an outline is none, or more than a survey can be."""

    def problem(line: int | None, code: ProblemCode, message: str) -> DefinitionProblem:
        return DefinitionProblem(FILE, code, message, line=line, file=str(path))

    asked = [item for item in outline.items if isinstance(item, Asked)]
    if not asked:
        message = "No question was found. Begin each with a number and a dot, and its options with a dash."
        yield problem(None, ProblemCode.NOT_A_DEFINITION, message)
    if len(outline.items) > MAXIMUM_QUESTIONS:
        line = outline.items[MAXIMUM_QUESTIONS].line
        message = f"This is more than {MAXIMUM_QUESTIONS} questions, sections and notes. Split the survey."
        yield problem(line, ProblemCode.TOO_LONG, message)
    for item in asked:
        if len(item.options) > MAXIMUM_OPTIONS:
            message = f"This question has {len(item.options)} options. {MAXIMUM_OPTIONS} are the most."
            yield problem(item.line, ProblemCode.TOO_LONG, message)
    if sum(len(item.options) for item in asked) > MOST_OPTIONS:
        yield problem(None, ProblemCode.TOO_LONG, f"There are over {MOST_OPTIONS:,} options in all. Ask less.")
    for line, words in _wordings(outline):
        if len(words) > MAXIMUM_WORDING:
            message = f"This text has {len(words):,} characters. {MAXIMUM_WORDING:,} are the most. Shorten it."
            yield problem(line, ProblemCode.STRING_TOO_LONG, message)


def _wordings(outline: Outline) -> Iterator[tuple[int, str]]:
    yield 1, "\n\n".join(outline.introduction)
    yield from ((1, words) for words in outline.said.values())
    for item in outline.items:
        yield item.line, item.text
        if isinstance(item, Asked):
            listed = [choice.text for choice in item.options]
            yield (
                item.line,
                "\n\n".join([item.text, *item.hints, "\n".join(f"- {each}" for each in listed)])[: _cut(item)],
            )
            yield from ((choice.line, choice.text) for choice in item.options)
            yield item.line, item.required or ""


def _cut(item: Asked) -> int | None:
    """Options are part of a hint only where nothing is made of them, which one option alone is not."""
    return None if len(item.options) < 2 else MAXIMUM_WORDING


def _document(outline: Outline, to: Path, scene: Scene, guesses: list[Guess]) -> Json:
    said = {name.replace(" ", "_"): words for name, words in outline.said.items()}
    if outline.introduction:
        said["introduction"] = "\n\n".join(outline.introduction)
    for name, words in _DEFAULTS.items():
        if name not in said or not can_be_seen(said[name]):
            said[name] = words
            guesses.append(Guess(1, f"Nothing says {_TOLD[name]}, so it says “{words}” for now."))
    guesses.append(Guess(1, f"The way out of the form leads to {_EXIT_LINK}: any page that looks harmless does."))
    return {
        "survey": _name(to, guesses),
        "settings": {"policy": "protected", "text": "sealed", "retention_days": 90, "exit_link": _EXIT_LINK},
        "questionnaire": {
            "languages": {scene.language: {"name": name_of(scene.language)}},
            **{name: scene.text(said[name]) for name in ("title", "asked_by", "introduction", "thanks")},
            "minutes": 5,
            "questions": _questions(outline.items, scene, guesses),
        },
    }


def _name(to: Path, guesses: list[Guess]) -> str:
    """The survey's name: that of the file, as far as it can be one."""
    if name := as_survey(to.stem):
        return name
    guesses.append(Guess(1, "The survey is called “my-survey”, since its file's name cannot stand in a link."))
    return "my-survey"


def _questions(items: list[Item], scene: Scene, guesses: list[Guess]) -> list[Json]:
    taken: set[str] = set()
    questions: list[Json] = []
    for number, item in enumerate(items, 1):
        made = _made(item, scene)
        name = as_id(made.label, number, taken)
        taken.add(name)
        parts = {key: value for key, value in made.parts.items() if key != "kind"}
        questions.append({"id": name, "kind": made.parts["kind"], "label": scene.text(made.label), **parts})
        guesses += made.guesses
    return questions


def _made(item: Item, scene: Scene) -> Made:
    if isinstance(item, Asked):
        return made_of(item, scene)
    return Made(item.text, {"kind": "section" if isinstance(item, Heading) else "note"})


def _checked(document: Json, guesses: list[Guess], to: Path) -> tuple[str, tuple[DefinitionProblem, ...]] | None:
    """The draft as it is written, its minutes by its words, with what `check` says; None if it is too large."""
    text = written(document)
    if len(text.encode("utf-8")) > MAXIMUM_BYTES:
        return None
    try:
        read = definition_of(to, text.encode("utf-8"))
    except DefinitionError as error:
        return text, error.problems
    questionnaire = read.definition.questionnaire
    minutes = min(120, max(1, round(estimate(questionnaire, questionnaire.first_language))))
    document["questionnaire"]["minutes"] = minutes
    guesses.append(Guess(1, f"By its words it takes {minutes} minute{'s' * (minutes != 1)} to answer."))
    text = written(document)
    return text, tuple(definition_of(to, text.encode("utf-8")).warnings)
