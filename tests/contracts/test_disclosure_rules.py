"""docs/disclosure.md numbers the rules of disclosure control; the code cites them by these numbers."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NUMBERED = re.compile(r"^(\d+)\. \*\*", re.MULTILINE)
CITED = re.compile(r"\brules?\s+(\d+(?:(?:, | and )\d+)*)")


def cited(folder: str) -> set[int]:
    """The numbers of all rules that the code of a folder cites."""
    texts = [path.read_text("utf-8") for path in (ROOT / folder).rglob("*.py")]
    return {int(number) for text in texts for named in CITED.findall(text) for number in re.findall(r"\d+", named)}


def test_every_rule_that_code_cites_stands_in_the_document_and_every_rule_is_cited() -> None:
    rules = [int(number) for number in NUMBERED.findall((ROOT / "docs/disclosure.md").read_text("utf-8"))]
    assert rules == list(range(1, len(rules) + 1))
    assert set(rules) == cited("chalicelib/disclosure")
    assert cited("chalicelib") | cited("operation") == set(rules)
