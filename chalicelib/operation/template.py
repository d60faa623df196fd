"""What the deployment has besides functions: tables, logs that end, and a limit to how fast it may be asked."""

from __future__ import annotations

from typing import Any

from chalicelib.storage.tables import template as tables

#: Lambda's roles may not make log groups, so that none keeps its lines for ever.
LOG_RETENTION_DAYS = 30
FUNCTIONS = ("APIHandler", "PublishReleases", "PurgeExpired", "AuditLedger")
#: Requests a second, and in one burst: far above what a survey meets, far below what a flood costs.
THROTTLE_RATE, THROTTLE_BURST = 50, 100


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
    resources["RestAPI"] = {"Properties": {"MethodSettings": [_method_settings()]}}
    return {"Resources": resources}


def _method_settings() -> dict[str, Any]:
    """For every route; no request is logged or traced (P1)."""
    return {
        "ResourcePath": "/*",
        "HttpMethod": "*",
        "ThrottlingRateLimit": THROTTLE_RATE,
        "ThrottlingBurstLimit": THROTTLE_BURST,
        "DataTraceEnabled": False,
        "LoggingLevel": "OFF",
    }
