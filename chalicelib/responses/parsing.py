"""Per question kind: what an answer looks like in JSON, how the form's fields become the same, and its codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, create_model
from pydantic_core import PydanticCustomError, SchemaValidator, ValidationError, core_schema

from chalicelib.questionnaire.base import is_date
from chalicelib.questionnaire.codebook import GIVEN, NO, YES
from chalicelib.questionnaire.definition import (
    Date,
    LongText,
    Matrix,
    MultipleChoice,
    Number,
    OneOfList,
    Option,
    Question,
    Ranking,
    Scale,
    ShortText,
    is_required,
)
from chalicelib.questionnaire.fields import Fields, first_field
from chalicelib.responses.text import clean_text, whole_number

Codes = dict[str, tuple[str, ...]]
Q = TypeVar("Q", bound=Question)

#: pydantic's settings for every model compiled here. The input is kept out of messages (P12).
STRICT = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


@dataclass(frozen=True)
class Parser:
    """How one kind of question is read.

    ``annotation``: the pydantic type of its JSON answer; ``from_form``: the same value out of the form's fields, None
    if skipped; ``codes``: variable id to chosen codes of a valid answer (of a text: none).
    """

    annotation: Callable[[Any], Any]
    from_form: Callable[[Any, Fields], Any]
    codes: Callable[[Any, Any], Codes]


def specify_field(question: Question, option: Option) -> str:
    """The name, in forms and in JSON, of the line that says which "other" is meant."""
    return f"{question.id}.{option.code}.text"


def text_annotation(most_characters: int, lines: bool, required: bool = False, pattern: str | None = None) -> Any:
    """A text of at most ``most_characters`` code points after cleaning; not a blank one if it is ``required``.

    ``pattern`` is for Rust's regular expressions, which take linear time, and has to fit the whole text.
    """
    whole = f"^(?:{pattern})$" if pattern else None
    fits = SchemaValidator(core_schema.str_schema(pattern=whole)) if whole else None

    def cleaned(text: str) -> str:
        text = clean_text(text, lines)
        if len(text) > most_characters:
            raise PydanticCustomError("text_too_long", "too long", {"most": most_characters})
        if required and not text:
            raise PydanticCustomError("required", "blank")
        if text and fits:
            _require_fit(fits, text)
        return text

    # Without the pattern: JSON Schema has another dialect, and knows nothing of the cleaning before.
    return Annotated[str, AfterValidator(cleaned), Field(json_schema_extra={"maxLength": most_characters})]


def _require_fit(fits: SchemaValidator, text: str) -> None:
    try:
        fits.validate_python(text)
    except ValidationError:
        # Not chained: the error quotes the text (P12).
        raise PydanticCustomError("pattern", "no fit") from None


def _short_text(question: ShortText) -> Any:
    return text_annotation(question.most_characters, False, is_required(question), question.pattern)


def _long_text(question: LongText) -> Any:
    return text_annotation(question.most_characters, True, is_required(question))


def _codes(question: OneOfList | MultipleChoice | Matrix | Ranking) -> Any:
    return Literal[tuple(option.code for option in question.options)]


def _one_code(question: Question, value: str) -> Codes:
    return {question.id: (value,)}


def _choices(question: MultipleChoice) -> Any:
    exclusive = {option.code for option in question.options if option.exclusive}

    def combinable(codes: list[str]) -> list[str]:
        if len(set(codes)) < len(codes):
            raise PydanticCustomError("repeated_option", "repeated")
        if alone := next((code for code in codes if code in exclusive), None):
            if len(codes) > 1:
                raise PydanticCustomError("exclusive", "exclusive", {"code": alone})
            return codes
        if question.least and 0 < len(codes) < question.least:
            raise PydanticCustomError("too_few", "too few", {"least": question.least})
        if question.most and len(codes) > question.most:
            raise PydanticCustomError("too_many", "too many", {"most": question.most})
        return codes

    codes = _codes(question)
    return Annotated[
        list[codes],  # type: ignore[valid-type]  # the options are known only at run time
        # First, so that a list of thousands ends here: one that is longer than the options repeats some.
        Field(max_length=len(question.options), json_schema_extra={"uniqueItems": True}),
        AfterValidator(combinable),
    ]


def _chosen(question: MultipleChoice, value: list[str]) -> Codes:
    # In the questionnaire's order: that of ticking says something of the person and nothing of the answer.
    return {question.id: tuple(option.code for option in question.options if option.code in value)}


def _whole(question: Scale | Number) -> Any:
    return Annotated[int, Field(ge=question.least, le=question.most)]


def _step_from_form(question: Scale, fields: Fields) -> int | str | None:
    value = first_field(fields, question.id)
    return int(value) if value in {str(step) for step in question.steps} else value


def _matrix(question: Matrix) -> Any:
    options = _codes(question)
    annotation, default = (options, ...) if is_required(question) else (options | None, None)
    rows = {f"row_{row.code}": (annotation, Field(default, alias=row.code)) for row in question.rows}
    return create_model(f"Matrix_{question.id}", __config__=STRICT, **cast("dict[str, Any]", rows))


def _matrix_from_form(question: Matrix, fields: Fields) -> dict[str, str] | None:
    answers = {row.code: first_field(fields, f"{question.id}.{row.code}") for row in question.rows}
    return {code: answer for code, answer in answers.items() if answer is not None} or None


def _matrix_codes(question: Matrix, value: Any) -> Codes:
    answers = {row.code: getattr(value, f"row_{row.code}") for row in question.rows}
    return {f"{question.id}.{row}": (answer,) for row, answer in answers.items() if answer is not None}


def _ranking(question: Ranking) -> Any:
    def ordered(codes: object) -> object:
        # What the form could not put in order comes as a mapping, and is not the API's form either.
        if not isinstance(codes, list) or len(codes) > len(question.ranks) or _repeats(codes):
            raise PydanticCustomError("ranks", "no order")
        return codes

    codes = _codes(question)
    shown = Field(json_schema_extra={"uniqueItems": True, "maxItems": len(question.ranks)})
    return Annotated[list[codes], shown, BeforeValidator(ordered)]  # type: ignore[valid-type]  # as above


def _repeats(codes: list[object]) -> bool:
    words = [code for code in codes if isinstance(code, str)]
    return len(set(words)) < len(words)


def _ranking_from_form(question: Ranking, fields: Fields) -> list[str] | dict[str, str] | None:
    """The options in order, if the ranks given are 1, 2 and so on, each of them once; else the fields as they are."""
    given = {option.code: first_field(fields, f"{question.id}.{option.code}") for option in question.options}
    ranks = {code: rank for code, rank in given.items() if rank}
    by_rank = {rank: code for code, rank in ranks.items()}
    wanted = [str(rank) for rank in question.ranks][: len(ranks)]
    return [by_rank[rank] for rank in wanted] if sorted(wanted) == sorted(ranks.values()) else ranks or None


def _ranks(question: Ranking, value: list[str]) -> Codes:
    return {f"{question.id}.{code}": (str(rank),) for rank, code in enumerate(value, 1)}


def _number_from_form(question: Number, fields: Fields) -> int | str | None:
    typed = first_field(fields, question.id)
    number = whole_number(typed) if typed else None
    return typed if number is None else number


def _date(question: Date) -> Any:
    def within(text: str) -> str:
        if not is_date(text):
            raise PydanticCustomError("not_a_date", "no date")
        if not question.least <= text <= question.most:
            raise PydanticCustomError("date_out_of_range", "out of range")
        return text

    return Annotated[str, AfterValidator(within), Field(json_schema_extra={"format": "date"})]


DATE_PARTS = ("year", "month", "day")


def _date_from_form(question: Date, fields: Fields) -> str | None:
    """The date as 2026-03-31; what is incomplete stays so, and is no date."""
    parts = [first_field(fields, f"{question.id}.{part}") or "" for part in DATE_PARTS]
    return "-".join(part.zfill(2) for part in parts) if any(parts) else None


def _yes_no_from_form(question: Question, fields: Fields) -> bool | str | None:
    value = first_field(fields, question.id)
    return {YES: True, NO: False}.get(value, value) if value else None


def _consent_from_form(question: Question, fields: Fields) -> bool | str | None:
    value = first_field(fields, question.id)
    return True if value == GIVEN else value


def _given(consent: bool) -> bool:
    if not consent:
        raise PydanticCustomError("consent_required", "not given")
    return consent


def _from_first_field(question: Question, fields: Fields) -> str | None:
    return first_field(fields, question.id)


def _no_codes(question: Question, value: object) -> Codes:
    return {}


ONE_OF_LIST = Parser(_codes, _from_first_field, _one_code)
NOTHING = Parser(lambda question: None, lambda question, fields: None, _no_codes)

#: Question kind to its parser; one entry for each of ``definition.KINDS``.
PARSERS: Mapping[str, Parser] = {
    "single_choice": ONE_OF_LIST,
    "dropdown": ONE_OF_LIST,
    "multiple_choice": Parser(
        _choices, lambda question, fields: [value for value in fields.get(question.id, ()) if value] or None, _chosen
    ),
    "scale": Parser(_whole, _step_from_form, lambda question, value: {question.id: (str(value),)}),
    "matrix": Parser(_matrix, _matrix_from_form, _matrix_codes),
    "ranking": Parser(_ranking, _ranking_from_form, _ranks),
    "number": Parser(_whole, _number_from_form, lambda question, value: {question.id: (str(value),)}),
    "date": Parser(_date, _date_from_form, _one_code),
    "yes_no": Parser(
        lambda question: bool, _yes_no_from_form, lambda question, value: {question.id: (YES if value else NO,)}
    ),
    "consent": Parser(
        lambda question: Annotated[bool, AfterValidator(_given), Field(json_schema_extra={"const": True})],
        _consent_from_form,
        lambda question, value: {question.id: (GIVEN,)},
    ),
    "short_text": Parser(_short_text, _from_first_field, _no_codes),
    "long_text": Parser(_long_text, _from_first_field, _no_codes),
    "hidden": ONE_OF_LIST,
    "note": NOTHING,
    "section": NOTHING,
}
