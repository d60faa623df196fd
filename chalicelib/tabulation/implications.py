"""What answers say of those to an earlier question, as cells of both tables that nobody is in at once (rule 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chalicelib.questionnaire.codebook import NO_ANSWER, Codebook, Variable
from chalicelib.questionnaire.conditions import Implication, Tree, comparisons, holds
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.universe import told_by


@dataclass(frozen=True)
class Exclusion:
    """Nobody is in one of the cells ``codes`` of one table and in one of the cells ``others`` of ``table``."""

    codes: frozenset[str]
    table: TableId
    others: frozenset[str]


def exclusions_of(codebook: Codebook) -> Mapping[str, tuple[Exclusion, ...]]:
    """By the id of a question, what its implications rule out; none where cells do not tell."""
    variables = {variable.id: variable for variable in codebook.variables}
    return {variable.id: tuple(_exclusions(variable, variables)) for variable in codebook.variables if variable.implies}


def _exclusions(variable: Variable, variables: Mapping[str, Variable]) -> Iterator[Exclusion]:
    for implication in variable.implies:
        if found := exclusion_of(implication, variable, variables[implication.earlier]):
            yield found


def exclusion_of(implication: Implication, variable: Variable, earlier: Variable) -> Exclusion | None:
    """What ``implication`` rules out; None where a tree tells apart answers of one cell."""
    holding, fitting = cells_that_hold(implication.when, variable), cells_that_hold(implication.then, earlier)
    if holding is None or fitting is None:
        return None
    return Exclusion(holding, TableId(earlier.question_id), frozenset(earlier.codes) - fitting)


def cells_that_hold(tree: Tree, variable: Variable) -> frozenset[str] | None:
    """The cells of those who answered so that ``tree`` holds; None where it tells apart answers of one cell."""
    universe = told_by([variable], list(comparisons(tree)), lambda given: holds(tree, given))
    return None if universe.table is None else frozenset(universe.codes) - {NO_ANSWER}
