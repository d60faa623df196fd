"""Stages in an account, on what stands in for AWS: deployed, deployed again, found, taken down; two side by side."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chalicelib import services as services_module
from chalicelib.services import utc_now
from chalicelib.storage.tables import DATA_FORMAT, TABLES
from manage import manage
from operation.deployment import bucket, budget, deploy, destroy, existing, stack, tables
from operation.deployment.clients import Cloud
from operation.deployment.deploy import Deployed, Plan, Wanted
from operation.deployment.iam import Access, Policy
from operation.deployment.package import Package, build
from operation.deployment.people import Person, document
from operation.deployment.proof import reach
from operation.deployment.running import running, services_on
from operation.deployment.stack import State, Template
from operation.deployment.stage import Stage, stage_of
from operation.deployment.steps import finished
from operation.deployment.tables import FORMAT_TAG
from operation.deployment.target import Target
from operation.deployment.template import corrected
from operation.ending import close_survey
from operation.errors import OperatorError
from operation.lifecycle import open_survey, publish_definition
from operation.rehearsal.loopback import REGION, loopback
from tests.builders import a_definition, a_question
from tests.served import ROOT

# One account, one package.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("deploying")]

#: CloudWatch in SQL is not among what stands in for AWS.
WANTED = Wanted(mail="us@example.org", names_surveys=False)

#: What a call needs, where that is called otherwise (service authorization reference of S3, Lambda and Budgets).
ACTIONS = {
    "s3:HeadBucket": "s3:ListBucket",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "lambda:Invoke": "lambda:InvokeFunction",
    "budgets:DescribeBudget": "budgets:ViewBudget",
    "budgets:CreateBudget": "budgets:ModifyBudget",
}
_HERE = f"{REGION}:123456789012"
OURS_TO_CALL = {
    "budgets": "arn:aws:budgets::123456789012:budget/paraply-prod-eu-north-1",
    "cloudformation": f"arn:aws:cloudformation:{_HERE}:stack/paraply-prod/1a2b",
    "dynamodb": f"arn:aws:dynamodb:{_HERE}:table/paraply-prod-surveys",
    "lambda": f"arn:aws:lambda:{_HERE}:function:paraply-prod-publish_releases",
    "s3": f"arn:aws:s3:::paraply-prod-123456789012-{REGION}",
}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An account on this machine, which every command finds too."""
    with loopback(tmp_path_factory.mktemp("aws")) as aws, pytest.MonkeyPatch.context() as patch:
        for name, value in aws.environment.items():
            patch.setenv(name, value)
        patch.delenv("PARAPLY_TABLE_PREFIX", raising=False)
        yield Cloud(REGION)
    services_module.use(None)


class Noting(Cloud):
    """Notes what is called."""

    def __init__(self) -> None:
        super().__init__(REGION)
        self.noted: set[str] = set()

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        self.noted.add(f"{service}:{operation.title().replace('_', '')}")
        return super().call(service, operation, **parameters)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return build(tmp_path_factory.mktemp("package"), Target.here())


def planned(cloud: Cloud, stage: Stage, package: Package, wanted: Wanted = WANTED) -> Plan:
    return finished(deploy.plan(cloud, stage, lambda: package, wanted))


def deployed(cloud: Cloud, stage: Stage, package: Package, wanted: Wanted = WANTED) -> Deployed:
    plan = planned(cloud, stage, package, wanted)
    return finished(deploy.carry_out(cloud, plan, utc_now(), reach()))


