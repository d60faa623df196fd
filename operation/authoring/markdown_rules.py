"""What may be wrong with formatted texts: marks that are shown as written, links that lead elsewhere than they say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from markdown_it import MarkdownIt

from chalicelib.questionnaire.definition import Definition
from operation.authoring.markdown import Link, blocks_of, formatted_texts, has_nested_list, is_target, links_of
from operation.authoring.places import Place, all_texts
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity
from operation.authoring.wording_rules import quoted

#: By the token of all Markdown, what an author may have meant and respondents do not get.
_UNSUPPORTED: Mapping[str, str] = {
    "heading_open": "headings",
    "hr": "rules",
    "fence": "code",
    "code_block": "code",
    "code_inline": "code",
    "image": "images",
    "html_block": "HTML",
    "html_inline": "HTML",
    "blockquote_open": "quotations",
    "table_open": "tables",
    "s_open": "struck text",
}
#: What a reader of whole Markdown takes for no link, since nothing can be opened by it: [020 50](020 50).
_NO_LINK = re.compile(r"(?<!\\)\[[^\]\n]+\]\((?!\w+:)[^)\n]*\d[^)\n]*\)")
#: Marks of Markdown in a text that is shown as it is written.
_MARKED = re.compile(r"\*\*\S[^*\n]*\*\*|\[[^\]\n]+\]\([^)\n]+\)|https://\S")
#: A label that reads as an address: with a scheme, or as the name of a host.
_ADDRESS = re.compile(r"\w+://\S+|(?:[\w-]+\.)+[^\W\d_]{2,}(?:/\S*)?")
_MAILBOX = re.compile(r"[\w.+-]+@[\w.-]+\w")
#: What else stands in a number that is read out.
_NUMBER = re.compile(r"[+\d][\d ()./-]{1,}\d")


def _whole_reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    reader.validateLink = lambda url: True  # type: ignore[method-assign]
    return reader


_WHOLE = _whole_reader()


def markdown_problems(definition: Definition) -> Iterator[DefinitionProblem]:
    """Every problem with formatted texts of ``definition``."""
    for place, text in formatted_texts(definition.questionnaire):
        for language, wording in text.items():
            yield from _unsupported(place, language, wording)
            for link in links_of(wording):
                yield from _link(place, language, link)
    yield from _marked_in_vain(definition)


def _marked_in_vain(definition: Definition) -> Iterator[DefinitionProblem]:
    """Warnings of marks in labels, options and lines of support, which are plain text."""
    formatted = {place for place, _ in formatted_texts(definition.questionnaire)}
    for place, text in all_texts(definition):
        for language, wording in text.items() if place not in formatted else ():
            if _MARKED.search(wording):
                message = (
                    f"In “{language}” this is shown as it is written, links and stars too. Put them into the"
                    " introduction, a note or a hint."
                )
                yield DefinitionProblem(place, ProblemCode.UNSUPPORTED_MARKDOWN, message, Severity.WARNING)


def _unsupported(place: Place, language: str, wording: str) -> Iterator[DefinitionProblem]:
    if found := sorted({*_meant(wording)}):
        shown = quoted(shown_of(wording))
        message = f"In “{language}”, {' and '.join(found)} cannot be used here. People will read: {shown}."
        yield DefinitionProblem(place, ProblemCode.UNSUPPORTED_MARKDOWN, message, Severity.WARNING)


def _meant(wording: str) -> Iterator[str]:
    """What ``wording`` has of Markdown that is no part of the subset."""
    whereabouts: dict[str, object] = {}
    for token in _WHOLE.parse(wording, whereabouts):
        for each in (token, *(token.children or ())):
            if each.type in _UNSUPPORTED:
                yield _UNSUPPORTED[each.type]
            if each.type in ("em_open", "strong_open") and "_" in each.markup:
                yield "underscores for emphasis"
            if each.type == "link_open" and "title" in each.attrs:
                yield "titles of links"
    if _NO_LINK.search(wording):
        yield "links without https: or tel:"
    if whereabouts.get("references"):
        yield "references of links"
    if has_nested_list(wording):
        yield "lists within lists"


def shown_of(wording: str) -> str:
    """The words of ``wording`` as they will be read."""
    items = (item for block in blocks_of(wording) for item in block.items)
    return " ".join("".join(run.text for run in item) for item in items)


def _link(place: Place, language: str, link: Link) -> Iterator[DefinitionProblem]:
    if not is_target(link.target):
        message = f"In “{language}” {quoted(link.target)} is no link to show. Lead to https://…, tel:+46… or mailto:…"
        yield DefinitionProblem(place, ProblemCode.FORBIDDEN_LINK, message)
    elif not link.label.strip():
        message = f"In “{language}” the link to {quoted(link.target)} has no words to tap. Write them."
        yield DefinitionProblem(place, ProblemCode.FORBIDDEN_LINK, message)
    elif not _says_where(link):
        message = f"In “{language}” {quoted(link.label)} leads to {quoted(link.target)}. Name the address it leads to."
        yield DefinitionProblem(place, ProblemCode.MISLEADING_LINK, message)


def _says_where(link: Link) -> bool:
    """Whether every address or number in the label is the one that a tap opens."""
    scheme = link.target.partition(":")[0]
    if scheme == "tel":
        return not _ADDRESS.search(link.label) and all(
            _is_same_number(found, link.target) for found in _NUMBER.findall(link.label)
        )
    if scheme == "mailto":
        mailboxes = [found.casefold() for found in _MAILBOX.findall(link.label)]
        rest = _MAILBOX.sub("", link.label)
        return not _ADDRESS.search(rest) and all(f"mailto:{found}" == link.target.casefold() for found in mailboxes)
    return all(_is_same_address(found, link.target) for found in _ADDRESS.findall(link.label))


def _is_same_number(written: str, target: str) -> bool:
    """Whether a number is that of ``target``, which may have the country's code instead of the first zero."""
    digits, dialled = re.sub(r"\D", "", written), re.sub(r"\D", "", target)
    return digits == dialled or (digits.startswith("0") and dialled.endswith(digits.lstrip("0")))


def _is_same_address(written: str, target: str) -> bool:
    """Whole addresses have to be the same, names of hosts those of the host; with www. or without."""
    if "://" in written:
        return written.rstrip("/.,") == target.rstrip("/.,")
    host, _, path = written.partition("/")
    named, found = host.casefold().removeprefix("www."), urlsplit(target)
    return named == (found.hostname or "").removeprefix("www.") and (not path or found.path.startswith(f"/{path}"))
