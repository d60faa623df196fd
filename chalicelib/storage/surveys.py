"""Surveys, their questionnaire versions and their releases."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.errors import Conflict, StoreUnavailable, TransactionCancelled, UnreadableRecord
from chalicelib.questionnaire.definition import Questionnaire
from chalicelib.questionnaire.survey import MOST_RELEASES, Survey
from chalicelib.storage.access import invitation_key
from chalicelib.storage.database import Database, Item, only, pause
from chalicelib.storage.reading import reading
from chalicelib.storage.tables import ACCESS, SURVEYS

if TYPE_CHECKING:
    from chalicelib.publication.release import Release

#: What fits into an item of 400 KB, keys and names included.
MAXIMUM_BODY = 390_000

# Each condition says when it holds.
IS_ABSENT = "attribute_not_exists(survey)"
IS_UNCHANGED = "revision = :read"

#: How often a transaction is tried that another one keeps from its items.
MAXIMUM_ATTEMPTS = 6

#: Partition that lists every survey; no survey id can be it.
_DIRECTORY = "#surveys"
_STATE = "STATE"


def packed(json: str) -> bytes:
    """A document as it is stored: labels repeat themselves, and an item holds 400 KB."""
    return zlib.compress(json.encode("utf-8"), level=9)


def unpacked(body: bytes) -> bytes:
    """The JSON of a stored document."""
    return zlib.decompress(body)


def _release(number: int) -> str:
    return f"RELEASE#{number:06}"


def _questionnaire(version: int) -> str:
    return f"QUESTIONNAIRE#{version:04}"


def key_of(survey: str, item: str) -> Item:
    """The key of an item, here and among the tallies."""
    return {"survey": {"S": survey}, "item": {"S": item}}


def _item(saved: Survey) -> Item:
    attributes = {"body": {"S": saved.model_dump_json()}, "revision": {"N": str(saved.revision)}}
    return {**key_of(saved.id, _STATE), **attributes}


def _as_read(survey: Survey) -> Item:
    """The values of IS_UNCHANGED."""
    return {":read": {"N": str(survey.revision)}}


def _read_state(survey: str, item: Item) -> Survey:
    """Raises ValueError for another survey's record, which jobs would act on, and for one that could not be saved."""
    found = Survey.model_validate_json(item["body"]["S"])
    if (found.id, str(found.revision)) != (survey, item["revision"]["N"]):
        raise ValueError("not the record of this survey")
    # How versions before 0.1.2 told that a survey is being deleted.
    is_going = (found.state, found.closed_at) == ("purged", None)
    return found.model_copy(update={"state": "being deleted"}) if is_going else found


def _read_release(item: Item) -> Release:
    from chalicelib.publication.release import Release

    with reading(SURVEYS, item["survey"]["S"], item["item"]["S"]):
        return Release.model_validate_json(unpacked(item["body"]["B"]))


