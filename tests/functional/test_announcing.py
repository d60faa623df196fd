"""The operator's side of results that are held: tokens, announcing, and what may change once a survey is open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.jobs import publish_releases, purge_expired
from chalicelib.questionnaire.survey import RECORD_LIFETIME
from chalicelib.services import Services
from chalicelib.storage.tables import TABLES
from operation.analysts import create_token, revoke_token, tokens_of
from operation.authoring.problems import ProblemCode
from operation.ending import close_survey
from operation.errors import DefinitionError, OperatorError
from operation.lifecycle import publish_definition, require_survey
from tests.builders import Browser, FakeClock, a_definition, a_question, an_open_survey, close_and_wait
from tests.functional.commands import Operate, done, next_step, refused
from tests.functional.holding import a_held_survey, a_token, bearer

RELEASES = "/api/surveys/a-survey/releases"
TOKEN = re.compile(r"paraply_[0-9a-f]{40}")


def test_operator_looks_first_lets_an_analyst_look_and_announces(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    a_held_survey(browser)
    assert next_step(operate).startswith(
        "releases 1 to 2 are held: `manage.py token create a-survey --days 14` lets an analyst see;"
        " `manage.py announce a-survey 2` shows everybody; collecting;"
    )
    said = done(operate("token", "create", "a-survey", "--days", "14", "--label", "Members' board"))
    token, _, words = said.partition("\n")
    assert TOKEN.fullmatch(token)
    assert "It is not shown again. Until the end of 2026-03-15 (UTC) it opens the results of a-survey at" in words
    assert browser.get(f"{RELEASES}/latest", **bearer(token)).json_body["number"] == 2
    assert "up to 1, at /s/a-survey/results" in done(operate("announce", "a-survey", "1"))
    clock.now += RECORD_LIFETIME
    assert browser.get(f"{RELEASES}/latest").json_body["number"] == 1
    assert next_step(operate).startswith("release 2 is held: ")
    done(operate("announce", "a-survey", "2"))
    assert "held" not in next_step(operate)


def test_list_of_tokens_has_all_but_the_tokens_and_revoking_ends_one_of_them(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    a_held_survey(browser)
    label = "[bold]Å & Ö"
    tokens = [create_token(services, "a-survey", days, label).token for days in (30, 1)]
    a_held_survey(browser, "b-survey", releases=0)
    a_token(services, "b-survey")
    clock.advance(days=2)
    listed = done(operate("token", "list", "a-survey"))
    rows = [" ".join(re.sub(r"[│┃]", " ", line).split()) for line in listed.splitlines() if label in line]
    short, long = tokens_of(services, "a-survey")
    assert rows == [f"{short.id} {label} 2026-03-01 2026-03-02 (over)", f"{long.id} {label} 2026-03-01 2026-03-31"]
    assert not [token for token in tokens if token.removeprefix("paraply_") in listed]
    assert f"Token {long.id} of a-survey" in done(operate("token", "revoke", "a-survey", long.id))
    assert "has no token with this id" in refused(operate("token", "revoke", "a-survey", long.id))
    assert browser.get(RELEASES, **bearer(tokens[0])).status_code == 401
    # One that leaked is revoked by itself.
    assert revoke_token(services, "a-survey", tokens[1]).id == short.id
    assert tokens_of(services, "a-survey") == []
    assert len(tokens_of(services, "b-survey")) == 1


def test_no_table_has_a_token_or_what_would_open_results_in_its_place(browser: Browser, services: Services) -> None:
    a_held_survey(browser)
    token = a_token(services)
    database = services.surveys._database
    stored = repr([database.call("scan", table)["Items"] for table in TABLES])
    assert token.removeprefix("paraply_") not in stored
    (kept,) = tokens_of(services, "a-survey")
    for taken in (kept.digest, kept.session_key.hex(), kept.id, f"paraply_{kept.digest[:40]}"):
        assert browser.get(RELEASES, **bearer(taken)).status_code == 401


@pytest.mark.parametrize("number", ["0", "3", "-1", "999999"])
def test_only_a_release_that_there_is_can_be_announced(operate: Operate, browser: Browser, number: str) -> None:
    a_held_survey(browser)
    reply = operate("announce", "--", "a-survey", number)
    assert reply.exit_code == 1
    assert "manage.py announce a-survey 2" in reply.stderr
    assert browser.get(f"{RELEASES}/latest").status_code == 404


def test_what_is_announced_stays_so(operate: Operate, browser: Browser, services: Services) -> None:
    a_held_survey(browser)
    done(operate("announce", "a-survey", "2"))
    for number in ("1", "2"):
        assert "is announced already, and stays so. No release is held." in refused(
            operate("announce", "a-survey", number)
        )
    assert require_survey(services, "a-survey").announced == 2


def test_where_everybody_sees_results_there_is_nothing_to_announce_or_to_open(
    operate: Operate, services: Services
) -> None:
    an_open_survey(services, a_question("scale"))
    for command in (("announce", "a-survey", "1"), ("token", "create", "a-survey", "--days", "1")):
        assert "has results: public: everybody sees each release at once" in refused(operate(*command))
    assert "There is no survey “b-survey”" in refused(operate("announce", "b-survey", "1"))
    assert "There is no survey “b-survey”" in refused(operate("token", "list", "b-survey"))


@pytest.mark.parametrize("label", ["x" * 81, "two\nlines", "\u202eright to left", "\u200b"])
def test_label_that_a_table_cannot_show_is_refused(services: Services, browser: Browser, label: str) -> None:
    a_held_survey(browser, releases=0)
    with pytest.raises(OperatorError, match="A label has at most 80 characters"):
        create_token(services, "a-survey", 1, label)


def test_purged_survey_has_no_tokens_and_can_still_be_announced(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    a_held_survey(browser, releases=1)
    done(operate("token", "create", "a-survey", "--days", "365"))
    close_and_wait(services, clock)
    publish_releases(services)
    clock.advance(days=91)
    purge_expired(services)
    assert tokens_of(services, "a-survey") == []
    assert next_step(operate) == (
        "release 1 is held: `manage.py announce a-survey 1` shows everybody; its records are deleted"
    )
    assert "purged, and its tokens with it." in refused(operate("token", "create", "a-survey", "--days", "1"))
    done(operate("announce", "a-survey", "1"))
    assert browser.get(f"{RELEASES}/1").status_code == 200


def publish(services: Services, results: str) -> None:
    definition = a_definition(a_question("scale"), policy="exact", results=results)
    publish_definition(services, definition, require_survey(services, "a-survey").settings.recipients)


def test_held_results_may_become_public_while_the_survey_is_open_P13(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    a_held_survey(browser)
    path = Path("a-survey.json")
    path.write_text(a_definition(a_question("scale"), policy="exact").model_dump_json(exclude_none=True))
    said = done(operate("publish", str(path)))
    assert "version 1 stays; everybody sees its results from now on" in said
    clock.now += RECORD_LIFETIME
    assert browser.get(f"{RELEASES}/latest").json_body["number"] == 2
    assert "Results are published as exact numbers" in browser.get("/s/a-survey").body.decode()


def test_public_results_are_never_held_back_once_the_survey_is_open_P13(services: Services) -> None:
    an_open_survey(services, a_question("scale"), policy="exact")
    with pytest.raises(DefinitionError) as caught:
        publish(services, "held")
    [problem] = caught.value.problems
    assert (str(problem.place), problem.code) == ("settings.results", ProblemCode.CHANGED_SETTING)
    assert "everybody sees the results" in str(problem)
    close_survey(services, "a-survey")
    with pytest.raises(OperatorError, match="closed"):
        publish(services, "held")
    assert require_survey(services, "a-survey").settings.results == "public"
