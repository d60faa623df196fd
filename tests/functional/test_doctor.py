"""`manage.py doctor` over the template: it finds nothing in what is deployed, and each rule finds what breaks it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from operation.deployment.doctor.rules import OF_TEMPLATE, RULES, Code, State, Verdict, judge
from operation.deployment.doctor.template import TemplateFacts
from operation.deployment.people import Person, document
from operation.errors import CouldNotLook
from tests.deployed import PARAMETERS, expanded, template
from tests.functional.commands import done, refused, run

pytestmark = pytest.mark.slow

Resources = dict[str, dict[str, Any]]
#: Breaks one rule in a template as AWS expanded it; ``properties`` of resources are changed in their place.
Break = Callable[[Resources], object]


@pytest.fixture(scope="module")
def sound() -> dict[str, Any]:
    return expanded(template())


def properties(resources: Resources, name: str) -> dict[str, Any]:
    found: dict[str, Any] = resources[name]["Properties"]
    return found


def stage(resources: Resources) -> dict[str, Any]:
    return properties(resources, "RestAPIapiStage")


def statements(resources: Resources, role: str = "ApiHandlerRole") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = properties(resources, role)["Policies"][0]["PolicyDocument"]["Statement"]
    return found


def add(resources: Resources, kind: str, **given: Any) -> None:
    resources["Added"] = {"Type": kind, "Properties": given}


def allow(resources: Resources, action: str, table: str, role: str = "ApiHandlerRole") -> None:
    """Give ``role`` one action more on a table."""
    resource = {"Fn::GetAtt": [table, "Arn"]}
    statements(resources, role).append({"Effect": "Allow", "Action": [action], "Resource": resource})


BREAKS: dict[Code, Break] = {
    Code.ACCESS_LOG: lambda it: stage(it).update(AccessLogSetting={"DestinationArn": "arn:aws:logs:x"}),
    Code.REQUEST_LOG: lambda it: stage(it)["MethodSettings"][3].update(LoggingLevel="INFO"),
    Code.TRACING: lambda it: properties(it, "APIHandler")["TracingConfig"].update(Mode="Active"),
    Code.REQUEST_TIMES: lambda it: properties(it, "APIHandler")["LoggingConfig"].update(SystemLogLevel="INFO"),
    Code.LAYERS: lambda it: properties(it, "APIHandler").update(Layers=["arn:aws:lambda:x"]),
    Code.FIREWALL: lambda it: add(it, "AWS::WAFv2::WebACLAssociation", WebACLArn="arn:aws:wafv2:x"),
    Code.CACHE: lambda it: stage(it).update(CacheClusterEnabled=True),
    Code.ONE_STAGE: lambda it: add(it, "AWS::ApiGateway::Stage", **{**stage(it), "StageName": "Stage"}),
    Code.LIMITS: lambda it: stage(it)["MethodSettings"][3].update(ThrottlingRateLimit=5000),
    Code.ENTRANCES: lambda it: properties(it, "APIHandlerInvokePermission").update(Principal="*"),
    Code.TABLE_KEYS: lambda it: properties(it, "ResponsesTable").update(SSESpecification={"SSEEnabled": True}),
    Code.STREAMS: lambda it: properties(it, "ResponsesTable").update(
        StreamSpecification={"StreamViewType": "KEYS_ONLY"}
    ),
    Code.RECOVERY: lambda it: properties(it, "AccessTable").update(
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7}
    ),
    Code.RESTORE: lambda it: properties(it, "SurveysTable").pop("PointInTimeRecoverySpecification"),
    Code.TABLE_POLICIES: lambda it: properties(it, "TalliesTable").update(ResourcePolicy={"PolicyDocument": {}}),
    Code.DELETION: lambda it: it["SurveysTable"].update(DeletionPolicy="Delete"),
    Code.LOG_RETENTION: lambda it: properties(it, "APIHandlerLogs").pop("RetentionInDays"),
    Code.LOG_FORWARDING: lambda it: add(
        it, "AWS::Logs::SubscriptionFilter", LogGroupName={"Ref": "APIHandlerLogs"}, DestinationArn="arn:aws:lambda:x"
    ),
    Code.WILDCARDS: lambda it: statements(it, "AuditLedgerRole")[0].update(Action=["dynamodb:Get*"]),
    Code.RIGHTS: lambda it: allow(it, "dynamodb:Scan", "ResponsesTable", "AuditLedgerRole"),
    Code.ATTACHED_POLICIES: lambda it: properties(it, "AuditLedgerRole").update(ManagedPolicyArns=["arn:aws:iam::x"]),
    Code.TRUST: lambda it: properties(it, "AuditLedgerRole")["AssumeRolePolicyDocument"]["Statement"][0].update(
        Principal={"AWS": "arn:aws:iam::123456789012:root"}
    ),
    Code.WEB_READS: lambda it: allow(it, "dynamodb:Query", "ResponsesTable"),
    Code.RECEIPT_KEYS: lambda it: allow(it, "dynamodb:DeleteItem", "AccessTable"),
    Code.SCHEDULES: lambda it: properties(it, "PurgeExpiredPurgeExpiredEvent").update(State="DISABLED"),
    Code.ALARMS: lambda it: it.pop("PurgeExpiredNotRun"),
    Code.ALARM_LINES: lambda it: it.pop("AuditLedgerAlarmsFilter") and it.pop("AuditLedgerAlarmsBySurveyFilter"),
    Code.ALARM_MAIL: lambda it: properties(it, "AlarmTopic").pop("Subscription"),
}
#: A role that has other rights than this version gives it breaks that rule too.
ALSO = {code: {Code.RIGHTS} for code in (Code.WILDCARDS, Code.WEB_READS, Code.RECEIPT_KEYS)}
#: Broken below, where no template can break them: here, or in test_doctor_live.
ELSEWHERE = {Code.PEOPLE, Code.RECORDERS, Code.COPIES, Code.BUCKET, Code.CLOCK}


def findings(verdicts: Iterator[Verdict]) -> dict[Code, tuple[str, ...]]:
    return {verdict.rule.code: verdict.found for verdict in verdicts if verdict.state is not State.OK}


def test_nothing_is_found_in_what_is_deployed(sound: dict[str, Any]) -> None:
    assert findings(judge(TemplateFacts(sound), OF_TEMPLATE)) == {}


def test_a_web_function_that_writes_lines_of_info_tells_when_somebody_came_P1(sound: dict[str, Any]) -> None:
    broken = deepcopy(sound)
    properties(broken["Resources"], "APIHandler")["LoggingConfig"].pop("ApplicationLogLevel")
    found = findings(judge(TemplateFacts(broken), OF_TEMPLATE))
    assert found == {Code.REQUEST_TIMES: ("function api_handler writes lines of INFO, not of WARN",)}


def test_every_rule_is_broken_once() -> None:
    assert BREAKS.keys() | ELSEWHERE == {rule.code for rule in RULES} == set(Code)
    assert not BREAKS.keys() & ELSEWHERE
    assert len(RULES) == len(Code)


@pytest.mark.parametrize("code", BREAKS)
def test_a_rule_finds_what_breaks_it_and_no_other_does(sound: dict[str, Any], code: Code) -> None:
    broken = deepcopy(sound)
    BREAKS[code](broken["Resources"])
    found = findings(judge(TemplateFacts(broken), OF_TEMPLATE))
    assert found.keys() == {code} | ALSO.get(code, set()), found


@pytest.mark.parametrize("action", ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:*"])
def test_no_way_to_a_key_of_receipts_is_missed(sound: dict[str, Any], action: str) -> None:
    broken = deepcopy(sound)
    allow(broken["Resources"], action, "AccessTable")
    assert Code.RECEIPT_KEYS in findings(judge(TemplateFacts(broken), OF_TEMPLATE))


def test_a_write_that_gives_back_what_was_there_is_a_read_P2(sound: dict[str, Any]) -> None:
    broken = deepcopy(sound)
    for statement in statements(broken["Resources"]):
        statement.get("Condition", {}).pop("StringEqualsIfExists", None)
    found = findings(judge(TemplateFacts(broken), OF_TEMPLATE))
    assert found[Code.WEB_READS] == tuple(
        f"{action} on responses returns what was there" for action in ("PutItem", "UpdateItem")
    )


def test_a_statement_that_cannot_be_judged_is_never_fine(sound: dict[str, Any]) -> None:
    broken = deepcopy(sound)
    statements(broken["Resources"]).append({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})
    found = findings(judge(TemplateFacts(broken), OF_TEMPLATE))
    assert found.keys() == {Code.WILDCARDS, Code.RIGHTS, Code.WEB_READS, Code.RECEIPT_KEYS}


@pytest.mark.parametrize("person", Person)
def test_a_person_s_policy_that_gives_more_or_less_is_found(sound: dict[str, Any], person: Person) -> None:
    class Changed(TemplateFacts):
        def people(self) -> dict[str, Any]:
            changed = deepcopy(document(person))
            changed["Statement"] = [
                {"Effect": "Allow", "Action": "dynamodb:ExportTableToPointInTime", "Resource": "*"},
            ]
            return {person.value: changed}

    found = findings(judge(Changed(sound), OF_TEMPLATE))
    assert found.keys() == {Code.PEOPLE}
    assert f"the {person} may ExportTableToPointInTime on responses" in found[Code.PEOPLE]
    assert any(each.startswith(f"the {person} may not ") for each in found[Code.PEOPLE])


@pytest.mark.parametrize(("stage", "found"), [("pilot", set()), ("other", {Code.PEOPLE})])
def test_a_person_s_policy_may_be_for_the_stage_alone(sound: dict[str, Any], stage: str, found: set[Code]) -> None:
    class Narrow(TemplateFacts):
        def people(self) -> dict[str, Any]:
            text = json.dumps(document(Person.OPERATOR))
            return {Person.OPERATOR.value: json.loads(text.replace("table/paraply-*", "table/paraply-pilot"))}

    facts = Narrow(sound, {**PARAMETERS, "Stage": stage})
    assert findings(judge(facts, OF_TEMPLATE)).keys() == found


def test_what_cannot_be_seen_is_never_called_good(sound: dict[str, Any]) -> None:
    class Closed(TemplateFacts):
        def log_groups(self) -> Any:
            raise CouldNotLook("You are not allowed to call logs:describe_log_groups")

    verdicts = {verdict.rule.code: verdict for verdict in judge(Closed(sound), OF_TEMPLATE)}
    unseen = {code for code, verdict in verdicts.items() if verdict.state is State.COULD_NOT_LOOK}
    assert unseen == {Code.LOG_RETENTION, Code.LOG_FORWARDING, Code.ALARM_LINES}
    assert verdicts[Code.LOG_RETENTION].found == ("You are not allowed to call logs:describe_log_groups",)


def test_doctor_says_a_line_for_each_rule_and_ends_with_1_where_it_finds_something(
    sound: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "sam.json"
    file.write_text(json.dumps(template()), "utf-8")
    *lines, last = done(run("doctor", "--template", str(file))).splitlines()
    assert [line.split()[:2] for line in lines] == [["ok", f"{rule.code}:"] for rule in OF_TEMPLATE]
    assert last.startswith(f"{len(OF_TEMPLATE)} rules: 0 findings. 4 more need a stage")

    broken = deepcopy(sound)
    BREAKS[Code.STREAMS](broken["Resources"])
    file.write_text(json.dumps(broken), "utf-8")
    found = run("doctor", "--template", str(file))
    (line,) = [line for line in found.stdout.splitlines() if not line.startswith("ok")][:-1]
    assert found.exit_code == 1
    assert line.startswith("finding         streams: a stream of responses. Nothing carries")
    assert "Turn it off in DynamoDB" in line


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"Resources": {"A": 1}}', '{"Resources": {"A": {"Type": "AWS::Lambda::Function"}}}']
)
def test_doctor_says_what_a_template_is(tmp_path: Path, text: str) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(text, "utf-8")
    assert "Name the" in refused(run("doctor", "--template", str(file)))
    assert "Give --stage or --template" in refused(run("doctor", "--template", str(file), "--stage", "prod"))
