"""What a warm process remembers, and until when."""

from __future__ import annotations

import pytest

from chalicelib.errors import StoreMisconfigured
from chalicelib.services import Services
from operation.lifecycle import open_survey, publish_definition, require_survey, start_test
from tests.builders import a_definition, a_question, an_open_survey


def test_receipt_key_of_a_test_means_nothing_once_the_survey_is_open_P5(services: Services) -> None:
    publish_definition(services, a_definition(a_question("scale")), [])
    start_test(services, "a-survey")
    tried = services.receipt_key(require_survey(services, "a-survey"))
    opened = open_survey(services, "a-survey")
    assert services.receipt_key(opened) == services.access.receipt_key("a-survey") != tried


def test_receipt_key_is_forgotten_with_the_survey_P11(services: Services) -> None:
    opened = an_open_survey(services, a_question("scale"))
    services.receipt_key(opened)
    services.access.delete_receipt_key("a-survey")
    with pytest.raises(StoreMisconfigured):
        services.receipt_key(opened.model_copy(update={"state": "closed"}))


def test_questionnaire_of_a_survey_that_is_being_deleted_is_not_remembered(services: Services) -> None:
    publish_definition(services, a_definition(a_question("scale")), [])
    services.surveys.save(require_survey(services, "a-survey").model_copy(update={"state": "being deleted"}))
    record = require_survey(services, "a-survey")
    services.version("a-survey", 1)
    services.surveys.delete(record)
    with pytest.raises(StoreMisconfigured):
        services.version("a-survey", 1)
