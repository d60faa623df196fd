"""The one way to an AWS account for operators: boto3, whose errors become lines that say what to do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from operation.errors import CallForbidden, CallRefused, OperatorError

#: What each person needs to be allowed, as a policy to attach.
DEPLOYER_POLICY, OPERATOR_POLICY = "docs/policies/deployer.json", "docs/policies/operator.json"
#: A scheduled function may take five minutes to answer.
_READ_SECONDS = 310
_ENDED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_UNKNOWN = {
    *("AuthFailure", "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidToken"),
    *("SignatureDoesNotMatch", "UnrecognizedClientException"),
}
_FORBIDDEN = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AllAccessDisabled", "403"}
_DISABLED_REGION = {"OptInRequired", "SubscriptionRequiredException"}
NO_CREDENTIALS = "No AWS credentials. Open CloudShell, or run `aws configure`; then the same command again."
_NAME_ONE = "add REGION=eu-north-1 to make, or --region eu-north-1"
NO_REGION = f"No AWS region. Open CloudShell, or {_NAME_ONE}."

ENDED = "Your AWS session has ended. {again}, then the same command."

MakeClient = Callable[[str, str], Any]


class Cloud:
    """Calls AWS in one region. ``make_client``, of a service and a region, is called once for each."""

    def __init__(self, region: str, make_client: MakeClient | None = None) -> None:
        self.region = region
        self._client = cache(make_client or _connect)

    def call(self, service: str, operation: str, *, region: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Call ``operation`` ("create_bucket") of ``service``.

        Raises :class:`CallRefused` with AWS's code, or another :class:`OperatorError` where no call can succeed.
        """
        where = region or self.region
        try:
            reply: dict[str, Any] = getattr(self._client(service, where), operation)(**parameters)
        except Exception as error:
            # As policies name it.
            if (translated := _translated(error, f"{service}:{operation.title().replace('_', '')}", where)) is None:
                raise
            raise translated from error
        return reply

    def pages(self, service: str, operation: str, found: str, token: str, **parameters: Any) -> Iterator[Any]:
        """Every member of the list ``found``, page after page; ``token`` is what the next page is asked for by."""
        while True:
            page = self.call(service, operation, **parameters)
            yield from page.get(found, [])
            if not (following := page.get(_following(token))):
                return
            parameters[token] = following

    def account(self) -> str:
        """The number of the account that the credentials belong to."""
        return str(self.call("sts", "get_caller_identity")["Account"])


def _following(token: str) -> str:
    """Where a page says what the next is asked for by."""
    return {"ContinuationToken": "NextContinuationToken"}.get(token, token)


def region_named(given: str | None) -> str:
    """The region to work in: ``given``, the environment's or the profile's. Raises :class:`OperatorError` for none."""
    import boto3

    with_names = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    try:
        region = given or with_names or boto3.Session().region_name
    except Exception as error:
        if (translated := _translated(error, "region", "")) is None:
            raise
        raise translated from error
    if not region:
        raise OperatorError(NO_REGION)
    return region


def _connect(service: str, region: str) -> Any:
    import boto3
    from botocore.config import Config

    # A run of a function is never asked for twice.
    attempts = 1 if service == "lambda" else 5
    config = Config(read_timeout=_READ_SECONDS, retries={"mode": "standard", "total_max_attempts": attempts})
    make: Any = boto3.client
    return make(service, region_name=region, config=config)


def _translated(error: Exception, call: str, region: str) -> OperatorError | None:
    """Our error for one of the vendor's; None for any other."""
    from botocore import exceptions as vendor

    if isinstance(error, vendor.ClientError):
        return _translated_reply(dict(error.response["Error"]), call, region)
    where = f"AWS does not answer in {region}. Are you on line? If that is no region, {_NAME_ONE}."
    messages: list[tuple[tuple[type[Exception], ...], str]] = [
        ((vendor.NoCredentialsError, vendor.PartialCredentialsError, vendor.CredentialRetrievalError), NO_CREDENTIALS),
        ((vendor.SSOError, vendor.TokenRetrievalError), ENDED.format(again="Sign in again (`aws sso login`)")),
        ((vendor.ProfileNotFound,), "This AWS profile is not set up here. Run `aws configure`, or unset AWS_PROFILE."),
        ((vendor.HTTPClientError, vendor.ConnectionError, vendor.InvalidRegionError), where),
        ((vendor.BotoCoreError,), f"AWS cannot be asked ({type(error).__name__} at {call}). See `aws configure list`."),
    ]
    return next((OperatorError(message) for kinds, message in messages if isinstance(error, kinds)), None)


def _translated_reply(said: dict[str, Any], call: str, region: str) -> OperatorError:
    code, told = str(said.get("Code", "")), str(said.get("Message", ""))
    if code in _ENDED:
        return OperatorError(ENDED.format(again="Sign in again"))
    if code in _UNKNOWN:
        return OperatorError("AWS does not know these credentials. Run `aws configure`, or open CloudShell.")
    if code in _DISABLED_REGION:
        return OperatorError(f"This account has no {region}, or is not active yet. For another, {_NAME_ONE}.")
    if code in _FORBIDDEN:
        policies = f"{DEPLOYER_POLICY} (to deploy) or {OPERATOR_POLICY} (to run surveys)"
        return CallForbidden(f"You are not allowed to call {call}. Ask for {policies}.", code, told)
    return CallRefused(f"AWS refused {call}: {code}: {told}", code, told)
