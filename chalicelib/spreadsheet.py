"""What every file that people open in a spreadsheet has to heed, whoever writes it."""

from __future__ import annotations

import re
from functools import lru_cache

#: Of a worksheet, and of a cell in UTF-16 (Excel specifications and limits).
MOST_ROWS, MOST_COLUMNS, MOST_LETTERS = 1_048_576, 16_384, 32_767
#: For XlsxWriter: texts are texts, whatever they look like.
TEXTS_AS_WRITTEN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
#: The same, and no part of the workbook is put aside into a temporary file, where a killed run would leave it.
IN_MEMORY = {**TEXTS_AS_WRITTEN, "in_memory": True}

#: What spreadsheets take for a formula (OWASP ASVS 1.2.10), full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """``text`` as no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


#: Digits and what stands between them in numbers, sums of money, days and times, the way spreadsheets read them. Not
#: the dash of ranges, "18–29", which none of them reads.
_RECKONED = re.compile(r"[\d\s.,:/()+%$€£٫٬-]*")
_WORD = re.compile(r"[^\W\d_]+")
#: A whole number stays what it is.
_WHOLE = re.compile(r"0|[1-9][0-9]*")
#: How months begin in the languages of the interface, in Danish and in German: beside digits they make a day.
_MONTHS = (
    *("jan", "feb", "mar", "mär", "mrz", "apr", "maj", "mai", "may", "maí", "jun", "jún", "jul", "júl", "aug", "ágú"),
    *("sep", "okt", "oct", "nov", "nóv", "des", "dec", "dez", "tammi", "helmi", "maalis", "huhti", "touko", "kesä"),
    *("heinä", "elo", "syys", "loka", "marras", "joulu", "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو"),
    *("أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
)
#: Beside digits these make a time or a sum of money.
_UNITS = frozenset({"am", "pm", "kr"})
_EXPONENT = re.compile(r"[0-9.,]+[eE][+-]?[0-9]+")
#: True and false; without digits.
_TRUTHS = frozenset({"true", "false", "sann", "usann", "sant", "falskt", "tosi", "epätosi", "satt", "ósatt", "falsk"})


# A file says the same few words in every row.
@lru_cache(maxsize=1024)
def as_text(text: str) -> str:
    """``text`` as a spreadsheet shows it and not as anything else: no formula, day, time, sum of money, other number.

    What would be taken for one begins with an apostrophe. "1-3" is 1 March, "30+" is 30, "1e1" is 10 and "01" is 1 to
    LibreOffice or Excel in one language or another (tests/functional/test_csv_in_spreadsheets.py).
    """
    return f"'{text}" if _is_read(text) else harmless(text)


def _is_read(text: str) -> bool:
    """Whether a spreadsheet may read ``text`` as something else than it says."""
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) > 1 or _WHOLE.fullmatch(text):
        return False
    if text.lower() in _TRUTHS or _EXPONENT.fullmatch(text):
        return True
    is_number = bool(_RECKONED.fullmatch(_WORD.sub("", text))) and any(sign.isdigit() for sign in text)
    return is_number and all(word in _UNITS or word.startswith(_MONTHS) for word in words)
