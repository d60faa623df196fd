"""Which language a page is in, and which way it runs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.locale import (
    INTERFACE_LANGUAGES,
    SOURCE,
    direction,
    interface_language,
    negotiate,
    page_translator,
    translator,
)

AVAILABLE = ["en", "sv", "nb", "ar", "pt-BR", "pt-PT"]


def test_the_language_asked_for_comes_before_the_browsers() -> None:
    assert negotiate("sv", "nb", AVAILABLE) == "sv"


@pytest.mark.parametrize("wanted", [None, "", "de", "-", "SE", "../../etc/passwd", "sv\r\nX: y", "\ud800"])
def test_a_language_that_there_is_not_is_passed_over(wanted: str | None) -> None:
    assert negotiate(wanted, "nb", AVAILABLE) == "nb"
    assert negotiate(wanted, "", AVAILABLE) == "en"


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("SV", "sv"),
        ("NB", "nb"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("ar-EG", "ar"),
        ("pt-br", "pt-BR"),
        ("pt-pt", "pt-PT"),
    ],
)
def test_the_language_asked_for_may_be_written_as_browsers_write_theirs(wanted: str, language: str) -> None:
    assert negotiate(wanted, "sv-FI", ["en", "nb", "ar", "pt-BR", "pt-PT", "sv"]) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("sv", "sv"),
        ("SV-fi", "sv"),
        ("sv;q=0.5, nb", "nb"),
        ("sv;q=0.5,nb;q=0.501", "nb"),
        ("sv ; q=0.8 , nb; Q=0.9", "nb"),
        ("de, sv;q=0.3, *;q=0.1", "sv"),
        ("sv;q=0, nb;q=0.1", "nb"),
        ("nb, sv", "nb"),
        ("sv, nb", "sv"),
        ("no", "nb"),
        ("nn-NO, sv;q=0.9", "nb"),
        ("pt-br", "pt-BR"),
        ("pt-BR, sv;q=0.9", "pt-BR"),
        ("ar-EG", "ar"),
        ("pt-PT", "pt-PT"),
        ("pt", "pt-BR"),
        ("pt-AO, sv;q=0.9", "pt-BR"),
    ],
)
def test_the_browsers_best_language_is_taken(header: str, language: str) -> None:
    assert negotiate(None, header, AVAILABLE) == language


@pytest.mark.parametrize(
    ("header", "available", "language"),
    [
        ("en-US", ["sv", "en-GB"], "en-GB"),
        ("en-GB, sv;q=0.9", ["sv", "en-US"], "en-US"),
        ("en", ["sv", "en-GB"], "en-GB"),
        ("nn", ["sv", "nb-NO"], "nb-NO"),
        ("nb-NO", ["sv", "nn"], "nn"),
        ("nb", ["nn", "nb"], "nb"),
        ("zz", ["sv", "en-GB"], "sv"),
    ],
)
def test_a_language_of_another_region_comes_before_another_language(
    header: str, available: list[str], language: str
) -> None:
    assert negotiate(None, header, available) == language


HOSTILE = [
    "sv;q=nan",
    "sv;q=inf",
    "sv;q=1e9",
    "sv;q=²",
    "\x00",
    "sv\x00",
    "🙂",
    "9" * 100_000,
    "," * 100_000,
    "x," * 250 + "sv",
]
EMPTY = ["", "*", "de", "-", "q=1", ";;;,,,", "sv;sv", "sv;q=0", "sv;q=-1", "sv;q=.", "sv;q=1.2.3"]


@pytest.mark.parametrize("header", [*HOSTILE, *EMPTY], ids=lambda header: header[:12])
def test_a_header_that_names_nothing_we_have_gets_the_first_language(header: str) -> None:
    assert negotiate(None, header, AVAILABLE) == "en"


@settings(max_examples=100, deadline=None)
@given(st.none() | st.text(max_size=8), st.text(max_size=40) | st.text("svnb;q=.,0123456789- *", max_size=40))
def test_any_header_gets_a_language_that_there_is(wanted: str | None, header: str) -> None:
    assert negotiate(wanted, header, AVAILABLE) in AVAILABLE


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("sv", "sv"),
        ("sv-FI", "sv-FI"),
        ("ar-EG", "ar-EG"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("ru", "en"),
        ("zh-Hans", "en"),
    ],
)
def test_the_language_of_the_interface_is_that_of_its_words(language: str, spoken: str) -> None:
    assert interface_language(language) == spoken
    assert translator(language)("Continue") == translator(spoken.partition("-")[0])("Continue")
    assert (translator(language)("Continue") == "Continue") == (spoken == "en")


@pytest.mark.parametrize(
    "language", ["ar", "ar-EG", "fa", "he", "ur", "ckb", "ku-Arab", "pa-Arab", "PA-ARAB-PK", "ur-Aran", "yi-Hebr"]
)
def test_a_page_runs_the_way_its_language_is_written(language: str) -> None:
    assert direction(language) == "rtl"


@pytest.mark.parametrize(
    "language", ["en", "sv", "arn", "az", "az-Latn", "ku", "pa", "ur-Latn-IN", "ks-Deva", "zh-Hant"]
)
def test_a_script_that_the_tag_names_comes_before_the_language_s_own(language: str) -> None:
    assert direction(language) == "ltr"


def test_English_words_are_isolated_on_a_page_that_runs_the_other_way_and_only_there() -> None:
    said = {language: page_translator(language)("Send") for language in ("fa", "ku-Arab", "ar", "en", "ru", "sv")}
    assert said == {
        "fa": "\u2066Send\u2069",
        "ku-Arab": "\u2066Send\u2069",
        "ar": translator("ar")("Send"),
        "en": "Send",
        "ru": "Send",
        "sv": translator("sv")("Send"),
    }
    plural = page_translator("fa")("One day", "%(days)d days", 2) % {"days": 2}
    assert plural == "\u20662 days\u2069"


def test_English_is_the_source_and_words_what_no_catalogue_words() -> None:
    assert SOURCE in INTERFACE_LANGUAGES
    for language in (SOURCE, "xx", "../../etc"):
        assert translator(language)("Send") == "Send"
        said = [translator(language)("One day", "%(days)d days", days) for days in (0, 1, 2, 21)]
        assert said == ["%(days)d days", "One day", "%(days)d days", "%(days)d days"]
