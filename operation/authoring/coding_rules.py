"""When what people write may be sorted into themes, and published so."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.questionnaire.definition import Definition, LongText, ShortText
from chalicelib.questionnaire.themes import themes_id
from operation.authoring.places import QUESTIONS, SETTINGS
from operation.authoring.problems import DefinitionProblem, ProblemCode

_PLACE = SETTINGS / "coding"


def coding_problems(definition: Definition) -> Iterator[DefinitionProblem]:
    """Every problem of the setting ``coding``."""
    questions = definition.questionnaire.questions
    if not definition.settings.coding:
        return
    written = [question for question in questions if isinstance(question, ShortText | LongText)]
    if not written:
        message = "Nobody writes anything here that could be sorted into themes. Remove this, or ask a long_text."
        yield DefinitionProblem(_PLACE, ProblemCode.CODING, message)
    names = {themes_id(question.id) for question in written}
    for place, question in enumerate(questions):
        if question.id in names:
            message = f"The themes of another question will be called “{question.id}”. Rename this one."
            yield DefinitionProblem(QUESTIONS / place / "id", ProblemCode.CODING, message)