def run(*arguments: str, typed: str = "") -> Result:
    """A command, with what the operator types when asked."""
    result = CliRunner().invoke(manage, arguments, input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


@pytest.fixture(scope="module")
def noting(cloud: Cloud) -> Noting:
    """The same account, of which it is noted what the first deployment calls."""
    return Noting()


@pytest.fixture(scope="module")
def prod(noting: Noting, package: Package) -> Stage:
    """A stage that runs, for tests that leave it as it is."""
    stage = stage_of(noting, "prod")
    deployed(noting, stage, package)
    return stage


def _resource(action: str) -> str:
    return OURS_TO_CALL[action.partition(":")[0]] + "/packages/1a2b.zip" * action.endswith("Object")


def test_who_deploys_may_make_every_call_of_a_deployment(noting: Noting, prod: Stage) -> None:
    deployer = Policy.read(document(Person.DEPLOYER))
    actions = {action: ACTIONS.get(action, action) for action in noting.noted - {"sts:GetCallerIdentity"}}
    assert len(actions) >= 15
    accesses = [Access(action, _resource(action), {}) for action in actions.values()]
    assert [access.action for access in accesses if not deployer.allows(access)] == []


def test_a_stage_warns_of_costs_and_its_bucket_is_closed(cloud: Cloud, prod: Stage) -> None:
    blocked = cloud.call("s3", "get_public_access_block", Bucket=prod.bucket)["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}
    assert cloud.call("s3", "get_bucket_encryption", Bucket=prod.bucket)["ServerSideEncryptionConfiguration"]
    names = {"AccountId": prod.account, "BudgetName": prod.budget}
    assert len(cloud.call("budgets", "describe_notifications_for_budget", **names)["Notifications"]) == 2
    assert existing.data_format(cloud, prod, TABLES) == DATA_FORMAT


def test_deploying_the_same_again_changes_nothing(cloud: Cloud, prod: Stage, package: Package) -> None:
    plan = planned(cloud, prod, package, Wanted())
    assert (plan.proposed, plan.is_first) == (None, False)
    assert finished(deploy.carry_out(cloud, plan, utc_now(), reach())).mail == "us@example.org"


def test_what_was_set_is_kept_and_a_plan_that_is_dropped_changes_nothing(
    cloud: Cloud, prod: Stage, package: Package
) -> None:
    onion = f"http://{'a' * 56}.onion"
    deployed(cloud, prod, package, Wanted(onion=onion, web_concurrency=7))
    plan = planned(cloud, prod, package, Wanted(mail="them@example.org"))
    assert plan.endangered == ()
    deploy.withdraw(cloud, plan)
    parameters = stack.describe(cloud, prod.stack).parameters
    assert parameters["OnionAddress"] == onion
    assert (parameters["AlarmMail"], parameters["WebConcurrency"]) == ("us@example.org", "7")
    assert planned(cloud, prod, package, Wanted()).proposed is None


def test_a_table_that_would_go_is_asked_about(cloud: Cloud, prod: Stage, package: Package) -> None:
    """A template of another version, in which a table is keyed in another way."""
    changed = replace(TABLES[3], hash_key="other")
    template = corrected(package.template)
    template["Resources"][tables.logical_name(TABLES[3])]["Properties"] |= changed.definition()
    stored = bucket.store(cloud, prod, package, template)
    kept = dict.fromkeys(stack.describe(cloud, prod.stack).parameters)
    proposed = stack.propose(cloud, prod, "UPDATE", Template(kept, url=stored.template_url))
    assert proposed is not None
    assert [change.resource for change in proposed.changes if change.endangers_data] == ["AccessTable"]
    stack.withdraw(cloud, prod, proposed)


def test_a_second_stage_lives_beside_and_is_not_taken_down_before_its_survey_is_published(
    cloud: Cloud, prod: Stage, package: Package
) -> None:
    other = stage_of(cloud, "prod2")
    before = stack.describe(cloud, prod.stack)
    assert deployed(cloud, other, package).address != before.outputs["Address"]
    stores = services_on(other.region, other.table_prefix)
    publish_definition(stores, a_definition(a_question("scale")), [])
    open_survey(stores, "a-survey")
    with pytest.raises(OperatorError, match="“a-survey” is open, so nothing was changed"):
        finished(destroy.examine(cloud, other, stores, with_data=True))
    close_survey(stores, "a-survey")
    with pytest.raises(OperatorError, match="closed and not yet published"):
        finished(destroy.examine(cloud, other, stores, with_data=True))
    assert stack.describe(cloud, other.stack).state is State.READY
    assert services_on(prod.region, prod.table_prefix).surveys.ids() == []
    assert stack.describe(cloud, prod.stack) == before


def test_commands_ask_first_and_tables_outlive_their_stack_until_they_are_deleted_by_name(
    cloud: Cloud, package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stage = stage_of(cloud, "asked")
    first = ("deploy", "--stage", "asked", "--mail", "us@example.org", "--no-survey-alarms")
    # A no, and Ctrl-C or no terminal.
    for typed in ("n\n", ""):
        no = run(*first, typed=typed)
        told = f"Nothing was deployed. The package lies in {stage.bucket}, for the next time."
        assert (no.exit_code, no.stderr.strip()) == (1, told)
        assert stack.describe(cloud, stage.stack).state is State.ABSENT
    left = run("destroy", "--stage", "asked", typed="")
    assert "is not deployed" in left.stdout
    assert left.stderr.strip() == "Nothing was changed."
    deployed(cloud, stage, package)
    stores = services_on(stage.region, stage.table_prefix)
    publish_definition(stores, a_definition(a_question("scale")), [])
    for typed in ("", "prod\n", "asked\nno\n"):
        assert run("destroy", "--stage", "asked", "--with-data", typed=typed).exit_code == 1
    assert stack.describe(cloud, stage.stack).state is State.READY

    kept = run("destroy", "--stage", "asked", typed="asked\n")
    assert "a-survey: draft, 0 releases" in kept.stdout
    assert "again: make deploy STAGE=asked REGION=eu-north-1 MAIL=us@example.org\n" in kept.stdout
    assert stack.describe(cloud, stage.stack).state is State.ABSENT
    assert existing.tables(cloud, stage) == TABLES
    deploy.withdraw(cloud, planned(cloud, stage, package))
    assert existing.tables(cloud, stage) == TABLES, "a no deletes nothing"
    again = run(*first, typed="y\n")
    assert again.exit_code == 0, again.output
    assert "takes over the tables" in again.stdout
    assert "asked answers at https://" in again.stdout
    assert stores.surveys.ids() == ["a-survey"]

    gone = run("destroy", "--stage", "asked", "--with-data", typed="asked\nasked\n")
    assert gone.exit_code == 0, gone.output
    assert (existing.tables(cloud, stage), bucket.exists(cloud, stage)) == ((), False)
    assert not budget.exists(cloud, stage)
    assert "There is no stage asked in eu-north-1" in run("destroy", "--stage", "asked").stderr


def test_tables_of_a_later_version_are_not_taken_over(cloud: Cloud, package: Package) -> None:
    stage = stage_of(cloud, "later")
    name = existing.table_name(stage, TABLES[0])
    made = cloud.call("dynamodb", "create_table", TableName=name, **TABLES[0].definition())["TableDescription"]
    tag = {"Key": FORMAT_TAG, "Value": str(DATA_FORMAT + 1)}
    cloud.call("dynamodb", "tag_resource", ResourceArn=made["TableArn"], Tags=[tag])
    with pytest.raises(OperatorError, match="git pull"):
        planned(cloud, stage, package)
    assert not bucket.exists(cloud, stage)


def test_a_stack_that_failed_half_way_is_deployed_again(cloud: Cloud, package: Package) -> None:
    """Twice: once when it is made, once after the tables that were left are taken over."""
    stage = stage_of(cloud, "half")
    # A stream of no group, once there are tables.
    broken = {"Type": "AWS::Logs::LogStream", "DependsOn": ["SurveysTable", "ResponsesTable"], "Properties": {}}
    template = package.template | {"Resources": package.template["Resources"] | {"Broken": broken}}
    for _ in range(2):
        with pytest.raises(OperatorError, match=r"Broken: .*deploy again"):
            deployed(cloud, stage, replace(package, template=template))
        with pytest.raises(OperatorError, match="make deploy STAGE=half"):
            running(cloud, "half")
    deployed(cloud, stage, package)
    assert running(cloud, "half").address.startswith("https://")


def test_a_command_finds_a_stage_by_itself_and_prints_whole_links(cloud: Cloud, prod: Stage, tmp_path: Path) -> None:
    address = running(cloud, "prod").address
    stores = services_on(prod.region, prod.table_prefix)
    publish_definition(stores, a_definition(a_question("scale"), policy="exact"), [])
    assert f"Test it at {address}s/a-survey?token=" in run("--stage", "prod", "test", "a-survey").stdout
    assert f"a-survey is open at {address}s/a-survey" in run("--stage", "prod", "open", "a-survey").stdout
    shared = run("--stage", "prod", "share", "a-survey", "--to", str(tmp_path / "posters"))
    assert shared.exit_code == 0, shared.output
    told = subprocess.run(
        [sys.executable, "manage.py", "--stage", "prod"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    assert "manage.py --stage prod close a-survey" in told
    assert "Work on one of both" in run("--local", "--stage", "prod").stderr


def test_a_stage_that_is_not_there_says_how_it_would_be(cloud: Cloud) -> None:
    deploy = "make deploy STAGE=staging REGION=eu-north-1"
    missing = f"No stage staging in eu-north-1. Deployed elsewhere? Add --region. Else: {deploy}"
    assert run("--stage", "staging").stderr.strip() == missing


def test_what_needs_data_says_that_none_is_named_and_what_needs_none_does_not(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for command in ((), ("status", "a-survey"), ("demo",)):
        said = run(*command).stderr
        assert "--local" in said
        assert "--stage NAME" in said
    assert run("new", "a-survey").exit_code == 0
    assert run("check", "a-survey.yaml").exit_code == 0