class SurveyStore:
    """The surveys table: read by the web tier, written by operators and the publish job."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def prepare(self) -> None:
        """Do before the first call what would be done at it: connect, and build the models of what is read."""
        self._database.connect()
        Survey.model_rebuild()
        Questionnaire.model_rebuild()

    def get(self, survey: str) -> Survey | None:
        """The survey's record, or None. Raises :class:`UnreadableRecord`, as all that reads here does."""
        item = self._get(survey, _STATE)
        with reading(SURVEYS, survey, _STATE):
            return _read_state(survey, item) if item else None

    def listed(self, survey: str) -> Survey:
        """As :meth:`get`, of a survey that :meth:`ids` names: raises where that is gone, or nothing would tell."""
        found = self.get(survey)
        if found is None:
            raise UnreadableRecord(survey, _STATE, SURVEYS.name, SURVEYS.recovery)
        return found

    def save(self, survey: Survey) -> Survey:
        """Write ``survey`` if nobody else wrote it since it was read; return it with its new revision.

        Raises :class:`Conflict` otherwise. Doing it twice is harmless: a record that is there already, because a reply
        was lost or another run came to the same, is as good as written.
        """
        saved = survey.model_copy(update={"revision": survey.revision + 1})
        is_unchanged = IS_UNCHANGED if survey.revision else IS_ABSENT
        values = {"ExpressionAttributeValues": _as_read(survey)} if survey.revision else {}
        is_written = self._database.call_if("put_item", SURVEYS, condition=is_unchanged, Item=_item(saved), **values)
        if not is_written and self.get(survey.id) != saved:
            raise Conflict
        self._database.call("put_item", SURVEYS, Item=key_of(_DIRECTORY, survey.id))
        return saved

    def save_inviting(self, survey: Survey, code_hash: str) -> Survey:
        """As :meth:`save` of a record that there is, with the hash of a new invitation: both or neither.

        So whether the hash is there tells whether the record was written. Raises :class:`Conflict` where somebody else
        wrote the record, and :class:`StoreUnavailable` where others kept it busy; nothing is stored then.
        """
        saved = survey.model_copy(update={"revision": survey.revision + 1})
        written = {
            "TableName": self._database.name(SURVEYS),
            "Item": _item(saved),
            "ConditionExpression": IS_UNCHANGED,
            "ExpressionAttributeValues": _as_read(survey),
        }
        key = invitation_key(survey.id, code_hash)
        invitation = {"TableName": self._database.name(ACCESS), "Item": key}
        for attempt in range(MAXIMUM_ATTEMPTS):
            try:
                self._database.call("transact_write_items", TransactItems=[{"Put": written}, {"Put": invitation}])
            except TransactionCancelled as error:
                if error.reasons[0] == "ConditionalCheckFailed":
                    return self._if_invited(saved, key)
                pause(attempt)
            else:
                return saved
        raise StoreUnavailable("Others kept the survey's record busy. Nothing was stored; try again.")

    def _if_invited(self, saved: Survey, invitation: Item) -> Survey:
        """``saved`` where the reply to an earlier attempt was lost, and its ``invitation`` is there."""
        if self._database.get(ACCESS, invitation) is None:
            raise Conflict
        return saved

    def delete(self, survey: Survey) -> None:
        """Delete every item of ``survey``, its record last, and only if nobody wrote that since it was read.

        Raises :class:`Conflict` otherwise. Doing it twice is harmless.
        """
        for key in list(self._keys(survey.id)):
            if key["item"]["S"] != _STATE:
                self._database.call("delete_item", SURVEYS, Key=key)
        self._database.call("delete_item", SURVEYS, Key=key_of(_DIRECTORY, survey.id))
        is_deleted = self._database.call_if(
            "delete_item",
            SURVEYS,
            condition=IS_UNCHANGED,
            Key=key_of(survey.id, _STATE),
            ExpressionAttributeValues=_as_read(survey),
        )
        if not is_deleted and self.get(survey.id) is not None:
            raise Conflict

    def _keys(self, survey: str) -> Iterator[Item]:
        return self._database.pages(
            "query",
            SURVEYS,
            KeyConditionExpression="survey = :survey",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues={":survey": {"S": survey}},
            ConsistentRead=True,
            **only("survey, #item"),
        )

    def server_time(self) -> datetime | None:
        """What time it is by the database's clock, where it says so."""
        return self._database.server_time()

    def ids(self) -> list[str]:
        """The ids of all surveys, in alphabetical order."""
        items = self._database.pages(
            "query",
            SURVEYS,
            KeyConditionExpression="survey = :directory",
            ExpressionAttributeValues={":directory": {"S": _DIRECTORY}},
        )
        return [item["item"]["S"] for item in items]

    def add_questionnaire(self, survey: str, version: int, questionnaire: Questionnaire) -> None:
        """Store a version once; it is immutable from then on. Raises :class:`Conflict` if there is another."""
        self._add(survey, _questionnaire(version), packed(questionnaire.model_dump_json(exclude_none=True)))

    def questionnaire(self, survey: str, version: int) -> Questionnaire | None:
        """One version, or None."""
        item = self._get(survey, _questionnaire(version))
        with reading(SURVEYS, survey, _questionnaire(version)):
            return Questionnaire.model_validate_json(unpacked(item["body"]["B"])) if item else None

    def add_release(self, release: Release) -> None:
        """Store a release once. Raises :class:`Conflict` if another has its number."""
        self._add(release.survey, _release(release.number), packed(release.model_dump_json()))

    def release(self, survey: str, number: int) -> Release | None:
        """One release, or None."""
        item = self._get(survey, _release(number))
        return _read_release(item) if item else None

    def latest_release(self, survey: str, before: int = MOST_RELEASES + 1) -> Release | None:
        """The latest release of a number below ``before``: one request, one item, and none beyond it is read."""
        found = self._database.call(
            "query",
            SURVEYS,
            KeyConditionExpression="survey = :survey AND #item BETWEEN :first AND :last",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues={
                ":survey": {"S": survey},
                ":first": {"S": _release(0)},
                ":last": {"S": _release(before - 1)},
            },
            ScanIndexForward=False,
            Limit=1,
        )["Items"]
        return _read_release(found[0]) if found else None

    def _get(self, survey: str, item: str) -> Item | None:
        return self._database.get(SURVEYS, key_of(survey, item))

    def _add(self, survey: str, item: str, body: bytes) -> None:
        stored = {**key_of(survey, item), "body": {"B": body}}
        is_written = self._database.call_if("put_item", SURVEYS, condition=IS_ABSENT, Item=stored)
        if not is_written and self._get(survey, item) != stored:
            raise Conflict
