"""Rules of a definition that span several values: codes, limits, settings. Words and conditions have modules beside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from math import prod
from typing import Any

from pydantic_core import SchemaError, SchemaValidator, core_schema

from chalicelib.forms.widgets import MOST_BUTTONS, has_buttons
from chalicelib.questionnaire.codebook import RESERVED_CODES
from chalicelib.questionnaire.definition import (
    MAXIMUM_OPTIONS,
    MAXIMUM_YEARS,
    Date,
    Definition,
    Hidden,
    Matrix,
    MultipleChoice,
    Number,
    Question,
    Ranking,
    ShortText,
    options_of,
    specify_options,
)
from chalicelib.questionnaire.options import NumberBand
from operation.authoring.band_rules import band_label_problems
from operation.authoring.coding_rules import coding_problems
from operation.authoring.condition_rules import condition_problems
from operation.authoring.crosstab_rules import crosstab_problems
from operation.authoring.date_rules import date_problems
from operation.authoring.draft_rules import draft_problems
from operation.authoring.implication_rules import implication_problems
from operation.authoring.likely_implications import likely_implications
from operation.authoring.markdown_rules import markdown_problems
from operation.authoring.minutes_rules import minutes_problems
from operation.authoring.name_rules import name_problems
from operation.authoring.places import LISTS, QUESTIONNAIRE, QUESTIONS, SETTINGS, Place, questions_of
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity
from operation.authoring.support_rules import support_problems
from operation.authoring.violence_rules import violence_problems
from operation.authoring.wording_rules import wording_problems

#: Of the 500 fields that a request may have, some are the form's own (responses.decoding).
MAXIMUM_FORM_FIELDS = 480

#: What a form's link says already.
QUERY_NAMES = frozenset({"lang", "token"})
#: More values of a hidden question than this look like one for each person.
MANY_LINKS = 10
#: What all patterns may weigh together: each repetition that is counted out, times each class of Unicode. A process
#: compiles them all when it starts, for \w in 0.3 ms and 25 kB.
MAXIMUM_WEIGHT = 2000
_COUNTED = re.compile(r"(?<!\\[xuU])\{\s*(?:\d+\s*,\s*)?(\d+)")
_CLASSES = re.compile(r"\\[wWdDsSbBpP]")


def check_definition(definition: Definition) -> list[DefinitionProblem]:
    """Every problem of ``definition``, errors and warnings."""
    return [*rule_problems(definition), *word_problems(definition)]


def word_problems(definition: Definition) -> Iterator[DefinitionProblem]:
    """Every problem with words, and with how they are formatted."""
    yield from wording_problems(definition)
    yield from markdown_problems(definition)


def rule_problems(definition: Definition, left_out: frozenset[str] = frozenset()) -> Iterator[DefinitionProblem]:
    """As :func:`check_definition`, but for the words.

    ``left_out``: ids of questions that something else stands in for, so that nothing is said of what speaks of them.
    """
    for check in CHECKS:
        yield from check(definition)
    yield from condition_problems(definition, left_out)
    yield from crosstab_problems(definition, left_out)
    yield from implication_problems(definition, left_out)
    yield from likely_implications(definition)
    if not left_out:
        yield from minutes_problems(definition)


def _repeated_codes(definition: Definition) -> Iterator[DefinitionProblem]:
    questions = definition.questionnaire.questions
    yield from _repeats(QUESTIONS, "id", (question.id for question in questions))
    for place, question in questions_of(definition):
        for name in LISTS:
            codes = [member.code for member in getattr(question, name, ())]
            yield from _repeats(place / name, "code", codes)
            yield from _reserved(place / name, codes)


def _repeats(place: Place, key: str, names: Iterable[str]) -> Iterator[DefinitionProblem]:
    names = list(names)
    for name, count in Counter(names).items():
        if count > 1:
            second = names.index(name, names.index(name) + 1)
            message = f"The {key} “{name}” stands {count} times. Rename all but one."
            yield DefinitionProblem(place / second / key, ProblemCode.REPEATED_CODE, message)


def _reserved(place: Place, codes: Iterable[str]) -> Iterator[DefinitionProblem]:
    for index, code in enumerate(codes):
        if code in RESERVED_CODES:
            message = f"“{code}” has a meaning in tables. Rename it."
            yield DefinitionProblem(place / index / "code", ProblemCode.RESERVED_CODE, message)


def _limits(definition: Definition) -> Iterator[DefinitionProblem]:
    for place, question in questions_of(definition):
        if not isinstance(question, MultipleChoice | Ranking):
            continue
        combinable = sum(not option.exclusive for option in question.options)
        if isinstance(question, MultipleChoice) and not combinable:
            message = "Every option is exclusive, so only one can be chosen. Make it a single_choice."
            yield DefinitionProblem(place / "options", ProblemCode.NEEDLESS_MARK, message)
        for name in ("least", "most"):
            limit = getattr(question, name, None)
            if limit is not None and limit > combinable:
                done = "ranked" if isinstance(question, Ranking) else "combined"
                message = f"{name} is {limit}, but only {combinable} options can be {done}. Lower it."
                yield DefinitionProblem(place / name, ProblemCode.IMPOSSIBLE_LIMIT, message)
        if isinstance(question, MultipleChoice) and (question.least or 0) > (question.most or MAXIMUM_OPTIONS):
            message = "least is more than most. Change one of them."
            yield DefinitionProblem(place / "least", ProblemCode.IMPOSSIBLE_LIMIT, message)


#: By the mark of an option, what it does.
_MARKS = {"exclusive": "be exclusive", "specify": "ask to specify", "apart": "stand apart"}


def _meaningless_marks(definition: Definition) -> Iterator[DefinitionProblem]:
    for place, question in questions_of(definition):
        for mark, said in _MARKS.items():
            if mark not in question.marks and any(getattr(option, mark) for option in options_of(question)):
                message = f"Options of a {question.kind} cannot {said}. Remove the mark."
                yield DefinitionProblem(place, ProblemCode.NEEDLESS_MARK, message)
        if question.asks == "nothing" and question.required_because:
            message = "Nothing is asked here. Remove “required_because”."
            yield DefinitionProblem(place, ProblemCode.NEEDLESS_MARK, message)
    if definition.settings.policy == "exact" and definition.settings.releases != "at_close":
        message = "Under `policy: exact` results come whenever answers did. Remove it."
        yield DefinitionProblem(SETTINGS / "releases", ProblemCode.NEEDLESS_MARK, message)


def _apart_before_others(definition: Definition) -> Iterator[DefinitionProblem]:
    for place, question in questions_of(definition):
        apart = [option.stands_apart for option in options_of(question)]
        if "apart" in question.marks and apart != sorted(apart):
            message = "On the form, options that stand apart come last. Write them last, as results list them."
            yield DefinitionProblem(place / "options", ProblemCode.NOT_LAST, message, Severity.WARNING)


def _long_rankings(definition: Definition) -> Iterator[DefinitionProblem]:
    for place, question in questions_of(definition):
        if isinstance(question, Ranking) and not has_buttons(question):
            message = (
                f"{len(question.ranks)} ranks are tiring to give, and are picked from lists rather than on buttons."
                f" Ask for the first three (most: 3), at most for {MOST_BUTTONS}."
            )
            yield DefinitionProblem(place, ProblemCode.LONG_RANKING, message, Severity.WARNING)


def _too_many_fields(definition: Definition) -> Iterator[DefinitionProblem]:
    fields = sum(fields_of(question) for question in definition.questionnaire.questions)
    if fields > MAXIMUM_FORM_FIELDS:
        taken = MAXIMUM_FORM_FIELDS
        message = f"The form can send {fields} fields, {taken} are taken. Ask less, or offer fewer options."
        yield DefinitionProblem(QUESTIONS, ProblemCode.TOO_MANY_FIELDS, message)


def fields_of(question: Question) -> int:
    """How many fields a form can send for ``question``: each box that may be ticked, each row, each line."""
    if isinstance(question, Matrix):
        return len(question.rows)
    if isinstance(question, Ranking):
        return len(question.options)
    if isinstance(question, Date):
        return 3
    boxes = len(question.options) if isinstance(question, MultipleChoice) else 1
    return boxes + len(specify_options(question))


def _asks_nothing(definition: Definition) -> Iterator[DefinitionProblem]:
    if not any(question.is_substantive for question in definition.questionnaire.questions):
        yield DefinitionProblem(QUESTIONS, ProblemCode.ASKS_NOTHING, "No question is asked. Add one.")


def _bands(definition: Definition) -> Iterator[DefinitionProblem]:
    """Numbers and dates are published in bands that are declared beforehand (disclosure, rule 2)."""
    for place, question in questions_of(definition):
        if not isinstance(question, Number | Date):
            continue
        if question.least > question.most:  # type: ignore[operator]  # both numbers, or both ISO dates
            message = "least is after most. Change one of them."
            yield DefinitionProblem(place / "least", ProblemCode.IMPOSSIBLE_LIMIT, message)
        if isinstance(question, Date) and len(question.years) > MAXIMUM_YEARS:
            message = f"{len(question.years)} years are too many to choose from; {MAXIMUM_YEARS} are the most."
            yield DefinitionProblem(place / "least", ProblemCode.TOO_MANY_YEARS, message)
        if not question.bands and definition.settings.policy == "protected":
            message = "Exact values are not published. Declare the bands to count them in (bands)."
            yield DefinitionProblem(place, ProblemCode.BANDS_MISSING, message)
        limits = [band.below if isinstance(band, NumberBand) else band.before for band in question.bands]
        ends = [question.least, *limits[:-1], question.most]
        if question.bands and (limits[-1] is not None or None in limits[:-1] or not _ascends(ends)):
            key = "below" if isinstance(question, Number) else "before"
            message = (
                f"Each band but the last ends at its “{key}”, in ascending order between least and most;"
                " the last takes the rest."
            )
            yield DefinitionProblem(place / "bands", ProblemCode.BANDS_OUT_OF_ORDER, message)


def _ascends(ends: list[Any]) -> bool:
    """Whether each band has room: the last may begin at ``most`` itself."""
    return all(former < latter for former, latter in pairwise(ends[:-1])) and ends[-2] <= ends[-1]


def _patterns(definition: Definition) -> Iterator[DefinitionProblem]:
    together = 0
    for place, question in questions_of(definition):
        if not isinstance(question, ShortText) or question.pattern is None:
            continue
        if question.pattern_says is None:
            message = "Say in words what the pattern wants (pattern_says), for those whom it refuses."
            yield DefinitionProblem(place, ProblemCode.PATTERN_WITHOUT_WORDS, message)
        weight = _weight(question.pattern)
        if together + weight > MAXIMUM_WEIGHT:
            # Its weight is left out of the sum: patterns that would fit without it are not to blame.
            which = "This pattern takes" if weight > MAXIMUM_WEIGHT else "This pattern and those before it take"
            message = f"{which} too much memory. Count out fewer repetitions ({{n}})."
            yield DefinitionProblem(place / "pattern", ProblemCode.PATTERNS_TOO_LARGE, message)
            continue
        together += weight
        if not _compiles(question.pattern):
            message = "This pattern is not understood, or takes too much memory. Look-around is not supported."
            yield DefinitionProblem(place / "pattern", ProblemCode.PATTERN, message)


def _weight(pattern: str) -> int:
    """As if every repetition were inside every other."""
    repeats = prod(max(1, int(count)) for count in _COUNTED.findall(pattern))
    return repeats * (1 + len(_CLASSES.findall(pattern)))


def _compiles(pattern: str) -> bool:
    """Whether pydantic's engine takes ``pattern``: alone, and as it is used, around the whole text."""
    try:
        for shape in (pattern, f"^(?:{pattern})$"):
            SchemaValidator(core_schema.str_schema(pattern=shape))
    except SchemaError:
        return False
    return True


