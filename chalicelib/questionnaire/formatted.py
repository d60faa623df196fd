"""Texts of authors with paragraphs, lists and links, as they are stored: a tree of words, and no HTML.

``operation.authoring.markdown`` makes the tree of what an author wrote, when a version is published.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.questionnaire.base import EMAIL, WEB_LINK, Frozen

#: Where a text may lead: a page, a telephone, a mailbox. Each pattern begins with ^ and ends with $.
TARGET = f"{WEB_LINK}|^tel:[+]?[0-9]{{3,15}}$|^mailto:{EMAIL[1:]}"
LONGEST_TARGET = 500
Target = Annotated[str, StringConstraints(pattern=TARGET, max_length=LONGEST_TARGET)]
#: Of a numbered list: larger numbers are years, or codes.
MAXIMUM_FIRST = 999


class Run(Frozen):
    """Words that look alike; a new line in them is one on the page. ``link``: what a tap on them opens."""

    text: str
    strong: bool = False
    emphasis: bool = False
    link: Target | None = None


class Block(Frozen):
    """A paragraph, which is one item, or the items of a list; ``first``: the number of the first of them."""

    shape: Literal["paragraph", "bullets", "numbers"] = "paragraph"
    items: tuple[tuple[Run, ...], ...]
    first: Annotated[int, Field(ge=0, le=MAXIMUM_FIRST)] = 1


#: What each wording looks like that is more than paragraphs, by the wording itself.
Formatted = Mapping[str, tuple[Block, ...]]


def plain_blocks(wording: str) -> tuple[Block, ...]:
    """``wording`` without a mark: paragraphs between blank lines, and its line breaks."""
    paragraphs = [[""]]
    for line in map(str.strip, wording.split("\n")):
        if line:
            paragraphs[-1].append(line)
        else:
            paragraphs.append([])
    texts = ("\n".join(filter(None, lines)) for lines in paragraphs)
    return tuple(Block(items=((Run(text=text),),)) for text in texts if text)
