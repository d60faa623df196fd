"""Who deploys by docs/policies/deployer.json can make, change and take down all that the template has.

What CloudFormation asks of whoever calls it stands in the schemas that AWS publishes of its resources, ``handlers``:
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html. cfn-lint brings them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from operation.deployment.iam import Access, Policy
from operation.deployment.people import ON_DATA, ON_TABLES, Person, document
from operation.deployment.template import NAMES
from tests.deployed import AWS, PARAMETERS, expanded, template

pytestmark = pytest.mark.slow

#: What those schemas ask for besides: for parts of a resource that the template does not use.
IDLE = re.compile(
    r"kms:.*|kinesis:.*|ec2:.*|elasticfilesystem:.*|firehose:.*|s3files:.*|s3:(REST\.PUT\.OBJECT|.*Metadata|ListBucket)"
    r"|iam:(CreateServiceLinkedRole|.*tachRolePolicy|UpdateAssumeRolePolicy|UpdateRole.*|DeleteRolePermissionsBoundary)"
    r"|logs:(.*KmsKey|.*LogDelivery|(Put|Delete)(DataProtection|Index|Resource)Policy|Put(Bearer|LogGroupDel).*)"
    r"|logs:(CreateLogStream|DescribeLogStreams|PutLogEvents)|sns:PutDataProtectionPolicy"
    r"|lambda:(.*CodeSigningConfig|GetLayerVersion|PassCapacityProvider|PublishVersion|AssociateRuntimeAlias)"
    r"|lambda:Put(FunctionRecursion|FunctionScaling|RuntimeManagement)Config|s3:GetObjectVersion"
    r"|dynamodb:(.*Kinesis.*|.*Import.*|UpdateTimeToLive|UpdateContributorInsights)|apigateway:UpdateRestApiPolicy"
)
_HERE = "eu-north-1:123456789012"
#: Something of each service as a stage called "prod" has it; names that CloudFormation makes begin as the stack's does.
OURS = {
    "apigateway": "arn:aws:apigateway:eu-north-1::/restapis/a1b2c3/stages/api",
    "cloudwatch": f"arn:aws:cloudwatch:{_HERE}:alarm:paraply-prod-alarm",
    "dynamodb": f"arn:aws:dynamodb:{_HERE}:table/paraply-prod-responses",
    "events": f"arn:aws:events:{_HERE}:rule/paraply-prod-PublishReleases-1A2B",
    "iam": "arn:aws:iam::123456789012:role/paraply-prod-ApiHandlerRole-1A2B",
    "lambda": f"arn:aws:lambda:{_HERE}:function:paraply-prod-api_handler",
    "logs": f"arn:aws:logs:{_HERE}:log-group:/aws/lambda/paraply-prod-api_handler:",
    "s3": "arn:aws:s3:::paraply-bucket/package.zip",
    "sns": f"arn:aws:sns:{_HERE}:paraply-prod-alarms",
}
CONTEXT = {
    "iam:PassedToService": ("lambda.amazonaws.com",),
    "iam:PermissionsBoundary": ("arn:aws:iam::123456789012:policy/paraply-boundary",),
}


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    found: dict[str, Any] = expanded(template())["Resources"]
    return found


def asked(kinds: set[str]) -> Iterator[str]:
    """Every action that CloudFormation takes to make, read, change and take down resources of these kinds."""
    schemas = list(AWS.parent.glob("lib/python*/site-packages/cfnlint/data/schemas/resources/*.json"))
    assert schemas
    for path in schemas:
        text = path.read_text("utf-8")
        if any(f'"{kind}"' in text for kind in kinds) and (schema := json.loads(text))["typeName"] in kinds:
            kinds = kinds - {schema["typeName"]}
            handlers = {name: each for name, each in schema["handlers"].items() if name != "list"}
            yield from (action for handler in handlers.values() for action in handler["permissions"])
    assert kinds == set()


def test_who_deploys_may_do_all_that_cloudformation_does_with_this_template(resources: dict[str, Any]) -> None:
    deployer = Policy.read(document(Person.DEPLOYER))
    needed = {action for action in asked({each["Type"] for each in resources.values()}) if not IDLE.fullmatch(action)}
    needed -= {f"dynamodb:{action}" for action in (*ON_DATA, *ON_TABLES)}
    assert len(needed) > 80
    accesses = [Access(action, OURS[action.partition(":")[0]], CONTEXT) for action in sorted(needed)]
    assert [access.action for access in accesses if not deployer.allows(access)] == []


def test_every_role_has_the_boundary_that_its_deployer_was_given(resources: dict[str, Any]) -> None:
    roles = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::IAM::Role"]
    assert len(roles) == len(NAMES)
    bounded = {"Fn::If": ["HasBoundary", {"Ref": "Boundary"}, {"Ref": "AWS::NoValue"}]}
    assert [role["PermissionsBoundary"] for role in roles] == [bounded] * len(roles)


def test_no_role_needs_more_than_the_boundary(resources: dict[str, Any]) -> None:
    boundary = Policy.read(document("boundary"))
    tables = f"arn:aws:dynamodb:{_HERE}:table/paraply-{PARAMETERS['Stage']}"
    for role in (each["Properties"] for each in resources.values() if each["Type"] == "AWS::IAM::Role"):
        statements = [statement for policy in role["Policies"] for statement in policy["PolicyDocument"]["Statement"]]
        for action in {action for statement in statements for action in statement["Action"]}:
            places = [f"{tables}-responses", f"{tables}-responses/index/pending"]
            if action.startswith("logs:"):
                places = [f"{OURS['logs']}log-stream:x"]
            assert all(boundary.allows(Access(action, place)) for place in places), action
