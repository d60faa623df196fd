"""The examples of the guide for authors, as one definition."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from operation.authoring.draft_rules import DRAFTED
from operation.authoring.yaml_reader import read_document
from operation.gallery import LIBRARY

GUIDE = Path(__file__).parents[1] / "docs" / "authors.md"


def examples() -> str:
    """The guide's examples, in their order, with a head of the library's."""
    head = (LIBRARY / "starter.yaml").read_text("utf-8").partition("  questions:")[0]
    head = head.replace(DRAFTED["asked_by"], "Our group")
    blocks = re.findall(r"^```yaml\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    lines = "".join(blocks).splitlines()
    return "\n".join([f"{head}  questions:", *(f"    {line}" for line in lines)])


def guide_questions() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The definition called "guide", and its questions, as plain data."""
    document = read_document(examples().encode()).data
    return {**document, "survey": "guide"}, document["questionnaire"]["questions"]