def _links(definition: Definition) -> Iterator[DefinitionProblem]:
    """Hidden questions take their value from a link's query, beside the form's own names there."""
    for place, question in questions_of(definition):
        if not isinstance(question, Hidden):
            continue
        if question.id in QUERY_NAMES:
            message = f"“{question.id}” has a meaning in links already. Rename it."
            yield DefinitionProblem(place / "id", ProblemCode.RESERVED_CODE, message)
        if question.required_because:
            message = "Nobody can be made to have come by a link. Remove it."
            yield DefinitionProblem(place, ProblemCode.NEEDLESS_MARK, message)
        if len(question.options) > MANY_LINKS:
            message = "Links that differ from person to person tell who answered. Use a few for all."
            yield DefinitionProblem(place, ProblemCode.IDENTIFYING, message, Severity.WARNING)


def _written_format(definition: Definition) -> Iterator[DefinitionProblem]:
    if definition.questionnaire.formatted is not None:
        message = "There is no such key here. Texts are read as Markdown when they are published."
        yield DefinitionProblem(QUESTIONNAIRE / "formatted", ProblemCode.EXTRA_FORBIDDEN, message)


CHECKS: tuple[Callable[[Definition], Iterator[DefinitionProblem]], ...] = (
    _repeated_codes,
    _limits,
    _bands,
    band_label_problems,
    _patterns,
    _links,
    _too_many_fields,
    _meaningless_marks,
    _apart_before_others,
    _long_rankings,
    _asks_nothing,
    date_problems,
    name_problems,
    _written_format,
    support_problems,
    coding_problems,
    violence_problems,
    draft_problems,
)
