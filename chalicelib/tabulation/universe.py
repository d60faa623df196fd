"""Who is asked a conditional question, as cells of a table that is published anyway (disclosure, rule 5)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from chalicelib.questionnaire.codebook import CHOSEN, NO_ANSWER, NOT_CHOSEN, Codebook, Numbers, Variable
from chalicelib.questionnaire.conditions import ChosenAtLeast, ChosenAtMost, Comparison, comparisons, value_of
from chalicelib.questionnaire.routing import applies
from chalicelib.tabulation.table_id import TableId

#: Options named by a condition on one list; more have more combinations than are tried.
MAXIMUM_NAMED = 10
#: Different sets of a table's cells that others are asked of; more would be rounded in too many ways to try.
MAXIMUM_SETS = 5

Holds = Callable[[Mapping[str, tuple[str, ...]]], bool]


@dataclass(frozen=True)
class Universe:
    """The cells ``codes`` of ``table`` count just those who are asked; ``table`` is None where no table tells them."""

    table: TableId | None
    codes: tuple[str, ...] = ()

    def is_rest(self, of: Variable) -> bool:
        """Whether it counts those whom the numbers of its table, one ``of`` this variable, leave of everybody.

        So do who did not choose an option, and who gave no answer where that is what the answers leave.
        """
        return NOT_CHOSEN in self.codes or (of.leaves_no_answer and NO_ANSWER in self.codes)

    def told_by(self, codes: Collection[str], of: Variable) -> frozenset[str]:
        """The cells whose sum tells how many it counts; ``codes`` are those of the table."""
        return frozenset(codes).difference(self.codes) if self.is_rest(of) else frozenset(self.codes)


UNTOLD = Universe(None)


def universes_of(codebook: Codebook) -> Mapping[str, Universe]:
    """By the id of a conditional question, whom it is asked of."""
    variables: dict[str, list[Variable]] = {}
    for variable in codebook.variables:
        variables.setdefault(variable.question_id, []).append(variable)
    found = {name: _universe(of[0], variables) for name, of in variables.items() if of[0].is_conditional}
    told: dict[TableId, list[frozenset[str]]] = {}
    for name, universe in found.items():
        if universe.table is None:
            continue
        variable = variables[universe.table.question][0]
        codes = _codes_of(universe.table, variable)
        sets = [*told.get(universe.table, []), universe.told_by(codes, variable)]
        if can_be_rounded_together(sets, codes):
            told[universe.table] = sets
        else:
            found[name] = UNTOLD
    return found


def _codes_of(table: TableId, variable: Variable) -> tuple[str, ...]:
    """The codes of a table, one of a variable or of an option of it."""
    if variable.form != "many":
        return (*variable.codes, NO_ANSWER)
    if table.part:
        return (CHOSEN, NOT_CHOSEN)
    return (CHOSEN, *(code for code in variable.codes if code in variable.exclusive), NO_ANSWER)


def can_be_rounded_together(sets: Sequence[frozenset[str]], codes: Sequence[str]) -> bool:
    """Whether cells can always be rounded so that the sum of each of ``sets`` is adjacent to the true one as well.

    So it is where any two are apart or one holds the other, and where each is a run of ``codes``: then the limits are
    a totally unimodular matrix (Hoffman and Kruskal 1956, *Integral boundary points of convex polyhedra*).
    """
    several = {each for each in sets if len(each) > 1}
    are_nested = all(not one & other or one <= other or other <= one for one, other in combinations(several, 2))
    are_runs = all(each == set(codes[_first(each, codes) : _first(each, codes) + len(each)]) for each in several)
    return (are_nested or are_runs) and len(several) <= MAXIMUM_SETS


def _first(cells: Collection[str], codes: Sequence[str]) -> int:
    return min(map(codes.index, cells))


def _universe(of: Variable, variables: Mapping[str, Sequence[Variable]]) -> Universe:
    leaves = [leaf for tree in of.conditions for leaf in comparisons(tree)]
    parents = {leaf.question.partition(".")[0] for leaf in leaves}
    of_parent = variables[parents.pop()]
    if parents or not of_parent[0].has_table:
        return UNTOLD  # of two tables, or of one that is not printed
    return told_by(of_parent, leaves, lambda given: applies(of.conditions, given))


def told_by(variables: Sequence[Variable], leaves: Sequence[Comparison], holds: Holds) -> Universe:
    """Whom a condition ``holds`` for that compares answers to one question by ``leaves``."""
    named = {leaf.question for leaf in leaves}
    decisive = [variable for variable in variables if variable.id in named]
    whole = variables[0].question_id
    if variables[0].form == "many":
        return _told_by_choices(variables[0], leaves, holds)
    if len(decisive) != 1 or (whole in named and len(variables) > 1 and decisive[0].part):
        return UNTOLD
    variable = decisive[0]
    cells = {code: _outcomes(variable, code, leaves, holds) for code in (*variable.codes, NO_ANSWER)}
    if any(len(outcomes) > 1 for outcomes in cells.values()):
        return UNTOLD
    return Universe(
        TableId(variable.question_id, variable.part),
        tuple(code for code, outcomes in cells.items() if True in outcomes),
    )


def _outcomes(variable: Variable, code: str, leaves: Sequence[Comparison], holds: Holds) -> set[bool]:
    """Whether the condition holds for the answers that fall into the cell ``code``."""
    if code == NO_ANSWER:
        return {holds({})}
    if variable.numbers is None:
        return {holds({variable.id: (code,)})}
    limits = [variable.numbers.read(str(value)) for leaf in leaves if (value := value_of(leaf)) is not None]
    inside = numbers_apart(limits, *_ends(variable.numbers, variable.codes.index(code)))
    return {holds({variable.id: (variable.numbers.written(number),)}) for number in inside}


def _ends(numbers: Numbers, band: int) -> tuple[int, int]:
    return (numbers.least, *numbers.limits)[band], (*(limit - 1 for limit in numbers.limits), numbers.most)[band]


def numbers_apart(limits: Iterable[int], first: int, last: int) -> list[int]:
    """The ends of a range, and what lies at and beside the limits within it, in order."""
    near = {limit + step for limit in limits for step in (-1, 0, 1)} | {first, last}
    return [number for number in sorted(near) if first <= number <= last]


def _told_by_choices(variable: Variable, leaves: Sequence[Comparison], holds: Holds) -> Universe:
    """Cells of "chose something / none of these / no answer" if they tell, else one option's pair, else nothing."""
    named = [code for code in variable.codes if code in {str(value_of(leaf)) for leaf in leaves}]
    together = [code for code in variable.codes if code not in variable.exclusive]
    if len(named) > MAXIMUM_NAMED:
        return UNTOLD
    others = [code for code in together if code not in named][: most_told_apart(leaves) + 1]
    sets = [chosen for chosen in sets_of([code for code in together if code in named], others) if chosen]
    alone = [code for code in variable.codes if code in variable.exclusive]
    outcomes = {chosen: holds({variable.id: chosen}) for chosen in [*sets, *((code,) for code in alone)]}
    outcomes[()] = holds({})
    chosen_outcomes = {outcomes[chosen] for chosen in sets}
    if len(chosen_outcomes) < 2:
        cells = {CHOSEN: True in chosen_outcomes, **{code: outcomes[code,] for code in alone}, NO_ANSWER: outcomes[()]}
        return Universe(
            TableId(variable.question_id, variable.part), tuple(code for code, outcome in cells.items() if outcome)
        )
    for code in named:
        if all(outcome == (code in chosen) for chosen, outcome in outcomes.items()):
            return Universe(TableId(variable.question_id, code), (CHOSEN,))
        if all(outcome != (code in chosen) for chosen, outcome in outcomes.items()):
            return Universe(TableId(variable.question_id, code), (NOT_CHOSEN,))
    return UNTOLD


def most_told_apart(leaves: Sequence[Comparison]) -> int:
    """The largest number of choices that one of ``leaves`` tells from one fewer; 0 where none counts them."""
    counts = [leaf.chosen_at_least for leaf in leaves if isinstance(leaf, ChosenAtLeast)]
    counts += [leaf.chosen_at_most + 1 for leaf in leaves if isinstance(leaf, ChosenAtMost)]
    return max(counts, default=0)


def sets_of(named: Sequence[str], others: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every set of the options named, each with no others, the first of them, the first two and so on."""
    for size in range(len(named) + 1):
        for some in combinations(named, size):
            yield from ((*some, *others[:more]) for more in range(len(others) + 1))
