"""What may be wrong with what answers are said to imply (disclosure, rules 5 and 6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from chalicelib.questionnaire.codebook import Variable
from chalicelib.questionnaire.conditions import Comparison, Implication, comparisons
from chalicelib.questionnaire.definition import Definition, Question, Questionnaire
from chalicelib.questionnaire.routing import conditions_of
from chalicelib.questionnaire.survey import SurveySettings
from chalicelib.tabulation.implications import Exclusion, exclusion_of
from operation.authoring.condition_rules import Referable, comparison_problem
from operation.authoring.crosstab_rules import GROUPS
from operation.authoring.places import QUESTIONS, SETTINGS, Place
from operation.authoring.problems import DefinitionProblem, ProblemCode
from operation.authoring.reachability import question_of

#: Two questions that are bound to each other: the later one, and the earlier one that it says something of.
Pair = tuple[str, str]


@dataclass(frozen=True)
class _Stated:
    """An implication, where it stands, and the question that states it."""

    place: Place
    question: Question
    implication: Implication


def implication_problems(definition: Definition, left_out: frozenset[str] = frozenset()) -> Iterator[DefinitionProblem]:
    """Every problem of the implications of ``definition``; ``left_out``: questions that another check found wrong."""
    referable, protected = Referable.of(definition.questionnaire), definition.settings.policy == "protected"
    excluded: dict[Pair, list[Exclusion]] = {}
    found = 0
    for position, stated in _stated(definition.questionnaire):
        earlier = [question.id for question in definition.questionnaire.questions[:position]]
        if problem := _problem_of_trees(stated, earlier, referable) or _problem_of_questions(stated, definition):
            found += 1
            referable = referable.after(found)
            if left_out.isdisjoint(question_of(each) for each in _leaves(stated.implication)):
                yield problem
            continue
        variables = (referable.variables[stated.question.id], referable.variables[stated.implication.earlier])
        exclusion = exclusion_of(stated.implication, *variables)
        if protected and (problem := _problem_of_cells(stated.place, exclusion)):
            yield problem
        elif protected and exclusion:
            excluded.setdefault((stated.question.id, stated.implication.earlier), []).append(exclusion)
    yield from _never_together(definition.questionnaire, excluded, referable.variables)
    yield from _rings(definition.questionnaire, excluded)
    yield from _beside_crosstabs(definition.settings, excluded)


def _stated(questionnaire: Questionnaire) -> Iterator[tuple[int, _Stated]]:
    for position, question in enumerate(questionnaire.questions):
        for index, implication in enumerate(question.implies):
            yield position, _Stated(QUESTIONS / position / "implies" / index, question, implication)


def _leaves(implication: Implication) -> list[Comparison]:
    return [*comparisons(implication.when), *comparisons(implication.then)]


def _problem_of_trees(stated: _Stated, earlier: Sequence[str], referable: Referable) -> DefinitionProblem | None:
    name, when, then = stated.question.id, stated.place / "when", stated.place / "then"
    if any(leaf.question != name for leaf in comparisons(stated.implication.when)):
        message = f"“when” compares the answer to “{name}” alone. State what others imply at those."
        return DefinitionProblem(when, ProblemCode.IMPLIES_ANOTHER, message)
    if len({leaf.question for leaf in comparisons(stated.implication.then)}) > 1:
        message = "“then” compares the answer to one earlier question. State one implication for each."
        return DefinitionProblem(then, ProblemCode.IMPLIES_ANOTHER, message)
    found = [comparison_problem(when, leaf, [name], referable) for leaf in comparisons(stated.implication.when)]
    found += [comparison_problem(then, leaf, earlier, referable) for leaf in comparisons(stated.implication.then)]
    return next(filter(None, found), None)


def _problem_of_questions(stated: _Stated, definition: Definition) -> DefinitionProblem | None:
    questions = {question.id: question for question in definition.questionnaire.questions}
    conditions = conditions_of(definition.questionnaire)
    for name in (stated.question.id, stated.implication.earlier.partition(".")[0]):
        if questions[name].kind not in GROUPS:
            message = f"“{name}” is a {questions[name].kind}. What implies or is implied is a {', '.join(GROUPS)}."
            return DefinitionProblem(stated.place, ProblemCode.UNFIT_TO_IMPLY, message)
        if conditions[name]:
            message = f"“{name}” is not asked of everybody. Only what is can imply, or be implied: remove this."
            return DefinitionProblem(stated.place, ProblemCode.IMPLIES_CONDITIONAL, message)
    return None


def _problem_of_cells(place: Place, exclusion: Exclusion | None) -> DefinitionProblem | None:
    if exclusion is None:
        message = (
            "This tells numbers of one band apart. Compare with the limit of a band, or declare one there (bands)."
        )
        return DefinitionProblem(place, ProblemCode.IMPLIES_INSIDE_BAND, message)
    if not exclusion.codes or not exclusion.others:
        message = "This rules nothing out: “when” never holds, or “then” always does. Mend it, or remove it."
        return DefinitionProblem(place, ProblemCode.IMPLIES_NOTHING, message)
    return None


def _never_together(
    questionnaire: Questionnaire, excluded: Mapping[Pair, Iterable[Exclusion]], variables: Mapping[str, Variable]
) -> Iterator[DefinitionProblem]:
    """Answers that go together with none to the other question: noisy tables need not fit then."""
    for (later, earlier), exclusions in excluded.items():
        pairs = {(code, other) for each in exclusions for code in each.codes for other in each.others}
        codes, others = variables[later].codes, variables[earlier].codes
        alone = [f"{later}: {code}" for code in codes if all((code, other) in pairs for other in others)]
        alone += [f"{earlier}: {other}" for other in others if all((code, other) in pairs for code in codes)]
        if alone:
            message = (
                f"Whoever gives this answer can give none to the other question: {', '.join(alone)}. Say what goes"
                " together with it; or ask the later question only of those whom it concerns (show_if)."
            )
            yield DefinitionProblem(_place_of(questionnaire, later), ProblemCode.NEVER_TOGETHER, message)


def _rings(questionnaire: Questionnaire, pairs: Iterable[Pair]) -> Iterator[DefinitionProblem]:
    """Tables that are possible two by two need not be possible together in a ring."""
    known: list[Pair] = []
    for later, earlier in pairs:
        if earlier in family_of(later, known):
            message = f"“{later}” and “{earlier}” are bound to each other by other implications already. Remove one."
            yield DefinitionProblem(_place_of(questionnaire, later), ProblemCode.IMPLIES_IN_RING, message)
        known.append((later, earlier))


def _beside_crosstabs(settings: SurveySettings, pairs: Collection[Pair]) -> Iterator[DefinitionProblem]:
    """What is crossed is bound to what is crossed directly, or both would be a ring."""
    if settings.crosstabs is None:
        return
    crossed = {settings.crosstabs.group, *settings.crosstabs.by}
    inside = [pair for pair in pairs if crossed.issuperset(pair)]
    for one, other in combinations(sorted(crossed), 2):
        if other in family_of(one, pairs) and other not in family_of(one, inside):
            message = (
                f"“{one}” and “{other}” are bound to each other by way of a question that is not crossed. Cross it as"
                " well, or leave one of them out."
            )
            yield DefinitionProblem(SETTINGS / "crosstabs", ProblemCode.IMPLIES_BESIDE_CROSSTABS, message)


def family_of(name: str, pairs: Collection[Pair]) -> set[str]:
    """All that are bound to the question called ``name``, and to these."""
    found = {name}
    while more := {each for pair in pairs if not found.isdisjoint(pair) for each in pair} - found:
        found |= more
    return found


def _place_of(questionnaire: Questionnaire, name: str) -> Place:
    position = next(place for place, question in enumerate(questionnaire.questions) if question.id == name)
    return QUESTIONS / position / "implies"
