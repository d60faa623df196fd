"""Reads a definition file (YAML or JSON) and reports everything that is wrong with it at once.

A definition from an operator is hostile input too: aliases, tags and deep nesting are refused, and YAML's habits of
reading Norway's ``no`` as a boolean, and ``010`` as eight, are switched off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from yaml.reader import ReaderError

from chalicelib.questionnaire.definition import Definition, Question
from operation.authoring.rules import rule_problems
from operation.authoring.schema_errors import lies_in, misfits
from operation.authoring.stand_ins import stand_in, unsound_texts
from operation.authoring.wording_rules import wording_problems
from operation.authoring.yaml_errors import slip
from operation.errors import DefinitionError, DefinitionProblem

MAXIMUM_BYTES = 1_000_000
MAXIMUM_DEPTH = 20
#: Keys and values. A hundred questions of ten options in seven languages have some 25,000; each takes 25 microseconds.
MAXIMUM_NODES = 30_000
MAXIMUM_KEY = 100
#: Path of keys ("questionnaire.questions.3.id") to the line it stands on, counted from 1.
Lines = Mapping[str, int]


_YAML = "tag:yaml.org,2002:"


class _Loader(yaml.SafeLoader):
    """YAML with the booleans and integers of JSON only: fractions and dates are text. It gives up at too much."""

    nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """One value or key, or what an alias stands for."""
        self.nodes += 1
        if self.nodes > MAXIMUM_NODES:
            line = self.line + 1
            message = f"The file has over {MAXIMUM_NODES:,} values and keys. Split the survey."
            raise DefinitionError([DefinitionProblem("", "too_large", message, line)])
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == f"{_YAML}null"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(f"{_YAML}bool", re.compile(r"^(true|false)$"), list("tf"))
_Loader.add_implicit_resolver(f"{_YAML}int", re.compile(r"^-?(0|[1-9][0-9]*)$"), list("-0123456789"))


def load_definition(path: Path) -> tuple[Definition, list[DefinitionProblem]]:
    """Read ``path``; return the definition and its warnings.

    Raises :class:`DefinitionError` with every problem, each with its file, line and place.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DefinitionError(
            [DefinitionProblem("", "unreadable", f"{path} cannot be read: {error.strerror}. Name a definition file.")]
        ) from error
    try:
        definition, warnings = parse_definition(content)
    except DefinitionError as error:
        raise DefinitionError(_in_file(path, error.problems)) from error
    return definition, _in_file(path, warnings)


def _in_file(path: Path, problems: Iterable[DefinitionProblem]) -> list[DefinitionProblem]:
    return [replace(problem, file=str(path)) for problem in problems]


def parse_definition(content: bytes) -> tuple[Definition, list[DefinitionProblem]]:
    """As :func:`load_definition`, for the bytes of a file."""
    document, lines, problems = _parse(content)
    fit = _fit(document)
    wrong = {problem.place for problem in problems}
    problems += [problem for problem in fit.misfits if not lies_in(problem.place, wrong)]
    problems += _checked(fit, problems)
    problems = sorted((_with_line(problem, lines) for problem in problems), key=lambda problem: problem.line or 0)
    if fit.definition is None or any(problem.severity == "error" for problem in problems):
        raise DefinitionError(problems)
    return fit.definition, problems


@dataclass(frozen=True)
class _Fit:
    """What of a document fits the schema, so that the rest can be checked in the same run.

    ``positions``: of the questions in the file; ``left_out``: what was written of those that do not fit, by position.
    """

    definition: Definition | None
    misfits: list[DefinitionProblem]
    positions: list[int] = field(default_factory=list)
    left_out: Mapping[int, Any] = field(default_factory=dict)


def _checked(fit: _Fit, found: Iterable[DefinitionProblem]) -> list[DefinitionProblem]:
    """What breaks rules besides what was ``found`` already, in the order of the questions."""
    if fit.definition is None:
        return []
    wrong = {place for problem in found for place in (problem.place, _mended_place(problem))}
    ids = frozenset(str(given.get("id")) for given in fit.left_out.values() if isinstance(given, dict))
    rules = rule_problems(fit.definition, ids) if fit.positions else []
    problems = [_at_position(problem, fit.positions) for problem in rules]
    problems = [problem for problem in problems if not lies_in(problem.place, wrong)]
    wrong |= {place for position, given in fit.left_out.items() for place in unsound_texts(given, _place(position))}
    # Of a question of no known kind the words are checked all the same.
    wrong -= {_place(position) for position in fit.left_out}
    return problems + [problem for problem in _misworded(fit, fit.definition) if not lies_in(problem.place, wrong)]


