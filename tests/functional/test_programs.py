"""Programs that answer a survey of two versions: with the version named, and without."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.services import Services
from tests.builders import Browser, FakeClock, stored_items
from tests.functional.shapes import assert_problem
from tests.functional.test_both_versions import MOVED, opened, second_version, versions_stored


def test_program_may_name_the_version_that_it_answers(browser: Browser, services: Services, clock: FakeClock) -> None:
    opened(services)
    second_version(services)
    clock.advance(minutes=1)
    assert browser.send_json({"country": "se", **MOVED}, version=1).status_code == 201
    assert browser.send_json({"country": "dk", **MOVED}, version=2).status_code == 201
    assert browser.send_json({"country": "dk", **MOVED}).status_code == 201
    assert versions_stored(services) == ["1", "2", "2"]


@pytest.mark.parametrize("answers", [{"country": "dk"}, {"police_met": True}, {"harder": {"work": "some"}}])
def test_program_is_held_to_the_version_that_it_names(
    browser: Browser, services: Services, clock: FakeClock, answers: dict[str, Any]
) -> None:
    opened(services)
    second_version(services)
    clock.advance(minutes=1)
    assert_problem(browser.send_json({**answers, **MOVED}, version=1), 422, "invalid_answers")
    assert stored_items(services) == []


@pytest.mark.parametrize(
    ("version", "code"),
    [
        *((number, "unknown_version") for number in (3, 10**9)),
        *((value, "unfit_submission") for value in (0, -1, 1.0, "1", True, None, [1])),
    ],
)
def test_version_that_was_never_published_is_refused(
    browser: Browser, services: Services, clock: FakeClock, version: Any, code: str
) -> None:
    opened(services)
    second_version(services)
    clock.advance(minutes=1)
    assert_problem(browser.send_json(MOVED, version=version), 400, code)
    assert stored_items(services) == []


def test_program_that_names_no_version_is_held_to_any_that_is_out_P12(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    opened(services)
    assert browser.get("/api/surveys/a-survey").json_body["version"] == 1
    second_version(services)
    # This process has not heard of the second version, which alone has Denmark, until it is needed.
    assert browser.send_json({"country": "se", **MOVED}).status_code == 201
    assert browser.send_json({"country": "dk", **MOVED}).status_code == 201
    assert browser.send_json({"country": "se", **MOVED}).status_code == 201
    assert versions_stored(services) == ["1", "2", "2"]


def test_program_whose_answers_fit_no_version_is_told_so(browser: Browser, services: Services) -> None:
    opened(services)
    browser.get("/api/surveys/a-survey")
    second_version(services)
    assert_problem(browser.send_json({"country": "xx", **MOVED}), 422, "invalid_answers")
    assert stored_items(services) == []


@pytest.mark.parametrize(("more", "code"), [({"version": 7}, "unknown_version"), ({"ip": "1"}, "unfit_submission")])
def test_title_says_what_is_wrong_with_sound_JSON(
    browser: Browser, services: Services, more: dict[str, Any], code: str
) -> None:
    opened(services)
    title = assert_problem(browser.send_json(MOVED, **more), 400, code)["title"]
    assert "version" in title
    assert "valid JSON" not in title
