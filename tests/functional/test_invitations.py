"""An invitation is used once, and nothing at rest links it to the response (P10)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.jobs import publish_releases
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services
from chalicelib.storage.database import Database
from chalicelib.storage.surveys import SurveyStore
from chalicelib.storage.tables import TABLES
from operation.errors import OperatorError
from operation.invitations import invite
from operation.lifecycle import require_survey
from tests.builders import ANSWERS, FIELDS, Browser, a_question, an_open_survey, stored_items
from tests.functional.commands import Operate, done
from tests.functional.shapes import assert_page, assert_problem, receipt_in

SCALE = a_question("scale")


@pytest.fixture
def codes(services: Services) -> list[str]:
    an_open_survey(services, access="invitation")
    return invite(services, "a-survey", 2)


def unused(services: Services) -> int:
    return len(list(services.access.invitations("a-survey")))


def form_with(code: str, **changes: list[str]) -> dict[str, list[str]]:
    return {**FIELDS, "_invitation": [code], **changes}


def test_form_with_a_code_is_stored_and_the_code_gone_P10(
    browser: Browser, services: Services, codes: list[str]
) -> None:
    typed = codes[0].lower().replace("0", "o").replace(" ", "-")
    assert receipt_in(browser.send_form(form_with(typed)))
    assert len(stored_items(services)) == 1
    assert unused(services) == 1


def test_api_takes_a_code_P10(browser: Browser, services: Services, codes: list[str]) -> None:
    assert browser.send_json(invitation=codes[0]).status_code == 201
    assert_problem(browser.send_json(invitation=codes[0]), 422, "invalid_answers")
    assert (len(stored_items(services)), unused(services)) == (1, 1)


def test_retry_with_the_used_code_gets_the_same_receipt_P5(
    browser: Browser, services: Services, codes: list[str]
) -> None:
    first, second = (browser.send_form(form_with(codes[0])) for _ in range(2))
    assert receipt_in(first) == receipt_in(second)
    assert (len(stored_items(services)), unused(services)) == (1, 1)


def test_changed_form_replaces_its_answers_and_uses_no_second_code_P5(
    browser: Browser, services: Services, codes: list[str]
) -> None:
    browser.send_form(form_with(codes[0]))
    browser.send_form(form_with(codes[1], mood=["1"]))
    assert (len(stored_items(services)), unused(services)) == (1, 1)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "Type your invitation code"),
        ("nonsense", "We do not know this code"),
        ("0000 0000 0000 0000", "We do not know this code"),
    ],
)
def test_without_a_good_code_nothing_is_stored_and_everything_is_kept_P12(
    browser: Browser, services: Services, codes: list[str], code: str, message: str
) -> None:
    page = assert_page(browser.send_form(form_with(code)), 422)
    assert any(message in found for found in page.texts["a"])
    assert "And a home." in page.text_of("textarea")
    assert stored_items(services) == []
    assert unused(services) == 2


def test_missing_code_is_reported_together_with_wrong_answers(browser: Browser, codes: list[str]) -> None:
    reply = browser.send_json({**ANSWERS, "mood": 9})
    problems = assert_problem(reply, 422, "invalid_answers")["problems"]
    assert {(one["question"], one["code"]) for one in problems} == {
        ("_invitation", "invitation_missing"),
        ("mood", "out_of_range"),
    }


def test_code_of_another_survey_is_not_known(browser: Browser, services: Services, codes: list[str]) -> None:
    an_open_survey(services, SCALE, survey="b-survey", access="invitation")
    (other,) = invite(services, "b-survey", 1)
    assert browser.send_json(invitation=other).status_code == 422


def test_nothing_at_rest_holds_a_code_or_links_it_P10(
    browser: Browser, services: Services, database: Database, codes: list[str]
) -> None:
    before = set(services.access.invitations("a-survey"))
    browser.send_form(form_with(codes[0]))
    (used,) = before - set(services.access.invitations("a-survey"))
    everything = str([database.call("scan", table)["Items"] for table in TABLES])
    assert codes[0].replace(" ", "") not in everything
    assert used.rpartition("#")[2] not in everything


def test_survey_under_test_asks_for_no_code(browser: Browser, services: Services) -> None:
    from operation.lifecycle import publish_definition, start_test
    from tests.builders import a_definition

    publish_definition(services, a_definition(SCALE, access="invitation"), [])
    link = "/" + start_test(services, "a-survey")
    assert "_invitation" not in browser.get(link).body.decode()


def test_codes_are_only_for_a_survey_by_invitation_that_still_collects(services: Services) -> None:
    an_open_survey(services, SCALE, access="open")
    with pytest.raises(OperatorError, match="access: invitation"):
        invite(services, "a-survey", 1)


class _Overtaken(SurveyStore):
    """Somebody else writes the record in between, once."""

    is_overtaken = False

    def save_inviting(self, survey: Survey, code_hash: str) -> Survey:
        if not self.is_overtaken:
            self.is_overtaken = True
            super().save(survey.model_copy(update={"announced": 3, "invited": 0}))
        return super().save_inviting(survey, code_hash)


def test_invitations_are_counted_whoever_else_writes_the_record_RR2(services: Services) -> None:
    an_open_survey(services, SCALE, access="invitation")
    racing = replace(services, surveys=_Overtaken(services.surveys._database))
    assert len(invite(racing, "a-survey", 2)) == 2
    record = require_survey(services, "a-survey")
    assert (record.invited, record.announced) == (2, 3)


def test_command_that_is_refused_leaves_no_file(operate: Operate, services: Services) -> None:
    an_open_survey(services, SCALE, access="open")
    assert operate("invite", "a-survey", "--count", "1", "--to", "codes.txt").exit_code == 1
    assert not Path("codes.txt").exists()


def test_command_writes_codes_to_a_file_that_only_its_owner_reads(
    operate: Operate, services: Services, browser: Browser
) -> None:
    an_open_survey(services, SCALE, policy="exact", access="invitation")
    done(operate("invite", "a-survey", "--count", "3", "--to", "codes.txt"))
    file = Path("codes.txt")
    codes = file.read_text("utf-8").split("\n")[:-1]
    assert len(set(codes)) == 3
    assert file.stat().st_mode & 0o777 == 0o600
    assert "never overwritten" in operate("invite", "a-survey", "--count", "1", "--to", "codes.txt").stderr
    assert [browser.send_json({"mood": 3}, invitation=code).status_code for code in codes] == [201] * 3
    assert publish_releases(services)[0].released == 1
