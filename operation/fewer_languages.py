"""A definition of the library with its words in some of its languages alone, and every other character as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import yaml

from operation.authoring.yaml_reader import node_of

_Pair = tuple[yaml.Node, yaml.Node]


def in_languages(text: str, kept: Collection[str], known: Collection[str]) -> str:
    """``text`` of a definition that has words in the ``known`` languages, without those that are not ``kept``."""
    found = [mapping for mapping in _mappings(node_of(text)) if {key.value for key, _ in mapping.value} <= {*known}]
    # From the end on, so that places stay right.
    for mapping in sorted(found, key=lambda mapping: mapping.start_mark.index, reverse=True):
        pairs = [pair for pair in mapping.value if pair[0].value in kept]
        if pairs and len(pairs) < len(mapping.value):
            start, end = mapping.value[0][0].start_mark.index, _end(text, mapping.value[-1])
            between = ", " if mapping.flow_style else f"\n{' ' * mapping.start_mark.column}"
            words = between.join(text[pair[0].start_mark.index : _end(text, pair)] for pair in pairs)
            text = f"{text[:start]}{words}{text[end:]}"
    return text


def _mappings(node: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    if isinstance(node, yaml.MappingNode):
        yield node
        for _, value in node.value:
            yield from _mappings(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _mappings(item)


def _end(text: str, pair: _Pair) -> int:
    """Where a key's value ends, without the blank lines that its mark counts in."""
    start, end = pair[1].start_mark.index, pair[1].end_mark.index
    return start + len(text[start:end].rstrip())
