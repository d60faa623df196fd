"""Each kind of question: the form's fields and JSON say the same, and what neither may say."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.errors import InvalidSubmission
from chalicelib.questionnaire.definition import KINDS
from chalicelib.responses.answers import Answers
from chalicelib.responses.validation import Validator
from tests.builders import QUESTIONS, a_definition, a_question, text

#: Kinds that ask nothing.
SILENT = {"note", "section"}

#: Answers of each kind that asks, as JSON and as a form's fields, with the codes and the texts that they mean.
SAME: list[tuple[str, dict[str, Any], dict[str, list[str]], dict[str, tuple[str, ...]], dict[str, str]]] = [
    ("single_choice", {"country": "se"}, {"country": ["se"]}, {"country": ("se",)}, {}),
    (
        "single_choice",
        {"country": "other", "country.other.text": " Fär\r\nöer "},
        {"country": ["other"], "country.other.text": [" Fär\r\nöer "]},
        {"country": ("other",)},
        {"country.other.text": "Fär öer"},
    ),
    ("single_choice", {"country": None}, {"country": [""]}, {}, {}),
    ("single_choice", {"country": "se", "country.other.text": " "}, {"country": ["se"]}, {"country": ("se",)}, {}),
    ("dropdown", {"region": "south"}, {"region": ["south"]}, {"region": ("south",)}, {}),
    ("dropdown", {"region": None}, {"region": [""]}, {}, {}),
    (
        "multiple_choice",
        {"challenges": ["stigma", "law"]},
        {"challenges": ["law", "stigma"]},
        {"challenges": ("law", "stigma")},
        {},
    ),
    ("multiple_choice", {"challenges": ["none"]}, {"challenges": ["none"]}, {"challenges": ("none",)}, {}),
    ("multiple_choice", {"challenges": []}, {"challenges": [""]}, {}, {}),
    ("scale", {"mood": 1}, {"mood": ["1"]}, {"mood": ("1",)}, {}),
    ("scale", {"mood": 5}, {"mood": ["5"]}, {"mood": ("5",)}, {}),
    ("scale", {"mood": 5.0}, {"mood": ["5"]}, {"mood": ("5",)}, {}),
    ("scale", {"mood": None}, {"mood": [""]}, {}, {}),
    (
        "matrix",
        {"harder": {"work": "much", "home": "not"}},
        {"harder.home": ["not"], "harder.work": ["much"]},
        {"harder.home": ("not",), "harder.work": ("much",)},
        {},
    ),
    ("matrix", {"harder": {"work": "much", "home": None}}, {"harder.work": ["much"]}, {"harder.work": ("much",)}, {}),
    ("matrix", {"harder": {}}, {"harder.home": [""]}, {}, {}),
    ("matrix", {"harder": {}}, {"harder.home": [""], "harder.work": [""]}, {}, {}),
    (
        "matrix",
        {"harder": {"work": "much"}},
        {"harder.home": [""], "harder.work": ["much"]},
        {"harder.work": ("much",)},
        {},
    ),
    (
        "ranking",
        {"wants": ["rest", "home"]},
        {"wants.home": ["2"], "wants.rest": ["1"], "wants.pay": [""]},
        {"wants.rest": ("1",), "wants.home": ("2",)},
        {},
    ),
    ("ranking", {"wants": ["pay"]}, {"wants.pay": ["1"]}, {"wants.pay": ("1",)}, {}),
    ("ranking", {"wants": []}, {"wants.home": [""], "wants.rest": [""]}, {}, {}),
    ("number", {"clients": 34}, {"clients": ["34"]}, {"clients": ("34",)}, {}),
    ("number", {"clients": 0}, {"clients": ["0"]}, {"clients": ("0",)}, {}),
    ("number", {"clients": -0.0}, {"clients": ["0"]}, {"clients": ("0",)}, {}),
    ("number", {"clients": 3e2}, {"clients": ["300"]}, {"clients": ("300",)}, {}),
    ("number", {"clients": 300}, {"clients": ["300"]}, {"clients": ("300",)}, {}),
    ("number", {"clients": None}, {"clients": [""]}, {}, {}),
    (
        "date",
        {"moved": "2024-02-29"},
        {"moved.year": ["2024"], "moved.month": ["2"], "moved.day": ["29"]},
        {"moved": ("2024-02-29",)},
        {},
    ),
    (
        "date",
        {"moved": "2020-01-01"},
        {"moved.year": ["2020"], "moved.month": ["01"], "moved.day": ["01"]},
        {"moved": ("2020-01-01",)},
        {},
    ),
    ("date", {"moved": None}, {"moved.year": [""], "moved.month": [""], "moved.day": [""]}, {}, {}),
    ("hidden", {"source": "poster"}, {"source": ["poster"]}, {"source": ("poster",)}, {}),
    ("hidden", {"source": None}, {}, {}, {}),
    ("yes_no", {"police_met": True}, {"police_met": ["yes"]}, {"police_met": ("yes",)}, {}),
    ("yes_no", {"police_met": False}, {"police_met": ["no"]}, {"police_met": ("no",)}, {}),
    ("yes_no", {"police_met": None}, {"police_met": [""]}, {}, {}),
    ("consent", {"agreed": True}, {"agreed": ["given"]}, {"agreed": ("given",)}, {}),
    ("short_text", {"word": "a\nb  c"}, {"word": ["a\r\nb  c"]}, {}, {"word": "a b c"}),
    ("short_text", {"word": " \u202e "}, {"word": [""]}, {}, {}),
    ("long_text", {"wish": "a\n\nb "}, {"wish": ["a\r\n\r\nb "]}, {}, {"wish": "a\n\nb"}),
]

#: JSON answers that break a rule of their kind, with the problem's code.
WRONG: list[tuple[str, Any, str]] = [
    ("single_choice", "dk", "unknown_option"),
    ("single_choice", ["se"], "unknown_option"),
    ("single_choice", 1, "unknown_option"),
    ("single_choice", "SE", "unknown_option"),
    ("dropdown", "east", "unknown_option"),
    ("multiple_choice", "law", "wrong_type"),
    ("multiple_choice", {"law": True}, "wrong_type"),
    ("multiple_choice", ["law", "dk"], "unknown_option"),
    ("multiple_choice", [["law"]], "wrong_type"),
    ("multiple_choice", ["law", "law"], "repeated_option"),
    ("multiple_choice", ["law"] * 60_000, "repeated_option"),
    ("multiple_choice", ["none", "law"], "exclusive"),
    ("multiple_choice", ["law", "stigma", "police"], "too_many"),
    ("scale", 0, "out_of_range"),
    ("scale", 6, "out_of_range"),
    ("scale", 10**4000, "out_of_range"),
    ("scale", "4", "wrong_type"),
    ("scale", 4.5, "wrong_type"),
    ("scale", 6.0, "out_of_range"),
    ("scale", True, "wrong_type"),
    ("matrix", "some", "wrong_type"),
    ("matrix", [["home", "some"]], "wrong_type"),
    ("matrix", {"home": "never"}, "unknown_option"),
    ("matrix", {"home": ["some"]}, "wrong_type"),
    ("ranking", ["home", "home"], "repeated_option"),
    ("ranking", ["home", "rest", "pay"], "too_many"),
    ("ranking", ["home"] * 60_000, "repeated_option"),
    ("ranking", ["garden"], "unknown_option"),
    ("ranking", [["home"]], "wrong_type"),
    ("ranking", [1], "wrong_type"),
    ("ranking", {"home": "1"}, "wrong_type"),
    ("ranking", "home", "wrong_type"),
    ("number", -1, "out_of_range"),
    ("number", 301, "out_of_range"),
    ("number", 10**4000, "out_of_range"),
    ("number", 34.5, "not_a_number"),
    ("number", 1e300, "out_of_range"),
    ("number", "34", "not_a_number"),
    ("number", True, "not_a_number"),
    ("number", [34], "not_a_number"),
    ("date", "2019-12-31", "date_out_of_range"),
    ("date", "2027-01-01", "date_out_of_range"),
    ("date", "2024-02-31", "not_a_date"),
    ("date", "2023-02-29", "not_a_date"),
    ("date", "2024-02", "not_a_date"),
    ("date", "20240229", "not_a_date"),
    ("date", "2024-W09-4", "not_a_date"),
    ("date", "2024-2-29", "not_a_date"),
    ("date", " 2024-02-29", "not_a_date"),
    ("date", "2024-02-29T00:00:00", "not_a_date"),
    ("date", "٢٠٢٤-٠٢-٢٩", "not_a_date"),
    ("date", 20240229, "wrong_type"),
    ("date", {"year": 2024}, "wrong_type"),
    ("hidden", "flyer", "unknown_option"),
    ("hidden", ["poster"], "unknown_option"),
    ("hidden", 1, "unknown_option"),
    ("yes_no", "yes", "wrong_type"),
    ("yes_no", 1, "wrong_type"),
    ("consent", False, "consent_required"),
    ("consent", "given", "consent_required"),
    ("consent", 1, "consent_required"),
    ("consent", [True], "consent_required"),
    ("short_text", 1, "wrong_type"),
    ("short_text", ["a"], "wrong_type"),
    ("short_text", "a" * 201, "too_long"),
    ("long_text", {"a": 1}, "wrong_type"),
    ("long_text", "a" * 4001, "too_long"),
]


def validator_of(kind: str, **changes: Any) -> Validator:
    return Validator(a_definition(a_question(kind, **changes)).questionnaire)


def codes_of(validator: Validator, raw: dict[str, Any]) -> list[tuple[str | None, str]]:
    with pytest.raises(InvalidSubmission) as refusal:
        validator.validate(raw)
    assert all(problem.message for problem in refusal.value.problems)
    return [(problem.question_id, problem.code) for problem in refusal.value.problems]


@pytest.mark.parametrize(("kind", "json_answers", "fields", "codes", "texts"), SAME)
def test_json_and_form_mean_the_same(
    kind: str,
    json_answers: dict[str, Any],
    fields: dict[str, list[str]],
    codes: dict[str, tuple[str, ...]],
    texts: dict[str, str],
) -> None:
    validator = validator_of(kind)
    expected = Answers(codes, texts)
    assert validator.validate(json_answers) == expected
    assert validator.validate(validator.raw_answers(fields)) == expected


def test_nothing_answered_is_an_answer() -> None:
    questions = [a_question(kind) for kind in QUESTIONS if kind != "consent"]
    validator = Validator(a_definition(*questions).questionnaire)
    assert validator.validate({}) == validator.validate(validator.raw_answers({})) == Answers({}, {})


@pytest.mark.parametrize(("kind", "answer", "code"), WRONG)
def test_answer_that_breaks_a_rule_has_a_problem_of_its_code(kind: str, answer: Any, code: str) -> None:
    name = QUESTIONS[kind]["id"]
    assert codes_of(validator_of(kind), {name: answer}) == [(name, code)]


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        ("single_choice", {"country": ["dk"]}, "unknown_option"),
        ("multiple_choice", {"challenges": ["law", "dk"]}, "unknown_option"),
        ("multiple_choice", {"challenges": ["law", "law"]}, "repeated_option"),
        ("scale", {"mood": ["six"]}, "wrong_type"),
        ("scale", {"mood": ["+4"]}, "wrong_type"),
        ("scale", {"mood": ["٤"]}, "wrong_type"),
        ("matrix", {"harder.home": ["never"]}, "unknown_option"),
        ("ranking", {"wants.home": ["1st"]}, "ranks"),
        ("ranking", {"wants.home": ["0"]}, "ranks"),
        ("ranking", {"wants.home": ["١"]}, "ranks"),
        ("ranking", {"wants.home": ["1"], "wants.rest": ["2"], "wants.pay": ["3"]}, "ranks"),
        ("date", {"moved.year": ["2024"], "moved.month": ["13"], "moved.day": ["1"]}, "not_a_date"),
        ("date", {"moved.year": ["2024"], "moved.month": ["0"], "moved.day": ["1"]}, "not_a_date"),
        ("date", {"moved.year": ["2024"], "moved.month": ["02-2"], "moved.day": ["9"]}, "not_a_date"),
        ("date", {"moved.year": ["2019"], "moved.month": ["12"], "moved.day": ["31"]}, "date_out_of_range"),
        ("hidden", {"source": ["flyer"]}, "unknown_option"),
        ("hidden", {"source": ["flyer", "poster"]}, "unknown_option"),
        ("yes_no", {"police_met": ["true"]}, "wrong_type"),
        ("consent", {"agreed": ["on"]}, "consent_required"),
        ("consent", {}, "consent_required"),
    ],
)
def test_form_that_the_page_cannot_send_is_refused(kind: str, fields: dict[str, list[str]], code: str) -> None:
    validator = validator_of(kind)
    assert codes_of(validator, validator.raw_answers(fields)) == [(QUESTIONS[kind]["id"], code)]


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - SILENT - {"consent"}))
def test_question_with_a_reason_needs_an_answer(kind: str) -> None:
    validator = validator_of(kind, required_because=text("We must know."))
    name = QUESTIONS[kind]["id"]
    for nothing in ({}, {name: None}, {name: ""}, validator.raw_answers({})):
        assert codes_of(validator, nothing) == [(name, "required")]


def test_matrix_row_that_does_not_exist_is_refused() -> None:
    validator = validator_of("matrix")
    for name in ("garden", "row_home"):
        assert codes_of(validator, {"harder": {name: "some"}}) == [(f"harder.{name}", "unknown_question")]


def test_least_and_most_bind_only_those_who_choose() -> None:
    validator = validator_of("multiple_choice", least=2, most=2)
    assert codes_of(validator, {"challenges": ["law"]}) == [("challenges", "too_few")]
    assert validator.validate({"challenges": []}) == Answers({}, {})
    assert validator.validate({"challenges": ["none"]}).codes == {"challenges": ("none",)}
    assert validator.validate({"challenges": ["law", "police"]}).codes == {"challenges": ("law", "police")}
