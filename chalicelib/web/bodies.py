"""What the API takes and gives, as models: views make replies of them, and ``/openapi.json`` its schemas."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.json_schema import SkipJsonSchema

from chalicelib.questionnaire.base import DayOfThisCentury
from chalicelib.questionnaire.definition import Questionnaire
from chalicelib.questionnaire.support import Contact, SupportLine
from chalicelib.questionnaire.survey import State

#: What is not for respondents: the name of who reviewed a language can out a member. And what texts look like here.
INTERNAL: dict[str, Any] = {"languages": {"__all__": {"reviewed_by"}}, "formatted": True}
#: Four groups of four, as :func:`chalicelib.responses.receipt.grouped` writes it.
_RECEIPT = r"^[0-9A-Z]{4}( [0-9A-Z]{4}){3}$"


class Body(BaseModel):
    """Of a request or a reply: whole, and no key is silently ignored."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)


class ShownSurvey(Body):
    """A survey that can be answered, and its questionnaire in the version that is asked now.

    ``answers_schema``: the JSON Schema (2020-12) of the answers that a submission to it takes.
    """

    survey: str
    state: State
    opens_on: DayOfThisCentury | None
    closes_on: DayOfThisCentury | None
    version: int
    questionnaire: Annotated[
        Questionnaire,
        PlainSerializer(lambda of: of.model_dump(mode="json", exclude_none=True, exclude=INTERNAL)),
    ]
    support: tuple[Annotated[SupportLine, PlainSerializer(lambda of: of.model_dump(exclude_none=True))], ...]
    contact: Annotated[Contact, PlainSerializer(lambda of: of.model_dump(exclude_none=True))] | None
    answers_schema: dict[str, Any]


def _without_default(schema: dict[str, Any]) -> None:
    del schema["default"]


class SentAnswers(Body):
    """A submission: ``answers`` by question id, and the version of the questionnaire that they are to.

    ``invitation``: the code, where the survey asks for one.
    """

    answers: dict[str, Any]
    #: None is that it is left out; null is refused.
    version: Annotated[int, Field(ge=1)] | SkipJsonSchema[None] = Field(None, json_schema_extra=_without_default)
    invitation: str = ""


class StoredAnswers(Body):
    """That a submission is stored, or took the place of what was sent before with the same Idempotency-Key."""

    receipt: Annotated[str, Field(pattern=_RECEIPT)]
    status: Literal["stored", "replaced"]


class ListedRelease(Body):
    """A release in the list; ``responses``: the printed number of them, over all releases up to this one."""

    number: int
    published_on: date
    responses: int


class ReleaseList(Body):
    """A page of the releases of a survey, the latest first; ``next``: where the earlier ones are, or null."""

    survey: str
    releases: tuple[ListedRelease, ...]
    next: str | None


class AnswerProblem(Body):
    """What is wrong with one answer; ``question`` is null where it is with all of them."""

    question: str | None
    code: str
    message: str


class ProblemDocument(Body):
    """An error of the API (RFC 9457). ``code`` stays the same, whatever the words; ``detail`` says what to do.

    ``problems``: all that is wrong with the answers of a submission. ``receipt``: of what is stored already.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    problems: tuple[AnswerProblem, ...] | None = None
    receipt: str | None = None
