"""Exact counts of themes: internal, as every tally is. Numbers only: which record has which stays with the operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chalicelib.questionnaire.base import Frozen, Identifier
from chalicelib.questionnaire.codebook import ANSWERED, CHOSEN, NO_ANSWER, NOT_CHOSEN
from chalicelib.questionnaire.themes import MAXIMUM_OF_A_TEXT, MAXIMUM_THEMES, Theme, themes_id
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import Cells, Tally

Count = Annotated[int, Field(ge=0)]
#: How far two coders agreed beyond chance, by Krippendorff's limits (.800 and .667). Never the value: it is worked out
#: of exact numbers.
Agreed = Literal["well", "tentatively", "poorly"]


class TextCounts(Frozen):
    """Of the texts of one edition: how many were read, how many have any theme, and how many have each of them."""

    texts: Count
    chosen: Count
    counts: Annotated[tuple[Count, ...], Field(strict=False)]

    @model_validator(mode="after")
    def _are_possible(self) -> Self:
        """Raises ValueError for numbers that no texts have."""
        most = min(MAXIMUM_OF_A_TEXT, len(self.counts)) * self.chosen
        if not (max(self.counts, default=0) <= self.chosen <= self.texts and self.chosen <= sum(self.counts) <= most):
            raise ValueError("no texts have so many themes")
        return self


class ThemeCounts(TextCounts):
    """Of the texts to one ``question``: those of the first edition, and in ``later`` those of each after it.

    Of exact numbers all editions are one here. ``coders``: how many people read each text; ``agreed``: None where one
    did, or it is undefined.
    """

    question: Identifier
    themes: Annotated[tuple[Theme, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_THEMES)]
    coders: Annotated[int, Field(ge=1, le=2)] = 1
    agreed: Agreed | None = None
    later: Annotated[tuple[TextCounts, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _are_of_the_same_themes(self) -> Self:
        """Raises ValueError where there are more or fewer numbers than themes."""
        if any(len(each.counts) != len(self.themes) for each in self.editions):
            raise ValueError("a number for each theme")
        return self

    @property
    def editions(self) -> tuple[TextCounts, ...]:
        """Those of every edition, the first at its beginning."""
        return (self, *self.later)


class CodedThemes(Frozen):
    """What was coded of a survey, by question."""

    questions: Annotated[tuple[ThemeCounts, ...], Field(strict=False, min_length=1)]


def written(tally: Tally, question: str) -> int:
    """How many of those counted wrote something to ``question``."""
    return tally.counts.get(TableId(question), {}).get(ANSWERED, 0)


def with_counts(tally: Tally, coded: Sequence[ThemeCounts], edition: int) -> Tally:
    """``tally``, of an ``edition``, with the themes, counted as a multiple choice of those who wrote something.

    Who has withdrawn since the count wrote something and has no theme, as has who wrote what no theme fits.
    """
    counts = dict(tally.counts)
    for each in coded:
        counts |= _tables(each, each.editions[edition - 1], written(tally, each.question))
    return replace(tally, counts=counts)


def _tables(coded: ThemeCounts, found: TextCounts, asked: int) -> Mapping[TableId, Cells]:
    name = themes_id(coded.question)
    pairs = {
        TableId(name, theme.code): {CHOSEN: count, NOT_CHOSEN: asked - count}
        for theme, count in zip(coded.themes, found.counts, strict=True)
    }
    return {TableId(name): {CHOSEN: found.chosen, NO_ANSWER: asked - found.chosen}, **pairs}
