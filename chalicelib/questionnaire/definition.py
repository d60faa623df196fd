"""What a survey's author writes: a questionnaire of questions, and the survey's settings (:mod:`.survey`).

The models are the schema of the definition file and of what is stored. They say what a single value may be;
rules that span values stand in :mod:`operation.authoring.rules`.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from chalicelib.questionnaire.base import Day, Frozen, Identifier, Language, Printable, SurveyId, Text, Wording
from chalicelib.questionnaire.conditions import MAXIMUM_NUMBER, Condition, Implication
from chalicelib.questionnaire.formatted import Formatted
from chalicelib.questionnaire.options import DateBand, NumberBand, Option, Row
from chalicelib.questionnaire.survey import MAXIMUM_SUPPORT, SurveySettings

MAXIMUM_QUESTIONS = 100
#: A choice is packed into one byte, of which 0 means no answer (responses.packing).
MAXIMUM_OPTIONS = 250
#: A year is chosen from a list, which has to stay one that people can find theirs in.
MAXIMUM_YEARS = 130
#: Rust's regular expressions take linear time; a long one could still take much memory to compile.
MAXIMUM_PATTERN = 100
#: One for each group of a long list: a continent for the countries in it.
MAXIMUM_IMPLICATIONS = 50
#: In crosstabs: puts each respondent into one group, can be crossed with a group only, or neither.
Crossing = Literal["group", "crossed", "none"]
#: How conditions compare what has an order.
IN_ORDER = ("equals", "at_least", "at_most")
#: How the options of a question stand: as written, or otherwise on each form, but for those set apart.
Order = Literal["fixed", "random"]


class Question(Frozen):
    """What all kinds share. A question is skippable unless ``required_because`` says why it is not.

    The class variables are the facts of a kind: each has to declare them, or take them from the kind that it resembles.
    """

    #: Closed kinds have codes that are counted; the others are text, or nothing at all.
    asks: ClassVar[Literal["codes", "text", "nothing"]]
    #: The keys by which conditions compare an answer, beside "answered".
    compared_by: ClassVar[tuple[str, ...]]
    crosstab: ClassVar[Crossing]
    #: The marks that its options may bear: "exclusive", "specify", "apart".
    marks: ClassVar[frozenset[str]]
    #: Whether the answer tells something: agreeing to take part does not, nor what came with the link.
    is_substantive: ClassVar[bool]
    #: Whether the answer could be a name or a place: not where it is one of a few words of ours.
    can_identify: ClassVar[bool]

    kind: str
    id: Identifier
    label: Text
    #: What it is called in headings and columns of results, where the whole question would be too long.
    short: Text | None = None
    hint: Text | None = None
    required_because: Text | None = None
    #: Asked only of whom this holds for; their answers are dropped otherwise.
    show_if: Condition | None = None
    #: What its answers say of those to an earlier question; print obeys it too (disclosure, rule 5).
    implies: Annotated[tuple[Implication, ...], Field(strict=False, max_length=MAXIMUM_IMPLICATIONS)] = ()


class _Closed(Question):
    """What kinds share whose answers are counted."""

    asks = "codes"
    compared_by: ClassVar[tuple[str, ...]] = ("equals",)
    crosstab: ClassVar[Crossing] = "group"
    marks = frozenset()
    is_substantive = True
    can_identify = False


class OneOfList(_Closed):
    """What kinds share whose answer is the code of one option."""

    can_identify = True
    options: Annotated[tuple[Option, ...], Field(strict=False, min_length=2, max_length=MAXIMUM_OPTIONS)]


class SingleChoice(OneOfList):
    """One option of a list that shows all of them."""

    marks = frozenset({"specify", "apart"})
    kind: Literal["single_choice"]
    order: Order = "fixed"


class Dropdown(OneOfList):
    """One option of a list box, for lists too long to show: countries, municipalities."""

    marks = frozenset({"apart"})
    kind: Literal["dropdown"]


class MultipleChoice(_Closed):
    """Any number of options, from ``least`` to ``most`` where these are given."""

    compared_by = ("includes", "chosen_at_least", "chosen_at_most")
    crosstab = "crossed"
    marks = frozenset({"exclusive", "specify", "apart"})
    can_identify = True
    kind: Literal["multiple_choice"]
    order: Order = "fixed"
    options: Annotated[tuple[Option, ...], Field(strict=False, min_length=2, max_length=MAXIMUM_OPTIONS)]
    least: Annotated[int, Field(ge=1, le=MAXIMUM_OPTIONS)] | None = None
    most: Annotated[int, Field(ge=1, le=MAXIMUM_OPTIONS)] | None = None


class Scale(_Closed):
    """Whole steps from ``least`` to ``most``, the ends labelled: Likert, NPS, rating."""

    compared_by = IN_ORDER
    kind: Literal["scale"]
    least: Annotated[int, Field(ge=0, le=1)] = 1
    most: Annotated[int, Field(ge=2, le=10)] = 5
    least_label: Text
    most_label: Text

    @property
    def steps(self) -> range:
        """Every step, both ends included."""
        return range(self.least, self.most + 1)


class Matrix(_Closed):
    """The same options asked of several rows."""

    crosstab = "crossed"
    marks = frozenset({"apart"})
    kind: Literal["matrix"]
    rows: Annotated[tuple[Row, ...], Field(strict=False, min_length=1, max_length=30)]
    options: Annotated[tuple[Option, ...], Field(strict=False, min_length=2, max_length=11)]


class Ranking(_Closed):
    """Options put in order, the best first: the first ``most`` of them, or all."""

    compared_by = IN_ORDER
    crosstab = "none"
    kind: Literal["ranking"]
    order: Order = "fixed"
    options: Annotated[tuple[Option, ...], Field(strict=False, min_length=2, max_length=20)]
    most: Annotated[int, Field(ge=1, le=20)] | None = None

    @property
    def ranks(self) -> range:
        """Every rank that can be given, 1 the best."""
        return range(1, min(self.most or len(self.options), len(self.options)) + 1)


class _Measured(_Closed):
    """What kinds share that are published in bands."""

    compared_by = IN_ORDER
    can_identify = True


class Number(_Measured):
    """A whole number from ``least`` to ``most``, published in ``bands``."""

    kind: Literal["number"]
    least: Annotated[int, Field(ge=0, le=MAXIMUM_NUMBER)] = 0
    most: Annotated[int, Field(ge=1, le=MAXIMUM_NUMBER)]
    bands: Annotated[tuple[NumberBand, ...], Field(strict=False, max_length=50)] = ()


class Date(_Measured):
    """A day from ``least`` to ``most``, both as 2026-03-31, published in ``bands``."""

    kind: Literal["date"]
    least: Day
    most: Day
    bands: Annotated[tuple[DateBand, ...], Field(strict=False, max_length=50)] = ()

    @property
    def years(self) -> range:
        """Every year that can be chosen."""
        return range(int(self.least[:4]), int(self.most[:4]) + 1)


class YesNo(_Closed):
    """Yes or no."""

    kind: Literal["yes_no"]


class Consent(_Closed):
    """A box that has to be ticked before anything is sent; the label says what is agreed to."""

    compared_by = ()
    crosstab = "none"
    is_substantive = False
    kind: Literal["consent"]


class _Written(Question):
    """What kinds share whose answers are words."""

    asks = "text"
    compared_by = ()
    crosstab = "none"
    marks = frozenset()
    is_substantive = True
    can_identify = True


class ShortText(_Written):
    """One line."""

    kind: Literal["short_text"]
    most_characters: Annotated[int, Field(ge=1, le=500)] = 200
    #: A regular expression that the whole line has to fit, and the words that say what is wanted.
    pattern: Annotated[str, Field(min_length=1, max_length=MAXIMUM_PATTERN), Printable] | None = None
    pattern_says: Text | None = None


class LongText(_Written):
    """Several lines."""

    kind: Literal["long_text"]
    most_characters: Annotated[int, Field(ge=1, le=4000)] = 4000


class _Shown(Question):
    """What kinds share that ask nothing."""

    asks = "nothing"
    compared_by = ()
    crosstab = "none"
    marks = frozenset()
    is_substantive = False
    can_identify = False


class Note(_Shown):
    """Text between questions."""

    kind: Literal["note"]


class Hidden(OneOfList):
    """Filled from the link's query (?id=code), from these options only, and shown to the respondent."""

    is_substantive = False
    kind: Literal["hidden"]
    options: Annotated[tuple[Option, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_OPTIONS)]


