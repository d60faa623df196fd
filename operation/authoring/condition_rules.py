"""What may be wrong with conditions: references, values, questions that nobody comes to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.questionnaire.base import is_date
from chalicelib.questionnaire.codebook import Variable, codebook_of
from chalicelib.questionnaire.conditions import Answered, AtMost, Comparison, Equals, comparisons, value_of
from chalicelib.questionnaire.definition import KINDS, Definition, Number, Question, Questionnaire
from chalicelib.questionnaire.routing import conditions_of
from operation.authoring.places import QUESTIONS, Place
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity
from operation.authoring.reachability import Reachability, Undecided, question_of, size_of
from operation.authoring.suggestions import did_you_mean

#: Comparisons that the page's rules may hold in all; each takes some hundred bytes.
MAXIMUM_COMPARISONS = 400
#: Problems of conditions after which nobody is asked any more what they meant.
MOST_GUESSES = 50


def condition_problems(definition: Definition, left_out: frozenset[str]) -> Iterator[DefinitionProblem]:
    """Every problem with the conditions of ``definition``; reachability only where they are sound."""
    questionnaire = definition.questionnaire
    referable = Referable.of(questionnaire)
    unsound: set[Comparison] = set()
    for position, comparison in _comparisons(questionnaire):
        earlier = {question.id for question in questionnaire.questions[:position]}
        if problem := comparison_problem(_place(position), comparison, earlier, referable):
            unsound.add(comparison)
            referable = referable.after(len(unsound))
            if question_of(comparison) not in left_out:
                yield problem
    yield from _several_limits(questionnaire)
    yield from _never_hidden(questionnaire)
    if len(referable.questions) == len(questionnaire.questions):
        yield from _unreachable(questionnaire, unsound)


@dataclass(frozen=True)
class Referable:
    """What conditions may refer to: questions, and their variables, by id.

    ``is_guessing``: whether of a name that nothing has it is told what was meant.
    """

    questions: Mapping[str, Question]
    variables: Mapping[str, Variable]
    is_guessing: bool = True

    @classmethod
    def of(cls, questionnaire: Questionnaire) -> Referable:
        """What those of ``questionnaire`` may refer to."""
        return cls(
            {question.id: question for question in questionnaire.questions},
            {variable.id: variable for variable in codebook_of(questionnaire).variables},
        )

    def after(self, problems: int) -> Referable:
        """The same once so many ``problems`` were told: guessing at thousands of names would take a minute."""
        return replace(self, is_guessing=False) if problems == MOST_GUESSES else self

    def guess(self, name: str, known: Iterable[str]) -> str:
        """A question whether one of ``known`` was meant, after a blank; or nothing."""
        return did_you_mean(name, known) if self.is_guessing else ""


def _is_item(variable: Variable | None) -> bool:
    """Whether it is the row of a matrix, or the option of a ranking ("harder.work")."""
    return variable is not None and variable.part is not None and variable.form != "text"


def _comparisons(questionnaire: Questionnaire) -> Iterator[tuple[int, Comparison]]:
    for position, question in enumerate(questionnaire.questions):
        if question.show_if:
            yield from ((position, comparison) for comparison in comparisons(question.show_if))


def _place(position: int) -> Place:
    return QUESTIONS / position / "show_if"


def comparison_problem(
    place: Place, comparison: Comparison, earlier: Collection[str], referable: Referable
) -> DefinitionProblem | None:
    """What is wrong with a comparison that stands at ``place``, if anything; it may speak of ``earlier`` questions."""
    return _reference_problem(place, comparison, earlier, referable) or _operator_problem(place, comparison, referable)


def _reference_problem(
    place: Place, comparison: Comparison, earlier: Collection[str], referable: Referable
) -> DefinitionProblem | None:
    name, _, item = comparison.question.partition(".")
    if name not in referable.questions:
        guess = referable.guess(name, referable.questions)
        message = f"There is no question “{name}”.{guess or ' Check how it is written.'}"
        return DefinitionProblem(place, ProblemCode.UNKNOWN_QUESTION, message)
    if name not in earlier:
        message = f"“{name}” comes only here or later. A condition may speak of earlier questions."
        return DefinitionProblem(place, ProblemCode.LATER_QUESTION, message)
    if referable.questions[name].asks == "nothing":
        message = f"“{name}” asks nothing. Name a question that is answered."
        return DefinitionProblem(place, ProblemCode.NOTHING_TO_COMPARE, message)
    if item and not _is_item(referable.variables.get(comparison.question)):
        parts = [
            each.part or "" for each in referable.variables.values() if each.question_id == name and _is_item(each)
        ]
        message = (
            f"“{name}” has no part “{item}”. Parts are the rows of a matrix, the options of a ranking."
            f"{referable.guess(item, parts)}"
        )
        return DefinitionProblem(place, ProblemCode.UNKNOWN_PART, message)
    return None


def _operator_problem(place: Place, comparison: Comparison, referable: Referable) -> DefinitionProblem | None:
    if isinstance(comparison, Answered):
        return None
    question = referable.questions[question_of(comparison)]
    fitting = question.compared_by
    operator = next(name for name in type(comparison).model_fields if name != "question")
    if operator not in fitting:
        usable = ", ".join((*fitting, "answered"))
        message = f"“{operator}” does not fit a {question.kind}. Use one of: {usable}."
        return DefinitionProblem(place, ProblemCode.UNFIT_OPERATOR, message)
    variable = referable.variables.get(comparison.question)
    if variable is None:
        items = (each.id for each in referable.variables.values() if each.question_id == question.id and _is_item(each))
        message = f"Say which part of “{question.id}” is meant, as in {next(items)}."
        return DefinitionProblem(place, ProblemCode.PART_MISSING, message)
    value = value_of(comparison)
    return None if value is None else _value_problem(place, variable, value, referable)


def _value_problem(
    place: Place, variable: Variable, value: int | str, referable: Referable
) -> DefinitionProblem | None:
    if variable.numbers is None:
        if "at_least" in KINDS[variable.kind].compared_by and isinstance(value, str):
            return _unfit_value(place, variable)
        if str(value) in variable.codes:
            return None
        guess = referable.guess(str(value), variable.codes)
        message = f"“{variable.id}” has no “{value}”. There are: {_listed(variable.codes)}.{guess}"
        return DefinitionProblem(place, ProblemCode.UNKNOWN_OPTION, message)
    # A date only as answers write it (not 20260331).
    if not (is_date(str(value)) if variable.numbers.are_dates else isinstance(value, int)):
        return _unfit_value(place, variable)
    if not variable.numbers.least <= variable.numbers.read(str(value)) <= variable.numbers.most:
        message = f"“{variable.id}” never takes the value {value}."
        return DefinitionProblem(place, ProblemCode.OUT_OF_RANGE, message)
    return None


def _unfit_value(place: Place, variable: Variable) -> DefinitionProblem:
    is_date_wanted = variable.numbers and variable.numbers.are_dates
    shape = "a date, as 2026-03-31" if is_date_wanted else "a whole number, written without quotes"
    return DefinitionProblem(place, ProblemCode.UNFIT_VALUE, f"“{variable.id}” is compared with {shape}.")


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(codes[:12]) + (" …" if len(codes) > 12 else "")


def _several_limits(questionnaire: Questionnaire) -> Iterator[DefinitionProblem]:
    """An input without script can tell numbers apart at one limit only (forms.digits)."""
    numbers = {question.id for question in questionnaire.questions if isinstance(question, Number)}
    limits: dict[str, set[tuple[bool, int]]] = {}
    for position, comparison in _comparisons(questionnaire):
        value = value_of(comparison)
        if comparison.question not in numbers or not isinstance(value, int):
            continue
        known = limits.setdefault(comparison.question, set())
        known.add((isinstance(comparison, Equals), value + isinstance(comparison, AtMost)))
        if len(known) > 1:
            message = (
                f"“{comparison.question}” is compared with several limits; a page without scripts can tell only one."
                " Ask for it as a single choice of bands."
            )
            yield DefinitionProblem(_place(position), ProblemCode.SEVERAL_LIMITS, message)


def _never_hidden(questionnaire: Questionnaire) -> Iterator[DefinitionProblem]:
    conditions = conditions_of(questionnaire)
    for position, question in enumerate(questionnaire.questions):
        if question.asks != "nothing" and not question.is_substantive and conditions[question.id]:
            message = f"A {question.kind} always applies. Remove the condition, or move it out of its section."
            yield DefinitionProblem(_place(position), ProblemCode.ALWAYS_ASKED, message)


def _unreachable(questionnaire: Questionnaire, unsound: Collection[Comparison]) -> Iterator[DefinitionProblem]:
    conditions = conditions_of(questionnaire)
    if size_of(conditions) > MAXIMUM_COMPARISONS:
        message = (
            f"The conditions take over {MAXIMUM_COMPARISONS} comparisons, those counted in that they build on."
            " Ask more of the questions of everybody."
        )
        yield DefinitionProblem(QUESTIONS, ProblemCode.CONDITIONS_TOO_COMPLEX, message)
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
        yield DefinitionProblem(_place(position), ProblemCode.UNDECIDED, message, Severity.WARNING)
        return
    if True not in outcomes:
        message = "Nobody is ever asked this: the condition contradicts itself, or the questions that it speaks of."
        yield DefinitionProblem(_place(position), ProblemCode.UNREACHABLE, message)
    if False not in outcomes:
        message = "The condition always holds. Remove it."
        yield DefinitionProblem(_place(position), ProblemCode.NEEDLESS_CONDITION, message, Severity.WARNING)
