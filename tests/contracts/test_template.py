"""What the template has besides tables: logs that end and hold no request, and a limit to how fast it is asked."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from app import app
from chalicelib.web.http import SECURITY_HEADERS

FOLDER = Path(__file__).parents[2] / ".chalice"
RESOURCES: dict[str, Any] = json.loads((FOLDER / "resources.json").read_text("utf-8"))["Resources"]
CONFIG: dict[str, Any] = json.loads((FOLDER / "config.json").read_text("utf-8"))


def logical_name(function: str) -> str:
    """The name under which Chalice deploys a function."""
    return "APIHandler" if function == "api_handler" else "".join(word.title() for word in function.split("_"))


def test_the_logs_of_every_function_end_after_a_month_P1() -> None:
    functions = ["api_handler", *(source.name for source in app.event_sources)]
    groups = {name: each["Properties"] for name, each in RESOURCES.items() if each.get("Type") == "AWS::Logs::LogGroup"}
    assert len(functions) == 4
    assert groups == {
        f"{logical_name(function)}Logs": {
            "LogGroupName": {"Fn::Sub": f"/aws/lambda/${{{logical_name(function)}}}"},
            "RetentionInDays": 30,
        }
        for function in functions
    }


def test_no_function_may_make_a_log_group_that_never_ends() -> None:
    for policy in FOLDER.glob("policy-*.json"):
        assert "CreateLogGroup" not in policy.read_text("utf-8")


def test_requests_are_throttled_and_neither_logged_nor_traced_P1() -> None:
    settings, sign_in = RESOURCES["RestAPI"]["Properties"]["MethodSettings"]
    assert RESOURCES["RestAPI"].keys() == {"Properties"}, "the rest of it is Chalice's"
    assert settings == {
        "ResourcePath": "/*",
        "HttpMethod": "*",
        "ThrottlingRateLimit": 50,
        "ThrottlingBurstLimit": 100,
        "DataTraceEnabled": False,
        "LoggingLevel": "OFF",
    }
    path = sign_in["ResourcePath"].removeprefix("/").replace("~1", "/")
    assert sign_in["HttpMethod"] in app.routes[path], "a setting for a route that is not there limits nothing"
    assert sign_in["ThrottlingRateLimit"] < settings["ThrottlingRateLimit"]
    # What is set for one route is not inherited from that of all.
    assert (sign_in["DataTraceEnabled"], sign_in["LoggingLevel"]) == (False, "OFF")


def test_the_gateway_decodes_bytes_whatever_a_client_takes() -> None:
    """A browser names HTML first, and API Gateway looks at that alone; with every type listed it looks at none."""
    body = RESOURCES["RestAPI"]["Properties"]["DefinitionBody"]
    assert body == {"x-amazon-apigateway-binary-media-types": ["*/*"]}, "the rest of it is Chalice's"


def test_the_template_holds_nothing_else() -> None:
    kinds = [each.get("Type", name) for name, each in RESOURCES.items()]
    assert Counter(kinds) == {
        "AWS::ApiGateway::GatewayResponse": 2,
        "AWS::DynamoDB::Table": 4,
        "AWS::Logs::LogGroup": 4,
        "RestAPI": 1,
    }


def test_what_the_gateway_says_itself_has_the_headers_of_every_response() -> None:
    answers = [each["Properties"] for name, each in RESOURCES.items() if name.endswith("Answer")]
    assert [each["ResponseType"] for each in answers] == ["DEFAULT_4XX", "DEFAULT_5XX"]
    for answer in answers:
        headers = {
            name.removeprefix("gatewayresponse.header."): value[1:-1]
            for name, value in answer["ResponseParameters"].items()
        }
        policy = headers.pop("Content-Security-Policy")
        assert headers | {"Content-Security-Policy": SECURITY_HEADERS["Content-Security-Policy"]} == SECURITY_HEADERS
        # Each names no source, which lets nothing in.
        assert policy.split("; ") == ["default-src", "form-action", "base-uri", "frame-ancestors"]
        assert "Leave this page now" in answer["ResponseTemplates"]["text/html"]


def test_a_request_is_answered_before_the_gateway_gives_up() -> None:
    assert CONFIG["lambda_timeout"] < 29
    for given in CONFIG["stages"]["dev"]["lambda_functions"].values():
        assert "reserved_concurrency" not in given or given["lambda_timeout"] == 300


def test_nothing_is_traced_P1() -> None:
    assert not CONFIG.get("xray")
    assert "TracingEnabled" not in json.dumps(RESOURCES)
