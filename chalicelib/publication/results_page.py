"""A release as a page: what it finds, a figure a question, made from the release and from nothing else (P8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from markupsafe import Markup

from chalicelib.days import worded_day
from chalicelib.errors import Translate
from chalicelib.publication.about import AskedQuestion, SurveySection
from chalicelib.publication.crosstabs import GroupRow
from chalicelib.publication.figures import Figure, figure_of
from chalicelib.publication.findings import Finding, findings_of
from chalicelib.publication.formats import FORMATS
from chalicelib.publication.groups import ByGroup, by_group
from chalicelib.publication.measures import Printed
from chalicelib.publication.methodology import collected, methodology
from chalicelib.publication.notes import beside_tables, meaning_of, meaning_of_ranges
from chalicelib.publication.plain_tables import PlainTable, plain_table
from chalicelib.publication.release import Edition, FrequencyTable, Release, denominator
from chalicelib.publication.sampling import caution
from chalicelib.publication.trends import Trend, trends_of
from chalicelib.publication.worded import WordedRelease
from chalicelib.publication.words import (
    CHANCES,
    PROTECTIONS,
    REACHES,
    SUPPRESSIONS,
    MarkedPhrasing,
    Phrasing,
    joined,
)
from chalicelib.templating import environment


@dataclass(frozen=True)
class Block:
    """All that is shown of one question; ``notes`` say what its numbers can mean and what is left out of them."""

    figure: Figure
    table: PlainTable
    notes: tuple[str, ...]
    trends: tuple[Trend, ...]
    by_group: ByGroup | None


@dataclass(frozen=True)
class Unseen:
    """A question of which nothing is printed, and why."""

    label: str
    reason: str


@dataclass(frozen=True)
class SectionOfResults:
    """The questions under one heading; those before the first heading have none."""

    id: str
    label: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Results:
    """What a page of results shows of a release."""

    release: Release
    words: Phrasing

    @cached_property
    def printed(self) -> tuple[Printed, ...]:
        """The questions with a table, in the order that they were asked in."""
        asked = WordedRelease(self.release, self.words).questions
        by_question = groupby(self.release.tables, key=lambda table: table.question)
        found = ((question, tuple(tables)) for question, tables in by_question)
        return tuple(Printed(asked[question], tables, self.release, self.words) for question, tables in found)

    @cached_property
    def sections(self) -> tuple[SectionOfResults, ...]:
        """The survey's own, but for those of which nothing is printed."""
        blocks = {printed.asked.id: self._block(printed) for printed in self.printed}
        headings = self.release.sections or (SurveySection(id=None, label=None, questions=self._asked()),)
        found = []
        for place, section in enumerate(headings):
            shown = tuple(blocks[question.id] for question in section.questions if question.id in blocks)
            if shown:
                label = self.words.of(section.label) if section.label else ""
                found.append(SectionOfResults(section.id or f"_section{place}", label, shown))
        return tuple(found)

    def _asked(self) -> tuple[AskedQuestion, ...]:
        return tuple(printed.asked for printed in self.printed)

    def _block(self, printed: Printed) -> Block:
        return Block(
            figure_of(printed),
            plain_table(printed),
            beside_tables(printed.tables, self.release, self.words),
            trends_of(printed),
            by_group(printed),
        )

    @property
    def findings(self) -> Sequence[Finding]:
        """What stands on top."""
        return findings_of(self.printed)

    @property
    def meaning(self) -> str:
        """What every number means."""
        return joined(" ", [meaning_of(self.release, self.words), *self._ranges()])

    def _ranges(self) -> Iterator[str]:
        """What the range of a share means, where some have one."""
        rows = (row for crosstab in self.release.crosstabs for row in crosstab.rows)
        parts: list[FrequencyTable | GroupRow] = [*self.release.tables, *rows]
        least = max(1, self.release.percentages_from)
        if self.release.method != "exact" and any(denominator(part) >= least for part in parts):
            yield meaning_of_ranges(self.release, self.words)

    @property
    def unseen(self) -> Sequence[Unseen]:
        """Each question of which no table is printed, once."""
        seen = {table.question for table in self.release.tables}
        left = [omitted for omitted in self.release.omitted if omitted.question not in seen and not omitted.group]
        found = {
            omitted.question: Unseen(
                self.words.of(omitted.label), self.words.translate(SUPPRESSIONS[omitted.reason]) % self.release.rules
            )
            for omitted in left
        }
        return list(found.values())

    @property
    def collected(self) -> str:
        """In which months people answered."""
        return collected(self.release, self.words)

    def published(self, each: Edition | Release) -> str:
        """Which release it is, and of what day."""
        day = worded_day(each.published_on.isoformat(), self.words.translate)
        text = self.words.translate("Release %(release)d, published %(date)s")
        return text % {"release": each.number, "date": day}

    @property
    def chance(self) -> str:
        """What a comparison of editions leaves out."""
        return self.words.translate(CHANCES[self.release.method])

    @property
    def protection(self) -> str:
        """What was done to the numbers, in a line."""
        return self.words.translate(PROTECTIONS[self.release.method])

    @property
    def reaches(self) -> str:
        """What the dark and the pale part of a bar mean; empty where nothing is pale."""
        method = self.release.method
        return self.words.translate(REACHES[method]) if method in REACHES else ""

    @property
    def too_few_for_shares(self) -> str:
        """Why there are numbers and no shares; empty where there are some."""
        release = self.release
        if release.responses >= release.percentages_from:
            return ""
        text = "Few answered, and a share of few says little: below %(from)d answers there are only numbers."
        return self.words.translate(text) % {"from": release.percentages_from}

    @property
    def rounded_down(self) -> str:
        """By how much their number is; on an open link it may be too high as well, and is only about right."""
        release = self.release
        if release.method == "exact" or release.responses_at_most is None:
            return ""
        more = release.responses_at_most - release.responses
        return self.words.translate("(rounded down: up to %(more)d more)") % {"more": more}


@dataclass(frozen=True)
class Addresses:
    """Where a page of results leads to, relative to itself: ``results`` of the survey, and its ``releases``' files."""

    results: str
    releases: str


def results_of(release: Release, language: str, translate: Translate, page: str = "") -> Results:
    """What is shown of ``release`` in ``language``.

    ``page``: the language of the page, where the interface has no words in ``language``.
    """
    return Results(release, MarkedPhrasing(language, release.languages[0], translate, page))


def render_results(
    release: Release, language: str, translate: Translate, addresses: Addresses, page: str = ""
) -> Markup:
    """The release in ``language`` as a fragment of a page."""
    results = results_of(release, language, translate, page)
    body = (
        environment("chalicelib.publication")
        .get_template("results.html")
        .render(
            results=results,
            release=release,
            title=results.words.of(release.title),
            asked_by=results.words.of(release.asked_by) if release.asked_by else "",
            caution=caution(release, translate),
            method=methodology(WordedRelease(release, results.words)),
            codebook=f"{addresses.results}/{release.number}/codebook?lang={language}",
            addresses=addresses,
            formats=[each for each in FORMATS.values() if each.is_for_people],
            language=language,
            _=translate,
        )
    )
    return Markup(body)  # noqa: S704  # the template escapes
