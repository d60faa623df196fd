"""Receipt keys, which the web tier makes and recognises receipts by; hashes of invitations and analysts' tokens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from chalicelib.publication.tokens import AnalystToken
from chalicelib.storage.database import Database, Item, only
from chalicelib.storage.reading import reading
from chalicelib.storage.tables import ACCESS

#: When there is no key yet.
IS_ABSENT = "attribute_not_exists(#key)"


def _key(survey: str, rehearsal: bool) -> Item:
    # A survey under test has a key of its own: what was made with it means nothing once the survey is open.
    return {"key": {"S": f"{'TEST_KEY' if rehearsal else 'RECEIPT_KEY'}#{survey}"}}


def invitation_key(survey: str, code_hash: str) -> Item:
    """The key of one invitation."""
    return {"key": {"S": f"INVITATION#{survey}#{code_hash}"}}


def _token_key(survey: str, digest: str) -> Item:
    return {"key": {"S": f"ANALYST#{survey}#{digest}"}}


class AccessStore:
    """The access table. The web tier's role may get keys and tokens and use up an invitation, and nothing else."""

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
        with reading(ACCESS, survey, "the receipt key"):
            return item["secret"]["B"] if item else None

    def delete_receipt_key(self, survey: str, rehearsal: bool = False) -> None:
        """Forget the key: no receipt, and no stored id, can be linked to anything any more."""
        self._database.call("delete_item", ACCESS, Key=_key(survey, rehearsal))

    def add_invitation(self, survey: str, code_hash: str) -> None:
        """Store the hash of an unused invitation."""
        self._database.call("put_item", ACCESS, Item=invitation_key(survey, code_hash))

    def has_invitation(self, survey: str, code_hash: str) -> bool:
        """Whether there is an unused invitation with this hash."""
        return self._database.get(ACCESS, invitation_key(survey, code_hash)) is not None

    def delete_invitation(self, survey: str, code_hash: str) -> None:
        """Forget one invitation, if it is there: whoever has its code cannot answer with it."""
        self._database.call("delete_item", ACCESS, Key=invitation_key(survey, code_hash))

    def invitations(self, survey: str) -> Iterator[str]:
        """The keys of all unused invitations of a survey. Reads the whole table: for operators and the purge."""
        for item in self._beginning(f"INVITATION#{survey}#", **only("#key")):
            yield item["key"]["S"]

    def delete_invitations(self, survey: str) -> int:
        """Delete every unused invitation of a survey; return how many there were."""
        return self._delete(f"INVITATION#{survey}#")

    def add_token(self, survey: str, token: AnalystToken) -> None:
        """Store what is to be stored of an analyst's token."""
        item = {
            **_token_key(survey, token.digest),
            "label": {"S": token.label},
            "made_on": {"S": str(token.made_on)},
            "last_day": {"S": str(token.last_day)},
            "session_key": {"B": token.session_key},
        }
        self._database.call("put_item", ACCESS, Item=item)

    def token(self, survey: str, digest: str) -> AnalystToken | None:
        """The survey's token with this ``digest``; None if it has none, or it was revoked."""
        item = self._database.get(ACCESS, _token_key(survey, digest))
        return _token(survey, item) if item else None

    def tokens(self, survey: str) -> list[AnalystToken]:
        """Every token of a survey, the first to end first. Reads the whole table, as :meth:`invitations`."""
        found = [_token(survey, item) for item in self._beginning(f"ANALYST#{survey}#")]
        return sorted(found, key=lambda token: (token.last_day, token.digest))

    def count_tokens(self, survey: str) -> int:
        """How many tokens a survey has, without reading what is stored of any."""
        return sum(1 for _ in self._beginning(f"ANALYST#{survey}#", **only("#key")))

    def delete_token(self, survey: str, digest: str) -> None:
        """Forget a token, and with it every session that began with it."""
        self._database.call("delete_item", ACCESS, Key=_token_key(survey, digest))

    def delete_tokens(self, survey: str) -> int:
        """Forget every token of a survey, without reading what is stored of any; return how many there were."""
        return self._delete(f"ANALYST#{survey}#")

    def _delete(self, beginning: str) -> int:
        keys = list(self._beginning(beginning, **only("#key")))
        for key in keys:
            self._database.call("delete_item", ACCESS, Key=key)
        return len(keys)

    def _beginning(self, key: str, **parameters: Any) -> Iterator[Item]:
        return self._database.pages(
            "scan",
            ACCESS,
            **parameters,
            FilterExpression="begins_with(#key, :beginning)",
            ExpressionAttributeNames={"#key": "key"},
            ExpressionAttributeValues={":beginning": {"S": key}},
        )


def _token(survey: str, item: Item) -> AnalystToken:
    digest = item["key"]["S"].rpartition("#")[2]
    # What operators call a token by, not the digest: that travels in the cookie of who signed in.
    with reading(ACCESS, survey, f"the token {digest[:8]}"):
        return AnalystToken(
            digest=digest,
            label=item["label"]["S"],
            made_on=date.fromisoformat(item["made_on"]["S"]),
            last_day=date.fromisoformat(item["last_day"]["S"]),
            session_key=item["session_key"]["B"],
        )