def _misworded(fit: _Fit, definition: Definition) -> Iterator[DefinitionProblem]:
    questions: dict[int, Question] = {position: stand_in(given) for position, given in fit.left_out.items()}
    questions |= zip(fit.positions, definition.questionnaire.questions, strict=False)
    in_order = tuple(questions[position] for position in sorted(questions))
    questionnaire = definition.questionnaire.model_copy(update={"questions": in_order})
    return wording_problems(definition.model_copy(update={"questionnaire": questionnaire}))


def _place(position: int) -> str:
    return f"questionnaire.questions.{position}"


def _fit(document: Any) -> _Fit:
    if not isinstance(document, dict):
        message = "This is not a definition. `manage.py new NAME` writes one to start from."
        return _Fit(None, [DefinitionProblem("", "not_a_definition", message)])
    try:
        definition = Definition.model_validate(document)
    except ValidationError as error:
        return _fitting_part(document, misfits(error))
    return _Fit(definition, [], list(range(len(definition.questionnaire.questions))))


#: What stands for a value that does not fit, by its place, while the others are checked.
_PLACEHOLDERS: Mapping[tuple[str, str], Any] = {
    ("survey", ""): "placeholder",
    ("settings", "exit_link"): "https://example.org/",
    **{("questionnaire", name): {} for name in ("title", "asked_by", "introduction", "thanks")},
    ("questionnaire", "minutes"): 1,
}

#: What stands where no question fits.
_PLACEHOLDER: Mapping[str, Any] = {"id": "placeholder", "kind": "note", "label": {}}


def _fitting_part(document: dict[str, Any], found: list[DefinitionProblem]) -> _Fit:
    """Without the questions that do not fit, and with something harmless for the other values that do not."""
    given = document.get("questionnaire")
    questions = given.get("questions") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(questions, list):
        return _Fit(None, found)
    keys = [problem.place.split(".") for problem in found]
    bad = {int(key[2]) for key in keys if key[:2] == ["questionnaire", "questions"] and len(key) > 2}
    positions = [position for position in range(len(questions)) if position not in bad]
    part = {**given, "questions": [questions[position] for position in positions] or [_PLACEHOLDER]}
    mended = {"settings": {}, **document, "questionnaire": part}
    for first, second in {(key[0], key[1] if len(key) > 1 else "") for key in keys} - {("questionnaire", "questions")}:
        _mend(mended, first, second)
    left_out = {position: questions[position] for position in sorted(bad)}
    try:
        return _Fit(Definition.model_validate(mended), found, positions, left_out)
    except ValidationError:
        return _Fit(None, found)


def _mend(document: dict[str, Any], first: str, second: str) -> None:
    """Put a placeholder where one is needed, and take away what has none."""
    holder, key = (
        (document, first)
        if not second or not isinstance(document.get(first), dict)
        else (dict(document[first]), second)
    )
    holder.pop(key, None)
    if (first, second) in _PLACEHOLDERS:
        holder[key] = _PLACEHOLDERS[first, second]
    elif first == "settings" and not second:
        holder[key] = {"exit_link": _PLACEHOLDERS["settings", "exit_link"]}
    if holder is not document:
        document[first] = holder


def _mended_place(problem: DefinitionProblem) -> str:
    """What holds a placeholder because of ``problem``; a question that does not fit is left out instead."""
    keys = problem.place.split(".")
    return problem.place if keys[:2] == ["questionnaire", "questions"] else ".".join(keys[:2])


def _at_position(problem: DefinitionProblem, positions: list[int]) -> DefinitionProblem:
    """``problem`` with its question counted as in the file, where questions were left out before it."""
    keys = problem.place.split(".")
    if keys[:2] == ["questionnaire", "questions"] and len(keys) > 2:
        keys[2] = str(positions[int(keys[2])])
    return replace(problem, place=".".join(keys))


