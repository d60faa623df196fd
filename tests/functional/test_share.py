"""`manage.py share`: what members see of a survey before they open it says nothing of its subject."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
import segno

from chalicelib.questionnaire.definition import Definition
from chalicelib.services import Services
from operation.appeal import first_sentence, qr_code
from operation.console import base_url
from operation.errors import OperatorError
from operation.lifecycle import publish_definition, require_survey
from operation.share import share
from tests.builders import a_bilingual_survey, a_definition, a_document, a_question, an_open_survey, opened

BASE = "https://example.org/api/"
#: A word that stands in every text of a definition that people may not meet before they open the survey.
SUBJECT = "Zarzuela"


def typed_link(poster: str) -> str:
    (link,) = re.findall(r'<p class="link" dir="ltr">(.*?)</p>', poster)
    return re.sub("<[^>]*>", "", link)


def test_every_language_has_a_poster_and_a_text_with_its_link(services: Services, tmp_path: Path) -> None:
    survey = a_bilingual_survey(services, a_question("yes_no"))
    english, swedish = share(services, survey, BASE, tmp_path, {})
    assert english.link == "https://example.org/api/s/a-survey?lang=en"
    assert english.text.read_text("utf-8") == (
        "A few questions\n\n"
        "Please answer our questions. It takes about 2 minutes and is voluntary.\n\n"
        "We ask to learn.\n\n"
        "https://example.org/api/s/a-survey?lang=en\n\n"
        "You need no account, and nobody asks your name. Open the link where nobody can see your screen.\n\n"
        "We do not store which device or internet address your answers come from.\n\n"
        "If you have answered already, ignore this.\n\n"
        "Asked by: The network\n"
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


def test_qr_code_opens_the_form_in_the_posters_language_and_the_link_to_type_is_the_shortest(
    services: Services, tmp_path: Path
) -> None:
    survey = a_bilingual_survey(services, a_question("yes_no"))
    for shared in share(services, survey, BASE, tmp_path, {}):
        poster = shared.poster.read_text("utf-8")
        assert qr_code(shared.link) in poster
        assert typed_link(poster) == "https://example.org/api/s/a-survey"
    code = io.BytesIO()
    segno.make("https://example.org/api/s/a-survey", error="m").save(code, kind="svg", scale=8, border=4)
    assert (tmp_path / "qr.svg").read_bytes() == code.getvalue()


def test_poster_in_arabic_runs_from_right_to_left(services: Services, tmp_path: Path) -> None:
    survey = a_bilingual_survey(services, a_question("yes_no"), language="ar", title="بعض الأسئلة")
    posters = [shared.poster.read_text("utf-8") for shared in share(services, survey, BASE, tmp_path, {})]
    assert ['lang="en" dir="ltr"' in poster for poster in posters] == [True, False]
    assert ['lang="ar" dir="rtl"' in poster for poster in posters] == [False, True]


def test_poster_says_who_asks_what_for_how_long_that_it_is_voluntary_and_how_to_answer(
    services: Services, tmp_path: Path
) -> None:
    (only,) = share(services, an_open_survey(services, a_question("yes_no")), BASE, tmp_path, {})
    poster = only.poster.read_text("utf-8")
    for said in (
        "Scan to answer",
        "The network",
        "We ask to learn.",
        "about 2 minutes",
        "voluntary",
        "device or internet",
    ):
        assert said in poster
    assert "answered already" not in poster, "nobody who walks by has to be told"


def test_nothing_of_the_subject_is_said_but_by_title_sender_and_first_sentence(
    services: Services, tmp_path: Path
) -> None:
    document = a_document(a_question("yes_no", label={"en": SUBJECT}, hint={"en": SUBJECT}))
    document["questionnaire"] |= {"introduction": {"en": f"We ask. {SUBJECT}."}, "thanks": {"en": SUBJECT}}
    survey = opened(services, Definition.model_validate(document))
    (only,) = share(services, survey, BASE, tmp_path, {})
    assert SUBJECT not in only.poster.read_text("utf-8") + only.text.read_text("utf-8")


@pytest.mark.parametrize(
    ("introduction", "sentence"),
    [
        ("One. Two.", "One."),
        ("Why, e.g. or t.ex. this? Two.", "Why, e.g. or t.ex. this?"),
        ("He said “Go.” Two.", "He said “Go.”"),
        ("No end\nhere\n\nTwo.", "No end here"),
        ("ما الذي يساعد؟ ثانيًا.", "ما الذي يساعد؟"),
        ("Only 3.5 of them.", "Only 3.5 of them."),
    ],
)
def test_purpose_is_the_first_sentence_of_the_introduction(introduction: str, sentence: str) -> None:
    assert first_sentence(introduction) == sentence


def test_link_to_type_is_never_broken_at_a_hyphen_that_could_be_taken_for_one_of_the_line(
    services: Services, tmp_path: Path
) -> None:
    survey = an_open_survey(services, a_question("yes_no"))
    (only,) = share(services, survey, "https://x1.eu-north-1.example.org/api", tmp_path, {})
    poster = only.poster.read_text("utf-8")
    assert '<wbr><span class="whole">.eu-north-1</span><wbr>' in poster
    assert typed_link(poster) == "https://x1.eu-north-1.example.org/api/s/a-survey"


def test_invitation_says_that_a_code_is_needed_and_asks_nobody_twice(services: Services, tmp_path: Path) -> None:
    survey = an_open_survey(services, a_question("yes_no"), access="invitation")
    (only,) = share(services, survey, BASE, tmp_path, {})
    text = only.text.read_text("utf-8")
    assert "You need the code you were given. It lets you answer once." in text
    assert "answered already" not in text


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
