"""Days in sentences, in every language of the interface."""

from __future__ import annotations

from datetime import date

import pytest
from babel.dates import format_date

from chalicelib.days import worded_day
from chalicelib.errors import in_english
from chalicelib.forms.days import open_until
from chalicelib.locale import INTERFACE_LANGUAGES, translator
from chalicelib.questionnaire.survey import SurveySettings

DAYS = [date(2027, month, 29 if month != 2 else 3) for month in range(1, 13)]
#: Arabic months go by two names, and are given both.
AS_ELSEWHERE = {"en": "en_GB", "sv": "sv", "nb": "nb", "fi": "fi", "is": "is"}


@pytest.mark.parametrize("language", AS_ELSEWHERE)
def test_day_is_written_as_unicode_has_it_for_the_language(language: str) -> None:
    for day in DAYS:
        expected = format_date(day, "long", locale=AS_ELSEWHERE[language])
        assert worded_day(day.isoformat(), translator(language)) == expected


def test_day_names_the_month_in_arabic_by_both_names() -> None:
    assert worded_day("2027-03-31", translator("ar")) == "31 مارس / آذار 2027"


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_form_says_until_when_it_is_open_P13(language: str) -> None:
    settings = SurveySettings(exit_link="https://example.org/", closes_on="2027-03-31")
    assert worded_day("2027-03-31", translator(language)) in open_until(settings, translator(language))


def test_survey_without_a_last_day_promises_none() -> None:
    assert open_until(SurveySettings(exit_link="https://example.org/"), in_english) == ""
