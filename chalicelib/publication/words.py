"""The interface's words: for codes that no author labels, for what printed numbers mean, for what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

from markupsafe import Markup, escape

from chalicelib.errors import Translate
from chalicelib.templating import marked

STANDARD_LABELS: Mapping[str, str] = {
    "no_answer": "No answer",
    "chosen": "Chosen",
    "not_chosen": "Not chosen",
    "answered": "Answered",
    "yes": "Yes",
    "no": "No",
}

#: By question kind, what kind of answer it takes; one entry for each of ``definition.KINDS``.
KINDS_IN_WORDS: Mapping[str, str] = {
    "single_choice": "One answer",
    "dropdown": "One answer",
    "multiple_choice": "Several answers",
    "scale": "Scale",
    "matrix": "One answer a row",
    "ranking": "Ranking",
    "number": "Number",
    "date": "Date",
    "yes_no": "Yes or no",
    "consent": "Agreement",
    "short_text": "Words of their own",
    "long_text": "Words of their own",
    "hidden": "From the link",
    "note": "Text to read",
    "section": "Heading",
}

#: By question kind, of those whose codes a reader would take for something else: what they mean.
KINDS_EXPLAINED: Mapping[str, str] = {
    "ranking": (
        "“No answer” counts everybody who gave an option no rank, also those who ranked others. A mean rank leaves them"
        " out."
    ),
}

#: By what was done to the numbers, of one edition and of several: what a reader has to know of all of them. What they
#: name is in :attr:`Release.rules`.
MEANINGS: Mapping[str, str] = {
    "exact": "Every number is an exact count.",
    "rounded": (
        "Every number is rounded to a multiple of %(base)d, up or down, so that nobody can be picked out. Unless a"
        " table says otherwise, 0 means 0 to %(below)d and %(base)d means 1 to %(most)d. The number of answers is"
        " rounded down."
    ),
    "noise": (
        "Every number was changed a little by chance and rounded to a multiple of %(base)d, so that nobody can be"
        " picked out. 0 does not mean nobody."
    ),
    "sums of rounded": (
        "Numbers are sums over the releases that showed them. In each of these they were rounded to a multiple of"
        " %(base)d, up or down, so that nobody can be picked out. The number of answers is rounded down in each, so"
        " their sum can be too low."
    ),
    "sums of noise": (
        "Numbers are sums over the releases that showed them. In each of these they were changed a little by chance"
        " and rounded to a multiple of %(base)d, so that nobody can be picked out. 0 does not mean nobody."
    ),
}

#: By what was done to the numbers, in a line.
PROTECTIONS: Mapping[str, str] = {
    "exact": "Every number is exact",
    "rounded": "Every number is rounded to protect people",
    "noise": "Every number is changed a little to protect people",
}

#: By the same, unless it is nothing: what the dark and the pale part of a bar mean.
REACHES: Mapping[str, str] = {
    "rounded": "The strong part of a bar is certain; the pale part shows how far the true number can reach.",
    "noise": "About nine in ten true numbers reach into the pale part of their bar, and no farther.",
}

#: By what was done to the numbers: what a comparison of editions leaves out. It stands where one is drawn.
CHANCES: Mapping[str, str] = {
    "rounded": "These ranges are of rounding alone. Who happened to answer is chance besides.",
    "noise": "About nine in ten true shares are in these ranges. Who happened to answer is chance besides.",
    "exact": "Who happened to answer is chance.",
}

#: By what was done to the numbers: answers that nobody, or nearly nobody, is printed to have given.
FEW_ANSWERS: Mapping[str, str] = {
    "exact": "Nobody: %(answers)s.",
    "rounded": "0 to %(most)d each: %(answers)s.",
    "noise": "A few, or nobody: %(answers)s.",
}

#: By the same, beside each table: how far off its numbers can be.
EXACTNESS: Mapping[str, str] = {
    "exact": "Every number is exact.",
    "rounded": "Every number can be up to %(off)d too high or too low.",
    "noise": "Every number was changed by chance: about nine in ten are within %(within)d of the true one.",
}

#: The same where not everybody was asked: what is left of those asked is farther off than a printed number.
ASKED_EXACTNESS: Mapping[str, str] = {
    "rounded": (
        "Every number can be up to %(off)d too high or too low, but “No answer”, which is worked out from several, up"
        " to %(worked_out)d."
    ),
    "noise": (
        "Every number was changed by chance: about nine in ten are within %(within)d of the true one. “No answer”"
        " and the number of those asked are worked out from several, and farther off."
    ),
}

#: The same of themes of what people wrote, which are of those who wrote something.
THEMES_EXACTNESS: Mapping[str, str] = {
    "rounded": (
        "Every number can be up to %(off)d too high or too low, but “No theme”, which is worked out from several, up to"
        " %(worked_out)d."
    ),
    "noise": (
        "Every number was changed by chance: about nine in ten are within %(within)d of the true one. “No theme” and"
        " the number of those who wrote something are worked out from several, and farther off."
    ),
}

#: The same of crosstabs whose rows have totals that are farther off.
ROWS_EXACTNESS: Mapping[str, str] = {
    "rounded": "Every number can be up to %(off)d too high or too low, the total of a group up to %(totals)d.",
}

#: By the same: what the ranges of shares hold.
RANGES: Mapping[str, str] = {
    "rounded": (
        "Shares of fewer than %(shares)d, and others that are uncertain, are shown as ranges. The true share is in its"
        " range."
    ),
    "noise": (
        "Shares of fewer than %(shares)d, and others that are uncertain, are shown as ranges. About nine in ten true"
        " shares are in theirs."
    ),
}

#: By reason: why a table, or its crosstab, is not printed.
SUPPRESSIONS: Mapping[str, str] = {
    "condition": "Not shown: no number shown here tells how many were asked this.",
    "few_asked": "Not shown: fewer than about %(subgroup)d were asked.",
    "no_fit": "Not shown: no rounding of it agrees with the other tables, or it was left out by lot.",
    "few_groups": "Not shown: only one group would have about %(subgroup)d or more.",
}


@dataclass(frozen=True)
class Phrasing:
    """How a release is worded in ``language``, with ``fallback`` where an author's label is not translated.

    A wording that an earlier edition left has neither where a later version put another language first: then it is in
    the first that it has.
    """

    language: str
    fallback: str
    translate: Translate

    def of(self, text: Mapping[str, str]) -> str:
        """An author's wording."""
        return text.get(self.language) or text.get(self.fallback) or next(filter(None, text.values()), "")

    def decimal(self, number: float) -> str:
        """``number`` with the decimal sign of the language."""
        return str(number).replace(".", self.translate("."))

    def listed(self, parts: Iterable[str]) -> str:
        """At least one of ``parts`` as a list within a sentence, with the comma of the language."""
        return joined(self.translate(", "), parts)

    def code(self, code: str, label: Mapping[str, str] | None) -> str:
        """The label of a code: the author's, else the interface's."""
        return self.of(label) if label else self.translate(STANDARD_LABELS[code])


@dataclass(frozen=True)
class MarkedPhrasing(Phrasing):
    """As they stand on a ``page`` in another language: an author's are marked with theirs."""

    page: str

    def of(self, text: Mapping[str, str]) -> Markup:
        """An author's wording, marked where it is in another language than the page."""
        return marked(text, self.language, self.fallback, self.page)


def filled(text: str, **parts: object) -> str:
    """``text`` with its ``parts`` put in. Where one is marked (markupsafe), so is it; ``%`` alone loses that."""
    is_marked = any(hasattr(part, "__html__") for part in parts.values())
    return (escape(text) if is_marked else text) % parts


def joined(separator: str, parts: Iterable[str]) -> str:
    """At least one of ``parts``, in one text. Where they are marked (markupsafe), so is it; ``str.join`` loses that."""
    return reduce(lambda first, second: first + separator + second, parts)
