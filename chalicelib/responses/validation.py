"""Compiles a questionnaire into one pydantic model and turns raw answers into :class:`Answers`.

Compiling costs about a millisecond, so a validator is kept for each questionnaire version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, Field, ValidationError, create_model

from chalicelib.errors import InvalidSubmission, Problem
from chalicelib.questionnaire.definition import (
    Consent,
    Question,
    Questionnaire,
    Scale,
    specify_options,
)
from chalicelib.responses.answers import Answers
from chalicelib.responses.parsing import PARSERS, STRICT, Fields, Parser, first_field, specify_field, text_annotation

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
    "too_long": "too_long",
    "string_unicode": "not_text",
}


class Validator:
    """The rules of one questionnaire version."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._questions = {question.id: question for question in questionnaire.questions if question.asks != "nothing"}
        self._specified = _specify_names(questionnaire)
        self._model = _compile(self._questions.values(), self._specified)

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
            problems = [self._problem(detail) for detail in error.errors(include_url=False, include_input=False)]
            raise InvalidSubmission(_once_each(problems)) from None
        answers = self._answers(model)
        if problems := [*self._unchosen(answers), *_texts_together(answers)]:
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
        for name in model.model_fields_set & self._specified.keys():
            texts[self._specified[name]] = getattr(model, name)
        return Answers(codes, {name: text for name, text in texts.items() if text})

    def _unchosen(self, answers: Answers) -> Iterator[Problem]:
        for question in self._questions.values():
            for option in specify_options(question):
                written = specify_field(question, option) in answers.texts
                if written and option.code not in answers.codes.get(question.id, ()):
                    yield Problem(question.id, "specify_unchosen", {"option": option.label})

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
        if code == "exclusive":
            options = {option.code: option.label for option in question.options}  # type: ignore[attr-defined]
            return {"option": options[context["code"]]}
        return {name: context[name] for name in ("least", "most") if name in context}


def _compile(questions: Iterable[Question], specified: Mapping[str, str]) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for question in questions:
        annotation = _parser(question).annotation(question)
        required = question.required_because is not None or isinstance(question, Consent)
        fields[f"q_{question.id}"] = (
            (annotation, Field(alias=question.id))
            if required
            else (annotation | None, Field(default=None, alias=question.id))
        )
    for name, alias in specified.items():
        fields[name] = (text_annotation(MAXIMUM_SPECIFY, lines=False) | None, Field(default=None, alias=alias))
    return create_model("Answers", __config__=STRICT, **fields)


def _specify_names(questionnaire: Questionnaire) -> dict[str, str]:
    """Model field to form field of every line that says which "other" is meant."""
    return {
        f"specify_{question.id}_{option.code}": specify_field(question, option)
        for question in questionnaire.questions
        for option in specify_options(question)
    }


def _texts_together(answers: Answers) -> Iterator[Problem]:
    if sum(map(len, answers.texts.values())) > MAXIMUM_TEXT_TOGETHER:
        yield Problem(None, "too_long_together", {"most": MAXIMUM_TEXT_TOGETHER})


def _once_each(problems: list[Problem]) -> list[Problem]:
    """One problem of a code a question: ten unknown options of one question are one mistake."""
    return list({(problem.question_id, problem.code): problem for problem in problems}.values())


def _parser(question: Question) -> Parser:
    return PARSERS[question.kind]
