"""The interface's words: gettext catalogues, compiled by ``make venv`` from the ``.po`` files of operation/locale."""

from __future__ import annotations

import gettext
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from chalicelib.errors import Translate

#: Languages that the interface is worded in; English is the source. One is added by a line here and its catalogue;
#: `check` names what else does not know its words (operation.authoring.wording_rules).
INTERFACE_LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "sv": "Svenska",
    "nb": "Norsk bokmål",
    "fi": "Suomi",
    "is": "Íslenska",
    "ar": "العربية",
}
SOURCE = "en"
#: Languages that are written from right to left unless their tag names another script.
RIGHT_TO_LEFT = frozenset(
    {"ar", "arz", "azb", "bal", "ckb", "dv", "fa", "glk", "he", "iw", "khw", "ks", "lrc", "mzn", "nqo", "pes", "pnb"}
    | {"prs", "ps", "rhg", "sd", "sdh", "skr", "syr", "ug", "ur", "yi"}
)
#: Scripts that run from right to left, by their codes (ISO 15924).
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"})
#: Left-to-right isolate, and the end of one: what stands between keeps its full stop at its own end.
_ISOLATED = "\u2066{}\u2069"

#: What browsers ask for, and the written language that Norwegians all read.
_NORWEGIAN: Mapping[str, str] = {"no": "nb", "nn": "nb"}


@cache
def translator(language: str) -> Translate:
    """The function that words a message in ``language``, whatever its region; in English where no catalogue does."""
    catalogue = gettext.translation("paraply", Path(__file__).parent, [language, general(language)], fallback=True)

    def translate(message: str, many: str | None = None, number: int = 1) -> str:
        return catalogue.gettext(message) if many is None else catalogue.ngettext(message, many, number)

    return translate


def page_translator(language: str) -> Translate:
    """As :func:`translator`, for a page in ``language``: where it runs the other way, English words are isolated."""
    translate = translator(language)
    if direction(language) == direction(interface_language(language)):
        return translate

    def isolate(message: str, many: str | None = None, number: int = 1) -> str:
        return _ISOLATED.format(translate(message, many, number))

    return isolate


def interface_language(language: str) -> str:
    """The language of the interface's words on a page in ``language``: the same where a catalogue words it."""
    primary = language.lower().partition("-")[0]
    return language if primary in INTERFACE_LANGUAGES else _NORWEGIAN.get(primary, SOURCE)


def has_words(language: str) -> bool:
    """Whether the interface is worded in ``language``, whatever its region."""
    return general(language) in INTERFACE_LANGUAGES


def direction(language: str) -> str:
    """The ``dir`` attribute of a page in ``language``: of the script that its tag names, else of its usual one."""
    primary, *others = language.lower().split("-")
    scripts = [part for part in others[:2] if len(part) == 4 and part.isalpha()]
    runs_left = scripts[0] in _RIGHT_TO_LEFT_SCRIPTS if scripts else primary in RIGHT_TO_LEFT
    return "rtl" if runs_left else "ltr"


def negotiate(wanted: str | None, accept_language: str, available: Sequence[str]) -> str:
    """The language to answer in: the one asked for, else the browser's best, else the first available.

    The one asked for may be written as browsers write theirs: "NB", "no", "ar-EG".
    """
    return find_language([wanted or "", *_by_preference(accept_language)], available) or available[0]


def find_language(tags: Sequence[str], available: Sequence[str]) -> str | None:
    """The one of ``available`` that the first of ``tags`` asks for which asks for any of them."""
    by_tag = {language.lower(): language for language in available}
    by_general = {general(language): language for language in reversed(available)}
    for tag in map(str.lower, tags):
        found = by_tag.get(tag) or by_tag.get(tag.partition("-")[0]) or by_general.get(general(tag))
        if found:
            return found
    return None


def general(tag: str) -> str:
    """The language of ``tag`` without region or script: "en" of "en-GB", "nb" of "nn-NO"."""
    primary = tag.lower().partition("-")[0]
    return _NORWEGIAN.get(primary, primary)


def _by_preference(accept_language: str) -> list[str]:
    """The tags of an Accept-Language header, the most wanted first (RFC 9110, section 12.5.4)."""
    weighted: list[tuple[float, str]] = []
    for entry in accept_language[:500].split(","):
        tag, _, parameter = entry.strip().partition(";")
        quality = parameter.strip().lower().removeprefix("q=") or "1"
        if tag and quality.replace(".", "", 1).isdecimal():
            weighted.append((float(quality), tag.strip().lower()))
    return [tag for quality, tag in sorted(weighted, key=lambda pair: -pair[0]) if quality > 0]
