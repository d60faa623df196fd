"""Makes a written answer safe to store, to seal and to put into a spreadsheet later."""

from __future__ import annotations

import re
import unicodedata

#: Control characters but tab and newline, characters that XML 1.0 forbids, surrogates, and the marks that reorder text
#: (UAX #9 embeddings, overrides and isolates; the plain left-to-right and right-to-left marks stay, Arabic needs them).
_UNSTORABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb\ufffe\uffff]"
)
_LINE_BREAKS = re.compile("\r\n?|[\u2028\u2029\x85]")


def clean_text(text: str, lines: bool) -> str:
    """``text`` in NFC, trimmed, without what cannot be stored; on one line unless ``lines``."""
    text = unicodedata.normalize("NFC", _UNSTORABLE.sub("", _LINE_BREAKS.sub("\n", text)))
    return text.strip() if lines else " ".join(text.split())
