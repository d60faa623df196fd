"""The template as AWS's own transform expands it: each fault that it once had, and what may not come back (P1, P15)."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app import app
from chalicelib.web.http import SECURITY_HEADERS
from operation.deployment.alarms import SCHEDULED
from operation.deployment.template import NAMES
from tests.deployed import AWS, expanded, template

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    found: dict[str, Any] = expanded(template())["Resources"]
    return found


def of_kind(resources: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == kind}


def test_there_is_one_public_stage_and_limits_hold_for_it(resources: dict[str, Any]) -> None:
    (stage,) = of_kind(resources, "AWS::ApiGateway::Stage").values()
    assert stage["StageName"] == "api"
    assert stage["MethodSettings"]
    (deployment,) = of_kind(resources, "AWS::ApiGateway::Deployment").values()
    assert "StageName" not in deployment, "that would be a second stage, without limits"


def test_nothing_is_logged_or_traced_of_a_request_P1(resources: dict[str, Any]) -> None:
    (stage,) = of_kind(resources, "AWS::ApiGateway::Stage").values()
    assert "AccessLogSetting" not in stage
    assert not stage["TracingEnabled"]
    for setting in stage["MethodSettings"]:
        assert (setting["DataTraceEnabled"], setting["LoggingLevel"]) == (False, "OFF")
    for function in of_kind(resources, "AWS::Lambda::Function").values():
        assert function["TracingConfig"] == {"Mode": "PassThrough"}
        # With text, or at INFO, Lambda writes the time and length of every request.
        assert (function["LoggingConfig"]["LogFormat"], function["LoggingConfig"]["SystemLogLevel"]) == ("JSON", "WARN")
    # At INFO, which is what Lambda takes, botocore writes when a process began, which is when somebody came.
    assert of_kind(resources, "AWS::Lambda::Function")["APIHandler"]["LoggingConfig"]["ApplicationLogLevel"] == "WARN"


def test_logs_end_after_a_month_and_no_role_can_make_others_P1(resources: dict[str, Any]) -> None:
    groups = of_kind(resources, "AWS::Logs::LogGroup")
    functions = of_kind(resources, "AWS::Lambda::Function")
    assert {group["RetentionInDays"] for group in groups.values()} == {30}
    for name, function in functions.items():
        assert function["LoggingConfig"]["LogGroup"] == {"Ref": f"{name}Logs"}
        assert groups[f"{name}Logs"]["LogGroupName"] == {"Fn::Sub": f"/aws/lambda/paraply-${{Stage}}-{NAMES[name]}"}
    assert "CreateLogGroup" not in json.dumps(of_kind(resources, "AWS::IAM::Role"))


def test_what_the_gateway_says_itself_is_deployed_with_the_api(resources: dict[str, Any]) -> None:
    assert of_kind(resources, "AWS::ApiGateway::GatewayResponse") == {}, "SAM loses those when the body changes"
    (api,) = of_kind(resources, "AWS::ApiGateway::RestApi").values()
    answers = api["Body"]["x-amazon-apigateway-gateway-responses"]
    assert answers.keys() == {"DEFAULT_4XX", "DEFAULT_5XX"}
    for answer in answers.values():
        headers = {
            name.removeprefix("gatewayresponse.header."): value[1:-1]
            for name, value in answer["responseParameters"].items()
        }
        policy = headers.pop("Content-Security-Policy")
        assert headers | {"Content-Security-Policy": SECURITY_HEADERS["Content-Security-Policy"]} == SECURITY_HEADERS
        # Each names no source, which lets nothing in.
        assert policy.split("; ") == ["default-src", "form-action", "base-uri", "frame-ancestors"]
        assert "Leave this page now" in answer["responseTemplates"]["text/html"]


def test_every_route_is_there_and_every_media_type_is_binary(resources: dict[str, Any]) -> None:
    (api,) = of_kind(resources, "AWS::ApiGateway::RestApi").values()
    assert api["Body"]["paths"].keys() == app.routes.keys()
    assert api["Body"]["x-amazon-apigateway-binary-media-types"] == ["*/*"]


def test_posts_are_braked_before_forms_are(resources: dict[str, Any]) -> None:
    """Each method that writes has a limit of its own, so that a flood of posts takes nothing from who loads a form."""
    (stage,) = of_kind(resources, "AWS::ApiGateway::Stage").values()
    every, *writing = stage["MethodSettings"]
    assert (every["ResourcePath"], every["HttpMethod"]) == ("/*", "*")
    limited = {(each["ResourcePath"].removeprefix("/").replace("~1", "/"), each["HttpMethod"]) for each in writing}
    posts = {(path, method) for path, methods in app.routes.items() for method in methods if method == "POST"}
    assert limited == posts
    assert all(each["ThrottlingRateLimit"] < every["ThrottlingRateLimit"] for each in writing)
    sign_in = next(each for each in writing if each["ResourcePath"].endswith("sign-in"))
    assert all(sign_in["ThrottlingRateLimit"] <= each["ThrottlingRateLimit"] for each in writing)


def test_nothing_is_reserved_of_the_ten_runs_at_once_of_a_new_account(resources: dict[str, Any]) -> None:
    functions = of_kind(resources, "AWS::Lambda::Function")
    reserved = {name: each.get("ReservedConcurrentExecutions") for name, each in functions.items()}
    limit = {"Fn::If": ["HasWebConcurrency", {"Ref": "WebConcurrency"}, {"Ref": "AWS::NoValue"}]}
    assert reserved == {"APIHandler": limit, **dict.fromkeys(SCHEDULED)}
    assert template()["Parameters"]["WebConcurrency"]["Default"] == 0


def test_a_request_is_answered_before_the_gateway_gives_up(resources: dict[str, Any]) -> None:
    functions = of_kind(resources, "AWS::Lambda::Function")
    assert functions["APIHandler"]["Timeout"] < 29
    assert {functions[name]["Timeout"] for name in SCHEDULED} == {300}


def test_a_failed_run_is_repeated_twice(resources: dict[str, Any]) -> None:
    configured = of_kind(resources, "AWS::Lambda::EventInvokeConfig").values()
    assert len(configured) == len(SCHEDULED)
    assert {each["MaximumRetryAttempts"] for each in configured} == {2}


def test_everything_with_a_name_of_ours_has_the_stage_in_it(resources: dict[str, Any]) -> None:
    """Two stages live in one account: a name without the stage would clash."""
    text = json.dumps(resources)
    names = re.findall(r'"((?:/aws/lambda/)?paraply-[^"]*)"', text)
    assert len(names) > 10
    assert [name for name in names if not re.match(r"(/aws/lambda/)?paraply-\$\{Stage\}", name)] == []
    for table in of_kind(resources, "AWS::DynamoDB::Table").values():
        assert "${Stage}" in table["TableName"]["Fn::Sub"]


def test_every_function_has_alarms_that_mail(resources: dict[str, Any]) -> None:
    alarms = of_kind(resources, "AWS::CloudWatch::Alarm")
    assert len(alarms) <= 10, "more than ten cost"
    assert {json.dumps(each["AlarmActions"]) for each in alarms.values()} == {'[{"Ref": "AlarmTopic"}]'}
    (topic,) = of_kind(resources, "AWS::SNS::Topic").values()
    assert topic["Subscription"] == [{"Protocol": "email", "Endpoint": {"Ref": "AlarmMail"}}]
    for function in SCHEDULED:
        watched = {
            each["MetricName"]
            for each in alarms.values()
            if {"Name": "FunctionName", "Value": {"Ref": function}} in each.get("Dimensions", [])
        }
        assert watched == {"Errors", "Invocations"}
    others = {each.get("MetricName") for each in alarms.values()} - {"Errors", "Invocations"}
    assert others == {"Alarms", "5XXError", "Throttles", None}
    assert alarms["PurgeExpiredNotRun"]["TreatMissingData"] == "breaching"


def test_lines_with_alarm_are_counted_of_every_scheduled_function_and_name_the_survey_alone(
    resources: dict[str, Any],
) -> None:
    filters = of_kind(resources, "AWS::Logs::MetricFilter").values()
    assert {json.dumps(each["LogGroupName"]) for each in filters} == {f'{{"Ref": "{name}Logs"}}' for name in SCHEDULED}
    assert {each["FilterPattern"] for each in filters} == {'{ $.message = "ALARM*" }'}
    dimensions = [each["MetricTransformations"][0].get("Dimensions") for each in filters]
    assert sorted(map(str, dimensions)) == sorted(
        map(str, [None, [{"Key": "survey", "Value": "$.survey"}]] * len(SCHEDULED))
    )


def test_aws_s_own_checker_finds_nothing(tmp_path: Path) -> None:
    for name, source in (("written", template()), ("expanded", expanded(template()))):
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(source), "utf-8")
        # W1020: SAM writes a substitution where there is nothing to substitute.
        command = [
            str(AWS / "cfn-lint"),
            "--regions",
            "eu-north-1",
            "--ignore-checks",
            "W1020",
            "--template",
            str(file),
        ]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (0, "")
