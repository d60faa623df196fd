"""The policies of docs/policies: an operator can run every command and no more; who deploys can read no answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from chalicelib.jobs import publish_releases
from chalicelib.services import Services
from chalicelib.storage.database import Database
from manage import manage
from operation.deployment.iam import Access, Policy, matches
from operation.deployment.people import ON_DATA, ON_TABLES, Person, differences, document, table_arns
from operation.deployment.template import NAMES
from tests.builders import (
    Browser,
    FakeClock,
    a_document,
    a_question,
    an_open_survey,
    close_and_wait,
    identities,
    unseal,
)
from tests.dynamodb_calls import calls_of
from tests.functional.coded import code, send
from tests.functional.commands import RECIPIENTS, Operate, done
from tests.functional.shapes import assert_page
from tests.unit.jobs.collecting import COUNTRY, answer

ARNS = table_arns("prod")
#: Commands that never ask AWS anything.
LOCAL = {
    "coding agreement",
    "coding read",
    "coding start",
    "demo",
    "engine",
    "export-xlsform",
    "import-xlsform",
    "gallery",
    "from-text",
    "jump",
    "key new",
    "new",
    "package",
    "preview",
    "read",
    "reference",
    "rehearse",
    "schema",
    "serve",
    "table",
    "words",
}
#: Commands of those who have another policy.
OTHERS = {"deploy", "destroy", "doctor"}
#: Where the links of what is printed lead.
AT = ("--url", "https://example.org/")
GUIDE = (Path(__file__).parents[2] / "docs" / "operators.md").read_text("utf-8")


@pytest.fixture
def operator() -> Policy:
    return Policy.read(document(Person.OPERATOR))


@pytest.fixture
def deployer() -> Policy:
    return Policy.read(document(Person.DEPLOYER))


def refused(policy: Policy, accesses: Iterable[Access]) -> list[Access]:
    return [access for access in accesses if not policy.allows(access)]


class Recorder:
    """Runs commands, and notes what each asks of DynamoDB, whoever's code asks."""

    def __init__(self, database: Database, operate: Operate) -> None:
        self._events = database.client.meta.events
        self.operate = operate
        self.accesses: dict[str, list[Access]] = {}

    def __call__(self, *arguments: str) -> str:
        command = " ".join(arguments[:2] if arguments[:1] in (("key",), ("token",), ("coding",)) else arguments[:1])
        with self._recording(self.accesses.setdefault(command, [])):
            return done(self.operate(*arguments))

    @contextmanager
    def _recording(self, accesses: list[Access]) -> Iterator[None]:
        def note(params: dict[str, Any], model: Any, **_: Any) -> None:
            accesses.extend(call.access for call in calls_of(model.name, params, ARNS))

        self._events.register("before-parameter-build.dynamodb", note)
        try:
            yield
        finally:
            self._events.unregister("before-parameter-build.dynamodb", note)


@pytest.fixture
def recorder(database: Database, operate: Operate) -> Recorder:
    return Recorder(database, operate)


def run_everything(run: Recorder, browser: Browser, services: Services, clock: FakeClock) -> None:
    """Every command that asks AWS, on a survey by invitation with results that are held."""
    document = a_document(COUNTRY, a_question("short_text"), access="invitation", results="held", releases="monthly")
    file = "a-survey.yaml"
    Path(file).write_text(json.dumps(document), "utf-8")
    run("check", file)
    run("publish", file, *RECIPIENTS)
    link = run("test", "a-survey").split()[3]
    assert_page(browser.post(link, f"_token={browser.token()}&country=se"), 200)
    run("key", "test", "a-survey", "--to", "messages")
    for number, (public, _) in enumerate(identities(), 1):
        run("key", "confirm", "a-survey", unseal(Path(f"messages/test-{number}.age").read_bytes(), public).split()[0])
    Path("plain.key").write_text(identities()[0][1])
    run("key", "prove", "a-survey", "--key", "plain.key")
    run("invite", "a-survey", "--count", "5", "--to", "codes.txt")
    run("open", "a-survey")
    run("slips", "a-survey", "codes.txt", "--to", "slips.html", *AT)
    run("import-responses", "a-survey", "--template", "template.csv")
    paper = f"row,code,country,word\n1,{Path('codes.txt').read_text('utf-8').splitlines()[0]},{{}},rest\n"
    for country, yes in (("se", ()), ("no", ("--confirm", "a-survey"))):
        Path("paper.csv").write_text(paper.format(country), "utf-8")
        run("import-responses", "a-survey", "paper.csv", *yes)
    run("share", "a-survey", "--to", "posters", *AT)
    token = run("token", "create", "a-survey", "--days", "40").split()
    run("token", "list", "a-survey")
    run("publish", file)
    clock.advance(minutes=1)  # a process remembers a survey for half a minute
    answer(browser, 20)
    clock.advance(days=32)
    run("release")
    run()
    run("report", "a-survey", "--to", "report.pdf")
    run("token", "revoke", "a-survey", next(word for word in token if word.startswith("paraply_")))
    run("announce", "a-survey", "1")
    run("close", "a-survey", "--confirm", "a-survey")
    run("reopen", "a-survey")
    run("close", "a-survey", "--confirm", "a-survey")
    run("status", "a-survey")
    run("audit", "a-survey")
    run("export", "a-survey", "--to", "records")
    clock.advance(days=1)
    run("release")
    run("purge", "a-survey", "--now", "--confirm", "a-survey", "--confirm-deletion")
    Path("b-survey.yaml").write_text(json.dumps({**document, "survey": "b-survey"}), "utf-8")
    run("publish", "b-survey.yaml", *RECIPIENTS)
    run("delete", "b-survey", "--confirm", "b-survey")
    run_coding(run, browser, services, clock)


