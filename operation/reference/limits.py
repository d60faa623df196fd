"""What there can be too much of, by the constants that hold it."""

from __future__ import annotations

from chalicelib.questionnaire.base import MAXIMUM_WORDING
from chalicelib.questionnaire.conditions import MAXIMUM_NUMBER
from chalicelib.questionnaire.definition import (
    MAXIMUM_IMPLICATIONS,
    MAXIMUM_OPTIONS,
    MAXIMUM_PATTERN,
    MAXIMUM_QUESTIONS,
    MAXIMUM_YEARS,
)
from chalicelib.questionnaire.survey import MAXIMUM_CROSSED, MAXIMUM_SUPPORT
from chalicelib.questionnaire.themes import MAXIMUM_OF_A_TEXT, MAXIMUM_THEMES
from chalicelib.storage.surveys import MAXIMUM_BODY
from operation.authoring.condition_rules import MAXIMUM_COMPARISONS
from operation.authoring.rules import MANY_LINKS, MAXIMUM_FORM_FIELDS
from operation.authoring.yaml_reader import MAXIMUM_BYTES, MAXIMUM_DEPTH, MAXIMUM_KEY, MAXIMUM_NODES
from operation.reference.schemas import most_of

#: What, and how much of it.
LIMITS: tuple[tuple[str, str], ...] = (
    ("languages", str(most_of("Questionnaire", "languages"))),
    ("questions, sections and notes together", str(MAXIMUM_QUESTIONS)),
    ("options of a question (a `ranking` and a `matrix` have fewer: above)", str(MAXIMUM_OPTIONS)),
    (
        "fields of the form: one for each question, box of a `multiple_choice`, row of a `matrix`, option of a"
        " `ranking` and line to specify; three for a `date`",
        str(MAXIMUM_FORM_FIELDS),
    ),
    ("values of a `hidden` question, before `check` warns", str(MANY_LINKS)),
    ("characters of a text", f"{MAXIMUM_WORDING:,}"),
    ("characters of a `pattern`", str(MAXIMUM_PATTERN)),
    ("a `number`", f"{MAXIMUM_NUMBER:,}"),
    ("years of a `date`", str(MAXIMUM_YEARS)),
    ("comparisons in all conditions, with those that they build on", str(MAXIMUM_COMPARISONS)),
    ("implications of a question", str(MAXIMUM_IMPLICATIONS)),
    ("questions of `crosstabs`", str(MAXIMUM_CROSSED)),
    ("themes of what people wrote to a question", str(MAXIMUM_THEMES)),
    ("themes of one text", str(MAXIMUM_OF_A_TEXT)),
    ("lines of support", str(MAXIMUM_SUPPORT)),
    ("public keys", str(most_of("SurveySettings", "recipients"))),
    ("the file", f"{MAXIMUM_BYTES // 1000:,} kB"),
    ("keys and values in it", f"{MAXIMUM_NODES:,}"),
    ("levels of it inside each other", str(MAXIMUM_DEPTH)),
    ("characters of a key", str(MAXIMUM_KEY)),
    ("the questionnaire, and each release, as they are stored (compressed)", f"{MAXIMUM_BODY // 1000} kB"),
)
