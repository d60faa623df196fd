"""An exact survey to which a version added questions: every table is of those who were asked it."""

from __future__ import annotations

import csv
import io
from typing import Any

from chalicelib.jobs import publish_releases
from chalicelib.jobs.audit import audit_survey
from chalicelib.questionnaire.survey import RECORD_LIFETIME
from chalicelib.services import Services
from operation.lifecycle import publish_definition, require_survey
from tests.builders import Browser, FakeClock, a_definition, a_question, an_open_survey, options
from tests.functional.shapes import assert_page

MEMBER, ADVICE = (a_question("yes_no", id=name) for name in ("member", "advice"))
WHY = a_question(
    "single_choice",
    id="why",
    options=options("far", "dear"),
    show_if={"not": {"question": "advice", "equals": "yes"}},
)


def answered(browser: Browser, times: int, **answers: Any) -> None:
    assert {browser.send_json(answers).status_code for _ in range(times)} == {201}


def csv_counts(browser: Browser, question: str) -> dict[str, tuple[int, int, int]]:
    """By code, its count, how many were asked, and the base."""
    found = browser.get("/api/surveys/a-survey/releases/latest.csv").body.decode("utf-8")
    rows = [row for row in csv.DictReader(io.StringIO(found)) if row["question"] == question]
    return {row["code"]: (int(row["count"]), int(row["asked"]), int(row["base"])) for row in rows}


def test_added_conditional_question_is_of_exactly_those_asked_on_page_csv_and_json(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    """Sixty meet the first version. Of sixty who meet the second, twenty want advice and are not asked why not."""
    an_open_survey(services, MEMBER, policy="exact")
    answered(browser, 60, member=True)
    publish_definition(services, a_definition(MEMBER, ADVICE, WHY, policy="exact"), [])
    clock.now += RECORD_LIFETIME
    answered(browser, 40, member=True, advice=False, why="far")
    answered(browser, 20, member=False, advice=True)
    assert [each.failed for each in publish_releases(services)] == [None]

    assert csv_counts(browser, "why") == {"far": (40, 40, 40), "dear": (0, 40, 40), "no_answer": (0, 40, 40)}
    assert csv_counts(browser, "advice") == {"yes": (20, 60, 60), "no": (40, 60, 60), "no_answer": (0, 60, 60)}
    assert csv_counts(browser, "member") == {"yes": (100, 120, 120), "no": (20, 120, 120), "no_answer": (0, 120, 120)}

    release = browser.get("/api/surveys/a-survey/releases/latest").json_body
    (why,) = [table for table in release["tables"] if table["id"] == "why"]
    assert (why["base"], [cell["count"] for cell in why["cells"]]) == (40, [40, 0, 0])

    html = assert_page(browser.get("/s/a-survey/results"), 200).html
    assert "40 of 120 were asked this." in html.split('id="why"')[1]
    assert "60 of 120 were asked this." in html.split('id="advice"')[1].split('id="why"')[0]
    assert "_version" not in html
    assert audit_survey(services, require_survey(services, "a-survey")).broken_batches == ()
