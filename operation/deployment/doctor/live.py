"""What a stage is in its account now, whoever made it so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache, cached_property
from typing import Any

from chalicelib.storage.tables import TABLES
from operation.deployment import people
from operation.deployment.alarms import SCHEDULED
from operation.deployment.clients import Cloud
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
    principals,
    trusted_by,
)
from operation.deployment.doctor.of_data import RESTORED
from operation.deployment.doctor.template import LONGEST_RECOVERY, watched_function
from operation.deployment.stage import Stage
from operation.deployment.template import NAMES
from operation.errors import CallForbidden, CallRefused, CouldNotLook

#: What the policies of persons are called in an account.
POLICY_NAMES = {person.value: f"paraply-{person.value}" for person in people.Person}
#: Of trails: what records single calls to tables or functions.
_RECORDED = ("AWS::DynamoDB::Table", "AWS::DynamoDB::Stream", "AWS::Lambda::Function")
#: Of AWS's answers: what is asked for is not there.
_NONE = frozenset(
    {
        "NoSuchPublicAccessBlockConfiguration",
        "PolicyNotFoundException",
        "ResourceNotFoundException",
        "BackupNotFoundException",
    }
)


@contextmanager
def _looking() -> Iterator[None]:
    """Turns a refusal of AWS into :class:`CouldNotLook`. What stops every call goes on."""
    try:
        yield
    except CallForbidden as error:
        raise CouldNotLook(f"{str(error).partition('. ')[0]}. Ask for docs/policies/doctor.json") from error
    except CallRefused as error:
        raise CouldNotLook(str(error)) from error


class LiveFacts:
    """The facts of a stage as its account shows them. Raises :class:`CouldNotLook` for what it does not show."""

    def __init__(self, cloud: Cloud, stage: Stage, now: Callable[[], datetime]) -> None:
        self._cloud, self._stage, self._now = cloud, stage, now
        # Nothing changes while it is looked at.
        self._ask = cache(cloud.call)
        self._prefix = f"{stage.stack}-"

    # --- the API ------------------------------------------------------------------------------------------------------

    def stages(self) -> tuple[ApiStage, ...]:
        """Those of every API of the stage's name."""
        with _looking():
            return tuple(
                _stage(each)
                for api in self._apis
                for each in self._ask("apigateway", "get_stages", restApiId=api)["item"]
            )

    @cached_property
    def _apis(self) -> tuple[str, ...]:
        apis = self._cloud.pages("apigateway", "get_rest_apis", "items", "position", limit=500)
        return tuple(api["id"] for api in apis if api["name"] == self._stage.stack)

    # --- functions ----------------------------------------------------------------------------------------------------

    def functions(self) -> tuple[Function, ...]:
        """Those that the project has."""
        with _looking():
            return tuple(_function(name, self._configuration(name)) for name in NAMES.values())

    def _configuration(self, name: str) -> dict[str, Any]:
        return self._ask("lambda", "get_function_configuration", FunctionName=self._prefix + name)

    def entrances(self) -> tuple[Entrance, ...]:
        """Of the policies of the functions, and of addresses of functions themselves."""
        with _looking():
            return tuple(entrance for name in NAMES.values() for entrance in self._entrances_of(name))

    def _entrances_of(self, name: str) -> Iterator[Entrance]:
        called = self._prefix + name
        reply = self._if_any("lambda", "get_policy", FunctionName=called)
        for statement in json.loads(reply["Policy"])["Statement"] if reply else ():
            for principal in principals(statement["Principal"]):
                yield Entrance(name, principal, _source(statement.get("Condition", {})))
        if self._ask("lambda", "list_function_url_configs", FunctionName=called)["FunctionUrlConfigs"]:
            yield Entrance(name, "an address of its own", "")

    def schedules(self) -> tuple[Schedule, ...]:
        """Every rule that has one of the functions for a target."""
        with _looking():
            return tuple(
                Schedule(name, self._ask("events", "describe_rule", Name=rule)["State"] == "ENABLED")
                for name in (NAMES[each] for each in SCHEDULED)
                for rule in self._rules_of(name)
            )

    def _rules_of(self, name: str) -> list[str]:
        target = self._configuration(name)["FunctionArn"]
        found: list[str] = self._ask("events", "list_rule_names_by_target", TargetArn=target)["RuleNames"]
        return found

    # --- tables -------------------------------------------------------------------------------------------------------

    def tables(self) -> tuple[Table, ...]:
        """The four tables."""
        with _looking():
            return tuple(self._table(table.name) for table in TABLES)

    def _table(self, name: str) -> Table:
        given = self._described(name)
        carriers = {
            "a stream": given.get("StreamSpecification", {}).get("StreamEnabled"),
            "a replica": given.get("Replicas"),
            "Kinesis": self._kinesis(name),
            "Contributor Insights": self._insights(name) != "DISABLED",
        }
        carried_by = tuple(carrier for carrier, is_on in carriers.items() if is_on)
        is_protected = bool(given.get("DeletionProtectionEnabled"))
        # Nothing is said of a key that AWS owns.
        has_key_here = given.get("SSEDescription", {}).get("Status", "DISABLED") not in ("DISABLED", "DISABLING")
        return Table(name, given["TableArn"], carried_by, is_protected, has_key_here)

    def _described(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self._of_table("describe_table", name)["Table"]
        return found

    def _kinesis(self, name: str) -> bool:
        destinations = self._of_table("describe_kinesis_streaming_destination", name)["KinesisDataStreamDestinations"]
        return any(each["DestinationStatus"] != "DISABLED" for each in destinations)

    def _insights(self, name: str) -> str:
        return str(self._of_table("describe_contributor_insights", name)["ContributorInsightsStatus"])

    def table_policies(self) -> Mapping[str, Document]:
        """Of those tables that have one."""
        with _looking():
            return {table.name: policy for table in TABLES if (policy := self._table_policy(table.name))}

    def _table_policy(self, name: str) -> Document | None:
        arn = self._described(name)["TableArn"]
        reply = self._if_any("dynamodb", "get_resource_policy", ResourceArn=arn)
        return json.loads(reply["Policy"]) if reply else None

    def recoveries(self) -> tuple[Recovery, ...]:
        """Of every table."""
        with _looking():
            return tuple(Recovery(table.name, self._recovery_days(table.name)) for table in TABLES)

    def _recovery_days(self, name: str) -> int:
        reply = self._of_table("describe_continuous_backups", name)["ContinuousBackupsDescription"]
        found = reply.get("PointInTimeRecoveryDescription", {})
        if found.get("PointInTimeRecoveryStatus") != "ENABLED":
            return 0
        return int(found.get("RecoveryPeriodInDays", LONGEST_RECOVERY))

    def copies(self) -> tuple[str, ...]:
        """Backups, those that AWS makes of a table that is deleted too, and exports."""
        with _looking():
            return tuple(copy for table in TABLES if table.name not in RESTORED for copy in self._copies_of(table.name))

    def _copies_of(self, name: str) -> Iterator[str]:
        backups = self._of_table("list_backups", name, BackupType="ALL")["BackupSummaries"]
        yield from (f"backup {each['BackupName']} of {name}" for each in backups)
        arn = self._described(name)["TableArn"]
        exports = self._ask("dynamodb", "list_exports", TableArn=arn)["ExportSummaries"]
        yield from (f"an export of {name} ({each['ExportArn'].rpartition('/')[2]})" for each in exports)
        kept = self._ask("backup", "list_recovery_points_by_resource", ResourceArn=arn)["RecoveryPoints"]
        yield from (f"{each['RecoveryPointArn']} of {name}" for each in kept)

    def _of_table(self, operation: str, name: str, **parameters: Any) -> dict[str, Any]:
        return self._ask("dynamodb", operation, TableName=self._prefix + name, **parameters)

    # --- logs ---------------------------------------------------------------------------------------------------------

    def log_groups(self) -> tuple[LogGroup, ...]:
        """Those of the functions, and those that API Gateway wrote if it was ever told to."""
        with _looking():
            begun = (self._stage.log_groups, *(f"API-Gateway-Execution-Logs_{api}/" for api in self._apis))
            return tuple(self._group(each) for prefix in begun for each in self._groups(prefix))

    def _groups(self, prefix: str) -> Iterator[dict[str, Any]]:
        return self._cloud.pages("logs", "describe_log_groups", "logGroups", "nextToken", logGroupNamePrefix=prefix)

    def _group(self, given: Mapping[str, Any]) -> LogGroup:
        name = given["logGroupName"]
        filters = self._ask("logs", "describe_metric_filters", logGroupName=name)["metricFilters"]
        forwarding = self._ask("logs", "describe_subscription_filters", logGroupName=name)["subscriptionFilters"]
        return LogGroup(
            name,
            given.get("retentionInDays", 0),
            tuple(each["filterPattern"] for each in filters),
            tuple(each["destinationArn"] for each in forwarding),
        )

    def recorders(self) -> tuple[str, ...]:
        """Trails with data events of tables or functions, of ours or of all."""
        with _looking():
            trails = self._ask("cloudtrail", "describe_trails")["trailList"]
            return tuple(f"trail {each['Name']}" for each in trails if self._records_data(each["TrailARN"]))

    def _records_data(self, trail: str) -> bool:
        selectors = self._ask("cloudtrail", "get_event_selectors", TrailName=trail)
        kinds = [each["Type"] for one in selectors.get("EventSelectors", []) for each in one.get("DataResources", [])]
        for selector in selectors.get("AdvancedEventSelectors", []):
            fields = (field for field in selector["FieldSelectors"] if field["Field"] == "resources.type")
            kinds += [kind for field in fields for kind in field.get("Equals", [])]
        return any(kind in _RECORDED for kind in kinds)

    # --- roles and persons --------------------------------------------------------------------------------------------

    def roles(self) -> tuple[Role, ...]:
        """Of every function the role that it has now, and all that are called as the stage."""
        with _looking():
            names = {self._configuration(name)["Role"].rpartition("/")[2]: name for name in NAMES.values()}
            listed = self._cloud.pages("iam", "list_roles", "Roles", "Marker")
            others = {each["RoleName"] for each in listed if each["RoleName"].startswith(self._prefix)} - names.keys()
            return tuple(self._role(name, role) for role, name in {**names, **{each: each for each in others}}.items())

    def _role(self, function: str, role: str) -> Role:
        names = self._cloud.pages("iam", "list_role_policies", "PolicyNames", "Marker", RoleName=role)
        policies = (self._ask("iam", "get_role_policy", RoleName=role, PolicyName=name) for name in names)
        attached = self._cloud.pages("iam", "list_attached_role_policies", "AttachedPolicies", "Marker", RoleName=role)
        trust = self._ask("iam", "get_role", RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        return Role(
            function,
            trusted_by(trust),
            tuple(each["PolicyDocument"] for each in policies),
            tuple(each["PolicyName"] for each in attached),
        )

    def people(self) -> Mapping[str, Document]:
        """The account's policies that are called as :data:`POLICY_NAMES` says."""
        with _looking():
            policies = list(self._cloud.pages("iam", "list_policies", "Policies", "Marker", Scope="Local"))
            found = {
                person: self._document(each)
                for person, name in POLICY_NAMES.items()
                for each in policies
                if each["PolicyName"] == name
            }
        if not found:
            names = " or ".join(POLICY_NAMES.values())
            raise CouldNotLook(f"no policy here is called {names}; one person needs none (docs/policies)")
        return found

    def _document(self, policy: Mapping[str, Any]) -> Document:
        version = {"PolicyArn": policy["Arn"], "VersionId": policy["DefaultVersionId"]}
        found: Document = self._ask("iam", "get_policy_version", **version)["PolicyVersion"]["Document"]
        return found

    def bucket_is_private(self) -> bool:
        """Whether every kind of public access to it is blocked."""
        with _looking():
            reply = self._if_any("s3", "get_public_access_block", Bucket=self._bucket())
        return bool(reply) and all(reply["PublicAccessBlockConfiguration"].values())

    def _bucket(self) -> str:
        (stack,) = self._ask("cloudformation", "describe_stacks", StackName=self._stage.stack)["Stacks"]
        given = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
        return str(given["CodeBucket"])

    # --- alarms and time ----------------------------------------------------------------------------------------------

    def alarms(self) -> tuple[Alarm, ...]:
        """Those that are called as the stage."""
        with _looking():
            found = self._cloud.pages(
                "cloudwatch", "describe_alarms", "MetricAlarms", "NextToken", AlarmNamePrefix=self._prefix
            )
            return tuple(self._alarm(each) for each in found)

    def _alarm(self, given: Mapping[str, Any]) -> Alarm:
        function = watched_function(given.get("Dimensions", [])).removeprefix(self._prefix)
        return Alarm(given.get("MetricName", ""), function, tuple(given["AlarmActions"]), given["ActionsEnabled"])

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Those of every topic that alarms tell."""
        topics = sorted({topic for alarm in self.alarms() for topic in alarm.tells})
        with _looking():
            return tuple(
                Subscription(topic, each["SubscriptionArn"].startswith("arn:"))
                for topic in topics
                for each in self._cloud.pages(
                    "sns", "list_subscriptions_by_topic", "Subscriptions", "NextToken", TopicArn=topic
                )
            )

    def clocks(self) -> Clocks:
        """By the date that DynamoDB puts on its answers, to the second."""
        with _looking():
            reply = self._ask("dynamodb", "list_tables", Limit=1)
        date = reply["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
        if not date:
            raise CouldNotLook("AWS did not say what time it is")
        return Clocks(self._now(), parsedate_to_datetime(date))

    def _if_any(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """A reply, or an empty one where what is asked for is not there."""
        try:
            return self._ask(service, operation, **parameters)
        except CallRefused as error:
            if error.reason not in _NONE:
                raise
            return {}


def _stage(given: Mapping[str, Any]) -> ApiStage:
    return ApiStage(
        given["stageName"],
        bool(given.get("accessLogSettings", {}).get("destinationArn")),
        bool(given.get("tracingEnabled")),
        bool(given.get("cacheClusterEnabled")),
        given.get("webAclArn", ""),
        tuple(_method(name, each) for name, each in given.get("methodSettings", {}).items()),
    )


def _method(name: str, given: Mapping[str, Any]) -> MethodSetting:
    return MethodSetting(
        name.removeprefix("/"),
        given.get("loggingLevel", "OFF"),
        bool(given.get("dataTraceEnabled")),
        # Without a cluster it says nothing.
        bool(given.get("cachingEnabled")),
        float(given.get("throttlingRateLimit", 0)),
    )


def _function(name: str, given: Mapping[str, Any]) -> Function:
    return Function.of(name, given, (each["Arn"] for each in given.get("Layers", [])))


def _source(conditions: Mapping[str, Mapping[str, str]]) -> str:
    """The ARN that a caller has to come from."""
    for keys in conditions.values():
        for key, value in keys.items():
            if key.lower() == "aws:sourcearn":
                return value
    return ""
