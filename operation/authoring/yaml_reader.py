"""Reads YAML or JSON into plain data, and notes the line of each value.

A definition from an operator is hostile input too: aliases, tags and deep nesting are refused, and YAML's habits of
reading Norway's ``no`` as a boolean, and ``010`` as eight, are switched off. Where it would take less than was meant,
or something else, and say nothing (a comment in a text, curly quotes), that is a problem. Every text comes out in NFC,
as answers do: what was typed on another machine is the same text, and a pattern fits what it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import yaml
from yaml.reader import ReaderError

from chalicelib.questionnaire.base import LANGUAGE
from chalicelib.questionnaire.visible_text import composed
from operation.authoring import look_alikes
from operation.authoring.known_keys import TEXTS
from operation.authoring.place_names import named
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
#: What begins after a text without quotes, on its line.
_COMMENT = re.compile(r"[ \t]+#")
#: Keys that hold words of any kind, beside texts by language.
_FREE = TEXTS | {"name", "reviewed_by", "pattern"}


@dataclass(frozen=True)
class Document:
    """The data of a file, the line of each place (from 1), and what was left out of the data, as problems."""

    data: Any
    lines: Mapping[Place, int]
    problems: tuple[DefinitionProblem, ...]

    def located(self, problems: Iterable[DefinitionProblem]) -> list[DefinitionProblem]:
        """``problems`` with their lines and the names of their places, in the order of the lines."""
        return sorted(map(self._located, problems), key=lambda problem: problem.line or 0)

    def _located(self, problem: DefinitionProblem) -> DefinitionProblem:
        line = problem.line or self._line_of(problem.place)
        return replace(problem, line=line, where=problem.where or named(problem.place, self.data))

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
        raise DefinitionError([syntax_problem(error, text)]) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"The invisible character U+{int(error.character):04X} cannot stand in a file. Delete it."
        raise _refusal(ProblemCode.NOT_YAML, message, line) from error


def node_of(text: str) -> yaml.Node | None:
    """The tree of a file that was read before, whose nodes know where they begin and end."""
    return _Loader(text.replace("\t", " ") if text.lstrip().startswith("{") else text).get_single_node()


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
        self._text = text
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
                if word := self._word(key, value, place):
                    # Of a key that stands twice the first counts; the second is reported.
                    data.setdefault(word, self._data(value, place / word, _line(key)))
            return data
        if isinstance(node, yaml.SequenceNode):
            # An alias among the items knows only the line of what it stands for, above this list.
            return [self._data(item, place / index, max(line, _line(item))) for index, item in enumerate(node.value)]
        return self._value(node, place, line)

    def _value(self, node: yaml.Node, place: Place, line: int) -> Any:
        self._look_at(node, place, line)
        try:
            value = self._loader.construct_object(node)
        except ValueError:  # Python reads no number of over 4,300 digits
            self._report(place, ProblemCode.NOT_YAML, "This number is far too long.", line)
            return None
        return composed(_with_pairs_joined(value)) if isinstance(value, str) else value

    def _look_at(self, node: yaml.Node, place: Place, line: int) -> None:
        """Report what a text lost in silence, and what in a word only looks right."""
        key, holder = place.keys[-1:], place.keys[-2:-1]
        is_plain = isinstance(node, yaml.ScalarNode) and node.style is None
        if holder and holder[0] in TEXTS:
            if is_plain and _COMMENT.match(self._text, node.end_mark.index):
                self._report(place, ProblemCode.COMMENT, look_alikes.COMMENT, node.end_mark.line + 1)
            elif is_plain and look_alikes.has_curly_quotes(node.value):
                self._report(place, ProblemCode.CURLY_QUOTES, look_alikes.CURLY, line)
        elif key and key[0] in TEXTS:
            if is_plain and look_alikes.is_language_without_colon(node.value):
                advice = look_alikes.slip_in(node.value[:MAXIMUM_KEY]) or look_alikes.COLON
                self._report(place, ProblemCode.KEY, advice, line)
        elif key and key[0] not in _FREE and (unseen := look_alikes.unseen_in(node.value[:MAXIMUM_KEY])):
            self._report(place, ProblemCode.UNPRINTABLE, unseen, line)
        elif key and key[0] not in _FREE and is_plain and look_alikes.has_curly_quotes(node.value[:MAXIMUM_KEY]):
            self._report(place, ProblemCode.CURLY_QUOTES, look_alikes.CURLY_IN_CODE, line)

    def _is_trick(self, node: yaml.Node, place: Place, line: int) -> bool:
        if place in self._lines:
            is_next = place.keys[-1] in ("id", "code")
            message = f"This key stands here twice. Keep one{', or begin the next with a dash' if is_next else ''}."
            self._report(place, ProblemCode.DUPLICATE_KEY, message, line)
        elif len(place.keys) > MAXIMUM_DEPTH:
            message = f"This is nested too deeply: {MAXIMUM_DEPTH} levels are the most."
            self._report(place, ProblemCode.TOO_DEEP, message, line)
        elif id(node) in self._seen:
            self._report(
                place,
                ProblemCode.ALIAS,
                "A text cannot begin with *, an alias of YAML. Write out what it stands for.",
                line,
            )
        elif node.tag != self._tag_without_any(node):
            self._report(place, ProblemCode.TAG, "A text cannot begin with !, a sign of YAML. Put it in quotes.", line)
        else:
            return False
        return True

    def _tag_without_any(self, node: yaml.Node) -> str:
        """What ``node`` is by its looks: plain words may be numbers, quoted ones are text."""
        is_plain = node.style is None if isinstance(node, yaml.ScalarNode) else True
        tag: str = self._loader.resolve(type(node), node.value, (is_plain, not is_plain))  # type: ignore[no-untyped-call]
        return tag

    def _word(self, key: yaml.Node, value: yaml.Node, place: Place) -> str:
        """``key`` as it can stand in a message: no list, no control characters, no dot; empty where it is reported.

        One that is whole but for what nobody sees is reported and read, so that nothing is said to be missing.
        """
        word = key.value if isinstance(key, yaml.ScalarNode) else ""
        slip = look_alikes.slip_in(word[:MAXIMUM_KEY])
        if not slip and place.keys[-1:] and place.keys[-1] in TEXTS:
            slip = _slip_of_language(word, value)
        if _is_plain(word) and not slip:
            return word
        if slip is look_alikes.COMMA and look_alikes.is_curly(word):
            return ""  # what the quotes do not hold together, of which they tell
        self._report(place, ProblemCode.KEY, slip or "A key here is not a plain word. Rename it.", _line(key))
        seen = look_alikes.without_unseen(word)
        return seen if seen != word and _is_plain(seen) else ""

    def _report(self, place: Place, code: ProblemCode, message: str, line: int) -> None:
        self._problems.append(DefinitionProblem(place, code, message, line=line))


def _is_plain(word: str) -> bool:
    return 0 < len(word) <= MAXIMUM_KEY and word.isprintable() and "." not in word


def _slip_of_language(word: str, value: yaml.Node) -> str | None:
    """What to do about a key among the languages of a text that is none: a colon was forgotten, or the quotes."""
    if look_alikes.is_language_without_colon(word):
        return look_alikes.COLON
    is_alone = isinstance(value, yaml.ScalarNode) and value.style is None and not value.value
    return look_alikes.COMMA if is_alone and not re.fullmatch(LANGUAGE, word) else None


def _line(node: yaml.Node) -> int:
    line: int = node.start_mark.line
    return line + 1


def _with_pairs_joined(text: str) -> str:
    """``text`` with JSON's way to escape an emoji, as two surrogates, made one character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
