"""The one way to DynamoDB: a low-level client, made when first needed, whose errors become ours."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from chalicelib.errors import (
    ConditionFailed,
    ItemBusy,
    StorageError,
    StoreMisconfigured,
    StoreUnavailable,
    TransactionCancelled,
)
from chalicelib.settings import Settings
from chalicelib.storage.tables import TABLES, Table

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_dynamodb import DynamoDBClient

#: An item as the low-level client has it: attribute name to {type: value}.
Item = Mapping[str, Mapping[str, Any]]
#: DynamoDB's codes of a passing fault. The same request may be sent again.
_PASSING = {
    "InternalServerError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionInProgressException",
}
#: From this HTTP status on it is the server's fault, whatever the code: a gateway between may know none.
_SERVER_FAULT = 500


#: The folder of what packaging leaves of the vendor's description of its services: of this one, what is called.
SERVICE_DATA = "service_data"
#: How often a call is made that meets a transaction each time.
MAXIMUM_WHEN_BUSY = 4
#: Seconds that a connection and a reply are waited for: on Lambda, and where nothing ends before they have come.
HURRIED, PATIENT = (1, 3), (10, 60)


class Database:
    """Calls DynamoDB. ``make_client`` is called once, at the first call, so importing costs nothing."""

    def __init__(self, make_client: Callable[[], DynamoDBClient], prefix: str) -> None:
        self._make_client = make_client
        self._client: DynamoDBClient | None = None
        self._prefix = prefix

    @classmethod
    def from_settings(cls, settings: Settings) -> Database:
        """The database that ``settings`` name."""
        return cls(lambda: _connect(settings), settings.table_prefix)

    def with_prefix(self, prefix: str) -> Database:
        """The same connection to other tables."""
        return Database(lambda: self.client, prefix)

    @property
    def client(self) -> DynamoDBClient:
        """The client, connected at first use."""
        if self._client is None:
            self._client = self._make_client()
        return self._client

    def connect(self) -> None:
        """Make the client now."""
        self._client = self.client

    def replace_client(self, client: Any) -> None:
        """Call ``client`` from now on (tests count and disturb calls this way)."""
        self._client = client

    def name(self, table: Table) -> str:
        """The full name of ``table`` in this deployment."""
        return f"{self._prefix}-{table.name}"

    def call(self, operation: str, table: Table | None = None, **parameters: Any) -> dict[str, Any]:
        """Call ``operation`` ("put_item"), on ``table`` if given.

        Raises :class:`ConditionFailed`, :class:`TransactionCancelled`, :class:`StoreUnavailable` (safe to repeat) or
        :class:`StoreMisconfigured`, each chained to the vendor's error.
        """
        if table is not None:
            parameters["TableName"] = self.name(table)
        for attempt in range(MAXIMUM_WHEN_BUSY - 1):
            try:
                return self._call(operation, parameters)
            except ItemBusy:
                # The count holds an item for milliseconds; whoever changes an answer then need not hear of it. The
                # vendor's client retries every passing fault but this one.
                pause(attempt)
        return self._call(operation, parameters)

    def _call(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        try:
            return cast("dict[str, Any]", getattr(self.client, operation)(**parameters))
        except Exception as error:
            if (translated := _translated(error)) is None:
                raise
            raise translated from error

    def get(self, table: Table, key: Item) -> Item | None:
        """The item under ``key`` as it is now."""
        found: Item | None = self.call("get_item", table, Key=key, ConsistentRead=True).get("Item")
        return found

    def call_if(self, operation: str, table: Table, *, condition: str, **parameters: Any) -> bool:
        """As :meth:`call`, on ``condition``; False, and nothing written, where that does not hold."""
        try:
            self.call(operation, table, ConditionExpression=condition, **parameters)
        except ConditionFailed:
            return False
        return True

    def server_time(self) -> datetime | None:
        """What time it is by the database's clock, to the second, where its replies say so."""
        reply = self.call("list_tables", Limit=1)
        date = reply["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
        from email.utils import parsedate_to_datetime

        return parsedate_to_datetime(date) if date else None

    def pages(self, operation: str, table: Table, **parameters: Any) -> Iterator[Item]:
        """Every item of a query or scan, page after page."""
        while True:
            page = self.call(operation, table, **parameters)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            parameters["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def create_tables(self) -> None:
        """Make the tables that do not exist yet (local engines only; AWS's come from the template)."""
        existing = self.call("list_tables")["TableNames"]
        for table in TABLES:
            if self.name(table) not in existing:
                self.call("create_table", table, **table.definition())


def only(attributes: str) -> dict[str, str]:
    """Parameters of a query or scan that reads nothing but ``attributes``; ``Select`` is what a role's policy sees."""
    return {"Select": "SPECIFIC_ATTRIBUTES", "ProjectionExpression": attributes}


def pause(attempt: int) -> None:
    """Wait a random while, longer at each attempt, before something that met a conflict is tried again."""
    time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311  # jitter, not a secret


def _connect(settings: Settings) -> DynamoDBClient:
    # boto3 adds an interface of its own to this one, and a ninth to what a process takes to start.
    from botocore.config import Config
    from botocore.session import Session

    connecting, reading = HURRIED if settings.is_on_lambda else PATIENT
    config = Config(
        connect_timeout=connecting,
        read_timeout=reading,
        retries={"mode": "standard", "total_max_attempts": 3},
        # Parameters are built by this package alone; checking them again is a tenth of a call's CPU.
        parameter_validation=False,
    )
    session = Session()
    data = Path(__file__).with_name(SERVICE_DATA)
    if data.is_dir():
        session.set_config_variable("data_path", str(data))
    made = session.create_client("dynamodb", region_name=settings.region, endpoint_url=settings.endpoint, config=config)
    return cast("DynamoDBClient", made)


def _translated(error: Exception) -> StorageError | None:
    """Our error for one of the vendor's; None for any other."""
    from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError  # noqa: A004

    if isinstance(error, ClientError):
        return _translated_reply(error)
    if isinstance(error, HTTPClientError | ConnectionError):
        return StoreUnavailable("The database does not answer. Is AWS_ENDPOINT_URL_DYNAMODB right, if it is set?")
    if isinstance(error, BotoCoreError):
        return StoreMisconfigured(
            "The database cannot be used as configured. For the data of `make run`: manage.py --local. For a stage in"
            " AWS: manage.py --stage NAME, with credentials (CloudShell has some; elsewhere run `aws configure`)."
        )
    return None


def _translated_reply(error: ClientError) -> StorageError:
    code = error.response["Error"]["Code"]
    metadata = error.response.get("ResponseMetadata", {})
    if code == "ConditionalCheckFailedException":
        return ConditionFailed(repeated=bool(metadata.get("RetryAttempts")))
    if code == "TransactionCanceledException":
        return TransactionCancelled([reason["Code"] for reason in error.response["CancellationReasons"]])
    if code == "TransactionConflictException":
        return ItemBusy()
    if code in _PASSING or metadata.get("HTTPStatusCode", 0) >= _SERVER_FAULT:
        return StoreUnavailable()
    return StoreMisconfigured(
        f"The database refused a call: {code}. Check tables, region and policy, or sign in again."
    )
