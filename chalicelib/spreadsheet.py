"""What every file that people open in a spreadsheet has to heed, whoever writes it."""

from __future__ import annotations

#: What spreadsheets take for a formula (OWASP ASVS 1.2.10), full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """``text`` as no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
