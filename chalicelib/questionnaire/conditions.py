"""When a question is asked: a small typed tree, not code (design, section 7).

One tree decides on the server (:func:`holds`) and on the page (``forms.visibility`` makes CSS of it). It speaks of
earlier questions only, and of what was chosen rather than of what was written.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import Discriminator, Field, Tag
from typing_extensions import TypeAliasType

from chalicelib.questionnaire.base import CODE_OR_DATE, Frozen, Reference

#: What one respondent answered: variable id to the values given, as a form names them ("yes", "4", "2026-03-01").
Given = Mapping[str, Sequence[str]]
MAXIMUM_NUMBER = 1_000_000_000
#: A code, a step of a scale, a whole number, or a date as 2026-03-01.
Value = Annotated[int, Field(ge=0, le=MAXIMUM_NUMBER)] | Annotated[str, Field(pattern=CODE_OR_DATE, max_length=40)]


class All(Frozen):
    """Holds when each of them does."""

    all: Annotated[tuple["Condition", ...], Field(strict=False, min_length=1, max_length=50)]


class AnyOf(Frozen):
    """Holds when one of them does."""

    any: Annotated[tuple["Condition", ...], Field(strict=False, min_length=1, max_length=50)]


class Not(Frozen):
    """Holds when the other does not, so also when nothing was answered."""

    negated: Annotated["Condition", Field(alias="not")]


class Equals(Frozen):
    """The one answer to ``question`` is this."""

    question: Reference
    equals: Value


class Includes(Frozen):
    """Among the options chosen is this one."""

    question: Reference
    includes: Value


class ChosenAtLeast(Frozen):
    """So many options were chosen, or more."""

    question: Reference
    chosen_at_least: Annotated[int, Field(ge=1, le=250)]


class ChosenAtMost(Frozen):
    """So many options were chosen, or fewer; none at all counts as well."""

    question: Reference
    chosen_at_most: Annotated[int, Field(ge=0, le=250)]


class AtLeast(Frozen):
    """The step, number or date is this or later; never where nothing was answered."""

    question: Reference
    at_least: Value


class AtMost(Frozen):
    """The step, number or date is this or earlier; never where nothing was answered."""

    question: Reference
    at_most: Value


class Answered(Frozen):
    """The question was not skipped."""

    question: Reference
    answered: Literal[True]


Comparison = Equals | Includes | ChosenAtLeast | ChosenAtMost | AtLeast | AtMost | Answered


def _operator(value: Any) -> str | None:
    if isinstance(value, Frozen):
        return next(name for name, model in CONDITIONS.items() if type(value) is model)
    found = [name for name in CONDITIONS if name in value] if isinstance(value, Mapping) else []
    return found[0] if found else None


#: A named alias, so that the JSON Schema has it once.
Condition = TypeAliasType(
    "Condition",
    Annotated[
        Annotated[All, Tag("all")]
        | Annotated[AnyOf, Tag("any")]
        | Annotated[Not, Tag("not")]
        | Annotated[Equals, Tag("equals")]
        | Annotated[Includes, Tag("includes")]
        | Annotated[ChosenAtLeast, Tag("chosen_at_least")]
        | Annotated[ChosenAtMost, Tag("chosen_at_most")]
        | Annotated[AtLeast, Tag("at_least")]
        | Annotated[AtMost, Tag("at_most")]
        | Annotated[Answered, Tag("answered")],
        Discriminator(_operator),
    ],
)
#: The models of conditions by their tags: the key that tells what a condition is.
CONDITIONS: Mapping[str, type[Frozen]] = {
    tag.tag: model for model, tag in map(get_args, get_args(get_args(Condition.__value__)[0]))
}
Tree = All | AnyOf | Not | Comparison


class Implication(Frozen):
    """Whoever answers so that ``when`` holds, and answered an earlier question, did that so that ``then`` holds.

    Each tree speaks of one question: ``when`` of the one that states this, ``then`` of the earlier one.
    """

    when: Condition
    then: Condition

    @property
    def earlier(self) -> str:
        """The id of the earlier question."""
        return next(comparisons(self.then)).question

    def contradicts(self, given: Given) -> bool:
        """Whether what was ``given`` cannot go together."""
        answered = all(next(comparisons(tree)).question in given for tree in (self.when, self.then))
        return answered and holds(self.when, given) and not holds(self.then, given)


def holds(condition: Tree, given: Given) -> bool:
    """Whether ``condition`` holds for what was ``given``; what does not apply must not be among it."""
    match condition:
        case All():
            return all(holds(part, given) for part in condition.all)
        case AnyOf():
            return any(holds(part, given) for part in condition.any)
        case Not():
            return not holds(condition.negated, given)
        case _:
            return _compares(condition, given)


def _compares(condition: Comparison, given: Given) -> bool:
    values = given.get(condition.question, ())
    match condition:
        case Equals() | Includes():
            return str(value_of(condition)) in values
        case ChosenAtLeast():
            return len(values) >= condition.chosen_at_least
        case ChosenAtMost():
            return len(values) <= condition.chosen_at_most
        case AtLeast():
            return bool(values) and _order(values[0], condition.at_least) >= 0
        case AtMost():
            return bool(values) and _order(values[0], condition.at_most) <= 0
    return any(name == condition.question or name.startswith(f"{condition.question}.") for name in given)


def _order(value: str, limit: int | str) -> int:
    """Negative, zero or positive as ``value`` is before, at or after ``limit``; ISO dates sort as text."""
    mine, other = (int(value), limit) if isinstance(limit, int) else (value, limit)
    return (mine > other) - (mine < other)  # type: ignore[operator]  # both are numbers, or both are texts


def comparisons(condition: Tree) -> Iterator[Comparison]:
    """The leaves of ``condition``, in the order they stand in."""
    match condition:
        case All() | AnyOf():
            for part in condition.all if isinstance(condition, All) else condition.any:
                yield from comparisons(part)
        case Not():
            yield from comparisons(condition.negated)
        case _:
            yield condition


def value_of(comparison: Comparison) -> int | str | None:
    """What an answer is compared with; None where only its being there counts, or the number of choices."""
    values = (value for name, value in comparison if name in ("equals", "includes", "at_least", "at_most"))
    return next(values, None)
