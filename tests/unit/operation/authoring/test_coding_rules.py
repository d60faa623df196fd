"""When what people write may be sorted into themes and published so: the setting ``coding``."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import a_question
from tests.unit.operation.authoring.found import found_with

TEXT = a_question("long_text")
REFUSED = [("settings.coding", "coding", "error")]


@pytest.mark.parametrize(
    "settings", [{"policy": "exact"}, {}, {"releases": "monthly"}, {"releases": "quarterly"}], ids=str
)
@pytest.mark.parametrize("access", ["open", "invitation"])
def test_every_survey_to_which_people_write_may_be_coded(access: str, settings: dict[str, Any]) -> None:
    assert found_with(TEXT, coding=True, access=access, **settings) == []


def test_a_survey_to_which_nobody_writes_is_refused() -> None:
    assert found_with(a_question("yes_no"), coding=True) == REFUSED


def test_a_question_that_is_called_as_themes_will_be_is_refused() -> None:
    other = a_question("yes_no", id="wish_themes")
    assert found_with(TEXT, other, coding=True) == [("questionnaire.questions.1.id", "coding", "error")]
    assert found_with(TEXT, other) == []
