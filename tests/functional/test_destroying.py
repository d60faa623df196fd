"""What taking a stage down would lose is counted and told first, and refused while anybody waits for results."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.jobs import publish_releases, purge_expired
from chalicelib.services import Services
from chalicelib.storage.tables import TABLES
from operation.deployment import destroy, existing
from operation.deployment.destroy import Destruction
from operation.deployment.stack import Stack
from operation.deployment.steps import finished
from operation.ending import purge_now
from operation.errors import OperatorError
from operation.lifecycle import publish_definition, require_survey
from tests.builders import Browser, FakeClock, a_definition, an_open_survey, close_and_wait
from tests.fake_aws import NO_STACK, NO_TABLE, STAGE, FakeAws, refusal, stacks

TABLE = {"Table": {"TableArn": "arn:table", "TableStatus": "ACTIVE"}}


def an_account(**dynamodb: Any) -> FakeAws:
    """An account with the stage in it."""
    return FakeAws(
        cloudformation={"describe_stacks": stacks("UPDATE_COMPLETE")},
        dynamodb={"describe_table": TABLE, **dynamodb},
        s3={"head_bucket": {}},
    )


def examined(services: Services, with_data: bool = True) -> Destruction:
    aws = an_account()
    found = finished(destroy.examine(aws.cloud, STAGE, services, with_data))
    assert aws.changed == []
    return found


def test_what_is_stored_is_told_by_survey(browser: Browser, services: Services, clock: FakeClock) -> None:
    an_open_survey(services, policy="exact", retention_days=30)
    browser.send_form()
    with pytest.raises(OperatorError, match="is open, so nothing was changed"):
        examined(services)
    close_and_wait(services, clock)
    with pytest.raises(OperatorError, match="closed and not yet published"):
        examined(services)
    publish_releases(services)
    (survey,) = examined(services).surveys
    assert (survey.survey, survey.state, survey.releases, survey.held) == ("a-survey", "closed", 1, 0)
    assert (survey.waiting, survey.counted) == (0, 1)
    record = require_survey(services, "a-survey")
    assert record.closed_at is not None
    assert survey.delete_by == record.closed_at + timedelta(days=30)
    clock.advance(days=31)
    purge_expired(services)
    (survey,) = examined(services).surveys
    assert (survey.state, survey.counted, survey.delete_by) == ("purged", 0, None)


def test_without_its_data_no_table_goes(services: Services) -> None:
    publish_definition(services, a_definition(policy="exact", text="plain"), [])
    kept, gone = examined(services, with_data=False), examined(services)
    assert ((kept.tables, kept.kept), (gone.tables, gone.kept)) == (((), TABLES), (TABLES, ()))


def test_a_stage_that_is_not_there_is_told(services: Services) -> None:
    aws = FakeAws(
        cloudformation={"describe_stacks": NO_STACK},
        dynamodb={"describe_table": NO_TABLE},
        s3={"head_bucket": refusal("404")},
    )
    with pytest.raises(OperatorError, match="There is no stage prod in eu-north-1"):
        finished(destroy.examine(aws.cloud, STAGE, services, with_data=True))


def test_who_may_not_delete_a_table_leaves_it_protected() -> None:
    protected: list[bool] = []

    def update(**parameters: Any) -> dict[str, Any]:
        protected.append(parameters["DeletionProtectionEnabled"])
        return {}

    aws = an_account(update_table=update, delete_table=refusal("AccessDeniedException"))
    with pytest.raises(OperatorError, match="an administrator"):
        existing.delete(aws.cloud, STAGE, TABLES[0])
    assert protected == [False, True]


def test_logs_and_a_budget_that_are_left_over_are_deleted_too() -> None:
    group = {"logGroupName": "/aws/lambda/paraply-prod-api_handler"}
    aws = FakeAws(
        s3={"head_bucket": refusal("404")},
        logs={"describe_log_groups": {"logGroups": [group]}, "delete_log_group": {}},
        budgets={"delete_budget": refusal("AccessDeniedException")},
    )
    steps: list[str] = []
    nothing_else = Destruction(STAGE, Stack(), (), (), ())
    finished(destroy.carry_out(aws.cloud, nothing_else), lambda step: steps.append(step.text))
    assert steps[0] == "deleting the log /aws/lambda/paraply-prod-api_handler"
    assert "delete it by hand" in steps[1], "that it may not be deleted is told, and stops nothing"


def test_of_a_purge_that_was_cut_short_it_is_told_that_answers_are_due(services: Services, clock: FakeClock) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    an_open_survey(services, policy="exact", retention_days=30)
    with pytest.raises(KeyboardInterrupt):
        purge_now(services, "a-survey", stop)
    (survey,) = examined(services).surveys
    assert (survey.state, survey.delete_by) == ("being purged", clock.now)
