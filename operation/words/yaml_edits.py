"""Puts words into a definition file where they belong, and leaves every other character as it is.

A parser tells where each text begins and ends; what stands between, comments and layout, is not written anew. A YAML
library that keeps comments was weighed (ruamel.yaml): it writes the whole file, in a layout of its own.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from operation.authoring.places import QUESTIONNAIRE, Place
from operation.authoring.yaml_reader import node_of
from operation.words.changes import Changes
from operation.words.workbook import Language

_LANGUAGES = QUESTIONNAIRE / "languages"
_WIDTH = 120
#: What YAML takes for the end of a line, strips, or may not hold outside of quotes.
_NOT_BARE = re.compile("[\t\r\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
#: What programs of YAML 1.1 take for true or false.
_NOT_PLAIN_KEYS = frozenset({"no", "on", "off", "yes"})


@dataclass(frozen=True)
class _Edit:
    start: int
    end: int
    text: str


def edited(content: bytes, changes: Changes) -> bytes:
    """``content``, a definition file that was read without a problem, with the words of ``changes``."""
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    text = content.removeprefix(mark).decode("utf-8")
    end_of_line = "\r\n" if "\r\n" in text else "\n"
    # From the end on, so that places stay right; of two at one place the first comes last.
    for edit in sorted(_edits(text, changes), key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text.replace("\n", end_of_line) + text[edit.end :]
    return mark + text.encode("utf-8")


def _edits(text: str, changes: Changes) -> Iterator[_Edit]:
    root = node_of(text)
    languages = _mapping(root, _LANGUAGES)
    if changes.languages:
        is_quoted = _is_quoted(languages)
        new = [(code, each, changes.reviewers.get(code)) for code, each in changes.languages.items()]
        yield _added(text, languages, {code: _language(each, named, is_quoted) for code, each, named in new})
    for code, name in changes.reviewers.items():
        if code not in changes.languages:
            yield from _of_mapping(text, _mapping(root, _LANGUAGES / code), {"reviewed_by": name})
    for place, wordings in changes.texts.items():
        yield from _of_mapping(text, _mapping(root, place), wordings)


def _mapping(root: yaml.Node | None, place: Place) -> yaml.MappingNode:
    node = root
    for key in place.keys:
        if isinstance(node, yaml.MappingNode):
            node = next(value for name, value in node.value if name.value == key)
        elif isinstance(node, yaml.SequenceNode):
            node = node.value[int(key)]
    if not isinstance(node, yaml.MappingNode):
        raise TypeError(f"{place} is no mapping")
    return node


def _of_mapping(text: str, mapping: yaml.MappingNode, values: Mapping[str, str | None]) -> Iterator[_Edit]:
    """The edits that give ``mapping`` these values; None is null."""
    there = {key.value: (key, value) for key, value in mapping.value}
    if new := {key: _new_value(text, mapping, value) for key, value in values.items() if key not in there}:
        yield _added(text, mapping, new)
    for name in values.keys() & there.keys():
        key, value = there[name]
        end = _end(text, value)
        yield _Edit(value.start_mark.index, end, _replacement(text, mapping, key, value, values[name]))


def _replacement(text: str, mapping: yaml.MappingNode, key: yaml.Node, value: yaml.Node, said: str | None) -> str:
    start, end = value.start_mark.index, _end(text, value)
    is_alone = not text[end : _end_of_line(text, end)].strip()
    if said is None or mapping.flow_style or not is_alone:
        return _one_line(said)
    style = _style(value)
    if style not in ("|", ">"):
        return _several_lines(said, key.start_mark.column, style)
    # A comment beside the sign of a block stays there.
    header, _, lines = text[start:end].partition("\n")
    kept = re.search(r"\s+#.*", header.rstrip("\r"))
    indent = len(lines) - len(lines.lstrip(" "))
    first, line_end, rest = _several_lines(said, indent - 2, style).partition("\n")
    return f"{first}{kept.group() if kept else ''}{line_end}{rest}"


def _new_value(text: str, mapping: yaml.MappingNode, said: str | None) -> str:
    """A value that is added, in the way of the first that is there."""
    if said is None or mapping.flow_style:
        return _one_line(said)
    key, value = mapping.value[0]
    return _several_lines(said, key.start_mark.column, _style(value))


def _added(text: str, mapping: yaml.MappingNode, values: Mapping[str, str]) -> _Edit:
    """The edit that adds ``values``, as they are to be written, after the last one that is there."""
    is_quoted = _is_quoted(mapping)
    pairs = [f"{_key(name, is_quoted)}: {value}" for name, value in values.items()]
    last_key, last = mapping.value[-1]
    end = _end(text, last)
    before = text[text.rfind("\n", 0, last_key.start_mark.index) + 1 : last_key.start_mark.index]
    if not mapping.flow_style:
        place = _end_of_line(text, end)
        return _Edit(place, place, "".join(f"\n{' ' * last_key.start_mark.column}{pair}" for pair in pairs))
    # Each on a line of its own where the last one is.
    between = f",\n{before}" if before and not before.strip() else ", "
    return _Edit(end, end, "".join(f"{between}{pair}" for pair in pairs))


def _style(node: yaml.Node) -> str | None:
    return node.style if isinstance(node, yaml.ScalarNode) else None


def _language(language: Language, reviewed_by: str | None, is_quoted: bool) -> str:
    values = {"name": language.name} | ({"reviewed_by": reviewed_by} if reviewed_by else {})
    return f"{{{', '.join(f'{_key(key, is_quoted)}: {_one_line(value)}' for key, value in values.items())}}}"


def _key(name: str, is_quoted: bool) -> str:
    return f'"{name}"' if is_quoted or name in _NOT_PLAIN_KEYS else name


def _is_quoted(mapping: yaml.MappingNode) -> bool:
    """Whether keys are quoted, as in JSON they have to be."""
    return all(_style(key) == '"' for key, _ in mapping.value)


def _end(text: str, node: yaml.Node) -> int:
    """Where a value ends, without the blank lines and comments that its mark may count in."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    start, end = node.start_mark.index, node.end_mark.index
    return start + len(text[start:end].rstrip())


def _end_of_line(text: str, place: int) -> int:
    found = re.compile(r"\r?\n|\Z").search(text, place)
    return found.start() if found else len(text)


# --- how a text is written --------------------------------------------------------------------------------------------


def _one_line(said: str | None) -> str:
    """In double quotes, which YAML and JSON both read; what YAML takes for more than a letter is escaped."""
    if said is None:
        return "null"
    quoted = json.dumps(said, ensure_ascii=False)
    return _NOT_BARE.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)


def _several_lines(said: str, column: int, style: str | None) -> str:
    """In a block under a key in ``column`` where there are lines to keep, or one that is too long; else in quotes."""
    indent = " " * (column + 2)
    if _NOT_BARE.search(said):
        return _one_line(said)
    if "\n" in said or style == "|":
        lines: Sequence[str] = said.split("\n")
        return "\n".join(["|", *(f"{indent}{line}" if line else "" for line in lines)])
    lines = textwrap.wrap(said, _WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
    is_long = column + len("xx: ") + len(_one_line(said)) > _WIDTH
    if (style == ">" or is_long) and " ".join(lines) == said:
        return "\n".join([">-", *(f"{indent}{line}" for line in lines)])
    return _one_line(said)
