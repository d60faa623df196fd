"""The codebook of what is published as a tidy CSV of one row a code."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from chalicelib.publication.published_codebook import (
    CodebookQuestion,
    CodebookTable,
    PublishedCodebook,
    codebook_of_release,
)
from chalicelib.publication.worded import WordedRelease
from chalicelib.spreadsheet import as_text

CODEBOOK_HEADER = (
    "survey",
    "release",
    "table",
    "question",
    "question_label",
    "short",
    "part",
    "part_label",
    "kind",
    "kind_label",
    "asked_of",
    "code",
    "label",
    "apart",
    "method",
    "rounding_base",
    "since_edition",
    "crossed_by",
    "not_printed",
)


def release_codebook_csv(worded: WordedRelease) -> str:
    """The codebook of a release; see :func:`codebook_csv`."""
    return codebook_csv(codebook_of_release(worded))


def codebook_csv(codebook: PublishedCodebook) -> str:
    """One row a code of a table, in the order of the questionnaire; ids and codes are as the release's CSV has them.

    ``table`` is the id that the release's CSV has under "question". ``asked_of`` says whom; ``apart`` is "yes" of what
    is no answer like the others. Counts are multiples of ``rounding_base``, by the ``method`` that the release has.
    ``since_edition``: the first that was printed with these codes; empty before there is a release. ``crossed_by``: the
    question by whose answers there is a crosstab. A table that is not printed has one row with the reason.
    """
    stream = io.StringIO()
    writer = csv.DictWriter(stream, CODEBOOK_HEADER, restval="", lineterminator="\r\n")
    writer.writeheader()
    facts = {
        "survey": codebook.survey,
        "release": codebook.release,
        "method": codebook.method,
        "rounding_base": codebook.rounding_base,
    }
    for question in codebook.questions:
        for table in question.tables:
            writer.writerows(_as_texts({**facts, **row}) for row in _rows(question, table))
    return stream.getvalue()


def _as_texts(row: Mapping[str, object]) -> Mapping[str, object]:
    return {column: as_text(value) if isinstance(value, str) else value for column, value in row.items()}


def _rows(question: CodebookQuestion, table: CodebookTable) -> Iterator[Mapping[str, object]]:
    facts = {
        "table": table.id,
        "question": question.question.code,
        "question_label": question.question.label,
        "short": question.short,
        "part": table.part.code if table.part else "",
        "part_label": table.part.label if table.part else "",
        "kind": question.kind.code,
        "kind_label": question.kind.label,
        "asked_of": question.asked_of,
        "since_edition": table.since,
        "crossed_by": question.crossed_by.code if question.crossed_by else "",
        "not_printed": table.not_printed,
    }
    if not table.codes:
        yield facts
    for answer in table.codes:
        yield {
            **facts,
            "code": answer.code,
            "label": answer.label,
            "apart": "yes" if answer.is_apart else "no",
        }
