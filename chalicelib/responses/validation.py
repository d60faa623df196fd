"""Compiles a questionnaire into one pydantic model and turns raw answers into :class:`Answers`.

Compiling costs about a millisecond, so a validator is kept for each questionnaire version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, ValidationError, ValidationInfo, create_model
from pydantic_core import PydanticCustomError

from chalicelib.errors import InvalidSubmission, Problem
from chalicelib.questionnaire.definition import (
    Consent,
    LongText,
    Option,
    Question,
    Questionnaire,
    Scale,
    specify_options,
)
from chalicelib.responses.answers import Answers
from chalicelib.responses.parsing import PARSERS, STRICT, Fields, Parser, first_field, specify_field, text_annotation
from chalicelib.responses.text import clean_text

MAXIMUM_TEXT_TOGETHER = 10_000
MAXIMUM_SPECIFY = 200

#: pydantic's error types that have a wording of ours; anything else is a "wrong_type".
_CODES: Mapping[str, str] = {
    "missing": "required",
    "literal_error": "unknown_option",
    "extra_forbidden": "unknown_question",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "repeated_option": "repeated_option",
    "too_few": "too_few",
    "too_many": "too_many",
    "exclusive": "exclusive",
    "specify_unchosen": "specify_unchosen",
    "text_too_long": "too_long",
    "too_long": "repeated_option",
    "blank": "required",
    "string_unicode": "not_text",
}


class Validator:
    """The rules of one questionnaire version."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._questions = {question.id: question for question in questionnaire.questions if question.asks != "nothing"}
        self._specified = _specify_names(questionnaire)
        self._texts = tuple(_text_names(questionnaire))
        self._model = _compile(questionnaire)

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema of the ``answers`` object of a submission."""
        return self._model.model_json_schema(by_alias=True)

    def raw_answers(self, fields: Fields) -> dict[str, Any]:
        """The form's fields in the shape of a JSON submission, unknown fields left out."""
        raw = {name: _parser(question).from_form(question, fields) for name, question in self._questions.items()}
        return raw | {name: first_field(fields, name) for name in self._specified.values()}

    def validate(self, raw: Mapping[str, Any]) -> Answers:
        """Check ``raw`` answers, by question id; raise :class:`InvalidSubmission` with every problem."""
        answered = {name: value for name, value in raw.items() if value not in (None, "", [], {})}
        try:
            model = self._model.model_validate(answered)
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)
            problems = _once_each(self._problem(detail) for detail in details)
            raise InvalidSubmission([*problems, *_texts_together(self._written(answered))]) from None
        answers = self._answers(model)
        if problems := list(_texts_together(answers.texts.values())):
            raise InvalidSubmission(problems)
        return answers

    def _answers(self, model: BaseModel) -> Answers:
        codes: dict[str, tuple[str, ...]] = {}
        texts: dict[str, str] = {}
        for name, question in self._questions.items():
            value = getattr(model, f"q_{name}")
            if value is None:
                continue
            if question.asks == "text":
                texts[name] = value
            else:
                codes.update(_parser(question).codes(question, value))
        texts |= {field: getattr(model, name) for name, field in self._specified.items()}
        return Answers(codes, {name: texts[name] for name in self._texts if texts.get(name)})

    def _written(self, raw: Mapping[str, Any]) -> Iterator[str]:
        """The texts among ``raw`` answers that did not pass, as they would be stored."""
        for name in self._texts:
            if isinstance(text := raw.get(name), str):
                yield clean_text(text, lines=isinstance(self._questions.get(name), LongText))

    def _problem(self, detail: Any) -> Problem:
        name = str(detail["loc"][0]) if detail["loc"] else ""
        code = _CODES.get(detail["type"], "wrong_type")
        question = self._questions.get(name.split(".")[0])
        if question is None or code == "unknown_question":
            return Problem(None, "unknown_question")
        if isinstance(question, Consent):
            return Problem(question.id, "consent_required")
        return Problem(question.id, code, self._values(question, code, detail.get("ctx") or {}))

    def _values(
        self, question: Question, code: str, context: Mapping[str, Any]
    ) -> Mapping[str, int | Mapping[str, str]]:
        """The numbers and wordings that the message of ``code`` names: from the questionnaire, never from the input."""
        if code == "out_of_range" and isinstance(question, Scale):
            return {"least": question.least, "most": question.most}
        if code in ("exclusive", "specify_unchosen"):
            options = {option.code: option.label for option in question.options}  # type: ignore[attr-defined]
            return {"option": options[context["code"]]}
        return {name: context[name] for name in ("least", "most") if name in context}


def _compile(questionnaire: Questionnaire) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for question in questionnaire.questions:
        if question.asks == "nothing":
            continue
        annotation = _parser(question).annotation(question)
        required = question.required_because is not None or isinstance(question, Consent)
        fields[f"q_{question.id}"] = (
            (annotation, Field(alias=question.id))
            if required
            else (annotation | None, Field(default=None, alias=question.id))
        )
    # After the questions: a line is checked against what was chosen.
    for name, (asked, option) in _specify_lines(questionnaire).items():
        alias = specify_field(asked, option)
        fields[name] = (_specify_annotation(asked, option) | None, Field(default=None, alias=alias))
    return create_model("Answers", __config__=STRICT, **fields)


def _specify_annotation(question: Question, option: Option) -> Any:
    def belongs(text: str, info: ValidationInfo) -> str:
        # Where the choice itself did not pass, that is the problem to report.
        answer = info.data.get(f"q_{question.id}", option.code)
        chosen = [answer] if isinstance(answer, str) else answer or []
        if text and option.code not in chosen:
            raise PydanticCustomError("specify_unchosen", "unchosen", {"code": option.code})
        return text

    return Annotated[text_annotation(MAXIMUM_SPECIFY, lines=False), AfterValidator(belongs)]


def _specify_lines(questionnaire: Questionnaire) -> dict[str, tuple[Question, Option]]:
    """Every line that says which "other" is meant, by its field of the model; numbered, as ids joined may collide."""
    lines = [(question, option) for question in questionnaire.questions for option in specify_options(question)]
    return {f"specify_{number}": line for number, line in enumerate(lines)}


def _specify_names(questionnaire: Questionnaire) -> dict[str, str]:
    """Model field to form field of every such line."""
    return {name: specify_field(question, option) for name, (question, option) in _specify_lines(questionnaire).items()}


def _text_names(questionnaire: Questionnaire) -> Iterator[str]:
    """Whatever is written, in the order of the questionnaire."""
    for question in questionnaire.questions:
        if question.asks == "text":
            yield question.id
        yield from (specify_field(question, option) for option in specify_options(question))


def _texts_together(texts: Iterable[str]) -> Iterator[Problem]:
    if sum(map(len, texts)) > MAXIMUM_TEXT_TOGETHER:
        yield Problem(None, "too_long_together", {"most": MAXIMUM_TEXT_TOGETHER})


def _once_each(problems: Iterable[Problem]) -> list[Problem]:
    """One problem of a code a question: ten unknown options of one question are one mistake."""
    return list({(problem.question_id, problem.code): problem for problem in problems}.values())


def _parser(question: Question) -> Parser:
    return PARSERS[question.kind]
