"""The rules, what each protects, what to do where it is broken; and what becomes of them over some facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum, unique

from operation.deployment.doctor import of_alarms, of_data, of_requests, of_roles
from operation.deployment.doctor.facts import Facts
from operation.errors import CouldNotLook


@unique
class Code(StrEnum):
    """What a rule is called, for good."""

    ACCESS_LOG = "access-log"
    REQUEST_LOG = "request-log"
    TRACING = "tracing"
    REQUEST_TIMES = "request-times"
    RECORDERS = "recorders"
    LAYERS = "layers"
    FIREWALL = "firewall"
    CACHE = "cache"
    ONE_STAGE = "one-stage"
    LIMITS = "limits"
    ENTRANCES = "entrances"
    TABLE_KEYS = "table-keys"
    STREAMS = "streams"
    RECOVERY = "recovery"
    COPIES = "copies"
    RESTORE = "restore"
    TABLE_POLICIES = "table-policies"
    DELETION = "deletion"
    LOG_RETENTION = "log-retention"
    LOG_FORWARDING = "log-forwarding"
    WILDCARDS = "wildcards"
    RIGHTS = "rights"
    ATTACHED_POLICIES = "attached-policies"
    TRUST = "trust"
    WEB_READS = "web-reads"
    RECEIPT_KEYS = "receipt-keys"
    PEOPLE = "people"
    SCHEDULES = "schedules"
    ALARMS = "alarms"
    ALARM_LINES = "alarm-lines"
    ALARM_MAIL = "alarm-mail"
    BUCKET = "bucket"
    CLOCK = "clock"


@dataclass(frozen=True)
class Rule:
    """One rule. ``find`` yields what breaks it, each in a few words; nothing where it holds."""

    code: Code
    protects: str
    remedy: str
    find: Callable[[Facts], Iterable[str]]
    #: Nothing of a template decides it.
    needs_stage: bool = False


@unique
class State(StrEnum):
    """What became of a rule."""

    OK = "ok"
    FINDING = "finding"
    COULD_NOT_LOOK = "could not look"


@dataclass(frozen=True)
class Verdict:
    """What became of ``rule``, and ``found``: what breaks it, or why nobody could look."""

    rule: Rule
    state: State
    found: tuple[str, ...] = ()


def judge(facts: Facts, rules: Iterable[Rule]) -> Iterator[Verdict]:
    """What becomes of each of ``rules``. What could not be seen is never called good."""
    for rule in rules:
        try:
            found = tuple(rule.find(facts))
        except CouldNotLook as error:
            yield Verdict(rule, State.COULD_NOT_LOOK, (str(error),))
        else:
            yield Verdict(rule, State.FINDING if found else State.OK, found)


_AGAIN = "Deploy this version again, and find out who changed it."
_GATEWAY = "Turn it off in API Gateway, Stages; then delete the log group that it wrote."
RULES = (
    Rule(Code.ACCESS_LOG, "API Gateway writes down no request (P1).", _GATEWAY, of_requests.access_logs),
    Rule(
        Code.REQUEST_LOG, "API Gateway logs neither steps nor bodies of requests (P1, P3).", _GATEWAY, of_requests.logs
    ),
    Rule(Code.TRACING, "No request is traced by X-Ray (P1).", "Turn X-Ray off there.", of_requests.traces),
    Rule(Code.REQUEST_TIMES, "Lambda logs no request's time (P1).", _AGAIN, of_requests.times),
    Rule(
        Code.RECORDERS,
        "No trail records single calls, whose times and keys would tell who answered when (P1, P10).",
        "Leave tables and functions out of the trail's data events, and delete what it has of them.",
        of_requests.recorders,
        needs_stage=True,
    ),
    Rule(Code.LAYERS, "No other code runs beside ours, which sees every body (P1, P3).", _AGAIN, of_requests.layers),
    Rule(
        Code.FIREWALL,
        "No firewall keeps samples of requests with their addresses (P1).",
        "Take the web ACL off the stage: limits by method hold a flood back.",
        of_requests.firewalls,
    ),
    Rule(Code.CACHE, "API Gateway keeps no answer, some of which are for one person.", _AGAIN, of_requests.caches),
    Rule(
        Code.ONE_STAGE,
        "There is one public stage, and limits hold for it.",
        "Delete the other stage in API Gateway, Stages.",
        of_requests.other_stages,
    ),
    Rule(Code.LIMITS, "A flood costs little: every method has a limit.", _AGAIN, of_requests.limits),
    Rule(
        Code.ENTRANCES,
        "Functions are started by our gateway and our schedules alone.",
        "Delete the permission (Lambda, Configuration, Permissions) or the function's URL.",
        of_requests.entrances,
    ),
    Rule(
        Code.TABLE_KEYS,
        "Nothing records when a table was used: its key is one that AWS owns (P1).",
        'Choose "Owned by Amazon DynamoDB" in DynamoDB, Additional settings, Encryption.',
        of_data.recorded_keys,
    ),
    Rule(
        Code.STREAMS,
        "Nothing carries a table's items elsewhere, with the order and time of each answer (P1, P10).",
        "Turn it off in DynamoDB, Exports and streams, or Monitor; then delete what it carried.",
        of_data.streams,
    ),
    Rule(
        Code.RECOVERY,
        "Answers and codes cannot be brought back: not after their retention (P11), nor set side by side (P10).",
        "Turn point-in-time recovery off for that table (DynamoDB, Backups).",
        of_data.recoverable_answers,
    ),
    Rule(
        Code.COPIES,
        "No copy of answers or codes outlives their retention (P11).",
        "Delete it (DynamoDB, Backups; AWS Backup; the bucket of an export).",
        of_data.copies,
        needs_stage=True,
    ),
    Rule(
        Code.RESTORE,
        "Surveys and counts can be restored after a mistake.",
        "Turn point-in-time recovery on for that table (DynamoDB, Backups).",
        of_data.lost_surveys,
    ),
    Rule(
        Code.TABLE_POLICIES,
        "No table lets anybody in by a policy of its own (P2).",
        "Delete the policy in DynamoDB, Permissions.",
        of_data.table_policies,
    ),
    Rule(Code.DELETION, "No table is deleted by a slip.", "Turn its deletion protection on.", of_data.unprotected),
    Rule(
        Code.LOG_RETENTION,
        "Log lines end after a month (P1).",
        "Set the group's retention to 30 days; delete a group that is none of ours.",
        of_data.log_retention,
    ),
    Rule(Code.LOG_FORWARDING, "Log lines are carried nowhere (P1).", "Delete the filter.", of_data.log_forwarding),
    Rule(Code.WILDCARDS, "No role has a right on more than it names.", _AGAIN, of_roles.wildcards),
    Rule(Code.RIGHTS, "Each role has the rights of this version, and no other (P2).", _AGAIN, of_roles.other_rights),
    Rule(
        Code.ATTACHED_POLICIES,
        "No role has rights by a policy that lies elsewhere (P2).",
        "Detach the policy in IAM, Roles.",
        of_roles.attached_policies,
    ),
    Rule(Code.TRUST, "Nobody but Lambda can take on a role (P2).", _AGAIN, of_roles.takers),
    Rule(Code.WEB_READS, "The web tier cannot read a response (P2).", _AGAIN, of_roles.web_reads),
    Rule(
        Code.RECEIPT_KEYS,
        "The web tier deletes and replaces no key of receipts, without which no receipt is good (P5, P6).",
        _AGAIN,
        of_roles.receipt_keys,
    ),
    Rule(
        Code.PEOPLE,
        "Operators and deployers have the rights of docs/policies: who deploys reads no answer.",
        "Put docs/policies/operator.json and deployer.json in the place of their policies.",
        of_roles.people,
    ),
    Rule(
        Code.SCHEDULES,
        "Counting, purging and auditing go on by themselves (P6, P11).",
        "Enable the rule in EventBridge, Rules.",
        of_alarms.schedules,
    ),
    Rule(Code.ALARMS, "What fails or does not run raises an alarm (P6).", _AGAIN, of_alarms.missing_alarms),
    Rule(Code.ALARM_LINES, "A line with ALARM is counted (P6).", _AGAIN, of_alarms.missing_filters),
    Rule(
        Code.ALARM_MAIL,
        "An alarm reaches somebody.",
        "Open the mail of AWS Notifications and confirm it, or subscribe an address in SNS.",
        of_alarms.unheard,
    ),
    Rule(
        Code.BUCKET,
        "Nobody else can be given the bucket of the package.",
        "Block all public access in S3, Permissions.",
        of_roles.open_bucket,
        needs_stage=True,
    ),
    Rule(
        Code.CLOCK,
        "This machine's time is the true one, by which surveys close and answers are deleted (P11, P13).",
        "Set this computer's clock right.",
        of_alarms.wrong_clock,
        needs_stage=True,
    ),
)
OF_TEMPLATE = tuple(rule for rule in RULES if not rule.needs_stage)
