"""What to do about a file that is no YAML: most often a text wants quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml
from yaml import Mark, MarkedYAMLError

from operation.authoring import look_alikes
from operation.authoring.places import FILE
from operation.authoring.problems import DefinitionProblem, ProblemCode

_QUOTES = "Put the text in quotes."
_COLON = "A key is followed by a colon and a blank"
_INDENT = (
    "This line begins too far to the right, or the one above it too far to the left. Let lines that belong together"
    " begin below each other."
)
_OPEN_BRACKET = "The bracket that opens here is not closed. Close it."

#: What the parser says, while doing what, and what to do. The first that fits is told.
_ADVICE: tuple[tuple[str, str], ...] = (
    (r"found character '(.)' that cannot start", rf"A text cannot begin with \1. {_QUOTES}"),
    (r"quoted scalar.*end of stream", "The quote that opens here is not closed. Close it."),
    (r"unknown escape", "In double quotes a backslash means something else. Put the text in single quotes."),
    (r"alias|anchor|block scalar|directive|(keys|entries) are not allowed", f"A text cannot begin so. {_QUOTES}"),
    (r"values are not allowed", f"A colon stands in a text without quotes. {_QUOTES}"),
    (
        r"flow.*got ':'",
        "A comma is missing before this, a bracket above is not closed, or a colon stands in a text without quotes."
        f" {_QUOTES}",
    ),
    (r"flow.*got '\?'", f"In brackets a question mark is a sign of YAML. {_QUOTES}"),
    (r"flow.*got '(-|<stream end>|<block)", _OPEN_BRACKET),
    (r"found '<scalar>'|got '<scalar>'", f"More stands here after a text that has ended. {_QUOTES}"),
    (
        r"find expected ':'",
        f"{_COLON}. Add them, put the text in quotes, or move it in, below its |.",
    ),
    (r"(?:found|got) '([]}])'", r"There is a \1 too many here. Delete it."),
    (r"found ','", "A comma stands behind something that had ended. Delete it, or put the whole text in quotes."),
    (r"block (end|mapping|sequence)", "This line does not begin where those above do. Mend the blanks before it."),
    (r"single document", "A second document begins here. Keep one in a file."),
)
#: What to do where a text in quotes, or something in brackets, had ended before, by the sign that it began with.
_AFTER_THE_END = {
    '"': "The text in quotes ended before this. For quotes within a text type “ and ”, or put the whole text in single"
    " quotes.",
    "'": "The text in single quotes ended before this. Put it in double quotes instead.",
    "[": f"A text cannot begin with [. {_QUOTES}",
    "{": f"A text cannot begin with {{. {_QUOTES}",
}
#: What ends a line for YAML.
_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_LONGEST_LINE = 1_000
#: Keys begin where there can be none, so that no comment is to blame.
_MOVED = "<block mapping start>"
#: Where it is the beginning that has to be mended.
_FROM_THE_BEGINNING = re.compile(r"opens here|A key is")
_IN_QUOTES = re.compile(r"\"[^\"]*\"|'[^']*'")
#: A key in front of a bracket or of a text in quotes (now empty quotes), without a colon, or without a blank behind it.
_NO_COLON = re.compile(r"(?:^ *(?:- +)?|[{,] *)\w[\w-]* *[{\[]|[{,] *\w[\w-]* *\"\"")
_NO_BLANK = re.compile(r"[{,] *\w[\w-]*:\"\"")
#: The first key of a line, all of it that stands before its colon.
_FIRST_KEY = re.compile(r" *(?:- +)*(?:[\w-]+|\"[^\"]*\"|'[^']*') *")


def syntax_problem(error: MarkedYAMLError, text: str) -> DefinitionProblem:
    """``error`` in ``text`` for the file's author: the line, and what to do there."""
    lines = _LINE_BREAK.split(text)
    last = _last_before(error.problem_mark, text)
    if last and _is_closed_too_late(last, error.problem_mark):
        advice = f"The quote that opens here is closed only on line {last.end_mark.line + 1}. Close it on this line"
        return _problem(f"{advice}, with the same straight quote.", last.start_mark.line)
    is_indented = _begins_too_far_right(error, lines)
    for number in _looked_at(error):
        line = _line_at(number, lines)
        if not (is_indented or _MOVED in str(error.problem)) and look_alikes.is_cut_short(line):
            return _problem(look_alikes.COMMENT, number)
        if slip := look_alikes.slip_in(line) or _missing_sign(line):
            return _problem(slip, number)
    advice = _INDENT if is_indented else _tab(error.problem_mark, lines) or _after(last, error) or _advice(_said(error))
    mark = error.context_mark if error.context_mark and _FROM_THE_BEGINNING.search(advice) else error.problem_mark
    return _problem(advice, mark.line if mark else None)


