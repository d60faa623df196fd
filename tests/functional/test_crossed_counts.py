"""Crosstabs from a survey's settings to its ledger: counted over versions, audited, frozen, and never too large."""

from __future__ import annotations

import pytest

from chalicelib.jobs import publish_releases
from chalicelib.jobs.audit import audit_survey
from chalicelib.questionnaire.survey import RECORD_LIFETIME
from chalicelib.services import Services
from chalicelib.storage.tables import RESPONSES
from chalicelib.tabulation.tally import merged, tables_of
from operation.errors import DefinitionError, OperatorError
from operation.lifecycle import publish_definition, require_survey
from tests.builders import Browser, FakeClock, a_definition, a_question, an_open_survey, options, stored_items

QUESTIONS = (a_question("single_choice", options=options("se", "no")), a_question("multiple_choice"))
STAR = {"group": "country", "by": ["challenges"]}
EXACT = {"policy": "exact", "crosstabs": STAR}


def test_crosstabs_are_counted_over_versions_and_the_audit_counts_the_same_P6(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, *QUESTIONS, **EXACT)
    answers = [{"country": "se", "challenges": ["law", "stigma"]}, {"country": "no", "challenges": ["none"], "mood": 3}]
    assert browser.send_json(answers[0]).status_code == 201
    publish_definition(services, a_definition(*QUESTIONS, a_question("scale"), **EXACT), [])
    clock.now += RECORD_LIFETIME
    assert browser.send_json(answers[1]).status_code == 201
    assert browser.send_json({"challenges": ["law"]}).status_code == 201
    assert [(each.released, each.failed) for each in publish_releases(services)] == [(1, None)]
    survey = require_survey(services, "a-survey")
    specs = {
        str(spec.id): spec for spec in tables_of(services.version("a-survey", 2).codebook, survey.settings.crosstabs)
    }
    tally = merged([part.tally for part in services.tallies.parts("a-survey", 1)])
    assert tally.crosstab(specs["challenges"], specs["country"]) == [[1, 0, 0], [0, 1, 0], [1, 0, 0]]
    assert tally.crosstab(specs["challenges.law"], specs["country"]) == [[1, 0], [0, 1], [1, 0]]
    assert audit_survey(services, survey).broken_batches == ()


def test_answers_that_change_no_table_but_a_crosstab_break_their_batch_P6(browser: Browser, services: Services) -> None:
    """Two from different countries answer differently; then their records are changed as if they had moved."""
    an_open_survey(services, *QUESTIONS, **EXACT)
    for country, challenge in (("se", "law"), ("no", "stigma")):
        browser.send_json({"country": country, "challenges": [challenge]})
    publish_releases(services)
    survey = require_survey(services, "a-survey")
    assert audit_survey(services, survey).broken_batches == ()
    one, other = stored_items(services)
    for item, others in ((one, other), (other, one)):
        moved = others["answers"]["B"][:1] + item["answers"]["B"][1:]
        services.responses._database.call("put_item", RESPONSES, Item={**item, "answers": {"B": moved}})
    assert audit_survey(services, survey).broken_batches == (1,)


@pytest.mark.parametrize("crosstabs", [None, {"group": "mood", "by": ["country"]}, {**STAR, "by": ["mood"]}])
def test_crosstabs_stand_once_a_survey_is_open_P13(services: Services, crosstabs: object) -> None:
    asked = (*QUESTIONS, a_question("scale"))
    an_open_survey(services, *asked, **EXACT)
    with pytest.raises(DefinitionError) as refused:
        publish_definition(services, a_definition(*asked, policy="exact", crosstabs=crosstabs), [])
    assert [(str(problem.place), problem.code) for problem in refused.value.problems] == [
        ("settings.crosstabs", "changed_setting")
    ]


@pytest.mark.slow
def test_survey_whose_crosstabs_are_too_large_to_be_stored_is_refused(services: Services) -> None:
    many = [a_question("single_choice", id=name, options=options(*(f"c{n}" for n in range(140)))) for name in "ab"]
    publish_definition(services, a_definition(*many, survey="without", policy="exact"), [])
    with pytest.raises(OperatorError, match="too large: stored it takes"):
        publish_definition(services, a_definition(*many, policy="exact", crosstabs={"group": "a", "by": ["b"]}), [])
