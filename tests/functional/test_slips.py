"""`manage.py slips`: codes on paper, each of them once, and in no link (P10)."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from chalicelib.questionnaire.definition import Definition
from chalicelib.services import Services
from operation.appeal import qr_code
from operation.errors import OperatorError
from operation.invitations import invite
from operation.slips import read_codes, slips
from tests.builders import Browser, a_bilingual_survey, a_document, a_question, an_open_survey, opened
from tests.functional.commands import Operate, done

BASE = "https://example.org/api"


def codes_on(page: str) -> list[str]:
    return re.findall(r'<b dir="ltr">(.*?)</b>', page)


def test_every_code_has_one_slip_and_none_is_in_a_link_P10(services: Services) -> None:
    survey = an_open_survey(services, a_question("yes_no"), access="invitation")
    codes = invite(services, survey.id, 9)
    page = slips(services, survey, codes, BASE)
    assert codes_on(page) == codes
    assert page.count('<use href="#qr"/>') == len(codes)
    assert qr_code("https://example.org/api/s/a-survey?lang=en") in page
    assert page.count(codes[0]) == 1
    assert not any(code.replace(" ", "") in page for code in codes)


def test_slips_are_in_every_language_of_the_survey_or_in_one_of_them(services: Services) -> None:
    survey = a_bilingual_survey(services, a_question("yes_no"), language="ar", title="بعض الأسئلة", access="invitation")
    codes = invite(services, survey.id, 3)
    both = slips(services, survey, codes, BASE)
    assert both.count('<div lang="en" dir="ltr">') == both.count('<div lang="ar" dir="rtl">') == 3
    assert both.count("بعض الأسئلة") == 3
    assert codes_on(both) == codes, "each code once"
    assert qr_code("https://example.org/api/s/a-survey") in both, "the form asks which language"
    arabic = slips(services, survey, codes, BASE, "ar")
    assert '<html lang="ar" dir="rtl">' in arabic
    assert '<div lang="en"' not in arabic
    assert qr_code("https://example.org/api/s/a-survey?lang=ar") in arabic
    with pytest.raises(OperatorError, match="Choose from: en, ar"):
        slips(services, survey, codes, BASE, "sv")


class _Asked(HTMLParser):
    """The elements of a page, and what it would ask of anywhere else."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements = set[str]()
        self.asked = list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.asked += [value or "" for name, value in attrs if name in ("src", "href", "action", "style", "xlink:href")]


def test_no_title_or_name_makes_a_page_of_codes_ask_anybody_anything_P10(services: Services) -> None:
    """Somebody else may have written or translated them."""
    document = a_document(a_question("yes_no"), access="invitation")
    hostile = "</title></style><script src=//x.example></script><img src=//x.example><a href=//x.example>A</a>\"'"
    document["questionnaire"]["title"] = {"en": hostile}
    document["questionnaire"]["asked_by"] = {"en": hostile}
    survey = opened(services, Definition.model_validate(document))
    page = slips(services, survey, invite(services, survey.id, 1), BASE)
    asked = _Asked(page)
    assert page.count("&lt;img src=//x.example&gt;") >= 3
    assert asked.elements.isdisjoint({"script", "img", "a", "link", "base", "iframe", "form", "object"})
    assert asked.asked == ["#qr"]
    assert "url(" not in page


def test_what_is_the_same_in_two_languages_stands_once(services: Services) -> None:
    """Somali has no words of the interface: they stay English."""
    document = a_document(a_question("yes_no"), access="invitation")
    names = {"en": "English", "so": "Soomaali", "sv": "Svenska"}
    languages = {code: {"name": name, "reviewed_by": "A. Reviewer"} for code, name in names.items()}
    document["questionnaire"]["languages"] = languages
    survey = opened(services, Definition.model_validate(document))
    page = slips(services, survey, invite(services, survey.id, 1), BASE)
    assert page.count("Your code:") == page.count("It lets you answer once.") == page.count("Asked by:") == 1
    assert page.index("Your code:") < page.index("Din kod:")
    assert '<bdi lang="en" dir="ltr">Your code:</bdi>' in page


def test_more_languages_than_a_slip_has_room_for_want_a_file_of_codes_each(services: Services) -> None:
    document = a_document(a_question("yes_no"), access="invitation")
    codes = ("en", "sv", "nb", "fi", "is", "ar", "so")
    document["questionnaire"]["languages"] = {code: {"name": code, "reviewed_by": "A. Reviewer"} for code in codes}
    survey = opened(services, Definition.model_validate(document))
    with pytest.raises(OperatorError, match="--language"):
        slips(services, survey, [], BASE)
    assert "<html" in slips(services, survey, [], BASE, "fi")


def test_nothing_but_its_code_tells_a_slip_from_another(services: Services) -> None:
    survey = a_bilingual_survey(services, a_question("yes_no"), access="invitation")
    codes = invite(services, survey.id, 5)
    page = slips(services, survey, codes, BASE)
    for code in codes:
        page = page.replace(code, "")
    each = page.split('<div class="slip">')[1:]
    assert len({re.sub(r"\s+|</?div( class=\"row\")?>|</body>|</html>", "", slip) for slip in each}) == 1
    assert len(each) == 5


def test_slips_are_for_invitations_only(services: Services) -> None:
    survey = an_open_survey(services, a_question("yes_no"))
    with pytest.raises(OperatorError, match="access: invitation"):
        slips(services, survey, [], BASE)


def test_line_that_is_no_code_is_named_by_its_number_and_not_quoted(tmp_path: Path) -> None:
    file = tmp_path / "codes.txt"
    file.write_text("0000 0000 0000 0000\nZarzuela\n", "utf-8")
    with pytest.raises(OperatorError, match="line 2") as refused:
        list(read_codes(file))
    assert "Zarzuela" not in str(refused.value)
    file.write_bytes("Zarzuela ä".encode("latin-1"))
    with pytest.raises(OperatorError, match="this is no code") as refused:
        list(read_codes(file))
    assert refused.value.__cause__ is None


def test_command_makes_slips_that_only_their_owner_reads_of_codes_that_let_in_P10(
    operate: Operate, services: Services, browser: Browser
) -> None:
    an_open_survey(services, a_question("scale"), access="invitation")
    done(operate("invite", "a-survey", "--count", "2", "--to", "codes.txt"))
    make = ("slips", "a-survey", "codes.txt", "--to", "slips.html", "--url", BASE)
    done(operate(*make))
    file = Path("slips.html")
    assert file.stat().st_mode & 0o777 == 0o600
    codes = codes_on(file.read_text("utf-8"))
    assert codes == Path("codes.txt").read_text("utf-8").splitlines()
    assert [browser.send_json({"mood": 3}, invitation=code).status_code for code in codes] == [201] * 2
    assert "never overwritten" in operate(*make).stderr
