"""What the rules judge: the settings of a stage, the same whether they are read off a template or off an account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

#: A policy document as AWS writes it.
Document = Mapping[str, Any]


def principals(given: Any) -> tuple[str, ...]:
    """Whom a statement names: services, accounts, or "*"."""
    if isinstance(given, str):
        return (given,)
    return tuple(each for named in given.values() for each in ([named] if isinstance(named, str) else named))


def trusted_by(document: Document) -> tuple[str, ...]:
    """Who may take a role on."""
    allowing = (statement for statement in document["Statement"] if statement["Effect"] == "Allow")
    return tuple(each for statement in allowing for each in principals(statement.get("Principal", "*")))


@dataclass(frozen=True)
class MethodSetting:
    """Of one method of an API's stage, or of all where ``method`` is "*/*"; ``rate`` in requests a second."""

    method: str
    log_level: str
    traces_bodies: bool
    is_cached: bool
    rate: float


@dataclass(frozen=True)
class ApiStage:
    """One stage of the API. ``firewall`` is the ARN of a web ACL, or empty."""

    name: str
    access_log: bool
    is_traced: bool
    has_cache: bool
    firewall: str
    methods: tuple[MethodSetting, ...]


@dataclass(frozen=True)
class Function:
    """One function, by its name without that of the stage ("api_handler")."""

    name: str
    log_format: str
    system_log_level: str
    application_log_level: str
    log_group: str
    is_traced: bool
    layers: tuple[str, ...]

    @classmethod
    def of(cls, name: str, given: Mapping[str, Any], layers: Iterable[str]) -> Function:
        """The one called ``name``, by its settings, which a template and an account word alike but for ``layers``."""
        logging = given.get("LoggingConfig", {})
        return cls(
            name,
            logging.get("LogFormat", "Text"),
            logging.get("SystemLogLevel", ""),
            logging.get("ApplicationLogLevel", ""),
            logging.get("LogGroup", ""),
            given.get("TracingConfig", {}).get("Mode") == "Active",
            tuple(layers),
        )


@dataclass(frozen=True)
class Entrance:
    """Who may start a function: a service of AWS, an account or "*"; ``source`` is the ARN that it has to come from."""

    function: str
    principal: str
    source: str


@dataclass(frozen=True)
class Table:
    """One table, by its name without that of the stage. ``carried_by`` names what takes its items elsewhere.

    ``has_key_here``: whether it is encrypted by a key of this account, whose use is recorded.
    """

    name: str
    arn: str
    carried_by: tuple[str, ...]
    is_protected: bool
    has_key_here: bool


@dataclass(frozen=True)
class Recovery:
    """Days that a table can be brought back to; 0 for none."""

    table: str
    days: int


@dataclass(frozen=True)
class LogGroup:
    """One group of log lines; ``retention`` in days, 0 for ever. ``forwarded_to`` are ARNs."""

    name: str
    retention: int
    patterns: tuple[str, ...]
    forwarded_to: tuple[str, ...]


@dataclass(frozen=True)
class Role:
    """What one function may do, or whoever has a role that is no function's.

    ``trusted`` may take the role on: services, accounts, or "*". ``attached`` are the names of policies that lie
    elsewhere.
    """

    function: str
    trusted: tuple[str, ...]
    policies: tuple[Document, ...]
    attached: tuple[str, ...]


@dataclass(frozen=True)
class Alarm:
    """One alarm. ``function``, without the stage's name, where it watches one; ``tells`` are ARNs of topics."""

    metric: str
    function: str
    tells: tuple[str, ...]
    is_enabled: bool


@dataclass(frozen=True)
class Subscription:
    """Who hears of alarms. ``topic`` is its ARN. AWS sends nothing until it is confirmed."""

    topic: str
    is_confirmed: bool


@dataclass(frozen=True)
class Schedule:
    """What starts a function by the clock."""

    function: str
    is_enabled: bool


@dataclass(frozen=True)
class Clocks:
    """What time it is here and at AWS."""

    here: datetime
    there: datetime


class Facts(Protocol):
    """What can be seen of a stage. Each raises :class:`CouldNotLook` where it cannot."""

    def stages(self) -> tuple[ApiStage, ...]:
        """Every stage of the API."""

    def functions(self) -> tuple[Function, ...]:
        """The functions of the project."""

    def entrances(self) -> tuple[Entrance, ...]:
        """Who may start them."""

    def tables(self) -> tuple[Table, ...]:
        """The four tables."""

    def table_policies(self) -> Mapping[str, Document]:
        """What the tables themselves allow anybody, by the table's name; those that have such a policy."""

    def recoveries(self) -> tuple[Recovery, ...]:
        """How far back each table can be restored."""

    def copies(self) -> tuple[str, ...]:
        """Copies of tables that hold answers or codes, in words: "a backup of responses"."""

    def log_groups(self) -> tuple[LogGroup, ...]:
        """The log groups of the functions."""

    def roles(self) -> tuple[Role, ...]:
        """The role of each function, and others of the stage, by their own names."""

    def alarms(self) -> tuple[Alarm, ...]:
        """Every alarm of the stage."""

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Who hears of alarms."""

    def schedules(self) -> tuple[Schedule, ...]:
        """What starts the scheduled functions."""

    def recorders(self) -> tuple[str, ...]:
        """Trails that write down single calls to tables or functions."""

    def bucket_is_private(self) -> bool:
        """Whether nobody else can be given the bucket that packages lie in."""

    def people(self) -> Mapping[str, Document]:
        """The policies of persons, by whom they are for ("operator")."""

    def clocks(self) -> Clocks:
        """The time of this machine and of AWS."""
