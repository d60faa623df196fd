"""Reads YAML or JSON into plain data, and notes the line of each value.

A definition from an operator is hostile input too: aliases, tags and deep nesting are refused, and YAML's habits of
reading Norway's ``no`` as a boolean, and ``010`` as eight, are switched off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import yaml
from yaml.reader import ReaderError

from operation.authoring.places import FILE, Place
from operation.authoring.problems import DefinitionProblem, ProblemCode
from operation.authoring.yaml_errors import syntax_problem
from operation.errors import DefinitionError

MAXIMUM_BYTES = 1_000_000
MAXIMUM_DEPTH = 20
#: Keys and values. A hundred questions of ten options in seven languages have some 25,000; each takes 25 microseconds.
MAXIMUM_NODES = 30_000
MAXIMUM_KEY = 100
_YAML = "tag:yaml.org,2002:"


@dataclass(frozen=True)
class Document:
    """The data of a file, the line of each place (from 1), and what was left out of the data, as problems."""

    data: Any
    lines: Mapping[Place, int]
    problems: tuple[DefinitionProblem, ...]

    def located(self, problems: Iterable[DefinitionProblem]) -> list[DefinitionProblem]:
        """``problems`` with their lines, in the order of these."""
        found = (replace(problem, line=problem.line or self._line_of(problem.place)) for problem in problems)
        return sorted(found, key=lambda problem: problem.line or 0)

    def _line_of(self, place: Place) -> int | None:
        """The line of ``place``, or else of what holds it."""
        stands = self._by_position(place)
        return next((self.lines[each] for each in (stands, *stands.holders, FILE) if each in self.lines), None)

    def _by_position(self, place: Place) -> Place:
        """``place`` with positions for ids and codes, as far as it stands in the file."""
        found, data = FILE, self.data
        for name in place.keys:
            key = _position(data, name) if isinstance(data, list) and isinstance(name, str) else name
            found /= key
            data = data[key] if found in self.lines else None
        return found


def _position(items: list[Any], name: str) -> int:
    """Of the one whose id or code is ``name``; past the end if there is none."""
    named = (index for index, item in enumerate(items) if name in (item.get("id"), item.get("code")))
    return next(named, len(items))


def read_document(content: bytes) -> Document:
    """Read the bytes of a file; raises :class:`DefinitionError` where it is no YAML, or more than can be read."""
    if len(content) > MAXIMUM_BYTES:
        raise _refusal(ProblemCode.TOO_LARGE, "The file is over 1 MB. Split the survey.")
    try:
        text = content.decode("utf-8-sig")
        # JSON may be indented with tabs, YAML may not. In JSON no text holds a bare tab, so none is lost.
        return _Reader(text.replace("\t", " ") if text.lstrip().startswith("{") else text).read()
    except UnicodeDecodeError as error:
        raise _refusal(ProblemCode.NOT_UTF8, "The file is not UTF-8. Save it as UTF-8.") from error
    except RecursionError as error:
        raise _refusal(ProblemCode.TOO_DEEP, "The file is nested too deeply.") from error
    except yaml.MarkedYAMLError as error:
        raise DefinitionError([syntax_problem(error)]) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"The invisible character U+{int(error.character):04X} cannot stand in a file. Delete it."
        raise _refusal(ProblemCode.NOT_YAML, message, line) from error


def _refusal(code: ProblemCode, message: str, line: int | None = None) -> DefinitionError:
    return DefinitionError([DefinitionProblem(FILE, code, message, line=line)])


class _Loader(yaml.SafeLoader):
    """YAML with the booleans and integers of JSON only: fractions and dates are text. It gives up at too much."""

    nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """One value or key, or what an alias stands for."""
        self.nodes += 1
        if self.nodes > MAXIMUM_NODES:
            message = f"The file has over {MAXIMUM_NODES:,} values and keys. Split the survey."
            raise _refusal(ProblemCode.TOO_LARGE, message, self.line + 1)
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == f"{_YAML}null"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(f"{_YAML}bool", re.compile(r"^(true|false)$"), list("tf"))
_Loader.add_implicit_resolver(f"{_YAML}int", re.compile(r"^-?(0|[1-9][0-9]*)$"), list("-0123456789"))


class _Reader:
    """Makes plain data of YAML. A node met twice is an alias (YAML bombs)."""

    def __init__(self, text: str) -> None:
        self._loader = _Loader(text)
        self._seen: set[int] = set()
        self._lines: dict[Place, int] = {}
        self._problems: list[DefinitionProblem] = []

    def read(self) -> Document:
        """The document; what is behind a trick is left out, and its ``problems`` say so."""
        node = self._loader.get_single_node()
        data = self._data(node, FILE, 1) if node else None
        return Document(data, self._lines, tuple(self._problems))

    def _data(self, node: yaml.Node, place: Place, line: int) -> Any:
        if self._is_trick(node, place, line):
            return None
        self._seen.add(id(node))
        self._lines[place] = line
        if isinstance(node, yaml.MappingNode):
            data: dict[str, Any] = {}
            for key, value in node.value:
                if self._is_word(key, place):
                    # Of a key that stands twice the first counts; the second is reported.
                    data.setdefault(key.value, self._data(value, place / key.value, _line(key)))
            return data
        if isinstance(node, yaml.SequenceNode):
            # An alias among the items knows only the line of what it stands for, above this list.
            return [self._data(item, place / index, max(line, _line(item))) for index, item in enumerate(node.value)]
        return self._value(node, place, line)

    def _value(self, node: yaml.Node, place: Place, line: int) -> Any:
        try:
            value = self._loader.construct_object(node)
        except ValueError:  # Python reads no number of over 4,300 digits
            self._report(place, ProblemCode.NOT_YAML, "This number is far too long.", line)
            return None
        return _with_pairs_joined(value) if isinstance(value, str) else value

    def _is_trick(self, node: yaml.Node, place: Place, line: int) -> bool:
        if place in self._lines:
            self._report(place, ProblemCode.DUPLICATE_KEY, "This key stands here twice. Keep one.", line)
        elif len(place.keys) > MAXIMUM_DEPTH:
            message = f"This is nested too deeply: {MAXIMUM_DEPTH} levels are the most."
            self._report(place, ProblemCode.TOO_DEEP, message, line)
        elif id(node) in self._seen:
            self._report(place, ProblemCode.ALIAS, "YAML aliases are not allowed. Write it out.", line)
        elif node.tag != self._tag_without_any(node):
            self._report(place, ProblemCode.TAG, "YAML tags are not allowed. Remove it.", line)
        else:
            return False
        return True

    def _tag_without_any(self, node: yaml.Node) -> str:
        """What ``node`` is by its looks: plain words may be numbers, quoted ones are text."""
        is_plain = node.style is None if isinstance(node, yaml.ScalarNode) else True
        tag: str = self._loader.resolve(type(node), node.value, (is_plain, not is_plain))  # type: ignore[no-untyped-call]
        return tag

    def _is_word(self, key: yaml.Node, place: Place) -> bool:
        """Whether ``key`` can stand in a message: no list, no control characters, no dot."""
        word = key.value if isinstance(key, yaml.ScalarNode) else ""
        if 0 < len(word) <= MAXIMUM_KEY and word.isprintable() and "." not in word:
            return True
        self._report(place, ProblemCode.KEY, "A key here is not a plain word. Rename it.", _line(key))
        return False

    def _report(self, place: Place, code: ProblemCode, message: str, line: int) -> None:
        self._problems.append(DefinitionProblem(place, code, message, line=line))


def _line(node: yaml.Node) -> int:
    line: int = node.start_mark.line
    return line + 1


def _with_pairs_joined(text: str) -> str:
    """``text`` with JSON's way to escape an emoji, as two surrogates, made one character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
