"""`manage.py share`: what members see of a survey before they open it says nothing of its subject."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import segno

from chalicelib.services import Services
from operation.console import base_url
from operation.errors import OperatorError
from operation.lifecycle import publish_definition, require_survey
from operation.share import share
from tests.builders import a_bilingual_survey, a_definition, a_question, an_open_survey

BASE = "https://example.org/api/"


def test_every_language_has_a_poster_and_a_text_with_its_link(services: Services, tmp_path: Path) -> None:
    survey = a_bilingual_survey(services, a_question("yes_no"))
    english, swedish = share(services, survey, BASE, tmp_path, {})
    assert english.link == "https://example.org/api/s/a-survey?lang=en"
    assert english.text.read_text("utf-8") == (
        "A few questions (The network)\n\n"
        "Takes about 2 minutes.\n\n"
        "You need no account, and nobody asks your name. Open it where nobody looks over your shoulder.\n\n"
        "If you have answered already, ignore this.\n\n"
        "https://example.org/api/s/a-survey?lang=en\n\n"
    )
    poster = swedish.poster.read_text("utf-8")
    assert 'lang="sv" dir="ltr"' in poster
    assert "Några frågor" in poster
    assert "<svg" in poster
    assert "<script" not in poster
    assert (tmp_path / "qr.svg").read_text("utf-8").startswith("<?xml")


UNTRUSTED = [
    *("javascript:alert(1)", "example.org/", "http://example.org/", "https:///x", "//x", "https://[::1"),
    *("https://example.org/?a=b", "https://example.org/#c", "https://example.org:port/", "https://anna:x@example.org/"),
    *("https://example.org/api ", "https://example.org/\napi", "https://ехample.org/", f"https://{'x' * 4000}.org/"),
]


@pytest.mark.parametrize("url", UNTRUSTED)
def test_poster_takes_no_link_that_people_could_not_trust(url: str) -> None:
    with pytest.raises(OperatorError, match="begins with https://"):
        base_url(url)
    assert base_url("http://127.0.0.1:8000") == "http://127.0.0.1:8000"


def test_forms_link_is_not_taken_for_the_address_of_the_application() -> None:
    with pytest.raises(OperatorError, match="what stands before /s/"):
        base_url("https://example.org/api/s/a-survey")
    assert base_url("https://example.org:8443/api/") == "https://example.org:8443/api/"


def test_codes_hold_the_link_that_is_printed(services: Services, tmp_path: Path) -> None:
    survey = a_bilingual_survey(services, a_question("yes_no"))
    for shared in share(services, survey, BASE, tmp_path, {}):
        poster = shared.poster.read_text("utf-8")
        assert segno.make(shared.link, error="m").svg_inline(scale=8, border=4) in poster
        assert shared.link.replace("&", "&amp;") in poster
    code = io.BytesIO()
    segno.make("https://example.org/api/s/a-survey", error="m").save(code, kind="svg", scale=8, border=4)
    assert (tmp_path / "qr.svg").read_bytes() == code.getvalue()


def test_poster_in_arabic_runs_from_right_to_left(services: Services, tmp_path: Path) -> None:
    survey = a_bilingual_survey(services, a_question("yes_no"), language="ar", title="بعض الأسئلة")
    posters = [shared.poster.read_text("utf-8") for shared in share(services, survey, BASE, tmp_path, {})]
    assert ['lang="en" dir="ltr"' in poster for poster in posters] == [True, False]
    assert ['lang="ar" dir="rtl"' in poster for poster in posters] == [False, True]


def test_invitation_says_that_a_code_is_needed(services: Services, tmp_path: Path) -> None:
    survey = an_open_survey(services, a_question("yes_no"), access="invitation")
    (only,) = share(services, survey, BASE, tmp_path, {})
    assert "You need the code that you were given. It lets you answer once." in only.text.read_text("utf-8")


def test_link_carries_declared_values_of_hidden_questions_only(services: Services, tmp_path: Path) -> None:
    survey = an_open_survey(services, a_question("hidden"), a_question("yes_no"))
    (only,) = share(services, survey, BASE, tmp_path, {"source": "poster"})
    assert only.link.endswith("?lang=en&source=poster")
    with pytest.raises(OperatorError, match="Declared: source=mail, poster"):
        share(services, survey, BASE, tmp_path, {"source": "anna"})


def test_survey_that_is_not_open_is_not_shared(services: Services, tmp_path: Path) -> None:
    publish_definition(services, a_definition(a_question("yes_no")), [])
    with pytest.raises(OperatorError, match="open a-survey"):
        share(services, require_survey(services, "a-survey"), BASE, tmp_path, {})
