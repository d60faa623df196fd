"""Publishes the themes of what people wrote, once counted: the last release of a closed survey, with more tables.

The counts stand among the tallies, where the operator put them, until the purge; a release is never changed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from chalicelib.disclosure.policy import EXACT, policy_of
from chalicelib.disclosure.protect import protect
from chalicelib.disclosure.protected import ProtectedBatch
from chalicelib.disclosure.themes import without_small_themes
from chalicelib.errors import Conflict, ImpossibleTables, StoreUnavailable
from chalicelib.publication.about import CodedQuestion
from chalicelib.publication.coded import is_as_printed, release_with_themes, worded_themes
from chalicelib.publication.release import Release
from chalicelib.questionnaire.codebook import Codebook
from chalicelib.questionnaire.survey import Crosstabs, Survey
from chalicelib.questionnaire.themes import themes_id, themes_variable, with_themes
from chalicelib.services import Services
from chalicelib.storage.reading import reading
from chalicelib.storage.tables import TALLIES
from chalicelib.storage.tallies import THEMES
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import TableSpec, Tally, merged, tables_of
from chalicelib.tabulation.themes import CodedThemes, ThemeCounts, with_counts

log = logging.getLogger(__name__)


def takes_themes(services: Services, survey: Survey) -> bool:
    """Whether the last edition of the survey is dealt with and any was printed, until its records are due to go.

    So it stays once themes are published, which are published once.
    """
    is_over = survey.state == "closed" and survey.finished and not survey.is_expired(services.clock())
    return is_over and survey.settings.coding and survey.releases > 0


def last_release(services: Services, survey: Survey) -> Release | None:
    """The latest release; its ``rounds`` are the editions that were printed, whether or not it adds themes to them."""
    return services.surveys.release(survey.id, survey.releases)


def themes_of(services: Services, survey: str) -> CodedThemes | None:
    """The counts that were put down, or None. Raises :class:`UnreadableRecord`."""
    found = services.tallies.record(survey, THEMES)
    with reading(TALLIES, survey, THEMES):
        return CodedThemes.model_validate_json(found) if found else None


def publish_themes(services: Services, survey: Survey) -> int | None:
    """Make the release with themes, if they were counted, store it once, and move on; its number, or None.

    Each step may be repeated. Raises :class:`ImpossibleTables` rather than print what cannot be true.
    """
    coded = themes_of(services, survey.id)
    last = last_release(services, survey) if coded else None
    if coded is None or last is None or last.adds_themes:
        return None
    release = release_with_themes(
        last,
        batches_with_themes(services, survey, last, coded.questions),
        [CodedQuestion(question=each.question, coders=each.coders, agreed=each.agreed) for each in coded.questions],
        last.number + 1,
        services.clock().date(),
    )
    try:
        services.surveys.add_release(release)
    except Conflict:
        log.info("release was stored by an earlier run: survey=%s release=%d", survey.id, release.number)
    services.surveys.save(survey.model_copy(update={"edition": release.number + 1}))
    return release.number


def batches_with_themes(
    services: Services, survey: Survey, last: Release, coded: Sequence[ThemeCounts]
) -> list[ProtectedBatch]:
    """Every batch that was printed, with the tables of themes after those that they hang on (rule 11).

    Of exact numbers one of all together. ``last``: the release of the last of them.
    """
    if survey.settings.policy == "exact":
        return [_exact(services, survey, last, coded)]
    batches = [_as_printed(services, survey, edition, coded) for edition in range(1, last.rounds + 1)]
    return without_small_themes(batches, {themes_id(each.question) for each in coded})


def _exact(services: Services, survey: Survey, last: Release, coded: Sequence[ThemeCounts]) -> ProtectedBatch:
    """What was printed is the truth, of however many editions; of other questions nothing is needed."""
    texts = {each.question for each in coded}
    counts = {TableId(t.id): {cell.code: cell.count for cell in t.cells} for t in last.tables if t.id in texts}
    tables = _Tables.of(services.version(survey.id, survey.counted_versions[-1]).codebook, coded)
    batch = protect(with_counts(Tally(last.responses, counts), tables.coded, 1), tables.specs(None), EXACT, b"", 1)
    if batch is None:
        raise StoreUnavailable("The survey's last release has no answers.")
    return batch


def _as_printed(services: Services, survey: Survey, edition: int, coded: Sequence[ThemeCounts]) -> ProtectedBatch:
    """The batch of an ``edition``, by the latest version that prints what was printed: its words may be later ones.

    Raises :class:`ImpossibleTables` where none does.
    """
    release, rounding_key = services.surveys.release(survey.id, edition), services.tallies.rounding_key(survey.id)
    if release is None or rounding_key is None:
        raise StoreUnavailable("A release of the survey, or its rounding key, is missing.")
    policy = policy_of(survey.settings.policy, survey.settings.access)
    tally = merged([part.tally for part in services.tallies.parts(survey.id, edition)])
    for codebook in _asking(services, survey, release):
        tables = _Tables.of(codebook, coded)
        found, specs = with_counts(tally, tables.coded, edition), tables.specs(survey.settings.crosstabs)
        with suppress(ImpossibleTables):
            batch = protect(found, specs, policy, rounding_key, edition)
            if batch and is_as_printed(release, batch, {themes_id(each.question) for each in coded}):
                return batch
    raise ImpossibleTables("Not printed: the same answers would be printed in other numbers than before.")


def _asking(services: Services, survey: Survey, release: Release) -> Iterator[Codebook]:
    """The codebooks of versions with the very tables of ``release``, the latest first."""
    told: dict[str, tuple[str, ...] | None] = {each.id: None for each in release.omitted if not each.group}
    told |= {table.id: tuple(cell.code for cell in table.cells) for table in release.tables}
    for number in reversed(survey.published):
        codebook = services.version(survey.id, number).codebook
        tables = {str(spec.id): spec.codes for spec in tables_of(codebook)}
        if tables.keys() == told.keys() and all(told[name] in (None, codes) for name, codes in tables.items()):
            yield codebook


@dataclass(frozen=True)
class _Tables:
    """What a version of the questionnaire prints with themes; ``coded``: of the questions that it asks."""

    codebook: Codebook
    coded: Sequence[ThemeCounts]

    @classmethod
    def of(cls, codebook: Codebook, coded: Sequence[ThemeCounts]) -> _Tables:
        """Those of the version with this ``codebook``."""
        asked = {variable.id for variable in codebook.variables}
        return cls(codebook, [each for each in coded if each.question in asked])

    def specs(self, crosstabs: Crosstabs | None) -> list[TableSpec]:
        """All its tables, those of themes after the text that they are of."""
        texts, languages = {variable.id: variable for variable in self.codebook.variables}, self.codebook.languages
        added = [worded_themes(themes_variable(texts[each.question], each.themes), languages) for each in self.coded]
        return tables_of(with_themes(self.codebook, added), crosstabs)
