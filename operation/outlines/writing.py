"""Writes a definition as YAML that people like to edit: an option a line, texts in quotes, paragraphs as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

#: Words that need no quotes, in YAML of any version; the bare "no" is a boolean to some editors.
_PLAIN = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z][a-z0-9_-]*|https://[a-z./]+")
_FIRST = """\
# A draft. `check` names what is to be mended; docs/authors.md has every kind of question.
# yaml-language-server: $schema=definition.schema.json   (made by: manage.py schema > definition.schema.json)
"""


def written(document: Mapping[str, Any]) -> str:
    """``document`` as a file. Texts hold no control characters but new lines."""
    return _FIRST + "\n".join(_block(document, 0)) + "\n"


def _block(values: Mapping[str, Any], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for key, value in values.items():
        if key == "questions":
            yield f"{indent}questions:"
            for question in value:
                yield from _item(question, depth + 1)
                yield ""
        elif _is_text(value) and "\n" in "".join(value.values()):
            yield f"{indent}{key}:"
            yield from _paragraphs(value, depth + 1)
        elif isinstance(value, Mapping) and not _is_text(value):
            yield f"{indent}{key}:"
            yield from _block(value, depth + 1)
        elif isinstance(value, list):
            yield f"{indent}{key}:"
            yield from (f"{indent}  - {_inline(each)}" for each in value)
        else:
            yield f"{indent}{key}: {_inline(value)}"


def _item(question: Mapping[str, Any], depth: int) -> Iterator[str]:
    first, *rest = _block(question, depth + 1)
    indent = "  " * depth
    yield f"{indent}- {first.strip()}"
    yield from rest


def _is_text(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and all(isinstance(each, str) for each in value.values())


def _paragraphs(text: Mapping[str, str], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for language, wording in text.items():
        yield f"{indent}{language}: |"
        yield from (f"{indent}  {line}" if line else "" for line in wording.strip().split("\n"))


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_inline(each)}' for key, each in value.items())}}}"
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)
