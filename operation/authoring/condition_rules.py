"""What may be wrong with conditions: references, values, questions that nobody comes to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.questionnaire.codebook import Numbers, Variable, codebook_of
from chalicelib.questionnaire.conditions import Answered, AtMost, Comparison, Equals, comparisons, value_of
from chalicelib.questionnaire.definition import KINDS, Definition, Number, Question, Questionnaire, is_date
from chalicelib.questionnaire.routing import conditions_of
from operation.authoring.reachability import Reachability, Undecided, size_of
from operation.errors import DefinitionProblem

#: Comparisons that the page's rules may hold in all; each takes some hundred bytes.
MAXIMUM_COMPARISONS = 400


@dataclass(frozen=True)
class _Names:
    """What conditions may speak of."""

    positions: Mapping[str, int]
    questions: Mapping[str, Question]
    variables: Mapping[str, Variable]
    #: By question id, its rows or ranked options ("harder.work").
    parts: Mapping[str, Sequence[str]]


def condition_problems(definition: Definition, left_out: frozenset[str]) -> Iterator[DefinitionProblem]:
    """Every problem with the conditions of ``definition``; reachability only where they are sound."""
    questionnaire = definition.questionnaire
    names = _names(questionnaire)
    unsound: set[Comparison] = set()
    for position, leaf in _leaves(questionnaire):
        if found := _reference_problem(position, leaf, names) or _operator_problem(leaf, names):
            unsound.add(leaf)
            if leaf.question.partition(".")[0] not in left_out:
                yield DefinitionProblem(_place(position), *found)
    yield from _several_limits(questionnaire)
    yield from _never_hidden(questionnaire)
    if len(names.questions) == len(questionnaire.questions):
        yield from _unreachable(questionnaire, unsound)


def _names(questionnaire: Questionnaire) -> _Names:
    questions = questionnaire.questions
    variables = codebook_of(questionnaire).variables
    parts: dict[str, list[str]] = {}
    for variable in variables:
        if variable.part and variable.form != "text":
            parts.setdefault(variable.question_id, []).append(variable.id)
    return _Names(
        {question.id: position for position, question in enumerate(questions)},
        {question.id: question for question in questions},
        {variable.id: variable for variable in variables},
        parts,
    )


def _leaves(questionnaire: Questionnaire) -> Iterator[tuple[int, Comparison]]:
    for position, question in enumerate(questionnaire.questions):
        if question.show_if:
            yield from ((position, leaf) for leaf in comparisons(question.show_if))


def _place(position: int) -> str:
    return f"questionnaire.questions.{position}.show_if"


def _reference_problem(position: int, leaf: Comparison, names: _Names) -> tuple[str, str] | None:
    name, _, part = leaf.question.partition(".")
    if name not in names.questions:
        return "unknown_question", f"There is no question “{name}”. Check how it is written."
    if names.positions[name] >= position:
        return "later_question", f"“{name}” comes only here or later. A condition may speak of earlier questions."
    question = names.questions[name]
    if question.asks == "nothing":
        return "nothing_to_compare", f"“{name}” asks nothing. Name a question that is answered."
    if part and leaf.question not in names.parts.get(name, ()):
        return (
            "unknown_part",
            f"“{name}” has no part “{part}”. Parts are the rows of a matrix, the options of a ranking.",
        )
    return None


def _operator_problem(leaf: Comparison, names: _Names) -> tuple[str, str] | None:
    if isinstance(leaf, Answered):
        return None
    question = names.questions[leaf.question.partition(".")[0]]
    fitting = question.compared_by
    operator = next(name for name in type(leaf).model_fields if name != "question")
    if operator not in fitting:
        usable = ", ".join((*fitting, "answered"))
        return "unfit_operator", f"“{operator}” does not fit a {question.kind}. Use one of: {usable}."
    variable = names.variables.get(leaf.question)
    if variable is None:
        return "part_missing", f"Say which part of “{question.id}” is meant, as in {names.parts[question.id][0]}."
    value = value_of(leaf)
    return None if value is None else _value_problem(variable, value)


def _value_problem(variable: Variable, value: int | str) -> tuple[str, str] | None:
    if variable.numbers is None:
        if "at_least" in KINDS[variable.kind].compared_by and isinstance(value, str):
            return _unfit_value(variable, "a whole number, written without quotes")
        if str(value) in variable.codes:
            return None
        return "unknown_option", f"“{variable.id}” has no “{value}”. There are: {_listed(variable.codes)}."
    number = _number(variable.numbers, value)
    if number is None:
        shape = "a date, as 2026-03-31" if variable.numbers.are_dates else "a whole number, written without quotes"
        return _unfit_value(variable, shape)
    if not variable.numbers.least <= number <= variable.numbers.most:
        return "out_of_range", f"“{variable.id}” never takes the value {value}."
    return None


def _number(numbers: Numbers, value: int | str) -> int | None:
    """The number that ``value`` is, None if it is none; a date only as answers write it (not 20260331)."""
    if isinstance(value, int):
        return None if numbers.are_dates else value
    return numbers.read(value) if numbers.are_dates and is_date(value) else None


def _unfit_value(variable: Variable, shape: str) -> tuple[str, str]:
    return "unfit_value", f"“{variable.id}” is compared with {shape}."


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(codes[:12]) + (" …" if len(codes) > 12 else "")


def _several_limits(questionnaire: Questionnaire) -> Iterator[DefinitionProblem]:
    """An input without script can tell numbers apart at one limit only (forms.digits)."""
    numbers = {question.id for question in questionnaire.questions if isinstance(question, Number)}
    limits: dict[str, set[tuple[bool, int]]] = {}
    for position, leaf in _leaves(questionnaire):
        value = value_of(leaf)
        if leaf.question not in numbers or not isinstance(value, int):
            continue
        known = limits.setdefault(leaf.question, set())
        known.add((isinstance(leaf, Equals), value + isinstance(leaf, AtMost)))
        if len(known) > 1:
            message = (
                f"“{leaf.question}” is compared with several limits, a page without scripts can tell one."
                " Ask for it as a single choice of bands."
            )
            yield DefinitionProblem(_place(position), "several_limits", message)


def _never_hidden(questionnaire: Questionnaire) -> Iterator[DefinitionProblem]:
    for position, question in enumerate(questionnaire.questions):
        is_never_hidden = question.asks != "nothing" and not question.is_substantive
        if is_never_hidden and conditions_of(questionnaire)[question.id]:
            message = f"A {question.kind} always applies. Remove the condition, or move it out of its section."
            yield DefinitionProblem(_place(position), "always_asked", message)


def _unreachable(questionnaire: Questionnaire, unsound: Collection[Comparison]) -> Iterator[DefinitionProblem]:
    conditions = conditions_of(questionnaire)
    if size_of(conditions) > MAXIMUM_COMPARISONS:
        message = (
            f"The conditions take over {MAXIMUM_COMPARISONS} comparisons, those counted in that they build on."
            " Ask more of the questions of everybody."
        )
        yield DefinitionProblem("questionnaire.questions", "conditions_too_complex", message)
        return
    reachability = Reachability(questionnaire)
    for position, question in enumerate(questionnaire.questions):
        if conditions[question.id] and not reachability.depends_on(question.id, unsound):
            yield from _outcome(reachability, question, position)


def _outcome(reachability: Reachability, question: Question, position: int) -> Iterator[DefinitionProblem]:
    try:
        outcomes = reachability.outcomes(question.id)
    except Undecided:
        message = "Too many combinations of answers decide on this to try them all. Try it out on the page."
        yield DefinitionProblem(_place(position), "undecided", message, severity="warning")
        return
    if True not in outcomes:
        message = "Nobody is ever asked this: the condition contradicts itself, or the questions that it speaks of."
        yield DefinitionProblem(_place(position), "unreachable", message)
    if False not in outcomes:
        message = "The condition always holds. Remove it."
        yield DefinitionProblem(_place(position), "needless_condition", message, severity="warning")
