"""Shows and hides questions by CSS alone: the same condition that decides on the server, as a selector.

A condition that holds is a compound of pseudo-classes on the form: ``:has()`` for what is chosen, one after the other
for "all", ``:is()`` for "any", ``:not()`` for "not". ``:has()`` may not be nested, and nothing here nests it. Where a
browser lacks it, every question shows with a line that says to answer it only if it fits.

Limit: a field with nothing but spaces counts as answered here, and as a number below every limit; the server takes it
for no answer. CSS knows whether a field is empty and whether it fits one pattern, which the limit needs already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chalicelib.forms.digits import number_pattern
from chalicelib.forms.steps import START, steps_of
from chalicelib.forms.widgets import control_of
from chalicelib.questionnaire.conditions import (
    All,
    Answered,
    AnyOf,
    AtLeast,
    AtMost,
    ChosenAtLeast,
    ChosenAtMost,
    Comparison,
    Equals,
    Not,
    Tree,
    comparisons,
    value_of,
)
from chalicelib.questionnaire.definition import Date, Number, Question, Questionnaire, Scale, Section
from chalicelib.questionnaire.routing import conditions_of

#: Class of the line that says when a question is to be answered, for browsers that cannot hide it.
FALLBACK = "only-if"


def visibility_rules(questionnaire: Questionnaire, in_steps: bool) -> list[str]:
    """The rules that hide what does not apply; none where everything always does."""
    visibility = Visibility(questionnaire)
    applying = [
        (question.id, visibility.of(question.id))
        for question in questionnaire.questions
        if not (in_steps and isinstance(question, Section))
    ]
    rules = [f'form:not({condition}) [id="{name}"] {{ display: none }}' for name, condition in applying if condition]
    for step in steps_of(questionnaire) if in_steps else ():
        rules += _passing(step.id, visibility.of_any(step.conditions)) if step.conditions else []
    return rules


def _passing(name: str, condition: str) -> list[str]:
    """A step that shows nothing is passed over: of the ways that lead on, the first open one shows."""
    passed, here = f"form:not({condition})", f'[id="{name}"]'
    return [
        f"{passed} {here} {{ display: none }}",
        f"{passed} .to-{name} {{ display: none }}",
        f"form{condition} .to-{name} ~ a {{ display: none }}",
        # Somebody who comes to it by the browser's Forward meets the first step instead of nothing; so does who
        # had an error in it, and then changed what it depends on.
        f'{passed}:has({here}:target, {here} :target) [id="{START}"],'
        f' {passed}:has({here}.current):not(:has(.step:target, .step :target)) [id="{START}"] {{ display: block }}',
    ]


def patterns_of(questionnaire: Questionnaire) -> Mapping[str, str]:
    """By the id of a number question, the pattern that its input has to fit for the condition on it to hold."""
    numbers = {question.id for question in questionnaire.questions if isinstance(question, Number)}
    trees = [tree for conditions in conditions_of(questionnaire).values() for tree in conditions]
    found: dict[str, str] = {}
    for comparison in (leaf for tree in trees for leaf in comparisons(tree)):
        value = value_of(comparison)
        if comparison.question in numbers and isinstance(value, int):
            # At most 5 is what does not fit "at least 6".
            limit = value + 1 if isinstance(comparison, AtMost) else value
            found[comparison.question] = number_pattern(limit, or_more=not isinstance(comparison, Equals))
    return found


class Visibility:
    """The conditions of one questionnaire as selectors."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._conditions = conditions_of(questionnaire)
        self._questions = {question.id: question for question in questionnaire.questions}

    def of(self, name: str) -> str:
        """What the form matches when the question called ``name`` applies."""
        return self._all(self._conditions[name])

    def of_any(self, conditions: Iterable[Iterable[Tree]]) -> str:
        """What the form matches when all of one of ``conditions`` hold."""
        selectors = [self._all(trees) for trees in conditions]
        return selectors[0] if len(selectors) == 1 else f":is({', '.join(selectors)})"

    def _all(self, trees: Iterable[Tree]) -> str:
        return "".join(map(self._selector, trees))

    def _selector(self, tree: Tree) -> str:
        match tree:
            case All():
                return "".join(map(self._selector, tree.all))
            case AnyOf():
                return f":is({', '.join(map(self._selector, tree.any))})"
            case Not():
                return f":not({self._selector(tree.negated)})"
            case ChosenAtMost():
                more = ChosenAtLeast(question=tree.question, chosen_at_least=tree.chosen_at_most + 1)
                return f":not({self._selector(more)})"
            case _:
                return self._compared(tree)

    def _compared(self, comparison: Comparison) -> str:
        """An answer that matches, to a question that applies itself: an answer out of sight does not count."""
        question = self._questions[comparison.question.partition(".")[0]]
        return _matching(question, comparison) + self.of(question.id)


