"""The template that is deployed: Chalice's, with tables, alarms and limits, and corrected where it would do harm.

It is the same for every stage and account; what differs are its parameters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from chalicelib.storage.tables import DATA_FORMAT
from operation.deployment import alarms, gateway, tables

#: Lambda's roles may not make log groups, so that none keeps its lines for ever.
LOG_RETENTION_DAYS = 30
RUNTIME, ARCHITECTURE = "python3.13", "arm64"
#: By measurement (`python -m tests.benchmarks.cold_start`): an answer costs the same at every size, as CPU grows with
#: memory; a cold start, which runs at full speed whatever the size, costs half of what it does at 1,024.
MEMORY_MEGABYTES = 512
#: The name of each function after that of its stage, as its policy file and its logs have it.
NAMES = {
    "APIHandler": "api_handler",
    "PublishReleases": "publish_releases",
    "PurgeExpired": "purge_expired",
    "AuditLedger": "audit_ledger",
}
#: Of the gateway: the last part of an address without a domain of its own.
API_STAGE = "api"
#: The gateway decodes bytes for a client whose first type is among these; a workbook may be asked for as anything.
EVERY_TYPE = ["*/*"]

#: In text, and at INFO, Lambda writes when each request came and how long it took (P1).
_LOGGING = {"LogFormat": "JSON", "SystemLogLevel": "WARN"}
#: At INFO, which JSON has unless another is said, the vendor's client writes a line whenever a process starts: of the
#: web function that is when somebody came (P1).
LOGGING_OF_REQUESTS = _LOGGING | {"ApplicationLogLevel": "WARN"}

_NAME = {"Fn::Sub": "paraply-${Stage}"}
_NOTHING = {"Ref": "AWS::NoValue"}

PARAMETERS: dict[str, Any] = {
    "Stage": {
        "Type": "String",
        "AllowedPattern": "[a-z][a-z0-9]{0,15}",
        "ConstraintDescription": "up to 16 small letters and digits, a letter first",
        "Description": "Stands in the name of everything, so that stages live side by side.",
    },
    "AlarmMail": {
        "Type": "String",
        "AllowedPattern": r"[^@\s]+@[^@\s]+\.[^@\s]+",
        "ConstraintDescription": "a mail address",
        "Description": "Who is told when something needs eyes.",
    },
    "CodeBucket": {"Type": "String", "Description": "Where the package lies."},
    "CodeKey": {"Type": "String", "Description": "What it is called there."},
    "WebConcurrency": {
        "Type": "Number",
        "Default": 0,
        "MinValue": 0,
        "Description": "How many requests run at once; 0 for what the account has room for.",
    },
    "SurveyAlarms": {
        "Type": "String",
        "Default": "yes",
        "AllowedValues": ["yes", "no"],
        "Description": "Whether mails name surveys, for which CloudWatch is asked in SQL.",
    },
    "Domain": {"Type": "String", "Default": "", "Description": "A host name of your own."},
    "Certificate": {"Type": "String", "Default": "", "Description": "The ARN of its certificate, in this region."},
    "OnionAddress": {
        "Type": "String",
        "Default": "",
        "AllowedPattern": r"(http://[a-z2-7]{56}\.onion)?",
        "ConstraintDescription": "http:// and the 56 letters and digits of an onion service",
        "Description": "What Tor Browser is told of, if an onion service stands in front.",
    },
    "Boundary": {
        "Type": "String",
        "Default": "",
        "Description": "The ARN of a policy that no role may exceed: who deploys by docs/policies has to give it.",
    },
}
CONDITIONS: dict[str, Any] = {
    "NamesSurveys": {"Fn::Equals": [{"Ref": "SurveyAlarms"}, "yes"]},
    "HasWebConcurrency": {"Fn::Not": [{"Fn::Equals": [{"Ref": "WebConcurrency"}, 0]}]},
    "HasDomain": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Domain"}, ""]}]},
    "HasBoundary": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Boundary"}, ""]}]},
}


def corrected(written: Mapping[str, Any]) -> dict[str, Any]:
    """The template to deploy, of the one that ``chalice package`` wrote."""
    template: dict[str, Any] = deepcopy(dict(written))
    template["Description"] = "Paraply: forms and surveys whose published numbers give nobody away."
    template["Parameters"], template["Conditions"] = PARAMETERS, CONDITIONS
    # Without it SAM makes a second public stage, called "Stage", that no limit holds for.
    template["Globals"] = {"Api": {"OpenApiVersion": "2.0"}}
    resources = template["Resources"]
    for name in NAMES:
        _correct_function(name, resources[name]["Properties"])
    for role in (each for each in resources.values() if each["Type"] == "AWS::IAM::Role"):
        role["Properties"]["PermissionsBoundary"] = {"Fn::If": ["HasBoundary", {"Ref": "Boundary"}, _NOTHING]}
    _correct_api(resources["RestAPI"]["Properties"])
    resources |= tables.resources() | dict(_logs()) | _domain() | alarms.resources()
    template["Outputs"] = _outputs()
    return template


def _correct_function(name: str, properties: dict[str, Any]) -> None:
    properties.pop("ReservedConcurrentExecutions", None)
    properties |= {
        "FunctionName": {"Fn::Sub": f"paraply-${{Stage}}-{NAMES[name]}"},
        "Runtime": RUNTIME,
        "Architectures": [ARCHITECTURE],
        "MemorySize": MEMORY_MEGABYTES,
        "CodeUri": {"Bucket": {"Ref": "CodeBucket"}, "Key": {"Ref": "CodeKey"}},
        "Environment": {"Variables": {"PARAPLY_TABLE_PREFIX": _NAME, "PARAPLY_ONION": {"Ref": "OnionAddress"}}},
        "LoggingConfig": (_LOGGING if name in alarms.SCHEDULED else LOGGING_OF_REQUESTS)
        | {"LogGroup": {"Ref": f"{name}Logs"}},
        "Tags": {"paraply:stage": {"Ref": "Stage"}},
    }
    if name in alarms.SCHEDULED:
        # A run that failed is repeated, not after the next is due.
        properties["EventInvokeConfig"] = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 900}
    else:
        limit = {"Fn::If": ["HasWebConcurrency", {"Ref": "WebConcurrency"}, _NOTHING]}
        properties["ReservedConcurrentExecutions"] = limit


def _correct_api(properties: dict[str, Any]) -> None:
    body = properties["DefinitionBody"]
    body["x-amazon-apigateway-binary-media-types"] = EVERY_TYPE
    routes = [(path, method.upper()) for path, methods in body["paths"].items() for method in methods]
    properties |= {
        "Name": _NAME,
        "StageName": API_STAGE,
        "TracingEnabled": False,
        "MethodSettings": gateway.method_settings(routes),
        "GatewayResponses": gateway.responses(),
    }


def _logs() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, function in NAMES.items():
        group = {"Fn::Sub": f"/aws/lambda/paraply-${{Stage}}-{function}"}
        properties = {"LogGroupName": group, "RetentionInDays": LOG_RETENTION_DAYS}
        yield f"{name}Logs", {"Type": "AWS::Logs::LogGroup", "Properties": properties}


def _domain() -> dict[str, Any]:
    """A host name of one's own, whose links have no stage in them."""
    name = {
        "DomainName": {"Ref": "Domain"},
        "RegionalCertificateArn": {"Ref": "Certificate"},
        "EndpointConfiguration": {"Types": ["REGIONAL"]},
        "SecurityPolicy": "TLS_1_2",
    }
    mapping = {
        "DomainName": {"Ref": "OwnDomain"},
        "RestApiId": {"Ref": "RestAPI"},
        # What SAM calls the stage that it makes.
        "Stage": {"Ref": f"RestAPI{API_STAGE}Stage"},
    }
    return {
        "OwnDomain": {"Type": "AWS::ApiGateway::DomainName", "Condition": "HasDomain", "Properties": name},
        "OwnDomainMapping": {
            "Type": "AWS::ApiGateway::BasePathMapping",
            "Condition": "HasDomain",
            "Properties": mapping,
        },
    }


def _outputs() -> dict[str, Any]:
    gateways = f"https://${{RestAPI}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{API_STAGE}/"
    address = {"Fn::If": ["HasDomain", {"Fn::Sub": "https://${Domain}/"}, {"Fn::Sub": gateways}]}
    return {
        "Address": {"Value": address},
        "GatewayAddress": {"Value": {"Fn::Sub": gateways}},
        "TablePrefix": {"Value": _NAME},
        "DataFormat": {"Value": str(DATA_FORMAT)},
        "DomainTarget": {
            "Condition": "HasDomain",
            "Value": {"Fn::GetAtt": ["OwnDomain", "RegionalDomainName"]},
        },
    }
