"""Words that a draft was made with, and that the people who ask have to replace by their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chalicelib.questionnaire.definition import Definition
from operation.authoring.places import QUESTIONNAIRE
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity

#: By the text of a questionnaire that they stand in for.
DRAFTED: Mapping[str, str] = {
    "asked_by": "The name of your group",
    "introduction": "Say who asks, why, and what the answers are used for.",
}


def draft_problems(definition: Definition) -> Iterator[DefinitionProblem]:
    """A warning for each such text that stands there still."""
    for name, words in DRAFTED.items():
        for language, text in getattr(definition.questionnaire, name).items():
            if text.strip() == words:
                message = f"“{words}” stands in for yours, and respondents would read it. Write your own."
                place = QUESTIONNAIRE / name / language
                yield DefinitionProblem(place, ProblemCode.DRAFT_WORDS, message, Severity.WARNING)