def _matching(question: Question, comparison: Comparison) -> str:
    name = comparison.question
    match comparison:
        case Answered():
            return answered(question, name)
        case ChosenAtLeast():
            return _has(f'[id="{name}"] ' + " ~ ".join(["input:checked"] * comparison.chosen_at_least))
        case _ if isinstance(question, Number):
            state = "invalid" if isinstance(comparison, AtMost) else "valid"
            return _has(f'input[name="{name}"]:not(:placeholder-shown):{state}')
        case _ if isinstance(question, Date):
            return _dated(question, comparison)
        case _:
            return _chosen(question, name, _values(question, comparison))


def _values(question: Question, comparison: Comparison) -> Iterable[str]:
    """The values that ``comparison`` holds for, of a question with few."""
    value = value_of(comparison)
    if not isinstance(comparison, AtLeast | AtMost):
        return [str(value)]
    steps = question.steps if isinstance(question, Scale) else question.ranks  # type: ignore[attr-defined]
    limit, is_least = int(value or 0), isinstance(comparison, AtLeast)
    return [str(step) for step in steps if (step >= limit if is_least else step <= limit)]


def _chosen(question: Question, name: str, values: Iterable[str]) -> str:
    listed = ", ".join(f'[value="{value}"]' for value in values)
    if control_of(question) == "list":
        return _has(f'select[name="{name}"] option:is({listed}):checked')
    return _has(f'input[name="{name}"]:is({listed}):checked')


def answered(question: Question, name: str) -> str:
    """What the form matches once the question, or a part of it, called ``name`` is answered."""
    is_whole = name == question.id
    match control_of(question):
        case "field":
            return _has(f'[name="{name}"]:not(:placeholder-shown)')
        case "lists":
            return "".join(_has(f"{_select(name, part)} {_PICKED}:checked") for part in ("year", "month", "day"))
        case "list":
            lists = f'[id="{name}"] select' if is_whole else f'select[name="{name}"]'
            return _has(f"{lists} {_PICKED}:checked")
        case _:
            return _has(f'[id="{name}"] {_CHOSEN}' if is_whole else f'input[name="{name}"]{_CHOSEN[5:]}')


#: A box or button other than the one that takes a choice back.
_CHOSEN = 'input:checked:not([value=""])'
#: An option of a list other than the empty one that stands first.
_PICKED = 'option:not([value=""])'


def _dated(question: Date, comparison: Comparison) -> str:
    """A date compared part by part. The options stand in ascending order, so later ones are later siblings."""
    name = question.id
    year, month, day = (str(int(part)) for part in str(value_of(comparison)).split("-"))
    exact = {"year": year, "month": month, "day": day}
    same = {part: _has(f'{_select(name, part)} option[value="{value}"]:checked') for part, value in exact.items()}
    after = {
        part: _has(f'{_select(name, part)} option[value="{value}"] ~ option:checked') for part, value in exact.items()
    }
    later = f":is({after['year']}, {same['year']}{after['month']}, {same['year']}{same['month']}{after['day']})"
    equal = "".join(same.values())
    is_answered = answered(question, name)
    match comparison:
        case AtLeast():
            return f"{is_answered}:is({later}, {equal})"
        case AtMost():
            return f"{is_answered}:not({later})"
        case _:
            return equal


def _select(name: str, part: str) -> str:
    return f'select[name="{name}.{part}"]'


def _has(selector: str) -> str:
    return f":has({selector})"
