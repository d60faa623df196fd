"""What a draft that was made of something else still lacks: listed in its file, refused until it is settled."""

from __future__ import annotations

from dataclasses import replace

from operation.authoring.places import FILE
from operation.authoring.problems import DefinitionProblem, ProblemCode
from operation.authoring.yaml_reader import Document

#: The key of a draft's list, at the top of the file; no definition has it.
KEY = "to_settle"
_ADVICE = "Settle it, then delete this line."


def without_unsettled(document: Document) -> Document:
    """``document`` without such a list, and a problem for each of its lines; even an empty one is refused."""
    if not isinstance(document.data, dict) or KEY not in document.data:
        return document
    listed = document.data[KEY]
    place = FILE / KEY
    lines = [(place / index, _worded(item)) for index, item in enumerate(listed)] if isinstance(listed, list) else []
    found = lines or [(place, "Nothing is left to settle. Delete this key.")]
    # By their lines: no such place is in what is checked.
    problems = tuple(
        DefinitionProblem(FILE, ProblemCode.TO_SETTLE, message, line=document.lines.get(where))
        for where, message in found
    )
    data = {key: value for key, value in document.data.items() if key != KEY}
    return replace(document, data=data, problems=(*document.problems, *problems))


def _worded(item: object) -> str:
    told = item if isinstance(item, str) and item.isprintable() else "Something here is not settled."
    return f"{told[:500]} {_ADVICE}"
