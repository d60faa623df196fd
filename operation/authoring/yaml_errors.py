"""What to do about a file that is no YAML: most often a text wants quotes."""

from __future__ import annotations

import re

from yaml import MarkedYAMLError

from operation.authoring.places import FILE
from operation.authoring.problems import DefinitionProblem, ProblemCode

_QUOTES = "Put the text in quotes."

#: What the parser says, while doing what, and what to do. The first that fits is told.
_ADVICE: tuple[tuple[str, str], ...] = (
    (r"found character '\\t'", "A tab stands here. Indent with spaces instead."),
    (r"found character '(.)' that cannot start", rf"A text cannot begin with \1. {_QUOTES}"),
    (r"quoted scalar.*end of stream", "The quote that opens here is not closed. Close it."),
    (r"unknown escape", "In double quotes a backslash means something else. Put the text in single quotes."),
    (r"alias|anchor|block scalar|directive|(keys|entries) are not allowed", f"A text cannot begin so. {_QUOTES}"),
    (
        r"values are not allowed",
        f"A colon stands in a text without quotes, or the line begins too far to the right. {_QUOTES}",
    ),
    (r"flow.*got ':'", f"A colon stands in a text without quotes, or a bracket above is not closed. {_QUOTES}"),
    (r"flow.*got '(-|<stream end>|<block)", "The bracket that opens here is not closed. Close it."),
    (
        r"found '<scalar>'|got '<scalar>'",
        "More stands here after a text that has ended. Put it all in single quotes, and write an apostrophe in it"
        " twice; or close the quote above.",
    ),
    (r"find expected ':'", "A key is followed by a colon and a blank. Add them, or put the text in quotes."),
    (r"block (end|mapping|sequence)", "This line does not begin where those above do. Mend the blanks before it."),
    (r"single document", "A second document begins here. Keep one in a file."),
)
#: Where it is the beginning that has to be mended.
_FROM_THE_BEGINNING = re.compile(r"opens here|A key is")


def syntax_problem(error: MarkedYAMLError) -> DefinitionProblem:
    """``error`` for the file's author: the line, and what to do there."""
    advice = _advice(f"{error.context}: {error.problem}")
    mark = error.context_mark if error.context_mark and _FROM_THE_BEGINNING.search(advice) else error.problem_mark
    return DefinitionProblem(
        FILE,
        ProblemCode.NOT_YAML,
        f"This is not valid YAML or JSON. {advice}",
        line=mark.line + 1 if mark else None,
    )


def _advice(said: str) -> str:
    for pattern, advice in _ADVICE:
        if found := re.search(pattern, said):
            return found.expand(advice)
    return "If a text stands here, put it in quotes."
