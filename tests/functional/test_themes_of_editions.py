"""Themes of a survey that had several releases: once it has closed, in one more, of each edition (P7, P13, P14)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from chalicelib.jobs.audit import audit_survey
from chalicelib.jobs.publish import publish_survey
from chalicelib.jobs.purge import purge_expired
from chalicelib.publication.formats import FORMATS, TABLE_FORMATS
from chalicelib.publication.release import FrequencyTable, Release
from chalicelib.questionnaire.survey import SETTLING
from chalicelib.questionnaire.themes import Theme
from chalicelib.services import Services
from chalicelib.storage.tallies import THEMES
from operation.coding.themes import Coding, keep
from operation.ending import loss_of
from operation.lifecycle import publish_definition, require_survey
from operation.records.folder import RecordFolder
from tests.builders import Browser, FakeClock, a_definition, a_question, an_open_survey, close_and_wait, text
from tests.functional.coded import LABELS, send
from tests.functional.commands import Operate, done, refused
from tests.unit.jobs.collecting import withdraw

APPLY = ("coding", "apply", "a-survey", "records", "--confirm", "a-survey")
QUESTIONS = a_question("yes_no"), a_question("long_text")
MONTHLY: dict[str, Any] = {"access": "invitation", "releases": "monthly", "coding": True}
EXACT: dict[str, Any] = {"access": "invitation", "policy": "exact", "coding": True}
#: How many wrote something, and how many did not, in each edition; of the second too few wrote.
EDITIONS = ((31, 12), (12, 30), (44, 9))
#: Of so many of the texts of each edition, by theme: one comes up in the last.
HAVE: Mapping[str, Sequence[int]] = {"time": (27, 12, 38), "money": (0, 0, 21), "rare": (1, 0, 2)}


def collect(services: Services, browser: Browser, clock: FakeClock, editions: Sequence[tuple[int, int]]) -> None:
    """An edition after the other, the last ended by closing."""
    for wrote, silent in editions[:-1]:
        send(browser, wrote, silent)
        clock.advance(days=31)
        assert publish_survey(services, "a-survey").released
    send(browser, *editions[-1])
    close_and_wait(services, clock)
    publish_survey(services, "a-survey")


@pytest.fixture
def monthly(services: Services, browser: Browser, clock: FakeClock) -> Services:
    an_open_survey(services, *QUESTIONS, **MONTHLY)
    collect(services, browser, clock, EDITIONS)
    return services


@pytest.fixture
def exact(services: Services, browser: Browser, clock: FakeClock) -> Services:
    an_open_survey(services, *QUESTIONS, **EXACT)
    collect(services, browser, clock, EDITIONS)
    return services


def code(operate: Operate, have: Mapping[str, Sequence[int]] = HAVE) -> Coding:
    """Export the records, and give of the texts of each edition so many each theme."""
    done(operate("export", "a-survey", "--to", "records"))
    records: dict[str, tuple[str, ...]] = {}
    seen: dict[int, int] = {}
    for row in RecordFolder.read(Path("records")).rows():
        if "wish" in row.codes and row.batch:
            place = seen[row.batch] = seen.get(row.batch, 0) + 1
            given = (
                name for name, counts in have.items() if place <= (*counts, 0)[min(row.batch, len(counts) + 1) - 1]
            )
            records[row.number] = tuple(given)
    themes = tuple(Theme(code=name, label={"en": LABELS[name]}) for name in have)
    coding = Coding(survey="a-survey", question="wish", themes=themes, records=records)
    keep(coding, Path("records"))
    return coding


def with_themes(
    services: Services, operate: Operate, have: Mapping[str, Sequence[int]] = HAVE
) -> tuple[Release, Release]:
    """The last release, and the one with themes."""
    last = require_survey(services, "a-survey").releases
    code(operate, have)
    done(operate(*APPLY))
    assert publish_survey(services, "a-survey").released == last + 1
    before, after = (services.surveys.release("a-survey", number) for number in (last, last + 1))
    assert before
    assert after
    return before, after


def themes_in(release: Release) -> dict[str, FrequencyTable]:
    return {table.part or "": table for table in release.tables if table.question == "wish_themes"}


def test_themes_of_each_edition_are_printed_and_totals_are_their_sums_P7(monthly: Services, operate: Operate) -> None:
    before, after = with_themes(monthly, operate)
    assert [table for table in after.tables if table.question != "wish_themes"] == [*before.tables]
    kept = ("responses", "edition_responses", "editions", "crosstabs", "began", "rounds")
    assert all(getattr(after, name) == getattr(before, name) for name in kept)
    found = themes_in(after)
    assert list(found) == ["", "time", "money"]
    wrote = next(table for table in before.tables if table.id == "wish").cells[0]
    for name, table in found.items():
        first, second = table.cells[0].by_edition
        assert (table.editions, table.releases) == ((1, 3), 2), "too few wrote in the second"
        assert table.cells[0].count == first + second
        assert table.cells[0].edition_count == second
        assert max(first, second) <= max(wrote.by_edition)
        if name:
            assert abs(first - HAVE[name][0]) < 5
            assert abs(second - HAVE[name][2]) < 5
    assert found["money"].cells[0].by_edition[0] == 0
    assert {(each.id, each.reason) for each in after.omitted} == set()


def test_an_edition_of_too_few_who_wrote_is_said_to_be_left_out_P14(
    services: Services, browser: Browser, clock: FakeClock, operate: Operate
) -> None:
    an_open_survey(services, *QUESTIONS, **MONTHLY)
    collect(services, browser, clock, (EDITIONS[0], EDITIONS[1]))
    _, after = with_themes(services, operate, {"time": (27, 12), "money": (9, 4)})
    assert {(each.id, each.reason) for each in after.omitted} == {
        (name, "few_asked") for name in ("wish_themes", "wish_themes.time", "wish_themes.money")
    }
    assert all((table.editions, table.releases) == ((1,), 1) for table in themes_in(after).values())
    assert "These numbers are of 1 of 2 releases." in browser.get("/s/a-survey/results").body.decode()


def test_themes_of_editions_that_were_asked_other_questions_hang_on_what_was_printed(
    services: Services, browser: Browser, clock: FakeClock, operate: Operate
) -> None:
    an_open_survey(services, *QUESTIONS, **MONTHLY)
    recipients = require_survey(services, "a-survey").settings.recipients
    send(browser, 31, 12)
    other = a_question("yes_no"), a_question("long_text", label=text("About long text?")), a_question("scale")
    publish_definition(services, a_definition(*other, **MONTHLY), recipients)
    clock.advance(days=31)
    publish_survey(services, "a-survey")
    clock.now += SETTLING
    assert publish_survey(services, "a-survey").released == 1
    send(browser, 44, 9)
    close_and_wait(services, clock)
    assert publish_survey(services, "a-survey").released == 2
    before, after = with_themes(services, operate, {"time": (27, 38)})
    assert [table for table in after.tables if table.question != "wish_themes"] == [*before.tables]
    assert themes_in(after)["time"].releases == 2


def test_what_was_closed_with_too_few_is_in_no_theme(
    services: Services, browser: Browser, clock: FakeClock, operate: Operate
) -> None:
    an_open_survey(services, *QUESTIONS, **MONTHLY)
    collect(services, browser, clock, (EDITIONS[0], (9, 2)))
    lost = loss_of(services, "a-survey").unpublished
    _, after = with_themes(services, operate, {"time": (27, 9)})
    assert (after.number, themes_in(after)["time"].releases) == (2, 1)
    stored = json.loads(services.tallies.record("a-survey", THEMES) or "")
    assert [each["texts"] for each in stored["questions"]] == [31]
    assert "later" not in stored["questions"][0], "as it was before surveys of several editions had themes"
    assert loss_of(services, "a-survey").unpublished == lost == 11


@pytest.mark.parametrize("which", ["monthly", "exact"])
def test_page_and_files_tell_of_themes_P14(which: str, browser: Browser, operate: Operate, request: Any) -> None:
    services = request.getfixturevalue(which)
    _, after = with_themes(services, operate)
    page = browser.get("/s/a-survey/results").body.decode()
    for told in ("Release 4, published", "Themes: ", "More money", "One person sorted the texts", "of those who wrote"):
        assert told in page
    assert ("A theme that prints with fewer than 5 texts is not named." in page) == (which == "monthly")
    assert ("A rare wish" in page) == (which == "exact")
    at = f"/api/surveys/a-survey/releases/{after.number}"
    files = [*FORMATS, *(f"/tables/wish_themes{suffix}" for suffix in TABLE_FORMATS), "/figures/wish_themes.svg"]
    assert {browser.get(f"{at}{file}").status_code for file in files} == {200}
    assert browser.get(f"/s/a-survey/results/{after.number}/codebook").status_code == 200
    listed = json.loads(browser.get("/api/surveys/a-survey/releases").body)["releases"]
    assert [each["number"] for each in listed] == [4, 3, 2, 1]


def test_exact_themes_are_of_all_texts_together(exact: Services, operate: Operate) -> None:
    before, after = with_themes(exact, operate)
    assert [table for table in after.tables if table.question != "wish_themes"] == [*before.tables]
    for name, table in themes_in(after).items():
        assert table.base == 31 + 12 + 44
        assert table.cells[0].count == (sum(HAVE[name]) if name else 27 + 12 + 38)
        assert (table.releases, table.cells[0].edition_count, table.editions) == (3, None, ())


def test_of_one_exact_release_themes_are_those_of_that(
    services: Services, browser: Browser, clock: FakeClock, operate: Operate
) -> None:
    an_open_survey(services, *QUESTIONS, **EXACT)
    collect(services, browser, clock, [(3, 1)])
    _, after = with_themes(services, operate, {"time": (2,), "rare": (0,)})
    assert {name: table.cells[0].by_edition for name, table in themes_in(after).items()} == {
        "": (2,),
        "time": (2,),
        "rare": (0,),
    }
    assert browser.get("/s/a-survey/results").status_code == 200


def test_while_it_takes_answers_no_survey_has_themes(
    services: Services, browser: Browser, clock: FakeClock, operate: Operate
) -> None:
    an_open_survey(services, *QUESTIONS, **MONTHLY)
    send(browser, *EDITIONS[0])
    clock.advance(days=31)
    assert publish_survey(services, "a-survey").released == 1
    code(operate)
    assert "has not closed" in refused(operate(*APPLY))


def test_counts_of_all_editions_go_at_the_purge_P11(monthly: Services, clock: FakeClock, operate: Operate) -> None:
    with_themes(monthly, operate)
    stored = json.loads(monthly.tallies.record("a-survey", THEMES) or "")
    assert [each["counts"] for each in stored["questions"][0]["later"]] == [[12, 0, 0], [38, 21, 2]]
    assert audit_survey(monthly, require_survey(monthly, "a-survey")).adds_up
    clock.advance(days=400)
    assert purge_expired(monthly) == ["a-survey"]
    assert monthly.tallies.record("a-survey", THEMES) is None


@pytest.mark.parametrize("which", ["monthly", "exact"])
def test_themes_are_published_once_P7(which: str, operate: Operate, request: Any) -> None:
    services = request.getfixturevalue(which)
    assert "publish themes of what people wrote" in " ".join(done(operate()).split())
    _, after = with_themes(services, operate)
    assert publish_survey(services, "a-survey").released is None
    assert services.surveys.release("a-survey", after.number + 1) is None
    assert "were applied already" in refused(operate(*APPLY))
    assert "theme" not in done(operate())


def test_a_run_that_was_cut_short_after_the_release_goes_on(monthly: Services, operate: Operate) -> None:
    _, after = with_themes(monthly, operate)
    moved = require_survey(monthly, "a-survey")
    monthly.surveys.save(moved.model_copy(update={"edition": after.number}))
    assert publish_survey(monthly, "a-survey").released == after.number
    assert monthly.surveys.release("a-survey", after.number) == after


@pytest.mark.parametrize("which", ["monthly", "exact"])
def test_a_coding_that_lacks_texts_of_an_edition_is_refused(which: str, operate: Operate, request: Any) -> None:
    services = request.getfixturevalue(which)
    coding = code(operate)
    fewer = dict(list(coding.records.items())[1:])
    keep(coding.model_copy(update={"records": fewer}), Path("records"), again=True)
    assert "is not of the answers that were counted" in refused(operate(*APPLY))
    assert services.tallies.record("a-survey", THEMES) is None


def test_who_withdrew_from_any_edition_has_no_theme(
    services: Services, browser: Browser, clock: FakeClock, operate: Operate
) -> None:
    an_open_survey(services, *QUESTIONS, **MONTHLY)
    receipts = send(browser, 31, 12)
    clock.advance(days=31)
    publish_survey(services, "a-survey")
    receipts += send(browser, 44, 9)
    close_and_wait(services, clock)
    publish_survey(services, "a-survey")
    for receipt in (receipts[0], receipts[43]):
        withdraw(services, receipt)
    with_themes(services, operate, {"time": (27, 38)})
    (stored,) = json.loads(services.tallies.record("a-survey", THEMES) or "")["questions"]
    assert (stored["texts"], stored["later"][0]["texts"]) == (30, 43)


def test_without_an_edition_in_which_enough_wrote_there_are_no_themes_P7(
    services: Services, browser: Browser, clock: FakeClock, operate: Operate
) -> None:
    an_open_survey(services, *QUESTIONS, **MONTHLY)
    collect(services, browser, clock, ((12, 30), (13, 30)))
    code(operate, {"time": (12, 13)})
    assert "release 2 does not print in any edition 20 or more who wrote something" in refused(operate(*APPLY))
