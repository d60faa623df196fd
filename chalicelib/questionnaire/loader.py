"""Reads a definition file (YAML or JSON) and reports everything that is wrong with it at once.

A definition from an operator is hostile input too: aliases, tags and deep nesting are refused, and YAML's habits of
reading Norway's ``no`` as a boolean, and ``010`` as eight, are switched off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from chalicelib.errors import DefinitionError, DefinitionProblem
from chalicelib.questionnaire.checks import check_definition
from chalicelib.questionnaire.conditions import OPERATORS
from chalicelib.questionnaire.definition import KINDS, Definition

MAXIMUM_BYTES = 1_000_000
MAXIMUM_DEPTH = 20
#: Path of keys ("questionnaire.questions.3.id") to the line it stands on, counted from 1.
Lines = Mapping[str, int]


_YAML = "tag:yaml.org,2002:"
#: What JSON knows as well.
_PLAIN_TAGS = frozenset(f"{_YAML}{name}" for name in ("map", "seq", "str", "int", "float", "bool", "null"))


class _Loader(yaml.SafeLoader):
    """YAML with the booleans and integers of JSON only, and without dates."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in {f"{_YAML}float", f"{_YAML}null"}]
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
    wrong = [problem.place for problem in problems]
    problems += [problem for problem in fit.misfits if not _lies_in(problem.place, wrong)]
    if fit.definition is not None:
        wrong = [problem.place for problem in problems]
        checked = [_at_position(problem, fit.positions) for problem in check_definition(fit.definition, fit.left_out)]
        problems += [problem for problem in checked if not _lies_in(problem.place, wrong)]
    problems = sorted((_with_line(problem, lines) for problem in problems), key=lambda problem: problem.line or 0)
    if fit.definition is None or any(problem.severity == "error" for problem in problems):
        raise DefinitionError(problems)
    return fit.definition, problems


@dataclass(frozen=True)
class _Fit:
    """What of a document fits the schema, so that the rest can be checked in the same run.

    ``positions``: of the questions in the file; ``left_out``: ids of those that do not fit.
    """

    definition: Definition | None
    misfits: list[DefinitionProblem]
    positions: list[int] = field(default_factory=list)
    left_out: frozenset[str] = frozenset()


def _fit(document: Any) -> _Fit:
    if not isinstance(document, dict):
        message = "This is not a definition. `manage.py new NAME` writes one to start from."
        return _Fit(None, [DefinitionProblem("", "not_a_definition", message)])
    try:
        definition = Definition.model_validate(document)
    except ValidationError as error:
        return _fitting_part(document, _schema_problems(error, document))
    return _Fit(definition, [], list(range(len(definition.questionnaire.questions))))


#: What stands for a value that does not fit, by its place, while the others are checked.
_PLACEHOLDERS: Mapping[tuple[str, str], Any] = {
    ("survey", ""): "placeholder",
    ("settings", "exit_link"): "https://example.org/",
    **{("questionnaire", name): {} for name in ("title", "asked_by", "introduction", "thanks")},
    ("questionnaire", "minutes"): 1,
}


def _fitting_part(document: dict[str, Any], misfits: list[DefinitionProblem]) -> _Fit:
    """Without the questions that do not fit, and with something harmless for the other values that do not."""
    given = document.get("questionnaire")
    questions = given.get("questions") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(questions, list):
        return _Fit(None, misfits)
    keys = [problem.place.split(".") for problem in misfits]
    bad = {int(key[2]) for key in keys if key[:2] == ["questionnaire", "questions"] and len(key) > 2}
    positions = [position for position in range(len(questions)) if position not in bad]
    part = {**given, "questions": [questions[position] for position in positions]}
    mended = {"settings": {}, **document, "questionnaire": part}
    for first, second in {(key[0], key[1] if len(key) > 1 else "") for key in keys} - {("questionnaire", "questions")}:
        _mend(mended, first, second)
    left_out = frozenset(
        str(questions[position].get("id")) for position in bad if isinstance(questions[position], dict)
    )
    try:
        return _Fit(Definition.model_validate(mended), misfits, positions, left_out)
    except ValidationError:
        return _Fit(None, misfits)


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


