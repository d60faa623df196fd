"""Receipt keys: what the web tier needs to make and to recognise receipts."""

from __future__ import annotations

from chalicelib.errors import ConditionFailed
from chalicelib.storage.database import Database
from chalicelib.storage.tables import ACCESS


def _key(survey: str, rehearsal: bool) -> dict[str, dict[str, str]]:
    # A survey under test has a key of its own: what was made with it means nothing once the survey is open.
    return {"key": {"S": f"{'TEST_KEY' if rehearsal else 'RECEIPT_KEY'}#{survey}"}}


class AccessStore:
    """The access table. The web tier's role may get from it, and nothing else so far."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_receipt_key(self, survey: str, secret: bytes, rehearsal: bool = False) -> None:
        """Store the survey's receipt key unless it has one."""
        item = _key(survey, rehearsal) | {"secret": {"B": secret}}
        try:
            self._database.call(
                "put_item",
                ACCESS,
                Item=item,
                ConditionExpression="attribute_not_exists(#key)",
                ExpressionAttributeNames={"#key": "key"},
            )
        except ConditionFailed:
            return

    def receipt_key(self, survey: str, rehearsal: bool = False) -> bytes | None:
        """The survey's receipt key; None before it is opened and after it is purged."""
        found = self._database.call("get_item", ACCESS, Key=_key(survey, rehearsal), ConsistentRead=True)
        return found["Item"]["secret"]["B"] if "Item" in found else None

    def delete_receipt_key(self, survey: str, rehearsal: bool = False) -> None:
        """Forget the key: no receipt, and no stored id, can be linked to anything any more."""
        self._database.call("delete_item", ACCESS, Key=_key(survey, rehearsal))
