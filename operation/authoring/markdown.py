"""Reads the Markdown of authors, when a version is published: paragraphs, lists, bold, emphasis, links, and no more.

What is read becomes a tree of words (:mod:`chalicelib.questionnaire.formatted`). Whatever is no part of the subset is
shown as it was written, and :mod:`.markdown_rules` tells its author. The end of a line is one on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from chalicelib.questionnaire.definition import Note, Questionnaire
from chalicelib.questionnaire.formatted import LONGEST_TARGET, MAXIMUM_FIRST, TARGET, Block, Run, plain_blocks
from operation.authoring.places import QUESTIONNAIRE, QUESTIONS, Place

_OF_QUESTIONNAIRE = ("introduction", "thanks")
#: Beside the label of a note and of nothing else: what is chosen or asked stays plain.
_OF_QUESTIONS = ("hint", "required_because")
_BARE_LINK = re.compile(r"https://[^\s<>\"'\\]+")
#: What ends a sentence rather than an address.
_AFTER_LINK = ".,:;!?*_)]»”’…،؛؟"
_LISTS: Mapping[str, Literal["bullets", "numbers"]] = {"bullet_list": "bullets", "ordered_list": "numbers"}


def _reader() -> MarkdownIt:
    """No HTML, no entities. Links come as they are written, those too that may not be shown, for us to tell."""
    reader = MarkdownIt("zero").enable(["list", "emphasis", "link", "escape", "newline"])
    reader.validateLink = lambda url: True  # type: ignore[method-assign]
    reader.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return reader


_READER = _reader()


class Link(NamedTuple):
    """A link as an author wrote it: the words to tap, and where they lead."""

    label: str
    target: str


def is_target(target: str) -> bool:
    """Whether a tap may open ``target``: a page under https, a telephone, a mailbox."""
    return len(target) <= LONGEST_TARGET and bool(re.fullmatch(TARGET, target))


def formatted_texts(questionnaire: Questionnaire) -> Iterator[tuple[Place, Mapping[str, str]]]:
    """Every text that may be formatted, with its place."""
    yield from ((QUESTIONNAIRE / name, getattr(questionnaire, name)) for name in _OF_QUESTIONNAIRE)
    for position, question in enumerate(questionnaire.questions):
        names = ("label", *_OF_QUESTIONS) if isinstance(question, Note) else _OF_QUESTIONS
        yield from ((QUESTIONS / position / name, text) for name in names if (text := getattr(question, name)))


def with_formatting(questionnaire: Questionnaire) -> Questionnaire:
    """``questionnaire`` as it is stored: with what each wording looks like that is more than paragraphs."""
    wordings = {wording for _, text in formatted_texts(questionnaire) for wording in text.values()}
    looks = {wording: blocks_of(wording) for wording in sorted(wordings)}
    found = {wording: blocks for wording, blocks in looks.items() if blocks != plain_blocks(wording)}
    return questionnaire.model_copy(update={"formatted": found or None})


def blocks_of(wording: str) -> tuple[Block, ...]:
    """What ``wording`` looks like."""
    lines = wording.split("\n")
    return tuple(chain.from_iterable(_blocks(node, lines) for node in _nodes(wording)))


def links_of(wording: str) -> list[Link]:
    """Every link in ``wording``, those that may not be shown and addresses that stand alone too."""
    written = chain.from_iterable(_links(token.children or ()) for token in _READER.parse(wording))
    runs = (run for block in blocks_of(wording) for item in block.items for run in item)
    alone = (Link(run.text, run.link) for run in runs if run.link == run.text)
    return list(dict.fromkeys([*written, *alone]))


def has_nested_list(wording: str) -> bool:
    """Whether a list in ``wording`` has another in it."""
    items = (item for node in _nodes(wording) if node.type.endswith("_list") for item in node.children)
    return any(child.type != "paragraph" for item in items for child in item.children)


def _nodes(wording: str) -> list[SyntaxTreeNode]:
    return SyntaxTreeNode(_READER.parse(wording)).children


def _links(tokens: Iterable[Token]) -> Iterator[Link]:
    target, label = "", ""
    for token in tokens:
        if token.type == "link_open":
            target, label = str(token.attrs["href"]), ""
        elif token.type == "link_close":
            yield Link(label, target)
        else:
            label += token.content


# --- paragraphs and lists --------------------------------------------------------------------------------------------


def _blocks(node: SyntaxTreeNode, lines: Sequence[str]) -> Iterator[Block]:
    if node.type == "paragraph":
        yield Block(items=(_runs(_tokens_of(node)),))
    elif _is_list(node):
        first = int(node.children[0].info or 1)
        yield Block(shape=_LISTS[node.type], items=tuple(map(_item, node.children)), first=first)
    else:
        start, end = node.map or (0, len(lines))
        yield from _as_written("\n".join(lines[start:end]))


def _is_list(node: SyntaxTreeNode) -> bool:
    """Whether it is one beyond doubt: not "1. May", nor years in front of what happened in them."""
    items = node.children
    numbers = [int(item.info) for item in items if item.info]
    in_order = all(after == before + 1 for before, after in pairwise(numbers))
    is_plain = all(item.children and all(child.type == "paragraph" for child in item.children) for item in items)
    return len(items) > 1 and in_order and is_plain and max(numbers, default=0) <= MAXIMUM_FIRST


def _item(node: SyntaxTreeNode) -> tuple[Run, ...]:
    """The words of an item; its paragraphs stand on lines of their own."""
    paragraphs = [_runs(_tokens_of(paragraph)) for paragraph in node.children]
    return tuple(chain(paragraphs[0], *((Run(text="\n"), *runs) for runs in paragraphs[1:])))


def _as_written(source: str) -> Iterator[Block]:
    """What looks like a list and is none: its lines, with what they begin with."""
    for block in plain_blocks(source):
        [[run]] = block.items
        yield Block(items=(_runs(_READER.parseInline(run.text)[0].children or ()),))


def _tokens_of(paragraph: SyntaxTreeNode) -> Sequence[Token]:
    inline = paragraph.children[0].token
    return (inline and inline.children) or ()


# --- words -----------------------------------------------------------------------------------------------------------


def _runs(tokens: Sequence[Token]) -> tuple[Run, ...]:
    """The words of a paragraph, one run for all that looks alike."""
    words = _words(tokens)
    found: list[Run] = []
    depth = {"strong": 0, "em": 0}
    link: str | None = None
    for index, token in enumerate(tokens):
        if index in words:
            style = {"strong": depth["strong"] > 0, "emphasis": depth["em"] > 0}
            found.append(Run(text=words[index], link=link, **style))
        elif token.tag == "a":
            link = str(token.attrs["href"]) if token.nesting > 0 else None
        else:
            depth[token.tag] += token.nesting
    return tuple(_with_bare_links(_joined(found)))


def _words(tokens: Sequence[Token]) -> dict[int, str]:
    """By position, what is shown as words: texts, and marks that are not obeyed."""
    found = {index: token.content for index, token in enumerate(tokens) if token.type == "text"}
    found |= {index: "\n" for index, token in enumerate(tokens) if token.tag == "br"}
    for first, last in _pairs(tokens):
        opening, closing = tokens[first], tokens[last]
        if opening.tag != "a" and not _is_obeyed(tokens, first, last):
            found |= {first: opening.markup, last: closing.markup}
        elif opening.tag == "a" and not _may_be_shown(tokens, first, last):
            found |= {first: "[", last: f"]({opening.attrs['href']})"}
    return found


def _pairs(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Positions of the opening and the closing of each mark and link."""
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.nesting > 0:
            opened.append(index)
        elif token.nesting < 0:
            yield opened.pop(), index


