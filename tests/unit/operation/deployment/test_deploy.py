"""What a deployment refuses, in one line and with nothing changed; what it works out of an account and its stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import pytest

from chalicelib.storage.tables import DATA_FORMAT
from operation.deployment import budget, deploy, proof, stack
from operation.deployment.clients import NO_CREDENTIALS
from operation.deployment.deploy import Wanted
from operation.deployment.stack import Change, Stack, State
from operation.deployment.steps import Step, finished
from operation.deployment.tables import FORMAT_TAG
from operation.errors import OperatorError
from tests.builders import NOON
from tests.fake_aws import NO_STACK, NO_TABLE, STAGE, FakeAws, Reply, refusal, stacks

FIRST = Wanted(mail="us@example.org")
MAIL = {"AlarmMail": "us@example.org"}


def not_built() -> NoReturn:
    pytest.fail("it was built before it was refused")


def an_account(described: Reply = NO_STACK, **more: Mapping[str, Reply]) -> FakeAws:
    """An account with a stack as described, or none; without tables and with a large quota unless told otherwise."""
    limits = {"AccountLimit": {"UnreservedConcurrentExecutions": 1_000}}
    usual: dict[str, Mapping[str, Reply]] = {
        "cloudformation": {"describe_stacks": described},
        "dynamodb": {"describe_table": NO_TABLE},
        "lambda": {"get_account_settings": limits},
        "s3": {"head_bucket": {}},
    }
    return FakeAws(**(usual | more))


def refused(aws: FakeAws, wanted: Wanted = FIRST) -> str:
    """The line that a deployment is refused with, before anything was built or changed."""
    with pytest.raises(OperatorError) as told:
        finished(deploy.plan(aws.cloud, STAGE, not_built, wanted))
    assert aws.changed == []
    assert "\n" not in str(told.value)
    return str(told.value)


def test_the_first_deployment_asks_whom_alarms_are_mailed_to() -> None:
    assert "MAIL=" in refused(an_account(), Wanted())


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted(mail="us"), "a mail address"),
        (Wanted(onion="http://short.onion"), "onion service"),
        (Wanted(domain="example.org"), "its certificate"),
        (Wanted(certificate="arn:aws:acm:x"), "its domain"),
    ],
)
def test_what_does_not_fit_the_template_is_refused_before_anything_is_built(wanted: Wanted, words: str) -> None:
    assert words in refused(an_account(stacks("UPDATE_COMPLETE", parameters=MAIL)), wanted)


def test_a_domain_is_not_left_without_its_certificate() -> None:
    kept = MAIL | {"Domain": "example.org", "Certificate": "arn:aws:acm:x"}
    aws = an_account(stacks("UPDATE_COMPLETE", parameters=kept))
    assert "Give both" in refused(aws, Wanted(certificate=""))


@pytest.mark.parametrize(
    ("status", "command"),
    [
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name paraply-prod --region eu-north-1"),
        ("UPDATE_FAILED", "rollback-stack --stack-name paraply-prod --region eu-north-1"),
    ],
)
def test_a_stack_that_is_stuck_says_what_to_type(status: str, command: str) -> None:
    assert command in refused(an_account(stacks(status, parameters=MAIL)))


def test_a_package_older_than_the_data_is_refused() -> None:
    outputs = {"Address": "https://example.org/", "DataFormat": str(DATA_FORMAT + 1)}
    told = refused(an_account(stacks("UPDATE_COMPLETE", outputs, MAIL)))
    assert f"format {DATA_FORMAT}, and the stage's is {DATA_FORMAT + 1}" in told
    assert "git pull" in told


def test_a_package_older_than_tables_that_outlived_their_stack_is_refused() -> None:
    marked = {"Tags": [{"Key": FORMAT_TAG, "Value": str(DATA_FORMAT + 1)}]}
    described = {"Table": {"TableArn": "arn:table", "TableStatus": "ACTIVE"}}
    aws = an_account(dynamodb={"describe_table": described, "list_tags_of_resource": marked})
    assert "git pull" in refused(aws)


def test_a_bucket_of_somebody_else_s_ends_it_before_anything_is_built() -> None:
    assert "another name" in refused(an_account(s3={"head_bucket": refusal("403")}))


def test_without_credentials_nothing_is_asked_of_the_operator() -> None:
    from botocore.exceptions import NoCredentialsError

    assert refused(an_account(NoCredentialsError()), Wanted()) == NO_CREDENTIALS


def test_what_runs_is_waited_for() -> None:
    states = iter(["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE"])
    aws = FakeAws(cloudformation={"describe_stacks": lambda **_: stacks(next(states))})
    steps: list[Step] = []
    found = finished(stack.settled(aws.cloud, STAGE), steps.append)
    assert (found.state, [step.text for step in steps]) == (
        State.READY,
        ["waiting: paraply-prod is UPDATE_IN_PROGRESS"],
    )


@pytest.mark.parametrize(
    ("free", "reserved"), [(10, "0"), (100, "0"), (120, "20"), (900, "50")], ids=["new account", "", "", "usual"]
)
def test_the_web_function_gets_what_the_account_has_room_for(free: int, reserved: str) -> None:
    limits = {"AccountLimit": {"UnreservedConcurrentExecutions": free}}
    aws = FakeAws(**{"lambda": {"get_account_settings": limits}})
    assert deploy._concurrency(aws.cloud, {}) == reserved
    assert deploy._concurrency(aws.cloud, {"WebConcurrency": "0"}) == reserved, "the quota may be larger by now"
    assert deploy._concurrency(aws.cloud, {"WebConcurrency": "7"}) is None, "what was set is kept"


@pytest.mark.parametrize(
    ("change", "is_endangered"),
    [
        (Change("Remove", "SurveysTable", "AWS::DynamoDB::Table"), True),
        (Change("Modify", "SurveysTable", "AWS::DynamoDB::Table", "True"), True),
        (Change("Modify", "SurveysTable", "AWS::DynamoDB::Table", "Conditional"), True),
        (Change("Modify", "SurveysTable", "AWS::DynamoDB::Table", "False"), False),
        (Change("Add", "SurveysTable", "AWS::DynamoDB::Table"), False),
        (Change("Remove", "RestAPIDeployment", "AWS::ApiGateway::Deployment"), False),
    ],
)
def test_a_table_that_would_go_is_seen(change: Change, is_endangered: bool) -> None:
    assert change.endangers_data == is_endangered


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("REVIEW_IN_PROGRESS", State.UNMADE),
        ("ROLLBACK_COMPLETE", State.UNMADE),
        ("ROLLBACK_FAILED", State.UNMADE),
        ("DELETE_FAILED", State.UNMADE),
        ("ROLLBACK_IN_PROGRESS", State.BUSY),
        ("DELETE_IN_PROGRESS", State.BUSY),
        ("UPDATE_ROLLBACK_COMPLETE", State.READY),
        ("IMPORT_COMPLETE", State.READY),
        ("UPDATE_ROLLBACK_FAILED", State.STUCK),
        ("DELETE_COMPLETE", State.ABSENT),
    ],
)
def test_every_status_of_a_stack_has_its_way_on(status: str, state: State) -> None:
    assert Stack("arn:stack", status, {"Address": "https://example.org/"}).state is state


def test_a_stack_that_never_got_beyond_its_tables_is_made_anew() -> None:
    assert Stack("arn:stack", "UPDATE_ROLLBACK_COMPLETE").state is State.UNMADE


def test_the_cause_of_a_failure_is_what_failed_first_of_what_was_done_last() -> None:
    def event(resource: str, status: str, reason: str = "") -> dict[str, str]:
        named = {"LogicalResourceId": resource, "ResourceStatus": status, "StackName": "paraply-prod"}
        return named | {"ResourceStatusReason": reason}

    newest_first = [
        event("paraply-prod", "UPDATE_ROLLBACK_COMPLETE"),
        event("RestAPI", "UPDATE_FAILED", "Resource update cancelled"),
        event("OwnDomain", "CREATE_FAILED", "The certificate is in another region."),
        event("paraply-prod", "UPDATE_IN_PROGRESS", "User Initiated"),
        event("APIHandler", "UPDATE_FAILED", "of the time before"),
    ]
    failed = {"describe_stacks": stacks("UPDATE_ROLLBACK_COMPLETE"), "execute_change_set": {}}
    aws = FakeAws(cloudformation={**failed, "describe_stack_events": {"StackEvents": newest_first}})
    with pytest.raises(OperatorError, match=r"OwnDomain: The certificate is in another region\. No data is lost"):
        stack.execute(aws.cloud, STAGE, stack.ChangeSet("arn:set", "arn:stack", ()))


def proposing(**reply: str) -> FakeAws:
    """An account that works out a change set as told."""
    calls: dict[str, Reply] = {
        "delete_change_set": refusal("ChangeSetNotFound"),
        "create_change_set": {"Id": "arn:set", "StackId": "arn:stack"},
        "describe_change_set": reply,
        "describe_stacks": stacks("UPDATE_COMPLETE"),
    }
    return FakeAws(cloudformation=calls)


def test_an_update_without_changes_is_no_error() -> None:
    aws = proposing(Status="FAILED", StatusReason="The submitted information didn't contain changes.")
    assert stack.propose(aws.cloud, STAGE, "UPDATE", stack.Template({}, body="{}")) is None


def test_a_template_that_is_not_taken_is_told_and_nothing_is_carried_out() -> None:
    aws = proposing(Status="FAILED", StatusReason="Transform AWS::Serverless-2016-10-31 failed.")
    with pytest.raises(OperatorError, match=r"Transform .* Nothing was changed"):
        stack.propose(aws.cloud, STAGE, "UPDATE", stack.Template({}, body="{}"))
    assert "cloudformation:execute_change_set" not in aws.calls


def test_a_budget_that_cannot_be_had_is_told_and_stops_nothing() -> None:
    aws = FakeAws(budgets={"describe_budget": refusal("AccessDeniedException")})
    steps: list[Step] = []
    finished(deploy._budget(aws.cloud, STAGE, "us@example.org", Wanted()), steps.append)
    (step,) = steps
    assert step.text.startswith("no budget was made")


def test_a_budget_is_made_once_and_anew_where_another_sum_is_said() -> None:
    made: list[Mapping[str, Any]] = []

    def create(**parameters: Any) -> dict[str, Any]:
        made.append(parameters)
        return {}

    missing = refusal("NotFoundException")
    aws = FakeAws(budgets={"describe_budget": missing, "create_budget": create})
    assert budget.ensure(aws.cloud, STAGE, "us@example.org", None)
    aws = FakeAws(budgets={"describe_budget": {}, "delete_budget": {}, "create_budget": create})
    assert not budget.ensure(aws.cloud, STAGE, "us@example.org", None)
    assert budget.ensure(aws.cloud, STAGE, "us@example.org", 25)
    assert [each["Budget"]["BudgetLimit"]["Amount"] for each in made] == ["10", "25"]
    notified = made[0]["NotificationsWithSubscribers"]
    kinds = [(each["Notification"]["NotificationType"], each["Notification"]["Threshold"]) for each in notified]
    assert kinds == [("ACTUAL", 80), ("FORECASTED", 100)]


def test_a_scheduled_function_that_fails_is_told_with_its_log() -> None:
    aws = FakeAws(**{"lambda": {"invoke": {"FunctionError": "Unhandled"}}})
    with pytest.raises(OperatorError, match="/aws/lambda/paraply-prod-publish_releases"):
        finished(proof.run_schedule(aws.cloud, STAGE, NOON))


def test_an_application_that_does_not_answer_is_told() -> None:
    answers = iter([0, 502])
    with pytest.raises(OperatorError, match="healthz answers 502"):
        finished(proof.require_answer("https://example.org/", lambda _: next(answers), most_looks=2))
    answers = iter([403, 200])
    finished(proof.require_answer("https://example.org/", lambda _: next(answers), most_looks=2))
