"""Puts the counts of themes where the publish job finds them: numbers alone, and never which response has which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from chalicelib.disclosure.policy import policy_of
from chalicelib.jobs.audit import audit_survey
from chalicelib.jobs.themes import last_release, takes_themes, themes_of
from chalicelib.publication.release import Release
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services
from chalicelib.storage.tallies import THEMES
from chalicelib.tabulation.tally import merged
from chalicelib.tabulation.themes import Agreed, CodedThemes, TextCounts, ThemeCounts, written
from operation.coding.agreement import RELIABLE, TENTATIVE
from operation.coding.themes import Coding, kept_in
from operation.errors import OperatorError
from operation.lifecycle import require_survey
from operation.records.rows import Records

_APPLIED = "Themes of “{survey}” were applied already. What is published never changes."


def counts_to_apply(services: Services, survey_id: str, records: Records, folder: Path) -> CodedThemes:
    """The counts of all codings in a ``folder`` of ``records``, held against what was counted and published.

    Raises :class:`OperatorError` where they cannot be published: the promise was not made (P13), it is too early or too
    late, or they are of other answers.
    """
    survey, last = _require_ready(services, survey_id)
    if records.survey != survey_id:
        raise OperatorError(f"{folder} has the records of “{records.survey}”.")
    # A line beside an option has no number of its own in print.
    codings = [coding for coding in kept_in(folder) if "." not in coding.question]
    if not codings:
        raise OperatorError(f"Nothing in {folder} is coded. First: manage.py coding read {folder} WORKBOOK")
    for coding in codings:
        _require_printed(coding, survey, last)
    batches = {row.number: row.batch for row in records.rows() if row.batch is not None}
    found = [_counts(coding, _by_edition(coding, batches, last)) for coding in codings]
    _require_all_texts(services, survey, last, found)
    return CodedThemes(questions=tuple(found))


def apply(services: Services, survey_id: str, coded: CodedThemes) -> None:
    """Put ``coded`` down for the next run of the publish job.

    Raises :class:`OperatorError` where others are there, and where the survey was purged while the operator was asked.
    """
    _require_release(services, require_survey(services, survey_id))
    # Without what is as it was before surveys of several editions had themes, so that such a version can read it.
    services.tallies.add_record(survey_id, THEMES, coded.model_dump_json(exclude_defaults=True))
    survey = require_survey(services, survey_id)
    if survey.state != "closed":
        services.tallies.delete_record(survey_id, THEMES)  # after a purge nobody else would (P11)
        _require_release(services, survey)
    if themes_of(services, survey_id) != coded:
        raise OperatorError(_APPLIED.format(survey=survey_id))


def _require_ready(services: Services, survey_id: str) -> tuple[Survey, Release]:
    survey = require_survey(services, survey_id)
    if not survey.settings.coding:
        raise OperatorError(
            f"“{survey_id}” was opened without `coding: true`: nobody who answered was told that themes are published."
        )
    if themes_of(services, survey_id):
        raise OperatorError(_APPLIED.format(survey=survey_id))
    if survey.state == "open" or (survey.state == "closed" and not survey.finished):
        raise OperatorError(
            f"“{survey_id}” has not closed, or its last release is to come. Export, code and apply once that is there."
        )
    return survey, _require_release(services, survey)


def _require_release(services: Services, survey: Survey) -> Release:
    """The release that themes may be added to; raises :class:`OperatorError` where there is none, or no more."""
    release = last_release(services, survey)
    if release is None or not takes_themes(services, survey):
        raise OperatorError(f"“{survey.id}” has no release that themes could be added to, or its retention has ended.")
    return release


def _require_printed(coding: Coding, survey: Survey, last: Release) -> None:
    """Themes hang on the printed number of those who wrote something (rule 7), and are named in all languages."""
    if coding.survey != survey.id:
        raise OperatorError(f"The coding of “{coding.question}” is of the survey “{coding.survey}”.")
    least = policy_of(survey.settings.policy, survey.settings.access).subgroup
    table = next((table for table in last.tables if table.id == coding.question), None)
    if table is None or max(table.cells[0].by_edition, default=0) < least:
        raise OperatorError(
            f"Themes of “{coding.question}” cannot be published: release {last.number} does not print"
            f"{' in any edition' if last.rounds > 1 else ''} {least} or more who wrote something."
        )
    lacking = [theme.code for theme in coding.themes if theme.label.keys() != set(last.languages)]
    if lacking:
        languages = ", ".join(last.languages)
        raise OperatorError(f"Themes need a name in each language ({languages}). These lack one: {', '.join(lacking)}")


def _by_edition(coding: Coding, batches: Mapping[str, int], last: Release) -> list[list[set[str]]]:
    """The themes of each text that was counted, by edition; of exact numbers all together."""
    found: list[list[set[str]]] = [[] for _ in range(1 if last.method == "exact" else last.rounds)]
    for number, codes in coding.records.items():
        batch = batches.get(number)
        if batch and batch <= last.rounds:
            found[min(batch, len(found)) - 1].append(set(codes))
    return found


def _counts(coding: Coding, editions: Sequence[Sequence[set[str]]]) -> ThemeCounts:
    first, *later = [
        TextCounts(
            texts=len(given),
            chosen=sum(map(bool, given)),
            counts=tuple(sum(code in codes for codes in given) for code in coding.codes),
        )
        for given in editions
    ]
    return ThemeCounts(
        **dict(first),
        question=coding.question,
        themes=coding.themes,
        coders=coding.coders,
        agreed=_agreed(coding.alpha),
        later=tuple(later),
    )


def _agreed(alpha: float | None) -> Agreed | None:
    if alpha is None:
        return None
    if alpha >= RELIABLE:
        return "well"
    return "tentatively" if alpha >= TENTATIVE else "poorly"


def _require_all_texts(services: Services, survey: Survey, last: Release, found: Sequence[ThemeCounts]) -> None:
    """As many as were counted in each edition, but for those withdrawn since."""
    withdrawn = audit_survey(services, survey).withdrawn
    for each in found:
        counted = _written(services, survey, last, each.question)
        missing = [number - texts.texts for number, texts in zip(counted, each.editions, strict=True)]
        if min(missing) < 0 or sum(missing) > withdrawn:
            raise OperatorError(
                f"The coding of “{each.question}” is not of the answers that were counted. Export the records anew, and"
                " code what is there."
            )


def _written(services: Services, survey: Survey, last: Release, question: str) -> list[int]:
    """How many wrote something in each edition; of exact numbers in all together."""
    if last.method == "exact":
        return [table.cells[0].count for table in last.tables if table.id == question]
    editions = range(1, last.rounds + 1)
    return [
        written(merged([part.tally for part in services.tallies.parts(survey.id, edition)]), question)
        for edition in editions
    ]
