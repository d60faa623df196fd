"""What the deployment has besides functions: tables, logs that end, and a limit to how fast it may be asked."""

from __future__ import annotations

from typing import Any

from chalicelib.storage.tables import template as tables
from chalicelib.web.http import SECURITY_HEADERS
from chalicelib.web.pages import DEFAULT_EXIT

#: Lambda's roles may not make log groups, so that none keeps its lines for ever.
LOG_RETENTION_DAYS = 30
FUNCTIONS = ("APIHandler", "PublishReleases", "PurgeExpired", "AuditLedger")
#: For each route by itself, but for one; no request is logged or traced (P1).
METHOD_SETTINGS = {
    "ResourcePath": "/*",
    "HttpMethod": "*",
    # Requests a second, and in one burst: far above what a survey meets, far below what a flood costs.
    "ThrottlingRateLimit": 50,
    "ThrottlingBurstLimit": 100,
    "DataTraceEnabled": False,
    "LoggingLevel": "OFF",
}
#: Of signing in fewer, so that a flood of guesses, hopeless as they are, holds few of the processes that answers need.
#: The API takes tokens where everybody may read, and so has no less than other routes.
SIGN_IN_SETTINGS = METHOD_SETTINGS | {
    # A path as CloudFormation writes it.
    "ResourcePath": "/~1s~1{survey}~1results~1sign-in",
    "HttpMethod": "POST",
    "ThrottlingRateLimit": 5,
    "ThrottlingBurstLimit": 10,
}
#: The gateway decodes bytes for a client whose first type is among these; a workbook may be asked for as anything.
BINARY = {"x-amazon-apigateway-binary-media-types": ["*/*"]}
GATEWAY_RESPONSES = ("DEFAULT_4XX", "DEFAULT_5XX")
#: A value cannot hold the quotes of 'none', which a list without sources is too.
GATEWAY_HEADERS = dict(SECURITY_HEADERS) | {
    "Content-Security-Policy": "default-src; form-action; base-uri; frame-ancestors"
}
#: The gateway knows neither the survey nor the language.
_PAGE = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Error</title>'
    f'<p><a href="{DEFAULT_EXIT}" rel="noreferrer">Leave this page now</a></p>'
    "<h1>That did not work just now.</h1><p>Wait a minute, then reload this page. What you sent counts once.</p></html>"
)


def template(prefix: str) -> dict[str, Any]:
    """The resources that ``chalice package --merge-template`` adds."""
    resources = dict(tables(prefix)["Resources"])
    for function in FUNCTIONS:
        resources[f"{function}Logs"] = {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {
                "LogGroupName": {"Fn::Sub": f"/aws/lambda/${{{function}}}"},
                "RetentionInDays": LOG_RETENTION_DAYS,
            },
        }
    resources["RestAPI"] = {
        "Properties": {"DefinitionBody": BINARY, "MethodSettings": [METHOD_SETTINGS, SIGN_IN_SETTINGS]}
    }
    resources |= {f"{kind.title().replace('_', '')}Answer": _gateway_response(kind) for kind in GATEWAY_RESPONSES}
    return {"Resources": resources}


def _gateway_response(kind: str) -> dict[str, Any]:
    """What the gateway says itself: of a flood, of a body past its limit, of a function that gave no answer."""
    return {
        "Type": "AWS::ApiGateway::GatewayResponse",
        "Properties": {
            "RestApiId": {"Ref": "RestAPI"},
            "ResponseType": kind,
            "ResponseParameters": {
                f"gatewayresponse.header.{name}": f"'{value}'" for name, value in GATEWAY_HEADERS.items()
            },
            "ResponseTemplates": {"text/html": _PAGE, "application/json": '{"title": "That did not work just now."}'},
        },
    }