def run_coding(run: Recorder, browser: Browser, services: Services, clock: FakeClock) -> None:
    """Of another survey, whose results may have themes."""
    text = a_question("yes_no"), a_question("long_text")
    an_open_survey(services, *text, survey="c-survey", access="invitation", coding=True)
    send(browser, survey="c-survey")
    close_and_wait(services, clock, "c-survey")
    publish_releases(services)
    code(run.operate, "c-survey", "c-records")
    run("coding", "apply", "c-survey", "c-records", "--confirm", "c-survey")
    run("release")


@pytest.mark.slow  # a report is printed
def test_operator_can_run_every_command_and_has_no_right_that_none_of_them_needs(
    recorder: Recorder, browser: Browser, services: Services, clock: FakeClock, operator: Policy
) -> None:
    run_everything(recorder, browser, services, clock)
    asked_by = recorder.accesses
    assert {command: found for command, each in asked_by.items() if (found := refused(operator, each))} == {}
    asked = {(access.action, access.resource) for accesses in asked_by.values() for access in accesses}
    unused = [
        f"{action} on {resource}"
        for statement in operator.statements
        for action in statement.actions
        for resource in statement.resources
        if action.startswith("dynamodb:") and not any(action == by and matches(resource, on) for by, on in asked)
    ]
    assert unused == []
    assert asked_by.keys() | LOCAL | OTHERS == commands() | {""}
    elsewhere = [Access(action, resource.replace("paraply-", "someones-")) for action, resource in asked]
    assert len(refused(operator, elsewhere)) == len([access for access in elsewhere if access.resource != "*"])


def commands() -> set[str]:
    """Every command there is, those of groups by both names."""
    return {
        f"{name} {inner}".strip()
        for name, command in manage.commands.items()
        for inner in getattr(command, "commands", {"": None})
    }


def test_every_command_of_the_guide_is_one_that_was_run_or_asks_aws_nothing() -> None:
    named = set(re.findall(r"manage\.py (?:--local )?((?:key|token|coding) [a-z]+|[a-z]+(?:-[a-z]+)*)", GUIDE))
    assert len(named) > 15
    assert named <= commands()


@pytest.mark.parametrize(
    "action", [*ON_TABLES, "CreateTable", "UpdateTable", "PartiQLSelect", "ExportTableToPointInTime"]
)
def test_operator_can_neither_end_nor_copy_nor_change_a_table(operator: Policy, action: str) -> None:
    assert not [arn for arn in ARNS.values() if operator.allows(Access(f"dynamodb:{action}", arn))]


def test_operator_scans_the_table_of_codes_alone(operator: Policy) -> None:
    assert [name for name, arn in ARNS.items() if operator.allows(Access("dynamodb:Scan", arn))] == ["access"]


@pytest.mark.parametrize("action", [*ON_DATA, *ON_TABLES])
def test_who_deploys_reads_and_changes_no_item_and_deletes_no_table_P2(deployer: Policy, action: str) -> None:
    places = [*ARNS.values(), f"{ARNS['responses']}/index/pending", f"{ARNS['responses']}/stream/1", "*"]
    assert not [arn for arn in places if deployer.allows(Access(f"dynamodb:{action}", arn))]


