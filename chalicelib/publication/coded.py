"""The last release once more, with the themes of what people wrote: its numbers stay as they are, tables are added."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce

from chalicelib.disclosure.protected import ProtectedBatch
from chalicelib.locale import translator
from chalicelib.publication.about import About, AskedQuestion, CodedQuestion, SurveySection
from chalicelib.publication.cells import SIDE_BY_SIDE, kept_editions
from chalicelib.publication.release import FrequencyTable, Release, make_release, with_last_editions
from chalicelib.questionnaire.codebook import NO_ANSWER, Variable
from chalicelib.questionnaire.conditions import Answered
from chalicelib.questionnaire.themes import themes_id


def worded_themes(variable: Variable, languages: Sequence[str]) -> Variable:
    """The multiple choice of themes, called so in each of the ``languages``."""
    label = {
        language: translator(language)("Themes: %(question)s") % {"question": variable.label[language]}
        for language in languages
    }
    none = {language: translator(language)("No theme") for language in languages}
    return replace(variable, label=label, labels={**variable.labels, NO_ANSWER: none})


def is_as_printed(release: Release, batch: ProtectedBatch, added: Collection[str]) -> bool:
    """Whether ``batch`` has the numbers that ``release`` printed of its own edition.

    ``added``: the questions of themes, which ``release`` does not have.
    """
    printed = {
        table.id: tuple(cell.edition_count for cell in table.cells)
        for table in release.tables
        if table.cells[0].edition_count is not None
    }
    again = {str(table.spec.id): table.counts for table in batch.tables if table.spec.id.question not in added}
    return (again, batch.total) == (printed, release.edition_responses)


def release_with_themes(
    last: Release, batches: Sequence[ProtectedBatch], coded: Sequence[CodedQuestion], number: int, published_on: date
) -> Release:
    """``last`` as the release ``number``, with the tables of themes that ``batches`` have besides, one an edition.

    Of exact numbers there is one batch, of all editions together.
    """
    made = _summed(last, batches)
    added = {themes_id(each.question): each.question for each in coded}
    found = {text: [table for table in made.tables if added.get(table.question) == text] for text in added.values()}
    tables = [
        each
        for table in last.tables
        for each in (table, *(_of_as_many(theme, table, last) for theme in found.get(table.id, ())))
    ]
    omitted = [each for each in made.omitted if each.question in added]
    labels = {each.question: each.label for each in omitted} | {each.question: each.label for each in tables}
    kept = kept_editions(sum(len(table.cells) for table in tables))
    changes = {
        "number": number,
        "published_on": published_on,
        "editions": last.editions[-kept:],
        "tables": tuple(with_last_editions(table, kept) for table in tables),
        "omitted": (*last.omitted, *omitted),
        "sections": tuple(_with_themes(section, labels, coded) for section in last.sections),
        "how_made": last.how_made and last.how_made.model_copy(update={"coded": tuple(coded)}),
    }
    return last.model_copy(update=changes)


def _summed(last: Release, batches: Sequence[ProtectedBatch]) -> Release:
    """What was printed of all ``batches``, with the words of the ``last`` release."""
    about = About(**{name: getattr(last, name) for name in About.model_fields})
    first = make_release(batches[0], None, about, number=1, published_on=last.published_on)
    return reduce(
        lambda before, batch: make_release(
            batch, before, about, number=before.number + 1, published_on=last.published_on
        ),
        batches[1:],
        first,
    )


def _of_as_many(theme: FrequencyTable, text: FrequencyTable, release: Release) -> FrequencyTable:
    """``theme`` of as many editions as the table of the ``text``; of exact ones it tells none by itself."""
    if release.method != "exact":
        return theme
    if text.releases == 1:
        return theme.model_copy(update={"editions": text.editions})
    none = {"edition_count": None, **dict.fromkeys(SIDE_BY_SIDE, ())}
    cells = tuple(cell.model_copy(update=none) for cell in theme.cells)
    return theme.model_copy(update={"cells": cells, "releases": text.releases, "editions": ()})


def _with_themes(
    section: SurveySection, labels: dict[str, dict[str, str]], coded: Sequence[CodedQuestion]
) -> SurveySection:
    questions = tuple(each for question in section.questions for each in _asked(question, labels, coded))
    return section.model_copy(update={"questions": questions})


def _asked(
    question: AskedQuestion, labels: dict[str, dict[str, str]], coded: Sequence[CodedQuestion]
) -> Iterator[AskedQuestion]:
    """A question, and its themes as one more."""
    yield question
    if any(each.question == question.id for each in coded):
        name, of_who_wrote = themes_id(question.id), (Answered(question=question.id, answered=True),)
        yield AskedQuestion(id=name, kind="multiple_choice", label=labels[name], asked_if=of_who_wrote)
