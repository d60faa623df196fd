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
from tests.functional.commands import Operate, done

BASE = "https://example.org/api/"
#: A word that stands in every text of a definition that people may not meet before they open the survey.
SUBJECT = "Zarzuela"


def typed_link(poster: str) -> str:
    (link,) = re.findall(r'<p class="link" dir="ltr">(.*?)</p>', poster)
    return re.sub("<[^>]*>", "", link)


def test_every_language_has_a_poster_and_a_text_with_its_link(services: Services) -> None:
    survey = a_bilingual_survey(services, a_question("yes_no"))
    appeals = share(services, survey, BASE, {})
    english, swedish = appeals.shared
    assert english.link == "https://example.org/api/s/a-survey?lang=en"
    assert english.message == (
        "A few questions\n\n"
        "Please answer our questions. It takes about 2 minutes and is voluntary.\n\n"
        "We ask to learn.\n\n"
        "https://example.org/api/s/a-survey?lang=en\n\n"
        "You need no account, and nobody asks your name. Open the link where nobody can see your screen.\n\n"
        "We do not store which device or internet address your answers come from.\n\n"
        "If you have answered already, ignore this.\n\n"
        "Asked by: The network\n"
    )
    poster = swedish.poster
    assert 'lang="sv" dir="ltr"' in poster
    assert "Några frågor" in poster
    assert "<svg" in poster
    assert "<script" not in poster
    assert appeals.qr_code.startswith(b"<?xml")


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
    services: Services,
) -> None:
    made = share(services, a_bilingual_survey(services, a_question("yes_no")), BASE, {})
    for shared in made.shared:
        assert qr_code(shared.link) in shared.poster
        assert typed_link(shared.poster) == "https://example.org/api/s/a-survey"
    code = io.BytesIO()
    segno.make("https://example.org/api/s/a-survey", error="m").save(code, kind="svg", scale=8, border=4)
    assert made.qr_code == code.getvalue()


def test_poster_in_arabic_runs_from_right_to_left(services: Services) -> None:
    survey = a_bilingual_survey(services, a_question("yes_no"), language="ar", title="بعض الأسئلة")
    posters = [shared.poster for shared in share(services, survey, BASE, {}).shared]
    assert ['lang="en" dir="ltr"' in poster for poster in posters] == [True, False]
    assert ['lang="ar" dir="rtl"' in poster for poster in posters] == [False, True]


def test_poster_says_who_asks_what_for_how_long_that_it_is_voluntary_and_how_to_answer(services: Services) -> None:
    (only,) = share(services, an_open_survey(services, a_question("yes_no")), BASE, {}).shared
    poster = only.poster
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


def test_nothing_of_the_subject_is_said_but_by_title_sender_and_first_sentence(services: Services) -> None:
    document = a_document(a_question("yes_no", label={"en": SUBJECT}, hint={"en": SUBJECT}))
    document["questionnaire"] |= {"introduction": {"en": f"We ask. {SUBJECT}."}, "thanks": {"en": SUBJECT}}
    survey = opened(services, Definition.model_validate(document))
    (only,) = share(services, survey, BASE, {}).shared
    assert SUBJECT not in only.poster + only.message


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


def test_link_to_type_is_never_broken_at_a_hyphen_that_could_be_taken_for_one_of_the_line(services: Services) -> None:
    survey = an_open_survey(services, a_question("yes_no"))
    (only,) = share(services, survey, "https://x1.eu-north-1.example.org/api", {}).shared
    poster = only.poster
    assert '<wbr><span class="whole">.eu-north-1</span><wbr>' in poster
    assert typed_link(poster) == "https://x1.eu-north-1.example.org/api/s/a-survey"


def test_invitation_says_that_a_code_is_needed_and_asks_nobody_twice(services: Services) -> None:
    survey = an_open_survey(services, a_question("yes_no"), access="invitation")
    (only,) = share(services, survey, BASE, {}).shared
    text = only.message
    assert "You need the code you were given. It lets you answer once." in text
    assert "answered already" not in text


def test_link_carries_declared_values_of_hidden_questions_only(services: Services) -> None:
    survey = an_open_survey(services, a_question("hidden"), a_question("yes_no"))
    (only,) = share(services, survey, BASE, {"source": "poster"}).shared
    assert only.link.endswith("?lang=en&source=poster")
    with pytest.raises(OperatorError, match="Declared: source=mail, poster"):
        share(services, survey, BASE, {"source": "anna"})


def test_survey_that_is_not_open_is_not_shared(services: Services) -> None:
    publish_definition(services, a_definition(a_question("yes_no")), [])
    with pytest.raises(OperatorError, match="open a-survey"):
        share(services, require_survey(services, "a-survey"), BASE, {})


def test_last_day_whom_to_ask_and_the_introductions_words_without_marks_are_said(services: Services) -> None:
    contact = {"label": {"en": "Ada at the network"}, "email": "ada@example.org"}
    document = a_document(a_question("yes_no"), closes_on="2027-03-31", contact=contact)
    document["questionnaire"]["introduction"] = {"en": "We ask to **learn**. Then we plan.\n\nMore of it."}
    (only,) = share(services, opened(services, Definition.model_validate(document)), BASE, {}).shared
    poster, message = only.poster, only.message
    for said in ("We ask to learn.", "Open until 31 March 2027.", "Ada at the network, ada@example.org"):
        assert said in message
        assert said in poster
    assert "**" not in poster + message


def test_command_writes_them_for_their_owner_alone_and_asks_before_it_replaces_them(
    operate: Operate, services: Services
) -> None:
    an_open_survey(services, a_question("yes_no"))
    make = ("share", "a-survey", "--to", "posters", "--url", BASE)
    done(operate(*make))
    folder = Path("posters")
    names = ["invitation-en.txt", "poster-en.html", "qr.svg"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    (folder / "notes.txt").write_text("mine")
    (folder / "qr.svg").write_text("of before")
    assert operate(*make).exit_code == 1
    assert (folder / "qr.svg").read_text() == "of before"
    done(operate(*make, "--confirm", "posters"))
    assert (folder / "qr.svg").read_text("utf-8").startswith("<?xml")
    assert (folder / "notes.txt").read_text() == "mine"


def test_command_follows_no_link(operate: Operate, services: Services) -> None:
    an_open_survey(services, a_question("yes_no"))
    Path("elsewhere").mkdir()
    Path("aside").write_text("mine")
    make = ("share", "a-survey", "--url", BASE, "--to")
    Path("posters").symlink_to("elsewhere")
    assert operate(*make, "posters").exit_code == 1
    assert list(Path("elsewhere").iterdir()) == []
    (Path("elsewhere") / "qr.svg").symlink_to(Path("aside").absolute())
    done(operate(*make, "elsewhere", "--confirm", "elsewhere"))
    assert Path("aside").read_text() == "mine"
    assert not (Path("elsewhere") / "qr.svg").is_symlink()