def _is_obeyed(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Not underscores, which names have, and not single stars within a word or a calculation."""
    markup = tokens[first].markup
    before = tokens[first - 1].content[-1:] if first else ""
    after = tokens[last + 1].content[:1] if last + 1 < len(tokens) else ""
    return markup == "**" or (markup == "*" and not before.isalnum() and not after.isalnum())


def _may_be_shown(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether there is something to tap on, and it leads where a link may lead."""
    label = "".join(token.content for token in tokens[first:last])
    return bool(label.strip()) and is_target(str(tokens[first].attrs["href"]))


def _joined(runs: Iterable[Run]) -> list[Run]:
    """``runs`` with neighbours that look alike as one."""
    found: list[Run] = []
    for run in runs:
        if found and found[-1].model_copy(update={"text": run.text}) == run:
            found[-1] = run.model_copy(update={"text": found[-1].text + run.text})
        else:
            found.append(run)
    return [run for run in found if run.text]


def _with_bare_links(runs: Iterable[Run]) -> Iterator[Run]:
    """``runs`` with addresses that stand alone as links."""
    for run in runs:
        end = 0
        for match in () if run.link else _BARE_LINK.finditer(run.text):
            address = _address(match.group())
            if is_target(address):
                yield from _part(run, run.text[end : match.start()])
                yield run.model_copy(update={"text": address, "link": address})
                end = match.start() + len(address)
        yield from _part(run, run.text[end:])


def _part(run: Run, text: str) -> Iterator[Run]:
    if text:
        yield run.model_copy(update={"text": text})


def _address(found: str) -> str:
    """``found`` without what ends the sentence, or the bracket, around it."""
    while found[-1] in _AFTER_LINK and not (found[-1] == ")" and found.count("(") >= found.count(")")):
        found = found[:-1]
    return found
