"""Whether anybody can come to a question at all: every answer that its conditions could tell apart is tried.

Of each question that conditions speak of, a few answers stand for all: the codes that are named and one that is not,
the numbers beside each limit, sets of the named options with more or fewer others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod

from chalicelib.questionnaire.codebook import ANSWERED, Variable, codebook_of
from chalicelib.questionnaire.conditions import Comparison, Given, Tree, comparisons, value_of
from chalicelib.questionnaire.definition import KINDS, Matrix, MultipleChoice, Questionnaire, Ranking, is_required
from chalicelib.questionnaire.routing import applies, conditions_of
from chalicelib.tabulation.universe import most_told_apart, numbers_apart, sets_of

#: Answers to one question, alike ones left out, beyond which nothing is tried.
MAXIMUM_ANSWERS = 5_000
#: Comparisons after which the search gives up: for one question, and for a whole questionnaire. To make up an answer
#: takes as long as some of them.
MAXIMUM_TRIED, MAXIMUM_TRIED_IN_ALL, ANSWER_STEPS = 100_000, 400_000, 5
Answer = Mapping[str, tuple[str, ...]]


class Undecided(Exception):
    """There are too many combinations to try."""


class Reachability:
    """Tries out the conditions of one questionnaire, in which every reference is known to be sound."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._conditions = conditions_of(questionnaire)
        self._leaves = {
            name: [leaf for tree in trees for leaf in comparisons(tree)] for name, trees in self._conditions.items()
        }
        self._questions = {question.id: question for question in questionnaire.questions}
        self._variables: dict[str, list[Variable]] = {}
        for variable in codebook_of(questionnaire).variables:
            # A line beside an option is no answer without the option.
            if variable.form != "text" or variable.part is None:
                self._variables.setdefault(variable.question_id, []).append(variable)
        self._left_in_all = MAXIMUM_TRIED_IN_ALL
        self._left = 0

    def outcomes(self, name: str) -> frozenset[bool]:
        """Whether the question called ``name`` can apply, and whether it can not; raises :class:`Undecided`."""
        decisive = self._decisive(name)
        leaves = [leaf for question in (*decisive, name) for leaf in self._leaves[question]]
        self._left = min(MAXIMUM_TRIED, self._left_in_all)
        choices = [(question, self._answers(question, leaves)) for question in decisive]
        found: set[bool] = set()
        for given in self._everything_given(choices, {}):
            found.add(self._applies(name, given))
            if len(found) == 2:
                break
        return frozenset(found)

    def _applies(self, name: str, given: Given) -> bool:
        """As :func:`applies`, as long as the search may go on."""
        self._spend(1 + len(self._leaves[name]))
        return applies(self._conditions[name], given)

    def _spend(self, steps: int) -> None:
        self._left -= steps
        self._left_in_all -= steps
        if self._left < 0:
            raise Undecided

    def depends_on(self, name: str, leaves: Collection[Comparison]) -> bool:
        """Whether one of ``leaves`` decides on the question called ``name``, directly or through others."""
        return any(leaf in leaves for question in (*self._decisive(name), name) for leaf in self._leaves[question])

    def _everything_given(self, choices: Sequence[tuple[str, list[Answer]]], given: Given) -> Iterator[Given]:
        if not choices:
            yield given
            return
        (name, answers), rest = choices[0], choices[1:]
        asked = self._applies(name, given)
        for answer in answers if asked else ({},):
            yield from self._everything_given(rest, {**given, **answer})

    def _decisive(self, name: str) -> list[str]:
        """The questions that decide on ``name``, directly or through each other, in the questionnaire's order."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            new = {question_of(leaf) for leaf in self._leaves.get(waiting.pop(), ())} - found
            found |= new
            waiting += new
        return [question for question in self._questions if question in found]

    def _answers(self, name: str, leaves: Iterable[Comparison]) -> list[Answer]:
        """Answers to one question that stand for all."""
        question, mine = self._questions[name], [leaf for leaf in leaves if question_of(leaf) == name]
        variables = self._variables.get(name, [])
        if isinstance(question, MultipleChoice):
            answers = _sets(question, mine)
        else:
            answers = _each_part(variables, mine, is_whole=isinstance(question, Matrix) and is_required(question))
        if isinstance(question, Ranking):
            others = {variable.id for variable in variables} - {leaf.question for leaf in mine}
            answers = (_without_gaps(answer, sorted(others - answer.keys())) for answer in answers)
        kept: list[Answer] = [] if is_required(question) else [{}]
        for answer in answers:
            self._spend(ANSWER_STEPS)
            kept += [answer] if answer else []
        return kept


def question_of(comparison: Comparison) -> str:
    """The id of the question that ``comparison`` refers to, or to an item of."""
    return comparison.question.partition(".")[0]


def _named(leaves: Iterable[Comparison], variable: str) -> list[str]:
    values = (value_of(leaf) for leaf in leaves if leaf.question == variable)
    return sorted({str(value) for value in values if value is not None})


def _require_few(number: int) -> None:
    if number > MAXIMUM_ANSWERS:
        raise Undecided


def _each_part(variables: Sequence[Variable], leaves: Sequence[Comparison], is_whole: bool) -> Iterator[Answer]:
    """Every combination over the parts that are named, and one part more for "answered"; ``is_whole``: none empty."""
    names = {leaf.question for leaf in leaves}
    whole = variables[0].question_id if variables else ""
    parts = [variable for variable in variables if variable.id in names]
    if whole in names:
        parts += [variable for variable in variables if variable not in parts][:1]
    empty: list[tuple[str, ...]] = [] if is_whole else [()]
    choices = [[*empty, *((value,) for value in _values(variable, leaves))] for variable in parts]
    _require_few(prod(map(len, choices)))
    for chosen in product(*choices):
        yield {variable.id: value for variable, value in zip(parts, chosen, strict=True) if value}


def _values(variable: Variable, leaves: Sequence[Comparison]) -> list[str]:
    named = _named(leaves, variable.id)
    if numbers := variable.numbers:
        tried = numbers_apart(map(numbers.read, named), numbers.least, numbers.most)
        return [numbers.written(number) for number in tried]
    if variable.form == "text":
        return [ANSWERED]
    if "at_least" in KINDS[variable.kind].compared_by:
        # A limit tells codes apart that no condition names.
        return list(variable.codes)
    return _named_and_one(variable.codes, named)


def _named_and_one(codes: Sequence[str], named: Sequence[str]) -> list[str]:
    """Those of ``codes`` that conditions name, and one that stands for the others."""
    others = [code for code in codes if code not in named]
    return [*(code for code in codes if code in named), *others[:1]]


def _sets(question: MultipleChoice, leaves: list[Comparison]) -> Iterator[Answer]:
    """Sets of the options named, each with no others, some, or as many as limits tell apart."""
    named = _named(leaves, question.id)
    together = [option.code for option in question.options if not option.exclusive]
    alone = [option.code for option in question.options if option.exclusive]
    yield from ({question.id: (code,)} for code in _named_and_one(alone, named))
    inside = [code for code in together if code in named]
    enough = max(most_told_apart(leaves), question.least or 0) + 1
    others = [code for code in together if code not in named][:enough]
    _require_few(2 ** len(inside) * (len(others) + 1))
    for chosen in sets_of(inside, others):
        if (question.least or 1) <= len(chosen) <= (question.most or len(together)):
            yield {question.id: chosen}


def _without_gaps(ranked: Answer, others: Sequence[str]) -> Answer:
    """``ranked`` with what is left of 1, 2 and so on taken by ``others``; nothing where that is no order."""
    ranks = [int(rank) for (rank,) in ranked.values()]
    gaps = [rank for rank in range(1, max(ranks, default=1) + 1) if rank not in ranks]
    if len(set(ranks)) < len(ranks) or len(gaps) > len(others):
        return {}
    return {**ranked, **{name: (str(rank),) for name, rank in zip(others, gaps, strict=False)}}


def size_of(conditions: Mapping[str, tuple[Tree, ...]]) -> int:
    """How many comparisons the page's rules hold: each takes those with it that its own question depends on."""
    sizes: dict[str, int] = {}
    for name, trees in conditions.items():
        leaves = [leaf for tree in trees for leaf in comparisons(tree)]
        sizes[name] = sum(1 + sizes.get(question_of(leaf), 0) for leaf in leaves)
    return sum(sizes.values())
