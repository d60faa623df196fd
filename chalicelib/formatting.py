"""Words of authors as HTML: made of a tree of words, each escaped, so that no tag can come from what they wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from chalicelib.errors import Translate
from chalicelib.questionnaire.formatted import Block, Formatted, Run, plain_blocks
from chalicelib.templating import marked, spoken_of

_LISTS: Mapping[str, str] = {"bullets": "ul", "numbers": "ol"}
_ALL = slice(None)


@dataclass(frozen=True)
class Formatter:
    """Words the texts of one questionnaire on one page: ``formatter(text)`` with paragraphs, lists and links.

    ``language``, ``fallback`` and ``page``: as in :func:`chalicelib.templating.marked`. ``known``: what wordings look
    like that are more than paragraphs (``Questionnaire.formatted``).
    """

    language: str
    fallback: str
    page: str
    translate: Translate
    known: Formatted | None = None

    def __call__(self, text: Mapping[str, str]) -> Markup:
        """``text`` as paragraphs and lists, which may stand in a <div>, but in no <p>."""
        return self._marked(text, self._shown)

    def opening(self, text: Mapping[str, str]) -> Markup:
        """The first paragraph of ``text``, for where the rest is not open at once."""
        return self._marked(text, lambda wording: self._shown(wording, slice(1)))

    def rest(self, text: Mapping[str, str]) -> Markup:
        """What comes after :meth:`opening`; nothing where there is no more."""
        return self._marked(text, lambda wording: self._shown(wording, slice(1, None)))

    def _marked(self, text: Mapping[str, str], show: Callable[[str], Markup]) -> Markup:
        spoken = spoken_of(text, self.language, self.fallback)
        shown = show(text[spoken])
        if not shown or spoken == (self.page or self.language):
            return shown
        return Markup('<div lang="{}" dir="auto">{}</div>').format(spoken, shown)

    def _shown(self, wording: str, part: slice = _ALL) -> Markup:
        blocks = (self.known or {}).get(wording)
        if part is _ALL and not blocks and "\n" not in wording:
            # Most texts: without the way over a tree.
            return Markup("<p>{}</p>").format(wording)
        return Markup("\n").join(map(self._block, (blocks or plain_blocks(wording))[part]))

    def inline(self, text: Mapping[str, str]) -> Markup:
        """``text`` without any format."""
        return marked(text, self.language, self.fallback, self.page)

    def link(self, target: str, words: str | Markup) -> Markup:
        """What a tap on ``words`` opens: a page in a tab of its own, since leaving this one would lose what was typed.

        An address or a number that stands for itself reads from left to right, whatever the language around it.
        """
        is_name = words != target and any(letter.isalpha() for letter in words)
        direction = "" if is_name else Markup(' dir="ltr"')
        if not target.startswith("https:"):
            return Markup('<a href="{}"{}>{}</a>').format(target, direction, words)
        told = Markup('<span class="unseen"> {}</span>').format(self.translate("(opens in a new tab)"))
        opening = Markup('<a href="{}"{} target="_blank" rel="noopener noreferrer">').format(target, direction)
        return opening + words + told + Markup("</a>")

    def _block(self, block: Block) -> Markup:
        items = [self._words(item) for item in block.items]
        if block.shape == "paragraph":
            return Markup("<p>{}</p>").format(items[0])
        lines = Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
        first = Markup(' start="{}"').format(block.first) if block.shape == "numbers" and block.first != 1 else ""
        return Markup("<{0}{1}>{2}</{0}>").format(_LISTS[block.shape], first, lines)

    def _words(self, runs: Sequence[Run]) -> Markup:
        """The words of a paragraph or an item; runs of one link inside one tag."""
        found = Markup("")
        for target, same in groupby(runs, lambda run: run.link):
            words = Markup("").join(map(_run, same))
            found += self.link(target, words) if target else words
        return found


def _run(run: Run) -> Markup:
    words = Markup("<br>").join(run.text.split("\n"))
    if run.emphasis:
        words = Markup("<em>{}</em>").format(words)
    return Markup("<strong>{}</strong>").format(words) if run.strong else words