@pytest.mark.parametrize(
    ("action", "resource", "context", "allowed"),
    [
        ("iam:CreateRole", "role/paraply-prod-x", {"iam:PermissionsBoundary": "policy/paraply-boundary"}, True),
        ("iam:CreateRole", "role/paraply-prod-x", {"iam:PermissionsBoundary": "policy/else"}, False),
        ("iam:CreateRole", "role/paraply-prod-x", {}, False),
        ("iam:CreateRole", "role/else", {"iam:PermissionsBoundary": "policy/paraply-boundary"}, False),
        ("iam:PutRolePolicy", "role/paraply-prod-x", {}, False),
        ("iam:PassRole", "role/paraply-prod-x", {"iam:PassedToService": "lambda.amazonaws.com"}, True),
        ("iam:PassRole", "role/paraply-prod-x", {"iam:PassedToService": "ec2.amazonaws.com"}, False),
        ("iam:PassRole", "role/admin", {"iam:PassedToService": "lambda.amazonaws.com"}, False),
        ("iam:DeleteRolePermissionsBoundary", "role/paraply-prod-x", {}, False),
        ("iam:AttachRolePolicy", "role/paraply-prod-x", {}, False),
        ("iam:UpdateAssumeRolePolicy", "role/paraply-prod-x", {}, False),
        ("iam:CreatePolicyVersion", "policy/paraply-boundary", {}, False),
    ],
)
def test_who_deploys_makes_roles_within_the_boundary_alone(
    deployer: Policy, action: str, resource: str, context: dict[str, str], allowed: bool
) -> None:
    prefix = "arn:aws:iam::123456789012:"
    given = {key: (f"{prefix}{value}" if "/" in value else value,) for key, value in context.items()}
    assert deployer.allows(Access(action, f"{prefix}{resource}", given)) is allowed


def test_who_deploys_runs_what_a_schedule_runs_and_no_page_and_reads_no_log(deployer: Policy) -> None:
    function, group = (
        "arn:aws:lambda:eu-north-1:123456789012:function:",
        "arn:aws:logs:eu-north-1:123456789012:log-group:",
    )
    reads = [
        Access(f"logs:{action}", f"{group}/aws/lambda/paraply-prod-x:*")
        for action in ("FilterLogEvents", "GetLogEvents")
    ]
    assert refused(deployer, reads) == reads
    invoked = {name: Access("lambda:InvokeFunction", f"{function}paraply-prod-{name}") for name in NAMES.values()}
    assert refused(deployer, invoked.values()) == [invoked["api_handler"]]


def test_difference_to_the_policy_of_the_docs_is_named() -> None:
    given = document(Person.DEPLOYER)
    assert differences(given, Person.DEPLOYER, "prod") == ([], [])
    more = {"Effect": "Allow", "Action": ["dynamodb:Scan"], "Resource": table_arns("prod")["surveys"]}
    kept = [each for each in given["Statement"] if each["Sid"] != "TablesButNotWhatIsInThem"]
    lacks, exceeds = differences({"Statement": [*kept, more]}, Person.DEPLOYER, "prod")
    assert "DescribeTable on tallies" in lacks
    assert exceeds == ["Scan on surveys"]
    assert "Scan on access" in differences({"Statement": [more]}, Person.OPERATOR, "prod")[0]


@pytest.mark.parametrize("name", [*Person, "boundary"])
def test_document_fits_into_a_managed_policy_and_stays_with_this_project(name: str) -> None:
    """6,144 characters without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.

    What has no name of ours is a list, a check of a text, or a gateway, which has none.
    """
    found = document(name)
    assert len("".join(json.dumps(found).split())) <= 6_144
    nameless = {
        *("dynamodb:ListTables", "cloudformation:GetTemplateSummary", "cloudformation:ValidateTemplate"),
        *("logs:DescribeIndexPolicies", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "sns:Unsubscribe"),
        *("cloudwatch:DescribeAlarms", "cloudformation:CreateChangeSet", "lambda:GetAccountSettings"),
        *(f"apigateway:{method}" for method in ("DELETE", "GET", "PATCH", "POST", "PUT")),
    }
    for statement in Policy.read(found).statements:
        assert not [action for action in statement.actions if "*" in action]
        if any("paraply-" not in resource for resource in statement.resources):
            assert set(statement.actions) <= nameless
