"""The interface's words: gettext catalogues, compiled by ``make venv`` from the ``.po`` files beside this module."""

from __future__ import annotations

import gettext
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from chalicelib.errors import Translate

#: Languages that the interface is worded in; English is the source.
INTERFACE_LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "sv": "Svenska",
    "nb": "Norsk bokmål",
    "fi": "Suomi",
    "is": "Íslenska",
    "ar": "العربية",
}
SOURCE = "en"
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})

#: What browsers ask for, and the written language that Norwegians all read.
_NORWEGIAN: Mapping[str, str] = {"no": "nb", "nn": "nb"}


@cache
def translator(language: str) -> Translate:
    """The function that words a message in ``language``, in English where there is no catalogue."""
    catalogue = gettext.translation("paraply", Path(__file__).parent, [language], fallback=True)

    def translate(message: str, many: str | None = None, number: int = 1) -> str:
        return catalogue.gettext(message) if many is None else catalogue.ngettext(message, many, number)

    return translate


def direction(language: str) -> str:
    """The ``dir`` attribute of a page in ``language``."""
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def negotiate(wanted: str | None, accept_language: str, available: Sequence[str]) -> str:
    """The language to answer in: the one asked for, else the browser's best, else the first available."""
    if wanted in available:
        return str(wanted)
    by_tag = {language.lower(): language for language in available}
    for tag in _by_preference(accept_language):
        primary = tag.partition("-")[0]
        for language in (tag, primary, _NORWEGIAN.get(primary, "")):
            if language in by_tag:
                return by_tag[language]
    return available[0]


def _by_preference(accept_language: str) -> list[str]:
    """The tags of an Accept-Language header, the most wanted first (RFC 9110, section 12.5.4)."""
    weighted: list[tuple[float, str]] = []
    for entry in accept_language[:500].split(","):
        tag, _, parameter = entry.strip().partition(";")
        quality = parameter.strip().lower().removeprefix("q=") or "1"
        if tag and quality.replace(".", "", 1).isdecimal():
            weighted.append((float(quality), tag.strip().lower()))
    return [tag for quality, tag in sorted(weighted, key=lambda pair: -pair[0]) if quality > 0]