def _parse(content: bytes) -> tuple[Any, Lines, list[DefinitionProblem]]:
    if len(content) > MAXIMUM_BYTES:
        raise DefinitionError([DefinitionProblem("", "too_large", "The file is over 1 MB. Split the survey.")])
    try:
        return _read(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DefinitionError(
            [DefinitionProblem("", "not_utf8", "The file is not UTF-8. Save it as UTF-8.")]
        ) from error
    except RecursionError as error:
        raise DefinitionError([DefinitionProblem("", "too_deep", "The file is nested too deeply.")]) from error
    except yaml.MarkedYAMLError as error:
        raise DefinitionError([slip(error)]) from error
    except ReaderError as error:
        line = content.decode("utf-8-sig").count("\n", 0, error.position) + 1
        message = f"The invisible character U+{int(error.character):04X} cannot stand in a file. Delete it."
        raise DefinitionError([DefinitionProblem("", "not_yaml", message, line)]) from error


def _read(text: str) -> tuple[Any, Lines, list[DefinitionProblem]]:
    """The document's data, the line of each value, and the tricks that it plays."""
    # JSON may be indented with tabs, YAML may not. In JSON no text holds a bare tab, so none is lost.
    reader = _Reader(text.replace("\t", " ") if text.lstrip().startswith("{") else text)
    return reader.read(), reader.lines, reader.problems


class _Reader:
    """Makes plain data of YAML, and notes where each value stands. A node met twice is an alias (YAML bombs)."""

    def __init__(self, text: str) -> None:
        self._loader = _Loader(text)
        self._seen: set[int] = set()
        self.lines: dict[str, int] = {}
        self.problems: list[DefinitionProblem] = []

    def read(self) -> Any:
        """The document's data; what is behind a trick is left out, and ``problems`` says so."""
        node = self._loader.get_single_node()
        return self._data(node, "", 0, 1) if node else None

    def _data(self, node: yaml.Node, place: str, depth: int, line: int) -> Any:
        if self._is_trick(node, place, depth, line):
            return None
        self._seen.add(id(node))
        self.lines[place] = line
        if isinstance(node, yaml.MappingNode):
            data: dict[str, Any] = {}
            for key, value in node.value:
                if self._is_word(key, place):
                    # Of a key that stands twice the first counts; the second is reported.
                    data.setdefault(key.value, self._data(value, _join(place, key.value), depth + 1, _line(key)))
            return data
        if isinstance(node, yaml.SequenceNode):
            # An alias among the items knows only the line of what it stands for, above this list.
            return [
                self._data(item, _join(place, index), depth + 1, max(line, _line(item)))
                for index, item in enumerate(node.value)
            ]
        return self._value(node, place, line)

    def _value(self, node: yaml.Node, place: str, line: int) -> Any:
        try:
            value = self._loader.construct_object(node)
        except ValueError:  # Python reads no number of over 4,300 digits
            self.problems.append(DefinitionProblem(place, "not_yaml", "This number is far too long.", line))
            return None
        return _with_pairs_joined(value) if isinstance(value, str) else value

    def _is_trick(self, node: yaml.Node, place: str, depth: int, line: int) -> bool:
        tricks = {
            "duplicate_key": (place in self.lines, "This key stands here twice. Keep one."),
            "too_deep": (depth > MAXIMUM_DEPTH, f"This is nested too deeply: {MAXIMUM_DEPTH} levels are the most."),
            "alias": (id(node) in self._seen, "YAML aliases are not allowed. Write it out."),
            "tag": (node.tag != self._tag_without_any(node), "YAML tags are not allowed. Remove it."),
        }
        met = [(code, message) for code, (is_met, message) in tricks.items() if is_met]
        self.problems += [DefinitionProblem(place, code, message, line) for code, message in met[:1]]
        return bool(met)

    def _tag_without_any(self, node: yaml.Node) -> str:
        """What ``node`` is by its looks: plain words may be numbers, quoted ones are text."""
        is_plain = node.style is None if isinstance(node, yaml.ScalarNode) else True
        tag: str = self._loader.resolve(type(node), node.value, (is_plain, not is_plain))  # type: ignore[no-untyped-call]
        return tag

    def _is_word(self, key: yaml.Node, place: str) -> bool:
        """Whether ``key`` can be a part of a place in a message: no list, no control characters, no dot."""
        word = key.value if isinstance(key, yaml.ScalarNode) else ""
        if 0 < len(word) <= MAXIMUM_KEY and word.isprintable() and "." not in word:
            return True
        self.problems.append(DefinitionProblem(place, "key", "A key here is not a plain word. Rename it.", _line(key)))
        return False


def _line(node: yaml.Node) -> int:
    line: int = node.start_mark.line
    return line + 1


def _with_pairs_joined(text: str) -> str:
    """``text`` with JSON's way to escape an emoji, as two surrogates, made one character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _join(place: str, key: object) -> str:
    return f"{place}.{key}" if place else str(key)


def _with_line(problem: DefinitionProblem, lines: Lines) -> DefinitionProblem:
    place = problem.place
    while place and place not in lines:
        place = place.rpartition(".")[0]
    return problem if problem.line else replace(problem, line=lines.get(place))
