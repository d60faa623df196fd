"""Files that are no YAML: each slip is told with its line and what to do."""

from __future__ import annotations

import pytest

from tests.unit.operation.authoring.refusals import problems_of

QUOTES = "Put the text in quotes."
#: What stands in the second line and those after it, the line that is to be mended, and words of the advice.
SLIPS: dict[str, tuple[str, int, str]] = {
    "a colon in a text": ("label: Country: which?", 2, QUOTES),
    "a colon in brackets": ("label: {en: Country: which?}", 2, QUOTES),
    "a colon further below": ("label:\n  en: Country\n  sv: Land: vilket", 4, QUOTES),
    "a tab before a key": ("label:\n\ten: Country", 3, "Indent with spaces"),
    "a quote that is not closed": ('label: {en: "Country}\nhint: {en: x}\n', 2, "quote that opens here is not closed"),
    "a quote that the next one closes": ('label:\n  en: "Country\n  sv: "Land"\n', 4, "close the quote above"),
    "an apostrophe in quotes": ("label: 'It's me'", 2, "write an apostrophe in it twice"),
    "quotes in quotes": ('label: "Say "yes" now"', 2, "Put it all in single quotes"),
    "an @ at the start": ("label: @you", 2, f"cannot begin with @. {QUOTES}"),
    "an @ in brackets": ("label: {en: @you}", 2, f"cannot begin with @. {QUOTES}"),
    "a % at the start": ("label: %50 of you", 2, f"cannot begin with %. {QUOTES}"),
    "a ` at the start": ("label: `x`", 2, f"cannot begin with `. {QUOTES}"),
    "a * at the start": ("label: *Important* note", 2, QUOTES),
    "a & at the start": ("label: & more", 2, QUOTES),
    "a ? at the start": ("label: ? why", 2, QUOTES),
    "a > at the start": ("label: >18", 2, QUOTES),
    "a bracket at the start": ("label: [Optional] Say more", 2, "single quotes"),
    "a bracket that is not closed": ("label: {en: x\n- hint", 2, "bracket that opens here is not closed"),
    "a backslash": (r'label: "\d+"', 2, "single quotes"),
    "a key without a blank": ("label:x\nhint: y", 2, "a colon and a blank"),
    "a line that begins nowhere": ("label:\n    en: x\n  sv: y", 4, "does not begin where those above do"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_with_its_line_and_what_to_do(slip: str) -> None:
    lines, line, advice = SLIPS[slip]
    [problem] = problems_of(f"survey: a-survey\n{lines}\n")
    assert (problem.code, problem.line) == ("not_yaml", line), problem
    assert advice in problem.message
