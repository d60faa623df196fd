"""Per question kind: everything that is wrong with an answer of the right shape, all at once, and what was found.

What is named is out of the questionnaire: limits, labels, ranks. Of what was sent, only how much there was of it (P12).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.errors import Problem
from chalicelib.questionnaire.base import is_date
from chalicelib.questionnaire.definition import (
    Consent,
    Date,
    Matrix,
    MultipleChoice,
    Number,
    OneOfList,
    Ranking,
    Scale,
    is_required,
)
from chalicelib.questionnaire.options import Option, Row

DATE_PARTS = ("year", "month", "day")
#: More rows than these without an answer are counted rather than named.
_MOST_ROWS_NAMED = 3
#: Of what a program sent to no question of ours, or to no row of one, so many are told.
_MOST_UNKNOWN = 20
#: What can be the name of an answer; nothing else that was sent is ever repeated.
_NAME = re.compile(r"[a-z][a-z0-9_.]{0,80}")


@dataclass(frozen=True)
class Misread:
    """In the place of an answer: the fields of a form say none, and these are the reasons."""

    problems: tuple[Problem, ...]


def unknown_names(names: Iterable[str], prefix: str = "") -> Iterator[Problem]:
    """What was sent to no question, or no row; a name is told if it could be one: a program sent it, not a person."""
    for name in sorted(names)[:_MOST_UNKNOWN]:
        yield Problem(f"{prefix}{name}" if _NAME.fullmatch(f"{prefix}{name}") else None, "unknown_question")


def in_one_of_list(question: OneOfList, value: str) -> Iterator[Problem]:
    """Of one option."""
    if value not in _by_code(question.options):
        yield Problem(question.id, "unknown_option")


def in_choices(question: MultipleChoice, value: Sequence[str]) -> Iterator[Problem]:
    """Of several options: one that goes with no other, and too many of the others, are two problems."""
    options = _by_code(question.options)
    yield from _in_codes(question.id, options, value)
    chosen = {code for code in value if code in options}
    alone = [option for option in question.options if option.exclusive and option.code in chosen]
    if alone and len(chosen) > 1:
        yield Problem(question.id, "exclusive", {"option": alone[0].label})
    count = sum(not options[code].exclusive for code in chosen)
    if question.least and 0 < count < question.least:
        yield Problem(question.id, "too_few", {"least": question.least, "chosen": count})
    if question.most and count > question.most:
        yield Problem(question.id, "too_many", {"most": question.most, "chosen": count})


def in_ranking(question: Ranking, value: Sequence[str]) -> Iterator[Problem]:
    """Of options in order."""
    options, most = _by_code(question.options), len(question.ranks)
    yield from _in_codes(question.id, options, value)
    count = len({code for code in value if code in options})
    if count > most:
        yield Problem(question.id, "too_many", {"most": most, "chosen": count})


def in_ranks(question: Ranking, given: Sequence[str]) -> Iterator[Problem]:
    """Of the ranks that a form gives to options: what is given twice, and what is left out before the last."""
    ranks = [int(rank) for rank in given if rank in {str(rank) for rank in question.ranks}]
    if len(ranks) < len(given):
        yield Problem(question.id, "ranks")
    repeated = sorted(rank for rank, times in Counter(ranks).items() if times > 1)
    if repeated:
        yield Problem(question.id, "rank_repeated", {"ranks": _listed(repeated), "repeated": len(repeated)})
    missing = sorted(set(range(1, max(ranks, default=0))) - set(ranks))
    if missing:
        yield Problem(question.id, "rank_missing", {"ranks": _listed(missing), "missing": len(missing)})


def in_matrix(question: Matrix, value: Mapping[str, str | None]) -> Iterator[Problem]:
    """Of rows."""
    rows, options = {row.code: row for row in question.rows}, _by_code(question.options)
    yield from unknown_names(value.keys() - rows.keys(), f"{question.id}.")
    for row in question.rows:
        answer = value.get(row.code)
        if answer is not None and answer not in options:
            yield Problem(question.id, "unknown_option", {"part": row.label})
    if is_required(question):
        yield from _missing_rows(question, [row for row in question.rows if value.get(row.code) is None])


def _missing_rows(question: Matrix, rows: Sequence[Row]) -> Iterator[Problem]:
    if len(rows) > _MOST_ROWS_NAMED:
        yield Problem(question.id, "rows_missing", {"missing": len(rows)})
    else:
        yield from (Problem(question.id, "row_missing", {"part": row.label}) for row in rows)


def in_range(question: Scale | Number, value: int) -> Iterator[Problem]:
    """Of a step, or a number."""
    if not question.least <= value <= question.most:
        yield Problem(question.id, "out_of_range", {"least": question.least, "most": question.most})


def in_date(question: Date, value: str) -> Iterator[Problem]:
    """Of a day, as 2026-03-31."""
    if not is_date(value):
        yield Problem(question.id, "not_a_date")
    elif not question.least <= value <= question.most:
        yield Problem(question.id, "date_out_of_range", {"least": question.least, "most": question.most})


def in_date_parts(question: Date, parts: Mapping[str, str]) -> Iterator[Problem]:
    """Of a day in three lists: those in which nothing was chosen, the day first, as on the page."""
    return (Problem(question.id, f"{part}_missing") for part in reversed(DATE_PARTS) if not parts[part])


def in_consent(question: Consent, value: bool) -> Iterator[Problem]:
    """Of an agreement."""
    if not value:
        yield Problem(question.id, "consent_required")


def _in_codes(question_id: str, options: Mapping[str, Option], codes: Sequence[str]) -> Iterator[Problem]:
    known = [code for code in codes if code in options]
    if len(known) < len(codes):
        yield Problem(question_id, "unknown_option")
    for code, times in Counter(known).items():
        if times > 1:
            yield Problem(question_id, "repeated_option", {"part": options[code].label})


def _by_code(options: Iterable[Option]) -> dict[str, Option]:
    return {option.code: option for option in options}


def _listed(ranks: Sequence[int]) -> str:
    return ", ".join(map(str, ranks))