class Section(_Shown):
    """A heading: what follows belongs to it, its condition included, up to the next.

    ``support``: lines of the settings that are shown after it, by id; one that is no longer there is passed over.
    """

    kind: Literal["section"]
    support: Annotated[tuple[Identifier, ...], Field(strict=False, max_length=MAXIMUM_SUPPORT)] = ()


AnyQuestion = (
    SingleChoice
    | Dropdown
    | MultipleChoice
    | Scale
    | Matrix
    | Ranking
    | Number
    | Date
    | YesNo
    | Consent
    | ShortText
    | LongText
    | Hidden
    | Note
    | Section
)

#: The registry of question kinds, by the name that each has in definitions. Stages that do something else for each keep
#: a table with the same keys; ``tests/contracts/test_kinds.py`` names those that lack one.
KINDS: Mapping[str, type[Question]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model for model in get_args(AnyQuestion)
}


class Translation(Frozen):
    """A language of the questionnaire. Until it names who reviewed it, it is a draft."""

    name: Wording
    reviewed_by: Wording | None = None


class Questionnaire(Frozen):
    """The wording of a survey, immutable under its version number once published."""

    languages: Annotated[dict[Language, Translation], Field(min_length=1, max_length=20)]
    title: Text
    asked_by: Text
    introduction: Text
    thanks: Text
    minutes: Annotated[int, Field(ge=1, le=120)]
    questions: Annotated[
        tuple[Annotated[AnyQuestion, Field(discriminator="kind")], ...],
        Field(strict=False, min_length=1, max_length=MAXIMUM_QUESTIONS),
    ]
    #: Made when a version is published, and written by nobody (operation.authoring.markdown).
    formatted: SkipJsonSchema[Formatted | None] = None

    @property
    def first_language(self) -> str:
        """The language that the others fall back to."""
        return next(iter(self.languages))

    @property
    def has_text(self) -> bool:
        """Whether any answer is written rather than chosen."""
        return any(question.asks == "text" or bool(specify_options(question)) for question in self.questions)

    @property
    def drafts(self) -> tuple[str, ...]:
        """Languages that nobody has reviewed yet."""
        return tuple(code for code, translation in self.languages.items() if not translation.reviewed_by)


class Definition(Frozen):
    """A whole definition file."""

    survey: SurveyId
    settings: SurveySettings
    questionnaire: Questionnaire


def is_required(question: Question) -> bool:
    """Whether ``question`` has to be answered, where it applies."""
    return question.required_because is not None or isinstance(question, Consent)


def specify_options(question: Question) -> tuple[Option, ...]:
    """The options of ``question`` that ask to say which."""
    return tuple(option for option in options_of(question) if option.specify) if "specify" in question.marks else ()


def options_of(question: Question) -> tuple[Option, ...]:
    """The options of ``question``, if its kind has any."""
    return getattr(question, "options", ())


def has_random_order(question: Question) -> bool:
    """Whether the options of ``question`` stand otherwise on each form."""
    return getattr(question, "order", "fixed") == "random"


def in_language(text: Mapping[str, str], language: str, fallback: str) -> str:
    """``text`` in ``language``, else in ``fallback``."""
    return text.get(language) or text[fallback]
