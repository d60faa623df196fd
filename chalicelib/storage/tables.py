"""The four tables, defined once for tests, the local server and the deployment (design, section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Table:
    """One table, its keys (all strings) and whether it can be restored to a point in time.

    ``index``: its name, hash key and range key, and ``projects`` what it holds besides keys.
    """

    name: str
    hash_key: str
    range_key: str | None = None
    index: tuple[str, str, str] | None = None
    projects: tuple[str, ...] = ()
    recovery: bool = False

    def definition(self) -> dict[str, Any]:
        """What ``CreateTable`` and CloudFormation both understand."""
        attributes = dict.fromkeys([self.hash_key, *filter(None, [self.range_key]), *(self.index or ())[1:]])
        found: dict[str, Any] = {
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in attributes],
            "KeySchema": _keys(self.hash_key, self.range_key),
        }
        if self.index:
            found["GlobalSecondaryIndexes"] = [
                {
                    "IndexName": self.index[0],
                    "KeySchema": _keys(*self.index[1:]),
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(self.projects)},
                }
            ]
        return found


def _keys(hash_key: str, range_key: str | None) -> list[dict[str, str]]:
    keys = [{"AttributeName": hash_key, "KeyType": "HASH"}]
    return [*keys, {"AttributeName": range_key, "KeyType": "RANGE"}] if range_key else keys


SURVEYS = Table("surveys", "survey", "item", recovery=True)
#: Never recoverable to a point in time: two restores a second apart would link invitation codes to answers.
RESPONSES = Table("responses", "part", "rid", ("pending", "pending", "rid"), ("v", "answers", "mark"))
TALLIES = Table("tallies", "survey", "item", recovery=True)
ACCESS = Table("access", "key")
TABLES = (SURVEYS, RESPONSES, TALLIES, ACCESS)
#: Raised by a version that stores what an earlier one cannot read; `make deploy` never puts that in its place.
DATA_FORMAT = 2
