"""What is wrong in a definition: where, of what kind, how grave, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Self

from operation.authoring.place_names import named
from operation.authoring.places import Place


class Severity(StrEnum):
    """An error refuses a definition, a warning does not."""

    ERROR = auto()
    WARNING = auto()


class ProblemCode(StrEnum):
    """What is wrong, for programs: stable."""

    # The file
    UNREADABLE = auto()
    OTHER_FORMAT = auto()
    NOT_UTF8 = auto()
    NOT_YAML = auto()
    NOT_A_DEFINITION = auto()
    TOO_LARGE = auto()
    TOO_DEEP = auto()
    TO_SETTLE = auto()
    ALIAS = auto()
    TAG = auto()
    KEY = auto()
    COMMENT = auto()
    CURLY_QUOTES = auto()
    DUPLICATE_KEY = auto()
    # A value, as pydantic calls it
    MISSING = auto()
    EXTRA_FORBIDDEN = auto()
    BOOL_TYPE = auto()
    DICT_TYPE = auto()
    INT_TYPE = auto()
    MODEL_TYPE = auto()
    MODEL_ATTRIBUTES_TYPE = auto()
    STRING_TYPE = auto()
    TUPLE_TYPE = auto()
    LITERAL_ERROR = auto()
    UNION_TAG_NOT_FOUND = auto()
    UNION_TAG_INVALID = auto()
    TOO_SHORT = auto()
    TOO_LONG = auto()
    STRING_TOO_SHORT = auto()
    STRING_TOO_LONG = auto()
    STRING_UNICODE = auto()
    STRING_PATTERN_MISMATCH = auto()
    GREATER_THAN_EQUAL = auto()
    LESS_THAN_EQUAL = auto()
    NO_DATE = auto()
    UNPRINTABLE = auto()
    UNSEEN = auto()
    SCHEMA = auto()
    # Codes, limits and settings
    ASKS_NOTHING = auto()
    BANDS_MISSING = auto()
    BANDS_OUT_OF_ORDER = auto()
    CODING = auto()
    DAY_OVER = auto()
    FAR_OFF = auto()
    IMPOSSIBLE_LIMIT = auto()
    LONG_RANKING = auto()
    NEEDLESS_MARK = auto()
    NOT_LAST = auto()
    PATTERN = auto()
    PATTERN_WITHOUT_WORDS = auto()
    PATTERNS_TOO_LARGE = auto()
    READ_OTHERWISE = auto()
    REPEATED_CODE = auto()
    RESERVED_CODE = auto()
    TAKEN_ID = auto()
    TOO_MANY_FIELDS = auto()
    TOO_MANY_YEARS = auto()
    # Words
    BAND_LABEL = auto()
    DRAFT_WORDS = auto()
    FINE_GEOGRAPHY = auto()
    FORBIDDEN_LINK = auto()
    IDENTIFYING = auto()
    INTERFACE_LANGUAGE = auto()
    LONG_TEXT = auto()
    MINUTES = auto()
    MISLEADING_LINK = auto()
    MISSING_TRANSLATION = auto()
    REPEATED_LABEL = auto()
    TEXT_WITHOUT_HINT = auto()
    UNCHECKED_LANGUAGE = auto()
    UNDECLARED_LANGUAGE = auto()
    UNSUPPORTED_MARKDOWN = auto()
    # Somebody to turn to, and what may hurt
    HURTING_REQUIRED = auto()
    HURTING_WITHOUT_REFUSAL = auto()
    SUPPORT_MISSING = auto()
    SUPPORT_UNNAMED = auto()
    SUPPORT_WITHOUT_WAY = auto()
    TELLS_PERPETRATOR = auto()
    TELLS_SUBJECT = auto()
    UNKNOWN_SUPPORT = auto()
    # For the readers of results
    METHOD_UNTOLD = auto()
    SHORT_MISSING = auto()
    # Conditions
    ALWAYS_ASKED = auto()
    CONDITIONS_TOO_COMPLEX = auto()
    LATER_QUESTION = auto()
    NEEDLESS_CONDITION = auto()
    NOTHING_TO_COMPARE = auto()
    OUT_OF_RANGE = auto()
    PART_MISSING = auto()
    SEVERAL_LIMITS = auto()
    UNDECIDED = auto()
    UNFIT_OPERATOR = auto()
    UNFIT_VALUE = auto()
    UNKNOWN_OPTION = auto()
    UNKNOWN_PART = auto()
    UNKNOWN_QUESTION = auto()
    UNREACHABLE = auto()
    # What answers imply
    IMPLIES_ANOTHER = auto()
    IMPLIES_BESIDE_CROSSTABS = auto()
    IMPLIES_CONDITIONAL = auto()
    IMPLIES_IN_RING = auto()
    IMPLIES_INSIDE_BAND = auto()
    IMPLIES_NOTHING = auto()
    MAY_IMPLY = auto()
    NEVER_TOGETHER = auto()
    UNFIT_TO_IMPLY = auto()
    # Crosstabs
    CROSSED_CONDITIONAL = auto()
    CROSSED_TWICE = auto()
    CROSSED_WITH_ITSELF = auto()
    CROSSED_WITHOUT_BANDS = auto()
    CROSSTABS_ON_OPEN_LINK = auto()
    UNFIT_FOR_CROSSTAB = auto()
    # Margins that records are weighted to
    CODE_LEFT_OUT = auto()
    MARGIN_SUM = auto()
    TOO_FEW = auto()
    UNFIT_FOR_MARGIN = auto()
    # A new version beside those published
    ASKED_LATE = auto()
    CHANGED_CONDITION = auto()
    CHANGED_DRAFT = auto()
    CHANGED_FOREWORD = auto()
    CHANGED_GUIDANCE = auto()
    CHANGED_MEANING = auto()
    CHANGED_QUESTION = auto()
    CHANGED_SETTING = auto()
    CHANGED_SUPPORT = auto()
    CHANGED_WORDING = auto()
    MOVED_QUESTIONS = auto()
    REMOVED_LANGUAGE = auto()
    REMOVED_LINE = auto()
    REMOVED_OPTION = auto()
    REMOVED_QUESTION = auto()
    REMOVED_ROW = auto()
    UNKNOWN_NAME = auto()

    @classmethod
    def _missing_(cls, value: object) -> Self:
        """Whatever else a later pydantic may find."""
        return cls("schema")


@dataclass(frozen=True)
class DefinitionProblem:
    """One thing wrong in a definition, and what to do.

    Where it was read from a file: ``file``, ``line`` (from 1), and ``where``, its place by the ids that stand there.
    """

    place: Place
    code: ProblemCode
    message: str
    severity: Severity = Severity.ERROR
    line: int | None = None
    file: str | None = None
    where: str | None = None

    def __str__(self) -> str:
        file = f"{self.file}:" if self.file else ""
        line = (f"{self.line}:" if file else f"line {self.line}:") if self.line else ""
        beginning = f"{file}{line} " if file or line else ""
        where = self.where or named(self.place)
        return f"{beginning}{f'{where}: ' if self.place.keys else ''}{self.message} [{self.code}]"
