"""Files that are no YAML: each slip is told with its line and what to do."""

from __future__ import annotations

import pytest

from tests.unit.operation.authoring.refusals import problems_of

QUOTES, COMMENT = "Put the text in quotes.", "is a comment, and no part of the text. Put the text in quotes"
#: What stands in the second line and those after it, the line that is to be mended, and words of the advice.
SLIPS: dict[str, tuple[str, int, str]] = {
    "a colon in a text": ("label: Country: which?", 2, QUOTES),
    "a colon in brackets": ("label: {en: Country: which?}", 2, QUOTES),
    "a colon further below": ("label:\n  en: Country\n  sv: Land: vilket", 4, QUOTES),
    "a tab before a key": ("label:\n\ten: Country", 3, "Indent with spaces"),
    "a quote that is not closed": ('label: {en: "Country}\nhint: {en: x}\n', 2, "quote that opens here is not closed"),
    "a quote that the next one closes": ('label:\n  en: "Country\n  sv: "Land"\n', 3, "closed only on line 4"),
    "an apostrophe in quotes": ("label: 'It's me'", 2, "Put it in double quotes"),
    "quotes in quotes": ('label: "Say "yes" now"', 2, "type “ and ”, or put the whole text in single quotes"),
    "an @ at the start": ("label: @you", 2, f"cannot begin with @. {QUOTES}"),
    "an @ in brackets": ("label: {en: @you}", 2, f"cannot begin with @. {QUOTES}"),
    "a % at the start": ("label: %50 of you", 2, f"cannot begin with %. {QUOTES}"),
    "a ` at the start": ("label: `x`", 2, f"cannot begin with `. {QUOTES}"),
    "a * at the start": ("label: *Important* note", 2, QUOTES),
    "a & at the start": ("label: & more", 2, QUOTES),
    "a ? at the start": ("label: ? why", 2, QUOTES),
    "a > at the start": ("label: >18", 2, QUOTES),
    "a bracket at the start": ("label: [Optional] Say more", 2, f"cannot begin with [. {QUOTES}"),
    "a bracket that is not closed": ("label: {en: x\n- hint", 2, "bracket that opens here is not"),
    "braces at the start": ("label: {name}, say more", 2, "put the whole text in quotes"),
    "a bracket that the next line ends": (
        'label: {en: "x"\nhint: {en: "y"}',
        2,
        "bracket that opens here is not closed",
    ),
    "an option's bracket": ("options:\n- {code: a, label: {en: x}\n- {code: b}", 3, "bracket that opens here is not"),
    "a comma that is missing": ('options:\n- {code: a label: {en: "x"}}', 3, "A comma is missing before this"),
    "a text that is not moved in": ("introduction:\n  en: |\n  Words.\nminutes: 3", 4, "below its |"),
    "a bracket too many": ('label: {en: "x"}}\nhint: {en: "y"}', 2, "There is a } too many here. Delete it."),
    "a comma behind a bracket": ("options:\n- {code: a},\n- {code: b}", 3, "Delete it"),
    "a quote that closes lines below": ('label: {en: "Country}\nhint: {sv: x}\nshort: {en: "y"}', 2, "only on line 4"),
    "a quote that is closed by a curly one": ('label: {en: "x”}\nhint: {en: "y"}', 2, "the same straight quote"),
    "a quote that a comment closes": ('title: "x\nlink: y  # a "page"', 2, "is closed only on line 3"),
    "a key before a bracket without a colon": ('label {en: "Which?"}', 2, "followed by a colon and a blank"),
    "a language without a colon": ('label: {en "Which?"}', 2, 'a blank, as in {en: "Yes"}. Add them.'),
    "a language without a blank": ('label: {en:"Which?"}', 2, 'a blank, as in {en: "Yes"}. Add the blank.'),
    "a blank too many before a key": ("label: x\n hint: y", 3, "begins too far to the right"),
    "a blank too few above": (
        "settings:\n  a: b\nc: 90 # days\n  d: e  # so",
        5,
        "does not begin where those above do",
    ),
    "a no-break space before a key": ("a:\n- b: c\n\u00a0 d: e\n  f: g", 4, "no-break space (U+00A0)"),
    "a backslash": (r'label: "\d+"', 2, "single quotes"),
    "a question mark in brackets": ("label: {en: Were you there?}", 2, f"question mark is a sign of YAML. {QUOTES}"),
    "a # in brackets": ("label: {en: Is it #1?}\nhint: {en: x}", 2, COMMENT),
    "a # in a text of two lines": ("label:\n  en: Is housing # 1\n    of all", 3, COMMENT),
    "a tab in a text": ("label: Land\tof all", 2, "Type a blank in its place"),
    "a no-break space after a colon": ('label:\u00a0{en: "x"}\nhint: {en: y}', 2, "no-break space (U+00A0)"),
    "a no-break space after a dash": ("options:\n  -\u00a0{code: a, label: b}", 3, "no-break space (U+00A0)"),
    "an ideographic space before a key": ("label:\n  en: x\n\u3000 sv: y: z", 4, "ideographic space (U+3000)"),
    "a full-width colon": ('label： "x"\nhint: {en: y}', 2, "fullwidth colon (：) stands here"),
    "a full-width comma": ('label: {en: "x"，sv: "y"}', 2, "Type a plain comma"),
    "full-width brackets": ('label: ｛en: "x"｝', 2, "Type a plain bracket"),
    "curly quotes around a colon": ("label: {en: “Country: which?”}", 2, "Type a straight quote"),
    "German quotes": ("label:\n  de: „Land: welches?“", 3, "Type a straight quote"),
    "a dash of a word processor": ("options:\n  – {code: a, label: b}", 3, "Type a hyphen and a blank"),
    "a key without a blank": ("label:x\nhint: y", 2, "a colon and a blank"),
    "a line that begins nowhere": ("label:\n    en: x\n  sv: y", 4, "does not begin where those"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_with_its_line_and_what_to_do(slip: str) -> None:
    lines, line, advice = SLIPS[slip]
    [problem] = problems_of(f"survey: a-survey\n{lines}\n")
    assert (problem.code, problem.line) == ("not_yaml", line), problem
    assert advice in problem.message
