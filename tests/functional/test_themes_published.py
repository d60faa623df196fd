"""Themes of what people wrote, where they were promised: one more release, protected as the first (P7, P13, P14)."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.errors import ImpossibleTables
from chalicelib.jobs.audit import audit_survey
from chalicelib.jobs.publish import publish_survey
from chalicelib.jobs.purge import purge_expired
from chalicelib.jobs.themes import batches_with_themes, takes_themes, themes_of
from chalicelib.publication.release import Release
from chalicelib.questionnaire.themes import Theme
from chalicelib.services import Services
from chalicelib.storage.tables import TALLIES
from chalicelib.storage.tallies import THEMES, TallyStore
from operation.coding.applying import apply, counts_to_apply
from operation.coding.themes import keep
from operation.ending import purge_now
from operation.errors import OperatorError
from operation.lifecycle import require_survey
from operation.records.folder import RecordFolder
from tests.builders import Browser, FakeClock, a_question, an_open_survey, close_and_wait
from tests.functional.coded import SILENT, WROTE, code, send
from tests.functional.commands import Operate, done, refused
from tests.unit.jobs.collecting import withdraw

APPLY = ("coding", "apply", "a-survey", "records", "--confirm", "a-survey")


@pytest.fixture
def published(services: Services, browser: Browser, clock: FakeClock, operate: Operate) -> Services:
    """A closed survey with its release."""
    questions = a_question("yes_no"), a_question("long_text")
    an_open_survey(services, *questions, access="invitation", coding=True)
    browser.receipts = send(browser, WROTE, SILENT)  # type: ignore[attr-defined]
    close_and_wait(services, clock)
    assert publish_survey(services, "a-survey").released == 1
    return services


def with_themes(services: Services, operate: Operate) -> tuple[Release, Release]:
    code(operate)
    done(operate(*APPLY))
    assert publish_survey(services, "a-survey").released == 2
    first, second = (services.surveys.release("a-survey", number) for number in (1, 2))
    assert first
    assert second
    return first, second


def test_a_second_release_adds_themes_and_changes_no_number_P7(published: Services, operate: Operate) -> None:
    first, second = with_themes(published, operate)
    added = [table for table in second.tables if table.question == "wish_themes"]
    assert [table for table in second.tables if table.question != "wish_themes"] == [*first.tables]
    assert (second.crosstabs, second.editions, second.responses) == (first.crosstabs, first.editions, first.responses)
    head, *themes = added
    answered = next(table for table in first.tables if table.id == "wish").cells[0].count
    assert head.asked
    assert head.asked.count == answered
    assert head.cells[0].count in (25, 30)
    for table in themes:
        true = {"time": 27, "money": 13, "rare": 1}[table.part or ""]
        assert abs(table.cells[0].count - true) < 5
        assert table.cells[0].count % 5 == 0
        assert 0 < table.cells[0].count <= head.cells[0].count
        assert table.base == first.responses
    assert [table.part for table in themes][:2] == ["time", "money"]


def test_what_is_printed_is_of_those_who_wrote_something_P14(
    published: Services, browser: Browser, operate: Operate
) -> None:
    with_themes(published, operate)
    page = browser.get("/s/a-survey/results").body.decode()
    assert "Release 2, published" in page
    assert "Themes: " in page
    assert "More money" in page
    assert "Two people sorted the texts" in page
    assert "Alone, they agreed well" in page
    assert "nobody coded" not in page
    assert "2 questions were asked." in page
    assert "30 of 40 wrote something. Shares and “No theme” are of those who wrote something." in page
    assert "canary" not in page
    assert "rare" not in page
    codebook = browser.get("/s/a-survey/results/2/codebook").body.decode()
    assert "those who answered “" in codebook
    rows = list(
        csv.DictReader(io.StringIO(browser.get("/api/surveys/a-survey/releases/2.csv").body.decode("utf-8-sig")))
    )
    expected = {"police_met", "wish", "wish_themes", "wish_themes.time", "wish_themes.money"}
    assert {row["question"] for row in rows} == expected
    found = json.loads(browser.get("/api/surveys/a-survey/releases/2").body)
    assert "rare" not in json.dumps(found)
    assert "wish_themes.time" in {table["id"] for table in found["tables"]}
    for suffix in ("xlsx", "px", "jsonstat"):
        assert browser.get(f"/api/surveys/a-survey/releases/2.{suffix}").status_code in (200, 404)
    listed = json.loads(browser.get("/api/surveys/a-survey/releases").body)["releases"]
    assert [each["number"] for each in listed] == [2, 1]
    assert browser.get("/s/a-survey/results/1").status_code == 200


def test_counts_are_numbers_and_go_at_the_purge_P11(published: Services, clock: FakeClock, operate: Operate) -> None:
    with_themes(published, operate)
    stored = json.loads(published.tallies.record("a-survey", THEMES) or "")
    assert stored["questions"][0]["counts"] == [27, 13, 1]
    assert stored["questions"][0]["texts"] == WROTE
    assert "000001" not in json.dumps(stored)
    assert audit_survey(published, require_survey(published, "a-survey")).adds_up
    clock.advance(days=400)
    assert purge_expired(published) == ["a-survey"]
    assert published.tallies.record("a-survey", THEMES) is None


def test_a_run_that_is_repeated_makes_no_other_release(published: Services, operate: Operate) -> None:
    _, second = with_themes(published, operate)
    assert publish_survey(published, "a-survey").released is None
    assert published.surveys.release("a-survey", 2) == second
    assert published.surveys.release("a-survey", 3) is None


def test_next_step_tells_of_themes_until_they_are_published(published: Services, operate: Operate) -> None:
    start = "manage.py coding start a-survey-records --question wish --key working.key --to wish-coding.xlsx"
    assert f"; `{start}` and what follows publish themes of what people wrote" in " ".join(done(operate()).split())
    code(operate)
    applied = operate("coding", "apply", "a-survey", "--confirm", "a-survey")
    assert "wish: time, money, rare" in done(applied)
    assert applied.stderr == "These are the records in records, as they were exported.\n"
    assert "its themes are published by the next run" in " ".join(done(operate()).split())
    assert "a-survey: release 2" in done(operate("release"))
    assert "theme" not in done(operate())


def test_on_an_open_link_themes_have_noise_and_the_second_release_the_same_numbers_P7(
    services: Services, browser: Browser, clock: FakeClock, operate: Operate
) -> None:
    an_open_survey(services, a_question("yes_no"), a_question("long_text"), coding=True)
    for number in range(80):
        assert browser.send_json({"police_met": True, "wish": f"Wish {number}"}).status_code == 201
    close_and_wait(services, clock)
    publish_survey(services, "a-survey")
    first, second = with_themes(services, operate)
    assert second.noise
    assert [table for table in second.tables if table.question != "wish_themes"] == [*first.tables]
    named = [table for table in second.tables if table.part]
    assert all(table.cells[0].count >= 20 for table in named)
    assert all(table.cells[0].at_least is None for table in named)


def test_themes_of_held_results_are_held_until_they_are_announced(
    services: Services, browser: Browser, clock: FakeClock, operate: Operate
) -> None:
    questions = a_question("yes_no"), a_question("long_text")
    an_open_survey(services, *questions, access="invitation", coding=True, results="held")
    send(browser, WROTE, SILENT)
    close_and_wait(services, clock)
    publish_survey(services, "a-survey")
    done(operate("announce", "a-survey", "1"))
    with_themes(services, operate)
    clock.advance(minutes=1)
    assert "Themes: " not in browser.get("/s/a-survey/results").body.decode()
    assert browser.get("/api/surveys/a-survey/releases/2").status_code == 404
    done(operate("announce", "a-survey", "2"))
    clock.advance(minutes=1)
    assert "Themes: " in browser.get("/s/a-survey/results").body.decode()


def test_a_run_that_was_cut_short_after_the_release_goes_on(published: Services, operate: Operate) -> None:
    _, second = with_themes(published, operate)
    published.surveys.save(require_survey(published, "a-survey").model_copy(update={"edition": 2}))
    assert publish_survey(published, "a-survey").released == 2
    assert published.surveys.release("a-survey", 2) == second
    assert require_survey(published, "a-survey").releases == 2


def test_were_other_numbers_drawn_nothing_is_published_P7(
    services: Services, browser: Browser, clock: FakeClock, operate: Operate
) -> None:
    """Of 45, 32 of whom wrote, either 30 or 35 are printed."""
    an_open_survey(services, a_question("yes_no"), a_question("long_text"), access="invitation", coding=True)
    send(browser, 32, 13)
    close_and_wait(services, clock)
    publish_survey(services, "a-survey")
    code(operate)
    done(operate(*APPLY))
    for number in range(20):
        key = {"survey": {"S": "a-survey"}, "item": {"S": "ROUNDING_KEY"}, "secret": {"B": bytes([number])}}
        services.tallies._database.call("put_item", TALLIES, Item=key)
        if prints_otherwise(services):
            break
    with pytest.raises(ImpossibleTables, match="other numbers than before"):
        publish_survey(services, "a-survey")
    assert services.surveys.release("a-survey", 2) is None


def prints_otherwise(services: Services) -> bool:
    """Whether other numbers would be printed by the key that there is."""
    survey = require_survey(services, "a-survey")
    coded, first = themes_of(services, "a-survey"), services.surveys.release("a-survey", 1)
    assert coded
    assert first
    try:
        batches_with_themes(services, survey, first, coded.questions)
    except ImpossibleTables:
        return True
    return False


def test_themes_are_applied_once(published: Services, operate: Operate) -> None:
    with_themes(published, operate)
    assert "were applied already" in refused(operate(*APPLY))


def test_who_withdrew_after_the_count_has_no_theme(published: Services, browser: Browser, operate: Operate) -> None:
    withdraw(published, browser.receipts[0])  # type: ignore[attr-defined]
    with_themes(published, operate)
    stored = json.loads(published.tallies.record("a-survey", THEMES) or "")
    assert stored["questions"][0]["texts"] == WROTE - 1


def test_a_coding_of_other_answers_is_refused(published: Services, operate: Operate) -> None:
    coding = code(operate)
    fewer = dict(list(coding.records.items())[1:])
    keep(coding.model_copy(update={"records": fewer}), Path("records"), again=True)
    assert "is not of the answers that were counted" in refused(operate(*APPLY))
    assert published.tallies.record("a-survey", THEMES) is None


def test_themes_need_names_in_all_languages(published: Services, operate: Operate) -> None:
    coding = code(operate)
    nameless = (Theme(code="time", label={"sv": "Tid"}), *coding.themes[1:])
    keep(coding.model_copy(update={"themes": nameless}), Path("records"), again=True)
    assert "These lack one: time" in refused(operate(*APPLY))


def test_without_a_yes_nothing_is_applied(published: Services, operate: Operate) -> None:
    code(operate)
    assert operate(*APPLY[:-2]).exit_code == 1
    assert published.tallies.record("a-survey", THEMES) is None


def test_of_a_survey_that_is_purged_while_the_operator_is_asked_no_count_of_themes_stays_P11(
    published: Services, operate: Operate
) -> None:
    code(operate)
    coded = counts_to_apply(published, "a-survey", RecordFolder.read(Path("records")), Path("records"))
    purge_now(published, "a-survey", lambda _: None)
    with pytest.raises(OperatorError, match="no release that themes could be added to"):
        apply(published, "a-survey", coded)
    assert published.tallies.record("a-survey", THEMES) is None


class _Overtaken(TallyStore):
    """A store whose survey a colleague purges when themes are about to be put down."""

    def __init__(self, services: Services) -> None:
        super().__init__(services.tallies._database)
        self._services = services

    def add_record(self, survey: str, item: str, body: str) -> None:
        if item == THEMES:
            purge_now(self._services, survey, lambda _: None)
        super().add_record(survey, item, body)


def test_counts_that_a_purge_came_before_by_a_moment_do_not_stay_either_P11(
    published: Services, operate: Operate
) -> None:
    code(operate)
    coded = counts_to_apply(published, "a-survey", RecordFolder.read(Path("records")), Path("records"))
    with pytest.raises(OperatorError, match="no release that themes could be added to"):
        apply(replace(published, tallies=_Overtaken(published)), "a-survey", coded)
    assert published.tallies.record("a-survey", THEMES) is None


def test_without_the_promise_no_theme_is_published_P13(
    services: Services, browser: Browser, clock: FakeClock, operate: Operate
) -> None:
    an_open_survey(services, a_question("yes_no"), a_question("long_text"), access="invitation")
    send(browser, WROTE, SILENT)
    close_and_wait(services, clock)
    publish_survey(services, "a-survey")
    code(operate)
    assert "nobody who answered was told" in refused(operate(*APPLY))
    # Nor by the job, whatever was put among the counts.
    record = require_survey(services, "a-survey")
    promised = record.model_copy(update={"settings": record.settings.model_copy(update={"coding": True})})
    assert (takes_themes(services, record), takes_themes(services, promised)) == (False, True)


def test_before_the_release_no_theme_is_published(services: Services, browser: Browser, operate: Operate) -> None:
    an_open_survey(services, a_question("yes_no"), a_question("long_text"), access="invitation", coding=True)
    send(browser, WROTE, SILENT)
    code(operate)
    assert "has not closed, or its last release is to come" in refused(operate(*APPLY))


def test_after_the_retention_no_theme_is_published(published: Services, clock: FakeClock, operate: Operate) -> None:
    code(operate)
    done(operate(*APPLY))
    clock.advance(days=400)
    assert publish_survey(published, "a-survey").released is None


def test_too_few_who_wrote_have_no_themes_P7(
    services: Services, browser: Browser, clock: FakeClock, operate: Operate
) -> None:
    an_open_survey(services, a_question("yes_no"), a_question("long_text"), access="invitation", coding=True)
    send(browser, 12, 20)
    close_and_wait(services, clock)
    publish_survey(services, "a-survey")
    code(operate)
    assert "does not print 20 or more who wrote something" in refused(operate(*APPLY))
