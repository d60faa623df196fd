"""Until when a survey takes answers, in a line."""

from __future__ import annotations

from chalicelib.days import worded_day
from chalicelib.errors import Translate
from chalicelib.questionnaire.survey import SurveySettings


def open_until(settings: SurveySettings, translate: Translate) -> str:
    """The line that says until when a survey takes answers; empty where it has no last day."""
    if settings.closes_on is None:
        return ""
    return translate("Open until %(day)s.") % {"day": worded_day(settings.closes_on, translate)}
