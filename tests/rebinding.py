"""What a web page can make a browser ask of a port of this machine, and what only a program asks."""

from __future__ import annotations

from collections.abc import Mapping

#: What boto3 sends to port 8001.
PROGRAM = {"Host": "127.0.0.1:8001", "X-Amz-Target": "DynamoDB_20120810.ListTables"}
REFUSAL = b"For programs on this machine that speak DynamoDB's protocol.\n"
#: Names that a page of elsewhere may have led to this machine, or made up.
ELSEWHERE = (
    "elsewhere.example:8001",
    "127.0.0.1.elsewhere.example:8001",
    "localhost.elsewhere.example:8001",
    "127.0.0.1@elsewhere.example:8001",
    "192.0.2.7:8001",
    "",
)
#: Changes to it, None for a header that is not sent.
FROM_PAGES: tuple[Mapping[str, str | None], ...] = (
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:8000"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    *({"Host": host} for host in ELSEWHERE),
    {"Host": None},
    {"X-Amz-Target": None},
)
FROM_PROGRAMS: tuple[Mapping[str, str | None], ...] = ({}, {"Host": "localhost:8001"})


def changed(changes: Mapping[str, str | None]) -> dict[str, str]:
    """A program's headers with ``changes``."""
    return {name: value for name, value in (PROGRAM | dict(changes)).items() if value is not None}
