"""What a survey will publish, told before it opens, while the questionnaire can still be changed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from chalicelib.disclosure.policy import Policy, policy_of
from chalicelib.disclosure.protect import ProtectedBatch, protect
from chalicelib.operation.demo import synthetic_answers
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import Definition
from chalicelib.questionnaire.dependence import asked_of
from chalicelib.responses.packing import Layout
from chalicelib.responses.validation import Validator
from chalicelib.tabulation.tally import TableSpec, Tally, tables_of, tally_of

#: Numbers of answers that errors are told for, and invented surveys that each is averaged over.
SIZES, SURVEYS = (20, 50, 100, 200), 10


@dataclass(frozen=True)
class Expected:
    """What is to be expected of so many answers.

    ``error``: mean distance of a printed cell from the true one, in percentage points, None where nothing is printed;
    ``omitted``: by question, in how many of ``SURVEYS`` it was not printed.
    """

    size: int
    error: float | None
    omitted: Mapping[str, int]


@dataclass(frozen=True)
class Preview:
    """``printed``: questions with a table; ``never``: those that no number of answers brings one."""

    policy: Policy
    printed: tuple[str, ...]
    never: tuple[str, ...]
    expected: tuple[Expected, ...]


def preview(definition: Definition) -> Preview:
    """Try ``definition`` on invented answers; real ones may be distributed otherwise, so errors are about so large."""
    questionnaire, settings = definition.questionnaire, definition.settings
    policy = policy_of(settings.policy, settings.access)
    codebook = replace(codebook_of(questionnaire), asked=asked_of(questionnaire))
    specs = tables_of(codebook)
    never = {
        spec.variable.question_id
        for spec in specs
        if policy.base > 1 and spec.variable.is_conditional and (spec.asked is None or spec.asked.table is None)
    }
    questions = dict.fromkeys(spec.variable.question_id for spec in specs)
    return Preview(
        policy,
        tuple(question for question in questions if question not in never),
        tuple(question for question in questions if question in never),
        tuple(_expected(definition, specs, Layout.of(codebook), policy, size) for size in SIZES),
    )


def _expected(definition: Definition, specs: list[TableSpec], layout: Layout, policy: Policy, size: int) -> Expected:
    validator = Validator(definition.questionnaire)
    errors: list[float] = []
    omitted: dict[str, int] = {}
    for seed in range(SURVEYS):
        randomness = random.Random(f"{seed}:{size}")  # noqa: S311  # no secret
        answers = (validator.validate(synthetic_answers(definition, randomness)) for _ in range(size))
        tally = tally_of(layout, [layout.pack(each) for each in answers])
        batch = protect(tally, specs, policy, bytes([seed]), 1)
        if batch is None:
            continue
        errors += _errors(batch, tally)
        for question in {left.spec.variable.question_id for left in batch.unprinted}:
            omitted[question] = omitted.get(question, 0) + 1
    return Expected(size, sum(errors) / len(errors) if errors else None, omitted)


def _errors(batch: ProtectedBatch, tally: Tally) -> Iterator[float]:
    for table in batch.tables:
        exact = tally.counts.get(table.spec.id, {})
        for code, count in zip(table.spec.codes, table.counts, strict=True):
            yield 100 * abs(count - exact.get(code, 0)) / tally.n
