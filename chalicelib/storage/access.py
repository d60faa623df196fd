"""Receipt keys, which the web tier makes and recognises receipts with, and the hashes of invitations."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.storage.database import Database, Item
from chalicelib.storage.tables import ACCESS

#: When there is no key yet.
IS_ABSENT = "attribute_not_exists(#key)"


def _key(survey: str, rehearsal: bool) -> Item:
    # A survey under test has a key of its own: what was made with it means nothing once the survey is open.
    return {"key": {"S": f"{'TEST_KEY' if rehearsal else 'RECEIPT_KEY'}#{survey}"}}


def invitation_key(survey: str, code_hash: str) -> Item:
    """The key of one invitation."""
    return {"key": {"S": f"INVITATION#{survey}#{code_hash}"}}


class AccessStore:
    """The access table. The web tier's role may get a key and use up an invitation, and nothing else."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_receipt_key(self, survey: str, secret: bytes, rehearsal: bool = False) -> None:
        """Store the survey's receipt key unless it has one."""
        item = {**_key(survey, rehearsal), "secret": {"B": secret}}
        self._database.call_if(
            "put_item", ACCESS, condition=IS_ABSENT, Item=item, ExpressionAttributeNames={"#key": "key"}
        )

    def receipt_key(self, survey: str, rehearsal: bool = False) -> bytes | None:
        """The survey's receipt key; None before it is opened and after it is purged."""
        item = self._database.get(ACCESS, _key(survey, rehearsal))
        return item["secret"]["B"] if item else None

    def delete_receipt_key(self, survey: str, rehearsal: bool = False) -> None:
        """Forget the key: no receipt, and no stored id, can be linked to anything any more."""
        self._database.call("delete_item", ACCESS, Key=_key(survey, rehearsal))

    def add_invitation(self, survey: str, code_hash: str) -> None:
        """Store the hash of an unused invitation."""
        self._database.call("put_item", ACCESS, Item=invitation_key(survey, code_hash))

    def invitations(self, survey: str) -> Iterator[str]:
        """The keys of all unused invitations of a survey. Reads the whole table: for operators and the purge."""
        for item in self._database.pages(
            "scan",
            ACCESS,
            FilterExpression="begins_with(#key, :survey)",
            ExpressionAttributeNames={"#key": "key"},
            ExpressionAttributeValues={":survey": {"S": f"INVITATION#{survey}#"}},
        ):
            yield item["key"]["S"]

    def delete_invitations(self, survey: str) -> int:
        """Delete every unused invitation of a survey; return how many there were."""
        keys = list(self.invitations(survey))
        for key in keys:
            self._database.call("delete_item", ACCESS, Key={"key": {"S": key}})
        return len(keys)
