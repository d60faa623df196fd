"""While rows are stored, what becomes of the survey and of its codes is not passed over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from chalicelib.questionnaire.survey import RECORD_LIFETIME
from chalicelib.services import Services
from operation.ending import close_survey
from operation.errors import OperatorError
from operation.importing.plan import Plan, plan_import
from operation.importing.storing import Outcome, store
from operation.lifecycle import publish_definition
from tests.builders import FakeClock, a_definition, a_question, an_open_survey, stored_items

COUNTRY = a_question("single_choice")


def planned(services: Services, folder: Path, *rows: Sequence[str]) -> Plan:
    path = folder / "paper.csv"
    path.write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    return plan_import(services, "a-survey", path)


def closed(services: Services) -> None:
    close_survey(services, "a-survey")


def asking_more(services: Services) -> None:
    publish_definition(services, a_definition(COUNTRY, a_question("scale"), policy="exact"), [])


@pytest.mark.parametrize(("change", "told"), [(closed, "is closed"), (asking_more, "asks something else")])
def test_survey_that_ends_or_asks_something_else_meanwhile_takes_no_further_row_P13(
    services: Services, clock: FakeClock, tmp_path: Path, change: Callable[[Services], None], told: str
) -> None:
    an_open_survey(services, COUNTRY, policy="exact")
    plan = planned(services, tmp_path, ("row", "country"), ("1", "se"), ("2", "no"))
    storing = store(services, plan, Outcome())
    assert next(storing) == 1
    change(services)
    clock.now += RECORD_LIFETIME
    with pytest.raises(OperatorError, match=told):
        next(storing)
    assert len(stored_items(services)) == 1
