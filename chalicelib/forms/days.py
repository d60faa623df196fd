"""Days as they are written in a sentence, in the words of the interface: no library of calendars is deployed."""

from __future__ import annotations

from datetime import date

from chalicelib.errors import Translate
from chalicelib.questionnaire.survey import SurveySettings


def worded_day(day: str, translate: Translate) -> str:
    """``day``, such as "2027-03-31", for the middle of a sentence: "31 March 2027", in each language's own order."""
    found = date.fromisoformat(day)
    words = (
        translate("%(day)d January %(year)d"),
        translate("%(day)d February %(year)d"),
        translate("%(day)d March %(year)d"),
        translate("%(day)d April %(year)d"),
        translate("%(day)d May %(year)d"),
        translate("%(day)d June %(year)d"),
        translate("%(day)d July %(year)d"),
        translate("%(day)d August %(year)d"),
        translate("%(day)d September %(year)d"),
        translate("%(day)d October %(year)d"),
        translate("%(day)d November %(year)d"),
        translate("%(day)d December %(year)d"),
    )
    return words[found.month - 1] % {"day": found.day, "year": found.year}


def open_until(settings: SurveySettings, translate: Translate) -> str:
    """The line that says until when a survey takes answers; empty where it has no last day."""
    if settings.closes_on is None:
        return ""
    return translate("Open until %(day)s.") % {"day": worded_day(settings.closes_on, translate)}
