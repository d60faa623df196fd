"""Days and months in the words of the interface: no library of calendars is deployed."""

from __future__ import annotations

from datetime import date

from chalicelib.errors import Translate


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


def worded_months(first: str, last: str, translate: Translate) -> str:
    """The months from ``first`` to ``last``, such as "2026-03", to stand by themselves: "March to May 2026".

    One month is named once, and so is a year.
    """
    begins, ends = (date.fromisoformat(f"{month}-01") for month in (first, last))
    if begins == ends:
        return _month(ends, translate)
    name = _name(begins, translate) if begins.year == ends.year else _month(begins, translate)
    return translate("%(first)s to %(last)s") % {"first": name, "last": _month(ends, translate)}


def _month(month: date, translate: Translate) -> str:
    return translate("%(month)s %(year)d") % {"month": _name(month, translate), "year": month.year}


def _name(month: date, translate: Translate) -> str:
    """In the form that stands alone, since no language inflects that."""
    words = (
        translate("January"),
        translate("February"),
        translate("March"),
        translate("April"),
        translate("May"),
        translate("June"),
        translate("July"),
        translate("August"),
        translate("September"),
        translate("October"),
        translate("November"),
        translate("December"),
    )
    return words[month.month - 1]