def _problem(advice: str, line: int | None) -> DefinitionProblem:
    """``line``: from 0, as the parser counts."""
    return DefinitionProblem(
        FILE,
        ProblemCode.NOT_YAML,
        f"This is not valid YAML or JSON. {advice}",
        line=None if line is None else line + 1,
    )


def _said(error: MarkedYAMLError) -> str:
    return f"{error.context}: {error.problem}"


def _line_at(number: int, lines: list[str]) -> str:
    return lines[number][:_LONGEST_LINE] if number < len(lines) else ""


def _last_before(mark: Mark | None, text: str) -> yaml.Token | None:
    """The last text or closing bracket that ended before ``mark``. No more is read than the parser had read."""
    last: yaml.Token | None = None
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if mark is None or token.start_mark.index >= mark.index:
                break
            if isinstance(token, yaml.ScalarToken | yaml.FlowSequenceEndToken | yaml.FlowMappingEndToken):
                last = token
    except yaml.YAMLError:
        pass  # this is what the advice is about
    return last


def _is_closed_too_late(last: yaml.Token, mark: Mark | None) -> bool:
    """Whether a text in quotes goes on over several lines, and ends just where the parser is lost."""
    is_quoted = isinstance(last, yaml.ScalarToken) and last.style in ("'", '"')
    return is_quoted and mark is not None and last.start_mark.line < last.end_mark.line == mark.line


def _after(last: yaml.Token | None, error: MarkedYAMLError) -> str | None:
    """What to do about a text that begins where another has ended, on the same line or on one below."""
    mark = error.problem_mark
    if not last or not mark or not re.search("(found|got) '<scalar>'", str(error.problem)):
        return None
    if last.end_mark.line < mark.line:
        return _OPEN_BRACKET if "flow" in str(error.context) else None
    if isinstance(last, yaml.ScalarToken):
        return _AFTER_THE_END.get(last.style or "")
    return _AFTER_THE_END["[" if isinstance(last, yaml.FlowSequenceEndToken) else "{"]


def _begins_too_far_right(error: MarkedYAMLError, lines: list[str]) -> bool:
    """Whether the parser met the colon of a line's first key where there can be none."""
    mark = error.problem_mark
    if not mark or "values are not allowed" not in str(error.problem):
        return False
    return _FIRST_KEY.fullmatch(_line_at(mark.line, lines)[: mark.column]) is not None


def _missing_sign(line: str) -> str | None:
    """What to do about a key of ``line`` that lacks its colon, or the blank after it."""
    bare = _IN_QUOTES.sub('""', line)
    if _NO_COLON.search(bare):
        return f'{_COLON}, as in {{en: "Yes"}}. Add them.'
    return f'{_COLON}, as in {{en: "Yes"}}. Add the blank.' if _NO_BLANK.search(bare) else None


def _looked_at(error: MarkedYAMLError) -> Iterator[int]:
    """Lines, from 0, that the slip may stand on: where the parser stopped, the one above, where a bracket opens."""
    said = str(error.problem)
    if error.context_mark and "expected ':'" in said:
        yield error.context_mark.line
    if error.problem_mark:
        yield error.problem_mark.line
        if "<scalar>" in said or "values are not allowed" in said:
            yield max(error.problem_mark.line - 1, 0)
    if error.context_mark and "flow" in str(error.context):
        yield error.context_mark.line


def _tab(mark: Mark | None, lines: list[str]) -> str | None:
    """What to do about a tab at ``mark``."""
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if not mark or line[mark.column : mark.column + 1] != "\t":
        return None
    is_before_all = not line[: mark.column].strip(" -")
    return f"A tab stands here. {'Indent with spaces instead' if is_before_all else 'Type a blank in its place'}."


def _advice(said: str) -> str:
    for pattern, advice in _ADVICE:
        if found := re.search(pattern, said):
            return found.expand(advice)
    return "If a text stands here, put it in quotes."
