"""What a template will make, as AWS's transform expanded it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from operation.deployment import people
from operation.deployment.doctor.facts import (
    Alarm,
    ApiStage,
    Clocks,
    Document,
    Entrance,
    Function,
    LogGroup,
    MethodSetting,
    Recovery,
    Role,
    Schedule,
    Subscription,
    Table,
    trusted_by,
)
from operation.deployment.doctor.intrinsics import Template
from operation.deployment.sam import PARAMETERS
from operation.errors import CouldNotLook

#: Where nothing else is said of a recovery window, in days.
LONGEST_RECOVERY = 35


class TemplateFacts:
    """The facts of an expanded template. Raises :class:`CouldNotLook` for what only a stage shows."""

    def __init__(self, source: Mapping[str, Any], parameters: Mapping[str, str] = PARAMETERS) -> None:
        self._template = Template(source, parameters)
        self._prefix = f"paraply-{parameters['Stage']}-"

    def stages(self) -> tuple[ApiStage, ...]:
        """Those that are resources, and one that a deployment makes by itself."""
        stages = self._of_kind("AWS::ApiGateway::Stage").values()
        made = (
            each["StageName"] for each in self._of_kind("AWS::ApiGateway::Deployment").values() if "StageName" in each
        )
        acls = [each["WebACLArn"] for each in self._of_kind("AWS::WAFv2::WebACLAssociation").values()]
        bare = tuple(ApiStage(name, False, False, False, "", ()) for name in made)
        return (*(_stage(each, "".join(acls)) for each in stages), *bare)

    def functions(self) -> tuple[Function, ...]:
        """Every function."""
        return tuple(
            Function.of(self._short(each["FunctionName"]), each, each.get("Layers", []))
            for each in self._of_kind("AWS::Lambda::Function").values()
        )

    def entrances(self) -> tuple[Entrance, ...]:
        """Of permissions, and of addresses of functions themselves."""
        permissions = self._of_kind("AWS::Lambda::Permission").values()
        addresses = self._of_kind("AWS::Lambda::Url").values()
        return (
            *(
                Entrance(self._short(each["FunctionName"]), each["Principal"], each.get("SourceArn", ""))
                for each in permissions
            ),
            *(Entrance(self._short(each["TargetFunctionArn"]), "an address of its own", "") for each in addresses),
        )

    def tables(self) -> tuple[Table, ...]:
        """Every table."""
        return tuple(self._tables())

    def _tables(self) -> Iterator[Table]:
        for name, given in self._of_kind("AWS::DynamoDB::Table").items():
            insights = given.get("ContributorInsightsSpecification", {}).get("Enabled")
            carriers = {
                "a stream": "StreamSpecification" in given,
                "Kinesis": "KinesisStreamSpecification" in given,
                "Contributor Insights": bool(insights),
            }
            protected = given.get("DeletionProtectionEnabled") and self._template.is_retained(name)
            arn = self._template.value({"Fn::GetAtt": [name, "Arn"]})
            carried_by = tuple(carrier for carrier, is_on in carriers.items() if is_on)
            has_key_here = bool(given.get("SSESpecification", {}).get("SSEEnabled"))
            yield Table(self._short(given["TableName"]), arn, carried_by, bool(protected), has_key_here)

    def table_policies(self) -> Mapping[str, Document]:
        """Those that stand in tables."""
        return {
            self._short(given["TableName"]): given["ResourcePolicy"]["PolicyDocument"]
            for given in self._of_kind("AWS::DynamoDB::Table").values()
            if "ResourcePolicy" in given
        }

    def recoveries(self) -> tuple[Recovery, ...]:
        """Of every table."""
        return tuple(
            Recovery(self._short(given["TableName"]), _days(given.get("PointInTimeRecoverySpecification", {})))
            for given in self._of_kind("AWS::DynamoDB::Table").values()
        )

    def copies(self) -> tuple[str, ...]:
        """A template has none."""
        raise CouldNotLook("only a stage has copies")

    def log_groups(self) -> tuple[LogGroup, ...]:
        """Every group, with its filters."""
        return tuple(self._group(given) for given in self._of_kind("AWS::Logs::LogGroup").values())

    def _group(self, given: Mapping[str, Any]) -> LogGroup:
        name = given["LogGroupName"]
        patterns = self._on_group("AWS::Logs::MetricFilter", name, "FilterPattern")
        forwarded = self._on_group("AWS::Logs::SubscriptionFilter", name, "DestinationArn")
        return LogGroup(name, given.get("RetentionInDays", 0), patterns, forwarded)

    def _on_group(self, kind: str, group: str, wanted: str) -> tuple[str, ...]:
        return tuple(each[wanted] for each in self._of_kind(kind).values() if each["LogGroupName"] == group)

    def roles(self) -> tuple[Role, ...]:
        """Every role. Two functions that share one would be two that miss theirs."""
        roles = {
            self._template.value({"Fn::GetAtt": [name, "Arn"]}): given
            for name, given in self._of_kind("AWS::IAM::Role").items()
        }
        functions = self._of_kind("AWS::Lambda::Function").values()
        names = {function["Role"]: self._short(function["FunctionName"]) for function in functions}
        return tuple(_role(names.get(arn, arn.rpartition(":")[2]), given) for arn, given in roles.items())

    def alarms(self) -> tuple[Alarm, ...]:
        """Every alarm."""
        return tuple(
            Alarm(
                given.get("MetricName", ""),
                self._short(watched_function(given.get("Dimensions", []))),
                tuple(given.get("AlarmActions", [])),
                given.get("ActionsEnabled", True),
            )
            for given in self._of_kind("AWS::CloudWatch::Alarm").values()
        )

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Those of the topics; whether somebody confirms them is seen when they are there."""
        return tuple(
            Subscription(self._template.value({"Ref": name}), True)
            for name, topic in self._of_kind("AWS::SNS::Topic").items()
            for _ in topic.get("Subscription", [])
        )

    def schedules(self) -> tuple[Schedule, ...]:
        """Every rule's."""
        return tuple(
            Schedule(self._short(target["Arn"]), rule.get("State", "ENABLED") == "ENABLED")
            for rule in self._of_kind("AWS::Events::Rule").values()
            for target in rule["Targets"]
        )

    def recorders(self) -> tuple[str, ...]:
        """A template has none."""
        raise CouldNotLook("only an account has trails")

    def bucket_is_private(self) -> bool:
        """It is none of the template's."""
        raise CouldNotLook("only a stage has a bucket")

    def people(self) -> Mapping[str, Document]:
        """The policies that people are to have."""
        return {person.value: people.document(person.value) for person in people.Person}

    def clocks(self) -> Clocks:
        """A template has none."""
        raise CouldNotLook("only AWS has a clock")

    def _of_kind(self, kind: str) -> dict[str, dict[str, Any]]:
        return self._template.of_kind(kind)

    def _short(self, name: str) -> str:
        return name.rpartition(":")[2].removeprefix(self._prefix)


