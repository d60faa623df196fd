"""Whether readers of the results will learn how the survey was made, and can tell its questions apart.

Source: AAPOR, "Code of Professional Ethics and Practices" (revised April 2021), section III.A: what of the items to be
disclosed with every result nobody but the author knows.
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.questionnaire.definition import Consent, Definition, Question
from operation.authoring.places import QUESTIONS, SETTINGS
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity

#: By setting, what a reader wants to know of it.
TOLD = {
    "population": "who was to answer",
    "recruitment": "how they were found and asked",
    "sponsor": "who pays for it",
    "limits": "what the numbers cannot tell",
}
#: Characters of a question that is too long to head a column of results.
LONG_HEADING = 60
#: Questions that one warning names.
MOST_NAMED = 5


def method_problems(definition: Definition) -> Iterator[DefinitionProblem]:
    """One warning of what the note on how the survey was made will lack, and one of questions without a short name."""
    if missing := [f"{name} ({what})" for name, what in TOLD.items() if getattr(definition.settings, name) is None]:
        message = (
            f"Results will not tell {', '.join(missing)}. Write it under settings, each in every language; it may still"
            " change while the survey is open."
        )
        yield DefinitionProblem(SETTINGS, ProblemCode.METHOD_UNTOLD, message, Severity.WARNING)
    questions = definition.questionnaire.questions
    if long := [place for place, question in enumerate(questions) if _is_long(question)]:
        named = ", ".join(questions[place].id for place in long[:MOST_NAMED])
        more = " and others" if len(long) > MOST_NAMED else ""
        message = (
            f"Too long for a heading of results: {named}{more}. Give each a short name, as"
            ' short: {en: "Country"}; respondents do not see it.'
        )
        yield DefinitionProblem(QUESTIONS / long[0], ProblemCode.SHORT_MISSING, message, Severity.WARNING)


def _is_long(question: Question) -> bool:
    """Whether ``question``, of which something is printed, has no name that is short enough in every language."""
    is_printed = question.asks != "nothing" and not isinstance(question, Consent)
    return is_printed and question.short is None and max(map(len, question.label.values()), default=0) > LONG_HEADING