def _lies_in(place: str, others: list[str]) -> bool:
    return any(place == other or place.startswith(f"{other}.") for other in others if other)


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
        line = error.problem_mark.line + 1 if error.problem_mark else None
        message = f"This is not valid YAML or JSON: {error.problem}."
        raise DefinitionError([DefinitionProblem("", "not_yaml", message, line)]) from error
    except (yaml.YAMLError, ValueError, LookupError) as error:
        message = "The file has characters or numbers that YAML does not allow. Look for control characters."
        raise DefinitionError([DefinitionProblem("", "not_yaml", message)]) from error


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
        value = self._loader.construct_object(node)
        return _with_pairs_joined(value) if isinstance(value, str) else value

    def _is_trick(self, node: yaml.Node, place: str, depth: int, line: int) -> bool:
        tricks = {
            "duplicate_key": (place in self.lines, "This key stands here twice. Keep one."),
            "too_deep": (depth > MAXIMUM_DEPTH, "This is nested too deeply."),
            "alias": (id(node) in self._seen, "YAML aliases are not allowed. Write it out."),
            "tag": (node.tag not in _PLAIN_TAGS, "YAML tags are not allowed. Remove it."),
        }
        met = [(code, message) for code, (is_met, message) in tricks.items() if is_met]
        self.problems += [DefinitionProblem(place, code, message, line) for code, message in met[:1]]
        return bool(met)

    def _is_word(self, key: yaml.Node, place: str) -> bool:
        """Whether ``key`` can be shown in a message: a list, or a terminal's control characters, cannot."""
        if isinstance(key, yaml.ScalarNode) and key.value and key.value.isprintable():
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


def _schema_problems(error: ValidationError, document: Any) -> list[DefinitionProblem]:
    details = error.errors(include_url=False, include_input=False, include_context=False)
    found = [_schema_problem(tuple(detail["loc"]), detail["type"], detail["msg"], document) for detail in details]
    # A value that may be a number or a text is found wrong twice.
    unique = {(problem.place, problem.code.replace("int_type", "string_type")): problem for problem in found}
    return [problem for problem in unique.values() if not _is_aftermath(problem, found)]


def _is_aftermath(problem: DefinitionProblem, found: list[DefinitionProblem]) -> bool:
    """Whether a list is called too short only because items of it have problems of their own."""
    return problem.code == "too_short" and any(other.place.startswith(f"{problem.place}.") for other in found)


def _schema_problem(location: tuple[int | str, ...], code: str, message: str, document: Any) -> DefinitionProblem:
    place = _place_in(location, code, document)
    if code.startswith("union_tag"):
        is_condition = place.rpartition("questions")[2].count(".") > 1
        known = ("a condition", OPERATORS) if is_condition else ("a question", KINDS)
        message = f"There is no such kind of {known[0].removeprefix('a ')}. There are: {', '.join(known[1])}"
    key = place.rpartition(".")[2]
    return DefinitionProblem(place, code, _ADVICE.get(f"{code} {key}") or _ADVICE.get(code) or f"{message}.")


#: What to do, by the code of what pydantic found, for some together with the key; otherwise its own words say it.
_ADVICE: Mapping[str, str] = {
    "missing": "This key is missing. Add it.",
    "extra_forbidden": "There is no such key here. Check how it is written, or remove it.",
    "string_type": "Write a text here, in quotes if it looks like a number.",
    "string_type equals": "Compare with a code, a whole number or a date.",
    "string_type includes": "Compare with a code.",
    "string_type at_least": "Compare with a whole number or a date.",
    "string_type at_most": "Compare with a whole number or a date.",
    "int_type": "Write a whole number here.",
    "bool_type": "Write true or false here.",
    "dict_type": "Write keys with their values here, as in {en: ...}.",
    "model_type": "Write keys with their values here.",
    "tuple_type": "Write a list here.",
    "string_pattern_mismatch": "Take small letters, digits and _ here, a letter first.",
    "string_pattern_mismatch survey": "Take small letters, digits and hyphens here, a letter first.",
    "string_pattern_mismatch exit_link": "Write a link here that begins with https://.",
}


def _place_in(location: tuple[int | str, ...], code: str, document: Any) -> str:
    """The keys of ``location`` that a reader of the file finds there: pydantic names types of a union as well."""
    keys: list[str] = []
    node = document
    for number, key in enumerate(location):
        if _leads_on(node, location, number):
            node = node[key]
        elif number < len(location) - 1 or code not in ("missing", "extra_forbidden"):
            continue
        keys.append(str(key))
    return ".".join(keys)


def _leads_on(node: Any, location: tuple[int | str, ...], number: int) -> bool:
    key = location[number]
    if isinstance(node, list):
        return isinstance(key, int) and key < len(node)
    return isinstance(node, dict) and key in node and not _is_tag(location, number)


def _is_tag(location: tuple[int | str, ...], number: int) -> bool:
    """Whether this key names which condition is meant, where the next one names the key itself."""
    return location[number] in OPERATORS and location[number + 1 : number + 2] == (location[number],)


def _with_line(problem: DefinitionProblem, lines: Lines) -> DefinitionProblem:
    place = problem.place
    while place and place not in lines:
        place = place.rpartition(".")[0]
    return problem if problem.line else replace(problem, line=lines.get(place))
