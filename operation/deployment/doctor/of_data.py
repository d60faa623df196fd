"""Rules about where data lies, who else has it, and for how long."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.storage.tables import TABLES
from operation.deployment.doctor.facts import Facts
from operation.deployment.template import LOG_RETENTION_DAYS

RESTORED = frozenset(table.name for table in TABLES if table.recovery)


def streams(facts: Facts) -> Iterator[str]:
    """What carries items of a table away."""
    yield from (f"{carrier} of {table.name}" for table in facts.tables() for carrier in table.carried_by)


def recorded_keys(facts: Facts) -> Iterator[str]:
    """Tables whose key lies in the account."""
    yield from (f"{table.name} is encrypted by a key of this account" for table in facts.tables() if table.has_key_here)


def recoverable_answers(facts: Facts) -> Iterator[str]:
    """Tables whose earlier states are kept although answers or codes are in them."""
    for recovery in facts.recoveries():
        if recovery.days and recovery.table not in RESTORED:
            yield f"{recovery.table} can be restored to any second of {recovery.days} days"


def lost_surveys(facts: Facts) -> Iterator[str]:
    """Tables that should be recoverable and are not."""
    can_be = {recovery.table for recovery in facts.recoveries() if recovery.days}
    yield from (f"{name} cannot be restored" for name in sorted(RESTORED - can_be))


def copies(facts: Facts) -> Iterator[str]:
    """Backups and exports of answers or codes."""
    yield from facts.copies()


def table_policies(facts: Facts) -> Iterator[str]:
    """Tables with a policy of their own: nothing of ours needs one."""
    yield from (f"{name} has a policy of its own" for name in sorted(facts.table_policies()))


def unprotected(facts: Facts) -> Iterator[str]:
    """Tables that a slip would delete, and those that are not there."""
    protected = {table.name for table in facts.tables() if table.is_protected}
    yield from (f"{table.name} is not protected" for table in TABLES if table.name not in protected)


def log_retention(facts: Facts) -> Iterator[str]:
    """Groups that keep lines for longer, and functions that log elsewhere."""
    groups = facts.log_groups()
    for group in groups:
        if not 0 < group.retention <= LOG_RETENTION_DAYS:
            yield f"{group.name} keeps lines {f'{group.retention} days' if group.retention else 'for ever'}"
    known = {group.name for group in groups}
    for function in facts.functions():
        if function.log_group not in known:
            yield f"function {function.name} logs to {function.log_group or 'a group of its own'}"


def log_forwarding(facts: Facts) -> Iterator[str]:
    """Filters that send lines on."""
    yield from (f"{group.name} to {where}" for group in facts.log_groups() for where in group.forwarded_to)
