"""`manage.py slips`: codes on paper, each of them once, and in no link (P10)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.services import Services
from operation.appeal import qr_code
from operation.errors import OperatorError
from operation.invitations import invite
from operation.slips import read_codes, slips
from tests.builders import Browser, a_bilingual_survey, a_question, an_open_survey
from tests.functional.commands import Operate, done

BASE = "https://example.org/api"


def codes_on(page: str) -> list[str]:
    return re.findall(r'<b dir="ltr">(.*?)</b>', page)


def test_every_code_has_one_slip_and_none_is_in_a_link_P10(services: Services) -> None:
    survey = an_open_survey(services, a_question("yes_no"), access="invitation")
    codes = list(invite(services, survey.id, 9))
    page = slips(services, survey, codes, BASE)
    assert codes_on(page) == codes
    assert page.count('<use href="#qr"/>') == len(codes)
    assert qr_code("https://example.org/api/s/a-survey?lang=en") in page
    assert page.count(codes[0]) == 1
    assert not any(code.replace(" ", "") in page for code in codes)


def test_slips_are_in_one_language_of_the_survey(services: Services) -> None:
    survey = a_bilingual_survey(services, a_question("yes_no"), language="ar", title="بعض الأسئلة", access="invitation")
    codes = list(invite(services, survey.id, 1))
    assert '<html lang="en" dir="ltr">' in slips(services, survey, codes, BASE)
    assert '<html lang="ar" dir="rtl">' in slips(services, survey, codes, BASE, "ar")
    with pytest.raises(OperatorError, match="Choose from: en, ar"):
        slips(services, survey, codes, BASE, "sv")


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
