"""Why a record has no answer, where it can be told: skipped, not asked, not in its version, not ranked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import Questionnaire
from chalicelib.questionnaire.routing import applies
from chalicelib.responses.validation import Validator
from chalicelib.services import Version
from operation.records.columns import columns_of, merged
from operation.records.decoding import Decoder, Spelling
from operation.records.missing import Missing
from operation.records.wording import Wording
from tests import strategies
from tests.builders import a_definition, a_question, options

NO_ANSWER, NOT_ASKED, NOT_IN_VERSION, NOT_RANKED = (
    Missing.NO_ANSWER,
    Missing.NOT_ASKED,
    Missing.NOT_IN_VERSION,
    Missing.NOT_RANKED,
)
IF_YES = {"question": "police_met", "equals": "yes"}


def numbers(raw: dict[str, Any], *versions: Questionnaire, version: int = 1) -> dict[str, int]:
    """By column, what stands in it of an answer to ``version``."""
    found = {number: Version(number, each) for number, each in enumerate(versions, 1)}
    columns = columns_of(merged([each.codebook for each in found.values()]))
    decoder = Decoder(found[version], columns, Spelling(Wording("en", "en"), "; "))
    blob = found[version].layout.pack(found[version].validator.validate(raw))
    named = (column.name for each in columns.values() for column in each if column.holds.name != "CODES")
    return dict(zip(named, (number for cells in decoder.read(blob) for number in cells.numbers), strict=True))


def asked(*questions: dict[str, Any]) -> Questionnaire:
    return a_definition(a_question("yes_no"), *questions).questionnaire


def test_what_was_skipped_is_told_from_what_was_not_asked() -> None:
    kinds = ("single_choice", "multiple_choice", "scale", "number", "date")
    questionnaire = asked(*(a_question(kind, show_if=IF_YES) for kind in kinds))
    reasons = {True: NO_ANSWER, False: NOT_ASKED}
    for met, reason in reasons.items():
        found = numbers({"police_met": met}, questionnaire)
        assert found.pop("police_met") == (1 if met else 2)
        assert found.pop("country.other.text") == NOT_ASKED
        assert set(found.values()) == {reason}
        assert len(found) == 8


def test_nobody_is_taken_to_have_skipped_what_hangs_on_a_skipped_question() -> None:
    assert numbers({}, asked(a_question("scale", show_if=IF_YES))) == {"police_met": NO_ANSWER, "mood": NOT_ASKED}


def test_words_are_1_or_0_and_those_beside_an_option_are_asked_of_who_chose_it() -> None:
    marked = options("law", "other", specify=["other"])
    questionnaire = asked(
        a_question("long_text", show_if=IF_YES),
        a_question("single_choice", options=marked),
        a_question("multiple_choice", options=marked),
    )
    words = ("wish", "country.other.text", "challenges.other.text")
    chosen = {"country": "other", "challenges": ["law", "other"], "police_met": True}
    written = {"wish": "Time.", "country.other.text": "a", "challenges.other.text": "b"}
    for raw, expected in (
        ({**chosen, **written}, (1, 1, 1)),
        (chosen, (0, 0, 0)),
        ({"country": "law", "challenges": ["law"]}, (NOT_ASKED, NOT_ASKED, NOT_ASKED)),
        ({"police_met": True}, (0, NOT_ASKED, NOT_ASKED)),
    ):
        found = numbers(raw, questionnaire)
        assert tuple(found[name] for name in words) == expected


def test_option_that_was_not_ranked_is_told_from_a_list_that_was_skipped() -> None:
    names = ("wants.home", "wants.rest", "wants.pay")
    questionnaire = asked(a_question("ranking"))
    for raw, expected in (({"wants": ["pay"]}, (NOT_RANKED, NOT_RANKED, 1)), ({}, (NO_ANSWER,) * 3)):
        found = numbers(raw, questionnaire)
        assert tuple(found[name] for name in names) == expected


def test_rows_of_a_matrix_are_skipped_one_by_one() -> None:
    found = numbers({"harder": {"work": "much"}}, asked(a_question("matrix")))
    assert (found["harder.home"], found["harder.work"]) == (NO_ANSWER, 3)


def test_what_the_respondents_version_did_not_have_is_told() -> None:
    old = asked(a_question("multiple_choice", options=options("law", "police")))
    new = asked(a_question("multiple_choice", options=options("law", "police", "stigma")), a_question("scale"))
    of_old, of_new = (numbers({"challenges": ["law"]}, old, new, version=number) for number in (1, 2))
    assert of_old == {
        "police_met": NO_ANSWER,
        "challenges.law": 1,
        "challenges.police": 0,
        "challenges.stigma": NOT_IN_VERSION,
        "mood": NOT_IN_VERSION,
    }
    assert of_new == {**of_old, "challenges.stigma": 0, "mood": NO_ANSWER}
    skipped = numbers({"police_met": True}, old, new)
    assert (skipped["challenges.law"], skipped["challenges.stigma"]) == (NO_ANSWER, NOT_IN_VERSION)


@pytest.mark.slow
@given(st.data())
def test_not_asked_is_told_of_whom_a_condition_does_not_hold_for_whatever_it_is(data: st.DataObject) -> None:
    """Against the conditions, looked at for each respondent anew."""
    questionnaire = data.draw(strategies.conditional_questionnaires())
    raw = data.draw(strategies.json_answers(questionnaire))
    found = numbers(raw, questionnaire)
    answers = Validator(questionnaire).validate(raw)
    given = {**answers.codes, **dict.fromkeys(answers.texts, ("answered",))}
    codebook = codebook_of(questionnaire)
    for variable in codebook.variables:
        own = columns_of(codebook)[variable.id]
        reasons = {found[column.name] for column in own if column.name in found and found[column.name] < 0}
        if variable.id in given:
            assert reasons == set()
        elif not applies(variable.conditions, given):
            assert reasons == {NOT_ASKED}
        elif variable.form != "text":
            assert reasons <= {NO_ANSWER, NOT_RANKED}
            assert reasons


@pytest.mark.parametrize("blob", [b"", b"\1", b"\1\1\1", b"\3\0", b"\0\7"])
def test_what_is_no_answer_to_this_version_is_refused(blob: bytes) -> None:
    version = Version(1, a_definition(a_question("yes_no"), a_question("scale")).questionnaire)
    decoder = Decoder(version, columns_of(version.codebook), Spelling(Wording("en", "en"), "; "))
    with pytest.raises((ValueError, LookupError)):
        decoder.read(blob)
