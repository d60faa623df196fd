"""What a survey will publish, told before it opens, while the questionnaire can still be changed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.disclosure.policy import INVITED, OPEN_LINK, Policy, policy_of
from chalicelib.disclosure.protect import printed_total, protect
from chalicelib.disclosure.protected import ProtectedBatch
from chalicelib.locale import translator
from chalicelib.publication.about import about_of
from chalicelib.publication.cells import label_of
from chalicelib.publication.formats.codebook_file import codebook_csv
from chalicelib.publication.published_codebook import PublishedCodebook, TableCodes, worded_questions
from chalicelib.publication.words import Phrasing
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import Definition
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.responses.packing import Layout
from chalicelib.tabulation.tally import TableSpec, Tally, tables_of, tally_of
from operation.files import private_file
from operation.invented import Inventor

#: Numbers of answers that errors are told for, each with the next few: how much of the number itself is rounded away
#: depends on its remainder by five.
SIZES, SPREAD = (INVITED.threshold, OPEN_LINK.threshold, 100, 200), INVITED.rounding_base
#: Invented surveys for each of them, as many for each number in its spread.
SURVEYS = 2 * SPREAD
#: Draws of the noise on the number of answers.
DRAWS = 1000


@dataclass(frozen=True)
class Error:
    """How far printed shares are from the true ones, in percentage points: on average, and the furthest."""

    mean: float
    worst: float


@dataclass(frozen=True)
class Expected:
    """What is to be expected of ``size`` answers, or of up to ``SPREAD`` - 1 more.

    ``unreleased``: in how many of 100 cases they print as too few, and nothing is published; ``error``: of cells of
    tables, None where nothing is printed; ``omitted``: by question, in how many of ``SURVEYS`` it was not printed,
    those without a release among them. ``crossed_error`` and ``omitted_crosstabs``: the same for crosstabs, in points
    of a row's people.
    """

    size: int
    unreleased: int
    error: Error | None
    omitted: Mapping[str, int]
    crossed_error: Error | None
    omitted_crosstabs: Mapping[str, int]


@dataclass(frozen=True)
class Preview:
    """``printed``: questions with a table; ``never``: those that no number of answers brings one.

    ``written``: those of either that are answered in words; ``unanswerable``: those that nobody can answer, by what is
    implied. ``crosstabs``: which of those printed are crossed with which other one, if any; ``releases``: the setting
    of when.
    """

    policy: Policy
    releases: str
    printed: tuple[str, ...]
    never: tuple[str, ...]
    written: tuple[str, ...]
    unanswerable: tuple[str, ...]
    crosstabs: Crosstabs | None
    expected: tuple[Expected, ...]

    def needed(self, question: str, by_group: bool = False) -> int | None:
        """The first of ``SIZES`` from which on half of the surveys print a question, or it by group, if any."""
        needed = None
        for expected in reversed(self.expected):
            error = expected.crossed_error if by_group else expected.error
            omitted = expected.omitted_crosstabs if by_group else expected.omitted
            if error is None or 2 * omitted.get(question, 0) > SURVEYS:
                break
            needed = expected.size
        return needed


def preview(definition: Definition, sizes: Sequence[int] = SIZES) -> Preview:
    """Try ``definition`` on invented answers; real ones may be distributed otherwise, so errors are about so large.

    Raises :class:`OperatorError`, which names the question, where one that has to be answered has no answer that goes
    together with the others.
    """
    questionnaire, settings = definition.questionnaire, definition.settings
    policy = policy_of(settings.policy, settings.access)
    codebook = codebook_of(questionnaire)
    specs = tables_of(codebook, settings.crosstabs)
    never = set(_untold(specs)) if policy.rounding_base > 1 else set()
    questions = dict.fromkeys(spec.variable.question_id for spec in specs)
    inventor = Inventor(questionnaire)
    return Preview(
        policy,
        settings.releases,
        printed=tuple(question for question in questions if question not in never),
        never=tuple(question for question in questions if question in never),
        written=tuple(question.id for question in questionnaire.questions if question.asks == "text"),
        unanswerable=inventor.unanswerable,
        crosstabs=settings.crosstabs,
        expected=tuple(_expected(definition, inventor, specs, policy, size) for size in sizes),
    )


def write_codebook(definition: Definition, path: Path) -> None:
    """Write the codebook of what ``definition`` will publish, as a new CSV that spreadsheets take for UTF-8.

    Raises :class:`OperatorError` where there is such a file: it may be the definition itself.
    """
    with private_file(path, "Choose another name.") as stream:
        stream.write(codebook_csv(planned_codebook(definition)).encode("utf-8-sig"))


def planned_codebook(definition: Definition) -> PublishedCodebook:
    """The codebook of what ``definition`` will publish, in its first language: before anybody has answered."""
    questionnaire, settings = definition.questionnaire, definition.settings
    policy = policy_of(settings.policy, settings.access)
    about = about_of(definition.survey, settings, questionnaire)
    specs = tables_of(codebook_of(questionnaire), settings.crosstabs)
    never = set(_untold(specs)) if policy.rounding_base > 1 else set()
    first = questionnaire.first_language
    words = Phrasing(first, first, translator(first))
    tables = [_planned(spec, spec.variable.question_id in never) for spec in specs]
    return PublishedCodebook(
        definition.survey,
        None,
        "exact" if policy.rounding_base == 1 else "noise" if policy.noise else "rounded",
        policy.rounding_base,
        worded_questions(tables, about.questions, words, {}),
    )


def _planned(spec: TableSpec, is_never_printed: bool) -> TableCodes:
    variable, part, labels = spec.variable, spec.id.part, spec.variable.labels
    part_label = dict(variable.part_label) if variable.part_label else label_of(labels, part) if part else None
    return TableCodes(
        str(spec.id),
        variable.question_id,
        part,
        part_label,
        tuple((code, label_of(labels, code)) for code in spec.codes),
        crossed_by=spec.group.question if spec.group else None,
        reason="condition" if is_never_printed else None,
    )


def _untold(specs: Sequence[TableSpec]) -> list[str]:
    """Questions of which no printed table tells whom they ask, and those that are asked of who answered one of them."""
    untold: list[str] = []
    question_of = {spec.id: spec.variable.question_id for spec in specs}
    for spec in specs:
        parent = question_of.get(spec.universe.table) if spec.universe and spec.universe.table else None
        if spec.variable.is_conditional and (parent is None or parent in untold):
            untold.append(spec.variable.question_id)
    return untold


def _expected(
    definition: Definition, inventor: Inventor, specs: list[TableSpec], policy: Policy, size: int
) -> Expected:
    layout = Layout.of(codebook_of(definition.questionnaire))
    errors, crossed_errors = list[float](), list[float]()
    omitted, omitted_crosstabs = Counter[str](), Counter[str]()
    for seed in range(SURVEYS):
        randomness = random.Random(f"{seed}:{size}")  # noqa: S311  # no secret
        n = size + seed % SPREAD
        answers = (inventor.read(inventor.answers(randomness)) for _ in range(n))
        tally = tally_of(layout, [layout.pack(each) for each in answers], definition.settings.crosstabs)
        batch = protect(tally, specs, policy, f"{seed}:{size}".encode(), 1)
        omitted.update(_questions(specs if batch is None else [left.spec for left in batch.suppressed]))
        crossed = [spec for spec in specs if spec.group]
        omitted_crosstabs.update(
            _questions(crossed if batch is None else [left.spec for left in batch.suppressed_crosstabs])
        )
        if batch is None:
            continue
        truth = tally if policy.rounding_base == 1 else tally.of_everybody(specs)
        errors += _errors(batch, truth)
        crossed_errors += _crossed_errors(batch, truth)
    return Expected(size, _unreleased(size, policy), _error(errors), omitted, _error(crossed_errors), omitted_crosstabs)


def _unreleased(size: int, policy: Policy) -> int:
    printed = (printed_total(size + number % SPREAD, policy, f"{number}".encode(), 1) for number in range(DRAWS))
    return round(100 * sum(total < policy.threshold for total in printed) / DRAWS)


def _questions(specs: Sequence[TableSpec]) -> set[str]:
    return {spec.variable.question_id for spec in specs}


def _errors(batch: ProtectedBatch, tally: Tally) -> Iterator[float]:
    for table in batch.tables:
        yield from _points(table.counts, tally.table(table.spec))


def _crossed_errors(batch: ProtectedBatch, tally: Tally) -> Iterator[float]:
    for crosstab in batch.crosstabs:
        exact = dict(zip(crosstab.group.codes, tally.crosstab(crosstab.spec, crosstab.group), strict=True))
        for row in crosstab.rows:
            counts = [sum(cells) for cells in zip(*(exact[code] for code in row.codes), strict=True)]
            yield from _points(row.counts, counts)


def _points(printed: Sequence[int], exact: Sequence[int]) -> Iterator[float]:
    """Of a reader, who takes shares from what is printed."""
    total, n = sum(printed), sum(exact)
    if total and n:
        yield from (100 * abs(count / total - true / n) for count, true in zip(printed, exact, strict=True))


def _error(errors: Sequence[float]) -> Error | None:
    return Error(sum(errors) / len(errors), max(errors)) if errors else None