def watched_function(dimensions: list[Mapping[str, str]]) -> str:
    """The name of the function that an alarm watches; empty for any other alarm."""
    return next((each["Value"] for each in dimensions if each["Name"] == "FunctionName"), "")


def _stage(given: Mapping[str, Any], firewall: str) -> ApiStage:
    return ApiStage(
        given["StageName"],
        "AccessLogSetting" in given,
        bool(given.get("TracingEnabled")),
        bool(given.get("CacheClusterEnabled")),
        firewall,
        tuple(map(_method, given.get("MethodSettings", []))),
    )


def _method(given: Mapping[str, Any]) -> MethodSetting:
    path = given["ResourcePath"].removeprefix("/")
    return MethodSetting(
        f"{path}/{given['HttpMethod']}",
        given.get("LoggingLevel", "OFF"),
        bool(given.get("DataTraceEnabled")),
        bool(given.get("CachingEnabled")),
        float(given.get("ThrottlingRateLimit", 0)),
    )


def _role(name: str, given: Mapping[str, Any]) -> Role:
    return Role(
        name,
        trusted_by(given["AssumeRolePolicyDocument"]),
        tuple(each["PolicyDocument"] for each in given.get("Policies", [])),
        tuple(given.get("ManagedPolicyArns", [])),
    )


def _days(recovery: Mapping[str, Any]) -> int:
    if not recovery.get("PointInTimeRecoveryEnabled"):
        return 0
    return int(recovery.get("RecoveryPeriodInDays", LONGEST_RECOVERY))
