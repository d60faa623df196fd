"""What calls for the operator: mails that name an alarm, a survey's id and what to look up, and never content.

Ten alarms cost nothing in an account's free tier; there are as many.
"""

from __future__ import annotations

from typing import Any

#: The functions that a schedule starts, and how many seconds may pass until one has run.
SCHEDULED = {"PublishReleases": 3_600, "PurgeExpired": 86_400, "AuditLedger": 86_400}
TOPIC = {"Ref": "AlarmTopic"}
#: Where lines with ALARM are counted.
NAMESPACE = {"Fn::Sub": "paraply-${Stage}"}
QUARTER = 900
#: A day has to be missed twice: days of CloudWatch and of the schedule begin at different hours.
_DAYS_MISSED = 2
_SEE = "Run `manage.py --stage ${Stage}`: it names what is wrong. Then see docs/deployment.md, Alarms."


def resources() -> dict[str, Any]:
    """The topic, its mail, the filters of log lines, and the alarms, by logical name."""
    return _topic() | _filters() | _alarm_lines() | _function_alarms() | _schedule_alarms()


def _topic() -> dict[str, Any]:
    subscription = {"Protocol": "email", "Endpoint": {"Ref": "AlarmMail"}}
    name = {"Fn::Sub": "paraply-${Stage}-alarms"}
    return {
        "AlarmTopic": {
            "Type": "AWS::SNS::Topic",
            "Properties": {"TopicName": name, "Subscription": [subscription]},
        }
    }


def _filters() -> dict[str, Any]:
    """Each line of a scheduled function that begins with ALARM is counted, in all and by survey.

    The functions log JSON, whose fields a filter can take for dimensions. A metric with a dimension cannot be watched
    as a whole, so there are two.
    """
    found = {}
    for function in SCHEDULED:
        for kind, metric in (("", "Alarms"), ("BySurvey", "AlarmsBySurvey")):
            transformation: dict[str, Any] = {"MetricName": metric, "MetricNamespace": NAMESPACE, "MetricValue": "1"}
            if kind:
                transformation["Dimensions"] = [{"Key": "survey", "Value": "$.survey"}]
            found[f"{function}Alarms{kind}Filter"] = {
                "Type": "AWS::Logs::MetricFilter",
                "Properties": {
                    "LogGroupName": {"Ref": f"{function}Logs"},
                    "FilterPattern": '{ $.message = "ALARM*" }',
                    "MetricTransformations": [transformation],
                },
            }
    return found


def _alarm_lines() -> dict[str, Any]:
    # SQL of CloudWatch: an alarm of its own for each survey, whose id stands in the mail.
    by_survey = 'SELECT SUM(AlarmsBySurvey) FROM SCHEMA("paraply-${Stage}", survey) GROUP BY survey'
    query = {"Id": "surveys", "Expression": {"Fn::Sub": by_survey}, "Period": QUARTER, "ReturnData": True}
    line = {"Namespace": NAMESPACE, "MetricName": "Alarms", "Statistic": "Sum", "Period": QUARTER}
    named = _alarm("survey", f"ALARM about the survey that is named here. {_SEE}", {"Metrics": [query]})
    return {
        "AlarmLine": _alarm("alarm", f"A scheduled function wrote a line with ALARM. {_SEE}", line),
        "AlarmLineBySurvey": named | {"Condition": "NamesSurveys"},
    }


def _function_alarms() -> dict[str, Any]:
    gateway = [{"Name": "ApiName", "Value": {"Fn::Sub": "paraply-${Stage}"}}, {"Name": "Stage", "Value": "api"}]
    answers = {"Namespace": "AWS/ApiGateway", "MetricName": "5XXError", "Dimensions": gateway}
    # Of all functions of the region, which share what the account may run at once.
    held_back = {"Namespace": "AWS/Lambda", "MetricName": "Throttles"}
    summed = {"Statistic": "Sum", "Period": QUARTER}
    runs = {
        f"{function}Failed": _alarm(
            f"{function}-failed",
            f"{function} failed, timed out or ran out of memory. {_SEE}",
            _metric(function, "Errors", QUARTER),
        )
        for function in SCHEDULED
    }
    return runs | {
        "ServerErrors": _alarm(
            "errors",
            f"People met an error of ours: the web function failed, timed out, or had no database. {_SEE}",
            answers | summed,
        ),
        "Throttled": _alarm(
            "throttled",
            "More was asked at once than the account runs: see docs/deployment.md, Flood.",
            held_back | summed,
        ),
    }


def _schedule_alarms() -> dict[str, Any]:
    return {
        f"{function}NotRun": _alarm(
            f"{function}-not-run",
            f"{function} did not run when it was due. Look for its rule in EventBridge: is it enabled? {_SEE}",
            _metric(function, "Invocations", period),
            comparison="LessThanThreshold",
            missing="breaching",
            periods=_DAYS_MISSED if period == SCHEDULED["PurgeExpired"] else 1,
        )
        for function, period in SCHEDULED.items()
    }


def _alarm(
    name: str,
    description: str,
    watched: dict[str, Any],
    *,
    comparison: str = "GreaterThanOrEqualToThreshold",
    missing: str = "notBreaching",
    periods: int = 1,
) -> dict[str, Any]:
    properties = {
        "AlarmName": {"Fn::Sub": f"paraply-${{Stage}}-{name}"},
        "AlarmDescription": {"Fn::Sub": description},
        "AlarmActions": [TOPIC],
        "ComparisonOperator": comparison,
        "Threshold": 1,
        "EvaluationPeriods": periods,
        "TreatMissingData": missing,
        **watched,
    }
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}


def _metric(function: str, name: str, period: int) -> dict[str, Any]:
    dimensions = [{"Name": "FunctionName", "Value": {"Ref": function}}]
    return {
        "Namespace": "AWS/Lambda",
        "MetricName": name,
        "Dimensions": dimensions,
        "Statistic": "Sum",
        "Period": period,
    }
